//! A crate that says once how its functions wait.

#![cfg(all(feature = "macros", feature = "default-sleep"))]

use std::cell::RefCell;
use std::future::{Future, pending};
use std::io;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use retry_kit::{Attempt, RetryPolicy, TimedOut, retry};

retry_kit::default_sleep!(note);

thread_local! {
    static SLEPT: RefCell<Vec<Duration>> = const { RefCell::new(Vec::new()) };
}

async fn note(wait: Duration) {
    SLEPT.with_borrow_mut(|slept| slept.push(wait));
}

const SECOND: Duration = Duration::from_secs(1);

/// Ends in a few polls, as no wait takes time; returns the waits, too.
fn run<T>(call: impl Future<Output = T>) -> (T, Vec<Duration>) {
    let mut call = pin!(call);
    for _ in 0..10 {
        if let Poll::Ready(output) = call.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return (output, SLEPT.take());
        }
    }
    panic!("still waiting after {:?}", SLEPT.take());
}

fn until_third(attempt: Attempt) -> io::Result<u32> {
    if attempt.number() < 3 {
        Err(io::ErrorKind::ConnectionReset.into())
    } else {
        Ok(attempt.number())
    }
}

#[retry(base = "1s", jitter = none, attempt = attempt)]
async fn at_the_root() -> io::Result<u32> {
    until_third(attempt)
}

mod inner {
    pub mod most {
        use super::super::*;

        pub struct Client;

        impl Client {
            #[retry(base = "1s", jitter = none, attempt = attempt, cancel = pending::<()>())]
            pub async fn fetch(&self) -> io::Result<u32> {
                until_third(attempt)
            }
        }

        pub fn place() -> &'static str {
            "most"
        }

        #[retry(timeout = "5s")]
        pub async fn place_of_the_body() -> Result<&'static str, TimedOut> {
            Ok(place())
        }
    }
}

// SPEC 4.13.2
#[test]
fn every_function_of_the_crate_waits_with_its_sleep() {
    let waits = vec![SECOND, 2 * SECOND];
    let (outcome, slept) = run(at_the_root());
    assert_eq!((outcome.unwrap(), &slept), (3, &waits));
    let (outcome, slept) = run(inner::most::Client.fetch());
    assert_eq!((outcome.unwrap(), &slept), (3, &waits));
}

fn place() -> &'static str {
    "root"
}

// SPEC 4.13.2
#[test]
fn the_names_of_the_root_do_not_shadow_those_of_a_body() {
    assert_eq!(place(), "root");
    let (outcome, _) = run(inner::most::place_of_the_body());
    assert_eq!(outcome.unwrap(), inner::most::place());
    assert_eq!(inner::most::place(), "most");
}

// SPEC 4.13.2
#[test]
fn a_timeout_is_on_the_sleep_of_the_crate() {
    #[retry(policy = RetryPolicy::OFF, timeout = "5s")]
    async fn hang() -> Result<(), TimedOut> {
        pending().await
    }

    let (outcome, slept) = run(hang());
    assert!(outcome.is_err());
    assert_eq!(slept, [5 * SECOND]);
}

// SPEC 4.13.2
#[test]
fn a_function_may_have_a_sleep_of_its_own() {
    #[retry(base = "1s", jitter = none, attempt = attempt, sleep = |wait| note(60 * wait))]
    async fn fetch() -> io::Result<u32> {
        until_third(attempt)
    }

    let (outcome, slept) = run(fetch());
    assert_eq!((outcome.unwrap(), slept), (3, vec![60 * SECOND, 120 * SECOND]));
}

// SPEC 4.13.2, 3.1.1
#[test]
fn the_future_is_send_if_that_of_the_sleep_is() {
    fn sent<T: Send>(_: T) {}
    sent(at_the_root());
    sent(inner::most::Client.fetch());
}
