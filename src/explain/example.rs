//! Examples: small dialogues, wrong and then right, which the lab really answers as they say (`tests/examples.rs`
//! replays all of them). They are data, `src/knowledge/examples/`, in the notation, since the wire has no language:
//!
//! ```text
//! # about smtp-reply-503 phrase-need-mail
//! @smtp lab
//! C: EHLO redes
//! @step "wrong"
//! C: RCPT TO:<alumnopop@redes.unlp.edu.ar>
//! S: 503 5.5.1 Error: need MAIL command
//! @step "right"
//! …
//! ```
//!
//! Where nothing was wrong and the same goes through another time, the steps are "now" and "later".
//!
//! What stands before the first step is said too, and not shown; nor is a step "between". A first step that begins with
//! the server's line, and nothing before it, shows the greeting. Before the steps may stand
//!
//! - `# profile modern`: what the lab offers, if not what the practice's server does;
//! - `# fault rcpt 450 "4.2.1 Closed" once`: what goes wrong on purpose, as `ehlo lab fault` takes it;
//! - `# user alumnopop`: who logs in first;
//! - `# options --no-tags`: options of the session; with `--user NAME` it answers the challenges of a login by itself, and
//!   makes what stands as a placeholder: `C: AUTH PLAIN {{plain("alumnopop", password)}}`;
//! - `# elsewhere`: the lab does not offer this, so it is shown as what a server answers that does. It is read by the
//!   protocol's reader, and not replayed; what the server answers before the first step is written too.
//!
//! `@smtp lab:587` is another port. `@dns lab` is no session: each `C: MX gmail.com` is a query, and what is answered are
//! records as a zone's file has them. Any other word is a protocol that ehlo does not read, so always elsewhere.

use crate::dialogue::Protocol;

/// All of them: the name of each file, and what is in it.
pub const FILES: [(&str, &str); 13] = [
    ("smtp", include_str!("../knowledge/examples/smtp.ehlo")),
    ("enhanced", include_str!("../knowledge/examples/enhanced.ehlo")),
    ("pop", include_str!("../knowledge/examples/pop.ehlo")),
    ("imap-command", include_str!("../knowledge/examples/imap-command.ehlo")),
    ("imap-capability", include_str!("../knowledge/examples/imap-capability.ehlo")),
    ("imap-code", include_str!("../knowledge/examples/imap-code.ehlo")),
    ("imap-item", include_str!("../knowledge/examples/imap-item.ehlo")),
    ("imap-key", include_str!("../knowledge/examples/imap-key.ehlo")),
    ("imap-word", include_str!("../knowledge/examples/imap-word.ehlo")),
    ("sasl", include_str!("../knowledge/examples/sasl.ehlo")),
    ("header", include_str!("../knowledge/examples/header.ehlo")),
    ("dns", include_str!("../knowledge/examples/dns.ehlo")),
    ("port", include_str!("../knowledge/examples/port.ehlo")),
];

/// How many are shown of a row.
const SHOWN: usize = 2;

/// An example.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Example {
    /// The rows it is about, by id.
    pub about: Vec<&'static str>,
    /// The protocol, as in the notation: `smtp`, `lmtp`, `pop`, `imap`; `dns`; or one that ehlo does not read.
    pub word: &'static str,
    /// With whom: `lab`, `lab:587`.
    pub target: &'static str,
    /// The lab's profile.
    pub profile: Option<&'static str>,
    /// What goes wrong on purpose, as `ehlo lab fault` takes it.
    pub fault: Option<&'static str>,
    /// Who logs in.
    pub user: Option<&'static str>,
    /// Options of the session.
    pub options: Option<&'static str>,
    /// Whether it is what a server answers that offers more than the lab.
    pub elsewhere: bool,
    /// What comes before the first step.
    pub before: Vec<&'static str>,
    /// The steps: their word (`wrong`, `right`, `now`, `later`, `between`), and their lines.
    pub steps: Vec<(&'static str, Vec<&'static str>)>,
}

