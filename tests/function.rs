//! The loop as a function: `retry_with_backoff`, `policy.retry(…)` and their options.

#![cfg(feature = "tokio")]

mod support;

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fmt::Display;
use std::time::Duration;

use retry_kit::{
    Cause, Classify, ErrorClass, GiveUp, Jitter, Pause, RetryBudget, RetryPolicy, StopReason,
    TimedOut, retry_with_backoff, retry_with_backoff_local,
};
use support::{Failure, PERMANENT, Script, TRANSIENT, seconds, throttled};
use tokio::time::{Instant, sleep};

const PLAIN: RetryPolicy = RetryPolicy::new().jitter(Jitter::None);

// SPEC 4.11
#[tokio::test(start_paused = true)]
async fn a_closure_is_retried_as_an_annotated_function_is() {
    let script = Script::new([TRANSIENT, throttled(7)]);
    assert_eq!(retry_with_backoff(&PLAIN, || async { script.call() }).await, Ok(3));
    assert_eq!(script.waits(), seconds(&[1, 7]));
    let script = Script::new([TRANSIENT; 9]);
    assert_eq!(PLAIN.retry(async || script.call()).await, Err(TRANSIENT));
    assert_eq!(script.waits(), seconds(&[1, 2, 4]));
    let script = Script::new([PERMANENT]);
    assert_eq!(PLAIN.retry(|| std::future::ready(script.call())).await, Err(PERMANENT));
    assert_eq!(script.calls(), 1);
}

// SPEC 4.11
#[tokio::test(start_paused = true)]
async fn the_local_form_may_mutate_its_captures() {
    let mut calls = Vec::new();
    let outcome = retry_with_backoff_local(&PLAIN, async || {
        sleep(Duration::from_secs(1)).await;
        calls.push(calls.len());
        if calls.len() < 3 { Err(TRANSIENT) } else { Ok(calls.len()) }
    });
    assert_eq!(outcome.await, Ok(3));
    assert_eq!(calls, [0, 1, 2]);
    let mut calls = 0;
    let outcome = PLAIN
        .retry_local(async || {
            calls += 1;
            std::future::pending::<Result<(), Failure>>().await
        })
        .timeout(Duration::from_secs(1))
        .before_retry(|| sleep(Duration::from_millis(500)));
    assert_eq!(outcome.await, Err(TRANSIENT));
    assert_eq!(calls, 4);
}

fn is_send<T: Send>(value: T) -> T {
    value
}

// SPEC 4.11
#[tokio::test(start_paused = true)]
async fn a_plain_closure_keeps_send() {
    let words = [String::from("a"), String::from("b")];
    let count = is_send(
        PLAIN
            .retry(async || {
                tokio::task::yield_now().await;
                Ok::<_, Failure>(words.len())
            })
            .when(Classify::classify)
            .until(|count| *count == 2)
            .on_retry(|event| assert!(event.error().is_none()))
            .timeout(Duration::from_secs(1))
            .before_retry(|| std::future::ready(()))
            .give_up(|error, _| error),
    );
    assert_eq!(count.await, Ok(2));
}

// SPEC 7.2, 7.2.1
#[tokio::test(start_paused = true)]
async fn either_hook_sees_the_time_since_the_call_began() {
    let script = Script::new([TRANSIENT; 9]);
    let times = RefCell::new(Vec::new());
    let note = |time: Option<Duration>| times.borrow_mut().push(time.map(|time| time.as_secs()));
    let call = PLAIN.retry(|| async { script.call() });
    assert!(call.on_retry(|event| note(event.elapsed())).await.is_err());
    let call = PLAIN.retry(|| async { script.call() }).give_up(|error, end| {
        note(end.elapsed());
        error
    });
    assert!(call.await.is_err());
    assert_eq!(*times.borrow(), [Some(0), Some(1), Some(3), Some(7)]);
}

type Boxed = Box<dyn Error + Send + Sync>;

#[derive(Debug, PartialEq)]
struct Borrowed<'e>(&'e str);

async fn boxed() -> Result<u8, Boxed> {
    PLAIN.retry(|| async { Ok(1) }).on_retry(|_| {}).give_up(|error, _| error).await
}

async fn text() -> Result<u8, &'static str> {
    PLAIN.retry(|| async { Err("text") }).when(|_| true).until(|_| true).await
}

async fn borrowed(text: &str) -> Result<u8, Borrowed<'_>> {
    let retry = retry_with_backoff(&PLAIN, || async { Err(Borrowed(text)) });
    retry.when(|_| false).before_retry(|| async {}).await
}

// SPEC 4.11: also where the error has a lifetime or is a `dyn`, and from inside another future.
#[tokio::test(start_paused = true)]
async fn send_is_kept_whatever_the_error_is() {
    assert_eq!(tokio::spawn(boxed()).await.unwrap().unwrap(), 1);
    assert_eq!(tokio::spawn(text()).await.unwrap(), Err("text"));
    assert_eq!(is_send(borrowed("text")).await, Err(Borrowed("text")));
}

async fn named() -> Result<(), Failure> {
    Err(TRANSIENT)
}

