//! Helps to test code that retries; the crate's module `testing` shows it.

use core::time::Duration;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::attempt::Attempt;
use super::clock::{Clock, RuntimeClock};
use super::decide::wait_or_stop;
use super::decision::{Decision, StopReason};
use super::event::{Cause, GiveUp, RetryEvent};
use super::observer::{Observer, set_observer};
use super::previous::Previous;
use super::progress::{Circumstances, Progress};
use super::random::{Random, SeededRandom, Source};
use super::scope::outer_of;
use super::wait::Wait;
use crate::policy::duration::nanos;
use crate::policy::range::Range;
use crate::policy::{ErrorClass, RetryPolicy};

thread_local! {
    /// The guards of this thread, the innermost last.
    static SESSIONS: RefCell<Vec<Rc<Session>>> = const { RefCell::new(Vec::new()) };
}

/// The decisions under a guard.
static OBSERVER: Observer = Observer {
    decide: recorded_decision,
    cancelled: record_cancelled,
    retry_limit: retry_limit_in_test,
    draw: draw_in_test,
};

/// The settings of a guard, and the decisions under it.
#[derive(Debug)]
struct Session {
    random: RefCell<SeededRandom>,
    max_attempts: Cell<Option<u32>>,
    disabled: Cell<bool>,
    decisions: RefCell<Vec<Recorded>>,
}

/// A decision that [`no_wait`] recorded.
///
/// ```
/// use retry_kit::{Decision, ErrorClass, RetryPolicy, RetryState, StopReason, testing};
///
/// let guard = testing::no_wait();
/// let _ = RetryState::new(&RetryPolicy::OFF).decide(ErrorClass::Transient);
/// let recorded = guard.decisions()[0];
/// assert_eq!((recorded.attempt, recorded.class), (1, ErrorClass::Transient));
/// assert_eq!(recorded.decision, Decision::Stop(StopReason::Exhausted));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recorded {
    /// The number of the attempt that failed, from 1.
    pub attempt: u32,
    /// The class of its failure.
    pub class: ErrorClass,
    /// The decision, with the wait that would have happened.
    pub decision: Decision,
    /// The function whose attempt the call ran in, if the decision is to stop because it is
    /// [`Nested`](StopReason::Nested).
    pub outer: Option<&'static str>,
}

impl Recorded {
    /// Makes a record, to compare with those of [`NoWait::decisions`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{Decision, ErrorClass, Jitter, RetryPolicy, RetryState, testing};
    /// use retry_kit::testing::Recorded;
    ///
    /// let policy = RetryPolicy::new().jitter(Jitter::None);
    /// let retries = testing::no_wait();
    /// let _ = RetryState::new(&policy).decide(ErrorClass::Transient);
    /// let decision = Decision::Retry(testing::wait(Duration::from_secs(1)));
    /// assert_eq!(retries.decisions(), [Recorded::new(1, ErrorClass::Transient, decision)]);
    /// ```
    #[must_use]
    #[inline]
    pub const fn new(attempt: u32, class: ErrorClass, decision: Decision) -> Self {
        Self { attempt, class, decision, outer: None }
    }
}

/// Makes a wait by the policy's backoff, to compare with that of a [`Decision`].
///
/// ```
/// use std::time::Duration;
/// use retry_kit::testing;
///
/// assert_eq!(testing::wait(Duration::from_secs(1)).duration(), Duration::from_secs(1));
/// ```
#[must_use]
#[inline]
pub const fn wait(wait: Duration) -> Wait {
    Wait::of_backoff(nanos(wait))
}

/// Makes a wait by a server hint.
///
/// ```
/// use std::time::Duration;
/// use retry_kit::testing;
///
/// let minute = Duration::from_secs(60);
/// assert!(testing::wait_from_server(minute).is_from_server());
/// assert!(!testing::wait(minute).is_from_server());
/// ```
#[must_use]
#[inline]
pub const fn wait_from_server(wait: Duration) -> Wait {
    Wait::of_server(nanos(wait))
}

