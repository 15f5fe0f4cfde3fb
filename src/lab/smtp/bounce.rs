//! What becomes of a mail for another domain: nothing leaves the machine, so it comes back as a delivery status
//! notification (RFC 3464) in the form of Postfix's, which says that this is a practice. Also the report that
//! `NOTIFY=SUCCESS` asks for (RFC 3461).
//!
//! A mail is in the queue until its bounce is in a mailbox; what a crash left there, [`run_queue`] brings to its
//! end when the lab starts again. (A crash between the two steps makes a second bounce, never none.)

use serde_json::{Value, json};

use super::address::Address;
use super::deliver::{fields, inbox, is_ours, queue_id};
use super::{Mail, Recipient};
use crate::lab::Lab;
use crate::lab::dates;
use crate::lab::store::{Queued, StoreError};

/// Postfix's `bounce_size_limit`: of a longer mail only the header comes back.
const WHOLE: u64 = 50_000;

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It came to another domain's recipients: never.
    Failed,
    /// It is in the mailbox, which NOTIFY=SUCCESS wants to know.
    Delivered,
}

/// What is needed to report on a mail.
#[derive(Clone, Debug)]
pub(super) struct Envelope {
    id: String,
    from: String,
    received: String,
    at: i64,
    headers_only: bool,
    utf8: bool,
    envid: Option<String>,
    recipients: Vec<Recipient>,
}

impl Envelope {
    pub(super) fn of(mail: &Mail, id: String, received: String, at: i64) -> Envelope {
        Envelope {
            id,
            from: mail.from.clone(),
            received,
            at,
            headers_only: mail.ret.as_deref() == Some("HDRS"),
            utf8: mail.utf8,
            envid: mail.envid.clone(),
            recipients: mail.recipients.clone(),
        }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let to = |r: &Recipient| json!({ "address": r.address, "account": r.account, "notify": r.notify, "orcpt": r.orcpt });
        let recipients: Vec<Value> = self.recipients.iter().map(to).collect();
        json!({
            "id": self.id, "from": self.from, "received": self.received, "at": self.at, "utf8": self.utf8,
            "headers_only": self.headers_only, "envid": self.envid, "recipients": recipients,
        })
        .to_string()
        .into_bytes()
    }

    fn read(bytes: &[u8]) -> Option<Envelope> {
        let value: Value = serde_json::from_slice(bytes).ok()?;
        let word = |value: &Value, key: &str| value[key].as_str().map(str::to_owned);
        let recipient = |value: &Value| {
            Some(Recipient {
                address: word(value, "address")?,
                account: word(value, "account"),
                notify: word(value, "notify"),
                orcpt: word(value, "orcpt"),
            })
        };
        Some(Envelope {
            id: word(&value, "id")?,
            from: word(&value, "from")?,
            received: word(&value, "received")?,
            at: value["at"].as_i64()?,
            headers_only: value["headers_only"].as_bool()?,
            utf8: value["utf8"].as_bool()?,
            envid: word(&value, "envid"),
            recipients: value["recipients"].as_array()?.iter().map(recipient).collect::<Option<_>>()?,
        })
    }

    /// The recipients of whom something is told. RFC 3461 §4.1: where NOTIFY says nothing, failures are.
    fn told(&self, outcome: Outcome) -> impl Iterator<Item = &Recipient> {
        let (word, ours) = match outcome {
            Outcome::Failed => ("FAILURE", false),
            Outcome::Delivered => ("SUCCESS", true),
        };
        self.recipients.iter().filter(move |r| {
            let notify = r.notify.as_deref().unwrap_or("FAILURE");
            r.account.is_some() == ours && notify.split(',').any(|n| n == word)
        })
    }

    /// Whether anything is told. A report has the null sender, and of one nothing is (RFC 5321 §4.5.5).
    pub(super) fn wants(&self, outcome: Outcome) -> bool {
        !self.from.is_empty() && self.told(outcome).next().is_some()
    }
}

