//! The recorder keeps the last decisions of each function, and replays them under another policy.

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use retry_kit::recorder::{self, Record, RecordedSite, Recording, Replay, Step};
use retry_kit::{
    Decision, ErrorClass, Jitter, Pause, RetryBudget, RetryPolicy, RetryState, StopReason,
    TimedOut, retry, testing,
};

const SECOND: Duration = Duration::from_secs(1);

/// Fails with these classes, one after the other, then succeeds.
#[derive(Debug)]
struct Classified(ErrorClass);

impl retry_kit::Classify for Classified {
    fn classify(&self) -> ErrorClass {
        self.0
    }
}

impl From<TimedOut> for Classified {
    fn from(_: TimedOut) -> Self {
        Self(ErrorClass::Transient)
    }
}

struct Script {
    classes: Vec<ErrorClass>,
    attempts: AtomicU32,
}

impl Script {
    fn new(classes: &[ErrorClass]) -> Self {
        Self { classes: classes.to_vec(), attempts: AtomicU32::new(0) }
    }

    fn next(&self) -> Result<(), Classified> {
        let attempt = self.attempts.fetch_add(1, Ordering::Relaxed);
        match self.classes.get(attempt as usize) {
            Some(class) => Err(Classified(*class)),
            None => Ok(()),
        }
    }
}

fn site(name: &str) -> RecordedSite {
    recorder::recording().site(name).unwrap_or_else(|| panic!("{name} has no record")).clone()
}

/// The attempts and the steps of the site's records.
fn steps(name: &str) -> Vec<(u32, Step)> {
    site(name).records().iter().map(|record| (record.attempt(), record.step())).collect()
}

const fn waited(class: ErrorClass, wait: Duration) -> Step {
    Step::Retry { class, wait, is_from_server: false, is_for_pause: false }
}

const fn asked(class: ErrorClass, wait: Duration) -> Step {
    Step::Retry { class, wait, is_from_server: true, is_for_pause: false }
}

const NOT_FOUND: ErrorClass = ErrorClass::Status { code: 404, retry_after: None };
const TRANSIENT: ErrorClass = ErrorClass::Transient;
const HINTED: ErrorClass =
    ErrorClass::Status { code: 503, retry_after: Some(Duration::from_secs(7)) };

// SPEC 16.1
#[tokio::test(start_paused = true)]
async fn every_form_of_the_loop_leaves_the_same_records() {
    #[retry(max = 3, base = "1s", jitter = none, name = "forms::attribute")]
    async fn attribute(script: &Script) -> Result<(), Classified> {
        script.next()
    }
    #[retry(max = 3, base = "1s", jitter = none, name = "forms::hooked", timeout = "9s", on_retry = |_| {})]
    async fn hooked(script: &Script) -> Result<(), Classified> {
        script.next()
    }
    static PAUSE: Pause = Pause::new();
    #[retry(max = 3, base = "1s", jitter = none, name = "forms::paused", pause = &PAUSE)]
    async fn paused(script: &Script) -> Result<(), Classified> {
        script.next()
    }
    static BUDGET: RetryBudget = RetryBudget::standard();
    #[retry(max = 3, base = "1s", jitter = none, name = "forms::drawing", budget = &BUDGET)]
    async fn drawing(script: &Script) -> Result<(), Classified> {
        script.next()
    }
    const POLICY: RetryPolicy = RetryPolicy::new().jitter(Jitter::None);
    let failures = [TRANSIENT, HINTED];
    attribute(&Script::new(&failures)).await.unwrap();
    hooked(&Script::new(&failures)).await.unwrap();
    paused(&Script::new(&failures)).await.unwrap();
    drawing(&Script::new(&failures)).await.unwrap();
    let script = Script::new(&failures);
    POLICY.retry(async || script.next()).name("forms::function").await.unwrap();
    let script = Script::new(&failures);
    let mut retries = RetryState::new(&POLICY).name("forms::by_hand");
    while let Err(error) = script.next() {
        let Decision::Retry(wait) = retries.decide(error.0) else { panic!() };
        tokio::time::sleep(wait.duration()).await;
    }
    retries.succeeded();

    let expected =
        [(1, waited(TRANSIENT, SECOND)), (2, asked(HINTED, 7 * SECOND)), (3, Step::Success)];
    for form in ["attribute", "hooked", "paused", "drawing", "function", "by_hand"] {
        let site = site(&format!("forms::{form}"));
        let records = site.records();
        let hint_spread = |step| match step {
            // A hint is spread by up to a tenth of itself or a base.
            Step::Retry { class, wait, is_from_server: true, .. } => {
                assert!((7 * SECOND..9 * SECOND).contains(&wait), "{form}: {wait:?}");
                asked(class, 7 * SECOND)
            }
            step => step,
        };
        let steps: Vec<_> =
            records.iter().map(|record| (record.attempt(), hint_spread(record.step()))).collect();
        assert_eq!(steps, expected, "{form}");
        assert_eq!(records[1].time(), records[0].time() + SECOND, "{form}");
        assert!(records[0].is_first() && !records[1].is_first(), "{form}");
        assert_eq!(site.calls(), 1, "{form}");
    }
}

