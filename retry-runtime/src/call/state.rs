//! The decision as a value, for loops written by hand.

use core::time::Duration;

use super::budget::RetryBudget;
use super::clock::{Clock, Instant, RuntimeClock};
use super::decide::{decide, planned_wait, unplanned_wait};
use super::decision::{Decision, StopReason};
use super::observer::is_observed;
use super::progress::{Circumstances, Progress};
use super::random::SeededRandom;
use super::wait::Wait;
use crate::policy::{ErrorClass, RetryPolicy};

/// A policy at work on one call: ask it after each failure.
///
/// For loops that the attribute does not fit, such as those of another runtime. One value serves
/// one call; make a new one for the next.
///
/// ```
/// use std::time::Duration;
/// use retry_kit::{Classify, Decision, Jitter, RetryPolicy, RetryState};
///
/// fn fetch(attempt: u32) -> std::io::Result<&'static str> {
///     if attempt < 3 { Err(std::io::ErrorKind::ConnectionReset.into()) } else { Ok("here") }
/// }
///
/// let policy = RetryPolicy::new().base_delay(Duration::from_millis(1)).jitter(Jitter::None);
/// let mut retries = RetryState::new(&policy);
/// let mut attempt = 0;
/// let answer = loop {
///     attempt += 1;
///     match fetch(attempt) {
///         Ok(answer) => break Ok(answer),
///         Err(error) => match retries.decide(error.classify()) {
///             Decision::Retry(wait) => std::thread::sleep(wait.duration()),
///             Decision::Stop(_) => break Err(error),
///         },
///     }
/// };
/// assert_eq!(answer.unwrap(), "here");
/// assert_eq!(retries.retries(), 2);
/// ```
///
/// Under the guard of [`testing::no_wait`](crate::testing::no_wait) the waits it returns are zero,
/// so that your loop does not sleep either; the guard has the waits that there would have been. A
/// wait counts as passed for the deadline, whatever clock you sleep by.
///
/// A budget of any lifetime will do, one in an `Arc` too:
///
/// ```
/// use std::sync::Arc;
/// use retry_kit::{RetryBudget, RetryPolicy, RetryState};
///
/// let budget = Arc::new(RetryBudget::standard());
/// let retries = RetryState::new(&RetryPolicy::DEFAULT).budget(&budget);
/// # let _ = retries;
/// ```
#[derive(Clone, Debug)]
#[must_use = "a state does nothing until it is asked"]
pub struct RetryState<'b> {
    policy: RetryPolicy,
    progress: Progress,
    /// When the call began, where the policy has a deadline.
    started: Option<Instant>,
    /// The sum of the waits, in nanoseconds, of which the clock need not have seen any.
    waited: u64,
    budget: Option<&'b RetryBudget>,
    /// What the last retry took from the budget, unless that is spent.
    cost: u32,
    seeded: Option<SeededRandom>,
}

impl<'b> RetryState<'b> {
    /// The start of a call under `policy`, from which its deadline counts.
    pub fn new(policy: &RetryPolicy) -> Self {
        Self {
            policy: *policy,
            progress: Progress::START,
            started: policy.get_deadline().map(|_| RuntimeClock::now()),
            waited: 0,
            budget: None,
            cost: 0,
            seeded: None,
        }
    }

    /// The same with random numbers that depend on `seed` alone, for tests and simulations.
    pub fn seeded(policy: &RetryPolicy, seed: u64) -> Self {
        Self { seeded: Some(SeededRandom::new(seed)), ..Self::new(policy) }
    }

    /// Takes the cost of every retry from this budget. Report a success with
    /// [`succeeded`](Self::succeeded); otherwise the cost stays taken.
    pub fn budget(self, budget: &'b RetryBudget) -> Self {
        Self { budget: Some(budget), ..self }
    }

    /// What to do after an attempt failed with an error of this class.
    #[must_use = "the decision is to be carried out by the caller"]
    pub fn decide(&mut self, class: ErrorClass) -> Decision {
        match self.short_decision(class, planned_wait) {
            Some(decision) => decision,
            None => self.full_decision(class),
        }
    }

    /// The decision that follows from [`planned_wait`] or [`unplanned_wait`], if nothing but the policy has a say in it.
    #[inline]
    fn short_decision(
        &mut self,
        class: ErrorClass,
        wait: impl FnOnce(&RetryPolicy, u32, ErrorClass) -> Option<Result<Wait, StopReason>>,
    ) -> Option<Decision> {
        if self.started.is_some() || self.budget.is_some() || self.seeded.is_some() {
            return None;
        }
        Some(match wait(&self.policy, self.progress.retries, class)? {
            Ok(wait) => {
                self.progress.retries = self.progress.retries.saturating_add(1);
                Decision::Retry(wait)
            }
            Err(reason) => Decision::Stop(reason),
        })
    }

    #[cold]
    #[inline(never)]
    fn full_decision(&mut self, class: ErrorClass) -> Decision {
        if let Some(decision) = self.short_decision(class, unplanned_wait) {
            return decision;
        }
        // What the last retry took is spent: it has failed.
        self.cost = 0;
        let elapsed = self.elapsed();
        let circumstances =
            Circumstances { elapsed, budget: self.budget, ..Circumstances::default() };
        let seeded = self.seeded.as_mut();
        let decision = decide(&self.policy, &mut self.progress, class, circumstances, seeded);
        let Decision::Retry(wait) = decision else { return decision };
        self.cost = self.budget.map_or(0, |budget| budget.cost_of(class));
        if is_observed() {
            // The wait is left out, and is to have passed all the same.
            self.started = self.started.map(|at| at.checked_sub(wait.duration()).unwrap_or(at));
            return Decision::Retry(wait.left_out());
        }
        self.waited = self.waited.saturating_add(wait.nanos());
        decision
    }

    /// The time since the call began. The waits are part of it even where the clock stands still
    /// while the caller sleeps, as tokio's does when it is paused and a thread sleeps.
    fn elapsed(&self) -> Option<Duration> {
        // Not asked for the time where nothing depends on it.
        let started = self.started?;
        let elapsed = RuntimeClock::now().saturating_duration_since(started);
        Some(elapsed.max(Duration::from_nanos(self.waited)))
    }

    /// Tells the budget that the last attempt succeeded, which ends the call: a success at the first
    /// attempt puts the refill back, one after retries what the last retry took.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryBudget, RetryPolicy, RetryState};
    ///
    /// let budget = RetryBudget::new(100, 10, 5, 1);
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).budget(&budget);
    /// let _ = retries.decide(ErrorClass::Transient);
    /// assert_eq!(budget.available(), 90);
    /// retries.succeeded();
    /// assert_eq!(budget.available(), 100);
    /// ```
    pub fn succeeded(self) {
        if let Some(budget) = self.budget {
            budget.succeeded((self.progress.retries > 0).then_some(self.cost));
        }
    }

    /// The number of retries granted so far.
    #[must_use]
    pub fn retries(&self) -> u32 {
        self.progress.retries
    }
}
