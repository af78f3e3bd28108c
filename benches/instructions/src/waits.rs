//! Computes one wait, with jitter.

use std::cell::Cell;
use std::hint::black_box;
use std::time::Duration;

use backoff::backoff::Backoff as _;
use backon::BackoffBuilder as _;
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
    ("backon", |failures| {
        let mut delays = backon::ExponentialBuilder::default().with_jitter().build();
        times(failures, |_| {
            black_box(delays.next());
        });
    }),
    ("exponential-backoff", |failures| {
        let (min, max) = (Duration::from_secs(1), Duration::from_mins(1));
        let mut delays = exponential_backoff::Backoff::new(5, min, max).into_iter();
        times(failures, |_| {
            black_box(delays.next());
        });
    }),
    ("tokio-retry2", |failures| {
        use tokio_retry2::strategy::{ExponentialBackoff, jitter};
        let delays = ExponentialBackoff::from_millis(2).factor(500).max_delay_millis(60_000);
        let mut delays = delays.map(jitter);
        times(failures, |_| {
            black_box(delays.next());
        });
    }),
    ("backoff", |failures| {
        let mut delays = backoff::ExponentialBackoff::default();
        times(failures, |_| {
            black_box(delays.next_backoff());
        });
    }),
];
