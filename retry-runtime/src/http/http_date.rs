//! The three forms of an HTTP-date ([RFC 9110 §5.6.7]).
//!
//! The crate httpdate (1.0.3) checks the day's name against the date, refuses leap seconds and dates before 1970, and
//! expands two-digit years at a fixed year; the RFC requires a window up to 50 years from now. The tests compare both.
//!
//! [RFC 9110 §5.6.7]: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7

use core::time::Duration;
use std::time::{SystemTime, UNIX_EPOCH};

const DAYS: [&[u8]; 7] =
    [b"Monday", b"Tuesday", b"Wednesday", b"Thursday", b"Friday", b"Saturday", b"Sunday"];

const SECONDS_PER_DAY: i64 = 86_400;

/// Reads a date in any of the three forms. `now` completes years of two digits, and is called only for
/// them.
pub(crate) fn parse(value: &[u8], now: impl FnOnce() -> SystemTime) -> Option<SystemTime> {
    let date = match value.get(3) {
        Some(b',') => imf_fixdate(value.try_into().ok()?)?,
        Some(b' ') => asctime(value.try_into().ok()?)?,
        _ => rfc850(value)?.in_century_of(now()),
    };
    date.to_system_time()
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
#[inline]
fn imf_fixdate(value: &[u8; 29]) -> Option<Date> {
    let [d, a, y, b',', b' ', rest @ ..] = value else { return None };
    let [d1, d2, b' ', m1, m2, m3, b' ', y1, y2, y3, y4, b' ', time @ .., b' ', b'G', b'M', b'T'] =
        rest
    else {
        return None;
    };
    is_day_name([*d, *a, *y]).then_some(())?;
    date([*d1, *d2], [*m1, *m2, *m3], [*y1, *y2, *y3, *y4], *time)
}

/// `Sunday, 06-Nov-94 08:49:37 GMT`; returns a year from 0 to 99.
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
    date([*d1, *d2], [*m1, *m2, *m3], [b'0', b'0', *y1, *y2], *time)
}

/// `Sun Nov  6 08:49:37 1994`
fn asctime(value: &[u8; 24]) -> Option<Date> {
    let [d, a, y, b' ', m1, m2, m3, b' ', d1, d2, b' ', rest @ ..] = value else { return None };
    let [time @ .., b' ', y1, y2, y3, y4] = rest else { return None };
    is_day_name([*d, *a, *y]).then_some(())?;
    let tens = if *d1 == b' ' { b'0' } else { *d1 };
    date([tens, *d2], [*m1, *m2, *m3], [*y1, *y2, *y3, *y4], *time)
}

#[inline]
fn date([d1, d2]: [u8; 2], name: [u8; 3], year: [u8; 4], time: [u8; 8]) -> Option<Date> {
    const DAY_AND_YEAR: Form = Form::of(*b"00000000");
    let [y1, y2, y3, y4] = year;
    let [day, _, century, _, year, ..] =
        DAY_AND_YEAR.numbers([d1, d2, y1, y2, y3, y4, b'0', b'0'])?.map(i64::from);
    let (year, month) = (century * 100 + year, month(name)?);
    Some(Date { year, month, day, second: time_of_day(time)? })
}

/// Eight bytes to read at once: digits where the form has zeros, elsewhere the bytes of the form.
#[derive(Clone, Copy)]
struct Form {
    bytes: u64,
    /// For each byte, 127 minus the largest value allowed after taking off the form.
    slack: u64,
}

impl Form {
    const fn of(form: [u8; 8]) -> Self {
        let (mut slack, mut at) = ([0x7f; 8], 0);
        while at < form.len() {
            if form[at] == b'0' {
                slack[at] -= 9;
            }
            at += 1;
        }
        Self { bytes: u64::from_le_bytes(form), slack: u64::from_le_bytes(slack) }
    }

    /// The two-digit number that begins at each byte.
    #[inline]
    fn numbers(self, value: [u8; 8]) -> Option<[u8; 8]> {
        const TOP_BITS: u64 = 0x8080_8080_8080_8080;
        // A digit differs from `0` by its value.
        let digits = u64::from_le_bytes(value) ^ self.bytes;
        let is_of_this_form = (digits | digits.wrapping_add(self.slack)) & TOP_BITS == 0;
        is_of_this_form.then(|| (digits * 10 + (digits >> 8)).to_le_bytes())
    }
}

