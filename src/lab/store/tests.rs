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
