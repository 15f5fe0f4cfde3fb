//! The mails that passed, saved; and the table.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

use ehlo::i18n::{Catalog, Lang};
use ehlo::session::captured::{Fault, Row, annotate, notes, table};
use ehlo::source::capture::{Contents, Settings};
use ehlo::source::tls::keys::KeyLog;

use crate::make::{classic, file};
use crate::talk::{Talk, session};

/// The rows, and the saved files by name.
fn saved(capture: Vec<u8>, settings: Settings) -> (Vec<Row>, BTreeMap<String, String>, Contents) {
    let folder = tempfile::tempdir().unwrap();
    let input = Box::new(Cursor::new(capture));
    let told = annotate(input, settings, Some(folder.path()), true, &mut |_| Ok(Vec::new())).unwrap();
    let (rows, contents) = told.expect("a capture");
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        files.insert(name, String::from_utf8(std::fs::read(path).unwrap()).unwrap());
    }
    (rows, files, contents)
}

#[test]
fn mails_are_saved_as_they_were() {
    let (_, files, _) = saved(session().capture(), Settings::default());
    assert_eq!(files, BTreeMap::from([("0001-1.eml".into(), "Subject: x\r\n\r\none\r\ntwo\r\n".into())]));

    let mut keys = KeyLog::default();
    keys.add(&file("own-tls.keys"));
    let settings = Settings { keys: Arc::new(keys), ..Settings::default() };
    let (rows, files, _) = saved(file("own-tls.pcap"), settings);
    // Sent, retrieved and fetched: the same text, without the dot that transparency added.
    let dotted = files.values().filter(|mail| mail.ends_with("\r\n\r\n.dot first\r\nbody\r\n")).count();
    assert_eq!(dotted, 2 + 1 + 2, "{files:#?}");
    let imap = rows.iter().find(|r| r.server.ends_with(":2993") && r.mails > 0).unwrap();
    assert_eq!((imap.mails, imap.user.as_str()), (11, "alumnoimap@redes.unlp.edu.ar"));
    assert_eq!(files.len() as u64, rows.iter().map(|r| r.mails).sum::<u64>());
}

#[test]
fn chunks_make_one_mail() {
    let mut talk = Talk::new();
    talk.handshake().server("220 mx ESMTP\r\n").client("EHLO a\r\n").server("250 CHUNKING\r\n");
    talk.client("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 7\r\none\r\n.\nBDAT 5 LAST\r\n..two")
        .server("250 ok\r\n250 ok\r\n");
    talk.server("250 ok\r\n250 ok\r\n")
        .client("MAIL FROM:<a@b>\r\nBDAT 3\r\nxxxRSET\r\n")
        .server("250 ok\r\n250 ok\r\n");
    let (rows, files, _) = saved(talk.capture(), Settings::default());
    assert_eq!(files["0001-1.eml"], "one\r\n.\n..two");
    assert_eq!(files["0001-2-incomplete.eml"], "xxx");
    assert_eq!(rows[0].odd, ["odd-open"]);
    // A chunk with a hole, then a message after DATA.
    let (_, files, _) = saved(file("zeek-smtp-bdat-gap.pcap"), Settings::default());
    assert_eq!(files["0001-1-incomplete.eml"], "A".repeat(100));
    assert!(files["0001-2.eml"].ends_with("\r\n\r\nHello!\r\n"), "{files:#?}");
}

#[test]
fn no_file_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let run = || {
        let input = Box::new(Cursor::new(session().capture()));
        annotate(input, Settings::default(), Some(folder.path()), true, &mut |_| Ok(Vec::new()))
    };
    assert!(run().is_ok());
    let Err(Fault::Mail(fault)) = run() else { panic!("a file is there") };
    assert_eq!(fault.path, folder.path().join("0001-1.eml"));
}

#[test]
fn the_table_tells_the_dialogues_apart() {
    let (rows, _, _) = saved(file("own-lo.pcap"), Settings::default());
    let text = table(&rows, &Catalog::new(Lang::En), usize::MAX);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 19);
    assert!(lines[0].starts_with("no.  protocol"), "{text}");
    let first = lines.iter().find(|l| l.starts_with("1 ")).unwrap();
    for word in ["SMTP", "127.0.0.1:43154", "127.0.0.1:31025", "ann", " 1 ", "346+384"] {
        assert!(first.contains(word), "no {word} in {first}");
    }
    let tls = lines.iter().find(|l| l.starts_with("4 ")).unwrap();
    assert!(tls.ends_with("TLS, not readable, reset"), "{tls}");
    let spanish = table(&rows, &Catalog::new(Lang::Es), 200);
    assert!(spanish.starts_with("n.º"), "{spanish}");
    // On a narrow terminal, two lines for each.
    let narrow = table(&rows, &Catalog::new(Lang::Es), 80);
    assert!(
        narrow.lines().count() == 36 && narrow.lines().all(|line| line.chars().count() <= 80),
        "{narrow}"
    );
    assert!(narrow.contains("     usuario ann, 1 correo, 346+384 octetos C+S, "), "{narrow}");
}

#[test]
fn a_capture_without_mail_says_what_it_holds() {
    let mut web = Talk::new();
    web.handshake().client("GET / HTTP/1.1\r\nHost: a\r\n\r\n").server("HTTP/1.1 200 OK\r\n\r\n").close();
    let mut arp = web.frames[0].under(1);
    arp.data[12..14].copy_from_slice(&[8, 6]);
    let frames: Vec<_> = web.frames.iter().map(|f| f.under(1)).chain([arp]).collect();
    let capture = classic(&frames, false, true);
    let (_, _, contents) = saved(capture[..capture.len() - 1].to_vec(), Settings::default());
    let ids: Vec<String> = notes(&contents).iter().map(|n| n.id.to_string()).collect();
    assert_eq!(ids, ["capture-cut", "capture-no-mail", "capture-other-http"]);
    let (_, _, contents) = saved(capture, Settings::default());
    let ids: Vec<String> = notes(&contents).iter().map(|n| n.id.to_string()).collect();
    assert_eq!(ids, ["capture-no-mail", "capture-other-http", "capture-not-ip"]);
    let (_, _, contents) = saved(session().capture(), Settings::default());
    assert!(notes(&contents).is_empty());
}
