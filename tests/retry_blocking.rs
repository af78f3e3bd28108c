//! `policy.retry_blocking(…)`: the function form for operations that block their thread.

use std::cell::{Cell, RefCell};
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use retry_kit::{
    Classify, ErrorClass, Pause, RetryBudget, RetryPolicy, RetryState, StopReason, TimedOut,
    current_attempt, remaining, testing,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Failure(ErrorClass);

const TRANSIENT: Failure = Failure(ErrorClass::Transient);
const PERMANENT: Failure = Failure(ErrorClass::Permanent);

impl Classify for Failure {
    fn classify(&self) -> ErrorClass {
        self.0
    }
}

const POLICY: RetryPolicy = RetryPolicy::new()
    .max_retries(3)
    .base_delay(Duration::from_secs(1))
    .jitter(retry_kit::Jitter::None);

/// An operation that fails so often, and its calls.
fn fails(failures: u32, error: Failure, calls: &Cell<u32>) -> Result<u32, Failure> {
    calls.set(calls.get() + 1);
    if calls.get() > failures { Ok(calls.get()) } else { Err(error) }
}

/// Failures, their error, the outcome and the waits in seconds.
type Row = (u32, Failure, Result<u32, Failure>, &'static [u64]);

// SPEC 4.11.7
#[test]
fn a_blocking_operation_is_retried_by_the_same_decision() {
    let throttled = Failure(ErrorClass::Throttled { retry_after: Some(Duration::from_secs(7)) });
    let table: [Row; 4] = [
        (0, TRANSIENT, Ok(1), &[]),
        (2, TRANSIENT, Ok(3), &[1, 2]),
        (9, TRANSIENT, Err(TRANSIENT), &[1, 2, 4]),
        (1, throttled, Ok(2), &[7]),
    ];
    for (failures, error, outcome, waits) in table {
        let skipped = testing::no_wait();
        let calls = Cell::new(0);
        assert_eq!(POLICY.retry_blocking(|| fails(failures, error, &calls)).call(), outcome);
        let waits: Vec<_> = waits.iter().copied().map(Duration::from_secs).collect();
        assert_eq!(skipped.waits(), waits, "{failures} failures");
    }

    let calls = Cell::new(0);
    assert_eq!(POLICY.retry_blocking(|| fails(1, PERMANENT, &calls)).call(), Err(PERMANENT));
    assert_eq!(calls.get(), 1);
}

// SPEC 4.11.7
#[test]
fn its_options_are_those_of_the_function_form() {
    let skipped = testing::no_wait();
    let events = RefCell::new(Vec::new());
    let mut numbers = Vec::new();
    let outcome = POLICY
        .retry_blocking(|| {
            numbers.push(current_attempt());
            Ok::<usize, Failure>(numbers.len())
        })
        .name("poll")
        .when(Classify::classify)
        .until(|length| *length > 9)
        .on_retry_with_value(|event, value| {
            events.borrow_mut().push((event.name(), event.attempt(), value.copied()));
        })
        .call();
    assert_eq!(outcome, Ok(4));
    assert_eq!(numbers, [Some(1), Some(2), Some(3), Some(4)]);
    let expected = [("poll", 1, Some(1)), ("poll", 2, Some(2)), ("poll", 3, Some(3))];
    assert_eq!(*events.borrow(), expected);
    assert_eq!(skipped.waits().len(), 3);

    let outcome = POLICY
        .retry_blocking(|| Err::<u32, _>(TRANSIENT))
        .span()
        .give_up(|_, end| (end.attempts(), end.reason()))
        .call();
    assert_eq!(outcome, Err((4, StopReason::Exhausted)));
    let outcome = POLICY.retry_blocking(|| Err(PERMANENT)).fallback(|_, end| end.attempts()).call();
    assert_eq!(outcome, Ok(1));

    let calls = Cell::new(0);
    let budget = RetryBudget::new(1, 1, 1, 0);
    let once = || fails(9, TRANSIENT, &calls);
    let outcome = POLICY.retry_blocking(once).budget(&budget).give_up(|_, end| end.reason()).call();
    assert_eq!((outcome, calls.get()), (Err(StopReason::Budget), 2));
}

// SPEC 4.11.7, 4.7
#[test]
fn its_deadline_is_seen_by_the_operation_and_ends_the_call() {
    let skipped = testing::no_wait();
    let policy = POLICY.deadline(Duration::from_secs(5));
    let mut left = Vec::new();
    let outcome = policy
        .retry_blocking(|| {
            left.push(remaining().map(|left| left.as_secs_f64().ceil()));
            Err::<(), _>(TRANSIENT)
        })
        .give_up(|_, end| end.reason())
        .call();
    assert_eq!(outcome, Err(StopReason::Deadline));
    assert_eq!(skipped.waits(), [1, 2].map(Duration::from_secs));
    assert_eq!(left, [Some(5.0), Some(4.0), Some(2.0)]);
}

// SPEC 4.11.7, 4.18
#[test]
fn a_flag_ends_its_waits() {
    static LOOKED: AtomicU32 = AtomicU32::new(0);
    let begin = std::time::Instant::now();
    let outcome = POLICY
        .retry_blocking(|| Err::<(), _>(TRANSIENT))
        .cancel(|| LOOKED.fetch_add(1, Ordering::Relaxed) == 2)
        .give_up(|_, end| (end.reason(), end.attempts()))
        .call();
    assert_eq!(outcome, Err((StopReason::Cancelled, 1)));
    assert_eq!(LOOKED.load(Ordering::Relaxed), 3);
    assert!(begin.elapsed() < Duration::from_secs(1));
}

// SPEC 4.11.7, 7.6
#[test]
fn it_waits_for_a_pause() {
    let skipped = testing::no_wait();
    let pause = Pause::new();
    pause.hold(Duration::from_secs(60));
    assert_eq!(POLICY.retry_blocking(|| Ok::<_, Failure>(1)).pause(&pause).call(), Ok(1));
    assert!(skipped.waits().is_empty());
}

// SPEC 4.11.6, 4.11.7
#[test]
fn it_goes_on_from_a_state() {
    let _skipped = testing::no_wait();
    let mut state = RetryState::new(&POLICY).name("store");
    state.spend(2);
    let calls = Cell::new(0);
    let outcome = state
        .retry_blocking(|| fails(9, TRANSIENT, &calls))
        .give_up(|_, end| (end.name(), end.attempts()))
        .call();
    assert_eq!((outcome, calls.get()), (Err(("store", 4)), 2));
    assert!(state.is_exhausted());
}

// SPEC 4.11.7, 4.11.8
#[test]
fn with_forever_only_a_success_ends_it() {
    let skipped = testing::no_wait();
    let calls = Cell::new(0);
    let policy = POLICY.max_retries(1).deadline(Duration::from_secs(2));
    let value: u32 = policy.retry_blocking(|| fails(4, PERMANENT, &calls)).forever().call();
    assert_eq!(value, 5);
    assert_eq!(skipped.waits(), [1, 2, 4, 8].map(Duration::from_secs));
}

// SPEC 4.11.7, 3.7
#[test]
fn a_closure_may_change_what_it_captures_and_return_what_it_borrows() {
    let text = String::from("12 x 7");
    let mut words = text.split(' ');
    let parsed: Result<(&str, u32), io::Error> = POLICY
        .retry_blocking(|| {
            let word = words.next().ok_or(io::ErrorKind::UnexpectedEof)?;
            let number = word.parse().map_err(|_| io::ErrorKind::ConnectionReset)?;
            Ok((word, number))
        })
        .call();
    assert_eq!(parsed.expect("a number"), ("12", 12));
}

/// Attempts that block have no `timeout`, so an operation has to bring its own.
#[test]
fn the_error_of_an_operation_may_be_a_timeout_of_its_own() {
    let _skipped = testing::no_wait();
    let mut limits = [1, 2, 3].map(Duration::from_secs).into_iter();
    let outcome = POLICY
        .retry_blocking(|| match limits.next() {
            Some(limit) => Err(io::Error::from(TimedOut::new(limit))),
            None => Ok(4),
        })
        .call();
    assert_eq!(outcome.expect("a success"), 4);
}

// SPEC 4.11.7
#[test]
fn the_thread_waits_as_long_as_the_policy_says() {
    let (begin, calls) = (std::time::Instant::now(), Cell::new(0));
    let policy = POLICY.base_delay(Duration::from_millis(10));
    assert_eq!(policy.retry_blocking(|| fails(2, TRANSIENT, &calls)).call(), Ok(3));
    assert!(begin.elapsed() >= Duration::from_millis(30), "{:?}", begin.elapsed());
}
