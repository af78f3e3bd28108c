//! Calls whose waits end at once: after one turn where the crate takes a sleep or a clock from outside,
//! otherwise by a wait of zero in place of the delay that was computed. To count instructions.

use std::hint::black_box;
use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use backon::{ExponentialBuilder, Retryable};
use layered::{Execute, Service, Stack};
use retry_kit::{RetryBudget, RetryPolicy, retry};
use seatbelt::{RecoveryInfo, ResilienceContext};
use tower::ServiceExt;
use tower::retry::backoff::{Backoff, ExponentialBackoff, ExponentialBackoffMaker, MakeBackoff};
use tower::retry::budget::{Budget, TpsBudget};
use tower::util::rng::HasherRng;

use crate::{
    Failure, Operation, Outcome, Request, Script, blocking_operation, careful_delay, complete,
    operation, serve,
};

/// Pending once.
pub struct Turn {
    is_over: bool,
}

impl Future for Turn {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.is_over, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

fn sleep(delay: Duration) -> Turn {
    black_box(delay);
    Turn { is_over: false }
}

/// In place of a delay, for crates that always wait with a timer of theirs.
fn zero(delay: Duration) -> Duration {
    black_box(delay);
    Duration::ZERO
}

async fn naked(script: &'static Script) -> Outcome {
    operation(script).await
}

/// Nothing of an attempt lives across the wait. The attempt is a function, so that `?` ends it.
async fn careful_loop(script: &'static Script) -> Outcome {
    let mut retries = 0;
    loop {
        let delay = {
            let outcome = naked(script).await;
            match &outcome {
                Err(error) if retries < 3 && error.is_transient() => careful_delay(retries),
                _ => return outcome,
            }
        };
        sleep(delay).await;
        retries += 1;
    }
}

/// The same with a wait of zero by tokio, as others have it.
async fn careful_loop_on_tokio(script: &'static Script) -> Outcome {
    let mut retries = 0;
    loop {
        let delay = {
            let outcome = naked(script).await;
            match &outcome {
                Err(error) if retries < 3 && error.is_transient() => careful_delay(retries),
                _ => return outcome,
            }
        };
        tokio::time::sleep(zero(delay)).await;
        retries += 1;
    }
}

#[retry(sleep = sleep)]
async fn attribute(script: &'static Script) -> Outcome {
    operation(script).await
}

async fn function(script: &'static Script) -> Outcome {
    RetryPolicy::DEFAULT.retry(|| operation(script)).sleep(sleep).await
}

fn backon_builder() -> ExponentialBuilder {
    ExponentialBuilder::default().with_jitter()
}

async fn backon(script: &'static Script) -> Outcome {
    (|| operation(script)).retry(backon_builder()).sleep(sleep).when(Failure::is_transient).await
}

#[backon_macros::backon(backoff = backon_builder, sleep = sleep, when = Failure::is_transient)]
async fn backon_macro(script: &'static Script) -> Outcome {
    operation(script).await
}

async fn tokio_retry2(script: &'static Script) -> Outcome {
    use tokio_retry2::strategy::{ExponentialBackoff, jitter};
    let delays = ExponentialBackoff::from_millis(2).factor(500).max_delay_millis(60_000);
    tokio_retry2::Retry::spawn(delays.map(jitter).map(zero).take(3), || async {
        operation(script).await.map_err(|error| {
            if error.is_transient() {
                tokio_retry2::RetryError::transient(error)
            } else {
                tokio_retry2::RetryError::permanent(error)
            }
        })
    })
    .await
}

/// As in tower's documentation: a policy counts the attempts, and takes its waits from the backoff.
#[derive(Clone)]
struct TowerPolicy {
    retries: u32,
    backoff: ExponentialBackoff,
    budget: Option<&'static TpsBudget>,
}

impl tower::retry::Policy<Request, u32, Failure> for TowerPolicy {
    type Future = tokio::time::Sleep;

    fn retry(&mut self, _: &mut Request, outcome: &mut Outcome) -> Option<tokio::time::Sleep> {
        match outcome {
            Ok(_) => {
                self.budget.inspect(|budget| budget.deposit());
                None
            }
            Err(error) if self.retries > 0 && error.is_transient() => {
                if self.budget.is_some_and(|budget| !budget.withdraw()) {
                    return None;
                }
                self.retries -= 1;
                Some(self.backoff.next_backoff())
            }
            Err(_) => None,
        }
    }

