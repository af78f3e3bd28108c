//! What a call does to a budget and to a pause, which only its crate may do.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use super::budget::RetryBudget;
use super::clock::Clock;
use super::pause::{Pause, Pausing};
use crate::policy::{ErrorClass, RetryPolicy};

pub fn take(budget: &RetryBudget, class: ErrorClass) -> bool {
    budget.take(class)
}

pub fn succeed(budget: &RetryBudget, last_cost: Option<u32>) {
    budget.succeeded(last_cost);
}

pub fn give_back(budget: &RetryBudget, cost: u32) {
    budget.give_back(cost);
}

/// A clock that stands still.
struct Still;

impl Clock for Still {
    fn now() -> Instant {
        static NOW: OnceLock<Instant> = OnceLock::new();
        *NOW.get_or_init(Instant::now)
    }

    fn end(started: Instant, after: Duration) -> Option<Instant> {
        started.checked_add(after)
    }
}

/// A server asks a call to wait.
pub fn ask(pause: &Pause, wait: Duration) {
    let class = ErrorClass::Throttled { retry_after: Some(wait) };
    Pausing::new::<Still>(pause, 0).raise(&RetryPolicy::DEFAULT, class, None);
}

/// How long the pause still lasts, as a call sees it.
pub fn left(pause: &Pause) -> Duration {
    Duration::from_nanos(Pausing::new::<Still>(pause, 0).left())
}

/// Whether a call begins its first attempt without a look at the clock.
pub fn is_unused(pause: &Pause) -> bool {
    pause.is_unused()
}
