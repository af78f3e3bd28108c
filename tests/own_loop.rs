//! Loops written by hand, with everything that the other forms have.

#![cfg(feature = "tokio")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use retry_kit::{
    Backoff, Cause, Classify, Decision, ErrorClass, Jitter, Nested, RetryBudget, RetryPolicy,
    RetryState, StopReason, testing,
};
use support::{Failure, PERMANENT, Script, TRANSIENT, throttled};
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);

fn plain() -> RetryPolicy {
    RetryPolicy::new().jitter(Jitter::None)
}

/// The wait, or the reason to give up.
fn decide(state: &mut RetryState<'_>) -> Result<Duration, StopReason> {
    match state.decide(ErrorClass::Transient) {
        Decision::Retry(wait) => Ok(wait.duration()),
        Decision::Stop(reason) => Err(reason),
    }
}

// SPEC 4.11.3
#[test]
fn retries_of_a_lower_layer_count_towards_the_limit_and_the_backoff() {
    let mut state = RetryState::new(&plain().max_retries(3));
    state.spend(2);
    assert_eq!(decide(&mut state), Ok(4 * SECOND));
    assert!(state.is_exhausted());
    assert_eq!(decide(&mut state), Err(StopReason::Exhausted));
    state.spend(u32::MAX);
    assert_eq!(state.retries(), u32::MAX);
}

// SPEC 4.11.3
#[test]
fn a_reset_begins_the_count_and_the_backoff_again() {
    let mut state = RetryState::new(&plain().max_retries(2));
    assert_eq!([decide(&mut state), decide(&mut state)], [Ok(SECOND), Ok(2 * SECOND)]);
    assert!(state.is_exhausted());
    state.reset();
    assert!(!state.is_exhausted());
    assert_eq!(decide(&mut state), Ok(SECOND));
    let decorrelated = plain().backoff(Backoff::Decorrelated).unlimited();
    let mut state = RetryState::new(&decorrelated);
    for _ in 0..50 {
        let _ = decide(&mut state);
    }
    state.reset();
    assert!(decide(&mut state).is_ok_and(|wait| wait <= 3 * SECOND));
}

// SPEC 4.11.3
#[test]
fn the_switch_of_a_test_exhausts_a_state() {
    let guard = testing::no_wait().max_attempts(1);
    assert!(RetryState::new(&plain()).is_exhausted());
    drop(guard);
    assert!(!RetryState::new(&plain()).is_exhausted());
    assert!(RetryState::new(&plain().max_retries(0)).is_exhausted());
}

// SPEC 4.11.4
#[test]
fn drawn_waits_are_those_of_the_decisions() {
    let policy = RetryPolicy::new().max_retries(5);
    let mut state = RetryState::seeded(&policy, 7);
    let decided: Vec<_> = std::iter::from_fn(|| decide(&mut state).ok()).collect();
    assert_eq!(RetryState::seeded(&policy, 7).waits().collect::<Vec<_>>(), decided);
    let mut state = RetryState::new(&plain().max_retries(5));
    state.spend(3);
    assert_eq!(state.waits().collect::<Vec<_>>(), [8 * SECOND, 16 * SECOND]);
    let late = RetryState::new(&plain().unlimited().deadline(10 * SECOND));
    assert_eq!(late.waits().collect::<Vec<_>>(), [SECOND, 2 * SECOND, 4 * SECOND]);
    let two = RetryBudget::new(2, 1, 1, 0);
    let bounded = RetryState::new(&plain().unlimited()).budget(&two);
    assert_eq!(bounded.waits().count(), 2);
    let _guard = testing::no_wait();
    assert_eq!(RetryState::new(&plain()).waits().sum::<Duration>(), 7 * SECOND);
}

