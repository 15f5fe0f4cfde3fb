//! Captures that are damaged, cut or made to do harm: nothing panics, memory stays flat, and what came before the
//! damage counts.

use std::io::Cursor;

use ehlo::source::Source;
use ehlo::source::capture::{Capture, Contents, Settings, is_capture};
use proptest::prelude::*;

use crate::make::{Order, block, classic, file, frames, gzip, ng, read};
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
