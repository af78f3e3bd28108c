//! A policy from one line, in the words of the attribute: `max = 5, base = 200ms, jitter = full`.

use core::str::FromStr;

use super::parse_error::ParseError;
use super::pieces::{halves, parts};
use super::retry_policy::RetryPolicy;
use super::settings::{Settings, expected};
use super::words::Key;

/// Reads a policy in the words of the attribute, for a command line or an environment variable.
///
/// Quotes around durations are optional, and missing keys come from the [default](RetryPolicy::DEFAULT).
/// Keys and messages are those of [a configuration](RetryPolicy#from-configuration).
///
/// ```
/// use std::time::Duration;
/// use retry_kit::{Jitter, RetryPolicy};
///
/// let policy: RetryPolicy = "max = 5, base = 200ms, jitter = full, status(429, 503)".parse()?;
/// assert_eq!(policy.get_max_retries(), Some(5));
/// assert_eq!(policy.get_base_delay(), Duration::from_millis(200));
/// assert_eq!(policy.get_jitter(), Jitter::Full);
///
/// let error = "max_retries = 5".parse::<RetryPolicy>().unwrap_err();
/// assert!(error.to_string().contains("did you mean `max`?"), "{error}");
/// # Ok::<(), retry_kit::ParseError>(())
/// ```
impl FromStr for RetryPolicy {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        read(text).map_err(ParseError::new)
    }
}

fn read(text: &str) -> Result<RetryPolicy, String> {
    let mut settings = Settings::new(RetryPolicy::DEFAULT);
    let mut last = None;
    for setting in parts(text)? {
        let (word, value) = halves(setting);
        if let (Some(("status", Some(first))), None, true) = (last, value, is_code(word)) {
            return Err(format!(
                "`status` takes several statuses in parentheses; write `status({first}, {word})`"
            ));
        }
        last = Some((word, value));
        let key = settings.key(word)?;
        let value = value.ok_or_else(|| takes(key))?;
        settings.words(key, value).unwrap_or_else(|| Err(takes(key)))?;
    }
    settings.finish()
}

/// Whether a word is a code, which has got between the keys.
fn is_code(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_digit())
}

fn takes(key: &Key) -> String {
    format!("`{}` takes {}; write `{}`", key.name, expected(key), key.example)
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::super::backoff::Backoff;
    use super::super::jitter::Jitter;
    use super::super::repeat::Repeat;
    use super::super::status::StatusSet;
    use super::super::words::KEYS;
    use super::*;

    // SPEC 4.1.7
    #[test]
    fn a_line_gives_the_same_policy_as_the_attribute() {
        let new = RetryPolicy::new;
        let seconds = Duration::from_secs;
        let cases = [
            ("", new()),
            (" max = 5 ", new().max_retries(5)),
            ("max=5,", new().max_retries(5)),
            ("attempts = 5", new().max_retries(4)),
            ("max = forever, deadline = \"30s\"", new().unlimited().deadline(seconds(30))),
            ("base = 2s, cap = 1m 30s", new().base_delay(seconds(2)).max_delay(seconds(90))),
            ("factor = 1.5", new().factor(1.5)),
            (
                "backoff = linear, jitter = none",
                new().backoff(Backoff::Linear).jitter(Jitter::None),
            ),
            ("jitter = additive(0.1)", new().jitter(Jitter::additive(0.1))),
            (
                "status(429, 500..=599)",
                new().status(StatusSet::EMPTY.with(429).with_range(500..=599)),
            ),
            ("status = \"429, 503\"", new().status(StatusSet::EMPTY.with(429).with(503))),
            ("repeat = unsent", new().repeat(Repeat::Unsent)),
            ("status()", new().status(StatusSet::EMPTY)),
            ("retry_after_cap = give_up(\"5m\")", new().give_up_on_hint_over(seconds(300))),
            ("retry_after_cap = give_up(5m)", new().give_up_on_hint_over(seconds(300))),
            ("status(\"429, 503\")", new().status(StatusSet::EMPTY.with(429).with(503))),
            ("max = 1_000", new().max_retries(1_000)),
            ("throttled(base = 5s)", new().throttled_base(seconds(5))),
            (
                "throttled(base = \"5s\", cap = 20s,), max = 1",
                new().throttled_base(seconds(5)).throttled_cap(seconds(20)).max_retries(1),
            ),
            ("throttled = \"base = 5s, cap = 20s\"", {
                new().throttled_base(seconds(5)).throttled_cap(seconds(20))
            }),
            ("throttled = none", new()),
            (
                "retry_after_cap = \"60s\", max = 1",
                new().retry_after_cap(seconds(60)).max_retries(1),
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
    }

    // SPEC 4.1.7
    #[test]
    fn every_example_of_the_attribute_is_a_line() {
        for key in KEYS.iter().filter(|key| key.in_configuration) {
            assert!(key.example.parse::<RetryPolicy>().is_ok(), "{}", key.example);
        }
    }

    #[test]
    fn a_mistake_names_its_key() {
        let cases = [
            ("max_retries = 5", "did you mean `max`?"),
            ("timeout = 5s", "`timeout`"),
            ("max = 3, max = 4", "`max` is set twice"),
            ("max", "`max` takes a whole number or \"forever\"; write `max = 3`"),
            ("max = many", "`max` takes a whole number or \"forever\""),
            ("max = ", "`max` takes a whole number or \"forever\""),
            ("base = 5", "`base`: "),
            ("jitter = fulll", "did you mean `full`?"),
            ("base = 2m", "`base` (2m) is above the default cap of 60s; set `cap` as well"),
            ("max = 3,, base = 1s", "a key is missing between two commas"),
            ("status(429", "a `)` is missing"),
            ("status 429)", "a `)` without its `(`"),
            ("base = \"1s", "a `\"` is missing"),
            ("= 3", "unknown key ``"),
            ("status = 429, 503", "write `status(429, 503)`"),
            ("max = 3, 503", "unknown key `503`"),
            ("status = 429, max", "`max` takes a whole number or \"forever\"; write `max = 3`"),
            ("throttled", "`throttled` takes a `base`, a `cap` or both"),
            ("throttled()", "`throttled` takes a `base`, a `cap` or both"),
            ("throttled = 5s", "`throttled` takes a `base`, a `cap` or both"),
            ("throttled(bsae = 5s)", "did you mean `base`?"),
            ("throttled(base = 5)", "`throttled.base`: `5` has no unit"),
            ("throttled(base = 5s, base = 5s)", "`throttled.base` is set twice"),
            ("throttled(base = 90s)", "(90s) is above its cap (60s)"),
            ("throttled_base = 5s", "did you mean `throttled`?"),
            ("max = _", "`max` takes a whole number or \"forever\""),
        ];
        for (text, part) in cases {
            let error = text.parse::<RetryPolicy>().unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
