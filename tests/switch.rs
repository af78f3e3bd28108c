//! The global switch. One test, because the process has one switch.

#![cfg(all(feature = "macros", feature = "tokio"))]

mod support;

use std::time::Duration;

use retry_kit::{
    Decision, ErrorClass, GiveUp, RetryBudget, RetryPolicy, RetryState, StopReason, Switch,
    is_enabled, override_by_name, retry, set_enabled, testing,
};
use support::{Failure, PERMANENT, Script, TRANSIENT, seconds};

const MINUTE: Duration = Duration::from_secs(60);

static BUDGET: RetryBudget = RetryBudget::standard();

#[retry(jitter = none, budget = &BUDGET, give_up = |error, end| note(reasons, error, end))]
async fn call(script: &Script, reasons: &mut Vec<StopReason>) -> Result<usize, Failure> {
    script.call()
}

fn note(reasons: &mut Vec<StopReason>, error: Failure, give_up: &GiveUp) -> Failure {
    reasons.push(give_up.reason());
    error
}

// SPEC 7.5, 4.12: after the class, before the limit; and nothing is taken from the budget.
#[tokio::test(start_paused = true)]
async fn switched_off_nothing_is_retried() {
    let mut reasons = Vec::new();
    assert!(is_enabled());
    set_enabled(false);
    let script = Script::new([TRANSIENT; 9]);
    assert_eq!(call(&script, &mut reasons).await, Err(TRANSIENT));
    assert_eq!(call(&Script::new([PERMANENT]), &mut reasons).await, Err(PERMANENT));
    assert_eq!(script.calls(), 1);
    assert_eq!(reasons, [StopReason::Disabled, StopReason::Permanent]);
    let mut state = RetryState::new(&RetryPolicy::new().max_retries(0));
    let decision = state.decide(ErrorClass::Transient);
    assert_eq!(decision, Decision::Stop(StopReason::Disabled));
    assert_eq!(BUDGET.available(), 500);

    loops_that_run_as_long_as_the_program_go_on().await;
    #[cfg(feature = "simulate")]
    simulated_calls_obey();

    set_enabled(true);
    let script = Script::new([TRANSIENT, TRANSIENT]);
    assert_eq!(call(&script, &mut reasons).await, Ok(3));
    assert_eq!(script.waits(), seconds(&[1, 2]));
}

// SPEC 13.2
#[cfg(feature = "simulate")]
fn simulated_calls_obey() {
    let outage = testing::Outage::new(RetryPolicy::DEFAULT).down(Duration::ZERO..MINUTE);
    set_enabled(true);
    let retries = || outage.run(1).retries();
    let all = retries();
    override_by_name("outage:max=1").unwrap();
    let softened = retries();
    override_by_name("").unwrap();
    set_enabled(false);
    assert_eq!(retries(), 0);
    assert!(0 < softened && softened < all, "{softened} of {all}");
}

#[retry(max = forever, jitter = none, attempt = attempt)]
async fn reconnect(script: &Script, is_last: &mut bool) -> Result<usize, Failure> {
    *is_last |= attempt.is_last();
    script.call()
}

#[retry(max = 3, jitter = none, switch = ignore)]
async fn renew(script: &Script) -> Result<usize, Failure> {
    script.call()
}

#[retry(max = forever, switch = obey)]
async fn poll(script: &Script) -> Result<usize, Failure> {
    script.call()
}

#[retry(max = forever, deadline = "30s")]
async fn poll_in_time(script: &Script) -> Result<usize, Failure> {
    script.call()
}

// SPEC 7.5.1: while retries are switched off.
async fn loops_that_run_as_long_as_the_program_go_on() {
    let script = Script::new([TRANSIENT; 5]);
    let mut is_last = false;
    assert_eq!(reconnect(&script, &mut is_last).await, Ok(6));
    assert!(!is_last);
    assert_eq!(script.waits(), seconds(&[1, 2, 4, 8, 16]));
    assert_eq!(renew(&Script::new([TRANSIENT; 2])).await, Ok(3));
    assert_eq!(poll(&Script::new([TRANSIENT; 2])).await, Err(TRANSIENT));
    assert_eq!(poll_in_time(&Script::new([TRANSIENT; 2])).await, Err(TRANSIENT));

    let unlimited = RetryPolicy::new().unlimited();
    let script = Script::new([TRANSIENT; 2]);
    assert_eq!(unlimited.retry(async || script.call()).await, Ok(3));
    let decided = |policy: RetryPolicy| RetryState::new(&policy).decide(ErrorClass::Transient);
    let cases = [
        (unlimited, true),
        (unlimited.switch(Switch::Obey), false),
        (unlimited.deadline(MINUTE), false),
        (unlimited.deadline(MINUTE).switch(Switch::Ignore), true),
        (RetryPolicy::DEFAULT, false),
        (RetryPolicy::DEFAULT.switch(Switch::Ignore), true),
    ];
    let disabled = Decision::Stop(StopReason::Disabled);
    for (policy, goes_on) in cases {
        assert_eq!(decided(policy) != disabled, goes_on, "{policy:?}");
    }
    set_enabled(true);
    {
        let _guard = testing::no_wait().disabled();
        for (policy, goes_on) in cases {
            assert_eq!(decided(policy) != disabled, goes_on, "under a guard: {policy:?}");
        }
    }
    // SPEC 7.9: `*` reaches as far as the switch, a name further.
    for (overrides, reaches_all) in [("*=off", false), ("ret*=off", true), ("*:max=0", false)] {
        override_by_name(overrides).unwrap();
        for (policy, goes_on) in cases {
            let is_stopped = matches!(decided(policy), Decision::Stop(_));
            assert_eq!(is_stopped, reaches_all || !goes_on, "{overrides}: {policy:?}");
        }
    }
    // The limit of a test does not make a loop obey.
    {
        set_enabled(false);
        let _guard = testing::no_wait().max_attempts(9);
        for (policy, goes_on) in cases {
            assert_eq!(decided(policy) != disabled, goes_on, "under a limit: {policy:?}");
        }
        set_enabled(true);
    }
    // Nor does that of an override.
    override_by_name("retry:max=5").unwrap();
    set_enabled(false);
    assert_ne!(decided(unlimited), disabled);
    override_by_name("").unwrap();
}
