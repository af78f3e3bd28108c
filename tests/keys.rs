//! The other keys of the attribute: the policy, the hook, the sleep, the path.

#![cfg(all(feature = "macros", feature = "tokio"))]

mod support;

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use retry_kit::{Backoff, ErrorClass, Jitter, RetryEvent, RetryPolicy, retry};
use support::{Failure, PERMANENT, Script, TRANSIENT, seconds, status, throttled};

type Outcome = Result<usize, Failure>;

struct Client {
    policy: RetryPolicy,
    script: Script,
}

const THREE: Duration = Duration::from_secs(3);

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

    #[retry(policy = self.policy, throttled(base = base), max = 2)]
    async fn throttled(&self, base: Duration) -> Outcome {
        self.script.call()
    }

    #[retry(policy = self.policy, delays = ["3s", THREE])]
    async fn delays(&self) -> Outcome {
        self.script.call()
    }

    #[retry(policy = self.policy, max = max, delays = list)]
    async fn listed(&self, list: &'static [Duration], max: Option<u32>) -> Outcome {
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
    assert_eq!(waits!(throttled(THREE)), seconds(&[1, 2]));
    assert_eq!(waits!(delays()), seconds(&[3, 3]));
    // SPEC 4.17.1: the list sets the limit unless a key does.
    assert_eq!(waits!(listed(&[THREE; 3], None)), seconds(&[3, 3, 3]));
    assert_eq!(waits!(listed(&[THREE], Some(2))), seconds(&[3, 3]));
    // SPEC 2.5.3
    assert_eq!(waits!(listed(&[], None)), seconds(&[1, 2]));

    let busy = Failure(ErrorClass::Throttled { retry_after: None });
    let mut client = client();
    client.script = Script::new([busy; 9]);
    assert_eq!(client.throttled(Duration::from_secs(7)).await, Err(busy));
    assert_eq!(client.script.waits(), seconds(&[7, 14]));

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

#[retry(policy = RetryPolicy::new().jitter(Jitter::Full), backoff = decorrelated, max = 1, switch = ignore)]
async fn decorrelated_with_jitter(script: &Script) -> Outcome {
    script.call()
}

/// Values that only run time can provide.
#[retry(
    policy = RetryPolicy::new().factor(3.0),
    max = 2,
    factor = number,
    jitter = additive(number),
    status(code, 500..=code),
)]
async fn nonsense(script: &Script, number: f64, code: u16) -> Outcome {
    script.call()
}

#[tokio::test(start_paused = true)]
async fn overriding_a_run_time_policy_never_panics() {
    // An invalid factor keeps the policy's; an invalid ratio means the whole backoff.
    let cases = [
        (f64::NAN, 0, [2_000, 6_000]),
        (-1.0, 99, [2_000, 6_000]),
        (f64::INFINITY, 600, [2_000, 6_000]),
        (0.5, u16::MAX, [1_500, 4_500]),
    ];
    for (number, code, longest) in cases {
        let script = Script::new([TRANSIENT, TRANSIENT, status(503)]);
        assert_eq!(nonsense(&script, number, code).await, Err(status(503)));
        let ranges = [1_000, 3_000].into_iter().zip(longest);
        for (wait, (shortest, longest)) in script.waits().into_iter().zip(ranges) {
            let range = Duration::from_millis(shortest)..=Duration::from_millis(longest + 1);
            assert!(range.contains(&wait), "{number}: {wait:?}");
        }
        assert_eq!(script.calls(), 3);
    }

    let script = Script::new([TRANSIENT; 2]);
    assert_eq!(base_above_the_cap(&script).await, Ok(3));
    assert_eq!(script.waits(), seconds(&[1, 1]));
    let script = Script::new([TRANSIENT]);
    assert_eq!(decorrelated_with_jitter(&script).await, Ok(2));
    assert!(script.waits()[0] >= Duration::from_secs(1));
}

