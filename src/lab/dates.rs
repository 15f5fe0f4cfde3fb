//! Dates as mail writes them.

use time::{Date, Month, OffsetDateTime};

struct Moment {
    weekday: String,
    month: String,
    clock: String,
    at: OffsetDateTime,
}

fn moment(seconds: i64) -> Moment {
    let at = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (hour, minute, second) = at.to_hms();
    let short = |name: String| name[..3].to_owned();
    Moment {
        weekday: short(at.weekday().to_string()),
        month: short(at.month().to_string()),
        clock: format!("{hour:02}:{minute:02}:{second:02}"),
        at,
    }
}

/// A Date field's value, so many hours from UTC: `Mon, 02 Mar 2026 10:00:00 -0300`.
pub fn header(seconds: i64, hours: i64) -> String {
    let Moment { weekday, month, clock, at } = moment(seconds.saturating_add(hours * 3600));
    let sign = if hours < 0 { '-' } else { '+' };
    format!("{weekday}, {:02} {month} {} {clock} {sign}{:02}00", at.day(), at.year(), hours.abs())
}

/// As Postfix writes it in header fields, the day padded with a blank, which RFC 5322 §3.3 allows:
/// `Mon,  2 Mar 2026 13:00:00 +0000 (UTC)`.
pub fn received(seconds: i64) -> String {
    let Moment { weekday, month, clock, at } = moment(seconds);
    format!("{weekday}, {:2} {month} {} {clock} +0000 (UTC)", at.day(), at.year())
}

/// `20180405215502`, as Postfix's message-ids begin.
pub fn stamp(seconds: i64) -> String {
    let at = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (hour, minute, second) = at.to_hms();
    format!("{:04}{:02}{:02}{hour:02}{minute:02}{second:02}", at.year(), u8::from(at.month()), at.day())
}

/// As it stands after the sender in an mbox: `Mon Mar  2 13:00:00 2026`.
pub fn asctime(seconds: i64) -> String {
    let Moment { weekday, month, clock, at } = moment(seconds);
    format!("{weekday} {month} {:2} {clock} {}", at.day(), at.year())
}

/// Reads what [`asctime`] writes; a zone between the clock and the year is passed over.
pub fn read_asctime(text: &str) -> Option<i64> {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let (&[_, month, day, clock], rest) = words.split_first_chunk::<4>()?;
    let months = (1..=12).filter_map(|n| Month::try_from(n).ok());
    let month = months.into_iter().find(|m| m.to_string()[..3] == *month)?;
    let date = Date::from_calendar_date(rest.last()?.parse().ok()?, month, day.parse().ok()?).ok()?;
    let mut parts = clock.split(':').map(|part| part.parse().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    let at = date.with_hms(hour, minute, parts.next().unwrap_or(Some(0))?).ok()?;
    Some(at.assume_utc().unix_timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_and_read() {
        assert_eq!(header(1_772_456_400, -3), "Mon, 02 Mar 2026 10:00:00 -0300");
        assert_eq!(received(1_772_456_400), "Mon,  2 Mar 2026 13:00:00 +0000 (UTC)");
        for seconds in [0, 951_782_399, 951_782_400, 1_772_456_400, 4_107_542_400, -1] {
            assert_eq!(read_asctime(&asctime(seconds)), Some(seconds));
        }
        assert_eq!(read_asctime("Thu Apr  5 21:55:02 UTC 2018"), Some(1_522_965_302));
        assert_eq!(read_asctime("gestern"), None);
    }

    #[test]
    fn a_date_is_written_as_the_sheet_s_size_tells() {
        assert_eq!(received(1_522_965_302), "Thu,  5 Apr 2018 21:55:02 +0000 (UTC)");
        assert_eq!(received(1_795_304_476), "Sat, 21 Nov 2026 23:41:16 +0000 (UTC)");
        assert_eq!(received(i64::MAX), "Thu,  1 Jan 1970 00:00:00 +0000 (UTC)");
    }
}
