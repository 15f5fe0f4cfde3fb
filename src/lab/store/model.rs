//! The store against a model: whatever is done to it, in any order, and wherever it is closed and opened
//! again, it has what a simple list in memory has.

use proptest::prelude::*;

use super::*;

/// A message of the model.
#[derive(Clone, Debug, PartialEq)]
struct Known {
    uid: u32,
    bytes: Vec<u8>,
    flags: Flags,
}

/// A mailbox of the model.
#[derive(Default)]
struct Model {
    next: u32,
    all: Vec<Known>,
}

impl Model {
    fn add(&mut self, bytes: Vec<u8>, flags: Flags) -> u32 {
        self.next += 1;
        self.all.push(Known { uid: self.next, bytes, flags });
        self.next
    }
}

#[derive(Clone, Debug)]
enum Act {
    Append { both: bool, size: usize, flags: u8 },
    Flags { to: usize, uids: Vec<u32>, change: u8, flags: u8 },
    Expunge { to: usize, uids: Vec<u32> },
    Copy { from: usize, to: usize, uids: Vec<u32>, away: bool },
    Drop { size: usize },
    Reopen,
}

const NAMES: [&str; 2] = ["INBOX", "Sent"];

fn flags_of(bits: u8) -> Flags {
    let words = ["\\Seen", "\\Deleted", "Junk", "$Forwarded", "old", "OLD"];
    let mut flags = Flags::new();
    words.iter().enumerate().filter(|(n, _)| bits & (1 << n) != 0).for_each(|(_, word)| {
        flags.insert_word(word);
    });
    flags
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let uids = || prop::collection::vec(1u32..90, 0..12);
    let size = || prop_oneof![8 => 0usize..300, 1 => 0usize..400_000];
    let act = prop_oneof![
        6 => (any::<bool>(), size(), any::<u8>()).prop_map(|(both, size, flags)| Act::Append { both, size, flags }),
        3 => (0..2usize, uids(), 0..3u8, any::<u8>())
            .prop_map(|(to, uids, change, flags)| Act::Flags { to, uids, change, flags }),
        2 => (0..2usize, uids()).prop_map(|(to, uids)| Act::Expunge { to, uids }),
        2 => (0..2usize, 0..2usize, uids(), any::<bool>())
            .prop_map(|(from, to, uids, away)| Act::Copy { from, to, uids, away }),
        1 => size().prop_map(|size| Act::Drop { size }),
        1 => Just(Act::Reopen),
    ];
    prop::collection::vec(act, 1..60)
}

fn do_flags(model: &mut Model, uids: &[u32], change: FlagChange, flags: &Flags) -> Vec<u32> {
    let mut changed = Vec::new();
    for known in model.all.iter_mut().filter(|k| uids.contains(&k.uid)) {
        let mut new = match change {
            FlagChange::Set => flags.clone(),
            _ => Flags::new(),
        };
        if change != FlagChange::Set {
            let kept = |word: &&str| change == FlagChange::Add || !has(flags, word);
            known.flags.words().filter(kept).for_each(|word| assert!(new.insert_word(word)));
        }
        if change == FlagChange::Add {
            flags.words().for_each(|word| assert!(new.insert_word(word)));
        }
        if new != known.flags {
            known.flags = new;
            changed.push(known.uid);
        }
    }
    changed
}

fn has(flags: &Flags, word: &str) -> bool {
    flags.words().any(|w| w.eq_ignore_ascii_case(word))
}

fn same(store: &Store, models: &[Model; 2]) {
    let kept = store.check().unwrap();
    assert_eq!(kept.messages as usize, models[0].all.len() + models[1].all.len());
    for (name, model) in NAMES.iter().zip(models) {
        let mailbox = store.mailbox("ana", name).unwrap();
        assert_eq!(mailbox.uid_next(), model.next + 1);
        let now = mailbox.snapshot();
        assert_eq!(now.len(), model.all.len());
        for (entry, known) in now.iter().zip(&model.all) {
            assert_eq!(
                (entry.uid, entry.size, &entry.flags),
                (known.uid, known.bytes.len() as u64, &known.flags)
            );
            assert!(mailbox.read(entry.message, 0, usize::MAX).unwrap() == known.bytes);
        }
    }
}

fn write(store: &Store, size: usize, number: u32) -> (Draft, Vec<u8>) {
    let bytes: Vec<u8> = (0..size).map(|i| (i as u32 ^ number) as u8).collect();
    let mut draft = store.draft();
    bytes.chunks(7000).for_each(|piece| draft.write(piece).unwrap());
    (draft, bytes)
}

fn act(store: &Store, models: &mut [Model; 2], act: Act) {
    let open = |n: usize| store.mailbox("ana", NAMES[n]).unwrap();
    match act {
        Act::Append { both, size, flags } => {
            let flags = flags_of(flags);
            let (draft, bytes) = write(store, size, models[0].next);
            let boxes = if both { 0..2 } else { 0..1 };
            let to = |n: usize| Delivery {
                account: "ana".into(),
                mailbox: NAMES[n].into(),
                prefix: vec![b'p'; n],
                flags: flags.clone(),
                date: 5,
            };
            let uids = draft.commit(&boxes.clone().map(to).collect::<Vec<_>>()).unwrap();
            for (n, appended) in boxes.zip(uids) {
                let whole = [vec![b'p'; n], bytes.clone()].concat();
                assert_eq!(appended.uid, models[n].add(whole, flags.clone()));
            }
        }
        Act::Flags { to, uids, change, flags } => {
            let change = [FlagChange::Set, FlagChange::Add, FlagChange::Remove][change as usize];
            let flags = flags_of(flags);
            let changed = open(to).change_flags(&uids, change, &flags).unwrap();
            assert_eq!(changed, do_flags(&mut models[to], &uids, change, &flags));
        }
        Act::Expunge { to, uids } => {
            open(to).expunge(&uids).unwrap();
            models[to].all.retain(|k| !uids.contains(&k.uid));
        }
        Act::Copy { from, to, uids, away } => {
            let (source, target) = (open(from), open(to));
            let pairs = if away { source.move_to(&uids, &target) } else { source.copy_to(&uids, &target) };
            let taken: Vec<_> = models[from].all.iter().filter(|k| uids.contains(&k.uid)).cloned().collect();
            let copied = |k: Known| (k.uid, models[to].add(k.bytes, k.flags));
            assert_eq!(pairs.unwrap(), taken.into_iter().map(copied).collect::<Vec<_>>());
            if away {
                let last = models[from].next;
                let copies = if from == to { last } else { u32::MAX };
                models[from].all.retain(|k| !uids.contains(&k.uid) || k.uid > copies);
            }
        }
        Act::Drop { size } => drop(write(store, size, 1)),
        Act::Reopen => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn the_store_has_what_the_model_has(acts in acts()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lab.redb");
        let mut store = Store::open(&path).unwrap();
        store.add_account("ana", "x").unwrap();
        let mut models = [Model::default(), Model::default()];
        for next in acts {
            if matches!(next, Act::Reopen) {
                same(&store, &models);
                drop(store);
                store = Store::open(&path).unwrap();
            }
            act(&store, &mut models, next);
        }
        same(&store, &models);
        for name in NAMES {
            let mailbox = store.mailbox("ana", name).unwrap();
            mailbox.expunge(&mailbox.snapshot().iter().map(|e| e.uid).collect::<Vec<_>>()).unwrap();
        }
        prop_assert_eq!(store.check().unwrap(), Kept::default());
    }
}
