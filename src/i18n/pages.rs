//! The pages of concepts, one text file for each in each language: `en/pages/envelope.txt`. They are only looked at
//! when one is shown. What their marks mean: [`crate::explain::page`].

use super::Lang;

macro_rules! pages {
    ($($name:literal),* $(,)?) => {
        /// The names of all pages: a concept's id without `concept-`.
        pub const PAGES: &[&str] = &[$($name),*];

        /// A page's text.
        pub fn page(lang: Lang, name: &str) -> Option<&'static str> {
            match (lang, name) {
                $(
                    (Lang::En, $name) => Some(include_str!(concat!("en/pages/", $name, ".txt"))),
                    (Lang::Es, $name) => Some(include_str!(concat!("es/pages/", $name, ".txt"))),
                )*
                _ => None,
            }
        }
    };
}

pages!(
    "auth",
    "base64",
    "bounce",
    "crlf",
    "dot",
    "envelope",
    "flags",
    "forging",
    "idle",
    "imap",
    "literal",
    "message",
    "mx",
    "pop",
    "pop-imap",
    "queue",
    "received",
    "relay",
    "reply-code",
    "smtp",
    "submission",
    "tag",
    "tls",
    "uid",
    "uidl",
    "way",
    "webmail",
);
