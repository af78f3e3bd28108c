//! The future of an annotated function is no larger than that of a hand-written loop.

#![cfg(all(feature = "macros", feature = "tokio"))]

use std::time::Duration;

use retry_kit::{Classify, ErrorClass, RetryBudget, RetryPolicy, TimedOut, retry};

#[derive(Debug)]
struct Failure;

impl Classify for Failure {
    fn classify(&self) -> ErrorClass {
        ErrorClass::Transient
    }
}

async fn operation(number: usize) -> Result<usize, Failure> {
    tokio::task::yield_now().await;
    Ok(number)
}

async fn large_operation(number: usize) -> Result<usize, Failure> {
    let block = [number; 256];
    operation(number).await?;
    Ok(block[number % 256])
}

/// The same function twice: with the attribute, and with the loop a careful person writes.
macro_rules! both {
    ($annotated:ident, $by_hand:ident, ($($argument:ident: $ty:ty),*), $body:expr) => {
        #[retry]
        async fn $annotated($($argument: $ty),*) -> Result<usize, Failure> {
            $body
        }

        async fn $by_hand($($argument: $ty),*) -> Result<usize, Failure> {
            let mut retries: u32 = 0;
            loop {
                let outcome: Result<usize, Failure> = async { $body }.await;
                match outcome {
                    Ok(value) => return Ok(value),
                    Err(failure) if retries == 3 => return Err(failure),
                    Err(_) => {}
                }
                tokio::time::sleep(Duration::from_secs(1 << retries)).await;
                retries += 1;
            }
        }
    };
}

both!(small, small_by_hand, (number: usize), operation(number).await);
both!(string, string_by_hand, (text: String), operation(text.len()).await);
both!(block, block_by_hand, (block: [u8; 1024]), operation(block.len()).await);
both!(large, large_by_hand, (number: usize), large_operation(number).await);
both!(two, two_by_hand, (a: &str, b: &str), {
    operation(a.len()).await?;
    operation(b.len()).await
});

// SPEC 10.2
#[test]
fn the_future_is_no_larger_than_that_of_the_loop_by_hand() {
    let block = || [0; 1024];
    let sizes = [
        ("small", size_of_val(&small(1)), size_of_val(&small_by_hand(1))),
        (
            "string",
            size_of_val(&string(String::new())),
            size_of_val(&string_by_hand(String::new())),
        ),
        ("block", size_of_val(&self::block(block())), size_of_val(&block_by_hand(block()))),
        ("large", size_of_val(&large(1)), size_of_val(&large_by_hand(1))),
        ("two", size_of_val(&two("a", "b")), size_of_val(&two_by_hand("a", "b"))),
    ];
    for (name, annotated, by_hand) in sizes {
        // Telemetry receives waits and times, which the hand-written loop does not record.
        let telemetry = if cfg!(any(feature = "tracing", feature = "metrics")) { 64 } else { 0 };
        assert!(annotated <= by_hand + telemetry, "{name}: {annotated} bytes, {by_hand} by hand");
    }
}

// SPEC 10.2
#[test]
fn a_loop_of_the_function_form_has_memory_only_for_options_that_are_set() {
    static BUDGET: RetryBudget = RetryBudget::standard();
    let policy = RetryPolicy::DEFAULT;
    let bare = size_of_val(&policy.retry(|| operation(1)));
    // The policy is in it, and tokio's sleep.
    let most = 120 + size_of::<tokio::time::Sleep>() + 88;
    let records = cfg!(any(feature = "tracing", feature = "metrics", feature = "recorder"));
    assert!(bare <= most || records, "{bare} bytes, more than {most}");
    for set in [
        size_of_val(&policy.retry(|| operation(1)).budget(&BUDGET)),
        size_of_val(&policy.retry(|| operation(1)).name("shop::charge")),
    ] {
        assert!(bare + 200 <= set, "{bare} bytes, with an option {set}");
    }
}

#[derive(Debug)]
enum Late {
    TimedOut,
    Failed,
}

impl From<TimedOut> for Late {
    fn from(_: TimedOut) -> Self {
        Self::TimedOut
    }
}

impl From<Failure> for Late {
    fn from(_: Failure) -> Self {
        Self::Failed
    }
}

impl Classify for Late {
    fn classify(&self) -> ErrorClass {
        ErrorClass::Transient
    }
}

