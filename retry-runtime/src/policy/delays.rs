//! What a policy can come to: the range of each wait and their sum.

use core::iter::FusedIterator;
use core::ops::RangeInclusive;
use core::time::Duration;

use super::duration::{from_nanos, max, min};
use super::retry_policy::RetryPolicy;

impl RetryPolicy {
    /// The shortest and longest of each wait, in order, as backoff and jitter make them; a
    /// server's hint takes the place of such a wait. Endless for an unlimited policy.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    ///
    /// let seconds = Duration::from_secs;
    /// let waits: Vec<_> = RetryPolicy::DEFAULT.delays().collect();
    /// assert_eq!(waits, [seconds(1)..=seconds(2), seconds(2)..=seconds(4), seconds(4)..=seconds(8)]);
    /// ```
    pub const fn delays(&self) -> Delays {
        Delays { policy: *self, retries: 0 }
    }

    /// The sum of the longest waits that backoff and jitter can make; `None` for an unlimited
    /// policy, [`Duration::MAX`] where the sum is longer. Attempts take time of their own, and a
    /// server may ask for more, see
    /// [`worst_case_wait_with_hints`](Self::worst_case_wait_with_hints).
    ///
    /// Adds wait by wait until the cap is reached, so in a `const` it suits the policies that a
    /// person would write, not a million growing waits.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    ///
    /// const LONGEST: Option<Duration> = RetryPolicy::DEFAULT.worst_case_wait();
    /// assert_eq!(LONGEST, Some(Duration::from_secs(2 + 4 + 8)));
    /// ```
    #[must_use]
    pub const fn worst_case_wait(&self) -> Option<Duration> {
        self.longest_total(0)
    }

    /// The sum of the longest waits if the server asks for the most at every failure: each is
    /// the [`retry_after_cap`](Self::retry_after_cap) and its spread, or the longest backoff
    /// where that is longer.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    ///
    /// let longest = RetryPolicy::DEFAULT.worst_case_wait_with_hints();
    /// assert_eq!(longest, Some(Duration::from_secs(3 * (300 + 1))));
    /// ```
    #[must_use]
    pub const fn worst_case_wait_with_hints(&self) -> Option<Duration> {
        let (hint, spread) = self.longest_hint();
        self.longest_total(hint + spread)
    }

    /// The range of the last wait, where there is one.
    pub(crate) fn last_wait(&self) -> Option<RangeInclusive<Duration>> {
        let (shortest, longest) = self.wait_bounds(self.limit()?.checked_sub(1)?);
        Some(from_nanos(shortest)..=from_nanos(longest))
    }

    /// The sum of the longest waits, each at least `least` nanoseconds.
    const fn longest_total(&self, least: u128) -> Option<Duration> {
        let Some(retries) = self.limit() else {
            return None;
        };
        let mut total: u128 = 0;
        let mut n = 0;
        while n < retries {
            let wait = max(self.wait_bounds(n).1, least);
            if self.is_steady_from(n) {
                let rest = wait.saturating_mul((retries - n) as u128);
                return Some(from_nanos(total.saturating_add(rest)));
            }
            total = total.saturating_add(wait);
            n += 1;
        }
        Some(from_nanos(total))
    }

    /// The shortest and longest wait after `retries` retries, in nanoseconds.
    pub(crate) const fn wait_bounds(&self, retries: u32) -> (u128, u128) {
        let longest = self.longest_backoff(retries);
        if self.is_decorrelated() {
            return (min(self.base_nanos(), self.cap_nanos()), longest);
        }
        self.effective_jitter().bounds(longest)
    }
}

/// The range of each wait of a policy, made by [`RetryPolicy::delays`].
#[derive(Clone, Debug)]
#[must_use = "iterators are lazy"]
pub struct Delays {
    policy: RetryPolicy,
    retries: u32,
}

impl Iterator for Delays {
    type Item = RangeInclusive<Duration>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.policy.is_exhausted(self.retries) {
            return None;
        }
        let (shortest, longest) = self.policy.wait_bounds(self.retries);
        // Saturates on an unlimited policy, whose waits are at the cap by then.
        self.retries = self.retries.saturating_add(1);
        Some(from_nanos(shortest)..=from_nanos(longest))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self.policy.limit() {
            None => (usize::MAX, None),
            Some(limit) => {
                let left = usize::try_from(limit.saturating_sub(self.retries)).ok();
                (left.unwrap_or(usize::MAX), left)
            }
        }
    }
}

impl FusedIterator for Delays {}
