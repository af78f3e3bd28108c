//! Retries in a log and on a dashboard.

mod support;

use std::error::Error;
use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use retry_kit::{Jitter, Log, Pause, RetryPolicy, retry};
use tracing_subscriber::layer::{Layer, SubscriberExt};

use support::{Failure, PERMANENT, Script, TRANSIENT, throttled};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs in paused time; returns the logged lines.
fn log(run: impl AsyncFnOnce()) -> Vec<String> {
    log_from(tracing::Level::INFO, run)
}

fn log_from(level: tracing::Level, run: impl AsyncFnOnce()) -> Vec<String> {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .without_time()
        .with_ansi(false)
        .with_max_level(level)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, || in_paused_time(run));
    let bytes = lines.0.lock().unwrap();
    String::from_utf8_lossy(&bytes).lines().map(|line| line.trim().to_owned()).collect()
}

fn in_paused_time(run: impl AsyncFnOnce()) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time().start_paused(true).build().unwrap().block_on(run());
}

#[retry(max = 2, jitter = none)]
async fn fetch(script: &Script, password: &str) -> Result<usize, Failure> {
    assert_eq!(password, "hunter2");
    script.call()
}

/// Runs in paused time with every event; returns those that say that a call recovered.
fn recoveries(run: impl AsyncFnOnce()) -> Vec<String> {
    let lines = log_from(tracing::Level::DEBUG, run);
    lines.into_iter().filter(|line| line.starts_with("DEBUG telemetry: recovered")).collect()
}

// SPEC 7.3.5
#[test]
fn a_call_that_succeeds_after_retries_says_so() {
    #[retry(jitter = none, deadline = "1m")]
    async fn timed(script: &Script) -> Result<usize, Failure> {
        script.call()
    }

    let lines = recoveries(async || {
        assert_eq!(fetch(&Script::new([]), "hunter2").await, Ok(1));
        assert_eq!(fetch(&Script::new([TRANSIENT, TRANSIENT]), "hunter2").await, Ok(3));
        assert_eq!(timed(&Script::new([TRANSIENT])).await, Ok(2));
        let script = Script::new([TRANSIENT]);
        let policy = RetryPolicy::new().jitter(Jitter::None);
        assert_eq!(policy.retry(async || script.call()).name("upload").await, Ok(2));
        assert!(fetch(&Script::new([TRANSIENT, PERMANENT]), "hunter2").await.is_err());
    });
    let expected = [
        "DEBUG telemetry: recovered name=\"telemetry::fetch\" attempts=3 waited=3s",
        "DEBUG telemetry: recovered name=\"telemetry::timed\" attempts=2 waited=1s elapsed=1s",
        "DEBUG telemetry: recovered name=\"upload\" attempts=2 waited=1s",
    ];
    assert_eq!(lines, expected);
}

// SPEC 7.3: and `hunter2` is nowhere.
#[test]
fn each_wait_logs_a_line_and_so_does_the_end() {
    let lines = log(async || {
        let script = Script::new([TRANSIENT, throttled(7), TRANSIENT]);
        assert_eq!(fetch(&script, "hunter2").await, Err(TRANSIENT));
        assert_eq!(fetch(&Script::new([TRANSIENT]), "hunter2").await, Ok(2));
    });
    let expected = [
        "WARN telemetry: retrying name=\"telemetry::fetch\" attempt=1 max=2 error=failed: Transient \
         wait=1s from_server=false waited=0ns",
        "WARN telemetry: retrying name=\"telemetry::fetch\" attempt=2 max=2 error=failed: Throttled \
         { retry_after: Some(7s) } wait=7s from_server=true waited=1s",
        "WARN telemetry: gave up name=\"telemetry::fetch\" attempts=3 error=failed: Transient \
         reason=\"exhausted\" waited=8s",
        "WARN telemetry: retrying name=\"telemetry::fetch\" attempt=1 max=2 error=failed: Transient \
         wait=1s from_server=false waited=0ns",
    ];
    assert_eq!(lines, expected);
}

