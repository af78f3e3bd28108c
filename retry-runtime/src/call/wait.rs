//! A wait before the next attempt.

use core::fmt;
use core::time::Duration;

/// A wait before the next attempt.
// Two words, so that it passes through registers, as an `Option` too: every annotated function has
// the code that hands one on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    nanos: u64,
    is_from_server: bool,
}

impl Wait {
    pub(super) const fn of_backoff(nanos: u64) -> Self {
        Self { nanos, is_from_server: false }
    }

    pub(super) const fn of_server(nanos: u64) -> Self {
        Self { nanos, is_from_server: true }
    }

    pub(super) const fn nanos(self) -> u64 {
        self.nanos
    }

    /// Whether the wait takes no time.
    pub(crate) const fn is_zero(self) -> bool {
        self.nanos == 0
    }

    /// A wait that takes no time in place of this one.
    pub(super) const fn left_out(self) -> Self {
        Self { nanos: 0, ..self }
    }

    /// How long to wait.
    #[must_use]
    pub const fn duration(self) -> Duration {
        Duration::from_nanos(self.nanos)
    }

    /// Whether the wait comes from a server hint; otherwise it is the policy's backoff.
    #[must_use]
    pub const fn is_from_server(self) -> bool {
        self.is_from_server
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
