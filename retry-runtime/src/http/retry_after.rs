//! `Retry-After`: the delay that a server asks for ([RFC 9110 §10.2.3]).
//!
//! [RFC 9110 §10.2.3]: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3

use core::error::Error;
use core::fmt;
use core::time::Duration;
use std::time::SystemTime;

use super::folded::first_value;
use super::http_date;
use super::numbers::{LONGEST_INPUT, decimal_seconds, digits};
use crate::call::time_of_day;

/// The longest wait that [`parse_retry_after`] returns.
const CLAMP: Duration = Duration::from_secs(300);

/// The wait for an unreadable header: the server wants a wait of unknown length.
const UNREADABLE: Duration = Duration::from_secs(5);

/// Reads a `Retry-After` value as a wait from 0 to 300 s; 5 s if it is unreadable. Never fails and
/// never panics.
///
/// It accepts seconds, whole or with a fraction, and the three forms of an HTTP-date, measured
/// against the system's clock. A negative number and a date in the past give 0. White space around
/// the value is ignored. A proxy may fold several lines into one, `120, 120`; then the longest
/// readable value counts. A number with thousands separators, `1,000`, is unreadable.
///
/// For strict reading, another clock, or no clamp, use [`RetryAfter`].
///
/// ```
/// use std::time::Duration;
/// use retry_kit::parse_retry_after;
///
/// assert_eq!(parse_retry_after("120"), Duration::from_secs(120));
/// assert_eq!(parse_retry_after(" 1.5 "), Duration::from_millis(1_500));
/// assert_eq!(parse_retry_after("86400"), Duration::from_secs(300));
/// assert_eq!(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT"), Duration::ZERO);
/// assert_eq!(parse_retry_after("soon"), Duration::from_secs(5));
/// ```
#[must_use]
pub fn parse_retry_after(value: &str) -> Duration {
    hint(value.as_bytes(), time_of_day).min(CLAMP)
}

/// [`parse_retry_after`] for any bytes and any clock. The policy clamps the result.
fn hint(value: &[u8], now: impl Fn() -> SystemTime) -> Duration {
    read(value, now).unwrap_or(UNREADABLE)
}

/// The longest wait of the lines of the field; 5 s if all are unreadable, `None` without lines.
#[cfg(feature = "http")]
pub(crate) fn longest<'a>(
    lines: impl Iterator<Item = &'a [u8]>,
    now: impl Fn() -> SystemTime,
) -> Option<Duration> {
    // `None` is less than any wait.
    let longest = lines.map(|line| read(line, &now)).max()?;
    Some(longest.unwrap_or(UNREADABLE))
}

/// Reads one value, or the longest of several in one line.
fn read(value: &[u8], now: impl Fn() -> SystemTime) -> Option<Duration> {
    if value.len() > LONGEST_INPUT {
        return None;
    }
    read_one(value, &now).or_else(|| longest_in_line(value, now))
}

/// The longest wait of several values in one line, as a proxy may fold lines (RFC 9110 §5.3).
#[cold]
#[inline(never)]
fn longest_in_line(line: &[u8], now: impl Fn() -> SystemTime) -> Option<Duration> {
    let (mut longest, mut rest) = (None, Some(line));
    while let Some(line) = rest {
        let (value, after) = first_value(line);
        rest = after;
        let Some(behind_day) = after.filter(|_| http_date::is_day(value.trim_ascii())) else {
            longest = longest.max(read_one(value, &now));
            continue;
        };
        // A date has its own comma after the day.
        let (date, after) = first_value(behind_day);
        if let Some(wait) = read_one(&line[..value.len() + 1 + date.len()], &now) {
            longest = longest.max(Some(wait));
            rest = after;
        }
    }
    longest
}

/// Reads the clock only for a date.
fn read_one(value: &[u8], now: impl Fn() -> SystemTime) -> Option<Duration> {
    let value = value.trim_ascii();
    decimal_seconds(value).or_else(|| {
        // Most servers send a number. A date begins with a letter.
        value.first().is_some_and(u8::is_ascii_alphabetic).then_some(())?;
        let now = now();
        http_date::parse(value, || now).map(|date| until(date, now))
    })
}

