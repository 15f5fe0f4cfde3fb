//! What the three protocols' small machines share: whose line it may be at which cost, and what may be missing
//! before it. Costs are in tenths of a surprise: 0 is what the protocol expects, 10 a slip, 20 and more what
//! hardly ever happens.
//!
//! These machines are not the dialects: a dialect observes, cannot fail and therefore cannot prefer one reading to
//! another, and a copy of one for each hypothesis of each line would cost thousands of allocations. A machine is a
//! few bytes that can be compared, so equal hypotheses merge. What is found goes through the dialect afterwards.

use super::feature::Features;
use crate::dialogue::Side;
use crate::dialogue::mark::Missing;

/// A line's reading: the state after it, and its cost.
pub type Reading<S> = (S, u32);

/// A protocol's machine.
pub trait Machine: Copy + Eq {
    /// The line, said by the server. `marked`: something else than its words says so.
    fn server(self, line: &Features, marked: bool, out: &mut Vec<Reading<Self>>);
    /// The line, said by the client.
    fn client(self, line: &Features, marked: bool, out: &mut Vec<Reading<Self>>);
    /// What may have been lost here.
    fn lost(self, out: &mut Vec<(Self, u32, Missing)>);
    /// Inside a message or a literal, where any line may stand.
    fn in_body(self) -> bool;
    /// Whose message it is in the midst of, where the next line of it changes nothing.
    fn flows(self) -> Option<Side>;
    /// How many commands wait.
    fn waiting(self) -> usize;
    /// Nobody waits for anything.
    fn settled(self) -> bool;
    /// The dialogue has ended as it should.
    fn over(self) -> bool;
}

/// Commands that wait for their answers, oldest first; more than fit are forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Queue<K> {
    items: [Option<K>; 8],
}

impl<K: Copy + Eq> Queue<K> {
    /// One that holds this.
    pub fn of(first: Option<K>) -> Self {
        let mut items = [None; 8];
        items[0] = first;
        Queue { items }
    }

    /// The one that is answered next.
    pub fn front(&self) -> Option<K> {
        self.items[0]
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.items[0].is_none()
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.items.iter().flatten().count()
    }

    /// One more waits.
    #[must_use]
    pub fn push(mut self, item: K) -> Self {
        let at = self.len().min(7);
        self.items[at] = Some(item);
        self
    }

    /// One more waits, and is answered next.
    #[must_use]
    pub fn push_front(mut self, item: K) -> Self {
        self.items.rotate_right(1);
        self.items[0] = Some(item);
        self
    }

    /// The oldest is answered.
    #[must_use]
    pub fn pop(mut self) -> Self {
        self.items[0] = None;
        self.items.rotate_left(1);
        self
    }

    /// One of them is answered.
    #[must_use]
    pub fn take(mut self, item: impl Fn(&K) -> bool) -> Option<(Self, K)> {
        let at = self.items.iter().position(|i| i.as_ref().is_some_and(&item))?;
        let found = self.items[at].take()?;
        self.items[at..].rotate_left(1);
        Some((self, found))
    }
}