/// The guard of [`no_wait`]: while it lives, retries on its thread do not wait.
///
/// ```
/// use retry_kit::testing::{NoWait, no_wait};
///
/// let guard: NoWait = no_wait().max_attempts(2).seed(7);
/// assert!(guard.decisions().is_empty());
/// ```
#[derive(Debug)]
#[must_use = "retries wait again as soon as the guard is dropped"]
pub struct NoWait {
    session: Rc<Session>,
}

/// Returns a guard; while it lives, retries on this thread do not wait, and every decision is
/// recorded.
///
/// They yield instead of waiting. Everything else works as usual; hooks still see the waits that
/// would have happened. The jitter comes from a fixed seed.
///
/// Other threads are not affected, so tests can run in parallel. For the same reason, a task on
/// another thread of a runtime still waits. A [`RetryState`](crate::RetryState) returns waits of
/// zero; one with a seed keeps it.
///
/// A skipped wait counts as elapsed, for the deadline and in the times that hooks receive, so the
/// decisions stay the same. Attempts take real time, and so does a `timeout`; pause the clock to
/// avoid that.
///
/// ```
/// use std::time::Duration;
/// use retry_kit::{ErrorClass, Jitter, RetryPolicy, RetryState, testing};
///
/// let guard = testing::no_wait();
/// let policy = RetryPolicy::new().jitter(Jitter::None);
/// let _ = RetryState::new(&policy).decide(ErrorClass::Transient);
/// assert_eq!(guard.waits(), [Duration::from_secs(1)]);
/// ```
#[inline]
pub fn no_wait() -> NoWait {
    let session = Rc::new(Session {
        random: RefCell::new(SeededRandom::new(0)),
        max_attempts: Cell::new(None),
        disabled: Cell::new(false),
        decisions: RefCell::default(),
    });
    let _ = SESSIONS.try_with(|sessions| sessions.borrow_mut().push(Rc::clone(&session)));
    set_observer(Some(&OBSERVER));
    NoWait { session }
}

impl NoWait {
    /// Makes every call give up after at most this many attempts. The first attempt is always made.
    ///
    /// ```
    /// use retry_kit::{Decision, ErrorClass, RetryPolicy, RetryState, StopReason, testing};
    ///
    /// let _guard = testing::no_wait().max_attempts(1);
    /// let decision = RetryState::new(&RetryPolicy::DEFAULT).decide(ErrorClass::Transient);
    /// assert_eq!(decision, Decision::Stop(StopReason::Exhausted));
    /// ```
    #[inline]
    pub fn max_attempts(self, attempts: u32) -> Self {
        self.session.max_attempts.set(Some(attempts));
        self
    }

    /// Turns retries off on this thread, as [`set_enabled`](crate::set_enabled) does for the
    /// process: policies with [`Switch::Ignore`](crate::Switch::Ignore) still retry.
    ///
    /// ```
    /// use retry_kit::{Decision, ErrorClass, RetryPolicy, RetryState, StopReason, testing};
    ///
    /// let _guard = testing::no_wait().disabled();
    /// let decision = RetryState::new(&RetryPolicy::DEFAULT).decide(ErrorClass::Transient);
    /// assert_eq!(decision, Decision::Stop(StopReason::Disabled));
    /// ```
    #[inline]
    pub fn disabled(self) -> Self {
        self.session.disabled.set(true);
        self
    }

    /// Draws the jitter from another seed.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState, testing};
    ///
    /// let waits = |seed| {
    ///     let guard = testing::no_wait().seed(seed);
    ///     let _ = RetryState::new(&RetryPolicy::DEFAULT).decide(ErrorClass::Transient);
    ///     guard.waits()
    /// };
    /// assert_eq!(waits(1), waits(1));
    /// assert_ne!(waits(1), waits(2));
    /// ```
    #[inline]
    pub fn seed(self, seed: u64) -> Self {
        self.session.random.replace(SeededRandom::new(seed));
        self
    }

