//! The keys for the number of retries and the length of waits.

#![cfg(all(feature = "macros", feature = "tokio"))]

mod support;

use std::time::Duration;

use retry_kit::{ErrorClass, RetryPolicy, retry};
use support::{Failure, PERMANENT, Script, TRANSIENT, seconds, status, throttled};
use tokio::time::Instant;

type Outcome = Result<usize, Failure>;

mod limits {
    use super::{Outcome, Script, retry};

    pub const TWO: u32 = 2;
    pub const NONE: u32 = 0;

    #[retry(jitter = none)]
    pub async fn bare(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = 5, jitter = none)]
    pub async fn max(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(attempts = 5, jitter = none)]
    pub async fn attempts(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(attempts = 1, jitter = none)]
    pub async fn one_attempt(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = TWO * 2 + 1, jitter = none)]
    pub async fn constant(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = NONE, jitter = none)]
    pub async fn constant_zero(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(attempts = NONE, jitter = none)]
    pub async fn constant_zero_attempts(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(attempts = self::TWO, jitter = none)]
    pub async fn constant_attempts(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = forever, jitter = none)]
    pub async fn forever(script: &Script) -> Outcome {
        script.call()
    }
}

// SPEC 2.1, 2.2, 2.3
#[tokio::test(start_paused = true)]
async fn max_counts_retries_and_attempts_counts_attempts() {
    macro_rules! calls {
        ($function:ident, $failures:expr) => {{
            let script = Script::new(vec![TRANSIENT; $failures]);
            let outcome = limits::$function(&script).await;
            (script.calls(), outcome.ok())
        }};
    }
    assert_eq!(calls!(bare, 3), (4, Some(4)));
    assert_eq!(calls!(bare, 4), (4, None));
    assert_eq!(calls!(max, 100), (6, None));
    assert_eq!(calls!(attempts, 100), (5, None));
    assert_eq!(calls!(one_attempt, 100), (1, None));
    assert_eq!(calls!(constant, 100), (6, None));
    assert_eq!(calls!(constant_zero, 100), (1, None));
    assert_eq!(calls!(constant_zero_attempts, 100), (1, None));
    assert_eq!(calls!(constant_attempts, 100), (2, None));
    assert_eq!(calls!(forever, 1_000), (1_001, Some(1_001)));
}

mod names_of_constants {
    use super::{Duration, Outcome, Script, retry};

    const LIMIT: u8 = 2;

    /// A name in the attribute does not refer to the same name in the signature.
    #[retry(max = LIMIT as u32, base = Duration::from_secs(5), jitter = none)]
    pub async fn shared_with_the_signature<T: Into<Duration> + Copy>(
        script: &Script,
        number: u32,
        wait: T,
    ) -> Outcome {
        let _ = (number, wait.into());
        script.call()
    }
}

// SPEC 2.5
#[tokio::test(start_paused = true)]
async fn a_constant_may_share_its_name_with_the_signature() {
    let script = Script::new([TRANSIENT; 9]);
    let outcome = names_of_constants::shared_with_the_signature(&script, 1, Duration::ZERO).await;
    assert_eq!(outcome, Err(TRANSIENT));
    assert_eq!(script.waits(), seconds(&[5, 10]));
}

mod waits {
    use super::{Duration, Outcome, Script, retry};

    const BASE: Duration = Duration::from_secs(2);
    const GROWTH: f64 = 3.0;

    #[retry(max = 6, base = "1s", jitter = none, cap = "10s")]
    pub async fn exponential(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = 6, base = "1s", jitter = none, backoff = exponential, factor = 1.5)]
    pub async fn factor(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = 6, base = "3s", jitter = none, backoff = fixed)]
    pub async fn fixed(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = 6, base = "1s", jitter = none, backoff = linear)]
    pub async fn linear(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = 6, base = "1s", jitter = none, backoff = fibonacci)]
    pub async fn fibonacci(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(jitter = none, base = "1m 30s", cap = "2m", max = 2)]
    pub async fn minutes(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = 3, base = BASE, factor = GROWTH, cap = Duration::from_secs(10), jitter = none)]
    pub async fn constants(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = 3, jitter = none, retry_after_cap = "10s")]
    pub async fn short_hints(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = 3, jitter = none, retry_after_cap = "1h")]
    pub async fn long_hints(script: &Script) -> Outcome {
        script.call()
    }

    const FIVE_MINUTES: Duration = Duration::from_secs(300);

    #[retry(max = 6, base = "1s", jitter = none, throttled(base = "5s"))]
    pub async fn throttled_base(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = 6, base = "1s", jitter = none, throttled(cap = "2s", base = BASE), backoff = linear)]
    pub async fn throttled_both(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = 6, jitter = none, throttled(cap = Duration::from_secs(2)), cap = "8s")]
    pub async fn throttled_cap(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(jitter = none, delays = ["1s", "0s", "2m"])]
    pub async fn delays(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = 5, delays = &["1s", BASE, Duration::from_secs(3)], jitter = none)]
    pub async fn more_than_delays(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(jitter = none, delays = ["1s", "3s"], attempts = 2)]
    pub async fn fewer_than_delays(script: &Script) -> Outcome {
        script.call()
    }

    const DELAYS: [Duration; 2] = [BASE, Duration::from_secs(7)];

    #[retry(jitter = none, delays = &DELAYS)]
    pub async fn constant_delays(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(jitter = none, delays = ["1s", "2s"], timeout = "1s", fits = "6s")]
    pub async fn delays_that_fit(script: &Script) -> Outcome {
        script.call()
    }

    fn squares(retries: u32) -> Duration {
        Duration::from_secs(u64::from(retries + 1).pow(2))
    }

    #[retry(max = 4, jitter = none, backoff = custom(squares), cap = "10s")]
    pub async fn custom(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(jitter = none, backoff = custom(|retries| BASE * (3 - retries)), timeout = "1s", fits = "3m 4s")]
    pub async fn custom_closure(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = 2, jitter = none, backoff = custom(|_| Duration::ZERO), base = "3s")]
    pub async fn custom_zero(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = 3, jitter = none, retry_after_cap = give_up(FIVE_MINUTES))]
    pub async fn no_long_hints(script: &Script) -> Outcome {
        script.call()
    }
}

