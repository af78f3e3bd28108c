//! Computes one wait, with jitter. retry-kit decides, too.

use std::hint::black_box;
use std::sync::atomic::Ordering;
use std::time::Duration;

use backon::BackoffBuilder as _;
use retry_kit::{ErrorClass, RetryPolicy, RetryState};
use tower::retry::backoff::{Backoff as _, ExponentialBackoffMaker, MakeBackoff as _};
use tower::util::rng::HasherRng;

use crate::turn::Counted;
use crate::{Script, careful_delay};

fn times(script: &Script, mut wait: impl FnMut(u32)) {
    for retry in 0..script.failures.load(Ordering::Relaxed) {
        wait(retry);
    }
}

fn by_tower(script: &Script) {
    let maker = ExponentialBackoffMaker::new(
        Duration::from_secs(1),
        Duration::from_mins(1),
        1.0,
        HasherRng::new(),
    );
    let mut backoff = maker.expect("a minimum below the maximum").make_backoff();
    times(script, |_| {
        drop(black_box(backoff.next_backoff()));
    });
}

pub const COUNTED: &[Counted] = &[
    ("wait", "loop", |script| {
        times(script, |retry| {
            black_box(careful_delay(retry));
        });
    }),
    ("wait", "attribute", |script| {
        let mut state = RetryState::new(black_box(&RetryPolicy::DEFAULT));
        times(script, |_| {
            black_box(state.decide(black_box(ErrorClass::Transient)));
        });
    }),
    ("wait", "backon", |script| {
        let mut delays = backon::ExponentialBuilder::default().with_jitter().build();
        times(script, |_| {
            black_box(delays.next());
        });
    }),
    ("wait", "tokio-retry2", |script| {
        use tokio_retry2::strategy::{ExponentialBackoff, jitter};
        let delays = ExponentialBackoff::from_millis(2).factor(500).max_delay_millis(60_000);
        let mut delays = delays.map(jitter).take(3);
        times(script, |_| {
            black_box(delays.next());
        });
    }),
    ("wait", "tower", |script| by_tower(script)),
    ("wait", "relentless", |script| {
        use relentless::{RetryState, Wait, wait};
        let waits = wait::exponential(Duration::from_secs(1)).full_jitter();
        let waits = waits.cap(Duration::from_mins(1));
        times(script, |retry| {
            black_box(waits.next_wait(black_box(&RetryState::for_attempt(retry + 1))));
        });
    }),
    ("wait", "retry", |script| {
        use retry::delay::{Exponential, jitter};
        let mut delays = Exponential::from_millis(1000).map(jitter).take(3);
        times(script, |_| {
            black_box(delays.next());
        });
    }),
];
