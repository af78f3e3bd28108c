//! Decides, and computes one wait with jitter.

use std::cell::Cell;
use std::hint::black_box;

use retry_kit::{Backoff, ErrorClass, Jitter, RetryPolicy, RetryState};

use crate::Counted;
use crate::first::careful_delay;

fn times(failures: &Cell<u32>, mut wait: impl FnMut(u32)) {
    for retry in 0..failures.get() {
        wait(retry);
    }
}

/// The whole decision, including the wait.
fn decided(failures: &Cell<u32>, policy: &RetryPolicy) {
    let mut state = RetryState::new(black_box(policy));
    times(failures, |_| {
        black_box(state.decide(black_box(ErrorClass::Transient)));
    });
}

pub const COUNTED: &[Counted] = &[
    ("a careful loop", |failures| {
        times(failures, |retry| {
            black_box(careful_delay(retry));
        });
    }),
    ("retry-kit, no wait left", |failures| {
        decided(failures, &RetryPolicy::DEFAULT.max_retries(0));
    }),
    ("retry-kit", |failures| decided(failures, &RetryPolicy::DEFAULT)),
    ("retry-kit, full", |failures| {
        decided(failures, &RetryPolicy::DEFAULT.jitter(Jitter::Full));
    }),
    ("retry-kit, factor 1.5", |failures| decided(failures, &RetryPolicy::DEFAULT.factor(1.5))),
    ("retry-kit, decorrelated", |failures| {
        decided(failures, &RetryPolicy::DEFAULT.backoff(Backoff::Decorrelated));
    }),
];
