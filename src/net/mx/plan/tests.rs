//! The plan, by tables: exchanges with their addresses in, who is tried and who is not out.

use super::*;
use crate::net::dns::Name;
use crate::net::mx::list::list;

/// `10 a=192.0.2.1,2001:db8::1 20 b=nx`: exchanges, and what their names led to.
fn world(text: &str) -> (List, HashMap<String, Addresses>) {
    let mut addresses = HashMap::new();
    let mut records = Vec::new();
    let mut words = text.split(' ').filter(|word| !word.is_empty());
    while let (Some(preference), Some(host)) = (words.next(), words.next()) {
        let (name, found) = host.split_once('=').unwrap();
        records.push((preference.parse().unwrap(), Name::from_ascii(format!("{name}.")).unwrap()));
        let (found, alias) = found.strip_prefix('~').map_or((found, false), |rest| (rest, true));
        let found = match found {
            "nx" => Addresses::NxDomain,
            "none" => Addresses::None,
            "fail" => Addresses::Failed,
            list => Addresses::Found(list.split(',').map(|a| a.parse().unwrap()).collect(), alias),
        };
        addresses.insert(name.to_owned(), found);
    }
    (list(&records), addresses)
}

fn own(text: &str) -> Own {
    let (addresses, names): (Vec<&str>, Vec<&str>) =
        text.split(' ').filter(|w| !w.is_empty()).partition(|w| w.parse::<IpAddr>().is_ok());
    Own {
        names: names.into_iter().map(str::to_owned).collect(),
        addresses: addresses.into_iter().map(|a| a.parse().unwrap()).collect(),
    }
}

fn shown(planned: &Planned) -> (String, String, String) {
    let tier = |tier: &Tier| {
        let mut names: Vec<&str> = tier.hosts.iter().map(|host| host.name.as_str()).collect();
        names.sort_unstable();
        format!("{} {}", tier.preference.unwrap(), names.join("+"))
    };
    let tiers: Vec<String> = planned.tiers.iter().map(tier).collect();
    let skipped: Vec<String> =
        planned.skipped.iter().map(|s| format!("{}:{}", s.name, s.reason.word())).collect();
    let warnings: Vec<&str> = planned.warnings.iter().map(|warning| warning.id).collect();
    (tiers.join(" "), skipped.join(" "), warnings.join(" "))
}

#[test]
fn who_is_tried_and_who_is_not() {
    use Status::*;
    for (text, ourselves, status, tiers, skipped, warnings) in [
        ("10 a=192.0.2.1 20 b=192.0.2.2", "", Ok, "10 a 20 b", "", ""),
        ("20 b=192.0.2.2 10 a=192.0.2.1 10 c=192.0.2.3", "", Ok, "10 a+c 20 b", "", ""),
        ("10 a=nx 20 b=192.0.2.2", "", Ok, "20 b", "a:nxdomain", "mx-target-nxdomain"),
        ("10 a=none 20 b=192.0.2.2", "", Ok, "20 b", "a:no-address", "mx-target-no-address"),
        ("10 a=fail 20 b=192.0.2.2", "", Ok, "20 b", "a:dns-failure", "mx-target-dns-failure"),
        ("10 a=~192.0.2.1", "", Ok, "10 a", "", "mx-target-is-alias"),
        ("10 a=2001:db8::1", "", Ok, "10 a", "", "ipv6-only"),
        ("10 a=127.0.0.1", "", Ok, "10 a", "", "mx-target-loopback"),
        ("10 a=::ffff:127.0.0.1,192.0.2.1", "", Ok, "10 a", "", "mx-target-loopback"),
        ("10 a=10.1.2.3 20 b=fd00::1", "", Ok, "10 a 20 b", "", "mx-target-private mx-target-private"),
        ("10 a=192.0.2.1 20 b=192.0.2.1", "", Ok, "10 a 20 b", "", "duplicate-address"),
        // Nothing usable: for good, unless the DNS may say more later.
        (
            "10 a=nx 20 b=none",
            "",
            NoUsableMx,
            "",
            "a:nxdomain b:no-address",
            "mx-target-nxdomain mx-target-no-address",
        ),
        (
            "10 a=nx 20 b=fail",
            "",
            DnsFailure,
            "",
            "a:nxdomain b:dns-failure",
            "mx-target-nxdomain mx-target-dns-failure",
        ),
        // Ourselves in the list, by name and by address.
        (
            "10 a=192.0.2.1 20 me=192.0.2.9 20 b=192.0.2.2 30 c=192.0.2.3",
            "me",
            Ok,
            "10 a",
            "me:self b:not-better-than-self c:not-better-than-self",
            "self-in-list",
        ),
        (
            "10 a=192.0.2.1 20 x=192.0.2.9 30 c=192.0.2.3",
            "192.0.2.9",
            Ok,
            "10 a",
            "x:self c:not-better-than-self",
            "self-in-list",
        ),
        ("10 me=192.0.2.9 20 c=192.0.2.3", "me", Loop, "", "me:self c:not-better-than-self", "self-in-list"),
        ("5 a=nx 10 me=192.0.2.9", "me", Loop, "", "a:nxdomain me:self", "mx-target-nxdomain self-in-list"),
        (
            "5 a=fail 10 me=192.0.2.9",
            "me",
            DnsFailure,
            "",
            "a:dns-failure me:self",
            "mx-target-dns-failure self-in-list",
        ),
        ("10 me=nx 20 c=192.0.2.3", "me", Loop, "", "me:self c:not-better-than-self", "self-in-list"),
        ("10 a=192.0.2.1", "me 192.0.2.9", Ok, "10 a", "", ""),
    ] {
        let (list, addresses) = world(text);
        let planned = plan(&list, &addresses, &own(ourselves), &mut Shuffle::new(Some(1)));
        let expected = (tiers.to_owned(), skipped.to_owned(), warnings.to_owned());
        assert_eq!((planned.status, shown(&planned)), (status, expected), "{text}");
    }
}

#[test]
fn equals_are_shuffled_and_a_seed_repeats_the_order() {
    let (list, addresses) = world("10 a=192.0.2.1 10 b=192.0.2.2 10 c=192.0.2.3");
    let first = |seed| {
        let planned = plan(&list, &addresses, &Own::default(), &mut Shuffle::new(seed));
        planned.tiers[0].hosts[0].name.clone()
    };
    let mut count: HashMap<String, usize> = HashMap::new();
    for _ in 0..300 {
        *count.entry(first(None)).or_default() += 1;
    }
    // Fewer than 40 of 300 would come once in 10^14 times.
    assert!(count.len() == 3 && count.values().all(|n| *n >= 40), "{count:?}");
    assert_eq!(first(Some(7)), first(Some(7)));
    assert!((0..20).map(|seed| first(Some(seed))).any(|name| name != first(Some(0))));
}

#[test]
fn places() {
    for (address, expected) in [
        ("127.1.2.3", Place::Loopback),
        ("0.0.0.0", Place::Loopback),
        ("::", Place::Loopback),
        ("::1", Place::Loopback),
        ("10.0.0.1", Place::Private),
        ("172.31.0.1", Place::Private),
        ("172.32.0.1", Place::World),
        ("192.168.1.1", Place::Private),
        ("169.254.1.1", Place::Private),
        ("100.64.0.1", Place::Private),
        ("fe80::1", Place::Private),
        ("fd00::1", Place::Private),
        ("::ffff:10.0.0.1", Place::Private),
        ("192.0.2.1", Place::World),
        ("2001:db8::1", Place::World),
    ] {
        assert_eq!(place(address.parse().unwrap()), expected, "{address}");
    }
}
