//! What the line editor asks of us: colours, ghost text, and what some keys do.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustyline::completion::Completer;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter};
use rustyline::validate::Validator;
use rustyline::{
    Cmd, ConditionalEventHandler, Context, Event, EventContext, Helper, KeyCode, KeyEvent, Modifiers,
    Movement, RepeatCount, Word,
};
use unicode_width::UnicodeWidthStr;

use super::complete::{Choice, Completion, complete};
use super::scene::{Kind, Scene};
use super::screen::Screen;
use super::{hint, terminal};
use crate::dialogue::text::write::safe;
use crate::i18n::Lang;

/// What the prompt, its editor's thread and the editor's helper share.
#[derive(Debug)]
pub struct Shared {
    /// What is known of the session.
    pub scene: Mutex<Scene>,
    /// The screen.
    pub screen: Arc<Screen>,
    /// Whether there are colours.
    pub colour: bool,
    /// No ghost text, no repainting.
    pub plain: bool,
    /// A pasted block that is too tall to be shown: it is sent behind the line.
    pub block: Mutex<Option<String>>,
    /// A secret is to be asked for anew.
    pub again: AtomicBool,
    /// The line for which a list was shown last, so that it is not shown twice.
    listed: Mutex<Option<(String, u64)>>,
}

impl Shared {
    /// A screen and a scene, for looks that do not change.
    pub fn new(colour: bool, plain: bool) -> Self {
        Shared {
            scene: Mutex::default(),
            screen: Arc::default(),
            colour,
            plain,
            block: Mutex::default(),
            again: AtomicBool::new(false),
            listed: Mutex::default(),
        }
    }

    /// The scene.
    pub fn scene(&self) -> MutexGuard<'_, Scene> {
        self.scene.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The pasted block that waits behind the line.
    pub fn block(&self) -> MutexGuard<'_, Option<String>> {
        self.block.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A `#` line.
    pub fn remark(&self, text: &str) {
        // An output that fails is told when the session uses it next.
        let _ = self.screen.put(&self.styled("2", &format!("#   {text}\n")));
    }

    /// Text in a style, where there are colours.
    pub fn styled(&self, style: &str, text: &str) -> String {
        match text.strip_suffix('\n') {
            _ if !self.colour || text.is_empty() => text.to_owned(),
            Some(line) => format!("\x1b[{style}m{line}\x1b[0m\n"),
            None => format!("\x1b[{style}m{text}\x1b[0m"),
        }
    }

    /// Lists what could stand here, above the prompt, unless that is what stands there already.
    fn list(&self, scene: &Scene, line: &str, choices: &[Choice]) {
        let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        if listed.as_ref().is_some_and(|(l, count)| l == line && *count == self.screen.count()) {
            return;
        }
        let (columns, rows) = terminal::size();
        let room = rows.saturating_sub(3).max(3);
        let mut text = match choices.iter().all(|c| c.meaning.is_empty()) {
            true => self.row(choices, columns),
            false => self.table(choices, columns, room),
        };
        if text.lines().count() == room && choices.len() > room {
            let left = (choices.len() - room).to_string();
            let more = scene.catalog.say("prompt-more", &vec![("count", left)]);
            text.push_str(&self.styled("2", &format!("#     {more}\n")));
        }
        let _ = self.screen.put(&text);
        *listed = Some((line.to_owned(), self.screen.count()));
    }

    /// Choices without meanings, side by side.
    fn row(&self, choices: &[Choice], columns: usize) -> String {
        let mut lines = vec![String::from("#    ")];
        for choice in choices {
            let label = safe(&choice.label, columns.saturating_sub(8));
            if lines[lines.len() - 1].width() + 2 + label.width() > columns && lines.len() < 6 {
                lines.push(String::from("#    "));
            }
            if let Some(line) = lines.last_mut() {
                line.push(' ');
                line.push_str(&label);
                line.push(' ');
            }
        }
        lines.iter().map(|l| self.styled("2", &format!("{}\n", l.trim_end()))).collect()
    }

    /// Choices, each with its meaning.
    fn table(&self, choices: &[Choice], columns: usize, room: usize) -> String {
        let labels: Vec<String> = choices.iter().map(|c| safe(&c.label, columns / 2)).collect();
        let column = labels.iter().map(|l| l.width()).filter(|w| *w <= columns / 3).max().unwrap_or(0);
        let mut text = String::new();
        for (choice, label) in choices.iter().zip(&labels).take(room) {
            let pad = " ".repeat(column.saturating_sub(label.width()));
            let left = columns.saturating_sub(10 + column.max(label.width()));
            let meaning = cut(&choice.meaning, left);
            let head = format!("{}{}", self.styled("2", "#     "), self.styled("1", label));
            text.push_str(&format!("{head}{pad}  {}\n", self.styled("2", &meaning)));
        }
        text
    }
}

/// As much of a text as fits.
fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        if out.width() + 2 > columns {
            break;
        }
        out.push(c);
    }
    format!("{}…", out.trim_end())
}

