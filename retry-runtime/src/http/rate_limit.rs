//! Quota headers: when a used-up quota refills.

use core::time::Duration;
use std::time::UNIX_EPOCH;

use super::headers::{Fields, first_of};
use super::numbers::{LONGEST_INPUT, decimal_seconds, digits};
use super::retry_after::until;
use super::{http_date, rfc3339};
use crate::policy::parse_duration;

/// Numbers from here on are seconds since 1970, smaller ones a delay. This one is September 2001, before
/// any of these headers existed; as a delay it would be 31 years.
const EPOCH_SECONDS_FROM: Duration = Duration::from_secs(1_000_000_000);

/// Numbers from here on are milliseconds since 1970: as seconds, this one would be the year 5138.
const EPOCH_MILLIS_FROM: Duration = Duration::from_secs(100_000_000_000);

/// Room for all the quotas that a server may list, and no more.
const LONGEST_LIST: usize = 4_096;

/// Whether a quota without a count in the response counts as used up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum WithoutCount {
    /// The status says so: 429 or 503.
    UsedUp,
    /// The failure may have another reason.
    Unknown,
}

/// The wait until the quota refills, if the response says that it is used up.
pub(super) fn wait(fields: Fields<'_>, without_count: WithoutCount) -> Option<Duration> {
    let is_used_up = |remaining: &str| match fields.get(remaining) {
        Some(count) => is_zero(count),
        None => without_count == WithoutCount::UsedUp && !fields.has(remaining),
    };
    let pair = |remaining, reset| {
        let reset = fields.get(reset).filter(|_| is_used_up(remaining))?;
        self::reset(reset, fields)
    };
    // The number is a delay, whatever its size.
    let after = |remaining, delay| {
        let delay = fields.get(delay).filter(|_| is_used_up(remaining))?;
        decimal_seconds(delay)
    };
    first_of([
        structured(fields, without_count),
        pair("ratelimit-remaining", "ratelimit-reset"),
        after("x-ratelimit-remaining", "x-ratelimit-reset-after"),
        pair("x-ratelimit-remaining", "x-ratelimit-reset"),
        pair("x-rate-limit-remaining", "x-rate-limit-reset"),
        pair("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests")
            .max(pair("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens")),
    ])
}

/// The field of the draft in both its forms: a list of items with parameters, `"day";r=0;t=30`, and the
/// dictionary of older versions, `limit=100, remaining=0, reset=30`.
fn structured(fields: Fields<'_>, without_count: WithoutCount) -> Option<Duration> {
    let mut dictionary = Quota::default();
    let mut longest = None;
    for member in fields.all("ratelimit", LONGEST_LIST).flat_map(|line| split(line, b',')) {
        let mut pieces = split(member, b';');
        if let Some(first) = pieces.next() {
            dictionary.read(first, b"remaining", b"reset");
        }
        let mut item = Quota::default();
        pieces.for_each(|parameter| item.read(parameter, b"r", b"t"));
        longest = longest.max(item.wait(without_count));
    }
    dictionary.reset = dictionary.reset.map(|reset| as_delay(reset, fields));
    longest.max(dictionary.wait(without_count))
}

#[derive(Default)]
struct Quota {
    used_up: Option<bool>,
    reset: Option<Duration>,
}

impl Quota {
    /// Reads `key=value` if the key is one of these.
    fn read(&mut self, piece: &[u8], remaining: &[u8], reset: &[u8]) {
        let Some(equals) = piece.iter().position(|&byte| byte == b'=') else { return };
        let (key, value) = (piece[..equals].trim_ascii(), piece[equals + 1..].trim_ascii());
        let number = Some(value).filter(|value| value.len() <= LONGEST_INPUT).and_then(digits);
        if key == remaining {
            self.used_up = Some(number == Some(0));
        } else if key == reset {
            self.reset = number.map(Duration::from_secs);
        }
    }

    fn wait(&self, without_count: WithoutCount) -> Option<Duration> {
        let is_used_up = self.used_up.unwrap_or(without_count == WithoutCount::UsedUp);
        self.reset.filter(|_| is_used_up)
    }
}

/// Splits at the separators outside of the strings of a structured field.
fn split(text: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let mut in_string = false;
    let mut escaped = false;
    text.split(move |&byte| {
        let literal = escaped;
        escaped = in_string && !literal && byte == b'\\';
        in_string ^= byte == b'"' && !literal;
        byte == separator && !in_string
    })
}

/// Whether a count is 0. Some servers write `0.0`, and some write `-1` for "no limit".
fn is_zero(value: &[u8]) -> bool {
    !value.starts_with(b"-") && decimal_seconds(value) == Some(Duration::ZERO)
}

fn reset(value: &[u8], fields: Fields<'_>) -> Option<Duration> {
    if let Some(number) = decimal_seconds(value) {
        return Some(as_delay(number, fields));
    }
    let date = rfc3339::parse(value).or_else(|| http_date::parse(value, || fields.now()));
    if let Some(date) = date {
        return Some(until(date, fields.now()));
    }
    core::str::from_utf8(value).ok().and_then(|value| parse_duration(value).ok())
}

/// Converts a number to a delay; large ones are points in time.
fn as_delay(number: Duration, fields: Fields<'_>) -> Duration {
    if number < EPOCH_SECONDS_FROM {
        return number;
    }
    let epoch = if number < EPOCH_MILLIS_FROM { number } else { number / 1_000 };
    let now = fields.now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    epoch.saturating_sub(now)
}
