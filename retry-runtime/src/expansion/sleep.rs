//! Waits: on the default timer, with the user's sleep, or by blocking the thread.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;

use pin_project_lite::pin_project;

#[cfg(all(feature = "wasm", target_family = "wasm", target_os = "unknown"))]
use crate::call::Instant;
use crate::call::{Wait, is_observed};
use crate::expansion::timer::Timer;

/// Returns the time to sleep for a wait; `None` for a wait of zero, and under
/// [`no_wait`](crate::testing::no_wait).
#[inline]
fn time_to_sleep(wait: Wait) -> Option<Duration> {
    if wait.is_zero() || is_observed() { None } else { Some(wait.duration()) }
}

/// Yields to the other tasks once: pending once, then ready. A wait of zero must not turn a failing
/// call into a loop that never yields.
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

pin_project! {
    /// The default timer; [`YieldNow`] for a wait of zero, because tokio would sleep to the end of the
    /// millisecond. No larger than tokio's sleep, and not boxed: a retry does not allocate. One future, as a second
    /// await in each function would cost `cargo check` 8 %.
    // Its fields cannot be documented: `pin_project!` allows only `pin` there.
    #[allow(missing_docs)]
    #[derive(Debug)]
    #[project = RestProjection]
    #[must_use = "futures do nothing unless awaited"]
    pub enum Rest {
        Yield { turn: YieldNow },
        Sleep { #[pin] timer: Timer },
    }
}

/// Waits with the default timer.
pub fn sleep(wait: Wait) -> Rest {
    match time_to_sleep(wait) {
        None => Rest::Yield { turn: YieldNow { yielded: false } },
        Some(duration) => Rest::Sleep { timer: Timer::after(duration) },
    }
}

impl Future for Rest {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match self.project() {
            RestProjection::Yield { turn } => Pin::new(turn).poll(context),
            RestProjection::Sleep { timer } => timer.poll(context),
        }
    }
}

pin_project! {
    /// The user's sleep; `None` for a wait of zero. Yields to the other tasks at least once,
    /// whatever the sleep does.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless awaited"]
    pub struct Nap<F> {
        #[pin]
        sleep: Option<F>,
        turn: Turn,
    }
}

/// The state of a [`Nap`].
#[derive(Clone, Copy, Debug)]
enum Turn {
    Ours,
    OthersWhileAsleep,
    OthersAfterwards,
}

/// Waits with the user's sleep. A function, so that the argument type of a closure is inferred.
pub fn nap<S, F>(sleep: S, wait: Wait) -> Nap<F>
where
    S: FnOnce(Duration) -> F,
    F: Future,
{
    Nap { sleep: time_to_sleep(wait).map(sleep), turn: Turn::Ours }
}

impl<F: Future> Future for Nap<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        if let Turn::OthersAfterwards = this.turn {
            return Poll::Ready(());
        }
        let is_over = match this.sleep.as_pin_mut() {
            None => true,
            Some(sleep) => sleep.poll(context).is_ready(),
        };
        match (is_over, *this.turn) {
            (true, Turn::OthersWhileAsleep | Turn::OthersAfterwards) => return Poll::Ready(()),
            (true, Turn::Ours) => {
                *this.turn = Turn::OthersAfterwards;
                context.waker().wake_by_ref();
            }
            (false, _) => *this.turn = Turn::OthersWhileAsleep,
        }
        Poll::Pending
    }
}

/// Waits by blocking the thread, for blocking functions.
pub fn block(wait: Wait) {
    match time_to_sleep(wait) {
        None => std::thread::yield_now(),
        Some(duration) => block_for(duration),
    }
}

#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
pub(super) fn block_for(duration: Duration) {
    std::thread::sleep(duration);
}

/// Keeps the thread busy: a page may not block its thread in any other way.
#[cfg(all(feature = "wasm", target_family = "wasm", target_os = "unknown"))]
pub(super) fn block_for(duration: Duration) {
    let begin = Instant::now();
    while begin.elapsed() < duration {
        core::hint::spin_loop();
    }
}

#[cfg(all(test, feature = "tokio"))]
mod tests {
    use super::*;

    // SPEC 10.2
    #[test]
    fn a_rest_is_no_larger_than_a_sleep() {
        assert_eq!(size_of::<Rest>(), size_of::<tokio::time::Sleep>());
    }
}
