//! The `ehlo` program: hands the command line to the library's `cli`.
fn main() {}
