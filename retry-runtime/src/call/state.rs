//! Decisions for loops written by hand.

use core::future::{Future, poll_fn};
use core::pin::pin;
use core::time::Duration;

use super::budget::RetryBudget;
use super::clock::{Clock, RuntimeClock};
use super::decide::{decide, is_last, is_late, planned_wait, unplanned_wait};
use super::decision::{Decision, StopReason};
use super::event::{Cause, GiveUp, RetryEvent};
use super::name::Name;
use super::observer::is_observed;
use super::pause::{Pause, Pausing};
use super::paused::drawn;
use super::progress::{Carried, Circumstances, Progress};
use super::random::SeededRandom;
use super::resetting::{Healthy, Resets};
use super::scope::{Place, end_within, outer_of};
use super::wait::Wait;
use crate::policy::{ErrorClass, RetryPolicy};

/// Makes the retry decisions of one call, inside a loop you write yourself.
///
/// Use it for loops that the attribute does not fit, such as those of another runtime. Ask it after each
/// failure, and make a new one for each call.
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
/// Under [`testing::no_wait`](crate::testing::no_wait) it returns waits of zero, so that your loop does
/// not sleep; the guard records the waits that would have happened. For the deadline, a returned wait
/// counts as elapsed, whichever clock you sleep by.
///
/// A budget may have any lifetime, for example inside an `Arc`:
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
    carried: Carried,
    /// Whether a decision depends on nothing but the policy, the class and the count.
    is_plain: bool,
    /// The last wait, if the guard of a test skipped it.
    skipped: Option<Wait>,
    budget: Option<&'b RetryBudget>,
    pause: Option<&'b Pause>,
    /// The moment when the last wait ends, if there is a pause; 0 before the first.
    awaited: u64,
    /// Whether the deadline came before the end of the pause, so that the next attempt is not made.
    is_late: bool,
    /// The length of the attempts, for [`reset_after`](Self::reset_after).
    healthy: Healthy,
    seeded: Option<SeededRandom>,
    name: Option<&'static str>,
    target: Option<&'static str>,
}

/// The options of a state, for a loop that goes on from it.
pub(crate) struct StateOptions<'b> {
    pub(crate) policy: RetryPolicy,
    pub(crate) name: Option<&'static str>,
    pub(crate) target: Option<&'static str>,
    pub(crate) budget: Option<&'b RetryBudget>,
    pub(crate) pause: Option<&'b Pause>,
    pub(crate) reset_after: Option<Duration>,
}

impl<'b> RetryState<'b> {
    /// Starts a call under `policy`; its deadline counts from now.
    ///
    /// ```
    /// use retry_kit::{RetryPolicy, RetryState};
    ///
    /// assert_eq!(RetryState::new(&RetryPolicy::DEFAULT).retries(), 0);
    /// ```
    pub fn new(policy: &RetryPolicy) -> Self {
        Self {
            policy: *policy,
            carried: Carried {
                progress: Progress::START,
                started: policy.get_deadline().map(|_| RuntimeClock::now()),
                waited: 0,
                cost: 0,
            },
            is_plain: policy.get_deadline().is_none(),
            skipped: None,
            is_late: false,
            budget: None,
            pause: None,
            awaited: 0,
            healthy: Healthy::default(),
            seeded: None,
            name: None,
            target: None,
        }
    }

    /// Starts a call whose random numbers depend only on `seed`, for tests and simulations.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState};
    ///
    /// let decide = || RetryState::seeded(&RetryPolicy::DEFAULT, 7).decide(ErrorClass::Transient);
    /// assert_eq!(decide(), decide());
    /// ```
    pub fn seeded(policy: &RetryPolicy, seed: u64) -> Self {
        Self { seeded: Some(SeededRandom::new(seed)), is_plain: false, ..Self::new(policy) }
    }

