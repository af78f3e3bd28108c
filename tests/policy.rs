//! The policy as a value: its schedule, its text, and the values it refuses.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use retry_kit::{Backoff, Jitter, PolicyError, RetryPolicy, StatusSet};

const SECOND: Duration = Duration::from_secs(1);

fn plain() -> RetryPolicy {
    RetryPolicy::new().jitter(Jitter::None)
}

fn longest(policy: &RetryPolicy, count: usize) -> Vec<Duration> {
    policy.delays().take(count).map(|range| *range.end()).collect()
}

// SPEC 4.2
#[test]
fn every_shape_gives_its_delays() {
    let seconds = |delays: [u64; 6]| delays.map(Duration::from_secs);
    let cases = [
        (Backoff::Exponential, seconds([1, 2, 4, 8, 10, 10])),
        (Backoff::Fixed, seconds([1, 1, 1, 1, 1, 1])),
        (Backoff::Linear, seconds([1, 2, 3, 4, 5, 6])),
        (Backoff::Fibonacci, seconds([1, 1, 2, 3, 5, 8])),
        (Backoff::Decorrelated, seconds([3, 9, 10, 10, 10, 10])),
    ];
    for (shape, delays) in cases {
        let policy = plain().max_retries(6).backoff(shape).max_delay(10 * SECOND);
        assert_eq!(longest(&policy, 9), delays, "{shape}");
    }
}

// SPEC 4.4, 4.10
#[test]
fn the_range_of_each_wait_is_that_of_its_jitter() {
    let millis = Duration::from_millis;
    let cases = [
        (Jitter::additive(1.0), [millis(1_000)..=millis(2_000), millis(1_500)..=millis(3_000)]),
        (Jitter::additive(0.1), [millis(1_000)..=millis(1_100), millis(1_500)..=millis(1_650)]),
        (Jitter::Full, [millis(0)..=millis(1_000), millis(0)..=millis(1_500)]),
        (Jitter::Equal, [millis(500)..=millis(1_000), millis(750)..=millis(1_500)]),
        (Jitter::None, [millis(1_000)..=millis(1_000), millis(1_500)..=millis(1_500)]),
        (Jitter::symmetric(0.5), [millis(500)..=millis(1_500), millis(750)..=millis(2_250)]),
        (
            Jitter::Absolute(millis(300)),
            [millis(1_000)..=millis(1_300), millis(1_500)..=millis(1_800)],
        ),
    ];
    for (jitter, ranges) in cases {
        // The cap applies before jitter: additive jitter passes it.
        let policy = RetryPolicy::new().max_retries(2).max_delay(millis(1_500)).jitter(jitter);
        assert!(policy.delays().eq(ranges), "{jitter}: {:?}", policy.delays().collect::<Vec<_>>());
    }
    let policy = RetryPolicy::new().max_retries(2).backoff(Backoff::Decorrelated);
    assert!(policy.delays().eq([SECOND..=3 * SECOND, SECOND..=9 * SECOND]));
    // SPEC 4.2.2
    let doubling = policy.factor(2.0);
    assert!(doubling.delays().eq([SECOND..=2 * SECOND, SECOND..=4 * SECOND]));
    assert_eq!(
        RetryPolicy::new().factor(2.0).max_retries(2).backoff(Backoff::Decorrelated),
        doubling
    );
    let factor = |policy: RetryPolicy| policy.get_factor().to_string();
    assert_eq!([policy, doubling].map(factor), ["3", "2"]);
    assert_eq!(factor(policy.backoff(Backoff::Exponential)), "2");
}

fn squares(retries: u32) -> Duration {
    SECOND.saturating_mul(retries.saturating_add(1).saturating_pow(2))
}

