//! Backoff against exact arithmetic of unbounded width.

use num_bigint::BigUint;

use super::*;

const SECOND: u64 = 1_000_000_000;
const LONGEST: u64 = u64::MAX;

const BASES: [u64; 9] =
    [1, 2, 999_999_999, SECOND, 1_500_000_000, 60 * SECOND, 1 << 63, LONGEST - 1, LONGEST];

const CAPS: [u64; 6] = [1, SECOND, 60 * SECOND, 1 << 63, LONGEST - 1, LONGEST];

const RETRIES: [u32; 22] = [
    0,
    1,
    2,
    3,
    5,
    10,
    27,
    28,
    29,
    40,
    61,
    62,
    63,
    64,
    93,
    94,
    127,
    128,
    1_000,
    10_000,
    i32::MAX as u32,
    u32::MAX,
];

/// Factors in millionths.
const FACTORS: [u64; 12] = [
    1_000_000,
    1_000_001,
    1_000_100,
    1_100_000,
    1_500_000,
    1_618_034,
    2_000_000,
    2_500_000,
    3_000_000,
    10_000_000,
    999_999_999_999,
    1_000_000_000_000,
];

fn factor(millionths: u64) -> Factor {
    #[expect(clippy::cast_precision_loss, reason = "below 2⁵³")]
    Factor::try_new(millionths as f64 / 1e6).unwrap()
}

/// `min(base·(millionths/10⁶)ⁿ, cap)`, rounded down.
fn exact_exponential(base: u64, millionths: u64, cap: u64, n: u32) -> u64 {
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let bits = (millionths as f64 / 1e6).log2() * f64::from(n);
    // A power that large passes every cap and is not worth a gigabyte of digits.
    if bits > 200.0 {
        return cap;
    }
    if millionths == 1_000_000 {
        return base.min(cap);
    }
    let numerator = BigUint::from(base) * BigUint::from(millionths).pow(n);
    let exact = numerator / BigUint::from(1_000_000_u32).pow(n);
    u64::try_from(exact).map_or(cap, |exact| exact.min(cap))
}

/// Whether `base·(millionths/10⁶)ⁿ`, as a fraction in lowest terms, fits into 128 bits.
fn fits_into_128_bits(base: u64, millionths: u64, n: u32) -> bool {
    let (mut divisor, mut rest) = (millionths, 1_000_000);
    while rest != 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    let numerator = u128::from(millionths / divisor).checked_pow(n);
    numerator.and_then(|numerator| numerator.checked_mul(base.into())).is_some()
}

// SPEC 4.2, 4.3, 4.3.1
#[test]
fn exponential_backoff_is_exact_or_within_one_part_in_a_billion() {
    for base in BASES {
        for millionths in FACTORS {
            for cap in CAPS {
                for n in RETRIES {
                    let exact = exact_exponential(base, millionths, cap, n);
                    let delay = Backoff::Exponential.longest(base, factor(millionths), cap, n);
                    let case = format!("{base} · ({millionths}e-6)^{n}, cap {cap}");
                    assert!(delay <= exact, "{case}: {delay} above {exact}");
                    let is_exact = millionths % 1_000_000 == 0
                        || n == 0
                        || fits_into_128_bits(base, millionths, n);
                    let tolerance = if is_exact { 0 } else { (exact / SECOND).max(1) };
                    assert!(exact - delay <= tolerance, "{case}: {delay} for {exact}");
                }
            }
        }
    }
}

// SPEC 4.3: where a power leaves 128 bits the arithmetic changes, and must not step back.
#[test]
fn exponential_backoff_never_shrinks_from_one_retry_to_the_next() {
    for millionths in FACTORS {
        for base in BASES {
            let mut before = 0;
            for n in 0..2_000 {
                let delay = Backoff::Exponential.longest(base, factor(millionths), LONGEST, n);
                assert!(delay >= before, "{base} · ({millionths}e-6)^{n}");
                before = delay;
            }
        }
    }
}

#[test]
fn a_decimal_factor_gives_the_decimal_delays_a_person_expects() {
    let delays = |value: f64| {
        let factor = Factor::try_new(value).unwrap();
        (0..5).map(move |n| Backoff::Exponential.longest(SECOND, factor, 60 * SECOND, n))
    };
    assert!(delays(1.5).eq([SECOND, 1_500_000_000, 2_250_000_000, 3_375_000_000, 5_062_500_000]));
    assert!(delays(1.1).eq([SECOND, 1_100_000_000, 1_210_000_000, 1_331_000_000, 1_464_100_000]));
    // SPEC 4.3.1: a fraction of 122 bits.
    let factor = Factor::try_new(1.1).unwrap();
    let delay = Backoff::Exponential.longest(10_u64.pow(18), factor, LONGEST, 18);
    assert_eq!(delay, 11_u64.pow(18));
}

// SPEC 4.2
#[test]
fn the_other_shapes_follow_their_formulas_for_every_extreme() {
    let fibonacci_numbers = |n: u32| {
        let (mut current, mut next) = (BigUint::from(1_u8), BigUint::from(1_u8));
        // F(190) is beyond any duration.
        for _ in 0..n.min(190) {
            (current, next) = (next.clone(), current + next);
        }
        current
    };
    for base in BASES {
        for cap in CAPS {
            for n in RETRIES {
                let delay = |shape: Backoff| shape.longest(base, Factor::TWO, cap, n);
                let capped = |exact: BigUint| u64::try_from(exact).map_or(cap, |e| e.min(cap));
                let case = format!("base {base}, cap {cap}, n {n}");
                assert_eq!(delay(Backoff::Fixed), base.min(cap), "fixed, {case}");
                let linear = capped(BigUint::from(base) * (u64::from(n) + 1));
                assert_eq!(delay(Backoff::Linear), linear, "linear, {case}");
                let fibonacci = capped(fibonacci_numbers(n) * base);
                assert_eq!(delay(Backoff::Fibonacci), fibonacci, "Fibonacci, {case}");
            }
        }
    }
}

#[test]
fn a_base_of_zero_stays_zero_in_every_shape() {
    for shape in [Backoff::Exponential, Backoff::Fixed, Backoff::Linear, Backoff::Fibonacci] {
        for n in RETRIES {
            assert_eq!(shape.longest(0, factor(1_500_000), SECOND, n), 0, "{shape} {n}");
        }
    }
}

#[test]
fn a_factor_is_a_number_from_one_to_a_billion() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -2.0, 0.0, 0.999_999, 1.000_001e9] {
        assert_eq!(Factor::try_new(value), None, "{value}");
    }
    for (value, words) in
        [(1.0, "1"), (2.0, "2"), (1.5, "1.5"), (1.000_000_4, "1"), (1e9, "1000000000")]
    {
        assert_eq!(Factor::try_new(value).unwrap().to_string(), words);
    }
}
