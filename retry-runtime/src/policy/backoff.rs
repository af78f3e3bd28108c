//! Backoff: how waits grow, before jitter, in integer nanoseconds.

use core::time::Duration;

use super::duration::{min, nanos};
use super::factor::Factor;

/// Chooses how the backoff grows from retry to retry.
///
/// `n` is the number of retries so far, from 0. The cap of the policy bounds every shape but a list,
/// before jitter.
///
/// | shape | backoff | with `base = 1s`, `factor = 2` |
/// |---|---|---|
/// | [`Exponential`](Self::Exponential) | `base·factorⁿ` | 1s, 2s, 4s, 8s |
/// | [`Fixed`](Self::Fixed) | `base` | 1s, 1s, 1s, 1s |
/// | [`Linear`](Self::Linear) | `base·(n+1)` | 1s, 2s, 3s, 4s |
/// | [`Fibonacci`](Self::Fibonacci) | `base·F(n+1)` | 1s, 1s, 2s, 3s |
/// | [`Decorrelated`](Self::Decorrelated) | `U[base, 3·previous]` | 1s to 3s, then up to 9s, 27s |
/// | [`List`](Self::List) | the delay of number `n`, later the last | no base, factor or cap |
///
/// `Decorrelated` is the "decorrelated jitter" of the [AWS Architecture Blog, 2015][aws]. `previous` is
/// the base at first, then the last backoff, never a server hint. Its waits are already random, so
/// [`Jitter`](crate::Jitter) does not apply.
///
/// ```
/// use std::time::Duration;
/// use retry_kit::{Backoff, Jitter, RetryPolicy};
///
/// let policy = RetryPolicy::new().backoff(Backoff::Linear).jitter(Jitter::None);
/// let waits: Vec<_> = policy.delays().map(|wait| *wait.end()).collect();
/// assert_eq!(waits, [1, 2, 3].map(Duration::from_secs));
/// ```
///
/// [aws]: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Backoff {
    /// Each backoff is the one before times the factor.
    #[default]
    Exponential,
    /// Each backoff is the base.
    Fixed,
    /// Each backoff is longer than the one before by the base.
    Linear,
    /// Each backoff is the sum of the two before.
    Fibonacci,
    /// Each backoff is drawn between the base and three times the one before.
    Decorrelated,
    /// These are the backoffs, in this order; after the last, the last repeats. In the attribute:
    /// `delays = ["100ms", "1s", "10s"]`.
    ///
    /// A list is complete: base, factor, cap and throttled backoff have no effect beside it, and jitter
    /// applies. It does not change the retry limit; [`RetryPolicy::from_delays`] also sets that to the
    /// length of the list. Any order is allowed, and so is a delay of zero. An empty list is an error of
    /// [`RetryPolicy::try_build`]; without that check, each backoff is the base.
    ///
    /// [`RetryPolicy::from_delays`]: crate::RetryPolicy::from_delays
    /// [`RetryPolicy::try_build`]: crate::RetryPolicy::try_build
    List(&'static [Duration]),
}

impl Backoff {
    /// The backoff after `n` retries; of the decorrelated shape, the longest possible one.
    #[inline]
    pub(crate) const fn longest(self, base: u64, factor: Factor, cap: u64, n: u32) -> u64 {
        match self {
            Self::Exponential => factor.grow(base, n, cap),
            Self::Fixed => min(base, cap),
            Self::Linear => min(base.saturating_mul(n as u64 + 1), cap),
            Self::Fibonacci => fibonacci(base, cap, n),
            Self::Decorrelated => Factor::THREE.grow(base, n.saturating_add(1), cap),
            Self::List(delays) => match delays {
                [] => min(base, cap),
                [.., last] if n as usize >= delays.len() => nanos(*last),
                delays => nanos(delays[n as usize]),
            },
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
