//! The terminal's own modes: quiet while nobody is asked, as found when the session ends, however it ends.
//!
//! While nobody is asked the keys are kept by the system and not echoed, so that typing ahead works and does
//! not write into what the server says. The editor sets its own mode while a line is being typed, and comes
//! back to this one.

use std::io::Write;

/// What the terminal does with keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// Kept as they come, not echoed; Ctrl-C is a signal. For the editor.
    Kept,
    /// Gathered into lines, not echoed. Without an editor: while nobody is asked, and for a password.
    Unseen,
    /// Gathered into lines and echoed. Without an editor: while somebody is asked.
    Echoed,
}

/// Remembers the terminal as it is, and gives it back should the program panic.
pub fn take() {
    sys::remember();
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        give_back();
        before(panic);
    }));
}

/// Sets what becomes of keys.
pub fn set(keys: Keys) {
    sys::set(keys);
}

/// Gives the terminal back as it was: modes, cursor, pasting.
pub fn give_back() {
    if sys::restore() && !is_dumb() {
        let mut out = std::io::stdout();
        let _ = out.write_all(b"\x1b[?2004l\x1b[?25h");
        let _ = out.flush();
    }
}

/// Whether the terminal knows no escape sequences; the same ones that the editor leaves alone.
pub fn is_dumb() -> bool {
    let term = std::env::var("TERM").unwrap_or_default();
    cfg!(unix) && ["dumb", "cons25", "emacs"].iter().any(|name| term.eq_ignore_ascii_case(name))
}

/// Columns and rows as they are, without the limits that notes have.
pub fn size() -> (usize, usize) {
    terminal_size::terminal_size()
        .map_or((80, 24), |(w, h)| (usize::from(w.0).max(1), usize::from(h.0).max(2)))
}

/// How many rows below the first one a text ends, as the terminal wraps it.
pub fn rows_below(text: &str, columns: usize) -> usize {
    use unicode_width::UnicodeWidthChar;
    let (mut row, mut col) = (0, 0);
    for c in text.chars() {
        let width = match c {
            '\n' => {
                row += 1;
                col = 0;
                continue;
            }
            '\t' => 8 - col % 8,
            c => c.width().unwrap_or(0),
        };
        col += width;
        if col > columns {
            row += 1;
            col = width;
        }
    }
    // The editor goes on to the next row itself when one is full.
    if col == columns { row + 1 } else { row }
}

#[cfg(unix)]
mod sys {
    use std::io::stdin;
    use std::sync::OnceLock;

    use rustix::termios::{InputModes, LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

    use super::Keys;

    static FOUND: OnceLock<Termios> = OnceLock::new();

    pub fn remember() {
        if let Ok(found) = tcgetattr(stdin()) {
            let _ = FOUND.set(found);
        }
    }

    pub fn set(keys: Keys) {
        let Some(mut modes) = FOUND.get().cloned() else { return };
        modes.local_modes.insert(LocalModes::ISIG | LocalModes::ICANON | LocalModes::ECHO);
        match keys {
            Keys::Kept => {
                modes.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
                // Enter stays CR, as the editor reads it.
                modes.input_modes.remove(InputModes::ICRNL);
            }
            Keys::Unseen => modes.local_modes.remove(LocalModes::ECHO),
            Keys::Echoed => {}
        }
        let _ = tcsetattr(stdin(), OptionalActions::Now, &modes);
    }

    pub fn restore() -> bool {
        FOUND.get().is_some_and(|found| tcsetattr(stdin(), OptionalActions::Now, found).is_ok())
    }
}

#[cfg(not(unix))]
mod sys {
    use super::Keys;

    pub fn remember() {}

    pub fn set(_: Keys) {}

    pub fn restore() -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::rows_below;

    #[test]
    fn rows_are_those_of_the_terminal() {
        for (text, columns, rows) in [
            ("C: ", 10, 0),
            ("C: 123456", 10, 0),
            ("C: 1234567", 10, 1),
            ("C: 12345678", 10, 1),
            ("C: ñandú ñ", 10, 1),
            ("C: 漢字漢", 9, 1),
            ("C: 漢字漢", 8, 1),
            ("C: a\nb\n", 10, 2),
            ("C: \tx", 10, 0),
        ] {
            assert_eq!(rows_below(text, columns), rows, "{text:?} in {columns}");
        }
    }
}
