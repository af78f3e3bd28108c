//! The range of each wait of a policy, and the sum of the longest.

use core::iter::FusedIterator;
use core::ops::RangeInclusive;
use core::time::Duration;

use super::backoff::Backoff;
use super::duration::max;
use super::retry_policy::RetryPolicy;

impl RetryPolicy {
    /// Returns the range of each wait, in order; endless for an unlimited policy.
    ///
    /// Backoff and jitter determine the ranges. A wait by a server hint may lie outside of them.
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
        Delays { policy: *self, retries: 0 }
    }

    /// Returns the sum of the longest waits that backoff and jitter allow; `None` for an unlimited
    /// policy.
    ///
    /// The sum saturates at 584 years. It does not include the time of attempts, nor server hints:
    /// see [`worst_case_wait_with_hints`](Self::worst_case_wait_with_hints).
    ///
    /// It is exact, except for an exponential backoff that takes more than 4096 retries to reach
    /// the cap. Then it is never too short, and at most 1 part in 10⁹ plus 2 ns per wait too long.
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

    /// The range of the last wait, if there is one.
    #[inline]
    pub(crate) fn last_wait(&self) -> Option<RangeInclusive<Duration>> {
        Some(self.range(self.retry_limit()?.checked_sub(1)?).durations())
    }

    /// The sum of the longest waits, each at least `least` nanoseconds.
    #[expect(clippy::cast_possible_truncation, reason = "compared before")]
    #[inline]
    const fn longest_total(&self, least: u64) -> Option<Duration> {
        let Some(retries) = self.retry_limit() else {
            return None;
        };
        // Waits never shrink: first come those that are shorter than `least`, then those that grow,
        // then those at the cap.
        let lifted = self.first_retry(retries, Milestone::WaitOf(least));
        let steady = max(self.first_retry(retries, Milestone::Steady) as u64, lifted as u64) as u32;
        let total = (least as u128 * lifted as u128)
            .saturating_add(self.growing_total(lifted, steady))
            .saturating_add(self.range(steady).longest as u128 * (retries - steady) as u128);
        let total = if total > u64::MAX as u128 { u64::MAX } else { total as u64 };
        Some(Duration::from_nanos(total))
    }

    /// The sum of the longest waits after `from..to` retries, all below the cap.
    #[inline]
    const fn growing_total(&self, from: u32, to: u32) -> u128 {
        let count = to - from;
        if count > LISTED {
            match self.get_backoff() {
                Backoff::Linear => return self.linear_total(to) - self.linear_total(from),
                Backoff::Exponential => {
                    let sum = self.factor_of_growth().sum_of_powers(self.base(), from, to);
                    return self.effective_jitter().longest_of_sum(sum);
                }
                // These reach any cap in fewer steps.
                _ => {}
            }
        }
        let (mut total, mut n) = (0_u128, from);
        while n < to {
            total = total.saturating_add(self.range(n).longest as u128);
            n += 1;
        }
        total
    }

    /// The sum of the first `count` longest waits of a linear backoff below its cap.
    #[inline]
    const fn linear_total(&self, count: u32) -> u128 {
        let pairs = count as u128 * (count as u128 + 1) / 2;
        let backoffs = pairs.saturating_mul(self.base() as u128);
        backoffs.saturating_add(self.effective_jitter().added_to_multiples(self.base(), count))
    }

    /// The first retry from which on the milestone is passed, at most `end`.
    #[inline]
    const fn first_retry(&self, end: u32, milestone: Milestone) -> u32 {
        let (mut before, mut after) = (0, end);
        while before < after {
            let middle = before + (after - before) / 2;
            let is_passed = match milestone {
                Milestone::WaitOf(least) => self.range(middle).longest >= least,
                Milestone::Steady => self.is_steady_from(middle),
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

/// Up to this many growing waits are added one by one.
const LISTED: u32 = 4_096;

/// A state that the waits of a policy reach at some retry, and keep.
#[derive(Clone, Copy)]
enum Milestone {
    /// Waits of at least this many nanoseconds.
    WaitOf(u64),
    /// The longest backoff of the policy.
    Steady,
}

/// Iterates over the range of each wait of a policy; returned by [`RetryPolicy::delays`].
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
    retries: u32,
}

impl Iterator for Delays {
    type Item = RangeInclusive<Duration>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.policy.is_exhausted(self.retries) {
            return None;
        }
        let range = self.policy.range(self.retries);
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
