//! Tokio's timer, or a panic that says who waits on it.

#[cfg(feature = "tokio")]
use std::panic::{AssertUnwindSafe, catch_unwind};

#[cfg(feature = "tokio")]
use tokio::time::Sleep;

/// The name of a retried function, or how to find it, which costs more than a retry.
#[derive(Clone, Copy, Debug)]
pub enum Name {
    /// This.
    Known(&'static str),
    /// What this gives.
    Found(fn() -> &'static str),
}

/// What `begin` gives. Where it panics, which tokio's timer does outside a runtime, panics with the
/// name of the retried function.
// Tokio tells only by its feature `rt` whether there is a runtime.
#[cfg(feature = "tokio")]
#[inline]
pub(super) fn timer(name: Name, begin: impl FnOnce() -> Sleep) -> Sleep {
    match catch_unwind(AssertUnwindSafe(begin)) {
        Ok(sleep) => sleep,
        Err(_) => no_timer(name),
    }
}

#[cfg(feature = "tokio")]
#[cold]
#[inline(never)]
fn no_timer(name: Name) -> ! {
    let name = match name {
        Name::Known(name) => name,
        Name::Found(find) => find(),
    };
    panic!(
        "`{name}` is retried and waits on tokio's timer, but it does not run in a tokio runtime \
         that has one: build the runtime with `enable_time()`, or wait with another runtime's sleep: \
         `sleep = …`"
    )
}
