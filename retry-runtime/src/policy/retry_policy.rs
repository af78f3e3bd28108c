//! The retry policy: one value that decides when and how often to retry.

use core::fmt;
use core::hash::{Hash, Hasher};
use core::time::Duration;

use super::backoff::Backoff;
use super::duration::{Words, min, nanos};
use super::error::PolicyError;
use super::factor::Factor;
use super::growth::{Bounds, Growth};
use super::jitter::{Jitter, Kind, Ratio};
use super::log::Log;
use super::nested::Nested;
use super::plan::Plan;
use super::range::Range;
use super::repeat::Repeat;
use super::schedule::Schedule;
use super::status::StatusSet;
use super::switched::Switch;

/// Decides how often to retry, how long to wait, and which statuses to retry.
///
/// A policy is a small `Copy` value. Every setter is a `const fn`, so a policy can be a `const`:
///
/// ```
/// use std::time::Duration;
/// use retry_kit::{Backoff, Jitter, RetryPolicy};
///
/// const POLLING: RetryPolicy = RetryPolicy::new()
///     .max_retries(10)
///     .base_delay(Duration::from_millis(200))
///     .backoff(Backoff::Fixed)
///     .jitter(Jitter::None)
///     .build();
/// assert_eq!(POLLING.worst_case_wait(), Some(Duration::from_secs(2)));
/// ```
///
/// | setter | key of the attribute | default |
/// |---|---|---|
/// | [`max_retries`](Self::max_retries), [`unlimited`](Self::unlimited) | `max`, `attempts` | 3 retries, 4 attempts |
/// | [`base_delay`](Self::base_delay) | `base` | 1 s |
/// | [`factor`](Self::factor) | `factor` | 2; 3 with [`Backoff::Decorrelated`] |
/// | [`max_delay`](Self::max_delay) | `cap` | 60 s |
/// | [`backoff`](Self::backoff) | `backoff` | [`Backoff::Exponential`] |
/// | [`jitter`](Self::jitter) | `jitter` | [`Jitter::Additive`], ratio 1; [`Jitter::None`] with [`Backoff::Decorrelated`] |
/// | [`throttled_base`](Self::throttled_base), [`throttled_cap`](Self::throttled_cap) | `throttled` | base and cap |
/// | [`deadline`](Self::deadline) | `deadline` | none |
/// | [`status`](Self::status) | `status` | 429, 503, 504 |
/// | [`retry_after_cap`](Self::retry_after_cap), [`give_up_on_hint_over`](Self::give_up_on_hint_over) | `retry_after_cap` | cut to 300 s |
/// | [`repeat`](Self::repeat) | `repeat` | [`Repeat::All`] |
/// | [`nested`](Self::nested) | `nested` | [`Nested::Allow`] |
/// | [`switch`](Self::switch) | `switch` | [`Switch::Obey`]; [`Switch::Ignore`] without retry limit and deadline |
/// | [`log`](Self::log) | `log` | [`Log::Warn`] |
///
/// # Values read at run time
///
/// [`factor`](Self::factor) and [`build`](Self::build) panic on invalid values; in a `const` that is a
/// compile error. For values from a user or a file, use [`try_factor`](Self::try_factor),
/// [`try_max_retries`](Self::try_max_retries), [`Jitter::try_additive`], [`Jitter::try_symmetric`],
/// [`StatusSet::try_with`] and [`try_build`](Self::try_build):
///
/// ```
/// use std::time::Duration;
/// use retry_kit::{PolicyError, RetryPolicy};
///
/// fn from_config(max: u32, base: Duration, factor: f64) -> Result<RetryPolicy, PolicyError> {
///     RetryPolicy::new().max_retries(max).base_delay(base).try_factor(factor)?.try_build()
/// }
///
/// assert!(from_config(5, Duration::from_millis(100), 1.5).is_ok());
/// assert_eq!(
///     from_config(5, Duration::from_secs(90), 2.0).unwrap_err().to_string(),
///     "the base delay (90s) is above the cap (60s)",
/// );
/// ```
///
/// # From configuration
///
/// With the feature `serde`, a policy deserializes from TOML, JSON or any other format of serde, in the
/// words of the attribute. Every key is optional. Missing keys come from [`RetryPolicy::DEFAULT`], or
/// from [your own default](#over-your-own-defaults).
///
/// ```
/// # #[cfg(feature = "serde")] {
/// use std::time::Duration;
/// use retry_kit::{Jitter, RetryPolicy, StatusSet};
///
/// let policy: RetryPolicy = toml::from_str(
///     r#"
///     max = 5
///     base = "250ms"
///     jitter = "additive(0.1)"
///     status = [429, "502..=504"]
///     "#,
/// )?;
/// let same = RetryPolicy::new()
///     .max_retries(5)
///     .base_delay(Duration::from_millis(250))
///     .jitter(Jitter::additive(0.1))
///     .status(StatusSet::EMPTY.with(429).with_range(502..=504));
/// assert_eq!(policy, same);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// | key | value |
/// |---|---|
/// | `max` or `attempts` | retries or attempts, or `"forever"`; 0 turns retrying off |
/// | `base` | a duration with its unit: `"250ms"`, `"1m 30s"` |
/// | `factor` | a number from 1 to 10⁹ |
/// | `cap` | a duration |
/// | `backoff` | `"exponential"`, `"fixed"`, `"linear"`, `"fibonacci"`, `"decorrelated"` |
/// | `jitter` | `"additive"`, `"additive(0.1)"`, `"full"`, `"equal"`, `"symmetric(0.5)"`, `"absolute(500ms)"`, `"none"` |
/// | `throttled` | a table or a string with a duration for `base`, `cap` or both: `{ base = "1s" }`, `"base = 1s, cap = 20s"`; or `"none"` |
/// | `deadline` | a duration, or `"none"` |
/// | `status` | a list of codes, ranges and names: `[429, "500..=599"]`, `"transient"`, `["default", 408]` |
/// | `retry_after_cap` | a duration, or `"give_up(5m)"` |
/// | `repeat` | `"all"`, `"unsent"` |
/// | `nested` | `"allow"`, `"once"` |
/// | `switch` | `"obey"`, `"ignore"` |
/// | `log` | `"off"`, `"debug"`, `"info"`, `"warn"` |
///
/// A string works for every value, since environment variables have nothing else: `"3"` for a number,
/// `"429, 500..=599"` or `"429 | 503"` for a list. White space around a value is ignored. A null value
/// counts as a missing key.
///
/// An unknown key, an invalid value and a contradiction between values are errors that name the key.
///
/// A policy also serializes, with every key that applies to it, and deserializes to an equal policy.
/// Serializing fails if [`try_build`](Self::try_build) does. A round trip drops two settings that have
/// no effect: a factor with a backoff that has none, and an explicit jitter equal to the default.
///
/// Durations outside of a policy, such as the `timeout` of an attempt, use the same words with the
/// module `retry_kit::duration`. Pass them to the attribute, as in `timeout = self.timeout`.
///
/// # Over your own defaults
///
/// A policy is also a [`DeserializeSeed`]: missing keys then come from that policy instead of
/// [`RetryPolicy::DEFAULT`]. Here `max = 5` changes the number of retries and keeps the deadline:
///
/// ```
/// # #[cfg(feature = "serde")] {
/// use std::time::Duration;
/// use retry_kit::RetryPolicy;
/// use serde::Deserialize;
/// use serde::de::{DeserializeSeed, Deserializer};
///
/// const OURS: RetryPolicy = RetryPolicy::new().deadline(Duration::from_secs(30)).build();
///
/// #[derive(Deserialize)]
/// struct Config {
///     #[serde(default = "ours", deserialize_with = "over_ours")]
///     retry: RetryPolicy,
/// }
///
/// fn ours() -> RetryPolicy {
///     OURS
/// }
///
/// fn over_ours<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RetryPolicy, D::Error> {
///     OURS.deserialize(deserializer)
/// }
///
/// let config: Config = toml::from_str("[retry]\nmax = 5")?;
/// assert_eq!(config.retry, OURS.max_retries(5));
/// let config: Config = toml::from_str("")?;
/// assert_eq!(config.retry, OURS);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A key replaces the default's value: `status` replaces the whole set, `"forever"` lifts a limit, and
/// `deadline = "none"` removes the deadline. `backoff = "decorrelated"` also drops the default's jitter,
/// which does not apply to it, and its factor, which means something else there. Contradictory values are errors even if one of them is the default's.
///
/// [`DeserializeSeed`]: https://docs.rs/serde/latest/serde/de/trait.DeserializeSeed.html
///
/// # Unchecked values
///
/// A policy without `build` or `try_build` works, too: its first backoff is `min(base, cap)`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[must_use = "a policy does nothing until something is retried with it"]
// Times are in nanoseconds. Many futures hold a policy, so it is kept small: 120 bytes, 40 of them for
// the statuses.
pub struct RetryPolicy {
    base: u64,
    cap: u64,
    /// `NO_DEADLINE` if there is none.
    deadline: u64,
    retry_after_cap: u64,
    status: StatusSet,
    factor: Factor,
    max_retries: u32,
    is_unlimited: bool,
    flags: Flags,
    repeat: Repeats,
    nested: Nested,
    /// `None` until set: the default depends on the limits.
    switch: Option<Switch>,
    growth: Growth,
    /// `None` until set: the default depends on the backoff.
    jitter: Option<Kind>,
    /// The ratio of the jitter, or the seconds of one that is absolute.
    millionths: u32,
    plan: Plan,
}

