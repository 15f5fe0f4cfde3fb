//! `ehlo replay`: the notation's own examples on the lab, hand-made servers that do what no good one would, scripts that
//! cannot be run, and what the errors look like.

#[path = "../support/mod.rs"]
mod support;

mod broken;
mod examples;
mod failing;
mod offered;
mod servers;

use std::path::{Path, PathBuf};

use support::Output;

/// A script of `tests/replay/examples`.
fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/replay/examples").join(name)
}

/// What was said on standard error, without what differs from run to run: times and ports.
fn still(output: &Output) -> String {
    let mut text = String::new();
    for line in output.stderr.lines() {
        let line = match line.rfind(", +") {
            Some(at) if line.ends_with(" s") => format!("{}, +T s", &line[..at]),
            _ => line.to_owned(),
        };
        let line = match line.rfind(", ") {
            Some(at) if line.ends_with(" s") && line[at + 2..line.len() - 2].parse::<f64>().is_ok() => {
                format!("{}, T s", &line[..at])
            }
            _ => line,
        };
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// Compares with the golden file; `EHLO_GOLDEN=write` writes it anew, to be read again.
#[track_caller]
fn check(name: &str, output: &Output) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/replay/golden").join(name);
    let shown = still(output);
    if std::env::var("EHLO_GOLDEN").is_ok_and(|v| v == "write") {
        std::fs::write(&path, &shown).expect("the golden file");
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(golden == shown, "{name} is otherwise now; EHLO_GOLDEN=write writes it:\n{shown}");
}
