//! What a call costs that succeeds at once: nothing but the call.
//!
//! Allocations are counted by the allocator. The clock is counted where programs on Linux read
//! it: this binary brings a `clock_gettime` of its own, which the linker prefers to libc's.

#![cfg(all(feature = "macros", feature = "tokio"))]

use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use allocation_counter::measure;
use retry_kit::{Classify, ErrorClass, RetryPolicy, retry};

thread_local! {
    static CLOCK_READS: Cell<u32> = const { Cell::new(0) };
}

#[cfg(target_os = "linux")]
#[unsafe(no_mangle)]
extern "C" fn clock_gettime(clock: libc::clockid_t, time: *mut libc::timespec) -> libc::c_int {
    CLOCK_READS.set(CLOCK_READS.get() + 1);
    // SAFETY: the system call takes what libc's function of the same name takes.
    let result = unsafe { libc::syscall(libc::SYS_clock_gettime, clock, time) };
    libc::c_int::try_from(result).unwrap_or(-1)
}

struct Failure;

impl Classify for Failure {
    fn classify(&self) -> ErrorClass {
        ErrorClass::Transient
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

#[retry(on_retry = |_| {})]
async fn watched(value: u32) -> Outcome {
    Ok(value)
}

/// The value of the future's first poll, the allocations and the clock reads on the way.
fn cost(future: impl Future<Output = Outcome>) -> (Option<u32>, u64, u32) {
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
    assert_eq!(cost(bare(1)), (Some(1), 0, 0));
    assert_eq!(cost(with_memory(2)), (Some(2), 0, 0));
    assert_eq!(cost(with_a_policy(RetryPolicy::DEFAULT, 3)), (Some(3), 0, 0));
}

// SPEC 3.7: and so the counter counts.
#[cfg(target_os = "linux")]
#[test]
fn a_watched_call_reads_the_clock_once() {
    assert_eq!(cost(watched(1)), (Some(1), 0, 1));
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
        // The timer's wheel and the thread's generator are made once, by whoever comes first.
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