// SPEC 4.21
#[test]
fn a_function_gives_the_backoff_within_the_cap() {
    const POLICY: RetryPolicy = RetryPolicy::new()
        .max_retries(4)
        .backoff(Backoff::Custom(squares))
        .jitter(Jitter::None)
        .max_delay(Duration::from_millis(9_500))
        .build();
    const WORST: Option<Duration> = POLICY.worst_case_wait();
    let millis = Duration::from_millis;
    assert_eq!(longest(&POLICY, 9), [1_000, 4_000, 9_000, 9_500].map(millis));
    assert!(POLICY.throttled_base(5 * SECOND).throttled_delays().eq(POLICY.delays()));
    assert_eq!(POLICY.factor(5.0).delays().count(), 4);
    // A constant function cannot call it, and takes the cap.
    assert_eq!(WORST, Some(millis(4 * 9_500)));
    let symmetric = POLICY.jitter(Jitter::symmetric(0.1));
    assert_eq!(symmetric.delays().next(), Some(millis(900)..=millis(1_100)));
    assert_eq!(symmetric.worst_case_wait(), Some(millis(4 * 10_450)));
    // A base above the cap, or a first backoff of unknown length, is no contradiction.
    let short = POLICY.max_delay(millis(200)).deadline(millis(10));
    assert!(short.try_build().is_ok());
    assert_eq!(longest(&short, 9), [millis(200); 4]);
    assert_eq!(short.wait_after_hint(millis(1)), Some(millis(200)..=millis(200)));
    let zero = POLICY.backoff(Backoff::Custom(|_| Duration::ZERO));
    assert_eq!(longest(&zero, 9), [Duration::ZERO; 4]);
    let far = POLICY.max_delay(Duration::MAX).backoff(Backoff::Custom(|_| Duration::MAX));
    assert_eq!(longest(&far, 1), [Duration::from_nanos(u64::MAX)]);
}

// SPEC 4.21.2
#[test]
fn policies_with_the_same_function_are_equal_and_hash_alike() {
    let hash = |policy: &RetryPolicy| {
        let mut hasher = DefaultHasher::new();
        policy.hash(&mut hasher);
        hasher.finish()
    };
    // One pointer: the compiler may give a function several addresses.
    let function: fn(u32) -> Duration = squares;
    let other: fn(u32) -> Duration = |retries| Duration::from_nanos(retries.into());
    let [one, same, other] =
        [function, function, other].map(|function| plain().backoff(Backoff::Custom(function)));
    assert_eq!((one, hash(&one)), (same, hash(&same)));
    assert_ne!(one, other);
    assert_ne!(one, plain());
    assert_ne!(one.get_backoff(), Backoff::Exponential);
    assert_eq!(one.get_backoff(), Backoff::Custom(function));
    assert_ne!(one.get_backoff(), Backoff::Custom(|retries| SECOND * retries));
    assert_ne!(Backoff::List(&[SECOND]), Backoff::List(&[SECOND, SECOND]));
    // A factor that is spelled out waits as one that is not.
    let factor = plain().factor(2.0);
    assert_eq!((factor, hash(&factor)), (plain(), hash(&plain())));
}

// SPEC 4.16, 4.16.3
#[test]
fn the_throttled_waits_have_the_shape_of_the_others_and_bounds_of_their_own() {
    let seconds = |delays: [u64; 4]| delays.map(Duration::from_secs);
    let cases = [
        (Backoff::Exponential, seconds([2, 4, 7, 7])),
        (Backoff::Fixed, seconds([2, 2, 2, 2])),
        (Backoff::Linear, seconds([2, 4, 6, 7])),
        (Backoff::Fibonacci, seconds([2, 2, 4, 6])),
        (Backoff::Decorrelated, seconds([6, 7, 7, 7])),
    ];
    for (shape, delays) in cases {
        let policy = plain().max_retries(4).backoff(shape);
        let throttled = policy.throttled_base(2 * SECOND).throttled_cap(7 * SECOND);
        assert!(throttled.delays().eq(policy.delays()), "{shape}");
        assert!(throttled.throttled_delays().map(|wait| *wait.end()).eq(delays), "{shape}");
        assert!(policy.throttled_delays().eq(policy.delays()), "{shape}");
    }
    // A bound that is not set is the policy's, whenever that is set.
    let base = plain().throttled_base(2 * SECOND).max_delay(3 * SECOND).base_delay(SECOND / 2);
    assert!(base.throttled_delays().map(|wait| *wait.end()).eq([2, 3, 3].map(Duration::from_secs)));
    let cap = plain().throttled_cap(2 * SECOND).max_delay(5 * SECOND);
    assert!(cap.throttled_delays().map(|wait| *wait.end()).eq([1, 2, 2].map(Duration::from_secs)));
    let jitter = RetryPolicy::new().throttled_base(4 * SECOND).jitter(Jitter::Equal);
    assert_eq!(jitter.throttled_delays().next(), Some(2 * SECOND..=4 * SECOND));
    // The longest bound stays one.
    let longest = plain().max_retries(1).throttled_base(Duration::MAX).throttled_cap(Duration::MAX);
    assert_eq!(longest.get_throttled_cap(), Duration::from_nanos(u64::MAX - 1));
    assert_eq!(longest.max_delay(SECOND).worst_case_wait(), Some(longest.get_throttled_cap()));
}

