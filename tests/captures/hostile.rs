//! Captures that are damaged, cut or made to do harm: nothing panics, memory stays flat, and what came before the
//! damage counts.

use std::io::Cursor;
use std::process::Command;

use ehlo::source::Source;
use ehlo::source::capture::{Capture, Contents, Settings, is_capture};
use proptest::prelude::*;

use crate::make::{Frame, Order, block, classic, file, frames, gzip, ng, read};
use crate::talk::session;

/// Reads all; what it held.
fn run(capture: Vec<u8>) -> Option<Contents> {
    let mut capture = Capture::open(Box::new(Cursor::new(capture)), Settings::default()).unwrap()?;
    while capture.next_found().unwrap().is_some() {}
    Some(capture.contents())
}

#[test]
fn a_cut_file_keeps_what_was_read() {
    let frames = session().frames;
    let small = &frames[..8];
    for whole in [classic(small, false, true), ng(small, false, None), classic(small, true, false)] {
        let mut seen = 0;
        for length in 0..=whole.len() {
            let Some(contents) = run(whole[..length].to_vec()) else {
                assert!(length < 4);
                continue;
            };
            assert!(contents.frames >= seen);
            seen = contents.frames;
            if let Some(damage) = contents.damage {
                assert!(damage.cut && damage.frames == contents.frames && damage.octet <= length as u64);
            }
        }
        assert_eq!(seen, 8);
        assert_eq!(run(whole.clone()).unwrap().damage, None);
        assert!(run(whole[..whole.len() - 1].to_vec()).unwrap().damage.is_some());
    }
    // gzip cut in its middle: what can be unpacked counts.
    let packed = gzip(&file("own-lo.pcap"));
    let contents = run(packed[..packed.len() / 2].to_vec()).unwrap();
    assert!(contents.frames > 20 && contents.damage.is_some_and(|d| d.cut), "{contents:?}");
}

#[test]
fn a_length_without_sense_ends_the_reading() {
    let frames = session().frames;
    let mut capture = classic(&frames, false, true);
    let third = 24 + frames[..2].iter().map(|f| 16 + f.data.len()).sum::<usize>();
    capture[third + 8..third + 12].copy_from_slice(&[0xff; 4]);
    let damage = run(capture).unwrap().damage.unwrap();
    assert_eq!((damage.cut, damage.octet, damage.frames), (false, third as u64, 2));
    // A block that ends with another length than it began with.
    let mut capture = ng(&frames[..3], false, None);
    let end = capture.len();
    capture[end - 4] ^= 4;
    assert!(!run(capture).unwrap().damage.unwrap().cut);
    // A block of 4 GB of a kind that nobody wants is passed over, not kept.
    let order = Order { big: false };
    let mut capture = ng(&[frames[0].clone()], false, None);
    let mut huge = block(order, 0x0bad, &[0; 4]);
    huge[4..8].copy_from_slice(&0xffff_fff0u32.to_le_bytes());
    capture.extend(huge);
    assert!(run(capture).unwrap().damage.unwrap().cut);
}

#[test]
fn a_capture_is_known_by_its_octets() {
    let file = file("own-lo.pcap");
    assert!(is_capture(&file[..100]) && is_capture(&gzip(&file)[..400]));
    assert!(is_capture(&ng(&frames(&file), true, None)[..50]));
    assert!(!is_capture(b"220 x ESMTP\r\n") && !is_capture(&gzip(b"some text")) && !is_capture(b""));
    assert!(run(b"220 x ESMTP\r\n".to_vec()).is_none());
}

#[test]
fn unknown_links_are_named() {
    let mut frames = session().frames;
    frames.iter_mut().for_each(|f| f.link = 105);
    let contents = run(classic(&frames, false, false)).unwrap();
    assert_eq!(contents.unknown_links[&105], frames.len() as u64);
}

/// A connection without end, and holes that are never filled, take no more memory than the budget.
#[test]
fn what_never_ends_is_bounded() {
    let mut talk = session();
    // Without the two FINs, which count one each.
    talk.frames.truncate(talk.frames.len() - 2);
    talk.next = talk.next.map(|n| n.wrapping_sub(1));
    let line = format!("NOOP {}\r\n", "x".repeat(1000));
    for n in 0..3000u32 {
        if n == 10 {
            talk.next[0] = talk.next[0].wrapping_add(500);
        }
        talk.client(&line);
    }
    let (dialogues, _) = read(talk.capture());
    assert_eq!(dialogues[0].marks("gap").len(), 1, "{:?}", dialogues[0].marks("gap"));
    assert_eq!(dialogues[0].said("client", "command").len(), 3005);
}

fn captures() -> Vec<Vec<u8>> {
    let lo = frames(&file("own-lo.pcap"));
    vec![
        classic(&session().frames, false, true),
        ng(&session().frames, false, Some(b"CLIENT_RANDOM 00 11\n")),
        classic(&lo[..120], true, false),
        ng(&lo[..120], true, None),
        file("zeek-smtp-starttls.pcap"),
        file("own-tls.pcap"),
        gzip(&file("zeek-smtp-bdat-gap.pcap")),
        file("protolens-imap_fetch.pcap"),
    ]
}

