//! Out of the lab and into it: Maildir and mbox, which other mail programs read.
//!
//! - Export: `DIR/ACCOUNT/Maildir` (Maildir++: INBOX is the folder itself, others begin with a dot; flags in the
//!   names, keywords as Dovecot keeps them) and `DIR/ACCOUNT/mbox/NAME.mbox` (mboxrd).
//! - Import: `.eml` files, mbox files and Maildir folders, told apart by what they are, into an INBOX.
//!
//! Files have LF line ends, as those programs write them. No name of a mailbox becomes a path as it is.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

use super::dates;
use super::store::{Delivery, Draft, Entry, Flags, Mailbox, Store, System};
use crate::error::{Error, Exit};

/// The letters of the system flags in a Maildir name, in the order they must have.
const LETTERS: [(char, System); 5] = [
    ('D', System::Draft),
    ('F', System::Flagged),
    ('R', System::Answered),
    ('S', System::Seen),
    ('T', System::Deleted),
];

/// Between a Maildir name and its flags; Windows allows no colon.
const INFO: char = if cfg!(windows) { ';' } else { ':' };

/// A line longer than this is read in pieces.
const LINE: u64 = 64 * 1024;

fn file_error(id: &'static str, path: &Path) -> impl Fn(io::Error) -> Error {
    move |error| Error::new(Exit::File, id).with("path", path.display()).detail(error)
}

/// Writes all accounts to a folder. How many messages.
///
/// # Errors
/// What the store and the system say; an account's folder that is there already is left as it is, and told.
pub fn export(store: &Store, dir: &Path) -> Result<u64, Error> {
    let mut many = 0;
    for account in store.accounts() {
        let home = dir.join(plain(&account));
        if home.exists() {
            return Err(Error::new(Exit::File, "lab-exchange-exists").with("path", home.display()));
        }
        for info in store.mailboxes(&account) {
            let mailbox = store.mailbox(&account, &info.name)?;
            let written = file_error("lab-exchange-write", &home);
            many += export_mailbox(&mailbox, &home).map_err(written)?;
        }
    }
    Ok(many)
}

fn export_mailbox(mailbox: &Mailbox, home: &Path) -> io::Result<u64> {
    let name = mailbox.name();
    let maildir = home.join("Maildir");
    let folder = if name == "INBOX" { maildir } else { maildir.join(format!(".{}", plain(&name))) };
    for part in ["cur", "new", "tmp"] {
        fs::create_dir_all(folder.join(part))?;
    }
    fs::create_dir_all(home.join("mbox"))?;
    if name != "INBOX" {
        // Maildir++ marks what is a folder of another one.
        File::create(folder.join("maildirfolder"))?;
    }
    let keywords = mailbox.keywords();
    let listed = keywords.iter().take(26).enumerate();
    let listed: String = listed.map(|(n, word)| format!("{n} {word}\n")).collect();
    if !listed.is_empty() {
        fs::write(folder.join("dovecot-keywords"), listed)?;
    }
    let mut mbox =
        BufWriter::new(File::create_new(home.join("mbox").join(format!("{}.mbox", plain(&name))))?);
    let all = mailbox.snapshot();
    for entry in all.iter() {
        let letters = letters(&entry.flags, &keywords);
        let file = format!("{}.U{}.ehlo{INFO}2,{letters}", entry.date.max(0), entry.uid);
        let temporary = folder.join("tmp").join(&file);
        let mut out = BufWriter::new(File::create_new(&temporary)?);
        copy_out(mailbox, entry, &mut out, &mut mbox)?;
        out.into_inner()?;
        fs::rename(temporary, folder.join("cur").join(file))?;
    }
    mbox.into_inner()?;
    Ok(all.len() as u64)
}