/// The events that a hook received.
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
async fn on_retry_receives_each_failure_before_its_wait() {
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

// SPEC 2.5: only what the call brings is refused; a name that the value binds itself is its own.
#[tokio::test(start_paused = true)]
async fn a_value_may_bind_a_name_that_is_also_an_argument() {
    const fn one_more(number: u32) -> u32 {
        number + 1
    }
    #[retry(jitter = none, max = { let number = 1; one_more(number) })]
    async fn by_let(script: &Script, number: u32) -> Result<usize, Failure> {
        script.call().map(|calls| calls + number as usize)
    }
    #[retry(jitter = none, max = { const fn same(number: u32) -> u32 { number } same(2) })]
    async fn by_function(script: &Script, number: u32) -> Result<usize, Failure> {
        script.call().map(|calls| calls + number as usize)
    }
    #[retry(jitter = none, max = match Some(2) { Some(number) => number, None => 0 })]
    async fn by_arm(script: &Script, number: u32) -> Result<usize, Failure> {
        script.call().map(|calls| calls + number as usize)
    }
    for run in 0..3 {
        let script = Script::new([TRANSIENT; 9]);
        let outcome = match run {
            0 => by_let(&script, 5).await,
            1 => by_function(&script, 5).await,
            _ => by_arm(&script, 5).await,
        };
        assert_eq!(outcome, Err(TRANSIENT));
        assert_eq!(script.calls(), 3);
    }
}

struct Changing {
    policy: RetryPolicy,
    script: Script,
    calls: u32,
}

impl Changing {
    #[retry(policy = &self.policy)]
    async fn by_exclusive_reference(&mut self) -> Result<u32, Failure> {
        self.calls += 1;
        self.script.call()?;
        Ok(self.calls)
    }

    #[retry(policy = &self.policy, share(self))]
    async fn by_value(mut self) -> Result<u32, Failure> {
        self.calls += 1;
        self.script.call()?;
        Ok(self.calls)
    }

    #[retry(policy = &self.policy, clone(self))]
    async fn by_clone(self: Arc<Self>) -> Result<u32, Failure> {
        self.script.call()?;
        drop(self);
        Ok(3)
    }
}

#[retry(policy = &changing.policy)]
async fn by_argument(changing: &mut Changing) -> Result<u32, Failure> {
    changing.calls += 1;
    changing.script.call()?;
    Ok(changing.calls)
}

// SPEC 2.5: a policy is only read, and an attempt may change what is around it.
#[tokio::test(start_paused = true)]
async fn a_policy_may_be_borrowed_from_what_an_attempt_changes() {
    let policy = RetryPolicy::new().max_retries(2);
    let changing = || Changing { policy, script: Script::new([TRANSIENT; 2]), calls: 0 };
    assert_eq!(changing().by_exclusive_reference().await, Ok(3));
    assert_eq!(changing().by_value().await, Ok(3));
    assert_eq!(Arc::new(changing()).by_clone().await, Ok(3));
    assert_eq!(by_argument(&mut changing()).await, Ok(3));
}

struct Configured {
    script: Script,
    max: Option<u32>,
    deadline: Option<Duration>,
    jitter: Jitter,
    backoff: Backoff,
}

impl Configured {
    #[retry(
        policy = SHARED,
        max = self.max,
        deadline = self.deadline,
        jitter = self.jitter,
        backoff = self.backoff,
    )]
    async fn by_fields(&self) -> Outcome {
        self.script.call()
    }

    #[retry(policy = &SHARED, attempts = self.max.map(|max| max + 1), jitter = chosen())]
    async fn by_calls(&mut self) -> Outcome {
        self.script.call()
    }
}

const fn chosen() -> Jitter {
    Jitter::None
}

#[retry(policy = SHARED, max = 1, deadline = "1h", jitter = none, backoff = shape)]
async fn by_words_and_a_variable(script: &Script, shape: Backoff) -> Outcome {
    script.call()
}

// SPEC 2.5: `None` leaves what the policy says.
#[tokio::test(start_paused = true)]
async fn beside_a_policy_limits_are_optional_and_words_may_be_values() {
    let cases = [
        (None, None, Backoff::Fixed, vec![5, 5]),
        (Some(3), None, Backoff::Linear, vec![5, 10, 15]),
        (Some(0), None, Backoff::Fixed, vec![]),
        (Some(9), Some(Duration::from_secs(16)), Backoff::Fixed, vec![5, 5, 5]),
    ];
    for (max, deadline, backoff, waits) in cases {
        let script = Script::new([TRANSIENT; 20]);
        let mut client = Configured { script, max, deadline, jitter: Jitter::None, backoff };
        assert_eq!(client.by_fields().await, Err(TRANSIENT));
        assert_eq!(client.script.waits_in_seconds(), waits);
        client.script = Script::new([TRANSIENT; 20]);
        assert_eq!(client.by_calls().await, Err(TRANSIENT));
        assert_eq!(client.script.calls(), max.unwrap_or(2) as usize + 1);
    }
    let script = Script::new([TRANSIENT; 20]);
    assert_eq!(by_words_and_a_variable(&script, Backoff::Fixed).await, Err(TRANSIENT));
    assert_eq!(script.waits_in_seconds(), [5]);
}

macro_rules! counts {
    ($($name:ident: $type:ty),*) => {$(
        #[retry(policy = RetryPolicy::new().max_retries(2).jitter(Jitter::None), max = max)]
        async fn $name(script: &Script, max: $type) -> Outcome {
            script.call()
        }
    )*};
}

counts! {
    bytes: u8, lengths: usize, wide: u64, widest: u128, signed: i8, usual: i32, wide_and_signed: i64,
    optional: Option<u16>, never_zero: std::num::NonZeroU32
}

#[retry(policy = RetryPolicy::new().jitter(Jitter::None), attempts = mirrors.len())]
async fn one_attempt_for_each(script: &Script, mirrors: &[&str]) -> Outcome {
    script.call()
}

// SPEC 2.5.1, 2.5.3
#[tokio::test(start_paused = true)]
async fn a_count_may_have_any_integer_type() {
    macro_rules! calls {
        ($function:ident, $count:expr) => {{
            let script = Script::new([TRANSIENT; 9]);
            let _ = $function(&script, $count).await;
            script.calls()
        }};
    }
    assert_eq!(calls!(bytes, 4), 5);
    assert_eq!(calls!(lengths, 0), 1);
    assert_eq!(calls!(signed, 1), 2);
    assert_eq!(calls!(usual, 3), 4);
    assert_eq!(calls!(optional, Some(1)), 2);
    assert_eq!(calls!(optional, None), 3);
    assert_eq!(calls!(never_zero, std::num::NonZeroU32::new(4).unwrap()), 5);
    assert_eq!(calls!(one_attempt_for_each, &["a", "b"]), 2);
    assert_eq!(calls!(one_attempt_for_each, &[]), 1);
    // Too large for a `u32`: as many as the script fails.
    assert_eq!(calls!(wide, u64::MAX), 10);
    assert_eq!(calls!(widest, u128::MAX), 10);
    // Negative: the policy's own.
    assert_eq!(calls!(signed, -1), 3);
    assert_eq!(calls!(wide_and_signed, i64::MIN), 3);
}
