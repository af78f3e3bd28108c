//! `pause`: when a server asks one call to wait, all calls do.

#![cfg(all(feature = "macros", feature = "tokio"))]

mod support;

use std::cell::{Cell, RefCell};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use retry_kit::{
    Decision, ErrorClass, GiveUp, Jitter, Pause, Repeat, RetryBudget, RetryPolicy, RetryState,
    StopReason, TimedOut, retry, testing,
};
use support::{Failure, PERMANENT, Script, TRANSIENT, status, throttled};
use tokio::time::{Instant, sleep, timeout};

type Outcome = Result<usize, Failure>;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Waits of 1, 2 and 4 s, without a spread.
const EXACT: RetryPolicy = RetryPolicy::new().jitter(Jitter::None);

/// The form of a retried call.
#[derive(Clone, Copy, Debug)]
enum Form {
    Attribute,
    Function,
    Local,
    ByHand,
}

const FORMS: [Form; 4] = [Form::Attribute, Form::Function, Form::Local, Form::ByHand];

impl Form {
    async fn call(
        self,
        pause: &Pause,
        policy: &RetryPolicy,
        operation: &dyn Fn() -> Outcome,
    ) -> Outcome {
        #[retry(policy = policy, pause = pause)]
        async fn attribute(
            pause: &Pause,
            policy: &RetryPolicy,
            operation: &dyn Fn() -> Outcome,
        ) -> Outcome {
            operation()
        }

        match self {
            Self::Attribute => attribute(pause, policy, operation).await,
            Self::Function => {
                policy.retry(async || operation()).pause(pause).timeout(None::<Duration>).await
            }
            Self::Local => policy.retry_local(async || operation()).pause(pause).await,
            Self::ByHand => by_hand(pause, policy, operation).await,
        }
    }
}

async fn by_hand(pause: &Pause, policy: &RetryPolicy, operation: &dyn Fn() -> Outcome) -> Outcome {
    let mut retries = RetryState::new(policy).pause(pause);
    loop {
        while let Some(wait) = retries.before_attempt().map_err(|_| PERMANENT)? {
            sleep(wait.duration()).await;
        }
        let failure = match operation() {
            Ok(calls) => return Ok(calls),
            Err(failure) => failure,
        };
        match retries.decide(failure.0) {
            Decision::Retry(wait) => sleep(wait.duration()).await,
            Decision::Stop(_) => return Err(failure),
        }
    }
}

// SPEC 7.6
#[tokio::test(start_paused = true)]
async fn a_hint_to_one_call_makes_all_calls_wait_first_attempts_included() {
    for form in FORMS {
        let (pause, start) = (Pause::new(), Instant::now());
        let told = Script::new([throttled(7)]);
        let others = async {
            sleep(seconds(3)).await;
            assert_eq!(pause.remaining(), Some(seconds(4)), "{form:?}");
            let at = async || {
                assert_eq!(form.call(&pause, &EXACT, &|| Ok(1)).await, Ok(1));
                start.elapsed()
            };
            assert_eq!(tokio::join!(at(), at()), (seconds(7), seconds(7)), "{form:?}");
        };
        let call = || told.call();
        let (outcome, ()) = tokio::join!(form.call(&pause, &EXACT, &call), others);
        assert_eq!((outcome, told.waits()), (Ok(2), support::seconds(&[7])), "{form:?}");
        assert_eq!(pause.remaining(), None);
    }
}

// SPEC 7.6.2
#[tokio::test(start_paused = true)]
async fn a_call_waits_for_the_longer_of_its_own_wait_and_the_pause_not_for_the_sum() {
    // The seconds for which another call pauses all, the call's own failure, and how long it waits.
    let cases = [
        (5, TRANSIENT, 5),
        (1, TRANSIENT, 1),
        (0, TRANSIENT, 1),
        (5, throttled(3), 5),
        (5, throttled(9), 9),
    ];
    for form in FORMS {
        for (held, failure, waits) in cases {
            // Before the failure, or while the call waits already.
            for late in [0, 500] {
                let (pause, start, calls) = (Pause::new(), Instant::now(), Cell::new(0));
                let operation = || {
                    calls.set(calls.get() + 1);
                    if calls.get() > 1 {
                        return Ok(calls.get());
                    }
                    if late == 0 {
                        pause.hold(seconds(held));
                    }
                    Err(failure)
                };
                let other = async {
                    sleep(Duration::from_millis(late)).await;
                    pause.hold(seconds(held).saturating_sub(Duration::from_millis(late)));
                };
                let (outcome, ()) = tokio::join!(form.call(&pause, &EXACT, &operation), other);
                assert_eq!(outcome, Ok(2));
                assert_eq!(start.elapsed(), seconds(waits), "{form:?} {held} {failure} {late}");
            }
        }
    }
}

