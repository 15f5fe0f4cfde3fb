//! What the words of an SMTP dialogue mean, and what goes wrong with them.
//!
//! Whether a command was out of order is said when its reply has come: under pipelining (RFC 2920) the state
//! at the time of sending does not tell, and the server may take what the RFC does not.

use std::collections::HashMap;

use super::message::{Message, MessageReader, compose_lints, envelope_notes};
use super::topics::{capability_note, fact_note, human_size, phrase_note};
use super::{Explain, Moment, possible, sasl};
use crate::dialect::{Capability, Envelope, Phase, State};
use crate::dialogue::{Level, Note, Piece, Protocol, Shape, Side, Step, TokenKind, UnitHead};
use crate::knowledge::{self, Fact, Table};

/// Explains SMTP and LMTP.
#[derive(Debug)]
pub struct SmtpExplain {
    protocol: Protocol,
    open: [Option<Open>; 2],
    /// What each exchange that has not ended asked.
    asked: HashMap<u64, Asked>,
    reader: Option<MessageReader>,
    message: Option<(Message, Envelope)>,
    accepted: u64,
    /// How many messages of the SASL exchange the client has sent.
    sasl_step: usize,
    /// It was said already that anyone can read this login.
    warned_clear: bool,
    /// What the server said last that it can do.
    capabilities: Option<Vec<Capability>>,
}

#[derive(Debug)]
struct Open {
    head: UnitHead,
    first: Option<Piece>,
    capabilities: bool,
}

/// A command that waits for its reply.
#[derive(Clone, Debug, Default)]
struct Asked {
    verb: String,
    argument: String,
    phase: Phase,
    known: bool,
    data_sent: bool,
}

impl SmtpExplain {
    /// An explainer for SMTP or LMTP.
    pub fn new(protocol: Protocol) -> Self {
        SmtpExplain {
            protocol,
            open: [None, None],
            asked: HashMap::new(),
            reader: None,
            message: None,
            accepted: 0,
            sasl_step: 0,
            warned_clear: false,
            capabilities: None,
        }
    }

    fn command(&mut self, open: &Open, state: &State, say: &mut Vec<Note>) {
        let Some(piece) = &open.first else { return };
        let Some(verb) = piece.word(TokenKind::Verb).map(|v| v.to_ascii_uppercase()) else { return };
        let fact = knowledge::find(Table::SmtpCommand, &verb);
        if let Some(exchange) = open.head.exchange {
            let argument = [TokenKind::Address, TokenKind::Domain, TokenKind::Mechanism];
            self.asked.insert(
                exchange,
                Asked {
                    verb: verb.clone(),
                    argument: argument.into_iter().find_map(|k| piece.word(k)).unwrap_or_default(),
                    phase: state.phase,
                    known: fact.is_some(),
                    data_sent: false,
                },
            );
        }
        match fact {
            Some(fact) => say.push(fact_note(fact, &*verb)),
            None => unknown_verb(&verb, say),
        }
        if matches!(verb.as_str(), "MAIL" | "RCPT") {
            for word in piece.words(TokenKind::Parameter) {
                say.push(parameter(&word));
            }
        }
        self.not_offered(&verb, piece, state, say);
        if verb == "AUTH" {
            self.sasl_step = 0;
            self.warned_clear = auth(piece, state, say);
            let mechanism = piece.word(TokenKind::Mechanism).unwrap_or_default();
            self.client_sasl(&mechanism, piece, state, say);
        }
    }

    /// A capability used although it was not offered.
    fn not_offered(&self, verb: &str, piece: &Piece, state: &State, say: &mut Vec<Note>) {
        if state.capabilities.is_none() {
            return;
        }
        let mut missing: Vec<String> = Vec::new();
        let needs = match verb {
            "STARTTLS" => Some("STARTTLS"),
            "BDAT" => Some("CHUNKING"),
            "AUTH" => Some("AUTH"),
            _ => None,
        };
        let offered = |name: &str| match name {
            "AUTH" => !state.mechanisms().is_empty(),
            _ => state.offers(name),
        };
        missing.extend(needs.filter(|n| !offered(n)).map(str::to_owned));
        if verb == "MAIL" || verb == "RCPT" {
            let names = piece.words(TokenKind::Parameter);
            let extensions = names.filter_map(|w| extension_of(&w));
            missing.extend(extensions.filter(|n| !offered(n)).map(str::to_owned));
        }
        if let Some(mechanism) = piece.word(TokenKind::Mechanism)
            && offered("AUTH")
            && !state.mechanisms().contains(&mechanism.to_ascii_uppercase())
        {
            missing.push(format!("AUTH {mechanism}"));
        }
        for name in missing {
            say.push(Note::new(Level::Warn, "lint-smtp-not-offered").with("name", name));
        }
    }

