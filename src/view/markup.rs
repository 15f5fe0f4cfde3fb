//! A text inside markup: HTML and XML escape it in one way. Not here: what elements there are.

use std::fmt::Write as _;

use crate::dialogue::text::write::is_safe;

/// A text for an element or a quoted attribute. Controls become visible: a terminal or a browser may obey them, and
/// XML 1.0 forbids NUL and ESC, both common here (and the two last code points of the plane).
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push('\n'),
            c if is_safe(c) && !matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(c),
            c => drop(write!(out, "{}", c.escape_unicode())),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_markup_would_take_for_its_own_is_escaped() {
        assert_eq!(escaped("a<b>&\"\u{0}\u{1b}[2J"), "a&lt;b&gt;&amp;&quot;\\u{0}\\u{1b}[2J");
        assert_eq!(escaped("it's\n\u{fffe}ñ"), "it&#39;s\n\\u{fffe}ñ");
    }
}
