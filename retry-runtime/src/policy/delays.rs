//! The range of each wait of a policy, and the sum of the longest.

use core::iter::FusedIterator;
use core::ops::RangeInclusive;
use core::time::Duration;

use super::backoff::Backoff;
use super::duration::max;
use super::retry_policy::RetryPolicy;
use super::schedule::Schedule;

impl RetryPolicy {
    /// Returns the range of each wait, in order; endless for an unlimited policy.
    ///
    /// Backoff and jitter determine the ranges. A wait by a server hint may lie outside of them, and so may
    /// one after a throttled failure, see [`throttled_delays`](Self::throttled_delays).
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    ///
    /// let seconds = Duration::from_secs;
    /// let waits: Vec<_> = RetryPolicy::DEFAULT.delays().collect();
    /// assert_eq!(waits, [seconds(1)..=seconds(2), seconds(2)..=seconds(4), seconds(4)..=seconds(8)]);
    /// ```
    #[inline]
    pub const fn delays(&self) -> Delays {
        Delays { policy: *self, schedule: Schedule::Ordinary, retries: 0 }
    }

    /// Returns the range of each wait if every failure is throttled, in order; endless for an unlimited
    /// policy.
    ///
    /// If only some failures are throttled, the wait before retry n lies in range n of these after a throttled
    /// failure, and in range n of [`delays`](Self::delays) after any other.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    ///
    /// let seconds = Duration::from_secs;
    /// let policy = RetryPolicy::DEFAULT.throttled_base(seconds(5));
    /// let waits: Vec<_> = policy.throttled_delays().collect();
    /// assert_eq!(waits, [seconds(5)..=seconds(10), seconds(10)..=seconds(20), seconds(20)..=seconds(40)]);
    /// assert!(RetryPolicy::DEFAULT.throttled_delays().eq(RetryPolicy::DEFAULT.delays()));
    /// ```
    #[inline]
    pub const fn throttled_delays(&self) -> Delays {
        Delays { policy: *self, schedule: Schedule::Throttled, retries: 0 }
    }

    /// Returns the sum of the longest waits that backoff and jitter allow; `None` for an unlimited
    /// policy. Before each retry, the wait is that of the [throttled](Self::throttled_delays) schedule if
    /// that is longer.
    ///
    /// The sum saturates at 584 years. It does not include the time of attempts, nor server hints:
    /// see [`worst_case_wait_with_hints`](Self::worst_case_wait_with_hints).
    ///
    /// It is exact, except for an exponential or decorrelated backoff that takes more than 4096 retries to
    /// reach the cap. Then it is never too short, and at most 1 part in 10⁹ plus 2 ns per wait too long.
    /// For a [custom](Backoff::Custom) backoff, which a `const fn` cannot call, each wait is the longest
    /// that the cap allows.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    ///
    /// const LONGEST: Option<Duration> = RetryPolicy::DEFAULT.worst_case_wait();
    /// assert_eq!(LONGEST, Some(Duration::from_secs(2 + 4 + 8)));
    /// ```
    #[must_use]
    #[inline]
    pub const fn worst_case_wait(&self) -> Option<Duration> {
        self.longest_total(0)
    }

    /// Returns the sum of the longest waits if the server asks for the longest wait after every
    /// failure; `None` for an unlimited policy.
    ///
    /// Each wait is then the [`retry_after_cap`](Self::retry_after_cap) plus its jitter, or the
    /// longest backoff if that is longer. A hint above the cap adds nothing: it is cut, or ends the
    /// call.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    ///
    /// let longest = RetryPolicy::DEFAULT.worst_case_wait_with_hints();
    /// assert_eq!(longest, Some(Duration::from_secs(3 * (300 + 1))));
    /// ```
    #[must_use]
    #[inline]
    pub const fn worst_case_wait_with_hints(&self) -> Option<Duration> {
        if self.is_for_unsent() {
            return self.worst_case_wait();
        }
        self.longest_total(self.longest_hint())
    }

    /// The sum of the longest waits, each at least `least` nanoseconds.
    #[inline]
    const fn longest_total(&self, least: u64) -> Option<Duration> {
        let Some(retries) = self.retry_limit() else {
            return None;
        };
        let total = match self.get_backoff() {
            Backoff::List(list) => self.listed_total(list.len(), retries, least),
            _ => self.computed_total(retries, least),
        };
        Some(nanos_or_longest(total))
    }

    /// The sum for a list of delays, which may shrink.
    #[inline]
    const fn listed_total(&self, length: usize, retries: u32, least: u64) -> u128 {
        let (mut total, mut n) = (0_u128, 0);
        while n < retries && (n as usize) < length {
            let wait = max(self.longest(Schedule::Ordinary, n), least);
            total = total.saturating_add(wait as u128);
            n += 1;
        }
        let repeated = max(self.longest(Schedule::Ordinary, n), least);
        total.saturating_add(repeated as u128 * (retries - n) as u128)
    }

