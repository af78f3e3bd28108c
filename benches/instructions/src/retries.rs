//! One whole retry with a wait of one yield: the class, the decision, the wait, and the next attempt.

use std::cell::Cell;
use std::hint::black_box;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use retry_kit::{RetryPolicy, retry};

use crate::first::careful_delay;
use crate::{Counted, Outcome, complete, operation};

async fn attempt(failures: &Cell<u32>) -> Outcome {
    operation(failures).await
}

async fn careful_loop(failures: &Cell<u32>) -> Outcome {
    let mut retries = 0;
    loop {
        let delay = {
            let outcome = attempt(failures).await;
            match &outcome {
                Err(error) if retries < 3 && error.is_transient() => careful_delay(retries),
                _ => return outcome,
            }
        };
        sleep(delay).await;
        retries += 1;
    }
}

/// A wait of one yield for every duration: pending once, as every wait is.
struct Turn {
    is_over: bool,
}

impl Future for Turn {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.is_over, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

fn sleep(delay: Duration) -> Turn {
    black_box(delay);
    Turn { is_over: false }
}

#[retry(sleep = sleep)]
async fn bare(failures: &Cell<u32>) -> Outcome {
    operation(failures).await
}

async fn function(failures: &Cell<u32>) -> Outcome {
    RetryPolicy::DEFAULT.retry(|| operation(failures)).sleep(sleep).await
}

pub const COUNTED: &[Counted] = &[
    ("a careful loop", |failures| complete(careful_loop(failures))),
    ("#[retry]", |failures| complete(bare(failures))),
    ("policy.retry", |failures| complete(function(failures))),
];
