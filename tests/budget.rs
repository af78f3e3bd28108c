//! `budget`, bare and shared.

#![cfg(all(feature = "macros", feature = "tokio"))]

mod support;

use retry_kit::{RetryBudget, RetryState, retry};
use support::{Failure, PERMANENT, Script, TRANSIENT, status, throttled};

type Outcome = Result<usize, Failure>;

static SHARED: RetryBudget = RetryBudget::new(30, 10, 4, 1);

#[retry(max = 9, base = "1ms", budget = &SHARED)]
async fn one(script: &Script) -> Outcome {
    script.call()
}

struct Client {
    budget: &'static RetryBudget,
}

impl Client {
    #[retry(max = 9, base = "1ms", budget = self.budget)]
    async fn other(&self, script: &Script) -> Outcome {
        script.call()
    }

    #[retry(max = 9, base = "1ms", budget = self.budget)]
    fn blocking(&self, script: &Script) -> Outcome {
        script.call()
    }
}

async fn calls(function: impl AsyncFnOnce(&Script) -> Outcome, failures: &[Failure]) -> usize {
    let script = Script::new(failures.to_vec());
    let _ = function(&script).await;
    script.calls()
}

// SPEC 7.1: takes, refusals, refills; and that the functions draw on the same tokens.
#[tokio::test(start_paused = true)]
async fn one_budget_serves_several_functions() {
    let client = Client { budget: &SHARED };
    assert_eq!(calls(one, &[TRANSIENT]).await, 2);
    assert_eq!(SHARED.available(), 30, "the last cost came back");
    assert_eq!(calls(one, &[TRANSIENT, TRANSIENT]).await, 3);
    assert_eq!(SHARED.available(), 20);
    assert_eq!(calls(async |script| client.other(script).await, &[TRANSIENT; 9]).await, 3);
    assert_eq!(SHARED.available(), 0);
    assert_eq!(calls(one, &[TRANSIENT; 9]).await, 1);
    assert_eq!(calls(async |script| client.blocking(script), &[throttled(1); 9]).await, 1);
    for _ in 0..7 {
        assert_eq!(calls(one, &[]).await, 1);
    }
    assert_eq!(SHARED.available(), 7);
    assert_eq!(calls(one, &[status(429), TRANSIENT]).await, 2);
    assert_eq!(SHARED.available(), 3);
}

// SPEC 4.12: the budget comes last, so what is stopped for another reason takes nothing.
#[tokio::test(start_paused = true)]
async fn nothing_is_taken_for_a_retry_that_does_not_happen() {
    static BUDGET: RetryBudget = RetryBudget::new(100, 10, 5, 1);
    #[retry(max = 1, base = "1s", jitter = none, deadline = "2s", budget = &BUDGET)]
    async fn call(script: &Script) -> Outcome {
        script.call()
    }
    assert_eq!(calls(call, &[PERMANENT]).await, 1);
    assert_eq!(BUDGET.available(), 100);
    assert_eq!(calls(call, &[throttled(60)]).await, 1);
    assert_eq!(BUDGET.available(), 100);
    assert_eq!(calls(call, &[TRANSIENT; 2]).await, 2);
    assert_eq!(BUDGET.available(), 90, "taken once: the second time the limit came first");
}

#[retry(max = 1, base = "1ms", budget)]
async fn own(script: &Script) -> Outcome {
    script.call()
}

#[retry(max = 1, base = "1ms", budget)]
async fn own_too<const N: usize>(script: &Script) -> Outcome {
    script.call()
}

// SPEC 2.3, 7.1: 500 tokens at 14 a retry are 35 retries, for all instances of a generic function.
#[tokio::test(start_paused = true)]
async fn a_bare_budget_is_one_for_the_function_and_its_own() {
    let mut total = 0;
    for _ in 0..100 {
        total += calls(own, &[TRANSIENT; 9]).await;
    }
    assert_eq!(total, 100 + 35);
    let mut total = 0;
    for _ in 0..50 {
        total += calls(own_too::<1>, &[TRANSIENT; 9]).await;
        total += calls(own_too::<2>, &[TRANSIENT; 9]).await;
    }
    assert_eq!(total, 100 + 35);
}

struct Host {
    budget: std::sync::Arc<RetryBudget>,
}

impl Host {
    #[retry(max = 9, base = "1ms", budget = &self.budget)]
    async fn call(&self, script: &Script) -> Outcome {
        script.call()
    }
}

// SPEC 7.1: no `static` is needed for a budget for each client, or each host.
#[tokio::test(start_paused = true)]
async fn a_budget_may_be_borrowed() {
    let budget = std::sync::Arc::new(RetryBudget::new(20, 10, 5, 1));
    let hosts = [Host { budget: budget.clone() }, Host { budget: budget.clone() }];
    let [one, other] = &hosts;
    assert_eq!(calls(async |script| one.call(script).await, &[TRANSIENT; 9]).await, 3);
    assert_eq!(calls(async |script| other.call(script).await, &[TRANSIENT; 9]).await, 1);
    assert_eq!(budget.available(), 0);
}

// SPEC 4.11
#[test]
fn a_loop_by_hand_draws_on_a_budget_too() {
    static BUDGET: RetryBudget = RetryBudget::new(20, 10, 5, 1);
    let mut state = RetryState::new(&retry_kit::RetryPolicy::DEFAULT).budget(&BUDGET);
    let decision = state.decide(retry_kit::ErrorClass::Transient);
    assert!(matches!(decision, retry_kit::Decision::Retry(_)));
    assert_eq!(BUDGET.available(), 10);
    state.succeeded();
    assert_eq!(BUDGET.available(), 20);
}

struct Shared {
    script: Script,
    some: Option<RetryBudget>,
    pointer: std::sync::Arc<RetryBudget>,
}

impl Shared {
    #[retry(jitter = none, budget = self.some.as_ref())]
    async fn optional(&self) -> Result<usize, Failure> {
        self.script.call()
    }

    #[retry(jitter = none, budget = &self.pointer)]
    async fn by_pointer(&self) -> Result<usize, Failure> {
        self.script.call()
    }
}

// SPEC 7.1: a budget may be missing, and behind a pointer.
#[tokio::test(start_paused = true)]
async fn a_budget_may_be_optional_and_shared() {
    let one_retry = || RetryBudget::new(14, 14, 14, 1);
    for (some, calls) in [(None, 4), (Some(one_retry()), 2)] {
        let script = Script::new([TRANSIENT; 9]);
        let shared = Shared { script, some, pointer: one_retry().into() };
        assert!(shared.optional().await.is_err());
        assert_eq!(shared.script.calls(), calls);
        assert!(shared.by_pointer().await.is_err());
        assert_eq!(shared.script.calls(), calls + 2);
        assert_eq!(shared.pointer.available(), 0);
    }
}
