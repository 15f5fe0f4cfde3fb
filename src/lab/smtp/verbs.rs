//! The commands but AUTH, DATA and BDAT: what they check, in Postfix's order, and what they say.

use super::address::{Address, is_notify, is_xtext, parameter};
use super::deliver::is_ours;
use super::{JUNK_LIMIT, Mail, Recipient, Service, SmtpServant};
use crate::dialogue::{Piece, TokenKind};
use crate::lab::fault::Point;
use crate::lab::profile::Profile;
use crate::lab::servant::Outcome;

/// Words that no mail program says: a browser that was led here, or a message without DATA before it.
const FORBIDDEN: [&str; 3] = ["CONNECT", "GET", "POST"];

impl SmtpServant {
    pub(super) fn command(&mut self, piece: &Piece, out: &mut Outcome) {
        let verb = piece.word(TokenKind::Verb).unwrap_or_default().to_ascii_uppercase();
        let odd = !verb.starts_with(|c: char| c.is_ascii_alphabetic()) || verb.contains(':');
        if verb.is_empty() {
            return self.reply("500 5.5.2 Error: bad syntax", out);
        }
        if odd || FORBIDDEN.contains(&verb.as_str()) {
            self.reply("221 2.7.0 Error: I can break rules, too. Goodbye.", out);
            return self.end(out);
        }
        let address = piece.word(TokenKind::Address).unwrap_or_default();
        let key = match (verb.as_str(), &self.mail) {
            ("RCPT", Some(mail)) => format!("{} {address}", mail.from),
            _ => String::new(),
        };
        if self.fails(Point::Command(&verb), &key, &address, out) {
            return;
        }
        self.junk(&verb, out);
        match verb.as_str() {
            "EHLO" | "HELO" => self.helo(&verb, piece, out),
            "MAIL" => self.mail(piece, out),
            "RCPT" => self.rcpt(piece, out),
            "DATA" => self.data(words(piece) > 1, out),
            "BDAT" => self.bdat(piece, out),
            "AUTH" => self.auth(piece, out),
            "STARTTLS" => self.starttls(words(piece) > 1, out),
            "RSET" if words(piece) > 1 => self.reply("501 5.5.4 Syntax: RSET", out),
            "RSET" => {
                self.reset();
                self.reply("250 2.0.0 Ok", out);
            }
            "NOOP" => self.reply("250 2.0.0 Ok", out),
            "QUIT" => {
                self.reply("221 2.0.0 Bye", out);
                self.end(out);
            }
            "VRFY" => self.vrfy(piece, out),
            "ETRN" if self.offers("ETRN") => self.etrn(piece, out),
            // The practice's server knows neither. RFC 5321 §4.1.1.8 wants HELP to help.
            "HELP" if self.is_modern() => {
                self.reply(
                    "214 2.0.0 EHLO HELO MAIL RCPT DATA BDAT RSET NOOP VRFY AUTH STARTTLS QUIT: RFC 5321",
                    out,
                );
            }
            // RFC 5321 §7.3: what is known and not done is a 502.
            "EXPN" if self.is_modern() => self.reply("502 5.5.1 Error: command not implemented", out),
            _ => self.reply("500 5.5.2 Error: command not recognized", out),
        }
    }

    fn is_modern(&self) -> bool {
        self.lab.settings.profile == Profile::Modern
    }

    /// Commands that move no mail are no sin, but a hundred of them are one each.
    fn junk(&mut self, verb: &str, out: &mut Outcome) {
        if matches!(verb, "NOOP" | "RSET" | "VRFY" | "ETRN" | "HELP") {
            self.junk += 1;
            if self.junk > JUNK_LIMIT {
                self.errors += 1;
                out.delay = out.delay.max(Some(std::time::Duration::from_secs(1)));
            }
        }
    }

    pub(super) fn keywords(&self) -> Vec<String> {
        let settings = &self.lab.settings;
        let starttls = settings.starttls && !self.tls;
        settings.profile.smtp_keywords(self.service, starttls, settings.limits.message)
    }

    pub(super) fn offers(&self, keyword: &str) -> bool {
        self.keywords().iter().any(|k| k.split(' ').next() == Some(keyword))
    }

    fn helo(&mut self, verb: &str, piece: &Piece, out: &mut Outcome) {
        let Some(name) = piece.word(TokenKind::Domain) else {
            return self.reply(&format!("501 Syntax: {verb} hostname"), out);
        };
        self.reset();
        self.helo = Some((printable(&name), verb == "EHLO"));
        let mut lines = vec![self.lab.settings.host.clone()];
        if verb == "EHLO" {
            lines.extend(self.keywords());
        }
        let last = lines.len() - 1;
        for (i, line) in lines.iter().enumerate() {
            out.text(format!("250{}{line}\r\n", if i == last { ' ' } else { '-' }));
        }
    }