// SPEC 4.17
#[test]
fn a_list_gives_its_delays_in_order_then_its_last() {
    const LIST: &[Duration] =
        &[SECOND, Duration::ZERO, Duration::from_secs(120), Duration::from_secs(9)];
    let policy = RetryPolicy::from_delays(LIST).jitter(Jitter::None);
    let seconds =
        |delays: &[u64]| -> Vec<_> { delays.iter().copied().map(Duration::from_secs).collect() };
    assert_eq!(policy.get_max_retries(), Some(4));
    assert_eq!(policy.get_backoff(), Backoff::List(LIST));
    let cases = [
        (policy, seconds(&[1, 0, 120, 9])),
        (policy.max_retries(2), seconds(&[1, 0])),
        (policy.max_retries(6), seconds(&[1, 0, 120, 9, 9, 9])),
        (plain().backoff(Backoff::List(LIST)), seconds(&[1, 0, 120])),
        // Neither of these bounds a list.
        (policy.max_delay(SECOND).base_delay(2 * SECOND).factor(9.0), seconds(&[1, 0, 120, 9])),
        (policy.throttled_base(SECOND).throttled_cap(SECOND), seconds(&[1, 0, 120, 9])),
        (plain().throttled_base(9 * SECOND).backoff(Backoff::List(LIST)), seconds(&[1, 0, 120])),
    ];
    for (policy, delays) in cases {
        assert_eq!(longest(&policy, 99), delays, "{policy}");
        assert!(policy.throttled_delays().eq(policy.delays()), "{policy}");
        assert_eq!(policy.worst_case_wait(), Some(delays.iter().sum()), "{policy}");
        let most = |delay: &Duration| (*delay).max(300 * SECOND);
        assert_eq!(policy.worst_case_wait_with_hints(), Some(delays.iter().map(most).sum()));
        assert_eq!(policy.try_build(), Ok(policy));
    }
    let jitter = policy.jitter(Jitter::additive(0.5));
    assert_eq!(jitter.delays().nth(2), Some(120 * SECOND..=180 * SECOND));
    assert_eq!(policy.unlimited().delays().nth(1_000_000), Some(9 * SECOND..=9 * SECOND));
    let millions = policy.max_retries(1_000_000).worst_case_wait();
    assert_eq!(millions, Some(Duration::from_secs(121 + 9 * 999_997)));
}

// SPEC 4.16.2
#[test]
fn the_least_wait_after_a_hint_and_its_spread_are_those_of_the_throttled_bounds() {
    let policy = RetryPolicy::new().throttled_base(4 * SECOND).throttled_cap(5 * SECOND);
    let cases = [
        (policy, 2, 4..=8),
        (policy, 9, 9..=13),
        (policy.jitter(Jitter::additive(0.5)), 9, 9..=11),
        (policy.jitter(Jitter::None), 2, 4..=4),
        (policy.throttled_cap(3 * SECOND), 2, 3..=6),
        (RetryPolicy::aws(), 0, 0..=0),
        (RetryPolicy::aws(), 1, 1..=2),
    ];
    for (policy, hint, waits) in cases {
        let waits = Duration::from_secs(*waits.start())..=Duration::from_secs(*waits.end());
        let waits = Some(waits).filter(|_| hint > 0);
        assert_eq!(policy.wait_after_hint(Duration::from_secs(hint)), waits, "{policy}: {hint}");
    }
}

// SPEC 4.17.2
#[test]
fn the_first_delay_of_a_list_is_the_least_wait_after_a_hint() {
    let wait = |list, hint| RetryPolicy::from_delays(list).wait_after_hint(hint);
    assert_eq!(wait(&[SECOND], SECOND / 2), Some(SECOND..=2 * SECOND));
    assert_eq!(wait(&[SECOND], 5 * SECOND), Some(5 * SECOND..=6 * SECOND));
    let long = Duration::from_secs(90);
    assert_eq!(wait(const { &[Duration::from_secs(90)] }, 2 * long), Some(2 * long..=3 * long));
    assert_eq!(wait(&[Duration::ZERO, SECOND], SECOND / 2), Some(SECOND / 2..=SECOND / 2));
}