/// Brings what is in the queue to its end: for the start of a lab.
///
/// # Errors
/// The store's; what could not be ended stays in the queue.
pub fn run_queue(lab: &Lab) -> Result<(), StoreError> {
    lab.store.queue()?.iter().try_for_each(|queued| end(lab, queued))
}

/// Brings one mail of the queue to its end.
pub(super) fn return_queued(lab: &Lab, number: u64) -> Result<(), StoreError> {
    let queue = lab.store.queue()?;
    queue.iter().filter(|queued| queued.number == number).try_for_each(|queued| end(lab, queued))
}

fn end(lab: &Lab, queued: &Queued) -> Result<(), StoreError> {
    if let Some(envelope) = Envelope::read(&queued.envelope)
        && envelope.wants(Outcome::Failed)
    {
        report(lab, &envelope, Outcome::Failed, Some(queued))?;
    }
    lab.store.dequeue(queued.number)
}

/// Writes a report into the sender's mailbox; where the sender is nobody here, into the postmaster's, as
/// Postfix does with what cannot be returned.
pub(super) fn report(
    lab: &Lab,
    envelope: &Envelope,
    outcome: Outcome,
    original: Option<&Queued>,
) -> Result<(), StoreError> {
    let ours = Address::read(&envelope.from).filter(|address| is_ours(lab, address));
    let account = ours.and_then(|address| lab.store.account_of(&address.local));
    let Some(account) = account.or_else(|| lab.store.account_of("postmaster")) else { return Ok(()) };
    let (id, now) = (queue_id(lab), lab.now());
    let mut draft = lab.store.draft();
    draft.write(text(lab, envelope, outcome, &id, now).as_bytes())?;
    draft.write(&returned(lab, envelope, original)?)?;
    draft.write(format!("\r\n--{}--\r\n", boundary(lab, &id, now)).as_bytes())?;
    let received =
        format!("Received: by {} (Postfix)\r\n\tid {id}; {}\r\n", lab.settings.host, dates::received(now));
    let prefix = fields(lab, "", &envelope.from, &account) + &received;
    draft.commit(&[inbox(&account, prefix, now)]).map(|_| ())
}

fn boundary(lab: &Lab, id: &str, now: i64) -> String {
    format!("{id}.{now}/{}", lab.settings.host)
}

/// The third part: the mail, or its header.
fn returned(lab: &Lab, envelope: &Envelope, original: Option<&Queued>) -> Result<Vec<u8>, StoreError> {
    let whole = original.is_some_and(|q| q.size <= WHOLE) && !envelope.headers_only;
    let (kind, name) = match (whole, envelope.utf8) {
        (true, false) => ("message/rfc822", "Undelivered Message"),
        (true, true) => ("message/global", "Undelivered Message"),
        (false, false) => ("text/rfc822-headers", "Message Headers"),
        (false, true) => ("message/global-headers", "Message Headers"),
    };
    let mut part = format!(
        "Content-Description: {name}\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
         Return-Path: <{}>\r\n{}",
        envelope.from, envelope.received
    )
    .into_bytes();
    if let Some(queued) = original {
        let mut mail = lab.store.read(queued.message, 0, WHOLE as usize)?;
        if !whole && let Some(end) = memchr::memmem::find(&mail, b"\r\n\r\n") {
            mail.truncate(end + 2);
        }
        part.extend_from_slice(&mail);
    }
    Ok(part)
}

