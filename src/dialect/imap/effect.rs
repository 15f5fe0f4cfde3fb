//! What a line does to the state (RFC 9051 §3). Effects are found when a line is read, and take place when
//! its unit closes: whoever explains it sees the state before and after.

use crate::dialect::{Capability, Mailbox, Phase, State};

/// The most mailbox names, flags and capabilities that are kept.
pub const MOST: usize = 1000;

/// A change of the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The state of RFC 9051 §3. Leaving `Selected` closes the mailbox.
    Phase(Phase),
    /// Logged in, as whom if known.
    LoggedIn(Option<String>),
    /// Logged out, the connection stays (RFC 8437).
    LoggedOut,
    /// What the server offers.
    Capabilities(Vec<String>),
    /// A SASL exchange begins or ends.
    Sasl(Option<String>),
    /// A mailbox was opened.
    Opened(Mailbox),
    /// The mailbox can be changed or not.
    ReadOnly(bool),
    /// How many messages there are.
    Exists(u64),
    /// So many messages are gone.
    Gone(u64),
    /// The flags of the mailbox.
    Flags(Vec<String>),
    /// A mailbox name that the server showed.
    Name(String),
    /// TLS protects from here on; what was known in clear is void (RFC 9051 §6.2.1).
    Tls,
}

impl Effect {
    /// Changes the state.
    pub fn apply(self, state: &mut State) {
        match self {
            Effect::Phase(phase) => {
                state.phase = phase;
                if phase != Phase::Selected {
                    state.mailbox = None;
                }
            }
            Effect::LoggedIn(user) => {
                state.phase = Phase::Authenticated;
                state.user = user;
            }
            Effect::LoggedOut => {
                state.phase = Phase::NotAuthenticated;
                (state.user, state.mailbox, state.capabilities) = (None, None, None);
            }
            Effect::Capabilities(names) => {
                let capability = |name| Capability { name, args: String::new() };
                state.capabilities = Some(names.into_iter().map(capability).collect());
            }
            Effect::Sasl(mechanism) => state.sasl = mechanism,
            Effect::Opened(mailbox) => {
                state.phase = Phase::Selected;
                state.mailbox = Some(mailbox);
            }
            Effect::Tls => {
                state.tls = true;
                state.capabilities = None;
            }
            Effect::Name(name) => {
                if state.mailboxes.len() < MOST && !state.mailboxes.contains(&name) {
                    state.mailboxes.push(name);
                }
            }
            Effect::ReadOnly(_) | Effect::Exists(_) | Effect::Gone(_) | Effect::Flags(_) => {
                if let Some(mailbox) = &mut state.mailbox {
                    self.change(mailbox);
                }
            }
        }
    }

    /// Changes the mailbox that is open, or is being opened.
    pub fn change(self, mailbox: &mut Mailbox) {
        match self {
            Effect::ReadOnly(read_only) => mailbox.read_only = read_only,
            Effect::Exists(n) => mailbox.exists = Some(n),
            Effect::Gone(n) => mailbox.exists = mailbox.exists.map(|all| all.saturating_sub(n)),
            Effect::Flags(flags) => mailbox.flags = flags,
            _ => {}
        }
    }
}

/// How many numbers a set has, without `*`: what VANISHED takes away (RFC 7162 §3.2.10).
pub fn set_size(set: &str) -> u64 {
    set.split(',').fold(0, |sum: u64, range| {
        let (from, to) = range.split_once(':').unwrap_or((range, range));
        let size = match (from.parse::<u64>(), to.parse::<u64>()) {
            (Ok(from), Ok(to)) => from.abs_diff(to).saturating_add(1),
            _ => 0,
        };
        sum.saturating_add(size)
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn sets_are_counted() {
        for (set, size) in [("41,43:116", 75), ("5:1", 5), ("*", 0), ("0:18446744073709551615", u64::MAX)] {
            assert_eq!(super::set_size(set), size, "{set}");
        }
    }
}
