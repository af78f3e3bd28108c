//! Overrides by name, from the environment and at run time.

#![cfg(all(feature = "macros", feature = "tokio"))]

mod support;

use std::process::Command;
use std::sync::Mutex;

use retry_kit::{
    Decision, ErrorClass, GiveUp, RetryPolicy, RetryState, StopReason, override_by_name, retry,
    testing,
};
use support::{Failure, PERMANENT, Script, TRANSIENT, seconds, throttled};

/// The overrides are the process's, so one test at a time sets them.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Clears the overrides when it is dropped.
struct Overridden<'t>(#[allow(dead_code, reason = "held")] std::sync::MutexGuard<'t, ()>);

impl Drop for Overridden<'_> {
    fn drop(&mut self) {
        override_by_name("").unwrap();
    }
}

fn overridden(text: &str) -> Overridden<'static> {
    let guard = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    override_by_name(text).unwrap();
    Overridden(guard)
}

#[retry(jitter = none)]
async fn plain(script: &Script) -> Result<usize, Failure> {
    script.call()
}

#[retry(max = forever, jitter = none, name = "shop::charge")]
async fn forever(script: &Script) -> Result<usize, Failure> {
    script.call()
}

#[retry(jitter = none, on(Failure(ErrorClass::Transient)))]
async fn by_pattern(script: &Script) -> Result<usize, Failure> {
    script.call()
}

#[retry(jitter = none, until = |calls| *calls > 9)]
async fn by_value(script: &Script) -> Result<usize, Failure> {
    script.call()
}

#[retry(jitter = none, deadline = "1h", give_up = |error, end| note(reasons, error, end))]
async fn with_a_hook(script: &Script, reasons: &Mutex<Vec<StopReason>>) -> Result<usize, Failure> {
    script.call()
}

#[retry(jitter = none, base = "1ms")]
fn blocking(script: &Script) -> Result<usize, Failure> {
    script.call()
}

fn note(reasons: &Mutex<Vec<StopReason>>, error: Failure, end: &GiveUp) -> Failure {
    reasons.lock().unwrap().push(end.reason());
    error
}

// SPEC 7.9
#[tokio::test(start_paused = true)]
async fn every_form_obeys_the_override_of_its_name() {
    let _overridden = overridden("by_name::*=off; shop::charge=off; upload=off");
    let reasons = Mutex::new(Vec::new());
    let policy = RetryPolicy::new();
    let script = || Script::new([TRANSIENT; 9]);
    let scripts: [Script; 8] = std::array::from_fn(|_| script());
    let [one, two, three, four, five, six, seven, eight] = &scripts;
    assert!(plain(one).await.is_err());
    assert!(forever(two).await.is_err());
    assert!(by_pattern(three).await.is_err());
    assert!(by_value(four).await.is_err());
    assert!(with_a_hook(five, &reasons).await.is_err());
    assert!(blocking(six).is_err());
    assert!(policy.retry(async || seven.call()).name("upload").await.is_err());
    assert!(policy.retry_local(async || eight.call()).await.is_err());
    assert_eq!(scripts.map(|script| script.calls()), [1; 8]);
    assert_eq!(*reasons.lock().unwrap(), [StopReason::Disabled]);
    let decide = |name| RetryState::new(&policy).name(name).decide(ErrorClass::Transient);
    assert_eq!(decide("upload"), Decision::Stop(StopReason::Disabled));
    assert!(matches!(decide("download"), Decision::Retry(_)));
}

// SPEC 7.9.1
#[tokio::test(start_paused = true)]
async fn a_call_is_softened_to_fewer_and_later_retries() {
    let _overridden = overridden("by_name::plain:max=2, base=10s; shop::*:max=1");
    let script = Script::new([TRANSIENT; 9]);
    assert!(plain(&script).await.is_err());
    assert_eq!(script.waits(), seconds(&[10, 20]));
    let script = Script::new([TRANSIENT; 9]);
    assert!(forever(&script).await.is_err());
    assert_eq!(script.waits(), seconds(&[1]));
    // A hint is a minimum beside the new base.
    let script = Script::new([throttled(3)]);
    assert_eq!(plain(&script).await, Ok(2));
    assert_eq!(script.waits(), seconds(&[10]));
    let script = Script::new([PERMANENT]);
    assert!(plain(&script).await.is_err());
    assert_eq!(script.calls(), 1);
}