// SPEC 7.6.1
#[tokio::test(start_paused = true)]
async fn only_a_hint_that_the_policy_obeys_starts_a_pause() {
    let minute = Some(seconds(60));
    let hint = |code| Failure(ErrorClass::Status { code, retry_after: minute });
    let capped = EXACT.retry_after_cap(seconds(10));
    let strict = EXACT.give_up_on_hint_over(seconds(10));
    let long = seconds(60);
    let cases = [
        (EXACT, throttled(60), Some(long)),
        (EXACT, hint(429), Some(long)),
        (EXACT, hint(503), Some(long)),
        (EXACT, throttled(600), Some(seconds(300))),
        (capped, throttled(60), Some(seconds(10))),
        (capped, throttled(5), Some(seconds(5))),
        (strict, throttled(5), Some(seconds(5))),
        // A short hint lengthens the wait of this call to its base delay, but asks no one else to.
        (EXACT.base_delay(seconds(20)), throttled(2), Some(seconds(2))),
        // The call gives up, but the server means all.
        (EXACT.repeat(Repeat::Unsent), throttled(60), Some(long)),
        (EXACT.max_retries(0), throttled(60), Some(long)),
        (EXACT.deadline(seconds(5)), throttled(60), Some(long)),
        (strict, throttled(60), None),
        (strict, throttled(11), None),
        (EXACT, hint(500), None),
        (EXACT, status(503), None),
        (EXACT, throttled(0), None),
        (EXACT, Failure(ErrorClass::Throttled { retry_after: None }), None),
        (EXACT, TRANSIENT, None),
        (EXACT, PERMANENT, None),
    ];
    for form in FORMS {
        for (policy, failure, expected) in cases {
            let (pause, calls) = (Pause::new(), Cell::new(0));
            let operation = || {
                calls.set(calls.get() + 1);
                if calls.get() > 1 { Ok(2) } else { Err(failure) }
            };
            let call = form.call(&pause, &policy, &operation);
            let _ = timeout(Duration::ZERO, call).await;
            assert_eq!(calls.get(), 1);
            assert_eq!(pause.remaining(), expected, "{form:?} {policy} {failure}");
        }
    }
}

// SPEC 7.6.1
#[tokio::test(start_paused = true)]
async fn a_budget_that_is_empty_does_not_keep_the_others_from_waiting() {
    static EMPTY: RetryBudget = RetryBudget::new(0, 1, 1, 1);
    static PAUSE: Pause = Pause::new();
    #[retry(pause = &PAUSE, budget = &EMPTY)]
    async fn refused() -> Outcome {
        Err(throttled(9))
    }
    assert_eq!(refused().await, Err(throttled(9)));
    assert_eq!(PAUSE.remaining(), Some(seconds(9)));
}

// SPEC 7.6
#[tokio::test(start_paused = true)]
async fn a_pause_gets_longer_but_never_shorter_and_is_looked_at_again_after_the_wait() {
    for form in FORMS {
        let (pause, start) = (Pause::new(), Instant::now());
        pause.hold(seconds(10));
        pause.hold(seconds(4));
        assert_eq!(pause.remaining(), Some(seconds(10)));
        let raises = async {
            for (after, held) in [(5, 2), (1, 9), (8, 20)] {
                sleep(seconds(after)).await;
                pause.hold(seconds(held));
            }
        };
        let operation = || Ok(1);
        let (outcome, ()) = tokio::join!(form.call(&pause, &EXACT, &operation), raises);
        assert_eq!((outcome, start.elapsed()), (Ok(1), seconds(34)), "{form:?}");
    }
}

