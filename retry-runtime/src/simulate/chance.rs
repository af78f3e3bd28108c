//! Chances that are the same on every platform: integers only, and no function that a platform may round
//! differently.

use crate::call::{Random, SeededRandom};

/// The number that stands for a share or a factor of 1.
pub(super) const WHOLE: u64 = 1_000_000;

/// A factor in millionths; 0 if it is negative or no number.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
pub(super) fn millionths(factor: f64) -> u64 {
    (factor * 1e6).round() as u64
}

/// A time that is multiplied by a factor in millionths.
pub(super) fn scaled(nanos: u64, factor: u64) -> u64 {
    let scaled = u128::from(nanos) * u128::from(factor) / u128::from(WHOLE);
    u64::try_from(scaled).unwrap_or(u64::MAX)
}

/// Whether something happens that has a chance of `share` millionths.
pub(super) fn happens(random: &mut SeededRandom, share: u64) -> bool {
    match share {
        0 => false,
        WHOLE.. => true,
        _ => {
            let threshold = (u128::from(share) << 64) / u128::from(WHOLE);
            u128::from(random.next_u64()) < threshold
        }
    }
}

/// A number below `count`; 0 if that is 0.
pub(super) fn below(random: &mut SeededRandom, count: u32) -> u32 {
    if count <= 1 {
        return 0;
    }
    let scaled = (u128::from(random.next_u64()) * u128::from(count)) >> 64;
    u32::try_from(scaled).unwrap_or(u32::MAX)
}

/// A time with an exponential distribution, by von Neumann's comparisons: the first of a falling sequence of
/// uniform numbers, if the sequence has an odd length; otherwise one mean more and another sequence.
pub(super) fn exponential(random: &mut SeededRandom, mean: u64) -> u64 {
    let mut whole: u64 = 0;
    loop {
        let first = random.next_u64();
        let (mut last, mut is_odd) = (first, true);
        loop {
            let next = random.next_u64();
            if next >= last {
                break;
            }
            (last, is_odd) = (next, !is_odd);
        }
        if is_odd {
            let rest = (u128::from(mean) * u128::from(first)) >> 64;
            let rest = u64::try_from(rest).unwrap_or(u64::MAX);
            return mean.saturating_mul(whole).saturating_add(rest);
        }
        whole += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWS: u32 = 100_000;

    // SPEC 13.2
    #[test]
    fn an_exponential_time_has_its_mean_and_its_tail() {
        let mut random = SeededRandom::new(1);
        let times: Vec<u64> = (0..DRAWS).map(|_| exponential(&mut random, 1_000_000)).collect();
        let mean = times.iter().sum::<u64>() / u64::from(DRAWS);
        assert!((990_000..1_010_000).contains(&mean), "{mean}");
        // e⁻¹ and e⁻³ of the times are longer than one mean and than three.
        let longer = |than| times.iter().filter(|&&time| time > than).count();
        let (one, three) = (longer(1_000_000), longer(3_000_000));
        assert!((36_300..37_300).contains(&one), "{one}");
        assert!((4_750..5_210).contains(&three), "{three}");
    }

    #[test]
    fn a_chance_happens_as_often_as_its_share() {
        let mut random = SeededRandom::new(1);
        for (share, expected) in [(0, 0..1), (300_000, 29_500..30_500), (WHOLE, 100_000..100_001)] {
            let times = (0..DRAWS).filter(|_| happens(&mut random, share)).count();
            assert!(expected.contains(&times), "{share}: {times}");
        }
    }

    #[test]
    fn factors_that_are_no_numbers_are_zero_and_large_ones_saturate() {
        let cases =
            [(0.3, 300_000), (2.5, 2_500_000), (-1.0, 0), (f64::NAN, 0), (f64::INFINITY, u64::MAX)];
        for (factor, expected) in cases {
            assert_eq!(millionths(factor), expected, "{factor}");
        }
    }
}
