//! Accounts and mailboxes: names, passwords, subscriptions. A mailbox's name is a key in a table and nothing
//! else; the file system never sees it.

use std::collections::BTreeMap;
use std::sync::Arc;

use redb::{ReadableDatabase, ReadableTable};

use super::changes;
use super::error::{Result, StoreError};
use super::mailbox::{Effect, Effects, Mailbox};
use super::rows::{ACCOUNTS, BoxState, MAILBOXES, SUBSCRIBED, Tables, page_of};
use super::writer::{Keep, lock};
use super::{SEPARATOR, Store};

/// What every account begins with, beside INBOX: name and special use, subscribed, as the practice's Dovecot.
const DEFAULTS: [(&str, &str); 3] = [("Drafts", "\\Drafts"), ("Sent", "\\Sent"), ("Trash", "\\Trash")];

/// Addresses that every domain has (RFC 5321 §4.5.1, RFC 2142); the first account gets their mail.
const ROLES: [&str; 3] = ["postmaster", "abuse", "hostmaster"];

/// A mailbox in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailboxInfo {
    /// Its name, in UTF-8, with [`SEPARATOR`] between the levels.
    pub name: String,
    /// Whether it is subscribed.
    pub subscribed: bool,
    /// Its special use (RFC 6154): `\Sent`.
    pub special_use: Option<String>,
}

impl Store {
    /// The accounts' names.
    pub fn accounts(&self) -> Vec<String> {
        self.all_accounts().unwrap_or_default()
    }

    fn all_accounts(&self) -> Result<Vec<String>> {
        let table = self.inner.database.begin_read()?.open_table(ACCOUNTS)?;
        let mut names = Vec::new();
        for row in table.iter()? {
            names.push(row?.0.value().to_owned());
        }
        Ok(names)
    }

    /// The password of an account, by its name or address.
    pub fn password(&self, account: &str) -> Option<String> {
        let name = self.account_of(account)?;
        let table = self.inner.database.begin_read().ok()?.open_table(ACCOUNTS).ok()?;
        table.get(name.as_str()).ok()?.map(|v| v.value().to_owned())
    }

    /// The account of a name or an address: blind to case, without `+detail`, of a domain that is ours.
    pub fn account_of(&self, address: &str) -> Option<String> {
        let (local, domain) = match address.rsplit_once('@') {
            Some((local, domain)) => (local, Some(domain)),
            None => (address, None),
        };
        if let Some(domain) = domain
            && !lock(&self.inner.domains).iter().any(|d| d.eq_ignore_ascii_case(domain))
        {
            return None;
        }
        let local = unquote(local).to_lowercase();
        let accounts = self.accounts();
        let known = |name: &str| accounts.iter().find(|a| *a == name).cloned();
        let role = |name: &str| ROLES.contains(&name).then(|| accounts.first().cloned()).flatten();
        let found = |name: &str| known(name).or_else(|| role(name));
        found(&local).or_else(|| found(local.split_once('+')?.0))
    }

    /// The domains whose addresses are ours.
    pub fn set_domains(&self, domains: &[&str]) {
        *lock(&self.inner.domains) = domains.iter().map(|d| (*d).to_owned()).collect();
    }

    /// Makes an account, with its first mailboxes.
    ///
    /// # Errors
    /// [`StoreError::Exists`], and [`StoreError::NotAllowed`] for a name that is no local part of an address.
    pub fn add_account(&self, name: &str, password: &str) -> Result<()> {
        let name = name.to_lowercase();
        let plain = |c: char| c.is_alphanumeric() || "-_.=".contains(c);
        if name.is_empty() || name.len() > 64 || !name.chars().all(plain) {
            return Err(StoreError::NotAllowed("account-name"));
        }
        let (password, now) = (password.to_owned(), self.inner.now());
        let ids: [u64; 4] = std::array::from_fn(|_| self.inner.next_id());
        self.inner.write(Keep::Durable, move |tables, _| {
            if tables.accounts.get(name.as_str())?.is_some() {
                return Err(StoreError::Exists);
            }
            tables.accounts.insert(name.as_str(), password.as_str())?;
            let boxes = [("INBOX", "")].into_iter().chain(DEFAULTS);
            for ((mailbox, special_use), id) in boxes.zip(ids) {
                make(tables, (&name, mailbox), special_use, id, now)?;
                if mailbox != "INBOX" {
                    tables.subscribed.insert((name.as_str(), mailbox), ())?;
                }
            }
            Ok(())
        })
    }

