//! The clocks of calls. A call measures time with the clock that its waits use.

use core::time::Duration;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
pub(crate) use std::time::Instant;
use std::time::SystemTime;

#[cfg(all(feature = "wasm", target_family = "wasm", target_os = "unknown"))]
pub(crate) use web_time::Instant;

/// Gives a call the time.
pub trait Clock {
    /// Whether it is a time in which something happens; the time of a simulation is not.
    const IS_REAL: bool = true;

    /// Returns the current time.
    fn now() -> Instant;

    /// Returns a moment `after` another one, on the clock of async functions; `None` if it is out of range.
    fn end(started: Instant, after: Duration) -> Option<Instant>;
}

/// The clock of async functions: tokio's, which tests can pause, or the system's without the feature `tokio`
/// and outside a runtime.
#[derive(Clone, Copy, Debug)]
pub struct RuntimeClock;

/// The system's clock, for calls that block their thread.
#[derive(Clone, Copy, Debug)]
pub struct ThreadClock;

impl Clock for RuntimeClock {
    #[inline]
    fn now() -> Instant {
        #[cfg(all(feature = "tokio", not(all(target_family = "wasm", target_os = "unknown"))))]
        return tokio::time::Instant::now().into_std();
        #[cfg(not(all(
            feature = "tokio",
            not(all(target_family = "wasm", target_os = "unknown"))
        )))]
        return Instant::now();
    }

    #[inline]
    fn end(started: Instant, after: Duration) -> Option<Instant> {
        started.checked_add(after)
    }
}

impl Clock for ThreadClock {
    #[inline]
    fn now() -> Instant {
        Instant::now()
    }

    fn end(started: Instant, after: Duration) -> Option<Instant> {
        let left = after.saturating_sub(Self::now().saturating_duration_since(started));
        RuntimeClock::now().checked_add(left)
    }
}

/// Returns the time of day.
pub(crate) fn time_of_day() -> SystemTime {
    #[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
    return SystemTime::now();
    #[cfg(all(feature = "wasm", target_family = "wasm", target_os = "unknown"))]
    return web_time::web::SystemTimeExt::to_std(web_time::SystemTime::now());
}
