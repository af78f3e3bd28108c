//! Drawing a wait from its range, in nanoseconds.

use super::random::Random;
use crate::policy::Jitter;
use crate::policy::duration::min;

/// A backoff with its jitter; draws nothing where there is no choice.
pub(crate) fn spread(jitter: Jitter, backoff: u128, random: &mut impl Random) -> u128 {
    let (shortest, longest) = jitter.bounds(backoff);
    shortest + up_to(longest - shortest, random)
}

/// [`spread`] of a backoff of no more than 63 bits, in 64.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "at most twice the backoff")]
pub(crate) fn short_spread(jitter: Jitter, backoff: u64, random: &mut impl Random) -> u64 {
    let (shortest, longest) = jitter.bounds(u128::from(backoff));
    let most = (longest - shortest) as u64;
    if most == 0 { backoff } else { shortest as u64 + random.up_to_short(most) }
}

/// A decorrelated backoff: `min(cap, U[base, 3·previous])`.
pub(crate) fn decorrelated(
    base: u128,
    previous: u128,
    cap: u128,
    random: &mut impl Random,
) -> u128 {
    if base >= cap {
        return cap;
    }
    let longest = previous.saturating_mul(3).max(base);
    min(base + up_to(longest - base, random), cap)
}

/// Anything from nothing to `most`.
pub(crate) fn up_to(most: u128, random: &mut impl Random) -> u128 {
    if most == 0 { 0 } else { random.up_to(most) }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;
    use crate::call::random::SeededRandom;

    const SECOND: u128 = 1_000_000_000;
    const DRAWS: u32 = 100_000;

    // SPEC 4.4
    #[test]
    fn every_kind_stays_in_its_range_and_keeps_its_mean() {
        let tenth = Jitter::additive(0.1);
        let whole = Jitter::additive(1.0);
        // Kind, backoff, shortest, longest, mean.
        let cases: [(Jitter, u128, u128, u128, f64); 8] = [
            (whole, 1_000_000_000, 1_000_000_000, 2_000_000_000, 1.5e9),
            (tenth, 1_000_000_000, 1_000_000_000, 1_100_000_000, 1.05e9),
            (Jitter::Full, 1_000_000_000, 0, 1_000_000_000, 0.5e9),
            (Jitter::Equal, 1_000_000_000, 500_000_000, 1_000_000_000, 0.75e9),
            (Jitter::None, 1_000_000_000, 1_000_000_000, 1_000_000_000, 1e9),
            // Three values only: an off-by-one at either end moves this mean.
            (Jitter::Full, 2, 0, 2, 1.0),
            (Jitter::Full, 1 << 94, 0, 1 << 94, 9.903_520_314_283_042e27),
            (whole, 1 << 94, 1 << 94, 1 << 95, 2.971_056_094_284_912_7e28),
        ];
        for (jitter, backoff, shortest, longest, mean) in cases {
            let mut random = SeededRandom::new(1);
            let mut sum = 0.0;
            let (mut least, mut most) = (u128::MAX, 0);
            for _ in 0..DRAWS {
                let wait = spread(jitter, backoff, &mut random);
                assert!((shortest..=longest).contains(&wait), "{jitter} of {backoff}: {wait}");
                (least, most) = (least.min(wait), most.max(wait));
                #[expect(clippy::cast_precision_loss, reason = "a mean to 1 %")]
                let wait = wait as f64;
                sum += wait / f64::from(DRAWS);
            }
            assert!((sum / mean - 1.0).abs() < 0.01, "{jitter} of {backoff}: mean {sum}");
            let unused = (longest - shortest) / 1_000;
            assert!(
                least - shortest <= unused && longest - most <= unused,
                "{jitter} of {backoff}"
            );
        }
    }

    #[test]
    fn a_short_backoff_is_spread_as_any_other() {
        let kinds = [Jitter::additive(1.0), Jitter::additive(0.3), Jitter::Full, Jitter::Equal];
        for jitter in kinds.into_iter().chain([Jitter::None]) {
            for backoff in [0, 1, 3, 1_000_000_000, 59_999_999_999, (1 << 63) - 1] {
                let (mut short, mut long) = (SeededRandom::new(7), SeededRandom::new(7));
                for _ in 0..100 {
                    let wait = short_spread(jitter, backoff, &mut short);
                    let expected = spread(jitter, u128::from(backoff), &mut long);
                    assert_eq!(u128::from(wait), expected, "{jitter} of {backoff}");
                }
            }
        }
    }

    // SPEC 4.2
    #[test]
    fn decorrelated_backoff_is_uniform_between_base_and_three_times_the_last() {
        let mut random = SeededRandom::new(3);
        let (mut sum, draws) = (0, 100_000);
        for _ in 0..draws {
            let wait = decorrelated(SECOND, 2 * SECOND, 60 * SECOND, &mut random);
            assert!((SECOND..=6 * SECOND).contains(&wait), "{wait}");
            sum += wait;
        }
        let mean = sum / draws;
        assert!(mean.abs_diff(3_500_000_000) < 35_000_000, "mean {mean}");
    }

    #[test]
    fn decorrelated_backoff_holds_at_every_extreme() {
        let mut random = SeededRandom::new(3);
        let extremes = [1, SECOND, 60 * SECOND, u128::from(u64::MAX) + 1, Duration::MAX.as_nanos()];
        for base in extremes {
            for cap in extremes {
                for previous in extremes {
                    let wait = decorrelated(base, previous, cap, &mut random);
                    let shortest = base.min(cap);
                    let longest = previous.saturating_mul(3).max(base).min(cap);
                    assert!(
                        (shortest..=longest).contains(&wait),
                        "{base} {previous} {cap}: {wait}"
                    );
                }
            }
        }
    }
}
