//! What scripts need and do not say: the user, the secrets. Given in a file, else in a variable, else known by the lab,
//! else asked for at the terminal, once for all scripts that need the same.
//!
//! Scripts of one run may log in as several users, so a password can be given for one of them: in
//! `EHLO_PASSWORD_ALUMNOPOP`, which comes before `EHLO_PASSWORD`.

use std::collections::BTreeMap;
use std::env::var_os;
use std::ffi::OsString;
use std::path::Path;

use super::context::Context;
use super::replay::RunArgs;
use crate::error::{Error, Exit};
use crate::i18n::Catalog;
use crate::session::{Question, ask};

/// What was given or asked for once for all scripts.
pub struct Asked {
    user: Option<String>,
    /// By name, and of a password that was asked for, by user.
    secrets: BTreeMap<(String, Option<String>), Vec<u8>>,
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
            let mut value = std::fs::read(path).map_err(|error| Error::unreadable(path.display(), &error))?;
            // One line end at its end is no part of it.
            for end in [b'\n', b'\r'] {
                if value.last() == Some(&end) {
                    value.pop();
                }
            }
            secrets.insert((name.to_owned(), None), value);
        }
        Ok(Asked { user: run.user.clone(), secrets })
    }

    /// The names of the secrets that the command line gives.
    pub fn given(&self) -> impl Iterator<Item = &String> {
        self.secrets.keys().map(|(name, _)| name)
    }

    /// The secrets that the command line gives.
    pub fn into_given(self) -> impl Iterator<Item = Vec<u8>> {
        self.secrets.into_values()
    }

    /// Who logs in, where no script says.
    ///
    /// # Errors
    /// Nobody can be asked.
    pub fn user(&mut self, context: &Context) -> Result<String, Error> {
        if let Some(user) = &self.user {
            return Ok(user.clone());
        }
        let asked = ask(Question::User, &Catalog::new(context.lang).word("ask-user"));
        let user = asked
            .filter(|user| !user.is_empty())
            .ok_or_else(|| Error::new(Exit::Usage, "error-script-user"))?;
        self.user = Some(user.clone());
        Ok(user)
    }

    /// A secret of a script in which this user logs in; `on_lab`: all its connections go to the lab.
    ///
    /// # Errors
    /// Nobody can be asked.
    pub fn secret(
        &mut self,
        name: &str,
        user: Option<&str>,
        on_lab: bool,
        context: &Context,
    ) -> Result<Vec<u8>, Error> {
        if let Some(value) = self.secrets.get(&(name.to_owned(), None)) {
            return Ok(value.clone());
        }
        let user = user.filter(|_| name == "password");
        let place = (name.to_owned(), user.map(str::to_owned));
        if let Some(value) = self.secrets.get(&place) {
            return Ok(value.clone());
        }
        let variables = variables(name, user);
        let given = variables.iter().find_map(var_os).map(OsString::into_encoded_bytes);
        let lab = || super::lab::password(user.filter(|_| on_lab)?).map(String::into_bytes);
        let asked = || {
            let what = user.map_or_else(|| name.to_owned(), |user| format!("{name} ({user})"));
            let label = Catalog::new(context.lang).say("ask-script-secret", &vec![("name", what)]);
            ask(Question::Password, &label).map(String::into_bytes)
        };
        let value = given.or_else(lab).or_else(asked).ok_or_else(|| {
            let variable = variables.last().cloned().unwrap_or_default();
            Error::new(Exit::Usage, "error-script-secret").with("name", name).with("variable", variable)
        })?;
        self.secrets.insert(place, value.clone());
        Ok(value)
    }
}

/// The variables that may hold a secret, the narrower ones first.
fn variables(name: &str, user: Option<&str>) -> Vec<String> {
    let word = |text: &str| {
        let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
        text.chars().map(letter).collect::<String>()
    };
    let own = format!("EHLO_SECRET_{}", name.to_ascii_uppercase());
    if name != "password" {
        return vec![own];
    }
    let of_user = user.map(|user| format!("EHLO_PASSWORD_{}", word(user)));
    of_user.into_iter().chain([own, "EHLO_PASSWORD".to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use super::variables;

    #[test]
    fn a_users_own_variable_comes_first() {
        let all = ["EHLO_PASSWORD_ANA_EXAMPLE_ORG", "EHLO_SECRET_PASSWORD", "EHLO_PASSWORD"];
        assert_eq!(variables("password", Some("ana@example.org")), all);
        assert_eq!(variables("password", None), all[1..]);
        assert_eq!(variables("token", None), ["EHLO_SECRET_TOKEN"]);
    }
}
