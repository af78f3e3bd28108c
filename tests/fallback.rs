//! The key `fallback`: an answer in place of the final error.

#![cfg(all(feature = "macros", feature = "tokio"))]

mod support;

use std::cell::RefCell;
use std::time::Duration;

use retry_kit::{GiveUp, RetryPolicy, StopReason, TimedOut, retry};
use support::{Failure, PERMANENT, Script, TRANSIENT, seconds};

type Outcome = Result<usize, Failure>;

fn stale(error: Failure, give_up: &GiveUp) -> usize {
    assert!(error == TRANSIENT || error == PERMANENT);
    100 + give_up.attempts() as usize
}

fn unless_permanent(error: Failure, give_up: &GiveUp) -> Outcome {
    match give_up.reason() {
        StopReason::Permanent => Err(error),
        _ => Ok(100),
    }
}

struct Cache {
    value: usize,
    asked: RefCell<Vec<String>>,
}

impl Cache {
    fn new(value: usize) -> Self {
        Self { value, asked: RefCell::default() }
    }

    async fn load(&self, error: Failure, attempts: u32) -> Outcome {
        tokio::time::sleep(Duration::from_secs(60)).await;
        self.asked.borrow_mut().push(format!("{error:?} {attempts}"));
        if self.value == 0 { Err(error) } else { Ok(self.value) }
    }

    #[retry(max = 2, jitter = none, fallback = |_, _| self.value)]
    async fn value(&self, script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = 2, jitter = none, fallback = |error, give_up| self.load(error, give_up.attempts()))]
    async fn later(&self, script: &Script) -> Outcome {
        script.call()
    }

    #[retry(
        max = 2,
        jitter = none,
        fallback = |_, give_up| async move { self.value + give_up.attempts() as usize },
    )]
    async fn later_value(&self, script: &Script) -> Outcome {
        script.call()
    }
}

#[retry(max = 2, jitter = none, fallback = stale)]
async fn by_path(script: &Script) -> Outcome {
    script.call()
}

#[retry(max = 2, jitter = none, fallback = unless_permanent)]
async fn by_result(script: &Script) -> Outcome {
    script.call()
}

#[retry(max = 2, base = "1ms", fallback = stale)]
fn blocking(script: &Script) -> Outcome {
    script.call()
}

#[retry(max = 2, base = "1ms", fallback = unless_permanent)]
fn blocking_by_result(script: &Script) -> Outcome {
    script.call()
}

// SPEC 2.3.8
#[tokio::test(start_paused = true)]
async fn a_fallback_takes_the_place_of_the_final_error() {
    let exhausted = || Script::new([TRANSIENT; 9]);
    let permanent = || Script::new([TRANSIENT, PERMANENT]);
    let script = exhausted();
    assert_eq!(by_path(&script).await, Ok(103));
    assert_eq!((script.calls(), script.waits()), (3, seconds(&[1, 2])));
    assert_eq!(by_path(&permanent()).await, Ok(102), "also for a permanent error");
    assert_eq!(by_path(&Script::new([TRANSIENT])).await, Ok(2), "not after a success");
    assert_eq!(by_result(&exhausted()).await, Ok(100));
    assert_eq!(by_result(&permanent()).await, Err(PERMANENT));
    assert_eq!(blocking(&exhausted()), Ok(103));
    assert_eq!(blocking(&permanent()), Ok(102));
    assert_eq!(blocking_by_result(&permanent()), Err(PERMANENT));
    assert_eq!(Cache::new(7).value(&exhausted()).await, Ok(7));

    let policy = RetryPolicy::new().max_retries(2);
    for (script, answer) in [(exhausted(), 103), (permanent(), 102)] {
        let operation = || async { script.call() };
        assert_eq!(policy.retry(operation).fallback(stale).await, Ok(answer));
    }
    let script = permanent();
    let local = policy.retry_local(async || script.call()).fallback(unless_permanent);
    assert_eq!(local.await, Err(PERMANENT));
    let script = exhausted();
    let local = policy.retry_local(async || script.call()).fallback(|_, _| 5);
    assert_eq!(local.await, Ok(5));
}

// SPEC 2.3.8
#[tokio::test(start_paused = true)]
async fn a_fallback_may_be_a_future() {
    let cache = Cache::new(7);
    assert_eq!(cache.later(&Script::new([TRANSIENT; 9])).await, Ok(7));
    assert_eq!(cache.asked.take(), ["Failure(Transient) 3"]);
    assert_eq!(Cache::new(0).later(&Script::new([PERMANENT])).await, Err(PERMANENT));
    assert_eq!(cache.later(&Script::new([TRANSIENT])).await, Ok(2));
    assert_eq!(cache.asked.take(), [""; 0]);
    assert_eq!(cache.later_value(&Script::new([PERMANENT])).await, Ok(8));
}