/// Whether this is the name of a day, long or short, as at the start of a date.
pub(crate) fn is_day(name: &[u8]) -> bool {
    DAYS.iter().any(|day| *day == name || day[..3] == *name)
}

/// A name as one number, for a single comparison.
const fn name([first, second, third]: [u8; 3]) -> u32 {
    u32::from_le_bytes([first, second, third, 0])
}

#[inline]
fn is_day_name(bytes: [u8; 3]) -> bool {
    const MON: u32 = name(*b"Mon");
    const TUE: u32 = name(*b"Tue");
    const WED: u32 = name(*b"Wed");
    const THU: u32 = name(*b"Thu");
    const FRI: u32 = name(*b"Fri");
    const SAT: u32 = name(*b"Sat");
    const SUN: u32 = name(*b"Sun");
    matches!(name(bytes), MON | TUE | WED | THU | FRI | SAT | SUN)
}

/// The month, from 1.
#[inline]
fn month(bytes: [u8; 3]) -> Option<i64> {
    const JAN: u32 = name(*b"Jan");
    const FEB: u32 = name(*b"Feb");
    const MAR: u32 = name(*b"Mar");
    const APR: u32 = name(*b"Apr");
    const MAY: u32 = name(*b"May");
    const JUN: u32 = name(*b"Jun");
    const JUL: u32 = name(*b"Jul");
    const AUG: u32 = name(*b"Aug");
    const SEP: u32 = name(*b"Sep");
    const OCT: u32 = name(*b"Oct");
    const NOV: u32 = name(*b"Nov");
    const DEC: u32 = name(*b"Dec");
    Some(match name(bytes) {
        JAN => 1,
        FEB => 2,
        MAR => 3,
        APR => 4,
        MAY => 5,
        JUN => 6,
        JUL => 7,
        AUG => 8,
        SEP => 9,
        OCT => 10,
        NOV => 11,
        DEC => 12,
        _ => return None,
    })
}

/// `08:49:37` as seconds of the day; the RFC allows a leap second.
#[inline]
fn time_of_day(time: [u8; 8]) -> Option<i64> {
    const TIME: Form = Form::of(*b"00:00:00");
    let [hour, _, _, minute, _, _, second, _] = TIME.numbers(time)?.map(i64::from);
    let is_time = hour < 24 && minute < 60 && second <= 60;
    is_time.then_some((hour * 60 + minute) * 60 + second)
}

pub(crate) struct Date {
    pub(crate) year: i64,
    /// From 1 to 12.
    pub(crate) month: i64,
    pub(crate) day: i64,
    /// Since midnight in UTC; the offset of a zone may lead into the next day or the one before.
    pub(crate) second: i64,
}

impl Date {
    #[inline]
    pub(crate) fn to_system_time(&self) -> Option<SystemTime> {
        if self.day == 0 || (self.day > 28 && self.day > self.days_in_month()) {
            return None;
        }
        let seconds = self.seconds_since_epoch();
        let distance = Duration::from_secs(seconds.unsigned_abs());
        if seconds >= 0 {
            UNIX_EPOCH.checked_add(distance)
        } else {
            // On a platform whose clock begins later, an old date still counts as past.
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

    #[inline]
    fn seconds_since_epoch(&self) -> i64 {
        self.days_since_epoch() * SECONDS_PER_DAY + self.second
    }

    /// Years are counted from March, so that the leap day ends one (Howard Hinnant,
    /// "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`).
    #[inline]
    fn days_since_epoch(&self) -> i64 {
        let (year, month) = match self.month {
            1 | 2 => (self.year - 1, self.month + 9),
            _ => (self.year, self.month - 3),
        };
        // Shifted by an era of 400 years, so that the year before year 0 is not negative.
        let year = year + 400;
        let century = year / 100;
        let day_of_year = (153 * month + 2) / 5 + self.day - 1;
        year * 365 + year / 4 - century + century / 4 + day_of_year - 719_468 - 146_097
    }

    /// Completes a year of two digits: the latest one at most 50 years after `now`
    /// (RFC 9110 §5.6.7).
    fn in_century_of(mut self, now: SystemTime) -> Self {
        let now = now.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        // The last second of the year 9999, which is the last that a date can name.
        let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX).min(253_402_300_799);
        // A year has at least 365 days, so this is never too early, and at most five years too late by 9999.
        let year = 1970 + now / SECONDS_PER_DAY / 365;
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