    /// Gives an account another password.
    ///
    /// # Errors
    /// [`StoreError::NoAccount`]; the database's.
    pub fn set_password(&self, account: &str, password: &str) -> Result<()> {
        let (account, password) = (account.to_lowercase(), password.to_owned());
        self.inner.write(Keep::Durable, move |tables, _| {
            if tables.accounts.get(account.as_str())?.is_none() {
                return Err(StoreError::NoAccount);
            }
            tables.accounts.insert(account.as_str(), password.as_str())?;
            Ok(())
        })
    }

    /// The mailboxes of an account: INBOX first, then by name.
    pub fn mailboxes(&self, account: &str) -> Vec<MailboxInfo> {
        self.all_mailboxes(account).unwrap_or_default()
    }

    fn all_mailboxes(&self, account: &str) -> Result<Vec<MailboxInfo>> {
        let txn = self.inner.database.begin_read()?;
        let (table, subscribed) = (txn.open_table(MAILBOXES)?, txn.open_table(SUBSCRIBED)?);
        let mut all = Vec::new();
        for row in table.range((account, "")..)? {
            let (key, value) = row?;
            let (of, name) = key.value();
            if of != account {
                break;
            }
            let special_use = Some(value.value().1).filter(|s| !s.is_empty()).map(str::to_owned);
            let subscribed = subscribed.get((account, name))?.is_some();
            all.push(MailboxInfo { name: name.to_owned(), subscribed, special_use });
        }
        all.sort_by_key(|info| info.name != "INBOX");
        Ok(all)
    }

    /// The names an account is subscribed to, whether there are such mailboxes or not.
    pub fn subscriptions(&self, account: &str) -> Vec<String> {
        self.all_subscriptions(account).unwrap_or_default()
    }

    fn all_subscriptions(&self, account: &str) -> Result<Vec<String>> {
        let table = self.inner.database.begin_read()?.open_table(SUBSCRIBED)?;
        let mut all = Vec::new();
        for row in table.range((account, "")..)? {
            let key = row?.0;
            let (of, name) = key.value();
            if of != account {
                break;
            }
            all.push(name.to_owned());
        }
        Ok(all)
    }

    /// Makes a mailbox.
    ///
    /// # Errors
    /// [`StoreError::Exists`], [`StoreError::NotAllowed`], [`StoreError::Full`], [`StoreError::NoAccount`].
    pub fn create(&self, account: &str, name: &str, special_use: Option<&str>) -> Result<()> {
        let (account, name) = (account.to_owned(), self.proper(name)?);
        let special_use = special_use.unwrap_or_default().to_owned();
        let (id, now, limit) = (self.inner.next_id(), self.inner.now(), self.inner.limits.mailboxes);
        self.inner.write(Keep::Durable, move |tables, _| {
            if !matches!(tables.mailbox(&account, &name), Err(StoreError::NoMailbox)) {
                tables.mailbox(&account, &name)?;
                return Err(StoreError::Exists);
            }
            if names(tables, &account)?.len() >= limit {
                return Err(StoreError::Full);
            }
            make(tables, (&account, &name), &special_use, id, now)
        })
    }

