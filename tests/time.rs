//! The keys that limit time: `timeout`, `deadline`, `fits`.

#![cfg(all(feature = "macros", feature = "tokio"))]

mod support;

use std::cell::Cell;
use std::error::Error;
use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use retry_kit::{Classify, ErrorClass, RetryPolicy, TimedOut, retry};
use support::{Failure, Script, TRANSIENT, throttled};
use tokio::time::{Instant, sleep};

type Outcome = Result<usize, Failure>;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// The outcome and its time in seconds.
async fn timed<T>(future: impl Future<Output = T>) -> (T, u64) {
    let start = Instant::now();
    let value = future.await;
    let elapsed = start.elapsed();
    // Tokio's timer ends a sleep at most a millisecond late.
    assert!(elapsed.subsec_millis() < 10, "{elapsed:?}");
    (value, elapsed.as_secs())
}

/// An error that contains the timeout of the attempt.
#[derive(Debug, PartialEq)]
enum Slow {
    TimedOut(Duration),
    Other,
}

impl From<TimedOut> for Slow {
    fn from(timed_out: TimedOut) -> Self {
        Self::TimedOut(timed_out.after())
    }
}

impl Classify for Slow {
    fn classify(&self) -> ErrorClass {
        matches!(self, Self::TimedOut(_)).into()
    }
}

#[retry(max = 2, jitter = none, timeout = "5s")]
async fn hangs_twice(calls: &Cell<u32>) -> Result<u32, Slow> {
    calls.set(calls.get() + 1);
    if calls.get() < 3 {
        sleep(seconds(100)).await;
    }
    Ok(calls.get())
}

#[retry(max = 1, jitter = none, timeout = "5s")]
async fn hangs(calls: &Cell<u32>) -> Result<u32, Slow> {
    calls.set(calls.get() + 1);
    std::future::pending().await
}

// SPEC 2.3, 4.8
#[tokio::test(start_paused = true)]
async fn an_attempt_that_takes_too_long_is_dropped_and_classified_like_any_other_error() {
    let (outcome, took) = timed(hangs_twice(&Cell::new(0))).await;
    assert_eq!((outcome, took), (Ok(3), 5 + 1 + 5 + 2));
    let (outcome, took) = timed(hangs_twice(&Cell::new(u32::MAX - 3))).await;
    assert_eq!((outcome, took), (Ok(u32::MAX - 2), 0));
    let hung = Cell::new(0);
    let (outcome, took) = timed(hangs(&hung)).await;
    assert_eq!((outcome, took), (Err(Slow::TimedOut(seconds(5))), 5 + 1 + 5));
    assert_eq!(hung.get(), 2);
}

struct Client {
    timeout: Duration,
    optional: Option<Duration>,
}

impl Client {
    #[retry(max = 1, jitter = none, timeout = self.timeout)]
    async fn limited(&self) -> Result<(), Slow> {
        sleep(seconds(60)).await;
        Ok(())
    }

    #[retry(max = 1, jitter = none, timeout = self.optional.map(|limit| limit * factor))]
    async fn optional(&self, factor: u32) -> Result<(), Slow> {
        sleep(seconds(60)).await;
        Ok(())
    }

    #[retry(max = 1, jitter = none, timeout = self.timeout, deadline = Duration::MAX)]
    async fn extreme(&mut self) -> Result<(), Slow> {
        sleep(seconds(60)).await;
        self.timeout = seconds(1);
        Ok(())
    }
}

// SPEC 2.3, 4.7: `Duration::MAX` overflows nothing.
#[tokio::test(start_paused = true)]
async fn a_timeout_is_any_expression_and_may_be_none() {
    let mut client = Client { timeout: seconds(3), optional: None };
    assert_eq!(timed(client.limited()).await, (Err(Slow::TimedOut(seconds(3))), 3 + 1 + 3));
    assert_eq!(timed(client.optional(2)).await, (Ok(()), 60));
    client.optional = Some(seconds(4));
    assert_eq!(timed(client.optional(2)).await, (Err(Slow::TimedOut(seconds(8))), 8 + 1 + 8));
    client.timeout = Duration::MAX;
    assert_eq!(timed(client.limited()).await, (Ok(()), 60));
    assert_eq!(timed(client.extreme()).await, (Ok(()), 60));
}

#[retry(max = 1, timeout = "1s", jitter = none)]
async fn gives_io() -> io::Result<()> {
    std::future::pending().await
}

#[retry(max = 1, timeout = "1s", jitter = none)]
async fn gives_a_box() -> Result<(), Box<dyn Error + Send + Sync>> {
    std::future::pending().await
}

#[cfg(feature = "anyhow")]
#[retry(max = 1, timeout = "1s", jitter = none)]
async fn gives_anyhow() -> anyhow::Result<()> {
    std::future::pending().await
}

#[cfg(feature = "reqwest")]
#[retry(max = 1, timeout = "1s", jitter = none)]
async fn gives_an_http_error() -> Result<(), retry_kit::HttpError> {
    std::future::pending().await
}