// SPEC 7.6.3
#[tokio::test(start_paused = true)]
async fn calls_leave_a_pause_spread_over_the_base_delay_unless_there_is_no_jitter() {
    // The policy and the width of the spread in seconds.
    let policies = [
        (RetryPolicy::new(), 1),
        (RetryPolicy::new().base_delay(seconds(20)), 20),
        (RetryPolicy::new().base_delay(seconds(20)).jitter(Jitter::additive(0.1)), 2),
        (RetryPolicy::new().base_delay(seconds(20)).jitter(Jitter::Full), 20),
        (EXACT, 0),
    ];
    for form in FORMS {
        for (policy, width) in policies {
            let (pause, start) = (Pause::new(), Instant::now());
            pause.hold(seconds(100));
            let times = RefCell::new(Vec::new());
            let operation = || {
                times.borrow_mut().push(start.elapsed());
                Ok(1)
            };
            join_all((0..200).map(|_| form.call(&pause, &policy, &operation))).await;
            let times = times.into_inner();
            let (first, last) = (times.iter().min().unwrap(), times.iter().max().unwrap());
            // Tokio's timer sleeps to the end of a millisecond.
            let end = seconds(100 + width) + Duration::from_millis(1);
            assert!(*first >= seconds(100) && *last <= end, "{form:?} {first:?} {last:?}");
            assert!(
                last.abs_diff(*first) >= seconds(width) * 9 / 10,
                "{form:?} {first:?} {last:?}"
            );
        }
    }
}

// SPEC 7.6.2
#[tokio::test(start_paused = true)]
async fn a_wait_for_the_pause_is_no_retry_and_takes_nothing_from_the_budget() {
    #[retry(max = 1, jitter = none, pause = pause, budget = budget, on_retry = |_| told.set(told.get() + 1))]
    async fn call(
        pause: &Pause,
        budget: &RetryBudget,
        told: &Cell<u32>,
        script: &Script,
    ) -> Outcome {
        script.call()
    }

    let (pause, budget, told) = (Pause::new(), RetryBudget::new(10, 10, 10, 0), Cell::new(0));
    let script = Script::new([TRANSIENT]);
    pause.hold(seconds(3));
    let again = async {
        sleep(Duration::from_millis(3_500)).await;
        // The retry has taken its tokens. It waits twice more.
        assert_eq!(budget.available(), 0);
        for _ in 0..2 {
            pause.hold(seconds(5));
            sleep(seconds(4)).await;
        }
    };
    let (outcome, ()) = tokio::join!(call(&pause, &budget, &told, &script), again);
    assert_eq!((outcome, told.get(), budget.available()), (Ok(2), 1, 10));
    assert_eq!(script.waits(), [Duration::from_millis(9_500)]);
}

// SPEC 7.6.4, 3.6
#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_during_a_pause_leaves_pause_and_budget_unchanged() {
    #[retry(jitter = none, pause = pause, budget = budget)]
    async fn attribute(pause: &Pause, budget: &RetryBudget, script: &Script) -> Outcome {
        script.call()
    }

    for is_function in [false, true] {
        let (pause, budget) = (Pause::new(), RetryBudget::new(10, 10, 10, 0));
        // The pause begins while the retry waits.
        let script = Script::new([TRANSIENT; 2]);
        let call = async {
            if is_function {
                let call = EXACT.retry(async || script.call()).pause(&pause);
                let _ = timeout(seconds(5), call.budget(&budget)).await;
            } else {
                let _ = timeout(seconds(5), attribute(&pause, &budget, &script)).await;
            }
        };
        let other = async {
            sleep(Duration::from_millis(500)).await;
            pause.hold(seconds(60));
        };
        tokio::join!(call, other);
        assert_eq!((script.calls(), budget.available()), (1, 10));
        assert_eq!(pause.remaining(), Some(Duration::from_millis(55_500)));
    }
}

// SPEC 7.6
#[tokio::test(start_paused = true)]
async fn two_pauses_are_independent() {
    let (one, other, start) = (Pause::new(), Pause::new(), Instant::now());
    one.hold(seconds(9));
    for form in FORMS {
        assert_eq!(form.call(&other, &EXACT, &|| Ok(1)).await, Ok(1));
        assert_eq!(start.elapsed(), Duration::ZERO);
    }
    assert_eq!((one.remaining(), other.remaining()), (Some(seconds(9)), None));
}

struct Client {
    pause: Pause,
    shared: Arc<Pause>,
    optional: Option<Pause>,
}

impl Client {
    #[retry(jitter = none, pause = &self.pause)]
    async fn field(&self) -> Outcome {
        Ok(1)
    }

    #[retry(jitter = none, pause = &self.shared)]
    async fn pointer(&self) -> Outcome {
        Ok(1)
    }