async fn generic<T: Default>() -> Result<T, Failure> {
    Err(TRANSIENT)
}

// SPEC 7.2
#[tokio::test(start_paused = true)]
async fn an_operation_is_named_after_its_function() {
    let this = "function::an_operation_is_named_after_its_function";
    let names = RefCell::new(Vec::new());
    let policy = PLAIN.max_retries(1);
    macro_rules! note {
        ($retry:expr) => {
            assert!($retry.on_retry(|event| names.borrow_mut().push(event.name())).await.is_err());
        };
    }
    note!(policy.retry(named));
    note!(policy.retry(|| async { Err::<(), _>(TRANSIENT) }));
    note!(policy.retry_local(async || Err::<(), _>(TRANSIENT)));
    note!(policy.retry(generic::<Vec<u8>>));
    note!(policy.retry(Box::new(named) as Box<dyn FnMut() -> _>));
    note!(policy.retry(named).name("upload"));
    let names: Vec<_> = names.into_inner().into_iter().map(str::to_owned).collect();
    assert_eq!(names, ["function::named", this, this, "function::generic", "retry", "upload"]);
}

// SPEC 4.11: a retry is the future itself, for whatever takes futures.
#[tokio::test(start_paused = true)]
async fn retries_can_be_spawned_and_joined() {
    let task = tokio::spawn(PLAIN.retry(async || Err::<(), _>(TRANSIENT)));
    let script = Script::new([TRANSIENT; 2]);
    let mut calls = 0;
    let (one, other) = tokio::join!(
        PLAIN.retry(|| async { script.call() }),
        PLAIN.retry_local(async || {
            calls += 1;
            Ok::<_, Failure>(calls)
        })
    );
    assert_eq!((one, other, task.await.unwrap()), (Ok(3), Ok(1), Err(TRANSIENT)));
}

// SPEC 4.12: the order, and the arguments of each.
#[tokio::test(start_paused = true)]
async fn the_function_form_has_the_options_of_the_attribute() {
    static BUDGET: RetryBudget = RetryBudget::new(100, 10, 5, 1);
    let log = RefCell::new(Vec::new());
    let add = |line: String| log.borrow_mut().push(line);
    let start = Instant::now();
    let now = || start.elapsed().as_secs();
    let script = Script::new([TRANSIENT, throttled(5)]);
    let outcome = PLAIN
        .retry(|| async {
            add(format!("{} attempt", now()));
            script.call()
        })
        .name("export")
        .budget(&BUDGET)
        .until(|calls| *calls > 3)
        .on_retry(|event| {
            let cause = match event.cause() {
                Cause::Error(error) => format!("{error:?}"),
                Cause::Value => "value".into(),
                other => format!("{other:?}"),
            };
            let (name, number) = (event.name(), event.attempt());
            let waits = (event.waited().as_secs(), event.wait().as_secs());
            add(format!("{} {name} {number} {cause} {waits:?}", now()));
        })
        .before_retry(|| async { add(format!("{} before", now())) })
        .give_up(|_, _| unreachable!("it succeeds"))
        .await;
    assert_eq!(outcome, Ok(4));
    let expected = [
        "0 attempt",
        "0 export 1 Failure(Transient) (0, 1)",
        "1 before",
        "1 attempt",
        "1 export 2 Failure(Throttled { retry_after: Some(5s) }) (1, 5)",
        "6 before",
        "6 attempt",
        "6 export 3 value (6, 4)",
        "10 before",
        "10 attempt",
    ];
    assert_eq!(*log.borrow(), expected);
    // 10, 5 and 10 taken, the last put back.
    assert_eq!(BUDGET.available(), 85);
}

// SPEC 7.2
#[tokio::test(start_paused = true)]
async fn give_up_receives_the_reason() {
    static EMPTY: RetryBudget = RetryBudget::new(0, 1, 1, 0);
    let why = |give_up: &GiveUp| (give_up.reason(), give_up.attempts(), give_up.waited().as_secs());
    let cases = [
        (PLAIN, TRANSIENT, None, (StopReason::Exhausted, 4, 7)),
        (PLAIN, PERMANENT, None, (StopReason::Permanent, 1, 0)),
        (PLAIN.deadline(Duration::from_secs(3)), TRANSIENT, None, (StopReason::Deadline, 2, 1)),
        (PLAIN, TRANSIENT, Some(&EMPTY), (StopReason::Budget, 1, 0)),
    ];
    for (policy, failure, budget, expected) in cases {
        let mut told = None;
        let retry = policy.retry(|| async { Err::<(), _>(failure) });
        let retry = retry.give_up(|error, give_up| {
            told = Some(why(give_up));
            error
        });
        assert_eq!(retry.budget(budget).await, Err(failure));
        assert_eq!(told, Some(expected));
    }
}

