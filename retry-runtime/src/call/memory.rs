//! The state of a call, in as few bytes of its future as its options allow.

use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};
use core::time::Duration;

use super::attempt::Attempt;
use super::budget::RetryBudget;
use super::clock::{Clock, Instant, RuntimeClock, ThreadClock};
use super::decide::{decide, insist, planned_wait, unplanned_wait};
use super::decision::{Decision, StopReason};
use super::event::{Cause, GiveUp, RetryEvent};
use super::lends::Lends;
use super::name::Name;
use super::observer::{is_observed, observer};
use super::progress::{Carried, Circumstances, Progress};
use super::recorder::Recorded;
use super::scope;
use super::wait::Wait;
use crate::policy::{ErrorClass, RetryPolicy};

/// The state that a call keeps from one attempt to the next.
pub trait Progressing {
    /// Decides on the failure of an attempt.
    ///
    /// # Errors
    ///
    /// The reason why the call gives up.
    fn after_failure(
        &mut self,
        policy: &RetryPolicy,
        class: ErrorClass,
        name: Name,
    ) -> Result<Wait, StopReason>;

    /// The same without the reason, which most functions do not use.
    #[inline]
    fn wait_after(&mut self, policy: &RetryPolicy, class: ErrorClass, name: Name) -> Option<Wait> {
        self.after_failure(policy, class, name).ok()
    }

    /// Records that an attempt succeeded.
    #[inline]
    fn after_success(&mut self) {}

    /// Takes the last granted retry back, because its wait ended after `passed`; returns the reason to give up.
    fn cancelled(&mut self, wait: Wait, passed: Wait) -> StopReason;

    /// Resets the count of retries and the backoff.
    fn reset(&mut self);

    /// The number of retries granted so far.
    fn retries(&self) -> u32;
}

/// The wait that [`decide`] grants, or the reason to give up.
fn granted(
    policy: &RetryPolicy,
    progress: &mut Progress,
    class: ErrorClass,
    circumstances: Circumstances<'_>,
) -> Result<Wait, StopReason> {
    match decide(policy, progress, class, circumstances, None) {
        Decision::Retry(wait) => Ok(wait),
        Decision::Stop(reason) => Err(reason),
    }
}

/// Tells a guard of a test that the wait after this attempt was cancelled.
fn record_cancelled(attempt: u32, wait: Wait) {
    if let Some(observer) = observer() {
        (observer.cancelled)(attempt, wait);
    }
}

/// Counts retries: enough for a constant policy whose backoff depends only on their number.
#[derive(Debug)]
pub struct Counter {
    retries: u32,
    recorded: Recorded,
}

impl Counter {
    /// The start of a call.
    #[inline]
    #[must_use]
    pub const fn idle() -> Self {
        Self { retries: 0, recorded: Recorded::NEW }
    }

    #[inline]
    fn planned_or_granted(
        &mut self,
        policy: &RetryPolicy,
        class: ErrorClass,
        name: Name,
    ) -> Result<Wait, StopReason> {
        let attempt = self.attempt();
        let decided = match planned_wait(policy, self.retries, class) {
            Some(decided) => self.counted(decided),
            None => self.unplanned_or_granted(policy, class, name),
        };
        self.recorded.failed::<RuntimeClock>(name, policy, (attempt, class), decided);
        decided
    }

    #[cold]
    #[inline(never)]
    fn unplanned_or_granted(
        &mut self,
        policy: &RetryPolicy,
        class: ErrorClass,
        name: Name,
    ) -> Result<Wait, StopReason> {
        if let Some(decided) = unplanned_wait(policy, self.retries, class) {
            return self.counted(decided);
        }
        let mut progress = Progress::after(self.retries);
        let wait = granted(policy, &mut progress, class, Circumstances::of(name));
        self.retries = progress.retries;
        wait
    }

    /// [`Memory::attempt_timeout`] under a policy without a deadline, which does not need the start of the
    /// call.
    #[inline]
    #[must_use]
    pub fn attempt_timeout(
        &self,
        _: &RetryPolicy,
        timeout: Option<Duration>,
    ) -> Option<AttemptTimeout> {
        Some(AttemptTimeout::new(RuntimeClock::now(), timeout?))
    }

