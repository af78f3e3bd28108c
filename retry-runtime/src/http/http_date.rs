//! The three forms of an HTTP-date ([RFC 9110 §5.6.7]).
//!
//! [RFC 9110 §5.6.7]: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7

use core::time::Duration;
use std::time::{SystemTime, UNIX_EPOCH};

use super::numbers::digits;

const DAYS: [&[u8]; 7] =
    [b"Monday", b"Tuesday", b"Wednesday", b"Thursday", b"Friday", b"Saturday", b"Sunday"];

const MONTHS: [&[u8]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

const SECONDS_PER_DAY: i64 = 86_400;

/// Reads a date in any of the three forms; `now` completes years of two digits.
pub(crate) fn parse(value: &[u8], now: SystemTime) -> Option<SystemTime> {
    let comma = value.iter().position(|&byte| byte == b',');
    let date = match comma {
        Some(3) => imf_fixdate(value)?,
        Some(_) => rfc850(value, now)?,
        None => asctime(value)?,
    };
    date.to_system_time()
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
fn imf_fixdate(value: &[u8]) -> Option<Date> {
    let mut input = Input(value);
    input.day_name(|name| &name[..3])?;
    input.skip(b", ")?;
    let day = input.number(2)?;
    input.skip(b" ")?;
    let month = input.month()?;
    input.skip(b" ")?;
    let year = input.number(4)?;
    input.skip(b" ")?;
    let second = input.time()?;
    input.skip(b" GMT")?;
    input.end()?;
    Some(Date { year, month, day, second })
}

/// `Sunday, 06-Nov-94 08:49:37 GMT`
fn rfc850(value: &[u8], now: SystemTime) -> Option<Date> {
    let mut input = Input(value);
    input.day_name(|name| name)?;
    input.skip(b", ")?;
    let day = input.number(2)?;
    input.skip(b"-")?;
    let month = input.month()?;
    input.skip(b"-")?;
    let year = input.number(2)?;
    input.skip(b" ")?;
    let second = input.time()?;
    input.skip(b" GMT")?;
    input.end()?;
    Some(Date { year, month, day, second }.in_century_of(now))
}

/// `Sun Nov  6 08:49:37 1994`
fn asctime(value: &[u8]) -> Option<Date> {
    let mut input = Input(value);
    input.day_name(|name| &name[..3])?;
    input.skip(b" ")?;
    let month = input.month()?;
    input.skip(b" ")?;
    let day = if input.skip(b" ").is_some() { input.number(1)? } else { input.number(2)? };
    input.skip(b" ")?;
    let second = input.time()?;
    input.skip(b" ")?;
    let year = input.number(4)?;
    input.end()?;
    Some(Date { year, month, day, second })
}

/// What is left to read.
pub(crate) struct Input<'a>(pub(crate) &'a [u8]);

impl<'a> Input<'a> {
    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn skip(&mut self, text: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(text)?;
        Some(())
    }

    pub(crate) fn number(&mut self, length: usize) -> Option<i64> {
        let number = digits(self.take(length)?)?;
        i64::try_from(number).ok()
    }

    fn day_name(&mut self, form: impl Fn(&'static [u8]) -> &'static [u8]) -> Option<()> {
        DAYS.iter().find_map(|name| self.skip(form(name)))
    }

    /// The month, from 1.
    fn month(&mut self) -> Option<i64> {
        let name = self.take(3)?;
        (1..).zip(MONTHS).find_map(|(month, known)| (known == name).then_some(month))
    }

    /// `08:49:37` as seconds of the day; the RFC allows a leap second.
    fn time(&mut self) -> Option<i64> {
        let hour = self.number(2)?;
        self.skip(b":")?;
        let minute = self.number(2)?;
        self.skip(b":")?;
        let second = self.number(2)?;
        (hour < 24 && minute < 60 && second <= 60).then_some((hour * 60 + minute) * 60 + second)
    }

    pub(crate) fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

pub(crate) struct Date {
    pub(crate) year: i64,
    /// From 1 to 12.
    pub(crate) month: i64,
    pub(crate) day: i64,
    /// Since midnight in UTC; a zone of another offset may lead into the next day or the last.
    pub(crate) second: i64,
}

impl Date {
    pub(crate) fn to_system_time(&self) -> Option<SystemTime> {
        if self.day == 0 || self.day > self.days_in_month() {
            return None;
        }
        let seconds = self.seconds_since_epoch();
        let distance = Duration::from_secs(seconds.unsigned_abs());
        if seconds >= 0 {
            UNIX_EPOCH.checked_add(distance)
        } else {
            // Platforms whose clock begins later still read an old date as past.
            Some(UNIX_EPOCH.checked_sub(distance).unwrap_or(UNIX_EPOCH))
        }
    }

    fn days_in_month(&self) -> i64 {
        match self.month {
            4 | 6 | 9 | 11 => 30,
            2 if self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0) => 29,
            2 => 28,
            _ => 31,
        }
    }

    fn seconds_since_epoch(&self) -> i64 {
        self.days_since_epoch() * SECONDS_PER_DAY + self.second
    }

    /// Years are counted from March, so that the leap day ends one (Howard Hinnant,
    /// "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`).
    fn days_since_epoch(&self) -> i64 {
        let year = if self.month <= 2 { self.year - 1 } else { self.year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((self.month + 9) % 12) + 2) / 5 + self.day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// Completes a year of two digits: the latest that is no more than 50 years after `now`
    /// (RFC 9110 §5.6.7).
    fn in_century_of(mut self, now: SystemTime) -> Self {
        let now = now.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        // The furthest second of a year of four digits; a clock beyond it changes nothing.
        let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX).min(253_402_300_799);
        let year = civil_year(now);
        self.year += year - year % 100 + 100;
        while self.is_later_than_50_years_after(now, year) {
            self.year -= 100;
        }
        self
    }

    fn is_later_than_50_years_after(&self, now: i64, year: i64) -> bool {
        let start_of_year = |year| Self { year, month: 1, day: 1, second: 0 }.seconds_since_epoch();
        let in_50_years = start_of_year(year + 50) + (now - start_of_year(year));
        self.seconds_since_epoch() > in_50_years
    }
}

/// The year of a second at or after the epoch.
fn civil_year(second: i64) -> i64 {
    let days = second / SECONDS_PER_DAY;
    // A year has at least 365 days, so this is never too early, and by 9999 five too late.
    let mut year = 1970 + days / 365;
    while (Date { year, month: 1, day: 1, second: 0 }).days_since_epoch() > days {
        year -= 1;
    }
    year
}