    fn starttls(&mut self, argument: bool, out: &mut Outcome) {
        let offered = self.lab.settings.starttls && self.lab.settings.profile.smtp_starttls();
        match () {
            () if argument => self.reply("501 5.5.4 Syntax: STARTTLS", out),
            () if self.tls => self.reply("554 5.5.1 Error: TLS already active", out),
            () if !offered => self.reply("502 5.5.1 Error: command not implemented", out),
            () => {
                self.reply("220 2.0.0 Ready to start TLS", out);
                out.start_tls = true;
                self.forget();
            }
        }
    }

    fn mail(&mut self, piece: &Piece, out: &mut Outcome) {
        if self.mail.is_some() {
            return self.reply("503 5.5.1 Error: nested MAIL command", out);
        }
        if missing(piece, "fault-missing-from") {
            return self.reply("501 5.5.4 Syntax: MAIL FROM:<address>", out);
        }
        if self.service == Service::Submission && self.user.is_none() {
            // RFC 4954 §6. (RFC 6409 §4.3: a submission server knows who submits.)
            return self.reply("530 5.7.0 Authentication required", out);
        }
        let path = piece.word(TokenKind::Address).unwrap_or_default();
        let from = match Address::read(&path) {
            _ if path.is_empty() => String::new(),
            Some(address) if closed(piece) => address.with(&self.lab.settings.domain),
            _ => return self.reply("501 5.1.7 Bad sender address syntax", out),
        };
        let mut mail = Mail { from, ..Mail::default() };
        for word in piece.words(TokenKind::Parameter) {
            if let Err(reply) = self.mail_parameter(&mut mail, &word) {
                return self.reply(&reply, out);
            }
        }
        self.mail = Some(mail);
        self.reply("250 2.1.0 Ok", out);
    }

    fn mail_parameter(&self, mail: &mut Mail, word: &str) -> Result<(), String> {
        let (key, value) = parameter(word);
        let given = value.unwrap_or_default().to_owned();
        match (key.as_str(), value.map(str::to_ascii_uppercase).as_deref()) {
            // RFC 1870 §6.
            ("SIZE", Some(size)) => match size.parse::<u64>() {
                _ if size.is_empty() || !size.bytes().all(|b| b.is_ascii_digit()) => {
                    Err("501 5.5.4 Bad message size syntax".into())
                }
                Ok(size) if size <= self.lab.settings.limits.message => Ok(()),
                _ => Err("552 5.3.4 Message size exceeds fixed limit".into()),
            },
            ("BODY", Some("7BIT" | "8BITMIME")) if self.offers("8BITMIME") => Ok(()),
            ("SMTPUTF8", None) if self.offers("SMTPUTF8") => {
                mail.utf8 = true;
                Ok(())
            }
            ("RET", value) if self.offers("DSN") => match value {
                Some("FULL" | "HDRS") if mail.ret.is_none() => {
                    mail.ret = value.map(str::to_owned);
                    Ok(())
                }
                _ => Err("501 5.5.4 Bad RET parameter syntax".into()),
            },
            ("ENVID", value) if self.offers("DSN") => {
                if value.is_none_or(str::is_empty)
                    || mail.envid.is_some()
                    || !is_xtext(&given)
                    || given.len() > 100
                {
                    return Err("501 5.5.4 Bad ENVID parameter syntax".into());
                }
                mail.envid = Some(given);
                Ok(())
            }
            // RFC 4954 §5: who submitted it, by the client's word; nobody here relies on it.
            ("AUTH", Some(_)) if self.offers("AUTH") => Ok(()),
            _ => Err(format!("555 5.5.4 Unsupported option: {}", printable(word))),
        }
    }

    fn rcpt(&mut self, piece: &Piece, out: &mut Outcome) {
        let Some(mail) = &self.mail else {
            return self.reply("503 5.5.1 Error: need MAIL command", out);
        };
        if missing(piece, "fault-missing-to") {
            return self.reply("501 5.5.4 Syntax: RCPT TO:<address>", out);
        }
        if mail.recipients.len() >= self.lab.settings.limits.recipients {
            return self.reply("452 4.5.3 Error: too many recipients", out);
        }
        let path = piece.word(TokenKind::Address).unwrap_or_default();
        let Some(address) = Address::read(&path).filter(|_| closed(piece)) else {
            return self.reply("501 5.1.3 Bad recipient address syntax", out);
        };
        let mut recipient =
            Recipient { address: address.with(&self.lab.settings.domain), ..Recipient::default() };
        for word in piece.words(TokenKind::Parameter) {
            if let Err(reply) = self.rcpt_parameter(&mut recipient, &word) {
                return self.reply(&reply, out);
            }
        }
        match self.resolve(&address, &path) {
            Ok(account) => recipient.account = account,
            Err(reply) => return self.reply(&reply, out),
        }
        if let Some(mail) = &mut self.mail {
            mail.recipients.push(recipient);
        }
        self.reply("250 2.1.5 Ok", out);
    }

