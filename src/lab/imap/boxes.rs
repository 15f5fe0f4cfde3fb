//! The commands about mailboxes: CREATE, DELETE, RENAME, SUBSCRIBE, LIST in all its forms, LSUB, STATUS.

use std::collections::{BTreeMap, BTreeSet};

use super::command::{Command, List};
use super::{Answer, Fail, ImapServant, missing, say};
use crate::lab::profile::Profile;
use crate::lab::servant::Outcome;
use crate::lab::store::{MailboxInfo, SEPARATOR, StoreError, System};

/// What LIST may tell of a name.
#[derive(Default)]
struct Node {
    /// Whether there is such a mailbox, rather than only some below it.
    exists: bool,
    special: Option<String>,
    subscribed: bool,
    /// Whether there are mailboxes below it.
    children: bool,
    /// Whether some below it are subscribed.
    below: bool,
    /// Whether some of those do not match the patterns, and so are not told of themselves.
    untold: bool,
}

/// Patterns longer than any name match nothing.
const PATTERN: usize = 600;

impl ImapServant {
    pub(super) fn about_mailboxes(&mut self, command: Command, out: &mut Outcome) -> Answer {
        let account = self.account.clone().unwrap_or_default();
        let store = &self.lab.store;
        match command {
            Command::Create(name, special) => self.create(&account, &name, special.as_deref()),
            Command::Delete(name) => {
                store.delete(&account, &name).map_err(|e| self.no_such(&e, &name))?;
                Ok("Delete completed.".into())
            }
            Command::Rename(from, to) => {
                let to = to.trim_end_matches(SEPARATOR);
                store.rename(&account, &from, to).map_err(|e| self.no_such(&e, &from))?;
                Ok("Rename completed.".into())
            }
            Command::Subscribe(name, on) => {
                // RFC 9051 §6.3.7 lets a server look whether there is such a mailbox.
                if on {
                    store.mailbox(&account, &name).map_err(|e| self.no_such(&e, &name))?;
                }
                store.subscribe(&account, &name, on)?;
                Ok(format!("{} completed.", if on { "Subscribe" } else { "Unsubscribe" }))
            }
            Command::List(list) => Ok(self.list(&account, &list, out)),
            Command::Status(name, items) => {
                let mailbox = store.mailbox(&account, &name).map_err(|e| self.no_such(&e, &name))?;
                out.text(status(&mailbox, &name, &items));
                Ok("Status completed.".into())
            }
            _ => Err(Fail::No("[SERVERBUG] This command is not known here.".into())),
        }
    }

    fn no_such(&self, error: &StoreError, name: &str) -> Fail {
        match error {
            StoreError::NoMailbox => Fail::No(missing(error, name).replace("[TRYCREATE]", "[NONEXISTENT]")),
            error => Fail::from(error.clone()),
        }
    }

    fn create(&self, account: &str, name: &str, special: Option<&str>) -> Answer {
        // RFC 9051 §6.3.4: a separator at the end tells that something will be made below it.
        let name = name.strip_suffix(SEPARATOR).unwrap_or(name);
        // And what is above it is made too.
        for (at, _) in name.match_indices(SEPARATOR).filter(|(at, _)| *at > 0) {
            match self.lab.store.create(account, &name[..at], None) {
                Ok(()) | Err(StoreError::Exists | StoreError::NotAllowed("inbox")) => {}
                Err(error) => return Err(too_many(&error)),
            }
        }
        self.lab.store.create(account, name, special).map_err(|e| too_many(&e))?;
        Ok("Create completed.".into())
    }

    fn list(&self, account: &str, list: &List, out: &mut Outcome) -> String {
        let verb = if list.lsub { "LSUB" } else { "LIST" };
        let done = format!("{} completed.", if list.lsub { "Lsub" } else { "List" });
        if !list.extended && list.patterns.iter().all(String::is_empty) {
            // RFC 9051 §6.3.9: an empty name asks for the separator.
            out.text(format!("* {verb} (\\Noselect) \"{SEPARATOR}\" \"\"\r\n"));
            return done;
        }
        let patterns: Vec<String> = list.patterns.iter().map(|p| format!("{}{p}", list.reference)).collect();
        let mut said = String::new();
        let matches = |name: &str| patterns.iter().any(|p| names(p, name));
        for (name, node) in self.nodes(account, list, &matches) {
            if !matches(&name) {
                continue;
            }
            let Some(words) = self.attributes(&node, list) else { continue };
            let childinfo = list.recursive && list.subscribed && node.below;
            let info = if childinfo { " (\"CHILDINFO\" (\"SUBSCRIBED\"))" } else { "" };
            let wire = say::mailbox(&name);
            said.push_str(&format!("* {verb} ({}) \"{SEPARATOR}\" {wire}{info}\r\n", words.join(" ")));
            if let Some(items) = list.return_status.as_ref().filter(|_| node.exists) {
                let mailbox = self.lab.store.mailbox(account, &name);
                said.extend(mailbox.map(|m| status(&m, &name, items)));
            }
        }
        if !said.is_empty() {
            out.text(said);
        }
        done
    }

