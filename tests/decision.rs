//! The decision after a failure, called directly.

use std::time::Duration;

use retry_kit::{
    Backoff, Decision, ErrorClass, Jitter, Repeat, RetryPolicy, RetryState, StatusSet, StopReason,
};

const SECOND: Duration = Duration::from_secs(1);
/// SPEC 4.3: no wait is longer.
const LONGEST: Duration = Duration::from_nanos(u64::MAX);

fn plain() -> RetryPolicy {
    RetryPolicy::new().jitter(Jitter::None)
}

fn hint(wait: Duration) -> ErrorClass {
    ErrorClass::Throttled { retry_after: Some(wait) }
}

/// The wait and whether it came from the server; otherwise the reason to give up.
fn decide(state: &mut RetryState, class: ErrorClass) -> Result<(Duration, bool), StopReason> {
    match state.decide(class) {
        Decision::Retry(wait) => Ok((wait.duration(), wait.is_from_server())),
        Decision::Stop(reason) => Err(reason),
    }
}

// SPEC 2.1
#[test]
fn max_counts_retries_not_attempts() {
    for max in [0, 1, 3, 10] {
        let mut state = RetryState::new(&plain().max_retries(max));
        for _ in 0..max {
            assert!(decide(&mut state, ErrorClass::Transient).is_ok());
        }
        assert_eq!(decide(&mut state, ErrorClass::Transient), Err(StopReason::Exhausted));
        assert_eq!(state.retries(), max);
    }
}

// SPEC 4.14, 5.2
#[test]
fn each_class_is_retried_as_the_policy_says() {
    let status = |code| ErrorClass::Status { code, retry_after: None };
    let gateways = plain().status(StatusSet::EMPTY.with_range(500..=599));
    let unsent = plain().repeat(Repeat::Unsent);
    let (again, never) = (Ok((SECOND, false)), Err(StopReason::Permanent));
    let may_be_processed = Err(StopReason::MayBeProcessed);
    let cases = [
        (plain(), ErrorClass::Transient, again),
        (plain(), ErrorClass::Unsent, again),
        (plain(), ErrorClass::Throttled { retry_after: None }, again),
        (plain(), ErrorClass::Permanent, never),
        (unsent, ErrorClass::Unsent, again),
        (unsent, ErrorClass::Transient, may_be_processed),
        (unsent, ErrorClass::Throttled { retry_after: None }, may_be_processed),
        (unsent, hint(SECOND), may_be_processed),
        (unsent, status(429), may_be_processed),
        (unsent, status(503), may_be_processed),
        (unsent, status(404), never),
        (unsent, ErrorClass::Permanent, never),
        (unsent.factor(1.5), ErrorClass::Transient, may_be_processed),
        (unsent.max_retries(0), ErrorClass::Transient, may_be_processed),
        (unsent.repeat(Repeat::All), ErrorClass::Transient, again),
        (plain(), status(429), again),
        (plain(), status(503), again),
        (plain(), status(504), again),
        (plain(), status(401), never),
        (plain(), status(403), never),
        (plain(), status(404), never),
        (plain(), status(408), never),
        (plain(), status(500), never),
        (plain(), status(502), never),
        (plain(), status(0), never),
        (plain(), status(u16::MAX), never),
        (gateways, status(500), again),
        (gateways, status(429), never),
        (gateways, ErrorClass::Transient, again),
    ];
    for (policy, class, expected) in cases {
        let decision = decide(&mut RetryState::new(&policy), class);
        assert_eq!(decision, expected, "{class:?} under {policy}");
    }
}

// SPEC 4.12: what an error is comes before how many there were.
#[test]
fn a_permanent_error_is_permanent_even_after_the_last_retry() {
    let mut state = RetryState::new(&plain().max_retries(0));
    assert_eq!(decide(&mut state, ErrorClass::Permanent), Err(StopReason::Permanent));
}