    /// Deletes a mailbox with its messages; those below it stay. The subscription stays too.
    ///
    /// # Errors
    /// [`StoreError::NoMailbox`]; [`StoreError::NotAllowed`] for INBOX.
    pub fn delete(&self, account: &str, name: &str) -> Result<()> {
        let (account, name) = (account.to_owned(), self.proper(name)?);
        if name == "INBOX" {
            return Err(StoreError::NotAllowed("inbox"));
        }
        self.inner.write(Keep::Durable, move |tables, effects| {
            let id = tables.mailbox(&account, &name)?;
            let uids = uids(tables, id)?;
            changes::expunge(tables, effects, id, &uids)?;
            tables.mailboxes.remove((account.as_str(), name.as_str()))?;
            tables.boxes.remove(id)?;
            tables.keywords.remove(id)?;
            effects.push(id, Effect::Deleted);
            Ok(())
        })
    }

    /// Renames a mailbox and those below it; of INBOX it moves the messages (RFC 9051 §6.3.6). Subscriptions
    /// stay with the old names.
    ///
    /// # Errors
    /// [`StoreError::NoMailbox`], [`StoreError::Exists`], [`StoreError::NotAllowed`].
    pub fn rename(&self, account: &str, from: &str, to: &str) -> Result<()> {
        let (account, from, to) = (account.to_owned(), self.proper(from)?, self.proper(to)?);
        if to.strip_prefix(&from).is_some_and(|rest| rest.starts_with(SEPARATOR)) {
            return Err(StoreError::NotAllowed("into-itself"));
        }
        let (limit, longest) = (self.inner.limits.mailboxes, self.inner.limits.name);
        let (id, now) = (self.inner.next_id(), self.inner.now());
        self.inner.write(Keep::Durable, move |tables, effects| {
            tables.mailbox(&account, &from)?;
            if tables.mailbox(&account, &to).is_ok() {
                return Err(StoreError::Exists);
            }
            let all = names(tables, &account)?;
            if from == "INBOX" {
                if all.len() >= limit {
                    return Err(StoreError::Full);
                }
                return empty_inbox(tables, effects, (&account, &to), (id, now));
            }
            let below = format!("{from}{SEPARATOR}");
            let moved = all.iter().filter(|(name, _)| **name == from || name.starts_with(&below));
            let moved: Vec<_> =
                moved.map(|(name, row)| (name, to.clone() + &name[from.len()..], row)).collect();
            if moved.iter().any(|(_, new, _)| new.len() > longest) {
                return Err(StoreError::NotAllowed("name-long"));
            }
            if moved.iter().any(|(_, new, _)| all.contains_key(new)) {
                return Err(StoreError::Exists);
            }
            for (old, new, (id, special_use)) in moved {
                tables.mailboxes.remove((account.as_str(), old.as_str()))?;
                tables.mailboxes.insert((account.as_str(), new.as_str()), (*id, special_use.as_str()))?;
                effects.push(*id, Effect::Named(new));
            }
            Ok(())
        })
    }

    /// Subscribes to a name, or not any more. Whether there is such a mailbox does not matter.
    ///
    /// # Errors
    /// [`StoreError::NoAccount`], [`StoreError::NotAllowed`]; [`StoreError::Full`].
    pub fn subscribe(&self, account: &str, name: &str, on: bool) -> Result<()> {
        let (account, name) = (account.to_owned(), self.proper(name)?);
        if self.subscriptions(&account).len() >= 2 * self.inner.limits.mailboxes && on {
            return Err(StoreError::Full);
        }
        self.inner.write(Keep::Durable, move |tables, _| {
            if tables.accounts.get(account.as_str())?.is_none() {
                return Err(StoreError::NoAccount);
            }
            if on {
                tables.subscribed.insert((account.as_str(), name.as_str()), ())?;
            } else {
                tables.subscribed.remove((account.as_str(), name.as_str()))?;
            }
            Ok(())
        })
    }

    /// Opens a mailbox: all who have it open share its index.
    ///
    /// # Errors
    /// [`StoreError::NoAccount`], [`StoreError::NoMailbox`]; the database's.
    pub fn mailbox(&self, account: &str, name: &str) -> Result<Arc<Mailbox>> {
        let name = self.proper(name).map_err(|_| StoreError::NoMailbox)?;
        let id = {
            let txn = self.inner.database.begin_read()?;
            if txn.open_table(ACCOUNTS)?.get(account)?.is_none() {
                return Err(StoreError::NoAccount);
            }
            let row = txn.open_table(MAILBOXES)?.get((account, name.as_str()))?;
            row.ok_or(StoreError::NoMailbox)?.value().0
        };
        let index = self.inner.index(account, &name, id)?;
        Ok(Arc::new(Mailbox::new(self.inner.clone(), index)))
    }

