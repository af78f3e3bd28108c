//! Backoff: how the waits grow, before jitter. All in integer nanoseconds.

use core::fmt;

use super::duration::min;

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

/// Growth per retry: at least 1, at most 10⁹, as an exact fraction.
///
/// Whole factors are exact. Others are taken as the decimal written, rounded to a millionth.
///
/// ```
/// use retry_kit::Factor;
///
/// assert_eq!(Factor::try_new(1.5).unwrap().to_string(), "1.5");
/// assert_eq!(Factor::try_new(0.5), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Factor {
    numerator: u64,
    denominator: u32,
}

const MILLION: u32 = 1_000_000;

impl Factor {
    /// Doubling: the default.
    pub const TWO: Self = Self { numerator: 2, denominator: 1 };

    /// The factor nearest to `value`, or `None` unless it is a number from 1 to 10⁹.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1e6 to 1e15")]
    pub const fn try_new(value: f64) -> Option<Self> {
        if !(value >= 1.0 && value <= 1e9) {
            return None;
        }
        let millionths = (value * MILLION as f64 + 0.5) as u64;
        let common = greatest_common_divisor(millionths, MILLION as u64);
        Some(Self { numerator: millionths / common, denominator: (MILLION as u64 / common) as u32 })
    }

    /// The number that [`try_new`](Self::try_new) takes for this factor.
    #[expect(clippy::cast_precision_loss, reason = "at most 10¹⁵, below 2⁵³")]
    pub(crate) const fn value(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }

    pub(crate) const fn is_one(self) -> bool {
        self.numerator == self.denominator as u64
    }

    /// [`grow`](Self::grow) in 64 bits, as far as they go.
    #[cfg(feature = "decide")]
    const fn grow_short(self, base: u64, n: u32, cap: u64) -> Option<u64> {
        if base == 0 || self.is_one() {
            return None;
        }
        let (mut product, mut step) = (base, 0);
        if self.denominator == 1 {
            while step < n && product < cap {
                product = product.saturating_mul(self.numerator);
                step += 1;
            }
        } else {
            let mut divisor = 1;
            while step < n {
                match product.checked_mul(self.numerator) {
                    Some(longer) => product = longer,
                    None => return None,
                }
                // Never more than the product: the denominator is the lesser of the two.
                divisor *= self.denominator as u64;
                step += 1;
            }
            product /= divisor;
        }
        Some(if product < cap { product } else { cap })
    }

    /// `min(base·factorⁿ, cap)`, rounded down: exact while the fraction fits into 128 bits, then
    /// within 1 part in 10⁹.
    const fn grow(self, base: u128, n: u32, cap: u128) -> u128 {
        if base == 0 || self.is_one() {
            return min(base, cap);
        }
        if let Some(numerator) = (self.numerator as u128).checked_pow(n) {
            if let Some(product) = base.checked_mul(numerator) {
                // A factor is at least 1, so this power is the smaller of the two.
                return min(product / (self.denominator as u128).pow(n), cap);
            }
        }
        if self.denominator == 1 {
            return cap;
        }
        match Scaled::ratio(self.numerator, self.denominator).power(n) {
            Some(power) => min(power.times(base), cap),
            None => cap,
        }
    }
}

/// `2`, `1.5`.
impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.value())
    }
}

const fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// `mantissa · 2^exponent` with the mantissa's top bit set, every operation rounding down.
///
/// One multiplication loses less than 2⁻⁶³ of the value; the n-th power by squaring therefore
/// loses less than n·2⁻⁶². No factor above 1 (the least is 1.000001) needs 2²⁷ steps to
/// leave the range of durations, which bounds the loss by 2⁻³⁵, below 1 part in 10¹⁰.
#[derive(Clone, Copy)]
struct Scaled {
    mantissa: u64,
    exponent: i32,
}

impl Scaled {
    /// Above the longest [`Duration`](core::time::Duration), which is below 2⁹⁴ nanoseconds.
    const OUT_OF_RANGE: i32 = 100;

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        reason = "shifts are at most 128 and leave 64 bits"
    )]
    const fn whole(value: u128) -> Self {
        let shift = 64 - value.leading_zeros() as i32;
        Self {
            mantissa: if shift > 0 { (value >> shift) as u64 } else { (value << -shift) as u64 },
            exponent: shift,
        }
    }

    #[expect(clippy::cast_possible_wrap, reason = "a shift is at most 128")]
    const fn ratio(numerator: u64, denominator: u32) -> Self {
        let shift = numerator.leading_zeros() + 64;
        let quotient = Self::whole(((numerator as u128) << shift) / denominator as u128);
        Self { mantissa: quotient.mantissa, exponent: quotient.exponent - shift as i32 }
    }

    const fn mul(self, other: Self) -> Self {
        let product = Self::whole(self.mantissa as u128 * other.mantissa as u128);
        Self {
            mantissa: product.mantissa,
            exponent: product.exponent + self.exponent + other.exponent,
        }
    }

    /// Whether the value is at least 2^100.
    const fn is_out_of_range(self) -> bool {
        self.exponent + 63 >= Self::OUT_OF_RANGE
    }

    /// `None` when the power is out of range; `n` is not 0.
    const fn power(self, mut n: u32) -> Option<Self> {
        let mut square = self;
        let mut result: Option<Self> = None;
        loop {
            if n & 1 == 1 {
                let product = match result {
                    Some(result) => result.mul(square),
                    None => square,
                };
                if product.is_out_of_range() {
                    return None;
                }
                result = Some(product);
            }
            n >>= 1;
            if n == 0 {
                return result;
            }
            // The factor is above 1: a square out of range takes the whole power with it.
            if square.is_out_of_range() {
                return None;
            }
            square = square.mul(square);
        }
    }

    /// `self · base` in whole nanoseconds, or more than any duration; `base` is not 0.
    const fn times(self, base: u128) -> u128 {
        let product = self.mul(Self::whole(base));
        if product.is_out_of_range() {
            u128::MAX
        } else if product.exponent >= 0 {
            (product.mantissa as u128) << product.exponent
        } else if product.exponent > -64 {
            (product.mantissa >> -product.exponent) as u128
        } else {
            0
        }
    }
}

impl Backoff {
    /// [`longest`](Self::longest) where 64 bits do, as they nearly always do, at a fraction of the
    /// cost.
    #[cfg(feature = "decide")]
    #[inline]
    pub(crate) const fn short(self, base: u64, factor: Factor, cap: u64, n: u32) -> Option<u64> {
        match self {
            Self::Exponential => factor.grow_short(base, n, cap),
            _ => None,
        }
    }

    /// The backoff after `n` retries, for the shapes that need to know no more than that; for
    /// the decorrelated shape the longest it can be.
    pub(crate) const fn longest(self, base: u128, factor: Factor, cap: u128, n: u32) -> u128 {
        match self {
            Self::Exponential => factor.grow(base, n, cap),
            Self::Fixed => min(base, cap),
            Self::Linear => min(base.saturating_mul(n as u128 + 1), cap),
            Self::Fibonacci => fibonacci(base, cap, n),
            Self::Decorrelated => {
                Factor { numerator: 3, denominator: 1 }.grow(base, n.saturating_add(1), cap)
            }
        }
    }
}

const fn fibonacci(base: u128, cap: u128, n: u32) -> u128 {
    if base == 0 {
        return 0;
    }
    let (mut previous, mut current) = (0, base);
    let mut step = 0;
    while step < n && current < cap {
        // Below the cap, so far below overflow.
        (previous, current) = (current, previous + current);
        step += 1;
    }
    min(current, cap)
}

#[cfg(test)]
mod tests;