    fn client_sasl(&mut self, mechanism: &str, piece: &Piece, state: &State, say: &mut Vec<Note>) {
        for token in piece.tokens.iter().filter(|t| matches!(t.kind, TokenKind::Secret | TokenKind::Base64)) {
            let quiet = state.tls || self.warned_clear;
            say.extend(sasl::client_note(mechanism, self.sasl_step, piece, token, quiet));
            self.sasl_step += 1;
        }
    }

    fn data_piece(&mut self, piece: &Piece) {
        let Some(open) = &self.open[Side::Client as usize] else { return };
        let chunked = open.head.exchange.and_then(|e| self.asked.get(&e)).is_some_and(|a| a.verb == "BDAT");
        let reader = self.reader.get_or_insert_with(|| MessageReader::new(!chunked));
        if piece.token(TokenKind::Dot).is_none() || chunked {
            reader.feed(&piece.wire.bytes);
        }
    }

    fn data_closed(&mut self, head: &UnitHead, state: &State, say: &mut Vec<Note>) {
        let asked = head.exchange.and_then(|e| self.asked.get_mut(&e));
        let chunked = asked.as_ref().is_some_and(|a| a.verb == "BDAT");
        if let Some(asked) = asked {
            asked.data_sent = true;
        }
        if !chunked {
            say.extend(knowledge::find(Table::SmtpCommand, ".").map(|fact| fact_note(fact, ".")));
        }
        if !chunked && let Some(reader) = self.reader.take() {
            let envelope = state.envelope.clone().unwrap_or_default();
            self.message = Some((reader.finish(), envelope));
        }
    }

    fn reply(&mut self, open: &Open, last: bool, moment: Moment<'_>, say: &mut Vec<Note>) {
        let Some(piece) = &open.first else { return };
        let Some(code) = piece.word(TokenKind::Code) else { return };
        let enhanced = piece.word(TokenKind::Enhanced);
        let asked = match (open.head.exchange, last) {
            (Some(e), true) => self.asked.remove(&e),
            (Some(e), false) => self.asked.get(&e).cloned(),
            (None, _) => None,
        };
        let situation = self.situation(&open.head, asked.as_ref(), piece, &code);
        let label = match &enhanced {
            Some(enhanced) => format!("{code} {enhanced}"),
            None => code.clone(),
        };
        let refused = code.starts_with(['4', '5']);
        // What is out of order is said by its own hint, where the state tells what was missing.
        let order = code == "503";
        let told = order && asked.as_ref().is_some_and(|asked| missing(asked, moment.after).is_some());
        // "Say HELO" would be wrong advice: LMTP has neither (RFC 2033 §4.1).
        let lmtp = self.protocol == Protocol::Lmtp && situation == "EHLO";
        let fact = knowledge::find_after(Table::SmtpReply, &code, if told || lmtp { "" } else { &situation })
            .or_else(|| knowledge::class(Table::SmtpReply, &code));
        let mut note = match fact {
            Some(fact) => fact_note(fact, &*label),
            None => Note::new(Level::Explain, "note-reply-unknown").label(&*label),
        };
        if refused {
            note.level = Level::Warn;
        }
        say.push(note);
        if !order && let Some(enhanced) = &enhanced {
            let fact = knowledge::find(Table::SmtpEnhanced, enhanced)
                .or_else(|| knowledge::class(Table::SmtpEnhanced, enhanced));
            say.extend(fact.map(|f| fact_note(f, &**enhanced).inner()));
        }
        if refused && vague(&code, enhanced.as_deref()) {
            let text = piece.word(TokenKind::Text);
            say.extend(text.and_then(|text| phrase_note(&text)));
        }
        if let Some(asked) = &asked {
            self.after(asked, &code, moment, say);
        }
        if moment.after.user.is_some() && moment.before.user != moment.after.user {
            let user = moment.after.user.clone().unwrap_or_default();
            say.push(Note::new(Level::State, "state-logged-in").with("user", user));
        }
    }