// SPEC 7.3
#[test]
fn a_permanent_first_failure_is_not_logged() {
    let lines = log(async || {
        assert_eq!(fetch(&Script::new([PERMANENT]), "hunter2").await, Err(PERMANENT));
    });
    assert_eq!(lines, [""; 0]);
    let lines = log(async || {
        let script = Script::new([TRANSIENT, PERMANENT]);
        assert_eq!(fetch(&script, "hunter2").await, Err(PERMANENT));
    });
    assert!(lines[1].contains("gave up") && lines[1].contains("attempts=2"), "{lines:?}");
    assert!(lines[1].contains("reason=\"permanent\""), "{lines:?}");
}

// SPEC 2.3.8, 7.3
#[test]
fn a_fallback_does_not_hide_that_the_call_gave_up() {
    #[retry(max = 1, jitter = none, fallback = |_, _| 7)]
    async fn fetch(script: &Script) -> Result<usize, Failure> {
        script.call()
    }
    let lines = log(async || assert_eq!(fetch(&Script::new([TRANSIENT; 2])).await, Ok(7)));
    assert!(lines[1].starts_with("WARN telemetry: gave up"), "{lines:?}");
    let lines = log(async || {
        let policy = RetryPolicy::new().max_retries(1);
        let script = Script::new([TRANSIENT; 2]);
        let call = policy.retry(|| async { script.call() });
        assert_eq!(call.fallback(|_, _| 7).await, Ok(7));
    });
    assert!(lines[1].starts_with("WARN telemetry: gave up"), "{lines:?}");
}

#[retry(repeat = unsent)]
async fn pay(script: &Script) -> Result<usize, Failure> {
    script.call()
}

// SPEC 7.3
#[test]
fn a_first_failure_that_only_repeat_unsent_refuses_is_logged() {
    let lines = log(async || {
        assert_eq!(pay(&Script::new([TRANSIENT])).await, Err(TRANSIENT));
        assert_eq!(pay(&Script::new([PERMANENT])).await, Err(PERMANENT));
    });
    let expected = "WARN telemetry: gave up name=\"telemetry::pay\" attempts=1 error=failed: Transient \
         reason=\"may_be_processed\" waited=0ns";
    assert_eq!(lines, [expected]);
}

#[retry(jitter = none, pause = pause, deadline = "1m")]
async fn paused(pause: &Pause, script: &Script) -> Result<usize, Failure> {
    script.call()
}

// SPEC 7.6.7, 7.6.5
#[test]
fn a_wait_for_a_pause_is_logged_and_so_is_a_call_that_gives_up_before_its_first_attempt() {
    let policy = RetryPolicy::new().jitter(Jitter::None);
    let lines = log_from(tracing::Level::DEBUG, async || {
        let (pause, script) = (Pause::new(), Script::new([TRANSIENT]));
        pause.hold(Duration::from_secs(5));
        assert_eq!(paused(&pause, &script).await, Ok(2));
        pause.hold(Duration::from_secs(60));
        assert_eq!(paused(&pause, &script).await, Err(TRANSIENT));
        let call = policy.retry(async || script.call()).pause(&pause).name("telemetry::call");
        assert_eq!(call.await, Ok(3));
    });
    let expected = [
        "DEBUG telemetry: paused name=\"telemetry::paused\" wait=5s",
        "WARN telemetry: retrying name=\"telemetry::paused\" attempt=1 error=failed: Transient \
         wait=1s from_server=false waited=5s elapsed=5s",
        "DEBUG telemetry: recovered name=\"telemetry::paused\" attempts=2 waited=6s elapsed=6s",
        "WARN telemetry: gave up name=\"telemetry::paused\" attempts=0 \
         error=the deadline left no time for the attempt reason=\"deadline\" waited=0ns elapsed=0ns",
        "DEBUG telemetry: paused name=\"telemetry::call\" wait=60s",
    ];
    let lines: Vec<_> = lines.iter().map(|line| line.replace(" max=3", "")).collect();
    assert_eq!(lines, expected);
}

#[retry(jitter = none, cancel = std::future::ready(()))]
async fn cancelled(script: &Script) -> Result<usize, Failure> {
    script.call()
}

#[retry(jitter = none, until = |calls| *calls > 9, cancel = std::future::ready(()))]
async fn cancelled_poll(script: &Script) -> Result<usize, Failure> {
    script.call()
}

#[retry(jitter = none, until = Option::is_some, cancel = std::future::ready(()))]
async fn cancelled_lookup() -> Option<u32> {
    None
}

