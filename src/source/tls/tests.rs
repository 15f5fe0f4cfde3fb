//! Key derivation against the published examples, and records that are none.

use std::sync::Arc;

use super::cipher::{Cipher, Suite, name};
use super::*;

fn unhex(text: &str) -> Vec<u8> {
    let text: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    text.chunks(2).map(|p| u8::from_str_radix(std::str::from_utf8(p).unwrap(), 16).unwrap()).collect()
}

/// RFC 8448 §3: the client's first application record under its traffic secret.
#[test]
fn the_rfcs_record_is_opened() {
    let secret = unhex("9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5");
    let mut cipher = Cipher::tls13(Suite::of(0x1301).unwrap(), &secret).unwrap();
    let record = unhex(
        "17 03 03 00 43 a2 3f 70 54 b6 2c 94 d0 af fa fe
         82 28 ba 55 cb ef ac ea 42 f9 14 aa 66 bc ab 3f
         2b 98 19 a8 a5 b4 6b 39 5b d5 4a 9a 20 44 1e 2b
         62 97 4e 1f 5a 62 92 a2 97 70 14 bd 1e 3d ea e6
         3a ee bb 21 69 49 15 e4",
    );
    let (kind, octets) = cipher.open(&record).unwrap();
    assert_eq!((kind, octets), (0x17, (0..50).collect()));
    assert!(cipher.open(&record).is_none(), "the same again is not the next");
}

#[test]
fn suites_have_names() {
    assert_eq!(name(0x1301), "TLS_AES_128_GCM_SHA256");
    assert_eq!(name(0xabcd), "0xabcd");
    assert!(Suite::of(0xc013).is_none() && Suite::of(0xcca8).is_some());
}

#[test]
fn what_is_no_record_is_counted_and_forgotten() {
    let mut onlooker = Onlooker::new(Arc::default());
    let mut learned = Vec::new();
    onlooker.push(Side::Client, &[0x16, 3, 1, 0, 2, 1, 0], &mut learned);
    onlooker.push(Side::Client, &[0xff; 100_000], &mut learned);
    onlooker.push(Side::Server, &[0x17, 3, 3, 0xff, 0xff], &mut learned);
    assert_eq!(onlooker.finish(&mut learned), [100_007, 5]);
    assert!(matches!(&learned[..], [Learned::Started(info)] if info.version == "TLS"));
}

#[test]
fn a_key_log_is_read_and_not_shown() {
    let mut log = KeyLog::default();
    let random = [7; 32];
    let text = format!(
        "# comment\nCLIENT_RANDOM {} {}\r\nnonsense\nCLIENT_RANDOM zz 00\nOTHER {} 00\n",
        "07".repeat(32),
        "ab".repeat(48),
        "07".repeat(32)
    );
    assert_eq!(log.add(text.as_bytes()), 1);
    assert_eq!(log.find(Label::Master, &random), Some(&[0xab; 48][..]));
    assert!(log.knows(&random) && !log.knows(&[8; 32]));
    assert!(!format!("{log:?}").contains("ab"));
}
