//! Waiting, and the clock that goes with it.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;

#[cfg(not(feature = "tokio"))]
pub(crate) use std::time::Instant;
// Tokio's clock stops where its tests pause it, and waits and measurements must agree.
#[cfg(feature = "tokio")]
pub(crate) use tokio::time::Instant;

/// Lets everything else on this thread run once: a wait of zero must not turn a failing call
/// into a loop that never yields.
pub fn yield_now() -> YieldNow {
    YieldNow { yielded: false }
}

/// Pending once, then ready.
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct YieldNow {
    yielded: bool,
}

impl Future for YieldNow {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.yielded {
            return Poll::Ready(());
        }
        self.yielded = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Tokio's sleep, not boxed: a retry allocates nothing.
#[cfg(feature = "tokio")]
pub fn sleep(duration: Duration) -> tokio::time::Sleep {
    tokio::time::sleep(duration)
}

/// The user's sleep, called with its argument inferred.
pub fn sleep_with<S, F>(sleep: S, duration: Duration) -> F
where
    S: FnOnce(Duration) -> F,
    F: Future,
{
    sleep(duration)
}

/// Blocks the thread, for functions that are not async.
pub fn block(duration: Duration) {
    if duration.is_zero() {
        std::thread::yield_now();
    } else {
        std::thread::sleep(duration);
    }
}
