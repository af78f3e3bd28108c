//! Waiting, on tokio's timer, with the user's sleep, or on the thread.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;

use pin_project_lite::pin_project;

use crate::call::{Wait, is_observed};
#[cfg(feature = "tokio")]
use crate::expansion::timer::{Name, timer};

/// How long to sleep for a wait, unless it takes no time or [`no_wait`](crate::testing::no_wait) leaves
/// it out.
#[inline]
fn time_to_sleep(wait: Wait) -> Option<Duration> {
    if wait.is_zero() || is_observed() { None } else { Some(wait.duration()) }
}

/// Lets everything else on this thread run once: a wait of zero must not turn a failing call
/// into a loop that never yields. Pending once, then ready.
#[cfg(feature = "tokio")]
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct YieldNow {
    yielded: bool,
}

#[cfg(feature = "tokio")]
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
pin_project! {
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

/// Waits with tokio's timer, for the retried function of this name.
#[cfg(feature = "tokio")]
pub fn sleep(wait: Wait, name: &'static str) -> Pause {
    sleep_for(wait, Name::Known(name))
}

/// [`sleep`] with a name that may have to be found.
#[cfg(feature = "tokio")]
#[inline]
pub(crate) fn sleep_for(wait: Wait, name: Name) -> Pause {
    match time_to_sleep(wait) {
        None => Pause::Yield { turn: YieldNow { yielded: false } },
        Some(duration) => Pause::Sleep { sleep: timer(name, || tokio::time::sleep(duration)) },
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

pin_project! {
    /// The user's sleep, or none for no time at all. Whatever the sleep does, everything else on this
    /// thread runs once in between.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless awaited"]
    pub struct Nap<F> {
        #[pin]
        sleep: Option<F>,
        turn: Turn,
    }
}

/// How far a [`Nap`] has come.
#[derive(Clone, Copy, Debug)]
enum Turn {
    Ours,
    OthersWhileAsleep,
    OthersAfterwards,
}

/// Waits with the user's sleep, called with its argument inferred.
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

/// Blocks the thread, for functions that are not async.
pub fn block(wait: Wait) {
    match time_to_sleep(wait) {
        None => std::thread::yield_now(),
        Some(duration) => std::thread::sleep(duration),
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
