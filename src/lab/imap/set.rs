//! Sets of message numbers or UIDs: `2,4:7,*` (RFC 9051 §9, sequence-set).

/// One end of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Number(u32),
    /// `*`: the largest there is.
    Last,
}

/// A set as it was written; what `*` is, the mailbox tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set(Vec<(End, End)>);

/// How many ranges a set may have: a line of 64 KiB has no more.
const MOST: usize = 32 * 1024;

impl Set {
    /// Reads a set.
    pub fn parse(text: &str) -> Option<Set> {
        let end = |word: &str| match word {
            "*" => Some(End::Last),
            _ if word.bytes().all(|b| b.is_ascii_digit()) => {
                word.parse().ok().filter(|n| *n > 0).map(End::Number)
            }
            _ => None,
        };
        let range = |part: &str| match part.split_once(':') {
            Some((from, to)) => Some((end(from)?, end(to)?)),
            None => end(part).map(|e| (e, e)),
        };
        let ranges: Option<Vec<_>> = text.split(',').map(range).collect();
        ranges.filter(|r| r.len() <= MOST).map(Set)
    }

    /// The ranges as numbers, ascending and apart; `last` is what `*` stands for.
    pub fn ranges(&self, last: u32) -> Vec<(u32, u32)> {
        let number = |end: End| match end {
            End::Number(n) => n,
            End::Last => last,
        };
        // A range may be written either way round (RFC 9051 §9, seq-range).
        let ordered = |(a, b): &(End, End)| (number(*a).min(number(*b)), number(*a).max(number(*b)));
        let mut all: Vec<(u32, u32)> = self.0.iter().map(ordered).collect();
        all.sort_unstable();
        let mut joined: Vec<(u32, u32)> = Vec::with_capacity(all.len());
        for (from, to) in all {
            match joined.last_mut() {
                Some(before) if from <= before.1.saturating_add(1) => before.1 = before.1.max(to),
                _ => joined.push((from, to)),
            }
        }
        joined
    }

    /// The largest number that is written out, where there is one.
    pub fn largest(&self) -> Option<u32> {
        let number = |end: &End| match end {
            End::Number(n) => Some(*n),
            End::Last => None,
        };
        // `5:*` is about what there is from 5 on, and about the last one in any case.
        let range = |(from, to): &(End, End)| match (number(from), number(to)) {
            (Some(from), Some(to)) => Some(from.max(to)),
            _ => None,
        };
        self.0.iter().filter_map(range).max()
    }
}

/// Whether a number is in ranges that are ascending and apart.
pub fn holds(ranges: &[(u32, u32)], n: u32) -> bool {
    let at = ranges.partition_point(|(_, to)| *to < n);
    ranges.get(at).is_some_and(|(from, _)| *from <= n)
}

/// Writes ascending numbers as a set: `1:3,7`.
pub fn write(numbers: impl IntoIterator<Item = u32>) -> String {
    let mut text = String::new();
    let mut open: Option<(u32, u32)> = None;
    let flush = |text: &mut String, (from, to): (u32, u32)| {
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(&from.to_string());
        if to > from {
            text.push_str(&format!(":{to}"));
        }
    };
    for n in numbers {
        open = match open {
            Some((from, to)) if n == to.wrapping_add(1) => Some((from, n)),
            Some(range) => {
                flush(&mut text, range);
                Some((n, n))
            }
            None => Some((n, n)),
        };
    }
    if let Some(range) = open {
        flush(&mut text, range);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_read() {
        for (text, last, ranges) in [
            ("1", 9, vec![(1, 1)]),
            ("2,4:7,*", 9, vec![(2, 2), (4, 7), (9, 9)]),
            ("*:3", 9, vec![(3, 9)]),
            ("20:*", 9, vec![(9, 20)]),
            ("5:1,2", 9, vec![(1, 5)]),
            ("3,1,2", 9, vec![(1, 3)]),
        ] {
            assert_eq!(Set::parse(text).unwrap().ranges(last), ranges, "{text}");
        }
        for text in ["", "0", "1:0", "a", "1,", ":1", "4294967296", "1:2:3", "-1"] {
            assert_eq!(Set::parse(text), None, "{text}");
        }
    }

    #[test]
    fn sets_are_written() {
        assert_eq!(write([1, 2, 3, 7, 9, 10]), "1:3,7,9:10");
        assert_eq!(write([]), "");
        assert!(holds(&[(1, 3), (7, 7)], 7) && !holds(&[(1, 3), (7, 7)], 5));
    }
}