    /// The row of the reply's meaning: `GREETING`, `ESMTP`, the verb; `LMTP`, where it is one recipient's.
    fn situation(&self, head: &UnitHead, asked: Option<&Asked>, piece: &Piece, code: &str) -> String {
        if head.shape == Shape::Greeting {
            let text = piece.word(TokenKind::Text).unwrap_or_default().to_ascii_uppercase();
            let extended = text.split_whitespace().any(|w| w == "ESMTP");
            return if extended { "ESMTP" } else { "GREETING" }.to_owned();
        }
        let Some(asked) = asked else { return String::new() };
        // RFC 2033 §4.2: after the message each recipient has a reply of its own.
        let own = |fact: &'static Fact| fact.after == "LMTP";
        let recipient = self.protocol == Protocol::Lmtp
            && asked.data_sent
            && knowledge::find_after(Table::SmtpReply, code, "LMTP").is_some_and(own);
        if recipient { "LMTP".to_owned() } else { asked.verb.clone() }
    }

    /// What a reply means after that command.
    fn after(&mut self, asked: &Asked, code: &str, moment: Moment<'_>, say: &mut Vec<Note>) {
        let state = moment.after;
        let done = code.starts_with('2');
        match asked.verb.as_str() {
            "EHLO" | "LHLO" if done => {
                self.capabilities(moment, say);
                if !asked.argument.is_empty() {
                    let note = Note::new(Level::Explain, "note-ehlo-name").with("name", &asked.argument);
                    say.push(note);
                }
            }
            "DATA" if asked.data_sent => {
                self.accepted += u64::from(done);
                if let Some((message, envelope)) = self.message.take() {
                    say.extend(compose_lints(&message, state.offers("8BITMIME")));
                    if done {
                        let from = &envelope.reverse_path;
                        say.extend(envelope_notes(from, &envelope.forward_paths, &message));
                    }
                }
            }
            "BDAT" if done && state.phase != Phase::Data => {
                self.accepted += 1;
                if let Some(reader) = self.reader.take() {
                    let message = reader.finish();
                    let envelope = moment.before.envelope.clone().unwrap_or_default();
                    say.extend(compose_lints(&message, true));
                    say.extend(envelope_notes(&envelope.reverse_path, &envelope.forward_paths, &message));
                }
            }
            _ => {}
        }
        // Courier says 502 of a verb that comes too early.
        let early = code == "502" && misplaced(asked).is_some();
        if code == "503" || early {
            out_of_order(asked, state, self.protocol, say);
        }
        if early {
            // Said already: the verb is right, the order is not.
        } else if matches!(code, "500" | "502") && asked.known {
            // Not a slip: the verb is right, this server does not do it.
            let hello = self.protocol == Protocol::Lmtp && matches!(asked.verb.as_str(), "EHLO" | "HELO");
            let id = if hello { "lint-lmtp-lhlo" } else { "lint-smtp-not-here" };
            say.push(Note::new(Level::Hint, id).with("verb", &asked.verb));
        } else if code.starts_with("50") && asked.known && code != "503" {
            let syntax = knowledge::find(Table::SmtpCommand, &asked.verb).map_or("", |f| f.syntax);
            if !syntax.is_empty() {
                say.push(Note::new(Level::Hint, "hint-syntax").with("syntax", syntax));
            }
        }
        if asked.verb == "STARTTLS" && code == "220" {
            say.push(Note::new(Level::State, "state-handshake"));
        }
    }

    /// Capabilities: explained the first time; then only what came and what went.
    fn capabilities(&mut self, moment: Moment<'_>, say: &mut Vec<Note>) {
        let Some(now) = &moment.after.capabilities else { return };
        let Some(before) = self.capabilities.replace(now.clone()) else {
            return say.extend(now.iter().map(|c| capability_note(self.protocol, c)));
        };
        let has = |list: &[Capability], c: &Capability| {
            list.iter().any(|o| o.name.eq_ignore_ascii_case(&c.name) && o.args == c.args)
        };
        let told = say.len();
        say.extend(now.iter().filter(|c| !has(&before, c)).map(|c| {
            let note = capability_note(self.protocol, c);
            let label = format!("+ {}", note.label);
            note.label(label)
        }));
        let named = |c: &&Capability| !now.iter().any(|n| n.name.eq_ignore_ascii_case(&c.name));
        let gone: Vec<&str> = before.iter().filter(named).map(|c| c.name.as_str()).collect();
        if !gone.is_empty() {
            let label = format!("- {}", gone.join(" "));
            say.push(Note::new(Level::Explain, "note-capabilities-gone").label(label).inner());
        }
        if say.len() == told {
            say.push(Note::new(Level::Explain, "note-capabilities-same").inner());
        }
    }
}

