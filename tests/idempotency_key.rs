//! `key = key`: one key for all attempts of a call.

#![cfg(all(feature = "macros", feature = "tokio"))]

mod support;

use std::sync::Mutex;

use retry_kit::{IdempotencyKey, RetryPolicy, retry, testing};
use support::{Failure, TRANSIENT};

/// The keys received by a server that answers every third request.
#[derive(Default)]
struct Server(Mutex<Vec<IdempotencyKey>>);

impl Server {
    fn post(&self, key: IdempotencyKey) -> Result<(), Failure> {
        let mut keys = self.0.lock().unwrap();
        keys.push(key);
        if keys.len() % 3 == 0 { Ok(()) } else { Err(TRANSIENT) }
    }

    /// Returns the key of each call, after checking that its three attempts sent the same one.
    fn calls(&self) -> Vec<IdempotencyKey> {
        let keys = self.0.lock().unwrap();
        let calls = keys.chunks(3).map(|call| {
            assert_eq!(call, [call[0]; 3]);
            call[0]
        });
        calls.collect()
    }

    #[retry(key = key)]
    async fn method(&self) -> Result<(), Failure> {
        self.post(key)
    }

    #[retry(policy = RetryPolicy::DEFAULT, key = id, attempt = attempt, on_retry = |_| seen.push(id))]
    async fn beside_other_keys(&self, seen: &mut Vec<IdempotencyKey>) -> Result<(), Failure> {
        assert!(attempt.number() < 4);
        self.post(id)
    }
}

#[retry(key = key)]
async fn borrowed(server: &Server) -> Result<(), Failure> {
    let key = &key;
    tokio::task::yield_now().await;
    server.post(*key)
}

#[retry(key = key)]
fn blocking(server: &Server) -> Result<(), Failure> {
    server.post(key)
}

#[retry(key = key)]
fn boxed(server: &Server) -> std::pin::Pin<Box<dyn Future<Output = Result<(), Failure>> + '_>> {
    Box::pin(async move { server.post(key) })
}

/// Asserts that two calls had different keys.
fn differ(keys: &[IdempotencyKey]) {
    assert_eq!(keys.len(), 2);
    assert_ne!(keys[0], keys[1]);
}

// SPEC 4.15
#[tokio::test(start_paused = true)]
async fn all_attempts_of_a_call_share_one_key() {
    let _guard = testing::no_wait();
    let server = Server::default();
    server.method().await.unwrap();
    server.method().await.unwrap();
    differ(&server.calls());

    let server = Server::default();
    borrowed(&server).await.unwrap();
    borrowed(&server).await.unwrap();
    differ(&server.calls());

    let server = Server::default();
    blocking(&server).unwrap();
    blocking(&server).unwrap();
    differ(&server.calls());

    let server = Server::default();
    boxed(&server).await.unwrap();
    boxed(&server).await.unwrap();
    differ(&server.calls());
}

// SPEC 4.15
#[tokio::test(start_paused = true)]
async fn a_hook_sees_the_key_too() {
    let (server, mut seen) = (Server::default(), Vec::new());
    server.beside_other_keys(&mut seen).await.unwrap();
    assert_eq!(seen, [server.calls()[0]; 2]);
}

// SPEC 4.15
#[tokio::test(start_paused = true)]
async fn the_function_form_takes_a_key_from_outside() {
    let server = Server::default();
    for _ in 0..2 {
        let key = IdempotencyKey::new();
        RetryPolicy::DEFAULT.retry(async || server.post(key)).await.unwrap();
    }
    differ(&server.calls());
}

// SPEC 3.6, 4.15
#[tokio::test(start_paused = true)]
async fn no_key_is_made_before_the_first_poll() {
    let server = Server::default();
    let (first, second) = (server.method(), server.method());
    assert_eq!(server.calls(), []);
    second.await.unwrap();
    first.await.unwrap();
    differ(&server.calls());
}

/// The name of the variable under which the test below calls itself.
const CHILD: &str = "RETRY_KIT_TEST_PRINTS_A_KEY";

// SPEC 4.15
#[test]
fn two_processes_have_two_keys() {
    if std::env::var_os(CHILD).is_some() {
        println!("key {}", IdempotencyKey::new());
        return;
    }
    let keys = [(); 2].map(|()| {
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "two_processes_have_two_keys", "--nocapture"])
            .env(CHILD, "")
            .output()
            .unwrap();
        let output = String::from_utf8(output.stdout).unwrap();
        let (_, key) = output.split_once("key ").unwrap();
        key[..36].parse().unwrap()
    });
    differ(&keys);
}

// SPEC 4.15
#[test]
fn only_a_uuid_of_version_4_is_read_as_a_key() {
    let text = "8e03978e-40d5-43e8-bc93-6894a57f9324";
    assert_eq!(text.parse::<IdempotencyKey>().unwrap().to_string(), text);
    for text in [
        "",
        "8e03978e40d543e8bc936894a57f9324",
        "8e03978e+40d5+43e8+bc93+6894a57f9324",
        "8e03978e-40d5-43e8-bc93-6894a57f932",
        "8e03978e-40d5-43e8-bc93-6894a57f93240",
        "08e03978-e40d-543e-8bc9-36894a57f932-4",
        "8e03978e-40d5-13e8-bc93-6894a57f9324",
        "8e03978e-40d5-43e8-cc93-6894a57f9324",
        "8e03978e-40d5-43e8-bc93-6894a57f932g",
    ] {
        assert!(text.parse::<IdempotencyKey>().is_err(), "{text}");
    }
}

// SPEC 4.15
#[cfg(feature = "serde")]
#[test]
fn a_key_is_stored_as_its_text() {
    let text = "8e03978e-40d5-43e8-bc93-6894a57f9324";
    let json = format!("\"{text}\"");
    let key: IdempotencyKey = serde_json::from_str(&json).unwrap();
    assert_eq!(key.to_string(), text);
    assert_eq!(serde_json::to_string(&key).unwrap(), json);
    let error = serde_json::from_str::<IdempotencyKey>("\"order 12\"").unwrap_err();
    assert!(error.to_string().starts_with("an idempotency key is a UUID of version 4"), "{error}");
    let error = serde_json::from_str::<IdempotencyKey>("12").unwrap_err();
    assert!(error.to_string().contains("expected a UUID of version 4"), "{error}");
}
