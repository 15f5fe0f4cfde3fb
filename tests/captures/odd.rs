//! What TCP, IP and whoever captured can do to a dialogue: any order, again, lost, cut, one side, the middle.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ehlo::source::capture::{Capture, Kind, Settings};
use ehlo::source::{Found, Source};
use proptest::prelude::*;

use crate::make::{Dialogue, classic, frames, read, read_with};
use crate::talk::{CLIENT, SERVER, Talk, ip4, ip6, session};

const ACK: u8 = 16;

/// Everything that was said, unit by unit, without times and places.
fn said(dialogue: &Dialogue) -> Vec<String> {
    let units = dialogue.0.iter().filter(|o| o["kind"] == "unit");
    units.map(|o| format!("{} {} {}", o["side"], o["shape"], o["text"])).collect()
}

#[test]
fn a_session_is_told_with_its_facts() {
    let dialogue = session().dialogue();
    assert_eq!(dialogue.opening()["server"], "10.0.0.2:31025");
    assert_eq!(dialogue.opening()["started"], "2023-11-14T22:13:20.001Z");
    assert_eq!(dialogue.said("client", "command").len(), 5);
    assert_eq!(dialogue.said("client", "data"), ["Subject: x\r\n\r\none\r\ntwo\r\n."]);
    assert_eq!(dialogue.marks("closed")[0]["by"], "client");
    assert_eq!(dialogue.marks("connected").len(), 1);
    // The greeting is the fourth frame, three milliseconds after the first.
    let greeting = dialogue.0.iter().find(|o| o["shape"] == "greeting").unwrap();
    assert_eq!(
        (&greeting["frames"], &greeting["at"]),
        (&serde_json::json!([[4, 4]]), &serde_json::json!(0.003))
    );
    assert!(dialogue.warnings().iter().all(|w| !w.starts_with("mark-")), "{:?}", dialogue.warnings());
}