// SPEC 4.11.5
#[test]
fn a_hook_of_the_loop_sees_what_the_other_forms_show() {
    let observed = |guard: bool| {
        let _guard = guard.then(testing::no_wait);
        let policy = plain().max_retries(1);
        let mut state = RetryState::new(&policy).name("shop::charge");
        let error = throttled(7);
        let Decision::Retry(wait) = state.decide(error.classify()) else { panic!("no retry") };
        let event = state.event(Cause::Error(&error), wait);
        let seen = (event.name(), event.attempt(), event.max(), event.wait(), event.waited());
        assert_eq!(seen, ("shop::charge", 1, Some(1), 7 * SECOND, Duration::ZERO));
        assert!(event.is_from_server());
        assert_eq!((event.error(), event.elapsed()), (Some(&error), None));
        let Decision::Stop(reason) = state.decide(ErrorClass::Transient) else { panic!("no end") };
        let end = state.give_up(reason);
        assert_eq!((end.name(), end.attempts(), end.waited()), ("shop::charge", 2, 7 * SECOND));
        assert_eq!((end.reason(), end.outer()), (StopReason::Exhausted, None));
    };
    observed(false);
    observed(true);
}

// SPEC 4.11.5, 7.2
#[tokio::test(start_paused = true)]
async fn an_event_of_a_loop_with_a_deadline_has_the_time_before_the_wait() {
    for guard in [false, true] {
        let _guard = guard.then(testing::no_wait);
        let mut state = RetryState::new(&plain().deadline(60 * SECOND));
        for (before, expected) in [(3, 3), (3, 7)] {
            sleep(before * SECOND).await;
            let Decision::Retry(wait) = state.decide(ErrorClass::Transient) else { panic!() };
            let event = state.event(Cause::<str>::Value, wait);
            assert_eq!(event.elapsed(), Some(expected * SECOND), "guard: {guard}");
            sleep(wait.duration()).await;
        }
    }
}

// SPEC 7.6.2
#[tokio::test(start_paused = true)]
async fn the_wait_of_a_loop_is_the_longer_of_its_own_and_the_pause() {
    let pause = retry_kit::Pause::new();
    pause.hold(3 * SECOND);
    let mut state = RetryState::new(&plain()).pause(&pause);
    let waits = [(); 3].map(|()| decide(&mut state));
    assert_eq!(waits, [Ok(3 * SECOND), Ok(2 * SECOND), Ok(4 * SECOND)]);
}

// SPEC 4.11.5, 7.7
#[tokio::test]
async fn a_loop_inside_an_attempt_names_the_outer_function() {
    let outer = RetryState::new(&plain()).name("outer");
    let end = outer.attempt(async {
        let mut inner = RetryState::new(&plain().nested(Nested::Once));
        let decision = inner.decide(ErrorClass::Transient);
        assert_eq!(decision, Decision::Stop(StopReason::Nested));
        inner.give_up(StopReason::Nested)
    });
    let end = end.await;
    assert_eq!((end.name(), end.outer()), ("retry", Some("outer")));
}

// SPEC 4.11.6
#[tokio::test(start_paused = true)]
async fn the_function_form_goes_on_from_a_state_and_leaves_the_count_in_it() {
    let policy = plain().max_retries(4);
    let mut state = RetryState::new(&policy);
    state.spend(1);
    let (begin, script) = (Instant::now(), Script::new([TRANSIENT, TRANSIENT]));
    assert_eq!(state.retry(|| async { script.call() }).await, Ok(3));
    assert_eq!((begin.elapsed(), state.retries()), (6 * SECOND, 3));
    let script = Script::new([TRANSIENT; 3]);
    let mut calls = 0;
    let counted = state.retry_local(async || {
        calls += 1;
        script.call()
    });
    assert_eq!(
        counted
            .give_up(|error, end| {
                assert_eq!((end.attempts(), end.waited()), (5, 14 * SECOND));
                error
            })
            .await,
        Err(TRANSIENT)
    );
    assert_eq!((calls, state.retries()), (2, 4));
    assert!(state.is_exhausted());
}

// SPEC 4.11.6
#[tokio::test(start_paused = true)]
async fn a_loop_that_is_dropped_leaves_the_granted_retry_and_puts_its_tokens_back() {
    let budget = Arc::new(RetryBudget::new(10, 4, 4, 1));
    let mut state = RetryState::new(&plain()).budget(&budget);
    let script = Script::new([TRANSIENT; 9]);
    let call = state.retry(|| async { script.call() });
    assert!(tokio::time::timeout(SECOND / 2, call).await.is_err());
    assert_eq!((state.retries(), budget.available()), (1, 10));
    assert!(decide(&mut state).is_ok());
    assert_eq!(budget.available(), 6);
    let recovered = Script::<Failure>::new([]);
    assert_eq!(state.retry(|| async { recovered.call() }).await, Ok(1));
    assert_eq!(budget.available(), 10);
}

