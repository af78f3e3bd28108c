//! The headers of a response, read with care.

use core::time::Duration;
use std::time::SystemTime;

use http::HeaderMap;

use super::http_date;
use super::numbers::{LONGEST_INPUT, decimal_seconds};

/// The first wait that there is. Zero is one only if all others are: who sends it beside another
/// header has rounded down, or filled in a field that it had to send.
pub(super) fn first_of<const N: usize>(waits: [Option<Duration>; N]) -> Option<Duration> {
    let mut waits = waits.into_iter().flatten();
    let first = waits.next()?;
    if first.is_zero() { waits.find(|wait| !wait.is_zero()).or(Some(first)) } else { Some(first) }
}

#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(pub(super) &'a HeaderMap);

impl<'a> Fields<'a> {
    pub(super) fn get(self, name: &str) -> Option<&'a [u8]> {
        self.all(name, LONGEST_INPUT).next()
    }

    /// The lines of a field, without those that are too long.
    pub(super) fn all(
        self,
        name: &str,
        longest: usize,
    ) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let lines = self.0.get_all(name).into_iter().map(|value| value.as_bytes().trim_ascii());
        lines.filter(move |line| line.len() <= longest)
    }

    pub(super) fn millis(self, name: &str) -> Option<Duration> {
        decimal_seconds(self.get(name)?).map(|number| number / 1_000)
    }

    pub(super) fn wish(self, name: &str) -> Option<bool> {
        let value = self.get(name)?;
        let is = |word: &[u8]| value.eq_ignore_ascii_case(word);
        if is(b"true") { Some(true) } else { is(b"false").then_some(false) }
    }

    /// The time by the server's clock, if the response says it.
    pub(super) fn now(self) -> SystemTime {
        let now = SystemTime::now();
        self.get("date").and_then(|date| http_date::parse(date, || now)).unwrap_or(now)
    }
}