/// A `Retry-After` value, read strictly by [RFC 9110 §10.2.3]: digits only, or a date.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use retry_kit::RetryAfter;
///
/// let hint = RetryAfter::parse("Fri, 31 Dec 1999 23:59:59 GMT")?;
/// let now = SystemTime::UNIX_EPOCH + Duration::from_secs(946_684_700);
/// assert_eq!(hint.delay_from(now), Duration::from_secs(99));
///
/// assert_eq!(RetryAfter::parse(b"120")?, RetryAfter::Delay(Duration::from_secs(120)));
/// assert!(RetryAfter::parse("1.5").is_err());
/// # Ok::<(), retry_kit::RetryAfterError>(())
/// ```
///
/// [RFC 9110 §10.2.3]: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RetryAfter {
    /// A number of seconds after the response; too large a number saturates.
    Delay(Duration),
    /// A point in time, by the server's clock.
    Date(SystemTime),
}

impl RetryAfter {
    /// Reads a field value without white space around it.
    ///
    /// The obsolete RFC 850 form has a year of two digits. As [RFC 9110 §5.6.7] requires, it means
    /// the latest year that is at most 50 years ahead of the system's clock. Not checked: whether
    /// the name of the day fits the date, and whether a second 60 was a real leap second.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryAfter;
    ///
    /// assert_eq!(RetryAfter::parse("7"), Ok(RetryAfter::Delay(Duration::from_secs(7))));
    /// ```
    ///
    /// # Errors
    ///
    /// If the value is neither digits nor a date, or is longer than 128 bytes.
    ///
    /// [RFC 9110 §5.6.7]: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
    pub fn parse(value: impl AsRef<[u8]>) -> Result<Self, RetryAfterError> {
        Self::parse_with(value.as_ref(), time_of_day)
    }

    /// Reads a field value like [`parse`](Self::parse), with `now` instead of the system's clock.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use retry_kit::RetryAfter;
    ///
    /// let hint = RetryAfter::parse_at("Thursday, 01-Jan-70 00:00:09 GMT", SystemTime::UNIX_EPOCH)?;
    /// assert_eq!(hint.delay_from(SystemTime::UNIX_EPOCH), Duration::from_secs(9));
    /// # Ok::<(), retry_kit::RetryAfterError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`parse`](Self::parse).
    pub fn parse_at(value: impl AsRef<[u8]>, now: SystemTime) -> Result<Self, RetryAfterError> {
        Self::parse_with(value.as_ref(), || now)
    }

    fn parse_with(value: &[u8], now: impl FnOnce() -> SystemTime) -> Result<Self, RetryAfterError> {
        if value.len() > LONGEST_INPUT {
            return Err(RetryAfterError(()));
        }
        if let Some(seconds) = digits(value) {
            return Ok(Self::Delay(Duration::from_secs(seconds)));
        }
        http_date::parse(value, now).map(Self::Date).ok_or(RetryAfterError(()))
    }

    /// Returns the wait from `now`: zero for a date in the past. Not clamped.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use retry_kit::RetryAfter;
    ///
    /// let past = RetryAfter::Date(SystemTime::UNIX_EPOCH);
    /// assert_eq!(past.delay_from(SystemTime::now()), Duration::ZERO);
    /// ```
    #[must_use]
    pub fn delay_from(&self, now: SystemTime) -> Duration {
        match *self {
            Self::Delay(delay) => delay,
            Self::Date(date) => until(date, now),
        }
    }
}

pub(crate) fn until(date: SystemTime, now: SystemTime) -> Duration {
    date.duration_since(now).unwrap_or(Duration::ZERO)
}

/// The error of a value that is neither a number of seconds nor a date.
///
/// ```
/// use retry_kit::{RetryAfter, RetryAfterError};
///
/// let error: RetryAfterError = RetryAfter::parse("soon").unwrap_err();
/// assert_eq!(error.to_string(), "Retry-After is neither a number of seconds nor an HTTP-date");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryAfterError(());

impl fmt::Display for RetryAfterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Retry-After is neither a number of seconds nor an HTTP-date")
    }
}

impl Error for RetryAfterError {}

#[cfg(test)]
mod tests;
