//! What each word of a command's arguments, or of a response's data, is. The grammar is a table of [`Role`]s;
//! [`Reader`] walks a line with a stack of them, and can stop at a literal and go on behind it.
//!
//! It is lenient: whatever comes gets some token, and what a server would stumble over gets a fault.

use super::lex::{Cursor, LexKind, Lexeme, Mode};
use crate::dialogue::{Token, TokenKind};

/// What stands at a place of the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Values one after the other; the last role serves for all that follow.
    Seq(&'static [Role]),
    /// A list that may be left out: anything else belongs to the next role.
    Opt(&'static Role),
    /// Values of one kind; lists of them too.
    Is(TokenKind),
    /// Whatever it looks like.
    Any,
    /// FETCH items.
    Items,
    /// What may follow FETCH items: a list of modifiers.
    Modifiers,
    /// STORE's item and flags.
    Store,
    /// APPEND's flags, date and message, repeated for MULTIAPPEND (RFC 3502).
    Append,
    /// SEARCH keys.
    Search,
    /// FETCH response data: items and their values.
    FetchData,
    /// STATUS response data, quota resources: items and numbers.
    Counters,
    /// ESEARCH response data (RFC 9051 §7.3.4).
    Esearch,
    /// The pairs of ID (RFC 2971): a field, a value.
    Fields,
    /// Lists of namespaces (RFC 9051 §7.3.2).
    Namespaces,
}

use Role::{Any, Is, Opt, Seq};
use TokenKind::{Flag, Item, Key, Mailbox, Number, Parameter, Set, Text, Word};

/// The values of a namespace: prefix, hierarchy separator, extensions (RFC 9051 §7.3.2).
const NAMESPACE: &[Role] = &[Is(Mailbox), Is(Text), Any];

/// How deep lists are followed; deeper ones are only counted.
const DEPTH: usize = 100;

/// The role of an untagged response's data, by its kind.
pub fn of_response(kind: &str) -> Role {
    match kind {
        "CAPABILITY" | "ENABLED" => Is(TokenKind::Capability),
        "FLAGS" => Is(Flag),
        "LIST" | "LSUB" | "XLIST" => Seq(&[Is(Flag), Is(Text), Is(Mailbox), Any]),
        "STATUS" => Seq(&[Is(Mailbox), Role::Counters]),
        "SEARCH" | "SORT" | "THREAD" => Is(Number),
        "ESEARCH" => Role::Esearch,
        "FETCH" | "STORE" | "UIDFETCH" => Role::FetchData,
        "NAMESPACE" => Role::Namespaces,
        "ID" => Role::Fields,
        "QUOTA" => Seq(&[Is(Word), Role::Counters]),
        "QUOTAROOT" | "ACL" | "LISTRIGHTS" | "MYRIGHTS" | "METADATA" | "ANNOTATION" => {
            Seq(&[Is(Mailbox), Any])
        }
        "MAILBOX" => Is(Mailbox),
        "VANISHED" => Seq(&[Opt(&Is(Parameter)), Is(Set)]),
        _ => Any,
    }
}

/// The role of a response code's arguments, by its name.
pub fn of_code(name: &str) -> Role {
    match name {
        "CAPABILITY" => Is(TokenKind::Capability),
        "PERMANENTFLAGS" => Is(Flag),
        "UIDVALIDITY" | "UIDNEXT" | "UNSEEN" | "HIGHESTMODSEQ" => Is(Number),
        "APPENDUID" | "COPYUID" => Seq(&[Is(Number), Is(Set)]),
        "MODIFIED" | "DOWNGRADED" => Is(Set),
        "NEWNAME" => Is(Mailbox),
        _ => Is(Parameter),
    }
}

/// A list that is open, or the line itself.
#[derive(Clone, Debug)]
struct Frame {
    role: Role,
    /// In a [`Role::Seq`]: which one is next.
    at: usize,
    /// How many values there were.
    n: usize,
    /// What the next values are, because of the last one: arguments of a search key, an item's value.
    ahead: Vec<Role>,
}

impl Frame {
    fn new(role: Role) -> Self {
        Frame { role, at: 0, n: 0, ahead: Vec::new() }
    }

    /// The role of the next value.
    fn role(&mut self, list: bool) -> Role {
        self.n += 1;
        if let Some(role) = self.ahead.pop() {
            return role;
        }
        match self.role {
            Role::Seq(roles) => loop {
                let Some(&role) = roles.get(self.at).or(roles.last()) else { return Any };
                self.at += 1;
                match role {
                    Opt(inner) if list => return *inner,
                    Opt(_) if self.at < roles.len() => {}
                    Opt(_) => return Any,
                    role => return role,
                }
            },
            role => role,
        }
    }
}

/// What part of a line is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Args,
    /// Inside `[...]` of a status response.
    Code,
    /// Words for people, to the end.
    Text,
}

