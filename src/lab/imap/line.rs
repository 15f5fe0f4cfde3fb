//! A command as it was sent, lines and literals in one buffer, and the walk over it: [`Parser`]. What is wrong
//! is [`Wrong`]: where, and what was expected there, because a BAD is read by somebody who is learning.

use std::ops::Range;

use crate::dialect::imap::lex;

/// A command, whole or so far.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Lines without their ends, literals where they stood.
    pub bytes: Vec<u8>,
    /// For every literal: where its announcement begins, and where its octets are.
    literals: Vec<(usize, Range<usize>)>,
    /// Where what follows a literal begins.
    starts: Vec<usize>,
}

impl Line {
    /// Adds a part of a line.
    pub fn text(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// A literal begins, announced at `at`.
    pub fn open_literal(&mut self, at: usize) {
        let start = self.bytes.len();
        self.literals.push((at, start..start));
    }

    /// Adds to the literal that was opened last.
    pub fn literal(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        if let Some((_, range)) = self.literals.last_mut() {
            range.end = self.bytes.len();
        }
    }

    /// What follows belongs to the line again.
    pub fn close_literal(&mut self) {
        self.starts.push(self.bytes.len());
    }

    /// How many octets it has without its literals.
    pub fn line_octets(&self) -> usize {
        self.bytes.len() - self.literals.iter().map(|(_, range)| range.len()).sum::<usize>()
    }

    /// Where what follows the last literal begins.
    pub fn last_start(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    /// Where an octet stands, as a person counts: from 1, and from the last literal on.
    fn place(&self, at: usize) -> String {
        let start = self.starts.iter().rev().find(|s| **s <= at).copied();
        match start {
            None => format!("column {}", at + 1),
            Some(start) => format!("column {} after the literal", at - start + 1),
        }
    }
}

/// What a command does not have as it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The octet of the joined command; none where it is not about a place.
    pub at: Option<usize>,
    /// What was expected, or what is wrong.
    pub what: String,
    /// The grammar has it, only the server does not: NO, not BAD.
    pub refused: bool,
}

impl Wrong {
    /// Of no place in particular.
    pub fn all(what: impl Into<String>) -> Wrong {
        Wrong { at: None, what: what.into(), refused: false }
    }

    /// At a place.
    pub fn at(at: usize, what: impl Into<String>) -> Wrong {
        Wrong { at: Some(at), what: what.into(), refused: false }
    }

    /// What is well-formed, and cannot be meant.
    pub fn refused(what: impl Into<String>) -> Wrong {
        Wrong { at: None, what: what.into(), refused: true }
    }

    /// In words: `column 14: expected a section, such as BODY[]`.
    pub fn say(&self, line: &Line) -> String {
        match self.at {
            Some(at) => format!("{}: {}", line.place(at), self.what),
            None => self.what.clone(),
        }
    }
}

/// What reading gives.
pub type Read<T> = Result<T, Wrong>;

/// A string of any form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Its octets.
    pub bytes: Vec<u8>,
    /// Where it stands.
    pub at: usize,
    /// Whether it was written as an atom: only then `NIL` is nil.
    pub atom: bool,
}

/// Walks over a command.
#[derive(Clone, Debug)]
pub struct Parser<'a> {
    line: &'a Line,
    /// The next octet.
    pub pos: usize,
}

/// What an atom cannot hold (RFC 9051 §9, atom-specials), `]` aside.
fn is_special(b: u8) -> bool {
    b <= b' ' || b >= 0x7f || b"(){%*\"\\".contains(&b)
}

/// A short printable form of what was found, to be put in a sentence.
pub fn shown(bytes: &[u8]) -> String {
    let cut = &bytes[..bytes.len().min(40)];
    let safe = |b: &u8| if (b' '..0x7f).contains(b) { char::from(*b) } else { '?' };
    let dots = if bytes.len() > cut.len() { "..." } else { "" };
    cut.iter().map(safe).collect::<String>() + dots
}

impl<'a> Parser<'a> {
    /// From the beginning.
    pub fn new(line: &'a Line) -> Parser<'a> {
        Parser { line, pos: 0 }
    }

    fn rest(&self) -> &'a [u8] {
        &self.line.bytes[self.pos.min(self.line.bytes.len())..]
    }

    /// The next octet.
    pub fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    /// Whether nothing is left.
    pub fn at_end(&self) -> bool {
        self.rest().is_empty()
    }

