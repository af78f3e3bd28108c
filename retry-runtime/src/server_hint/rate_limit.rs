//! The headers that count requests: when a quota that is used up is filled again.

use core::time::Duration;
use std::time::UNIX_EPOCH;

use super::{Fields, rfc3339};
use crate::parse_duration::parse;
use crate::retry_after::{decimal_seconds, digits, until};

/// Numbers from here on are seconds since 1970, smaller ones a delay. It is September 2001, before
/// any of these headers was sent, and as a delay would be 31 years.
const EPOCH_SECONDS_FROM: Duration = Duration::from_secs(1_000_000_000);

/// The wait until there is a quota again, if the response says that there is none now.
pub(super) fn wait(fields: Fields<'_>) -> Option<Duration> {
    let pair = |remaining, reset| pair(fields, remaining, reset);
    structured(fields)
        .or_else(|| pair("ratelimit-remaining", "ratelimit-reset"))
        .or_else(|| pair("x-ratelimit-remaining", "x-ratelimit-reset"))
        .or_else(|| {
            let requests = pair("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests");
            let tokens = pair("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens");
            requests.max(tokens)
        })
}

/// The draft's one field in both its forms: a list whose items have parameters, `"day";r=0;t=30`,
/// and the dictionary of older versions, `limit=100, remaining=0, reset=30`.
fn structured(fields: Fields<'_>) -> Option<Duration> {
    let mut dictionary = Quota::default();
    let mut longest = None;
    for member in fields.all("ratelimit").flat_map(|line| split(line, b',')) {
        let mut pieces = split(member, b';');
        if let Some(first) = pieces.next() {
            dictionary.read(first, b"remaining", b"reset");
        }
        let mut item = Quota::default();
        pieces.for_each(|parameter| item.read(parameter, b"r", b"t"));
        longest = longest.max(item.wait());
    }
    longest.max(dictionary.wait())
}

#[derive(Default)]
struct Quota {
    used_up: bool,
    reset: Option<Duration>,
}

impl Quota {
    /// Takes in `key=value`, if it is one of these keys.
    fn read(&mut self, piece: &[u8], remaining: &[u8], reset: &[u8]) {
        let Some(equals) = piece.iter().position(|&byte| byte == b'=') else { return };
        let (key, value) = (piece[..equals].trim_ascii(), piece[equals + 1..].trim_ascii());
        if key == remaining {
            self.used_up = digits(value) == Some(0);
        } else if key == reset {
            self.reset = digits(value).map(Duration::from_secs);
        }
    }

    fn wait(&self) -> Option<Duration> {
        self.reset.filter(|_| self.used_up)
    }
}

/// The parts between separators that are not within a string of a structured field.
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

fn pair(fields: Fields<'_>, remaining: &str, reset: &str) -> Option<Duration> {
    fields.get(remaining).filter(|value| is_zero(value))?;
    self::reset(fields.get(reset)?, fields)
}

/// Whether a count is 0; some servers write `0.0`, and mean "no limit" by `-1`.
fn is_zero(value: &[u8]) -> bool {
    !value.starts_with(b"-") && decimal_seconds(value) == Some(Duration::ZERO)
}

fn reset(value: &[u8], fields: Fields<'_>) -> Option<Duration> {
    if let Some(seconds) = decimal_seconds(value) {
        if seconds < EPOCH_SECONDS_FROM {
            return Some(seconds);
        }
        let now = fields.now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        return Some(seconds.saturating_sub(now));
    }
    if let Some(date) = rfc3339::parse(value) {
        return Some(until(date, fields.now()));
    }
    core::str::from_utf8(value).ok().and_then(|value| parse(value).ok())
}