/// Reads the rest of a line, and goes on behind literals.
#[derive(Clone, Debug)]
pub struct Reader {
    stage: Stage,
    frames: Vec<Frame>,
    /// Lists beyond [`DEPTH`].
    deeper: u64,
    /// A literal stands inside a section's brackets.
    section: bool,
    strict: bool,
    /// A part of the line was not read: nothing can be said about parentheses.
    loose: bool,
}

impl Reader {
    /// Of arguments or data. `strict`: superfluous blanks are faults.
    pub fn new(role: Role, strict: bool) -> Self {
        Reader {
            stage: Stage::Args,
            frames: vec![Frame::new(role)],
            deeper: 0,
            section: false,
            strict,
            loose: false,
        }
    }

    /// Of a response code's arguments, and the text behind it.
    pub fn code(role: Role) -> Self {
        Reader { stage: Stage::Code, ..Reader::new(role, false) }
    }

    /// Of text alone.
    pub fn text() -> Self {
        Reader { stage: Stage::Text, ..Reader::new(Any, false) }
    }

    /// Of what follows a part that was not read.
    pub fn loose() -> Self {
        Reader { loose: true, ..Reader::new(Any, false) }
    }

    /// Reads on to the cursor's end.
    pub fn read(&mut self, cursor: &mut Cursor<'_>, tokens: &mut Vec<Token>) {
        cursor.strict_blanks = self.strict;
        if std::mem::take(&mut self.section) {
            let start = cursor.pos;
            cursor.section();
            cursor.pos = word_end(cursor);
            tokens.push(Token::new(Item, start, cursor.pos));
        }
        loop {
            if self.stage == Stage::Code {
                cursor.blanks();
                if cursor.peek() == Some(b']') {
                    // Codes that no rule describes may hold anything but `]` (RFC 9051 §9, resp-text-code).
                    self.frames.truncate(1);
                    self.deeper = 0;
                    cursor.pos += 1;
                    self.stage = Stage::Text;
                }
            }
            if self.stage == Stage::Text {
                cursor.blanks();
                tokens.extend(cursor.rest().map(|(start, end)| Token::new(Text, start, end)));
                break;
            }
            let Some(lexeme) = cursor.next(self.mode()) else { break };
            self.lexeme(cursor, lexeme, tokens);
        }
        self.section = cursor.section;
    }

    /// A literal stands here: what it is.
    pub fn literal(&mut self) -> Option<TokenKind> {
        if self.section {
            return None;
        }
        match self.top().role(false) {
            Is(kind) => Some(kind),
            _ => None,
        }
    }

    /// The line is over: whether all lists and brackets were closed.
    pub fn is_whole(&self) -> bool {
        self.loose || self.frames.len() == 1 && self.deeper == 0 && self.stage != Stage::Code && !self.section
    }