    #[inline]
    fn counted(&mut self, decided: Result<Wait, StopReason>) -> Result<Wait, StopReason> {
        let wait = decided?;
        self.retries = self.retries.saturating_add(1);
        Ok(wait)
    }

    /// The number of the attempt that runs.
    #[inline]
    const fn attempt(&self) -> u32 {
        self.retries.saturating_add(1)
    }
}

impl Progressing for Counter {
    #[inline]
    fn wait_after(&mut self, policy: &RetryPolicy, class: ErrorClass, name: Name) -> Option<Wait> {
        self.planned_or_granted(policy, class, name).ok()
    }

    #[cold]
    #[inline(never)]
    fn after_failure(
        &mut self,
        policy: &RetryPolicy,
        class: ErrorClass,
        name: Name,
    ) -> Result<Wait, StopReason> {
        self.planned_or_granted(policy, class, name)
    }

    #[inline]
    fn after_success(&mut self) {
        self.recorded.succeeded::<RuntimeClock>(self.attempt());
    }

    #[cold]
    fn cancelled(&mut self, wait: Wait, _: Wait) -> StopReason {
        record_cancelled(self.retries, wait);
        self.recorded.ended::<RuntimeClock>(self.retries, StopReason::Cancelled);
        self.retries = self.retries.saturating_sub(1);
        StopReason::Cancelled
    }

    #[cold]
    fn reset(&mut self) {
        self.after_success();
        self.retries = 0;
    }

    #[inline]
    fn retries(&self) -> u32 {
        self.retries
    }
}

/// Remembers the last backoff, for decorrelated backoff, and when the call began, if the call needs a
/// clock.
#[derive(Debug)]
pub struct Memory<C = RuntimeClock> {
    progress: Progress,
    started: Option<Instant>,
    clock: PhantomData<C>,
}

impl Memory {
    /// The start of a call that needs no clock.
    #[inline]
    #[must_use]
    pub const fn idle() -> Self {
        Self::unstarted()
    }

    /// The start of a call, now.
    #[inline]
    #[must_use]
    pub fn start() -> Self {
        Self::started()
    }

    /// The start of a call under a policy that may have a deadline.
    #[inline]
    #[must_use]
    pub fn of(policy: &RetryPolicy) -> Self {
        Self::started_for(policy)
    }
}

impl Memory<ThreadClock> {
    /// The start of a call that blocks its thread, now.
    #[inline]
    #[must_use]
    pub fn start_blocking() -> Self {
        Self::started()
    }

    /// The start of a call that blocks its thread, under a policy that may have a deadline.
    #[inline]
    #[must_use]
    pub fn blocking_of(policy: &RetryPolicy) -> Self {
        Self::started_for(policy)
    }
}

impl<C> Memory<C> {
    /// The state of a call that has not begun.
    pub(crate) const fn unstarted() -> Self {
        Self::at(None)
    }

    const fn at(started: Option<Instant>) -> Self {
        Self { progress: Progress::START, started, clock: PhantomData }
    }
}

impl<C: Clock> Memory<C> {
    /// The start of a call, now.
    #[inline]
    pub(crate) fn started() -> Self {
        Self::at(Some(C::now()))
    }

    /// The start of a call under a policy that may have a deadline.
    #[inline]
    pub(crate) fn started_for(policy: &RetryPolicy) -> Self {
        if policy.get_deadline().is_some() { Self::started() } else { Self::at(None) }
    }

    fn elapsed(&self) -> Option<Duration> {
        self.started.map(|started| C::now().saturating_duration_since(started))
    }

    fn granted(
        &mut self,
        policy: &RetryPolicy,
        class: ErrorClass,
        budget: Option<&RetryBudget>,
        pause: u64,
        name: Name,
    ) -> Result<Wait, StopReason> {
        let attempt = self.attempt_number();
        let decided = self.decided(policy, class, budget, pause, name);
        self.progress.recorded.failed::<C>(name, policy, (attempt, class), decided);
        decided
    }

