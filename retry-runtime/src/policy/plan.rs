//! The ordinary schedule, doubling with plain jitter, in two bytes.
//!
//! A plan lets a decision compute a wait with shifts alone. The setters that change the shape compute it.
//! Those of base and cap do not: most policies use them, and the compiler would compute the plan once more for
//! each annotated function.

use super::duration::min;
use super::jitter::{Jitter, Ratio};
use super::range::Range;

/// Derives the range of a wait from a backoff that doubles.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Plan {
    /// The shortest wait is the backoff shifted right by this.
    shortest: u8,
    /// The width of the range is the backoff shifted right by this.
    added: u8,
}

/// Shifts every backoff below 2⁶³ ns to zero.
const ALL: u8 = 63;

impl Plan {
    /// No plan: for every other schedule.
    pub(crate) const NONE: Self = Self { shortest: u8::MAX, added: u8::MAX };

    /// No plan, but a decorrelated backoff with its usual factor and one schedule.
    pub(crate) const TRIPLING: Self = Self { shortest: u8::MAX, added: 0 };

    /// The plan with additive jitter of ratio 1.
    pub(crate) const DEFAULT: Self = Self { shortest: 0, added: 0 };

    /// The plan of a doubling backoff, if its jitter has one.
    pub(crate) const fn of_doubling(jitter: Jitter) -> Self {
        let (shortest, added) = match jitter {
            Jitter::Additive(Ratio::ONE) => (0, 0),
            Jitter::Full => (ALL, 0),
            Jitter::None => (0, ALL),
            Jitter::Additive(_) | Jitter::Equal | Jitter::Symmetric(_) | Jitter::Absolute(_) => {
                return Self::NONE;
            }
        };
        Self { shortest, added }
    }

    /// Whether there is a plan.
    #[inline]
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "as in `range`")]
    pub(crate) const fn is_there(&self) -> bool {
        self.shortest != Self::NONE.shortest
    }

    /// Of a decorrelated backoff: whether its factor is the usual one, and its schedule the only one.
    #[cfg(feature = "decide")]
    #[inline]
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "as in `range`")]
    pub(crate) const fn is_tripling(&self) -> bool {
        self.added == Self::TRIPLING.added
    }

    /// The range of the wait after `retries` retries; `None` without a plan, or for a backoff from 2⁶³ ns
    /// on.
    #[inline]
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "by value, its bytes are read as one number and then taken apart"
    )]
    pub(crate) const fn range(&self, base: u64, cap: u64, retries: u32) -> Option<Range> {
        if !self.is_there() {
            return None;
        }
        let backoff = if retries <= (base | 1).leading_zeros() {
            min(base << retries, cap)
        } else if base == 0 {
            0
        } else {
            cap
        };
        if backoff >> 63 != 0 {
            return None;
        }
        let shortest = backoff >> self.shortest;
        Some(Range { shortest, longest: shortest + (backoff >> self.added) })
    }
}
