//! The place where a guard of [`testing`](super::testing) takes part in what its thread decides.

use core::sync::atomic::{AtomicUsize, Ordering};
use std::cell::Cell;

use super::decision::Decision;
use super::progress::{Circumstances, Progress};
use super::random::SeededRandom;
use crate::policy::{ErrorClass, RetryPolicy};

/// The decisions that a guard has a say in. Behind pointers that only a guard sets, none of its
/// code gets into a program that has no tests in it.
#[derive(Clone, Copy)]
pub(crate) struct Observer {
    /// Decides on a failure; with a generator where the call has its own.
    pub(crate) decide: fn(
        &RetryPolicy,
        &mut Progress,
        ErrorClass,
        Circumstances<'_>,
        Option<&mut SeededRandom>,
    ) -> Decision,
    /// The retry limit in place of that of a policy.
    pub(crate) retry_limit: fn(Option<u32>) -> Option<u32>,
}

/// The threads that have a guard. Where there is none, as in every program that is not a test, no thread
/// has to look for its own.
static THREADS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static OBSERVER: Cell<Option<Observer>> = const { Cell::new(None) };
}

/// Who decides on this thread, if a guard has a say.
#[inline]
pub(crate) fn observer() -> Option<Observer> {
    if is_guarded() { of_this_thread() } else { None }
}

#[cold]
#[inline(never)]
fn of_this_thread() -> Option<Observer> {
    // A destructor of another thread-local may still retry when this one is gone.
    OBSERVER.try_with(Cell::get).ok().flatten()
}

/// Whether any thread has a guard.
#[inline]
pub(crate) fn is_guarded() -> bool {
    THREADS.load(Ordering::Relaxed) != 0
}

/// Whether waits are left out on this thread.
#[inline]
pub(crate) fn is_observed() -> bool {
    observer().is_some()
}

/// Lets a guard decide on this thread from now on, or none.
pub(crate) fn set_observer(observer: Option<Observer>) {
    let is_there = observer.is_some();
    let was_there = OBSERVER.try_with(|cell| cell.replace(observer).is_some());
    match (was_there, is_there) {
        (Ok(false), true) => THREADS.fetch_add(1, Ordering::Relaxed),
        (Ok(true), false) => THREADS.fetch_sub(1, Ordering::Relaxed),
        _ => 0,
    };
}