    /// Returns all decisions on this thread since the guard was made, except those under a later guard.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState, testing};
    ///
    /// let guard = testing::no_wait();
    /// let _ = RetryState::new(&RetryPolicy::DEFAULT).decide(ErrorClass::Permanent);
    /// assert_eq!(guard.decisions()[0].class, ErrorClass::Permanent);
    /// ```
    #[must_use]
    #[inline]
    pub fn decisions(&self) -> Vec<Recorded> {
        self.session.decisions.borrow().clone()
    }

    /// Returns the waits of these decisions, in order.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState, testing};
    ///
    /// let guard = testing::no_wait();
    /// let _ = RetryState::new(&RetryPolicy::DEFAULT).decide(ErrorClass::Permanent);
    /// assert!(guard.waits().is_empty());
    /// ```
    #[must_use]
    #[inline]
    pub fn waits(&self) -> Vec<Duration> {
        let wait = |recorded: &Recorded| match recorded.decision {
            Decision::Retry(wait) => Some(wait.duration()),
            Decision::Stop(_) => None,
        };
        self.session.decisions.borrow().iter().filter_map(wait).collect()
    }
}

impl Drop for NoWait {
    #[inline]
    fn drop(&mut self) {
        // A guard inside another thread-local may outlive `SESSIONS`.
        let is_last = SESSIONS.try_with(|sessions| {
            let mut sessions = sessions.borrow_mut();
            sessions.retain(|session| !Rc::ptr_eq(session, &self.session));
            sessions.is_empty()
        });
        if is_last.unwrap_or(true) {
            set_observer(None);
        }
    }
}

impl Session {
    /// The smaller of the test's and the policy's retry limit.
    #[inline]
    fn retry_limit(&self, limit: Option<u32>) -> Option<u32> {
        let of_test = self.max_attempts.get().map(|attempts| attempts.saturating_sub(1));
        of_test.into_iter().chain(limit).min()
    }

    #[inline]
    fn record(&self, attempt: u32, class: ErrorClass, decision: Decision) {
        let outer = match decision {
            Decision::Stop(reason) => outer_of(reason),
            Decision::Retry(_) => None,
        };
        self.decisions.borrow_mut().push(Recorded { attempt, class, decision, outer });
    }
}

/// The session of the innermost guard of this thread.
#[inline]
fn session() -> Option<Rc<Session>> {
    SESSIONS.try_with(|sessions| sessions.borrow().last().cloned()).ok().flatten()
}

/// Decides under a guard, with its limit and its seed, and records the decision.
#[inline]
fn recorded_decision(
    policy: &RetryPolicy,
    progress: &mut Progress,
    class: ErrorClass,
    circumstances: Circumstances<'_>,
    own_random: Option<&mut SeededRandom>,
) -> Decision {
    let Some(session) = session() else {
        let mut random = own_random.map_or(Source::Thread, Source::Seeded);
        return wait_or_stop(policy, progress, class, circumstances, &mut random);
    };
    let retry_limit = session.retry_limit(policy.retry_limit());
    let policy = retry_limit.map_or(*policy, |limit| policy.limited_to(limit));
    let circumstances = Circumstances {
        disabled: circumstances.disabled || (session.disabled.get() && policy.obeys_the_switch()),
        ..circumstances
    };
    let attempt = progress.retries.saturating_add(1);
    let mut random = session.random.borrow_mut();
    let random = &mut Source::Seeded(own_random.unwrap_or(&mut random));
    let decision = wait_or_stop(&policy, progress, class, circumstances, random);
    session.record(attempt, class, decision);
    decision
}

/// Records the end of a call whose wait after this attempt was cancelled.
#[inline]
fn record_cancelled(attempt: u32, wait: Wait) {
    let Some(session) = session() else { return };
    let granted = Decision::Retry(wait);
    let class = session.decisions.borrow().iter().rev().find_map(|recorded| {
        let is_the_wait = recorded.attempt == attempt && recorded.decision == granted;
        is_the_wait.then_some(recorded.class)
    });
    if let Some(class) = class {
        session.record(attempt, class, Decision::Stop(StopReason::Cancelled));
    }
}

