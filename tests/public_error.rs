//! `give_up` that changes the error's type: attempts fail with one type, and the caller gets another.

#![cfg(all(feature = "macros", feature = "tokio"))]

mod support;

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use retry_kit::{Classify, ErrorClass, Pause, RetryPolicy, StopReason, TimedOut, retry};
use support::{Failure, PERMANENT, Script, TRANSIENT};

/// The error in a public API. It has no class, and no conversion from an attempt's error.
#[derive(Debug, PartialEq, Eq)]
struct Public {
    failure: Failure,
    attempts: u32,
    reason: StopReason,
}

impl Public {
    fn new(failure: Failure, end: &retry_kit::GiveUp) -> Self {
        Self { failure, attempts: end.attempts(), reason: end.reason() }
    }
}

/// What the body meets; `?` makes an attempt's error of it.
#[derive(Debug)]
struct Inner(Failure);

impl From<Inner> for Failure {
    fn from(inner: Inner) -> Self {
        inner.0
    }
}

const POLICY: RetryPolicy = RetryPolicy::DEFAULT.max_retries(2);

fn meets(script: &Script) -> Result<usize, Inner> {
    script.call().map_err(Inner)
}

#[retry(max = 2, give_up = |error: Failure, end| Public::new(error, end))]
async fn by_attribute(script: &Script) -> Result<usize, Public> {
    let calls = meets(script)?;
    Ok(calls)
}

type Answer<T> = Result<T, Public>;

#[retry(max = 2, give_up = |error: Failure, end| Public::new(error, end), cancel = std::future::pending::<()>(),
    on_retry = |event| assert_eq!(event.error(), Some(&TRANSIENT)))]
async fn with_an_alias(script: &Script) -> Answer<usize> {
    Ok(meets(script)?)
}

#[retry(max = 2, give_up = |error: Failure, end| Public::new(error, end))]
fn boxed<'a>(script: &'a Script) -> Pin<Box<dyn Future<Output = Answer<usize>> + Send + 'a>> {
    Box::pin(async move { Ok(meets(script)?) })
}

#[retry(max = 2, give_up = |error: Failure, end| Public::new(error, end))]
async fn with_impl_trait(script: &Script) -> Result<impl Copy + Into<u64>, Public> {
    Ok(u32::try_from(meets(script)?).unwrap_or(u32::MAX))
}

#[retry(max = 2, when = Classify::classify, give_up = |error: Failure, end| Public::new(error, end),
    fallback = |error, _| if error.attempts > 2 { Err(error) } else { Ok(usize::MAX) })]
async fn with_a_fallback(script: &Script) -> Result<usize, Public> {
    Ok(meets(script)?)
}

struct Client {
    script: Script,
}

#[async_trait::async_trait]
trait Api {
    async fn get(&self) -> Result<usize, Public>;
}

#[async_trait::async_trait]
impl Api for Client {
    #[retry(policy = POLICY, give_up = |error: Failure, end| Public::new(error, end))]
    async fn get(&self) -> Result<usize, Public> {
        Ok(meets(&self.script)?)
    }
}

fn is_send<T: Send>(value: T) -> T {
    value
}

/// Every form, by name.
async fn call(form: &str, script: Script) -> Result<usize, Public> {
    match form {
        "attribute" => is_send(by_attribute(&script)).await,
        "alias" => with_an_alias(&script).await,
        "boxed" => boxed(&script).await,
        "impl Trait" => with_impl_trait(&script)
            .await
            .map(|calls| usize::try_from(calls.into()).expect("few calls")),
        "fallback" => with_a_fallback(&script).await,
        "async_trait" => Client { script }.get().await,
        "function" => {
            let get = || async { Ok::<_, Failure>(meets(&script)?) };
            is_send(POLICY.retry(get).give_up(Public::new)).await
        }
        "function, fallback" => {
            POLICY
                .retry(|| async { script.call() })
                .give_up(Public::new)
                .fallback(|error, _| if error.attempts > 2 { Err(error) } else { Ok(usize::MAX) })
                .await
        }
        "local" => {
            let mut calls = 0;
            let local = async || {
                calls += 1;
                script.call()
            };
            let outcome = POLICY.retry_local(local).give_up(Public::new).await;
            assert_eq!(calls, script.calls());
            outcome
        }
        form => panic!("no form {form}"),
    }
}

const FORMS: [&str; 9] = [
    "attribute",
    "alias",
    "boxed",
    "impl Trait",
    "fallback",
    "async_trait",
    "function",
    "function, fallback",
    "local",
];

// SPEC 2.3.5.2
#[tokio::test(start_paused = true)]
async fn attempts_fail_with_one_error_and_the_caller_gets_another() {
    for form in FORMS {
        let exhausted = Public { failure: TRANSIENT, attempts: 3, reason: StopReason::Exhausted };
        assert_eq!(call(form, Script::new([TRANSIENT; 3])).await, Err(exhausted), "{form}");
        assert_eq!(call(form, Script::new([TRANSIENT; 2])).await, Ok(3), "{form}");

        let permanent = Public { failure: PERMANENT, attempts: 1, reason: StopReason::Permanent };
        let expected = if form.contains("fallback") { Ok(usize::MAX) } else { Err(permanent) };
        assert_eq!(call(form, Script::new([PERMANENT])).await, expected, "{form}");
    }
}