// SPEC 16.1
#[cfg(feature = "tower")]
#[tokio::test(start_paused = true)]
async fn a_layer_leaves_the_same_records() {
    use http::{Request, Response, StatusCode};
    use tower::{ServiceBuilder, ServiceExt, service_fn};

    static REQUESTS: AtomicU32 = AtomicU32::new(0);
    let answer = |_: Request<String>| async {
        let is_busy = REQUESTS.fetch_add(1, Ordering::Relaxed) == 0;
        let status = if is_busy { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
        Response::builder().status(status).body(()).map_err(io::Error::other)
    };
    let policy = RetryPolicy::new().jitter(Jitter::None);
    let layer = retry_kit::RetryLayer::new(policy).name("forms::layer");
    let service = ServiceBuilder::new().layer(layer).service(service_fn(answer));
    let response = service.oneshot(Request::new(String::new())).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let busy = ErrorClass::Status { code: 503, retry_after: None };
    assert_eq!(steps("forms::layer"), [(1, waited(busy, SECOND)), (2, Step::Success)]);
}

// SPEC 16.1
#[tokio::test(start_paused = true)]
async fn a_call_that_no_policy_retries_leaves_no_record() {
    #[retry(name = "at_once")]
    async fn at_once() -> io::Result<()> {
        Ok(())
    }
    at_once().await.unwrap();
    let _ = RetryState::new(&RetryPolicy::DEFAULT).name("at_once").decide(ErrorClass::Permanent);
    RetryState::new(&RetryPolicy::DEFAULT).name("at_once").succeeded();
    assert!(recorder::recording().site("at_once").is_none());
}

// SPEC 16.1
#[test]
fn a_state_without_a_name_and_drawn_waits_leave_no_record() {
    let before = recorder::recording().site("retry").is_some();
    let _ = RetryState::new(&RetryPolicy::DEFAULT).decide(TRANSIENT);
    assert_eq!(recorder::recording().site("retry").is_some(), before);

    let state = RetryState::new(&RetryPolicy::DEFAULT).name("drawn");
    assert_eq!(state.waits().count(), 3);
    assert!(recorder::recording().site("drawn").is_none());
}

// SPEC 16.1
#[tokio::test(start_paused = true)]
async fn the_end_of_a_call_is_recorded_with_its_reason() {
    #[retry(max = 1, base = "1s", jitter = none, name = "ends::exhausted")]
    async fn exhausted() -> Result<(), Classified> {
        Err(Classified(TRANSIENT))
    }
    #[retry(base = "1s", jitter = none, deadline = "2s", name = "ends::deadline")]
    async fn deadline() -> Result<(), Classified> {
        Err(Classified(TRANSIENT))
    }
    #[retry(base = "1s", jitter = none, name = "ends::cancelled", cancel = tokio::time::sleep(SECOND / 2))]
    async fn cancelled() -> Result<(), Classified> {
        Err(Classified(TRANSIENT))
    }
    exhausted().await.unwrap_err();
    deadline().await.unwrap_err();
    cancelled().await.unwrap_err();

    let stop = |class, reason| Step::Stop { class, reason };
    let first = (1, waited(TRANSIENT, SECOND));
    assert_eq!(
        steps("ends::exhausted"),
        [first, (2, stop(Some(TRANSIENT), StopReason::Exhausted))]
    );
    assert_eq!(steps("ends::deadline"), [first, (2, stop(Some(TRANSIENT), StopReason::Deadline))]);
    assert_eq!(steps("ends::cancelled"), [first, (1, stop(None, StopReason::Cancelled))]);
}

// SPEC 16.1
#[tokio::test(start_paused = true)]
async fn a_pause_beyond_the_deadline_ends_a_recorded_call_during_its_wait() {
    let pause = Pause::new();
    let policy = RetryPolicy::new().jitter(Jitter::None).deadline(Duration::from_secs(20));
    let mut retries = RetryState::new(&policy).name("late").pause(&pause);
    assert!(matches!(retries.decide(TRANSIENT), Decision::Retry(_)));
    pause.hold(60 * SECOND);
    assert_eq!(retries.before_attempt().unwrap_err(), StopReason::Deadline);
    let end = Step::Stop { class: None, reason: StopReason::Deadline };
    assert_eq!(steps("late"), [(1, waited(TRANSIENT, SECOND)), (1, end)]);
}

// SPEC 16.1
#[tokio::test(start_paused = true)]
async fn an_attempt_that_resets_the_count_is_a_success_and_a_new_call_begins() {
    #[retry(max = 1, base = "1s", jitter = none, name = "reset", reset_after = "60s")]
    async fn subscribe(attempts: &AtomicU32) -> Result<(), Classified> {
        if attempts.fetch_add(1, Ordering::Relaxed) == 1 {
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
        Err(Classified(TRANSIENT))
    }
    subscribe(&AtomicU32::new(0)).await.unwrap_err();
    let first = (1, waited(TRANSIENT, SECOND));
    let stop = Step::Stop { class: Some(TRANSIENT), reason: StopReason::Exhausted };
    assert_eq!(steps("reset"), [first, (2, Step::Success), first, (2, stop)]);
    assert_eq!(site("reset").calls(), 2);

    let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("reset::by_hand");
    let _ = retries.decide(TRANSIENT);
    retries.reset();
    let _ = retries.decide(NOT_FOUND);
    let stop = Step::Stop { class: Some(NOT_FOUND), reason: StopReason::Permanent };
    assert_eq!(steps("reset::by_hand")[1..], [(2, Step::Success), (1, stop)]);
}

// SPEC 16.1
#[tokio::test(start_paused = true)]
async fn a_call_that_goes_on_for_ever_is_recorded_as_going_on() {
    let script = Script::new(&[TRANSIENT, ErrorClass::Permanent]);
    let policy = RetryPolicy::new().max_retries(1).jitter(Jitter::None);
    policy.retry(async || script.next()).name("forever").forever().await;
    let site = site("forever");
    let expected = [(1, waited(TRANSIENT, SECOND)), (2, waited(TRANSIENT, 2 * SECOND))];
    assert_eq!(steps("forever")[..2], expected);
    assert_eq!(site.records().last().map(Record::step), Some(Step::Success));
    let replay = site.replay(&policy);
    assert_eq!(replay.recorded().attempts(), 3);
    assert_eq!(replay.recorded().successes(), 1);
    assert_eq!(replay.recorded().reasons().count(), 0);

    let (script, empty) = (Script::new(&[TRANSIENT]), RetryBudget::new(0, 10, 10, 1));
    let call = policy.retry(async || script.next()).name("forever without tokens").budget(&empty);
    call.forever().await;
    let steps = steps("forever without tokens");
    let last = [(1, waited(TRANSIENT, SECOND)), (2, Step::Success)];
    assert_eq!(steps[steps.len() - 2..], last);
}

// SPEC 16.1
#[test]
fn a_ring_keeps_the_last_1024_records() {
    for _ in 0..1_100 {
        let _ = RetryState::new(&RetryPolicy::DEFAULT).name("full").decide(NOT_FOUND);
    }
    let site = site("full");
    assert_eq!((site.records().len(), site.calls()), (1_024, 1_100));
    let numbers: Vec<u16> = site.records().iter().map(Record::call).collect();
    assert!(numbers.is_sorted(), "the oldest first");
}

// SPEC 16.1
#[test]
fn a_simulation_is_not_recorded() {
    let outage = testing::Outage::new(RetryPolicy::new()).down(SECOND..60 * SECOND);
    assert!(outage.run(1).added_load() > 1.0);
    assert!(recorder::recording().site("outage").is_none());
}

/// The records of calls by hand, with these failures; `Ok` ends a call with a success.
fn recorded(name: &'static str, policy: &RetryPolicy, calls: &[(&[ErrorClass], bool)]) {
    let _guard = testing::no_wait();
    for (failures, succeeds) in calls {
        let mut retries = RetryState::new(policy).name(name);
        for class in *failures {
            let _ = retries.decide(*class);
        }
        if *succeeds {
            retries.succeeded();
        }
    }
}

fn replay(name: &str, policy: &str) -> Replay {
    site(name).replay(&policy.parse().unwrap())
}

const STATUS_502: ErrorClass = ErrorClass::Status { code: 502, retry_after: None };

// SPEC 16.3
#[test]
fn a_replay_tells_what_another_policy_saves_and_loses() {
    let policy: RetryPolicy =
        "max = 4, base = 1s, jitter = none, status(502, 503)".parse().unwrap();
    recorded(
        "replay",
        &policy,
        &[
            (&[TRANSIENT], true),
            (&[STATUS_502, STATUS_502], true),
            (&[HINTED, TRANSIENT, TRANSIENT], true),
            (&[TRANSIENT; 5], false),
        ],
    );
    let site = site("replay");
    let all = site.replay(&policy);
    assert_eq!(all.calls(), 4);
    assert_eq!(all.recorded().attempts(), 2 + 3 + 4 + 5);
    assert_eq!(all.recorded().successes(), 3);
    // Policy, attempts saved, successes lost, calls with an unknown end, successes too early, ends too late.
    let cases = [
        ("max = 4, jitter = none, status(502, 503)", 0, 0, 0, 0, 0),
        ("max = 0", 10, 3, 0, 0, 0),
        ("max = 1, jitter = none, status(502, 503)", 1 + 2 + 3, 2, 0, 0, 0),
        ("max = 2, jitter = none, status(502, 503)", 1 + 2, 1, 0, 0, 0),
        ("max = 9, jitter = none, status(502, 503)", 0, 0, 1, 0, 0),
        ("max = 4, jitter = none", 2, 1, 0, 0, 0),
        ("max = 4, jitter = none, repeat = unsent", 10, 3, 0, 0, 0),
        // The third call has waited 7 s and then 2 s and 4 s, the deadline counts from the first failure.
        ("max = 4, jitter = none, status(502, 503), deadline = 9s", 2 + 1, 1, 0, 0, 0),
        ("max = 4, jitter = none, status(502, 503), retry_after_cap = give_up(5s)", 3, 1, 0, 0, 0),
        ("max = 4, jitter = none, status(502, 503), base = 2s", 0, 0, 0, 0, 1),
        ("max = 4, jitter = none, status(502, 503), base = 500ms", 0, 0, 0, 3, 0),
    ];
    for (policy, saved, lost, unknown, early, late) in cases {
        let replay = replay("replay", policy);
        assert_eq!(replay.attempts_saved(), saved..=saved, "{policy}");
        assert_eq!(replay.successes_lost(), lost..=lost, "{policy}");
        assert_eq!(replay.longest().unknown(), unknown, "{policy}");
        assert_eq!(replay.early(), early..=early, "{policy}");
        assert_eq!(replay.late(), late..=late, "{policy}");
    }
}

// SPEC 16.3
#[test]
fn a_replay_ends_a_call_where_something_else_than_the_policy_ended_it() {
    let (policy, more) = (RetryPolicy::new().max_retries(2), RetryPolicy::new().max_retries(9));
    let budget = RetryBudget::new(14, 10, 5, 1);
    let mut retries = RetryState::new(&policy).name("elsewhere").budget(&budget);
    assert!(matches!(retries.decide(TRANSIENT), Decision::Retry(_)));
    assert_eq!(retries.decide(TRANSIENT), Decision::Stop(StopReason::Budget));

    let replay = site("elsewhere").replay(&more);
    assert_eq!(replay.longest().gave_up(StopReason::Budget), 1);
    assert_eq!(replay.longest().unknown(), 0);
    let fewer = site("elsewhere").replay(&RetryPolicy::OFF);
    assert_eq!(fewer.longest().gave_up(StopReason::Exhausted), 1);
    assert_eq!(fewer.longest().gave_up(StopReason::Budget), 0);
}

// SPEC 16.3, 11.1.2
#[cfg(feature = "tower")]
#[tokio::test(start_paused = true)]
async fn a_replay_repeats_no_request_that_could_not_be_cloned() {
    use http::{Request, Response};
    use tower::{ServiceBuilder, ServiceExt, service_fn};

    let busy = |_: Request<String>| async {
        Response::builder().status(503).body(()).map_err(io::Error::other)
    };
    let layer = retry_kit::RetryLayer::new(RetryPolicy::DEFAULT).name("uncloned");
    let layer = layer.clone_with(|_: &Request<String>| None);
    let service = ServiceBuilder::new().layer(layer).service(service_fn(busy));
    assert!(service.oneshot(Request::new(String::new())).await.is_ok());

    let replay = site("uncloned").replay(&RetryPolicy::new().max_retries(9));
    assert_eq!(replay.longest().gave_up(StopReason::NotRepeatable), 1);
    assert_eq!((replay.longest().attempts(), replay.longest().unknown()), (1, 0));
}

// SPEC 16.3
#[test]
fn a_call_without_an_end_stays_open() {
    let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("open");
    let _ = retries.decide(TRANSIENT);
    let replay = site("open").replay(&RetryPolicy::DEFAULT);
    let open = |tally: &recorder::Tally| (tally.attempts(), tally.open(), tally.successes());
    assert_eq!(open(replay.recorded()), (1, 1, 0));
    assert_eq!(open(replay.longest()), (1, 1, 0));
    assert_eq!(site("open").replay(&RetryPolicy::OFF).longest().open(), 0);
}

// SPEC 16.3
#[test]
fn a_call_whose_beginning_is_gone_is_left_out() {
    let policy = RetryPolicy::new().max_retries(1_500);
    recorded("cut", &policy, &[(&vec![TRANSIENT; 1_030], true), (&[TRANSIENT], true)]);
    let replay = site("cut").replay(&policy);
    assert_eq!((replay.calls(), replay.cut()), (1, 1));
    assert_eq!(replay.recorded().attempts(), 2);
}

// SPEC 16.3
#[test]
fn calls_that_alternate_are_told_apart() {
    let _guard = testing::no_wait();
    let policy = RetryPolicy::new().max_retries(2);
    let mut calls = [(); 2].map(|()| RetryState::new(&policy).name("alternate"));
    for _ in 0..3 {
        for call in &mut calls {
            let _ = call.decide(TRANSIENT);
        }
    }
    let replay = site("alternate").replay(&policy);
    assert_eq!((replay.calls(), replay.cut()), (2, 0));
    assert_eq!(replay.recorded().gave_up(StopReason::Exhausted), 2);
    assert_eq!(replay.recorded().attempts(), 6);
}

// SPEC 16.3
#[test]
fn retries_of_a_lower_layer_count_in_a_replay_too() {
    let mut retries = RetryState::new(&RetryPolicy::new().max_retries(4)).name("spent");
    retries.spend(1);
    let _ = retries.decide(TRANSIENT);
    retries.spend(1);
    let _ = retries.decide(TRANSIENT);
    retries.succeeded();
    let replay = |max| site("spent").replay(&RetryPolicy::new().max_retries(max));
    assert_eq!(replay(4).successes_lost(), 0..=0);
    assert_eq!(replay(3).successes_lost(), 1..=1);
}

// SPEC 16.3
#[test]
fn where_jitter_decides_a_replay_tells_both_ends() {
    let policy = RetryPolicy::new().jitter(Jitter::None);
    recorded("jitter", &policy, &[(&[TRANSIENT, TRANSIENT], true)]);
    // Waits of 1 to 2 s and 2 to 4 s.
    let replay = replay("jitter", "deadline = 5s");
    assert_eq!(replay.shortest().waits(), 3 * SECOND);
    assert_eq!(replay.shortest().successes(), 1);
    assert_eq!(replay.longest().gave_up(StopReason::Deadline), 1);
    assert_eq!(replay.successes_lost(), 0..=1);
    assert_eq!(replay.attempts_saved(), 0..=1);
}

// SPEC 16.3
#[tokio::test(start_paused = true)]
async fn a_replay_takes_as_long_for_each_attempt_as_was_recorded() {
    let policy = RetryPolicy::new().jitter(Jitter::None);
    let mut retries = RetryState::new(&policy).name("attempts");
    for _ in 0..2 {
        let Decision::Retry(wait) = retries.decide(TRANSIENT) else { panic!() };
        tokio::time::sleep(wait.duration() + 10 * SECOND).await;
    }
    retries.succeeded();
    // The second attempt took 10 s, and began 1 s after the first failure.
    for (deadline, lost) in [("14s", 0), ("13s", 1)] {
        let replay = replay("attempts", &format!("jitter = none, deadline = {deadline}"));
        assert_eq!(replay.successes_lost(), lost..=lost, "{deadline}");
    }
}

// SPEC 16.3
#[tokio::test(start_paused = true)]
async fn a_wait_for_a_pause_is_as_long_in_a_replay() {
    let pause = Pause::new();
    let policy = RetryPolicy::new().jitter(Jitter::None);
    let mut retries = RetryState::new(&policy).name("held").pause(&pause);
    pause.hold(30 * SECOND);
    let Decision::Retry(wait) = retries.decide(TRANSIENT) else { panic!() };
    tokio::time::sleep(wait.duration()).await;
    retries.succeeded();
    let Step::Retry { is_for_pause, .. } = site("held").records()[0].step() else { panic!() };
    assert!(is_for_pause);
    let recorded = site("held").replay(&policy).recorded().waits();
    assert!((30 * SECOND..32 * SECOND).contains(&recorded), "{recorded:?}");
    let faster = replay("held", "jitter = none, base = 1ms");
    assert_eq!(faster.longest().waits(), recorded);
    assert_eq!(faster.early(), 0..=0);
    let slower = replay("held", "jitter = none, base = 50s");
    assert_eq!(slower.longest().waits(), 50 * SECOND);
    let limited = replay("held", "jitter = none, deadline = 30s");
    assert_eq!(limited.longest().gave_up(StopReason::Deadline), 1);

    // A backoff that is longer than the pause.
    let pause = Pause::new();
    pause.hold(SECOND / 2);
    let mut retries = RetryState::new(&policy).name("held::shortly").pause(&pause);
    let _ = retries.decide(TRANSIENT);
    assert_eq!(site("held::shortly").records()[0].step(), waited(TRANSIENT, SECOND));
}

// SPEC 16.3
#[tokio::test(start_paused = true)]
async fn a_wait_that_was_cut_ends_a_replay_only_where_the_other_wait_is_no_shorter() {
    #[retry(base = "60s", jitter = none, name = "stopped", cancel = tokio::time::sleep(30 * SECOND))]
    async fn stopped() -> Result<(), Classified> {
        Err(Classified(TRANSIENT))
    }
    stopped().await.unwrap_err();
    let recorded = site("stopped").replay(&RetryPolicy::DEFAULT).recorded().clone();
    assert_eq!((recorded.waits(), recorded.gave_up(StopReason::Cancelled)), (30 * SECOND, 1));
    // Base, calls with an unknown end, waits.
    for (base, unknown, waits) in
        [("10s", 1, 10), ("29999ms", 1, 29), ("30s", 0, 30), ("50s", 0, 30)]
    {
        let replay = replay("stopped", &format!("base = {base}, jitter = none"));
        assert_eq!(replay.longest().unknown(), unknown, "{base}");
        assert_eq!(replay.longest().gave_up(StopReason::Cancelled), 1 - unknown, "{base}");
        assert_eq!(replay.longest().waits().as_secs(), waits, "{base}");
    }

    let pause = Pause::new();
    let policy = RetryPolicy::new().jitter(Jitter::None).deadline(20 * SECOND);
    let mut retries = RetryState::new(&policy).name("stopped::late").pause(&pause);
    let Decision::Retry(wait) = retries.decide(TRANSIENT) else { panic!() };
    tokio::time::sleep(wait.duration()).await;
    pause.hold(60 * SECOND);
    retries.before_attempt().unwrap_err();
    let replay = |policy: &RetryPolicy| site("stopped::late").replay(policy).longest().clone();
    assert_eq!(replay(&policy).gave_up(StopReason::Deadline), 1);
    assert_eq!(replay(&RetryPolicy::new().jitter(Jitter::None)).unknown(), 1);
}

// SPEC 16.3.1
#[test]
fn where_jitter_reaches_around_a_recorded_wait_early_and_late_are_ranges() {
    let policy: RetryPolicy = "max = 1, jitter = none".parse().unwrap();
    recorded("around", &policy, &[(&[TRANSIENT], true), (&[TRANSIENT, TRANSIENT], false)]);
    // Policy, early, late.
    let cases = [
        ("max = 1, jitter = none", 0..=0, 0..=0),
        ("max = 1, jitter = full, base = 2s", 0..=1, 0..=1),
        ("max = 1, jitter = full", 0..=1, 0..=0),
        ("max = 1, jitter = additive", 0..=0, 0..=1),
        ("max = 1, jitter = none, base = 500ms", 1..=1, 0..=0),
        ("max = 1, jitter = none, base = 2s", 0..=0, 1..=1),
    ];
    for (policy, early, late) in cases {
        let replay = replay("around", policy);
        assert_eq!((replay.early(), replay.late()), (early, late), "{policy}");
    }
}

// SPEC 16.1
#[test]
fn the_policy_of_a_site_is_the_one_that_an_override_leaves() {
    retry_kit::override_by_name("softened:max=1, base=5s").unwrap();
    recorded("softened", &RetryPolicy::DEFAULT, &[(&[TRANSIENT; 2], false)]);
    let softer = RetryPolicy::new().max_retries(1).base_delay(5 * SECOND);
    assert_eq!(site("softened").policy(), softer.to_string());
    assert_eq!(site("softened").keys(), Some("max = 1, base = 5s"));
    let list = RetryPolicy::from_delays(&[SECOND]);
    recorded("listed", &list, &[(&[TRANSIENT], true)]);
    assert_eq!(site("listed").keys(), None);
    assert_eq!(site("softened").replay(&softer).longest().gave_up(StopReason::Exhausted), 1);
}

// SPEC 16.1
#[test]
fn closures_and_functions_that_block_leave_the_same_records() {
    #[retry(max = 1, base = "1ms", jitter = none, name = "blocks")]
    fn blocks(script: &Script) -> Result<(), Classified> {
        script.next()
    }
    let expected = [(1, waited(TRANSIENT, SECOND / 1_000)), (2, Step::Success)];
    blocks(&Script::new(&[TRANSIENT])).unwrap();
    assert_eq!(steps("blocks"), expected);
    let policy: RetryPolicy = "max = 1, base = 1ms, jitter = none".parse().unwrap();
    let script = Script::new(&[TRANSIENT]);
    policy.retry_blocking(|| script.next()).name("blocks::closure").call().unwrap();
    assert_eq!(steps("blocks::closure"), expected);
}

// SPEC 16.1
#[test]
fn threads_record_side_by_side() {
    std::thread::scope(|threads| {
        for _ in 0..8 {
            threads.spawn(|| {
                recorded("threads", &RetryPolicy::DEFAULT, &[(&[TRANSIENT][..], true); 50]);
            });
        }
    });
    let replay = site("threads").replay(&RetryPolicy::DEFAULT);
    assert_eq!((replay.calls(), replay.cut(), replay.recorded().successes()), (400, 0, 400));
}

// SPEC 16.2
#[test]
fn a_recording_is_the_same_after_a_way_through_bytes() {
    let policy = RetryPolicy::new().max_retries(7);
    recorded("bytes", &policy, &[(&[TRANSIENT, HINTED], true)]);
    let recording = recorder::recording();
    let site = recording.sites().iter().find(|site| site.name() == "bytes").unwrap();
    assert_eq!(site.policy(), policy.to_string());
    let (began, now) = (recording.began().unwrap(), SystemTime::now());
    assert!(began <= now && now < began + Duration::from_secs(3_600), "{began:?}");
    let bytes = recording.to_bytes();
    let read = Recording::from_bytes(&bytes).unwrap();
    assert_eq!(read.sites(), recording.sites());
    assert_eq!(read.length().as_millis(), recording.length().as_millis());
    assert_eq!(read.to_bytes(), bytes);
    let difference = began.duration_since(read.began().unwrap()).unwrap();
    assert!(difference < Duration::from_millis(1), "{difference:?}");
    // A recording without a failure has no beginning.
    let mut unbegun = bytes.clone();
    unbegun[8..16].fill(0);
    assert_eq!(Recording::from_bytes(&unbegun).unwrap().began(), None);
    let empty = [b"retries\x01".as_slice(), &[0; 8], &7_000_u64.to_le_bytes(), &[0; 4]].concat();
    assert_eq!(Recording::from_bytes(&empty).unwrap().length(), 7 * SECOND);
    for length in 0..bytes.len() {
        Recording::from_bytes(&bytes[..length]).unwrap_err();
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    Recording::from_bytes(&longer).unwrap_err();
    let mut other = bytes;
    other[7] += 1;
    let error = Recording::from_bytes(&other).unwrap_err();
    assert!(error.to_string().contains("another version"), "{error}");
}

fn any_class() -> impl Strategy<Value = ErrorClass> {
    // A record holds these exactly.
    let hint = prop_oneof![
        (0_u64..32_768).prop_map(Duration::from_millis),
        (0_u64..400).prop_map(Duration::from_secs),
    ];
    let hint = prop::option::of(hint);
    let code = prop::sample::select(vec![403, 404, 429, 500, 503, 504]);
    prop_oneof![
        4 => Just(ErrorClass::Transient),
        1 => Just(ErrorClass::Unsent),
        1 => Just(ErrorClass::Permanent),
        1 => hint.clone().prop_map(|retry_after| ErrorClass::Throttled { retry_after }),
        1 => (code, hint).prop_map(|(code, retry_after)| ErrorClass::Status { code, retry_after }),
    ]
}

fn any_policy() -> impl Strategy<Value = RetryPolicy> {
    let jitter = prop::sample::select(vec!["additive", "full", "equal", "none", "symmetric(0.5)"]);
    let backoff = prop::sample::select(vec!["exponential", "fixed", "decorrelated"]);
    (0_u32..6, 0_u64..5_000, jitter, backoff, any::<bool>()).prop_map(
        |(max, base, jitter, backoff, is_unsent)| {
            let jitter = if backoff == "decorrelated" { "none" } else { jitter };
            let repeat = if is_unsent { ", repeat = unsent" } else { "" };
            format!("max = {max}, base = {base}ms, jitter = {jitter}, backoff = {backoff}{repeat}")
                .parse()
                .unwrap()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    // SPEC 16.3
    #[test]
    fn a_replay_under_the_recorded_policy_changes_nothing(
        policy in any_policy(),
        calls in prop::collection::vec((prop::collection::vec(any_class(), 1..8), any::<bool>()), 1..5),
        seed in any::<u64>(),
    ) {
        static CASES: AtomicU32 = AtomicU32::new(0);
        // Each case needs a name of its own.
        let name: &'static str = format!("same::{}", CASES.fetch_add(1, Ordering::Relaxed)).leak();
        for (failures, succeeds) in &calls {
            let mut retries = RetryState::seeded(&policy, seed).name(name);
            let gave_up = failures.iter().any(|class| matches!(retries.decide(*class), Decision::Stop(_)));
            if *succeeds && !gave_up {
                retries.succeeded();
            }
        }
        let is_recorded = |failures: &[ErrorClass]| failures[0] != ErrorClass::Permanent;
        let recorded = calls.iter().filter(|(failures, _)| is_recorded(failures)).count();
        prop_assume!(recorded > 0);
        let replay = site(name).replay(&policy);
        prop_assert_eq!(replay.calls(), recorded as u64);
        prop_assert_eq!(replay.attempts_saved(), 0..=0);
        prop_assert_eq!(replay.successes_lost(), 0..=0);
        prop_assert_eq!(*replay.early().start(), 0);
        prop_assert_eq!(replay.longest().unknown(), 0);
        let reasons = |tally: &recorder::Tally| tally.reasons().collect::<Vec<_>>();
        prop_assert_eq!(reasons(replay.longest()), reasons(replay.recorded()));
        prop_assert!(replay.shortest().waits() <= replay.recorded().waits());
        prop_assert_eq!(*replay.late().start(), 0);
        prop_assert!(replay.recorded().waits() <= replay.longest().waits());
    }

    // SPEC 16.2
    #[test]
    fn bytes_that_are_no_recording_are_refused_or_read(bytes in any::<Vec<u8>>(), records in any::<Vec<[u8; 16]>>()) {
        let _ = Recording::from_bytes(&bytes);
        // One site named `x` whose records are anything.
        let count = u32::try_from(records.len()).unwrap();
        let mut recording = b"retries\x01".to_vec();
        recording.extend([0; 16]);
        recording.extend([1, 0, 0, 0, 1, 0, 0, 0, b'x', 0, 0, 0, 0, 0, 0, 0, 0]);
        recording.extend([0; 8]);
        recording.extend(count.to_le_bytes());
        recording.extend(records.concat());
        let recording = Recording::from_bytes(&recording).unwrap();
        let site = recording.site("x").unwrap();
        prop_assert_eq!(site.records().len(), records.len());
        let replay = site.replay(&RetryPolicy::new().unlimited());
        prop_assert!(replay.calls() + replay.cut() <= records.len() as u64);
        prop_assert!(replay.longest().attempts() <= records.len() as u64);
    }
}