    /// Names the call, which then reports its events and metrics as an annotated function does.
    ///
    /// Without a name it reports nothing. [`override_by_name`](crate::override_by_name) finds the call by this name,
    /// and [`GiveUp::outer`](crate::GiveUp::outer) shows it; without one, both use `retry`.
    ///
    /// ```
    /// use retry_kit::{RetryPolicy, RetryState};
    ///
    /// let retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::charge");
    /// # let _ = retries;
    /// ```
    pub fn name(self, name: &'static str) -> Self {
        Self { name: Some(name), ..self }
    }

    /// Sets the target of the events; by default the part of the [`name`](Self::name) before its last `::`.
    ///
    /// ```
    /// use retry_kit::{RetryPolicy, RetryState};
    ///
    /// let retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::charge").target("billing");
    /// # let _ = retries;
    /// ```
    pub fn target(self, target: &'static str) -> Self {
        Self { target: Some(target), ..self }
    }

    fn own_name(&self) -> Name {
        Name::Known(self.name.unwrap_or("retry"))
    }

    /// Takes the cost of every retry from this budget. Report a success with
    /// [`succeeded`](Self::succeeded); otherwise the tokens stay taken.
    ///
    /// ```
    /// use retry_kit::{Decision, ErrorClass, RetryBudget, RetryPolicy, RetryState, StopReason};
    ///
    /// let empty = RetryBudget::new(0, 1, 1, 1);
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).budget(&empty);
    /// assert_eq!(retries.decide(ErrorClass::Transient), Decision::Stop(StopReason::Budget));
    /// ```
    pub fn budget(self, budget: &'b RetryBudget) -> Self {
        Self { budget: Some(budget), is_plain: false, ..self }
    }

    /// Resets the count of retries and the backoff after an attempt that took at least this long.
    ///
    /// The length of an attempt is the time since this call, or since the last decision, without its wait. The
    /// deadline still counts from the beginning. Zero changes nothing: every attempt would reset the count.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{Decision, ErrorClass, Jitter, RetryPolicy, RetryState};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let policy = RetryPolicy::new().max_retries(1).jitter(Jitter::None);
    /// let mut retries = RetryState::new(&policy).reset_after(Duration::from_secs(60));
    /// let Decision::Retry(wait) = retries.decide(ErrorClass::Transient) else { panic!() };
    /// tokio::time::sleep(wait.duration()).await;
    ///
    /// let attempt = Duration::from_secs(60);
    /// tokio::time::sleep(attempt).await;
    /// assert!(matches!(retries.decide(ErrorClass::Transient), Decision::Retry(_)));
    /// assert_eq!(retries.retries(), 1);
    /// # }
    /// ```
    pub fn reset_after(self, attempt: Duration) -> Self {
        let mut healthy = Healthy::after(attempt);
        healthy.begin::<RuntimeClock>(Duration::ZERO);
        Self { healthy, is_plain: false, ..self }
    }

    /// Makes this call wait for `pause`, and starts the pause when the server asks this call to wait.
    ///
    /// Ask [`before_attempt`](Self::before_attempt) before each attempt, the first one included. The waits
    /// of [`decide`](Self::decide) cover the pause as it is then.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{ErrorClass, Pause, RetryPolicy, RetryState};
    ///
    /// let pause = Pause::new();
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).pause(&pause);
    /// let minute = Duration::from_secs(60);
    /// let _ = retries.decide(ErrorClass::Throttled { retry_after: Some(minute) });
    /// assert!(pause.remaining() > Some(minute / 2));
    /// ```
    pub fn pause(self, pause: &'b Pause) -> Self {
        Self { pause: Some(pause), is_plain: false, ..self }
    }

    /// Waits for the pause before an attempt; the reason, if the deadline comes before its end.
    pub(crate) fn gate(&mut self) -> Result<Option<Wait>, StopReason> {
        if self.pause.is_none_or(Pause::is_unused) {
            return Ok(None);
        }
        let Some(pausing) = self.pausing() else { return Ok(None) };
        self.is_late = false;
        let seeded = self.seeded.as_mut();
        let wait = pausing.wait(&self.policy, |range| drawn(range, seeded));
        let Some(wait) = wait else { return Ok(None) };
        if is_late(&self.policy, self.elapsed(), wait) {
            self.is_late = true;
            let Progress { recorded, retries, .. } = self.carried.progress;
            recorded.ended::<RuntimeClock>(retries, StopReason::Deadline);
            return Err(StopReason::Deadline);
        }
        self.awaited = pausing.end_of(wait);
        Ok(Some(self.granted(wait)))
    }

    /// The pause as this call sees it now.
    #[inline]
    fn pausing(&self) -> Option<Pausing<'b>> {
        let pause = self.pause?;
        Some(Pausing::new::<RuntimeClock>(pause, self.awaited))
    }

    /// Counts a wait, and returns it for the caller.
    #[inline]
    fn granted(&mut self, wait: Wait) -> Wait {
        let skipped = is_observed();
        self.healthy.begin::<RuntimeClock>(if skipped { Duration::ZERO } else { wait.duration() });
        let Carried { started, waited, .. } = &mut self.carried;
        *waited = waited.saturating_add(wait.nanos());
        self.skipped = skipped.then_some(wait);
        if !skipped {
            return wait;
        }
        // A skipped wait counts as elapsed.
        *started = started.map(|at| at.checked_sub(wait.duration()).unwrap_or(at));
        wait.left_out()
    }

    /// [`decided`](Self::decided), for the recorder too.
    #[inline]
    pub(crate) fn decided_on_a_failure(&mut self, class: ErrorClass) -> Decision {
        if !cfg!(feature = "recorder") {
            return self.decided(class);
        }
        let decision = self.decided(class);
        if let Some(name) = self.name {
            let (attempt, decided) = match decision {
                Decision::Retry(wait) => (self.retries(), Ok(self.told(wait))),
                Decision::Stop(reason) => (self.attempt_number(), Err(reason)),
            };
            let Self { policy, carried, .. } = self;
            let recorded = &mut carried.progress.recorded;
            let name = Name::Known(name);
            recorded.failed::<RuntimeClock>(name, policy, (attempt, class), decided);
        }
        decision
    }

    /// Decides what to do after an attempt failed with an error of this class, without a report.
    #[inline]
    pub(crate) fn decided(&mut self, class: ErrorClass) -> Decision {
        match self.short_decision(class, planned_wait) {
            Some(decision) => decision,
            None => self.full_decision(class),
        }
    }

    /// The decision of [`planned_wait`] or [`unplanned_wait`], if it depends on nothing but the policy and
    /// the class.
    #[inline]
    fn short_decision(
        &mut self,
        class: ErrorClass,
        wait: impl FnOnce(&RetryPolicy, u32, ErrorClass) -> Option<Result<Wait, StopReason>>,
    ) -> Option<Decision> {
        if !self.is_plain {
            return None;
        }
        Some(match wait(&self.policy, self.carried.progress.retries, class)? {
            Ok(wait) => {
                let Carried { progress, waited, .. } = &mut self.carried;
                progress.retries = progress.retries.saturating_add(1);
                *waited = waited.saturating_add(wait.nanos());
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
        if self.healthy.is_reached::<RuntimeClock>() {
            self.start_anew();
        }
        // The last retry failed, so its tokens are used up.
        self.carried.cost = 0;
        // Whatever the pause said, an attempt was made.
        self.is_late = false;
        let elapsed = self.elapsed();
        let pause = self.pausing().map_or(0, Pausing::left);
        let circumstances = Circumstances {
            elapsed,
            budget: self.budget,
            pause,
            ..Circumstances::of(self.own_name())
        };
        let seeded = self.seeded.as_mut();
        let decision =
            decide(&self.policy, &mut self.carried.progress, class, circumstances, seeded);
        if self.pause.is_some() {
            self.note_for_pause(class, decision);
        }
        let Decision::Retry(wait) = decision else { return decision };
        self.carried.cost = self.budget.map_or(0, |budget| budget.cost_of(class));
        Decision::Retry(self.granted(wait))
    }

    /// Lets all calls wait if the server asks for it, and remembers when the wait of this call ends.
    #[cold]
    #[inline(never)]
    fn note_for_pause(&mut self, class: ErrorClass, decision: Decision) {
        let Some(pausing) = self.pausing() else { return };
        let stop = match decision {
            Decision::Retry(wait) => {
                self.awaited = pausing.end_of(wait);
                None
            }
            Decision::Stop(reason) => Some(reason),
        };
        pausing.raise(&self.policy, class, stop);
    }

    /// The time since the call began. It includes the waits even if the clock stands still during them,
    /// as tokio's paused clock does while a thread sleeps.
    pub(crate) fn elapsed(&self) -> Option<Duration> {
        // Reads no clock unless the policy has a deadline.
        let started = self.carried.started?;
        let elapsed = RuntimeClock::now().saturating_duration_since(started);
        Some(elapsed.max(Duration::from_nanos(self.carried.waited)))
    }

    /// Resets the count and the backoff, as an attempt was good.
    fn start_anew(&mut self) {
        self.record_success();
        self.carried.progress = Progress::START;
    }

    fn record_success(&mut self) {
        let attempt = self.attempt_number();
        self.carried.progress.recorded.succeeded::<RuntimeClock>(attempt);
    }

    /// The number of the attempt that runs.
    #[inline]
    fn attempt_number(&self) -> u32 {
        self.retries().saturating_add(1)
    }

    /// Reports to the budget and the recorder that the last attempt succeeded.
    pub(crate) fn report_success(&mut self) {
        self.record_success();
        if let Some(budget) = self.budget {
            budget.succeeded((self.carried.progress.retries > 0).then_some(self.carried.cost));
        }
    }

    /// Puts an attempt into its scope, where [`current_attempt`](crate::current_attempt) and
    /// [`remaining`](crate::remaining) describe it and calls with
    /// [`Nested::Once`](crate::Nested::Once) do not retry.
    ///
    /// ```
    /// use retry_kit::{RetryPolicy, RetryState, current_attempt};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let retries = RetryState::new(&RetryPolicy::DEFAULT);
    /// let attempt = async { current_attempt() };
    /// assert_eq!(retries.attempt(attempt).await, Some(1));
    /// # }
    /// ```
    pub fn attempt<A: Future>(&self, attempt: A) -> impl Future<Output = A::Output> + use<A> {
        let place = self.place::<A>();
        async move {
            let mut attempt = pin!(attempt);
            poll_fn(|context| place.within(|| attempt.as_mut().poll(context))).await
        }
    }

    /// [`attempt`](Self::attempt) for code that blocks.
    ///
    /// ```
    /// use retry_kit::{RetryPolicy, RetryState, current_attempt};
    ///
    /// let retries = RetryState::new(&RetryPolicy::DEFAULT);
    /// assert_eq!(retries.attempt_blocking(|| current_attempt()), Some(1));
    /// ```
    pub fn attempt_blocking<R, A: FnOnce() -> R>(&self, attempt: A) -> R {
        self.place::<A>().within(attempt)
    }

    /// The scope of the attempt that begins now.
    fn place<A>(&self) -> Place {
        let left = self.policy.get_deadline().zip(self.elapsed());
        let left = left.map(|(deadline, elapsed)| deadline.saturating_sub(elapsed));
        Place {
            number: self.attempt_number(),
            name: self.name.map_or(Name::of_type::<A>(), Name::Known),
            end: end_within(left.and_then(|left| RuntimeClock::now().checked_add(left))),
        }
    }

    /// Returns the number of retries granted so far, or since [`reset_after`](Self::reset_after) reset the count.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState};
    ///
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT);
    /// let _ = retries.decide(ErrorClass::Transient);
    /// assert_eq!(retries.retries(), 1);
    /// ```
    #[must_use]
    pub fn retries(&self) -> u32 {
        self.carried.progress.retries
    }

    /// Tells whether no further retry is left, by the policy, the switch or the guard of a test.
    ///
    /// The next failure then ends the call. A deadline, a budget, the class of the failure or an
    /// [override](crate::override_by_name) of this name may end it earlier.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState};
    ///
    /// let mut retries = RetryState::new(&RetryPolicy::new().max_retries(1));
    /// assert!(!retries.is_exhausted());
    /// let _ = retries.decide(ErrorClass::Transient);
    /// assert!(retries.is_exhausted());
    /// ```
    #[must_use]
    pub fn is_exhausted(&self) -> bool {
        let Self { policy, carried, .. } = self;
        is_last(policy.retry_limit(), policy.obeys_the_switch(), carried.progress.retries)
    }

    /// Resets the count of retries and the backoff, after something succeeded.
    ///
    /// The deadline still counts from the beginning, as do the times in events. The tokens that the last retry took
    /// are put back into the budget.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState};
    ///
    /// let mut reconnects = RetryState::new(&RetryPolicy::DEFAULT);
    /// let _ = reconnects.decide(ErrorClass::Transient);
    /// reconnects.reset();
    /// assert_eq!(reconnects.retries(), 0);
    /// ```
    pub fn reset(&mut self) {
        self.start_anew();
        if let Some(budget) = self.budget.filter(|_| self.carried.cost > 0) {
            budget.succeeded(Some(self.carried.cost));
        }
        self.carried.cost = 0;
    }

    /// Counts `retries` that a lower layer has made, such as a client that retries by itself.
    ///
    /// They count towards the limit, and the backoff grows as if this state had granted them. They take nothing
    /// from the budget, and add nothing to the waits in events. The count saturates.
    ///
    /// ```
    /// use retry_kit::{Decision, ErrorClass, RetryPolicy, RetryState, StopReason};
    ///
    /// let mut retries = RetryState::new(&RetryPolicy::new().max_retries(3));
    /// retries.spend(3);
    /// assert_eq!(retries.decide(ErrorClass::Transient), Decision::Stop(StopReason::Exhausted));
    /// ```
    pub fn spend(&mut self, retries: u32) {
        let progress = &mut self.carried.progress;
        progress.retries = progress.retries.saturating_add(retries);
    }

    /// Returns the event that `on_retry` receives in the other forms, after a decision to retry with this wait.
    ///
    /// Call your hook with it. Under [`testing::no_wait`](crate::testing::no_wait) it shows the wait that would have
    /// happened.
    ///
    /// ```
    /// use retry_kit::{Cause, Classify, Decision, RetryEvent, RetryPolicy, RetryState};
    ///
    /// fn log(event: &RetryEvent<'_, std::io::Error>) {
    ///     println!("{}: attempt {} failed, next in {:?}", event.name(), event.attempt(), event.wait());
    /// }
    ///
    /// let error = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::charge");
    /// if let Decision::Retry(wait) = retries.decide(error.classify()) {
    ///     log(&retries.event(Cause::Error(&error), wait));
    /// }
    /// ```
    #[must_use]
    pub fn event<'e, E: ?Sized>(&self, cause: Cause<'e, E>, wait: Wait) -> RetryEvent<'e, E> {
        let wait = self.told(wait);
        RetryEvent {
            name: self.own_name().get(),
            attempt: self.retries(),
            max: self.policy.retry_limit(),
            cause,
            wait,
            waited: Duration::from_nanos(self.carried.waited.saturating_sub(wait.nanos())),
            elapsed: self.elapsed_before(wait),
        }
    }

    /// Returns the [`GiveUp`] that `give_up` and `fallback` receive in the other forms, after a decision to stop for
    /// this reason.
    ///
    /// ```
    /// use retry_kit::{Decision, ErrorClass, RetryPolicy, RetryState};
    ///
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::charge");
    /// if let Decision::Stop(reason) = retries.decide(ErrorClass::Permanent) {
    ///     assert_eq!(retries.give_up(reason).attempts(), 1);
    /// }
    /// ```
    #[must_use]
    pub fn give_up(&self, reason: StopReason) -> GiveUp {
        GiveUp {
            name: self.own_name().get(),
            attempts: self.retries().saturating_add(u32::from(!self.is_late)),
            waited: self.waited(),
            elapsed: self.elapsed(),
            reason,
            outer: outer_of(reason),
        }
    }

    /// The wait as reports show it, also if the guard of a test skips it.
    pub(crate) fn told(&self, wait: Wait) -> Wait {
        self.skipped.filter(|_| is_observed()).unwrap_or(wait)
    }

    /// The time since the call began, without the wait that comes now.
    fn elapsed_before(&self, wait: Wait) -> Option<Duration> {
        let started = self.carried.started?;
        let elapsed = RuntimeClock::now().saturating_duration_since(started);
        // A skipped wait already counts as elapsed.
        let passed = if is_observed() { wait.duration() } else { Duration::ZERO };
        let before = Duration::from_nanos(self.carried.waited.saturating_sub(wait.nanos()));
        Some(elapsed.saturating_sub(passed).max(before))
    }

    /// Returns the waits of this call, drawn with the policy's jitter, as an iterator.
    ///
    /// It is for code that needs all waits up front. Each wait is that after a transient failure, and
    /// counts as a retry; the iterator ends where the call would give up, and never under an unlimited policy
    /// without a deadline. Each retry takes its cost from the budget. It reports no events, because nothing has
    /// failed. [`RetryPolicy::delays`] returns the ranges from which the waits are drawn.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{RetryPolicy, RetryState};
    ///
    /// let policy = RetryPolicy::new().base_delay(Duration::from_millis(100));
    /// let waits: Vec<Duration> = RetryState::new(&policy).waits().collect();
    /// assert!(waits.iter().zip(policy.delays()).all(|(wait, range)| range.contains(wait)));
    /// assert_eq!(waits.len(), 3);
    /// ```
    pub fn waits(self) -> DrawnWaits<'b> {
        DrawnWaits(self)
    }

    /// The sum of the waits.
    pub(crate) fn waited(&self) -> Duration {
        Duration::from_nanos(self.carried.waited)
    }

    /// The name, if the call reports, and the target.
    pub(crate) fn reports_as(&self) -> Option<(&'static str, Option<&'static str>)> {
        Some((self.name?, self.target))
    }

    pub(crate) fn policy(&self) -> &RetryPolicy {
        &self.policy
    }

    /// The options and the state, for a loop that goes on from here.
    pub(crate) fn taken_up(&mut self) -> (StateOptions<'b>, &mut Carried) {
        let Self { policy, carried, budget, pause, healthy, name, target, .. } = self;
        let reset_after = healthy.length();
        // The loop has attempts of its own: how long the next one here ran is not known.
        healthy.forget();
        let options = StateOptions {
            policy: *policy,
            name: *name,
            target: *target,
            budget: *budget,
            pause: *pause,
            reset_after,
        };
        (options, carried)
    }
}

/// The waits of a call; returned by [`RetryState::waits`].
///
/// ```
/// use std::time::Duration;
/// use retry_kit::{Jitter, RetryPolicy, RetryState};
///
/// let policy = RetryPolicy::new().unlimited().jitter(Jitter::None);
/// let longest = RetryState::new(&policy).waits().take(20).max();
/// assert_eq!(longest, Some(Duration::from_secs(60)));
/// ```
#[derive(Clone, Debug)]
#[must_use = "iterators are lazy"]
pub struct DrawnWaits<'b>(RetryState<'b>);

impl Iterator for DrawnWaits<'_> {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        let wait = match self.0.decided(ErrorClass::Transient) {
            Decision::Retry(wait) => wait,
            Decision::Stop(_) => return None,
        };
        Some(self.0.skipped.filter(|_| is_observed()).unwrap_or(wait).duration())
    }
}