// SPEC 4.8: what is made of `TimedOut` is retried too, so each took two attempts.
#[tokio::test(start_paused = true)]
async fn a_timed_out_attempt_becomes_the_functions_own_error() {
    let (outcome, took) = timed(gives_io()).await;
    let error = outcome.unwrap_err();
    assert_eq!((error.kind(), took), (io::ErrorKind::TimedOut, 3));
    assert_eq!(error.to_string(), "the attempt timed out after 1s");
    let (outcome, took) = timed(gives_a_box()).await;
    assert_eq!(took, 3);
    assert_eq!(outcome.unwrap_err().downcast_ref(), Some(&TimedOut::new(seconds(1))));
    #[cfg(feature = "anyhow")]
    {
        let (outcome, took) = timed(gives_anyhow()).await;
        assert_eq!(took, 3);
        assert_eq!(outcome.unwrap_err().downcast_ref(), Some(&TimedOut::new(seconds(1))));
    }
    #[cfg(feature = "reqwest")]
    {
        let (outcome, took) = timed(gives_an_http_error()).await;
        assert_eq!(took, 3);
        assert_eq!(outcome.unwrap_err().to_string(), "the attempt timed out after 1s");
    }
}

#[retry(max = 10, backoff = fixed, jitter = none, deadline = "10s")]
async fn with_deadline(script: &Script, attempt_takes: Duration) -> Outcome {
    sleep(attempt_takes).await;
    script.call()
}

// SPEC 4.7
#[tokio::test(start_paused = true)]
async fn a_wait_that_would_end_at_or_past_the_deadline_is_not_begun() {
    // Attempts take time too: 3 + 1 + 3 + 1, and a third attempt would begin at 8 s and end at 11 s.
    let cases = [(0, 10, 9), (1, 5, 9), (3, 3, 11), (9, 1, 9), (10, 1, 10), (30, 1, 30)];
    for (takes, calls, total) in cases {
        let script = Script::new([TRANSIENT; 20]);
        let (outcome, took) = timed(with_deadline(&script, seconds(takes))).await;
        assert_eq!(outcome, Err(TRANSIENT));
        assert_eq!((script.calls(), took), (calls, total), "attempts of {takes} s");
    }
}

// SPEC 4.6, 4.7
#[tokio::test(start_paused = true)]
async fn a_servers_hint_does_not_break_the_deadline() {
    let script = Script::new([throttled(9), TRANSIENT]);
    let (outcome, took) = timed(with_deadline(&script, Duration::ZERO)).await;
    assert_eq!((outcome, took, script.calls()), (Err(TRANSIENT), 9, 2));
    let script = Script::new([throttled(10)]);
    let (outcome, took) = timed(with_deadline(&script, Duration::ZERO)).await;
    assert_eq!((outcome, took, script.calls()), (Err(throttled(10)), 0, 1));
}

#[retry(policy = policy, jitter = none)]
async fn with_a_policy(policy: RetryPolicy, script: &Script) -> Outcome {
    sleep(seconds(1)).await;
    script.call()
}

// SPEC 4.7: and the future was made long before.
#[tokio::test(start_paused = true)]
async fn the_deadline_counts_from_the_first_poll() {
    let policy = RetryPolicy::new().deadline(seconds(6));
    let script = Script::new([TRANSIENT; 9]);
    let future = with_a_policy(policy, &script);
    sleep(seconds(100)).await;
    // 1 + 1 + 1 + 2 + 1 is the end of the third attempt.
    let (outcome, took) = timed(future).await;
    assert_eq!((outcome, took, script.calls()), (Err(TRANSIENT), 6, 3));
}

#[retry(max = 9, backoff = fixed, jitter = none, timeout = "4s", deadline = "11s")]
async fn with_both(calls: &Cell<u32>) -> Result<(), Slow> {
    calls.set(calls.get() + 1);
    std::future::pending().await
}

// SPEC 4.7
#[tokio::test(start_paused = true)]
async fn a_timeout_is_cut_to_what_is_left_of_the_deadline() {
    let calls = Cell::new(0);
    // 4 + 1 + 4 + 1, and 1 s is left.
    let (outcome, took) = timed(with_both(&calls)).await;
    assert_eq!((outcome, took, calls.get()), (Err(Slow::TimedOut(seconds(1))), 11, 3));
}

#[retry(jitter = none, fits = "34s", timeout = "5s")]
async fn fits_exactly() -> Result<(), Slow> {
    std::future::pending().await
}

const TIMEOUT: Duration = seconds(2);
const LIMIT: Duration = seconds(8);

#[retry(max = 2, backoff = fixed, jitter = none, fits = LIMIT, timeout = TIMEOUT, deadline = "1m",
    before_retry = sleep(wait))]
