//! `@need`: what a script needs of a server's extensions, judged by the first list of them that is known.

use super::run::Runner;
use crate::dialogue::Protocol;

impl Runner<'_> {
    /// What is needed and not offered, as soon as it is known what is. What was offered once was offered: after TLS
    /// STARTTLS is gone, after a login AUTH.
    pub fn lacking(&mut self, number: u32, failing: bool) -> Option<String> {
        let conn = self.conns.get(&number)?;
        let state = conn.recorder.state();
        use crate::dialect::Phase::{Authenticated, Selected};
        let inside = matches!(state.phase, Authenticated | Selected);
        let met = |cap: &str| {
            let word = cap.to_ascii_uppercase();
            state.tls && matches!(word.as_str(), "STARTTLS" | "STLS")
                || inside && word.starts_with("AUTH=")
                || state.offers(cap)
                || state.mechanisms().iter().any(|m| m.eq_ignore_ascii_case(cap))
        };
        self.needs.retain(|(conn, cap)| *conn != number || !met(cap));
        state.capabilities.as_ref()?;
        // Before a login IMAP servers hold capabilities back.
        if conn.protocol() == Protocol::Imap && !inside && !failing {
            return None;
        }
        let missing: Vec<&str> =
            self.needs.iter().filter(|(conn, _)| *conn == number).map(|(_, cap)| cap.as_str()).collect();
        (!missing.is_empty()).then(|| missing.join(" "))
    }

    /// Whether anything is needed on a connection.
    pub fn needs(&self, number: u32) -> bool {
        self.needs.iter().any(|(conn, _)| *conn == number)
    }
}
