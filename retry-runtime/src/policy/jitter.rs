//! Jitter: spreads waits, so that clients that failed together do not retry together.

use core::fmt;
use core::time::Duration;

use super::duration::nanos;
use super::range::Range;

/// Spreads waits at random, so that clients that failed together do not retry together.
///
/// `d` is the backoff, and `U` a uniform draw. The cap of the policy applies to `d`, before jitter, so
/// that clients do not bunch up at the cap.
///
/// | kind | the wait | mean | longest |
/// |---|---|---|---|
/// | [`Additive(r)`](Self::Additive) | `d + U[0, r·d]` | `(1 + r/2)·d` | `(1 + r)·d`, even at the cap |
/// | [`Full`](Self::Full) | `U[0, d]` | `d/2` | `d` |
/// | [`Equal`](Self::Equal) | `d/2 + U[0, d/2]` | `3·d/4` | `d` |
/// | [`Symmetric(r)`](Self::Symmetric) | `d + U[-r·d, r·d]` | `d` | `(1 + r)·d`, even at the cap |
/// | [`Absolute(t)`](Self::Absolute) | `d + U[0, t]` | `d + t/2` | `d + t`, even at the cap |
/// | [`None`](Self::None) | `d` | `d` | `d` |
///
/// "Full" and "equal" are the names of the [AWS Architecture Blog, "Exponential Backoff And
/// Jitter", 2015][aws].
///
/// ```
/// use std::time::Duration;
/// use retry_kit::{Jitter, RetryPolicy};
///
/// let policy = RetryPolicy::new().max_retries(1).jitter(Jitter::additive(0.1));
/// let first = policy.delays().next().unwrap();
/// assert_eq!(first, Duration::from_secs(1)..=Duration::from_millis(1_100));
/// ```
///
/// [aws]: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Jitter {
    /// The backoff plus up to this part of it. The default, with ratio 1.
    Additive(Ratio),
    /// Uniform between zero and the whole backoff.
    Full,
    /// Uniform between half of the backoff and the whole.
    Equal,
    /// The backoff plus or minus up to this part of it: a ratio of 0.5 is what other libraries call a
    /// randomization factor of 0.5. In the attribute: `jitter = symmetric(0.5)`.
    Symmetric(Ratio),
    /// The backoff plus up to this time, the same for every retry. A policy keeps it in whole
    /// microseconds, at most 2³² of them (71 minutes). In the attribute: `jitter = absolute("500ms")`.
    Absolute(Duration),
    /// Exactly the backoff.
    None,
}

impl Default for Jitter {
    /// Returns [`Jitter::Additive`] with ratio 1.
    fn default() -> Self {
        Self::Additive(Ratio::ONE)
    }
}

impl Jitter {
    /// Returns [`Jitter::Additive`] with a ratio from 0 to 1, rounded to a millionth.
    ///
    /// ```
    /// use retry_kit::Jitter;
    ///
    /// assert_eq!(Jitter::additive(0.1).to_string(), "additive(0.1)");
    /// ```
    ///
    /// # Panics
    ///
    /// If `ratio` is not a number from 0 to 1; in a `const` that is a compile error. For a value
    /// read at run time use [`try_additive`](Self::try_additive).
    #[must_use]
    pub const fn additive(ratio: f64) -> Self {
        match Self::try_additive(ratio) {
            Some(jitter) => jitter,
            None => panic!("a jitter ratio is a number from 0 to 1"),
        }
    }

    /// Returns [`Jitter::Additive`] with this ratio, for values read at run time; `None` unless it is from 0 to
    /// 1.
    ///
    /// ```
    /// use retry_kit::Jitter;
    ///
    /// assert_eq!(Jitter::try_additive(0.1), Some(Jitter::additive(0.1)));
    /// assert_eq!(Jitter::try_additive(1.5), None);
    /// ```
    #[must_use]
    pub const fn try_additive(ratio: f64) -> Option<Self> {
        match Ratio::try_new(ratio) {
            Some(ratio) => Some(Self::Additive(ratio)),
            None => None,
        }
    }

