//! The backoff as a policy keeps it, in 24 bytes.

use core::time::Duration;

use super::backoff::{Backoff, Custom};
use super::duration::nanos;
use super::factor::Factor;

/// A [`Backoff`], with the bounds of its throttled schedule.
// A list and a function give each delay themselves, so they need no throttled bounds, and take their place.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Growth {
    Exponential(Throttled),
    Fixed(Throttled),
    Linear(Throttled),
    Fibonacci(Throttled),
    Decorrelated(Throttled),
    List(&'static [Duration]),
    Custom(Custom),
}

/// Where the backoff begins and ends, in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) base: u64,
    pub(crate) cap: u64,
}

/// The bounds of the throttled schedule; each may be unset.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Throttled {
    base: u64,
    cap: u64,
}

/// Stands for a bound that is not set. A bound that long is kept as a nanosecond less.
const UNSET: u64 = u64::MAX;

const fn set(bound: Duration) -> u64 {
    super::duration::min(nanos(bound), UNSET - 1)
}

impl Throttled {
    const NONE: Self = Self { base: UNSET, cap: UNSET };

    /// These bounds, or those of the policy where unset.
    const fn or(self, policy: Bounds) -> Bounds {
        Bounds {
            base: if self.base == UNSET { policy.base } else { self.base },
            cap: if self.cap == UNSET { policy.cap } else { self.cap },
        }
    }
}

impl Growth {
    pub(super) const DEFAULT: Self = Self::Exponential(Throttled::NONE);

    const fn of(backoff: Backoff, throttled: Throttled) -> Self {
        match backoff {
            Backoff::Exponential => Self::Exponential(throttled),
            Backoff::Fixed => Self::Fixed(throttled),
            Backoff::Linear => Self::Linear(throttled),
            Backoff::Fibonacci => Self::Fibonacci(throttled),
            Backoff::Decorrelated => Self::Decorrelated(throttled),
            Backoff::List(delays) => Self::List(delays),
            Backoff::Custom(backoff) => Self::Custom(Custom(backoff)),
        }
    }

    #[inline]
    pub(super) const fn backoff(&self) -> Backoff {
        match *self {
            Self::Exponential(_) => Backoff::Exponential,
            Self::Fixed(_) => Backoff::Fixed,
            Self::Linear(_) => Backoff::Linear,
            Self::Fibonacci(_) => Backoff::Fibonacci,
            Self::Decorrelated(_) => Backoff::Decorrelated,
            Self::List(delays) => Backoff::List(delays),
            Self::Custom(Custom(backoff)) => Backoff::Custom(backoff),
        }
    }

    #[inline]
    const fn throttled(&self) -> Throttled {
        match *self {
            Self::Exponential(throttled)
            | Self::Fixed(throttled)
            | Self::Linear(throttled)
            | Self::Fibonacci(throttled)
            | Self::Decorrelated(throttled) => throttled,
            Self::List(_) | Self::Custom(_) => Throttled::NONE,
        }
    }

    /// Changes the backoff. The throttled bounds stay, unless it is a list or a function.
    pub(super) const fn with(self, backoff: Backoff) -> Self {
        Self::of(backoff, self.throttled())
    }

    /// Sets the base of the throttled schedule; without effect on a list or a function.
    pub(super) const fn throttled_base(self, base: Duration) -> Self {
        Self::of(self.backoff(), Throttled { base: set(base), ..self.throttled() })
    }

    /// Sets the cap of the throttled schedule; without effect on a list or a function.
    pub(super) const fn throttled_cap(self, cap: Duration) -> Self {
        Self::of(self.backoff(), Throttled { cap: set(cap), ..self.throttled() })
    }

    /// Makes the throttled schedule the ordinary one.
    pub(super) const fn without_throttled(self) -> Self {
        Self::of(self.backoff(), Throttled::NONE)
    }

    /// [`Backoff::longest`] within these bounds.
    #[inline]
    pub(super) const fn longest(&self, bounds: Bounds, factor: Factor, n: u32) -> u64 {
        let Bounds { base, cap } = bounds;
        match self {
            // Without the way through a `Backoff`, a decision costs 10 instructions less.
            Self::Exponential(_) => factor.grow(base, n, cap),
            _ => self.backoff().longest(base, factor, cap, n),
        }
    }

    /// The backoff of a function of the user's.
    #[inline]
    pub(super) const fn custom(&self) -> Option<Custom> {
        match *self {
            Self::Custom(custom) => Some(custom),
            _ => None,
        }
    }

    /// [`longest`](Self::longest), except that a function of the user's is called.
    #[inline]
    pub(super) fn longest_called(&self, bounds: Bounds, factor: Factor, n: u32) -> u64 {
        match self {
            Self::Exponential(_) => factor.grow(bounds.base, n, bounds.cap),
            Self::Custom(custom) => custom.backoff(bounds.cap, n),
            _ => self.longest(bounds, factor, n),
        }
    }

    /// The factor, unless another is set.
    pub(super) const fn default_factor(&self) -> Factor {
        if self.is_decorrelated() { Factor::THREE } else { Factor::TWO }
    }

    #[inline]
    pub(super) const fn is_decorrelated(&self) -> bool {
        matches!(self, Self::Decorrelated(_))
    }

    /// The bounds of the throttled schedule, of a policy with these bounds.
    #[inline]
    pub(super) const fn throttled_bounds(&self, policy: Bounds) -> Bounds {
        self.throttled().or(policy)
    }

    /// The bounds of the throttled schedule that are set: base and cap.
    #[cfg(any(test, feature = "serde", feature = "recorder"))]
    pub(super) const fn throttled_parts(&self) -> (Option<Duration>, Option<Duration>) {
        const fn part(bound: u64) -> Option<Duration> {
            if bound == UNSET { None } else { Some(Duration::from_nanos(bound)) }
        }
        let Throttled { base, cap } = self.throttled();
        (part(base), part(cap))
    }

    /// Whether the two schedules may differ.
    #[inline]
    pub(super) const fn has_throttled(&self) -> bool {
        let Throttled { base, cap } = self.throttled();
        base != UNSET || cap != UNSET
    }
}
