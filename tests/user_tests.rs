//! `testing::no_wait`, for users' own tests.

#![cfg(all(feature = "macros", feature = "tokio"))]

mod support;

use std::thread;
use std::time::{Duration, Instant};

use retry_kit::testing::Recorded;
use retry_kit::{
    Cause, Decision, ErrorClass, Jitter, RetryPolicy, RetryState, StopReason, retry,
    retry_with_backoff, testing,
};
use support::{Failure, PERMANENT, Script, TRANSIENT, throttled};

type Outcome = Result<usize, Failure>;

#[retry(base = "1h", cap = "1h")]
async fn hourly(script: &Script) -> Outcome {
    script.call()
}

#[retry(base = "1h", cap = "1h")]
fn blocking(script: &Script) -> Outcome {
    script.call()
}

#[retry(base = "1h", cap = "1h", jitter = none, sleep = never)]
async fn with_another_sleep(script: &Script) -> Outcome {
    script.call()
}

async fn never(_: Duration) {
    std::future::pending::<()>().await;
}

fn reasons(recorded: &[Recorded]) -> Vec<Option<StopReason>> {
    let reason = |recorded: &Recorded| match recorded.decision {
        Decision::Retry(_) => None,
        Decision::Stop(reason) => Some(reason),
    };
    recorded.iter().map(reason).collect()
}

// SPEC 7.4: on the real clock, so a wait would be noticed.
#[tokio::test]
async fn under_the_guard_nothing_waits_and_everything_is_recorded() {
    let start = Instant::now();
    let hour = Duration::from_secs(3600);
    let retries = testing::no_wait();
    let script = Script::new([TRANSIENT, throttled(250)]);
    assert_eq!(hourly(&script).await, Ok(3));
    let waits = retries.waits();
    assert!((hour..=2 * hour).contains(&waits[0]), "{waits:?}");
    // SPEC 4.6.3: the hint asks for less than the first backoff.
    assert!((hour..=2 * hour).contains(&waits[1]), "{waits:?}");
    let recorded = retries.decisions();
    assert_eq!(recorded.len(), 2);
    assert_eq!((recorded[0].attempt, recorded[0].class), (1, ErrorClass::Transient));
    assert_eq!((recorded[1].attempt, recorded[1].class), (2, throttled(250).0));

    assert_eq!(blocking(&Script::new([TRANSIENT])), Ok(2));
    assert_eq!(with_another_sleep(&Script::new([TRANSIENT])).await, Ok(2));
    let policy = RetryPolicy::new().base_delay(hour).max_delay(hour);
    let script = Script::new([TRANSIENT, PERMANENT]);
    let outcome = retry_with_backoff(&policy, async || script.call());
    assert_eq!(outcome.await, Err(PERMANENT));
    let expected = [None, None, None, None, None, Some(StopReason::Permanent)];
    assert_eq!(reasons(&retries.decisions()), expected);
    assert!(start.elapsed() < hour);
}

// SPEC 7.4
#[tokio::test]
async fn the_number_of_attempts_can_be_limited() {
    let calls = async |guard: testing::NoWait, failures: usize| {
        let script = Script::new(vec![TRANSIENT; failures]);
        let outcome = hourly(&script).await;
        (script.calls(), outcome.is_ok(), reasons(&guard.decisions()).last().copied().flatten())
    };
    let exhausted = Some(StopReason::Exhausted);
    assert_eq!(calls(testing::no_wait().max_attempts(2), 9).await, (2, false, exhausted));
    assert_eq!(calls(testing::no_wait().max_attempts(2), 1).await, (2, true, None));
    assert_eq!(calls(testing::no_wait().max_attempts(0), 9).await, (1, false, exhausted));
    // The policy's own limit is 4.
    assert_eq!(calls(testing::no_wait().max_attempts(100), 9).await, (4, false, exhausted));
}

// SPEC 7.4
#[test]
fn the_jitter_depends_on_the_seed_alone() {
    let waits = |guard: testing::NoWait| {
        let _ = blocking(&Script::new([TRANSIENT; 9]));
        guard.waits()
    };
    assert_eq!(waits(testing::no_wait()), waits(testing::no_wait()));
    assert_eq!(waits(testing::no_wait().seed(7)), waits(testing::no_wait().seed(7)));
    assert_ne!(waits(testing::no_wait().seed(7)), waits(testing::no_wait().seed(8)));
}

