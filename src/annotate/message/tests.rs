//! Messages of the practice, and hostile ones.

use proptest::prelude::*;

use super::*;

fn read(stuffed: bool, text: &str) -> Message {
    let mut reader = MessageReader::new(stuffed);
    reader.feed(text.replace('\n', "\r\n").as_bytes());
    reader.finish()
}

fn ids(notes: &[Note]) -> Vec<&str> {
    notes.iter().map(|n| n.id.as_ref()).collect()
}

#[test]
fn a_message_is_read() {
    let m = read(true, "From: Ana <a@b>\nSubject: uno\n  dos\nX:\n\n..hola\nadiós\n");
    let fields: Vec<_> = m.headers.iter().map(|h| (&*h.name, &*h.value, h.line)).collect();
    assert_eq!(fields, [("From", "Ana <a@b>", 1), ("Subject", "uno dos", 2), ("X", "", 4)]);
    assert!(m.blank_line && m.eight_bit && m.stray.is_none());
    assert_eq!((m.octets, m.body_octets, m.body_lines), (59, 15, 2));
    assert_eq!((m.stuffed_lines, m.longest_line, m.eaten_dot), (1, 15, None));
}

#[test]
fn exercise_3c_has_no_header_at_all() {
    let m = read(true, "mensaje 7\n");
    assert_eq!((m.headers.len(), m.body_octets, m.body_lines), (0, 11, 1));
    assert_eq!(ids(&compose_lints(&m, true)), ["lint-message-no-header"]);
    let notes = envelope_notes("alumnoimap@redes.unlp.edu.ar", &["alumnopop@redes.unlp.edu.ar".into()], &m);
    assert_eq!(ids(&notes), ["lint-envelope-no-from", "note-envelope-no-to"]);
}

#[test]
fn exercise_3d_is_forged_twice_and_passes() {
    let m = read(true, "From: pepe@redes.unlp.edu.ar\nsubject:fff\nffff\n");
    assert_eq!(m.stray, Some(Line { number: 3, text: "ffff".into() }));
    let lints = compose_lints(&m, true);
    assert_eq!(ids(&lints), ["lint-message-no-blank-line", "lint-message-no-date"]);
    assert_eq!(lints[0].args, [("line", "3".to_owned()), ("text", "ffff".to_owned())]);
    let notes = envelope_notes("pepe@redes.unlp.edu.ar", &["alumnoimap@redes.unlp.edu.ar".into()], &m);
    assert_eq!(ids(&notes), ["note-envelope-same", "note-envelope-no-to"]);
}

#[test]
fn what_students_forget_is_told() {
    for (text, lints) in [
        ("", &["lint-message-empty"][..]),
        ("\nhola\n", &["lint-message-no-header"]),
        ("From: a@b\nDate: x\nSubject: y\n\nhola\n", &[]),
        ("From: a@b\nDate: x\n\nhola\n", &["lint-message-no-subject"]),
        (
            "From: a@b\nSubject hola\nDate: x\n\nhola\n",
            &["lint-message-no-colon", "lint-message-no-date", "lint-message-no-subject"],
        ),
        ("From: a@b\nDate: x\nSubject: y\nBcc: c@d\n\n.x\n", &["lint-message-dot-eaten", "lint-message-bcc"]),
        ("From: a@b\nDate: x\nSubject: y\n\n..x\n", &[]),
        ("From: a@b\nDate: x\nSubject: ñ\n\n", &["lint-message-8bit"]),
    ] {
        assert_eq!(ids(&compose_lints(&read(true, text), false)), lints, "{text}");
    }
    let dot = read(true, "From: a@b\n\nuno\n.x\n").eaten_dot.unwrap();
    assert_eq!((dot.number, dot.text.as_str()), (4, ".x"));
    let long = format!("From: a@b\nDate: x\nSubject: y\n\n{}\n", "x".repeat(999));
    assert_eq!(ids(&compose_lints(&read(true, &long), true)), ["lint-message-long-line"]);
    assert_eq!(compose_lints(&read(true, &long.replace("xx\n", "x\n")), true), []);
}

