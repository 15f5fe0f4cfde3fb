//! A whole message and its envelope: into the mailboxes, and into the queue for what is not ours.
//!
//! The fields put in front are those that the students see, folded as Postfix folds them: `Return-Path`,
//! `X-Original-To`, `Delivered-To`, `Received`. One mailbox gets one copy, however often it was named.

use std::sync::atomic::Ordering;

use super::address::Address;
use super::bounce::{self, Envelope, Outcome};
use super::data::refusal;
use super::{Mail, SmtpServant};
use crate::lab::Lab;
use crate::lab::dates;
use crate::lab::store::{Delivery, Draft};

/// Keeps a message and gives its queue id, or the reply that says why not.
pub(super) fn deliver(servant: &SmtpServant, mail: &Mail, draft: Draft) -> Result<String, String> {
    let lab = &servant.lab;
    let (id, now) = (queue_id(lab), lab.now());
    let received = received(servant, mail, &id, now);
    let mut deliveries: Vec<Delivery> = Vec::new();
    for recipient in &mail.recipients {
        let Some(account) = &recipient.account else { continue };
        if deliveries.iter().all(|d| d.account != *account) {
            let prefix = fields(lab, &mail.from, &recipient.address, account) + &received;
            deliveries.push(inbox(account, prefix, now));
        }
    }
    let refused = |error| refusal(&error).to_owned();
    let envelope = Envelope::of(mail, id.clone(), received, now);
    if mail.recipients.iter().all(|r| r.account.is_some()) {
        draft.commit(&deliveries).map_err(refused)?;
        if envelope.wants(Outcome::Delivered) {
            // RFC 3461 §5.2.3: it was asked for. That it fails is no reason to refuse the mail.
            let _ = bounce::report(lab, &envelope, Outcome::Delivered, None);
        }
        return Ok(id);
    }
    let (_, number) = draft.commit_queued(&deliveries, &envelope.to_bytes()).map_err(refused)?;
    // It is safe in the queue: if the bounce cannot be written now, the next start of the lab tries again.
    let _ = bounce::return_queued(lab, number);
    Ok(id)
}

/// Whether an address is of this server: its domain, its own name, this machine, or no domain at all.
pub(super) fn is_ours(lab: &Lab, address: &Address) -> bool {
    let names = [&lab.settings.domain, &lab.settings.host, "localhost", "[127.0.0.1]", "[IPv6:::1]"];
    address.domain.as_deref().is_none_or(|domain| names.iter().any(|n| n.eq_ignore_ascii_case(domain)))
}

/// What is put in front for one recipient; the `Received` field comes behind it.
pub(super) fn fields(lab: &Lab, from: &str, to: &str, account: &str) -> String {
    let domain = &lab.settings.domain;
    format!("Return-Path: <{from}>\r\nX-Original-To: {to}\r\nDelivered-To: {account}@{domain}\r\n")
}

/// Into somebody's INBOX.
pub(super) fn inbox(account: &str, prefix: String, date: i64) -> Delivery {
    let (account, mailbox) = (account.to_owned(), "INBOX".to_owned());
    Delivery { account, mailbox, prefix: prefix.into_bytes(), date, ..Delivery::default() }
}

/// RFC 5321 §4.4. With several recipients none is named, so that nobody learns of the others.
fn received(servant: &SmtpServant, mail: &Mail, id: &str, now: i64) -> String {
    let peer = servant.peer.to_string();
    // RFC 5321 §4.1.3: an IPv6 address literal has its name in front.
    let peer = if servant.peer.is_ipv6() { format!("IPv6:{peer}") } else { peer };
    let helo = servant.helo.as_ref().map_or("unknown", |(name, _)| name.as_str());
    let (host, with, date) = (&servant.lab.settings.host, with(servant, mail), dates::received(now));
    let head =
        format!("Received: from {helo} (unknown [{peer}])\r\n\tby {host} (Postfix) with {with} id {id}");
    match mail.recipients.as_slice() {
        [one] => format!("{head}\r\n\tfor <{}>; {date}\r\n", one.address),
        _ => format!("{head};\r\n\t{date}\r\n"),
    }
}

/// The protocol's name (RFC 3848, RFC 6531 §4.3).
fn with(servant: &SmtpServant, mail: &Mail) -> String {
    let base = match &servant.helo {
        _ if mail.utf8 => "UTF8SMTP",
        Some((_, true)) => "ESMTP",
        _ if servant.tls || servant.user.is_some() => "ESMTP",
        _ => "SMTP",
    };
    let (tls, auth) = (servant.tls, servant.user.is_some());
    format!("{base}{}{}", if tls { "S" } else { "" }, if auth { "A" } else { "" })
}

/// A queue id of Postfix's form: five digits for the time, the rest for the file. In an install that is not
/// varied all files are the sheet's.
pub(super) fn queue_id(lab: &Lab) -> String {
    let number = lab.mails.fetch_add(1, Ordering::Relaxed);
    let own = lab.settings.vary.as_deref().map_or(0, hash);
    // An odd factor visits all values before it comes back to one.
    let time = (number.wrapping_mul(0x9_E379).wrapping_add(hash(&lab.now().to_string())) ^ own) & 0xF_FFFF;
    let file = if own == 0 { 0x33F } else { 0x100 + (own >> 20) % 0xE00 };
    format!("{time:05X}{file:03X}")
}

/// FNV-1a.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3))
}
