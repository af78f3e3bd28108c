//! Lets a guard of [`testing`](super::testing) take part in the decisions of its thread.

use core::sync::atomic::{AtomicUsize, Ordering};
use std::cell::Cell;

use super::decision::Decision;
use super::progress::{Circumstances, Progress};
use super::random::SeededRandom;
use super::wait::Wait;
use crate::policy::range::Range;
use crate::policy::{ErrorClass, RetryPolicy};

/// The decisions that a guard replaces. Only a guard sets these pointers, so none of its code gets into a
/// program without tests.
pub(crate) struct Observer {
    /// Decides on a failure; takes the generator of the call if it has its own.
    pub(crate) decide: fn(
        &RetryPolicy,
        &mut Progress,
        ErrorClass,
        Circumstances<'_>,
        Option<&mut SeededRandom>,
    ) -> Decision,
    /// Records that this wait after this attempt was cancelled.
    pub(crate) cancelled: fn(u32, Wait),
    /// Replaces a policy's retry limit; takes, too, whether the policy obeys the switch.
    pub(crate) retry_limit: fn(Option<u32>, bool) -> Option<u32>,
    /// Draws from a range.
    pub(crate) draw: fn(Range) -> u64,
}

/// The number of threads with a guard. While it is 0, as in every program that is not a test, no thread
/// looks for its own.
static THREADS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static OBSERVER: Cell<Option<&'static Observer>> = const { Cell::new(None) };
}

/// The observer of this thread, if it has a guard.
#[inline]
pub(crate) fn observer() -> Option<&'static Observer> {
    if is_guarded() { of_this_thread() } else { None }
}

#[cold]
#[inline(never)]
fn of_this_thread() -> Option<&'static Observer> {
    // A destructor of another thread-local may still retry when this one is gone.
    OBSERVER.try_with(Cell::get).ok().flatten()
}

/// Whether any thread has a guard.
#[inline]
pub(crate) fn is_guarded() -> bool {
    THREADS.load(Ordering::Relaxed) != 0
}

/// Whether this thread skips waits.
#[inline]
pub(crate) fn is_observed() -> bool {
    observer().is_some()
}

/// Lets a guard decide on this thread from now on, or removes it.
pub(crate) fn set_observer(observer: Option<&'static Observer>) {
    let is_there = observer.is_some();
    let was_there = OBSERVER.try_with(|cell| cell.replace(observer).is_some());
    match (was_there, is_there) {
        (Ok(false), true) => THREADS.fetch_add(1, Ordering::Relaxed),
        (Ok(true), false) => THREADS.fetch_sub(1, Ordering::Relaxed),
        _ => 0,
    };
}
