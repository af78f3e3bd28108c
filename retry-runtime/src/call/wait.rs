//! A wait before the next attempt.

use core::fmt;
use core::time::Duration;

use crate::policy::duration::nanos;

/// A wait before the next attempt.
///
/// ```
/// use std::time::Duration;
/// use retry_kit::{Decision, ErrorClass, RetryPolicy, RetryState};
///
/// let decision = RetryState::new(&RetryPolicy::DEFAULT).decide(ErrorClass::Transient);
/// let Decision::Retry(wait) = decision else { panic!("{decision:?}") };
/// assert!(wait.duration() >= Duration::from_secs(1));
/// assert!(!wait.is_from_server());
/// ```
// Two words, so that even an `Option` of it passes through registers: every annotated function has code
// that hands one on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    nanos: u64,
    origin: Origin,
}

/// What determined a wait.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Backoff,
    Hint,
    /// The server asked another call.
    Pause,
}

impl Wait {
    pub(super) const fn of_backoff(nanos: u64) -> Self {
        Self { nanos, origin: Origin::Backoff }
    }

    pub(super) const fn of_server(nanos: u64) -> Self {
        Self { nanos, origin: Origin::Hint }
    }

    pub(super) const fn of_pause(nanos: u64) -> Self {
        Self { nanos, origin: Origin::Pause }
    }

    pub(super) const fn nanos(self) -> u64 {
        self.nanos
    }

    /// Whether the wait takes no time.
    pub(crate) const fn is_zero(self) -> bool {
        self.nanos == 0
    }

    /// The longer one of this wait and that for a pause.
    pub(super) const fn or_longer(self, pause: u64) -> Self {
        if pause > self.nanos { Self::of_pause(pause) } else { self }
    }

    /// The part of the wait that passed, where something ended it after this time.
    pub(crate) fn cut_after(self, passed: Duration) -> Self {
        Self { nanos: nanos(passed).min(self.nanos), ..self }
    }

    /// The same wait, skipped.
    pub(super) const fn left_out(self) -> Self {
        Self { nanos: 0, ..self }
    }

    /// Returns how long to wait.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::testing;
    ///
    /// assert_eq!(testing::wait(Duration::from_secs(1)).duration(), Duration::from_secs(1));
    /// ```
    #[must_use]
    pub const fn duration(self) -> Duration {
        Duration::from_nanos(self.nanos)
    }

    /// Tells whether the wait comes from a server hint; otherwise it comes from the policy's backoff.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::testing;
    ///
    /// assert!(testing::wait_from_server(Duration::from_secs(1)).is_from_server());
    /// ```
    #[must_use]
    pub const fn is_from_server(self) -> bool {
        !matches!(self.origin, Origin::Backoff)
    }

    /// Whether a pause determined the wait.
    #[cfg(feature = "recorder")]
    pub(super) const fn is_for_pause(self) -> bool {
        matches!(self.origin, Origin::Pause)
    }
}

impl fmt::Debug for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("duration", &self.duration())
            .field("from_server", &self.is_from_server())
            .finish()
    }
}