/// Small settings in one byte.
#[derive(Clone, Copy)]
struct Flags(u8);

impl Flags {
    const NONE: Self = Self(0);
    /// A hint above `retry_after_cap` ends the call instead of being cut.
    const GIVES_UP_ON_LONG_HINTS: u8 = 1;
    /// The factor was set. Policies that differ only in this wait alike, so they are equal.
    const FACTOR_IS_SET: u8 = 2;

    /// The two bits of [`Log`], without which it is the default.
    const LOG: u8 = 0b1100;

    const fn log(self) -> Log {
        match self.0 & Self::LOG {
            0b0000 => Log::Warn,
            0b0100 => Log::Info,
            0b1000 => Log::Debug,
            _ => Log::Off,
        }
    }

    const fn with_log(self, log: Log) -> Self {
        let bits = match log {
            Log::Warn => 0b0000,
            Log::Info => 0b0100,
            Log::Debug => 0b1000,
            Log::Off => 0b1100,
        };
        Self(self.0 & !Self::LOG | bits)
    }

    /// All that tells two policies apart.
    const fn told_apart(self) -> u8 {
        self.0 & !Self::FACTOR_IS_SET
    }

    const fn has(self, flag: u8) -> bool {
        self.0 & flag != 0
    }

    const fn with(self, flag: u8, is_set: bool) -> Self {
        Self(if is_set { self.0 | flag } else { self.0 & !flag })
    }
}

impl PartialEq for Flags {
    fn eq(&self, other: &Self) -> bool {
        self.told_apart() == other.told_apart()
    }
}

impl Eq for Flags {}

impl Hash for Flags {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.told_apart().hash(state);
    }
}

/// Which retryable failures are followed by the same request.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(not(feature = "decide"), allow(dead_code, reason = "only a decision needs all of them"))]
enum Repeats {
    All,
    Unsent,
    /// None of all, as the request cannot be repeated.
    NoneOfAll,
    NoneOfUnsent,
}

const NO_DEADLINE: u64 = u64::MAX;

impl RetryPolicy {
    /// The default policy: 3 retries, 4 attempts; exponential backoff from 1 s, doubling up to 60 s,
    /// with additive jitter; server hints up to 300 s; statuses 429, 503 and 504.
    ///
    /// ```
    /// use retry_kit::RetryPolicy;
    ///
    /// assert_eq!(RetryPolicy::DEFAULT.delays().count(), 3);
    /// ```
    pub const DEFAULT: Self = Self {
        base: 1_000_000_000,
        cap: 60_000_000_000,
        deadline: NO_DEADLINE,
        retry_after_cap: 300_000_000_000,
        status: StatusSet::DEFAULT,
        factor: Factor::TWO,
        max_retries: 3,
        is_unlimited: false,
        flags: Flags::NONE,
        repeat: Repeats::All,
        nested: Nested::Allow,
        switch: None,
        growth: Growth::DEFAULT,
        jitter: None,
        millionths: Ratio::WHOLE,
        plan: Plan::DEFAULT,
    };

