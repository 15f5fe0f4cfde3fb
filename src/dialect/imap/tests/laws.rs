//! What holds for any input: chunks may be cut anywhere, no byte is lost, nothing panics; and what a strict
//! parser accepts is well-formed here too.

use std::collections::BTreeMap;

use imap_codec::decode::Decoder;
use imap_codec::{CommandCodec, GreetingCodec, ResponseCodec};
use proptest::prelude::*;

use super::*;

/// What was read: per unit its head, bytes, tokens and faults (of a body: bytes alone), and how it ended.
type Reading = Vec<(String, Vec<u8>, Vec<Token>, Vec<Fault>, String)>;

fn read_chunks(chunks: &[(Side, Vec<u8>)], size: usize) -> (Reading, [Vec<u8>; 2], Imap) {
    let mut imap = Imap::new();
    let mut units = BTreeMap::new();
    let mut bytes = [Vec::new(), Vec::new()];
    let mut shapes = BTreeMap::new();
    let mut take = |imap: &mut Imap| {
        while let Some(step) = imap.next_step() {
            match step {
                Step::Open(head) => {
                    shapes.insert(head.n, (head.side, head.shape));
                    let unit = (format!("{head:?}"), Vec::new(), Vec::new(), Vec::new(), String::new());
                    units.insert(head.n, unit);
                }
                Step::Piece(piece) => {
                    let (side, shape) = shapes[&piece.n];
                    bytes[side as usize].extend_from_slice(&piece.wire.bytes);
                    let unit: &mut (_, Vec<u8>, Vec<Token>, Vec<Fault>, String) =
                        units.get_mut(&piece.n).unwrap();
                    for token in &piece.tokens {
                        assert!(token.start <= token.end && token.end <= piece.wire.len());
                    }
                    unit.1.extend_from_slice(&piece.wire.bytes);
                    if !shape.is_body() {
                        unit.2.extend(piece.tokens);
                        unit.3.extend(piece.faults);
                    }
                }
                Step::Close(end) => units.get_mut(&end.n).unwrap().4 = format!("{end:?}"),
                _ => {}
            }
        }
    };
    for (side, chunk) in chunks {
        for part in chunk.chunks(size) {
            imap.push(*side, &Wire::new(part), Stamp::default());
            take(&mut imap);
        }
    }
    imap.finish();
    take(&mut imap);
    (units.into_values().collect(), bytes, imap)
}

