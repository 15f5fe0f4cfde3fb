//! Dates as Postfix writes them in header fields (RFC 5322 §3.3).

use time::OffsetDateTime;

/// `Thu,  5 Apr 2018 21:55:02 +0000 (UTC)`: the day is padded with a blank, which the folding white space of
/// RFC 5322 §3.3 allows. Seconds since 1970, in UTC, as the practice's server has it.
pub fn mail_date(seconds: i64) -> String {
    let at = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (weekday, month) = (at.weekday().to_string(), at.month().to_string());
    let (hour, minute, second) = at.to_hms();
    format!(
        "{}, {:2} {} {:04} {hour:02}:{minute:02}:{second:02} +0000 (UTC)",
        &weekday[..3],
        at.day(),
        &month[..3],
        at.year()
    )
}

/// `20180405215502`, as Postfix's message-ids begin.
pub(super) fn stamp(seconds: i64) -> String {
    let at = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (hour, minute, second) = at.to_hms();
    format!("{:04}{:02}{:02}{hour:02}{minute:02}{second:02}", at.year(), u8::from(at.month()), at.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_as_the_sheet_s_size_tells() {
        assert_eq!(mail_date(1_522_965_302), "Thu,  5 Apr 2018 21:55:02 +0000 (UTC)");
        assert_eq!(mail_date(1_795_304_476), "Sat, 21 Nov 2026 23:41:16 +0000 (UTC)");
        assert_eq!(mail_date(i64::MAX), "Thu,  1 Jan 1970 00:00:00 +0000 (UTC)");
    }
}