    /// A mailbox's name as it is kept: INBOX in capitals, whatever was typed (RFC 9051 §5.1).
    fn proper(&self, name: &str) -> Result<String> {
        let wrong = |rule| Err(StoreError::NotAllowed(rule));
        if name.is_empty() {
            return wrong("name-empty");
        }
        if name.len() > self.inner.limits.name {
            return wrong("name-long");
        }
        if name.chars().any(|c| c.is_control() || c == '\u{fffd}') {
            return wrong("name-control");
        }
        let (first, rest) = match name.split_once(SEPARATOR) {
            Some((first, rest)) => (first, Some(rest)),
            None => (name, None),
        };
        if first.is_empty() || rest.is_some_and(|rest| rest.split(SEPARATOR).any(str::is_empty)) {
            return wrong("name-separator");
        }
        Ok(match rest {
            _ if !first.eq_ignore_ascii_case("INBOX") => name.to_owned(),
            None => "INBOX".to_owned(),
            Some(rest) => format!("INBOX{SEPARATOR}{rest}"),
        })
    }
}

/// A local part without its quotes.
fn unquote(local: &str) -> String {
    match local.strip_prefix('"').and_then(|l| l.strip_suffix('"')) {
        Some(inner) => inner.replace('\\', ""),
        None => local.to_owned(),
    }
}

/// Makes a mailbox with a UIDVALIDITY that no mailbox had before it.
fn make(
    tables: &mut Tables<'_>,
    (account, name): (&str, &str),
    special_use: &str,
    id: u64,
    now: i64,
) -> Result<()> {
    let last = tables.number("validity")?;
    let validity = u64::try_from(now).unwrap_or(1).max(last + 1);
    let uid_validity = u32::try_from(validity).map_err(|_| StoreError::Full)?;
    tables.meta.insert("validity", validity)?;
    tables.mailboxes.insert((account, name), (id, special_use))?;
    tables.set_state(id, BoxState { uid_validity, uid_next: 1, modseq: 1, recent: 1 })
}

/// The mailboxes of an account.
fn names(tables: &Tables<'_>, account: &str) -> Result<BTreeMap<String, (u64, String)>> {
    let mut all = BTreeMap::new();
    for row in tables.mailboxes.range((account, "")..)? {
        let (key, value) = row?;
        let (of, name) = key.value();
        if of != account {
            break;
        }
        let (id, special_use) = value.value();
        all.insert(name.to_owned(), (id, special_use.to_owned()));
    }
    Ok(all)
}

/// The UIDs in a mailbox.
fn uids(tables: &Tables<'_>, mailbox: u64) -> Result<Vec<u32>> {
    let mut all = Vec::new();
    let last = page_of(tables.state(mailbox)?.uid_next);
    let mut pages = Vec::new();
    for row in tables.entries.range((mailbox, 0)..=(mailbox, last))? {
        pages.push(row?.0.value().1);
    }
    for page in pages {
        all.extend(tables.page(mailbox, page)?.iter().map(|r| r.uid));
    }
    Ok(all)
}

/// The messages of INBOX, to a mailbox made for them.
fn empty_inbox(
    tables: &mut Tables<'_>,
    effects: &mut Effects,
    (account, to): (&str, &str),
    (id, now): (u64, i64),
) -> Result<()> {
    let inbox = tables.mailbox(account, "INBOX")?;
    let all = uids(tables, inbox)?;
    make(tables, (account, to), "", id, now)?;
    changes::copy(tables, effects, (inbox, id), &all, now, u64::MAX)?;
    changes::expunge(tables, effects, inbox, &all)
}
