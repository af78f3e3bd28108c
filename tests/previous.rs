//! The failure before an attempt, as the body sees it.

#![cfg(all(feature = "macros", feature = "tokio"))]

mod support;

use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

use retry_kit::{Attempt, Classify, ErrorClass, Previous, RetryPolicy, TimedOut, retry, testing};
use support::{Failure, Script, TRANSIENT, throttled};

type Seen = RefCell<Vec<Option<(ErrorClass, String)>>>;

/// A helper of a body, which takes the attempt.
fn see(attempt: Attempt<'_>, seen: &Seen) {
    let previous = attempt.previous();
    seen.borrow_mut().push(previous.map(|previous| (previous.class(), previous.to_string())));
}

mod functions {
    use super::{
        Classify, Error, Failure, Previous, RetryPolicy, Script, Seen, TimedOut, retry, see,
    };

    #[retry(attempt = attempt)]
    pub async fn bare(script: &Script, seen: &Seen) -> Result<usize, Failure> {
        see(attempt, seen);
        script.call()
    }

    #[retry(base = "1ms", attempt = attempt)]
    pub fn blocking(script: &Script, seen: &Seen) -> Result<usize, Failure> {
        see(attempt, seen);
        script.call()
    }

    #[retry(attempt = attempt, when = |_| true, budget, on_retry = |_| {}, give_up = |error, _| error)]
    pub async fn watched(script: &Script, seen: &Seen) -> Result<usize, Failure> {
        see(attempt, seen);
        script.call()
    }

    #[retry(policy = RetryPolicy::new(), attempt = attempt, pause, name = "cut short")]
    pub async fn at_run_time(script: &Script, seen: &Seen) -> Result<usize, Failure> {
        see(attempt, seen);
        script.call()
    }

    #[retry(attempt = attempt, until = |calls| *calls > 2)]
    pub async fn until(script: &Script, seen: &Seen) -> Result<usize, Failure> {
        see(attempt, seen);
        script.call()
    }

    #[retry(attempt = attempt, until = Option::is_some)]
    pub async fn any_type(script: &Script, seen: &Seen) -> Option<usize> {
        see(attempt, seen);
        script.call().ok()
    }

    #[retry(max = 1, base = "0s", timeout = "1s", attempt = attempt)]
    pub async fn slow() -> Result<Previous, TimedOut> {
        match attempt.previous() {
            Some(previous) => Ok(previous.clone()),
            None => std::future::pending().await,
        }
    }

    #[retry(max = 1, base = "0s", attempt = attempt)]
    pub async fn fails<E: Classify + Error>(make: impl Fn() -> E) -> Result<String, E> {
        match attempt.previous() {
            Some(previous) => Ok(previous.text().to_owned()),
            None => Err(make()),
        }
    }

    #[retry(max = 1, base = "0s", attempt = attempt, when = |_| true)]
    pub async fn unclassified(secret: &str) -> Result<String, Vec<String>> {
        match attempt.previous() {
            Some(previous) => Ok(previous.text().to_owned()),
            None => Err(vec![secret.to_owned()]),
        }
    }
}

// SPEC 2.3.6
#[tokio::test(start_paused = true)]
async fn an_attempt_knows_the_failure_before_it_and_only_that() {
    let first = (TRANSIENT.0, "failed: Transient".to_owned());
    let second = "failed: Throttled { retry_after: Some(2s) }".to_owned();
    let second = (throttled(2).0, second);
    let expected = [None, Some(first.clone()), Some(second)];
    let seen = Seen::default();
    for form in 0..4 {
        let script = Script::new([TRANSIENT, throttled(2)]);
        let retries = testing::no_wait();
        let outcome = match form {
            0 => functions::bare(&script, &seen).await,
            1 => functions::blocking(&script, &seen),
            2 => functions::watched(&script, &seen).await,
            _ => functions::at_run_time(&script, &seen).await,
        };
        assert_eq!((outcome, retries.waits().len()), (Ok(3), 2), "form {form}");
        assert_eq!(seen.take(), expected, "form {form}");
    }
    let value = Some((ErrorClass::Transient, "value".to_owned()));
    assert_eq!(functions::until(&Script::new([TRANSIENT]), &seen).await, Ok(3));
    assert_eq!(seen.take(), [None, Some(first), value.clone()]);
    assert_eq!(functions::any_type(&Script::new([TRANSIENT]), &seen).await, Some(2));
    assert_eq!(seen.take(), [None, value]);
    let late = functions::slow().await.unwrap();
    assert_eq!(late.class(), ErrorClass::Transient);
    assert_eq!(late.text(), TimedOut::new(Duration::from_secs(1)).to_string());
}

#[derive(Debug)]
struct Outer(io::Error);

impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GET https://user:hunter2@host/page?token=hunter2")
    }
}

impl Error for Outer {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

impl Classify for Outer {
    fn classify(&self) -> ErrorClass {
        ErrorClass::Transient
    }
}

/// Writes half of itself.
#[derive(Debug)]
struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("half")?;
        Err(fmt::Error)
    }
}

impl Error for Broken {}

impl Classify for Broken {
    fn classify(&self) -> ErrorClass {
        ErrorClass::Transient
    }
}

// SPEC 2.3.6, 7.3.1, 7.3.2
#[tokio::test(start_paused = true)]
async fn the_text_is_that_of_events_without_secrets() {
    let refused = || Outer(io::ErrorKind::ConnectionRefused.into());
    let text = functions::fails(refused).await.unwrap();
    assert_eq!(text, "GET https://host/page: connection refused");
    let text = functions::unclassified("hunter2").await.unwrap();
    assert_eq!(text, "alloc::vec::Vec<alloc::string::String>");
    assert_eq!(functions::fails(|| Broken).await.unwrap(), "");
}

// SPEC 2.3.6, 3.1.1
#[test]
fn the_future_of_a_function_that_keeps_its_attempt_is_send() {
    #[retry(attempt = attempt)]
    async fn keeps() -> io::Result<String> {
        tokio::task::yield_now().await;
        Ok(format!("{:?}", attempt.previous()))
    }
    fn is_send<F: Send>(_: F) {}
    is_send(keeps());
}

// SPEC 7.4.3
#[test]
fn tests_can_make_an_attempt_after_a_failure() {
    let seen = Seen::default();
    let previous = testing::previous(ErrorClass::Transient, "reset");
    see(testing::attempt_after(&previous, 2, None), &seen);
    see(testing::attempt(1, None), &seen);
    assert_eq!(seen.take(), [Some((ErrorClass::Transient, "reset".to_owned())), None]);
    assert_eq!(format!("{previous:>7}|"), "  reset|");
}
