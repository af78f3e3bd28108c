//! The keys that take code: `until`, `attempt`, `on_retry`, `before_retry`, `give_up`.

#![cfg(all(feature = "macros", feature = "tokio"))]

mod support;

use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::time::Duration;

use retry_kit::{
    Attempt, Cause, Classify, ErrorClass, GiveUp, Previous, RetryEvent, RetryPolicy, StopReason,
    TimedOut, retry,
};
use support::{Failure, PERMANENT, Script, TRANSIENT, seconds, throttled};

type Outcome = Result<usize, Failure>;

/// The events in order.
#[derive(Debug, Default)]
struct Log(RefCell<Vec<String>>);

impl Log {
    fn add(&self, line: impl Into<String>) {
        self.0.borrow_mut().push(line.into());
    }

    fn lines(&self) -> Vec<String> {
        self.0.take()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Job {
    Running,
    Done(u32),
}

fn is_done(job: &Job) -> bool {
    *job != Job::Running
}

struct Poller {
    enough: u32,
    calls: Cell<u32>,
}

impl Poller {
    fn is_enough(&self, job: &Job) -> bool {
        matches!(job, Job::Done(value) if *value >= self.enough)
    }

    #[retry(max = 5, base = "1ms", until = is_done)]
    async fn by_path(&self, jobs: &[Job]) -> Result<Job, Failure> {
        self.next(jobs)
    }

    #[retry(max = 5, base = "1ms", until = |job| matches!(job, Job::Done(_)))]
    async fn by_closure(&self, jobs: &[Job]) -> Result<Job, Failure> {
        self.next(jobs)
    }

    #[retry(max = 5, base = "1ms", until = |job| self.is_enough(job) || jobs.is_empty())]
    async fn by_self_and_arguments(&self, jobs: &[Job]) -> Result<Job, Failure> {
        self.next(jobs)
    }

    #[retry(max = 5, base = "1ms", until = is_done)]
    fn blocking(&self, jobs: &[Job]) -> Result<Job, Failure> {
        self.next(jobs)
    }

    fn new(enough: u32) -> Self {
        Self { enough, calls: Cell::new(0) }
    }

    fn next(&self, jobs: &[Job]) -> Result<Job, Failure> {
        let call = self.calls.replace(self.calls.get() + 1) as usize;
        jobs.get(call).or_else(|| jobs.last()).cloned().ok_or(PERMANENT)
    }
}

// SPEC 2.3
#[tokio::test(start_paused = true)]
async fn until_retries_values_that_it_does_not_accept_and_returns_the_last() {
    let jobs = [Job::Running, Job::Running, Job::Done(1), Job::Done(2)];
    let poller = Poller::new(2);
    assert_eq!(poller.by_path(&jobs).await, Ok(Job::Done(1)));
    assert_eq!(poller.calls.take(), 3);
    assert_eq!(poller.by_closure(&jobs).await, Ok(Job::Done(1)));
    assert_eq!(poller.calls.take(), 3);
    assert_eq!(poller.by_self_and_arguments(&jobs).await, Ok(Job::Done(2)));
    assert_eq!(poller.calls.take(), 4);
    assert_eq!(poller.blocking(&jobs), Ok(Job::Done(1)));
    assert_eq!(poller.calls.take(), 3);
    assert_eq!(poller.by_path(&[Job::Running]).await, Ok(Job::Running));
    assert_eq!(poller.calls.take(), 6);
    assert_eq!(poller.by_path(&[]).await, Err(PERMANENT));
    assert_eq!(poller.calls.take(), 1);
}

// SPEC 2.3: errors are classified as ever.
#[tokio::test(start_paused = true)]
async fn errors_and_values_share_one_limit() {
    #[retry(max = 3, jitter = none, until = |calls| *calls >= 4, on_retry = |event| log.add(kind(event)))]
    async fn fetch(script: &Script, log: &Log) -> Outcome {
        script.call()
    }
    fn kind(event: &RetryEvent<'_, Failure>) -> String {
        match event.cause() {
            Cause::Error(error) => format!("{} error {error:?}", event.attempt()),
            Cause::Value => format!("{} value {:?}", event.attempt(), event.error()),
            _ => unreachable!("there is no response"),
        }
    }
    let (script, log) = (Script::new([TRANSIENT]), Log::default());
    assert_eq!(fetch(&script, &log).await, Ok(4));
    assert_eq!(script.waits(), seconds(&[1, 2, 4]));
    assert_eq!(log.lines(), ["1 error Failure(Transient)", "2 value None", "3 value None"]);
    let script = Script::new([TRANSIENT, PERMANENT]);
    assert_eq!(fetch(&script, &log).await, Err(PERMANENT));
}

// SPEC 2.3.5.1
#[tokio::test(start_paused = true)]
async fn on_retry_may_see_the_value_that_was_refused() {
    #[retry(max = 3, jitter = none, until = |calls| *calls >= 4, on_retry = |event, calls| {
        log.add(format!("{} {calls:?} {:?}", event.attempt(), event.error()));
    })]
    async fn fetch(script: &Script, log: &Log) -> Outcome {
        script.call()
    }
    #[retry(base = "1ms", until = Option::is_some, on_retry = |_, job: Option<&Option<u8>>| {
        log.add(format!("{job:?}"));
    })]
    fn any_type(jobs: &Cell<u8>, log: &Log) -> Option<u8> {
        jobs.set(jobs.get() + 1);
        Some(jobs.get()).filter(|&job| job > 1)
    }
    let expected = ["1 None Some(Failure(Transient))", "2 Some(2) None", "3 Some(3) None"];
    let log = Log::default();
    assert_eq!(fetch(&Script::new([TRANSIENT]), &log).await, Ok(4));
    assert_eq!(log.lines(), expected);
    assert_eq!(any_type(&Cell::new(0), &log), Some(2));
    assert_eq!(log.lines(), ["Some(None)"]);

    let policy = RetryPolicy::new();
    let line = |event: &RetryEvent<'_, Failure>, calls: Option<&usize>| {
        log.add(format!("{} {calls:?} {:?}", event.attempt(), event.error()));
    };
    let script = Script::new([TRANSIENT]);
    let call = policy.retry(|| async { script.call() }).until(|calls| *calls >= 4);
    assert_eq!(call.on_retry_with_value(line).await, Ok(4));
    assert_eq!(log.lines(), expected);
    let script = Script::new([TRANSIENT]);
    let call = policy.retry_local(async || script.call()).until(|calls| *calls >= 4);
    let call = call.on_retry_with_value(|event, calls| {
        log.add(format!("{} {calls:?} {:?}", event.attempt(), event.error()));
    });
    assert_eq!(call.await, Ok(4));
    assert_eq!(log.lines(), expected);
}

