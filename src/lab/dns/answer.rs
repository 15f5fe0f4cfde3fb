//! From a query to its answer; a pure function, without sockets.

use hickory_resolver::proto::op::{Edns, Message, MessageType, OpCode, ResponseCode};
use hickory_resolver::proto::rr::rdata::opt::EdnsOption;
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};

use super::zone::{Mishap, Zones};

/// Octets of a datagram without EDNS (RFC 1035 §4.2.1).
const SMALL: u16 = 512;
/// With it.
const PAYLOAD: u16 = 1232;
/// Aliases that are followed.
const HOPS: usize = 8;
/// "Not Authoritative" (RFC 8914 §4.21).
const NOT_OURS: [u8; 2] = [0, 20];

/// How the server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// As a zone's own server does: with the name servers, and with addresses that nobody asked for.
    Generous,
    /// As a resolver does: what was asked for, and nothing else.
    Minimal,
}

/// Answers a query; none: nothing is said. `datagram`: whether the answer has to fit into one.
pub fn answer(zones: &Zones, manner: Manner, bytes: &[u8], datagram: bool) -> Option<Vec<u8>> {
    let query = Message::from_vec(bytes).ok()?;
    if query.metadata.message_type != MessageType::Query {
        return None;
    }
    let mut reply = Message::response(query.metadata.id, query.metadata.op_code);
    reply.metadata.recursion_desired = query.metadata.recursion_desired;
    reply.queries.clone_from(&query.queries);
    if query.edns.is_some() {
        let mut edns = Edns::new();
        edns.set_max_payload(PAYLOAD);
        reply.set_edns(edns);
    }
    let code = match (query.metadata.op_code, query.queries.as_slice()) {
        (OpCode::Query, [question]) => {
            let (name, kind) = (question.name().clone(), question.query_type());
            fill(&mut reply, zones, manner, name, kind)?
        }
        (OpCode::Query, _) => ResponseCode::FormErr,
        _ => ResponseCode::NotImp,
    };
    reply.metadata.response_code = code;
    let bytes = reply.to_vec().ok()?;
    let room = query.edns.as_ref().map_or(SMALL, |edns| edns.max_payload().clamp(SMALL, PAYLOAD));
    if datagram && bytes.len() > usize::from(room) {
        let mut cut = reply.truncate();
        cut.metadata.truncation = true;
        cut.answers.clear();
        cut.authorities.clear();
        cut.additionals.clear();
        return cut.to_vec().ok();
    }
    Some(bytes)
}

/// Fills the sections; none: nothing is said.
fn fill(
    reply: &mut Message,
    zones: &Zones,
    manner: Manner,
    asked: Name,
    kind: RecordType,
) -> Option<ResponseCode> {
    let generous = manner == Manner::Generous;
    reply.metadata.recursion_available = !generous;
    let mut name = asked;
    let mut seen: Vec<Name> = Vec::new();
    loop {
        match zones.mishap(&name) {
            Some(Mishap::Silence) => return None,
            Some(Mishap::ServFail) => return Some(ResponseCode::ServFail),
            None => {}
        }
        let Some((apex, soa, servers)) = zones.zone(&name) else {
            // An alias may lead out of the lab's zones; a question may not begin there.
            if seen.is_empty() {
                not_ours(reply);
            }
            return Some(if seen.is_empty() { ResponseCode::Refused } else { ResponseCode::NoError });
        };
        let cut = zones.cut(apex, &name);
        if !cut.is_empty() {
            reply.add_authorities(cut.into_iter().cloned());
            return Some(ResponseCode::NoError);
        }
        reply.metadata.authoritative = generous;
        let records = zones.at(&name);
        let alias = records.iter().find_map(|record| match &record.data {
            RData::CNAME(target) if kind != RecordType::CNAME => Some((record, target.0.clone())),
            _ => None,
        });
        if let Some((record, target)) = alias {
            seen.push(name);
            reply.add_answer(record.clone());
            if seen.contains(&target) || seen.len() > HOPS {
                return Some(ResponseCode::NoError);
            }
            name = target;
            continue;
        }
        let found: Vec<&Record> = records.iter().filter(|record| record.record_type() == kind).collect();
        if found.is_empty() {
            reply.add_authority(soa.clone());
            let there = zones.exists(&name);
            return Some(if there { ResponseCode::NoError } else { ResponseCode::NXDomain });
        }
        reply.add_answers(found.into_iter().cloned());
        if generous {
            reply.add_authorities(servers.iter().cloned());
            volunteer(reply, zones);
        }
        return Some(ResponseCode::NoError);
    }
}

