//! Points in time in the form of RFC 3339, with optional seconds, as Jira sends them.

use core::time::Duration;
use std::time::SystemTime;

use super::http_date::Date;
use super::numbers::{digits, fraction_nanos};

/// `2024-01-01T12:00Z`, `2024-01-01T12:00:30.5+01:00`
pub(super) fn parse(value: &[u8]) -> Option<SystemTime> {
    let mut input = Input(value);
    let year = input.number(4)?;
    input.skip(b"-")?;
    let month = input.number(2).filter(|month| (1..=12).contains(month))?;
    input.skip(b"-")?;
    let day = input.number(2)?;
    // RFC 3339 §5.6 allows lower case, and a space for readability.
    input.skip(b"T").or_else(|| input.skip(b"t")).or_else(|| input.skip(b" "))?;
    let minutes = hour_and_minute(&mut input)?;
    let mut second = 0;
    let mut nanos = 0;
    if input.skip(b":").is_some() {
        // 60 is a leap second.
        second = input.number(2).filter(|second| *second <= 60)?;
        if input.skip(b".").is_some() {
            let length = input.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
            nanos = fraction_nanos(input.take(length)?)?;
        }
    }
    let second = (minutes - offset(&mut input)?) * 60 + second;
    input.end()?;
    let date = Date { year, month, day, second }.to_system_time()?;
    date.checked_add(Duration::new(0, nanos))
}

/// `12:30` in minutes.
fn hour_and_minute(input: &mut Input<'_>) -> Option<i64> {
    let hour = input.number(2)?;
    input.skip(b":")?;
    let minute = input.number(2)?;
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// How far local time is ahead of UTC, in minutes.
fn offset(input: &mut Input<'_>) -> Option<i64> {
    if input.skip(b"Z").or_else(|| input.skip(b"z")).is_some() {
        return Some(0);
    }
    if input.skip(b"+").is_some() {
        return hour_and_minute(input);
    }
    input.skip(b"-")?;
    hour_and_minute(input).map(|minutes| -minutes)
}

/// The rest to read.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn skip(&mut self, text: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(text)?;
        Some(())
    }

    fn number(&mut self, length: usize) -> Option<i64> {
        let number = digits(self.take(length)?)?;
        i64::try_from(number).ok()
    }

    fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}
