//! A hop, as its server wrote it into the message: `Received: from … by … with …` (RFC 5321 §4.4, 3848).

use super::{Message, decode};
use crate::dialogue::{Level, Note};

/// Seconds that a hop may take before it is worth a word: greylisting and queues show so.
const SLOW: i64 = 60;

/// What a Received field says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// What the client called itself in HELO or EHLO.
    pub helo: String,
    /// Where it really was: what the server saw, name and address.
    pub from: String,
    /// The server that wrote this.
    pub by: String,
    /// The protocol: `ESMTPS`.
    pub with: String,
}

impl Received {
    /// Reads a field's value, unfolded.
    pub fn read(value: &str) -> Received {
        let mut read = Received::default();
        let (mut clause, mut fresh) = (String::new(), false);
        // The date stands behind the last semicolon.
        let value = value.rsplit_once(';').map_or(value, |(front, _)| front);
        for word in words(value) {
            if let Some(comment) = word.strip_prefix('(') {
                // RFC 5321 §4.4: the TCP-info follows the name. Others add more in parentheses of their own.
                if clause == "from" && read.from.is_empty() && comment.contains('[') {
                    read.from = comment.trim_end_matches(')').to_owned();
                }
                continue;
            }
            let keyword = word.to_ascii_lowercase();
            match keyword.as_str() {
                "from" | "by" | "with" | "via" | "id" | "for" if !fresh => (clause, fresh) = (keyword, true),
                _ if !fresh => {}
                _ => {
                    fresh = false;
                    match clause.as_str() {
                        "from" if read.helo.is_empty() => read.helo = word.to_owned(),
                        "by" if read.by.is_empty() => read.by = word.to_owned(),
                        "with" if read.with.is_empty() => read.with = word.to_ascii_uppercase(),
                        _ => {}
                    }
                }
            }
        }
        read
    }

    /// Whether the hop went over TLS, and whether the client logged in, by the protocol's name (RFC 3848).
    fn id(&self) -> &'static str {
        // Internationalised mail has its own names (RFC 6531 §4.3).
        let name = self.with.strip_prefix("UTF8").unwrap_or(&self.with);
        match name {
            _ if self.helo.is_empty() => "note-received-local",
            _ if name.starts_with("LMTP") => "note-received-lmtp",
            _ if self.from.is_empty() => "note-received-untold",
            "SMTP" | "ESMTP" => "note-received-clear",
            "ESMTPS" | "SMTPS" => "note-received-tls",
            "ESMTPA" | "SMTPA" => "note-received-clear-login",
            "ESMTPSA" | "SMTPSA" => "note-received-tls-login",
            _ => "note-received-other",
        }
    }

    /// What there is to say about the hop; `took`: the seconds since the one before it.
    pub fn note(&self, took: Option<i64>) -> Note {
        let known = |text: &str| if text.is_empty() { "?".to_owned() } else { text.to_owned() };
        let with = if self.with.is_empty() { "Received" } else { &self.with };
        let label = took.map_or_else(|| with.to_owned(), |seconds| format!("{with} {seconds:+} s"));
        Note::new(Level::Explain, self.id())
            .label(label)
            .with("helo", known(&self.helo))
            .with("from", known(&self.from))
            .with("by", known(&self.by))
            .with("with", known(&self.with))
            .cite("RFC 3848")
            .inner()
    }
}

fn time(value: &str) -> Option<i64> {
    value.rsplit_once(';').and_then(|(_, date)| decode::seconds(date))
}

/// A note for each hop, the newest first, with the seconds it took.
pub(super) fn hops<'a>(message: &'a Message, most: usize) -> impl Iterator<Item = Note> + 'a {
    let fields: Vec<_> = message.all("Received").collect();
    let times: Vec<Option<i64>> = fields.iter().take(most + 1).map(|field| time(&field.value)).collect();
    let took = move |n: usize| Some((*times.get(n)?)? - (*times.get(n + 1)?)?);
    fields
        .into_iter()
        .take(most)
        .enumerate()
        .map(move |(n, field)| Received::read(&field.value).note(took(n)))
}