// SPEC 4.17.3
#[test]
fn an_empty_list_is_refused_and_otherwise_falls_back_to_the_base() {
    let empty = RetryPolicy::from_delays(&[]);
    assert_eq!(empty.get_max_retries(), Some(0));
    assert_eq!(empty.try_build(), Err(PolicyError::EmptyList));
    assert_eq!(longest(&empty.max_retries(2).jitter(Jitter::None), 9), [SECOND; 2]);
}

// SPEC 4.3
#[test]
fn a_doubling_nanosecond_is_exact_until_it_saturates() {
    let waits: Vec<_> = plain()
        .max_retries(70)
        .base_delay(Duration::from_nanos(1))
        .max_delay(Duration::MAX)
        .delays()
        .collect();
    for (n, wait) in waits.into_iter().enumerate() {
        let nanos = 1_u64.checked_shl(u32::try_from(n).unwrap()).unwrap_or(u64::MAX);
        let expected = Duration::from_nanos(nanos);
        assert_eq!(wait, expected..=expected, "{n}");
    }
}

// SPEC 4.10
#[test]
fn the_number_of_delays_is_the_number_of_retries() {
    assert_eq!(RetryPolicy::DEFAULT.delays().size_hint(), (3, Some(3)));
    assert_eq!(RetryPolicy::new().max_retries(0).delays().count(), 0);
    let endless = RetryPolicy::new().unlimited();
    assert_eq!(endless.delays().size_hint(), (usize::MAX, None));
    assert_eq!(endless.delays().nth(1_000), Some(60 * SECOND..=120 * SECOND));
}

fn all_jitters() -> [Jitter; 6] {
    let absolute = Jitter::Absolute(Duration::from_millis(700));
    let symmetric = Jitter::symmetric(0.3);
    [Jitter::additive(0.3), Jitter::Full, Jitter::Equal, symmetric, absolute, Jitter::None]
}

// SPEC 4.10
#[test]
fn the_worst_case_is_the_sum_of_the_longest_waits() {
    const WORST: Option<Duration> = RetryPolicy::DEFAULT.worst_case_wait();
    assert_eq!(WORST, Some(14 * SECOND));
    let shapes = [
        Backoff::Exponential,
        Backoff::Fixed,
        Backoff::Linear,
        Backoff::Fibonacci,
        Backoff::Decorrelated,
    ];
    for shape in shapes {
        for jitter in all_jitters() {
            for factor in [1.0, 1.1, 2.0] {
                for retries in [0, 1, 2, 7, 100] {
                    let policy = RetryPolicy::new()
                        .max_retries(retries)
                        .backoff(shape)
                        .jitter(jitter)
                        .factor(factor);
                    let sum = longest(&policy, usize::MAX).iter().sum();
                    assert_eq!(policy.worst_case_wait(), Some(sum), "{policy}");
                }
            }
        }
    }
}

/// Compares the worst case with the waits added up, for each pair of throttled bounds.
fn assert_worst_case_with_throttled_bounds(retries: u32, factor: f64) {
    let millis = |millis| Some(Duration::from_millis(millis));
    let bounds = [None, millis(1), millis(700), millis(1_000), millis(3_000), millis(90_000)];
    let shapes = [
        Backoff::Exponential,
        Backoff::Fixed,
        Backoff::Linear,
        Backoff::Fibonacci,
        Backoff::Decorrelated,
    ];
    for shape in shapes {
        for jitter in all_jitters() {
            let policy = RetryPolicy::new().max_retries(retries).factor(factor).backoff(shape);
            let policy = policy.jitter(jitter).retry_after_cap(5 * SECOND);
            for (base, cap) in bounds.iter().flat_map(|b| bounds.iter().map(move |c| (*b, *c))) {
                let policy = base.map_or(policy, |base| policy.throttled_base(base));
                let policy = cap.map_or(policy, |cap| policy.throttled_cap(cap));
                let both = policy.delays().zip(policy.throttled_delays());
                let waits: Vec<_> = both.map(|(a, b)| *a.end().max(b.end())).collect();
                let sum: Duration = waits.iter().sum();
                let worst = policy.worst_case_wait().unwrap();
                let most = sum + sum / 1_000_000_000 + Duration::from_micros(18);
                assert!((sum..=most).contains(&worst), "{policy}: {worst:?} {sum:?}");
                let hint = *policy.wait_after_hint(5 * SECOND).unwrap().end();
                let sum: Duration = waits.iter().map(|wait| hint.max(*wait)).sum();
                let worst = policy.worst_case_wait_with_hints().unwrap();
                let most = sum + sum / 1_000_000_000 + Duration::from_micros(18);
                assert!((sum..=most).contains(&worst), "{policy}: {worst:?} {sum:?}");
            }
        }
    }
}

