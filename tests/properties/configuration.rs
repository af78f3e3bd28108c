//! What holds for every text of a policy, and for every policy.

use std::time::Duration;

use retry_kit::{Decision, ErrorClass, RetryPolicy, RetryState};

/// How many waits of a policy are looked at.
const WAITS: u32 = 50;

/// SPEC 4.3
const LONGEST: Duration = Duration::from_nanos(u64::MAX);

/// SPEC 4.1, 4.1.7
pub fn a_policy_that_is_read_is_written_and_reads_back(text: &str, seed: u64) {
    let policies = [
        text.parse::<RetryPolicy>().map_err(|error| error.to_string()),
        toml::from_str::<RetryPolicy>(text).map_err(|error| error.to_string()),
        serde_json::from_str::<RetryPolicy>(text).map_err(|error| error.to_string()),
    ];
    for policy in policies {
        let policy = match policy {
            Ok(policy) => policy,
            Err(message) => {
                assert!(!message.is_empty());
                continue;
            }
        };
        assert_eq!(policy.try_build(), Ok(policy), "{text:?}");
        let written = toml::to_string(&policy).expect("a policy that was read can be written");
        assert_eq!(toml::from_str(&written).as_ref(), Ok(&policy), "{written}");
        let written = serde_json::to_string(&policy).expect("likewise");
        assert_eq!(serde_json::from_str::<RetryPolicy>(&written).ok(), Some(policy), "{written}");
        assert!(!policy.to_string().contains('\n'), "{policy}");
        every_wait_stays_in_the_range_shown_beforehand(&policy, seed);
    }
}

/// SPEC 4.5, 4.6, 4.10
pub fn every_wait_stays_in_the_range_shown_beforehand(policy: &RetryPolicy, seed: u64) {
    let limit = policy.get_max_retries();
    let ranges: Vec<_> = policy.delays().take(WAITS as usize).collect();
    assert_eq!(ranges.len(), limit.unwrap_or(WAITS).min(WAITS) as usize);
    // The longer of the two schedules at each retry.
    let longest = policy
        .throttled_delays()
        .zip(&ranges)
        .map(|(throttled, ordinary)| *throttled.end().max(ordinary.end()));
    let sum = longest.fold(Duration::ZERO, Duration::saturating_add);
    let worst = policy.worst_case_wait();
    if let (Some(worst), Some(..=WAITS)) = (worst, limit) {
        assert_eq!(worst, sum.min(LONGEST), "{policy}");
    }
    assert_eq!(worst.is_none(), limit.is_none(), "{policy}");

    // A deadline looks at the clock, and is the model's subject.
    let policy = policy.deadline(Duration::MAX);
    let mut state = RetryState::seeded(&policy, seed);
    for range in &ranges {
        let Decision::Retry(wait) = state.decide(ErrorClass::Unsent) else {
            panic!("{policy}: {} attempts of more", state.retries());
        };
        assert!(range.contains(&wait.duration()), "{policy}: {wait:?} is not in {range:?}");
    }
    let ended = matches!(state.decide(ErrorClass::Unsent), Decision::Stop(_));
    assert_eq!(ended, limit.is_some_and(|limit| limit <= WAITS), "{policy}");

    for hint in [Duration::from_nanos(1), Duration::from_secs(seed % 1_000), Duration::MAX] {
        let class = ErrorClass::Throttled { retry_after: Some(hint) };
        let cap = policy.get_retry_after_cap();
        let Decision::Retry(wait) = RetryState::seeded(&policy, seed).decide(class) else {
            continue;
        };
        match policy.wait_after_hint(hint) {
            Some(range) => {
                assert!(*range.start() >= hint.min(cap).min(LONGEST));
                assert!(range.contains(&wait.duration()), "{policy}: {wait:?} after {hint:?}");
            }
            None => assert!(!wait.is_from_server(), "{policy}: {wait:?} after {hint:?}"),
        }
    }
}