    #[inline]
    fn decided(
        &mut self,
        policy: &RetryPolicy,
        class: ErrorClass,
        budget: Option<&RetryBudget>,
        pause: u64,
        name: Name,
    ) -> Result<Wait, StopReason> {
        if budget.is_none() && pause == 0 && policy.get_deadline().is_none() {
            if let Some(decided) = planned_wait(policy, self.progress.retries, class) {
                let wait = decided?;
                self.progress.retries = self.progress.retries.saturating_add(1);
                return Ok(wait);
            }
        }
        let elapsed = self.elapsed_if_limited(policy);
        let circumstances = Circumstances { elapsed, budget, pause, ..Circumstances::of(name) };
        let wait = granted(policy, &mut self.progress, class, circumstances)?;
        self.begin_wait(wait);
        Ok(wait)
    }

    /// The number of the attempt that runs.
    #[inline]
    const fn attempt_number(&self) -> u32 {
        self.progress.retries.saturating_add(1)
    }

    /// Records that the call ended during a wait.
    pub(super) fn ended(&mut self, reason: StopReason) {
        self.progress.recorded.ended::<C>(self.progress.retries, reason);
    }

    /// The time since the call began, if the policy has a deadline.
    pub(super) fn elapsed_if_limited(&self, policy: &RetryPolicy) -> Option<Duration> {
        policy.get_deadline().and_then(|_| self.elapsed())
    }

    /// Counts a wait that is skipped as elapsed.
    pub(super) fn begin_wait(&mut self, wait: Wait) {
        if let (true, Some(started)) = (is_observed(), &mut self.started) {
            *started = started.checked_sub(wait.duration()).unwrap_or(*started);
        }
    }

    /// Decides on a failure beside a pause that still lasts for so many nanoseconds.
    pub(super) fn after_failure_in(
        &mut self,
        policy: &RetryPolicy,
        class: ErrorClass,
        pause: u64,
        name: Name,
    ) -> Result<Wait, StopReason> {
        self.granted(policy, class, None, pause, name)
    }

    /// Returns when the attempt begins and how long it may take: `timeout`, or the rest of the deadline
    /// if that is shorter; `None` without a timeout.
    ///
    /// The first attempt begins with the call, so it reads no clock.
    #[inline]
    #[must_use]
    pub fn attempt_timeout(
        &self,
        policy: &RetryPolicy,
        timeout: Option<Duration>,
    ) -> Option<AttemptTimeout> {
        let (timeout, started) = (timeout?, self.started?);
        let begin = if self.progress.retries == 0 { started } else { C::now() };
        self.attempt_timeout_from(begin, policy, timeout)
    }

    /// The same for an attempt that begins at this moment.
    #[inline]
    pub(super) fn attempt_timeout_from(
        &self,
        begin: Instant,
        policy: &RetryPolicy,
        timeout: Duration,
    ) -> Option<AttemptTimeout> {
        let started = self.started?;
        let duration = match policy.get_deadline() {
            None => timeout,
            Some(deadline) => {
                timeout.min(deadline.saturating_sub(begin.saturating_duration_since(started)))
            }
        };
        Some(AttemptTimeout::new(begin, duration))
    }

    /// Returns when the deadline ends the call, for the calls inside an attempt.
    #[inline]
    #[must_use]
    pub fn end(&self, policy: &RetryPolicy) -> Option<Instant> {
        C::end(self.started?, policy.get_deadline()?)
    }

    /// Describes the attempt that begins now, for its body.
    #[inline]
    #[must_use]
    pub fn attempt(&self, policy: &RetryPolicy) -> Attempt<'static> {
        Attempt {
            number: self.attempt_number(),
            retry_limit: policy.retry_limit(),
            obeys_the_switch: policy.obeys_the_switch(),
            started: self.started.unwrap_or_else(C::now),
            now: C::now,
            previous: None,
        }
    }
}

impl<C: Clock> Progressing for Memory<C> {
    #[cold]
    #[inline(never)]
    fn after_failure(
        &mut self,
        policy: &RetryPolicy,
        class: ErrorClass,
        name: Name,
    ) -> Result<Wait, StopReason> {
        self.granted(policy, class, None, 0, name)
    }

