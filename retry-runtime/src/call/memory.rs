//! How far a call has come, remembered in as few bytes of its future as its options allow.

use core::time::Duration;

use super::attempt::Attempt;
use super::budget::RetryBudget;
use super::clock::Instant;
use super::decide::{decide, decide_at_once, is_last};
use super::decision::{Decision, StopReason};
use super::event::{Cause, GiveUp, RetryEvent};
use super::observer::is_observed;
use super::progress::{Limits, Progress};
use super::wait::Wait;
use crate::policy::{ErrorClass, RetryPolicy};

/// What a call remembers from one attempt to the next.
pub trait Progressing {
    /// Decides on the failure of an attempt.
    ///
    /// # Errors
    ///
    /// Why there is no further attempt.
    fn after_failure(
        &mut self,
        policy: &RetryPolicy,
        class: ErrorClass,
    ) -> Result<Wait, StopReason>;

    /// The same without the reason, which most functions have no use for.
    #[inline]
    fn wait_after(&mut self, policy: &RetryPolicy, class: ErrorClass) -> Option<Wait> {
        self.after_failure(policy, class).ok()
    }

    /// An attempt succeeded.
    #[inline]
    fn after_success(&self) {}

    /// The number of retries granted so far.
    fn retries(&self) -> u32;
}

fn granted(
    policy: &RetryPolicy,
    progress: &mut Progress,
    class: ErrorClass,
    limits: Limits<'_>,
) -> Result<Wait, StopReason> {
    match decide(policy, progress, class, limits) {
        Decision::Retry(wait) => Ok(wait),
        Decision::Stop(reason) => Err(reason),
    }
}

/// Counts retries: enough for a constant policy of a shape without memory.
#[derive(Debug)]
pub struct Counter(u32);

impl Counter {
    /// The start of a call.
    #[inline]
    #[must_use]
    pub const fn idle() -> Self {
        Self(0)
    }

    #[inline]
    fn ordinary_or_decided(
        &mut self,
        policy: &RetryPolicy,
        class: ErrorClass,
    ) -> Result<Wait, StopReason> {
        match decide_at_once(policy, self.0, class) {
            Some(Ok(wait)) => {
                self.0 = self.0.saturating_add(1);
                Ok(wait)
            }
            Some(Err(reason)) => Err(reason),
            None => self.decide(policy, class),
        }
    }

    #[cold]
    #[inline(never)]
    fn decide(&mut self, policy: &RetryPolicy, class: ErrorClass) -> Result<Wait, StopReason> {
        let mut progress = Progress::after(self.0);
        let wait = granted(policy, &mut progress, class, Limits::default());
        self.0 = progress.retries;
        wait
    }
}

impl Progressing for Counter {
    #[inline]
    fn wait_after(&mut self, policy: &RetryPolicy, class: ErrorClass) -> Option<Wait> {
        self.ordinary_or_decided(policy, class).ok()
    }

    #[cold]
    #[inline(never)]
    fn after_failure(
        &mut self,
        policy: &RetryPolicy,
        class: ErrorClass,
    ) -> Result<Wait, StopReason> {
        self.ordinary_or_decided(policy, class)
    }

    #[inline]
    fn retries(&self) -> u32 {
        self.0
    }
}

/// Remembers the last backoff, which decorrelated backoff grows from, and when the call began, if
/// something depends on that.
#[derive(Debug)]
pub struct Memory {
    progress: Progress,
    started: Option<Instant>,
}

impl Memory {
    /// The start of a call that needs no clock.
    #[inline]
    #[must_use]
    pub const fn idle() -> Self {
        Self { progress: Progress::START, started: None }
    }

    /// The start of a call, now.
    #[inline]
    #[must_use]
    pub fn start() -> Self {
        Self { started: Some(Instant::now()), ..Self::idle() }
    }

    /// The start of a call under a policy that may have a deadline.
    #[inline]
    #[must_use]
    pub fn of(policy: &RetryPolicy) -> Self {
        if policy.get_deadline().is_some() { Self::start() } else { Self::idle() }
    }

    fn elapsed(&self) -> Option<Duration> {
        self.started.map(|started| started.elapsed())
    }

    fn decide(
        &mut self,
        policy: &RetryPolicy,
        class: ErrorClass,
        budget: Option<&RetryBudget>,
    ) -> Result<Wait, StopReason> {
        let elapsed = policy.get_deadline().and_then(|_| self.elapsed());
        let limits = Limits { elapsed, budget, ..Limits::default() };
        let wait = granted(policy, &mut self.progress, class, limits)?;
        if let (true, Some(started)) = (is_observed(), &mut self.started) {
            // The wait is left out, and is to have passed all the same.
            *started = started.checked_sub(wait.duration()).unwrap_or(*started);
        }
        Ok(wait)
    }