// SPEC 7.3, 4.18
#[test]
fn a_cancelled_wait_is_told_as_the_end_that_the_program_asked_for() {
    let lines = log(async || {
        assert_eq!(cancelled(&Script::new([TRANSIENT])).await, Err(TRANSIENT));
        assert_eq!(cancelled_poll(&Script::new([])).await, Ok(1));
        assert_eq!(cancelled_lookup().await, None);
        let script = Script::new([TRANSIENT]);
        let retry = RetryPolicy::new().jitter(Jitter::None).retry(async || script.call());
        let retry = retry.name("function").describe(fmt::Display::fmt);
        assert_eq!(retry.cancel(|| std::future::ready(())).await, Err(TRANSIENT));
    });
    let told = |name, cause| {
        [
            format!(
                "WARN telemetry: retrying name=\"{name}\" attempt=1 max=3 {cause} wait=1s \
                 from_server=false waited=0ns"
            ),
            format!(
                "INFO telemetry: gave up name=\"{name}\" attempts=1 {cause} reason=\"cancelled\" \
                 waited=0ns"
            ),
        ]
    };
    let expected = [
        told("telemetry::cancelled", "error=failed: Transient"),
        told("telemetry::cancelled_poll", "cause=value"),
        told("telemetry::cancelled_lookup", "cause=value"),
        told("function", "error=failed: Transient"),
    ];
    assert_eq!(lines, expected.concat());
}

#[derive(Debug)]
struct OnlyDebug(#[allow(dead_code, reason = "what `Debug` would show")] &'static str);

struct Neither;

macro_rules! failing {
    ($name:ident, $error:ty, $value:expr) => {
        #[retry(max = 1, jitter = none, when = |_| true)]
        async fn $name() -> Result<(), $error> {
            Err($value)
        }
    };
}

failing!(displayed, String, "see https://me:secret@example.com/path?token=secret#top.".into());
failing!(debugged, OnlyDebug, OnlyDebug("SECRET"));
failing!(named, Neither, Neither);

#[retry(max = 1, jitter = none, when = |_| true)]
async fn generic<E: fmt::Display>(error: fn() -> E) -> Result<(), E> {
    Err(error())
}

#[retry(max = 1, jitter = none, when = |_| true)]
async fn unbounded<E>(error: fn() -> E) -> Result<(), E> {
    Err(error())
}

#[retry(max = 1, jitter = none, when = |_| true)]
fn blocking() -> Result<(), &'static str> {
    Err("blocked")
}

// SPEC 7.3: no bound is added, and the secrets of URLs are left out.
#[test]
fn an_error_is_shown_as_well_as_its_type_allows() {
    let error = |line: &str| {
        let (_, error) = line.split_once(" error=").unwrap_or_default();
        error.split(" wait=").next().unwrap_or_default().to_owned()
    };
    let first = |lines: &[String]| error(&lines[0]);
    let shown = log(async || assert!(displayed().await.is_err()));
    assert_eq!(first(&shown), "see https://example.com/path.");
    let shown = log(async || assert!(debugged().await.is_err()));
    assert_eq!(first(&shown), "telemetry::OnlyDebug");
    let shown = log(async || assert!(named().await.is_err()));
    assert_eq!(first(&shown), "telemetry::Neither");
    let shown = log(async || assert!(generic(|| "shown").await.is_err()));
    assert_eq!(first(&shown), "shown");
    let shown = log(async || assert!(unbounded(|| "not shown").await.is_err()));
    assert_eq!(first(&shown), "&str");
    let guard = retry_kit::testing::no_wait();
    let shown = log(async || assert!(blocking().is_err()));
    assert_eq!(first(&shown), "blocked");
    assert_eq!(guard.waits().len(), 1);
}

#[derive(Debug, thiserror::Error)]
enum Fetch {
    #[error("fetch failed")]
    Silent(#[source] io::Error),
    #[error("fetch failed: {0}")]
    Telling(#[source] io::Error),
    #[error(transparent)]
    Other(io::Error),
    #[error("page {0}")]
    Page(u32, #[source] Box<Self>),
    #[error("at {0}")]
    At(&'static str, #[source] Box<dyn Error + Send + Sync>),
}

type Boxed = Box<dyn Error + Send + Sync>;

struct Passing;

impl fmt::Debug for Passing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passing").field("code", &5).finish()
    }
}

impl fmt::Display for Passing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

fn reset() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, "connection reset")
}