// SPEC 7.4
#[test]
fn a_guard_affects_its_thread_until_it_is_dropped() {
    let mut state = RetryState::new(&RetryPolicy::DEFAULT);
    let outer = testing::no_wait();
    let there = thread::spawn(|| {
        let guard = testing::no_wait();
        let _ = blocking(&Script::new([PERMANENT]));
        guard.decisions().len()
    });
    assert_eq!(there.join().unwrap(), 1);
    assert_eq!(outer.decisions(), []);
    let inner = testing::no_wait();
    let _ = state.decide(ErrorClass::Transient);
    // In any order, like the drop order of values.
    drop(outer);
    let _ = state.decide(ErrorClass::Transient);
    assert_eq!(inner.decisions().len(), 2);
    drop(inner);
    let _ = state.decide(ErrorClass::Transient);
    let last = testing::no_wait();
    assert_eq!((last.decisions(), state.retries()), (vec![], 3));
}

const MINUTES: RetryPolicy = RetryPolicy::new()
    .base_delay(Duration::from_secs(60))
    .backoff(retry_kit::Backoff::Fixed)
    .jitter(retry_kit::Jitter::None);

#[retry(policy = MINUTES, deadline = "150s", on_retry = |event| elapsed.push(event.elapsed()))]
async fn until_the_deadline(elapsed: &mut Vec<Option<Duration>>) -> Outcome {
    Err(TRANSIENT)
}

#[retry(policy = MINUTES, max = forever, deadline = "1h", timeout = "1h")]
async fn for_an_hour() -> Outcome {
    Err(TRANSIENT)
}

// SPEC 7.4: what is decided is what would be.
#[tokio::test(start_paused = true)]
async fn skipped_waits_count_towards_the_deadline() {
    let retries = testing::no_wait();
    let mut elapsed = Vec::new();
    assert_eq!(until_the_deadline(&mut elapsed).await, Err(TRANSIENT));
    assert_eq!(reasons(&retries.decisions()), [None, None, Some(StopReason::Deadline)]);
    assert_eq!(elapsed, [0, 60].map(|seconds| Some(Duration::from_secs(seconds))));
    drop(retries);
    let retries = testing::no_wait();
    assert_eq!(for_an_hour().await, Err(TRANSIENT));
    assert_eq!(retries.waits().len(), 59);
    drop(retries);
    let retries = testing::no_wait();
    let policy = MINUTES.deadline(Duration::from_secs(150));
    let outcome = policy.retry(async || Err::<(), _>(TRANSIENT));
    assert_eq!(outcome.await, Err(TRANSIENT));
    assert_eq!(reasons(&retries.decisions()), [None, None, Some(StopReason::Deadline)]);
}

#[retry(max = 3, attempt = attempt)]
async fn with_a_fallback() -> Outcome {
    if attempt.is_last() { Ok(attempt.number() as usize) } else { Err(TRANSIENT) }
}

// SPEC 7.4, 7.5
#[tokio::test]
async fn the_body_sees_the_limit_and_the_switch_of_a_test() {
    let retries = testing::no_wait();
    assert_eq!(with_a_fallback().await, Ok(4));
    drop(retries);
    let retries = testing::no_wait().max_attempts(2);
    assert_eq!(with_a_fallback().await, Ok(2));
    drop(retries);
    let retries = testing::no_wait().disabled();
    assert_eq!(with_a_fallback().await, Ok(1));
    let script = Script::new([TRANSIENT]);
    assert_eq!(hourly(&script).await, Err(TRANSIENT));
    assert_eq!(reasons(&retries.decisions()), [Some(StopReason::Disabled)]);
}

// SPEC 7.4
#[test]
fn a_loop_by_hand_does_not_sleep_under_the_guard() {
    let hour = Duration::from_secs(3600);
    let policy = RetryPolicy::new().base_delay(hour).max_delay(hour).deadline(4 * hour);
    let policy = policy.jitter(retry_kit::Jitter::None).unlimited();
    let retries = testing::no_wait();
    let mut state = RetryState::new(&policy);
    for _ in 0..3 {
        let Decision::Retry(wait) = state.decide(ErrorClass::Transient) else { panic!() };
        assert_eq!(wait.duration(), Duration::ZERO);
    }
    assert_eq!(state.decide(ErrorClass::Transient), Decision::Stop(StopReason::Deadline));
    assert_eq!(retries.waits(), [hour; 3]);
}

// SPEC 4.11, 7.4
#[test]
fn a_state_with_a_seed_obeys_the_guard_and_keeps_its_seed() {
    let unguarded = |seed| {
        let mut state = RetryState::seeded(&RetryPolicy::DEFAULT, seed);
        let Decision::Retry(wait) = state.decide(ErrorClass::Transient) else { panic!() };
        wait.duration()
    };
    let expected = unguarded(5);
    let retries = testing::no_wait().max_attempts(2);
    let mut state = RetryState::seeded(&RetryPolicy::DEFAULT, 5);
    let _ = state.decide(ErrorClass::Transient);
    assert_eq!(state.decide(ErrorClass::Transient), Decision::Stop(StopReason::Exhausted));
    assert_eq!(retries.waits(), [expected]);
    drop(retries);
    let retries = testing::no_wait().disabled();
    let mut state = RetryState::seeded(&RetryPolicy::DEFAULT, 5);
    assert_eq!(state.decide(ErrorClass::Transient), Decision::Stop(StopReason::Disabled));
    assert_eq!(retries.decisions().len(), 1);
}

