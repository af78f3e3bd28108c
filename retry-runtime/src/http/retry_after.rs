//! `Retry-After`: how long a server asks to be left alone ([RFC 9110 §10.2.3]).
//!
//! [RFC 9110 §10.2.3]: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3

use core::error::Error;
use core::fmt;
use core::time::Duration;
use std::time::SystemTime;

use super::folded::first_value;
use super::http_date;
use super::numbers::{LONGEST_INPUT, decimal_seconds, digits};

/// The longest wait [`parse_retry_after`] gives.
const CLAMP: Duration = Duration::from_secs(300);

/// The wait for a header that cannot be read: the server wants one, and did not say which.
const UNREADABLE: Duration = Duration::from_secs(5);

/// The wait a `Retry-After` value asks for, whatever it holds: from 0 to 300 s, and 5 s if it
/// cannot be read. Never fails and never panics.
///
/// Reads seconds, whole or with a fraction, and the three forms of an HTTP-date, which count from
/// the system's clock; a negative number and a date in the past give 0. White space around the
/// value is ignored. Of several values, `120, 120`, as a proxy makes them of several lines, the longest
/// counts that can be read. A number with thousands separators, `1,000`, cannot be read. For the strict reading, for other clocks and without the clamp see
/// [`RetryAfter`].
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
    hint(value.as_bytes(), SystemTime::now).min(CLAMP)
}

/// [`parse_retry_after`] for any bytes and any clock, and without the clamp, which is the
/// policy's to decide.
fn hint(value: &[u8], now: impl Fn() -> SystemTime) -> Duration {
    read(value, now).unwrap_or(UNREADABLE)
}

/// The longest wait of several lines of the field; 5 s if none can be read, and none without lines.
#[cfg(feature = "http")]
pub(crate) fn longest<'a>(
    lines: impl Iterator<Item = &'a [u8]>,
    now: impl Fn() -> SystemTime,
) -> Option<Duration> {
    // `None` is less than any wait.
    let longest = lines.map(|line| read(line, &now)).max()?;
    Some(longest.unwrap_or(UNREADABLE))
}

/// The wait of one value, or the longest of several in one line.
fn read(value: &[u8], now: impl Fn() -> SystemTime) -> Option<Duration> {
    if value.len() > LONGEST_INPUT {
        return None;
    }
    read_one(value, &now).or_else(|| longest_in_line(value, now))
}

/// The longest wait of several values in one line: a proxy may fold lines so (RFC 9110 §5.3).
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
        // A date has a comma of its own behind the day.
        let (date, after) = first_value(behind_day);
        if let Some(wait) = read_one(&line[..value.len() + 1 + date.len()], &now) {
            longest = longest.max(Some(wait));
            rest = after;
        }
    }
    longest
}

/// Asks for the time only where there is a date.
fn read_one(value: &[u8], now: impl Fn() -> SystemTime) -> Option<Duration> {
    let value = value.trim_ascii();
    decimal_seconds(value).or_else(|| {
        // A number is what is sent most; what begins with no letter is no date either.
        value.first().is_some_and(u8::is_ascii_alphabetic).then_some(())?;
        let now = now();
        http_date::parse(value, || now).map(|date| until(date, now))
    })
}

/// A `Retry-After` value, read strictly as [RFC 9110 §10.2.3] has it: digits only, or a date.
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
    /// A number of seconds from the response on; as many as fit for longer numbers.
    Delay(Duration),
    /// A point in time, by the server's clock.
    Date(SystemTime),
}

impl RetryAfter {
    /// Reads a field value without white space around it.
    ///
    /// A date of the obsolete RFC 850 form has a year of two digits, which is understood as
    /// [RFC 9110 §5.6.7] demands: at most 50 years ahead of the system's clock. Two things are
    /// not checked: the name of the day against the date, and whether a second 60 was really
    /// inserted.
    ///
    /// # Errors
    ///
    /// If the value is neither digits nor a date, or is longer than 128 bytes.
    ///
    /// [RFC 9110 §5.6.7]: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
    pub fn parse(value: impl AsRef<[u8]>) -> Result<Self, RetryAfterError> {
        Self::parse_with(value.as_ref(), SystemTime::now)
    }

    /// [`parse`](Self::parse) with `now` in place of the system's clock.
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

    /// The wait this asks for at the time `now`: zero for a date in the past. Not clamped.
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

/// A value that is neither a number of seconds nor a date.
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
