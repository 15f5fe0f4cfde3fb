//! What the servers offer: as much as the practice's server, as little as possible, or all there is.

/// How much is offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// What the practice's server says.
    #[default]
    Sheet,
    /// The base protocols, no extension.
    Bare,
    /// All that ehlo's servers can do.
    Modern,
}

impl Profile {
    /// The words on the command line.
    pub const NAMES: [&str; 3] = ["sheet", "bare", "modern"];

    /// By its word.
    pub fn parse(word: &str) -> Option<Profile> {
        match word {
            "sheet" => Some(Profile::Sheet),
            "bare" => Some(Profile::Bare),
            "modern" => Some(Profile::Modern),
            _ => None,
        }
    }

    /// Its word.
    pub fn name(self) -> &'static str {
        Profile::NAMES[self as usize]
    }
}