#[test]
fn envelope_and_header_are_compared() {
    let m = read(false, "From: Ana <ana@a.example>\nTo: b@b, c@c\nCc: d@d\n\n");
    for (from, to, expected) in [
        ("ANA@a.example", "b@b c@c d@d", &["note-envelope-same"][..]),
        ("eva@A.example", "b@b c@c d@d", &["lint-envelope-from-other-user"]),
        ("eva@e.example", "b@b c@c d@d", &["lint-envelope-from-differs"]),
        ("", "b@b c@c d@d", &["note-envelope-null"]),
        ("ana@a.example", "b@b x@x", &["note-envelope-same", "note-envelope-hidden", "note-envelope-unsent"]),
    ] {
        let to: Vec<String> = to.split(' ').map(str::to_owned).collect();
        assert_eq!(ids(&envelope_notes(from, &to, &m)), expected, "{from}");
    }
}

#[test]
fn a_fetched_header_is_explained() {
    let m = read(
        true,
        "Return-Path: <alumnoimap@redes.unlp.edu.ar>
Received: from redes (unknown [172.28.0.1])
\tby mail.redes.unlp.edu.ar (Postfix) with ESMTP id 42F2333F
\tfor <alumnopop@redes.unlp.edu.ar>; Thu, 5 Apr 2018 21:55:02 +0000 (UTC)
Received: by x (Postfix, from userid 0)
X-Unheard-Of: y

mensaje 7
",
    );
    let notes = header_notes(&m, true);
    assert_eq!(
        ids(&notes),
        [
            "header-return-path",
            "header-received",
            "note-received-clear",
            "note-received-local",
            "note-header-lacks"
        ]
    );
    assert_eq!(notes[2].label, "ESMTP");
    assert!(notes[2].args.contains(&("from", "unknown [172.28.0.1]".to_owned())));
    assert_eq!(notes[4].args, [("names", "From, Date".to_owned())]);
}

#[test]
fn a_header_without_end_stays_small() {
    let mut reader = MessageReader::new(true);
    for i in 0..4_000 {
        reader.feed(format!("X-{i}: {}\r\n", "y".repeat(90)).as_bytes());
        reader.feed(b" ");
        reader.feed(&[b'z'; 5_000]);
        reader.feed(b"\r\n");
    }
    assert!(reader.line.capacity() <= 2 * MAX_HEADER);
    let m = reader.finish();
    assert!(m.header_shortened && m.headers.len() < 1_000);
    let mut reader = MessageReader::new(false);
    for _ in 0..100 {
        reader.feed(&[b'a'; 60_000]);
    }
    assert!(reader.line.capacity() <= 2 * MAX_HEADER);
    assert_eq!(reader.finish().longest_line, 6_000_000);
}

proptest! {
    #[test]
    fn cuts_change_nothing(
        bytes in prop::collection::vec(prop::sample::select(b"aF: .\r\n\xff".to_vec()), 0..80),
        cut in 1usize..5,
        stuffed: bool,
    ) {
        let mut whole = MessageReader::new(stuffed);
        whole.feed(&bytes);
        let mut cuts = MessageReader::new(stuffed);
        bytes.chunks(cut).for_each(|c| cuts.feed(c));
        let (mut whole, mut cuts) = (whole.finish(), cuts.finish());
        // The text that is quoted may be shorter where it was cut.
        whole.eaten_dot.iter_mut().chain(&mut cuts.eaten_dot).for_each(|l| l.text.clear());
        prop_assert_eq!(whole, cuts);
    }
}

/// The newest hop stands on top; clocks differ, and queues take their time.
#[test]
fn the_way_is_read_from_the_bottom_up() {
    let hop = |from: &str, by: &str, time: &str| {
        format!(
            "Received: from {from} (x [192.0.2.1])\n\tby {by} with ESMTP; Thu, 5 Apr 2018 {time} +0000 (UTC)\n"
        )
    };
    let way = |times: [&str; 3]| {
        let [last, middle, first] = times;
        let text = hop("b", "c", last) + &hop("a", "b", middle) + &hop("pc", "a", first) + "\nx\n";
        let notes = header_notes(&read(false, &text), true);
        let told = notes.iter().filter(|n| n.label == "Received" && n.id.starts_with("note-"));
        told.map(|n| format!("{} {}", n.id, n.args[0].1)).collect::<Vec<_>>()
    };
    assert_eq!(way(["10:00:09", "10:00:05", "10:00:00"]), ["note-received-way 9"]);
    let slow = way(["10:10:00", "10:00:05", "10:00:00"]);
    assert_eq!(slow, ["note-received-way 600", "note-received-slow 595"]);
    let clock = way(["10:00:09", "09:59:50", "10:00:00"]);
    assert_eq!(clock, ["note-received-way 9", "note-received-clock 10"]);
}