#[retry(max = 2, jitter = none, attempt = attempt)]
async fn numbered(script: &Script, seen: &RefCell<Vec<(u32, bool, u64)>>) -> Outcome {
    seen.borrow_mut().push((attempt.number(), attempt.is_last(), attempt.elapsed().as_secs()));
    script.call()
}

#[retry(attempts = 2, base = "1ms", attempt = this, on(_ if true))]
fn numbered_and_blocking() -> Result<(), u32> {
    Err(this.number())
}

// SPEC 2.3
#[tokio::test(start_paused = true)]
async fn the_body_can_read_its_attempt() {
    let (script, seen) = (Script::new([TRANSIENT; 9]), RefCell::default());
    assert_eq!(numbered(&script, &seen).await, Err(TRANSIENT));
    assert_eq!(seen.take(), [(1, false, 0), (2, false, 1), (3, true, 3)]);
    assert_eq!(numbered_and_blocking(), Err(2));
    let _: Option<Attempt> = None;
}

#[derive(Debug, PartialEq)]
enum Wrapped {
    Plain(Failure),
    After { attempts: u32, waited: Duration, elapsed: Duration, reason: StopReason },
}

impl Classify for Wrapped {
    fn classify(&self) -> ErrorClass {
        match self {
            Self::Plain(failure) => failure.classify(),
            Self::After { .. } => ErrorClass::Permanent,
        }
    }
}

