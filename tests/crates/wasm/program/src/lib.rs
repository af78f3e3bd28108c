//! A program with retries, for JavaScript to call.

use std::cell::{Cell, RefCell};
use std::io;
use std::time::Duration;

use retry_kit::{
    Attempt, Decision, ErrorClass, GiveUp, HttpError, IdempotencyKey, Jitter, RetryEvent,
    RetryPolicy, RetryState, TimedOut, parse_retry_after, remaining, retry,
};
use wasm_bindgen::prelude::wasm_bindgen;

/// The waits of five retries in milliseconds.
#[wasm_bindgen]
#[must_use]
pub fn waits() -> Vec<f64> {
    let policy = RetryPolicy::new().max_retries(5).jitter(Jitter::Full);
    let mut retries = RetryState::new(&policy);
    let mut waits = Vec::new();
    while let Decision::Retry(wait) = retries.decide(ErrorClass::Transient) {
        waits.push(1_000.0 * wait.duration().as_secs_f64());
    }
    waits
}

#[wasm_bindgen]
#[must_use]
pub fn idempotency_key() -> String {
    IdempotencyKey::new().to_string()
}

/// The wait in seconds that a `Retry-After` asks for; a date is compared with the time of day.
#[wasm_bindgen]
#[must_use]
pub fn retry_after(value: &str) -> f64 {
    parse_retry_after(value).as_secs_f64()
}

thread_local! {
    static HEARD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn hear(text: String) {
    HEARD.with_borrow_mut(|heard| heard.push(text));
}

fn heard() -> Vec<String> {
    HEARD.take()
}

fn on_retry(event: &RetryEvent<'_, io::Error>) {
    hear(format!("waits {} ms", event.wait().as_millis()));
}

fn give_up(error: io::Error, give_up: &GiveUp) -> io::Error {
    hear(format!("gives up after {}", give_up.attempts()));
    error
}

#[retry(
    max = 2, base = "20ms", jitter = none, deadline = "10s", timeout = "5s", reset_after = "1s", key = key, budget, pause,
    attempt = attempt, on_retry = on_retry, give_up = give_up
)]
async fn fail(times: u32) -> io::Result<()> {
    fail_until(attempt, times, key)
}

fn fail_until(attempt: Attempt, times: u32, _: IdempotencyKey) -> io::Result<()> {
    hear(format!("attempt {}", attempt.number()));
    if attempt.number() > times { Ok(()) } else { Err(io::ErrorKind::ConnectionReset.into()) }
}

/// Calls a function with every key that looks at the clock, and returns what its hooks heard.
#[wasm_bindgen]
pub async fn fail_times(times: u32) -> Vec<String> {
    hear(if fail(times).await.is_ok() { "ok".to_owned() } else { "error".to_owned() });
    heard()
}

/// Fails until the deadline, and returns the number of attempts.
#[wasm_bindgen]
pub async fn until_the_deadline() -> u32 {
    #[retry(max = 100, base = "40ms", backoff = fixed, jitter = none, deadline = "100ms")]
    async fn fail(attempts: &Cell<u32>) -> io::Result<()> {
        attempts.set(attempts.get() + 1);
        Err(io::ErrorKind::ConnectionReset.into())
    }

    let attempts = Cell::new(0);
    let _ = fail(&attempts).await;
    attempts.get()
}

/// Never ready, but for its timeout; returns the number of attempts.
#[wasm_bindgen]
pub async fn until_the_timeout() -> u32 {
    #[retry(max = 1, base = "1ms", timeout = "50ms")]
    async fn hang(attempts: &Cell<u32>) -> Result<(), TimedOut> {
        attempts.set(attempts.get() + 1);
        if remaining().is_none_or(|left| left > Duration::from_millis(50)) {
            return Ok(());
        }
        std::future::pending().await
    }

    let attempts = Cell::new(0);
    let _ = hang(&attempts).await;
    attempts.get()
}

/// Ends the wait of a minute when `soon` is ready, and returns the error.
#[wasm_bindgen]
pub async fn cancelled() -> bool {
    #[retry(base = "1m", cancel = pause_once())]
    async fn fail() -> io::Result<()> {
        Err(io::ErrorKind::ConnectionReset.into())
    }

    fail().await.is_err()
}

/// Is ready after a wait of a retry.
async fn pause_once() {
    let policy = RetryPolicy::new().max_retries(1).base_delay(Duration::from_millis(20));
    let _ =
        policy.retry(async || io::Result::<()>::Err(io::ErrorKind::ConnectionReset.into())).await;
}

/// A function that is not async waits, too.
#[wasm_bindgen]
#[must_use]
pub fn blocking() -> bool {
    #[retry(max = 1, base = "20ms", jitter = none)]
    fn fail() -> io::Result<()> {
        Err(io::ErrorKind::ConnectionReset.into())
    }

    fail().is_err()
}

/// Requests the address with up to three retries.
///
/// # Errors
///
/// The last error, as text.
#[wasm_bindgen]
pub async fn get(url: &str) -> Result<String, String> {
    #[retry(max = 3, base = "10ms", cap = "2s")]
    async fn get(url: &str) -> Result<String, HttpError> {
        use retry_kit::CheckStatus as _;
        Ok(reqwest::get(url).await?.check_status()?.text().await?)
    }

    get(url).await.map_err(|error| error.to_string())
}

/// A retried future is `Send` on this target, too.
fn _is_send() {
    fn assert_send(_: impl Send) {}
    assert_send(fail(1));
}
