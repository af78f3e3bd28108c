//! A service that collapses: more load than it can serve for a moment, and retries that keep the load high.

use std::ops::Range;
use std::time::Duration;

use retry_kit::testing::{Outage, OutageRun};
use retry_kit::{Backoff, Jitter, RetryBudget, RetryPolicy};

/// How calls are retried.
pub struct Strategy {
    pub name: &'static str,
    policy: RetryPolicy,
    has_budget: bool,
}

const PLAIN: RetryPolicy = RetryPolicy::new()
    .max_retries(3)
    .backoff(Backoff::Fixed)
    .base_delay(Duration::from_millis(100))
    .jitter(Jitter::None);

const WITH_BACKOFF: RetryPolicy = RetryPolicy::new().max_retries(3).jitter(Jitter::Full);

pub const STRATEGIES: [Strategy; 5] = [
    Strategy { name: "no retry", policy: RetryPolicy::OFF, has_budget: false },
    Strategy { name: "plain retries", policy: PLAIN, has_budget: false },
    Strategy { name: "backoff", policy: WITH_BACKOFF, has_budget: false },
    Strategy { name: "plain, budget", policy: PLAIN, has_budget: true },
    Strategy { name: "backoff, budget", policy: WITH_BACKOFF, has_budget: true },
];

/// What the load does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Spike,
    Ramp,
    /// The load is as usual, and one request in twenty fails.
    Errors,
}

/// 700 calls a second from ten clients that give each attempt half a second, to a service for 1000 a second.
pub fn run(strategy: &Strategy, shape: Shape) -> OutageRun {
    let (millis, secs) = (Duration::from_millis, Duration::from_secs);
    let outage = Outage::new(strategy.policy)
        .clients(10)
        .rate(700.0)
        .service_time(millis(20))
        .capacity(20)
        .timeout(millis(500))
        .lasting(secs(80))
        .slice(secs(1));
    let outage = match shape {
        Shape::Spike => outage.load(2.0, secs(10)..secs(15)),
        Shape::Ramp => outage.ramp(1.7, secs(10)..secs(40)),
        Shape::Errors => outage.errors(0.05, secs(0)..secs(80)),
    };
    let outage = if strategy.has_budget { outage.budget(RetryBudget::standard()) } else { outage };
    outage.run(1)
}

/// When something is not as usual, in seconds.
pub fn disturbance(shape: Shape) -> Range<f64> {
    match shape {
        Shape::Spike => 10.0..15.0,
        Shape::Ramp => 10.0..40.0,
        Shape::Errors => 0.0..80.0,
    }
}

/// The end of a run in words.
pub fn outcome(run: &OutageRun) -> String {
    let share = share(run);
    match run.recovery() {
        Some(after) => format!("{share} % succeed, back after {} s", after.as_secs_f64()),
        None => format!("{share} % succeed, never back"),
    }
}

/// The share of calls that succeed, in per cent.
pub fn share(run: &OutageRun) -> u64 {
    100 * run.successes() / run.calls().max(1)
}