// SPEC 7.9
#[tokio::test(start_paused = true)]
async fn the_last_entry_that_matches_applies_and_a_new_text_replaces_the_old() {
    let calls = async |text: &str| {
        let _overridden = overridden(text);
        let script = Script::new([TRANSIENT; 9]);
        assert!(plain(&script).await.is_err());
        script.calls()
    };
    assert_eq!(calls("*=off").await, 1);
    assert_eq!(calls("*=off; by_name::plain=on").await, 4);
    assert_eq!(calls("by_name::plain=on; *=off").await, 1);
    assert_eq!(calls("*=off; by_name::*:max=1").await, 2);
    assert_eq!(calls("plain=off; by_name=off; by_name::plain2=off").await, 4);
    assert_eq!(calls("").await, 4);
}

// SPEC 7.9.2
#[tokio::test(start_paused = true)]
async fn a_text_with_a_mistake_changes_nothing() {
    let _overridden = overridden("by_name::plain=off");
    let error = override_by_name("by_name::plain=on; shop=maybe").unwrap_err();
    assert_eq!(error.to_string(), "`shop=maybe`: `maybe` is neither `off` nor `on`");
    let script = Script::new([TRANSIENT]);
    assert!(plain(&script).await.is_err());
    assert_eq!(script.calls(), 1);
}

// SPEC 7.9
#[tokio::test]
async fn the_record_of_a_test_shows_what_an_override_did() {
    let _overridden = overridden("by_name::plain:max=1");
    let guard = testing::no_wait();
    assert!(plain(&Script::new([TRANSIENT; 9])).await.is_err());
    let decisions: Vec<_> = guard.decisions().iter().map(|record| record.decision).collect();
    assert!(matches!(decisions[0], Decision::Retry(_)));
    assert_eq!(decisions[1], Decision::Stop(StopReason::Exhausted));
}

/// Runs in a process of its own, with the environment of [`in_a_process`].
#[test]
#[ignore = "the other tests run it"]
fn child() {
    #[cfg(feature = "tracing")]
    tracing_subscriber::fmt()
        .without_time()
        .with_ansi(false)
        .with_writer(std::io::stderr)
        .with_max_level(tracing::Level::WARN)
        .init();
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time().start_paused(true).build().unwrap().block_on(async {
        let script = Script::new([TRANSIENT; 9]);
        assert!(plain(&script).await.is_err());
        let charge = Script::new([TRANSIENT; 2]);
        let _ = forever(&charge).await;
        println!("plain {} charge {}", script.calls(), charge.calls());
    });
}

/// What a process with this variable prints on its outputs.
fn in_a_process(variable: &str) -> (String, String) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--ignored", "--nocapture"])
        .env("RETRY_KIT", variable)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr))
}

// SPEC 7.9, 7.9.2
#[test]
fn the_environment_sets_overrides_and_its_mistakes_are_one_warning() {
    let calls = |variable| {
        let (output, _) = in_a_process(variable);
        let line = output.lines().find(|line| line.starts_with("plain")).unwrap();
        line.to_owned()
    };
    assert_eq!(calls(""), "plain 4 charge 3");
    assert_eq!(calls("by_name::plain=off"), "plain 1 charge 3");
    assert_eq!(calls("shop::charge:max=1"), "plain 4 charge 2");
    assert_eq!(calls("nonsense; shop::charge=off; *x=off"), "plain 4 charge 1");
    let (_, errors) = in_a_process("nonsense; shop::charge=off; *x=off");
    let warnings: Vec<_> = errors.lines().filter(|line| line.contains("RETRY_KIT")).collect();
    let source = if cfg!(feature = "tracing") { " WARN retry_kit" } else { "retry-kit" };
    let warning = format!(
        "{source}: the environment variable RETRY_KIT: `nonsense`: after the name comes `=off`, `=on` or \
         settings such as `:max=1`; `*x=off`: `*` stands at the end of a name"
    );
    assert_eq!(warnings, [warning]);
}
