//! check_host() over a table of records: the mechanisms, the limits, and the steps that are told.

use hickory_resolver::proto::rr::rdata::{A, AAAA, MX, PTR, TXT};
use proptest::prelude::*;

use super::check::{Answer, Ask, check};
use super::{Fault, Sender, Spf, Told, Verdict};
use crate::net::dns::{Name, RData, RecordType, plain};

/// Lines of `name TYPE data`; with `!` for data the DNS does not answer.
struct Zone<'a>(&'a [&'a str]);

fn name(text: &str) -> Name {
    Name::from_ascii(format!("{}.", text.trim_end_matches('.'))).unwrap()
}

impl Ask for Zone<'_> {
    async fn ask(&mut self, asked: &Name, kind: RecordType) -> Answer {
        let mut found = Vec::new();
        for line in self.0 {
            let words: Vec<&str> = line.splitn(3, ' ').collect();
            if !words[0].eq_ignore_ascii_case(&plain(asked)) || words[1] != kind.to_string() {
                continue;
            }
            found.push(match (words[1], words[2]) {
                (_, "!") => return Answer::Failed,
                ("A", data) => RData::A(A(data.parse().unwrap())),
                ("AAAA", data) => RData::AAAA(AAAA(data.parse().unwrap())),
                ("MX", data) => RData::MX(MX::new(10, name(data))),
                ("PTR", data) => RData::PTR(PTR(name(data))),
                (_, data) => RData::TXT(TXT::new(vec![data.to_owned()])),
            });
        }
        if found.is_empty() { Answer::Void } else { Answer::Found(found) }
    }
}

fn evaluate(zone: &[&str], ip: &str, mailbox: &str) -> Spf {
    let domain = mailbox.rsplit('@').next().unwrap();
    let sender = Sender::new(ip.parse().unwrap(), mailbox, domain);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(check(sender, &mut Zone(zone)))
}

const ZONE: &[&str] = &[
    "a.test TXT unrelated",
    "a.test TXT v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 a:host.test mx:mail.test -all",
    "host.test A 198.51.100.1",
    "host.test AAAA 2001:db9::1",
    "mail.test MX m1.test",
    "mail.test MX m2.test",
    "m1.test A 198.51.100.2",
    "m2.test A 198.51.100.3",
    "soft.test TXT v=spf1 a:host.test/24 ~all",
    "silent.test TXT v=spf1 a:host.test",
    "empty.test TXT v=spf1",
    "all.test TXT v=spf1 all",
    "maybe.test TXT v=spf1 ?all",
    "none.test TXT nothing",
    "two.test TXT v=spf1 -all",
    "two.test TXT v=spf1 all",
    "bad.test TXT v=spf1 ip4:192.0.2.0/24 ipv4:192.0.2.9 -all",
    "down.test TXT !",
    "inc.test TXT v=spf1 include:a.test include:soft.test -all",
    "incnone.test TXT v=spf1 include:none.test all",
    "incdown.test TXT v=spf1 include:down.test all",
    "incbad.test TXT v=spf1 include:bad.test all",
    "notinc.test TXT v=spf1 -include:a.test all",
    "nest.test TXT v=spf1 -include:mid.test all",
    "mid.test TXT v=spf1 include:a.test -all",
    "red.test TXT v=spf1 redirect=a.test",
    "rednone.test TXT v=spf1 redirect=none.test",
    "redall.test TXT v=spf1 redirect=none.test ?all",
    "red2.test TXT v=spf1 mx:nowhere.test redirect=red.test",
    "adown.test TXT v=spf1 a:dead.test -all",
    "dead.test A !",
    "self.test TXT v=spf1 a mx -all",
    "self.test A 203.0.113.1",
    "self.test MX self.test",
    "exists.test TXT v=spf1 exists:%{ir}.%{l1r-}.list.%{d} -all",
    "1.113.0.203.strong.list.exists.test A 127.0.0.2",
    "ptr.test TXT v=spf1 ptr -all",
    "1.113.0.203.in-addr.arpa PTR mail.ptr.test",
    "1.113.0.203.in-addr.arpa PTR liar.ptr.test",
    "mail.ptr.test A 203.0.113.1",
    "liar.ptr.test A 203.0.113.99",
    "2.113.0.203.in-addr.arpa PTR liar.ptr.test",
    "3.113.0.203.in-addr.arpa PTR !",
    "pmac.test TXT v=spf1 a:%{p}.good.test -all",
    "mail.ptr.test.good.test A 203.0.113.1",
    "unknown.good.test A 203.0.113.2",
    "long.test TXT v=spf1 a:x..test a:%{l}.test -all",
    "loop.test TXT v=spf1 include:loop.test -all",
    "void2.test TXT v=spf1 a:no1.test a:no2.test -all",
    "void3.test TXT v=spf1 a:no1.test a:no2.test mx:no3.test -all",
    "ten.test TXT v=spf1 a:host.test a:host.test a:host.test a:host.test a:host.test a:host.test a:host.test a:host.test a:host.test a:host.test -all",
    "eleven.test TXT v=spf1 a:host.test a:host.test a:host.test a:host.test a:host.test a:host.test a:host.test a:host.test a:host.test a:host.test a:host.test -all",
    "elevenmx.test TXT v=spf1 mx -all",
    "elevenmx.test MX h1.test",
    "elevenmx.test MX h2.test",
    "elevenmx.test MX h3.test",
    "elevenmx.test MX h4.test",
    "elevenmx.test MX h5.test",
    "elevenmx.test MX h6.test",
    "elevenmx.test MX h7.test",
    "elevenmx.test MX h8.test",
    "elevenmx.test MX h9.test",
    "elevenmx.test MX h10.test",
    "elevenmx.test MX h11.test",
    "utf.test TXT v=spf1 a:%{l}.test -all",
    "exp.test TXT v=spf1 -all exp=why.test",
    "zero.test TXT v=spf1 ip4:0.0.0.0/0 ip6:::/0 -all",
    "nullmx.test TXT v=spf1 mx -all",
    "nullmx.test MX .",
];

