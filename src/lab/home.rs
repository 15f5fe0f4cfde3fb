//! Where a lab's things are: what it keeps, and the private file by which others find it.
//!
//! ```text
//! lab/             ~/.local/share/ehlo/lab, or where the platform keeps such things; EHLO_LAB_HOME
//!   mail.redb      accounts, mailboxes, messages, the queue
//!   lab.toml       settings of one's own, if there are any
//!   tls/ca.pem     the authority, for clients to trust; beside it its key and the servers' certificate
//! run/             $XDG_RUNTIME_DIR/ehlo, else lab/run: readable by its owner alone
//!   lab.json       the lab that runs: process, control port, token
//!   lab.lock       held by the lab as long as it lives, so that nobody has to guess whether it does
//!   start.lock     held while one is started, so that two terminals start one
//! ```

use std::env;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use crate::error::{Error, Exit};

/// The folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// What is kept.
    pub root: PathBuf,
    /// What is true only while a lab runs.
    pub run: PathBuf,
}

/// A lock that is held until this is dropped, or its process has gone, however it went.
#[derive(Debug)]
pub struct Held(#[expect(dead_code, reason = "its life is what counts")] File);

impl Home {
    /// The user's home of labs.
    ///
    /// # Errors
    /// The platform does not say where such things are kept.
    pub fn find() -> Result<Home, Error> {
        if let Some(root) = env::var_os("EHLO_LAB_HOME").filter(|value| !value.is_empty()) {
            let root = std::path::absolute(&root).unwrap_or_else(|_| root.into());
            return Ok(Home { run: root.join("run"), root });
        }
        let base = etcetera::choose_base_strategy()
            .map_err(|error| Error::new(Exit::File, "error-lab-home").detail(error))?;
        let root = base.data_dir().join("ehlo").join("lab");
        let run = base.runtime_dir().filter(|folder| folder.is_dir());
        let run = run.map_or_else(|| root.join("run"), |folder| folder.join("ehlo"));
        Ok(Home { root, run })
    }

    /// Makes the folders, private.
    ///
    /// # Errors
    /// What the system says.
    pub fn prepare(&self) -> Result<(), Error> {
        for folder in [&self.root, &self.run, &self.tls()] {
            private(folder).map_err(|error| Error::unwritable(folder.display(), &error))?;
        }
        Ok(())
    }

    /// The mail.
    pub fn mail(&self) -> PathBuf {
        self.root.join("mail.redb")
    }

    /// The authority and the certificate.
    pub fn tls(&self) -> PathBuf {
        self.root.join("tls")
    }

    /// The user's own settings.
    pub fn settings(&self) -> PathBuf {
        self.root.join("lab.toml")
    }

    /// The private file of the lab that runs.
    pub fn card(&self) -> PathBuf {
        self.run.join("lab.json")
    }

    /// Takes the lock of the running lab; none, if one runs.
    ///
    /// # Errors
    /// What the system says of the file.
    pub fn hold(&self) -> Result<Option<Held>, Error> {
        let file = self.lock_file("lab.lock")?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Held(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(Error::unwritable(self.run.display(), &error)),
        }
    }

    /// Waits until nobody else starts a lab.
    ///
    /// # Errors
    /// What the system says of the file.
    pub fn hold_start(&self) -> Result<Held, Error> {
        let file = self.lock_file("start.lock")?;
        file.lock().map_err(|error| Error::unwritable(self.run.display(), &error))?;
        Ok(Held(file))
    }

    fn lock_file(&self, name: &str) -> Result<File, Error> {
        let path = self.run.join(name);
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path).map_err(|error| Error::unwritable(path.display(), &error))
    }
}

/// Makes a folder that is its owner's alone, if it is not there.
fn private(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// What the system said of a file.
pub(crate) fn failed(id: &'static str, path: &Path, error: io::Error) -> Error {
    Error::new(Exit::File, id).with("file", path.display()).detail(error)
}

/// A path for people: `~` instead of their folder.
pub fn shown(path: &Path) -> String {
    let home = etcetera::home_dir().ok();
    match home.and_then(|home| path.strip_prefix(home).ok().map(Path::to_owned)) {
        Some(rest) if cfg!(unix) => format!("~/{}", rest.display()),
        _ => path.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_lab_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home { root: folder.path().join("lab"), run: folder.path().join("run") };
        home.prepare().unwrap();
        let held = home.hold().unwrap();
        assert!(held.is_some());
        assert!(home.hold().unwrap().is_none());
        drop(held);
        assert!(home.hold().unwrap().is_some());
    }

    #[cfg(unix)]
    #[test]
    fn folders_are_their_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let home = Home { root: folder.path().join("lab"), run: folder.path().join("run") };
        home.prepare().unwrap();
        assert_eq!(home.run.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    }
}
