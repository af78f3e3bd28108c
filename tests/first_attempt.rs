//! A call that succeeds at once costs only the call.
//!
//! Allocations are counted by the allocator. The clock is counted where programs on Linux read
//! it: this binary brings a `clock_gettime` of its own, which the linker prefers to libc's.

#![cfg(all(feature = "macros", feature = "tokio"))]

use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use allocation_counter::measure;
use retry_kit::{Classify, ErrorClass, RetryPolicy, TimedOut, retry};

thread_local! {
    static CLOCK_READS: Cell<u32> = const { Cell::new(0) };
}

#[cfg(target_os = "linux")]
#[unsafe(no_mangle)]
extern "C" fn clock_gettime(clock: libc::clockid_t, time: *mut libc::timespec) -> libc::c_int {
    CLOCK_READS.set(CLOCK_READS.get() + 1);
    // SAFETY: the system call takes the same arguments as libc's function of the same name.
    let result = unsafe { libc::syscall(libc::SYS_clock_gettime, clock, time) };
    libc::c_int::try_from(result).unwrap_or(-1)
}

struct Failure;

impl From<TimedOut> for Failure {
    fn from(_: TimedOut) -> Self {
        Self
    }
}

impl Classify for Failure {
    fn classify(&self) -> ErrorClass {
        ErrorClass::Transient
    }
}

#[cfg(feature = "tower")]
impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a failure")
    }
}

type Outcome = Result<u32, Failure>;

#[retry]
async fn bare(value: u32) -> Outcome {
    Ok(value)
}

#[retry(max = forever, backoff = decorrelated, when = |_| true)]
async fn with_memory(value: u32) -> Outcome {
    Ok(value)
}

#[retry(policy = policy, base = "1s", on(Failure { .. }))]
async fn with_a_policy(policy: RetryPolicy, value: u32) -> Outcome {
    Ok(value)
}

#[retry(budget, until = |_| true)]
async fn with_a_budget(value: u32) -> Outcome {
    Ok(value)
}

#[retry(pause)]
async fn with_a_pause(value: u32) -> Outcome {
    Ok(value)
}

#[retry(reset_after = "60s")]
async fn with_a_reset(value: u32) -> Outcome {
    Ok(value)
}

#[retry(timeout = "5s")]
async fn with_a_timeout(value: u32) -> Outcome {
    Ok(value)
}

#[retry(timeout = std::time::Duration::from_secs(5), deadline = "1m", fits = "1m", budget,
    attempt = attempt, on_retry = |_| {}, before_retry = async {}, give_up = |error, _| error,
    until = |value| *value > 0, name = "everything")]
async fn with_everything(value: u32) -> Outcome {
    Ok(value * attempt.number())
}

#[retry(deadline = "1m")]
async fn with_a_deadline(value: u32) -> Outcome {
    Ok(value)
}

#[retry(attempt = attempt)]
async fn with_its_attempt(value: u32) -> Outcome {
    Ok(value * attempt.number())
}

#[retry(give_up = |error, _| error)]
async fn with_a_last_word(value: u32) -> Outcome {
    Ok(value)
}

#[retry(on_retry = |_| {})]
async fn watched(value: u32) -> Outcome {
    Ok(value)
}

/// Polls the future once; returns its value, the allocations and the clock reads.
fn cost<F: Future<Output = Outcome>>(call: impl Fn() -> F) -> (Option<u32>, u64, u32) {
    // With the feature `metrics` the labels of a name are made at its first call.
    let _ = pin!(call()).poll(&mut Context::from_waker(Waker::noop()));
    let future = call();
    let mut value = None;
    let before = CLOCK_READS.get();
    let allocations = measure(|| {
        let mut context = Context::from_waker(Waker::noop());
        if let Poll::Ready(Ok(ready)) = pin!(future).poll(&mut context) {
            value = Some(ready);
        }
    });
    (value, allocations.count_total, CLOCK_READS.get() - before)
}

// SPEC 3.7: no runtime is there either, so no timer was touched.
#[test]
fn a_first_success_allocates_nothing_and_reads_no_clock() {
    assert_eq!(cost(|| bare(1)), (Some(1), 0, 0));
    assert_eq!(cost(|| with_memory(2)), (Some(2), 0, 0));
    assert_eq!(cost(|| with_a_policy(RetryPolicy::DEFAULT, 3)), (Some(3), 0, 0));
    assert_eq!(cost(|| with_a_budget(4)), (Some(4), 0, 0));
    assert_eq!(cost(|| with_a_pause(4)), (Some(4), 0, 0));
}