    /// Which rule a line that is not whole broke.
    pub fn unclosed(&self) -> &'static str {
        if self.stage == Stage::Code { "fault-bracket" } else { "fault-parenthesis" }
    }

    /// Whether words for people have been reached.
    pub fn is_text(&self) -> bool {
        self.stage == Stage::Text
    }

    fn top(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame::new(Any));
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    fn mode(&mut self) -> Mode {
        if self.stage == Stage::Code {
            return Mode::Code;
        }
        let mut probe = self.top().clone();
        match probe.role(false) {
            Role::Items | Role::FetchData | Role::Modifiers => Mode::Item,
            _ => Mode::Plain,
        }
    }

    fn lexeme(&mut self, cursor: &mut Cursor<'_>, lexeme: Lexeme, tokens: &mut Vec<Token>) {
        match lexeme.kind {
            LexKind::Open if self.frames.len() >= DEPTH => self.deeper += 1,
            LexKind::Open => {
                let child = child(self.top().role(true));
                self.frames.push(Frame::new(child));
            }
            LexKind::Close if self.deeper > 0 => self.deeper -= 1,
            LexKind::Close if self.frames.len() > 1 => {
                self.frames.pop();
            }
            LexKind::Close if self.loose || self.stage == Stage::Code => {}
            LexKind::Close => cursor.fault(lexeme.start, "fault-parenthesis"),
            LexKind::Atom | LexKind::Quoted => {
                let text = cursor.text(lexeme);
                let role = self.top().role(false);
                let kind = self.scalar(role, lexeme.kind, &text);
                tokens.push(Token::new(kind, lexeme.start, lexeme.end));
            }
        }
    }

    /// What a word of that role is; and what it makes of the words behind it.
    fn scalar(&mut self, role: Role, lex: LexKind, text: &str) -> TokenKind {
        let guess = guess(lex, text);
        match role {
            Is(Text) if guess == Word && text.eq_ignore_ascii_case("NIL") => Word,
            Is(Number) => guess,
            Is(kind) => kind,
            Role::Items | Role::Modifiers => Item,
            Role::Store if is_store_item(text) => Item,
            Role::Store => Flag,
            Role::Append if lex == LexKind::Quoted => Text,
            Role::Append => {
                // UTF8 (…) and CATENATE (…) (RFC 9755, RFC 4469).
                self.top().ahead = vec![Any];
                Word
            }
            Role::Search => self.search(lex, text),
            Role::FetchData => {
                self.top().ahead = vec![value_of(text)];
                Item
            }
            Role::Counters if guess == Word => Item,
            Role::Counters => guess,
            Role::Esearch => self.esearch(text, guess),
            Role::Fields if self.top().n % 2 == 1 && guess != Word => Parameter,
            _ => guess,
        }
    }

    fn search(&mut self, lex: LexKind, text: &str) -> TokenKind {
        if lex == LexKind::Quoted {
            return Text;
        }
        if text == "$" || is_set(text) {
            return Set;
        }
        self.top().ahead = match text.to_ascii_uppercase().as_str() {
            "BCC" | "BODY" | "CC" | "FROM" | "SUBJECT" | "TEXT" | "TO" | "X-GM-RAW" => vec![Is(Text)],
            "HEADER" => vec![Is(Text), Is(Parameter)],
            "ANNOTATION" => vec![Is(Text), Is(Word), Is(Word)],
            "LARGER" | "SMALLER" | "OLDER" | "YOUNGER" | "MODSEQ" => vec![Is(Number)],
            "KEYWORD" | "UNKEYWORD" | "X-GM-LABELS" => vec![Is(Flag)],
            "UID" => vec![Is(Set)],
            "BEFORE" | "ON" | "SINCE" | "SENTBEFORE" | "SENTON" | "SENTSINCE" | "SAVEDBEFORE" | "SAVEDON"
            | "SAVEDSINCE" | "CHARSET" | "EMAILID" | "THREADID" | "FILTER" | "X-GM-MSGID" | "X-GM-THRID" => {
                vec![Is(Word)]
            }
            "RETURN" => vec![Is(Parameter)],
            "IN" => vec![Is(Mailbox)],
            _ => Vec::new(),
        };
        Key
    }

    fn esearch(&mut self, text: &str, guess: TokenKind) -> TokenKind {
        match text.to_ascii_uppercase().as_str() {
            "UID" => {}
            "TAG" => self.top().ahead = vec![Any],
            "ALL" | "PARTIAL" | "ADDTO" | "REMOVEFROM" => self.top().ahead = vec![Is(Set)],
            _ if guess == Word => self.top().ahead = vec![Is(Number)],
            _ => return guess,
        }
        Item
    }
}

/// The role inside a list.
fn child(role: Role) -> Role {
    match role {
        Role::Modifiers => Any,
        Role::Append | Role::Store => Is(Flag),
        Role::Namespaces => Seq(&[Seq(NAMESPACE)]),
        role => role,
    }
}

/// What a word looks like.
fn guess(lex: LexKind, text: &str) -> TokenKind {
    match lex {
        LexKind::Quoted => Text,
        _ if text.starts_with('\\') => Flag,
        _ if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => Number,
        _ if is_set(text) => Set,
        _ => Word,
    }
}