fn wrap(_: Wrapped, give_up: &GiveUp) -> Wrapped {
    assert!(give_up.name().starts_with("hooks::"), "{}", give_up.name());
    Wrapped::After {
        attempts: give_up.attempts(),
        waited: give_up.waited(),
        elapsed: give_up.elapsed().unwrap_or_default(),
        reason: give_up.reason(),
    }
}

struct Service {
    policy: RetryPolicy,
    suffix: String,
}

impl Service {
    #[retry(policy = &self.policy, give_up = wrap)]
    async fn call(&self, script: &Script) -> Result<usize, Wrapped> {
        tokio::time::sleep(Duration::from_secs(1)).await;
        script.call().map_err(Wrapped::Plain)
    }

    #[retry(base = "1ms", when = |_| true, give_up = |error, end| {
        format!("{error}{} after {} attempts with {body:?}", self.suffix, end.attempts())
    })]
    async fn text(&self, body: Vec<u8>) -> Result<(), String> {
        Err(format!("no {}", body.len()))
    }

    #[retry(base = "1ms", when = |_| true, give_up = |error, _| error + into_text(body).len())]
    fn consuming(&self, body: Vec<u8>) -> Result<(), usize> {
        Err(body.len() + self.suffix.len())
    }
}

fn into_text(body: Vec<u8>) -> String {
    String::from_utf8(body).unwrap_or_default()
}

// SPEC 7.2
#[tokio::test(start_paused = true)]
async fn give_up_replaces_the_final_error_and_receives_the_reason() {
    use StopReason::{Deadline, Exhausted, Permanent};
    let plain = RetryPolicy::new().jitter(retry_kit::Jitter::None);
    let cases = [
        (plain, vec![PERMANENT], 1, 0, 1, Permanent),
        (plain, vec![TRANSIENT, PERMANENT], 2, 1, 3, Permanent),
        (plain, vec![TRANSIENT; 9], 4, 7, 11, Exhausted),
        (plain.max_retries(0), vec![TRANSIENT; 9], 1, 0, 1, Exhausted),
        (plain.deadline(Duration::from_secs(4)), vec![TRANSIENT; 9], 2, 1, 3, Deadline),
    ];
    for (policy, failures, attempts, waited, elapsed, reason) in cases {
        let service = Service { policy, suffix: String::new() };
        let outcome = service.call(&Script::new(failures)).await;
        let Err(Wrapped::After { elapsed: measured, .. }) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(measured.as_secs(), elapsed);
        let (waited, elapsed) = (Duration::from_secs(waited), measured);
        assert_eq!(outcome, Err(Wrapped::After { attempts, waited, elapsed, reason }));
    }
    let service = Service { policy: plain, suffix: "!".into() };
    assert_eq!(service.call(&Script::new([])).await, Ok(1));
    let text = service.text(vec![7]).await;
    assert_eq!(text, Err("no 1! after 4 attempts with [7]".into()));
    assert_eq!(service.consuming(b"abc".to_vec()), Err(3 + 1 + 3));
}

// SPEC 2.3: it runs only when an `Err` is returned.
#[tokio::test(start_paused = true)]
async fn give_up_is_not_called_for_a_value() {
    #[retry(base = "1ms", until = |_| false, give_up = |_, _| panic!("nobody gave up"))]
    async fn never_good() -> Outcome {
        Ok(5)
    }
    assert_eq!(never_good().await, Ok(5));
}

struct Connection {
    opened: u32,
    log: Log,
}

impl Connection {
    async fn reconnect(&mut self) {
        tokio::task::yield_now().await;
        self.opened += 1;
        self.log.add(format!("reconnect {}", self.opened));
    }

    async fn try_reconnect(&mut self, script: &Script) -> Result<(), Failure> {
        self.log.add("try");
        tokio::task::yield_now().await;
        script.call()?;
        self.opened += 1;
        Ok(())
    }

    #[retry(max = 2, jitter = none, before_retry = self.reconnect(), on_retry = |_| self.log.add("hook"))]
    async fn send(&mut self, script: &Script) -> Outcome {
        self.log.add("attempt");
        script.call()
    }

