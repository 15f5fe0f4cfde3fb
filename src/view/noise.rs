//! What neither side said, for people: prompts, telnet's own words, prose. A few lines of it; Markdown's fences and
//! other lines without a letter or a figure say nothing, and are left out.

use crate::dialogue::text::write::safe;
use crate::i18n::Catalog;

/// Lines that are shown.
const SHOWN: usize = 4;
/// Characters of a line.
const LONG: usize = 160;

/// The lines to show; where there are many, the first ones and how many more there were.
pub fn lines(text: &str, catalog: &Catalog) -> Vec<String> {
    let all: Vec<&str> = text.lines().filter(|line| line.chars().any(char::is_alphanumeric)).collect();
    let shown = if all.len() <= SHOWN { all.len() } else { SHOWN - 1 };
    let mut lines: Vec<String> = all[..shown].iter().map(|line| safe(line.trim_end(), LONG)).collect();
    if shown < all.len() {
        lines.push(catalog.say("noise-more", &vec![("lines", (all.len() - shown).to_string())]));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn what_says_nothing_is_left_out() {
        let catalog = Catalog::new(Lang::En);
        assert_eq!(lines("```\n\n```\n", &catalog), Vec::<String>::new());
        assert_eq!(lines("a\n```\n$ b\u{1b}[2J  \n", &catalog), ["a", "$ b\\u{1b}[2J"]);
        let many = lines("1\n2\n3\n4\n5\n6\n", &catalog);
        assert_eq!(many.len(), 4);
        assert!(many[3].contains('3'), "{many:?}");
    }
}
