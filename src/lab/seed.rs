//! The first mails: what a fresh lab has in every INBOX, with the lines that the practice's Postfix puts in
//! front, so that a course's answers are the same for all: dates, UIDs and queue ids are fixed.
//!
//! UIDs begin with 3, as in the practice's own logs: two mails were there once and are gone, which is how one
//! sees that a UID is no sequence number. With a key (`--vary`), queue ids, dates, Message-IDs and some words
//! differ from install to install, the same for the same key.

use sha2::{Digest, Sha256};

use super::dates;
use super::store::{DOMAINS, Delivery, Result, Store};

/// A mail: the file, the envelope's sender, and who handed it in.
struct Mail {
    text: &'static [u8],
    sender: &'static str,
    from: &'static str,
}

macro_rules! mail {
    ($file:literal, $sender:literal, $from:literal) => {
        Mail { text: include_bytes!(concat!("seed/", $file, ".eml")), sender: $sender, from: $from }
    };
}

const MAILS: &[Mail] = &[
    mail!("01-plain", "profesor@redes.unlp.edu.ar", "profesor (unknown [172.28.0.20])"),
    mail!("02-dots", "profesor@redes.unlp.edu.ar", "profesor (unknown [172.28.0.20])"),
    mail!("03-utf8-qp", "alumnoimap@redes.unlp.edu.ar", "[172.28.0.1] (unknown [172.28.0.1])"),
    mail!("04-utf8-8bit", "profesor@redes.unlp.edu.ar", "profesor (unknown [172.28.0.20])"),
    mail!("05-alternative", "profesor@redes.unlp.edu.ar", "profesor (unknown [172.28.0.20])"),
    mail!("06-attachments", "profesor@redes.unlp.edu.ar", "profesor (unknown [172.28.0.20])"),
    mail!("07-forwarded", "alumnopop@redes.unlp.edu.ar", "[172.28.0.1] (unknown [172.28.0.1])"),
    mail!("08-forged", "pepe@example.org", "decanato (unknown [203.0.113.66])"),
    mail!("09-bare", "alumnoimap@redes.unlp.edu.ar", "redes (unknown [172.28.0.1])"),
];

/// 2026-03-02 10:00 in La Plata: a first day of classes.
const BEGIN: i64 = 1_772_456_400;

/// Words that a key chooses among; the first stands in the file.
const WORDS: &[&[&str]] = &[
    &[
        "jacaranda",
        "ceibo",
        "lapacho",
        "ombu",
        "timbo",
        "quebracho",
        "algarrobo",
        "tala",
        "aguaribay",
        "espinillo",
    ],
    &["Hola.\r\n", "Buenas.\r\n", "Buen dia.\r\n", "Buenas tardes.\r\n"],
    &["uspendido el parcial", "uspendida la entrega", "uspendida la clase", "uspendido el coloquio"],
    &["mensaje 9,", "mensaje 4,", "mensaje 12,", "mensaje 27,", "mensaje 31,"],
];

/// What the first mails say of the place.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The domain of the addresses.
    pub domain: &'a str,
    /// The server's name.
    pub host: &'a str,
    /// What makes this install differ from others.
    pub vary: Option<&'a str>,
}

impl Default for Place<'_> {
    fn default() -> Self {
        Place { domain: DOMAINS[0], host: DOMAINS[1], vary: None }
    }
}

impl Place<'_> {
    /// A number of this install, for a purpose; below `sides`. 0 without a key.
    fn chance(&self, purpose: &str, sides: u64) -> u64 {
        self.vary.map_or(0, |key| number(&[key, purpose]) % sides)
    }

    /// The practice's names, in this place.
    fn here(&self, text: &str) -> String {
        text.replace(DOMAINS[1], "\0").replace(DOMAINS[0], self.domain).replace('\0', self.host)
    }

    /// When the nth mail was sent: five minutes after the one before, in a term of this install's own.
    fn sent(&self, nth: usize) -> i64 {
        let n = nth as i64;
        let days = self.chance("day", 60) as i64;
        let minute = self.chance("minute", 240) as i64;
        let second = self.chance(&format!("second {nth}"), 240) as i64;
        BEGIN + days * 86_400 + minute * 60 + n * 300 + second
    }
}

/// The number of some words, the same everywhere and for ever.
fn number(words: &[&str]) -> u64 {
    let digest = Sha256::digest(words.join("\0").as_bytes());
    digest.iter().take(8).fold(0, |n, b| n << 8 | u64::from(*b))
}

/// Puts the first mails into an account's INBOX, if none was ever there. How many.
///
/// # Errors
/// The store's.
pub fn sow(store: &Store, account: &str, place: &Place<'_>) -> Result<usize> {
    let inbox = store.mailbox(account, "INBOX")?;
    if inbox.uid_next() != 1 {
        return Ok(0);
    }
    let gone =
        Delivery { account: account.into(), mailbox: "INBOX".into(), date: BEGIN, ..Delivery::default() };
    store.draft().commit(&[gone.clone(), gone])?;
    for (nth, mail) in MAILS.iter().enumerate() {
        let arrived = place.sent(nth) + 2;
        let delivery = Delivery {
            account: account.into(),
            mailbox: "INBOX".into(),
            prefix: trace(mail, nth, account, place, arrived).into_bytes(),
            date: arrived,
            ..Delivery::default()
        };
        let mut draft = store.draft();
        draft.write(&text(mail, nth, place))?;
        draft.commit(&[delivery])?;
    }
    inbox.expunge(&[1, 2])?;
    Ok(MAILS.len())
}

