//! The keys of the attribute, each by the calls, waits and values it leads to.

#![cfg(all(feature = "macros", feature = "tokio"))]

mod support;

use std::cell::Cell;
use std::sync::Mutex;
use std::time::Duration;

use retry_kit::{ErrorClass, Jitter, RetryEvent, RetryPolicy, retry};
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
async fn the_limit_counts_retries_or_calls_as_its_key_says() {
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

    /// What is named in the signature is not what is named in the attribute.
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
async fn a_constant_may_have_a_name_that_the_signature_has_too() {
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
}

// SPEC 2.3, 2.4, 4.2, 4.6
#[tokio::test(start_paused = true)]
async fn the_waits_are_those_of_the_keys() {
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
    // Tokio's timer counts whole milliseconds.
    let waits = waits!(factor);
    let millis = [1_000, 1_500, 2_250, 3_375, 5_063, 7_594].map(Duration::from_millis);
    assert_eq!(waits, millis);
}

mod jitters {
    use super::{Outcome, Script, retry};

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
}

// SPEC 2.3, 4.4
#[tokio::test(start_paused = true)]
async fn the_jitter_is_that_of_its_key() {
    macro_rules! spread {
        ($function:ident) => {{
            let (mut least, mut most) = (Duration::MAX, Duration::ZERO);
            for _ in 0..500 {
                let script = Script::new([TRANSIENT]);
                assert_eq!(jitters::$function(&script).await, Ok(2));
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
}

#[derive(Debug, PartialEq)]
enum Unclassified {
    Busy,
    Gone { code: u32 },
}

mod choices {
    use super::{Cell, ErrorClass, Failure, Outcome, Script, Unclassified, retry};

    #[retry(on(Unclassified::Busy | Unclassified::Gone { code: 7 }), jitter = none)]
    pub async fn pattern(script: &Script<Unclassified>) -> Result<usize, Unclassified> {
        script.call()
    }

    #[retry(on(Unclassified::Gone { code } if *code > limit), jitter = none)]
    pub async fn guard(script: &Script<Unclassified>, limit: u32) -> Result<usize, Unclassified> {
        script.call()
    }

    pub const BUSY: u32 = 7;

    #[retry(on(BUSY | 8 | 100..=199), jitter = none)]
    pub async fn constant(script: &Script<u32>) -> Result<usize, u32> {
        script.call()
    }

    #[retry(on("again"), jitter = none)]
    pub async fn text(script: &Script<&'static str>) -> Result<usize, &'static str> {
        script.call()
    }

    #[retry(on(Failure(_)), jitter = none)]
    pub async fn pattern_with_class(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(when = |error| matches!(error, Unclassified::Busy), jitter = none)]
    pub async fn closure(script: &Script<Unclassified>) -> Result<usize, Unclassified> {
        script.call()
    }

    fn is_busy(error: &Unclassified) -> bool {
        matches!(error, Unclassified::Busy)
    }

    #[retry(when = is_busy, jitter = none)]
    pub async fn function(script: &Script<Unclassified>) -> Result<usize, Unclassified> {
        script.call()
    }

    #[retry(when = |_| true, jitter = none)]
    pub async fn always(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(when = |_| ErrorClass::Status { code: 429, retry_after: None }, jitter = none)]
    pub async fn class(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(
        when = |error| {
            asked.set(asked.get() + 1);
            matches!(error, Unclassified::Busy)
        },
        jitter = none,
    )]
    pub async fn captures(
        script: &Script<Unclassified>,
        asked: &Cell<u32>,
    ) -> Result<usize, Unclassified> {
        script.call()
    }

    #[retry(when = |error: &E| keep(error), jitter = none)]
    pub async fn generic<E, K: Fn(&E) -> bool>(script: &Script<E>, keep: K) -> Result<usize, E> {
        script.call()
    }
}

// SPEC 2.3
#[tokio::test(start_paused = true)]
async fn on_retries_what_matches_and_nothing_else() {
    let script = Script::new([Unclassified::Busy, Unclassified::Gone { code: 7 }]);
    assert_eq!(choices::pattern(&script).await, Ok(3));
    assert_eq!(script.waits(), seconds(&[1, 2]));

    let script = Script::new([Unclassified::Busy, Unclassified::Gone { code: 8 }]);
    assert_eq!(choices::pattern(&script).await, Err(Unclassified::Gone { code: 8 }));
    assert_eq!(script.calls(), 2);

    let script = Script::new([Unclassified::Gone { code: 5 }, Unclassified::Gone { code: 4 }]);
    assert_eq!(choices::guard(&script, 4).await, Err(Unclassified::Gone { code: 4 }));
    assert_eq!(script.calls(), 2);
}

// SPEC 2.3
#[tokio::test(start_paused = true)]
async fn on_takes_constants_and_literals_too() {
    let script = Script::new([7, 8, 150, 9]);
    assert_eq!(choices::constant(&script).await, Err(9));
    assert_eq!(script.calls(), 4);
    let script = Script::new(["again", "stop"]);
    assert_eq!(choices::text(&script).await, Err("stop"));
    assert_eq!(script.calls(), 2);
}

// SPEC 2.3
#[tokio::test(start_paused = true)]
async fn when_decides_with_a_closure_or_a_function() {
    for decide in [0, 1] {
        let script = Script::new([Unclassified::Busy, Unclassified::Gone { code: 1 }]);
        let outcome = match decide {
            0 => choices::closure(&script).await,
            _ => choices::function(&script).await,
        };
        assert_eq!(outcome, Err(Unclassified::Gone { code: 1 }));
        assert_eq!(script.waits(), seconds(&[1]));
    }

    let asked = Cell::new(0);
    let script = Script::new([Unclassified::Busy]);
    assert_eq!(choices::captures(&script, &asked).await, Ok(2));
    assert_eq!(asked.get(), 1, "a success is not asked about");

    let script = Script::new(["again", "again", "stop"]);
    assert_eq!(choices::generic(&script, |error| *error == "again").await, Err("stop"));
    assert_eq!(script.calls(), 3);
}

// SPEC 2.3: what the user says decides whether, the error's own hint decides when.
#[tokio::test(start_paused = true)]
async fn the_hint_of_a_classified_error_sets_the_wait_of_on_and_when() {
    let hinted =
        Failure(ErrorClass::Status { code: 403, retry_after: Some(Duration::from_secs(9)) });
    let failures = [throttled(7), hinted, PERMANENT];
    let script = Script::new(failures);
    assert_eq!(choices::pattern_with_class(&script).await, Ok(4));
    assert_eq!(script.waits(), seconds(&[7, 9, 4]));

    let script = Script::new(failures);
    assert_eq!(choices::always(&script).await, Ok(4));
    assert_eq!(script.waits(), seconds(&[7, 9, 4]));

    // A class of the user's own is taken as it is.
    let script = Script::new(failures);
    assert_eq!(choices::class(&script).await, Ok(4));
    assert_eq!(script.waits(), seconds(&[1, 2, 4]));
}

mod statuses {
    use super::{Outcome, Script, retry};

    const TEAPOT: u16 = 418;

    #[retry(jitter = none)]
    pub async fn default(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(status(408, 500..=599, TEAPOT), jitter = none)]
    pub async fn chosen(script: &Script) -> Outcome {
        script.call()
    }
}

// SPEC 2.3, 5.2
#[tokio::test(start_paused = true)]
async fn status_replaces_the_set_of_retried_statuses() {
    let cases = [
        (429, 2, 1),
        (503, 2, 2),
        (504, 2, 2),
        (500, 1, 2),
        (502, 1, 2),
        (408, 1, 2),
        (418, 1, 2),
        (404, 1, 1),
    ];
    for (code, by_default, by_choice) in cases {
        let script = Script::new([status(code)]);
        let _ = statuses::default(&script).await;
        assert_eq!(script.calls(), by_default, "{code} by default");
        let script = Script::new([status(code)]);
        let _ = statuses::chosen(&script).await;
        assert_eq!(script.calls(), by_choice, "{code} by choice");
    }
}

struct Client {
    policy: RetryPolicy,
    script: Script,
}

static SHARED: RetryPolicy = RetryPolicy::new()
    .max_retries(2)
    .base_delay(Duration::from_secs(5))
    .jitter(Jitter::None)
    .build();

impl Client {
    #[retry(policy = self.policy)]
    async fn field(&self) -> Outcome {
        self.script.call()
    }

    #[retry(policy = &self.policy)]
    async fn borrowed(&self) -> Outcome {
        self.script.call()
    }

    #[retry(policy = self.policy)]
    async fn exclusive(&mut self) -> Outcome {
        self.policy = RetryPolicy::new();
        self.script.call()
    }

    #[retry(policy = self.policy, max = extra + 1, backoff = fixed, base = "3s")]
    async fn overridden(&self, extra: u32) -> Outcome {
        self.script.call()
    }

    #[retry(policy = self.policy, status(500), retry_after_cap = "1s", jitter = none)]
    async fn other_statuses(&self) -> Outcome {
        self.script.call()
    }
}

#[retry(policy = SHARED)]
async fn shared(script: &Script) -> Outcome {
    script.call()
}

#[retry(policy = &SHARED, max = 1)]
async fn shared_but_once(script: &Script) -> Outcome {
    script.call()
}

// SPEC 2.3, 2.5
#[tokio::test(start_paused = true)]
async fn a_policy_can_be_any_value_and_other_keys_override_it() {
    let client = || Client {
        policy: RetryPolicy::new().max_retries(2).jitter(Jitter::None),
        script: Script::new([TRANSIENT; 100]),
    };
    macro_rules! waits {
        ($($call:tt)*) => {{
            #[allow(unused_mut)]
            let mut client = client();
            assert_eq!(client.$($call)*.await, Err(TRANSIENT));
            client.script.waits()
        }};
    }
    assert_eq!(waits!(field()), seconds(&[1, 2]));
    assert_eq!(waits!(borrowed()), seconds(&[1, 2]));
    assert_eq!(waits!(exclusive()), seconds(&[1, 2]));
    assert_eq!(waits!(overridden(2)), seconds(&[3, 3, 3]));

    let mut client = client();
    client.script = Script::new([
        Failure(ErrorClass::Status { code: 500, retry_after: Some(Duration::from_secs(60)) }),
        status(503),
    ]);
    assert_eq!(client.other_statuses().await, Err(status(503)));
    assert_eq!(client.script.waits(), seconds(&[1]));

    let script = Script::new([TRANSIENT; 100]);
    assert_eq!(shared(&script).await, Err(TRANSIENT));
    assert_eq!(script.waits(), seconds(&[5, 10]));
    let script = Script::new([TRANSIENT; 100]);
    assert_eq!(shared_but_once(&script).await, Err(TRANSIENT));
    assert_eq!(script.waits(), seconds(&[5]));
}

// SPEC 2.5: an override makes pairs that no one checked.
#[retry(policy = RetryPolicy::new().max_delay(Duration::from_secs(1)).jitter(Jitter::None), base = "2h")]
async fn base_above_the_cap(script: &Script) -> Outcome {
    script.call()
}

#[retry(policy = RetryPolicy::new().jitter(Jitter::Full), backoff = decorrelated, max = 1)]
async fn decorrelated_with_jitter(script: &Script) -> Outcome {
    script.call()
}

#[tokio::test(start_paused = true)]
async fn overriding_a_run_time_policy_never_panics() {
    let script = Script::new([TRANSIENT; 2]);
    assert_eq!(base_above_the_cap(&script).await, Ok(3));
    assert_eq!(script.waits(), seconds(&[1, 1]));
    let script = Script::new([TRANSIENT]);
    assert_eq!(decorrelated_with_jitter(&script).await, Ok(2));
    assert!(script.waits()[0] >= Duration::from_secs(1));
}

/// What a hook was told.
#[derive(Debug, PartialEq)]
struct Seen {
    name: String,
    attempt: u32,
    max: Option<u32>,
    error: Option<Failure>,
    wait: u64,
    from_server: bool,
    waited: u64,
    elapsed: Option<Duration>,
}

impl From<&RetryEvent<'_, Failure>> for Seen {
    fn from(event: &RetryEvent<'_, Failure>) -> Self {
        Self {
            name: event.name().into(),
            attempt: event.attempt(),
            max: event.max(),
            error: event.error().copied(),
            wait: event.wait().as_secs(),
            from_server: event.is_from_server(),
            waited: event.waited().as_secs(),
            elapsed: event.elapsed(),
        }
    }
}

#[retry(max = 4, jitter = none, on_retry = |event| seen.lock().unwrap().push(event.into()))]
async fn watched(script: &Script, seen: &Mutex<Vec<Seen>>) -> Outcome {
    tokio::time::sleep(Duration::from_secs(1)).await;
    script.call()
}

impl Client {
    #[retry(max = forever, jitter = none, name = "client.fetch", on_retry = |event| seen.push(event.into()))]
    async fn named(&self, seen: &mut Vec<Seen>) -> Outcome {
        self.script.call()
    }
}

// SPEC 4.12, 7.2
#[tokio::test(start_paused = true)]
async fn on_retry_is_told_about_each_failure_before_its_wait() {
    let script = Script::new([TRANSIENT, throttled(7), TRANSIENT]);
    let seen = Mutex::default();
    assert_eq!(watched(&script, &seen).await, Ok(4));
    let event = |attempt, error, wait, waited| Seen {
        name: "keys::watched".into(),
        attempt,
        max: Some(4),
        error: Some(error),
        wait,
        from_server: error != TRANSIENT,
        waited,
        elapsed: Some(Duration::from_secs(u64::from(attempt) + waited)),
    };
    let expected =
        [event(1, TRANSIENT, 1, 0), event(2, throttled(7), 7, 1), event(3, TRANSIENT, 4, 8)];
    assert_eq!(seen.into_inner().unwrap(), expected);
}

// SPEC 4.5
#[tokio::test(start_paused = true)]
async fn on_retry_is_not_called_for_a_success_nor_for_the_last_error() {
    let seen = Mutex::default();
    assert_eq!(watched(&Script::new([]), &seen).await, Ok(1));
    assert_eq!(watched(&Script::new([PERMANENT]), &seen).await, Err(PERMANENT));
    assert_eq!(seen.lock().unwrap().len(), 0);
    assert_eq!(watched(&Script::new([TRANSIENT; 9]), &seen).await, Err(TRANSIENT));
    assert_eq!(seen.lock().unwrap().len(), 4, "one for each retry");
}

// SPEC 2.3
#[tokio::test(start_paused = true)]
async fn name_replaces_the_path_of_the_function() {
    let client = Client { policy: RetryPolicy::new(), script: Script::new([TRANSIENT]) };
    let mut seen = Vec::new();
    assert_eq!(client.named(&mut seen).await, Ok(2));
    assert_eq!(seen[0].name, "client.fetch");
    assert_eq!(seen[0].max, None);
}

#[retry(jitter = none, sleep = |wait| { slept.lock().unwrap().push(wait); std::future::ready("any output") })]
async fn own_sleep(script: &Script, slept: &Mutex<Vec<Duration>>) -> Outcome {
    script.call()
}

#[retry(jitter = none, sleep = tokio::time::sleep)]
async fn sleep_by_path(script: &Script) -> Outcome {
    script.call()
}

// SPEC 2.3
#[tokio::test(start_paused = true)]
async fn sleep_waits_in_place_of_tokio() {
    let script = Script::new([TRANSIENT; 2]);
    let slept = Mutex::default();
    assert_eq!(own_sleep(&script, &slept).await, Ok(3));
    assert_eq!(slept.into_inner().unwrap(), seconds(&[1, 2]));
    assert_eq!(script.waits(), seconds(&[0, 0]), "tokio did not wait");

    let script = Script::new([TRANSIENT; 2]);
    assert_eq!(sleep_by_path(&script).await, Ok(3));
    assert_eq!(script.waits(), seconds(&[1, 2]));
}

mod kit {
    pub use retry_kit as inner;
}

#[retry(crate = crate::kit::inner, jitter = none)]
async fn through_another_path(script: &Script) -> Outcome {
    script.call()
}

macro_rules! exported {
    ($retries:expr, $base:literal, $value:expr) => {
        #[retry(crate = $crate::kit::inner, max = $retries, base = $base, jitter = none)]
        async fn from_a_macro(script: &Script) -> Outcome {
            script.call().map(|_| $value)
        }
    };
}
exported!(1 + 1, "2s", 42);

// SPEC 1.6, 2.3
#[tokio::test(start_paused = true)]
async fn the_crate_may_live_elsewhere_and_values_may_come_from_macros() {
    assert_eq!(through_another_path(&Script::new([TRANSIENT])).await, Ok(2));
    let script = Script::new([TRANSIENT; 2]);
    assert_eq!(from_a_macro(&script).await, Ok(42));
    assert_eq!(script.waits(), seconds(&[2, 4]));
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
