//! The library alone, without a runtime.

use std::future::{ready, Future};
use std::sync::Mutex;
use std::time::Duration;

use futures_util::FutureExt as _;
use store::{RetryConfig, Store, StoreError, Transport};

/// Fails as told and then succeeds; its timer is done at once.
struct Script {
    failures: Mutex<Vec<StoreError>>,
    waits: Mutex<Vec<Duration>>,
}

impl Script {
    fn new(failures: Vec<StoreError>) -> Self {
        Self { failures: Mutex::new(failures), waits: Mutex::default() }
    }

    fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap().clone()
    }
}

impl Transport for &Script {
    fn get(&self, key: &str) -> impl Future<Output = Result<Vec<u8>, StoreError>> + Send {
        let failure = self.failures.lock().unwrap().pop();
        ready(failure.map_or(Ok(key.as_bytes().to_vec()), Err))
    }

    fn sleep(&self, time: Duration) -> impl Future<Output = ()> + Send {
        self.waits.lock().unwrap().push(time);
        ready(())
    }
}

/// Polls until the future is done; nothing here waits for another thread.
fn run<T>(future: impl Future<Output = T>) -> T {
    let mut future = Box::pin(future);
    loop {
        if let Some(value) = future.as_mut().now_or_never() {
            return value;
        }
    }
}

#[test]
fn requests_are_retried_on_the_timer_of_the_application() {
    let slow_down = StoreError::Answer { status: 429, retry_after: Some(Duration::from_secs(7)) };
    let script = Script::new(vec![StoreError::Connection, slow_down]);
    let store = Store::new(&script, &RetryConfig::default()).unwrap();
    assert_eq!(run(store.get("key")), Ok(b"key".to_vec()));
    let [hinted, backoff] = script.waits()[..] else { panic!("{:?}", script.waits()) };
    assert!((Duration::from_secs(7)..Duration::from_millis(7101)).contains(&hinted), "{hinted:?}");
    let doubled = Duration::from_millis(200);
    assert!((doubled..=2 * doubled).contains(&backoff), "{backoff:?}");
}

#[test]
fn an_answer_that_will_not_change_is_not_asked_for_again() {
    let missing = || StoreError::Answer { status: 404, retry_after: None };
    let script = Script::new(vec![missing()]);
    let store = Store::new(&script, &RetryConfig::default()).unwrap();
    assert_eq!(run(store.get("key")), Err(missing()));
    assert_eq!(script.waits(), []);
}

#[test]
fn a_configuration_that_makes_no_sense_is_refused_when_the_client_is_made() {
    let config = RetryConfig { base: 0.5, ..RetryConfig::default() };
    let script = Script::new(Vec::new());
    let refused = Store::new(&script, &config).err().map(|error| error.to_string());
    assert_eq!(refused.as_deref(), Some("a backoff factor is a number from 1 to 1e9"));
}
