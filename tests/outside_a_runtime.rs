//! Calls without tokio's timer.

#![cfg(all(feature = "macros", feature = "tokio"))]

use std::cell::RefCell;
use std::future::Future;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::pin::pin;
use std::sync::Once;
use std::task::{Context, Waker};

use retry_kit::{RetryPolicy, retry};

async fn reset() -> io::Result<u32> {
    Err(io::ErrorKind::ConnectionReset.into())
}

#[retry(max = 1)]
async fn fetch() -> io::Result<u32> {
    reset().await
}

struct Client;

impl Client {
    #[retry(max = 1, name = "Client::fetch")]
    async fn fetch(&self) -> io::Result<u32> {
        reset().await
    }
}

thread_local! {
    /// The messages of panics, while this thread expects them.
    static EXPECTED: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Returns the messages of the panics within `work`: tokio's, and the final one. Other panics are
/// printed as usual.
fn panics_of(work: impl FnOnce()) -> [String; 2] {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let previous = take_hook();
        set_hook(Box::new(move |info| {
            let said = info.payload().downcast_ref::<String>().cloned().unwrap_or_default();
            let is_expected = EXPECTED
                .with_borrow_mut(|expected| expected.as_mut().map(|all| all.push(said)).is_some());
            if !is_expected {
                previous(info);
            }
        }));
    });
    EXPECTED.set(Some(Vec::new()));
    let outcome = catch_unwind(AssertUnwindSafe(work));
    let said = EXPECTED.take().unwrap_or_default();
    assert!(outcome.is_err(), "no panic");
    said.try_into().unwrap()
}

fn panic_of(work: impl FnOnce()) -> String {
    let [_, ours] = panics_of(work);
    ours
}

fn poll_once(future: impl Future) {
    let _ = pin!(future).poll(&mut Context::from_waker(Waker::noop()));
}

/// Without a runtime, and in one without its timer.
fn messages<F: Future>(call: impl Fn() -> F) -> [String; 2] {
    let without_timer = tokio::runtime::Builder::new_current_thread().build().unwrap();
    [
        panic_of(|| poll_once(call())),
        panic_of(|| {
            without_timer.block_on(call());
        }),
    ]
}

fn expected(name: &str) -> String {
    format!(
        "`{name}` is retried and waits on tokio's timer, but it does not run in a tokio runtime that \
         has one: build the runtime with `enable_time()`, or wait with another runtime's sleep: \
         `sleep = …`"
    )
}

// SPEC 9.5
#[test]
fn a_wait_without_a_timer_names_the_retried_function() {
    for text in messages(fetch) {
        assert_eq!(text, expected("fetch"));
    }
    for text in messages(|| Client.fetch()) {
        assert_eq!(text, expected("Client::fetch"));
    }
}

// SPEC 9.5
#[test]
fn a_wait_of_the_function_form_without_a_timer_names_the_operation() {
    let policy = RetryPolicy::new().max_retries(1);
    for text in messages(|| policy.retry(reset)) {
        assert_eq!(text, expected("outside_a_runtime::reset"));
    }
    for text in messages(|| policy.retry(|| async { reset().await })) {
        assert!(text.starts_with("`outside_a_runtime::a_wait_of_the_function_form"), "{text}");
    }
    for text in messages(|| policy.retry(reset).name("fetch")) {
        assert_eq!(text, expected("fetch"));
    }
    for text in messages(|| policy.retry_local(async || reset().await).name("fetch")) {
        assert_eq!(text, expected("fetch"));
    }
}

// SPEC 9.5
#[test]
fn tokios_own_messages_stand_in_the_guide() {
    let guide = include_str!("../src/guide/troubleshooting.md");
    let without_timer = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let outside = panics_of(|| poll_once(fetch()));
    let inside = panics_of(|| {
        let _ = without_timer.block_on(fetch());
    });
    for [tokios, ours] in [outside, inside] {
        assert!(!tokios.is_empty() && guide.contains(&tokios), "{tokios}");
        let (_, after_name) = ours.split_once("` is retried").unwrap_or_default();
        let (shown, _) = after_name.split_once(':').unwrap_or_default();
        assert!(guide.contains(shown), "{ours}");
    }
}

// SPEC 3.6
#[test]
fn a_first_success_needs_no_runtime() {
    #[retry]
    async fn fetch() -> io::Result<u32> {
        Ok(1)
    }

    let outcome = pin!(fetch()).poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(outcome, std::task::Poll::Ready(Ok(1))));
}

// SPEC 9.5
#[test]
fn a_timeout_without_a_timer_names_the_retried_function() {
    #[retry(timeout = "1s")]
    async fn slow() -> io::Result<u32> {
        std::future::pending().await
    }

    for text in messages(slow) {
        assert_eq!(text, expected("slow"));
    }
    let second = std::time::Duration::from_secs(1);
    for text in messages(|| RetryPolicy::DEFAULT.retry(slow).timeout(second)) {
        assert_eq!(text, expected("slow"));
    }
    let pending = || async { std::future::pending::<io::Result<u32>>().await };
    for text in messages(|| RetryPolicy::DEFAULT.retry(pending).name("fetch").timeout(second)) {
        assert_eq!(text, expected("fetch"));
    }
}