// SPEC 4.16.3
#[test]
fn the_worst_case_takes_the_longer_of_both_schedules_before_each_retry() {
    for (retries, factor) in [(0, 2.0), (1, 2.0), (9, 1.7)] {
        assert_worst_case_with_throttled_bounds(retries, factor);
    }
}

// SPEC 4.10.1, 4.16.3
#[test]
fn the_worst_case_by_formula_takes_the_longer_of_both_schedules() {
    assert_worst_case_with_throttled_bounds(9_000, 1.001);
}

#[test]
fn the_worst_case_is_none_without_limit_and_saturates_at_584_years() {
    let endless = RetryPolicy::new().unlimited();
    assert_eq!(endless.worst_case_wait(), None);
    assert_eq!(endless.worst_case_wait_with_hints(), None);
    for shape in [Backoff::Exponential, Backoff::Fixed, Backoff::Linear, Backoff::Fibonacci] {
        let policy = RetryPolicy::new()
            .max_retries(u32::MAX)
            .backoff(shape)
            .base_delay(Duration::MAX)
            .max_delay(Duration::MAX)
            .retry_after_cap(Duration::MAX);
        let longest = Some(Duration::from_nanos(u64::MAX));
        assert_eq!(policy.worst_case_wait(), longest, "{shape}");
        assert_eq!(policy.worst_case_wait_with_hints(), longest, "{shape}");
    }
}

// SPEC 4.10: these took minutes each when waits were added one by one.
#[test]
fn the_worst_case_of_millions_of_growing_waits_is_known_at_once() {
    const LINEAR: RetryPolicy = RetryPolicy::new()
        .max_retries(4_000_000_000)
        .backoff(Backoff::Linear)
        .base_delay(Duration::from_micros(1))
        .max_delay(Duration::from_secs(360_000_000))
        .jitter(Jitter::None);
    const WORST: Option<Duration> = LINEAR.worst_case_wait();
    assert_eq!(WORST, Some(Duration::from_nanos(u64::MAX)));
    let sum = Duration::from_secs(2 * 4_000_001);
    assert_eq!(LINEAR.max_retries(4_000_000).worst_case_wait(), Some(sum));

    // 1 µs grows by a millionth each time, for 13.8 million retries, and stays at 1 s.
    let slow = plain()
        .max_retries(40_000_000)
        .base_delay(Duration::from_micros(1))
        .factor(1.000_001)
        .max_delay(Duration::from_secs(1));
    let worst = slow.worst_case_wait().unwrap_or_default().as_secs_f64();
    let steps = (1e6_f64.ln() / 1.000_001_f64.ln()).ceil();
    let exact = 1e-6 * (1.000_001_f64.powf(steps) - 1.0) / 1e-6 + (4e7 - steps);
    assert!((worst / exact - 1.0).abs() < 1e-6, "{worst} for {exact}");
}

// SPEC 4.10.1
#[test]
fn the_worst_case_of_4096_growing_waits_is_exact() {
    for shape in [Backoff::Exponential, Backoff::Decorrelated] {
        let policy = RetryPolicy::new().max_retries(4_096).backoff(shape).factor(1.000_3);
        let policy = policy.jitter(Jitter::None).max_delay(Duration::from_secs(3_600));
        let sum = longest(&policy, usize::MAX).iter().sum();
        assert_eq!(policy.worst_case_wait(), Some(sum), "{policy}");
    }
}

