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
async fn no_tokens_are_taken_for_a_retry_that_does_not_happen() {
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
async fn a_bare_budget_belongs_to_its_function_alone() {
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

// SPEC 7.1, 7.1.1
#[test]
fn a_loop_by_hand_gets_back_only_what_a_retry_that_succeeds_took() {
    use retry_kit::{Decision, ErrorClass, RetryPolicy, StopReason};

    let policy = RetryPolicy::DEFAULT.max_retries(1);
    let transient = ErrorClass::Transient;
    let throttled = ErrorClass::Throttled { retry_after: None };
    // The cost of a retry, the failures before the success, and what is then left of 95 tokens. A free
    // retry is no first attempt, so its success puts no refill back.
    let cases = [(10, 0, 98), (10, 1, 95), (10, 2, 85), (0, 1, 95), (0, 2, 95)];
    for (cost, failures, left) in cases {
        let budget = RetryBudget::new(100, cost, 5, 3);
        let mut other = RetryState::new(&policy).budget(&budget);
        assert!(matches!(other.decide(throttled), Decision::Retry(_)));
        let mut state = RetryState::new(&policy).budget(&budget);
        for failure in 0..failures {
            let decision = state.decide(transient);
            if failure == 0 {
                assert!(matches!(decision, Decision::Retry(_)));
            } else {
                assert_eq!(decision, Decision::Stop(StopReason::Exhausted));
            }
        }
        state.succeeded();
        assert_eq!(budget.available(), left, "{failures} failures at {cost}");
    }
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

/// The rest of 30 tokens after a call that is dropped or panics; a retry takes 10.
fn left(call: impl AsyncFnOnce(&RetryBudget)) -> u32 {
    let budget = RetryBudget::new(30, 10, 4, 1);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let call = std::panic::AssertUnwindSafe(|| runtime.block_on(call(&budget)));
    let _ = std::panic::catch_unwind(call);
    budget.available()
}

#[retry(base = "1s", jitter = none, budget = budget)]
async fn drawing(budget: &RetryBudget, script: &Script, stays: bool) -> Outcome {
    let outcome = script.call();
    if stays && outcome.is_ok() { std::future::pending().await } else { outcome }
}

#[retry(base = "1s", budget = budget, on_retry = |_| panic!("in the hook"))]
async fn panicking_hook(budget: &RetryBudget) -> Outcome {
    Err(TRANSIENT)
}

#[retry(base = "0s", budget = budget, attempt = attempt)]
async fn panicking_retry(budget: &RetryBudget) -> Outcome {
    assert!(attempt.number() < 2, "in the body");
    Err(TRANSIENT)
}

#[retry(base = "0s", max = 1, budget = budget, give_up = |_, _| panic!("at the end"))]
async fn panicking_end(budget: &RetryBudget) -> Outcome {
    Err(TRANSIENT)
}

// SPEC 7.1
#[test]
fn a_retry_that_is_not_made_gives_its_tokens_back() {
    use std::time::Duration;

    use retry_kit::RetryPolicy;
    use tokio::time::timeout;

    let (half, two) = (Duration::from_millis(500), Duration::from_secs(2));
    let policy = RetryPolicy::new().jitter(retry_kit::Jitter::None);
    let during_the_wait = left(async |budget| {
        let script = Script::new([TRANSIENT]);
        assert!(timeout(half, drawing(budget, &script, false)).await.is_err());
    });
    assert_eq!(during_the_wait, 30);
    let while_it_runs = left(async |budget| {
        let script = Script::new([TRANSIENT]);
        assert!(timeout(two, drawing(budget, &script, true)).await.is_err());
        assert_eq!(script.calls(), 2);
    });
    assert_eq!(while_it_runs, 20, "it may have failed");
    assert_eq!(left(async |budget| _ = panicking_hook(budget).await), 30);
    assert_eq!(left(async |budget| _ = panicking_retry(budget).await), 30);
    assert_eq!(left(async |budget| _ = panicking_end(budget).await), 20, "the retry failed");
    let function = left(async |budget| {
        let call = policy.retry(async || Err::<(), _>(TRANSIENT)).budget(budget);
        assert!(timeout(half, call).await.is_err());
    });
    assert_eq!(function, 30);
    let running = left(async |budget| {
        let script = Script::new([TRANSIENT]);
        let attempt = async || match script.call() {
            Ok(_) => std::future::pending().await,
            failed => failed,
        };
        assert!(timeout(two, policy.retry(attempt).budget(budget)).await.is_err());
    });
    assert_eq!(running, 20);
    let local = left(async |budget| {
        let call = policy.retry_local(async || Err::<(), _>(TRANSIENT)).budget(budget);
        assert!(timeout(half, call).await.is_err());
    });
    assert_eq!(local, 30);
}

// SPEC 7.1
#[tokio::test(start_paused = true)]
async fn a_budget_may_be_in_an_arc() {
    let budget = std::sync::Arc::new(RetryBudget::new(10, 10, 4, 1));
    let policy = retry_kit::RetryPolicy::DEFAULT;
    let script = Script::new([TRANSIENT; 9]);
    let outcome = policy.retry(async || script.call()).budget(&budget).await;
    assert_eq!((outcome, script.calls(), budget.available()), (Err(TRANSIENT), 2, 0));
    let mut state = RetryState::new(&policy).budget(&budget);
    let stop = retry_kit::Decision::Stop(retry_kit::StopReason::Budget);
    assert_eq!(state.decide(TRANSIENT.0), stop);
}
