//! What changed: logged in, a mailbox open or closed, logged out.

use crate::annotate::Moment;
use crate::dialect::{Phase, State};
use crate::dialogue::{Level, Note};

/// Says what a unit changed.
pub(super) fn notes(moment: Moment<'_>, say: &mut Vec<Note>) {
    let Moment { before, after } = moment;
    let note = |id: &'static str| Note::new(Level::State, id);
    let inside = |state: &State| matches!(state.phase, Phase::Authenticated | Phase::Selected);
    if before.phase == after.phase && before.mailbox == after.mailbox {
        return;
    }
    if inside(after) && !inside(before) {
        say.push(match &after.user {
            Some(user) => note("state-imap-logged-in").with("user", user),
            None => note("state-imap-logged-in-unnamed"),
        });
    }
    let name = |state: &State| state.mailbox.as_ref().map(|m| m.name.clone());
    match (name(before), name(after)) {
        (Some(old), Some(new)) if old == new => {}
        (old, Some(new)) => {
            let _ = old;
            let mailbox = after.mailbox.clone().unwrap_or_default();
            let messages = mailbox.exists.map_or_else(|| "?".to_owned(), |n| n.to_string());
            let id = if mailbox.read_only { "state-imap-opened-read-only" } else { "state-imap-opened" };
            say.push(note(id).with("mailbox", new).with("messages", messages));
        }
        (Some(old), None) if after.phase != Phase::Logout => {
            say.push(note("state-imap-closed").with("mailbox", old));
        }
        _ => {}
    }
    match (before.phase, after.phase) {
        (Phase::Logout, _) => {}
        (_, Phase::Logout) => say.push(note("state-imap-logged-out")),
        (Phase::Authenticated | Phase::Selected, Phase::NotAuthenticated) => {
            say.push(note("state-imap-unauthenticated"));
        }
        _ => {}
    }
}
