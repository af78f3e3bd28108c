//! The three forms of an HTTP-date ([RFC 9110 §5.6.7]).
//!
//! [RFC 9110 §5.6.7]: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7

use core::time::Duration;
use std::time::{SystemTime, UNIX_EPOCH};

const DAYS: [&[u8]; 7] =
    [b"Monday", b"Tuesday", b"Wednesday", b"Thursday", b"Friday", b"Saturday", b"Sunday"];

const SECONDS_PER_DAY: i64 = 86_400;

/// Reads a date in any of the three forms; `now` completes years of two digits, and is asked for where
/// there is one.
pub(crate) fn parse(value: &[u8], now: impl FnOnce() -> SystemTime) -> Option<SystemTime> {
    let date = match value.get(3) {
        Some(b',') => imf_fixdate(value.try_into().ok()?)?,
        Some(b' ') => asctime(value.try_into().ok()?)?,
        _ => rfc850(value)?.in_century_of(now()),
    };
    date.to_system_time()
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
fn imf_fixdate(value: &[u8; 29]) -> Option<Date> {
    let [d, a, y, b',', b' ', rest @ ..] = value else { return None };
    let [d1, d2, b' ', m1, m2, m3, b' ', y1, y2, y3, y4, b' ', time @ .., b' ', b'G', b'M', b'T'] =
        rest
    else {
        return None;
    };
    is_day_name([*d, *a, *y]).then_some(())?;
    Some(Date {
        year: number([*y1, *y2])? * 100 + number([*y3, *y4])?,
        month: month([*m1, *m2, *m3])?,
        day: number([*d1, *d2])?,
        second: time_of_day(*time)?,
    })
}

/// `Sunday, 06-Nov-94 08:49:37 GMT`, its year between 0 and 99.
fn rfc850(value: &[u8]) -> Option<Date> {
    let comma = value.iter().position(|&byte| byte == b',')?;
    let (name, rest) = value.split_at(comma);
    DAYS.contains(&name).then_some(())?;
    let rest: &[u8; 24] = rest.try_into().ok()?;
    let [
        b',',
        b' ',
        d1,
        d2,
        b'-',
        m1,
        m2,
        m3,
        b'-',
        y1,
        y2,
        b' ',
        time @ ..,
        b' ',
        b'G',
        b'M',
        b'T',
    ] = rest
    else {
        return None;
    };
    Some(Date {
        year: number([*y1, *y2])?,
        month: month([*m1, *m2, *m3])?,
        day: number([*d1, *d2])?,
        second: time_of_day(*time)?,
    })
}

/// `Sun Nov  6 08:49:37 1994`
fn asctime(value: &[u8; 24]) -> Option<Date> {
    let [d, a, y, b' ', m1, m2, m3, b' ', d1, d2, b' ', rest @ ..] = value else { return None };
    let [time @ .., b' ', y1, y2, y3, y4] = rest else { return None };
    is_day_name([*d, *a, *y]).then_some(())?;
    let tens = if *d1 == b' ' { b'0' } else { *d1 };
    Some(Date {
        year: number([*y1, *y2])? * 100 + number([*y3, *y4])?,
        month: month([*m1, *m2, *m3])?,
        day: number([tens, *d2])?,
        second: time_of_day(*time)?,
    })
}

fn number([tens, ones]: [u8; 2]) -> Option<i64> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
    Some(digit(tens)? * 10 + digit(ones)?)
}

fn is_day_name(name: [u8; 3]) -> bool {
    matches!(&name, b"Mon" | b"Tue" | b"Wed" | b"Thu" | b"Fri" | b"Sat" | b"Sun")
}

/// The month, from 1.
fn month(name: [u8; 3]) -> Option<i64> {
    Some(match &name {
        b"Jan" => 1,
        b"Feb" => 2,
        b"Mar" => 3,
        b"Apr" => 4,
        b"May" => 5,
        b"Jun" => 6,
        b"Jul" => 7,
        b"Aug" => 8,
        b"Sep" => 9,
        b"Oct" => 10,
        b"Nov" => 11,
        b"Dec" => 12,
        _ => return None,
    })
}

/// `08:49:37` as seconds of the day; the RFC allows a leap second.
fn time_of_day([h1, h2, colon, m1, m2, second_colon, s1, s2]: [u8; 8]) -> Option<i64> {
    let (hour, minute, second) = (number([h1, h2])?, number([m1, m2])?, number([s1, s2])?);
    let is_time = colon == b':' && second_colon == b':' && hour < 24 && minute < 60 && second <= 60;
    is_time.then_some((hour * 60 + minute) * 60 + second)
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
        while self.is_later_than_50_years_after(now) {
            self.year -= 100;
        }
        self
    }

    /// By the calendar: 50 years have 12 or 13 leap days.
    fn is_later_than_50_years_after(&self, now: i64) -> bool {
        Self { year: self.year - 50, ..*self }.seconds_since_epoch() > now
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
