//! The clock of a simulation.

use core::cell::Cell;
use core::time::Duration;

use crate::call::{Clock, Instant, RuntimeClock};

thread_local! {
    /// The beginning of the run on this thread, and the time since then.
    static NOW: Cell<Option<(Instant, u64)>> = const { Cell::new(None) };
}

/// The time of the run on this thread, which passes only as the run says.
#[derive(Clone, Copy, Debug)]
pub(super) struct VirtualClock;

impl VirtualClock {
    /// Sets the nanoseconds since the beginning of the run.
    pub(super) fn set(nanos: u64) {
        NOW.with(|now| {
            let began = now.get().map_or_else(RuntimeClock::now, |(began, _)| began);
            now.set(Some((began, nanos)));
        });
    }
}

impl Clock for VirtualClock {
    const IS_REAL: bool = false;

    fn now() -> Instant {
        let (began, nanos) = NOW.get().unwrap_or_else(|| (RuntimeClock::now(), 0));
        began.checked_add(Duration::from_nanos(nanos)).unwrap_or(began)
    }

    fn end(started: Instant, after: Duration) -> Option<Instant> {
        started.checked_add(after)
    }
}
