//! One call that succeeds at its first attempt.

use std::cell::Cell;
use std::future::ready;
use std::hint::black_box;
use std::time::{Duration, Instant};

use retry_kit::{Pause, RetryBudget, RetryPolicy, retry};

use crate::{Counted, Failure, Outcome, complete, operation};

async fn naked(failures: &Cell<u32>) -> Outcome {
    operation(failures).await
}

/// The obvious loop: the error lives across the wait.
async fn plain_loop(failures: &Cell<u32>) -> Outcome {
    let mut retries = 0;
    loop {
        match operation(failures).await {
            Ok(value) => return Ok(value),
            Err(error) if retries < 3 && error.is_transient() => {
                let delay = Duration::from_secs(60.min(1 << retries));
                tokio::time::sleep(delay.mul_f64(1.0 + fastrand::f64())).await;
                retries += 1;
            }
            Err(error) => return Err(error),
        }
    }
}

/// The best loop we can write: nothing of an attempt lives across the wait, and the path of success
/// is short. The attempt is a function, so that `?` and `return` end it.
async fn careful_loop(failures: &Cell<u32>) -> Outcome {
    let mut retries = 0;
    loop {
        let delay = {
            let outcome = naked(failures).await;
            match &outcome {
                Err(error) if retries < 3 && error.is_transient() => careful_delay(retries),
                _ => return outcome,
            }
        };
        tokio::time::sleep(delay).await;
        retries += 1;
    }
}

/// The same, but `?` would leave the loop: for a body that is a single call.
async fn careful_loop_in_place(failures: &Cell<u32>) -> Outcome {
    let mut retries = 0;
    loop {
        let delay = {
            let outcome = operation(failures).await;
            match &outcome {
                Err(error) if retries < 3 && error.is_transient() => careful_delay(retries),
                _ => return outcome,
            }
        };
        tokio::time::sleep(delay).await;
        retries += 1;
    }
}

/// Full jitter, in integers.
#[cold]
#[inline(never)]
pub fn careful_delay(retries: u32) -> Duration {
    let longest = 60_000_000_000.min(1_000_000_000_u64 << retries.min(6));
    Duration::from_nanos(fastrand::u64(..=longest))
}

#[retry]
async fn bare(failures: &Cell<u32>) -> Outcome {
    operation(failures).await
}

const MAX: u32 = 5;
const BASE: Duration = Duration::from_millis(100);

#[retry(max = MAX, base = BASE, factor = 1.5, cap = "10s", jitter = full)]
async fn with_numbers(failures: &Cell<u32>) -> Outcome {
    operation(failures).await
}

#[retry(backoff = decorrelated)]
async fn with_decorrelated(failures: &Cell<u32>) -> Outcome {
    operation(failures).await
}

#[retry(on(Failure::Busy))]
async fn with_on(failures: &Cell<u32>) -> Outcome {
    operation(failures).await
}

#[retry(when = Failure::is_transient)]
async fn with_when(failures: &Cell<u32>) -> Outcome {
    operation(failures).await
}

#[retry(until = |value| *value > 0)]
async fn with_until(failures: &Cell<u32>) -> Outcome {
    operation(failures).await
}

#[retry(before_retry = ready(()))]
async fn with_before_retry(failures: &Cell<u32>) -> Outcome {
    operation(failures).await
}

static POLICY: RetryPolicy = RetryPolicy::DEFAULT;

#[retry(policy = &POLICY)]
async fn with_policy(failures: &Cell<u32>) -> Outcome {
    operation(failures).await
}

static BUDGET: RetryBudget = RetryBudget::standard();

#[retry(budget = &BUDGET)]
async fn with_budget(failures: &Cell<u32>) -> Outcome {
    operation(failures).await
}

static PAUSE: Pause = Pause::new();

#[retry(pause = &PAUSE)]
async fn with_pause(failures: &Cell<u32>) -> Outcome {
    operation(failures).await
}

#[retry(deadline = "1m")]
async fn with_deadline(failures: &Cell<u32>) -> Outcome {
    operation(failures).await
}

#[retry(attempt = attempt)]
async fn with_attempt(failures: &Cell<u32>) -> Outcome {
    black_box(attempt.number());
    operation(failures).await
}

#[retry(on_retry = |_| {})]
async fn with_on_retry(failures: &Cell<u32>) -> Outcome {
    operation(failures).await
}

#[retry(give_up = |error, _| error)]
async fn with_give_up(failures: &Cell<u32>) -> Outcome {
    operation(failures).await
}

#[retry(timeout = "5s")]
async fn with_timeout(failures: &Cell<u32>) -> Outcome {
    operation(failures).await
}

async fn tokio_timeout(failures: &Cell<u32>) -> Outcome {
    let limit = Duration::from_secs(5);
    tokio::time::timeout(limit, operation(failures)).await.unwrap_or(Err(Failure::Late))
}

#[retry(max = MAX, base = BASE, budget = &BUDGET, deadline = "1m", timeout = "5s",
    attempt = attempt, until = |value| *value > 0, when = Failure::is_transient,
    on_retry = |_| {}, before_retry = ready(()), give_up = |error, _| error)]
async fn with_everything(failures: &Cell<u32>) -> Outcome {
    black_box(attempt.number());
    operation(failures).await
}

async fn function(failures: &Cell<u32>) -> Outcome {
    POLICY.retry(|| operation(failures)).await
}

async fn function_local(failures: &Cell<u32>) -> Outcome {
    POLICY.retry_local(async || operation(failures).await).await
}

pub const COUNTED: &[Counted] = &[
    ("the naked call", |failures| complete(naked(failures))),
    ("a plain loop", |failures| complete(plain_loop(failures))),
    ("a careful loop", |failures| complete(careful_loop(failures))),
    ("the same, without ?", |failures| complete(careful_loop_in_place(failures))),
    ("#[retry]", |failures| complete(bare(failures))),
    ("max, base, factor", |failures| complete(with_numbers(failures))),
    ("decorrelated", |failures| complete(with_decorrelated(failures))),
    ("on", |failures| complete(with_on(failures))),
    ("when", |failures| complete(with_when(failures))),
    ("until", |failures| complete(with_until(failures))),
    ("before_retry", |failures| complete(with_before_retry(failures))),
    ("policy = &STATIC", |failures| complete(with_policy(failures))),
    ("budget", |failures| complete(with_budget(failures))),
    ("pause", |failures| complete(with_pause(failures))),
    ("Instant::now()", |_| {
        black_box(Instant::now());
    }),
    ("deadline", |failures| complete(with_deadline(failures))),
    ("attempt", |failures| complete(with_attempt(failures))),
    ("on_retry", |failures| complete(with_on_retry(failures))),
    ("give_up", |failures| complete(with_give_up(failures))),
    ("tokio's timeout", |failures| complete(tokio_timeout(failures))),
    ("timeout", |failures| complete(with_timeout(failures))),
    ("everything", |failures| complete(with_everything(failures))),
    ("policy.retry", |failures| complete(function(failures))),
    ("policy.retry_local", |failures| complete(function_local(failures))),
];