    #[retry(max = 3, jitter = none, before_retry = self.try_reconnect(preparation))]
    async fn prepare_and_send(&mut self, script: &Script, preparation: &Script) -> Outcome {
        self.log.add("attempt");
        script.call()
    }

    #[retry(max = 1, jitter = none, clone(body), before_retry = async {
        body.push(b'+');
        Ok::<(), Failure>(())
    })]
    async fn with_a_clone(&self, script: &Script, mut body: Vec<u8>) -> Outcome {
        self.log.add(format!("{body:?}"));
        body.clear();
        script.call()
    }
}

// SPEC 4.12: the order of hook, wait, `before_retry` and attempt.
#[tokio::test(start_paused = true)]
async fn before_retry_comes_after_the_wait_and_before_every_attempt_but_the_first() {
    let mut connection = Connection { opened: 0, log: Log::default() };
    let script = Script::new([TRANSIENT; 9]);
    assert_eq!(connection.send(&script).await, Err(TRANSIENT));
    assert_eq!(script.waits(), seconds(&[1, 2]));
    let expected = ["attempt", "hook", "reconnect 1", "attempt", "hook", "reconnect 2", "attempt"];
    assert_eq!(connection.log.lines(), expected);
    assert_eq!(connection.with_a_clone(&Script::new([TRANSIENT]), vec![b'a']).await, Ok(2));
    assert_eq!(connection.log.lines(), ["[97]", "[97, 43]"]);
}

// SPEC 2.3: its `Err` is the failure of the coming attempt.
#[tokio::test(start_paused = true)]
async fn a_failing_before_retry_is_the_failure_of_the_coming_attempt() {
    let mut connection = Connection { opened: 0, log: Log::default() };
    let (script, preparation) = (Script::new([TRANSIENT; 2]), Script::new([throttled(7)]));
    assert_eq!(connection.prepare_and_send(&script, &preparation).await, Ok(3));
    // The second attempt ended before its body, and its hint set the wait after it.
    assert_eq!(script.waits(), seconds(&[1 + 7, 4]));
    assert_eq!(connection.log.lines(), ["attempt", "try", "try", "attempt", "try", "attempt"]);
    let (script, preparation) = (Script::new([TRANSIENT; 2]), Script::new([PERMANENT]));
    assert_eq!(connection.prepare_and_send(&script, &preparation).await, Err(PERMANENT));
    assert_eq!((script.calls(), preparation.calls()), (1, 1));
}

#[derive(Debug, PartialEq)]
struct Converted(Failure);

impl From<Failure> for Converted {
    fn from(failure: Failure) -> Self {
        Self(failure)
    }
}

// SPEC 2.3: as with `?`, its error may convert, and its value does not matter.
#[tokio::test(start_paused = true)]
async fn the_error_of_before_retry_converts_as_with_a_question_mark() {
    #[retry(max = 1, base = "1ms", when = |_| true, before_retry = std::future::ready(preparation.call()))]
    async fn call(script: &Script, preparation: &Script) -> Result<usize, Converted> {
        Ok(script.call()?)
    }
    let (script, preparation) = (Script::new([TRANSIENT]), Script::new([PERMANENT]));
    assert_eq!(call(&script, &preparation).await, Err(Converted(PERMANENT)));
    let (script, preparation) = (Script::new([TRANSIENT]), Script::new([]));
    assert_eq!(call(&script, &preparation).await, Ok(2));
}

// SPEC 2.3: `timeout` includes it.
#[tokio::test(start_paused = true)]
async fn the_timeout_of_an_attempt_includes_before_retry() {
    #[derive(Debug, PartialEq)]
    struct Slow(Duration);
    impl From<TimedOut> for Slow {
        fn from(timed_out: TimedOut) -> Self {
            Self(timed_out.after())
        }
    }
    #[retry(max = 1, base = "1ms", when = |_| true, timeout = "3s",
        before_retry = tokio::time::sleep(Duration::from_secs(2)))]
    async fn slow(calls: &Cell<u32>) -> Result<(), Slow> {
        calls.set(calls.get() + 1);
        tokio::time::sleep(Duration::from_secs(2)).await;
        if calls.get() == 1 { Err(Slow(Duration::ZERO)) } else { Ok(()) }
    }
    let calls = Cell::new(0);
    assert_eq!(slow(&calls).await, Err(Slow(Duration::from_secs(3))));
    assert_eq!(calls.get(), 2);
}

