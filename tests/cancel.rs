//! The key `cancel`: ends a wait, and with it the call.

#![cfg(all(feature = "macros", feature = "tokio"))]

mod support;

use std::cell::{Cell, RefCell};
use std::future::{Future, pending, ready};
use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::task::{Context, Waker};
use std::time::Duration;

use retry_kit::{
    Backoff, Decision, ErrorClass, GiveUp, Jitter, RetryBudget, RetryPolicy, StopReason, retry,
    testing,
};
use support::{Failure, PERMANENT, TRANSIENT, throttled};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

const SECOND: Duration = Duration::from_secs(1);

/// Two retries with waits of 10 s.
const POLICY: RetryPolicy = RetryPolicy::new()
    .max_retries(2)
    .base_delay(Duration::from_secs(10))
    .backoff(Backoff::Fixed)
    .jitter(Jitter::None);

/// A call whose attempts take 2 s and end with `outcome`.
struct Call {
    outcome: Result<u32, Failure>,
    token: CancellationToken,
    start: Instant,
    attempts: Cell<u32>,
    told: Cell<u32>,
    give_ups: RefCell<Vec<(GiveUp, u32)>>,
    budget: RetryBudget,
}

impl Call {
    fn new(outcome: Result<u32, Failure>) -> Self {
        Self {
            outcome,
            token: CancellationToken::new(),
            start: Instant::now(),
            attempts: Cell::new(0),
            told: Cell::new(0),
            give_ups: RefCell::default(),
            budget: RetryBudget::new(100, 10, 10, 1),
        }
    }

    async fn attempt(&self) -> Result<u32, Failure> {
        self.attempts.set(self.attempts.get() + 1);
        sleep(2 * SECOND).await;
        self.outcome
    }

    fn tell(&self) {
        self.told.set(self.told.get() + 1);
    }

    fn end(&self, error: Failure, give_up: &GiveUp) -> Failure {
        self.give_ups.borrow_mut().push((give_up.clone(), self.budget.available()));
        error
    }

    #[retry(
        policy = POLICY,
        cancel = self.token.cancelled(),
        until = |value| *value > 0,
        on_retry = |_| self.tell(),
        give_up = |error, give_up| self.end(error, give_up),
        budget = &self.budget
    )]
    async fn by_attribute(&self) -> Result<u32, Failure> {
        self.attempt().await
    }

    async fn by_function(&self) -> Result<u32, Failure> {
        POLICY
            .retry(|| self.attempt())
            .until(|value| *value > 0)
            .cancel(|| self.token.cancelled())
            .on_retry(|_| self.tell())
            .give_up(|error, give_up| self.end(error, give_up))
            .budget(&self.budget)
            .await
    }

    async fn by_local_function(&self) -> Result<u32, Failure> {
        let mut calls = 0;
        POLICY
            .retry_local(async || {
                calls += 1;
                self.attempt().await
            })
            .until(|value| *value > 0)
            .cancel(|| self.token.cancelled())
            .on_retry(|_| self.tell())
            .give_up(|error, give_up| self.end(error, give_up))
            .budget(&self.budget)
            .await
    }

    async fn by(&self, form: usize) -> Result<u32, Failure> {
        match form {
            0 => self.by_attribute().await,
            1 => self.by_function().await,
            _ => self.by_local_function().await,
        }
    }
}

/// How a call ended.
#[derive(Debug, PartialEq)]
struct End {
    /// In seconds.
    at: u64,
    attempts: u32,
    told: u32,
    /// The reason, the number of attempts, the sum of the waits in seconds, and the budget at that time.
    give_up: Option<(StopReason, u32, u64, u32)>,
    budget: u32,
}

async fn end_of(form: usize, outcome: Result<u32, Failure>, cancelled_at: Option<u64>) -> End {
    let call = Call::new(outcome);
    let cancel = async {
        if let Some(at) = cancelled_at {
            sleep(Duration::from_secs(at)).await;
            call.token.cancel();
        }
    };
    if cancelled_at == Some(0) {
        call.token.cancel();
    }
    let run = async {
        assert_eq!(call.by(form).await, outcome);
        call.start.elapsed()
    };
    let (at, ()) = tokio::join!(run, cancel);
    assert_eq!(at.subsec_nanos(), 0);
    let give_ups = call.give_ups.borrow();
    assert!(give_ups.len() <= 1);
    End {
        at: at.as_secs(),
        attempts: call.attempts.get(),
        told: call.told.get(),
        give_up: give_ups.first().map(|(give_up, budget)| {
            assert_eq!(give_up.elapsed(), Some(at));
            (give_up.reason(), give_up.attempts(), give_up.waited().as_secs(), *budget)
        }),
        budget: call.budget.available(),
    }
}

