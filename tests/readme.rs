//! The README shows true, current output: every line of its sessions is what ehlo says on the real servers.

mod support;

use std::path::Path;

use support::lab::Home;
use support::{Peers, Test};

/// The fenced blocks that begin with `$ ehlo`.
fn sessions() -> Vec<Vec<String>> {
    let readme = include_str!("../README.md");
    let blocks = readme.split("```").skip(1).step_by(2);
    blocks
        .map(|b| b.trim_matches('\n').lines().map(str::to_owned).collect::<Vec<_>>())
        .filter(|b: &Vec<String>| b[0].starts_with("$ ehlo "))
        .collect()
}

/// What the block's user types: its C: lines; a placeholder is answered by ehlo.
fn typed(block: &[String]) -> String {
    let lines = block.iter().filter_map(|l| l.strip_prefix("C: ")).filter(|l| !l.contains("{{"));
    lines.map(|l| format!("{l}\n")).collect()
}

#[test]
fn every_session_of_the_readme_is_true() {
    let peers = Peers::shared();
    let sessions = sessions();
    assert!(sessions.len() >= 2, "the README has lost its sessions");
    for block in sessions {
        let words: Vec<&str> = block[0].split_whitespace().collect();
        if words[2] == "replay" {
            replayed(&block, &words);
            continue;
        }
        let test = if words[2] == "smtp" { Test::smtp(peers) } else { Test::pop(peers) };
        let output = test
            .args(words[4..].iter().copied())
            .args(["--user", "alumnopop"])
            .env("EHLO_PASSWORD", "alumnopoppass")
            .stdin(typed(&block))
            .run()
            .code(0);
        for line in &block[1..] {
            let said = output.stdout.lines().any(|l| l.trim_end() == line.trim_end());
            assert!(said, "not said any more: {line}\n{}", output.stdout);
        }
    }
}

/// A script of the README's: on a lab that nobody has used it says this, and nothing else.
fn replayed(block: &[String], words: &[&str]) {
    let path = words.iter().find(|word| word.starts_with("scripts/")).expect("a script");
    let script = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("the script");
    let home = Home::new();
    let said = home.args(words[2..].iter().copied()).file(path, script).run().code(0).stdout;
    assert_eq!(said.trim_end(), block[1..].join("\n"));
}