    #[inline]
    fn after_success(&mut self) {
        let attempt = self.attempt_number();
        self.progress.recorded.succeeded::<C>(attempt);
    }

    #[cold]
    fn cancelled(&mut self, wait: Wait, _: Wait) -> StopReason {
        record_cancelled(self.progress.retries, wait);
        self.ended(StopReason::Cancelled);
        self.progress.retries = self.progress.retries.saturating_sub(1);
        if let (true, Some(started)) = (is_observed(), &mut self.started) {
            // The wait no longer counts as elapsed.
            *started = started.checked_add(wait.duration()).unwrap_or(*started);
        }
        StopReason::Cancelled
    }

    #[cold]
    fn reset(&mut self) {
        self.after_success();
        self.progress = Progress::START;
    }

    #[inline]
    fn retries(&self) -> u32 {
        self.progress.retries
    }
}

/// When an attempt began, and how long it may take.
#[derive(Clone, Copy, Debug)]
pub struct AttemptTimeout {
    /// The beginning of the attempt.
    begin: Instant,
    /// How long it may take.
    pub(crate) duration: Duration,
    /// The time left.
    pub(crate) left: Duration,
}

impl AttemptTimeout {
    /// The timeout of an attempt that begins now, or what is left to the attempt around it.
    #[inline]
    fn new(begin: Instant, timeout: Duration) -> Self {
        let duration = match scope::end() {
            None => timeout,
            Some(end) => timeout.min(end.saturating_duration_since(begin)),
        };
        Self { begin, duration, left: duration }
    }

    /// The whole timeout of an attempt that begins now.
    pub(crate) fn whole(begin: Instant, timeout: Duration) -> Self {
        Self { begin, duration: timeout, left: timeout }
    }

    /// The same timeout, with the time left now.
    pub(crate) fn rest(self) -> Self {
        let passed = RuntimeClock::now().saturating_duration_since(self.begin);
        Self { left: self.duration.saturating_sub(passed), ..self }
    }

    /// The moment when the time is up; `None` if it is out of range.
    // Computed only for a pending attempt: this sum would be most of the cost of a timeout.
    pub(crate) fn end(self) -> Option<Instant> {
        self.begin.checked_add(self.duration)
    }
}

/// Remembers everything that hooks receive, and draws on a budget.
#[derive(Debug)]
pub struct Watch<B: Lends<RetryBudget>, C: Clock = RuntimeClock> {
    memory: Memory<C>,
    /// The sum of the waits in nanoseconds, as a `u64` to keep the future small.
    waited: u64,
    budget: B,
    /// The tokens that the last retry took, unless they were put back or used up.
    cost: u32,
    /// Whether a retry has taken its tokens but has not begun.
    is_granted: bool,
}

impl<'b, C: Clock> Watch<Option<&'b RetryBudget>, C> {
    /// The start of a call with this memory.
    #[inline]
    #[must_use]
    pub const fn new(memory: Memory<C>) -> Self {
        Self::drawing_on(None, memory)
    }

    /// Takes every retry from this budget.
    #[inline]
    #[must_use]
    pub const fn budget(mut self, budget: &'b RetryBudget) -> Self {
        self.budget = Some(budget);
        self
    }
}

impl<B: Lends<RetryBudget>, C: Clock> Watch<B, C> {
    /// The start of a call with this memory, which takes every retry from the budget, if there is one.
    pub(crate) const fn drawing_on(budget: B, memory: Memory<C>) -> Self {
        Self { memory, waited: 0, budget, cost: 0, is_granted: false }
    }

    /// Sets the budget, before the call begins.
    pub(crate) fn set_budget(&mut self, budget: B) {
        self.budget = budget;
    }

    /// Begins the call.
    #[inline]
    pub(crate) fn begin(&mut self, memory: Memory<C>) {
        self.memory = memory;
    }

    #[cold]
    #[inline(never)]
    fn give_back(&self, cost: u32) {
        if let (Some(budget), true) =
            (self.budget.lent(), self.is_granted || std::thread::panicking())
        {
            budget.give_back(cost);
        }
    }