    /// Wrong here: `expected` says what should stand here.
    pub fn expected<T>(&self, expected: &str) -> Read<T> {
        let found = match self.word_here() {
            [] => "the end of the command".to_owned(),
            [b' '] => "a blank".to_owned(),
            word => shown(word),
        };
        Err(Wrong::at(self.pos, format!("expected {expected}, not {found}")))
    }

    fn word_here(&self) -> &'a [u8] {
        let rest = self.rest();
        let end = rest.iter().position(|b| *b == b' ').unwrap_or(rest.len());
        &rest[..end.max(usize::from(!rest.is_empty()))]
    }

    /// Takes an octet if it comes next.
    pub fn eat(&mut self, b: u8) -> bool {
        let is = self.peek() == Some(b);
        self.pos += usize::from(is);
        is
    }

    /// Exactly one blank (RFC 9051 §9, SP).
    pub fn space(&mut self, before: &str) -> Read<()> {
        if !self.eat(b' ') {
            return match self.at_end() {
                true => Err(Wrong::at(self.pos, format!("expected a blank and {before}"))),
                false => self.expected(&format!("a blank before {before}")),
            };
        }
        match self.peek() {
            Some(b' ') => Err(Wrong::at(self.pos, "expected one blank, not several")),
            _ => Ok(()),
        }
    }

    /// The end of the command.
    pub fn end(&self) -> Read<()> {
        match self.rest() {
            [] => Ok(()),
            [b' '] => Err(Wrong::at(self.pos, "expected the end of the line, not a blank")),
            // What is too much is the word, not the blank before it.
            [b' ', ..] => Parser { line: self.line, pos: self.pos + 1 }.expected("the end of the line"),
            _ => self.expected("the end of the line"),
        }
    }

    /// A run of octets that hold.
    pub fn run(&mut self, holds: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let end = rest.iter().position(|b| !holds(*b)).unwrap_or(rest.len());
        self.pos += end;
        &rest[..end]
    }

    /// An atom, in upper case: a keyword. Empty where none stands here.
    pub fn keyword(&mut self) -> String {
        String::from_utf8_lossy(self.run(|b| !is_special(b) && !b"[]<>".contains(&b))).to_ascii_uppercase()
    }

    /// The keyword that would come next.
    pub fn peek_keyword(&self) -> String {
        self.clone().keyword()
    }

    /// An atom.
    pub fn atom(&mut self, what: &str) -> Read<String> {
        match self.run(|b| !is_special(b) && b != b']') {
            [] => self.expected(what),
            atom => Ok(String::from_utf8_lossy(atom).into_owned()),
        }
    }

    /// A quoted string or a literal; none where neither begins here.
    fn string(&mut self) -> Read<Option<Text>> {
        let at = self.pos;
        if let Some((_, range)) = self.line.literals.iter().find(|(start, _)| *start == at) {
            self.pos = range.end;
            return Ok(Some(Text { bytes: self.line.bytes[range.clone()].to_vec(), at, atom: false }));
        }
        if !self.eat(b'"') {
            return Ok(None);
        }
        let start = self.pos;
        let mut escaped = false;
        loop {
            match self.peek() {
                None => return Err(Wrong::at(at, "this quoted string has no end: expected another \"")),
                Some(b'"') if !escaped => break,
                Some(b'"' | b'\\') if escaped => escaped = false,
                Some(_) if escaped => {
                    return Err(Wrong::at(
                        self.pos,
                        "expected \" or \\ after a backslash in a quoted string",
                    ));
                }
                Some(b) => escaped = b == b'\\',
            }
            self.pos += 1;
        }
        let bytes = lex::unescape(&self.line.bytes[start..self.pos]);
        self.pos += 1;
        Ok(Some(Text { bytes, at, atom: false }))
    }

    /// An atom, a quoted string or a literal.
    /// Octets beyond ASCII are let in, for whoever reads it can say better what is wrong with them.
    pub fn astring(&mut self, what: &str) -> Read<Text> {
        self.astring_of(what, |b| !is_special(b) || b >= 0x80)
    }

    /// A mailbox pattern of LIST: `%` and `*` may stand in it.
    pub fn pattern(&mut self, what: &str) -> Read<Text> {
        self.astring_of(what, |b| !is_special(b) || b >= 0x80 || b == b'%' || b == b'*')
    }

    fn astring_of(&mut self, what: &str, holds: impl Fn(u8) -> bool) -> Read<Text> {
        let at = self.pos;
        if let Some(text) = self.string()? {
            return Ok(text);
        }
        match self.run(holds) {
            [] => self.expected(what),
            bytes => Ok(Text { bytes: bytes.to_vec(), at, atom: true }),
        }
    }

    /// A quoted string, a literal, or NIL.
    pub fn nstring(&mut self, what: &str) -> Read<Option<Vec<u8>>> {
        if let Some(text) = self.string()? {
            return Ok(Some(text.bytes));
        }
        let at = self.pos;
        if self.keyword() == "NIL" {
            return Ok(None);
        }
        self.pos = at;
        self.expected(what)
    }

    /// A number of 32 bits.
    pub fn number(&mut self, what: &str) -> Read<u32> {
        let at = self.pos;
        let digits = self.run(|b| b.is_ascii_digit());
        if digits.is_empty() {
            return self.expected(what);
        }
        let number = std::str::from_utf8(digits).ok().and_then(|n| n.parse().ok());
        number.ok_or_else(|| Wrong::at(at, format!("{} is more than 4294967295", shown(digits))))
    }

    /// What stands in parentheses, one blank between two; or one alone, where that may be.
    pub fn list<T>(
        &mut self,
        what: &str,
        alone: bool,
        mut one: impl FnMut(&mut Self) -> Read<T>,
    ) -> Read<Vec<T>> {
        let mut found = Vec::new();
        if !self.eat(b'(') {
            if !alone {
                return self.expected(&format!("{what} in parentheses"));
            }
            found.push(one(self)?);
            return Ok(found);
        }
        if self.eat(b')') {
            return Ok(found);
        }
        loop {
            found.push(one(self)?);
            if self.eat(b')') {
                return Ok(found);
            }
            if self.peek() != Some(b' ') {
                return self.expected("a blank or a closing parenthesis");
            }
            self.space(what)?;
        }
    }

    /// A flag: `\Seen`, or a keyword.
    pub fn flag(&mut self) -> Read<String> {
        let at = self.pos;
        let system = self.eat(b'\\');
        let name = self.atom("a flag, such as \\Seen or a keyword")?;
        if !system {
            return Ok(name);
        }
        let known = ["\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft", "\\Recent"];
        let whole = format!("\\{name}");
        match known.iter().find(|k| k.eq_ignore_ascii_case(&whole)) {
            Some(&"\\Recent") => {
                Err(Wrong::at(at, "\\Recent is the server's own: a client cannot set or clear it"))
            }
            Some(flag) => Ok((*flag).to_owned()),
            None => Err(Wrong::at(
                at,
                format!(
                    "no system flag is called {}: there are \\Seen \\Answered \\Flagged \\Deleted \\Draft, \
                     and keywords without a backslash",
                    shown(whole.as_bytes())
                ),
            )),
        }
    }

    /// A set of message numbers: `2,4:7,9:*`.
    pub fn set(&mut self) -> Read<super::set::Set> {
        let at = self.pos;
        let text = self.run(|b| b.is_ascii_digit() || b"*:,".contains(&b));
        let text = std::str::from_utf8(text).unwrap_or_default();
        match super::set::Set::parse(text) {
            Some(set) => Ok(set),
            None if text.is_empty() => self.expected("message numbers, such as 1 or 2:4,7 or 1:*"),
            None => Err(Wrong::at(
                at,
                format!(
                    "expected message numbers, such as 1 or 2:4,7 or 1:*, not {} (they count from 1)",
                    shown(text.as_bytes())
                ),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line {
        let mut line = Line::default();
        line.text(text.as_bytes());
        line
    }

    #[test]
    fn strings_have_three_forms() {
        let mut line = line("ab \"c \\\"d\" {3}");
        line.open_literal(11);
        line.literal(b"x\ny");
        line.close_literal();
        line.text(b" !");
        let mut parser = Parser::new(&line);
        assert_eq!(parser.astring("a").unwrap().bytes, b"ab");
        parser.space("b").unwrap();
        assert_eq!(parser.astring("b").unwrap().bytes, b"c \"d");
        parser.space("c").unwrap();
        assert_eq!(parser.astring("c").unwrap().bytes, b"x\ny");
        let wrong = parser.end().unwrap_err();
        assert_eq!(wrong.say(&line), "column 2 after the literal: expected the end of the line, not !");
    }

    #[test]
    fn faults_say_where_and_what() {
        for (text, said) in [
            ("\"abc", "column 1: this quoted string has no end: expected another \""),
            ("", "column 1: expected a name, not the end of the command"),
            ("(x", "column 1: expected a name, not (x"),
        ] {
            let line = line(text);
            let wrong = Parser::new(&line).astring("a name").unwrap_err();
            assert_eq!(wrong.say(&line), said, "{text}");
        }
    }
}
