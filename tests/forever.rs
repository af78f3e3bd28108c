//! `forever()`: a loop that ends only with a success, and returns no `Result`.

#![cfg(feature = "tokio")]

mod support;

use std::cell::{Cell, RefCell};
use std::time::Duration;

use retry_kit::{
    ErrorClass, Jitter, Nested, Pause, Repeat, RetryBudget, RetryPolicy, RetryState,
    override_by_name, testing,
};
use support::{Failure, PERMANENT, Script, TRANSIENT, status, throttled};

/// Gives up as soon as a policy can.
const STRICT: RetryPolicy = RetryPolicy::new()
    .max_retries(1)
    .base_delay(Duration::from_secs(1))
    .max_delay(Duration::from_secs(4))
    .jitter(Jitter::None)
    .deadline(Duration::from_secs(5))
    .repeat(Repeat::Unsent)
    .nested(Nested::Once)
    .give_up_on_hint_over(Duration::from_secs(10));

// SPEC 4.11.8
#[tokio::test(start_paused = true)]
async fn nothing_but_a_success_ends_the_call() {
    let forbidden_until =
        Failure(ErrorClass::Status { code: 401, retry_after: Some(Duration::from_secs(3)) });
    let table: [(&str, Vec<Failure>, &[u64]); 5] = [
        ("the limit, the deadline and unsent requests", vec![TRANSIENT; 5], &[1, 2, 4, 4, 4]),
        ("permanent errors", vec![PERMANENT; 3], &[1, 2, 4]),
        ("another status", vec![status(404); 2], &[1, 2]),
        ("a hint with another status", vec![forbidden_until], &[3]),
        ("a long hint, which is cut", vec![throttled(3_600), TRANSIENT], &[10, 2]),
    ];
    for (what, failures, waits) in table {
        let calls = failures.len() + 1;
        let script = Script::new(failures);
        let value: usize = STRICT.retry(|| async { script.call() }).forever().await;
        assert_eq!(value, calls, "{what}");
        assert_eq!(script.waits_in_seconds(), waits, "{what}");
    }
}

// SPEC 4.11.8, 7.1, 7.7
#[tokio::test(start_paused = true)]
async fn neither_do_an_empty_budget_an_attempt_around_it_or_a_refused_value() {
    let budget = RetryBudget::new(1, 1, 1, 0);
    let script = Script::new([TRANSIENT; 3]);
    let inner = || async {
        Ok::<_, Failure>(STRICT.retry(|| async { script.call() }).budget(&budget).forever().await)
    };
    assert_eq!(RetryPolicy::DEFAULT.retry(inner).await, Ok(4));

    let calls = Cell::new(0);
    let count = || async {
        calls.set(calls.get() + 1);
        Ok::<_, Failure>(calls.get())
    };
    assert_eq!(STRICT.retry(count).until(|calls| *calls > 4).forever().await, 5);
}

// SPEC 4.11.8, 4.6
#[tokio::test(start_paused = true)]
async fn a_hint_is_obeyed_where_something_else_would_end_the_call() {
    let budget = RetryBudget::new(0, 1, 1, 0);
    let policy = STRICT.throttled_base(Duration::from_secs(3));
    let unhinted = Failure(ErrorClass::Throttled { retry_after: None });
    let script = Script::new([throttled(7), unhinted, TRANSIENT]);
    let value = policy.retry(|| async { script.call() }).budget(&budget).forever().await;
    assert_eq!(value, 4);
    // The third wait is that after two retries, at the cap.
    assert_eq!(script.waits_in_seconds(), [7, 4, 4]);
}

// SPEC 4.11.8, 4.16.1
#[tokio::test(start_paused = true)]
async fn a_status_of_429_has_the_throttled_wait_and_another_one_the_ordinary() {
    let guard = testing::no_wait();
    let policy = RetryPolicy::new().unlimited().jitter(Jitter::None);
    let policy = policy.throttled_base(Duration::from_secs(5));
    let script = Script::new([status(429), status(404), status(503)]);
    assert_eq!(policy.retry(|| async { script.call() }).forever().await, 4);
    assert_eq!(guard.waits(), [5, 2, 4].map(Duration::from_secs));
    assert_eq!(guard.decisions().len(), 3);
}

// SPEC 4.11.8, 7.8.1
#[tokio::test(start_paused = true)]
async fn attempts_have_their_whole_timeout_after_the_end_of_an_attempt_around_the_call() {
    let begin = tokio::time::Instant::now();
    let inner = || async {
        let ready_after_a_minute = || async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            if begin.elapsed() < Duration::from_secs(60) { Err(TRANSIENT) } else { Ok(7) }
        };
        let call = STRICT.retry(ready_after_a_minute).timeout(Duration::from_secs(1));
        Ok::<_, Failure>(call.forever().await)
    };
    let outer = RetryPolicy::DEFAULT.deadline(Duration::from_secs(5));
    assert_eq!(outer.retry(inner).await, Ok(7));
}

// SPEC 4.11.8, 7.6.5
#[tokio::test(start_paused = true)]
async fn neither_does_a_pause_beyond_the_deadline() {
    let pause = Pause::new();
    pause.hold(Duration::from_secs(60));
    let begin = tokio::time::Instant::now();
    let value = STRICT
        .retry(|| async { Ok::<_, Failure>(7) })
        .timeout(Duration::from_secs(1))
        .pause(&pause)
        .forever();
    assert_eq!(value.await, 7);
    assert_eq!(begin.elapsed(), Duration::from_secs(60));
}

// SPEC 4.11.8, 7.9
#[tokio::test(start_paused = true)]
async fn neither_does_an_operator() {
    override_by_name("forever::handle=off").expect("an override");
    let script = Script::new([TRANSIENT; 2]);
    let call = || async { script.call() };
    assert_eq!(STRICT.retry(call).name("forever::handle").forever().await, 3);
    override_by_name("").expect("no override");
}

// SPEC 4.11.8
#[tokio::test(start_paused = true)]
async fn its_failures_are_events_like_others() {
    let events = RefCell::new(Vec::new());
    let script = Script::new([PERMANENT, TRANSIENT]);
    let mut state = RetryState::new(&STRICT).name("feed");
    let value = state
        .retry(|| async { script.call() })
        .on_retry(|event| {
            let wait = event.wait().as_secs();
            events.borrow_mut().push((event.name(), event.attempt(), event.max(), wait));
        })
        .forever()
        .await;
    assert_eq!(value, 3);
    assert_eq!(*events.borrow(), [("feed", 1, None, 1), ("feed", 2, None, 2)]);
    assert_eq!(state.retries(), 2);
}

// SPEC 4.11.8
#[tokio::test]
#[should_panic = "reached the limit of the test's `no_wait()`"]
async fn the_limit_of_a_test_panics() {
    let _skipped = testing::no_wait().max_attempts(3);
    STRICT.retry(|| async { Err::<(), _>(PERMANENT) }).forever().await;
}