    /// The sum for a shape, whose waits never shrink: first come those that are shorter than `least`, then
    /// those of one schedule, then, if that reaches its cap first, those of the other.
    #[inline]
    const fn computed_total(&self, retries: u32, least: u64) -> u128 {
        use Schedule::{Ordinary, Throttled};
        let lifted = self.first_retry(0, retries, Milestone::WaitOf(least));
        let (early, late) = if self.longest(Throttled, 0) > self.longest(Ordinary, 0) {
            (Throttled, Ordinary)
        } else {
            (Ordinary, Throttled)
        };
        let overtaken = self.first_retry(lifted, retries, Milestone::Overtaken { early, late });
        (least as u128 * lifted as u128)
            .saturating_add(self.total_of(early, lifted, overtaken))
            .saturating_add(self.total_of(late, overtaken, retries))
    }

    /// The sum of the longest waits of a schedule after `from..to` retries.
    #[inline]
    const fn total_of(&self, schedule: Schedule, from: u32, to: u32) -> u128 {
        let steady = self.first_retry(from, to, Milestone::Steady(schedule));
        let at_the_cap = self.longest(schedule, steady) as u128 * (to - steady) as u128;
        self.growing_total(schedule, from, steady).saturating_add(at_the_cap)
    }

    /// The sum of the longest waits after `from..to` retries, all below the cap.
    #[inline]
    const fn growing_total(&self, schedule: Schedule, from: u32, to: u32) -> u128 {
        let count = to - from;
        if count > LISTED {
            let base = self.bounds(schedule).base;
            match self.get_backoff() {
                Backoff::Linear => {
                    return self.linear_total(base, to) - self.linear_total(base, from);
                }
                Backoff::Exponential => {
                    let sum = self.factor_of_growth().sum_of_powers(base, from, to);
                    return self.effective_jitter().longest_of_sum(sum, count);
                }
                Backoff::Decorrelated => {
                    return self.factor_of_growth().sum_of_powers(base, from + 1, to + 1);
                }
                // These reach any cap in fewer steps.
                _ => {}
            }
        }
        let (mut total, mut n) = (0_u128, from);
        while n < to {
            total = total.saturating_add(self.longest(schedule, n) as u128);
            n += 1;
        }
        total
    }

    /// The sum of the first `count` longest waits of a linear backoff below its cap.
    #[inline]
    const fn linear_total(&self, base: u64, count: u32) -> u128 {
        let pairs = count as u128 * (count as u128 + 1) / 2;
        let backoffs = pairs.saturating_mul(base as u128);
        backoffs.saturating_add(self.effective_jitter().added_to_multiples(base, count))
    }

    /// The longest wait of a schedule after `retries` retries.
    #[inline]
    const fn longest(&self, schedule: Schedule, retries: u32) -> u64 {
        self.range_at_most(schedule, retries).longest
    }

    /// The first retry in `start..end` from which on the milestone is passed; otherwise `end`.
    #[inline]
    const fn first_retry(&self, start: u32, end: u32, milestone: Milestone) -> u32 {
        let (mut before, mut after) = (start, end);
        while before < after {
            let middle = before + (after - before) / 2;
            let is_passed = match milestone {
                Milestone::WaitOf(least) => {
                    self.longest(Schedule::Ordinary, middle) >= least
                        || self.longest(Schedule::Throttled, middle) >= least
                }
                Milestone::Overtaken { early, late } => {
                    self.longest(late, middle) > self.longest(early, middle)
                }
                Milestone::Steady(schedule) => self.is_steady_from(schedule, middle),
            };
            if is_passed {
                after = middle;
            } else {
                before = middle + 1;
            }
        }
        before
    }
}

#[expect(clippy::cast_possible_truncation, reason = "compared before")]
#[inline]
const fn nanos_or_longest(total: u128) -> Duration {
    Duration::from_nanos(if total > u64::MAX as u128 { u64::MAX } else { total as u64 })
}

/// Up to this many growing waits are added one by one.
const LISTED: u32 = 4_096;

/// A state that the waits of a policy reach at some retry, and keep.
#[derive(Clone, Copy)]
enum Milestone {
    /// Waits of at least this many nanoseconds, in one schedule or the other.
    WaitOf(u64),
    /// Waits that are longer in the late schedule than in the early one.
    // The schedules differ in base and cap alone: the longer base leads until its cap.
    Overtaken { early: Schedule, late: Schedule },
    /// The longest backoff of the schedule.
    Steady(Schedule),
}

/// Iterates over the range of each wait of a policy; returned by [`RetryPolicy::delays`] and
/// [`RetryPolicy::throttled_delays`].
///
/// ```
/// use std::time::Duration;
/// use retry_kit::{Delays, RetryPolicy};
///
/// let mut delays: Delays = RetryPolicy::DEFAULT.delays();
/// assert_eq!(delays.next(), Some(Duration::from_secs(1)..=Duration::from_secs(2)));
/// ```
#[derive(Clone, Debug)]
#[must_use = "iterators are lazy"]
pub struct Delays {
    policy: RetryPolicy,
    schedule: Schedule,
    retries: u32,
}

impl Iterator for Delays {
    type Item = RangeInclusive<Duration>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.policy.is_exhausted(self.retries) {
            return None;
        }
        let range = self.policy.range(self.schedule, self.retries);
        // Saturates on an unlimited policy, whose waits are at the cap by then.
        self.retries = self.retries.saturating_add(1);
        Some(range.durations())
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        match self.policy.retry_limit() {
            None => (usize::MAX, None),
            Some(limit) => {
                let left = usize::try_from(limit.saturating_sub(self.retries)).ok();
                (left.unwrap_or(usize::MAX), left)
            }
        }
    }
}

impl FusedIterator for Delays {}