#[test]
fn the_verdicts() {
    use Verdict::{Fail, Neutral, Pass, PermError, SoftFail, TempError};
    let eleven = Some(Fault::TooManyLookups);
    for (mailbox, ip, verdict, fault, lookups) in [
        ("a.test", "192.0.2.9", Pass, None, 0),
        ("a.test", "2001:db8::9", Pass, None, 0),
        // An IPv4 client at an IPv6 socket.
        ("a.test", "::ffff:192.0.2.9", Pass, None, 0),
        ("a.test", "198.51.100.1", Pass, None, 1),
        ("a.test", "2001:db9::1", Pass, None, 1),
        ("a.test", "198.51.100.3", Pass, None, 2),
        ("a.test", "203.0.113.9", Fail, None, 2),
        ("soft.test", "198.51.100.77", Pass, None, 1),
        ("soft.test", "203.0.113.9", SoftFail, None, 1),
        ("silent.test", "203.0.113.9", Neutral, None, 1),
        ("empty.test", "203.0.113.9", Neutral, None, 0),
        ("all.test", "203.0.113.9", Pass, None, 0),
        ("maybe.test", "203.0.113.9", Neutral, None, 0),
        ("none.test", "203.0.113.9", Verdict::None, None, 0),
        ("nowhere.test", "203.0.113.9", Verdict::None, None, 0),
        ("localhost", "203.0.113.9", Verdict::None, None, 0),
        ("two.test", "203.0.113.9", PermError, Some(Fault::Several(2)), 0),
        // Void as a whole, though the first term would match.
        ("bad.test", "192.0.2.9", PermError, Some(Fault::Syntax("ipv4:192.0.2.9".into())), 0),
        ("down.test", "203.0.113.9", TempError, Some(Fault::Dns("down.test".into())), 0),
        ("inc.test", "192.0.2.9", Pass, None, 1),
        ("inc.test", "198.51.100.77", Pass, None, 5),
        ("inc.test", "203.0.113.9", Fail, None, 5),
        ("incnone.test", "203.0.113.9", PermError, Some(Fault::NoRecord("none.test".into())), 1),
        ("incdown.test", "203.0.113.9", TempError, Some(Fault::Dns("down.test".into())), 1),
        ("incbad.test", "192.0.2.9", PermError, Some(Fault::Syntax("ipv4:192.0.2.9".into())), 1),
        ("notinc.test", "192.0.2.9", Fail, None, 1),
        ("notinc.test", "203.0.113.9", Pass, None, 3),
        ("nest.test", "192.0.2.9", Fail, None, 2),
        ("nest.test", "203.0.113.9", Pass, None, 4),
        ("red.test", "192.0.2.9", Pass, None, 1),
        ("red.test", "203.0.113.9", Fail, None, 3),
        ("rednone.test", "203.0.113.9", PermError, Some(Fault::NoRecord("none.test".into())), 1),
        ("redall.test", "203.0.113.9", Neutral, None, 0),
        ("red2.test", "192.0.2.9", Pass, None, 3),
        ("adown.test", "203.0.113.9", TempError, Some(Fault::Dns("dead.test".into())), 1),
        ("self.test", "203.0.113.1", Pass, None, 1),
        ("strong-bad@exists.test", "203.0.113.1", Pass, None, 1),
        ("weak@exists.test", "203.0.113.1", Fail, None, 1),
        ("ptr.test", "203.0.113.1", Pass, None, 1),
        ("ptr.test", "203.0.113.2", Fail, None, 1),
        ("ptr.test", "203.0.113.3", Fail, None, 1),
        ("pmac.test", "203.0.113.1", Pass, None, 1),
        ("pmac.test", "203.0.113.2", Pass, None, 1),
        ("x..y@long.test", "203.0.113.9", Fail, None, 2),
        ("loop.test", "203.0.113.9", PermError, eleven.clone(), 10),
        ("void2.test", "203.0.113.9", Fail, None, 2),
        ("void3.test", "203.0.113.9", PermError, Some(Fault::TooManyVoids), 3),
        ("ten.test", "203.0.113.9", Fail, None, 10),
        ("eleven.test", "203.0.113.9", PermError, eleven, 10),
        ("elevenmx.test", "203.0.113.9", PermError, Some(Fault::TooManyExchanges), 1),
        ("peña@utf.test", "203.0.113.9", Fail, None, 1),
        ("exp.test", "203.0.113.9", Fail, None, 0),
        ("zero.test", "203.0.113.9", Pass, None, 0),
        ("zero.test", "2001:db8::9", Pass, None, 0),
        ("nullmx.test", "203.0.113.9", Fail, None, 1),
    ] {
        let spf = evaluate(ZONE, ip, mailbox);
        let got = (spf.verdict, spf.fault.clone(), spf.lookups);
        assert_eq!(got, (verdict, fault, lookups), "{mailbox} {ip}: {:#?}", spf.steps);
    }
}