#[retry(max = 1, jitter = none, when = |_| true)]
async fn bounded<E>(error: fn() -> E) -> Result<(), E>
where
    E: Error,
{
    Err(error())
}

failing!(silent, Fetch, Fetch::Silent(reset()));
failing!(telling, Fetch, Fetch::Telling(reset()));
failing!(transparent, Fetch, Fetch::Other(reset()));
failing!(deep, Fetch, Fetch::Page(3, Box::new(Fetch::Silent(reset()))));
failing!(secretive, Fetch, Fetch::At("a://u:SECRET@b", "on https://b/?SECRET".into()));
failing!(similar, Fetch, Fetch::At("GET /timeout-settings failed", "timeout".into()));
failing!(within, Fetch, Fetch::At("a connection reset by us", Box::new(reset())));
failing!(of_one, Fetch, Fetch::Page(3, Box::new(Fetch::At("x", "at x".into()))));
failing!(
    halfway,
    Fetch,
    Fetch::Page(3, Box::new(Fetch::At("x: y", Box::new(Fetch::At("y", "z".into())))))
);
failing!(boxed, Boxed, Fetch::Silent(reset()).into());
failing!(boxed_itself, Box<Fetch>, Box::new(Fetch::Silent(reset())));
failing!(shared, Arc<Fetch>, Arc::new(Fetch::Silent(reset())));
failing!(passing, Passing, Passing);

// SPEC 7.3
#[test]
fn the_reasons_of_an_error_are_shown_once_each() {
    macro_rules! check {
        ($($call:expr => $shown:expr,)*) => {$(
            let lines = log(async || assert!($call.await.is_err()));
            let shown = concat!(" error=", $shown, " wait=");
            assert!(lines[0].contains(shown), "{lines:?} {shown}");
        )*};
    }
    check! {
        silent() => "fetch failed: connection reset",
        telling() => "fetch failed: connection reset",
        transparent() => "connection reset",
        deep() => "page 3: fetch failed: connection reset",
        secretive() => "at a://b: on https://b/",
        similar() => "at GET /timeout-settings failed: timeout",
        within() => "at a connection reset by us: connection reset",
        of_one() => "page 3: at x",
        halfway() => "page 3: at x: y: at y: z",
        boxed() => "fetch failed: connection reset",
        boxed_itself() => "fetch failed: connection reset",
        shared() => "fetch failed: connection reset",
        passing() => "Passing { code: 5 }",
        bounded(|| Fetch::Silent(reset())) => "fetch failed: connection reset",
        generic(|| Fetch::Silent(reset())) => "fetch failed",
    }
}

#[cfg(feature = "anyhow")]
mod with_anyhow {
    use anyhow::Error;

    use super::*;

    fn error() -> Error {
        Error::from(reset()).context("loading the page")
    }

    failing!(any, Error, error());
    failing!(shared_any, Arc<Error>, Arc::new(error()));

    // SPEC 7.3
    #[test]
    fn the_context_is_shown_with_its_reason() {
        for lines in [
            log(async || assert!(any().await.is_err())),
            log(async || assert!(shared_any().await.is_err())),
            log(async || assert!(generic(error).await.is_err())),
        ] {
            let shown = " error=loading the page: connection reset wait=";
            assert!(lines[0].contains(shown), "{lines:?}");
        }
    }
}

// SPEC 7.2, 7.3: with hooks, values and a clock.
#[test]
fn a_value_that_is_not_accepted_is_the_cause() {
    #[retry(max = 1, jitter = none, name = "poll", until = |value| *value > 3, deadline = "1m")]
    async fn poll(script: &Script) -> Result<usize, Failure> {
        script.call()
    }
    let lines = log(async || assert_eq!(poll(&Script::new([])).await, Ok(2)));
    let expected = [
        "WARN telemetry: retrying name=\"poll\" attempt=1 max=1 cause=value wait=1s \
         from_server=false waited=0ns elapsed=0ns",
        "WARN telemetry: gave up name=\"poll\" attempts=2 cause=value reason=\"exhausted\" \
         waited=1s elapsed=1s",
    ];
    assert_eq!(lines, expected);
}

