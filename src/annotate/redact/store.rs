//! The run's store of secrets: values by name, shared by the dialogues of one run. Never printed.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};

/// The shortest value that is looked for by value alone, in octets: shorter ones stand in too many places by
/// chance.
pub const SHORTEST: usize = 6;

/// Secrets by name.
#[derive(Clone, Default)]
pub struct Secrets(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    known: Vec<(String, Vec<u8>)>,
    exempt: HashSet<Vec<u8>>,
    /// Counts changes, so that a net knows when it is out of date.
    version: u64,
}

impl Secrets {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Remembers a value and gives its name: the one it has, else `password`, `password2`, …; values of
    /// unknown make are `secret1`, `secret2`, ….
    pub fn learn(&self, base: &str, value: &[u8]) -> String {
        let mut inner = self.lock();
        if let Some((name, _)) = inner.known.iter().find(|(_, v)| v == value) {
            return name.clone();
        }
        let taken = |name: &str| inner.known.iter().any(|(n, _)| n == name);
        let first = if base == "secret" { "secret1".to_owned() } else { base.to_owned() };
        let name = std::iter::once(first)
            .chain((2..).map(|i| format!("{base}{i}")))
            .find(|name| !taken(name))
            .unwrap_or_default();
        inner.known.push((name.clone(), value.to_vec()));
        inner.version += 1;
        name
    }

    /// Remembers what a make with a plain name stands for: `password`, not `plain(…)`.
    pub fn learn_make(&self, make: &str, value: &[u8]) {
        let name = make.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let mut inner = self.lock();
        if name && make != crate::dialogue::Wire::UNTOLD && !inner.known.iter().any(|(n, _)| n == make) {
            inner.known.push((make.to_owned(), value.to_vec()));
            inner.version += 1;
        }
    }

    /// A word that is no secret by value even if it equals one: the user, the host, the domain.
    pub fn exempt(&self, word: &str) {
        let mut inner = self.lock();
        inner.exempt.insert(word.as_bytes().to_vec());
        inner.version += 1;
    }

    /// The values to look for, with their names, and the version they are of.
    pub(super) fn searchable(&self) -> (u64, Vec<(String, Vec<u8>)>) {
        let inner = self.lock();
        let wanted = |v: &Vec<u8>| v.len() >= SHORTEST && !inner.exempt.contains(v);
        (inner.version, inner.known.iter().filter(|(_, v)| wanted(v)).cloned().collect())
    }

    /// The value of a name, for filling a placeholder that the user typed.
    pub fn value(&self, name: &str) -> Option<Vec<u8>> {
        self.lock().known.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone())
    }

    /// Counts changes.
    pub(super) fn version(&self) -> u64 {
        self.lock().version
    }

    /// The names of values that are masked by position only, being too short or the same as a name.
    pub fn weak(&self) -> Vec<String> {
        let inner = self.lock();
        let weak = |v: &Vec<u8>| v.len() < SHORTEST || inner.exempt.contains(v);
        inner.known.iter().filter(|(_, v)| weak(v)).map(|(n, _)| n.clone()).collect()
    }
}

impl fmt::Debug for Secrets {
    /// Names only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.lock().known.iter().map(|(name, _)| name)).finish()
    }
}