/// Whether a word is a set of message numbers: `2,4:7,*` (RFC 9051 §9, `sequence-set`).
pub fn is_set(text: &str) -> bool {
    let number = |n: &str| n == "*" || (!n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    text.split(',').all(|range| match range.split_once(':') {
        Some((from, to)) => number(from) && number(to),
        None => number(range),
    })
}

fn is_store_item(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    let name = upper.trim_start_matches(['+', '-']);
    matches!(name, "FLAGS" | "FLAGS.SILENT" | "X-GM-LABELS" | "X-GM-LABELS.SILENT" | "ANNOTATION")
}

/// The role of a FETCH item's value.
fn value_of(item: &str) -> Role {
    match item.to_ascii_uppercase().as_str() {
        "FLAGS" | "X-GM-LABELS" => Is(Flag),
        "UID" | "RFC822.SIZE" | "MODSEQ" | "X-GM-MSGID" | "X-GM-THRID" => Is(Number),
        _ => Any,
    }
}

/// Where the word at the cursor ends: `<0>` behind a section.
fn word_end(cursor: &Cursor<'_>) -> usize {
    let mut probe = cursor.fork();
    match probe.peek() {
        Some(b'<') => probe.next(Mode::Plain).map_or(cursor.pos, |l| l.end),
        _ => cursor.pos,
    }
}

#[cfg(test)]
mod tests {
    use super::super::lex::Tail;
    use super::*;
    use crate::dialogue::Wire;

    fn words(role: Role, text: &str) -> String {
        let wire = Wire::from(text);
        let end = match super::super::lex::tail(&wire, wire.len()) {
            Tail::Literal(literal) => literal.start,
            _ => wire.len(),
        };
        let mut cursor = Cursor::new(&wire, 0, end, wire.len());
        let (mut reader, mut tokens) = (Reader::new(role, false), Vec::new());
        reader.read(&mut cursor, &mut tokens);
        let words: Vec<String> =
            tokens.iter().map(|t| format!("{}:{}", t.kind.name(), &text[t.start..t.end])).collect();
        format!("{}{}", words.join(" "), if reader.is_whole() { "" } else { " …" })
    }

    #[test]
    fn every_word_gets_its_kind() {
        for (kind, text, expected) in [
            (
                "LIST",
                r#"(\HasNoChildren \Sent) "." "Sent Mail""#,
                r#"flag:\HasNoChildren flag:\Sent text:. mailbox:Sent Mail"#,
            ),
            (
                "LIST",
                r#"() NIL INBOX ("OLDNAME" ("inbox"))"#,
                r#"word:NIL mailbox:INBOX text:OLDNAME text:inbox"#,
            ),
            (
                "STATUS",
                "blurdybloop (MESSAGES 231 UIDNEXT 44292)",
                "mailbox:blurdybloop item:MESSAGES number:231 item:UIDNEXT number:44292",
            ),
            (
                "FETCH",
                r#"(UID 3 FLAGS (\Seen $X) RFC822.SIZE 9)"#,
                r#"item:UID number:3 item:FLAGS flag:\Seen flag:$X item:RFC822.SIZE number:9"#,
            ),
            (
                "FETCH",
                r#"(BODY[HEADER.FIELDS (DATE FROM)] NIL UID 5)"#,
                "item:BODY[HEADER.FIELDS (DATE FROM)] word:NIL item:UID number:5",
            ),
            (
                "FETCH",
                r#"(BODY ("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL 3028 92) UID 1)"#,
                "item:BODY text:TEXT text:PLAIN text:CHARSET text:US-ASCII word:NIL number:3028 number:92 item:UID number:1",
            ),
            ("FETCH", "(BODY[] {10}", "item:BODY[] …"),
            (
                "SEARCH",
                "2 84 882 (MODSEQ 917162500)",
                "number:2 number:84 number:882 word:MODSEQ number:917162500",
            ),
            (
                "ESEARCH",
                r#"(TAG "a") UID MIN 7 ALL 7,10:12"#,
                "item:TAG text:a item:UID item:MIN number:7 item:ALL set:7,10:12",
            ),
            (
                "NAMESPACE",
                r##"(("" "/")("#mh/" "." "X" ("y"))) NIL NIL"##,
                r##"mailbox: text:/ mailbox:#mh/ text:. text:X text:y word:NIL word:NIL"##,
            ),
            ("ID", r#"("name" "Dovecot" "os" NIL)"#, "parameter:name text:Dovecot parameter:os word:NIL"),
            ("QUOTA", r#""" (STORAGE 10 512)"#, "word: item:STORAGE number:10 number:512"),
            ("VANISHED", "(EARLIER) 41,43:116", "parameter:EARLIER set:41,43:116"),
            ("VANISHED", "41", "set:41"),
            (
                "THREAD",
                "(3 6 (4 23)(44 7 96))",
                "number:3 number:6 number:4 number:23 number:44 number:7 number:96",
            ),
        ] {
            assert_eq!(words(of_response(kind), text), expected, "{text}");
        }
    }
}
