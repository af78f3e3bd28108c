//! `repeat = unsent`: only requests that the server never processed are repeated.

#![cfg(all(feature = "macros", feature = "tokio"))]

mod support;

use std::time::Duration;

use retry_kit::{
    Classify, ErrorClass, Mark, Repeat, RetryPolicy, StopReason, TimedOut, retry, testing,
};
use support::{Failure, PERMANENT, Script, TRANSIENT, status, throttled};

const UNSENT: Failure = Failure(ErrorClass::Unsent);

type Outcome = Result<usize, Failure>;

/// Without a class, as the error of a library may be.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Unclassified {
    NotConnected,
    Reset,
}

#[retry(repeat = unsent, max = 5)]
async fn attribute(script: &Script) -> Outcome {
    script.call()
}

#[retry(policy = policy, repeat = unsent)]
async fn over_a_policy(policy: &RetryPolicy, script: &Script) -> Outcome {
    script.call()
}

#[retry(policy = RetryPolicy::new().repeat(Repeat::Unsent), max = 5, repeat = repeat)]
async fn by_a_value(repeat: Repeat, script: &Script) -> Outcome {
    script.call()
}

#[retry(policy = RetryPolicy::new().repeat(Repeat::Unsent).max_retries(5), until = |calls| *calls > 2)]
async fn until(script: &Script) -> Outcome {
    script.call()
}

#[retry(repeat = unsent, timeout = "1s", max = 5)]
async fn slow(script: &Script, takes: Duration) -> Outcome {
    let outcome = script.call();
    tokio::time::sleep(takes).await;
    outcome
}

#[retry(repeat = unsent, max = 5, when = |_| true)]
async fn when_says_true(script: &Script) -> Outcome {
    script.call()
}

#[retry(repeat = unsent, max = 5, when = |error| *error == Unclassified::NotConnected)]
async fn when_says_true_of_a_type_without_class(
    script: &Script<Unclassified>,
) -> Result<usize, Unclassified> {
    script.call()
}

#[retry(repeat = unsent, max = 5, when = |error| match error {
    Unclassified::NotConnected => ErrorClass::Unsent,
    Unclassified::Reset => ErrorClass::Transient,
})]
async fn when_says_unsent(script: &Script<Unclassified>) -> Result<usize, Unclassified> {
    script.call()
}

#[retry(repeat = all, max = 5)]
async fn all(script: &Script) -> Outcome {
    script.call()
}

#[retry(policy = policy, max = 5, on(Failure(_)))]
async fn on(policy: &RetryPolicy, script: &Script) -> Outcome {
    script.call()
}

#[retry(policy = policy, max = 5, when = |error| matches!(error.0, ErrorClass::Transient))]
async fn when_accepts_transient(policy: &RetryPolicy, script: &Script) -> Outcome {
    script.call()
}

/// Failures after which the server may have processed the request.
fn received() -> [Failure; 5] {
    [TRANSIENT, throttled(1), status(429), status(503), PERMANENT]
}

// SPEC 4.14
#[tokio::test(start_paused = true)]
async fn every_form_repeats_only_requests_that_were_never_processed() {
    let policy = RetryPolicy::new().max_retries(5).repeat(Repeat::Unsent);
    for last in received() {
        let script = || Script::new([UNSENT, UNSENT, last]);
        assert_eq!(attribute(&script()).await, Err(last));
        assert_eq!(over_a_policy(&RetryPolicy::new().max_retries(5), &script()).await, Err(last));
        assert_eq!(by_a_value(Repeat::Unsent, &script()).await, Err(last));
        assert_eq!(when_says_true(&script()).await, Err(last));
        let function = script();
        assert_eq!(policy.retry(async || function.call()).await, Err(last));
        assert_eq!(function.calls(), 3);

        let script = Script::new([UNSENT, last, last]);
        let (outcome, calls) = if last == PERMANENT { (Err(last), 2) } else { (Ok(4), 4) };
        let expected = (by_a_value(Repeat::All, &script).await, script.calls());
        assert_eq!(expected, (outcome, calls));
        let script = Script::new([UNSENT, last, last]);
        assert_eq!((all(&script).await, script.calls()), (outcome, calls));
    }
    assert_eq!(attribute(&Script::new([UNSENT; 5])).await, Ok(6));
    assert_eq!(attribute(&Script::new([UNSENT; 6])).await, Err(UNSENT));
}