// SPEC 4.10
#[test]
fn the_worst_case_by_formula_is_never_less_than_the_waits_added_up() {
    let millis = Duration::from_millis;
    let whole = [Jitter::additive(1.0), Jitter::symmetric(1.0)];
    for jitter in all_jitters().into_iter().chain(whole) {
        for (shape, factor) in [
            (Backoff::Linear, 2.0),
            (Backoff::Exponential, 1.0001),
            (Backoff::Decorrelated, 1.0003),
        ] {
            if shape == Backoff::Decorrelated && jitter != Jitter::None {
                continue;
            }
            for base in [Duration::from_nanos(7), millis(1), SECOND] {
                for hint in [Duration::ZERO, millis(2), Duration::from_secs(300)] {
                    let policy = RetryPolicy::new()
                        .max_retries(9_000)
                        .backoff(shape)
                        .factor(factor)
                        .base_delay(base)
                        .max_delay(Duration::from_secs(60))
                        .jitter(jitter)
                        .retry_after_cap(hint);
                    let waits = longest(&policy, usize::MAX);
                    let sum: Duration = waits.iter().sum();
                    let worst = policy.worst_case_wait().unwrap_or_default();
                    let tolerance = sum / 1_000_000_000 + Duration::from_micros(18);
                    assert!(
                        (sum..=sum + tolerance).contains(&worst),
                        "{policy}: {worst:?} {sum:?}"
                    );
                    if shape == Backoff::Linear {
                        assert_eq!(worst, sum, "{policy}");
                    }
                    let spread = match jitter {
                        Jitter::Additive(_) | Jitter::Symmetric(_) => policy
                            .backoff(Backoff::Fixed)
                            .delays()
                            .next()
                            .unwrap()
                            .end()
                            .abs_diff(base),
                        Jitter::Absolute(spread) => spread,
                        Jitter::None if shape != Backoff::Decorrelated => Duration::ZERO,
                        _ => base,
                    };
                    // SPEC 4.6.3: a hint is lifted to the first backoff, where there is one.
                    let lifted = if hint.is_zero() { hint } else { hint.max(base) + spread };
                    let least = lifted.min(hint.max(base) + millis(60_000));
                    let sum: Duration = waits.iter().map(|wait| (*wait).max(least)).sum();
                    let worst = policy.worst_case_wait_with_hints().unwrap_or_default();
                    assert!(
                        (sum..=sum + tolerance).contains(&worst),
                        "{policy}: {worst:?} {sum:?}"
                    );
                }
            }
        }
    }
}

// SPEC 4.3
#[test]
fn a_time_beyond_584_years_counts_as_584_years() {
    let longest = Duration::from_nanos(u64::MAX);
    let policy = plain().base_delay(Duration::MAX).max_delay(Duration::MAX);
    assert_eq!(policy.get_base_delay(), longest);
    assert_eq!(policy.get_max_delay(), longest);
    assert_eq!(policy.retry_after_cap(Duration::MAX).get_retry_after_cap(), longest);
    assert_eq!(policy.deadline(Duration::MAX).get_deadline(), None);
}

// SPEC 4.6, 4.10
#[test]
fn the_worst_case_with_hints_takes_the_longer_of_hint_and_backoff_each_time() {
    assert_eq!(RetryPolicy::DEFAULT.worst_case_wait_with_hints(), Some(3 * 301 * SECOND));
    assert_eq!(plain().worst_case_wait_with_hints(), Some(3 * 300 * SECOND));
    let short_hints = plain().max_retries(4).retry_after_cap(3 * SECOND);
    assert_eq!(short_hints.worst_case_wait_with_hints(), Some((3 + 3 + 4 + 8) * SECOND));
    let shorter = RetryPolicy::new().retry_after_cap(SECOND / 2);
    assert_eq!(shorter.worst_case_wait_with_hints(), Some((2 + 4 + 8) * SECOND));
    let full = shorter.jitter(Jitter::Full);
    assert_eq!(full.worst_case_wait_with_hints(), Some((2 + 2 + 4) * SECOND));
    let no_hints = full.retry_after_cap(Duration::ZERO);
    assert_eq!(no_hints.worst_case_wait_with_hints(), Some((1 + 2 + 4) * SECOND));
    let giving_up = plain().give_up_on_hint_over(3 * SECOND).max_retries(4);
    assert_eq!(giving_up.worst_case_wait_with_hints(), Some((3 + 3 + 4 + 8) * SECOND));
}

