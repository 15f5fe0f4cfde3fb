//! What a run is given once or asks for once: the user, and secrets, from files, variables or the terminal.
//! A value is never an argument: process lists show those.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use super::context::Context;
use super::replay::RunArgs;
use crate::error::{Error, Exit};
use crate::i18n::Catalog;
use crate::session;

/// What was given or asked for once for all scripts.
pub(super) struct Asked {
    user: Option<String>,
    /// Secrets by name, of files and answers.
    pub secrets: BTreeMap<String, Vec<u8>>,
}

impl Asked {
    /// What the command line gives.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn new(run: &RunArgs) -> Result<Asked, Error> {
        let mut secrets = BTreeMap::new();
        let files = run.secret.iter().map(|(name, file)| (name.as_str(), Path::new(file)));
        for (name, path) in files.chain(run.password_file.iter().map(|file| ("password", file.as_path()))) {
            let mut value = std::fs::read(path).map_err(|error| {
                Error::new(Exit::File, "error-file-read").with("file", path.display()).detail(error)
            })?;
            // One line end at its end is no part of it.
            for end in [b'\n', b'\r'] {
                if value.last() == Some(&end) {
                    value.pop();
                }
            }
            secrets.insert(name.to_owned(), value);
        }
        Ok(Asked { user: run.user.clone(), secrets })
    }

    /// The user, asked for if nobody said it.
    ///
    /// # Errors
    /// There is nobody to ask.
    pub fn user(&mut self, context: &Context) -> Result<String, Error> {
        if let Some(user) = &self.user {
            return Ok(user.clone());
        }
        let asked = session::ask(session::Question::User, &Catalog::new(context.lang).word("ask-user"));
        let user = asked
            .filter(|user| !user.is_empty())
            .ok_or_else(|| Error::new(Exit::Usage, "error-script-user"))?;
        self.user = Some(user.clone());
        Ok(user)
    }

    /// A secret: of a file, of a variable, or asked for.
    ///
    /// # Errors
    /// There is nobody to ask.
    pub fn secret(&mut self, name: &str, context: &Context) -> Result<Vec<u8>, Error> {
        if let Some(value) = self.secrets.get(name) {
            return Ok(value.clone());
        }
        let own = format!("EHLO_SECRET_{}", name.to_ascii_uppercase());
        let mut given = std::env::var_os(&own);
        if name == "password" {
            given = given.or_else(|| std::env::var_os("EHLO_PASSWORD"));
        }
        let asked = || {
            let label = Catalog::new(context.lang).say("ask-script-secret", &vec![("name", name.to_owned())]);
            session::ask(session::Question::Password, &label).map(String::into_bytes)
        };
        let value = given.map(OsString::into_encoded_bytes).or_else(asked);
        let value = value.ok_or_else(|| {
            let variable = if name == "password" { "EHLO_PASSWORD" } else { &own };
            Error::new(Exit::Usage, "error-script-secret").with("name", name).with("variable", variable)
        })?;
        self.secrets.insert(name.to_owned(), value.clone());
        Ok(value)
    }
}