// SPEC 4.11
#[tokio::test(start_paused = true)]
async fn none_takes_back_a_budget_and_a_pause() {
    static EMPTY: RetryBudget = RetryBudget::new(0, 1, 1, 0);
    static HELD: Pause = Pause::new();
    HELD.hold(Duration::from_secs(60));
    let attempts = Cell::new(0);
    let operation = || async {
        attempts.set(attempts.get() + 1);
        if attempts.get() < 3 { Err(TRANSIENT) } else { Ok(attempts.get()) }
    };
    let begin = Instant::now();
    let retry = PLAIN.retry(operation).budget(&EMPTY).pause(&HELD);
    let outcome = retry.budget(None::<&RetryBudget>).pause(None::<&Pause>).await;
    assert_eq!((outcome, begin.elapsed()), (Ok(3), Duration::from_secs(3)));
}

#[derive(Debug, PartialEq)]
struct Slow(Duration);

impl From<TimedOut> for Slow {
    fn from(timed_out: TimedOut) -> Self {
        Self(timed_out.after())
    }
}

// SPEC 2.3, 4.8
#[tokio::test(start_paused = true)]
async fn the_timeout_limits_preparation_and_attempt_together() {
    let start = Instant::now();
    let outcome = PLAIN
        .max_retries(1)
        .retry(|| async {
            sleep(Duration::from_secs(2)).await;
            if start.elapsed() < Duration::from_secs(3) {
                Err(Slow(Duration::ZERO))
            } else {
                Ok(())
            }
        })
        .when(|_| true)
        .timeout(Duration::from_secs(3))
        .before_retry(|| sleep(Duration::from_secs(2)))
        .await;
    assert_eq!(outcome, Err(Slow(Duration::from_secs(3))));
    assert_eq!(start.elapsed().as_secs(), 2 + 1 + 3);
    let unlimited = PLAIN.retry(|| async {
        sleep(Duration::from_secs(9)).await;
        Ok::<_, Slow>(9)
    });
    assert_eq!(unlimited.when(|_| true).timeout(None).await, Ok(9));
}

// SPEC 2.3
#[tokio::test(start_paused = true)]
async fn a_failing_preparation_is_the_failure_of_the_coming_attempt() {
    let (script, preparation) = (Script::new([TRANSIENT; 2]), Script::new([throttled(7)]));
    let outcome = PLAIN
        .retry(async || script.call())
        .before_retry(|| std::future::ready(preparation.call().map(drop)));
    assert_eq!(outcome.await, Ok(3));
    assert_eq!(script.waits(), seconds(&[1 + 7, 4]));
    assert_eq!(preparation.calls(), 3);
}

// SPEC 4.13
#[tokio::test(start_paused = true)]
async fn another_runtimes_sleep_waits_and_limits() {
    let slept = RefCell::new(Vec::new());
    let outcome = PLAIN
        .max_retries(1)
        .retry(std::future::pending::<Result<(), Slow>>)
        .when(|_| ErrorClass::Transient)
        .timeout(Duration::from_secs(5))
        .before_retry(|| sleep(Duration::from_secs(2)))
        .sleep(|duration| {
            slept.borrow_mut().push(duration.as_secs());
            sleep(duration)
        })
        .await;
    assert_eq!(outcome, Err(Slow(Duration::from_secs(5))));
    // The second attempt has its 5 s for preparation and body together.
    assert_eq!(*slept.borrow(), [5, 1, 5, 3]);
}

// SPEC 3.6
#[tokio::test(start_paused = true)]
async fn nothing_happens_before_the_first_poll_and_a_drop_ends_all() {
    let script = Script::new([TRANSIENT; 9]);
    let retry = PLAIN.retry(|| async { script.call() }).describe(Display::fmt);
    drop(retry);
    drop(PLAIN.retry_local(async || script.call()));
    assert_eq!(script.calls(), 0);
    let policy = PLAIN.deadline(Duration::from_secs(60));
    let future = policy.retry(|| async { script.call() });
    sleep(Duration::from_secs(59)).await;
    let cut = tokio::time::timeout(Duration::from_millis(1500), future).await;
    assert!(cut.is_err());
    assert_eq!(script.calls(), 2);
}

// SPEC 4.11.9
#[tokio::test(start_paused = true)]
async fn the_options_may_capture_what_is_not_sync() {
    let script = Script::new([TRANSIENT; 3]);
    let zero = || std::cell::Cell::new(0);
    let (when, until, heard, prepared, ended) = (zero(), zero(), zero(), zero(), zero());
    let (answered, slept, cancelled) = (zero(), zero(), zero());
    let add = |cell: &std::cell::Cell<usize>| {
        cell.set(cell.get() + 1);
        cell.get()
    };
    let call = RetryPolicy::new()
        .max_retries(2)
        .retry(|| async { script.call() })
        .when(move |_| add(&when) < 9)
        .until(move |_| add(&until) < 9)
        .on_retry(move |_| assert!(add(&heard) < 3))
        .before_retry(move || {
            add(&prepared);
            std::future::ready(())
        })
        .give_up(move |error, _| (error, add(&ended)))
        .fallback(move |(_, ended), _| ended + add(&answered))
        .sleep(move |wait| {
            add(&slept);
            tokio::time::sleep(wait)
        })
        .cancel(move || {
            add(&cancelled);
            std::future::pending::<()>()
        });
    assert_eq!(is_send(call).await, Ok(2));
    assert_eq!(script.calls(), 3);
}
