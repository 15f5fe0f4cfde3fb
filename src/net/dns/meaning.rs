//! What an answer means. NOERROR without records is three different things: no record of that type (NODATA,
//! RFC 2308 §2.2), a referral to other servers, which says nothing of the name, and an alias that leads
//! elsewhere or in a circle.

use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, RecordType};

use super::{Lookup, Reply};

/// Aliases that are followed in one answer.
const HOPS: usize = 16;

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// There are records of the type asked for.
    Records,
    /// The name exists, and has no record of that type.
    NoData,
    /// There is no such name.
    NxDomain,
    /// The server points to others, and says nothing of the name itself.
    Referral,
    /// Aliases lead in a circle, or on and on.
    AliasLoop,
    /// The name is an alias, and the answer does not say what is there: to be asked again with that name.
    AliasOpen,
    /// SERVFAIL.
    ServFail,
    /// REFUSED.
    Refused,
    /// Any other code, or an answer that is cut even over TCP.
    Other,
    /// There is no answer.
    None,
}

/// An answer, read.
#[derive(Clone, Debug)]
pub struct Found {
    /// What it means.
    pub meaning: Meaning,
    /// The name that aliases led to; the one asked for, where there are none.
    pub name: Name,
    /// How many aliases led there.
    pub hops: usize,
}

impl Found {
    /// The records' data with their lives in seconds, in the order of the answer.
    pub fn records<'a>(
        &'a self,
        reply: &'a Reply,
        kind: RecordType,
    ) -> impl Iterator<Item = (&'a RData, u32)> + 'a {
        let ours =
            move |r: &&hickory_resolver::proto::rr::Record| r.record_type() == kind && r.name == self.name;
        reply.message.answers.iter().filter(ours).map(|r| (&r.data, r.ttl))
    }
}

/// Reads what a question led to.
pub fn read(lookup: &Lookup, asked: &Name, kind: RecordType) -> Found {
    let Some(reply) = lookup.reply() else {
        return Found { meaning: Meaning::None, name: asked.clone(), hops: 0 };
    };
    let (name, hops, circle) = follow(reply, asked);
    let mut found = Found { meaning: Meaning::Other, name, hops };
    let message = &reply.message;
    found.meaning = match message.metadata.response_code {
        ResponseCode::NXDomain => Meaning::NxDomain,
        ResponseCode::ServFail => Meaning::ServFail,
        ResponseCode::Refused => Meaning::Refused,
        ResponseCode::NoError if message.metadata.truncation => Meaning::Other,
        ResponseCode::NoError if circle => Meaning::AliasLoop,
        ResponseCode::NoError if found.records(reply, kind).next().is_some() => Meaning::Records,
        ResponseCode::NoError => {
            let has = |kind| message.authorities.iter().any(|r| r.record_type() == kind);
            match (has(RecordType::SOA), has(RecordType::NS), hops) {
                (true, ..) => Meaning::NoData,
                (false, _, 1..) => Meaning::AliasOpen,
                (false, true, 0) if !message.metadata.authoritative => Meaning::Referral,
                _ => Meaning::NoData,
            }
        }
        _ => Meaning::Other,
    };
    found
}