trait Store {
    async fn get(&self, key: &str) -> Result<String, Failure>;
}

#[async_trait::async_trait]
trait Remote {
    async fn load(&self, log: &Mutex<Vec<String>>) -> Result<u32, Failure>;
}

use std::sync::Mutex;

struct Memory(u32);

impl Store for Memory {
    #[retry(base = "1ms", max = 1, attempt = attempt, until = |text| text.len() > self.0 as usize,
        on_retry = |event| assert_eq!(event.attempt(), 1, "{key}"),
        before_retry = std::future::ready(()), give_up = |error, _| error, timeout = "1s")]
    async fn get(&self, key: &str) -> Result<String, Failure> {
        Ok(format!("{key}{}", "!".repeat(attempt.number() as usize)))
    }
}

#[async_trait::async_trait]
impl Remote for Memory {
    #[retry(base = "1ms", max = 3, attempt = attempt, until = |value| *value >= self.0,
        on_retry = |event| note(log, (self.0, event.attempt())),
        before_retry = async { note(log, ("before", self.0)); }, timeout = "1s", deadline = "1m",
        give_up = |error, _| { note(log, self.0); error }, budget)]
    async fn load(&self, log: &Mutex<Vec<String>>) -> Result<u32, Failure> {
        if self.0 == 9 {
            return Err(PERMANENT);
        }
        Ok(attempt.number())
    }
}

fn note(log: &Mutex<Vec<String>>, line: impl Debug) {
    log.lock().unwrap().push(format!("{line:?}"));
}

// SPEC 3.2
#[tokio::test(start_paused = true)]
async fn hooks_can_use_self_and_arguments_in_every_kind_of_function() {
    assert_eq!(Memory(4).get("key").await, Ok("key!!".into()));
    let log = Mutex::default();
    assert_eq!(Memory(2).load(&log).await, Ok(2));
    assert_eq!(log.lock().unwrap().as_slice(), ["(2, 1)", "(\"before\", 2)"]);
    log.lock().unwrap().clear();
    assert_eq!(Memory(9).load(&log).await, Err(PERMANENT));
    assert_eq!(log.lock().unwrap().as_slice(), ["9"]);
}

mod named {
    use super::{Attempt, ErrorClass, Failure, Previous, RefCell, Script, retry};

    pub type Seen = RefCell<Vec<String>>;

    pub fn note(seen: &Seen, place: &str, attempt: Attempt<'_>) {
        let previous = attempt.previous().map(Previous::class);
        let previous = previous.map_or_else(String::new, |class| format!(" after {class}"));
        let last = if attempt.is_last() { ", the last" } else { "" };
        seen.borrow_mut().push(format!("{place} {}{last}{previous}", attempt.number()));
    }

    /// The body does not use the name.
    #[retry(attempt = attempt, jitter = none, when = |_| attempt.number() < 3)]
    pub async fn when(script: &Script) -> Result<usize, Failure> {
        script.call()
    }

    #[retry(attempt = attempt, jitter = none, on(_ if attempt.number() < 2))]
    pub fn guard_of_a_blocking_function(script: &Script) -> Result<usize, Failure> {
        script.call()
    }

