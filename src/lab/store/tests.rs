//! The store's tests that need no file system.

use super::*;

/// A store with ana and luis, at a fixed time.
fn store() -> Store {
    let store = Store::memory();
    store.set_clock(|| 1_772_456_400);
    store.add_account("ana", "uno").unwrap();
    store.add_account("luis", "dos").unwrap();
    store
}

fn to(account: &str, mailbox: &str) -> Delivery {
    Delivery { account: account.into(), mailbox: mailbox.into(), date: 7, ..Delivery::default() }
}

fn put(store: &Store, bytes: &[u8], to: &Delivery) -> u32 {
    let mut draft = store.draft();
    draft.write(bytes).unwrap();
    draft.commit(std::slice::from_ref(to)).unwrap()[0].uid
}

fn bytes_kept(store: &Store) -> u64 {
    store.inner.write(Keep::Soon, |t, _| t.number("bytes")).unwrap()
}

#[test]
fn a_message_is_read_as_it_was_written() {
    let store = store();
    let body: Vec<u8> = (0..700_000u32).map(|i| (i % 251) as u8).collect();
    let mut draft = store.draft();
    body.chunks(1000).for_each(|piece| draft.write(piece).unwrap());
    let delivery =
        |who: &str| Delivery { prefix: format!("Delivered-To: {who}\r\n").into(), ..to(who, "INBOX") };
    draft.commit(&[delivery("ana"), delivery("luis")]).unwrap();
    for who in ["ana", "luis"] {
        let inbox = store.mailbox(who, "inbox").unwrap();
        let entry = inbox.snapshot()[0].clone();
        let whole = [format!("Delivered-To: {who}\r\n").as_bytes(), &body].concat();
        assert_eq!((entry.uid, entry.size), (1, whole.len() as u64));
        assert!(inbox.read(entry.message, 0, usize::MAX).unwrap() == whole);
        assert_eq!(inbox.read(entry.message, 10, 30).unwrap(), whole[10..40]);
        assert_eq!(inbox.read(entry.message, 65_270, 70_000).unwrap(), whole[65_270..135_270]);
        assert!(inbox.read(entry.message, 1 << 40, 3).unwrap().is_empty());
        let mut portions = inbox.body(entry.message, 5, u64::MAX).unwrap();
        inbox.expunge(&[1]).unwrap();
        let mut all = Vec::new();
        while let Ok(portion) = portions.next()
            && !portion.is_empty()
        {
            assert!(portion.len() <= 64 * 1024);
            all.extend(portion);
        }
        assert!(all == whole[5..], "an open body is read to its end");
        assert_eq!(inbox.read(entry.message, 0, 1), Err(StoreError::NoMessage));
    }
    assert_eq!(bytes_kept(&store), 0);
}