/// Where the answer's aliases lead from a name: to which one, over how many, and whether in a circle.
fn follow(reply: &Reply, asked: &Name) -> (Name, usize, bool) {
    let mut seen = vec![asked.clone()];
    loop {
        let last = &seen[seen.len() - 1];
        let next = reply.message.answers.iter().find_map(|record| match &record.data {
            RData::CNAME(target) if record.name == *last => Some(target.0.clone()),
            _ => None,
        });
        let hops = seen.len() - 1;
        match next {
            None => return (last.clone(), hops, false),
            Some(next) if seen.contains(&next) || hops >= HOPS => return (last.clone(), hops, true),
            Some(next) => seen.push(next),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::time::Duration;

    use hickory_resolver::proto::op::{Message, Query};
    use hickory_resolver::proto::rr::Record;
    use hickory_resolver::proto::rr::rdata::{CNAME, MX, NS, SOA};

    use super::super::{Transport, Try};
    use super::*;

    fn name(text: &str) -> Name {
        Name::from_ascii(text).unwrap()
    }

    fn alias(from: &str, to: &str) -> Record {
        Record::from_rdata(name(from), 60, RData::CNAME(CNAME(name(to))))
    }

    fn lookup(code: ResponseCode, aa: bool, answers: Vec<Record>, authorities: Vec<Record>) -> Lookup {
        let mut message = Message::query().into_response();
        message.add_query(Query::query(name("a.test."), RecordType::MX));
        message.metadata.response_code = code;
        message.metadata.authoritative = aa;
        message.add_answers(answers);
        message.add_authorities(authorities);
        let result = Ok(Reply { message, bytes: 0 });
        let server = SocketAddr::from(([127, 0, 0, 1], 53));
        let (name, kind) = ("a.test".to_owned(), RecordType::MX);
        let took = Duration::ZERO;
        Lookup { tries: vec![Try { name, kind, server, transport: Transport::Udp, took, sent: 1, result }] }
    }

    #[test]
    fn seven_things_are_told_apart() {
        let soa = || {
            let data = SOA::new(name("ns.test."), name("x.test."), 1, 1, 1, 1, 1);
            vec![Record::from_rdata(name("test."), 60, RData::SOA(data))]
        };
        let ns = || vec![Record::from_rdata(name("a.test."), 60, RData::NS(NS(name("ns.a.test."))))];
        let mx = |owner| Record::from_rdata(name(owner), 60, RData::MX(MX::new(10, name("m.test."))));
        use Meaning::*;
        use ResponseCode as Code;
        let loops = vec![alias("a.test.", "b.test."), alias("b.test.", "a.test.")];
        let chain = vec![alias("a.test.", "B.test."), mx("b.test.")];
        for (code, aa, answers, authorities, meaning, hops) in [
            (Code::NoError, true, vec![mx("A.TEST.")], vec![], Records, 0),
            (Code::NoError, true, chain, vec![], Records, 1),
            (Code::NoError, true, vec![], soa(), NoData, 0),
            // RFC 2308 §2.2 type 3: neither SOA nor NS.
            (Code::NoError, false, vec![], vec![], NoData, 0),
            (Code::NoError, true, vec![], ns(), NoData, 0),
            (Code::NoError, false, vec![], ns(), Referral, 0),
            (Code::NoError, true, loops, vec![], AliasLoop, 1),
            (Code::NoError, true, vec![alias("a.test.", "b.other.")], vec![], AliasOpen, 1),
            (Code::NoError, false, vec![alias("a.test.", "b.test.")], soa(), NoData, 1),
            (Code::NXDomain, false, vec![alias("a.test.", "b.test.")], soa(), NxDomain, 1),
            (Code::ServFail, false, vec![], vec![], ServFail, 0),
            (Code::Refused, false, vec![], vec![], Refused, 0),
            (Code::NotImp, false, vec![], vec![], Other, 0),
            // Records of another name are no answer.
            (Code::NoError, true, vec![mx("z.test.")], soa(), NoData, 0),
        ] {
            let lookup = lookup(code, aa, answers, authorities);
            let found = read(&lookup, &name("a.test."), RecordType::MX);
            assert_eq!((found.meaning, found.hops), (meaning, hops), "{:?}", lookup.reply().unwrap().message);
        }
    }

    #[test]
    fn a_chain_without_end_is_a_loop() {
        let chain = (0..40).map(|i| {
            let from = if i == 0 { "a.test.".to_owned() } else { format!("n{i}.test.") };
            alias(&from, &format!("n{}.test.", i + 1))
        });
        let lookup = lookup(ResponseCode::NoError, true, chain.collect(), vec![]);
        assert_eq!(read(&lookup, &name("a.test."), RecordType::MX).meaning, Meaning::AliasLoop);
    }
}