// SPEC 7.3
#[test]
fn the_function_form_shows_the_error_type_unless_describe_is_set() {
    let policy = RetryPolicy::new().max_retries(1).jitter(Jitter::None);
    let lines = log(async || {
        let _ = policy.retry(async || Err::<(), _>(TRANSIENT)).await;
        let retry = policy.retry(async || Err::<(), _>(TRANSIENT)).name("upload");
        let _ = retry.describe(fmt::Display::fmt).await;
    });
    let starts = [
        "WARN telemetry: retrying name=\"telemetry::the_function_form_shows_the_error_type_unless_\
         describe_is_set\" attempt=1 max=1 error=telemetry::support::Failure wait=1s",
        "WARN telemetry: gave up name=\"telemetry::the_function_form_shows_the_error_type_unless_\
         describe_is_set\" attempts=2 error=telemetry::support::Failure reason=\"exhausted\"",
        "WARN telemetry: retrying name=\"upload\" attempt=1 max=1 error=failed: Transient wait=1s",
        "WARN telemetry: gave up name=\"upload\" attempts=2 error=failed: Transient",
    ];
    for (line, start) in lines.iter().zip(starts) {
        assert!(line.starts_with(start), "{line}");
    }
    assert_eq!(lines.len(), starts.len());
}

// SPEC 7.3.3, 7.3.5
#[test]
fn the_numbers_are_labelled_by_name_and_reason() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, || {
        in_paused_time(async || {
            let script = Script::new([TRANSIENT, throttled(7), TRANSIENT]);
            assert_eq!(fetch(&script, "hunter2").await, Err(TRANSIENT));
            assert_eq!(fetch(&Script::new([PERMANENT]), "hunter2").await, Err(PERMANENT));
            assert_eq!(fetch(&Script::new([TRANSIENT]), "hunter2").await, Ok(2));
            for _ in 0..3 {
                assert_eq!(fetch(&Script::new([]), "hunter2").await, Ok(1));
            }
            let policy = RetryPolicy::DEFAULT;
            assert_eq!(policy.retry(async || Ok::<_, Failure>(1)).name("upload").await, Ok(1));
            retry_kit::RetryState::new(&policy).name("poll").succeeded();
        });
    });
    let mut numbers: Vec<String> = snapshotter
        .snapshot()
        .into_vec()
        .into_iter()
        .map(|(key, _, _, value)| {
            let labels =
                key.key().labels().map(|label| format!(" {}={}", label.key(), label.value()));
            let value = match value {
                DebugValue::Counter(count) => count.to_string(),
                DebugValue::Histogram(values) => format!("{values:?}"),
                DebugValue::Gauge(_) => "a gauge".into(),
            };
            format!("{}{}: {value}", key.key().name(), labels.collect::<String>())
        })
        .collect();
    numbers.sort();
    let expected = [
        "retry_calls_total name=poll result=first: 1",
        "retry_calls_total name=telemetry::fetch result=first: 3",
        "retry_calls_total name=telemetry::fetch result=gave_up: 2",
        "retry_calls_total name=telemetry::fetch result=recovered: 1",
        "retry_calls_total name=upload result=first: 1",
        "retry_give_ups_total name=telemetry::fetch reason=exhausted: 1",
        "retry_give_ups_total name=telemetry::fetch reason=permanent: 1",
        "retry_retries_total name=telemetry::fetch: 3",
        "retry_wait_seconds name=telemetry::fetch: [1.0, 7.0, 1.0]",
    ];
    assert_eq!(numbers, expected);
}

mod quiet {
    use super::{Failure, Log, RetryPolicy, Script, retry};

    #[retry(max = 1, jitter = none, log = off)]
    pub async fn off(script: &Script) -> Result<usize, Failure> {
        script.call()
    }

    #[retry(max = 1, jitter = none, log = debug, target = "library::retries")]
    pub async fn debug(script: &Script) -> Result<usize, Failure> {
        script.call()
    }

    pub const POLICY: RetryPolicy = RetryPolicy::new().max_retries(1).log(Log::Info);

    #[retry(policy = POLICY, jitter = none, name = "billing", cancel = std::future::pending::<()>())]
    pub async fn of_the_policy(script: &Script) -> Result<usize, Failure> {
        script.call()
    }

