//! What the integration tests share: real servers, hand-made ones, and the program itself.
//!
//! ```ignore
//! //! What `ehlo pop` shows of a mailbox.
//! mod support;
//! use support::{Peers, Script, Test};
//!
//! #[test]
//! fn lists_what_is_there() {
//!     let peers = Peers::shared(); //                a real Postfix and Dovecot, one pair per test binary
//!     let me = peers.account(); //                   an empty mailbox that no other test has
//!     peers.deliver(&me.address, "Subject: hola\n\nque tal\n");
//!     Test::pop(peers) //                            ehlo pop 127.0.0.1:PORT --ca FILE
//!         .env("EHLO_PASSWORD", &me.password)
//!         .args(["--user", &me.user])
//!         .stdin("LIST\nQUIT\n")
//!         .run() //                                  killed after 30 seconds
//!         .code(0)
//!         .stdout_has("S: +OK 1 messages");
//! }
//!
//! #[test]
//! fn tells_who_hung_up() {
//!     let server = Script::new().send("220 hello\r\n").expect("EHLO").reset().listen();
//!     Test::new(["smtp", &server.address()]).stdin("EHLO me\n").run().code(4);
//!     server.finish(); //                            fails if the dialogue went otherwise
//! }
//! ```
//!
//! - `peers`: [`Peers`], Postfix and Dovecot shaped like the course's server. They need root and their
//!   packages; a test that cannot have them fails and says that `tests/run` installs them. None is skipped.
//! - `program`: [`Test`], `ehlo` in an empty folder and a bare environment; [`Output`], what it answered.
//! - `hostile`: [`Script`], a server that does what no good one would.
//! - `certificates`: [`Cert`], right and wrong ones, each with the CA to hand to `--ca`.
//! - `dns`: [`Dns`], nsd and unbound with the zones of the tests.
//! - `clients`: curl, mutt and mbsync; `meter`: [`Meter`], which keeps what passes between them and a server.
//! - `lab`: [`lab::Home`], ehlo's own practice server.
//! - `wire`: [`Wire`], a connection by hand, for asking the servers without `ehlo`.

// Every test binary has its own copy of this module, and none uses all of it.
#![allow(dead_code, unused_imports)]

pub mod certificates;
pub mod clients;
pub mod dns;
pub mod hostile;
pub mod lab;
pub mod meter;
pub mod peers;
pub mod program;
pub mod wire;

pub use certificates::Cert;
pub use clients::client;
pub use dns::Dns;
pub use hostile::{Script, Server};
pub use meter::Meter;
pub use peers::{Account, Peers};
pub use program::{Output, Running, Test, ehlo};
pub use wire::Wire;
