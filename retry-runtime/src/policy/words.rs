//! The keys: one table for the attribute, the configuration, the editor and the documentation.
//!
//! The macro takes the order of the keys and its examples from this table. The configuration takes its
//! keys, and both take the names from other libraries. `expansion::ide` takes the items that an editor
//! completes. A new key needs a row here and the code that reads its value.

use super::near_miss::{edits, normal};

/// A key of the attribute.
#[derive(Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// The kind of its value.
    pub kind: Kind,
    /// Whether a configuration accepts it.
    pub in_configuration: bool,
    /// The key with a value, as written in the attribute.
    pub example: &'static str,
    /// Its effect, in one line.
    pub doc: &'static str,
    /// The setters of `RetryPolicy` that do the same under another name.
    pub setters: &'static [&'static str],
    /// Its names in other libraries.
    pub elsewhere: &'static [&'static str],
}

/// The kind of the value of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number of retries or attempts, or `forever`.
    Count,
    /// A number from 1.
    Factor,
    /// A duration with its unit.
    Duration,
    /// One of the words in [`BACKOFFS`](super::values::BACKOFFS).
    Backoff,
    /// A list of durations.
    Delays,
    /// One of the words in [`JITTERS`](super::values::JITTERS).
    Jitter,
    /// One of the words in [`REPEATS`](super::values::REPEATS).
    Repeat,
    /// One of the words in [`NESTED`](super::values::NESTED).
    Nested,
    /// One of the words in [`SWITCHES`](super::values::SWITCHES).
    Switch,
    /// One of the words in [`LOGS`](super::values::LOGS).
    Log,
    /// Durations for `base` and `cap`, in parentheses.
    Throttled,
    /// Codes and ranges in parentheses.
    Statuses,
    /// A pattern in parentheses.
    Pattern,
    /// Names of arguments in parentheses.
    Names,
    /// An expression.
    Expression,
    /// No value.
    Nothing,
}