    #[retry(policy = POLICY, jitter = none, log = level, budget)]
    pub async fn over_the_policy(script: &Script, level: Log) -> Result<usize, Failure> {
        script.call()
    }

    #[retry(max = 1, base = "1ms", log = info)]
    pub fn blocking(script: &Script) -> Result<usize, Failure> {
        script.call()
    }

    #[retry(jitter = none, cancel = std::future::ready(()), log = debug)]
    pub async fn cancelled(script: &Script) -> Result<usize, Failure> {
        script.call()
    }
}

// SPEC 7.3.7, 7.3.8
#[test]
fn the_level_and_the_target_of_events_are_those_of_the_function_or_its_policy() {
    let plain = quiet::POLICY.jitter(Jitter::None);
    let lines = log_from(tracing::Level::DEBUG, async || {
        let failing = || Script::new([TRANSIENT; 9]);
        assert_eq!(quiet::off(&failing()).await, Err(TRANSIENT));
        assert_eq!(quiet::off(&Script::new([TRANSIENT])).await, Ok(2));
        assert_eq!(quiet::debug(&failing()).await, Err(TRANSIENT));
        assert_eq!(quiet::debug(&Script::new([TRANSIENT])).await, Ok(2));
        assert_eq!(quiet::of_the_policy(&failing()).await, Err(TRANSIENT));
        assert_eq!(quiet::over_the_policy(&failing(), Log::Off).await, Err(TRANSIENT));
        assert_eq!(quiet::over_the_policy(&failing(), Log::Warn).await, Err(TRANSIENT));
        assert_eq!(quiet::blocking(&failing()), Err(TRANSIENT));
        assert_eq!(quiet::cancelled(&failing()).await, Err(TRANSIENT));
        let script = failing();
        let call = || plain.retry(async || script.call());
        assert_eq!(call().await, Err(TRANSIENT));
        assert_eq!(call().target("chosen").name("upload").await, Err(TRANSIENT));
        assert_eq!(call().name("upload").span().await, Err(TRANSIENT));
    });
    let heads: Vec<_> = lines
        .iter()
        .map(|line| line.split(" name=").next().unwrap_or_default().to_owned())
        .collect();
    let both = |head: &str| ["retrying", "gave up"].map(|event| format!("{head}: {event}"));
    let expected = [
        both("DEBUG library::retries"),
        ["retrying", "recovered"].map(|event| format!("DEBUG library::retries: {event}")),
        both("INFO telemetry::quiet"),
        both("WARN telemetry::quiet"),
        both("INFO telemetry::quiet"),
        both("DEBUG telemetry::quiet"),
        both("INFO telemetry"),
        both("INFO chosen"),
        both("INFO telemetry"),
    ];
    assert_eq!(heads, expected.concat());
}

// SPEC 7.3.8
#[test]
fn a_filter_by_module_holds_for_the_retries_of_the_module() {
    let lines = Lines::default();
    let writer = lines.clone();
    let filter = tracing_subscriber::filter::Targets::new()
        .with_default(tracing::Level::TRACE)
        .with_target("telemetry::quiet", tracing::Level::WARN);
    let layer = tracing_subscriber::fmt::layer()
        .without_time()
        .with_ansi(false)
        .with_writer(move || writer.clone());
    let subscriber = tracing_subscriber::registry().with(layer.with_filter(filter));
    tracing::subscriber::with_default(subscriber, || {
        in_paused_time(async || {
            let script = Script::new([TRANSIENT; 9]);
            assert_eq!(quiet::of_the_policy(&script).await, Err(TRANSIENT));
            assert_eq!(quiet::over_the_policy(&script, Log::Warn).await, Err(TRANSIENT));
            assert_eq!(fetch(&Script::new([TRANSIENT]), "hunter2").await, Ok(2));
        });
    });
    let text = String::from_utf8_lossy(&lines.0.lock().unwrap()).into_owned();
    let heads = text.lines().map(|line| line.trim().split(" name=").next().unwrap_or_default());
    let expected = [
        "WARN telemetry::quiet: retrying",
        "WARN telemetry::quiet: gave up",
        "WARN telemetry: retrying",
        "DEBUG telemetry: recovered",
    ];
    assert_eq!(heads.collect::<Vec<_>>(), expected);
}