#[test]
fn views_are_told_of_changes() {
    let store = store();
    let inbox = store.mailbox("ana", "INBOX").unwrap();
    let again = store.mailbox("ana", "Inbox").unwrap();
    let watch = again.watch();
    for _ in 0..3 {
        put(&store, b"Subject: a\r\n\r\nb\r\n", &to("ana", "INBOX"));
    }
    assert!(watch.has_changed().unwrap());
    let before = inbox.snapshot();
    let flags = Flags::parse("\\Seen Junk").unwrap();
    assert_eq!(inbox.change_flags(&[2, 9, 1], FlagChange::Add, &flags), Ok(vec![1, 2]));
    assert_eq!(inbox.change_flags(&[2], FlagChange::Add, &flags), Ok(vec![]));
    inbox.expunge(&[1]).unwrap();
    assert_eq!(before.len(), 3, "a snapshot does not change");
    assert!(before[0].flags.is_empty());
    let now = again.snapshot();
    assert_eq!(now.iter().map(|e| e.uid).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(now[0].flags.to_string(), "\\Seen Junk");
    assert!(now[0].modseq > now[1].modseq && again.highest_modseq() > now[0].modseq);
    assert_eq!(again.keywords().as_slice(), ["Junk"]);
    assert_eq!((again.take_recent(), inbox.take_recent(), again.uid_next()), (Ok(1), Ok(4), 4));
}

#[test]
fn names_are_keys_and_nothing_else() {
    let store = store();
    for (name, rule) in [
        ("", "name-empty"),
        ("a..b", "name-separator"),
        (".a", "name-separator"),
        ("a.", "name-separator"),
        ("../../etc/passwd", "name-separator"),
        ("a\nb", "name-control"),
        (&"x".repeat(256), "name-long"),
    ] {
        assert_eq!(store.create("ana", name, None), Err(StoreError::NotAllowed(rule)), "{name}");
    }
    for name in ["etc/passwd", "año.ñandú", "inbox.POP"] {
        store.create("ana", name, None).unwrap();
        assert_eq!(store.create("ana", name, None), Err(StoreError::Exists));
    }
    assert_eq!(store.create("nadie", "a", None), Err(StoreError::NoAccount));
    let names: Vec<_> = store.mailboxes("ana").into_iter().map(|info| info.name).collect();
    assert_eq!(names, ["INBOX", "Drafts", "INBOX.POP", "Sent", "Trash", "año.ñandú", "etc/passwd"]);
    let sent = store.mailboxes("luis").into_iter().find(|info| info.name == "Sent").unwrap();
    assert_eq!((sent.subscribed, sent.special_use.as_deref()), (true, Some("\\Sent")));
    assert_eq!(store.delete("ana", "Inbox"), Err(StoreError::NotAllowed("inbox")));
    assert_eq!(store.rename("ana", "año", "b"), Err(StoreError::NoMailbox));
}

#[test]
fn a_mailbox_is_renamed_with_those_below_it_and_while_it_is_open() {
    let store = store();
    for name in ["a", "a.b", "ab"] {
        store.create("ana", name, None).unwrap();
    }
    let open = store.mailbox("ana", "a.b").unwrap();
    put(&store, b"x", &to("ana", "a.b"));
    assert_eq!(store.rename("ana", "a", "a.c"), Err(StoreError::NotAllowed("into-itself")));
    assert_eq!(store.rename("ana", "a", "ab"), Err(StoreError::Exists));
    store.rename("ana", "a", "z").unwrap();
    assert_eq!((open.name().as_str(), open.snapshot().len()), ("z.b", 1));
    assert_eq!(store.mailbox("ana", "a.b").unwrap_err(), StoreError::NoMailbox);
    let old = open.uid_validity();
    store.delete("ana", "z.b").unwrap();
    assert!(open.deleted() && open.snapshot().is_empty());
    assert_eq!(open.change_flags(&[1], FlagChange::Set, &Flags::new()), Err(StoreError::NoMailbox));
    store.create("ana", "z.b", None).unwrap();
    assert!(store.mailbox("ana", "z.b").unwrap().uid_validity() > old);
    put(&store, b"y", &to("ana", "INBOX"));
    store.rename("ana", "INBOX", "Archivo").unwrap();
    let counts = ["INBOX", "Archivo"].map(|name| store.mailbox("ana", name).unwrap().snapshot().len());
    assert_eq!(counts, [0, 1]);
    store.check().unwrap();
}

#[test]
fn accounts_are_found_by_what_people_write() {
    let store = store();
    for (address, account) in [
        ("ana", Some("ana")),
        ("ANA@Redes.UNLP.edu.ar", Some("ana")),
        ("luis+lista@redes.unlp.edu.ar", Some("luis")),
        ("\"luis\"@redes.unlp.edu.ar", Some("luis")),
        ("postmaster", Some("ana")),
        ("abuse@mail.redes.unlp.edu.ar", Some("ana")),
        ("ana@example.org", None),
        ("nadie", None),
        ("", None),
    ] {
        assert_eq!(store.account_of(address).as_deref(), account, "{address}");
    }
    assert_eq!(store.password("Luis@redes.unlp.edu.ar").as_deref(), Some("dos"));
    assert_eq!(store.add_account("../x", "y"), Err(StoreError::NotAllowed("account-name")));
    assert_eq!(store.add_account("ANA", "y"), Err(StoreError::Exists));
}

#[test]
fn limits_hold_and_what_is_refused_leaves_nothing() {
    let store = Store::memory_with(Limits { bytes: 2 << 20, mailboxes: 6, name: 255 }).unwrap();
    store.add_account("ana", "x").unwrap();
    let mut draft = store.draft();
    let piece = vec![0; 100_000];
    let full = (0..1000).find_map(|_| draft.write(&piece).err());
    assert_eq!(full, Some(StoreError::Full));
    drop(draft);
    let mut many = 0;
    let full = loop {
        let mut draft = store.draft();
        draft.write(b"x").unwrap();
        match draft.commit(&[to("ana", "INBOX")]) {
            Ok(_) => many += 1,
            Err(error) => break error,
        }
    };
    assert!(full == StoreError::Full && (1000..5000).contains(&many), "{many}");
    assert_eq!((0..9).find_map(|n| store.create("ana", &n.to_string(), None).err()), Some(StoreError::Full));
    let inbox = store.mailbox("ana", "INBOX").unwrap();
    let words: Vec<String> = (0..65).map(|n| format!("k{n}")).collect();
    assert_eq!(
        inbox.change_flags(&[1], FlagChange::Add, &Flags::parse(&words.join(" ")).unwrap()),
        Err(StoreError::Full)
    );
    assert!(inbox.keywords().is_empty());
    assert_eq!(store.check().unwrap().messages, many);
    let mut draft = store.draft();
    draft.write(&[1; 1000]).unwrap();
    assert_eq!(draft.commit(&[to("ana", "Sent"), to("ana", "Nada")]), Err(StoreError::NoMailbox));
    assert!(store.mailbox("ana", "Sent").unwrap().snapshot().is_empty());
}

#[test]
fn one_pop_session_has_the_maildrop() {
    let store = store();
    let lock = store.lock_maildrop("ana").unwrap();
    assert!(store.lock_maildrop("ANA").is_none() && store.lock_maildrop("luis").is_some());
    drop(lock);
    assert!(store.lock_maildrop("ana").is_some());
}

#[test]
fn the_queue_keeps_mail_for_others() {
    let store = store();
    let mut draft = store.draft();
    draft.write(b"Subject: x\r\n\r\n").unwrap();
    let (appended, number) = draft.commit_queued(&[to("ana", "Sent")], b"<a@example.org>").unwrap();
    assert_eq!(appended.len(), 1);
    let queued = store.queue().unwrap().remove(0);
    assert_eq!(
        (queued.number, queued.envelope.as_slice(), queued.size),
        (number, &b"<a@example.org>"[..], 14)
    );
    store.mailbox("ana", "Sent").unwrap().expunge(&[1]).unwrap();
    assert_eq!(store.read(queued.message, 0, 7).unwrap(), b"Subject");
    store.dequeue(number).unwrap();
    store.dequeue(number).unwrap();
    assert_eq!((store.queue().unwrap(), store.check().unwrap()), (Vec::new(), Kept::default()));
}

#[test]
fn many_at_once_are_all_there() {
    let store = store();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..50 {
                    put(&store, b"x", &to("ana", "INBOX"));
                }
            });
        }
    });
    let uids: Vec<u32> = store.mailbox("ana", "INBOX").unwrap().snapshot().iter().map(|e| e.uid).collect();
    assert_eq!(uids, (1..=400).collect::<Vec<_>>());
    store.check().unwrap();
}