// SPEC 4.18
#[tokio::test(start_paused = true)]
async fn the_last_error_comes_back_at_the_moment_of_the_cancellation() {
    let cancelled =
        |attempts, waited, budget| Some((StopReason::Cancelled, attempts, waited, budget));
    let exhausted = Some((StopReason::Exhausted, 3, 20, 80));
    let cases = [
        (
            "before the first attempt",
            0,
            End { at: 2, attempts: 1, told: 1, give_up: cancelled(1, 0, 100), budget: 100 },
        ),
        (
            "during the first attempt",
            1,
            End { at: 2, attempts: 1, told: 1, give_up: cancelled(1, 0, 100), budget: 100 },
        ),
        (
            "during the first wait",
            5,
            End { at: 5, attempts: 1, told: 1, give_up: cancelled(1, 3, 100), budget: 100 },
        ),
        (
            "during the second attempt",
            13,
            End { at: 14, attempts: 2, told: 2, give_up: cancelled(2, 10, 90), budget: 90 },
        ),
        (
            "during the second wait",
            20,
            End { at: 20, attempts: 2, told: 2, give_up: cancelled(2, 16, 90), budget: 90 },
        ),
        (
            "during the last attempt",
            25,
            End { at: 26, attempts: 3, told: 2, give_up: exhausted, budget: 80 },
        ),
        ("after the end", 30, End { at: 26, attempts: 3, told: 2, give_up: exhausted, budget: 80 }),
    ];
    for (when, cancelled_at, expected) in cases {
        for form in 0..3 {
            let end = end_of(form, Err(TRANSIENT), Some(cancelled_at)).await;
            assert_eq!(end, expected, "{when}, form {form}");
        }
    }
}

// SPEC 4.18
#[tokio::test(start_paused = true)]
async fn a_value_that_is_not_accepted_comes_back_as_well() {
    for form in 0..3 {
        let end = end_of(form, Ok(0), Some(7)).await;
        assert_eq!(end, End { at: 7, attempts: 1, told: 1, give_up: None, budget: 100 });
    }
}

// SPEC 4.18
#[tokio::test(start_paused = true)]
async fn a_call_that_does_not_wait_is_not_cancelled() {
    for form in 0..3 {
        let end = end_of(form, Ok(1), Some(0)).await;
        assert_eq!(end, End { at: 2, attempts: 1, told: 0, give_up: None, budget: 100 });
        let end = end_of(form, Err(PERMANENT), Some(0)).await;
        let give_up = Some((StopReason::Permanent, 1, 0, 100));
        assert_eq!(end, End { at: 2, attempts: 1, told: 0, give_up, budget: 100 });
    }
}

// SPEC 3.6, 7.1.1
#[tokio::test(start_paused = true)]
async fn a_future_dropped_in_the_wait_puts_its_tokens_back_and_calls_no_hook() {
    for form in 0..3 {
        let call = Call::new(Err(TRANSIENT));
        let result = tokio::time::timeout(5 * SECOND, call.by(form)).await;
        assert!(result.is_err());
        assert_eq!((call.attempts.get(), call.told.get(), call.budget.available()), (1, 1, 100));
        assert!(call.give_ups.borrow().is_empty());
    }
}

#[retry(max = 2, base = "1s", jitter = none, cancel = { made.set(made.get() + 1); pending::<()>() })]
async fn without_hooks(made: &Cell<u32>, calls: &Cell<u32>) -> Result<(), Failure> {
    calls.set(calls.get() + 1);
    Err(TRANSIENT)
}

// SPEC 4.18
#[tokio::test(start_paused = true)]
async fn the_expression_is_evaluated_for_each_wait_and_for_nothing_else() {
    let (start, made, calls) = (Instant::now(), Cell::new(0), Cell::new(0));
    assert_eq!(without_hooks(&made, &calls).await, Err(TRANSIENT));
    assert_eq!((made.get(), calls.get(), start.elapsed()), (2, 3, 3 * SECOND));
}

async fn never_polled(_: Duration) {
    panic!("the call is cancelled already");
}

#[retry(sleep = never_polled, cancel = ready(()))]
async fn with_its_own_sleep() -> Result<(), Failure> {
    Err(TRANSIENT)
}

// SPEC 4.18: a call that is cancelled already begins no wait.
#[test]
fn the_sleep_is_polled_after_the_cancellation() {
    let mut context = Context::from_waker(Waker::noop());
    assert!(pin!(with_its_own_sleep()).poll(&mut context).is_ready());
    let by_function = RetryPolicy::DEFAULT
        .retry(async || Err::<(), _>(TRANSIENT))
        .sleep(never_polled)
        .cancel(|| ready(()));
    assert!(pin!(by_function).poll(&mut context).is_ready());
}

