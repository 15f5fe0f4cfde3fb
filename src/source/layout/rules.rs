//! The marks that tools and people put before a line, as data. To add a tool, add a row.

/// What stands behind a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The line.
    Text,
    /// Whom the line went to or came from, `name[address]:` or `name[address]:port:`, then the line.
    Peer,
    /// Python's way to write a string or bytes: `b'250 ok\r\n'`, several lines at times.
    Repr,
}

/// A layout with marks.
#[derive(Debug)]
pub struct Rule {
    /// What it is called.
    pub name: &'static str,
    /// Marks of the client's lines.
    pub client: &'static [&'static str],
    /// Marks of the server's lines.
    pub server: &'static [&'static str],
    /// What stands behind the mark.
    pub form: Form,
    /// Marked lines that there are at least; a `>` may also be a quotation.
    pub least: usize,
}

const fn rule(
    name: &'static str,
    client: &'static [&'static str],
    server: &'static [&'static str],
    form: Form,
    least: usize,
) -> Rule {
    Rule { name, client, server, form, least }
}

/// All there are; of several that fit equally well the first is taken.
pub const RULES: &[Rule] = &[
    rule("phpmailer", &["CLIENT -> SERVER:"], &["SERVER -> CLIENT:"], Form::Text, 2),
    rule("rfc", &["C:"], &["S:"], Form::Text, 2),
    // RFC 821's habit, still in RFC 3030: sender and receiver.
    rule("sender", &["S:"], &["R:"], Form::Text, 3),
    rule(
        "spelled",
        &["Client:", "CLIENT:", "client:", "Cliente:"],
        &["Server:", "SERVER:", "server:", "Servidor:"],
        Form::Text,
        2,
    ),
    rule("smtplib", &["send:"], &["reply:"], Form::Repr, 2),
    rule("poplib", &["*put*"], &["*get*"], Form::Repr, 2),
    rule("imaplib", &[">"], &["<"], Form::Repr, 2),
    rule("postfix", &["<"], &[">"], Form::Peer, 2),
    rule(
        "fetchmail",
        &["POP3>", "IMAP>", "SMTP>", "ESMTP>", "LMTP>"],
        &["POP3<", "IMAP<", "SMTP<", "ESMTP<", "LMTP<"],
        Form::Text,
        2,
    ),
    rule("swaks", &["->", "~>", "**>", "*>"], &["<-", "<~", "<**", "<*"], Form::Text, 2),
    rule("msmtp", &["-->"], &["<--"], Form::Text, 2),
    rule("net-smtp", &[">>>"], &["<<<"], Form::Text, 2),
    rule("double", &[">>"], &["<<"], Form::Text, 3),
    rule("fat", &["=>"], &["<="], Form::Text, 3),
    rule("brackets", &["[C]", "[client]"], &["[S]", "[server]"], Form::Text, 2),
    rule("radio", &["TX:", "SEND:", "Sent:", "OUT:"], &["RX:", "RECV:", "Received:", "IN:"], Form::Text, 3),
    rule("curl", &[">"], &["<"], Form::Text, 3),
];