// SPEC 3.7: and so the counter counts.
#[cfg(target_os = "linux")]
#[test]
fn keys_that_need_the_time_read_the_clock_once() {
    assert_eq!(cost(|| watched(1)), (Some(1), 0, 1));
    assert_eq!(cost(|| with_a_deadline(2)), (Some(2), 0, 1));
    assert_eq!(cost(|| with_its_attempt(3)), (Some(3), 0, 1));
    assert_eq!(cost(|| with_a_last_word(4)), (Some(4), 0, 1));
    let policy = RetryPolicy::new().deadline(std::time::Duration::from_secs(60));
    assert_eq!(cost(|| with_a_policy(policy, 5)), (Some(5), 0, 1));
    assert_eq!(cost(|| with_a_timeout(6)), (Some(6), 0, 1));
    assert_eq!(cost(|| with_everything(7)), (Some(7), 0, 1));
    assert_eq!(cost(|| with_a_reset(8)), (Some(8), 0, 1));
}

// SPEC 11.1.6
#[cfg(feature = "tower")]
#[test]
fn a_call_of_a_layer_allocates_nothing_and_reads_no_clock() {
    use std::sync::Arc;

    use retry_kit::{Pause, RetryBudget, RetryLayer};
    use tower::{Layer, Service, service_fn};

    static BUDGET: RetryBudget = RetryBudget::standard();
    static PAUSE: Pause = Pause::new();

    let layer = RetryLayer::without_http(RetryPolicy::DEFAULT);
    let layers = [
        layer.clone(),
        layer.clone().budget(&BUDGET).pause(&PAUSE),
        layer.shared_budget(Arc::new(RetryBudget::standard())).shared_pause(Arc::new(Pause::new())),
    ];
    for layer in layers {
        let service = layer.layer(service_fn(|value| std::future::ready(Outcome::Ok(value))));
        let call = || {
            let mut service = service.clone();
            async move { service.call(7).await }
        };
        assert_eq!(cost(call), (Some(7), 0, 0), "{layer:?}");
    }
}

#[retry(timeout = "5s")]
async fn pending_with_a_timeout(polls: u32) -> Outcome {
    pending(polls).await
}

#[retry(timeout = "5s", sleep = |_| std::future::pending::<()>())]
async fn pending_with_a_timeout_and_a_sleep(polls: u32) -> Outcome {
    pending(polls).await
}

/// Over after so many polls.
async fn pending(polls: u32) -> Outcome {
    let mut left = polls;
    std::future::poll_fn(|_| {
        left -= 1;
        if left > 0 { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    Ok(polls)
}

/// The clock reads of a future until it is over.
fn clock_reads(future: impl Future<Output = Outcome>) -> u32 {
    let mut context = Context::from_waker(Waker::noop());
    let before = CLOCK_READS.get();
    let mut future = pin!(future);
    while future.as_mut().poll(&mut context).is_pending() {}
    CLOCK_READS.get() - before
}

// SPEC 3.7
#[cfg(target_os = "linux")]
#[test]
fn a_pending_attempt_reads_the_clock_only_beside_another_runtimes_sleep() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let _guard = runtime.enter();
    assert_eq!(clock_reads(pending_with_a_timeout(100)), 1);
    // Whether such a sleep was asked, it does not tell.
    assert_eq!(clock_reads(pending_with_a_timeout_and_a_sleep(100)), 1 + 99);
}

#[retry(max = 3, base = "1ms")]
async fn fails_twice(calls: &Cell<u32>) -> Outcome {
    calls.set(calls.get() + 1);
    if calls.get() < 3 { Err(Failure) } else { Ok(calls.get()) }
}

// SPEC 10.1
#[test]
fn a_retry_allocates_nothing() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        // The timer's wheel, the thread's generator and the labels of metrics are made once.
        assert_eq!(fails_twice(&Cell::new(0)).await.ok(), Some(3));
        let calls = Cell::new(0);
        let mut future = pin!(fails_twice(&calls));
        let mut outcome = None;
        let allocations = std::future::poll_fn(|context| {
            let count = measure(|| {
                if let Poll::Ready(ready) = future.as_mut().poll(context) {
                    outcome = ready.ok();
                }
            });
            assert_eq!(count.count_total, 0);
            if outcome.is_some() { Poll::Ready(count.count_total) } else { Poll::Pending }
        });
        assert_eq!(allocations.await, 0);
        assert_eq!(calls.get(), 3);
    });
}