/// Lines that matter, whole or cut, of either side.
fn chunk() -> impl Strategy<Value = (Side, Vec<u8>)> {
    let known = prop::sample::select(vec![
        "* OK hi\r\n",
        "* PREAUTH hi\r\n",
        "a LOGIN ana {6}\r\n",
        "a LOGIN {3+}\r\nana {0}\r\n",
        "secret\r\n",
        "+ go\r\n",
        "+\r\n",
        "a OK done\r\n",
        "a NO [TRYCREATE] no\r\n",
        "b BAD what\r\n",
        "a AUTHENTICATE PLAIN\r\n",
        "AGEAYg==\r\n",
        "*\r\n",
        "a IDLE\r\n",
        "DONE\r\n",
        "* 3 EXISTS\r\n",
        "* 1 FETCH (BODY[] {10}\r\n",
        "0123456789)\r\n",
        "* 1 FETCH (BODY[HEADER.FIELDS ({4}\r\nDATE)] {0}\r\n",
        "b SELECT {5}\r\n",
        "INBOX",
        "INBOX\r\n",
        "* LIST () \"/\" {3}\r\n",
        "x y\r\n",
        "a STARTTLS\r\n",
        "a LOGOUT\r\n",
        "* BYE\r\n",
        "\r\n",
        "\n",
        "(((",
        "\"",
        "{99999999999999999999}\r\n",
        "{3}\r\n",
        "~{4}\r\n",
        "b APPEND x {20+}\r\n",
        "a",
        " ",
    ]);
    let bytes = prop_oneof![
        6 => known.prop_map(|s| s.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..12),
        1 => prop::collection::vec(prop::sample::select(b"a1 *+{}()\"[]\r\nOK\\0".to_vec()), 0..20),
    ];
    (prop::sample::select(vec![Side::Client, Side::Server]), bytes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn chunks_may_be_cut_anywhere(chunks in prop::collection::vec(chunk(), 0..24), size in 1usize..9) {
        let (whole, bytes, imap) = read_chunks(&chunks, usize::MAX);
        let (cut, cut_bytes, cut_imap) = read_chunks(&chunks, size);
        prop_assert_eq!(whole, cut);
        prop_assert_eq!(imap.state(), cut_imap.state());
        prop_assert_eq!(imap.expect(), cut_imap.expect());
        for side in [Side::Client, Side::Server] {
            let all: Vec<u8> =
                chunks.iter().filter(|c| c.0 == side).flat_map(|c| c.1.iter().copied()).collect();
            prop_assert_eq!(&all, &bytes[side as usize]);
            prop_assert_eq!(&all, &cut_bytes[side as usize]);
        }
    }

    #[test]
    fn any_bytes_are_read(
        chunks in prop::collection::vec(
            (prop::sample::select(vec![Side::Client, Side::Server]), prop::collection::vec(any::<u8>(), 0..200)),
            0..12,
        ),
    ) {
        let (_, bytes, _) = read_chunks(&chunks, 7);
        let all: usize = chunks.iter().map(|c| c.1.len()).sum();
        prop_assert_eq!(all, bytes[0].len() + bytes[1].len());
    }

    #[test]
    fn what_a_strict_parser_takes_is_well_formed(line in command_line()) {
        command_agrees(&line)?;
    }

    #[test]
    fn what_a_strict_parser_takes_of_a_server_is_well_formed(line in response_line()) {
        response_agrees(&line)?;
    }
}

const COMMANDS: &[&str] = &[
    "a NOOP",
    "a LOGIN ana secret",
    "a LOGIN \"a b\" \"c\\\"d\"",
    "a AUTHENTICATE PLAIN",
    "a SELECT INBOX",
    "a AUTHENTICATE PLAIN AGEAYg==",
    "a EXAMINE \"x y\"",
    "a LIST \"\" *",
    "a LSUB \"\" \"%\"",
    "a STATUS x (MESSAGES UIDNEXT)",
    "a FETCH 1:*,3 (FLAGS BODY.PEEK[HEADER.FIELDS (DATE FROM)]<0.10>)",
    "a UID FETCH 5 FULL",
    "a IDLE",
    "a STORE 1 +FLAGS.SILENT (\\Seen $x)",
    "a STORE 1 FLAGS \\Seen",
    "a UID STORE 1:2 -FLAGS ()",
    "a ENABLE CONDSTORE",
    "a SEARCH CHARSET UTF-8 OR FROM x (NOT SEEN 1:3) SINCE 1-Feb-1994",
    "a UID SEARCH HEADER \"a\" \"b\" LARGER 5",
    "a COPY 1:3 \"x\"",
    "a UID MOVE 1 x",
    "a CREATE x",
    "a DELETE x",
    "a RENAME x y",
    "a SUBSCRIBE x",
    "a LOGOUT",
    "a ID (\"name\" \"x\" \"os\" NIL)",
    "a ID NIL",
    "a NAMESPACE",
    "a UNSELECT",
    "a CHECK",
    "a CLOSE",
    "a EXPUNGE",
    "a SORT (REVERSE DATE) UTF-8 ALL",
    "a THREAD REFERENCES UTF-8 ALL",
    "a GETQUOTAROOT x",
    "a GETQUOTA \"\"",
    "a FETCH 1 (BODY[1.2.MIME] BODYSTRUCTURE RFC822.SIZE BINARY[1])",
    "a STARTTLS",
    "a CAPABILITY",
    "NOOP NOOP",
    "UID NOOP",
    "LOGIN LOGIN ana x",
    "a SELECT x (CONDSTORE)",
    "a UID EXPUNGE 1:3",
    "a COMPRESS DEFLATE",
];

const RESPONSES: &[&str] = &[
    "* OK hi",
    "* OK [CAPABILITY IMAP4rev1 IDLE] hi",
    "* PREAUTH x",
    "* BYE x",
    "a OK [READ-WRITE] x",
    "a NO x",
    "a BAD x",
    "* 3 EXISTS",
    "* 1 RECENT",
    "* 4 EXPUNGE",
    "* FLAGS (\\Seen \\X y)",
    "* LIST (\\X) \"/\" \"a b\"",
    "* LIST () NIL x",
    "* LSUB () \".\" #news.x",
    "* STATUS x (MESSAGES 3 UIDNEXT 4)",
    "* SEARCH 1 2 3",
    "* SEARCH",
    "* CAPABILITY IMAP4rev1 AUTH=PLAIN",
    "* OK [UIDVALIDITY 3] x",
    "* OK [PERMANENTFLAGS (\\Seen \\*)] x",
    "* 1 FETCH (FLAGS (\\Seen) UID 5 RFC822.SIZE 10)",
    "* 1 FETCH (BODY[HEADER.FIELDS (DATE)] \"x\")",
    "* 1 FETCH (INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" BODY[TEXT]<0> NIL)",
    "* ENABLED X",
    "* ID (\"a\" \"b\")",
    "* 1 FETCH (ENVELOPE (\"d\" \"s\" ((\"T\" NIL \"g\" \"c\")) NIL NIL ((NIL NIL \"i\" \"c\")) NIL NIL NIL \"<x>\"))",
    "* 1 FETCH (BODY (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 3028 92))",
    "* NAMESPACE NIL NIL NIL",
    "* NAMESPACE ((\"\" \"/\")) NIL ((\"#x\" \"/\"))",
    "* QUOTA \"\" (STORAGE 10 512)",
    "* QUOTAROOT x \"\"",
    "+ go",
    "+ [ALERT] x",
    "+ AGEAYg==",
    "a OK [COPYUID 3 1:2 3:4] x",
    "a NO [BADCHARSET (UTF-8)] x",
    "* SORT 2 3",
    "* THREAD (2)(3 6 (4 23)(44 7 96))",
    "a OK [APPENDUID 1 2] x {5}",
];