// SPEC 7.4
#[tokio::test(start_paused = true)]
async fn a_test_sees_that_a_wait_was_cancelled() {
    let guard = testing::no_wait();
    let call = Call::new(Err(TRANSIENT));
    call.token.cancel();
    assert_eq!(call.by_attribute().await, Err(TRANSIENT));
    let decisions: Vec<_> =
        guard.decisions().iter().map(|made| (made.attempt, made.decision)).collect();
    let wait = testing::wait(10 * SECOND);
    let expected = [(1, Decision::Retry(wait)), (1, Decision::Stop(StopReason::Cancelled))];
    assert_eq!(decisions, expected);
    assert_eq!(guard.decisions()[1].class, ErrorClass::Transient);
    let (give_up, _) = &call.give_ups.borrow()[0];
    assert_eq!((give_up.waited(), give_up.elapsed()), (Duration::ZERO, Some(2 * SECOND)));
}

// SPEC 7.4
#[tokio::test(start_paused = true)]
async fn a_cancelled_wait_is_recorded_with_its_own_failure() {
    let guard = testing::no_wait();
    let cancelled = POLICY.retry(|| async { Err::<(), _>(TRANSIENT) });
    let cancelled = cancelled.cancel(tokio::task::yield_now);
    let other = POLICY.retry(|| async { Err::<(), _>(throttled(7)) });
    let ends = tokio::join!(cancelled.into_future(), other.into_future());
    assert_eq!(ends, (Err(TRANSIENT), Err(throttled(7))));
    let is_cancelled = Decision::Stop(StopReason::Cancelled);
    let decisions = guard.decisions();
    let classes: Vec<_> = (decisions.iter().filter(|made| made.decision == is_cancelled))
        .map(|made| made.class)
        .collect();
    assert_eq!(classes, [ErrorClass::Transient]);
}

/// An error that is `Send` but not `Sync`.
#[derive(Debug)]
struct Unshared(#[allow(dead_code, reason = "for its type")] Cell<u32>);

#[retry(
    when = |_| true,
    cancel = token.cancelled(),
    give_up = |error: Unshared, _: &GiveUp| error
)]
async fn unshared(token: CancellationToken) -> Result<(), Unshared> {
    Err(Unshared(Cell::new(1)))
}

// SPEC 3.5
#[tokio::test(start_paused = true)]
async fn the_future_is_send_if_the_outcome_is() {
    fn assert_send<F: Future + Send>(future: F) -> F {
        future
    }
    let token = CancellationToken::new();
    token.cancel();
    assert!(assert_send(unshared(token.clone())).await.is_err());
    let by_function = RetryPolicy::DEFAULT
        .retry(|| async { Err::<(), _>(Unshared(Cell::new(1))) })
        .when(|_| true)
        .cancel(move || token.clone().cancelled_owned());
    assert!(assert_send(by_function).await.is_err());
}

static STOP: AtomicBool = AtomicBool::new(false);

#[retry(base = "60s", cancel = || STOP.load(Relaxed), give_up = |error, end| {
    reasons.push(end.reason());
    error
})]
fn blocking(calls: &AtomicU32, reasons: &mut Vec<StopReason>) -> io::Result<()> {
    calls.fetch_add(1, Relaxed);
    Err(io::ErrorKind::ConnectionReset.into())
}

// SPEC 4.18
#[test]
fn a_thread_that_waits_is_cancelled_too() {
    let (calls, mut reasons) = (AtomicU32::new(0), Vec::new());
    let start = std::time::Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while calls.load(Relaxed) == 0 {
                std::thread::yield_now();
            }
            STOP.store(true, Relaxed);
        });
        assert!(blocking(&calls, &mut reasons).is_err());
    });
    assert!(start.elapsed() < 30 * SECOND);
    assert_eq!((calls.load(Relaxed), reasons), (1, vec![StopReason::Cancelled]));
}

#[retry(max = 1, base = "210ms", jitter = none, cancel = || { looks.set(looks.get() + 1); false })]
fn looking(looks: &Cell<u32>, calls: &Cell<u32>) -> io::Result<()> {
    calls.set(calls.get() + 1);
    Err(io::ErrorKind::ConnectionReset.into())
}

// SPEC 4.18: how often it looks depends on the machine only downwards, as a slice may take longer.
#[test]
fn a_thread_looks_before_the_wait_and_every_50_ms() {
    let (looks, calls, start) = (Cell::new(0), Cell::new(0), std::time::Instant::now());
    assert!(looking(&looks, &calls).is_err());
    assert!(start.elapsed() >= Duration::from_millis(210));
    assert_eq!(calls.get(), 2);
    assert!((2..=5).contains(&looks.get()), "{}", looks.get());
}

#[retry(cancel = ready(()), fallback = |_, end| Ok(end.reason().as_str().len()))]
async fn with_a_fallback() -> Result<usize, Failure> {
    Err(TRANSIENT)
}

// SPEC 4.18
#[tokio::test(start_paused = true)]
async fn a_cancelled_call_falls_back_like_any_other_that_gives_up() {
    assert_eq!(with_a_fallback().await, Ok("cancelled".len()));
    let by_function = RetryPolicy::DEFAULT
        .retry(async || Err::<usize, _>(TRANSIENT))
        .cancel(|| ready(()))
        .fallback(|_, end| end.reason().as_str().len());
    assert_eq!(by_function.await, Ok("cancelled".len()));
}
