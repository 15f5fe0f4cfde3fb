//! `ehlo mx` against real name servers (nsd, unbound), against hostile ones, and against the lab's own.
//!
//! `cases.jsonl` and `own.jsonl` are the rules: a zone, a question, what has to come out.

#[path = "../support/mod.rs"]
mod support;

mod cases;
mod chain;
mod hostile;
mod lab;
mod looks;
mod probe;
