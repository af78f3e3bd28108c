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
    /// Whether only one wait is possible.
    #[cfg(feature = "decide")]
    #[inline]
    pub(crate) const fn is_single(self) -> bool {
        self.shortest == self.longest
    }

    /// Scales a uniform 64-bit number to the range, with a bias of at most the width / 2⁶⁴.
    #[cfg(feature = "decide")]
    #[inline]
    pub(crate) const fn at(self, random: u64) -> u64 {
        let count = (self.longest - self.shortest) as u128 + 1;
        self.shortest + ((random as u128 * count) >> 64) as u64
    }

    pub(crate) const fn durations(self) -> RangeInclusive<Duration> {
        Duration::from_nanos(self.shortest)..=Duration::from_nanos(self.longest)
    }
}