    #[retry(attempt = attempt, jitter = none, until = |_| { note(seen, "until", attempt); attempt.is_last() },
        on_retry = |event| { assert_eq!(event.attempt(), attempt.number()); note(seen, "on_retry", attempt) })]
    pub async fn until(seen: &Seen) -> u32 {
        note(seen, "body", attempt);
        attempt.number()
    }

    #[retry(attempt = this, max = 1, jitter = none, budget,
        when = |_| { note(seen, "when", this); ErrorClass::Transient },
        on_retry = |_| note(seen, "on_retry", this),
        before_retry = async { note(seen, "before_retry", this); Ok::<(), Failure>(()) },
        give_up = |error, end| { assert_eq!(end.attempts(), this.number()); note(seen, "give_up", this); error },
        fallback = |error, _| { note(seen, "fallback", this); Err::<usize, _>(error) })]
    pub async fn all(script: &Script, seen: &Seen) -> Result<usize, Failure> {
        script.call()
    }

    #[retry(attempt = attempt, jitter = none, pause, reset_after = "1h",
        cancel = super::after(attempt.number(), seen),
        on_retry = |_| note(seen, "on_retry", attempt),
        give_up = |error, _| { note(seen, "give_up", attempt); error })]
    pub async fn cancelled(script: &Script, seen: &Seen) -> Result<usize, Failure> {
        script.call()
    }

    /// A parameter of the same name hides it.
    #[retry(attempt = attempt, jitter = none, on_retry = |attempt| { seen.borrow_mut().push(attempt.attempt().to_string()) })]
    pub async fn hidden(script: &Script, seen: &Seen) -> Result<usize, Failure> {
        assert!(attempt.number() < 9);
        script.call()
    }
}

/// Ready at once after the attempt of number 2.
async fn after(number: u32, seen: &named::Seen) {
    seen.borrow_mut().push(format!("cancel {number}"));
    if number < 2 {
        std::future::pending::<()>().await;
    }
}

// SPEC 2.3.6.2
#[tokio::test(start_paused = true)]
async fn predicates_and_hooks_may_use_the_name_of_the_attempt() {
    let script = Script::new([TRANSIENT; 9]);
    assert_eq!(named::when(&script).await, Err(TRANSIENT));
    assert_eq!(script.waits(), seconds(&[1, 2]));

    let seen = named::Seen::default();
    assert_eq!(named::until(&seen).await, 4);
    let transient = ErrorClass::Transient;
    let mut expected = vec!["body 1".to_owned(), "until 1".into(), "on_retry 1".into()];
    for number in [2, 3] {
        expected.extend(
            ["body", "until", "on_retry"]
                .map(|place| format!("{place} {number} after {transient}")),
        );
    }
    expected
        .extend(["body", "until"].map(|place| format!("{place} 4, the last after {transient}")));
    assert_eq!(seen.take(), expected);

    let script = Script::new([TRANSIENT; 9]);
    assert_eq!(named::all(&script, &seen).await, Err(TRANSIENT));
    let last = |place| format!("{place} 2, the last after {transient}");
    assert_eq!(
        seen.take(),
        [
            "when 1".into(),
            "on_retry 1".into(),
            last("before_retry"),
            last("when"),
            last("give_up"),
            last("fallback"),
        ]
    );

    // The failure of attempt 1 is what attempt 2 knows, also when the call ends in the wait after it.
    let script = Script::new([throttled(0), TRANSIENT]);
    assert_eq!(named::cancelled(&script, &seen).await, Err(TRANSIENT));
    let after = throttled(0).0;
    assert_eq!(
        seen.take(),
        [
            "on_retry 1".to_owned(),
            "cancel 1".into(),
            format!("on_retry 2 after {after}"),
            "cancel 2".into(),
            format!("give_up 2 after {after}"),
        ]
    );

    let script = Script::new([TRANSIENT]);
    assert_eq!(named::hidden(&script, &seen).await, Ok(2));
    assert_eq!(seen.take().len(), 1);
}

// SPEC 2.3.6.2
#[test]
fn the_guard_of_a_blocking_function_may_use_the_name_of_the_attempt() {
    let _guard = retry_kit::testing::no_wait();
    let script = Script::new([TRANSIENT; 9]);
    assert_eq!(named::guard_of_a_blocking_function(&script), Err(TRANSIENT));
    assert_eq!(script.calls(), 2);
}

// SPEC 7.2
#[test]
fn a_cause_is_shown_as_its_error_or_by_what_it_is() {
    let table: [(Cause<'_, Failure>, &str); 3] = [
        (Cause::Error(&PERMANENT), "failed: Permanent"),
        (Cause::Value, "value not accepted"),
        (Cause::Status(503), "status 503"),
    ];
    for (cause, text) in table {
        assert_eq!(cause.to_string(), text);
    }
}