// SPEC 2.3.5.2
#[test]
fn a_blocking_function_changes_its_error_too() {
    #[retry(max = 1, base = "1ns", give_up = |error: Failure, end| Public::new(error, end))]
    fn get(script: &Script) -> Result<usize, Public> {
        Ok(meets(script)?)
    }

    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let script = runtime.block_on(async { Script::new([TRANSIENT, PERMANENT]) });
    let _skipped = retry_kit::testing::no_wait();
    let expected = Public { failure: PERMANENT, attempts: 2, reason: StopReason::Permanent };
    assert_eq!(get(&script), Err(expected));
}

// SPEC 2.3.5.2
#[tokio::test(start_paused = true)]
async fn a_timeout_and_a_failed_preparation_are_errors_of_the_attempt() {
    #[retry(max = 1, timeout = "1s", give_up = |error: Failure, end| Public::new(error, end))]
    async fn hang() -> Result<usize, Public> {
        std::future::pending().await
    }

    #[retry(max = 1, before_retry = async { Err::<(), _>(Inner(PERMANENT)) },
        give_up = |error: Failure, end| Public::new(error, end))]
    async fn unprepared() -> Result<usize, Public> {
        Err(TRANSIENT)
    }

    let timed_out = Public { failure: TRANSIENT, attempts: 2, reason: StopReason::Exhausted };
    assert_eq!(hang().await, Err(timed_out));
    let expected = Public { failure: PERMANENT, attempts: 2, reason: StopReason::Permanent };
    assert_eq!(unprepared().await, Err(expected));
}

// SPEC 2.3.5.2, 7.6.5
#[tokio::test(start_paused = true)]
async fn so_is_a_pause_that_outlasts_the_deadline() {
    #[retry(base = "10ms", deadline = "1s", pause = pause, give_up = |error: Late, end| (error.0, end.attempts()))]
    async fn get(pause: &Pause) -> Result<usize, (Duration, u32)> {
        Err(Late(Duration::MAX))
    }

    #[derive(Debug, Classify)]
    #[classify(transient)]
    struct Late(Duration);

    impl From<TimedOut> for Late {
        fn from(late: TimedOut) -> Self {
            Self(late.after())
        }
    }

    let pause = Pause::new();
    pause.hold(Duration::from_secs(5));
    assert_eq!(get(&pause).await, Err((Duration::ZERO, 0)));
    let get = || async { Err::<usize, _>(Late(Duration::MAX)) };
    let policy = RetryPolicy::DEFAULT.deadline(Duration::from_secs(1));
    let outcome = policy
        .retry(get)
        .timeout(Duration::MAX)
        .pause(&pause)
        .give_up(|error, end| (error.0, end.attempts()))
        .await;
    assert_eq!(outcome, Err((Duration::ZERO, 0)));
}

// SPEC 2.3.5.2, 2.3.4
#[tokio::test(start_paused = true)]
async fn a_refused_value_is_returned_as_it_was() {
    #[retry(max = 2, until = |calls| *calls > 9, give_up = |error: Failure, end| Public::new(error, end))]
    async fn poll(script: &Script) -> Result<usize, Public> {
        Ok(meets(script)?)
    }

    assert_eq!(poll(&Script::new([])).await, Ok(3));
}

/// An error of an attempt that borrows.
#[derive(Debug)]
struct Busy<'a>(&'a str);

impl Classify for Busy<'_> {
    fn classify(&self) -> ErrorClass {
        ErrorClass::Transient
    }
}

trait Backend {
    type Error;
}

struct Store(RetryPolicy);

impl Backend for Store {
    type Error = Failure;
}

#[retry(max = 1, give_up = |error: Busy<'_>, end| format!("{} {}", error.0, end.attempts()))]
async fn borrowed(host: &str) -> Result<&str, String> {
    Err(Busy(host))
}

#[retry(max = 1, give_up = |error: E, end| format!("{error:?} {}", end.attempts()))]
async fn generic<E: Classify + Clone + Debug>(error: &E) -> Result<Box<dyn ToString>, String> {
    Err(error.clone())
}

impl Store {
    #[retry(policy = self.0, until = |n| *n > 3, attempt = attempt, budget,
        cancel = std::future::pending::<()>(),
        give_up = |error: <Self as Backend>::Error, end| format!("{error:?} {}", end.attempts()))]
    async fn get(&mut self) -> Result<u32, String> {
        if attempt.number() > 1 { Ok(attempt.number()) } else { Err(TRANSIENT) }
    }
}

// SPEC 2.3.5.2
#[tokio::test(start_paused = true)]
async fn the_error_of_an_attempt_may_borrow_be_generic_or_be_an_associated_type() {
    assert_eq!(borrowed("db").await, Err("db 2".to_owned()));
    let expected = Some(format!("{TRANSIENT:?} 2"));
    assert_eq!(generic(&TRANSIENT).await.err(), expected);
    // The value of the last attempt is refused, and returned.
    assert_eq!(Store(POLICY).get().await, Ok(3));
}