/// The header, and the two parts that people and programs read.
fn text(lab: &Lab, envelope: &Envelope, outcome: Outcome, id: &str, now: i64) -> String {
    let (host, domain) = (&lab.settings.host, &lab.settings.domain);
    let (boundary, date) = (boundary(lab, id, now), dates::received(now));
    let subject = match outcome {
        Outcome::Failed => "Undelivered Mail Returned to Sender",
        Outcome::Delivered => "Successful Mail Delivery Report",
    };
    let kind = if envelope.utf8 { "message/global-delivery-status" } else { "message/delivery-status" };
    let to = &envelope.from;
    let explained = explanation(host, envelope, outcome);
    let status = status(host, envelope, outcome);
    let stamp = dates::stamp(now);
    lines(&format!(
        "Date: {date}\nFrom: MAILER-DAEMON@{domain} (Mail Delivery System)\nSubject: {subject}\nTo: {to}\n\
         Auto-Submitted: auto-replied\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status;\n\tboundary=\"{boundary}\"\n\
         Content-Transfer-Encoding: 8bit\nMessage-Id: <{stamp}.{id}@{host}>\n\n\
         This is a MIME-encapsulated message.\n\n--{boundary}\n\
         Content-Description: Notification\nContent-Type: text/plain; charset=utf-8\n\
         Content-Transfer-Encoding: 8bit\n\n{explained}\n--{boundary}\n\
         Content-Description: Delivery report\nContent-Type: {kind}\n\n{status}\n--{boundary}\n"
    ))
}

/// For people: Postfix's words, and then what kind of server this is.
fn explanation(host: &str, envelope: &Envelope, outcome: Outcome) -> String {
    let mut text = format!("This is the mail system at host {host}.\n\n");
    text += match outcome {
        Outcome::Failed => {
            "I'm sorry to have to inform you that your message could not\nbe delivered to one or more \
             recipients. It's attached below.\n\n"
        }
        Outcome::Delivered => {
            "Your message was successfully delivered to the destination(s)\nlisted below. If the message was \
             delivered to mailbox you will\nreceive no further notifications.\n\n"
        }
    };
    text += "                   The mail system\n\n";
    for recipient in envelope.told(outcome) {
        let what = match outcome {
            Outcome::Failed => REASON,
            Outcome::Delivered => "delivered to mailbox",
        };
        text += &format!("<{}>: {what}\n", recipient.address);
    }
    if outcome == Outcome::Failed {
        text += "\nThis is a practice server: it took your mail because you had logged in, put\nit in its queue, \
                 and, since nothing ever leaves this machine, returned it to\nyou. A real server would have \
                 looked up the MX records of the recipient's\ndomain and spoken SMTP with the host they name.\n\n\
                 Este es un servidor de práctica: aceptó su correo porque usted había\niniciado sesión, lo puso \
                 en su cola y, como nada sale nunca de esta máquina,\nse lo devolvió. Un servidor real habría \
                 buscado los registros MX del dominio\ndel destinatario y hablado SMTP con el host que \
                 indican.\n";
    }
    text
}

const REASON: &str = "this practice server reaches no other host";

/// For programs: RFC 3464 §2.
fn status(host: &str, envelope: &Envelope, outcome: Outcome) -> String {
    let rfc822 = if envelope.utf8 { "utf-8" } else { "rfc822" };
    let mut text = String::new();
    if let Some(envid) = &envelope.envid {
        text += &format!("Original-Envelope-Id: {}\n", super::address::xtext(envid));
    }
    text += &format!(
        "Reporting-MTA: dns; {host}\nX-Postfix-Queue-ID: {}\nX-Postfix-Sender: {rfc822}; {}\nArrival-Date: {}\n",
        envelope.id,
        envelope.from,
        dates::received(envelope.at)
    );
    for recipient in envelope.told(outcome) {
        text += &format!("\nFinal-Recipient: {rfc822}; {}\n", recipient.address);
        if let Some((kind, address)) = recipient.orcpt.as_deref().and_then(|o| o.split_once(';')) {
            text += &format!("Original-Recipient: {kind};{}\n", super::address::xtext(address));
        }
        text += &match outcome {
            Outcome::Failed => {
                format!("Action: failed\nStatus: 5.4.4\nDiagnostic-Code: X-Postfix; {REASON}\n")
            }
            Outcome::Delivered => {
                "Action: delivered\nStatus: 2.0.0\nDiagnostic-Code: X-Postfix; delivered to mailbox\n"
                    .to_owned()
            }
        };
    }
    text
}

/// As lines of a mail.
fn lines(text: &str) -> String {
    text.replace('\n', "\r\n")
}