/// Passes all keys to the macro `$then`, in the order in which messages list them.
macro_rules! keys {
    ($then:ident) => {
        $then! {
            max {
                kind: Count, in_configuration: true, example: "max = 3",
                doc: "At most 3 retries, 4 attempts. `max = forever`: no limit.",
                setters: ["max_retries", "unlimited"],
                elsewhere: [
                    "retries", "retry", "max_retry", "num_retries", "retry_count", "times",
                    "max_times", "count",
                ],
            }
            attempts {
                kind: Count, in_configuration: true, example: "attempts = 4",
                doc: "At most 4 attempts, 3 retries.",
                setters: [],
                elsewhere: ["tries", "max_attempts", "max_attempt", "max_tries", "stop_after_attempt"],
            }
            base {
                kind: Duration, in_configuration: true, example: "base = \"1s\"",
                doc: "The backoff before the first retry, before jitter. A literal with units (ns, us, ms, s, m, h, d) or an expression of type `Duration`.",
                setters: ["base_delay"],
                elsewhere: [
                    "delay", "interval", "wait", "min_delay", "initial_delay", "initial_interval",
                    "initial_backoff", "min_backoff", "start_delay", "wait_fixed",
                ],
            }
            factor {
                kind: Factor, in_configuration: true, example: "factor = 2",
                doc: "The growth per retry of the exponential backoff, or of the decorrelated one; at least 1.",
                setters: [],
                elsewhere: ["multiplier", "exponent_base"],
            }
            cap {
                kind: Duration, in_configuration: true, example: "cap = \"60s\"",
                doc: "The longest backoff, applied before jitter.",
                setters: ["max_delay"],
                elsewhere: ["max_interval", "max_backoff", "max_wait"],
            }
            backoff {
                kind: Backoff, in_configuration: true, example: "backoff = fixed",
                doc: "How the backoff grows: `exponential`, `fixed`, `linear`, `fibonacci`, `decorrelated` or `custom(my_backoff)`.",
                setters: [],
                elsewhere: ["strategy"],
            }
            delays {
                kind: Delays, in_configuration: false, example: "delays = [\"100ms\", \"1s\", \"10s\"]",
                doc: "A list of delays in place of a computed backoff, with as many retries; under a higher `max` the last delay repeats.",
                setters: ["from_delays"],
                elsewhere: ["intervals", "wait_sequence", "retry_intervals", "delay_list", "schedule"],
            }
            jitter {
                kind: Jitter, in_configuration: true, example: "jitter = full",
                doc: "How a wait is spread: `additive`, `additive(0.1)`, `full`, `equal`, `symmetric(0.5)`, `absolute(\"500ms\")` or `none`.",
                setters: [],
                elsewhere: ["randomization_factor", "with_jitter"],
            }
            throttled {
                kind: Throttled, in_configuration: true, example: "throttled(base = \"1s\", cap = \"20s\")",
                doc: "Another base, cap or both for the backoff after a throttled failure, such as a 429 without a server hint.",
                setters: ["throttled_base", "throttled_cap"],
                elsewhere: ["throttle", "throttling", "throttling_base_delay", "throttle_delay"],
            }
            timeout {
                kind: Duration, in_configuration: false, example: "timeout = \"5s\"",
                doc: "The longest an attempt may take: a duration or an `Option` of one. Needs `From<TimedOut>` for the error.",
                setters: [],
                elsewhere: ["attempt_timeout", "per_attempt_timeout"],
            }
            deadline {
                kind: Duration, in_configuration: true, example: "deadline = \"30s\"",
                doc: "The deadline of the call, from the first poll: a wait that would reach it ends the call instead.",
                setters: [],
                elsewhere: [
                    "max_elapsed", "max_elapsed_time", "total_delay", "max_time", "total_timeout",
                    "stop_after_delay",
                ],
            }
            fits {
                kind: Duration, in_configuration: false, example: "fits = \"30s\"",
                doc: "Sets the deadline, and does not compile unless all attempts and waits fit into it.",
                setters: [],
                elsewhere: [],
            }
            reset_after {
                kind: Duration, in_configuration: false, example: "reset_after = \"60s\"",
                doc: "An attempt that runs at least this long resets the count of retries and the backoff: `max` then limits retries in a row.",
                setters: [],
                elsewhere: ["reset", "reset_timeout", "healthy_after", "success_threshold"],
            }
            on {
                kind: Pattern, in_configuration: false, example: "on(MyError::Timeout)",
                doc: "Retry the errors that match, and no others. May have an `if` guard.",
                setters: [],
                elsewhere: ["retry_on", "retry_for", "matches", "include", "exceptions"],
            }
            when {
                kind: Expression, in_configuration: false, example: "when = |error| error.is_timeout()",
                doc: "Retry the errors this function or closure returns `true` for, or by the `ErrorClass` it returns.",
                setters: [],
                elsewhere: ["retry_if", "if", "condition", "predicate", "should_retry", "retry_when"],
            }
            until {
                kind: Expression, in_configuration: false, example: "until = |value| value.is_ready()",
                doc: "Also retry until this function or closure accepts the value: it returns `true`, or `None` of an `Option<ErrorClass>`.",
                setters: [],
                elsewhere: ["retry_if_result", "retry_if_not_result"],
            }
            response {
                kind: Nothing, in_configuration: false, example: "response",
                doc: "A response with a retryable status counts as a failure.",
                setters: [],
                elsewhere: [],
            }
            status {
                kind: Statuses, in_configuration: true, example: "status(429, 500..=599)",
                doc: "The retryable HTTP statuses, in place of 429, 503 and 504. `status(transient)` and `status(default, 408)` name sets.",
                setters: [],
                elsewhere: ["statuses", "status_codes", "retry_status_codes", "status_forcelist"],
            }
            retry_after_cap {
                kind: Duration, in_configuration: true, example: "retry_after_cap = \"5m\"",
                doc: "The longest server hint obeyed; a longer one is cut to it, or with `give_up(\"5m\")` ends the call.",
                setters: ["give_up_on_hint_over"],
                elsewhere: ["max_retry_after", "retry_after"],
            }
            repeat {
                kind: Repeat, in_configuration: true, example: "repeat = unsent",
                doc: "`unsent`: retry only requests that the server never processed; for a POST without an idempotency key. `all`, the default: every retryable failure.",
                setters: [],
                elsewhere: ["idempotent", "is_idempotent", "retry_unsent"],
            }
            nested {
                kind: Nested, in_configuration: true, example: "nested = once",
                doc: "`once`: make only one attempt when called inside an attempt of another retried function. `allow`, the default: retry there too.",
                setters: [],
                elsewhere: ["nesting", "inner", "reentrant"],
            }
            switch {
                kind: Switch, in_configuration: true, example: "switch = ignore",
                doc: "`ignore`: retry also while `set_enabled(false)` holds, the default without retry limit and deadline. `obey`, the default otherwise: do not.",
                setters: [],
                elsewhere: ["enabled", "obey_switch", "kill_switch", "disable", "disabled"],
            }
            budget {
                kind: Expression, in_configuration: false, example: "budget = &BUDGET",
                doc: "Limits retries while few calls succeed. Takes a `&RetryBudget`, which functions may share; bare `budget` is for this function alone.",
                setters: [],
                elsewhere: ["retry_budget"],
            }
            pause {
                kind: Expression, in_configuration: false, example: "pause = &PAUSE",
                doc: "When a server asks one call to wait, all calls with this `Pause` wait before their next attempt. Bare `pause` is for this function's calls alone.",
                setters: [],
                elsewhere: ["shared_pause", "pause_all"],
            }
            on_retry {
                kind: Expression, in_configuration: false, example: "on_retry = |event| log(event.wait())",
                doc: "Called with a `&RetryEvent` before each wait; a closure of two parameters also gets the value that was refused.",
                setters: [],
                elsewhere: ["on_error", "on_backoff", "after", "notify", "before_sleep"],
            }
            before_retry {
                kind: Expression, in_configuration: false, example: "before_retry = self.reconnect()",
                doc: "A future awaited as the first step of each retry.",
                setters: [],
                elsewhere: [],
            }
            give_up {
                kind: Expression, in_configuration: false, example: "give_up = |error, give_up| error",
                doc: "Called with the final error; what it returns is returned to the caller.",
                setters: [],
                elsewhere: ["on_giveup", "on_give_up", "on_failure"],
            }
            fallback {
                kind: Expression, in_configuration: false, example: "fallback = |error, give_up| cached()",
                doc: "Called with the final error; the caller gets the value or `Result` that it returns, or in an async function a future of one.",
                setters: [],
                elsewhere: ["fallback_method", "or_else", "default_value", "retry_error_callback"],
            }
            cancel {
                kind: Expression, in_configuration: false, example: "cancel = token.cancelled()",
                doc: "A future that ends a wait, and with it the call. In a function that blocks, a function or closure that returns a `bool`.",
                setters: [],
                elsewhere: ["cancel_token", "cancellation_token", "cancellation", "abort", "notify_cancel"],
            }
            attempt {
                kind: Expression, in_configuration: false, example: "attempt = attempt",
                doc: "Binds an `Attempt` of this name in the body, in predicates and in hooks.",
                setters: [],
                elsewhere: [],
            }
            key {
                kind: Expression, in_configuration: false, example: "key = key",
                doc: "Binds an `IdempotencyKey` of this name in the body, the same in every attempt of a call.",
                setters: [],
                elsewhere: ["idempotency_key", "idempotency"],
            }
            clone {
                kind: Names, in_configuration: false, example: "clone(body)",
                doc: "Every attempt gets a clone of these arguments.",
                setters: [],
                elsewhere: [],
            }
            share {
                kind: Names, in_configuration: false, example: "share(body)",
                doc: "Later attempts see the changes to these `mut` arguments.",
                setters: [],
                elsewhere: [],
            }
            policy {
                kind: Expression, in_configuration: false, example: "policy = self.policy",
                doc: "Start from this `RetryPolicy` or `&RetryPolicy`; other keys override it.",
                setters: [],
                elsewhere: ["config", "retry_policy"],
            }
            name {
                kind: Expression, in_configuration: false, example: "name = \"fetch\"",
                doc: "The name in events, in place of `module::function`.",
                setters: [],
                elsewhere: [],
            }
            log {
                kind: Log, in_configuration: true, example: "log = debug",
                doc: "The level of events about retries, with the feature `tracing`: `off`, `debug`, `info` or `warn`, the default.",
                setters: [],
                elsewhere: ["level", "log_level", "retry_log_level", "verbosity"],
            }
            target {
                kind: Expression, in_configuration: false, example: "target = \"shop\"",
                doc: "The target of events, with the feature `tracing`, in place of the function's module path.",
                setters: [],
                elsewhere: ["log_target"],
            }
            span {
                kind: Nothing, in_configuration: false, example: "span",
                doc: "Puts each attempt into a span `attempt` of its own, with the feature `tracing`.",
                setters: [],
                elsewhere: ["spans", "trace", "instrument"],
            }
            docs {
                kind: Expression, in_configuration: false, example: "docs = false",
                doc: "`false` leaves the function's documentation unchanged.",
                setters: [],
                elsewhere: ["doc"],
            }
            sleep {
                kind: Expression, in_configuration: false, example: "sleep = my_runtime::sleep",
                doc: "Waits with another runtime's sleep.",
                setters: [],
                elsewhere: ["sleep_fn", "sleeper"],
            }
            crate {
                kind: Expression, in_configuration: false, example: "crate = ::my_kit::retry",
                doc: "The path of retry-kit, if it is not `::retry_kit`.",
                setters: [],
                elsewhere: ["krate"],
            }
        }
    };
}

