//! The place where a guard of [`testing`](super::testing) takes part in what its thread decides.

use core::sync::atomic::{AtomicUsize, Ordering};
use std::cell::Cell;

use super::decision::Decision;
use super::progress::{Limits, Progress};
use crate::policy::{ErrorClass, RetryPolicy};

/// The decisions that a guard has a say in. Behind pointers that only a guard sets, none of its
/// code gets into a program that has no tests in it.
#[derive(Clone, Copy)]
pub(crate) struct Observer {
    pub(crate) decide: fn(&RetryPolicy, &mut Progress, ErrorClass, Limits<'_>) -> Decision,
    pub(crate) is_last: fn(&RetryPolicy, u32) -> bool,
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
    OBSERVER.get()
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
    match (OBSERVER.replace(observer).is_some(), is_there) {
        (false, true) => THREADS.fetch_add(1, Ordering::Relaxed),
        (true, false) => THREADS.fetch_sub(1, Ordering::Relaxed),
        _ => 0,
    };
}