// SPEC 4.11.6
#[tokio::test(start_paused = true)]
async fn the_deadline_of_a_state_counts_from_its_beginning() {
    let mut state = RetryState::new(&plain().unlimited().deadline(10 * SECOND));
    sleep(8 * SECOND).await;
    let script = Script::new([TRANSIENT; 9]);
    let call = state.retry(|| async { script.call() }).give_up(|error, end| {
        assert_eq!(end.elapsed(), Some(9 * SECOND));
        error
    });
    assert_eq!(call.await, Err(TRANSIENT));
    assert_eq!(state.retries(), 1);
    assert_eq!(state.retry(|| async { Err::<(), _>(PERMANENT) }).await, Err(PERMANENT));
}

#[cfg(feature = "tracing")]
mod reports {
    use std::fmt;
    use std::io;
    use std::sync::Mutex;

    use super::*;

    #[derive(Debug)]
    struct Charge(io::Error);

    impl fmt::Display for Charge {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("no charge")
        }
    }

    impl std::error::Error for Charge {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }

    impl Classify for Charge {
        fn classify(&self) -> ErrorClass {
            self.0.classify()
        }
    }

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn log(run: impl FnOnce()) -> Vec<String> {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt()
            .without_time()
            .with_ansi(false)
            .with_max_level(tracing::Level::DEBUG)
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, run);
        let bytes = lines.0.lock().unwrap();
        String::from_utf8_lossy(&bytes).lines().map(|line| line.trim().to_owned()).collect()
    }

    fn run(mut state: RetryState<'_>) {
        let error = Charge(io::ErrorKind::ConnectionReset.into());
        let _ = state.decide_on(&error);
        let _ = state.decide_as(ErrorClass::Transient, Cause::<str>::Value);
        let mut other = state.clone();
        state.succeeded();
        let _ = other.decide_as(ErrorClass::Transient, Cause::Error("as text"));
        let _ = other.decide(ErrorClass::Transient);
    }

    // SPEC 4.11.5, 7.6.5, 7.6.7
    #[test]
    fn waits_for_a_pause_and_the_end_before_an_attempt_are_reported() {
        let pause = retry_kit::Pause::new();
        pause.hold(Duration::from_secs(600));
        let lines = log(|| {
            let _skipped = testing::no_wait();
            let late = plain().deadline(Duration::from_secs(1));
            let mut state = RetryState::new(&late).name("shop::charge").pause(&pause);
            assert_eq!(state.before_attempt(), Err(StopReason::Deadline));
            assert_eq!(state.give_up(StopReason::Deadline).attempts(), 0);
            // A caller may make the attempt all the same.
            let Decision::Stop(reason) = state.decide(ErrorClass::Permanent) else { panic!() };
            assert_eq!(state.give_up(reason).attempts(), 1);

            let mut state = RetryState::new(&plain()).name("shop::charge").pause(&pause);
            assert!(matches!(state.before_attempt(), Ok(Some(_))));

            let off = plain().log(retry_kit::Log::Off);
            let mut state = RetryState::new(&off).name("shop::charge").pause(&pause);
            assert!(matches!(state.before_attempt(), Ok(Some(_))));
        });
        let expected = [
            ("WARN shop: gave up name=\"shop::charge\" attempts=0", "reason=\"deadline\""),
            ("DEBUG shop: paused name=\"shop::charge\" wait=59", "s"),
        ];
        assert_eq!(lines.len(), expected.len(), "{lines:?}");
        for (line, (begin, inside)) in lines.iter().zip(expected) {
            assert!(line.starts_with(begin) && line.contains(inside), "{line}");
        }
    }

    // SPEC 4.11.6, 7.3.8
    #[test]
    fn a_loop_that_goes_on_from_a_state_has_its_target() {
        let lines = log(|| {
            let _skipped = testing::no_wait();
            let mut state = RetryState::new(&plain().max_retries(1)).name("shop::charge");
            let failed = || Err::<(), _>(Charge(io::ErrorKind::ConnectionReset.into()));
            assert!(state.retry_blocking(failed).call().is_err());
        });
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines.iter().all(|line| line.starts_with("WARN shop: ")), "{lines:?}");
    }

    // SPEC 4.11.5, 7.3
    #[test]
    fn a_state_with_a_name_reports_as_a_function_does_and_one_without_is_silent() {
        let lines = log(|| run(RetryState::new(&plain()).name("shop::charge")));
        let expected = [
            "WARN shop: retrying name=\"shop::charge\" attempt=1 max=3 error=no charge: \
             connection reset wait=1s from_server=false waited=0ns",
            "WARN shop: retrying name=\"shop::charge\" attempt=2 max=3 cause=value wait=2s \
             from_server=false waited=1s",
            "DEBUG shop: recovered name=\"shop::charge\" attempts=3 waited=3s",
            "WARN shop: retrying name=\"shop::charge\" attempt=3 max=3 error=as text wait=4s \
             from_server=false waited=3s",
            "WARN shop: gave up name=\"shop::charge\" attempts=4 error=transient \
             reason=\"exhausted\" waited=7s",
        ];
        assert_eq!(lines, expected);
        assert_eq!(log(|| run(RetryState::new(&plain()))), [""; 0]);
        // SPEC 7.3.7, 7.3.8
        let debug = plain().log(retry_kit::Log::Debug);
        let lines = log(|| run(RetryState::new(&debug).name("shop::charge").target("orders")));
        assert_eq!(lines.len(), expected.len());
        assert!(lines.iter().all(|line| line.starts_with("DEBUG orders: ")), "{lines:?}");
    }
}

