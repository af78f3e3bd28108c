//! The keys that choose the errors to retry.

#![cfg(all(feature = "macros", feature = "tokio"))]

mod support;

use std::cell::Cell;
use std::time::Duration;

use retry_kit::{ErrorClass, RetryPolicy, retry};
use support::{Failure, PERMANENT, Script, TRANSIENT, seconds, status, throttled};

type Outcome = Result<usize, Failure>;

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

    /// Not `Copy`.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Code(pub u32, pub String);

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Short(pub u16);

    impl Short {
        pub const BUSY: Self = Self(3);
    }

    pub const LIMIT: Short = Short(5);

    #[retry(on(Short::BUSY | Short(7..=9) | LIMIT), jitter = none)]
    pub async fn mixed(script: &Script<Short>) -> Result<usize, Short> {
        script.call()
    }

    #[retry(on(short @ (Short::BUSY | Short(7..=9)) if short.0 != unless), jitter = none)]
    pub async fn named(script: &Script<Short>, unless: u16) -> Result<usize, Short> {
        script.call()
    }

    #[retry(on(&Short::BUSY | &Short(7..=9)), jitter = none)]
    pub async fn by_reference(script: &Script<Short>) -> Result<usize, Short> {
        script.call()
    }

    #[retry(on(Code(BUSY | 8, _)), jitter = none)]
    pub async fn not_copy(script: &Script<Code>) -> Result<usize, Code> {
        script.call()
    }

    #[retry(on(Code(7 | 8, text) if text.len() > 1), jitter = none)]
    pub async fn not_copy_and_bound(script: &Script<Code>) -> Result<usize, Code> {
        script.call()
    }

    #[retry(on(code if code.0 == 7), jitter = none)]
    pub async fn all_of_it(script: &Script<Code>) -> Result<usize, Code> {
        script.call()
    }

    #[derive(Debug, PartialEq)]
    pub enum Imported {
        Busy,
        Full(Box<Self>),
        Gone,
    }
    use Imported::{Busy, Full};

    #[retry(on(Busy | Full(_)), jitter = none)]
    pub async fn imported(script: &Script<Imported>) -> Result<usize, Imported> {
        script.call()
    }

    #[retry(on(Busy), jitter = none)]
    pub async fn imported_alone(script: &Script<Imported>) -> Result<usize, Imported> {
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

    #[retry(when = |_| true, max = 1, jitter = none, throttled(base = "9s"))]
    pub async fn always_but_slower_if_throttled(script: &Script) -> Outcome {
        script.call()
    }

    #[retry(on(_ if true), max = 1, jitter = none, throttled(base = "9s"))]
    pub async fn all_but_slower_if_throttled(script: &Script) -> Outcome {
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
async fn on_retries_only_matching_errors() {
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

// SPEC 4.16.1, 4.16.2
#[tokio::test(start_paused = true)]
async fn a_chosen_error_is_throttled_if_its_class_is_or_if_it_brings_a_hint() {
    let hint = |code, seconds| {
        Failure(ErrorClass::Status { code, retry_after: Some(Duration::from_secs(seconds)) })
    };
    let busy = Failure(ErrorClass::Throttled { retry_after: None });
    let cases = [
        (TRANSIENT, 1),
        (PERMANENT, 1),
        (busy, 9),
        (throttled(0), 9),
        (throttled(20), 20),
        (status(429), 9),
        (hint(429, 0), 9),
        (status(503), 1),
        (hint(503, 0), 1),
        (status(400), 1),
        // A short hint is lifted to the throttled base.
        (hint(503, 2), 9),
        (hint(400, 20), 20),
    ];
    for (failure, wait) in cases {
        let script = Script::new([failure]);
        assert_eq!(choices::always_but_slower_if_throttled(&script).await, Ok(2));
        assert_eq!(script.waits(), seconds(&[wait]), "{failure}");
        let script = Script::new([failure]);
        assert_eq!(choices::all_but_slower_if_throttled(&script).await, Ok(2));
        assert_eq!(script.waits(), seconds(&[wait]), "{failure}");
    }
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

// SPEC 2.3: each alternative by itself, by its kind of pattern.
#[tokio::test(start_paused = true)]
async fn on_takes_any_mixture_of_patterns() {
    use choices::{Code, Imported, Short};

    macro_rules! retried {
        ($retry:expr, $failures:expr, $calls:expr) => {{
            let script = Script::new($failures);
            let outcome = $retry(&script).await;
            assert_eq!(script.calls(), $calls, "{}: {outcome:?}", stringify!($retry));
        }};
    }
    let shorts = || [Short::BUSY, Short(8), Short(6)];
    retried!(choices::mixed, shorts(), 3);
    retried!(choices::mixed, [Short(5), Short(4)], 2);
    retried!(|script| choices::named(script, 8), shorts(), 2);
    retried!(|script| choices::named(script, 0), shorts(), 3);
    retried!(choices::by_reference, shorts(), 3);
    let code = |number, text: &str| Code(number, text.to_owned());
    retried!(choices::not_copy, [code(7, ""), code(8, ""), code(9, "")], 3);
    retried!(choices::not_copy_and_bound, [code(8, "ab"), code(7, "a")], 2);
    retried!(choices::all_of_it, [code(7, ""), code(8, "")], 2);
    let full = || Imported::Full(Box::new(Imported::Gone));
    retried!(choices::imported, [Imported::Busy, full(), Imported::Gone], 3);
    retried!(choices::imported_alone, [Imported::Busy, full()], 2);
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

    // A class from the user is used unchanged.
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

// SPEC 2.3
#[tokio::test(start_paused = true)]
async fn a_bar_between_statuses_means_either() {
    const TEAPOT: u16 = 418;

    #[retry(status(429 | 503), jitter = none)]
    async fn codes(script: &Script) -> Result<usize, Failure> {
        script.call()
    }

    #[retry(status(429 | 500..=502 | TEAPOT, 408), jitter = none)]
    async fn ranges(script: &Script) -> Result<usize, Failure> {
        script.call()
    }

    #[retry(policy = RetryPolicy::new(), status(429 | 500..=502 | TEAPOT, 408), jitter = none)]
    async fn at_run_time(script: &Script) -> Result<usize, Failure> {
        script.call()
    }

    for code in 400..=599 {
        let script = Script::new([status(code)]);
        assert_eq!(codes(&script).await.is_ok(), [429, 503].contains(&code), "{code}");
        let retried = [408, 418, 429, 500, 501, 502].contains(&code);
        let script = Script::new([status(code)]);
        assert_eq!(ranges(&script).await.is_ok(), retried, "{code}");
        let script = Script::new([status(code)]);
        assert_eq!(at_run_time(&script).await.is_ok(), retried, "{code}");
    }
}
