//! What a decision depends on beside the policy and the failure.

use core::time::Duration;

use super::budget::RetryBudget;

/// How far the retries of one call have come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress {
    /// Retries granted so far.
    pub(crate) retries: u32,
    /// What the last of them took from the budget.
    pub(super) cost: u32,
    /// The last backoff in nanoseconds, which decorrelated backoff grows from.
    pub(super) previous: Option<u64>,
}

impl Progress {
    pub(crate) const START: Self = Self::after(0);

    /// The progress of a call of which only the number of retries is known.
    pub(crate) const fn after(retries: u32) -> Self {
        Self { retries, cost: 0, previous: None }
    }

    /// Gives the budget what a success is worth.
    pub(crate) fn repay(&self, budget: &RetryBudget) {
        budget.succeeded((self.retries > 0).then_some(self.cost));
    }
}

/// What a decision depends on beside the policy and the failure.
#[derive(Clone, Copy, Default)]
pub(crate) struct Limits<'a> {
    /// The time since the call began, where the policy has a deadline.
    pub(crate) elapsed: Option<Duration>,
    pub(crate) budget: Option<&'a RetryBudget>,
    /// Whether a test says that nothing is to be retried.
    pub(crate) disabled: bool,
}