/// The frames of a session, each moved by up to some places.
fn shuffled(by: usize) -> impl Strategy<Value = Talk> {
    let frames = session().frames.len();
    prop::collection::vec(0..=by, frames).prop_map(|moves| {
        let mut talk = session();
        let mut places: Vec<_> = talk.frames.drain(..).enumerate().collect();
        places.sort_by_key(|(i, _)| i + moves[*i]);
        talk.frames = places.into_iter().map(|(_, frame)| frame).collect();
        talk
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_order_of_the_frames_does_not_matter(talk in shuffled(4), doubled in any::<prop::sample::Index>()) {
        let mut talk = talk;
        let again = talk.frames[doubled.index(talk.frames.len())].clone();
        talk.frames.push(again);
        let dialogue = talk.dialogue();
        prop_assert_eq!(said(&dialogue), said(&session().dialogue()));
        prop_assert!(dialogue.marks("gap").is_empty() && dialogue.marks("odd").is_empty());
    }

    #[test]
    // (An end that is lost with what stands before it counts as one octet: TCP numbers both alike.)
    fn any_frame_may_be_lost(lost in prop::collection::btree_set(3usize..14, 0..5)) {
        let whole = session();
        let mut talk = session();
        let mut n = 0;
        talk.frames.retain(|_| { n += 1; !lost.contains(&(n - 1)) });
        let dialogue = talk.dialogue();
        // What was captured and what is told to be missing make the whole.
        let missing = |side: &str| -> u64 {
            let gaps = dialogue.marks("gap").into_iter().filter(|m| m["side"] == side);
            gaps.map(|m| m["octets"].as_u64().unwrap()).sum()
        };
        let full = whole.dialogue();
        for side in ["client", "server"] {
            let there = dialogue.end()[side]["octets"].as_u64().unwrap();
            prop_assert_eq!(there + missing(side), full.end()[side]["octets"].as_u64().unwrap());
        }
    }
}

#[test]
fn a_lost_reply_leaves_the_rest_in_pairs() {
    let mut talk = session();
    // The greeting's frame is the fourth; this is the reply to the group of three.
    let at = talk.frames.iter().position(|f| f.data.windows(6).any(|w| w == b"354 go")).unwrap();
    talk.frames.remove(at);
    let dialogue = talk.dialogue();
    assert_eq!(dialogue.marks("gap")[0]["octets"], 36);
    assert_eq!(dialogue.said("client", "data"), ["Subject: x\r\n\r\none\r\ntwo\r\n."]);
    assert_eq!(dialogue.said("server", "response").last().unwrap(), &"221 Bye");
    assert_eq!(dialogue.warnings().iter().filter(|w| w.starts_with("fault-")).count(), 0);
}

#[test]
fn octets_that_come_again_as_others_are_told() {
    let mut talk = Talk::new();
    talk.handshake().server("220 mx ESMTP\r\n");
    let [seq, ack] = talk.next;
    talk.client("EHLO a\r\n");
    let again = talk.frame(CLIENT, seq, ack, ACK, b"EHLO a\r\n");
    talk.frames.push(again);
    assert!(talk.dialogue().marks("odd").is_empty());
    let other = talk.frame(CLIENT, seq, ack, ACK, b"EHLO b\r\n");
    talk.frames.push(other);
    talk.server("250 mx\r\n").close();
    let dialogue = talk.dialogue();
    assert_eq!(dialogue.marks("odd")[0]["id"], "mark-odd-differs");
    assert_eq!(dialogue.said("client", "command"), ["EHLO a"], "the first counts");
    assert!(dialogue.warnings().contains(&"mark-odd-differs"));
}

#[test]
fn what_overlaps_counts_once() {
    let mut talk = Talk::new();
    talk.handshake().server("220 mx ESMTP\r\n");
    let [seq, ack] = talk.next;
    for (from, part) in [(5, "lo\r\nxx"), (2, "LO hel"), (0, "EHLO hello\r\n"), (0, "EHLO hello\r\nNOOP\r\n")]
    {
        let part = if from == 5 { "hello\r\n" } else { part };
        let frame = talk.frame(CLIENT, seq.wrapping_add(from), ack, ACK, part.as_bytes());
        talk.frames.push(frame);
    }
    let dialogue = talk.dialogue();
    assert_eq!(dialogue.said("client", "command"), ["EHLO hello", "NOOP"]);
    assert!(dialogue.marks("odd").is_empty());
}

#[test]
fn it_may_begin_in_the_middle() {
    for skip in 3..12 {
        let mut talk = session();
        talk.frames.drain(..skip);
        let dialogue = talk.dialogue();
        assert_eq!(dialogue.opening()["protocol"], "smtp", "without {skip} frames");
        assert_eq!(dialogue.opening()["server"], "10.0.0.2:31025", "without {skip} frames");
        // With the greeting there, nothing is missing.
        assert_eq!(dialogue.marks("gap").len(), usize::from(skip > 3), "without {skip} frames");
        assert!(!dialogue.warnings().contains(&"fault-unasked"), "without {skip} frames");
    }
}

#[test]
fn one_direction_is_enough() {
    for end in [CLIENT, SERVER] {
        let mut talk = session();
        talk.frames.retain(|f| f.data[15] == end as u8 + 1);
        let dialogue = talk.dialogue();
        assert_eq!(dialogue.opening()["protocol"], "smtp");
        assert_eq!(dialogue.opening()["server"], "10.0.0.2:31025");
        assert_eq!(dialogue.marks("odd")[0]["id"], "mark-odd-one-way");
        // The other side's acknowledgements tell how much is missing.
        let other = if end == CLIENT { "server" } else { "client" };
        let gaps = dialogue.marks("gap").into_iter().filter(|m| m["side"] == other);
        assert!(gaps.map(|m| m["octets"].as_u64().unwrap()).sum::<u64>() > 30);
    }
}

#[test]
fn ip_in_all_its_forms() {
    let mut six = Talk { six: true, ..Talk::new() };
    six.handshake().server("220 mx ESMTP\r\n").client("EHLO a\r\n");
    // Hop-by-hop and destination options before TCP.
    let last = six.frames.last_mut().unwrap();
    let options = [60, 0, 1, 4, 0, 0, 0, 0, 6, 0, 1, 4, 0, 0, 0, 0];
    last.data = ip6(CLIENT, &options, 0, &last.data[40..]);
    last.length = last.data.len() as u32;
    let dialogue = six.dialogue();
    assert_eq!(dialogue.opening()["server"], "[2001:db8::2]:31025");
    assert_eq!(dialogue.said("client", "command"), ["EHLO a"]);

    // Fragments, the last first, one doubled.
    let mut four = Talk::new();
    four.handshake().server("220 mx ESMTP\r\n").client("EHLO abcdefghijklmnopqrstuvwxyz\r\n");
    let whole = four.frames.pop().unwrap();
    let payload = &whole.data[20..];
    for (from, to) in [(40, payload.len()), (16, 40), (16, 32), (0, 16)] {
        let data = ip4(CLIENT, 99, from as u16, to < payload.len(), &payload[from..to]);
        let mut frame = whole.clone();
        frame.length = data.len() as u32;
        frame.data = data;
        four.frames.push(frame);
    }
    assert_eq!(four.dialogue().said("client", "command"), ["EHLO abcdefghijklmnopqrstuvwxyz"]);

    let mut six = Talk { six: true, ..Talk::new() };
    six.handshake().server("220 mx ESMTP\r\n").client("EHLO abcdefghijklmnopqrstuvwxyz\r\n");
    let whole = six.frames.pop().unwrap();
    let payload = &whole.data[40..];
    for (from, to) in [(0, 32), (32, payload.len())] {
        let place = (from as u16) | u16::from(to < payload.len());
        let extension = [&[6, 0][..], &place.to_be_bytes(), &[0, 0, 0, 9]].concat();
        let mut frame = whole.clone();
        frame.data = ip6(CLIENT, &extension, 44, &payload[from..to]);
        frame.length = frame.data.len() as u32;
        six.frames.push(frame);
    }
    assert_eq!(six.dialogue().said("client", "command"), ["EHLO abcdefghijklmnopqrstuvwxyz"]);
}

#[test]
fn the_same_ports_again_are_another_dialogue() {
    let (mut one, mut two) = (session(), session());
    two.frames.clear();
    two.next = [5000, 6000];
    two.time = one.time;
    two.handshake().server("220 second ESMTP\r\n").client("QUIT\r\n").server("221 bye\r\n").reset(CLIENT);
    one.frames.append(&mut two.frames);
    let (dialogues, _) = read(one.capture());
    assert_eq!(dialogues.iter().map(Dialogue::stream).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(dialogues[1].marks("closed")[0]["by"], "reset");
}

#[test]
fn who_closed_and_who_did_not() {
    let mut talk = session();
    talk.frames.truncate(talk.frames.len() - 2);
    assert_eq!(talk.dialogue().marks("closed")[0]["by"], "unseen");
    talk.fin(SERVER).fin(CLIENT);
    let mut talk = Talk::new();
    talk.handshake().server("220 mx ESMTP\r\n").fin(SERVER).fin(CLIENT);
    assert_eq!(talk.dialogue().marks("closed")[0]["by"], "server");
}

#[test]
fn what_is_no_mail_is_counted_and_not_told() {
    let mut web = Talk::new();
    web.handshake()
        .client("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .server("HTTP/1.1 200 OK\r\n\r\n250 ok\r\n")
        .close();
    let (dialogues, contents) = read(web.capture());
    assert!(dialogues.is_empty());
    assert_eq!(contents.others[&Kind::Http], 1);
    // On a mail port, what nobody knows is shown, and nobody explains it.
    let mut odd = Talk { ports: [40_000, 25], ..Talk::new() };
    odd.handshake().client("\u{1}\u{2}hello\r\n").server("\u{7f}what\r\n").close();
    let dialogue = odd.dialogue();
    assert_eq!(dialogue.opening()["protocol"], "unknown");
    assert_eq!(dialogue.said("client", "junk").len() + dialogue.said("server", "junk").len(), 2);
    assert!(dialogue.warnings().is_empty(), "{:?}", dialogue.warnings());
    // What claims to be SMTP and is not, is SMTP that nobody understands.
    let mut claims = Talk::new();
    claims
        .handshake()
        .server("220 x ESMTP\r\n")
        .client(&"\u{fffd}\0".repeat(1000))
        .server(&"\0\r\n".repeat(500));
    assert_eq!(claims.dialogue().opening()["protocol"], "smtp");
    // No packets at all.
    let (dialogues, contents) = read(classic(&[], false, false));
    assert_eq!((dialogues.len(), contents.frames, contents.damage), (0, 0, None));
}

#[test]
fn dialogues_come_whole_in_the_order_of_their_ends() {
    let sessions = 2000;
    let mut talks: Vec<Talk> =
        (0..sessions).map(|n| Talk { ports: [10_000 + n, 25], ..Talk::new() }).collect();
    let mut frames = Vec::new();
    for step in 0..5 {
        for talk in talks.iter_mut() {
            let port = talk.ports[0];
            match step {
                0 => talk.handshake(),
                1 => talk.server("220 mx ESMTP\r\n"),
                2 => talk.client(&format!("EHLO n{port}\r\n")),
                3 => talk.server("250 mx\r\n"),
                _ => talk,
            };
            frames.append(&mut talk.frames);
        }
    }
    // The last ends first.
    for talk in talks.iter_mut().rev() {
        talk.close();
        frames.append(&mut talk.frames);
    }
    let (dialogues, _) = read(classic(&frames, false, true));
    let numbers: Vec<u64> = dialogues.iter().map(Dialogue::stream).collect();
    assert_eq!(numbers, (1..=u64::from(sessions)).rev().collect::<Vec<_>>());
    for dialogue in dialogues {
        let name = format!("EHLO n{}", 9999 + dialogue.stream());
        assert_eq!(dialogue.said("client", "command"), [name]);
    }
}

/// Of many that have ended the last ones are remembered: a segment that is sent again begins no new dialogue.
#[test]
fn what_comes_late_begins_nothing() {
    let sessions = 5000;
    let (mut frames, mut late) = (Vec::new(), Vec::new());
    for n in 0..sessions {
        let mut talk = Talk { ports: [10_000 + n, 25], ..Talk::new() };
        talk.handshake().server("220 mx ESMTP\r\n").client("QUIT\r\n").close();
        late = talk.frames[3..].to_vec();
        frames.append(&mut talk.frames);
    }
    frames.append(&mut late);
    let (dialogues, contents) = read(classic(&frames, false, true));
    assert_eq!((dialogues.len(), contents.connections), (sessions.into(), sessions.into()));
}

#[test]
fn one_dialogue_can_be_chosen() {
    let file = crate::make::file("own-lo.pcap");
    let count =
        |settings| read_with(file.clone(), settings).0.iter().map(Dialogue::stream).collect::<Vec<_>>();
    assert_eq!(count(Settings { stream: Some(5), ..Settings::default() }), [5]);
    assert_eq!(count(Settings { port: Some(31143), ..Settings::default() }).len(), 4);
    assert_eq!(count(Settings { host: Some("10.1.1.1".parse().unwrap()), ..Settings::default() }).len(), 0);
    assert_eq!(count(Settings { host: Some("127.0.0.1".parse().unwrap()), ..Settings::default() }).len(), 18);
}

/// An input that gives a frame at a time, and counts them.
struct Slow {
    octets: io::Cursor<Vec<u8>>,
    given: Arc<AtomicUsize>,
}

impl Read for Slow {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = into.len().min(60);
        self.given.fetch_add(1, Ordering::Relaxed);
        self.octets.read(&mut into[..n])
    }
}

/// `tcpdump -U -w - | ehlo annotate -`: what has ended is told while more is to come.
#[test]
fn a_capture_that_is_being_written_is_followed() {
    let mut talk = session();
    let mut later = Talk { ports: [50_000, 25], ..Talk::new() };
    for _ in 0..2000 {
        later.client("NOOP\r\n");
    }
    talk.frames.append(&mut later.frames);
    let given = Arc::new(AtomicUsize::new(0));
    let input = Slow { octets: io::Cursor::new(talk.capture()), given: Arc::clone(&given) };
    let mut capture = Capture::open(Box::new(input), Settings::default()).unwrap().unwrap();
    while !matches!(capture.next_found().unwrap(), Some(Found::End(1))) {}
    assert!(given.load(Ordering::Relaxed) < 60, "{given:?} reads");
}

/// Frames that were cut say how much is missing, and what follows is in its place.
#[test]
fn cut_frames_say_what_is_missing() {
    let full = read(crate::make::file("own-lo.pcap")).0;
    let (cut, contents) = read(crate::make::file("own-lo-snap96.pcap"));
    assert_eq!(contents.damage, None);
    assert!(frames(&crate::make::file("own-lo-snap96.pcap")).iter().all(|f| f.data.len() <= 96));
    for (full, cut) in full.iter().zip(&cut) {
        for side in ["client", "server"] {
            let gaps = cut.marks("gap").into_iter().filter(|m| m["side"] == side);
            let missing: u64 = gaps.map(|m| m["octets"].as_u64().unwrap()).sum();
            let there = cut.end()[side]["octets"].as_u64().unwrap();
            assert_eq!(there + missing, full.end()[side]["octets"].as_u64().unwrap(), "{}", cut.stream());
        }
        assert!(!cut.warnings().contains(&"fault-unasked"), "{} {:?}", cut.stream(), cut.warnings());
    }
}