/// Whether a refusal's code has several reasons, so that the server's words tell which.
fn vague(code: &str, enhanced: Option<&str>) -> bool {
    // RFC 3463 §3.1, §3.6, §3.8: undefined, a protocol error of any kind, a policy of any kind.
    let open = |enhanced: &str| {
        enhanced.get(1..).is_some_and(|rest| [".0.0", ".5.0", ".7.0", ".7.1"].contains(&rest))
    };
    ["421", "450", "451", "550", "553", "554"].contains(&code) && enhanced.is_none_or(open)
}

fn unknown_verb(verb: &str, say: &mut Vec<Note>) {
    let near = knowledge::nearest(Table::SmtpCommand, verb);
    // A verb of another protocol: a student in the wrong session.
    let foreign = [(Table::PopCommand, "POP3"), (Table::ImapCommand, "IMAP")]
        .into_iter()
        .find(|(table, _)| knowledge::find(*table, verb).is_some());
    let note = match (near, foreign) {
        (_, Some((_, protocol))) => {
            Note::new(Level::Warn, "lint-foreign-verb").with("verb", verb).with("protocol", protocol)
        }
        (Some(fact), None) => {
            Note::new(Level::Warn, "lint-misspelled").with("verb", verb).with("near", fact.name)
        }
        (None, None) => Note::new(Level::Warn, "lint-unknown-verb").with("verb", verb),
    };
    say.push(note);
}

/// A parameter of MAIL or RCPT.
fn parameter(word: &str) -> Note {
    let (name, value) = word.split_once('=').unwrap_or((word, ""));
    let fact = knowledge::find_after(Table::SmtpExtension, name, "PARAMETER").filter(|f| !f.after.is_empty());
    let note = match fact {
        Some(fact) => fact_note(fact, word),
        None => Note::new(Level::Explain, "note-param-unknown").label(word),
    };
    note.with("arg", value).with("size", human_size(value)).inner()
}

/// The extension that a parameter belongs to.
fn extension_of(word: &str) -> Option<&'static str> {
    let name = word.split('=').next().unwrap_or(word).to_ascii_uppercase();
    Some(match name.as_str() {
        "SIZE" => "SIZE",
        "BODY" => "8BITMIME",
        "SMTPUTF8" => "SMTPUTF8",
        "AUTH" => "AUTH",
        "RET" | "ENVID" | "NOTIFY" | "ORCPT" => "DSN",
        _ => return None,
    })
}

/// Explains a mechanism; whether it was warned that anyone can read what follows.
fn auth(piece: &Piece, state: &State, say: &mut Vec<Note>) -> bool {
    let Some(mechanism) = piece.word(TokenKind::Mechanism).map(|m| m.to_ascii_uppercase()) else {
        return false;
    };
    if let Some(fact) = knowledge::find(Table::Sasl, &mechanism) {
        say.push(fact_note(fact, &*mechanism).inner());
    }
    let clear = !state.tls && matches!(mechanism.as_str(), "PLAIN" | "LOGIN" | "XOAUTH2" | "OAUTHBEARER");
    if clear {
        let way = if state.offers("STARTTLS") { "lint-login-clear-starttls" } else { "lint-login-clear" };
        say.push(Note::new(Level::Warn, way).with("command", "STARTTLS").cite("RFC 4954 §4"));
    }
    clear
}

