//! Looking things up by hand: what a word means, what is legal now, what a capability is.

use crate::dialect::{Capability, Phase, State};
use crate::dialogue::{Level, Note, Protocol};
use crate::knowledge::{self, Fact, Status, Table};

/// The table of a protocol's commands.
pub fn commands(protocol: Protocol) -> Table {
    match protocol {
        Protocol::Smtp | Protocol::Lmtp => Table::SmtpCommand,
        Protocol::Pop3 => Table::PopCommand,
        Protocol::Imap => Table::ImapCommand,
    }
}

/// The table of a protocol's capabilities.
pub fn capabilities(protocol: Protocol) -> Table {
    match protocol {
        Protocol::Smtp | Protocol::Lmtp => Table::SmtpExtension,
        Protocol::Pop3 => Table::PopCapability,
        Protocol::Imap => Table::ImapCapability,
    }
}

/// A fact as a note, with its wire form in front.
pub fn fact_note(fact: &'static Fact, label: impl Into<String>) -> Note {
    let mut note = Note::new(Level::Explain, fact.id).label(label);
    note.cites.extend(fact.cites);
    note
}

/// What a refusal's own words mean, where they are a known phrase. Whoever calls it knows that the code alone does
/// not say as much.
pub fn phrase_note(text: &str) -> Option<Note> {
    // That a command was not understood, its own notes say, and why: misspelled, or in another state.
    let fact = knowledge::phrase(text)
        .filter(|fact| !["phrase-not-recognized", "phrase-imap-bad"].contains(&fact.id))?;
    let mut note = Note::new(Level::Hint, fact.id).label(format!("\"{}\"", fact.name));
    note.cites.extend(fact.cites);
    Some(note)
}

/// A capability, explained as it was offered.
pub fn capability_note(protocol: Protocol, capability: &Capability) -> Note {
    let label = match capability.args.is_empty() {
        true => capability.name.clone(),
        false => format!("{} {}", capability.name, capability.args),
    };
    let arg = match capability.name.split_once('=') {
        Some((_, value)) if capability.args.is_empty() => value,
        _ => capability.args.as_str(),
    };
    let table = capabilities(protocol);
    // SIZE without a limit says another thing than SIZE with one.
    let limitless = capability.name.eq_ignore_ascii_case("SIZE") && matches!(arg, "" | "0");
    let fact = match limitless {
        true => knowledge::find_after(table, &capability.name, "UNLIMITED"),
        false => knowledge::find(table, &capability.name),
    };
    let note = match fact {
        Some(fact) => fact_note(fact, label),
        None => Note::new(Level::Explain, "note-capability-unknown").label(label),
    };
    note.with("arg", arg).with("size", human_size(arg)).inner()
}

/// Octets as people say them: `10.24 MB`; the words themselves where they are no number.
pub fn human_size(octets: &str) -> String {
    let Ok(n) = octets.trim().parse::<f64>() else { return octets.to_owned() };
    let (value, unit) = match n {
        n if n >= 1e9 => (n / 1e9, "GB"),
        n if n >= 1e6 => (n / 1e6, "MB"),
        n if n >= 1e3 => (n / 1e3, "kB"),
        n => (n, "B"),
    };
    let text = format!("{value:.2}");
    format!("{} {unit}", text.trim_end_matches('0').trim_end_matches('.'))
}

/// The verbs that are legal in a state, current ones only.
pub fn possible(protocol: Protocol, state: &State) -> String {
    let mut verbs: Vec<&str> = legal(protocol, state).into_iter().map(|f| f.name).collect();
    verbs.dedup();
    verbs.truncate(14);
    verbs.join(", ")
}

