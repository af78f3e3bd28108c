//! A policy from one line, in the words of the attribute: `max = 5, base = 200ms, jitter = full`.

use core::str::FromStr;
#[cfg(feature = "recorder")]
use core::time::Duration;

#[cfg(feature = "recorder")]
use super::backoff::Backoff;
#[cfg(feature = "recorder")]
use super::duration::Words;
use super::parse_error::ParseError;
use super::pieces::{halves, parts};
use super::retry_policy::RetryPolicy;
use super::settings::{Settings, expected};
#[cfg(feature = "recorder")]
use super::values::GIVE_UP;
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

impl RetryPolicy {
    /// Returns this policy with the keys in `text`, in the words of the attribute.
    ///
    /// It is for a command line that changes a part of a policy. Keys that `text` does not name stay unchanged.
    ///
    /// # Errors
    ///
    /// As for [`parse`](#impl-FromStr-for-RetryPolicy), or if a key contradicts the rest of this policy.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    ///
    /// let policy = RetryPolicy::new().base_delay(Duration::from_millis(200));
    /// assert_eq!(policy.with_keys("max = 5")?, policy.max_retries(5));
    /// # Ok::<(), retry_kit::ParseError>(())
    /// ```
    pub fn with_keys(&self, text: &str) -> Result<Self, ParseError> {
        read_over(*self, text).map_err(ParseError::new)
    }

    /// The keys that make this policy of the default; `None` for a list of delays or a function as the backoff.
    #[cfg(feature = "recorder")]
    pub(crate) fn keys(&self) -> Option<String> {
        if let Backoff::List(_) | Backoff::Custom(_) = self.get_backoff() {
            return None;
        }
        let (keys, defaults) = (keys_of(self), keys_of(&Self::DEFAULT));
        let changed =
            keys.into_iter().filter(|key| key.starts_with("max") || !defaults.contains(key));
        Some(changed.collect::<Vec<_>>().join(", "))
    }
}

/// Every key of a policy with its value.
#[cfg(feature = "recorder")]
fn keys_of(policy: &RetryPolicy) -> Vec<String> {
    let backoff = policy.get_backoff();
    let has_factor = matches!(backoff, Backoff::Exponential | Backoff::Decorrelated);
    let max = policy.get_max_retries().map_or("forever".into(), |max| max.to_string());
    let cap = Words(policy.get_retry_after_cap());
    let hint =
        if policy.gives_up_on_long_hints() { format!("{GIVE_UP}({cap})") } else { cap.to_string() };
    let throttled = policy.has_throttled().then(|| {
        let (base, cap) = policy.throttled_parts();
        let part = |name: &str, bound: Option<Duration>| {
            bound.map(|bound| format!("{name} = {}", Words(bound)))
        };
        let parts: Vec<_> = [part("base", base), part("cap", cap)].into_iter().flatten().collect();
        format!("throttled({})", parts.join(", "))
    });
    let keys = [
        Some(format!("max = {max}")),
        Some(format!("base = {}", Words(policy.get_base_delay()))),
        has_factor.then(|| format!("factor = {}", policy.get_factor())),
        Some(format!("cap = {}", Words(policy.get_max_delay()))),
        Some(format!("backoff = {backoff}")),
        (!policy.is_decorrelated()).then(|| format!("jitter = {}", policy.effective_jitter())),
        throttled,
        policy.get_deadline().map(|deadline| format!("deadline = {}", Words(deadline))),
        Some(format!("status({})", policy.get_status())),
        Some(format!("retry_after_cap = {hint}")),
        Some(format!("repeat = {}", policy.get_repeat())),
        Some(format!("nested = {}", policy.get_nested())),
        policy.own_switch().map(|switch| format!("switch = {switch}")),
        Some(format!("log = {}", policy.get_log())),
    ];
    keys.into_iter().flatten().collect()
}

fn read(text: &str) -> Result<RetryPolicy, String> {
    read_over(RetryPolicy::DEFAULT, text)
}

fn read_over(default: RetryPolicy, text: &str) -> Result<RetryPolicy, String> {
    let mut settings = Settings::new(default);
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

    // SPEC 4.1.8
    #[test]
    fn keys_change_a_policy_and_leave_the_rest() {
        let policy = RetryPolicy::new().unlimited().base_delay(Duration::from_millis(5));
        let cases = [
            ("", Ok(policy)),
            ("max = 2", Ok(policy.max_retries(2))),
            ("jitter = none, cap = 1s", {
                Ok(policy.jitter(Jitter::None).max_delay(Duration::from_secs(1)))
            }),
            ("cap = 1ms", Err("`cap` (1ms) is below the default base of 5ms; set `base` as well")),
            ("mix = 2", Err("unknown key `mix`")),
        ];
        for (text, expected) in cases {
            match (policy.with_keys(text), expected) {
                (Ok(changed), expected) => assert_eq!(Ok(changed), expected, "{text}"),
                (Err(error), Err(message)) => {
                    assert!(error.to_string().contains(message), "{text}: {error}");
                }
                (Err(error), Ok(_)) => panic!("{text}: {error}"),
            }
        }
    }

    // SPEC 16.2
    #[cfg(feature = "recorder")]
    #[test]
    fn the_keys_of_a_policy_make_it_again() {
        let new = RetryPolicy::new;
        let seconds = Duration::from_secs;
        let written = [
            (new(), "max = 3"),
            (new().unlimited(), "max = forever"),
            (new().base_delay(Duration::from_millis(1_500)), "max = 3, base = 1.5s"),
            (new().factor(1.5).max_delay(seconds(90)), "max = 3, factor = 1.5, cap = 90s"),
            (new().backoff(Backoff::Fibonacci), "max = 3, backoff = fibonacci"),
            (new().backoff(Backoff::Decorrelated), "max = 3, factor = 3, backoff = decorrelated"),
            (new().jitter(Jitter::symmetric(0.25)), "max = 3, jitter = symmetric(0.25)"),
            (new().deadline(seconds(30)), "max = 3, deadline = 30s"),
            (
                new().status(StatusSet::EMPTY.with(429).with_range(500..=504)),
                "max = 3, status(429, 500–504)",
            ),
            (new().status(StatusSet::EMPTY), "max = 3, status(none)"),
            (new().retry_after_cap(Duration::ZERO), "max = 3, retry_after_cap = 0ns"),
            (new().give_up_on_hint_over(seconds(60)), "max = 3, retry_after_cap = give_up(60s)"),
            (new().repeat(Repeat::Unsent), "max = 3, repeat = unsent"),
            (
                new().throttled_base(seconds(5)).throttled_cap(seconds(20)),
                "max = 3, throttled(base = 5s, cap = 20s)",
            ),
            (new().throttled_cap(seconds(20)), "max = 3, throttled(cap = 20s)"),
        ];
        for (policy, expected) in written {
            let keys = policy.keys().unwrap_or_default();
            assert_eq!(keys, expected);
            assert_eq!(keys.parse(), Ok(policy), "{keys}");
        }
        assert_eq!(RetryPolicy::from_delays(&[Duration::ZERO]).keys(), None);
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