/// A line of the table, perhaps with an octet or two changed.
fn mutated(table: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let octet = prop::sample::select(b" ()\"[]{}*+%\\ax1,:.<>\0\x80~".to_vec());
    let change = (any::<prop::sample::Index>(), octet, 0u8..3);
    (prop::sample::select(table), prop::collection::vec(change, 0..3)).prop_map(|(line, changes)| {
        let mut line = line.as_bytes().to_vec();
        for (at, octet, how) in changes {
            let at = at.index(line.len().max(1)).min(line.len());
            match how {
                0 => line.insert(at, octet),
                1 if at < line.len() => line[at] = octet,
                _ if at < line.len() => {
                    line.remove(at);
                }
                _ => {}
            }
        }
        line.extend_from_slice(b"\r\n");
        line
    })
}

fn command_line() -> impl Strategy<Value = Vec<u8>> {
    mutated(COMMANDS)
}

fn response_line() -> impl Strategy<Value = Vec<u8>> {
    mutated(RESPONSES)
}

fn unit_of(side: Side, line: &[u8], greeted: bool) -> Reading {
    let mut chunks = Vec::new();
    if greeted {
        chunks.push((Side::Server, b"* OK hi\r\n".to_vec()));
        chunks.push((Side::Client, b"a IDLE\r\n".to_vec()));
    }
    if side == Side::Client {
        chunks.pop();
    }
    let before = chunks.len();
    chunks.push((side, line.to_vec()));
    let (mut reading, _, _) = read_chunks(&chunks, usize::MAX);
    reading.split_off(before)
}

fn clean(reading: &Reading, line: &[u8]) -> Result<(), TestCaseError> {
    // The oracle lets NUL and bytes above 127 pass inside codes; they belong nowhere (RFC 9051 §9, CHAR).
    let text = String::from_utf8_lossy(line);
    // And it takes nothing behind AUTHENTICATE's blank for an empty initial response, which is `=` (RFC 4959 §3).
    let empty_initial = text.to_ascii_uppercase().contains(" AUTHENTICATE ")
        && text.trim_end_matches(['\r', '\n']).ends_with(' ');
    for (head, _, _, faults, _) in reading {
        prop_assert!(!head.contains("Junk"), "junk: {}", text);
        let faults: Vec<&str> = faults
            .iter()
            .map(|f| f.id)
            .filter(|id| !matches!(*id, "fault-unknown-tag" | "fault-nul" | "fault-not-utf8"))
            .filter(|id| !(empty_initial && *id == "fault-extra-space"))
            .collect();
        prop_assert!(faults.is_empty(), "{:?}: {}", faults, text);
    }
    Ok(())
}

fn command_agrees(line: &[u8]) -> Result<(), TestCaseError> {
    match CommandCodec::new().decode(line) {
        // `UID FETCH 1 FLAGS` is the tag UID to the oracle, and a missing tag to us: nobody's tag is UID.
        Ok((b"", _)) if !line.to_ascii_uppercase().starts_with(b"UID ") => {
            clean(&unit_of(Side::Client, line, true), line)
        }
        _ => Ok(()),
    }
}

fn response_agrees(line: &[u8]) -> Result<(), TestCaseError> {
    if let Ok((b"", _)) = GreetingCodec::new().decode(line) {
        clean(&unit_of(Side::Server, line, false), line)?;
    }
    match ResponseCodec::new().decode(line) {
        Ok((b"", _)) => clean(&unit_of(Side::Server, line, true), line),
        _ => Ok(()),
    }
}

#[test]
fn the_oracle_takes_the_tables() {
    let mut taken = 0;
    for line in COMMANDS {
        let line = format!("{line}\r\n");
        taken += usize::from(CommandCodec::new().decode(line.as_bytes()).is_ok());
        command_agrees(line.as_bytes()).unwrap();
    }
    assert!(taken > COMMANDS.len() * 3 / 4, "{taken} of {}", COMMANDS.len());
    let mut taken = 0;
    for line in RESPONSES {
        let line = format!("{line}\r\n");
        taken += usize::from(ResponseCodec::new().decode(line.as_bytes()).is_ok());
        response_agrees(line.as_bytes()).unwrap();
    }
    assert!(taken > RESPONSES.len() * 3 / 4, "{taken} of {}", RESPONSES.len());
}
