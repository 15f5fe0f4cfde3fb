//! A page: prose with very few marks, so that whoever writes one needs to learn nothing.
//!
//! - the first line, `# Title`, is the concept's name in the page's language; one can ask by it;
//! - a line `## Title` is a heading;
//! - lines that begin with two blanks stand as they are: a drawing, a table, a dialogue (`  C: QUIT`);
//! - all else is prose: lines up to the next empty one are one paragraph;
//! - `{name}` is a figure that was measured ([`crate::knowledge::figure`]), padded to the width of its braces where
//!   blanks stand inside them: `{name   }` is as wide in the table as it looks here.

use crate::knowledge;

/// A part of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Prose(String),
    /// Lines that stand as they are.
    Fixed(Vec<String>),
}

/// A page's title.
pub fn title(text: &'static str) -> Option<&'static str> {
    text.lines().next()?.strip_prefix("# ").map(str::trim)
}

/// Takes a page apart, without its title.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut begun = false;
    for line in text.lines().filter(|line| !line.starts_with("# ")) {
        let line = filled(line);
        if line.trim().is_empty() {
            begun = false;
        } else if let Some(title) = line.strip_prefix("## ") {
            blocks.push(Block::Heading(title.trim().to_owned()));
            begun = false;
        } else if let Some(fixed) = line.strip_prefix("  ") {
            match blocks.last_mut() {
                Some(Block::Fixed(lines)) if begun => lines.push(fixed.to_owned()),
                _ => blocks.push(Block::Fixed(vec![fixed.to_owned()])),
            }
            begun = true;
        } else {
            match blocks.last_mut() {
                Some(Block::Prose(prose)) if begun => {
                    prose.push(' ');
                    prose.push_str(line.trim());
                }
                _ => blocks.push(Block::Prose(line.trim().to_owned())),
            }
            begun = true;
        }
    }
    blocks
}

/// A line with its figures put in; braces that hold no name of one stay.
fn filled(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let found = after.split_once('}').and_then(|(name, behind)| {
            let value = knowledge::figure(name.trim())?;
            let wide = if name.contains(' ') { name.len() + 2 } else { 0 };
            Some((format!("{value:>wide$}"), behind))
        });
        match found {
            Some((value, behind)) => {
                out.push_str(&value);
                rest = behind;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_headings_prose_and_what_stands_as_it_is() {
        let text = "# name\n\none\ntwo {5}\n\n## Title\n  C: A\n  S: B\n\n  x\nthree\n";
        let fixed = |lines: &[&str]| Block::Fixed(lines.iter().map(|l| (*l).to_owned()).collect());
        assert_eq!(
            blocks(text),
            [
                Block::Prose("one two {5}".to_owned()),
                Block::Heading("Title".to_owned()),
                fixed(&["C: A", "S: B"]),
                fixed(&["x"]),
                Block::Prose("three".to_owned()),
            ]
        );
    }

    #[test]
    fn figures_keep_their_column() {
        assert_eq!(
            filled("a {mailbox-messages} b"),
            format!("a {} b", knowledge::figure("mailbox-messages").unwrap_or(""))
        );
        assert_eq!(filled("|{mailbox-messages  }|").len(), "|{mailbox-messages  }|".len());
        assert_eq!(filled("{nothing} {"), "{nothing} {");
    }
}
