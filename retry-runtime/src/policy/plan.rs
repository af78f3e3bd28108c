//! The ordinary schedule, doubling with plain jitter, in three bytes.
//!
//! What a decision on the retry path needs of such a policy, worked out where the policy is made: in
//! a `const`, by the compiler.

use super::jitter::{Jitter, Ratio};
use super::range::Range;

/// How often the backoff doubles below the cap, and how its range follows from it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Plan {
    /// From so many retries on the backoff is the cap.
    steps: u8,
    /// The shortest wait is the backoff shifted right by this.
    shortest: u8,
    /// What may be added to it is the backoff shifted right by this.
    added: u8,
}

/// Leaves nothing of a backoff below 2⁶³ ns.
const ALL: u8 = 63;

impl Plan {
    /// For every schedule that is not the ordinary one.
    pub(crate) const NONE: Self = Self { steps: u8::MAX, shortest: 0, added: 0 };

    /// From 1 s to 60 s with additive jitter.
    pub(crate) const DEFAULT: Self = Self { steps: 6, shortest: 0, added: 0 };

    /// The plan of a doubling backoff, if its jitter has one.
    #[expect(clippy::cast_possible_truncation, reason = "at most 63")]
    pub(crate) const fn of_doubling(base: u64, cap: u64, jitter: Jitter) -> Self {
        let (shortest, added) = match jitter {
            Jitter::Additive(Ratio::ONE) => (0, 0),
            Jitter::Full => (ALL, 0),
            Jitter::None => (0, ALL),
            Jitter::Additive(_) | Jitter::Equal => return Self::NONE,
        };
        if base == 0 || base > cap || cap >> 63 != 0 {
            return Self::NONE;
        }
        // The least for which `base << steps` is not below the cap.
        let steps = u64::BITS - ((cap - 1) / base).leading_zeros();
        Self { steps: steps as u8, shortest, added }
    }

    /// The range of the wait after `retries` retries, if there is a plan.
    #[inline]
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "as a value its bytes are read as one number and taken apart"
    )]
    pub(crate) const fn range(&self, base: u64, cap: u64, retries: u32) -> Option<Range> {
        if self.steps == Self::NONE.steps {
            return None;
        }
        let backoff = if retries < self.steps as u32 { base << retries } else { cap };
        let shortest = backoff >> self.shortest;
        Some(Range { shortest, longest: shortest + (backoff >> self.added) })
    }
}