/// The commands that are legal in a state and, so far as is known, can be had on this server, in the order of
/// their use.
pub fn possible_facts(protocol: Protocol, state: &State) -> Vec<&'static Fact> {
    let has = |need: &str| match need.strip_suffix('=') {
        Some(_) => state
            .capabilities
            .iter()
            .flatten()
            .any(|c| c.name.get(..need.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(need))),
        None => state.offers(need),
    };
    let had = |fact: &&Fact| {
        let needs = knowledge::needs(fact);
        // Logging in is tried before anybody asks what is offered.
        let unasked = state.capabilities.is_none() && fact.name == "AUTHENTICATE";
        needs.is_empty() || unasked || needs.iter().any(|need| has(need))
    };
    let mut facts: Vec<&'static Fact> = legal(protocol, state).into_iter().filter(had).collect();
    let hello = knowledge::find(Table::SmtpCommand, "LHLO");
    if let Some(hello) =
        hello.filter(|h| protocol == Protocol::Lmtp && h.states.contains(&state.phase.name()))
    {
        facts.insert(0, hello);
    }
    facts
}

/// The commands that are legal in a state, current ones only; what leads on before what is possible anywhere.
fn legal(protocol: Protocol, state: &State) -> Vec<&'static Fact> {
    let phase = match state.phase {
        Phase::Connected | Phase::Logout | Phase::Update => return Vec::new(),
        phase => phase.name(),
    };
    let hidden = |fact: &&Fact| {
        let current = matches!(fact.status, Status::Current | Status::Optional);
        let lmtp = fact.name == "LHLO" && protocol != Protocol::Lmtp;
        let hello = matches!(fact.name, "EHLO" | "HELO") && protocol == Protocol::Lmtp;
        let needs = match fact.name {
            "STARTTLS" | "STLS" => state.tls || !state.offers(fact.name),
            "AUTH" => state.user.is_some() || state.mechanisms().is_empty(),
            "BDAT" => !state.offers("CHUNKING"),
            "BURL" | "ETRN" | "ATRN" | "EXPN" => !state.offers(fact.name),
            "IDLE" | "ID" | "ENABLE" | "NAMESPACE" | "UNSELECT" | "MOVE" => !state.offers(fact.name),
            _ => false,
        };
        !current || lmtp || hello || needs || !fact.name.bytes().all(|b| b.is_ascii_alphabetic() || b == b' ')
    };
    let mut facts: Vec<_> =
        knowledge::commands_in(commands(protocol), phase).filter(|f| !hidden(f)).collect();
    facts.sort_by_key(|f| usage_rank(f.name));
    facts
}

/// The order in which a dialogue uses its verbs; others after them.
fn usage_rank(verb: &str) -> usize {
    const ORDER: &[&str] = &[
        "EHLO",
        "LHLO",
        "HELO",
        "STARTTLS",
        "STLS",
        "CAPA",
        "CAPABILITY",
        "AUTH",
        "AUTHENTICATE",
        "LOGIN",
        "USER",
        "PASS",
        "APOP",
        "MAIL",
        "RCPT",
        "DATA",
        "BDAT",
        "STAT",
        "LIST",
        "UIDL",
        "RETR",
        "TOP",
        "DELE",
        "SELECT",
        "EXAMINE",
        "FETCH",
        "SEARCH",
        "STORE",
        "COPY",
        "MOVE",
        "EXPUNGE",
        "IDLE",
        "CLOSE",
        "CREATE",
        "STATUS",
        "APPEND",
        "VRFY",
        "RSET",
        "NOOP",
        "HELP",
        "QUIT",
        "LOGOUT",
    ];
    ORDER.iter().position(|o| *o == verb).unwrap_or(ORDER.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_in_known_words_is_explained_by_them() {
        let id = |text: &str| phrase_note(text).map(|note| note.id.into_owned());
        assert_eq!(id("<x@gmail.com>: Relay access denied").as_deref(), Some("phrase-relay"));
        assert_eq!(id("Error in IMAP command received by server."), None);
        assert_eq!(id("hola"), None);
    }

    #[test]
    fn sizes_are_as_people_say_them() {
        for (octets, words) in [("10240000", "10.24 MB"), ("1048576", "1.05 MB"), ("512", "512 B"), ("", "")]
        {
            assert_eq!(human_size(octets), words);
        }
    }
}
