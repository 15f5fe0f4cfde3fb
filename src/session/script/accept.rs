//! `--accept`: what really came, written back into the script. Holes stay holes, and nothing is written after a failure.

use std::path::Path;

use super::result::Outcome;
use crate::dialogue::text::read_line;
use crate::dialogue::text::write::escape;
use crate::dialogue::text::{Item, Trouble};
use crate::dialogue::{Side, Wire};

/// A line that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its number, from 1.
    pub line: usize,
    /// As it is.
    pub old: String,
    /// As it will be.
    pub new: String,
}

/// What would change in the script's own file; includes are left alone.
pub fn changes(outcome: &Outcome) -> Vec<Change> {
    let Some(file) = outcome.files.first() else { return Vec::new() };
    let mut changes: Vec<Change> = Vec::new();
    for (pos, came) in outcome.differ.iter().filter(|(pos, _)| pos.file == 0) {
        let Some(old) = file.lines.get(pos.line - 1) else { continue };
        let Ok(Item::Line { side: Side::Server, text, .. }) = read_line(old) as Result<Item, Trouble> else {
            continue;
        };
        if !text.holes.is_empty()
            || text.bytes == came.as_bytes()
            || changes.iter().any(|c| c.line == pos.line)
        {
            continue;
        }
        let head = old.find(':').map_or("S:", |i| &old[..=i]);
        let new = format!("{head} {}", escape(&Wire::from(came.as_str()), Side::Server));
        changes.push(Change { line: pos.line, old: old.clone(), new });
    }
    changes.sort_by_key(|change| change.line);
    changes
}

/// The differences as people read them: what goes, what comes.
pub fn diff(changes: &[Change]) -> String {
    changes.iter().map(|c| format!("@@ {} @@\n-{}\n+{}\n", c.line, c.old, c.new)).collect()
}

/// Writes the file anew, whole or not at all; its line ends stay what they are.
///
/// # Errors
/// What the system says.
pub fn write(path: &Path, changes: &[Change]) -> std::io::Result<()> {
    let text = std::fs::read_to_string(path)?;
    let mut out = String::with_capacity(text.len());
    for (i, line) in text.split_inclusive('\n').enumerate() {
        match changes.iter().find(|change| change.line == i + 1) {
            Some(change) => {
                let end = &line[line.trim_end_matches(['\r', '\n']).len()..];
                out.push_str(&change.new);
                out.push_str(end);
            }
            None => out.push_str(line),
        }
    }
    replace(path, out.as_bytes())
}

/// Writes a file whole: into a new one beside it, which then takes its place.
///
/// # Errors
/// What the system says.
pub fn replace(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    std::io::Write::write_all(&mut file, content)?;
    if let Ok(old) = path.metadata() {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.persist(path).map(drop).map_err(|error| error.error)
}