    /// The policy that never retries: 1 attempt.
    ///
    /// In the extensions of a request, it exempts that request from a
    /// [layer or middleware](https://docs.rs/retry-kit/latest/retry_kit/guide/middleware/index.html).
    ///
    /// ```
    /// use retry_kit::RetryPolicy;
    ///
    /// assert_eq!(RetryPolicy::OFF.delays().count(), 0);
    /// ```
    pub const OFF: Self = Self::DEFAULT.max_retries(0);

    /// Returns [`RetryPolicy::DEFAULT`], for the setters to change.
    ///
    /// ```
    /// use retry_kit::RetryPolicy;
    ///
    /// assert_eq!(RetryPolicy::new(), RetryPolicy::DEFAULT);
    /// ```
    pub const fn new() -> Self {
        Self::DEFAULT
    }

    /// Returns the policy with these delays as its backoff, and as many retries: the key `delays`.
    /// Everything else is as in [`RetryPolicy::DEFAULT`].
    ///
    /// Under a higher [retry limit](Self::max_retries), the last delay repeats. Jitter applies as to every
    /// backoff; base, factor, cap and throttled backoff do not, see [`Backoff::List`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{Jitter, RetryPolicy};
    ///
    /// const QUICK_THEN_PATIENT: RetryPolicy = RetryPolicy::from_delays(&[
    ///     Duration::from_millis(100),
    ///     Duration::from_secs(1),
    ///     Duration::from_secs(10),
    /// ])
    /// .jitter(Jitter::None)
    /// .build();
    /// let waits: Vec<_> = QUICK_THEN_PATIENT.delays().map(|wait| *wait.end()).collect();
    /// assert_eq!(waits, [100, 1_000, 10_000].map(Duration::from_millis));
    ///
    /// let last = QUICK_THEN_PATIENT.max_retries(5).delays().last().unwrap();
    /// assert_eq!(*last.end(), Duration::from_secs(10));
    /// ```
    pub const fn from_delays(delays: &'static [Duration]) -> Self {
        Self::DEFAULT.with_delays(delays)
    }

    /// Sets the backoff to a list, and the retry limit to its length.
    #[expect(clippy::cast_possible_truncation, reason = "compared before")]
    pub(crate) const fn with_delays(self, delays: &'static [Duration]) -> Self {
        let count = delays.len();
        let retries = if count > u32::MAX as usize { u32::MAX } else { count as u32 };
        self.backoff(Backoff::List(delays)).max_retries(retries)
    }