// SPEC 4.6
#[test]
fn a_hint_replaces_the_backoff_up_to_its_cap() {
    let nothing = Duration::ZERO;
    let nano = Duration::from_nanos(1);
    let cases = [
        (10 * SECOND, 10 * SECOND, true),
        (nano, SECOND, true),
        (300 * SECOND, 300 * SECOND, true),
        (301 * SECOND, 300 * SECOND, true),
        (Duration::MAX, 300 * SECOND, true),
        (nothing, SECOND, false),
    ];
    for (asked, wait, from_server) in cases {
        let mut state = RetryState::new(&plain());
        assert_eq!(decide(&mut state, hint(asked)), Ok((wait, from_server)), "{asked:?}");
        let status = ErrorClass::Status { code: 503, retry_after: Some(asked) };
        let mut state = RetryState::new(&plain());
        assert_eq!(decide(&mut state, status), Ok((wait, from_server)), "{asked:?}");
    }
    let short = plain().retry_after_cap(2 * SECOND);
    assert_eq!(decide(&mut RetryState::new(&short), hint(60 * SECOND)), Ok((2 * SECOND, true)));
    let shorter = plain().retry_after_cap(SECOND / 2);
    assert_eq!(decide(&mut RetryState::new(&shorter), hint(60 * SECOND)), Ok((SECOND, true)));
    let none = plain().retry_after_cap(Duration::ZERO);
    assert_eq!(decide(&mut RetryState::new(&none), hint(60 * SECOND)), Ok((SECOND, false)));
    let long = plain().retry_after_cap(Duration::MAX);
    assert_eq!(decide(&mut RetryState::new(&long), hint(Duration::MAX)), Ok((LONGEST, true)));
}

// SPEC 4.6.3
#[test]
fn a_hint_never_makes_a_wait_shorter_than_the_first_backoff() {
    let nano = Duration::from_nanos(1);
    let (half, tenth) = (SECOND / 2, SECOND / 10);
    let draws = |policy: RetryPolicy| {
        let mut state = RetryState::seeded(&policy.unlimited(), 1);
        (0..1_000).map(move |_| decide(&mut state, hint(nano)).unwrap())
    };
    let cases = [
        (plain(), SECOND, SECOND),
        (plain().base_delay(half), half, half),
        // SPEC 2.5.3: the first delay is `min(base, cap)`.
        (plain().max_delay(half), half, half),
        (plain().backoff(Backoff::Fixed), SECOND, SECOND),
        (plain().backoff(Backoff::Decorrelated), SECOND, 2 * SECOND),
        (RetryPolicy::new(), SECOND, 2 * SECOND),
        (RetryPolicy::new().jitter(Jitter::additive(0.1)), SECOND, SECOND + tenth),
        (RetryPolicy::new().jitter(Jitter::Full), SECOND, 2 * SECOND),
        (RetryPolicy::new().max_delay(tenth), tenth, 2 * tenth),
        // A policy without a backoff waits only for the server.
        (RetryPolicy::new().base_delay(Duration::ZERO), nano, nano),
    ];
    for (policy, shortest, longest) in cases {
        for (wait, from_server) in draws(policy) {
            assert!((shortest..=longest).contains(&wait) && from_server, "{policy}: {wait:?}");
        }
    }
}

// SPEC 4.6.4
#[test]
fn a_hint_over_the_give_up_limit_ends_the_call() {
    let five = 300 * SECOND;
    let policy = plain().give_up_on_hint_over(five);
    let too_long = Err(StopReason::HintTooLong);
    let longer = five + Duration::from_nanos(1);
    let cases = [
        (policy, five, Ok((five, true))),
        (policy, longer, too_long),
        (policy, Duration::MAX, too_long),
        (policy, Duration::ZERO, Ok((SECOND, false))),
        // The last call counts.
        (policy.retry_after_cap(five), longer, Ok((five, true))),
        (plain().retry_after_cap(SECOND).give_up_on_hint_over(five), five, Ok((five, true))),
        // Every hint is too long, but a missing one is not.
        (plain().give_up_on_hint_over(Duration::ZERO), SECOND, too_long),
        (plain().give_up_on_hint_over(Duration::ZERO), Duration::ZERO, Ok((SECOND, false))),
        (plain().give_up_on_hint_over(Duration::MAX), Duration::MAX, Ok((LONGEST, true))),
        // SPEC 4.12: the limit on retries comes first, and the deadline after.
        (policy.max_retries(0), longer, Err(StopReason::Exhausted)),
        (policy.deadline(2 * SECOND), longer, too_long),
    ];
    for (policy, asked, expected) in cases {
        let status = ErrorClass::Status { code: 503, retry_after: Some(asked) };
        for class in [hint(asked), status] {
            assert_eq!(
                decide(&mut RetryState::new(&policy), class),
                expected,
                "{policy}: {asked:?}"
            );
        }
    }
    let forbidden = ErrorClass::Status { code: 404, retry_after: Some(longer) };
    assert_eq!(decide(&mut RetryState::new(&policy), forbidden), Err(StopReason::Permanent));
    let transient = decide(&mut RetryState::new(&policy), ErrorClass::Transient);
    assert_eq!(transient, Ok((SECOND, false)));
}

