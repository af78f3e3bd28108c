//! The factor of the exponential backoff, and its powers.

use core::fmt;

use super::duration::min;

/// Growth per retry: at least 1, at most 10⁹, in millionths.
// Stored as a fraction in lowest terms, so that its powers need no reducing, in the eight bytes that the
// millionths alone would take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Factor {
    /// The numerator, of at most 50 bits; below it, in three bits each, the exponents of 5 and 2 in the
    /// denominator.
    bits: u64,
}

const MILLION: u64 = 1_000_000;

/// The powers of five up to 5⁶, which a million contains; three bits index them.
const FIVES: [u64; 8] = [1, 5, 25, 125, 625, 3_125, 15_625, 0];

impl Factor {
    const ONE: Self = Self::of_millionths(MILLION);

    /// Doubling: the default.
    pub(crate) const TWO: Self = Self::of_millionths(2 * MILLION);

    /// The growth of decorrelated backoff.
    pub(crate) const THREE: Self = Self::of_millionths(3 * MILLION);

    /// The factor nearest to `value`, or `None` unless it is a number from 1 to 10⁹.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1e6 to 1e15")]
    #[expect(clippy::cast_precision_loss, reason = "a million")]
    pub(crate) const fn try_new(value: f64) -> Option<Self> {
        if value >= 1.0 && value <= 1e9 {
            Some(Self::of_millionths((value * MILLION as f64 + 0.5) as u64))
        } else {
            None
        }
    }

    const fn of_millionths(mut numerator: u64) -> Self {
        let (mut fives, mut twos) = (6, 6);
        while fives > 0 && numerator % 5 == 0 {
            numerator /= 5;
            fives -= 1;
        }
        while twos > 0 && numerator % 2 == 0 {
            numerator /= 2;
            twos -= 1;
        }
        Self { bits: numerator << 6 | fives << 3 | twos }
    }

    #[inline]
    const fn numerator(self) -> u64 {
        self.bits >> 6
    }

    #[inline]
    const fn denominator(self) -> u64 {
        FIVES[(self.bits >> 3 & 7) as usize] << (self.bits & 7)
    }

    pub(super) const fn millionths(self) -> u64 {
        self.numerator() * (MILLION / self.denominator())
    }

    /// The number that [`try_new`](Self::try_new) takes for this factor.
    #[expect(clippy::cast_precision_loss, reason = "at most 10¹⁵, below 2⁵³")]
    pub(crate) const fn value(self) -> f64 {
        self.millionths() as f64 / MILLION as f64
    }

    pub(crate) const fn is_two(self) -> bool {
        self.bits == Self::TWO.bits
    }

    pub(crate) const fn is_three(self) -> bool {
        self.bits == Self::THREE.bits
    }

    pub(crate) const fn is_one(self) -> bool {
        self.bits == Self::ONE.bits
    }

    /// `min(base·factorⁿ, cap)`, rounded down: exact while the fraction fits into 128 bits, then
    /// within 1 part in 10⁹.
    pub(crate) const fn grow(self, base: u64, n: u32, cap: u64) -> u64 {
        if base == 0 || n == 0 || self.is_one() {
            return min(base, cap);
        }
        let (numerator, denominator) = (self.numerator(), self.denominator());
        let (mut product, mut divisor, mut step) = (base, 1, 0);
        // 64 bits as long as they suffice: they cost a fraction of 128.
        while step < n {
            let Some(longer) = product.checked_mul(numerator) else {
                // The backoff only grows: if this power reaches the cap, so does the last.
                if product / divisor >= cap {
                    return cap;
                }
                return self.grow_far(base, n, cap);
            };
            product = longer;
            // Cannot overflow: the denominator is at most the numerator.
            divisor *= denominator;
            step += 1;
        }
        min(product / divisor, cap)
    }

    /// [`grow`](Self::grow) where 64 bits do not suffice.
    #[cold]
    #[inline(never)]
    const fn grow_far(self, base: u64, n: u32, cap: u64) -> u64 {
        match self.exact_power(base, n) {
            Some(product) => capped(product, cap),
            None => match self.power(n) {
                Some(power) => capped(power.times(base as u128), cap),
                None => cap,
            },
        }
    }

    /// `base·factorⁿ` as long as the fraction fits into 128 bits.
    const fn exact_power(self, base: u64, n: u32) -> Option<u128> {
        let Some(numerator) = (self.numerator() as u128).checked_pow(n) else {
            return None;
        };
        match numerator.checked_mul(base as u128) {
            // Cannot overflow: the denominator is at most the numerator.
            Some(product) => Some(product / (self.denominator() as u128).pow(n)),
            None => None,
        }
    }

    /// The power as a binary float; `None` if it is out of range.
    const fn power(self, n: u32) -> Option<Scaled> {
        Scaled::ratio(self.numerator(), self.denominator()).power(n)
    }

    /// The sum of `base·factorⁿ` for all `n` in `from..to`, for slow growth over many terms. Never too
    /// short; too long by at most 1 part in 10⁹, plus what rounding each term down takes off.
    ///
    /// Uses the formula of the geometric series, with 32 bits behind the point.
    pub(crate) const fn sum_of_powers(self, base: u64, from: u32, to: u32) -> u128 {
        let base = (base as u128) << 32;
        let (Some(first), Some(end)) = (self.power_times(base, from), self.power_times(base, to))
        else {
            return u128::MAX;
        };
        let growth = (self.numerator() - self.denominator()) as u128;
        // Twice the most that the power can have lost.
        let lost = end.saturating_mul(to as u128) >> 61;
        let difference = end.saturating_add(lost).saturating_sub(first);
        let sum = difference.saturating_mul(self.denominator() as u128) / growth;
        (sum >> 32).saturating_add(1)
    }

    const fn power_times(self, base: u128, n: u32) -> Option<u128> {
        if n == 0 {
            return Some(base);
        }
        match self.power(n) {
            Some(power) => Some(power.times(base)),
            None => None,
        }
    }
}

/// `2`, `1.5`.
impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.value())
    }
}

#[expect(clippy::cast_possible_truncation, reason = "compared before")]
const fn capped(nanos: u128, cap: u64) -> u64 {
    if nanos < cap as u128 { nanos as u64 } else { cap }
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
    const fn ratio(numerator: u64, denominator: u64) -> Self {
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

    /// `None` if the power is out of range; `n` is not 0.
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
            // The factor is above 1: if a square is out of range, so is the power.
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
