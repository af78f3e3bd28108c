//! The inputs of a decision besides the policy and the failure.

use core::time::Duration;

use super::budget::RetryBudget;
use super::clock::Instant;
use super::name::Name;
use super::recorder::Recorded;

/// The retries of one call so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress {
    /// Retries granted so far.
    pub(crate) retries: u32,
    /// The last backoff in nanoseconds, for decorrelated backoff; 0 before the first. A real backoff of 0
    /// means a base of 0, from which nothing grows either.
    pub(super) previous: u64,
    pub(super) recorded: Recorded,
}

impl Progress {
    pub(crate) const START: Self = Self::after(0);

    /// The progress after this number of retries, without a last backoff.
    pub(crate) const fn after(retries: u32) -> Self {
        Self { retries, previous: 0, recorded: Recorded::NEW }
    }
}

/// The part of a `RetryState` that a loop which goes on from it changes too.
#[derive(Clone, Copy, Debug)]
pub struct Carried {
    pub(super) progress: Progress,
    /// When the call began, if the call needs a clock.
    pub(super) started: Option<Instant>,
    /// The sum of the waits, in nanoseconds; the clock need not have seen them.
    pub(super) waited: u64,
    /// The tokens that the last retry took from the budget, unless they are used up.
    pub(super) cost: u32,
}

/// The inputs of a decision besides the policy and the failure.
#[derive(Clone, Copy)]
pub(crate) struct Circumstances<'a> {
    /// The name of the retried function.
    pub(crate) name: Name,
    /// The time since the call began, if the policy has a deadline.
    pub(crate) elapsed: Option<Duration>,
    pub(crate) budget: Option<&'a RetryBudget>,
    /// How long the pause still lasts, in nanoseconds.
    pub(crate) pause: u64,
    /// Whether a test has turned retries off.
    pub(crate) disabled: bool,
}

impl Circumstances<'_> {
    /// A call of the function with this name, without a deadline and a budget.
    pub(crate) const fn of(name: Name) -> Self {
        Self { name, elapsed: None, budget: None, pause: 0, disabled: false }
    }
}