// SPEC 5.2.4
#[test]
fn a_403_is_retried_only_if_it_is_in_the_set_and_has_a_hint() {
    let set = plain().status(StatusSet::DEFAULT.with(403));
    let all = plain().status(StatusSet::EMPTY.with_range(200..=599));
    let permanent = Err(StopReason::Permanent);
    let cases = [
        (set, Some(7 * SECOND), Ok((7 * SECOND, true))),
        // The quota was exhausted, but has been reset by now.
        (set, Some(Duration::ZERO), Ok((SECOND, false))),
        (set.retry_after_cap(Duration::ZERO), Some(SECOND), Ok((SECOND, false))),
        (set, None, permanent),
        (all, None, permanent),
        (all, Some(7 * SECOND), Ok((7 * SECOND, true))),
        (plain(), Some(7 * SECOND), permanent),
    ];
    for (policy, retry_after, expected) in cases {
        let class = ErrorClass::Status { code: 403, retry_after };
        assert_eq!(decide(&mut RetryState::new(&policy), class), expected, "{policy}: {class}");
    }
}

// SPEC 4.6
#[test]
fn a_hint_is_spread_by_at_most_the_jitter_of_the_base_and_never_shortened() {
    let tenth = SECOND / 10;
    let cases = [
        (RetryPolicy::new(), SECOND),
        (RetryPolicy::new().jitter(Jitter::additive(0.1)), tenth),
        (RetryPolicy::new().jitter(Jitter::Full), SECOND),
        (RetryPolicy::new().jitter(Jitter::Equal), SECOND),
        (RetryPolicy::new().jitter(Jitter::None), Duration::ZERO),
        (RetryPolicy::new().base_delay(SECOND).max_delay(tenth), tenth),
        (RetryPolicy::new().backoff(Backoff::Decorrelated), SECOND),
    ];
    for (policy, spread) in cases {
        let policy = policy.unlimited();
        let mut state = RetryState::seeded(&policy, 1);
        let draws = 100_000;
        let mut sum = Duration::ZERO;
        for _ in 0..draws {
            let (wait, _) = decide(&mut state, hint(500 * SECOND)).unwrap();
            assert!(wait >= 300 * SECOND && wait <= 300 * SECOND + spread, "{policy}: {wait:?}");
            sum += wait.abs_diff(300 * SECOND);
        }
        let mean = sum / draws;
        assert!(mean.abs_diff(spread / 2) <= spread / 100, "{policy}: mean {mean:?}");
    }
}

// SPEC 4.5, 4.6
#[test]
fn a_hint_never_revives_an_exhausted_policy() {
    let mut state = RetryState::new(&plain().max_retries(1));
    assert_eq!(decide(&mut state, hint(SECOND)), Ok((SECOND, true)));
    assert_eq!(decide(&mut state, hint(SECOND)), Err(StopReason::Exhausted));
    assert_eq!(decide(&mut state, hint(SECOND)), Err(StopReason::Exhausted));
}

// SPEC 4.6
#[test]
fn a_hint_never_revives_a_status_that_the_policy_does_not_retry() {
    let refused = ErrorClass::Status { code: 403, retry_after: Some(SECOND) };
    assert_eq!(decide(&mut RetryState::new(&plain()), refused), Err(StopReason::Permanent));
}

#[test]
fn a_retry_by_hint_counts_and_the_backoff_continues_after_it() {
    let mut state = RetryState::new(&plain());
    let waits = [ErrorClass::Transient, hint(7 * SECOND), ErrorClass::Transient]
        .map(|class| decide(&mut state, class).map(|(wait, _)| wait.as_secs()));
    assert_eq!(waits, [Ok(1), Ok(7), Ok(4)]);
}

// SPEC 4.5
#[test]
fn a_refusal_draws_no_random_number() {
    let policy = RetryPolicy::new().max_retries(2);
    let waits = |refusals: usize| {
        let mut state = RetryState::seeded(&policy, 9);
        let first = decide(&mut state, ErrorClass::Transient);
        for _ in 0..refusals {
            assert!(decide(&mut state, ErrorClass::Permanent).is_err());
        }
        (first, decide(&mut state, ErrorClass::Transient))
    };
    assert_eq!(waits(0), waits(5));
}