/// The retry limit under a guard.
#[inline]
fn retry_limit_in_test(limit: Option<u32>, obeys_the_switch: bool) -> Option<u32> {
    match session() {
        None => limit,
        Some(session) if session.disabled.get() && obeys_the_switch => Some(0),
        Some(session) => session.retry_limit(limit),
    }
}

fn draw_in_test(range: Range) -> u64 {
    match session() {
        None => Source::Thread.within(range),
        Some(session) => session.random.borrow_mut().within(range),
    }
}

/// Builds an event as `on_retry` receives it, to test your hook.
///
/// By default, the first attempt failed for this cause, and the wait is zero. Set the parts that matter
/// to your test.
///
/// ```
/// use std::io;
/// use std::time::Duration;
/// use retry_kit::{Cause, RetryEvent, testing};
///
/// fn line(event: &RetryEvent<'_, io::Error>) -> String {
///     format!("attempt {} failed, next in {:?}", event.attempt(), event.wait())
/// }
///
/// let error = io::Error::from(io::ErrorKind::TimedOut);
/// let event = testing::event(Cause::Error(&error)).attempt(2).wait(Duration::from_secs(4));
/// assert_eq!(line(&event.build()), "attempt 2 failed, next in 4s");
/// ```
#[inline]
pub fn event<E: ?Sized>(cause: Cause<'_, E>) -> EventBuilder<'_, E> {
    EventBuilder(RetryEvent {
        name: "test",
        attempt: 1,
        max: None,
        cause,
        wait: Wait::of_backoff(0),
        waited: Duration::ZERO,
        elapsed: None,
    })
}

/// Builds a [`RetryEvent`]; returned by [`event`].
///
/// ```
/// use std::time::Duration;
/// use retry_kit::{Cause, testing};
///
/// let event = testing::event::<()>(Cause::Value).name("poll").waited(Duration::from_secs(3));
/// assert_eq!(event.build().name(), "poll");
/// ```
#[derive(Debug)]
#[must_use = "a builder does nothing until it builds"]
pub struct EventBuilder<'a, E: ?Sized>(RetryEvent<'a, E>);

impl<'a, E: ?Sized> EventBuilder<'a, E> {
    /// Sets the name of the retried function, `test` by default.
    #[inline]
    pub fn name(self, name: &'static str) -> Self {
        Self(RetryEvent { name, ..self.0 })
    }

    /// Sets the number of the attempt that failed, 1 by default.
    #[inline]
    pub fn attempt(self, attempt: u32) -> Self {
        Self(RetryEvent { attempt, ..self.0 })
    }

    /// Sets the retry limit; by default there is none.
    #[inline]
    pub fn max(self, max: u32) -> Self {
        Self(RetryEvent { max: Some(max), ..self.0 })
    }

    /// Sets the wait, as one by the policy's backoff; zero by default.
    #[inline]
    pub fn wait(self, wait: Duration) -> Self {
        Self(RetryEvent { wait: Wait::of_backoff(nanos(wait)), ..self.0 })
    }

    /// Sets the wait, as one by a server hint.
    #[inline]
    pub fn wait_from_server(self, wait: Duration) -> Self {
        Self(RetryEvent { wait: Wait::of_server(nanos(wait)), ..self.0 })
    }

    /// Sets the sum of the waits before this one, zero by default.
    #[inline]
    pub fn waited(self, waited: Duration) -> Self {
        Self(RetryEvent { waited, ..self.0 })
    }

    /// Sets the time since the call began; by default there is none.
    #[inline]
    pub fn elapsed(self, elapsed: Duration) -> Self {
        Self(RetryEvent { elapsed: Some(elapsed), ..self.0 })
    }

    /// Returns the event.
    #[must_use]
    #[inline]
    pub fn build(self) -> RetryEvent<'a, E> {
        self.0
    }
}