// SPEC 7.4
#[test]
fn a_guard_in_a_thread_local_of_the_user_is_dropped_without_a_panic() {
    thread_local! {
        static KEPT: std::cell::RefCell<Option<testing::NoWait>> =
            const { std::cell::RefCell::new(None) };
    }
    // The user's thread local is created first, so it is destroyed last.
    let early = thread::spawn(|| {
        KEPT.with_borrow_mut(|kept| *kept = Some(testing::no_wait()));
        let _ = blocking(&Script::new([TRANSIENT]));
    });
    assert!(early.join().is_ok());
    let forgotten = thread::spawn(|| std::mem::forget(testing::no_wait()));
    assert!(forgotten.join().is_ok());
}

// SPEC 7.4
#[test]
fn a_record_can_be_made_to_compare_with() {
    let second = Duration::from_secs(1);
    let policy = RetryPolicy::new().max_retries(2).jitter(Jitter::None);
    let retries = testing::no_wait();
    let mut state = RetryState::new(&policy);
    let throttled = ErrorClass::Throttled { retry_after: Some(60 * second) };
    for class in [ErrorClass::Transient, throttled, ErrorClass::Transient] {
        let _ = state.decide(class);
    }
    let expected = [
        Recorded::new(1, ErrorClass::Transient, Decision::Retry(testing::wait(second))),
        Recorded::new(2, throttled, Decision::Retry(testing::wait_from_server(60 * second))),
        Recorded::new(3, ErrorClass::Transient, Decision::Stop(StopReason::Exhausted)),
    ];
    assert_eq!(retries.decisions(), expected);
}

// SPEC 7.4
#[test]
fn an_event_made_for_a_test_has_what_was_set() {
    let seconds = Duration::from_secs;
    let plain = testing::event(Cause::<Failure>::Value).build();
    assert_eq!((plain.name(), plain.attempt(), plain.max()), ("test", 1, None));
    assert_eq!((plain.wait(), plain.is_from_server()), (Duration::ZERO, false));
    assert_eq!((plain.waited(), plain.elapsed()), (Duration::ZERO, None));
    assert!(plain.error().is_none() && matches!(plain.cause(), Cause::Value));

    let event = testing::event(Cause::Error(&TRANSIENT))
        .name("fetch")
        .attempt(2)
        .max(5)
        .wait(seconds(4))
        .waited(seconds(3))
        .elapsed(seconds(9))
        .build();
    assert_eq!((event.name(), event.attempt(), event.max()), ("fetch", 2, Some(5)));
    assert_eq!((event.wait(), event.is_from_server()), (seconds(4), false));
    assert_eq!((event.waited(), event.elapsed()), (seconds(3), Some(seconds(9))));
    assert_eq!(event.error(), Some(&TRANSIENT));

    let event = testing::event(Cause::<Failure>::Status(429)).wait_from_server(seconds(7)).build();
    assert_eq!((event.wait(), event.is_from_server()), (seconds(7), true));
    assert!(matches!(event.cause(), Cause::Status(429)));
}

// SPEC 7.4
#[test]
fn a_give_up_made_for_a_test_has_what_was_set() {
    let seconds = Duration::from_secs;
    let plain = testing::give_up(StopReason::Permanent).build();
    assert_eq!((plain.name(), plain.attempts()), ("test", 1));
    assert_eq!((plain.waited(), plain.elapsed()), (Duration::ZERO, None));
    assert_eq!(plain.reason(), StopReason::Permanent);

    let give_up = testing::give_up(StopReason::Budget)
        .name("fetch")
        .attempts(3)
        .waited(seconds(6))
        .elapsed(seconds(8))
        .outer("poll")
        .build();
    assert_eq!((plain.outer(), give_up.outer()), (None, Some("poll")));
    assert_eq!((give_up.name(), give_up.attempts()), ("fetch", 3));
    assert_eq!((give_up.waited(), give_up.elapsed()), (seconds(6), Some(seconds(8))));
    assert_eq!(give_up.reason(), StopReason::Budget);
}

// SPEC 7.4
#[tokio::test(start_paused = true)]
async fn an_attempt_made_for_a_test_begins_now() {
    let attempt = testing::attempt(2, Some(2));
    assert_eq!((attempt.number(), attempt.is_last()), (2, false));
    assert!(testing::attempt(3, Some(2)).is_last());
    assert!(testing::attempt(1, Some(0)).is_last());
    assert!(!testing::attempt(u32::MAX, None).is_last());
    tokio::time::advance(Duration::from_secs(5)).await;
    assert_eq!(attempt.elapsed(), Duration::from_secs(5));
}