    #[allow(clippy::unnecessary_wraps, reason = "tower's signature")]
    fn clone_request(&mut self, request: &Request) -> Option<Request> {
        Some(*request)
    }
}

type Serve = fn(Request) -> Operation;
type TowerService = tower::retry::Retry<TowerPolicy, tower::util::ServiceFn<Serve>>;

fn tower_service(budget: Option<&'static TpsBudget>) -> TowerService {
    // A base of zero makes every wait zero.
    let maker =
        ExponentialBackoffMaker::new(Duration::ZERO, Duration::from_mins(1), 1.0, HasherRng::new());
    let backoff = maker.expect("a minimum below the maximum").make_backoff();
    let policy = TowerPolicy { retries: 3, backoff, budget };
    tower::retry::Retry::new(policy, tower::service_fn(serve as Serve))
}

async fn tower(script: &'static Script) -> Outcome {
    static SERVICE: LazyLock<TowerService> = LazyLock::new(|| tower_service(None));
    SERVICE.clone().oneshot(Request(script)).await
}

async fn tower_with_budget(script: &'static Script) -> Outcome {
    // As the default, but it does not run out during the count.
    static BUDGET: LazyLock<TpsBudget> =
        LazyLock::new(|| TpsBudget::new(Duration::from_secs(10), 1_000_000, 0.2));
    static SERVICE: LazyLock<TowerService> = LazyLock::new(|| tower_service(Some(&BUDGET)));
    SERVICE.clone().oneshot(Request(script)).await
}

/// Waits with a thread of its own, so only calls without a retry can be counted.
async fn again(script: &'static Script) -> Outcome {
    again::RetryPolicy::exponential(Duration::from_secs(1))
        .with_jitter(true)
        .with_max_delay(Duration::from_mins(1))
        .with_max_retries(3)
        .retry_if(|| operation(script), Failure::is_transient)
        .await
}

/// Reads the clock as the crate's own clocks do.
struct TurnClock {
    origin: Instant,
}

impl relentless::Clock for TurnClock {
    fn now(&self) -> Duration {
        self.origin.elapsed()
    }
}

impl relentless::AsyncClock for TurnClock {
    type Wait = Turn;

    fn wait_async(&self, delay: Duration) -> Turn {
        sleep(delay)
    }
}

async fn relentless(script: &'static Script) -> Outcome {
    use relentless::{Wait, predicate, stop, wait};
    relentless::retry_async(|_| operation(script))
        .when(predicate::error(Failure::is_transient))
        .wait(wait::exponential(Duration::from_secs(1)).full_jitter().cap(Duration::from_mins(1)))
        .stop(stop::attempts(4))
        .clock(TurnClock { origin: Instant::now() })
        .call()
        .await
        .map_err(|error| error.into_last_error().unwrap_or(Failure::Gone))
}

/// Blocks its thread.
fn retry_rs(script: &'static Script) -> Outcome {
    use retry::OperationResult;
    use retry::delay::{Exponential, jitter};
    let delays = Exponential::from_millis(1000).map(jitter).map(zero).take(3);
    retry::retry(delays, || match blocking_operation(script) {
        Ok(value) => OperationResult::Ok(value),
        Err(error) if error.is_transient() => OperationResult::Retry(error),
        Err(error) => OperationResult::Err(error),
    })
    .map_err(|error| error.error)
}

type SeatbeltService = seatbelt::retry::Retry<Request, Outcome, Execute<Serve>>;

async fn seatbelt(script: &'static Script) -> Outcome {
    static SERVICE: LazyLock<SeatbeltService> = LazyLock::new(|| {
        let context = ResilienceContext::new(tick::Clock::new_tokio());
        let layer = seatbelt::retry::Retry::layer("retry", &context)
            .clone_input()
            .max_retry_attempts(3)
            .base_delay(Duration::from_secs(1))
            .max_delay(Duration::from_mins(1))
            .recovery_with(|outcome: &Outcome, _| match outcome {
                // The delay of zero takes the place of the one that is computed all the same.
                Err(error) if error.is_transient() => RecoveryInfo::retry().delay(Duration::ZERO),
                _ => RecoveryInfo::never(),
            });
        (layer, Execute::new(serve as Serve)).into_service()
    });
    SERVICE.execute(Request(script)).await
}

/// As `standard`, but it does not run out during the count.
static BUDGET: RetryBudget = RetryBudget::new(1_000_000_000, 14, 5, 1);

#[retry(sleep = sleep, budget = &BUDGET)]
async fn attribute_with_budget(script: &'static Script) -> Outcome {
    operation(script).await
}

async fn function_with_budget(script: &'static Script) -> Outcome {
    RetryPolicy::DEFAULT.retry(|| operation(script)).sleep(sleep).budget(&BUDGET).await
}

/// A kind of call, a column of the table, and the call.
pub type Counted = (&'static str, &'static str, fn(&'static Script));

macro_rules! calls {
    ($($kind:literal $column:literal $call:ident,)*) => {
        &[$(($kind, $column, |script| drop(complete($call(script)))),)*]
    };
}

pub const COUNTED: &[Counted] = calls! {
    "call" "naked" naked,
    "call" "loop" careful_loop,
    "call" "attribute" attribute,
    "call" "function" function,
    "call" "backon" backon,
    "call" "backon-macros" backon_macro,
    "call" "tokio-retry2" tokio_retry2,
    "call" "tower" tower,
    "call" "again" again,
    "call" "relentless" relentless,
    "call" "seatbelt" seatbelt,
    "tokio" "loop" careful_loop_on_tokio,
    "budget" "attribute" attribute_with_budget,
    "budget" "function" function_with_budget,
    "budget" "tower" tower_with_budget,
};

pub const BLOCKING: &[Counted] = &[("call", "retry", |script| {
    drop(std::hint::black_box(retry_rs(script)));
})];