    /// Goes on from where other code left the call.
    #[cold]
    pub(crate) fn take_up(&mut self, carried: &Carried) {
        let Carried { progress, started, waited, cost } = *carried;
        self.memory.progress = progress;
        self.memory.started = started.or(self.memory.started);
        self.waited = waited;
        self.cost = cost;
    }

    /// Leaves the call to other code. Tokens are left to this call: it puts them back itself.
    pub(crate) fn left(&self) -> Carried {
        let Memory { progress, started, .. } = self.memory;
        Carried { progress, started, waited: self.waited, cost: 0 }
    }

    /// Records that the granted retry begins, and so keeps its tokens.
    #[inline]
    pub fn begin_attempt(&mut self) {
        self.is_granted = false;
    }

    /// Returns the event that hooks receive before a granted wait.
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
            waited: self.waited(),
            elapsed: self.elapsed_before(wait.duration()),
        }
    }

    /// The time since the call began, without the wait that comes now.
    pub(crate) fn elapsed_before(&self, wait: Duration) -> Option<Duration> {
        // A skipped wait already counts as elapsed.
        let passed = if is_observed() { wait } else { Duration::ZERO };
        self.memory.elapsed().map(|elapsed| elapsed.saturating_sub(passed))
    }

    /// The sum of the waits so far.
    pub(crate) fn waited(&self) -> Duration {
        Duration::from_nanos(self.waited)
    }

    /// The number of the attempt that runs or comes next.
    pub(crate) fn attempts(&self) -> u32 {
        self.retries().saturating_add(1)
    }

    /// Adds the wait to the sum, and returns it.
    pub fn granted(&mut self, wait: Wait) -> Wait {
        self.add(wait);
        wait
    }

    /// Decides for a failure that would end the call, as the call goes on for ever; the reason, if the guard of a
    /// test ends it.
    pub(crate) fn insist(
        &mut self,
        policy: &RetryPolicy,
        class: ErrorClass,
        reason: StopReason,
    ) -> Result<Wait, StopReason> {
        if is_observed() && matches!(reason, StopReason::Exhausted | StopReason::Disabled) {
            return Err(reason);
        }
        let attempt = self.attempts();
        let progress = &mut self.memory.progress;
        let wait = insist(policy, progress, class);
        progress.recorded.insisted::<C>((attempt, class), wait);
        self.memory.begin_wait(wait);
        Ok(wait)
    }

    /// Adds a wait for a pause to the sum.
    pub(super) fn add(&mut self, wait: Wait) {
        self.waited = self.waited.saturating_add(wait.nanos());
    }

    /// The memory of this call.
    pub(super) fn memory(&self) -> &Memory<C> {
        &self.memory
    }

    /// The memory of this call, to change it.
    pub(super) fn memory_mut(&mut self) -> &mut Memory<C> {
        &mut self.memory
    }

    /// Decides on a failure beside a pause that still lasts for so many nanoseconds.
    pub(super) fn after_failure_in(
        &mut self,
        policy: &RetryPolicy,
        class: ErrorClass,
        pause: u64,
        name: Name,
    ) -> Result<Wait, StopReason> {
        // The last retry failed, so its tokens are used up.
        self.cost = 0;
        let budget = self.budget.lent();
        let wait = self.memory.granted(policy, class, budget, pause, name)?;
        self.cost = budget.map_or(0, |budget| budget.cost_of(class));
        self.is_granted = true;
        Ok(wait)
    }

    /// Returns the event for the end of a call whose deadline comes before its next attempt.
    #[must_use]
    pub fn give_up_late(&self, name: &'static str) -> GiveUp {
        GiveUp { attempts: self.retries(), ..self.give_up(name, StopReason::Deadline) }
    }

    /// Returns the event for the end of the call.
    #[must_use]
    pub fn give_up(&self, name: &'static str, reason: StopReason) -> GiveUp {
        GiveUp {
            name,
            attempts: self.attempts(),
            waited: self.waited(),
            elapsed: self.memory.elapsed(),
            reason,
            outer: scope::outer_of(reason),
        }
    }

    /// [`Memory::attempt_timeout`].
    #[inline]
    #[must_use]
    pub fn attempt_timeout(
        &self,
        policy: &RetryPolicy,
        timeout: Option<Duration>,
    ) -> Option<AttemptTimeout> {
        self.memory.attempt_timeout(policy, timeout)
    }

    /// [`Memory::end`].
    #[inline]
    #[must_use]
    pub fn end(&self, policy: &RetryPolicy) -> Option<Instant> {
        self.memory.end(policy)
    }

    /// [`Memory::attempt`].
    #[must_use]
    pub fn attempt(&self, policy: &RetryPolicy) -> Attempt<'static> {
        self.memory.attempt(policy)
    }
}

