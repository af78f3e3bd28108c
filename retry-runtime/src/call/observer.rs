//! The place where a guard of [`testing`](super::testing) takes part in what its thread decides.

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

thread_local! {
    static OBSERVER: Cell<Option<Observer>> = const { Cell::new(None) };
}

/// Who decides on this thread, if a guard has a say.
pub(crate) fn observer() -> Option<Observer> {
    OBSERVER.get()
}

/// Whether waits are left out on this thread.
pub(crate) fn is_observed() -> bool {
    observer().is_some()
}

/// Lets a guard decide from now on, or none.
pub(crate) fn set_observer(observer: Option<Observer>) {
    OBSERVER.set(observer);
}