    #[retry(jitter = none, pause = self.optional.as_ref(), timeout = "5s", attempt = attempt)]
    async fn optional(&mut self) -> Outcome {
        Ok(attempt.number() as usize)
    }
}

// SPEC 7.6
#[tokio::test(start_paused = true)]
async fn a_pause_may_be_a_field_behind_a_pointer_or_missing() {
    let held = |seconds| {
        let pause = Pause::default();
        pause.hold(self::seconds(seconds));
        pause
    };
    let mut client = Client { pause: held(2), shared: Arc::new(held(3)), optional: Some(held(6)) };
    let start = Instant::now();
    for ends in [2, 3, 6] {
        let outcome = match ends {
            2 => client.field().await,
            3 => client.pointer().await,
            _ => client.optional().await,
        };
        assert_eq!((outcome, start.elapsed()), (Ok(1), seconds(ends)));
    }
    client.optional = None;
    assert_eq!((client.optional().await, start.elapsed()), (Ok(1), seconds(6)));
}

#[retry(max = 1, jitter = none, pause)]
async fn own<const N: u32>(script: &Script) -> Outcome {
    script.call()
}

// SPEC 7.6
#[tokio::test(start_paused = true)]
async fn a_bare_pause_belongs_to_its_function_alone_all_instances_included() {
    let (told, other, start) = (Script::new([throttled(5)]), Script::new([]), Instant::now());
    let later = async {
        sleep(seconds(1)).await;
        assert_eq!(own::<2>(&other).await, Ok(1));
        assert_eq!(start.elapsed(), seconds(5));
    };
    let (outcome, ()) = tokio::join!(own::<1>(&told), later);
    assert_eq!(outcome, Ok(2));
}

#[retry(jitter = none, base = "1ms", pause = pause, deadline = deadline)]
fn blocking(pause: &Pause, script: &Script) -> Outcome {
    script.call()
}

#[allow(non_upper_case_globals, reason = "the name of the key")]
const deadline: Duration = Duration::from_secs(60);

// SPEC 7.6
#[tokio::test]
async fn a_blocking_function_waits_by_blocking() {
    let (pause, start) = (Pause::new(), std::time::Instant::now());
    let held = Duration::from_millis(50);
    pause.hold(held);
    assert_eq!(blocking(&pause, &Script::new([TRANSIENT])), Ok(2));
    assert!(start.elapsed() >= held, "{:?}", start.elapsed());
    pause.hold(deadline * 2);
    let script = Script::new([]);
    assert_eq!(blocking(&pause, &script), Err(TRANSIENT));
    assert_eq!(script.calls(), 0);
}

/// An error that says whether it stands for a deadline in a pause.
#[derive(Debug, PartialEq)]
enum Error {
    Failed,
    Late(TimedOut),
}

impl From<TimedOut> for Error {
    fn from(timed_out: TimedOut) -> Self {
        Self::Late(timed_out)
    }
}

impl retry_kit::Classify for Error {
    fn classify(&self) -> ErrorClass {
        ErrorClass::Transient
    }
}

type Log = Mutex<Vec<(u32, StopReason, Duration)>>;

fn note(error: Error, give_up: &GiveUp, log: &Log) -> Error {
    log.lock().unwrap().push((give_up.attempts(), give_up.reason(), give_up.waited()));
    error
}

fn outcome(failures: &Cell<u32>) -> Result<(), Error> {
    let left = failures.get().checked_sub(1);
    failures.set(left.unwrap_or_default());
    left.map_or(Ok(()), |_| Err(Error::Failed))
}

#[retry(
    jitter = none, pause = pause, deadline = "10s",
    give_up = |error, give_up| note(error, give_up, log),
)]
async fn by_constant(pause: &Pause, failures: &Cell<u32>, log: &Log) -> Result<(), Error> {
    outcome(failures)
}

#[retry(
    max = 1, jitter = none, pause = pause, timeout = "1s", fits = "10s",
    give_up = |error, give_up| note(error, give_up, log),
)]
async fn by_fits(pause: &Pause, failures: &Cell<u32>, log: &Log) -> Result<(), Error> {
    outcome(failures)
}

#[retry(
    policy = EXACT.deadline(seconds(10)), pause = pause,
    give_up = |error, give_up| note(error, give_up, log),
)]
async fn by_policy(pause: &Pause, failures: &Cell<u32>, log: &Log) -> Result<(), Error> {
    outcome(failures)
}