impl Example {
    /// The protocol whose dialogue it is; none for the DNS, and for what ehlo does not read.
    pub fn protocol(&self) -> Option<Protocol> {
        match self.word {
            "smtp" => Some(Protocol::Smtp),
            "lmtp" => Some(Protocol::Lmtp),
            "pop" => Some(Protocol::Pop3),
            "imap" => Some(Protocol::Imap),
            _ => None,
        }
    }

    /// The steps that are shown.
    pub fn shown(&self) -> impl Iterator<Item = &(&'static str, Vec<&'static str>)> {
        self.steps.iter().filter(|(title, _)| *title != "between")
    }
}

/// All examples, in the files' order.
pub fn all() -> impl Iterator<Item = Example> {
    FILES.into_iter().flat_map(|(_, text)| of(text))
}

/// The examples of one file.
pub fn of(text: &'static str) -> impl Iterator<Item = Example> {
    text.split("# about ").skip(1).map(read)
}

/// The examples that are shown of a row: those that are about the fewest others.
pub fn about(id: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = all().filter(|example| example.about.contains(&id)).collect();
    // What the row is named first for is more its own; and what the lab really says comes before what others would.
    let first = |example: &Example| example.about.first() != Some(&id);
    examples.sort_by_key(|example| (example.elsewhere, first(example), example.about.len()));
    examples.truncate(SHOWN);
    examples
}

fn read(text: &'static str) -> Example {
    let mut lines = text.lines();
    let about = lines.next().unwrap_or_default().split_whitespace().collect();
    let mut example = Example { about, ..Example::default() };
    for line in lines.filter(|line| !line.is_empty()) {
        if let Some(title) = line.strip_prefix("@step ") {
            example.steps.push((title.trim_matches('"'), Vec::new()));
        } else if let Some((_, lines)) = example.steps.last_mut() {
            lines.push(line);
        } else if let Some(rest) = line.strip_prefix("# ") {
            directive(&mut example, rest);
        } else if let Some(rest) = line.strip_prefix('@')
            && let Some((word, target)) = rest.split_once(' ')
        {
            (example.word, example.target) = (word, target);
        } else {
            example.before.push(line);
        }
    }
    example
}

fn directive(example: &mut Example, text: &'static str) {
    let (word, value) = text.split_once(' ').unwrap_or((text, ""));
    match word {
        "profile" => example.profile = Some(value),
        "fault" => example.fault = Some(value),
        "user" => example.user = Some(value),
        "options" => example.options = Some(value),
        "elsewhere" => example.elsewhere = true,
        // Anything else is a word to whoever reads the file.
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_says_what_the_lab_is_to_do() {
        let text = "# about a b\n# profile modern\n# fault rcpt 450 \"4.2.1 x\" once\n# elsewhere\n@smtp lab:587\nC: EHLO x\n\
                    @step \"wrong\"\nC: # user is what a client says here\nS: 500 no\n";
        let read: Vec<Example> = of(text).collect();
        let [example] = read.as_slice() else { panic!("{read:?}") };
        assert_eq!(example.about, ["a", "b"]);
        assert_eq!((example.word, example.target), ("smtp", "lab:587"));
        assert_eq!((example.profile, example.fault), (Some("modern"), Some("rcpt 450 \"4.2.1 x\" once")));
        assert!(example.elsewhere && example.user.is_none());
        assert_eq!(example.before, ["C: EHLO x"]);
        assert_eq!(example.steps.len(), 1);
    }

    #[test]
    fn the_most_specific_are_shown_and_not_more_than_two() {
        let shown = about("smtp-reply-250");
        assert!((1..=SHOWN).contains(&shown.len()));
        assert!(shown.windows(2).all(|pair| pair[0].elsewhere <= pair[1].elsewhere));
        assert!(about("no-such-row").is_empty());
    }
}
