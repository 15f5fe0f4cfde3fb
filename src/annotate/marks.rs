//! Notes for what happened beside the bytes: connected, TLS, closed.

use time::OffsetDateTime;
use time::format_description::well_known::Iso8601;

use crate::dialect::{Phase, State};
use crate::dialogue::mark::{Certificate, CertificateFault, Close, Missing, TlsInfo, Verdict};
use crate::dialogue::{Level, Mark, Note, Protocol, Side};

/// Says what a mark means.
pub fn notes(mark: &Mark, protocol: Protocol, state: &State, say: &mut Vec<Note>) {
    match mark {
        Mark::Trying { address } => say.push(Note::new(Level::State, "mark-trying").with("address", address)),
        Mark::Failed { address, why, .. } => {
            say.push(Note::new(Level::State, *why).with("address", address));
        }
        Mark::Connected { address, port, tls, .. } => connected(address, *port, *tls, protocol, say),
        Mark::Tls(info) => tls(info, state, protocol, say),
        Mark::Opaque { octets, .. } => {
            say.push(Note::new(Level::State, "mark-opaque").with("octets", octets));
        }
        // The first thing that is known: the record begins in the middle.
        Mark::Gap { octets: None, .. } if state.phase == Phase::Connected => {
            say.push(Note::new(Level::State, "mark-begins-in-the-middle"));
        }
        Mark::Odd { id, .. } => say.push(Note::new(Level::Warn, *id)),
        Mark::Gap { octets, .. } => {
            let octets = octets.map_or_else(|| "?".to_owned(), |n| n.to_string());
            say.push(Note::new(Level::Warn, "mark-gap").with("octets", octets));
        }
        Mark::Tunnel { by, target, granted } => {
            let id = if *granted { "mark-tunnel" } else { "mark-tunnel-refused" };
            say.push(Note::new(Level::State, id).label(by.clone()).with("target", target));
        }
        Mark::Missing(missing, protocol) => missed(*missing, *protocol, say),
        Mark::Closed(close) => closed(*close, state, say),
        Mark::Comment(_) | Mark::Step(_) => {}
    }
}

/// Says what a mark means in a dialogue between others: nobody here is the client.
pub fn watched(mark: &Mark, state: &State, say: &mut Vec<Note>) {
    match mark {
        Mark::Connected { address, port, tls, .. } => {
            let id = if *tls { "watched-connected-tls" } else { "watched-connected" };
            say.push(Note::new(Level::State, id).with("address", address).with("port", port));
        }
        Mark::Tls(info) => {
            let label = info.version.clone();
            say.push(match info.cipher.is_empty() {
                true => Note::new(Level::State, "mark-tls-untold").label(label),
                false => Note::new(Level::State, "mark-tls").label(label).with("cipher", &info.cipher),
            });
            if !info.server_name.is_empty() {
                let note = Note::new(Level::Explain, "watched-tls-name").with("name", &info.server_name);
                say.push(note.inner());
            }
            if let Some(certificate) = &info.certificate {
                certificate_notes(certificate, say);
            }
        }
        Mark::Closed(close) => say.push(watched_close(*close, state)),
        Mark::Opaque { side, octets } => {
            let id = match side {
                Side::Client => "watched-opaque-client",
                Side::Server => "watched-opaque-server",
            };
            say.push(Note::new(Level::State, id).with("octets", octets));
        }
        _ => notes(mark, Protocol::Smtp, state, say),
    }
}

fn watched_close(close: Close, state: &State) -> Note {
    let asked = matches!(state.phase, Phase::Logout | Phase::Update);
    match close {
        Close::Client if asked => Note::new(Level::State, "watched-closed-asked"),
        // Some programs never say goodbye; a session that was open may have lost something.
        Close::Client => Note::new(Level::State, "watched-closed-client"),
        Close::Server if asked => Note::new(Level::State, "watched-closed-asked"),
        Close::Unseen => Note::new(Level::State, "mark-closed-unseen"),
        Close::Refused => Note::new(Level::State, "watched-closed-refused"),
        Close::Server => Note::new(Level::State, "watched-closed-server"),
        Close::TimedOut => Note::new(Level::State, "watched-closed-timeout"),
        Close::Unclean | Close::Reset => Note::new(Level::Warn, "mark-closed-reset"),
    }
}

/// What a damaged record has lost, and what would have stood there.
fn missed(missing: Missing, protocol: Protocol, say: &mut Vec<Note>) {
    let would_be: Vec<String> = missing
        .would_be(protocol)
        .iter()
        .map(|(side, text)| format!("{}: {text}", side.letter()).trim_end().to_owned())
        .collect();
    // An example, or a log that was switched on late, is not damaged.
    let level = if missing == Missing::Opening { Level::State } else { Level::Warn };
    let note = Note::new(level, format!("paste-missing-{}", missing.name()));
    say.push(note.with("wouldbe", would_be.join(" / ")));
}