// SPEC 4.1
#[test]
fn an_invalid_policy_is_refused_at_run_time_with_a_reason() {
    let minute = 60 * SECOND;
    let cases = [
        (RetryPolicy::new().try_build(), Ok(RetryPolicy::DEFAULT)),
        (RetryPolicy::new().try_factor(0.5), Err(PolicyError::Factor)),
        (RetryPolicy::new().try_factor(f64::NAN), Err(PolicyError::Factor)),
        (RetryPolicy::new().try_max_retries(5_usize), Ok(RetryPolicy::new().max_retries(5))),
        (RetryPolicy::new().try_max_retries(-1), Err(PolicyError::Retries)),
        (RetryPolicy::new().try_max_retries(1_u64 << 32), Err(PolicyError::Retries)),
        (
            RetryPolicy::new().base_delay(2 * minute).try_build(),
            Err(PolicyError::BaseAboveCap { base: 2 * minute, cap: minute }),
        ),
        (
            RetryPolicy::new().base_delay(minute).throttled_base(minute).try_build(),
            Ok(RetryPolicy::new().base_delay(minute).throttled_base(minute)),
        ),
        (
            RetryPolicy::new().backoff(Backoff::Decorrelated).jitter(Jitter::Full).try_build(),
            Err(PolicyError::JitterOnDecorrelated),
        ),
        (
            RetryPolicy::new().throttled_base(2 * minute).try_build(),
            Err(PolicyError::ThrottledBaseAboveCap { base: 2 * minute, cap: minute }),
        ),
        (
            RetryPolicy::new().throttled_cap(SECOND / 2).try_build(),
            Err(PolicyError::ThrottledBaseAboveCap { base: SECOND, cap: SECOND / 2 }),
        ),
        (
            RetryPolicy::new().base_delay(9 * SECOND).deadline(SECOND / 2).try_build(),
            Err(PolicyError::DeadlineTooShort { deadline: SECOND / 2, wait: 9 * SECOND }),
        ),
        // Some retry fits: after the failures of the other kind.
        (
            plain().throttled_base(9 * SECOND).deadline(2 * SECOND).try_build(),
            Ok(plain().throttled_base(9 * SECOND).deadline(2 * SECOND)),
        ),
    ];
    for (result, expected) in cases {
        assert_eq!(result, expected);
    }
    let explicit = RetryPolicy::new().backoff(Backoff::Decorrelated).jitter(Jitter::None);
    assert_eq!(explicit.try_build(), Ok(explicit));
    assert_eq!(Jitter::try_additive(0.5), Some(Jitter::additive(0.5)));
    assert_eq!(Jitter::try_symmetric(0.5), Some(Jitter::symmetric(0.5)));
    assert_eq!(StatusSet::EMPTY.try_with(503), Some(StatusSet::EMPTY.with(503)));
    assert_eq!(Jitter::try_additive(1.1), None);
    assert_eq!(Jitter::try_symmetric(1.1), None);
    assert_eq!(StatusSet::EMPTY.try_with(199), None);
}

// SPEC 2.5
#[test]
fn an_unchecked_policy_still_has_defined_behaviour() {
    let policy = plain().base_delay(90 * SECOND).max_retries(2);
    assert_eq!(longest(&policy, 9), [60 * SECOND; 2]);
}

#[test]
#[should_panic(expected = "the base delay is above the cap")]
fn build_is_for_constants_and_panics_on_contradictory_values() {
    let _ = RetryPolicy::new().max_delay(Duration::ZERO).build();
}