/// What a command was said too early, or twice, for.
fn misplaced(asked: &Asked) -> Option<&'static str> {
    Some(match (asked.verb.as_str(), asked.phase) {
        ("RCPT", Phase::Unintroduced | Phase::Ready) => "lint-smtp-rcpt-before-mail",
        ("DATA" | "BDAT", Phase::Unintroduced | Phase::Ready) => "lint-smtp-data-before-mail",
        ("DATA" | "BDAT", Phase::Mail) => "lint-smtp-data-before-rcpt",
        ("MAIL", Phase::Mail | Phase::Rcpt) => "lint-smtp-mail-twice",
        ("AUTH" | "MAIL", Phase::Unintroduced) => "lint-smtp-ehlo-first",
        _ => return None,
    })
}

/// What a command was said too early for, as far as the state tells.
fn missing(asked: &Asked, state: &State) -> Option<&'static str> {
    misplaced(asked).or_else(|| match asked.verb.as_str() {
        "AUTH" if state.user.is_some() => Some("lint-smtp-auth-twice"),
        "AUTH" if matches!(asked.phase, Phase::Mail | Phase::Rcpt) => Some("lint-smtp-auth-in-transaction"),
        _ => None,
    })
}

/// Which command was missing, and what may come now.
fn out_of_order(asked: &Asked, state: &State, protocol: Protocol, say: &mut Vec<Note>) {
    let own = |fact: &'static Fact| !fact.after.is_empty();
    match missing(asked, state) {
        Some(id) => say.push(Note::new(Level::Hint, id).with("verb", &asked.verb)),
        // The reply's own note has said what it may be.
        None if knowledge::find_after(Table::SmtpReply, "503", &asked.verb).is_some_and(own) => {}
        None => say.push(Note::new(Level::Hint, "lint-smtp-out-of-order").with("verb", &asked.verb)),
    }
    let verbs = possible(protocol, state);
    if !verbs.is_empty() {
        say.push(Note::new(Level::Hint, "hint-possible").with("verbs", verbs));
    }
}

impl Explain for SmtpExplain {
    fn step(&mut self, step: &Step, moment: Moment<'_>, say: &mut Vec<Note>) {
        match step {
            Step::Open(head) => {
                self.open[head.side as usize] =
                    Some(Open { head: head.clone(), first: None, capabilities: false });
            }
            Step::Piece(piece) => {
                let Some(side) =
                    self.open.iter().position(|o| o.as_ref().is_some_and(|o| o.head.n == piece.n))
                else {
                    return;
                };
                let Some(open) = self.open[side].as_mut() else { return };
                open.capabilities |= piece.token(TokenKind::Capability).is_some();
                match open.head.shape {
                    Shape::Data => self.data_piece(piece),
                    _ if open.first.is_none() => open.first = Some(piece.clone()),
                    _ => {}
                }
            }
            Step::Close(end) => {
                let Some(side) = self.open.iter().position(|o| o.as_ref().is_some_and(|o| o.head.n == end.n))
                else {
                    return;
                };
                let Some(open) = self.open[side].take() else { return };
                match open.head.shape {
                    Shape::Command => self.command(&open, moment.after, say),
                    Shape::Data => self.data_closed(&open.head, moment.after, say),
                    Shape::Sasl => {
                        let mechanism = moment.after.sasl.clone().unwrap_or_default();
                        match &open.first {
                            Some(piece) if piece.wire.bytes.trim_ascii() == b"*" => {
                                let fact = knowledge::find(Table::SmtpCommand, "*");
                                say.extend(fact.map(|fact| fact_note(fact, "*")));
                            }
                            Some(piece) => self.client_sasl(&mechanism, piece, moment.after, say),
                            None => {}
                        }
                    }
                    Shape::Junk => say.push(Note::new(Level::Warn, "note-junk")),
                    _ => self.reply(&open, end.last, moment, say),
                }
                if open.head.shape == Shape::Continuation
                    && let Some(piece) = &open.first
                    && let Some(mechanism) = &moment.after.sasl
                {
                    let token = piece.tokens.iter().find(|t| t.kind != TokenKind::Code);
                    say.extend(sasl::server_note(mechanism, piece, token));
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, state: &State, say: &mut Vec<Note>) {
        if self.accepted > 0 {
            say.push(Note::new(Level::State, "end-smtp-accepted").with("count", self.accepted));
        } else if state.envelope.is_some() {
            say.push(Note::new(Level::State, "end-smtp-open"));
        } else {
            say.push(Note::new(Level::State, "end-smtp-nothing"));
        }
    }
}

#[cfg(test)]
mod tests;