    /// Returns [`Jitter::Symmetric`] with a ratio from 0 to 1, rounded to a millionth.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{Jitter, RetryPolicy};
    ///
    /// let policy = RetryPolicy::new().max_retries(1).jitter(Jitter::symmetric(0.5));
    /// let first = policy.delays().next().unwrap();
    /// assert_eq!(first, Duration::from_millis(500)..=Duration::from_millis(1_500));
    /// ```
    ///
    /// # Panics
    ///
    /// If `ratio` is not a number from 0 to 1; in a `const` that is a compile error. For a value
    /// read at run time use [`try_symmetric`](Self::try_symmetric).
    #[must_use]
    pub const fn symmetric(ratio: f64) -> Self {
        match Self::try_symmetric(ratio) {
            Some(jitter) => jitter,
            None => panic!("a jitter ratio is a number from 0 to 1"),
        }
    }

    /// Returns [`Jitter::Symmetric`] with this ratio, for values read at run time; `None` unless it is from 0 to
    /// 1.
    ///
    /// ```
    /// use retry_kit::Jitter;
    ///
    /// assert_eq!(Jitter::try_symmetric(0.1), Some(Jitter::symmetric(0.1)));
    /// assert_eq!(Jitter::try_symmetric(1.5), None);
    /// ```
    #[must_use]
    pub const fn try_symmetric(ratio: f64) -> Option<Self> {
        match Ratio::try_new(ratio) {
            Some(ratio) => Some(Self::Symmetric(ratio)),
            None => None,
        }
    }

    /// The range of the wait for a backoff of `backoff` nanoseconds.
    #[inline]
    pub(crate) const fn range(self, backoff: u64) -> Range {
        let (shortest, longest) = match self {
            Self::Additive(ratio) => (backoff, backoff.saturating_add(ratio.of(backoff))),
            Self::Full => (0, backoff),
            Self::Equal => (backoff / 2, backoff),
            Self::Symmetric(ratio) => {
                let spread = ratio.of(backoff);
                (backoff - spread, backoff.saturating_add(spread))
            }
            Self::Absolute(spread) => (backoff, backoff.saturating_add(nanos(spread))),
            Self::None => (backoff, backoff),
        };
        Range { shortest, longest }
    }

    /// The sum of the longest waits for `count` backoffs that add up to `sum`.
    pub(crate) const fn longest_of_sum(self, sum: u128, count: u32) -> u128 {
        match self {
            Self::Additive(ratio) | Self::Symmetric(ratio) => sum.saturating_add(ratio.of_sum(sum)),
            Self::Absolute(spread) => sum.saturating_add(times(spread, count)),
            Self::Full | Self::Equal | Self::None => sum,
        }
    }

    /// The most that jitter adds in total to `count` backoffs of `base·1`, `base·2` and so on.
    pub(crate) const fn added_to_multiples(self, base: u64, count: u32) -> u128 {
        match self {
            Self::Additive(ratio) | Self::Symmetric(ratio) => ratio.of_multiples(base, count),
            Self::Absolute(spread) => times(spread, count),
            Self::Full | Self::Equal | Self::None => 0,
        }
    }

    /// The most that may be added to a server hint, for a base delay of `base` (SPEC 4.6).
    pub(crate) const fn spread_of_hint(self, base: u64) -> u64 {
        match self {
            Self::Additive(ratio) | Self::Symmetric(ratio) => ratio.of(base),
            Self::Full | Self::Equal => base,
            Self::Absolute(spread) => nanos(spread),
            Self::None => 0,
        }
    }
}

const fn times(spread: Duration, count: u32) -> u128 {
    nanos(spread) as u128 * count as u128
}

/// A [`Jitter`] without its ratio or time, which [`RetryPolicy`](crate::RetryPolicy) keeps in a field of its
/// own: one byte instead of sixteen.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Additive,
    Full,
    Equal,
    Symmetric,
    Absolute,
    None,
}

