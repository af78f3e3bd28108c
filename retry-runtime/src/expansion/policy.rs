//! The value of `policy = …`, and the keys beside it.

use core::borrow::Borrow;
use core::num::NonZeroU32;
use core::ops::RangeInclusive;
use core::time::Duration;

use crate::policy::{Backoff, Jitter, Log, Nested, Ratio, Repeat, RetryPolicy, StatusSet, Switch};

/// The types that `policy = …` accepts.
#[diagnostic::on_unimplemented(
    message = "`policy` takes a `RetryPolicy` or a `&RetryPolicy`, not `{Self}`",
    label = "not a retry policy"
)]
pub trait AsPolicy {
    /// The policy as given: a reference stays a reference and costs the future 8 bytes.
    type Kept: Borrow<RetryPolicy>;

    /// Keeps the policy for the call.
    fn keep(self) -> Self::Kept;
}

#[diagnostic::do_not_recommend]
impl AsPolicy for RetryPolicy {
    type Kept = Self;

    #[inline]
    fn keep(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<'a> AsPolicy for &'a RetryPolicy {
    type Kept = &'a RetryPolicy;

    #[inline]
    fn keep(self) -> Self {
        self
    }
}

/// A reference to a reference is accepted too: see `policy = self.policy`.
#[diagnostic::do_not_recommend]
impl<'a> AsPolicy for &'a &RetryPolicy {
    type Kept = &'a RetryPolicy;

    #[inline]
    fn keep(self) -> &'a RetryPolicy {
        self
    }
}

/// Returns the value of `policy = …`.
#[inline]
pub fn policy<K>(policy: impl AsPolicy<Kept = K>) -> K {
    policy.keep()
}

/// Copies it, so that other keys of the attribute can change it.
#[inline]
pub fn copied<P: AsPolicy>(policy: P) -> Overriding {
    Overriding(*policy.keep().borrow())
}

/// A policy whose values other keys override. Its setters are those of [`RetryPolicy`], except that
/// none panics, and those of limits take an `Option` where `None` changes nothing.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Overriding(RetryPolicy);

#[allow(missing_docs, reason = "they are documented at `RetryPolicy`")]
impl Overriding {
    #[inline]
    pub fn policy(self) -> RetryPolicy {
        self.0
    }

    #[inline]
    pub fn max_retries(self, retries: impl Retries) -> Self {
        Self(retries.retries().map_or(self.0, |retries| self.0.max_retries(retries)))
    }

    /// Sets the number of retries by the number of calls.
    #[inline]
    pub fn attempts(self, attempts: impl Retries) -> Self {
        self.max_retries(attempts.retries().map(retries_of))
    }

    #[inline]
    pub fn unlimited(self) -> Self {
        Self(self.0.unlimited())
    }

    #[inline]
    pub fn base_delay(self, base: Duration) -> Self {
        Self(self.0.base_delay(base))
    }

    /// An invalid factor changes nothing.
    #[inline]
    pub fn factor(self, factor: f64) -> Self {
        Self(self.0.try_factor(factor).unwrap_or(self.0))
    }

    #[inline]
    pub fn max_delay(self, cap: Duration) -> Self {
        Self(self.0.max_delay(cap))
    }

    #[inline]
    pub fn backoff(self, backoff: Backoff) -> Self {
        Self(self.0.backoff(backoff))
    }

    /// An empty list changes nothing.
    #[inline]
    pub fn delays(self, delays: &'static [Duration]) -> Self {
        if delays.is_empty() { self } else { Self(self.0.with_delays(delays)) }
    }

    #[inline]
    pub fn throttled_base(self, base: Duration) -> Self {
        Self(self.0.throttled_base(base))
    }

    #[inline]
    pub fn throttled_cap(self, cap: Duration) -> Self {
        Self(self.0.throttled_cap(cap))
    }

    #[inline]
    pub fn jitter(self, jitter: Jitter) -> Self {
        Self(self.0.jitter(jitter))
    }