/// A message into both forms.
fn copy_out(
    mailbox: &Mailbox,
    entry: &Entry,
    file: &mut impl Write,
    mbox: &mut impl Write,
) -> io::Result<()> {
    let mut body = mailbox.body(entry.message, 0, u64::MAX)?;
    let header = mailbox.header(entry.message)?;
    writeln!(mbox, "From {} {}", sender(&header), dates::asctime(entry.date))?;
    let mut line = Vec::new();
    let mut fresh = true;
    let mut put = |line: &mut Vec<u8>| {
        file.write_all(line)?;
        if fresh && quoted(line).starts_with(b"From ") {
            mbox.write_all(b">")?;
        }
        mbox.write_all(line)?;
        fresh = line.ends_with(b"\n");
        line.clear();
        io::Result::Ok(fresh)
    };
    let mut ended = true;
    loop {
        let portion = body.next()?;
        if portion.is_empty() {
            break;
        }
        for byte in portion {
            match byte {
                b'\n' if line.last() == Some(&b'\r') => {
                    line.pop();
                    line.push(b'\n');
                    ended = put(&mut line)?;
                }
                byte => line.push(byte),
            }
        }
        // A line without an end is not held.
        if line.len() as u64 > 16 * LINE {
            ended = put(&mut line)?;
        }
    }
    if !line.is_empty() {
        ended = put(&mut line)?;
    }
    mbox.write_all(if ended { b"\n" } else { b"\n\n" })
}

/// A line without the `>` in front of it.
fn quoted(line: &[u8]) -> &[u8] {
    let marks = line.iter().take_while(|b| **b == b'>').count();
    &line[marks..]
}

/// Who sent it: the Return-Path, if it is fit to stand in an mbox.
fn sender(header: &[u8]) -> String {
    let head = String::from_utf8_lossy(&header[..header.len().min(2000)]).into_owned();
    let path = head.strip_prefix("Return-Path: <").and_then(|rest| rest.split_once('>'));
    let fit = path.map(|(path, _)| path).filter(|p| !p.is_empty() && !p.contains(char::is_whitespace));
    fit.unwrap_or("MAILER-DAEMON").to_owned()
}

fn letters(flags: &Flags, keywords: &[String]) -> String {
    let system = LETTERS.iter().filter(|(_, flag)| flags.has(*flag)).map(|(letter, _)| *letter);
    let named =
        ('a'..='z').zip(keywords).filter(|(_, word)| flags.has_keyword(word)).map(|(letter, _)| letter);
    system.chain(named).collect()
}

/// A name that is one harmless part of a path: letters, digits, blanks, `-`, `_`, and dots between others; all
/// else as `%XX`. What is too long for a file system is cut, and its digest put behind it.
fn plain(name: &str) -> String {
    let mut plain = String::new();
    for c in name.chars() {
        let dot = c == '.' && !plain.is_empty() && !plain.ends_with('.');
        if c.is_alphanumeric() || "-_ ".contains(c) || dot {
            plain.push(c);
        } else {
            let mut buffer = [0; 4];
            c.encode_utf8(&mut buffer).bytes().for_each(|b| plain.push_str(&format!("%{b:02X}")));
        }
    }
    if plain.len() > 150 {
        let digest: String =
            Sha256::digest(name.as_bytes()).iter().take(8).map(|b| format!("{b:02x}")).collect();
        let end = (0..=120).rev().find(|at| plain.is_char_boundary(*at)).unwrap_or(0);
        plain.truncate(end);
        plain.push_str(&format!("%{digest}"));
    }
    plain
}

/// Takes files and folders into an account's INBOX. How many messages.
///
/// # Errors
/// What the store and the system say; what was taken before stays.
pub fn import(store: &Store, account: &str, paths: &[PathBuf]) -> Result<u64, Error> {
    let mut into = Into { store, account, many: 0 };
    let taken = paths.iter().try_for_each(|path| match path.is_dir() {
        true => import_maildir(&mut into, path),
        false => import_file(&mut into, path),
    });
    let many = into.many;
    store.settle()?;
    taken.map(|()| many)
}