impl Kind {
    /// The kind of a jitter, and its ratio in millionths or its time in millionths of a second.
    pub(super) const fn of(jitter: Jitter) -> (Self, u32) {
        match jitter {
            Jitter::Additive(ratio) => (Self::Additive, ratio.millionths),
            Jitter::Symmetric(ratio) => (Self::Symmetric, ratio.millionths),
            Jitter::Absolute(spread) => (Self::Absolute, micros(spread)),
            Jitter::Full => (Self::Full, MILLION),
            Jitter::Equal => (Self::Equal, MILLION),
            Jitter::None => (Self::None, MILLION),
        }
    }

    /// The jitter of this kind.
    #[inline]
    pub(super) const fn with(self, millionths: u32) -> Jitter {
        match self {
            Self::Additive => Jitter::Additive(Ratio { millionths }),
            Self::Symmetric => Jitter::Symmetric(Ratio { millionths }),
            Self::Absolute => Jitter::Absolute(Duration::from_micros(millionths as u64)),
            Self::Full => Jitter::Full,
            Self::Equal => Jitter::Equal,
            Self::None => Jitter::None,
        }
    }
}

/// Whole microseconds, rounded.
#[expect(clippy::cast_possible_truncation, reason = "compared before")]
const fn micros(time: Duration) -> u32 {
    let micros = (nanos(time) / 1_000).saturating_add((nanos(time) % 1_000 >= 500) as u64);
    if micros > u32::MAX as u64 { u32::MAX } else { micros as u32 }
}

/// A ratio from 0 to 1, to a millionth.
///
/// ```
/// use retry_kit::Ratio;
///
/// assert_eq!(Ratio::try_new(0.25).unwrap().to_string(), "0.25");
/// assert_eq!(Ratio::try_new(1.5), None);
/// assert_eq!(Ratio::try_new(f64::NAN), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ratio {
    millionths: u32,
}

impl Ratio {
    /// The ratio 1 in millionths.
    pub(super) const WHOLE: u32 = MILLION;

    /// The ratio 0.
    pub const ZERO: Self = Self { millionths: 0 };
    /// The ratio 1.
    pub const ONE: Self = Self { millionths: MILLION };

    /// Returns the ratio nearest to `value`; `None` unless `value` is from 0 to 1.
    ///
    /// ```
    /// use retry_kit::Ratio;
    ///
    /// assert_eq!(Ratio::try_new(1.0), Some(Ratio::ONE));
    /// ```
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in 0..=1e6")]
    pub const fn try_new(value: f64) -> Option<Self> {
        if value >= 0.0 && value <= 1.0 {
            Some(Self { millionths: (value * MILLION as f64 + 0.5) as u32 })
        } else {
            None
        }
    }

    #[cfg(feature = "sites")]
    pub(super) const fn millionths(self) -> u32 {
        self.millionths
    }

    /// This part of `whole`, rounded down.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "no more than the whole")]
    pub(crate) const fn of(self, whole: u64) -> u64 {
        if self.millionths == MILLION {
            whole
        } else {
            (whole as u128 * self.millionths as u128 / MILLION as u128) as u64
        }
    }

    /// The sum of [`of`](Self::of) for `start·1`, `start·2`, … `start·count`.
    pub(crate) const fn of_multiples(self, start: u64, count: u32) -> u128 {
        floor_sum(count, start as u128 * self.millionths as u128, MILLION as u128)
    }

    /// [`of`](Self::of) for a sum of waits, of at most 2¹⁰⁰ nanoseconds.
    pub(crate) const fn of_sum(self, whole: u128) -> u128 {
        whole * self.millionths as u128 / MILLION as u128
    }
}

const MILLION: u32 = 1_000_000;