/// Builds a [`GiveUp`] as `give_up` receives it, to test your hook.
///
/// By default, the call ended for this reason after one attempt. Set the parts that matter to your test.
///
/// ```
/// use retry_kit::{StopReason, testing};
///
/// let give_up = testing::give_up(StopReason::Deadline).attempts(3).build();
/// assert_eq!((give_up.attempts(), give_up.reason()), (3, StopReason::Deadline));
/// ```
#[inline]
pub fn give_up(reason: StopReason) -> GiveUpBuilder {
    GiveUpBuilder(GiveUp {
        name: "test",
        attempts: 1,
        waited: Duration::ZERO,
        elapsed: None,
        reason,
        outer: None,
    })
}

/// Builds a [`GiveUp`]; returned by [`give_up`].
///
/// ```
/// use std::time::Duration;
/// use retry_kit::{StopReason, testing};
///
/// let give_up = testing::give_up(StopReason::Deadline).elapsed(Duration::from_secs(30));
/// assert_eq!(give_up.build().elapsed(), Some(Duration::from_secs(30)));
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it builds"]
pub struct GiveUpBuilder(GiveUp);

impl GiveUpBuilder {
    /// Sets the name of the retried function, `test` by default.
    #[inline]
    pub fn name(self, name: &'static str) -> Self {
        Self(GiveUp { name, ..self.0 })
    }

    /// Sets the number of attempts, 1 by default.
    #[inline]
    pub fn attempts(self, attempts: u32) -> Self {
        Self(GiveUp { attempts, ..self.0 })
    }

    /// Sets the sum of all waits, zero by default.
    #[inline]
    pub fn waited(self, waited: Duration) -> Self {
        Self(GiveUp { waited, ..self.0 })
    }

    /// Sets the time since the call began; by default there is none.
    #[inline]
    pub fn elapsed(self, elapsed: Duration) -> Self {
        Self(GiveUp { elapsed: Some(elapsed), ..self.0 })
    }

    /// Sets the function whose attempt the call ran in; by default there is none.
    #[inline]
    pub fn outer(self, outer: &'static str) -> Self {
        Self(GiveUp { outer: Some(outer), ..self.0 })
    }

    /// Returns the [`GiveUp`].
    #[must_use]
    #[inline]
    pub fn build(self) -> GiveUp {
        self.0
    }
}

/// Makes an attempt as `attempt = name` binds it, to test code that takes one.
///
/// Its call begins now. `retry_limit` decides whether the attempt is the last.
///
/// ```
/// use retry_kit::testing;
///
/// assert!(!testing::attempt(1, Some(2)).is_last());
/// assert!(testing::attempt(3, Some(2)).is_last());
/// assert!(!testing::attempt(3, None).is_last());
/// ```
#[must_use]
#[inline]
pub fn attempt(number: u32, retry_limit: Option<u32>) -> Attempt<'static> {
    let now = RuntimeClock::now;
    let obeys_the_switch = retry_limit.is_some();
    Attempt { number, retry_limit, obeys_the_switch, started: now(), now, previous: None }
}

/// Makes an [`attempt`] that follows a failure.
///
/// ```
/// use retry_kit::{ErrorClass, testing};
///
/// let previous = testing::previous(ErrorClass::Throttled { retry_after: None }, "slow down");
/// let attempt = testing::attempt_after(&previous, 2, Some(3));
/// assert_eq!(attempt.previous().map(|previous| previous.text()), Some("slow down"));
/// ```
#[must_use]
#[inline]
pub fn attempt_after(previous: &Previous, number: u32, retry_limit: Option<u32>) -> Attempt<'_> {
    attempt(number, retry_limit).after(Some(previous))
}

/// Makes the failure before an attempt, for [`attempt_after`].
///
/// ```
/// use retry_kit::{ErrorClass, testing};
///
/// assert_eq!(testing::previous(ErrorClass::Transient, "reset").to_string(), "reset");
/// ```
#[must_use]
#[inline]
pub fn previous(class: ErrorClass, text: &str) -> Previous {
    Previous { class, text: text.into() }
}
