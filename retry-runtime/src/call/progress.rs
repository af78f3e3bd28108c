//! What a decision depends on beside the policy and the failure.

use core::time::Duration;

use super::budget::RetryBudget;

/// How far the retries of one call have come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress {
    /// Retries granted so far.
    pub(crate) retries: u32,
    /// The last backoff in nanoseconds, which decorrelated backoff grows from; 0 before the first. One of
    /// 0 is that of a base of 0, from which nothing grows either.
    pub(super) previous: u64,
}

impl Progress {
    pub(crate) const START: Self = Self::after(0);

    /// The progress of a call of which only the number of retries is known.
    pub(crate) const fn after(retries: u32) -> Self {
        Self { retries, previous: 0 }
    }
}

/// What a decision depends on beside the policy and the failure.
#[derive(Clone, Copy, Default)]
pub(crate) struct Circumstances<'a> {
    /// The time since the call began, where the policy has a deadline.
    pub(crate) elapsed: Option<Duration>,
    pub(crate) budget: Option<&'a RetryBudget>,
    /// Whether a test says that nothing is to be retried.
    pub(crate) disabled: bool,
}