// SPEC 2.1, 4.6.3, 4.10
#[test]
fn a_policy_reads_as_one_line() {
    let millis = Duration::from_millis;
    let cases = [
        (
            RetryPolicy::DEFAULT,
            "3 retries, 4 attempts; exponential backoff from 1s, factor 2, cap 60s, additive jitter; \
             server hints up to 5m; statuses 429, 503, 504",
        ),
        (
            RetryPolicy::new()
                .max_retries(1)
                .base_delay(millis(250))
                .backoff(Backoff::Fixed)
                .jitter(Jitter::None)
                .status(StatusSet::EMPTY),
            "1 retry, 2 attempts; fixed backoff of 250ms, no jitter; server hints up to 5m; statuses \
             none",
        ),
        (
            RetryPolicy::new()
                .unlimited()
                .factor(1.5)
                .jitter(Jitter::additive(0.1))
                .retry_after_cap(millis(90_500)),
            "retries without limit; exponential backoff from 1s, factor 1.5, cap 60s, \
             additive(0.1) jitter; server hints up to 90.5s; statuses 429, 503, 504",
        ),
        (
            RetryPolicy::new().give_up_on_hint_over(millis(90_500)),
            "3 retries, 4 attempts; exponential backoff from 1s, factor 2, cap 60s, additive jitter; \
             server hints up to 90.5s, gives up on longer; statuses 429, 503, 504",
        ),
        (
            RetryPolicy::new().retry_after_cap(millis(500)),
            "3 retries, 4 attempts; exponential backoff from 1s, factor 2, cap 60s, additive jitter; \
             server hints up to 1s; statuses 429, 503, 504",
        ),
        (
            RetryPolicy::new().give_up_on_hint_over(millis(500)),
            "3 retries, 4 attempts; exponential backoff from 1s, factor 2, cap 60s, additive jitter; \
             server hints up to 500ms, gives up on longer; statuses 429, 503, 504",
        ),
        (
            RetryPolicy::new().retry_after_cap(Duration::ZERO),
            "3 retries, 4 attempts; exponential backoff from 1s, factor 2, cap 60s, additive jitter; \
             server hints ignored; statuses 429, 503, 504",
        ),
        (
            RetryPolicy::new().give_up_on_hint_over(Duration::ZERO),
            "3 retries, 4 attempts; exponential backoff from 1s, factor 2, cap 60s, additive jitter; \
             gives up on server hints; statuses 429, 503, 504",
        ),
        (
            RetryPolicy::new().max_retries(0).backoff(Backoff::Decorrelated),
            "no retries, 1 attempt; decorrelated backoff from 1s, factor 3, cap 60s; server \
             hints up to 5m; statuses 429, 503, 504",
        ),
        (
            RetryPolicy::new().backoff(Backoff::Custom(squares)).jitter(Jitter::symmetric(0.5)),
            "3 retries, 4 attempts; custom backoff up to 60s, symmetric(0.5) jitter; server hints up \
             to 5m; statuses 429, 503, 504",
        ),
        (
            RetryPolicy::new().jitter(Jitter::Absolute(millis(500))),
            "3 retries, 4 attempts; exponential backoff from 1s, factor 2, cap 60s, absolute(500ms) \
             jitter; server hints up to 5m; statuses 429, 503, 504",
        ),
        (
            RetryPolicy::new().max_retries(u32::MAX).backoff(Backoff::Linear).jitter(Jitter::Equal),
            "4294967295 retries, 4294967296 attempts; linear backoff from 1s, cap 60s, equal jitter; \
             server hints up to 5m; statuses 429, 503, 504",
        ),
        (
            RetryPolicy::aws(),
            "2 retries, 3 attempts; exponential backoff from 50ms, factor 2, cap 20s, full jitter; \
             throttled from 1s, cap 20s; server hints up to 5m; statuses 429, 500, 502–504",
        ),
        (
            RetryPolicy::new().backoff(Backoff::Fixed).throttled_base(millis(5_000)),
            "3 retries, 4 attempts; fixed backoff of 1s, additive jitter; throttled of 5s; server hints \
             up to 5m; statuses 429, 503, 504",
        ),
        (
            RetryPolicy::from_delays(const { &[SECOND, Duration::from_secs(150)] }),
            "2 retries, 3 attempts; delays 1s, 2m 30s, additive jitter; server hints up to 5m; statuses \
             429, 503, 504",
        ),
    ];
    for (policy, line) in cases {
        assert_eq!(policy.to_string(), line);
    }
}

// SPEC 4.1
#[test]
fn every_setter_works_in_a_constant() {
    const BUILT: RetryPolicy = RetryPolicy::new()
        .max_retries(5)
        .base_delay(Duration::from_millis(250))
        .factor(1.5)
        .max_delay(Duration::from_secs(90))
        .backoff(Backoff::Exponential)
        .jitter(Jitter::Equal)
        .retry_after_cap(Duration::from_secs(60))
        .status(StatusSet::DEFAULT.with_range(500..=599))
        .build();
    const GIVES_UP: RetryPolicy = BUILT.give_up_on_hint_over(Duration::from_secs(60));
    assert_eq!(BUILT.worst_case_wait(), Some(Duration::from_micros(3_296_875)));
    assert_ne!(GIVES_UP, BUILT);
    assert_eq!(GIVES_UP.retry_after_cap(Duration::from_secs(60)), BUILT);
}