    /// Sets the retry limit: at most `retries` retries after the first attempt, 3 by default. 0 turns
    /// retrying off. The key `max`. From another type than `u32` use
    /// [`try_max_retries`](Self::try_max_retries).
    ///
    /// ```
    /// use retry_kit::RetryPolicy;
    ///
    /// assert_eq!(RetryPolicy::new().max_retries(5).delays().count(), 5);
    /// ```
    pub const fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self.is_unlimited = false;
        self
    }

    /// Sets the retry limit like [`max_retries`](Self::max_retries), from any type that converts to a `u32`,
    /// such as a `usize` read at run time.
    ///
    /// ```
    /// use retry_kit::{PolicyError, RetryPolicy};
    ///
    /// let mirrors = ["a", "b", "c"];
    /// let policy = RetryPolicy::new().try_max_retries(mirrors.len())?;
    /// assert_eq!(policy.get_max_retries(), Some(3));
    /// assert_eq!(RetryPolicy::new().try_max_retries(-1), Err(PolicyError::Retries));
    /// # Ok::<(), PolicyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PolicyError::Retries`] if `retries` is negative or more than 2³² − 1.
    pub fn try_max_retries(self, retries: impl TryInto<u32>) -> Result<Self, PolicyError> {
        match retries.try_into() {
            Ok(retries) => Ok(self.max_retries(retries)),
            Err(_) => Err(PolicyError::Retries),
        }
    }

    /// Removes the retry limit: `max = forever` in the attribute.
    ///
    /// ```
    /// use retry_kit::RetryPolicy;
    ///
    /// assert_eq!(RetryPolicy::new().unlimited().get_max_retries(), None);
    /// ```
    pub const fn unlimited(mut self) -> Self {
        // Policies without a limit must be equal, whatever limit they had before.
        self.max_retries = u32::MAX;
        self.is_unlimited = true;
        self
    }

    /// Sets the backoff before the first retry, before jitter; 1 s by default. The key `base`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    ///
    /// let policy = RetryPolicy::new().base_delay(Duration::from_millis(250));
    /// assert_eq!(*policy.delays().next().unwrap().start(), Duration::from_millis(250));
    /// ```
    pub const fn base_delay(mut self, base: Duration) -> Self {
        self.base = nanos(base);
        self
    }

    /// Sets the growth per retry of the exponential backoff, from 1 to 10⁹; 2 by default. Whole
    /// factors are exact, others are rounded to a millionth.
    ///
    /// For [`Backoff::Decorrelated`] it sets how many times the last backoff the next one may be; 3 by
    /// default. Other shapes have no factor.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{Jitter, RetryPolicy};
    ///
    /// let policy = RetryPolicy::new().factor(3.0).jitter(Jitter::None);
    /// let waits: Vec<_> = policy.delays().map(|wait| *wait.end()).collect();
    /// assert_eq!(waits, [1, 3, 9].map(Duration::from_secs));
    /// ```
    ///
    /// # Panics
    ///
    /// If `factor` is not a number from 1 to 10⁹; in a `const` that is a compile error. For a value
    /// read at run time use [`try_factor`](Self::try_factor).
    pub const fn factor(self, factor: f64) -> Self {
        match self.try_factor(factor) {
            Ok(policy) => policy,
            Err(_) => panic!("a backoff factor is a number from 1 to 1e9"),
        }
    }

    /// Sets the growth like [`factor`](Self::factor), for values read at run time.
    ///
    /// ```
    /// use retry_kit::{PolicyError, RetryPolicy};
    ///
    /// assert_eq!(RetryPolicy::new().try_factor(0.5), Err(PolicyError::Factor));
    /// ```
    ///
    /// # Errors
    ///
    /// [`PolicyError::Factor`] unless `factor` is a number from 1 to 10⁹.
    pub const fn try_factor(mut self, factor: f64) -> Result<Self, PolicyError> {
        match Factor::try_new(factor) {
            Some(factor) => {
                self.factor = factor;
                self.flags = self.flags.with(Flags::FACTOR_IS_SET, true);
                Ok(self.planned())
            }
            None => Err(PolicyError::Factor),
        }
    }

    /// Sets the cap: the longest backoff, before jitter; 60 s by default. The key `cap`. Additive
    /// jitter can make a wait longer, by up to its ratio of the cap.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{Jitter, RetryPolicy};
    ///
    /// let policy = RetryPolicy::new().max_delay(Duration::from_secs(2)).jitter(Jitter::None);
    /// let waits: Vec<_> = policy.delays().map(|wait| *wait.end()).collect();
    /// assert_eq!(waits, [1, 2, 2].map(Duration::from_secs));
    /// ```
    pub const fn max_delay(mut self, cap: Duration) -> Self {
        self.cap = nanos(cap);
        self
    }

    /// Sets how the backoff grows, [`Backoff::Exponential`] by default.
    ///
    /// ```
    /// use retry_kit::{Backoff, RetryPolicy};
    ///
    /// assert_eq!(RetryPolicy::new().backoff(Backoff::Fixed).get_backoff(), Backoff::Fixed);
    /// ```
    pub const fn backoff(mut self, backoff: Backoff) -> Self {
        self.growth = self.growth.with(backoff);
        self.planned()
    }

    /// Sets the backoff, and the bounds of the throttled one.
    pub(super) const fn with_growth(mut self, growth: Growth) -> Self {
        self.growth = growth;
        self.planned()
    }

    pub(super) const fn growth(&self) -> Growth {
        self.growth
    }

    /// Sets how waits are spread, [`Jitter::Additive`] with ratio 1 by default.
    /// [`Backoff::Decorrelated`] is already random and takes no jitter.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{Jitter, RetryPolicy};
    ///
    /// let first = RetryPolicy::new().jitter(Jitter::Full).delays().next();
    /// assert_eq!(first, Some(Duration::ZERO..=Duration::from_secs(1)));
    /// ```
    pub const fn jitter(mut self, jitter: Jitter) -> Self {
        let (kind, millionths) = Kind::of(jitter);
        self.jitter = Some(kind);
        self.millionths = millionths;
        self.planned()
    }

    /// Sets the deadline of a call, counted from its first poll; none by default.
    ///
    /// A wait that would end at or after the deadline does not start: the call returns its last
    /// error at once. The time of attempts counts, too. An attempt that has started, if only with
    /// its `before_retry`, is never interrupted, unless it has a `timeout`.
    ///
    /// With a deadline, a call reads a clock: tokio's with the feature `tokio`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    ///
    /// let policy = RetryPolicy::new().deadline(Duration::from_secs(30));
    /// assert_eq!(policy.get_deadline(), Some(Duration::from_secs(30)));
    /// ```
    pub const fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = nanos(deadline);
        self
    }

    pub(crate) const fn without_deadline(mut self) -> Self {
        self.deadline = NO_DEADLINE;
        self
    }

    /// Sets the longest server hint to obey, such as a `Retry-After` header; 300 s by default. A
    /// longer hint is cut to this. With zero, every hint is ignored. For the longest total see
    /// [`worst_case_wait_with_hints`](Self::worst_case_wait_with_hints).
    ///
    /// A hint never makes a wait shorter than the first backoff, `min(base, cap)`, and jitter adds
    /// up to as much again: the server knows when it may be ready, but not how many clients wait
    /// for that moment. With a base of zero, the wait is exactly the hint. Base and cap are those of the
    /// [throttled](Self::throttled_base) backoff, if it has any.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    ///
    /// let policy = RetryPolicy::new().retry_after_cap(Duration::from_secs(60));
    /// let wait = policy.wait_after_hint(Duration::from_secs(3_600));
    /// assert_eq!(wait, Some(Duration::from_secs(60)..=Duration::from_secs(61)));
    /// ```
    pub const fn retry_after_cap(mut self, cap: Duration) -> Self {
        self.retry_after_cap = nanos(cap);
        self.flags = self.flags.with(Flags::GIVES_UP_ON_LONG_HINTS, false);
        self
    }

    /// Ends the call at once if a server hint is longer than `cap`, with
    /// [`StopReason::HintTooLong`](crate::StopReason::HintTooLong). Hints up to `cap` are obeyed.
    /// In the attribute: `retry_after_cap = give_up("5m")`.
    ///
    /// A hint that is [cut](Self::retry_after_cap) leads to retries before the server wants any. If
    /// the caller can use the time better, for example by asking another server or coming back
    /// later, return the error instead.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{Decision, ErrorClass, RetryPolicy, RetryState, StopReason};
    ///
    /// let policy = RetryPolicy::new().give_up_on_hint_over(Duration::from_secs(300));
    /// let an_hour = ErrorClass::Throttled { retry_after: Some(Duration::from_secs(3_600)) };
    /// let decision = RetryState::new(&policy).decide(an_hour);
    /// assert_eq!(decision, Decision::Stop(StopReason::HintTooLong));
    /// ```
    pub const fn give_up_on_hint_over(mut self, cap: Duration) -> Self {
        self.retry_after_cap = nanos(cap);
        self.flags = self.flags.with(Flags::GIVES_UP_ON_LONG_HINTS, true);
        self
    }

    /// Sets the retryable statuses; 429, 503 and 504 by default. A 403 is retried only with a
    /// server hint, see [`StatusSet`].
    ///
    /// ```
    /// use retry_kit::{RetryPolicy, StatusSet};
    ///
    /// let policy = RetryPolicy::new().status(StatusSet::DEFAULT.with(408));
    /// assert!(policy.get_status().contains(408));
    /// ```
    pub const fn status(mut self, status: StatusSet) -> Self {
        self.status = status;
        self
    }

    /// Sets whether requests that the server may have processed are repeated;
    /// [`Repeat::All`] by default.
    ///
    /// With [`Repeat::Unsent`], [`status`](Self::status) and
    /// [`retry_after_cap`](Self::retry_after_cap) have no effect: a server that answers has
    /// received the request.
    ///
    /// ```
    /// use retry_kit::{Repeat, RetryPolicy};
    ///
    /// assert_eq!(RetryPolicy::new().repeat(Repeat::Unsent).get_repeat(), Repeat::Unsent);
    /// ```
    pub const fn repeat(mut self, repeat: Repeat) -> Self {
        self.repeat = match repeat {
            Repeat::All => Repeats::All,
            Repeat::Unsent => Repeats::Unsent,
        };
        self.planned()
    }

    /// Sets whether a call retries inside an attempt of another retried function; [`Nested::Allow`] by
    /// default.
    ///
    /// ```
    /// use retry_kit::{Nested, RetryPolicy};
    ///
    /// assert_eq!(RetryPolicy::new().nested(Nested::Once).get_nested(), Nested::Once);
    /// ```
    pub const fn nested(mut self, nested: Nested) -> Self {
        self.nested = nested;
        self.planned()
    }

    /// Sets whether a call obeys [`set_enabled`](crate::set_enabled). By default a policy without a retry limit
    /// and without a deadline ignores it: [`Switch`] says why.
    ///
    /// ```
    /// use retry_kit::{RetryPolicy, Switch};
    ///
    /// let heartbeat = RetryPolicy::new().switch(Switch::Ignore);
    /// assert_eq!(heartbeat.get_switch(), Switch::Ignore);
    /// ```
    pub const fn switch(mut self, switch: Switch) -> Self {
        self.switch = Some(switch);
        self
    }

    /// Sets the level of the events about retries, with the feature `tracing`; [`Log::Warn`] by default. The
    /// key `log`.
    ///
    /// ```
    /// use retry_kit::{Log, RetryPolicy};
    ///
    /// assert_eq!(RetryPolicy::new().log(Log::Off).get_log(), Log::Off);
    /// ```
    pub const fn log(mut self, log: Log) -> Self {
        self.flags = self.flags.with_log(log);
        self
    }

    /// Returns the policy if its values fit together; meant for a `const`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    ///
    /// const PATIENT: RetryPolicy = RetryPolicy::new().max_delay(Duration::from_secs(300)).build();
    /// ```
    ///
    /// # Panics
    ///
    /// If [`try_build`](Self::try_build) returns an error; in a `const` that is a compile error.
    pub const fn build(self) -> Self {
        match self.check() {
            None => self,
            Some(PolicyError::BaseAboveCap { .. }) => {
                panic!("the base delay is above the cap, which is 60s unless it is set")
            }
            Some(PolicyError::DeadlineTooShort { .. }) => {
                panic!("the deadline is no longer than the first wait: nothing would be retried")
            }
            Some(PolicyError::ThrottledBaseAboveCap { .. }) => {
                panic!("the throttled base is above its cap, which is `cap` unless it is set")
            }
            Some(PolicyError::EmptyList) => panic!("an empty list of delays never retries"),
            Some(_) => panic!("decorrelated backoff is its own jitter: leave `jitter` out"),
        }
    }

    /// Returns the policy if its values fit together.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    ///
    /// assert!(RetryPolicy::new().try_build().is_ok());
    /// assert!(RetryPolicy::new().deadline(Duration::from_millis(1)).try_build().is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`PolicyError::BaseAboveCap`] if the base delay is longer than the cap;
    /// [`PolicyError::ThrottledBaseAboveCap`] if that of the throttled backoff is;
    /// [`PolicyError::EmptyList`] if the list of delays is empty;
    /// [`PolicyError::JitterOnDecorrelated`] if decorrelated backoff has a jitter other than none;
    /// [`PolicyError::DeadlineTooShort`] if the deadline leaves no time for the shortest first
    /// wait.
    pub const fn try_build(self) -> Result<Self, PolicyError> {
        match self.check() {
            None => Ok(self),
            Some(error) => Err(error),
        }
    }

    const fn check(&self) -> Option<PolicyError> {
        if let Some(error) = self.check_bounds() {
            return Some(error);
        }
        match self.jitter {
            None | Some(Kind::None) => {}
            Some(_) if self.is_decorrelated() => return Some(PolicyError::JitterOnDecorrelated),
            Some(_) => {}
        }
        let ordinary = self.range_at_most(Schedule::Ordinary, 0).shortest;
        let wait = min(ordinary, self.range_at_most(Schedule::Throttled, 0).shortest);
        match self.get_deadline() {
            Some(deadline) if self.deadline <= wait && !self.is_exhausted(0) => {
                let wait = Duration::from_nanos(wait);
                Some(PolicyError::DeadlineTooShort { deadline, wait })
            }
            _ => None,
        }
    }

    const fn check_bounds(&self) -> Option<PolicyError> {
        match self.get_backoff() {
            Backoff::List([]) => return Some(PolicyError::EmptyList),
            Backoff::List(_) | Backoff::Custom(_) => return None,
            _ => {}
        }
        if self.base > self.cap {
            let (base, cap) = (self.get_base_delay(), self.get_max_delay());
            return Some(PolicyError::BaseAboveCap { base, cap });
        }
        let Bounds { base, cap } = self.bounds(Schedule::Throttled);
        if base > cap {
            let (base, cap) = (Duration::from_nanos(base), Duration::from_nanos(cap));
            return Some(PolicyError::ThrottledBaseAboveCap { base, cap });
        }
        None
    }

    /// Returns the retry limit; `None` without one.
    ///
    /// ```
    /// use retry_kit::RetryPolicy;
    ///
    /// assert_eq!(RetryPolicy::DEFAULT.get_max_retries(), Some(3));
    /// assert_eq!(RetryPolicy::DEFAULT.unlimited().get_max_retries(), None);
    /// ```
    #[must_use]
    pub const fn get_max_retries(&self) -> Option<u32> {
        self.retry_limit()
    }

    /// Returns the backoff before the first retry, before jitter.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    ///
    /// assert_eq!(RetryPolicy::DEFAULT.get_base_delay(), Duration::from_secs(1));
    /// ```
    #[must_use]
    pub const fn get_base_delay(&self) -> Duration {
        Duration::from_nanos(self.base)
    }

    /// Returns the growth per retry of the exponential backoff, or that of the decorrelated one.
    ///
    /// ```
    /// use retry_kit::RetryPolicy;
    ///
    /// assert_eq!(RetryPolicy::DEFAULT.factor(1.5).get_factor(), 1.5);
    /// ```
    #[must_use]
    pub const fn get_factor(&self) -> f64 {
        self.factor.value()
    }

    /// Returns the cap: the longest backoff, before jitter.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    ///
    /// assert_eq!(RetryPolicy::DEFAULT.get_max_delay(), Duration::from_secs(60));
    /// ```
    #[must_use]
    pub const fn get_max_delay(&self) -> Duration {
        Duration::from_nanos(self.cap)
    }

    /// Returns how the backoff grows.
    ///
    /// ```
    /// use retry_kit::{Backoff, RetryPolicy};
    ///
    /// assert_eq!(RetryPolicy::DEFAULT.get_backoff(), Backoff::Exponential);
    /// ```
    #[must_use]
    pub const fn get_backoff(&self) -> Backoff {
        self.growth.backoff()
    }

    /// Returns how waits are spread: the jitter that was set, otherwise the default of the backoff.
    ///
    /// ```
    /// use retry_kit::{Backoff, Jitter, RetryPolicy};
    ///
    /// assert_eq!(RetryPolicy::DEFAULT.get_jitter(), Jitter::additive(1.0));
    /// let decorrelated = RetryPolicy::DEFAULT.backoff(Backoff::Decorrelated);
    /// assert_eq!(decorrelated.get_jitter(), Jitter::None);
    /// ```
    #[must_use]
    pub const fn get_jitter(&self) -> Jitter {
        self.effective_jitter()
    }

    /// Returns the deadline of a call; `None` without one.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    ///
    /// assert_eq!(RetryPolicy::DEFAULT.get_deadline(), None);
    /// let minute = Duration::from_secs(60);
    /// assert_eq!(RetryPolicy::DEFAULT.deadline(minute).get_deadline(), Some(minute));
    /// ```
    #[must_use]
    pub const fn get_deadline(&self) -> Option<Duration> {
        if self.deadline == NO_DEADLINE { None } else { Some(Duration::from_nanos(self.deadline)) }
    }

    /// Returns the longest server hint to obey. A longer one is cut, or ends the call: see
    /// [`gives_up_on_long_hints`](Self::gives_up_on_long_hints).
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    ///
    /// assert_eq!(RetryPolicy::DEFAULT.get_retry_after_cap(), Duration::from_secs(300));
    /// ```
    #[must_use]
    pub const fn get_retry_after_cap(&self) -> Duration {
        Duration::from_nanos(self.retry_after_cap)
    }

    /// Tells whether a server hint above the [cap](Self::get_retry_after_cap) ends the call;
    /// otherwise it is cut.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    ///
    /// let policy = RetryPolicy::DEFAULT;
    /// assert!(!policy.gives_up_on_long_hints());
    /// assert!(policy.give_up_on_hint_over(Duration::from_secs(60)).gives_up_on_long_hints());
    /// ```
    #[must_use]
    pub const fn gives_up_on_long_hints(&self) -> bool {
        self.flags.has(Flags::GIVES_UP_ON_LONG_HINTS)
    }

    /// Returns the retryable statuses.
    ///
    /// ```
    /// use retry_kit::{RetryPolicy, StatusSet};
    ///
    /// assert_eq!(RetryPolicy::DEFAULT.get_status(), StatusSet::DEFAULT);
    /// ```
    #[must_use]
    pub const fn get_status(&self) -> StatusSet {
        self.status
    }

    /// Returns whether requests that the server may have processed are repeated.
    ///
    /// ```
    /// use retry_kit::{Repeat, RetryPolicy};
    ///
    /// assert_eq!(RetryPolicy::DEFAULT.get_repeat(), Repeat::All);
    /// ```
    #[must_use]
    pub const fn get_repeat(&self) -> Repeat {
        if self.is_for_unsent() { Repeat::Unsent } else { Repeat::All }
    }

    /// Returns whether a call retries inside an attempt of another retried function.
    ///
    /// ```
    /// use retry_kit::{Nested, RetryPolicy};
    ///
    /// assert_eq!(RetryPolicy::DEFAULT.get_nested(), Nested::Allow);
    /// ```
    #[must_use]
    pub const fn get_nested(&self) -> Nested {
        self.nested
    }

    /// Returns whether a call obeys [`set_enabled`](crate::set_enabled).
    ///
    /// ```
    /// use retry_kit::{RetryPolicy, Switch};
    ///
    /// assert_eq!(RetryPolicy::DEFAULT.get_switch(), Switch::Obey);
    /// assert_eq!(RetryPolicy::DEFAULT.unlimited().get_switch(), Switch::Ignore);
    /// ```
    #[must_use]
    pub const fn get_switch(&self) -> Switch {
        match self.switch {
            Some(switch) => switch,
            None if self.is_unlimited && self.deadline == NO_DEADLINE => Switch::Ignore,
            None => Switch::Obey,
        }
    }

    /// The word that was set, if any.
    #[cfg(any(feature = "serde", feature = "recorder"))]
    pub(crate) const fn own_switch(&self) -> Option<Switch> {
        self.switch
    }

    /// The policy with a limit that others set, an operator or a test. A loop that ignored the switch for want of
    /// a limit still ignores it.
    #[cfg(feature = "decide")]
    pub(crate) fn limited_to(self, retries: u32) -> Self {
        let switch = self.get_switch();
        let limited = self.max_retries(retries);
        if limited.get_switch() == switch { limited } else { limited.switch(switch) }
    }

    /// Whether the switch ends its calls.
    #[cfg(feature = "decide")]
    pub(crate) const fn obeys_the_switch(&self) -> bool {
        matches!(self.get_switch(), Switch::Obey)
    }

    /// Returns the level of the events about retries.
    ///
    /// ```
    /// use retry_kit::{Log, RetryPolicy};
    ///
    /// assert_eq!(RetryPolicy::DEFAULT.get_log(), Log::Warn);
    /// ```
    #[must_use]
    pub const fn get_log(&self) -> Log {
        self.flags.log()
    }

    /// The retry limit; `None` without one.
    pub(crate) const fn retry_limit(&self) -> Option<u32> {
        if self.is_unlimited { None } else { Some(self.max_retries) }
    }

    /// Drops the jitter that was set, so that the default of the backoff applies.
    pub(crate) const fn default_jitter(mut self) -> Self {
        self.jitter = None;
        self.millionths = Ratio::WHOLE;
        self.planned()
    }

    /// Drops the factor that was set, so that the default of the backoff applies.
    pub(crate) const fn default_factor(mut self) -> Self {
        self.flags = self.flags.with(Flags::FACTOR_IS_SET, false);
        self.planned()
    }

    /// Whether the retry limit is reached after `retries` retries.
    #[inline]
    pub(crate) const fn is_exhausted(&self, retries: u32) -> bool {
        retries >= self.max_retries && !self.is_unlimited
    }

    #[inline]
    pub(crate) const fn is_decorrelated(&self) -> bool {
        self.growth.is_decorrelated()
    }

    /// Whether only requests that the server never processed are repeated.
    #[inline]
    pub(crate) const fn is_for_unsent(&self) -> bool {
        matches!(self.repeat, Repeats::Unsent | Repeats::NoneOfUnsent)
    }

    /// Whether every retryable failure is followed by the same request.
    #[inline]
    pub(crate) const fn repeats_all(&self) -> bool {
        matches!(self.repeat, Repeats::All)
    }

    /// The same policy for a request that cannot be repeated.
    #[cfg(feature = "decide")]
    pub(crate) const fn without_repeat(mut self) -> Self {
        self.repeat = if self.is_for_unsent() { Repeats::NoneOfUnsent } else { Repeats::NoneOfAll };
        self.planned()
    }

    /// Whether the request cannot be repeated.
    #[cfg(feature = "decide")]
    pub(crate) const fn is_without_repeat(&self) -> bool {
        matches!(self.repeat, Repeats::NoneOfAll | Repeats::NoneOfUnsent)
    }

    /// Whether a call makes one attempt inside that of another one.
    #[inline]
    pub(crate) const fn is_once_inside(&self) -> bool {
        matches!(self.nested, Nested::Once)
    }

    /// Whether a failure with this status and server hint is retried.
    #[cfg(feature = "decide")]
    pub(crate) const fn retries_status(&self, code: u16, hint: Option<Duration>) -> bool {
        // SPEC 5.2.4: a 403 that names no time does not mean "later".
        const FORBIDDEN: u16 = 403;
        self.status.contains(code) && (code != FORBIDDEN || hint.is_some())
    }

    /// Where the backoff of a schedule begins and ends, unless it is a list.
    #[inline]
    pub(crate) const fn bounds(&self, schedule: Schedule) -> Bounds {
        let ordinary = Bounds { base: self.base, cap: self.cap };
        match schedule {
            Schedule::Ordinary => ordinary,
            Schedule::Throttled => self.growth.throttled_bounds(ordinary),
        }
    }

    /// Whether the waits after throttled failures may differ from the others.
    pub(crate) const fn has_throttled(&self) -> bool {
        self.growth.has_throttled()
    }

    #[inline]
    pub(crate) const fn factor_of_growth(&self) -> Factor {
        self.factor
    }

    #[inline]
    pub(crate) const fn effective_jitter(&self) -> Jitter {
        match self.jitter {
            _ if self.is_decorrelated() => Jitter::None,
            // The ratio is 1 unless another was set.
            None => Kind::Additive.with(self.millionths),
            Some(kind) => kind.with(self.millionths),
        }
    }

    /// The range of the wait after `retries` retries, without a server hint.
    #[inline]
    pub(crate) fn range(&self, schedule: Schedule, retries: u32) -> Range {
        let bounds = self.bounds(schedule);
        match self.plan.range(bounds.base, bounds.cap, retries) {
            Some(range) => range,
            None => self.computed_range(bounds, retries),
        }
    }

    /// [`range`](Self::range), except that a function of the user's is not called: each of its backoffs may
    /// be anything up to the cap.
    #[inline]
    pub(crate) const fn range_at_most(&self, schedule: Schedule, retries: u32) -> Range {
        let bounds = self.bounds(schedule);
        let range = self.range_from(bounds, self.longest_backoff(bounds, retries));
        let shortest = if self.growth.custom().is_some() { 0 } else { range.shortest };
        Range { shortest, ..range }
    }

    /// Whether the plan gives every range, so that a decision on a failure that every policy retries
    /// needs nothing else.
    #[cfg(feature = "decide")]
    #[inline]
    pub(crate) const fn has_plan(&self) -> bool {
        self.plan.is_there()
    }

    /// Of a decorrelated backoff: whether the next one is up to three times the last, and both schedules are
    /// the same.
    #[cfg(feature = "decide")]
    #[inline]
    pub(crate) const fn is_tripling(&self) -> bool {
        self.plan.is_tripling()
    }

    /// [`range`](Self::range) of the ordinary schedule if the plan gives it; calls no function.
    #[cfg(feature = "decide")]
    #[inline]
    pub(crate) const fn planned_range(&self, retries: u32) -> Option<Range> {
        self.plan.range(self.base, self.cap, retries)
    }

    #[cold]
    #[inline(never)]
    fn computed_range(&self, bounds: Bounds, retries: u32) -> Range {
        self.range_from(bounds, self.growth.longest_called(bounds, self.factor, retries))
    }

    /// The range of the wait for a backoff; of the decorrelated shape, for the longest possible one.
    #[inline]
    const fn range_from(&self, bounds: Bounds, backoff: u64) -> Range {
        if self.is_decorrelated() {
            return Range { shortest: min(bounds.base, bounds.cap), longest: backoff };
        }
        match self.jitter {
            // The ratio is 1 unless another was set.
            None => Kind::Additive.with(self.millionths).range(backoff),
            Some(kind) => kind.with(self.millionths).range(backoff),
        }
    }

    /// The backoff after `retries` retries within these bounds; of the decorrelated shape and of
    /// a function, the longest possible one.
    #[inline]
    pub(crate) const fn longest_backoff(&self, bounds: Bounds, retries: u32) -> u64 {
        self.growth.longest(bounds, self.factor, retries)
    }

    /// Renews the plan after a change of a setting that it depends on.
    const fn planned(mut self) -> Self {
        if !self.flags.has(Flags::FACTOR_IS_SET) {
            self.factor = self.growth.default_factor();
        }
        let doubles = matches!(self.get_backoff(), Backoff::Exponential) && self.factor.is_two();
        // Without a plan for these two, the fast path need not look at them.
        let is_plain = self.repeats_all() && !self.is_once_inside();
        self.plan = if doubles && is_plain {
            Plan::of_doubling(self.effective_jitter())
        } else if self.is_decorrelated() && self.factor.is_three() && !self.has_throttled() {
            Plan::TRIPLING
        } else {
            Plan::NONE
        };
        self
    }

    /// Whether the backoff of a shape no longer changes after `retries` retries.
    pub(crate) const fn is_steady_from(&self, schedule: Schedule, retries: u32) -> bool {
        let bounds = self.bounds(schedule);
        let backoff = self.longest_backoff(bounds, retries);
        backoff == 0
            || backoff >= bounds.cap
            || match self.get_backoff() {
                Backoff::Exponential | Backoff::Decorrelated => self.factor.is_one(),
                shape => matches!(shape, Backoff::Fixed),
            }
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Writes the policy in one line:
///
/// ```
/// use retry_kit::RetryPolicy;
///
/// assert_eq!(
///     RetryPolicy::DEFAULT.to_string(),
///     "3 retries, 4 attempts; exponential backoff from 1s, factor 2, cap 60s, additive jitter; \
///      server hints up to 5m; statuses 429, 503, 504",
/// );
/// ```
impl fmt::Display for RetryPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.retry_limit() {
            None => f.write_str("retries without limit")?,
            Some(0) => f.write_str("no retries, 1 attempt")?,
            Some(1) => f.write_str("1 retry, 2 attempts")?,
            Some(retries) => write!(f, "{retries} retries, {} attempts", u64::from(retries) + 1)?,
        }
        match self.get_backoff() {
            list @ Backoff::List(_) => write!(f, "; delays {list}")?,
            backoff => {
                write!(f, "; {backoff} backoff ")?;
                self.write_bounds(Schedule::Ordinary, f)?;
            }
        }
        match self.effective_jitter() {
            Jitter::None if self.is_decorrelated() => {}
            Jitter::None => f.write_str(", no jitter")?,
            jitter => write!(f, ", {jitter} jitter")?,
        }
        if self.has_throttled() && !self.is_for_unsent() {
            f.write_str("; throttled ")?;
            self.write_bounds(Schedule::Throttled, f)?;
        }
        if let Some(deadline) = self.get_deadline() {
            write!(f, "; deadline {}", Words(deadline))?;
        }
        if self.is_for_unsent() {
            return f.write_str("; unsent requests only");
        }
        match (self.wait_for_longest_hint(), self.gives_up_on_long_hints()) {
            (Some(wait), false) => write!(f, "; server hints up to {}", Words(wait))?,
            (Some(_), true) => {
                let cap = Words(self.get_retry_after_cap());
                write!(f, "; server hints up to {cap}, gives up on longer")?;
            }
            (None, false) => f.write_str("; server hints ignored")?,
            (None, true) => f.write_str("; gives up on server hints")?,
        }
        write!(f, "; statuses {}", self.status)
    }
}