// SPEC 7.6.5
#[tokio::test(start_paused = true)]
async fn a_call_whose_deadline_comes_before_the_end_of_the_pause_gives_up_at_once() {
    let log = Log::default();
    let none = Cell::new(0);
    let late = Err(Error::Late(TimedOut::new(Duration::ZERO)));
    for form in 0..4 {
        let call = async |pause: &Pause, failures: &Cell<u32>| match form {
            0 => by_constant(pause, failures, &log).await,
            1 => by_fits(pause, failures, &log).await,
            2 => by_policy(pause, failures, &log).await,
            _ => {
                let policy = EXACT.deadline(seconds(10));
                let call = policy.retry(async || outcome(failures)).pause(pause);
                let call = call.timeout(seconds(1));
                call.give_up(|error, give_up| note(error, give_up, &log)).await
            }
        };
        let ended = || log.lock().unwrap().pop();
        let start = Instant::now();

        // In time.
        let pause = Pause::new();
        pause.hold(seconds(9));
        assert_eq!(call(&pause, &none).await, Ok(()));
        assert_eq!((start.elapsed(), ended()), (seconds(9), None));

        // Before the first attempt.
        pause.hold(seconds(10));
        assert_eq!(call(&pause, &none).await, late);
        let end = (0, StopReason::Deadline, Duration::ZERO);
        assert_eq!((start.elapsed(), ended()), (seconds(9), Some(end)));

        // After a failure: with the last error. The pause begins during the attempt.
        let pause = Pause::new();
        let once = Cell::new(1);
        pause.hold(seconds(4));
        let raises = async {
            sleep(seconds(3)).await;
            pause.hold(seconds(1));
            sleep(Duration::from_millis(1_001)).await;
            pause.hold(seconds(20));
        };
        // The retry, granted at 4 s, would begin at 5 s.
        let (outcome, ()) = tokio::join!(call(&pause, &once), raises);
        assert_eq!(outcome, late, "the failure is long gone");
        let (attempts, reason, waited) = ended().unwrap();
        assert_eq!((attempts, reason), (1, StopReason::Deadline));
        assert_eq!(waited, seconds(5), "four for the pause, one of its own");
        assert_eq!(start.elapsed(), seconds(14));
    }
}

// SPEC 7.6.5
#[tokio::test(start_paused = true)]
async fn after_a_failure_a_deadline_in_the_pause_ends_the_call_with_that_error() {
    let policy = EXACT.deadline(seconds(10));
    for form in FORMS {
        let (pause, start) = (Pause::new(), Instant::now());
        let operation = || {
            pause.hold(seconds(10));
            Err(TRANSIENT)
        };
        assert_eq!(form.call(&pause, &policy, &operation).await, Err(TRANSIENT));
        assert_eq!(start.elapsed(), Duration::ZERO, "{form:?}");
    }
    let pause = Pause::new();
    let mut state = RetryState::new(&policy).pause(&pause);
    pause.hold(seconds(10));
    assert_eq!(state.decide(ErrorClass::Transient), Decision::Stop(StopReason::Deadline));
    assert_eq!(state.before_attempt(), Err(StopReason::Deadline));
}

// SPEC 7.6.5, 7.8.1
#[tokio::test(start_paused = true)]
async fn the_deadline_of_an_attempt_around_the_call_counts_too() {
    static PAUSE: Pause = Pause::new();
    #[retry(jitter = none, pause = &PAUSE)]
    async fn inner() -> Result<(), Error> {
        Ok(())
    }
    #[retry(max = 1, jitter = none, deadline = "5s", on(Error::Failed))]
    async fn outer() -> Result<(), Error> {
        inner().await
    }

    let start = Instant::now();
    PAUSE.hold(seconds(4));
    assert_eq!(outer().await, Ok(()));
    PAUSE.hold(seconds(5));
    assert_eq!(outer().await, Err(Error::Late(TimedOut::new(Duration::ZERO))));
    assert_eq!(start.elapsed(), seconds(4));
    assert_eq!(inner().await, Ok(()));
    assert_eq!(start.elapsed(), seconds(9));
}

/// An error that `TimedOut` does not convert into.
#[derive(Debug, PartialEq)]
struct Foreign;

#[retry(policy = EXACT.deadline(seconds(10)), pause = pause, when = |_| true)]
async fn foreign(pause: &Pause) -> Result<impl Copy + use<>, Foreign> {
    Ok(1)
}