    fn rcpt_parameter(&self, recipient: &mut Recipient, word: &str) -> Result<(), String> {
        let (key, value) = parameter(word);
        match (key.as_str(), value) {
            ("NOTIFY", value) if self.offers("DSN") => {
                if recipient.notify.is_some() || !value.is_some_and(is_notify) {
                    return Err("501 5.5.4 Error: Bad NOTIFY parameter syntax".into());
                }
                recipient.notify = value.map(str::to_ascii_uppercase);
                Ok(())
            }
            // RFC 3461 §4.2: `rfc822;` and an xtext.
            ("ORCPT", value) if self.offers("DSN") => {
                let typed = value
                    .and_then(|v| v.split_once(';'))
                    .filter(|(kind, at)| !kind.is_empty() && !at.is_empty());
                if recipient.orcpt.is_some() || !typed.is_some_and(|(_, at)| is_xtext(at)) {
                    return Err("501 5.5.4 Error: Bad ORCPT parameter syntax".into());
                }
                recipient.orcpt = value.map(str::to_owned);
                Ok(())
            }
            _ => Err(format!("555 5.5.4 Unsupported option: {}", printable(word))),
        }
    }

    /// Whose mailbox it is; none for another domain's, which only who has logged in may write to.
    fn resolve(&self, address: &Address, path: &str) -> Result<Option<String>, String> {
        match is_ours(&self.lab, address) {
            true => match self.lab.store.account_of(&address.local) {
                Some(account) => Ok(Some(account)),
                None => Err(format!(
                    "550 5.1.1 <{}>: Recipient address rejected: User unknown in local recipient table",
                    printable(path)
                )),
            },
            false if self.user.is_some() => Ok(None),
            false => Err(format!("554 5.7.1 <{}>: Relay access denied", printable(path))),
        }
    }

    /// RFC 5321 §3.5.3: 252, since that a mail would be taken is all that is told.
    fn vrfy(&mut self, piece: &Piece, out: &mut Outcome) {
        let text = String::from_utf8_lossy(&piece.wire.bytes).trim().to_owned();
        let Some((_, argument)) = text.split_once(char::is_whitespace) else {
            return self.reply("501 5.5.4 Syntax: VRFY address [SMTPUTF8]", out);
        };
        let argument = argument.trim();
        let path = argument.strip_prefix('<').and_then(|a| a.strip_suffix('>')).unwrap_or(argument);
        let reply = match Address::read(path) {
            None => "501 5.1.3 Bad recipient address syntax".to_owned(),
            Some(address) => match self.resolve(&address, path) {
                Ok(_) => format!("252 2.0.0 {}", printable(argument)),
                Err(reply) => reply,
            },
        };
        self.reply(&reply, out);
    }

    /// RFC 1985: no mail waits here for anybody to fetch it.
    fn etrn(&mut self, piece: &Piece, out: &mut Outcome) {
        match piece.word(TokenKind::Word) {
            _ if self.mail.is_some() => self.reply("503 Error: MAIL transaction in progress", out),
            Some(domain) if words(piece) == 2 => {
                self.reply(&format!("459 <{}>: service unavailable", printable(&domain)), out);
            }
            _ => self.reply("500 Syntax: ETRN domain", out),
        }
    }
}

/// How many words a command has, its verb among them.
pub(super) fn words(piece: &Piece) -> usize {
    piece.tokens.len()
}

/// Whether there is no `FROM:<path>` or `TO:<path>`.
fn missing(piece: &Piece, fault: &str) -> bool {
    piece.faults.iter().any(|f| f.id == fault || f.id == "fault-missing-path")
}

/// Whether a bracket that was opened is closed, and a blank stands between it and the parameters.
fn closed(piece: &Piece) -> bool {
    let end = piece.token(TokenKind::Address).map_or(0, |t| t.end);
    let glued = piece.token(TokenKind::Parameter).is_some_and(|t| t.start <= end + 1 && t.start > end);
    !glued && piece.faults.iter().all(|f| f.id != "fault-bracket-open")
}

/// A client's word, as it may stand in a reply: no control character, and not longer than a reply may be
/// (RFC 5321 §4.5.3.1.5).
pub(super) fn printable(word: &str) -> String {
    word.chars().map(|c| if c.is_control() { '?' } else { c }).take(300).collect()
}
