//! `RetryPolicy::aws()` against what the AWS SDKs publish of their standard mode.
//!
//! The waits and tokens of `SEQUENCES` are those of the tests of smithy-rs for its `RetrySpec::v2_1`
//! (`rust-runtime/aws-smithy-runtime/src/client/retries/strategy/standard.rs`, 2026-08-21), which leave
//! jitter out. The rest is from "Retry behavior" in the reference guide of the AWS SDKs and tools
//! (<https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>) and from botocore
//! (`tests/unit/retries/test_standard_retry_v2_1.py`, 2026-08-07).

use std::time::Duration;

use retry_kit::{Decision, ErrorClass, Jitter, RetryBudget, RetryPolicy, RetryState, StopReason};

const THROTTLED: ErrorClass = ErrorClass::Throttled { retry_after: None };

/// How a call ends after its failures.
#[derive(Clone, Copy, Debug)]
enum End {
    Success,
    Stop(StopReason),
}

/// A call: the class of each failure, the wait after it in milliseconds and the tokens then left.
struct Call {
    class: ErrorClass,
    retries: &'static [(u64, u32)],
    end: End,
    tokens: u32,
}

struct Sequence {
    name: &'static str,
    policy: RetryPolicy,
    tokens: u32,
    calls: &'static [Call],
}

const AWS: RetryPolicy = RetryPolicy::aws();
const FIVE_ATTEMPTS: RetryPolicy = AWS.max_retries(4);
const SERVER_ERROR: ErrorClass = ErrorClass::Transient;
const MAX_ATTEMPTS: End = End::Stop(StopReason::Exhausted);
const QUOTA: End = End::Stop(StopReason::Budget);

const SEQUENCES: &[Sequence] = &[
    Sequence {
        name: "retry_eventually_succeeds",
        policy: AWS,
        tokens: 500,
        calls: &[Call {
            class: SERVER_ERROR,
            retries: &[(50, 486), (100, 472)],
            end: End::Success,
            tokens: 486,
        }],
    },
    Sequence {
        name: "fail_due_to_max_attempts_reached",
        policy: AWS,
        tokens: 500,
        calls: &[Call {
            class: SERVER_ERROR,
            retries: &[(50, 486), (100, 472)],
            end: MAX_ATTEMPTS,
            tokens: 472,
        }],
    },
    Sequence {
        name: "retry_quota_reached_after_single_retry",
        policy: FIVE_ATTEMPTS,
        tokens: 14,
        calls: &[Call { class: SERVER_ERROR, retries: &[(50, 0)], end: QUOTA, tokens: 0 }],
    },
    Sequence {
        name: "no_retries_if_retry_quota_is_zero",
        policy: AWS,
        tokens: 0,
        calls: &[Call { class: SERVER_ERROR, retries: &[], end: QUOTA, tokens: 0 }],
    },
    Sequence {
        name: "retry_stops_after_retry_quota_exhaustion",
        policy: FIVE_ATTEMPTS,
        tokens: 20,
        calls: &[Call { class: SERVER_ERROR, retries: &[(50, 6)], end: QUOTA, tokens: 6 }],
    },
    Sequence {
        name: "retry_quota_recovery_after_successful_responses",
        policy: FIVE_ATTEMPTS,
        tokens: 30,
        calls: &[
            Call {
                class: SERVER_ERROR,
                retries: &[(50, 16), (100, 2)],
                end: End::Success,
                tokens: 16,
            },
            Call { class: SERVER_ERROR, retries: &[(50, 2)], end: End::Success, tokens: 16 },
        ],
    },
    Sequence {
        name: "throttling_error_token_bucket_drain_and_backoff",
        policy: AWS,
        tokens: 500,
        calls: &[Call {
            class: THROTTLED,
            retries: &[(1_000, 495)],
            end: End::Success,
            tokens: 500,
        }],
    },
    Sequence {
        name: "verify_max_backoff_time",
        policy: FIVE_ATTEMPTS.max_delay(Duration::from_millis(200)),
        tokens: 500,
        calls: &[Call {
            class: SERVER_ERROR,
            retries: &[(50, 486), (100, 472), (200, 458), (200, 444)],
            end: MAX_ATTEMPTS,
            tokens: 444,
        }],
    },
];

// SPEC 4.16.5
#[test]
fn the_published_sequences_of_waits_and_tokens_come_out_the_same() {
    for Sequence { name, policy, tokens, calls } in SEQUENCES {
        let policy = policy.jitter(Jitter::None);
        let budget = RetryBudget::new(*tokens, 14, 5, 1);
        for Call { class, retries, end, tokens } in *calls {
            let mut state = RetryState::new(&policy).budget(&budget);
            for (wait, tokens) in *retries {
                let decision = state.decide(*class);
                let Decision::Retry(decided) = decision else { panic!("{name}: {decision:?}") };
                assert_eq!(decided.duration(), Duration::from_millis(*wait), "{name}");
                assert_eq!(budget.available(), *tokens, "{name}");
            }
            match *end {
                End::Success => state.succeeded(),
                End::Stop(reason) => {
                    assert_eq!(state.decide(*class), Decision::Stop(reason), "{name}");
                }
            }
            assert_eq!(budget.available(), *tokens, "{name}");
        }
    }
}

// SPEC 4.16.5
#[test]
fn the_waits_are_those_of_the_published_formula() {
    // random(0, 1) × min(20 s, base × 2^retry), "the cap takes effect at the 10th retry", and for
    // throttling at the 6th.
    let millis =
        |delays: [u64; 11]| delays.map(|delay| Duration::ZERO..=Duration::from_millis(delay));
    let long = AWS.max_retries(11);
    let transient = [50, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 20_000, 20_000];
    assert!(long.delays().eq(millis(transient)));
    let throttled =
        [1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000, 20_000, 20_000, 20_000, 20_000];
    assert!(long.throttled_delays().eq(millis(throttled)));
}

// SPEC 4.16.5
#[test]
fn the_settings_are_the_published_ones() {
    assert_eq!(AWS.get_max_retries(), Some(2));
    assert_eq!(AWS.try_build(), Ok(AWS));
    let retried: Vec<u16> = (0..=999).filter(|&code| AWS.get_status().contains(code)).collect();
    assert_eq!(retried, [429, 500, 502, 503, 504]);
    // Every status but 429 is transient.
    let first = |code| {
        let class = ErrorClass::Status { code, retry_after: None };
        match RetryState::new(&AWS.jitter(Jitter::None)).decide(class) {
            Decision::Retry(wait) => wait.duration().as_millis(),
            stop @ Decision::Stop(_) => panic!("{stop:?}"),
        }
    };
    assert_eq!([429, 500, 502, 503, 504].map(first), [1_000, 50, 50, 50, 50]);
    let standard = RetryBudget::standard();
    assert_eq!(standard.available(), 500);
    for (class, left) in [(SERVER_ERROR, 486), (THROTTLED, 481)] {
        let _ = RetryState::new(&AWS).budget(&standard).decide(class);
        assert_eq!(standard.available(), left);
    }
    // DynamoDB: four attempts from 25 ms.
    let dynamodb = AWS.max_retries(3).base_delay(Duration::from_millis(25));
    let longest = dynamodb.delays().map(|wait| wait.end().as_millis());
    assert!(longest.eq([25, 50, 100]));
}