// SPEC 7.6.5
#[tokio::test(start_paused = true)]
async fn without_a_conversion_a_first_attempt_waits_the_pause_out() {
    let (pause, start) = (Pause::new(), Instant::now());
    pause.hold(seconds(20));
    assert!(foreign(&pause).await.is_ok());
    assert_eq!(start.elapsed(), seconds(20));
    pause.hold(seconds(20));
    let policy = EXACT.deadline(seconds(10));
    let call = policy.retry(async || Ok::<_, Foreign>(1)).when(|_| true).pause(&pause);
    assert_eq!(call.await, Ok(1));
    assert_eq!(start.elapsed(), seconds(40));
}

// SPEC 7.6.5, 2.3.4.1
#[tokio::test(start_paused = true)]
async fn a_function_without_errors_waits_the_pause_out_too() {
    #[retry(jitter = none, pause = pause, deadline = "10s", until = Option::is_some)]
    async fn found(pause: &Pause) -> Option<u32> {
        Some(1)
    }

    #[retry(pause = pause, deadline = "10s", until = |value| *value > 0)]
    async fn fails(pause: &Pause) -> Result<u32, TimedOut> {
        Ok(1)
    }

    let (pause, start) = (Pause::new(), Instant::now());
    pause.hold(seconds(20));
    assert_eq!(found(&pause).await, Some(1));
    assert_eq!(start.elapsed(), seconds(20));
    pause.hold(seconds(20));
    assert!(fails(&pause).await.is_err());
    assert_eq!(start.elapsed(), seconds(20));
}

// SPEC 7.6.5, 2.3.8
#[tokio::test(start_paused = true)]
async fn a_fallback_answers_for_a_call_whose_deadline_falls_into_the_pause() {
    #[retry(pause = pause, deadline = "10s", fallback = |_, end| async move { end.attempts() })]
    async fn fetch(pause: &Pause) -> Result<u32, TimedOut> {
        Ok(7)
    }

    let pause = Pause::new();
    assert_eq!(fetch(&pause).await.unwrap(), 7);
    pause.hold(seconds(20));
    assert_eq!(fetch(&pause).await.unwrap(), 0);
    let policy = EXACT.deadline(seconds(10));
    let call = || policy.retry(async || Ok::<_, TimedOut>(7)).pause(&pause).timeout(seconds(1));
    assert_eq!(call().fallback(|_, end| end.attempts()).await.unwrap(), 0);
    let local = policy.retry_local(async || Ok::<_, TimedOut>(7)).pause(&pause);
    let local = local.timeout(seconds(1)).fallback(|_, end| end.attempts());
    assert_eq!(local.await.unwrap(), 0);
}

// SPEC 7.6, 4.7.2: a first attempt that begins late has its whole timeout.
#[tokio::test(start_paused = true)]
async fn a_timeout_counts_from_the_end_of_the_pause() {
    #[retry(max = 1, jitter = none, pause = pause, timeout = "5s", deadline = "20s")]
    async fn attribute(pause: &Pause, takes: Duration) -> Outcome {
        sleep(takes).await;
        Ok(1)
    }

    let pause = Pause::new();
    for (held, takes, outcome, ends) in [
        (10, 4, Ok(1), 14),
        (10, 9, Err(TRANSIENT), 20),
        (18, 9, Err(TRANSIENT), 20),
        (0, 9, Err(TRANSIENT), 11),
    ] {
        let start = Instant::now();
        pause.hold(seconds(held));
        let takes = seconds(takes);
        assert_eq!(attribute(&pause, takes).await, outcome);
        assert_eq!(start.elapsed(), seconds(ends), "{held}");
        let start = Instant::now();
        pause.hold(seconds(held));
        let policy = EXACT.max_retries(1).deadline(seconds(20));
        let attempt = async || {
            sleep(takes).await;
            Ok(1)
        };
        let call = policy.retry(attempt).pause(&pause).timeout(seconds(5));
        assert_eq!(call.await, outcome);
        assert_eq!(start.elapsed(), seconds(ends), "{held}");
    }
}