/// The places of a capture where a length, a count, an offset or flags stand, by what they belong to: the file's head,
/// a record's, Ethernet, IP, TCP.
fn places(frames: &[Frame]) -> Vec<(&'static str, usize, usize)> {
    let mut all = vec![("magic", 0, 4), ("version", 4, 4), ("snaplen", 16, 4), ("link", 20, 4)];
    let mut at = 24;
    for frame in frames {
        let ip = at + 16 + if frame.link == 1 { 14 } else { 0 };
        let tcp = ip + 20;
        all.extend([("time", at, 4), ("fraction", at + 4, 4), ("kept", at + 8, 4), ("length", at + 12, 4)]);
        all.extend([("ether type", ip - 2, 2), ("header length", ip, 1), ("total", ip + 2, 2)]);
        all.extend([("fragment", ip + 6, 2), ("protocol", ip + 9, 1), ("address", ip + 12, 4)]);
        all.extend([("port", tcp, 2), ("sequence", tcp + 4, 4), ("acknowledged", tcp + 8, 4)]);
        all.extend([("offset", tcp + 12, 1), ("flags", tcp + 13, 1), ("payload", tcp + 20, 5)]);
        at += 16 + frame.data.len();
    }
    all.retain(|(_, place, length)| place + length <= at);
    all
}

/// Every number of a capture's head, of a record and of its headers, at the beginning, in the middle and at the end:
/// nothing, one, a little more or less, half, all. And every file cut, with a frame gone, doubled, or moved.
#[test]
fn every_kind_of_place_may_be_wrong() {
    let names =
        ["own-lo.pcap", "zeek-smtp-starttls.pcap", "protolens-imap_fetch.pcap", "zeek-smtp-bdat-gap.pcap"];
    for name in names {
        let frames: Vec<Frame> = frames(&file(name)).into_iter().take(90).collect();
        let whole = classic(&frames, false, true);
        let all = places(&frames);
        // The file's head, then the first frames, some in the middle and the last.
        let chosen = all.iter().enumerate().filter(|(n, _)| *n < 70 || n % 37 == 0 || n + 36 > all.len());
        for (_, (what, place, length)) in chosen {
            for change in 0..6u8 {
                let mut capture = whole.clone();
                let octets = &mut capture[*place..place + length];
                match change {
                    0 => octets.fill(0),
                    1 => octets.fill(0xff),
                    2 => octets[0] = octets[0].wrapping_add(1),
                    3 => octets[length - 1] = octets[length - 1].wrapping_sub(1),
                    4 => octets[length - 1] ^= 0x80,
                    _ => octets.reverse(),
                }
                let contents = run(capture);
                assert!(
                    contents.is_none_or(|c| c.frames <= 91),
                    "{name}: {what} at {place}, change {change}"
                );
            }
        }
        for n in 0..frames.len() {
            let (mut gone, mut doubled, mut moved) = (frames.clone(), frames.clone(), frames.clone());
            gone.remove(n);
            doubled.insert(n, frames[n].clone());
            moved.swap(n, (n + 7) % frames.len());
            for other in [gone, doubled, moved] {
                let contents = run(classic(&other, false, true)).expect("a capture");
                assert_eq!((contents.frames, contents.damage), (other.len() as u64, None), "{name} {n}");
            }
        }
    }
}

/// What the program says of such files, by its exit code: all told, no mail, or no capture; never a crash.
#[test]
fn the_program_ends_as_it_should() {
    let whole = file("own-lo.pcap");
    let flip = |at: usize| {
        let mut capture = whole.clone();
        capture[at] ^= 0xff;
        capture
    };
    for (capture, code) in [
        (whole.clone(), 0),
        (whole[..whole.len() / 2].to_vec(), 0),
        (flip(40), 0),
        (whole[..24].to_vec(), 1),
        (whole[..10].to_vec(), 1),
        (flip(0), 2),
        (gzip(b"not a capture"), 2),
        (vec![0; 5000], 2),
        (Vec::new(), 2),
    ] {
        let name = format!("{} octets, {:02x?}", capture.len(), capture.get(..4));
        let path = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&path, capture).unwrap();
        let output =
            Command::new(env!("CARGO_BIN_EXE_ehlo")).arg("annotate").arg(path.path()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{name}: {said}");
        assert_eq!(
            said.is_empty(),
            name.starts_with(&format!("{} ", whole.len())) && code == 0,
            "{name}: {said}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Octets changed, put in and taken out, anywhere.
    #[test]
    fn damage_of_any_kind_is_survived(
        which in 0usize..8,
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0u8..4, any::<u8>(), 1usize..40), 1..12)
    ) {
        let mut capture = captures().swap_remove(which);
        for (at, kind, octet, many) in damage {
            if capture.is_empty() {
                break;
            }
            let at = at.index(capture.len());
            match kind {
                0 => capture[at] = octet,
                1 => capture[at] ^= 1 << (octet % 8),
                2 => drop(capture.splice(at..at, vec![octet; many])),
                _ => drop(capture.drain(at..(at + many).min(capture.len()))),
            }
        }
        if let Some(mut capture) = Capture::open(Box::new(Cursor::new(capture)), Settings::default()).unwrap() {
            while capture.next_found().unwrap().is_some() {}
        }
    }

    /// Octets that never were a capture, behind a capture's first.
    #[test]
    fn nonsense_is_survived(magic in 0usize..4, octets in prop::collection::vec(any::<u8>(), 0..2000)) {
        let magics = [&[0xd4, 0xc3, 0xb2, 0xa1][..], &[0xa1, 0xb2, 0xc3, 0xd4], &[10, 13, 13, 10], &[0x1f, 0x8b, 8]];
        run([magics[magic], &octets].concat());
    }
}
