//! The notation: dialogues as `C:` and `S:` lines, as the mail RFCs print them. One notation for what the
//! terminal shows, what a log holds, and what is read back.
//!
//! ```text
//! @smtp mail.redes.unlp.edu.ar:25
//! @match status
//! S: 220 mail.redes.unlp.edu.ar ESMTP Postfix
//! #   220  ready; the server speaks first.
//! C: ehlo redes
//! ```
//!
//! A line is one line of the wire; its CR LF is understood. `C-:` and `S-:` are bytes without a line end.
//! `{{…}}` is a hole: a secret's placeholder, or `{{hex(00 1b)}}`, bytes that a reader would take for
//! something else: controls, invalid UTF-8, bidirectional controls, `{{` itself. `{n}` at a line's end is a
//! literal whose count would tell a secret's length. `@` begins a fact beside the bytes, `#` and two blanks a
//! generated note (dropped on reading), `#` and one a person's comment.
//!
//! [`write`] makes it, [`read`] takes it apart; both are exact: what was written is read back byte for byte.

pub mod read;
pub mod write;

pub use read::{Item, Trouble, read_line};
pub use write::Writer;