#[test]
fn a_work_that_panics_stops_nobody_else() {
    let store = store();
    let broken = store.clone();
    let panicked = std::thread::spawn(move || {
        broken.inner.write(Keep::Durable, |tables, _| -> Result<()> {
            tables.accounts.remove("ana")?;
            panic!("on purpose");
        })
    });
    assert!(panicked.join().is_err());
    assert_eq!(put(&store, b"x", &to("ana", "INBOX")), 1);
}

#[test]
fn other_files_are_told_from_ours() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lab.redb");
    let store = Store::open(&path).unwrap();
    assert_eq!(Store::open(&path).unwrap_err(), StoreError::InUse);
    store.inner.write(Keep::Durable, |t, _| Ok(t.meta.insert("schema", 9).map(drop)?)).unwrap();
    drop(store);
    assert_eq!(Store::open(&path).unwrap_err(), StoreError::Newer(9));
    let other = folder.path().join("other");
    std::fs::write(&other, "From ana Thu Jan  1 00:00:00 1970\n".repeat(500)).unwrap();
    assert!(matches!(Store::open(&other).unwrap_err(), StoreError::Damaged(_)));
    assert!(std::fs::read(&other).unwrap().starts_with(b"From ana"), "it is left as it was");
    assert!(matches!(Store::open(folder.path()).unwrap_err(), StoreError::Io(_)));
    assert!(matches!(Store::open(&folder.path().join("no/lab")).unwrap_err(), StoreError::Io(_)));
}

#[test]
fn a_damaged_file_is_an_error_or_its_messages_are_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lab.redb");
    let store = Store::open(&path).unwrap();
    store.add_account("ana", "x").unwrap();
    for _ in 0..20 {
        put(&store, &[b'a'; 5000], &to("ana", "INBOX"));
    }
    drop(store);
    let whole = std::fs::read(&path).unwrap();
    let damaged = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        Store::open(&path).and_then(|store| store.check())
    };
    for cut in [0, 1, 100, 4096, whole.len() / 2, whole.len() - 1] {
        let said = damaged(&whole[..cut]);
        assert!(matches!(said, Err(StoreError::Damaged(_))) || cut == 0, "{cut}: {said:?}");
    }
    for at in [0, 8, 9, 40, 64, 128, 200, 320] {
        let mut bytes = whole.clone();
        bytes[at..at + 8].fill(0xa5);
        // Whatever it says, it says it: no panic comes out.
        let _ = damaged(&bytes);
    }
}