// SPEC 2.3, 2.4, 4.2, 4.6, 4.16, 4.17, 4.21
#[tokio::test(start_paused = true)]
async fn the_waits_follow_the_keys() {
    macro_rules! waits {
        ($function:ident) => {
            waits!($function, [TRANSIENT; 100])
        };
        ($function:ident, $failures:expr) => {{
            let script = Script::new($failures);
            let outcome = waits::$function(&script).await;
            assert_eq!(outcome.is_err(), script.calls() < 100);
            script.waits()
        }};
    }
    assert_eq!(waits!(exponential), seconds(&[1, 2, 4, 8, 10, 10]));
    assert_eq!(waits!(fixed), seconds(&[3; 6]));
    assert_eq!(waits!(linear), seconds(&[1, 2, 3, 4, 5, 6]));
    assert_eq!(waits!(fibonacci), seconds(&[1, 1, 2, 3, 5, 8]));
    assert_eq!(waits!(minutes), seconds(&[90, 120]));
    assert_eq!(waits!(constants), seconds(&[2, 6, 10]));
    assert_eq!(waits!(short_hints, vec![throttled(60); 100]), seconds(&[10, 10, 10]));
    assert_eq!(waits!(long_hints, vec![throttled(1_800); 100]), seconds(&[1_800, 1_800, 1_800]));
    assert_eq!(waits!(throttled_base), seconds(&[1, 2, 4, 8, 16, 32]));
    let busy = Failure(ErrorClass::Throttled { retry_after: None });
    assert_eq!(waits!(throttled_base, vec![busy; 100]), seconds(&[5, 10, 20, 40, 60, 60]));
    let mixed = [TRANSIENT, status(429), TRANSIENT, throttled(0), status(503), throttled(2), busy];
    // SPEC 4.16.2: the hint of 2 s is lifted to the throttled base.
    assert_eq!(waits!(throttled_base, mixed.repeat(20)), seconds(&[1, 10, 4, 40, 16, 5]));
    assert_eq!(waits!(throttled_both), seconds(&[1, 2, 3, 4, 5, 6]));
    assert_eq!(waits!(throttled_both, vec![busy; 100]), seconds(&[2; 6]));
    assert_eq!(waits!(throttled_cap), seconds(&[1, 2, 4, 8, 8, 8]));
    assert_eq!(waits!(throttled_cap, vec![status(429); 100]), seconds(&[1, 2, 2, 2, 2, 2]));
    assert_eq!(waits!(delays), seconds(&[1, 0, 120]));
    assert_eq!(waits!(delays, vec![busy; 100]), seconds(&[1, 0, 120]));
    assert_eq!(waits!(more_than_delays), seconds(&[1, 2, 3, 3, 3]));
    assert_eq!(waits!(fewer_than_delays), seconds(&[1]));
    assert_eq!(waits!(constant_delays), seconds(&[2, 7]));
    assert_eq!(waits!(delays_that_fit), seconds(&[1, 2]));
    assert_eq!(waits!(custom), seconds(&[1, 4, 9, 10]));
    assert_eq!(waits!(custom, vec![busy; 100]), seconds(&[1, 4, 9, 10]));
    assert_eq!(waits!(custom_closure), seconds(&[6, 4, 2]));
    assert_eq!(waits!(custom_zero), seconds(&[0, 0]));
    // SPEC 4.21.1: the base is the least wait after a hint.
    assert_eq!(waits!(custom_zero, vec![throttled(1); 100]), seconds(&[3, 3]));
    let hints = [300, 301, 300].map(throttled);
    let script = Script::new(hints);
    assert_eq!(waits::no_long_hints(&script).await, Err(throttled(301)));
    assert_eq!(script.waits(), seconds(&[300]));
    // Tokio's timer counts whole milliseconds.
    let waits = waits!(factor);
    let millis = [1_000, 1_500, 2_250, 3_375, 5_063, 7_594].map(Duration::from_millis);
    assert_eq!(waits, millis);
}

