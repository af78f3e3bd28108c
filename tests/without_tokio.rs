//! Another runtime: only the user's sleep is needed.

#![cfg(feature = "macros")]

use std::cell::RefCell;
use std::future::{Future, ready};
use std::io;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use retry_kit::{RetryPolicy, retry};

thread_local! {
    static SLEPT: RefCell<Vec<Duration>> = const { RefCell::new(Vec::new()) };
}

/// A sleep that is ready immediately.
fn sleep(wait: Duration) -> impl Future<Output = ()> {
    SLEPT.with_borrow_mut(|slept| slept.push(wait));
    ready(())
}

#[retry(max = 2, base = "1s", jitter = none, sleep = sleep)]
async fn never() -> io::Result<()> {
    Err(io::ErrorKind::ConnectionReset.into())
}

#[retry(max = 2, base = "0s", sleep = sleep)]
async fn never_nor_waiting() -> io::Result<()> {
    Err(io::ErrorKind::ConnectionReset.into())
}

/// Polls until done; returns the number of polls.
fn polls(future: impl Future<Output = io::Result<()>>) -> usize {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for polls in 1.. {
        if let Poll::Ready(outcome) = future.as_mut().poll(&mut context) {
            assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
            return polls;
        }
    }
    unreachable!("polls are not that many")
}

// SPEC 2.3, 3.6, 4.13
#[test]
fn only_the_users_sleep_waits_and_each_wait_yields() {
    assert_eq!(polls(never()), 3);
    assert_eq!(SLEPT.take(), [Duration::from_secs(1), Duration::from_secs(2)]);
}

// SPEC 3.6
#[test]
fn a_wait_of_zero_yields_without_asking_the_sleep() {
    assert_eq!(polls(never_nor_waiting()), 3);
    assert_eq!(SLEPT.take(), []);
}

#[retry(max = 1, base = "1s", jitter = none, timeout = "5s", deadline = "1h", sleep = sleep)]
async fn hangs() -> io::Result<()> {
    std::future::pending().await
}

// SPEC 4.13: the sleep limits the attempts, too.
#[test]
fn a_timeout_races_the_attempt_against_the_users_sleep() {
    let mut future = pin!(hangs());
    let mut context = Context::from_waker(Waker::noop());
    assert!(future.as_mut().poll(&mut context).is_pending(), "the wait yields");
    let Poll::Ready(Err(error)) = future.as_mut().poll(&mut context) else {
        panic!("the sleep is always at once done");
    };
    assert_eq!(error.to_string(), "the attempt timed out after 5s");
    assert_eq!(SLEPT.take(), [5, 1, 5].map(Duration::from_secs));
}

// SPEC 4.11
#[test]
fn the_function_form_needs_no_tokio_either() {
    let policy = RetryPolicy::new().max_retries(2).jitter(retry_kit::Jitter::None);
    let reset = || io::Error::from(io::ErrorKind::ConnectionReset);
    let plain = async { policy.retry(|| async { Err(reset()) }).sleep(sleep).await };
    assert_eq!(polls(plain), 3);
    let local = async { policy.retry_local(async || Err(reset())).sleep(sleep).await };
    assert_eq!(polls(local), 3);
    assert_eq!(SLEPT.take(), [1, 2, 1, 2].map(Duration::from_secs));
}