impl RetryPolicy {
    /// Writes `from 1s, factor 2, cap 60s`, `of 1s` if the backoff is fixed, or `up to 60s` if it is a
    /// function.
    fn write_bounds(&self, schedule: Schedule, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Bounds { base, cap } = self.bounds(schedule);
        let (base, cap) = (Duration::from_nanos(min(base, cap)), Duration::from_nanos(cap));
        let (base, cap) = (Words(base), Words(cap));
        match self.get_backoff() {
            Backoff::Fixed => write!(f, "of {base}"),
            Backoff::Custom(_) => write!(f, "up to {cap}"),
            Backoff::Exponential | Backoff::Decorrelated
                if matches!(schedule, Schedule::Ordinary) =>
            {
                write!(f, "from {base}, factor {}, cap {cap}", self.factor)
            }
            _ => write!(f, "from {base}, cap {cap}"),
        }
    }
}

impl fmt::Debug for RetryPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RetryPolicy({self})")
    }
}

#[cfg(test)]
mod tests {
    use proptest::option;
    use proptest::prelude::*;

    use super::*;

    // SPEC 10.5
    #[test]
    fn a_policy_takes_120_bytes() {
        if cfg!(target_pointer_width = "64") {
            assert_eq!(size_of::<RetryPolicy>(), 120);
        } else {
            assert!(size_of::<RetryPolicy>() <= 120);
        }
    }

