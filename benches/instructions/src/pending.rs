//! One call whose only attempt is pending at first.

use std::cell::Cell;
use std::hint::black_box;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use retry_kit::retry;

use crate::{Counted, Failure, Outcome, complete};

/// Pending as often as the other operations fail, then ready.
struct Pending<'a> {
    left: &'a Cell<u32>,
}

impl Future for Pending<'_> {
    type Output = Outcome;

    #[inline(never)]
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Outcome> {
        let left = black_box(self).left;
        if left.get() == 0 {
            return Poll::Ready(black_box(Ok(1)));
        }
        left.set(left.get() - 1);
        Poll::Pending
    }
}

fn pending(left: &Cell<u32>) -> Pending<'_> {
    Pending { left }
}

async fn naked(left: &Cell<u32>) -> Outcome {
    pending(left).await
}

#[retry]
async fn bare(left: &Cell<u32>) -> Outcome {
    pending(left).await
}

async fn tokio_timeout(left: &Cell<u32>) -> Outcome {
    let limit = Duration::from_secs(5);
    tokio::time::timeout(limit, pending(left)).await.unwrap_or(Err(Failure::Late))
}

#[retry(timeout = "5s")]
async fn with_timeout(left: &Cell<u32>) -> Outcome {
    pending(left).await
}

#[retry(timeout = "5s", sleep = |_| std::future::pending::<()>())]
async fn with_timeout_and_sleep(left: &Cell<u32>) -> Outcome {
    pending(left).await
}

pub const COUNTED: &[Counted] = &[
    ("the naked call", |left| complete(naked(left))),
    ("#[retry]", |left| complete(bare(left))),
    ("tokio's timeout", |left| complete(tokio_timeout(left))),
    ("timeout", |left| complete(with_timeout(left))),
    ("timeout, sleep", |left| complete(with_timeout_and_sleep(left))),
];