// SPEC 4.2
#[test]
fn decorrelated_backoff_grows_from_the_last_backoff_and_never_from_a_hint() {
    let policy = RetryPolicy::new().unlimited().backoff(Backoff::Decorrelated);
    for seed in 0..200 {
        let mut state = RetryState::seeded(&policy, seed);
        let mut previous = SECOND;
        for step in 0..20 {
            if step % 3 == 2 {
                let (wait, from_server) = decide(&mut state, hint(300 * SECOND)).unwrap();
                let spread = 300 * SECOND..=301 * SECOND;
                assert!(spread.contains(&wait) && from_server, "{wait:?}");
                continue;
            }
            let (wait, _) = decide(&mut state, ErrorClass::Transient).unwrap();
            let longest = (3 * previous).min(60 * SECOND);
            assert!(wait >= SECOND && wait <= longest, "{wait:?} after {previous:?}");
            previous = wait;
        }
    }
}

// SPEC 4.2: the range is not stuck at the cap.
#[test]
fn decorrelated_backoff_keeps_its_randomness_at_the_cap() {
    let policy = RetryPolicy::new().unlimited().backoff(Backoff::Decorrelated);
    let mut state = RetryState::seeded(&policy, 5);
    let waits: Vec<Duration> =
        (0..1_000).map(|_| decide(&mut state, ErrorClass::Transient).unwrap().0).collect();
    let below = waits.iter().filter(|wait| **wait < 60 * SECOND).count();
    assert!(below > 200, "{below} of 1000 below the cap");
}

// SPEC 4.11.1
#[test]
fn the_same_seed_gives_the_same_waits_and_no_seed_gives_others() {
    let waits = |mut state: RetryState| {
        [(); 3].map(|()| decide(&mut state, ErrorClass::Transient).map(|(wait, _)| wait))
    };
    let policy = RetryPolicy::DEFAULT;
    // The thread has a generator already.
    assert!(waits(RetryState::new(&policy)).iter().all(Result::is_ok));
    assert_eq!(waits(RetryState::seeded(&policy, 1)), waits(RetryState::seeded(&policy, 1)));
    assert_ne!(waits(RetryState::seeded(&policy, 1)), waits(RetryState::seeded(&policy, 2)));
    assert_ne!(waits(RetryState::new(&policy)), waits(RetryState::new(&policy)));
}

#[test]
fn an_unlimited_policy_retries_past_every_counter() {
    let policy = plain().unlimited().base_delay(Duration::MAX).max_delay(Duration::MAX);
    let mut state = RetryState::new(&policy);
    for _ in 0..1_000 {
        assert_eq!(decide(&mut state, ErrorClass::Transient), Ok((LONGEST, false)));
    }
}

// SPEC 4.2
#[test]
fn decorrelated_backoff_does_not_grow_from_a_wait_that_was_refused() {
    static EMPTY: retry_kit::RetryBudget = retry_kit::RetryBudget::new(0, 1, 0, 0);
    let policy = plain().backoff(Backoff::Decorrelated).max_delay(Duration::MAX).unlimited();
    for seed in 0..20 {
        let mut state = RetryState::seeded(&policy, seed).budget(&EMPTY);
        for _ in 0..20 {
            let refused = decide(&mut state, ErrorClass::Transient);
            assert_eq!(refused, Err(StopReason::Budget));
        }
        // Throttled retries are free.
        let wait = decide(&mut state, ErrorClass::Throttled { retry_after: None });
        assert!(wait.is_ok_and(|(wait, _)| wait <= 3 * SECOND), "{wait:?}");
    }
}

// SPEC 4.7
#[test]
fn a_deadline_of_the_longest_duration_is_no_limit() {
    let policy = plain().base_delay(Duration::MAX).max_delay(Duration::MAX);
    let mut state = RetryState::new(&policy.deadline(Duration::MAX));
    assert!(decide(&mut state, ErrorClass::Transient).is_ok());
    assert!(decide(&mut state, ErrorClass::Transient).is_ok());
}

#[test]
fn a_reason_is_shown_as_its_word() {
    assert_eq!(StopReason::Exhausted.to_string(), "exhausted");
}