async fn fits_by_constants(wait: Duration) -> Result<(), Slow> {
    sleep(seconds(1)).await;
    Err(if wait.is_zero() { Slow::Other } else { Slow::TimedOut(wait) })
}

// SPEC 4.9: `before_retry` belongs to the attempt and its timeout.
#[tokio::test(start_paused = true)]
async fn the_bound_of_fits_holds_at_run_time() {
    assert_eq!(timed(fits_exactly()).await, (Err(Slow::TimedOut(seconds(5))), 4 * 5 + 1 + 2 + 4));
    let long = fits_by_constants(seconds(60));
    assert_eq!(timed(long).await, (Err(Slow::TimedOut(seconds(2))), 1 + 1 + 2 + 1 + 2));
    assert_eq!(timed(fits_by_constants(Duration::ZERO)).await, (Err(Slow::Other), 1));
}

mod another_runtime {
    use super::{Duration, Outcome, Script, Slow, seconds};
    use std::cell::RefCell;

    thread_local! {
        pub static SLEPT: RefCell<Vec<Duration>> = const { RefCell::new(Vec::new()) };
    }

    async fn sleep(duration: Duration) {
        SLEPT.with_borrow_mut(|slept| slept.push(duration));
        tokio::time::sleep(duration).await;
    }

    #[super::retry(max = 1, jitter = none, timeout = "5s", sleep = sleep)]
    pub async fn hangs() -> Result<(), Slow> {
        std::future::pending().await
    }

    #[super::retry(max = 1, jitter = none, timeout = None::<Duration>, sleep = sleep)]
    pub async fn unlimited(script: &Script) -> Outcome {
        tokio::time::sleep(seconds(9)).await;
        script.call()
    }
}

// SPEC 4.13
#[tokio::test(start_paused = true)]
async fn with_another_runtimes_sleep_the_attempt_races_against_its_sleep() {
    let slept = || another_runtime::SLEPT.take().iter().map(Duration::as_secs).collect::<Vec<_>>();
    let (outcome, took) = timed(another_runtime::hangs()).await;
    assert_eq!((outcome, took), (Err(Slow::TimedOut(seconds(5))), 11));
    assert_eq!(slept(), [5, 1, 5]);
    let script = Script::new([TRANSIENT]);
    let (outcome, took) = timed(another_runtime::unlimited(&script)).await;
    assert_eq!((outcome, took), (Ok(2), 19));
    assert_eq!(slept(), [1]);
}

// SPEC 3.2, 4.7
#[test]
fn a_blocking_function_supports_a_deadline() {
    // Not checked, because the values are not literals.
    #[retry(policy = RetryPolicy::new(), deadline = "1s")]
    fn fails(calls: &Cell<u32>) -> Outcome {
        calls.set(calls.get() + 1);
        Err(TRANSIENT)
    }
    let calls = Cell::new(0);
    assert_eq!(fails(&calls), Err(TRANSIENT));
    assert_eq!(calls.get(), 1);
}

/// Lets a second pass at every poll, and uses up tokio's cooperative budget. Ends after a hundred
/// polls.
async fn use_up_the_budget(polls: &Cell<u32>) -> Result<(), Slow> {
    poll_fn(|context| {
        polls.set(polls.get() + 1);
        let _ = pin!(tokio::time::advance(seconds(1))).poll(context);
        while pin!(tokio::task::consume_budget()).poll(context).is_ready() {}
        if polls.get() < 100 { Poll::Pending } else { Poll::Ready(Ok(())) }
    })
    .await
}

#[retry(max = 1, jitter = none, timeout = "5s")]
async fn busy(polls: &Cell<u32>) -> Result<(), Slow> {
    use_up_the_budget(polls).await
}

#[retry(max = 1, jitter = none, timeout = "5s", sleep = tokio::time::sleep)]
async fn busy_with_a_sleep(polls: &Cell<u32>) -> Result<(), Slow> {
    use_up_the_budget(polls).await
}

// SPEC 4.8.2
#[tokio::test(start_paused = true)]
async fn an_attempt_that_always_uses_up_the_budget_of_its_task_times_out_all_the_same() {
    let late = Err(Slow::TimedOut(seconds(5)));
    let polls = Cell::new(0);
    assert_eq!(tokio::time::timeout(seconds(5), use_up_the_budget(&polls)).await.ok(), None);
    // Tokio's driver finds out between two polls, for its own timeout too.
    assert_eq!(polls.take(), 6);
    assert_eq!(busy(&polls).await, late);
    assert_eq!(polls.take(), 6 + 6);
    assert_eq!(busy_with_a_sleep(&polls).await, late);
    assert_eq!(polls.take(), 5 + 5);
    let policy = RetryPolicy::new().max_retries(1).jitter(retry_kit::Jitter::None);
    let by_function =
        policy.retry(|| use_up_the_budget(&polls)).timeout(seconds(5)).sleep(tokio::time::sleep);
    assert_eq!(by_function.await, late);
    assert_eq!(polls.take(), 5 + 5);
}