/// The editor's helper.
pub struct Keyboard(pub Arc<Shared>);

impl Helper for Keyboard {}
impl Validator for Keyboard {}
impl Completer for Keyboard {
    // Tab is answered by `Keys`, which lists above the prompt: the scrollback stays a script.
    type Candidate = String;
}

/// Ghost text: seen, never taken over.
pub struct Ghost(String);

impl Hint for Ghost {
    fn display(&self) -> &str {
        &self.0
    }

    fn completion(&self) -> Option<&str> {
        None
    }
}

impl Hinter for Keyboard {
    type Hint = Ghost;

    fn hint(&self, line: &str, pos: usize, _: &Context<'_>) -> Option<Ghost> {
        let scene = self.0.scene();
        if self.0.plain || scene.kind != Kind::Line || pos < line.len() {
            return None;
        }
        let text = match &*self.0.block() {
            Some(block) => hint::pasted(&scene, block),
            None => hint::hint(&scene, line)?,
        };
        // One row is enough: ghost text that wraps pushes the dialogue away.
        let (columns, _) = terminal::size();
        let used = (line.rsplit('\n').next().unwrap_or_default().width() + 3) % columns;
        let text = cut(&text, columns.saturating_sub(used + 1));
        (text != "…").then_some(Ghost(text))
    }
}

impl Highlighter for Keyboard {
    fn highlight<'l>(&self, line: &'l str, pos: usize) -> Cow<'l, str> {
        if !self.0.screen.drawing_line(line, pos) {
            return Cow::Borrowed("");
        }
        match self.0.scene().kind {
            Kind::Secret => Cow::Owned(" ".repeat(line.width())),
            Kind::Open => Cow::Borrowed(line),
            Kind::Line => Cow::Owned(self.0.styled("94", line)),
        }
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, default: bool) -> Cow<'b, str> {
        let Some(above) = self.0.screen.drawing_prompt() else { return Cow::Borrowed("") };
        let scene = self.0.scene();
        let prompt = match (default, scene.kind) {
            (false, _) => self.0.styled("2", &search(prompt, scene.catalog.lang())),
            (true, Kind::Line) => match prompt.split_once(' ') {
                Some((head, rest)) => format!("{} {rest}", self.0.styled("94;1", head)),
                None => prompt.to_owned(),
            },
            (true, _) => self.0.styled("2", prompt),
        };
        Cow::Owned(format!("{above}{prompt}"))
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        // Also without colours: what is not typed must not look typed.
        Cow::Owned(format!("\x1b[2m{hint}\x1b[0m"))
    }

    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        // Every key draws the line anew, so that the screen knows what stands there.
        true
    }
}

/// The editor's search prompt, whose words have to stay as wide as they are.
fn search(prompt: &str, lang: Lang) -> Cow<'_, str> {
    match lang {
        Lang::En => Cow::Borrowed(prompt),
        Lang::Es => Cow::Owned(
            prompt
                .replace("(failed reverse-i-search)", "(no está: búsqueda atrás)")
                .replace("(reverse-i-search)", "(búsqueda inversa)"),
        ),
    }
}

/// What keys do here.
pub struct Keys {
    shared: Arc<Shared>,
    /// What has come of a block that is being pasted.
    paste: Mutex<Option<String>>,
}

impl ConditionalEventHandler for Keys {
    fn handle(&self, event: &Event, _: RepeatCount, _: bool, context: &EventContext<'_>) -> Option<Cmd> {
        let key = event.get(0)?;
        let scene = self.shared.scene();
        match scene.kind {
            Kind::Line => self.pasted(&scene, key).or_else(|| self.line_key(&scene, key, context)),
            kind => question_key(key, kind, &self.shared.again),
        }
    }
}

impl Keys {
    /// A handler for every key.
    pub fn new(shared: Arc<Shared>) -> Self {
        Keys { shared, paste: Mutex::default() }
    }

    /// Gathers a block that is being pasted. One that the screen has room for is put into the line, where it
    /// can be seen and changed; a taller one waits behind it.
    fn pasted(&self, scene: &Scene, key: &KeyEvent) -> Option<Cmd> {
        let mut paste = self.paste.lock().unwrap_or_else(PoisonError::into_inner);
        let text = match (key.0, &mut *paste) {
            (KeyCode::BracketedPasteStart, _) => {
                *paste = Some(String::new());
                return Some(Cmd::Noop);
            }
            (_, None) => return None,
            (KeyCode::BracketedPasteEnd, text) => text.take()?,
            // The end has got lost.
            (KeyCode::Char('C'), text) if key.1 == Modifiers::CTRL => {
                *text = None;
                return Some(Cmd::Noop);
            }
            (code, Some(text)) => {
                match code {
                    KeyCode::Char('J') if key.1 == Modifiers::CTRL && text.ends_with('\r') => {
                        text.pop();
                        text.push('\n');
                    }
                    KeyCode::Char('J') if key.1 == Modifiers::CTRL => text.push('\n'),
                    KeyCode::Enter => text.push('\r'),
                    KeyCode::Char('M') if key.1 == Modifiers::CTRL => text.push('\r'),
                    KeyCode::Tab => text.push('\t'),
                    KeyCode::Char(c) if key.1 == Modifiers::NONE => text.push(c),
                    // Nothing else is text.
                    _ => {}
                }
                return Some(Cmd::Noop);
            }
        };
        let text = text.replace('\r', "\n");
        let (_, rows) = terminal::size();
        if text.matches('\n').count() + 4 < rows {
            return Some(Cmd::Insert(1, text));
        }
        if self.shared.plain {
            self.shared.remark(&hint::pasted(scene, &text));
        }
        self.shared.block().get_or_insert_default().push_str(&text);
        Some(Cmd::Repaint)
    }