macro_rules! table {
    ($($name:tt { kind: $kind:ident, $($field:ident: $value:tt,)* })*) => {
        /// All keys, in the order in which messages list them.
        pub const KEYS: &[Key] = &[$(Key {
            name: stringify!($name),
            kind: Kind::$kind,
            $($field: table!($field $value),)*
        }),*];
    };
    ($field:ident [$($word:literal),* $(,)?]) => { &[$($word),*] };
    ($field:ident $value:literal) => { $value };
}

keys!(table);
#[cfg(feature = "decide")]
pub(crate) use keys;

/// The names of the keys that a configuration accepts.
pub const IN_CONFIGURATION: &[&str] = &{
    let mut names = [""; count_in_configuration()];
    let (mut key, mut found) = (0, 0);
    while key < KEYS.len() {
        if KEYS[key].in_configuration {
            names[found] = KEYS[key].name;
            found += 1;
        }
        key += 1;
    }
    names
};

#[inline]
const fn count_in_configuration() -> usize {
    let (mut key, mut count) = (0, 0);
    while key < KEYS.len() {
        count += KEYS[key].in_configuration as usize;
        key += 1;
    }
    count
}

/// The probable meaning of an unknown word.
#[derive(Clone, Copy, Debug)]
pub enum Meant {
    /// Another name of this key.
    Synonym(&'static Key),
    /// A misspelling of this key or of another name of it.
    Misspelt(&'static Key),
}

impl Key {
    /// Returns the key of this name.
    #[must_use]
    #[inline]
    pub fn named(name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.name == name)
    }

    /// Returns the key that `word` is another name or a misspelling of.
    #[must_use]
    #[inline]
    pub fn meant_by(word: &str) -> Option<Meant> {
        let word = normal(word);
        let is_synonym = |key: &&Self| key.synonyms().any(|synonym| synonym == word);
        if let Some(key) = KEYS.iter().find(is_synonym) {
            return Some(Meant::Synonym(key));
        }
        // A key's own name is more likely meant than a name from another library.
        let names = KEYS.iter().map(|key| (key, key.name));
        let synonyms = KEYS.iter().flat_map(|key| key.synonyms().map(move |word| (key, word)));
        let near = names.chain(synonyms).filter_map(|(key, name)| Some((edits(&word, name)?, key)));
        near.min_by_key(|&(edits, _)| edits).map(|(_, key)| Meant::Misspelt(key))
    }

    #[inline]
    fn synonyms(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.setters.iter().chain(self.elsewhere).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_means_exactly_one_key() {
        let words = || KEYS.iter().flat_map(|key| [key.name].into_iter().chain(key.synonyms()));
        for word in words() {
            assert_eq!(words().filter(|other| *other == word).count(), 1, "{word}");
            assert_eq!(normal(word), word);
        }
    }

    #[test]
    fn an_example_begins_with_its_key() {
        for key in KEYS {
            let rest = key.example.strip_prefix(key.name).unwrap_or("?");
            assert!(rest.is_empty() || rest.starts_with(" = ") || rest.starts_with('('), "{rest}");
        }
    }

    #[test]
    fn an_unknown_word_leads_to_the_key_it_probably_means() {
        let cases = [
            ("mxa", Some("max")),
            ("maxx", Some("max")),
            ("bsae", Some("base")),
            ("bse", Some("base")),
            ("Base", Some("base")),
            ("whne", Some("when")),
            ("cpa", Some("cap")),
            ("max_retry", Some("max")),
            ("max-retries", Some("max")),
            ("maxRetries", Some("max")),
            ("max_retires", Some("max")),
            ("max_attempt", Some("attempts")),
            ("initial_delay", Some("base")),
            ("inital_delay", Some("base")),
            ("max_delya", Some("cap")),
            ("retry-after-cap", Some("retry_after_cap")),
            ("dedaline", Some("deadline")),
            ("if", Some("when")),
            ("colour", None),
            ("x", None),
            ("", None),
        ];
        for (word, expected) in cases {
            let meant = Key::meant_by(word);
            let name = meant.map(|(Meant::Synonym(key) | Meant::Misspelt(key))| key.name);
            assert_eq!(name, expected, "{word}");
        }
    }
}