    #[inline]
    pub fn deadline(self, deadline: impl Deadline) -> Self {
        Self(deadline.deadline().map_or(self.0, |deadline| self.0.deadline(deadline)))
    }

    #[inline]
    pub fn retry_after_cap(self, cap: Duration) -> Self {
        Self(self.0.retry_after_cap(cap))
    }

    #[inline]
    pub fn give_up_on_hint_over(self, cap: Duration) -> Self {
        Self(self.0.give_up_on_hint_over(cap))
    }

    #[inline]
    pub fn repeat(self, repeat: Repeat) -> Self {
        Self(self.0.repeat(repeat))
    }

    #[inline]
    pub fn switch(self, switch: Switch) -> Self {
        Self(self.0.switch(switch))
    }

    #[inline]
    pub fn log(self, log: Log) -> Self {
        Self(self.0.log(log))
    }

    #[inline]
    pub fn nested(self, nested: Nested) -> Self {
        Self(self.0.nested(nested))
    }

    #[inline]
    pub fn status(self, status: StatusSet) -> Self {
        Self(self.0.status(status))
    }
}

/// Additive jitter; the whole backoff if `ratio` is not a ratio.
#[must_use]
pub const fn additive_or_whole(ratio: f64) -> Jitter {
    match Jitter::try_additive(ratio) {
        Some(jitter) => jitter,
        None => Jitter::Additive(Ratio::ONE),
    }
}

/// Symmetric jitter; the whole backoff if `ratio` is not a ratio.
#[must_use]
pub const fn symmetric_or_whole(ratio: f64) -> Jitter {
    match Jitter::try_symmetric(ratio) {
        Some(jitter) => jitter,
        None => Jitter::Symmetric(Ratio::ONE),
    }
}

/// The set with these codes; the set alone if they are not statuses.
#[must_use]
pub const fn with_statuses_of(set: StatusSet, codes: RangeInclusive<u16>) -> StatusSet {
    match set.try_with_range(codes) {
        Some(with_codes) => with_codes,
        None => set,
    }
}

/// The types that `max = …` and `attempts = …` accept beside `policy`.
#[diagnostic::on_unimplemented(
    message = "`max` and `attempts` take a whole number or an `Option` of one, not `{Self}`",
    label = "not a whole number"
)]
pub trait Retries {
    /// The number, if there is one: at most 2³² − 1, and none if it is negative.
    fn retries(self) -> Option<u32>;
}

macro_rules! counts {
    ($($type:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Retries for $type {
            #[inline]
            #[allow(unused_comparisons, reason = "some types have no sign")]
            fn retries(self) -> Option<u32> {
                if self < 0 { None } else { Some(u32::try_from(self).unwrap_or(u32::MAX)) }
            }
        }
    )*};
}

counts!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

#[diagnostic::do_not_recommend]
impl Retries for NonZeroU32 {
    #[inline]
    fn retries(self) -> Option<u32> {
        Some(self.get())
    }
}

#[diagnostic::do_not_recommend]
impl<N: Retries> Retries for Option<N> {
    #[inline]
    fn retries(self) -> Option<u32> {
        self.and_then(Retries::retries)
    }
}

/// The types that `deadline = …` accepts beside `policy`.
#[diagnostic::on_unimplemented(
    message = "`deadline` takes a `Duration` or an `Option<Duration>`, not `{Self}`",
    label = "not a duration"
)]
pub trait Deadline {
    /// The deadline, if there is one.
    fn deadline(self) -> Option<Duration>;
}

#[diagnostic::do_not_recommend]
impl Deadline for Duration {
    #[inline]
    fn deadline(self) -> Option<Duration> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl Deadline for Option<Duration> {
    #[inline]
    fn deadline(self) -> Self {
        self
    }
}

/// Returns the number of retries for `attempts` calls; zero for 0, which a constant may be.
#[must_use]
pub const fn retries_of(attempts: u32) -> u32 {
    attempts.saturating_sub(1)
}