#[test]
fn every_step_is_told() {
    let spf = evaluate(ZONE, "203.0.113.9", "pepe@inc.test");
    let told: Vec<(usize, &str, &str)> =
        spf.steps.iter().map(|step| (step.depth, step.term.as_str(), step.told.word())).collect();
    assert_eq!(
        told,
        [
            (0, "v=spf1 include:a.test include:soft.test -all", "record"),
            (0, "include:a.test", "goes-on"),
            (1, ZONE[1].strip_prefix("a.test TXT ").unwrap(), "record"),
            (1, "ip4:192.0.2.0/24", "no-match"),
            (1, "ip6:2001:db8::/32", "no-match"),
            (1, "a:host.test", "no-match"),
            (1, "mx:mail.test", "no-match"),
            (1, "-all", "match"),
            (0, "include:a.test", "included"),
            (0, "include:soft.test", "goes-on"),
            (1, "v=spf1 a:host.test/24 ~all", "record"),
            (1, "a:host.test/24", "no-match"),
            (1, "~all", "match"),
            (0, "include:soft.test", "included"),
            (0, "-all", "match"),
        ]
    );
    assert_eq!(spf.steps[6].found, ["198.51.100.2", "198.51.100.3"]);
    assert_eq!(spf.steps[8].told, Told::Included(Verdict::Fail));
    assert_eq!(spf.sender.mailbox(), "pepe@inc.test");
    let spf = evaluate(ZONE, "203.0.113.1", "strong-bad@exists.test");
    assert_eq!(spf.steps[1].target.as_deref(), Some("1.113.0.203.strong.list.exists.test"));
    assert_eq!(evaluate(ZONE, "::1", "exists.test").sender.mailbox(), "postmaster@exists.test");
}

proptest! {
    /// Whatever stands in a record: an end is come to, within the limits, and it is told.
    #[test]
    fn no_record_breaks_the_rules(
        parts in prop::collection::vec(prop::sample::select(vec![
            "all", "include:", "exists:", "redirect=", "exp=", "a", "mx", "ptr", "ip4:", "ip6:", "w.test", "%{d}", "%{ir}",
            "%{l1r-}", "%{p}", "%", "{", "}", "é", "/", "//", "24", "::1", "192.0.2.1", ":", ".", "-", "~", "+", " ", " ", " ",
        ]), 0..24),
        ip in prop::sample::select(vec!["192.0.2.1", "2001:db8::1"]),
    ) {
        let line = format!("w.test TXT v=spf1 {}", parts.concat());
        let spf = evaluate(&[&line, "w.test A 192.0.2.1", "w.test MX w.test"], ip, "a.b@w.test");
        prop_assert!(spf.lookups <= super::LOOKUPS && spf.voids <= super::VOIDS);
        prop_assert!(!spf.steps.is_empty());
        let stopped = matches!(spf.verdict, Verdict::PermError | Verdict::TempError);
        prop_assert_eq!(stopped, spf.fault.is_some());
    }
}
