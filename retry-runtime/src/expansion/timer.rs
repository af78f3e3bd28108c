//! Tokio's timer, or a panic that says who waits on it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::time::Sleep;

/// What `begin` gives. Where it panics, which tokio's timer does outside a runtime, panics with the
/// name of the retried function.
// Tokio tells only by its feature `rt` whether there is a runtime.
#[inline]
pub(super) fn timer(name: impl FnOnce() -> &'static str, begin: impl FnOnce() -> Sleep) -> Sleep {
    match catch_unwind(AssertUnwindSafe(begin)) {
        Ok(sleep) => sleep,
        Err(_) => no_timer(name()),
    }
}

#[cold]
#[inline(never)]
fn no_timer(name: &str) -> ! {
    panic!(
        "`{name}` is retried and waits on tokio's timer, but it does not run in a tokio runtime \
         that has one: build the runtime with `enable_time()`, or wait with another runtime's sleep: \
         `sleep = …`"
    )
}