/// The addresses of the exchanges, which the next question would be about.
fn volunteer(reply: &mut Message, zones: &Zones) {
    let targets: Vec<Name> = reply
        .answers
        .iter()
        .filter_map(|record| match &record.data {
            RData::MX(mx) => Some(mx.exchange.clone()),
            _ => None,
        })
        .collect();
    for target in targets {
        let address = |record: &&Record| matches!(record.data, RData::A(_) | RData::AAAA(_));
        reply.add_additionals(zones.at(&target).iter().filter(address).cloned());
    }
}

/// Says why it is refused.
fn not_ours(reply: &mut Message) {
    if let Some(edns) = reply.edns.as_mut() {
        let mut reason = NOT_OURS.to_vec();
        reason.extend_from_slice(b"the lab has no such zone");
        edns.options_mut().insert(EdnsOption::Unknown(15, reason));
    }
}

#[cfg(test)]
mod tests {
    use hickory_resolver::proto::op::Query;

    use super::*;

    fn zones() -> Zones {
        Zones::new("redes.unlp.edu.ar", "mail.redes.unlp.edu.ar")
    }

    fn ask(name: &str, kind: RecordType, manner: Manner, edns: bool) -> Option<Message> {
        let mut query = Message::query();
        query.add_query(Query::query(Name::from_ascii(format!("{name}.")).unwrap(), kind));
        if edns {
            query.set_edns(Edns::new());
        }
        answer(&zones(), manner, &query.to_vec().unwrap(), true)
            .map(|bytes| Message::from_vec(&bytes).unwrap())
    }

    #[test]
    fn the_sections_are_as_a_zones_server_or_a_resolver_fills_them() {
        for (manner, authority, additional, aa) in
            [(Manner::Generous, 4, 10, true), (Manner::Minimal, 0, 0, false)]
        {
            let reply = ask("GMAIL.com", RecordType::MX, manner, true).unwrap();
            let counts = (reply.answers.len(), reply.authorities.len(), reply.additionals.len());
            assert_eq!(counts, (5, authority, additional));
            assert_eq!(reply.metadata.authoritative, aa);
        }
        let own = ask("redes.unlp.edu.ar", RecordType::MX, Manner::Generous, true).unwrap();
        assert_eq!((own.answers.len(), own.additionals.len()), (1, 1));
    }

    #[test]
    fn each_kind_of_no_is_its_own() {
        use ResponseCode::*;
        for (name, code, answers, authorities) in [
            ("nothing.rules.test", NoError, 0, 1),
            ("nope.rules.test", NXDomain, 0, 1),
            // A name that has only names below it.
            ("l.google.com", NoError, 0, 1),
            ("referral.rules.test", NoError, 0, 1),
            ("circle.rules.test", NoError, 2, 0),
            ("servfail.rules.test", ServFail, 0, 0),
            ("elsewhere.org", Refused, 0, 0),
        ] {
            let reply = ask(name, RecordType::MX, Manner::Minimal, true).unwrap();
            let found = (reply.metadata.response_code, reply.answers.len(), reply.authorities.len());
            assert_eq!(found, (code, answers, authorities), "{name}");
        }
        assert!(ask("silence.rules.test", RecordType::MX, Manner::Minimal, true).is_none());
    }

    #[test]
    fn what_does_not_fit_is_cut_over_udp() {
        let reply = ask("big.rules.test", RecordType::MX, Manner::Minimal, true).unwrap();
        assert!(reply.metadata.truncation && reply.answers.is_empty());
        // Without EDNS 512 octets are the limit (RFC 1035 §4.2.1).
        let small = ask("big.rules.test", RecordType::MX, Manner::Minimal, false).unwrap();
        assert!(small.metadata.truncation && small.edns.is_none());
    }

    #[test]
    fn octets_that_are_no_query_get_no_answer() {
        let zones = zones();
        for bytes in [&b""[..], b"x", b"GET / HTTP/1.1\r\n\r\n", &[0; 12], &[0xff; 600]] {
            let said = answer(&zones, Manner::Generous, bytes, true);
            assert!(said.is_none_or(|said| said.len() <= 512), "{bytes:?}");
        }
        let answered = ask("gmail.com", RecordType::MX, Manner::Minimal, true).unwrap().to_vec().unwrap();
        assert!(answer(&zones, Manner::Minimal, &answered, true).is_none());
    }
}