// SPEC 2.3.8
#[tokio::test(start_paused = true)]
async fn a_fallback_receives_the_error_that_give_up_returned() {
    #[retry(
        max = 1,
        on(_ if true),
        give_up = |error, give_up| format!("{error}, {} attempts", give_up.attempts()),
        fallback = |error, give_up| {
            log.borrow_mut().push(format!("{error}; {:?}", give_up.reason()));
            Err(error)
        },
    )]
    async fn fails(log: &RefCell<Vec<String>>) -> Result<u32, String> {
        Err("busy".to_owned())
    }
    let log = RefCell::default();
    assert_eq!(fails(&log).await, Err("busy, 2 attempts".to_owned()));
    assert_eq!(log.take(), ["busy, 2 attempts; Exhausted"]);

    let policy = RetryPolicy::new().max_retries(1);
    let fails = || async { Err::<u32, _>("busy".to_owned()) };
    let call = || policy.retry(fails).when(|_| true);
    let changed = |error: String, _: &GiveUp| format!("{error}!");
    let swapped = |error: String, _: &GiveUp| Ok(u32::try_from(error.len()).unwrap_or(0));
    assert_eq!(call().give_up(changed).fallback(swapped).await, Ok(5));
    assert_eq!(call().fallback(swapped).give_up(changed).await, Ok(5), "in either order");
}

// SPEC 2.3.8
#[tokio::test(start_paused = true)]
async fn a_value_that_until_does_not_accept_is_no_error() {
    #[retry(max = 1, until = |calls| *calls > 9, fallback = |_, _| 100)]
    async fn fetch(script: &Script) -> Outcome {
        script.call()
    }
    assert_eq!(fetch(&Script::new([])).await, Ok(2));
    assert_eq!(fetch(&Script::new([PERMANENT])).await, Ok(100));
}

// SPEC 2.3.8, 3.2
#[tokio::test(start_paused = true)]
async fn fallbacks_fit_every_kind_of_function() {
    /// No `Clone`.
    struct Once(usize);

    #[retry(max = 1, fallback = move |_, _| spare.0)]
    async fn moved(script: &Script, spare: Once) -> Outcome {
        assert!(spare.0 > 0);
        script.call()
    }

    #[retry(max = 1, fallback = |_, _| Vec::new())]
    async fn inferred(script: &Script) -> Result<Vec<u8>, Failure> {
        script.call().map(|_| vec![1])
    }

    #[retry(max = 1, fallback = |_, _| None)]
    async fn optional(script: &Script) -> Result<Option<u8>, Failure> {
        script.call().map(|_| Some(1))
    }

    #[retry(max = 1, fallback = |_, _| Ok(T::default()))]
    async fn generic<T: Default>(script: &Script) -> Result<T, Failure> {
        script.call().map(|_| T::default())
    }

    #[retry(max = 1, timeout = "1s", fallback = |_, _| async { 4 })]
    async fn late() -> Result<u8, std::io::Error> {
        std::future::pending().await
    }

    #[retry(max = 1, fallback = |_, _| async { "cached".to_owned() })]
    fn boxed(
        script: &Script,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<String, Failure>> + '_>> {
        Box::pin(async move { script.call().map(|call| call.to_string()) })
    }

    #[async_trait::async_trait]
    trait Fetch {
        async fn fetch(&self) -> Result<u8, TimedOut>;
    }

    #[async_trait::async_trait]
    impl Fetch for u8 {
        #[retry(max = 1, base = "0s", fallback = |_, give_up| async move { *self + u8::from(give_up.attempts() == 2) })]
        async fn fetch(&self) -> Result<u8, TimedOut> {
            Err(TimedOut::new(Duration::from_secs(1)))
        }
    }

    assert_eq!(moved(&Script::new([PERMANENT]), Once(6)).await, Ok(6));
    assert_eq!(inferred(&Script::new([PERMANENT])).await, Ok(vec![]));
    assert_eq!(optional(&Script::new([PERMANENT])).await, Ok(None));
    assert_eq!(generic::<u8>(&Script::new([PERMANENT])).await, Ok(0));
    assert_eq!(late().await.unwrap(), 4);
    assert_eq!(boxed(&Script::new([PERMANENT])).await, Ok("cached".to_owned()));
    assert_eq!(4.fetch().await.unwrap(), 5);
}

// SPEC 3.1.1
#[test]
fn the_future_with_a_fallback_is_send() {
    #[retry(fallback = |_, _| 1)]
    async fn value(_: &str) -> std::io::Result<u32> {
        Ok(1)
    }
    #[retry(fallback = |error, _| async move { tokio::task::yield_now().await; Err(error) })]
    async fn future(_: &str) -> std::io::Result<u32> {
        Ok(1)
    }
    fn is_send<F: Send>(_: F) {}
    is_send(value(""));
    is_send(future(""));
}