/// The way as a whole, where there are several hops: how many, and how long it took. The newest stands on top
/// (RFC 5321 §4.4); each server writes by its own clock.
pub(super) fn way(message: &Message) -> Vec<Note> {
    let fields: Vec<_> = message.all("Received").collect();
    let (Some(last), Some(first)) = (fields.first(), fields.last()) else { return Vec::new() };
    let (Some(end), Some(start)) = (time(&last.value), time(&first.value)) else { return Vec::new() };
    if fields.len() < 2 {
        return Vec::new();
    }
    let note = |id: &'static str, seconds: i64| {
        Note::new(Level::Explain, id).label("Received").with("seconds", seconds).cite("RFC 5321 §4.4").inner()
    };
    let mut notes = vec![note("note-received-way", end - start).with("hops", fields.len())];
    let hops =
        fields.windows(2).filter_map(|pair| Some((pair, time(&pair[0].value)? - time(&pair[1].value)?)));
    let by = |value: &str| Received::read(value).by;
    if let Some((pair, longest)) =
        hops.clone().max_by_key(|(_, seconds)| *seconds).filter(|(_, s)| *s >= SLOW)
    {
        notes.push(
            note("note-received-slow", longest)
                .with("by", by(&pair[0].value))
                .with("from", by(&pair[1].value)),
        );
    }
    if let Some((pair, back)) = hops.clone().find(|(_, seconds)| *seconds < 0) {
        notes.push(
            note("note-received-clock", -back)
                .with("by", by(&pair[0].value))
                .with("from", by(&pair[1].value)),
        );
    }
    notes
}

/// Words and comments; a comment keeps its parentheses, nested ones inside it.
fn words(value: &str) -> Vec<&str> {
    let (mut words, mut depth, mut start) = (Vec::new(), 0u32, None);
    for (i, c) in value.char_indices() {
        match c {
            '(' => {
                if depth == 0 {
                    words.extend(start.take().map(|s| &value[s..i]));
                    start = Some(i);
                }
                depth += 1;
            }
            ')' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    words.extend(start.take().map(|s| &value[s..=i]));
                }
            }
            _ if depth > 0 => {}
            _ if c.is_whitespace() => words.extend(start.take().map(|s| &value[s..i])),
            _ => start = start.or(Some(i)),
        }
    }
    words.extend(start.map(|s| &value[s..]));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hops_are_read_as_servers_write_them() {
        for (value, helo, from, by, with, id) in [
            (
                "from redes (unknown [172.28.0.1]) by mail.redes.unlp.edu.ar (Postfix) with ESMTP id 42F2333F \
                 for <alumnopop@redes.unlp.edu.ar>; Thu, 5 Apr 2018 21:55:02 +0000 (UTC)",
                "redes",
                "unknown [172.28.0.1]",
                "mail.redes.unlp.edu.ar",
                "ESMTP",
                "note-received-clear",
            ),
            (
                "from [172.28.0.1] (unknown [172.28.0.1]) (using TLSv1.3 with cipher X (256/256 bits)) \
                 (No client certificate requested) by m (Postfix) with ESMTPS id D5; x",
                "[172.28.0.1]",
                "unknown [172.28.0.1]",
                "m",
                "ESMTPS",
                "note-received-tls",
            ),
            (
                "from a.example ([192.0.2.1] helo=b) by c with esmtpsa (Exim 4.96) id x",
                "a.example",
                "[192.0.2.1] helo=b",
                "c",
                "ESMTPSA",
                "note-received-tls-login",
            ),
            ("from mail by mail with LMTP id x", "mail", "", "mail", "LMTP", "note-received-lmtp"),
            ("by m (Postfix, from userid 0) id x; y", "", "", "m", "", "note-received-local"),
            ("from", "", "", "", "", "note-received-local"),
            ("from a by b with ESMTPS; x", "a", "", "b", "ESMTPS", "note-received-untold"),
            ("from a (b [1.2.3.4] by c", "a", "b [1.2.3.4] by c", "", "", "note-received-other"),
        ] {
            let hop = Received::read(value);
            assert_eq!((&*hop.helo, &*hop.from, &*hop.by, &*hop.with, hop.id()), (helo, from, by, with, id));
        }
    }
}