/// The transport, and whether anyone on the way can read it.
fn connected(address: &str, port: u16, tls: bool, protocol: Protocol, say: &mut Vec<Note>) {
    let id = if tls { "mark-connected-tls" } else { "mark-connected" };
    say.push(Note::new(Level::State, id).with("address", address));
    if let Some(fact) = crate::knowledge::find(crate::knowledge::Table::Port, &port.to_string()) {
        let mut note = Note::new(Level::Explain, fact.id).label(port.to_string());
        note.cites.extend(fact.cites);
        say.push(note);
    }
    if port == 25 && protocol == Protocol::Lmtp {
        // RFC 2033 §5: LMTP must not be used on the SMTP port.
        say.push(Note::new(Level::Warn, "lint-lmtp-port-25").cite("RFC 2033 §5"));
    }
}

fn tls(info: &TlsInfo, state: &State, protocol: Protocol, say: &mut Vec<Note>) {
    if !info.version.is_empty() {
        let label = info.version.clone();
        say.push(Note::new(Level::State, "mark-tls").label(label).with("cipher", &info.cipher));
    }
    if let Some(certificate) = &info.certificate {
        certificate_notes(certificate, say);
    }
    match &info.verified {
        Verdict::Verified => {
            say.push(Note::new(Level::Explain, "mark-tls-verified").with("name", &info.server_name).inner());
        }
        Verdict::Unknown => {}
        Verdict::Failed(faults) => {
            say.push(Note::new(Level::Warn, "mark-tls-unverified").with("name", &info.server_name));
            say.extend(faults.iter().map(|f| fault_note(f).inner()));
        }
    }
    if !matches!(state.phase, Phase::Connected) {
        let (id, ask) = match protocol {
            Protocol::Smtp => ("mark-tls-again", "EHLO"),
            Protocol::Lmtp => ("mark-tls-again", "LHLO"),
            Protocol::Pop3 => ("mark-tls-again", "CAPA"),
            Protocol::Imap => ("mark-tls-again", "CAPABILITY"),
        };
        say.push(Note::new(Level::Hint, id).with("ask", ask).cite("RFC 3207 §4.2"));
    }
}

fn certificate_notes(certificate: &Certificate, say: &mut Vec<Note>) {
    let names =
        if certificate.names.is_empty() { certificate.subject.clone() } else { certificate.names.join(", ") };
    say.push(Note::new(Level::Explain, "mark-certificate-names").with("names", names).inner());
    say.push(
        Note::new(Level::Explain, "mark-certificate-dates")
            .with("from", date(certificate.not_before))
            .with("until", date(certificate.not_after))
            .inner(),
    );
    say.push(
        Note::new(Level::Explain, "mark-certificate-issuer").with("issuer", &certificate.issuer).inner(),
    );
}

/// What a check found, as a note.
pub fn fault_note(fault: &CertificateFault) -> Note {
    let note = Note::new(Level::Warn, format!("tls-fault-{}", fault.name()));
    match fault {
        CertificateFault::Expired { at, .. } | CertificateFault::NotYetValid { at, .. } => {
            note.with("date", date(*at))
        }
        CertificateFault::OtherName { wanted, names } => {
            note.with("wanted", wanted).with("names", names.join(", "))
        }
        CertificateFault::UnknownIssuer { issuer, .. } => note.with("issuer", issuer),
        CertificateFault::Other(words) => note.with("words", words),
        _ => note,
    }
}

fn closed(close: Close, state: &State, say: &mut Vec<Note>) {
    let asked = matches!(state.phase, Phase::Logout | Phase::Update);
    let id = match close {
        Close::Client => "mark-closed-client",
        Close::Server if asked => "mark-closed-server",
        Close::Server => "mark-closed-server-alone",
        Close::Unclean => "mark-closed-unclean",
        Close::Reset => "mark-closed-reset",
        Close::TimedOut => "mark-closed-timeout",
        Close::Refused => "mark-closed-refused",
        Close::Unseen => "mark-closed-unseen",
    };
    let level = match close {
        Close::Client | Close::Server if asked || close == Close::Client => Level::State,
        Close::Unseen => Level::State,
        // Many servers end TCP without ending TLS, and after the last reply it does no harm.
        Close::Unclean if asked => Level::State,
        _ => Level::Warn,
    };
    say.push(Note::new(level, id));
}

/// A date as ISO 8601: `2027-11-21`; the number of seconds where it has none.
pub fn date(seconds: i64) -> String {
    let day = OffsetDateTime::from_unix_timestamp(seconds).ok();
    day.and_then(|d| d.date().format(&Iso8601::DATE).ok()).unwrap_or_else(|| seconds.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_iso() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(1_795_219_200), "2026-11-21");
    }
}
