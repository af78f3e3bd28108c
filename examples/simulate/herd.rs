//! A thousand clients that failed together, or that a server asked together to wait.

use std::time::Duration;

use retry_kit::testing::{Outage, OutageRun};
use retry_kit::{Backoff, Jitter, RetryPolicy};

/// A policy, and the name that the picture shows.
pub struct Kind {
    pub name: &'static str,
    pub policy: RetryPolicy,
}

/// Waits from 1 s on.
const BASE: RetryPolicy = RetryPolicy::new().max_retries(3);

pub const KINDS: [Kind; 5] = [
    Kind { name: "none", policy: BASE.jitter(Jitter::None) },
    Kind { name: "additive", policy: BASE },
    Kind { name: "equal", policy: BASE.jitter(Jitter::Equal) },
    Kind { name: "full", policy: BASE.jitter(Jitter::Full) },
    Kind { name: "decorrelated", policy: BASE.backoff(Backoff::Decorrelated) },
];

/// The requests are counted in slices of 10 ms, for ten seconds.
fn counted(outage: Outage, has_pause: bool) -> OutageRun {
    let outage = if has_pause { outage.pause() } else { outage };
    let outage = outage.capacity(u32::MAX).slice(Duration::from_millis(10));
    outage.lasting(Duration::from_secs(10)).run(1)
}

/// The service is down for the first four seconds. A thousand calls begin at once.
pub fn after_failure(policy: RetryPolicy, has_pause: bool) -> OutageRun {
    let secs = Duration::from_secs;
    let outage = Outage::new(policy).rate(0.0).burst(1_000, secs(0)).down(secs(0)..secs(4));
    counted(outage, has_pause)
}

/// For two seconds the service answers with 429 and `Retry-After: 3`. A thousand calls begin in this time.
pub fn after_hint(policy: RetryPolicy, has_pause: bool) -> OutageRun {
    let secs = Duration::from_secs;
    let outage = Outage::new(policy).rate(500.0).load(0.0, secs(2)..secs(10));
    let outage = outage.throttled(secs(3), secs(0)..secs(2));
    counted(outage, has_pause)
}

/// The most requests in a slice of 10 ms after this second.
pub fn peak(run: &OutageRun, after: f64) -> u64 {
    let later = run.slices().iter().filter(|slice| slice.start.as_secs_f64() > after);
    later.map(|slice| slice.requests).max().unwrap_or(0)
}
