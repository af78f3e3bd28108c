//! The backoff as a policy keeps it, in 24 bytes.

use core::time::Duration;

use super::backoff::Backoff;
use super::duration::nanos;
use super::factor::Factor;

/// A [`Backoff`], with the bounds of its throttled schedule.
// A list gives each delay itself, so it needs no bounds, and takes their place.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Growth {
    Shape(Shape, Throttled),
    List(&'static [Duration]),
}

/// A [`Backoff`] that is computed from base and cap.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Shape {
    Exponential,
    Fixed,
    Linear,
    Fibonacci,
    Decorrelated,
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
    pub(super) const DEFAULT: Self = Self::Shape(Shape::Exponential, Throttled::NONE);

    /// Changes the backoff. A shape keeps the throttled bounds.
    pub(super) const fn with(self, backoff: Backoff) -> Self {
        let shape = match backoff {
            Backoff::Exponential => Shape::Exponential,
            Backoff::Fixed => Shape::Fixed,
            Backoff::Linear => Shape::Linear,
            Backoff::Fibonacci => Shape::Fibonacci,
            Backoff::Decorrelated => Shape::Decorrelated,
            Backoff::List(list) => return Self::List(list),
        };
        match self {
            Self::Shape(_, throttled) => Self::Shape(shape, throttled),
            Self::List(_) => Self::Shape(shape, Throttled::NONE),
        }
    }

    #[inline]
    pub(super) const fn backoff(&self) -> Backoff {
        match *self {
            Self::Shape(Shape::Exponential, _) => Backoff::Exponential,
            Self::Shape(Shape::Fixed, _) => Backoff::Fixed,
            Self::Shape(Shape::Linear, _) => Backoff::Linear,
            Self::Shape(Shape::Fibonacci, _) => Backoff::Fibonacci,
            Self::Shape(Shape::Decorrelated, _) => Backoff::Decorrelated,
            Self::List(list) => Backoff::List(list),
        }
    }

    /// [`Backoff::longest`] within these bounds.
    #[inline]
    pub(super) const fn longest(&self, bounds: Bounds, factor: Factor, n: u32) -> u64 {
        let Bounds { base, cap } = bounds;
        match self {
            // Without the way through a `Backoff`, a decision costs 10 instructions less.
            Self::Shape(Shape::Exponential, _) => factor.grow(base, n, cap),
            _ => self.backoff().longest(base, factor, cap, n),
        }
    }

    #[inline]
    pub(super) const fn is_decorrelated(&self) -> bool {
        matches!(self, Self::Shape(Shape::Decorrelated, _))
    }

    /// Sets the base of the throttled schedule; without effect on a list.
    pub(super) const fn throttled_base(self, base: Duration) -> Self {
        match self {
            Self::Shape(shape, throttled) => {
                Self::Shape(shape, Throttled { base: set(base), ..throttled })
            }
            Self::List(_) => self,
        }
    }

    /// Sets the cap of the throttled schedule; without effect on a list.
    pub(super) const fn throttled_cap(self, cap: Duration) -> Self {
        match self {
            Self::Shape(shape, throttled) => {
                Self::Shape(shape, Throttled { cap: set(cap), ..throttled })
            }
            Self::List(_) => self,
        }
    }

    /// Makes the throttled schedule the ordinary one.
    pub(super) const fn without_throttled(self) -> Self {
        match self {
            Self::Shape(shape, _) => Self::Shape(shape, Throttled::NONE),
            Self::List(_) => self,
        }
    }

    /// The bounds of the throttled schedule, of a policy with these bounds.
    pub(super) const fn throttled_bounds(self, policy: Bounds) -> Bounds {
        match self {
            Self::Shape(_, throttled) => throttled.or(policy),
            Self::List(_) => policy,
        }
    }

    /// The bounds of the throttled schedule that are set.
    pub(super) const fn throttled_parts(self) -> (Option<Duration>, Option<Duration>) {
        const fn part(bound: u64) -> Option<Duration> {
            if bound == UNSET { None } else { Some(Duration::from_nanos(bound)) }
        }
        match self {
            Self::Shape(_, Throttled { base, cap }) => (part(base), part(cap)),
            Self::List(_) => (None, None),
        }
    }

    /// Whether the two schedules may differ.
    pub(super) const fn has_throttled(&self) -> bool {
        matches!(self.throttled_parts(), (Some(_), _) | (_, Some(_)))
    }
}
