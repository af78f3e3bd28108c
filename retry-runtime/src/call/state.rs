//! The decision as a value, for loops written by hand.

use super::budget::RetryBudget;
use super::clock::Instant;
use super::decide::{choose, decide, decide_at_once};
use super::decision::Decision;
use super::progress::{Limits, Progress};
use super::random::{SeededRandom, Source};
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
#[derive(Clone, Debug)]
#[must_use = "a state does nothing until it is asked"]
pub struct RetryState {
    policy: RetryPolicy,
    progress: Progress,
    /// When the call began, where the policy has a deadline.
    started: Option<Instant>,
    budget: Option<&'static RetryBudget>,
    seeded: Option<SeededRandom>,
}

impl RetryState {
    /// The start of a call under `policy`, from which its deadline counts.
    pub fn new(policy: &RetryPolicy) -> Self {
        Self {
            policy: *policy,
            progress: Progress::START,
            started: policy.get_deadline().map(|_| Instant::now()),
            budget: None,
            seeded: None,
        }
    }

    /// The same with random numbers that depend on `seed` alone, for tests and simulations.
    pub fn seeded(policy: &RetryPolicy, seed: u64) -> Self {
        Self { seeded: Some(SeededRandom::new(seed)), ..Self::new(policy) }
    }

    /// Takes every retry from this budget. A success has to be told it, with
    /// [`succeeded`](Self::succeeded).
    pub fn budget(self, budget: &'static RetryBudget) -> Self {
        Self { budget: Some(budget), ..self }
    }

    /// What to do after an attempt failed with an error of this class.
    #[must_use = "the decision is to be carried out by the caller"]
    pub fn decide(&mut self, class: ErrorClass) -> Decision {
        if self.started.is_none() && self.budget.is_none() && self.seeded.is_none() {
            match decide_at_once(&self.policy, self.progress.retries, class) {
                Some(Ok(wait)) => {
                    self.progress.retries = self.progress.retries.saturating_add(1);
                    return Decision::Retry(wait);
                }
                Some(Err(reason)) => return Decision::Stop(reason),
                None => {}
            }
        }
        self.decide_at_length(class)
    }

    #[cold]
    #[inline(never)]
    fn decide_at_length(&mut self, class: ErrorClass) -> Decision {
        let elapsed = self.started.map(|started| started.elapsed());
        let limits = Limits { elapsed, budget: self.budget, ..Limits::default() };
        match &mut self.seeded {
            None => decide(&self.policy, &mut self.progress, class, limits),
            Some(random) => {
                let random = &mut Source::Seeded(random);
                choose(&self.policy, &mut self.progress, class, limits, random)
            }
        }
    }

    /// Tells the budget that the last attempt succeeded.
    pub fn succeeded(&self) {
        if let Some(budget) = self.budget {
            self.progress.repay(budget);
        }
    }

    /// The number of retries granted so far.
    #[must_use]
    pub fn retries(&self) -> u32 {
        self.progress.retries
    }
}