// SPEC 7.6.6, 7.4
#[tokio::test]
async fn under_the_guard_of_tests_no_call_waits_for_a_pause() {
    let _guard = testing::no_wait();
    let begin = std::time::Instant::now();
    for form in FORMS {
        let pause = Pause::new();
        pause.hold(seconds(600));
        let calls = Cell::new(0);
        let operation = || {
            calls.set(calls.get() + 1);
            if calls.get() < 3 { Err(throttled(60)) } else { Ok(calls.get()) }
        };
        assert_eq!(form.call(&pause, &EXACT, &operation).await, Ok(3), "{form:?}");
        assert!(pause.remaining() > Some(seconds(600)), "{form:?}");
        // The wait counts for the deadline as if it had passed.
        let policy = EXACT.deadline(seconds(60));
        let late = form.call(&pause, &policy, &operation).await;
        let waits_it_out = matches!(form, Form::Local);
        assert_eq!(late.is_ok(), waits_it_out, "{form:?}");
    }
    assert!(begin.elapsed() < seconds(60));
}

// SPEC 7.6.6, 4.7.1
#[tokio::test]
async fn under_the_guard_of_tests_a_pause_before_an_attempt_uses_up_the_deadline() {
    let _guard = testing::no_wait();
    let policy = EXACT.base_delay(seconds(20)).deadline(seconds(60));
    for form in FORMS {
        for (held, expected) in [(0, 2), (50, 1)] {
            let (pause, calls) = (Pause::new(), Cell::new(0));
            pause.hold(seconds(held));
            let operation = || {
                calls.set(calls.get() + 1);
                Err(TRANSIENT)
            };
            assert_eq!(form.call(&pause, &policy, &operation).await, Err(TRANSIENT));
            assert_eq!(calls.get(), expected, "{form:?} {held}");
        }
    }
}

// SPEC 7.6.6: what is recorded is what would have happened.
#[test]
fn under_the_guard_of_tests_a_pause_that_would_be_over_lengthens_no_wait() {
    let guard = testing::no_wait();
    let pause = Pause::new();
    let mut state = RetryState::new(&EXACT).pause(&pause);
    assert_eq!(state.before_attempt(), Ok(None));
    let _ = state.decide(throttled(30).0);
    assert_eq!(state.before_attempt(), Ok(None));
    let _ = state.decide(ErrorClass::Transient);
    assert_eq!(guard.waits(), [seconds(30), seconds(2)]);
}

// SPEC 7.6.1, 7.5
#[tokio::test(start_paused = true)]
async fn with_retries_switched_off_on_this_thread_no_hint_starts_a_pause() {
    let _guard = testing::no_wait().disabled();
    for form in FORMS {
        let pause = Pause::new();
        let outcome = form.call(&pause, &EXACT, &|| Err(throttled(60))).await;
        assert_eq!((outcome, pause.remaining()), (Err(throttled(60)), None), "{form:?}");
    }
}

// SPEC 4.11.1: a clock that stands still while the thread sleeps does not make the loop endless.
#[tokio::test(start_paused = true)]
async fn a_loop_by_hand_may_sleep_by_another_clock() {
    let pause = Pause::new();
    pause.hold(seconds(5));
    let mut state = RetryState::new(&EXACT).pause(&pause);
    let wait = state.before_attempt().unwrap().unwrap();
    assert_eq!((wait.duration(), wait.is_from_server()), (seconds(5), true));
    assert_eq!(state.before_attempt(), Ok(None));
}

/// At a real server, in real time.
#[cfg(feature = "reqwest")]
mod at_a_server {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Instant;

    use axum::Router;
    use axum::http::StatusCode;
    use axum::response::{IntoResponse, Response};
    use retry_kit::{CheckStatus, HttpError};
    use tokio::net::TcpListener;
    use tokio::task::JoinSet;

    use super::*;

    const WORKERS: usize = 200;
    const ASKED: Duration = seconds(2);

    /// The requests of a server by its own clock.
    #[derive(Default)]
    struct Seen {
        arrivals: Mutex<Vec<Instant>>,
        refusals: Mutex<Vec<Instant>>,
    }

    impl Seen {
        fn arrive(&self) -> usize {
            let mut arrivals = self.arrivals.lock().unwrap();
            arrivals.push(Instant::now());
            arrivals.len()
        }

