//! The effect of a server hint on a wait.

use core::ops::RangeInclusive;
use core::time::Duration;

use super::backoff::Backoff;
use super::duration::{max, min, nanos};
use super::growth::Bounds;
use super::jitter::Jitter;
use super::range::Range;
use super::retry_policy::RetryPolicy;
use super::schedule::Schedule;

/// The response of a policy to a server hint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hinted {
    /// The hint has no effect: the backoff determines the wait.
    Nothing,
    /// A wait in this range.
    Wait(Range),
    /// The hint is longer than the policy accepts.
    TooLong,
}

// SPEC 4.6
impl RetryPolicy {
    /// Returns the range of the wait after a server hint; `None` if this policy does not obey it.
    ///
    /// A policy does not obey a hint that is zero, or longer than
    /// [`give_up_on_hint_over`](Self::give_up_on_hint_over) allows.
    ///
    /// The wait is never shorter than the first [throttled backoff](Self::throttled_base), and jitter adds
    /// up to as much again, also after a failure that is not throttled: a server that names a time limits
    /// its clients.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{Jitter, RetryPolicy};
    ///
    /// let seconds = Duration::from_secs;
    /// let policy = RetryPolicy::new();
    /// assert_eq!(policy.wait_after_hint(seconds(7)), Some(seconds(7)..=seconds(8)));
    /// let exact = policy.jitter(Jitter::None);
    /// assert_eq!(exact.wait_after_hint(seconds(7)), Some(seconds(7)..=seconds(7)));
    /// assert_eq!(policy.wait_after_hint(seconds(0)), None);
    /// ```
    #[must_use]
    pub fn wait_after_hint(&self, hint: Duration) -> Option<RangeInclusive<Duration>> {
        match self.hinted(hint) {
            Hinted::Wait(range) => Some(range.durations()),
            Hinted::Nothing | Hinted::TooLong => None,
        }
    }

    /// Applies this policy to a server hint.
    pub(crate) const fn hinted(&self, hint: Duration) -> Hinted {
        let (hint, cap) = (nanos(hint), nanos(self.get_retry_after_cap()));
        if hint > cap && self.gives_up_on_long_hints() {
            return Hinted::TooLong;
        }
        // A wait of zero would make a busy loop.
        match min(hint, cap) {
            0 => Hinted::Nothing,
            hint => Hinted::Wait(self.hint_range(hint)),
        }
    }

    /// How long all calls pause after this hint; `None` if this policy does not obey it.
    #[cfg(feature = "decide")]
    pub(crate) const fn pause_after(&self, hint: Duration) -> Option<u64> {
        match self.hinted(hint) {
            Hinted::Wait(_) => Some(min(nanos(hint), nanos(self.get_retry_after_cap()))),
            Hinted::Nothing | Hinted::TooLong => None,
        }
    }

    /// The range of the wait for a pause that still lasts for `left`.
    #[cfg(feature = "decide")]
    pub(crate) const fn after_pause(&self, left: u64) -> Range {
        Range { shortest: left, longest: left.saturating_add(self.hint_spread()) }
    }

    /// The longest wait that a server can ask for; zero if no hint is obeyed.
    pub(crate) const fn longest_hint(&self) -> u64 {
        match self.hinted(self.get_retry_after_cap()) {
            Hinted::Wait(range) => range.longest,
            Hinted::Nothing | Hinted::TooLong => 0,
        }
    }

    /// The wait for the longest hint that is obeyed, before its jitter; `None` if no hint is obeyed.
    #[inline]
    pub(crate) const fn wait_for_longest_hint(&self) -> Option<Duration> {
        match self.hinted(self.get_retry_after_cap()) {
            Hinted::Wait(range) => Some(Duration::from_nanos(range.shortest)),
            Hinted::Nothing | Hinted::TooLong => None,
        }
    }

    /// The range of the wait for a hint that is not too long. The server does not know how many clients
    /// wait, so a short hint never makes a wait shorter than the first backoff.
    const fn hint_range(&self, hint: u64) -> Range {
        let Bounds { base, cap } = self.hint_bounds();
        let shortest = max(hint, min(base, cap));
        Range { shortest, longest: shortest.saturating_add(self.hint_spread()) }
    }

    /// How far the clients spread that a server has asked to wait.
    const fn hint_spread(&self) -> u64 {
        let Bounds { base, cap } = self.hint_bounds();
        // A decorrelated backoff is its own jitter, which a hint replaces.
        let jitter = if self.is_decorrelated() { Jitter::Full } else { self.effective_jitter() };
        min(jitter.spread_of_hint(base), cap)
    }

    /// The base and the cap after a hint.
    // SPEC 4.16.2: a server that names a time limits its clients.
    const fn hint_bounds(&self) -> Bounds {
        match self.get_backoff() {
            Backoff::List([first, ..]) => Bounds { base: nanos(*first), cap: u64::MAX },
            _ => self.bounds(Schedule::Throttled),
        }
    }
}
