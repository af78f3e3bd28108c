//! Tokio's timer, with a panic that names the retried function.

#[cfg(feature = "tokio")]
use std::panic::{AssertUnwindSafe, catch_unwind};

#[cfg(feature = "tokio")]
use tokio::time::Sleep;

#[cfg(feature = "tokio")]
use crate::call::Name;

/// Returns the sleep of `begin`. If that panics, as tokio's timer does outside a runtime, panics
/// with the name of the retried function.
// Catches the panic because tokio reports a missing runtime only with its feature `rt`.
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
    let name = name.get();
    panic!(
        "`{name}` is retried and waits on tokio's timer, but it does not run in a tokio runtime \
         that has one: build the runtime with `enable_time()`, or wait with another runtime's sleep: \
         `sleep = …`"
    )
}