        /// The moment is taken before the answer is sent, so the client learns of it later.
        fn refuse(&self) -> Response {
            self.refusals.lock().unwrap().push(Instant::now());
            (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "2")]).into_response()
        }
    }

    async fn start<F>(answer: impl Fn() -> F + Clone + Send + Sync + 'static) -> String
    where
        F: Future<Output = Response> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(async move || answer().await);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        url
    }

    #[retry(base = "100ms", pause = pause)]
    async fn get(client: &reqwest::Client, url: &str, pause: &Pause) -> Result<(), HttpError> {
        client.get(url).send().await?.check_status().map(drop)
    }

    /// Sends this many requests with each of 200 workers.
    async fn work(url: String, pause: Arc<Pause>, requests: usize) {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut workers = JoinSet::new();
        for _ in 0..WORKERS {
            let (client, url, pause) = (client.clone(), url.clone(), pause.clone());
            workers.spawn(async move {
                for _ in 0..requests {
                    get(&client, &url, &pause).await.unwrap();
                }
            });
        }
        workers.join_all().await;
    }

    // SPEC 7.6
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn after_a_429_no_worker_sends_a_request_for_as_long_as_the_server_asks() {
        let (pause, seen) = (Arc::new(Pause::new()), Arc::<Seen>::default());
        let answer = {
            let (pause, seen) = (pause.clone(), seen.clone());
            move || {
                let (pause, seen) = (pause.clone(), seen.clone());
                async move {
                    let number = seen.arrive();
                    // Every worker is in flight when one is refused.
                    while seen.arrivals.lock().unwrap().len() < WORKERS {
                        sleep(Duration::from_millis(1)).await;
                    }
                    if number == WORKERS {
                        return seen.refuse();
                    }
                    // The others get their answers when the client has read the refusal.
                    let is_over = || {
                        let refusals = seen.refusals.lock().unwrap();
                        refusals.first().is_some_and(|refused| refused.elapsed() >= ASKED)
                    };
                    while number < WORKERS && pause.remaining().is_none() && !is_over() {
                        sleep(Duration::from_millis(1)).await;
                    }
                    StatusCode::OK.into_response()
                }
            }
        };
        work(start(answer).await, pause, 2).await;
        let [refused] = seen.refusals.lock().unwrap()[..] else { panic!("refused once") };
        let arrivals = seen.arrivals.lock().unwrap();
        assert_eq!(arrivals.len(), 2 * WORKERS + 1);
        assert!(arrivals[..WORKERS].iter().all(|arrival| *arrival <= refused));
        let next = arrivals[WORKERS].duration_since(refused);
        assert!(next >= ASKED, "{next:?}");
    }

    // SPEC 7.6
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_server_gets_at_most_the_requests_it_allows_and_those_in_flight() {
        /// How many requests the server allows before it asks for a pause.
        const ALLOWED: usize = 350;
        let (pause, seen) = (Arc::new(Pause::new()), Arc::<Seen>::default());
        let allowed = Arc::new(AtomicUsize::new(0));
        let answer = {
            let seen = seen.clone();
            move || {
                let (seen, allowed) = (seen.clone(), allowed.clone());
                async move {
                    seen.arrive();
                    let is_over = seen
                        .refusals
                        .lock()
                        .unwrap()
                        .first()
                        .is_some_and(|refused| refused.elapsed() >= ASKED);
                    if allowed.fetch_add(1, Ordering::Relaxed) >= ALLOWED && !is_over {
                        return seen.refuse();
                    }
                    StatusCode::OK.into_response()
                }
            }
        };
        work(start(answer).await, pause, 3).await;
        let refused = seen.refusals.lock().unwrap().len();
        // Each worker has at most one request in flight.
        assert!((1..=WORKERS).contains(&refused), "{refused}");
        assert_eq!(seen.arrivals.lock().unwrap().len(), 3 * WORKERS + refused);
    }
}

// SPEC 7.6.2
#[tokio::test(start_paused = true)]
async fn hooks_see_the_wait_that_the_pause_has_lengthened() {
    let pause = Pause::new();
    let mut waits = Vec::new();
    let calls = Cell::new(0);
    let policy = RetryPolicy::new().max_retries(1).jitter(Jitter::None);
    let fail_while_others_are_told_to_wait = || async {
        calls.set(calls.get() + 1);
        pause.hold(Duration::from_secs(10));
        Err::<(), _>(TRANSIENT)
    };
    let call = policy.retry(fail_while_others_are_told_to_wait).pause(&pause);
    assert!(call.on_retry(|event| waits.push(event.wait())).await.is_err());
    assert_eq!(waits, [Duration::from_secs(10)]);
    assert_eq!(calls.get(), 2);
}