// SPEC 4.11.3, 4.11.6, 7.1.1
#[test]
fn tokens_come_back_once_from_a_loop_and_from_a_reset() {
    let _skipped = testing::no_wait();
    let budget = RetryBudget::new(100, 10, 10, 0);
    let succeed = || Ok::<_, std::convert::Infallible>(());
    let mut state = RetryState::new(&plain()).budget(&budget);
    assert!(matches!(state.decide(ErrorClass::Transient), Decision::Retry(_)));
    let mut others = RetryState::new(&plain().max_retries(9)).budget(&budget);
    for _ in 0..4 {
        assert!(matches!(others.decide(ErrorClass::Transient), Decision::Retry(_)));
    }
    assert_eq!(budget.available(), 50);
    for _ in 0..3 {
        assert_eq!(state.retry_blocking(succeed).call(), Ok(()));
    }
    assert_eq!(budget.available(), 60);

    assert!(matches!(state.decide(ErrorClass::Transient), Decision::Retry(_)));
    for _ in 0..3 {
        state.reset();
    }
    assert_eq!(budget.available(), 60);
}

// SPEC 4.11.6, 4.19
#[tokio::test(start_paused = true)]
async fn a_loop_that_goes_on_from_a_state_resets_the_count_as_the_state_does() {
    for (reset_after, expected) in [(SECOND, 4), (2 * SECOND, 2)] {
        let policy = plain().max_retries(1);
        let mut state = RetryState::new(&policy).reset_after(reset_after);
        let mut calls = 0;
        let call = state.retry_local(async || {
            calls += 1;
            sleep(SECOND).await;
            Err::<(), _>(if calls < 4 { TRANSIENT } else { PERMANENT })
        });
        assert!(call.await.is_err());
        assert_eq!(calls, expected, "{reset_after:?}");
    }
}

// SPEC 4.11.6, 4.19
#[test]
fn the_time_of_a_loop_resets_no_count_of_its_state() {
    let _skipped = testing::no_wait();
    let policy = plain().max_retries(2);
    let mut state = RetryState::new(&policy).reset_after(Duration::from_nanos(1));
    let failed = || Err::<(), _>(std::io::Error::from(std::io::ErrorKind::ConnectionReset));
    state.spend(2);
    let exhausted = state.retry_blocking(failed).reset_after(None).call();
    assert!(exhausted.is_err());
    assert_eq!(state.decide(ErrorClass::Transient), Decision::Stop(StopReason::Exhausted));
}
