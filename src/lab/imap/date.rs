//! Dates of IMAP (RFC 9051 §9, date and date-time) and of a message's Date field, as numbers. The lab tells all
//! times in UTC.

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// Days since 1970 of a civil date; none where there is no such day.
pub fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=longest).contains(&day) || !(0..=9999).contains(&year) {
        return None;
    }
    // Years that begin in March: the leap day is their last (Hinnant's days_from_civil).
    let y = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (y.div_euclid(400), y.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// The civil date of a day since 1970.
fn civil(days: i64) -> (i64, usize, i64) {
    let z = days + 719_468;
    let (era, of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year_of = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of + year_of / 4 - year_of / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of + era * 400 + i64::from(month <= 2);
    (year, usize::try_from(month - 1).unwrap_or(0), day)
}

/// Writes a date-time: `17-Jul-1996 02:44:25 +0000`, without its quotes.
pub fn write(seconds: i64) -> String {
    // The grammar has four digits for a year.
    let seconds = seconds.clamp(0, 253_402_300_799);
    let (year, month, day) = civil(seconds.div_euclid(DAY));
    let of_day = seconds.rem_euclid(DAY);
    let (h, m, s) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{day:2}-{}-{year:04} {h:02}:{m:02}:{s:02} +0000", MONTHS[month])
}

fn month(word: &str) -> Option<i64> {
    let at = MONTHS.iter().position(|m| m.eq_ignore_ascii_case(word))?;
    i64::try_from(at).ok().map(|m| m + 1)
}

fn digits(word: &str, most: usize) -> Option<i64> {
    let fits = (1..=most).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| word.parse().ok()).flatten()
}

/// Reads `1-Feb-2026`: days since 1970.
pub fn parse_day(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let (day, name, year) = (parts.next()?, parts.next()?, parts.next()?);
    let four = year.len() == 4 && parts.next().is_none();
    four.then_some(())?;
    days(digits(year, 4)?, month(name)?, digits(day, 2)?)
}

fn time_of_day(text: &str) -> Option<i64> {
    let mut parts = text.split(':').map(|p| digits(p, 2));
    let (h, m) = (parts.next()??, parts.next()??);
    let s = parts.next().unwrap_or(Some(0))?;
    // A leap second counts as the one before it.
    (h < 24 && m < 60 && s <= 60 && parts.next().is_none()).then(|| h * 3600 + m * 60 + s.min(59))
}

fn zone(text: &str) -> Option<i64> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (h, m) = (digits(text.get(1..3)?, 2)?, digits(text.get(3..)?, 2)?);
    (text.len() == 5 && m < 60).then_some(sign * (h * 3600 + m * 60))
}

/// Reads APPEND's date-time, ` 1-Feb-2026 21:52:25 -0300`: seconds since 1970.
pub fn parse(text: &str) -> Option<i64> {
    let mut words = text.trim_start_matches(' ').split(' ');
    let day = parse_day(words.next()?)?;
    let time = time_of_day(words.next()?)?;
    let zone = zone(words.next()?)?;
    words.next().is_none().then_some(day * DAY + time - zone)
}

/// The day that a Date field names, time and zone left aside (RFC 9051 §6.4.4, SENTON): days since 1970.
pub fn sent_day(field: &str) -> Option<i64> {
    let text = field.split_once(',').map_or(field, |(_, rest)| rest);
    let mut words = text.split_ascii_whitespace();
    let (day, name, year) = (words.next()?, words.next()?, words.next()?);
    let year = match (digits(year, 4)?, year.len()) {
        // RFC 5322 §4.3: years of two and three digits.
        (y, 2) if y < 50 => y + 2000,
        (y, 2 | 3) => y + 1900,
        (y, _) => y,
    };
    days(year, month(name.get(..3)?)?, digits(day, 2)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_go_both_ways() {
        for (text, seconds) in [
            ("17-Jul-1996 02:44:25 -0700", 837_596_665),
            (" 1-Jan-1970 00:00:00 +0000", 0),
            ("29-Feb-2024 23:59:60 +0130", 1_709_245_799),
        ] {
            assert_eq!(parse(text), Some(seconds), "{text}");
        }
        for seconds in [0, 837_596_665, 1_458_218_191, 4_102_444_800] {
            assert_eq!(parse(&write(seconds)), Some(seconds));
        }
        assert_eq!(write(837_596_665), "17-Jul-1996 09:44:25 +0000");
        for text in [
            "30-Feb-2024 00:00:00 +0000",
            "1-Feb-24 00:00:00 +0000",
            "1-Feb-2024",
            "x",
            "1-Feb-2024 24:00:00 +0000",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_field_names_a_day() {
        let day = days(1996, 7, 17);
        for field in ["Wed, 17 Jul 1996 02:23:25 -0700 (PDT)", "17 Jul 96 02:23 EST", " 17 July 1996 1:2:3"] {
            assert_eq!(sent_day(field), day, "{field}");
        }
        assert_eq!(sent_day("yesterday"), None);
    }
}