    fn times() -> impl Strategy<Value = Duration> {
        let nanos = prop_oneof![0..100_u64, any::<u64>(), (0..64_u32).prop_map(|bits| 1 << bits)];
        nanos.prop_map(Duration::from_nanos)
    }

    fn policies() -> impl Strategy<Value = RetryPolicy> {
        let jitter = prop_oneof![
            (0.0..=1.0).prop_map(Jitter::additive),
            Just(Jitter::additive(1.0)),
            Just(Jitter::Full),
            Just(Jitter::Equal),
            Just(Jitter::None),
            (0.0..=1.0).prop_map(Jitter::symmetric),
            times().prop_map(Jitter::Absolute),
        ];
        let backoff = prop_oneof![
            3 => Just(Backoff::Exponential),
            1 => Just(Backoff::Fixed),
            1 => Just(Backoff::Linear),
            1 => Just(Backoff::Fibonacci),
            1 => Just(Backoff::Decorrelated),
            1 => Just(Backoff::Custom(|retries| Duration::from_millis(retries.into()))),
        ];
        let factor = prop_oneof![Just(2.0), 1.0..4.0, 1.0..=1e9];
        let throttled = (option::of(times()), option::of(times()));
        (times(), times(), jitter, backoff, factor, throttled).prop_map(
            |(base, cap, jitter, backoff, factor, throttled)| {
                let policy = RetryPolicy::new().jitter(jitter).base_delay(base).backoff(backoff);
                let policy = policy.factor(factor).max_delay(cap);
                let policy = throttled.0.map_or(policy, |base| policy.throttled_base(base));
                throttled.1.map_or(policy, |cap| policy.throttled_cap(cap))
            },
        )
    }

    proptest! {
        // SPEC 4.10
        #[test]
        fn a_plan_gives_the_same_ranges_as_the_full_computation(
            policy in policies(),
            retries in prop_oneof![0..70_u32, any::<u32>()],
        ) {
            for schedule in [Schedule::Ordinary, Schedule::Throttled] {
                let computed = policy.computed_range(policy.bounds(schedule), retries);
                prop_assert_eq!(policy.range(schedule, retries), computed);
            }
        }

        #[test]
        fn the_order_of_setters_does_not_matter(policy in policies()) {
            let (base, cap) = policy.growth.throttled_parts();
            let again = base.map_or(RetryPolicy::new(), |base| RetryPolicy::new().throttled_base(base));
            let again = cap.map_or(again, |cap| again.throttled_cap(cap));
            let again = again
                .max_delay(policy.get_max_delay())
                .factor(policy.get_factor())
                .backoff(policy.get_backoff())
                .base_delay(policy.get_base_delay());
            let (jitter, millionths) = (policy.jitter, policy.millionths);
            let again = RetryPolicy { jitter, millionths, ..again };
            prop_assert_eq!(again.planned(), policy);
        }
    }
}
