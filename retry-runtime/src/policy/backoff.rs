//! Backoff: how the waits grow, before jitter. All in integer nanoseconds.

use super::duration::min;
use super::factor::Factor;

/// How the delay grows from retry to retry. `n` counts the retries so far, from 0; every shape
/// is bounded by the cap of the policy, which applies before jitter.
///
/// | shape | delay | with `base = 1s`, `factor = 2` |
/// |---|---|---|
/// | [`Exponential`](Self::Exponential) | `base·factorⁿ` | 1s, 2s, 4s, 8s |
/// | [`Fixed`](Self::Fixed) | `base` | 1s, 1s, 1s, 1s |
/// | [`Linear`](Self::Linear) | `base·(n+1)` | 1s, 2s, 3s, 4s |
/// | [`Fibonacci`](Self::Fibonacci) | `base·F(n+1)` | 1s, 1s, 2s, 3s |
/// | [`Decorrelated`](Self::Decorrelated) | `U[base, 3·previous]` | 1s to 3s, then up to 9s, 27s |
///
/// Decorrelated jitter is the [AWS Architecture Blog's of 2015][aws]: `previous` is the base at
/// first and the last backoff afterwards, never a server's hint. It is its own jitter, so
/// [`Jitter`](crate::Jitter) does not apply to it.
///
/// [aws]: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Backoff {
    /// Each delay is the one before times the factor.
    #[default]
    Exponential,
    /// Each delay is the base.
    Fixed,
    /// Each delay is longer by the base.
    Linear,
    /// Each delay is the sum of the two before.
    Fibonacci,
    /// Each delay is drawn between the base and three times the one before.
    Decorrelated,
}

impl Backoff {
    /// The backoff after `n` retries, for the shapes that need to know no more than that; for
    /// the decorrelated shape the longest it can be.
    #[inline]
    pub(crate) const fn longest(self, base: u64, factor: Factor, cap: u64, n: u32) -> u64 {
        match self {
            Self::Exponential => factor.grow(base, n, cap),
            Self::Fixed => min(base, cap),
            Self::Linear => min(base.saturating_mul(n as u64 + 1), cap),
            Self::Fibonacci => fibonacci(base, cap, n),
            Self::Decorrelated => Factor::THREE.grow(base, n.saturating_add(1), cap),
        }
    }
}

const fn fibonacci(base: u64, cap: u64, n: u32) -> u64 {
    if base == 0 {
        return 0;
    }
    let (mut previous, mut current) = (0, base);
    let mut step = 0;
    while step < n && current < cap {
        (previous, current) = (current, current.saturating_add(previous));
        step += 1;
    }
    min(current, cap)
}

#[cfg(test)]
mod tests;
