//! The clocks by which calls measure: each is the one that its waits sleep by.

pub(crate) use std::time::Instant;

/// Tells a call the time.
pub trait Clock {
    /// The present moment.
    fn now() -> Instant;
}

/// The clock of async functions: tokio's, which stops where tests pause it, or without the feature
/// `tokio` the system's.
#[derive(Clone, Copy, Debug)]
pub struct RuntimeClock;

/// The system's clock, by which a blocked thread sleeps.
#[derive(Clone, Copy, Debug)]
pub struct ThreadClock;

impl Clock for RuntimeClock {
    #[inline]
    fn now() -> Instant {
        #[cfg(feature = "tokio")]
        return tokio::time::Instant::now().into_std();
        #[cfg(not(feature = "tokio"))]
        return Instant::now();
    }
}

impl Clock for ThreadClock {
    #[inline]
    fn now() -> Instant {
        Instant::now()
    }
}
