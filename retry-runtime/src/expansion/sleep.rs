//! Waiting, on tokio's timer, with the user's sleep, or on the thread.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;

use crate::call::{Wait, is_observed};

/// How long to sleep for a wait: not at all under [`no_wait`](crate::testing::no_wait).
#[must_use]
pub fn time_to_sleep(wait: Wait) -> Duration {
    if is_observed() { Duration::ZERO } else { wait.duration() }
}

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

#[cfg(feature = "tokio")]
pin_project_lite::pin_project! {
    /// Tokio's sleep, or for no time at all [`YieldNow`]: tokio would sleep to the end of the
    /// millisecond. No larger than the sleep, and not boxed: a retry allocates nothing.
    // Its fields cannot be documented: `pin_project!` takes no attribute there but `pin`.
    #[allow(missing_docs)]
    #[derive(Debug)]
    #[project = PauseProjection]
    #[must_use = "futures do nothing unless awaited"]
    pub enum Pause {
        Yield { turn: YieldNow },
        Sleep { #[pin] sleep: tokio::time::Sleep },
    }
}

/// Waits with tokio's timer.
#[cfg(feature = "tokio")]
pub fn sleep(wait: Wait) -> Pause {
    match time_to_sleep(wait) {
        Duration::ZERO => Pause::Yield { turn: yield_now() },
        duration => Pause::Sleep { sleep: tokio::time::sleep(duration) },
    }
}

#[cfg(feature = "tokio")]
impl Future for Pause {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match self.project() {
            PauseProjection::Yield { turn } => Pin::new(turn).poll(context),
            PauseProjection::Sleep { sleep } => sleep.poll(context),
        }
    }
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
pub fn block(wait: Wait) {
    match time_to_sleep(wait) {
        Duration::ZERO => std::thread::yield_now(),
        duration => std::thread::sleep(duration),
    }
}

#[cfg(all(test, feature = "tokio"))]
mod tests {
    use super::*;

    // SPEC 10.2
    #[test]
    fn a_pause_is_no_larger_than_a_sleep() {
        assert_eq!(size_of::<Pause>(), size_of::<tokio::time::Sleep>());
    }
}