/// What Postfix puts in front, and the empty line that a mail without a header wants.
fn trace(mail: &Mail, nth: usize, account: &str, place: &Place<'_>, arrived: i64) -> String {
    let key = place.vary.unwrap_or_default();
    // Five digits for the time, the rest for the file, as the servers of this lab give them.
    let file = if place.vary.is_none() { 0x33F } else { 0x100 + number(&[key]) % 0xE00 };
    let id = format!("{:05X}{file:03X}", number(&[key, account, &nth.to_string()]) & 0xF_FFFF);
    let (sender, to) = (place.here(mail.sender), format!("{account}@{}", place.domain));
    let with = if mail.from.starts_with('[') { "ESMTPS" } else { "ESMTP" };
    let bare = if mail.text.starts_with(b"mensaje") { "\r\n" } else { "" };
    format!(
        "Return-Path: <{sender}>\r\nX-Original-To: {to}\r\nDelivered-To: {to}\r\n\
         Received: from {}\r\n\tby {} (Postfix) with {with} id {id}\r\n\tfor <{to}>; {}\r\n{bare}",
        mail.from,
        place.host,
        dates::received(arrived),
    )
}

/// The mail itself, as it came over the wire.
fn text(mail: &Mail, nth: usize, place: &Place<'_>) -> Vec<u8> {
    // All of it is UTF-8, which the tests see to.
    let text = String::from_utf8_lossy(mail.text).replace('\n', "\r\n");
    let mut text = place.here(&text);
    let Some(key) = place.vary else { return text.into_bytes() };
    let date = format!("Date: {}", dates::header(place.sent(nth), -3));
    if let Some(at) = text.find("Date: ")
        && let Some(len) = text[at..].find("\r\n")
    {
        text.replace_range(at..at + len, &date);
    }
    text = text.replace("<seed-", &format!("<{:08x}-", number(&[key, "id"]) as u32));
    for words in WORDS {
        let chosen = words[place.chance(words[0], words.len() as u64) as usize];
        text = text.replace(words[0], chosen);
    }
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sown(place: &Place<'_>) -> Vec<(u32, i64, String)> {
        let store = Store::memory();
        store.add_account("alumnopop", "x").unwrap();
        assert_eq!(sow(&store, "alumnopop", place), Ok(MAILS.len()));
        assert_eq!(sow(&store, "alumnopop", place), Ok(0), "only once");
        let inbox = store.mailbox("alumnopop", "INBOX").unwrap();
        let text = |message| String::from_utf8(inbox.read(message, 0, usize::MAX).unwrap()).unwrap();
        inbox.snapshot().iter().map(|e| (e.uid, e.date, text(e.message))).collect()
    }

    #[test]
    fn the_first_mails_are_fixed() {
        let mails = sown(&Place::default());
        assert_eq!(mails, sown(&Place::default()));
        assert_eq!(mails.iter().map(|m| m.0).collect::<Vec<_>>(), (3..12).collect::<Vec<_>>());
        let (_, date, first) = &mails[0];
        assert_eq!(*date, 1_772_456_402);
        assert!(first.starts_with(
            "Return-Path: <profesor@redes.unlp.edu.ar>\r\nX-Original-To: alumnopop@redes.unlp.edu.ar\r\n\
             Delivered-To: alumnopop@redes.unlp.edu.ar\r\n\
             Received: from profesor (unknown [172.28.0.20])\r\n\
             \tby mail.redes.unlp.edu.ar (Postfix) with ESMTP id "
        ));
        assert!(
            first.contains(
                "\r\n\tfor <alumnopop@redes.unlp.edu.ar>; Mon,  2 Mar 2026 13:00:02 +0000 (UTC)\r\n"
            )
        );
        for (uid, _, text) in &mails {
            assert!(text.contains("\r\n\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']), "{uid}");
        }
    }

    #[test]
    fn a_key_makes_them_differ_and_always_the_same_way() {
        let with = |vary| Place { vary, domain: "example.org", host: "mx.example.org" };
        let (none, one, two) = (sown(&with(None)), sown(&with(Some("uno"))), sown(&with(Some("dos"))));
        assert_eq!(one, sown(&with(Some("uno"))));
        for ((a, b), c) in none.iter().zip(&one).zip(&two) {
            assert!(a.2 != b.2 && b.2 != c.2 && a.2 != c.2);
            assert!(a.1 <= b.1, "later, if at all");
            assert!(!b.2.contains("unlp") && b.2.contains("@example.org"));
        }
        assert!(one[0].2.contains(&dates::header(one[0].1 - 2, -3)), "{}", one[0].2);
        for words in WORDS {
            let texts = MAILS.iter().map(|m| String::from_utf8_lossy(m.text).replace('\n', "\r\n"));
            assert!(texts.into_iter().any(|text| text.contains(words[0])), "{} is in no mail", words[0]);
        }
    }
}