    /// When the attempt that begins now has to be over, and how long it has: for `timeout`, or for
    /// what is left of the deadline if that is less; `None` where that is never.
    ///
    /// The first attempt begins when the call does, so no clock is read for it.
    #[must_use]
    pub fn limit(&self, policy: &RetryPolicy, timeout: Option<Duration>) -> Option<Limit> {
        let timeout = timeout?;
        let started = self.started?;
        let begin = if self.progress.retries == 0 { started } else { Instant::now() };
        let duration = match policy.get_deadline() {
            None => timeout,
            Some(deadline) => {
                timeout.min(deadline.saturating_sub(begin.saturating_duration_since(started)))
            }
        };
        Some(Limit { at: begin.checked_add(duration)?, duration, left: duration })
    }

    /// What the body is told about the attempt that begins now.
    #[must_use]
    pub fn attempt(&self, policy: &RetryPolicy) -> Attempt {
        Attempt {
            number: self.progress.retries.saturating_add(1),
            is_last: is_last(policy, self.progress.retries),
            started: self.started.unwrap_or_else(Instant::now),
        }
    }
}

impl Progressing for Memory {
    #[cold]
    #[inline(never)]
    fn after_failure(
        &mut self,
        policy: &RetryPolicy,
        class: ErrorClass,
    ) -> Result<Wait, StopReason> {
        self.decide(policy, class, None)
    }

    #[inline]
    fn retries(&self) -> u32 {
        self.progress.retries
    }
}

/// When an attempt has to be over.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// The moment.
    pub(crate) at: Instant,
    /// The time from the beginning of the attempt until then.
    pub(crate) duration: Duration,
    /// How much of that is left.
    pub(crate) left: Duration,
}

impl Limit {
    /// The same limit, for what comes now.
    pub(crate) fn rest(self) -> Self {
        Self { left: self.at.saturating_duration_since(Instant::now()), ..self }
    }
}

/// Knows all there is to tell a hook, and draws on a budget.
#[derive(Debug)]
pub struct Watch<'b> {
    memory: Memory,
    waited: Duration,
    budget: Option<&'b RetryBudget>,
}

impl<'b> Watch<'b> {
    /// The start of a call, as `memory` says.
    #[inline]
    #[must_use]
    pub const fn new(memory: Memory) -> Self {
        Self { memory, waited: Duration::ZERO, budget: None }
    }

    /// Takes every retry from this budget.
    #[inline]
    #[must_use]
    pub const fn budget(self, budget: &'b RetryBudget) -> Self {
        Self { budget: Some(budget), ..self }
    }

    /// What hooks are told about a granted wait before it begins.
    #[must_use]
    pub fn event<'e, E>(
        &self,
        name: &'static str,
        policy: &RetryPolicy,
        cause: Cause<'e, E>,
        wait: Wait,
    ) -> RetryEvent<'e, E> {
        RetryEvent {
            name,
            attempt: self.retries(),
            max: policy.retry_limit(),
            cause,
            wait,
            waited: self.waited,
            elapsed: self.elapsed_before(wait.duration()),
        }
    }

    /// The time since the call began, without a wait that comes now.
    pub(crate) fn elapsed_before(&self, wait: Duration) -> Option<Duration> {
        // One that is left out counts as passed already.
        let passed = if is_observed() { wait } else { Duration::ZERO };
        self.memory.elapsed().map(|elapsed| elapsed.saturating_sub(passed))
    }

    /// The sum of the waits so far.
    pub(crate) fn waited(&self) -> Duration {
        self.waited
    }

    /// The number of the attempt that runs or is the next.
    pub(crate) fn attempts(&self) -> u32 {
        self.retries().saturating_add(1)
    }

    /// The wait, added to the sum of them.
    pub fn granted(&mut self, wait: Wait) -> Wait {
        self.waited = self.waited.saturating_add(wait.duration());
        wait
    }

    /// What the end of the call is told as.
    #[must_use]
    pub fn give_up(&self, name: &'static str, reason: StopReason) -> GiveUp {
        GiveUp {
            name,
            attempts: self.attempts(),
            waited: self.waited,
            elapsed: self.memory.elapsed(),
            reason,
        }
    }

    /// [`Memory::limit`].
    #[must_use]
    pub fn limit(&self, policy: &RetryPolicy, timeout: Option<Duration>) -> Option<Limit> {
        self.memory.limit(policy, timeout)
    }

    /// [`Memory::attempt`].
    #[must_use]
    pub fn attempt(&self, policy: &RetryPolicy) -> Attempt {
        self.memory.attempt(policy)
    }
}

impl Progressing for Watch<'_> {
    #[cold]
    #[inline(never)]
    fn after_failure(
        &mut self,
        policy: &RetryPolicy,
        class: ErrorClass,
    ) -> Result<Wait, StopReason> {
        self.memory.decide(policy, class, self.budget)
    }

    #[inline]
    fn after_success(&self) {
        if let Some(budget) = self.budget {
            self.memory.progress.repay(budget);
        }
    }

    #[inline]
    fn retries(&self) -> u32 {
        self.memory.retries()
    }
}
