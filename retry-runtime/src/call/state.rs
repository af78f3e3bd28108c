//! Decisions for loops written by hand.

use core::future::{Future, poll_fn};
use core::pin::pin;
use core::time::Duration;

use super::budget::RetryBudget;
use super::clock::{Clock, Instant, RuntimeClock};
use super::decide::{decide, is_late, planned_wait, unplanned_wait};
use super::decision::{Decision, StopReason};
use super::name::Name;
use super::observer::is_observed;
use super::pause::{Pause, Pausing};
use super::paused::drawn;
use super::progress::{Circumstances, Progress};
use super::random::SeededRandom;
use super::resetting::Healthy;
use super::scope::{Place, end_within};
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
    progress: Progress,
    /// When the call began, if the policy has a deadline.
    started: Option<Instant>,
    /// The sum of the waits, in nanoseconds; the clock need not have seen them.
    waited: u64,
    budget: Option<&'b RetryBudget>,
    /// The tokens that the last retry took from the budget, unless they are used up.
    cost: u32,
    pause: Option<&'b Pause>,
    /// The moment when the last wait ends, if there is a pause; 0 before the first.
    awaited: u64,
    /// The length of the attempts, for [`reset_after`](Self::reset_after).
    healthy: Healthy,
    seeded: Option<SeededRandom>,
    name: Option<&'static str>,
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
            progress: Progress::START,
            started: policy.get_deadline().map(|_| RuntimeClock::now()),
            waited: 0,
            budget: None,
            cost: 0,
            pause: None,
            awaited: 0,
            healthy: Healthy::default(),
            seeded: None,
            name: None,
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
        Self { seeded: Some(SeededRandom::new(seed)), ..Self::new(policy) }
    }

    /// Sets the name by which [`override_by_name`](crate::override_by_name) finds the call and
    /// [`GiveUp::outer`](crate::GiveUp::outer) shows it; `retry` by default.
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
        Self { budget: Some(budget), ..self }
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
        Self { healthy, ..self }
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
        Self { pause: Some(pause), ..self }
    }

    /// Returns how long to wait for the [`pause`](Self::pause) before the next attempt; `None` to begin it
    /// now.
    ///
    /// Ask again after the wait: the pause may have become longer. As with [`decide`](Self::decide), a
    /// returned wait counts as elapsed, whichever clock you sleep by.
    ///
    /// # Errors
    ///
    /// [`StopReason::Deadline`] if the wait would reach the deadline.
    ///
    /// ```
    /// use std::io;
    /// use std::thread::sleep;
    /// use retry_kit::{Classify, Decision, Pause, RetryPolicy, RetryState};
    ///
    /// static PAUSE: Pause = Pause::new();
    ///
    /// fn retried(fetch: impl Fn() -> io::Result<u32>) -> io::Result<u32> {
    ///     let mut retries = RetryState::new(&RetryPolicy::DEFAULT).pause(&PAUSE);
    ///     loop {
    ///         while let Some(wait) = retries.before_attempt().map_err(|_| io::ErrorKind::TimedOut)? {
    ///             sleep(wait.duration());
    ///         }
    ///         let error = match fetch() {
    ///             Ok(value) => return Ok(value),
    ///             Err(error) => error,
    ///         };
    ///         match retries.decide(error.classify()) {
    ///             Decision::Retry(wait) => sleep(wait.duration()),
    ///             Decision::Stop(_) => return Err(error),
    ///         }
    ///     }
    /// }
    /// assert_eq!(retried(|| Ok(7)).unwrap(), 7);
    /// ```
    pub fn before_attempt(&mut self) -> Result<Option<Wait>, StopReason> {
        if self.pause.is_none_or(Pause::is_unused) {
            return Ok(None);
        }
        let Some(pausing) = self.pausing() else { return Ok(None) };
        let seeded = self.seeded.as_mut();
        let wait = pausing.wait(&self.policy, |range| drawn(range, seeded));
        let Some(wait) = wait else { return Ok(None) };
        if is_late(&self.policy, self.elapsed(), wait) {
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
        if skipped {
            // A skipped wait counts as elapsed.
            self.started = self.started.map(|at| at.checked_sub(wait.duration()).unwrap_or(at));
            return wait.left_out();
        }
        self.waited = self.waited.saturating_add(wait.nanos());
        wait
    }

    /// Decides what to do after an attempt failed with an error of this class.
    ///
    /// ```
    /// use retry_kit::{Decision, ErrorClass, RetryPolicy, RetryState};
    ///
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT);
    /// assert!(matches!(retries.decide(ErrorClass::Transient), Decision::Retry(_)));
    /// ```
    #[must_use = "the caller must carry out the decision"]
    pub fn decide(&mut self, class: ErrorClass) -> Decision {
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
        let is_more = self.started.is_some() || self.budget.is_some() || self.pause.is_some();
        if is_more || self.seeded.is_some() || self.healthy.is_limited() {
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
        if self.healthy.is_reached::<RuntimeClock>() {
            self.progress = Progress::START;
        }
        // The last retry failed, so its tokens are used up.
        self.cost = 0;
        let elapsed = self.elapsed();
        let pause = self.pausing().map_or(0, Pausing::left);
        let circumstances = Circumstances {
            elapsed,
            budget: self.budget,
            pause,
            ..Circumstances::of(self.own_name())
        };
        let seeded = self.seeded.as_mut();
        let decision = decide(&self.policy, &mut self.progress, class, circumstances, seeded);
        if self.pause.is_some() {
            self.note_for_pause(class, decision);
        }
        let Decision::Retry(wait) = decision else { return decision };
        self.cost = self.budget.map_or(0, |budget| budget.cost_of(class));
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
    fn elapsed(&self) -> Option<Duration> {
        // Reads no clock unless the policy has a deadline.
        let started = self.started?;
        let elapsed = RuntimeClock::now().saturating_duration_since(started);
        Some(elapsed.max(Duration::from_nanos(self.waited)))
    }

    /// Reports to the budget that the last attempt succeeded, and ends the call.
    ///
    /// A success at the first attempt puts the refill back. A success after retries puts back the tokens
    /// that the last retry took.
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
            number: self.progress.retries.saturating_add(1),
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
        self.progress.retries
    }
}