/// `⌊step·1/divisor⌋ + ⌊step·2/divisor⌋ + … + ⌊step·count/divisor⌋`, saturating.
///
/// Counts the points of a lattice below a line, and swaps its axes as Euclid's algorithm does.
const fn floor_sum(count: u32, step: u128, divisor: u128) -> u128 {
    // One term more, for 0, which adds nothing.
    let (mut terms, mut step, mut start, mut divisor) = (count as u128 + 1, step, 0, divisor);
    let mut sum: u128 = 0;
    loop {
        let pairs = terms * (terms - 1) / 2;
        sum = sum.saturating_add(pairs.saturating_mul(step / divisor));
        sum = sum.saturating_add(terms.saturating_mul(start / divisor));
        (step, start) = (step % divisor, start % divisor);
        let highest = step * terms + start;
        if highest < divisor {
            return sum;
        }
        terms = highest / divisor;
        start = highest % divisor;
        (divisor, step) = (step, divisor);
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", f64::from(self.millionths) / f64::from(MILLION))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_jitter_of_an_odd_backoff_still_reaches_the_whole() {
        assert_eq!(Jitter::Equal.range(3), Range { shortest: 1, longest: 3 });
    }

    // SPEC 4.4
    #[test]
    fn symmetric_and_absolute_jitter_saturate_at_the_longest_time() {
        let cases = [
            (Jitter::symmetric(0.5), 1_000, 500, 1_500),
            (Jitter::symmetric(1.0), 3, 0, 6),
            (Jitter::symmetric(0.0), 3, 3, 3),
            (Jitter::symmetric(0.5), 3, 2, 4),
            (Jitter::symmetric(1.0), u64::MAX, 0, u64::MAX),
            (Jitter::Absolute(Duration::from_nanos(7)), 5, 5, 12),
            (Jitter::Absolute(Duration::ZERO), 5, 5, 5),
            (Jitter::Absolute(Duration::MAX), 5, 5, u64::MAX),
        ];
        for (jitter, backoff, shortest, longest) in cases {
            assert_eq!(jitter.range(backoff), Range { shortest, longest }, "{jitter:?} {backoff}");
        }
    }

    // SPEC 4.4.1
    #[test]
    fn absolute_jitter_is_kept_in_whole_microseconds() {
        let kept = |spread| {
            let (kind, millionths) = Kind::of(Jitter::Absolute(spread));
            kind.with(millionths)
        };
        let longest = Duration::from_micros(u32::MAX.into());
        let cases = [
            (Duration::ZERO, Duration::ZERO),
            (Duration::from_nanos(499), Duration::ZERO),
            (Duration::from_nanos(500), Duration::from_micros(1)),
            (Duration::from_millis(500), Duration::from_millis(500)),
            (longest, longest),
            (Duration::from_secs(7_200), longest),
            (Duration::MAX, longest),
        ];
        for (given, expected) in cases {
            assert_eq!(kept(given), Jitter::Absolute(expected), "{given:?}");
        }
    }

    // SPEC 4.10
    #[test]
    fn floor_sum_equals_adding_the_terms_one_by_one() {
        for count in [0, 1, 2, 3, 10, 997, 5_000] {
            for step in [0, 1, 999_999, 1_000_000, 1_000_001, 333_333, 123_456_789_012_345] {
                for divisor in [1, 2, 7, 1_000_000, 1_000_003] {
                    let sum = (1..=u128::from(count)).map(|n| step * n / divisor).sum();
                    assert_eq!(floor_sum(count, step, divisor), sum, "{count} {step}/{divisor}");
                }
            }
        }
        assert!(floor_sum(u32::MAX, u128::from(u64::MAX) * 1_000_000, 1_000_000) > 1 << 126);
    }

    #[test]
    fn a_ratio_keeps_the_decimal_as_written() {
        for (value, words) in [(0.0, "0"), (0.1, "0.1"), (0.333_333_3, "0.333333"), (1.0, "1")] {
            assert_eq!(
                Ratio::try_new(value).map(|ratio| ratio.to_string()).as_deref(),
                Some(words)
            );
        }
        for value in [-0.1, 1.000_001, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(Ratio::try_new(value), None, "{value}");
        }
    }
}