/// The same function with a timeout twice: with the attribute, and with a loop around tokio's.
macro_rules! both_with_a_timeout {
    ($annotated:ident, $by_hand:ident, $body:expr) => {
        #[retry(timeout = "5s")]
        async fn $annotated(number: usize) -> Result<usize, Late> {
            Ok($body(number).await?)
        }

        async fn $by_hand(number: usize) -> Result<usize, Late> {
            let mut retries: u32 = 0;
            loop {
                let attempt = async { Ok::<usize, Late>($body(number).await?) };
                let limit = Duration::from_secs(5);
                match tokio::time::timeout(limit, attempt).await.unwrap_or(Err(Late::TimedOut)) {
                    Ok(value) => return Ok(value),
                    Err(failure) if retries == 3 => return Err(failure),
                    Err(_) => {}
                }
                tokio::time::sleep(Duration::from_secs(1 << retries)).await;
                retries += 1;
            }
        }
    };
}

both_with_a_timeout!(small_in_time, small_in_time_by_hand, operation);
both_with_a_timeout!(large_in_time, large_in_time_by_hand, large_operation);

// SPEC 10.2
#[test]
fn a_timeout_costs_32_bytes_more_than_tokios() {
    let sizes = [
        ("small", size_of_val(&small_in_time(1)), size_of_val(&small_in_time_by_hand(1))),
        ("large", size_of_val(&large_in_time(1)), size_of_val(&large_in_time_by_hand(1))),
    ];
    for (name, annotated, by_hand) in sizes {
        let telemetry = if cfg!(any(feature = "tracing", feature = "metrics")) { 64 } else { 0 };
        // The time that `TimedOut` names, and for the calls inside the number and the end of the attempt.
        let most = by_hand + 8 + 24 + telemetry;
        assert!(annotated <= most, "{name}: {annotated} bytes, {by_hand} by hand");
    }
}

struct Service {
    policy: RetryPolicy,
}

/// Holds more than a sleep does.
async fn operation_of(numbers: [usize; 8]) -> Result<usize, Failure> {
    operation(numbers.len()).await
}

impl Service {
    #[retry]
    async fn constant(&self, number: usize) -> Result<usize, Failure> {
        operation_of([number; 8]).await
    }

    #[retry]
    async fn constant_exclusive(&mut self, number: usize) -> Result<usize, Failure> {
        operation_of([number; 8]).await
    }

    #[retry(policy = self.policy)]
    async fn by_value(&self, number: usize) -> Result<usize, Failure> {
        operation_of([number; 8]).await
    }

    #[retry(policy = &self.policy)]
    async fn by_reference(&self, number: usize) -> Result<usize, Failure> {
        operation_of([number; 8]).await
    }

    #[retry(policy = &self.policy)]
    async fn by_exclusive_reference(&mut self, number: usize) -> Result<usize, Failure> {
        operation_of([number; 8]).await
    }
}

#[retry(policy = POLICY)]
async fn with_a_policy(number: usize) -> Result<usize, Failure> {
    operation(number).await
}

static POLICY: &RetryPolicy = &RetryPolicy::DEFAULT;

/// The count of retries, the last backoff, the start of the call, and its end for the calls inside.
const MEMORY: usize = 32 + 16;

#[test]
fn a_policy_given_by_reference_costs_a_reference_the_last_backoff_and_a_start() {
    let more = size_of_val(&with_a_policy(1)) - size_of_val(&small(1));
    assert!(more <= 8 + MEMORY, "{more} bytes");
}

// A policy in a variable or a field is borrowed, unless an attempt may change the variable.
#[test]
fn a_policy_costs_a_reference_and_one_that_is_copied_its_size() {
    let mut service = Service { policy: RetryPolicy::DEFAULT };
    let constant = size_of_val(&service.constant(1));
    for by_reference in [size_of_val(&service.by_value(1)), size_of_val(&service.by_reference(1))] {
        let more = by_reference - constant;
        assert!(more <= 8 + MEMORY, "{more} bytes");
    }
    let constant = size_of_val(&service.constant_exclusive(1));
    let more = size_of_val(&service.by_exclusive_reference(1)) - constant;
    let policy = size_of::<RetryPolicy>();
    assert!(policy <= 120, "{policy} bytes");
    assert!(more <= policy + MEMORY, "{more} bytes");
}
