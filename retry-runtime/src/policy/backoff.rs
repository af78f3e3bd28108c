//! Backoff: how waits grow, before jitter, in integer nanoseconds.

use core::hash::{Hash, Hasher};
use core::mem::discriminant;
use core::ptr::fn_addr_eq;
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
/// | [`Decorrelated`](Self::Decorrelated) | `U[base, factor·previous]`, factor 3 unless set | 1s to 2s, then up to 4s, 8s |
/// | [`List`](Self::List) | the delay of number `n`, later the last | no base, factor or cap |
/// | [`Custom`](Self::Custom) | what your function returns for `n` | no base or factor |
///
/// `Decorrelated` is the "decorrelated jitter" of the [AWS Architecture Blog, 2015][aws], which has a
/// factor of 3. `previous` is the base at first, then the last backoff, never a server hint. Its waits are
/// already random, so [`Jitter`](crate::Jitter) does not apply.
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
#[derive(Clone, Copy, Debug, Eq, Default)]
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
    /// Each backoff is drawn between the base and three times the one before, or as many times as the
    /// [factor](crate::RetryPolicy::factor) says.
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
    /// This function returns the backoff for the number of retries so far, from 0. In the attribute:
    /// `backoff = custom(my_backoff)`, also with a closure that captures nothing.
    ///
    /// The cap bounds what it returns, and jitter applies. Factor and throttled backoff have no effect
    /// beside it, and the base is used after a server hint only. It is called once for each wait, so it
    /// should not depend on anything but the number: [`RetryPolicy::delays`] calls it, too. As a `const fn`
    /// cannot call it, [`RetryPolicy::worst_case_wait`] and the key `fits` count each wait as the longest
    /// that the cap allows.
    ///
    /// Two such backoffs are equal if their functions have the same address. The compiler may give one
    /// function several addresses, and one address to several functions.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{Backoff, Jitter, RetryPolicy};
    ///
    /// fn squares(retries: u32) -> Duration {
    ///     Duration::from_millis(100).saturating_mul(retries.saturating_add(1).saturating_pow(2))
    /// }
    ///
    /// const POLICY: RetryPolicy =
    ///     RetryPolicy::new().backoff(Backoff::Custom(squares)).jitter(Jitter::None).build();
    /// let waits: Vec<_> = POLICY.delays().map(|wait| *wait.end()).collect();
    /// assert_eq!(waits, [100, 400, 900].map(Duration::from_millis));
    /// ```
    ///
    /// [`RetryPolicy::delays`]: crate::RetryPolicy::delays
    /// [`RetryPolicy::worst_case_wait`]: crate::RetryPolicy::worst_case_wait
    Custom(fn(u32) -> Duration),
}

/// Compares functions by address, see [`Custom`](Self::Custom).
impl PartialEq for Backoff {
    fn eq(&self, other: &Self) -> bool {
        match (*self, *other) {
            (Self::List(one), Self::List(other)) => one == other,
            (Self::Custom(one), Self::Custom(other)) => Custom(one) == Custom(other),
            _ => discriminant(self) == discriminant(other),
        }
    }
}

impl Hash for Backoff {
    fn hash<H: Hasher>(&self, state: &mut H) {
        discriminant(self).hash(state);
        match *self {
            Self::List(delays) => delays.hash(state),
            Self::Custom(backoff) => Custom(backoff).hash(state),
            _ => {}
        }
    }
}

/// A function of the user's that computes the backoff.
#[derive(Clone, Copy, Eq)]
pub(super) struct Custom(pub(super) fn(u32) -> Duration);

impl Custom {
    /// The backoff after `n` retries.
    pub(super) fn backoff(self, cap: u64, n: u32) -> u64 {
        min(nanos((self.0)(n)), cap)
    }
}

impl PartialEq for Custom {
    fn eq(&self, other: &Self) -> bool {
        fn_addr_eq(self.0, other.0)
    }
}

impl Hash for Custom {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0 as *const ()).hash(state);
    }
}

impl Backoff {
    /// The backoff after `n` retries; of the decorrelated shape and of a function, the longest possible one.
    #[inline]
    pub(crate) const fn longest(self, base: u64, factor: Factor, cap: u64, n: u32) -> u64 {
        match self {
            Self::Exponential => factor.grow(base, n, cap),
            Self::Fixed => min(base, cap),
            Self::Linear => min(base.saturating_mul(n as u64 + 1), cap),
            Self::Fibonacci => fibonacci(base, cap, n),
            Self::Decorrelated => factor.grow(base, n.saturating_add(1), cap),
            Self::List(delays) => match delays {
                [] => min(base, cap),
                [.., last] if n as usize >= delays.len() => nanos(*last),
                delays => nanos(delays[n as usize]),
            },
            // A constant function cannot call it.
            Self::Custom(_) => cap,
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