/// How many messages share a wait for the disk: nobody is told of them one by one.
const SHARED: u64 = 256;

/// Where messages are put, and how many were.
struct Into<'a> {
    store: &'a Store,
    account: &'a str,
    many: u64,
}

impl Into<'_> {
    fn put(&mut self, draft: Draft, date: Option<i64>, flags: Flags) -> Result<(), Error> {
        let date = date.unwrap_or_else(|| self.store.now());
        let (account, mailbox) = (self.account.into(), "INBOX".into());
        let delivery = [Delivery { account, mailbox, flags, date, ..Delivery::default() }];
        self.many += 1;
        match self.many % SHARED {
            0 => draft.commit(&delivery)?,
            _ => draft.commit_soon(&delivery)?,
        };
        Ok(())
    }
}

fn import_maildir(into: &mut Into<'_>, folder: &Path) -> Result<(), Error> {
    let read = file_error("lab-exchange-read", folder);
    let mut files = Vec::new();
    for part in ["cur", "new"] {
        match fs::read_dir(folder.join(part)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            entries => {
                for entry in entries.map_err(&read)? {
                    files.push(entry.map_err(&read)?.path());
                }
            }
        }
    }
    if files.is_empty() && !folder.join("cur").is_dir() {
        return Err(Error::new(Exit::File, "lab-exchange-no-maildir").with("path", folder.display()));
    }
    files.sort();
    let words = fs::read_to_string(folder.join("dovecot-keywords")).unwrap_or_default();
    for path in &files {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let date = name.split('.').next().and_then(|seconds| seconds.parse().ok());
        let letters = name.rsplit_once("2,").map_or("", |(_, letters)| letters);
        let mut input = BufReader::new(File::open(path).map_err(file_error("lab-exchange-read", path))?);
        let mut draft = into.store.draft();
        let mut line = Vec::new();
        while next_line(&mut input, &mut line).map_err(file_error("lab-exchange-read", path))? {
            draft.write(&line)?;
        }
        into.put(draft, date.or_else(|| modified(path)), flags_of(letters, &words))?;
    }
    Ok(())
}

/// The flags of the letters in a Maildir name; `words`: Dovecot's list of keywords.
fn flags_of(letters: &str, words: &str) -> Flags {
    let mut flags = Flags::new();
    for letter in letters.chars() {
        if let Some((_, flag)) = LETTERS.iter().find(|(l, _)| *l == letter) {
            flags.insert(*flag);
        }
        let number = u32::from(letter).wrapping_sub(u32::from('a')).to_string();
        let named = words.lines().filter_map(|line| line.split_once(' ')).find(|(n, _)| *n == number);
        if let Some((_, word)) = named {
            flags.insert_word(word.trim());
        }
    }
    flags
}

fn modified(path: &Path) -> Option<i64> {
    let since = fs::metadata(path).ok()?.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}

/// An mbox if it begins as one, else one message.
fn import_file(into: &mut Into<'_>, path: &Path) -> Result<(), Error> {
    let read = file_error("lab-exchange-read", path);
    let mut input = BufReader::new(File::open(path).map_err(&read)?);
    let date = modified(path);
    let is_mbox = input.fill_buf().map_err(&read)?.starts_with(b"From ");
    let (mut draft, mut when) = (into.store.draft(), date);
    // An empty line is held back: the last one before the next message is the mbox's.
    let (mut line, mut held, mut begun, mut fresh) = (Vec::new(), false, false, true);
    while next_line(&mut input, &mut line).map_err(&read)? {
        let starts = std::mem::replace(&mut fresh, line.ends_with(b"\n"));
        if is_mbox && starts && line.starts_with(b"From ") && (held || !begun) {
            if begun {
                let whole = std::mem::replace(&mut draft, into.store.draft());
                into.put(whole, when, Flags::new())?;
            }
            (begun, held) = (true, false);
            let text = String::from_utf8_lossy(&line);
            when = text.splitn(3, ' ').nth(2).and_then(dates::read_asctime).or(date);
            continue;
        }
        if std::mem::take(&mut held) {
            draft.write(b"\r\n")?;
        }
        if is_mbox && starts && line == b"\r\n" {
            held = true;
            continue;
        }
        let unquoted = is_mbox && starts && line.starts_with(b">") && quoted(&line).starts_with(b"From ");
        draft.write(&line[usize::from(unquoted)..])?;
    }
    into.put(draft, when, Flags::new())
}