mod jitters {
    use super::{Duration, Outcome, RetryPolicy, Script, retry};

    const RATIO: f64 = 0.5;

    #[retry(max = 1, base = "1s")]
    pub async fn default(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = 1, base = "1s", jitter = additive)]
    pub async fn additive(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = 1, base = "1s", jitter = additive(0.1))]
    pub async fn tenth(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = 1, base = "1s", jitter = additive(RATIO))]
    pub async fn half(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = 1, base = "1s", jitter = full)]
    pub async fn full(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = 1, base = "1s", jitter = equal)]
    pub async fn equal(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = 1, base = "1s", backoff = decorrelated)]
    pub async fn decorrelated(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = 1, base = "1s", factor = 2, backoff = decorrelated)]
    pub async fn decorrelated_by_two(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = 1, base = "1s", jitter = symmetric(0.5))]
    pub async fn symmetric(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = 1, base = "1s", jitter = symmetric(RATIO / 2.0))]
    pub async fn symmetric_by_a_constant(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = 1, base = "1s", jitter = absolute("300ms"))]
    pub async fn absolute(script: &Script) -> Outcome {
        script.call()
    }

    const SPREAD: Duration = Duration::from_millis(700);

    #[retry(max = 1, base = "1s", jitter = absolute(SPREAD))]
    pub async fn absolute_by_a_constant(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(policy = RetryPolicy::new(), max = 1, jitter = symmetric(ratio))]
    pub async fn symmetric_at_run_time(script: &Script, ratio: f64) -> Outcome {
        script.call()
    }

    #[retry(policy = RetryPolicy::new(), max = 1, jitter = absolute(spread))]
    pub async fn absolute_at_run_time(script: &Script, spread: Duration) -> Outcome {
        script.call()
    }
}

// SPEC 2.3, 4.4
#[tokio::test(start_paused = true)]
async fn each_word_of_jitter_spreads_the_waits_over_its_range() {
    macro_rules! spread {
        ($function:ident $(, $argument:expr)?) => {{
            let (mut least, mut most) = (Duration::MAX, Duration::ZERO);
            for _ in 0..500 {
                let script = Script::new([TRANSIENT]);
                assert_eq!(jitters::$function(&script $(, $argument)?).await, Ok(2));
                let wait = script.waits()[0];
                (least, most) = (least.min(wait), most.max(wait));
            }
            (least, most)
        }};
    }
    // Shortest and longest in milliseconds; 500 draws come within a twentieth of both, but for a
    // chance of 10⁻¹¹.
    let check = |(least, most): (Duration, Duration), shortest: u64, longest: u64| {
        let near = Duration::from_millis((longest - shortest) / 20 + 1);
        let shortest = Duration::from_millis(shortest);
        let longest = Duration::from_millis(longest + 1);
        assert!(least >= shortest && least <= shortest + near, "{least:?} for {shortest:?}");
        assert!(most <= longest && most + near >= longest, "{most:?} for {longest:?}");
    };
    check(spread!(default), 1_000, 2_000);
    check(spread!(additive), 1_000, 2_000);
    check(spread!(tenth), 1_000, 1_100);
    check(spread!(half), 1_000, 1_500);
    check(spread!(full), 0, 1_000);
    check(spread!(equal), 500, 1_000);
    check(spread!(decorrelated), 1_000, 3_000);
    check(spread!(decorrelated_by_two), 1_000, 2_000);
    check(spread!(symmetric), 500, 1_500);
    check(spread!(symmetric_by_a_constant), 750, 1_250);
    check(spread!(absolute), 1_000, 1_300);
    check(spread!(absolute_by_a_constant), 1_000, 1_700);
    check(spread!(symmetric_at_run_time, 0.2), 800, 1_200);
    // SPEC 2.5.3
    check(spread!(symmetric_at_run_time, 1.5), 0, 2_000);
    check(spread!(absolute_at_run_time, Duration::from_secs(1)), 1_000, 2_000);
}

// SPEC 5.6
#[tokio::test(start_paused = true)]
async fn the_error_returned_is_the_last_one_unchanged() {
    let script = Script::new([TRANSIENT, status(503), throttled(3), status(429), TRANSIENT]);
    assert_eq!(limits::bare(&script).await, Err(status(429)));
    let start = Instant::now();
    assert_eq!(limits::bare(&Script::new([PERMANENT])).await, Err(PERMANENT));
    assert_eq!(start.elapsed(), Duration::ZERO, "nothing is waited for after the last attempt");
}