    fn line_key(&self, scene: &Scene, key: &KeyEvent, context: &EventContext<'_>) -> Option<Cmd> {
        let KeyEvent(code, modifiers) = *key;
        match (code, modifiers) {
            (KeyCode::Tab, Modifiers::NONE) | (KeyCode::Char('I' | 'i'), Modifiers::CTRL) => {
                Some(self.tab(scene, context))
            }
            (KeyCode::Char('C' | 'c'), Modifiers::CTRL) if self.shared.block().take().is_some() => {
                Some(Cmd::Repaint)
            }
            (KeyCode::Char('C' | 'c'), Modifiers::CTRL) if context.line().is_empty() => {
                self.shared.remark(&scene.leave());
                Some(Cmd::Noop)
            }
            (KeyCode::Char('C' | 'c'), Modifiers::CTRL) => Some(Cmd::Kill(Movement::WholeBuffer)),
            // Telnet's way out.
            (KeyCode::Char(']'), Modifiers::CTRL) => {
                self.shared.remark(&scene.leave());
                Some(Cmd::Noop)
            }
            _ => None,
        }
    }

    fn tab(&self, scene: &Scene, context: &EventContext<'_>) -> Cmd {
        let line = &context.line()[..context.pos()];
        let Completion { start, choices } = complete(scene, line);
        let typed = &line[start..];
        let Some(first) = choices.first() else { return Cmd::Noop };
        let common = common(&choices);
        if choices.len() > 1 {
            self.shared.list(scene, line, &choices);
        }
        let text = if choices.len() == 1 { first.insert.as_str() } else { &common };
        let fits = text.get(..typed.len()).is_some_and(|t| t.eq_ignore_ascii_case(typed));
        match fits {
            true if text.len() == typed.len() => Cmd::Noop,
            true => Cmd::Insert(1, text[typed.len()..].to_owned()),
            false if choices.len() > 1 => Cmd::Noop,
            // A mailbox name that needs quotes.
            false => Cmd::Replace(Movement::BackwardWord(1, Word::Big), Some(text.to_owned())),
        }
    }
}

/// What all choices begin with.
fn common(choices: &[Choice]) -> String {
    let mut common = choices.first().map_or("", |c| &c.insert).to_owned();
    for choice in choices {
        let same = common.chars().zip(choice.insert.chars()).take_while(|(a, b)| a.eq_ignore_ascii_case(b));
        let length: usize = same.map(|(a, _)| a.len_utf8()).sum();
        common.truncate(length);
    }
    common
}

/// In an answer there is no history, no completion; and a secret leaves no trace where cut text is kept.
fn question_key(key: &KeyEvent, kind: Kind, again: &AtomicBool) -> Option<Cmd> {
    let KeyEvent(code, modifiers) = *key;
    match (code, modifiers) {
        (KeyCode::Tab | KeyCode::Up | KeyCode::Down | KeyCode::PageUp | KeyCode::PageDown, _) => {
            Some(Cmd::Noop)
        }
        (KeyCode::Char('P' | 'N' | 'R' | 'S' | 'I'), Modifiers::CTRL) => Some(Cmd::Noop),
        _ if kind == Kind::Open => None,
        (KeyCode::Char(_), Modifiers::NONE | Modifiers::SHIFT)
        | (KeyCode::Enter | KeyCode::Backspace | KeyCode::BracketedPasteStart, _)
        | (KeyCode::Char('C' | 'D' | 'J' | 'M' | 'H'), Modifiers::CTRL) => None,
        // What is cut would come back with Ctrl-Y, so it is asked for anew instead.
        (KeyCode::Char('U' | 'W'), Modifiers::CTRL) => {
            again.store(true, Ordering::Relaxed);
            Some(Cmd::AcceptLine)
        }
        _ => Some(Cmd::Noop),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_search_keep_their_width() {
        for prompt in ["(reverse-i-search)`x': ", "(failed reverse-i-search)`x': "] {
            assert_eq!(search(prompt, Lang::Es).width(), prompt.width());
        }
    }

    #[test]
    fn a_text_is_cut_at_the_width() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("ñandú es", 6), "ñandú…");
    }
}
