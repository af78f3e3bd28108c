//! A wait before the next attempt.

use core::fmt;
use core::num::NonZeroU32;
use core::time::Duration;

/// A wait before the next attempt.
// A duration and a flag in two words, so that it passes through registers, as an `Option` too:
// every annotated function has the code that hands one on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    seconds: u64,
    /// The nanoseconds and 1, so that it is never 0; the highest bit says that the server asked.
    nanos_and_flag: NonZeroU32,
}

impl Wait {
    const FROM_SERVER: u32 = 1 << 31;

    pub(super) fn new(duration: Duration, from_server: bool) -> Self {
        let flag = if from_server { Self::FROM_SERVER } else { 0 };
        let nanos = NonZeroU32::MIN.saturating_add(duration.subsec_nanos());
        Self { seconds: duration.as_secs(), nanos_and_flag: nanos | flag }
    }

    /// How long to wait.
    #[must_use]
    pub const fn duration(self) -> Duration {
        let nanos = self.nanos_and_flag.get() & !Self::FROM_SERVER;
        Duration::new(self.seconds, nanos.saturating_sub(1))
    }

    /// Whether the server asked for this wait; otherwise it is the policy's backoff.
    #[must_use]
    pub const fn is_from_server(self) -> bool {
        self.nanos_and_flag.get() & Self::FROM_SERVER != 0
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