/// The next line, or a piece of a very long one, with CRLF where it had LF.
fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    input.take(LINE).read_until(b'\n', line)?;
    if line.last() == Some(&b'\r') {
        // The piece may have ended between the two.
        input.take(1).read_until(b'\n', line)?;
    }
    if line.last() == Some(&b'\n') && line.iter().nth_back(1) != Some(&b'\r') {
        line.pop();
        line.extend_from_slice(b"\r\n");
    }
    Ok(!line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::seed;
    use super::*;

    #[test]
    fn what_is_exported_can_be_imported() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::memory();
        for name in ["ana", "luis", "eva"] {
            store.add_account(name, "x").unwrap();
        }
        seed::sow(&store, "ana", &seed::Place::default()).unwrap();
        let inbox = store.mailbox("ana", "INBOX").unwrap();
        inbox
            .change_flags(
                &[4],
                super::super::store::FlagChange::Set,
                &Flags::parse("\\Seen Junk \\Draft").unwrap(),
            )
            .unwrap();
        store.create("ana", "../a/b.año", None).unwrap_err();
        store.create("ana", "x/../b.año", None).unwrap_err();
        store.create("ana", "../a", None).unwrap_err();
        store.create("ana", "CON/a:b.año", None).unwrap();
        let odd = store.mailbox("ana", "CON/a:b.año").unwrap();
        inbox.copy_to(&[5], &odd).unwrap();
        assert_eq!(export(&store, folder.path()).unwrap(), 10);
        let again = export(&store, folder.path()).unwrap_err();
        assert_eq!(again.id, "lab-exchange-exists");

        let home = folder.path().join("ana");
        assert!(home.join("Maildir/.CON%2Fa%3Ab.año/cur").is_dir());
        import(&store, "luis", &[home.join("Maildir")]).unwrap();
        import(&store, "eva", &[home.join("mbox/INBOX.mbox")]).unwrap();
        let all = |account: &str| -> Vec<(Vec<u8>, i64, Flags)> {
            let mailbox = store.mailbox(account, "INBOX").unwrap();
            let read = |e: &Entry| mailbox.read(e.message, 0, usize::MAX).unwrap();
            let mut all: Vec<_> =
                mailbox.snapshot().iter().map(|e| (read(e), e.date, e.flags.clone())).collect();
            all.sort_by_key(|(_, date, _)| *date);
            all
        };
        assert_eq!(all("ana"), all("luis"));
        let plain =
            |all: Vec<(Vec<u8>, i64, Flags)>| -> Vec<_> { all.into_iter().map(|(b, d, _)| (b, d)).collect() };
        assert_eq!(plain(all("ana")), plain(all("eva")));
        store.check().unwrap();
    }

    #[test]
    fn a_name_is_one_harmless_part_of_a_path() {
        for (name, part) in [
            ("Sent", "Sent"),
            ("..", "%2E."),
            ("a/../b", "a%2F.%2E%2Fb"),
            ("año.b", "año.b"),
            (".a\\b\0", "%2Ea%5Cb%00"),
        ] {
            assert_eq!(plain(name), part);
        }
        let long = ["/".repeat(200), "/".repeat(201)].map(|name| plain(&name));
        assert!(long.iter().all(|part| part.len() < 150) && long[0] != long[1]);
    }
}