// SPEC 4.14
#[tokio::test(start_paused = true)]
async fn an_attempt_that_took_too_long_may_have_been_processed() {
    let script = Script::new([UNSENT]);
    assert_eq!(slow(&script, Duration::from_millis(1)).await, Ok(2));
    let script = Script::new([UNSENT]);
    assert_eq!(slow(&script, Duration::from_secs(2)).await, Err(TRANSIENT));
    assert_eq!(script.calls(), 1);
    assert_eq!(timed_out().await.classify(), ErrorClass::Transient);
}

/// The error of a timeout in the function form.
async fn timed_out() -> TimedOut {
    let hang = || std::future::pending::<Result<(), TimedOut>>();
    let retry = RetryPolicy::OFF.retry(hang).timeout(Duration::from_secs(1));
    retry.await.unwrap_err()
}

// SPEC 4.14
#[tokio::test(start_paused = true)]
async fn a_value_means_that_the_request_was_processed() {
    let script = Script::new([UNSENT]);
    assert_eq!(until(&script).await, Ok(2));
    assert_eq!(script.calls(), 2);
}

// SPEC 2.3.3, 4.14
#[tokio::test(start_paused = true)]
async fn when_must_return_unsent_to_repeat_an_error_without_a_class() {
    use Unclassified::{NotConnected, Reset};

    let script = Script::new([NotConnected]);
    assert_eq!(when_says_true_of_a_type_without_class(&script).await, Err(NotConnected));
    assert_eq!(when_says_unsent(&Script::new([NotConnected, NotConnected])).await, Ok(3));
    let script = Script::new([NotConnected, Reset]);
    assert_eq!(when_says_unsent(&script).await, Err(Reset));
    assert_eq!(script.calls(), 2);
}

// SPEC 4.14.1
#[tokio::test(start_paused = true)]
async fn on_and_when_only_narrow_a_policy_for_unsent_requests() {
    let policy = RetryPolicy::new().repeat(Repeat::Unsent);
    for last in received() {
        let script = Script::new([UNSENT, last]);
        assert_eq!((on(&policy, &script).await, script.calls()), (Err(last), 2));
    }
    for first in received().into_iter().chain([UNSENT]) {
        let script = Script::new([first]);
        assert_eq!(
            (when_accepts_transient(&policy, &script).await, script.calls()),
            (Err(first), 1)
        );
    }
}

// SPEC 4.14
#[tokio::test(start_paused = true)]
async fn a_failure_that_repeat_all_would_retry_has_the_reason_may_be_processed() {
    #[retry(repeat = unsent, give_up = |error, end| {
        reasons.push(end.reason());
        error
    })]
    async fn reason(script: &Script, reasons: &mut Vec<StopReason>) -> Outcome {
        script.call()
    }

    let mut reasons = Vec::new();
    for last in received() {
        reason(&Script::new([last]), &mut reasons).await.unwrap_err();
    }
    let [others @ .., permanent] = &reasons[..] else { panic!("{reasons:?}") };
    assert_eq!((others, *permanent), (&[StopReason::MayBeProcessed; 4][..], StopReason::Permanent));
}

// SPEC 2.3.3: the class that `when` is not asked for is the error's own.
#[tokio::test(start_paused = true)]
async fn an_unsent_error_that_when_accepts_stays_unsent() {
    let retries = testing::no_wait();
    assert_eq!(when_says_true(&Script::new([UNSENT])).await, Ok(2));
    assert_eq!(retries.decisions()[0].class, ErrorClass::Unsent);
}

// SPEC 5.5.1
#[tokio::test(start_paused = true)]
async fn an_error_that_is_marked_unsent_is_repeated() {
    type Marked = Result<u32, Box<dyn std::error::Error + Send + Sync>>;

    #[retry(repeat = unsent)]
    async fn marked(calls: &mut u32) -> Marked {
        *calls += 1;
        match *calls {
            1 => Err("no free connection".unsent().into()),
            2 => Err("broken".transient().into()),
            calls => Ok(calls),
        }
    }

    let mut calls = 0;
    assert_eq!(marked(&mut calls).await.unwrap_err().to_string(), "broken");
    assert_eq!(calls, 2);
}

// SPEC 4.10, 4.14
#[test]
fn a_policy_for_unsent_requests_obeys_no_hints_and_says_so() {
    let policy = RetryPolicy::new().repeat(Repeat::Unsent);
    assert_eq!(policy.worst_case_wait_with_hints(), policy.worst_case_wait());
    assert_eq!(
        policy.to_string(),
        "3 retries, 4 attempts; exponential backoff from 1s, factor 2, cap 60s, additive jitter; \
         unsent requests only",
    );
}
