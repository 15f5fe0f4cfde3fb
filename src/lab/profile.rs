//! What the servers offer: as much as the practice's server, as little as possible, or all there is.
//!
//! A profile is data for the three servers: which EHLO keywords, CAPA lines and IMAP capabilities they say, in
//! which order, and which SASL mechanisms they speak. What is not offered is not answered either: a server
//! that takes what it does not announce teaches the wrong thing.

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

/// Which of the two SMTP services (RFC 6409 §3.1): by TLS from the first octet or not, they are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Between servers, and what the exercises speak: port 25.
    Smtp,
    /// From a mail program, after a login: ports 587 and 465.
    Submission,
}

/// Every SASL mechanism that the lab speaks, as Dovecot orders them.
pub const MECHANISMS: [&str; 5] = ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"];

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

    /// The mechanisms of an SMTP service.
    pub fn smtp_mechanisms(self, service: Service) -> &'static [&'static str] {
        match (self, service) {
            (Profile::Modern, _) => &MECHANISMS,
            (Profile::Sheet, Service::Submission) => &MECHANISMS[..2],
            (Profile::Bare, Service::Submission) => &MECHANISMS[..1],
            (_, Service::Smtp) => &[],
        }
    }

    /// The mechanisms of POP3.
    pub fn pop_mechanisms(self) -> &'static [&'static str] {
        match self {
            Profile::Sheet => &MECHANISMS[..1],
            Profile::Bare => &[],
            Profile::Modern => &MECHANISMS,
        }
    }

    /// The mechanisms of IMAP's AUTHENTICATE; LOGIN is always there.
    pub fn imap_mechanisms(self) -> &'static [&'static str] {
        self.pop_mechanisms()
    }

    /// Whether an SMTP service offers STARTTLS while the connection is plain.
    pub fn smtp_starttls(self) -> bool {
        self != Profile::Bare
    }

    /// Whether POP3 offers STLS while the connection is plain.
    pub fn pop_stls(self) -> bool {
        self == Profile::Modern
    }

    /// Whether IMAP offers STARTTLS while the connection is plain.
    pub fn imap_starttls(self) -> bool {
        self == Profile::Modern
    }

    /// Whether replies of SMTP carry enhanced status codes (RFC 2034 §3: only if the keyword is offered).
    pub fn enhanced_codes(self) -> bool {
        self != Profile::Bare
    }

    /// Whether POP3's greeting has a time stamp, which offers APOP (RFC 1939 §7).
    pub fn pop_stamp(self) -> bool {
        self == Profile::Modern
    }

    /// The lines of the reply to EHLO behind the first, in Postfix's order. `starttls`: it can be had now.
    pub fn smtp_keywords(self, service: Service, starttls: bool, size: u64) -> Vec<String> {
        let mechanisms = self.smtp_mechanisms(service);
        let auth = (!mechanisms.is_empty()).then(|| format!("AUTH {}", mechanisms.join(" ")));
        let size = format!("SIZE {size}");
        if self == Profile::Bare {
            return [Some(size), auth].into_iter().flatten().collect();
        }
        let mut keywords = vec!["PIPELINING".to_owned(), size, "VRFY".into(), "ETRN".into()];
        if starttls && self.smtp_starttls() {
            keywords.push("STARTTLS".into());
        }
        keywords.extend(auth);
        keywords.extend(["ENHANCEDSTATUSCODES", "8BITMIME", "DSN"].map(String::from));
        if self == Profile::Modern {
            keywords.extend(["SMTPUTF8", "CHUNKING"].map(String::from));
        }
        keywords
    }

    /// The lines of the answer to CAPA; none where CAPA is not known. `stls`: it can be had now.
    pub fn pop_capabilities(self, logged_in: bool, stls: bool) -> Option<Vec<String>> {
        if self == Profile::Bare {
            return None;
        }
        // Dovecot names CAPA itself, first.
        let mut lines = ["CAPA", "TOP", "UIDL", "RESP-CODES", "PIPELINING", "AUTH-RESP-CODE"].to_vec();
        if !logged_in && stls && self.pop_stls() {
            lines.push("STLS");
        }
        // RFC 2449 §5: what can only be said before the login may be left out after it, as Dovecot does.
        if !logged_in {
            lines.push("USER");
        }
        if self == Profile::Modern {
            lines.push("UTF8");
        }
        let mut lines: Vec<String> = lines.into_iter().map(String::from).collect();
        if !logged_in {
            lines.push(format!("SASL {}", self.pop_mechanisms().join(" ")));
        }
        Some(lines)
    }

    /// The words of IMAP's CAPABILITY. `starttls`: it can be had now.
    pub fn imap_capabilities(self, logged_in: bool, starttls: bool) -> Vec<String> {
        if self == Profile::Bare {
            return vec!["IMAP4rev1".into()];
        }
        let words = |text: &str| text.split(' ').map(String::from).collect::<Vec<_>>();
        let mut all = words("IMAP4rev1 LITERAL+ SASL-IR ID ENABLE IDLE");
        if logged_in {
            all.extend(words(
                "UNSELECT CHILDREN NAMESPACE UIDPLUS LIST-EXTENDED ESEARCH WITHIN LIST-STATUS SPECIAL-USE MOVE \
                 STATUS=SIZE",
            ));
            if self == Profile::Modern {
                all.push("CREATE-SPECIAL-USE".into());
            }
            return all;
        }
        if starttls && self.imap_starttls() {
            all.push("STARTTLS".into());
        }
        all.extend(self.imap_mechanisms().iter().map(|m| format!("AUTH={m}")));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sheet_s_server_offers_what_the_sheet_shows() {
        let sheet = Profile::Sheet;
        assert_eq!(
            sheet.smtp_keywords(Service::Smtp, true, 10_240_000).join("|"),
            "PIPELINING|SIZE 10240000|VRFY|ETRN|STARTTLS|ENHANCEDSTATUSCODES|8BITMIME|DSN"
        );
        assert_eq!(
            sheet.pop_capabilities(false, true).unwrap().join("|"),
            "CAPA|TOP|UIDL|RESP-CODES|PIPELINING|AUTH-RESP-CODE|USER|SASL PLAIN"
        );
        assert_eq!(
            sheet.imap_capabilities(false, true).join(" "),
            "IMAP4rev1 LITERAL+ SASL-IR ID ENABLE IDLE AUTH=PLAIN"
        );
    }

    #[test]
    fn bare_offers_the_base_and_modern_all() {
        let bare = Profile::Bare;
        assert_eq!(bare.smtp_keywords(Service::Smtp, true, 1000), ["SIZE 1000"]);
        assert_eq!(bare.smtp_keywords(Service::Submission, true, 1000), ["SIZE 1000", "AUTH PLAIN"]);
        assert_eq!(bare.pop_capabilities(false, true), None);
        assert_eq!(bare.imap_capabilities(true, true), ["IMAP4rev1"]);
        let modern = Profile::Modern;
        let keywords = modern.smtp_keywords(Service::Smtp, false, 1000);
        assert!(keywords.contains(&"AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256".to_owned()));
        assert!(keywords.ends_with(&["SMTPUTF8".into(), "CHUNKING".into()]));
        assert!(!keywords.contains(&"STARTTLS".to_owned()), "TLS is there already");
        let capa = modern.pop_capabilities(true, true).unwrap();
        assert!(capa.contains(&"UTF8".to_owned()) && !capa.iter().any(|c| c.starts_with("SASL")));
        for name in Profile::NAMES {
            assert_eq!(Profile::parse(name).map(Profile::name), Some(name));
        }
    }
}
