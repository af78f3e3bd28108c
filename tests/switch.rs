//! The global switch. One test, because the process has one switch.

#![cfg(all(feature = "macros", feature = "tokio"))]

mod support;

use retry_kit::{
    Decision, ErrorClass, GiveUp, RetryBudget, RetryPolicy, RetryState, StopReason, is_enabled,
    retry, set_enabled,
};
use support::{Failure, PERMANENT, Script, TRANSIENT, seconds};

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

    set_enabled(true);
    let script = Script::new([TRANSIENT, TRANSIENT]);
    assert_eq!(call(&script, &mut reasons).await, Ok(3));
    assert_eq!(script.waits(), seconds(&[1, 2]));
}
