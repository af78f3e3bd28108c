//! Access to the headers of a response, with limits on their length.

use core::time::Duration;
use std::time::SystemTime;

use http::HeaderMap;

use super::folded::values;
use super::http_date;
use super::numbers::{LONGEST_INPUT, decimal_seconds};
use crate::call::time_of_day;

/// The first wait that is not zero, or zero if all are. A server that sends zero beside another header
/// has rounded down, or filled in a field that it had to send.
pub(super) fn first_of<const N: usize>(waits: [Option<Duration>; N]) -> Option<Duration> {
    let mut waits = waits.into_iter().flatten();
    let first = waits.next()?;
    if first.is_zero() { waits.find(|wait| !wait.is_zero()).or(Some(first)) } else { Some(first) }
}

/// One of the equal lines that a proxy folded into `30, 30` (RFC 9110 §5.3); otherwise the whole line.
fn unfolded(line: &[u8]) -> &[u8] {
    let commas = line.iter().enumerate().filter(|(_, byte)| **byte == b',');
    let mut values = commas.map(|(index, _)| line[..index].trim_ascii_end());
    values.find(|value| is_repeated(value, line)).unwrap_or(line)
}

/// Whether the line repeats this value.
fn is_repeated(value: &[u8], mut line: &[u8]) -> bool {
    while let Some(rest) = line.strip_prefix(value) {
        match rest.trim_ascii_start() {
            [] => return true,
            [b',', next @ ..] => line = next.trim_ascii_start(),
            _ => return false,
        }
    }
    false
}

#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(pub(super) &'a HeaderMap);

impl<'a> Fields<'a> {
    /// The value of a field's first line.
    pub(super) fn get(self, name: &str) -> Option<&'a [u8]> {
        self.all(name, LONGEST_INPUT).next().map(unfolded)
    }

    pub(super) fn has(self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The lines of a field, except those that are too long.
    pub(super) fn all(
        self,
        name: &str,
        longest: usize,
    ) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let lines = self.0.get_all(name).into_iter().map(|value| value.as_bytes().trim_ascii());
        lines.filter(move |line| line.len() <= longest)
    }

    /// The longest of a field's values in milliseconds, over all its lines.
    pub(super) fn millis(self, name: &str) -> Option<Duration> {
        let lines = self.all(name, LONGEST_INPUT);
        let longest = lines.flat_map(values).filter_map(decimal_seconds).max();
        longest.map(|number| number / 1_000)
    }

    pub(super) fn wish(self, name: &str) -> Option<bool> {
        let value = self.get(name)?;
        let is = |word: &[u8]| value.eq_ignore_ascii_case(word);
        if is(b"true") { Some(true) } else { is(b"false").then_some(false) }
    }

    /// The time by the server's clock, from the `date` header; otherwise by the system's.
    pub(super) fn now(self) -> SystemTime {
        let now = time_of_day();
        self.get("date").and_then(|date| http_date::parse(date, || now)).unwrap_or(now)
    }
}
