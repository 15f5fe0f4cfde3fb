//! The signals that end a session at a prompt: the terminal must be given back, and the record ended.

/// Waits for the system to want the session to end.
#[derive(Debug)]
pub struct Hangup {
    #[cfg(unix)]
    signals: Option<[tokio::signal::unix::Signal; 2]>,
    #[cfg(unix)]
    came: bool,
}

#[cfg(unix)]
impl Hangup {
    /// Listens, where there is a terminal to give back; elsewhere such a signal ends the process.
    pub fn of(prompting: bool) -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = || Some([signal(SignalKind::terminate()).ok()?, signal(SignalKind::hangup()).ok()?]);
        Hangup { signals: if prompting { listen() } else { None }, came: false }
    }

    /// Waits; once it has come, it stays. Cancel-safe.
    pub async fn wait(&mut self) {
        if self.came {
            return;
        }
        match &mut self.signals {
            Some([terminate, hangup]) => {
                tokio::select! { _ = terminate.recv() => {}, _ = hangup.recv() => {} }
                self.came = true;
            }
            None => std::future::pending().await,
        }
    }
}

#[cfg(not(unix))]
impl Hangup {
    /// There are no such signals here.
    pub fn of(_prompting: bool) -> Self {
        Hangup {}
    }

    /// Waits for what never comes.
    pub async fn wait(&mut self) {
        std::future::pending().await
    }
}

/// Ctrl-C while nobody is asked. It is listened to as long as the session lasts: one that comes while a line is
/// being sent must not be lost.
#[derive(Debug)]
pub struct Interrupt {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
    #[cfg(windows)]
    signal: Option<tokio::signal::windows::CtrlC>,
}

impl Interrupt {
    /// Listens at a prompt; without one, Ctrl-C ends the process, as everywhere.
    pub fn of(prompting: bool) -> Self {
        #[cfg(unix)]
        let listen = || tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt());
        #[cfg(windows)]
        let listen = tokio::signal::windows::ctrl_c;
        Interrupt { signal: if prompting { listen().ok() } else { None } }
    }

    /// Waits for the next one. Cancel-safe.
    pub async fn wait(&mut self) {
        match &mut self.signal {
            Some(signal) => drop(signal.recv().await),
            None => std::future::pending().await,
        }
    }
}
