//! The range that a wait is drawn from.

use core::ops::RangeInclusive;
use core::time::Duration;

/// The shortest and the longest wait, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) shortest: u64,
    pub(crate) longest: u64,
}

impl Range {
    pub(crate) const fn durations(self) -> RangeInclusive<Duration> {
        Duration::from_nanos(self.shortest)..=Duration::from_nanos(self.longest)
    }
}