    /// All names, those too that only have something below them.
    fn nodes(&self, account: &str, list: &List, matches: &dyn Fn(&str) -> bool) -> Vec<(String, Node)> {
        let store = &self.lab.store;
        let subscribed: BTreeSet<String> = store.subscriptions(account).into_iter().collect();
        let mut nodes: BTreeMap<String, Node> = BTreeMap::new();
        for MailboxInfo { name, special_use, .. } in store.mailboxes(account) {
            for (at, _) in name.match_indices(SEPARATOR) {
                nodes.entry(name[..at].to_owned()).or_default().children = true;
            }
            let node = nodes.entry(name.clone()).or_default();
            (node.exists, node.special) = (true, special_use);
        }
        for name in &subscribed {
            let untold = !matches(name);
            for (at, _) in name.match_indices(SEPARATOR) {
                let above = nodes.entry(name[..at].to_owned()).or_default();
                (above.below, above.untold) = (true, above.untold || untold);
            }
            nodes.entry(name.clone()).or_default().subscribed = true;
        }
        // What there is none of is only told of where subscriptions are asked for.
        nodes.retain(|_, n| n.exists || n.children || list.lsub || list.subscribed);
        let inbox = nodes.remove_entry("INBOX");
        inbox.into_iter().chain(nodes).collect()
    }

    /// What is said of a name; none where it is not asked for.
    fn attributes(&self, node: &Node, list: &List) -> Option<Vec<String>> {
        let mut words: Vec<String> = Vec::new();
        let mut word = |w: &str| words.push(w.to_owned());
        if list.lsub {
            // RFC 3501 §6.3.9: `%` shows the level above a subscribed name, which is not one itself.
            match (node.subscribed, node.below) {
                (false, false) => return None,
                (false, true) => word("\\Noselect"),
                _ => {}
            }
            return Some(words);
        }
        // RFC 5258 §3.1: only if what is below is not told of itself.
        let below = list.recursive && node.untold;
        let chosen =
            (!list.subscribed || node.subscribed || below) && (!list.special || node.special.is_some());
        if !chosen {
            return None;
        }
        let bare = self.profile() == Profile::Bare;
        if !node.exists {
            word(if list.extended { "\\NonExistent" } else { "\\Noselect" });
        }
        if node.subscribed && (list.subscribed || list.return_subscribed) {
            word("\\Subscribed");
        }
        if list.return_children || (!list.extended && !bare) {
            word(if node.children { "\\HasChildren" } else { "\\HasNoChildren" });
        }
        let special = list.special || list.return_special || (!list.extended && !bare);
        words.extend(node.special.clone().filter(|_| special));
        Some(words)
    }
}

/// Why a mailbox was not made.
fn too_many(error: &StoreError) -> Fail {
    match error {
        StoreError::Full => Fail::No("[LIMIT] This account has as many mailboxes as it can have.".into()),
        error => Fail::from(error.clone()),
    }
}

/// A STATUS reply.
fn status(mailbox: &std::sync::Arc<crate::lab::store::Mailbox>, name: &str, items: &[String]) -> String {
    let entries = mailbox.snapshot();
    let value = |item: &str| -> u64 {
        match item {
            "MESSAGES" => entries.len() as u64,
            "RECENT" => {
                let first = mailbox.recent();
                (entries.len() - entries.partition_point(|e| e.uid < first)) as u64
            }
            "UIDNEXT" => mailbox.uid_next().into(),
            "UIDVALIDITY" => mailbox.uid_validity().into(),
            "UNSEEN" => entries.iter().filter(|e| !e.flags.has(System::Seen)).count() as u64,
            _ => entries.iter().map(|e| e.size).sum(),
        }
    };
    let pairs: Vec<String> = items.iter().map(|item| format!("{item} {}", value(item))).collect();
    format!("* STATUS {} ({})\r\n", say::mailbox(name), pairs.join(" "))
}

/// Whether a pattern names a mailbox: `*` is anything, `%` anything of one level (RFC 9051 §6.3.9).
fn names(pattern: &str, name: &str) -> bool {
    let matches = |pattern: &str| {
        let pattern: Vec<char> = pattern.chars().collect();
        if pattern.len() > PATTERN {
            return false;
        }
        // `at[i]`: the first i letters of the pattern can be the name so far.
        let mut at = vec![false; pattern.len() + 1];
        let wild = |at: &mut Vec<bool>| {
            for (i, p) in pattern.iter().enumerate() {
                at[i + 1] |= at[i] && matches!(p, '*' | '%');
            }
        };
        at[0] = true;
        wild(&mut at);
        for letter in name.chars() {
            let mut next = vec![false; pattern.len() + 1];
            for (i, p) in pattern.iter().enumerate() {
                match p {
                    '*' => next[i + 1] |= at[i + 1],
                    '%' => next[i + 1] |= at[i + 1] && letter != SEPARATOR,
                    p => next[i + 1] |= at[i] && *p == letter,
                }
            }
            wild(&mut next);
            at = next;
        }
        at[pattern.len()]
    };
    matches(pattern) || (name == "INBOX" && matches(&pattern.to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, name, is) in [
            ("*", "a.b", true),
            ("%", "a.b", false),
            ("%", "a", true),
            ("a.%", "a.b", true),
            ("a.%", "a.b.c", false),
            ("a*c", "a.b.c", true),
            ("inbox", "INBOX", true),
            ("A", "a", false),
            ("%.%", "a.b", true),
            ("*%", "", true),
            ("", "a", false),
        ] {
            assert_eq!(names(pattern, name), is, "{pattern} {name}");
        }
    }
}