impl<B: Lends<RetryBudget>, C: Clock> Progressing for Watch<B, C> {
    #[cold]
    #[inline(never)]
    fn after_failure(
        &mut self,
        policy: &RetryPolicy,
        class: ErrorClass,
        name: Name,
    ) -> Result<Wait, StopReason> {
        self.after_failure_in(policy, class, 0, name)
    }

    #[inline]
    fn after_success(&mut self) {
        self.memory.after_success();
        if let Some(budget) = self.budget.lent() {
            if self.memory.retries() == 0 {
                budget.succeeded(None);
            } else {
                budget.succeeded(Some(self.cost));
                self.cost = 0;
            }
        }
    }

    #[cold]
    fn cancelled(&mut self, wait: Wait, passed: Wait) -> StopReason {
        self.waited = self.waited.saturating_sub(wait.nanos()).saturating_add(passed.nanos());
        self.give_back(self.cost);
        self.cost = 0;
        self.memory.cancelled(wait, passed)
    }

    #[inline]
    fn reset(&mut self) {
        self.memory.reset();
    }

    #[inline]
    fn retries(&self) -> u32 {
        self.memory.retries()
    }
}

/// A [`Watch`] that puts tokens back after a retry that never starts, or that panics: both show nothing
/// about the downstream. A retry that is dropped while it runs keeps its tokens, because it may have met
/// the overload that the budget guards against.
// Only functions with a budget pay for its destructor.
#[derive(Debug)]
pub struct Drawing<B: Lends<RetryBudget>, C: Clock = RuntimeClock>(Watch<B, C>);

impl<B: Lends<RetryBudget>, C: Clock> Drawing<B, C> {
    /// Starts to guard the tokens of this call.
    #[inline]
    #[must_use]
    pub const fn new(watch: Watch<B, C>) -> Self {
        Self(watch)
    }
}

impl<B: Lends<RetryBudget>, C: Clock> Deref for Drawing<B, C> {
    type Target = Watch<B, C>;

    #[inline]
    fn deref(&self) -> &Watch<B, C> {
        &self.0
    }
}

impl<B: Lends<RetryBudget>, C: Clock> DerefMut for Drawing<B, C> {
    #[inline]
    fn deref_mut(&mut self) -> &mut Watch<B, C> {
        &mut self.0
    }
}

impl<B: Lends<RetryBudget>, C: Clock> Progressing for Drawing<B, C> {
    #[inline]
    fn after_failure(
        &mut self,
        policy: &RetryPolicy,
        class: ErrorClass,
        name: Name,
    ) -> Result<Wait, StopReason> {
        self.0.after_failure(policy, class, name)
    }

    #[inline]
    fn after_success(&mut self) {
        self.0.after_success();
    }

    #[inline]
    fn cancelled(&mut self, wait: Wait, passed: Wait) -> StopReason {
        self.0.cancelled(wait, passed)
    }

    #[inline]
    fn reset(&mut self) {
        self.0.reset();
    }

    #[inline]
    fn retries(&self) -> u32 {
        self.0.retries()
    }
}

impl<B: Lends<RetryBudget>, C: Clock> Drop for Drawing<B, C> {
    #[inline]
    fn drop(&mut self) {
        let cost = self.0.cost;
        if B::LENDS && cost > 0 {
            self.0.give_back(cost);
        }
    }
}
