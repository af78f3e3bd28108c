//! The calls as users write them, with the timers that they have: what a future holds, what a retry
//! allocates, and 100 000 tasks that wait.

use std::sync::LazyLock;
use std::time::Duration;

use backon::{ExponentialBuilder, FuturesTimerSleeper, Retryable};
use layered::{Execute, Service, Stack};
use retry_kit::{RetryPolicy, retry};
use seatbelt::{RecoveryInfo, ResilienceContext};
use tower::ServiceExt;
use tower::retry::backoff::{Backoff, ExponentialBackoff, ExponentialBackoffMaker, MakeBackoff};
use tower::util::rng::HasherRng;

use crate::{Failure, Operation, Outcome, Request, Script, careful_delay, operation, serve};

const BASE: Duration = Duration::from_secs(1);
const CAP: Duration = Duration::from_mins(1);

pub async fn naked(script: &'static Script) -> Outcome {
    operation(script).await
}

pub async fn careful_loop(script: &'static Script) -> Outcome {
    let mut retries = 0;
    loop {
        let delay = {
            let outcome = naked(script).await;
            match &outcome {
                Err(error) if retries < 3 && error.is_transient() => careful_delay(retries),
                _ => return outcome,
            }
        };
        tokio::time::sleep(delay).await;
        retries += 1;
    }
}

#[retry]
pub async fn attribute(script: &'static Script) -> Outcome {
    operation(script).await
}

pub async fn function(script: &'static Script) -> Outcome {
    RetryPolicy::DEFAULT.retry(|| operation(script)).await
}

fn backon_builder() -> ExponentialBuilder {
    ExponentialBuilder::default().with_jitter()
}

pub async fn backon(script: &'static Script) -> Outcome {
    (|| operation(script)).retry(backon_builder()).when(Failure::is_transient).await
}

pub async fn backon_outside_tokio(script: &'static Script) -> Outcome {
    (|| operation(script))
        .retry(backon_builder())
        .sleep(FuturesTimerSleeper)
        .when(Failure::is_transient)
        .await
}

#[backon_macros::backon(backoff = backon_builder, when = Failure::is_transient)]
pub async fn backon_macro(script: &'static Script) -> Outcome {
    operation(script).await
}

pub async fn tokio_retry2(script: &'static Script) -> Outcome {
    use tokio_retry2::strategy::{ExponentialBackoff, jitter};
    let delays = ExponentialBackoff::from_millis(2).factor(500).max_delay_millis(60_000);
    tokio_retry2::Retry::spawn(delays.map(jitter).take(3), || async {
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

#[derive(Clone)]
struct TowerPolicy {
    retries: u32,
    backoff: ExponentialBackoff,
}

impl tower::retry::Policy<Request, u32, Failure> for TowerPolicy {
    type Future = tokio::time::Sleep;

    fn retry(&mut self, _: &mut Request, outcome: &mut Outcome) -> Option<tokio::time::Sleep> {
        match outcome {
            Err(error) if self.retries > 0 && error.is_transient() => {
                self.retries -= 1;
                Some(self.backoff.next_backoff())
            }
            _ => None,
        }
    }

    #[allow(clippy::unnecessary_wraps, reason = "tower's signature")]
    fn clone_request(&mut self, request: &Request) -> Option<Request> {
        Some(*request)
    }
}

type Serve = fn(Request) -> Operation;
type TowerService = tower::retry::Retry<TowerPolicy, tower::util::ServiceFn<Serve>>;

pub async fn tower(script: &'static Script) -> Outcome {
    static SERVICE: LazyLock<TowerService> = LazyLock::new(|| {
        let maker = ExponentialBackoffMaker::new(BASE, CAP, 1.0, HasherRng::new());
        let backoff = maker.expect("a minimum below the maximum").make_backoff();
        let policy = TowerPolicy { retries: 3, backoff };
        tower::retry::Retry::new(policy, tower::service_fn(serve as Serve))
    });
    SERVICE.clone().oneshot(Request(script)).await
}

pub async fn again(script: &'static Script) -> Outcome {
    again::RetryPolicy::exponential(BASE)
        .with_jitter(true)
        .with_max_delay(CAP)
        .with_max_retries(3)
        .retry_if(|| operation(script), Failure::is_transient)
        .await
}

pub async fn relentless(script: &'static Script) -> Outcome {
    use relentless::{Wait, predicate, stop, wait};
    relentless::retry_async(|_| operation(script))
        .when(predicate::error(Failure::is_transient))
        .wait(wait::exponential(BASE).full_jitter().cap(CAP))
        .stop(stop::attempts(4))
        .clock(relentless::clock::TokioClock::new())
        .call()
        .await
        .map_err(|error| error.into_last_error().unwrap_or(Failure::Gone))
}

pub async fn relentless_outside_tokio(script: &'static Script) -> Outcome {
    use relentless::{Wait, predicate, stop, wait};
    relentless::retry_async(|_| operation(script))
        .when(predicate::error(Failure::is_transient))
        .wait(wait::exponential(BASE).full_jitter().cap(CAP))
        .stop(stop::attempts(4))
        .clock(relentless::clock::FuturesTimerClock::new())
        .call()
        .await
        .map_err(|error| error.into_last_error().unwrap_or(Failure::Gone))
}

type SeatbeltService = seatbelt::retry::Retry<Request, Outcome, Execute<Serve>>;

pub async fn seatbelt(script: &'static Script) -> Outcome {
    static SERVICE: LazyLock<SeatbeltService> = LazyLock::new(|| {
        let context = ResilienceContext::new(tick::Clock::new_tokio());
        let layer = seatbelt::retry::Retry::layer("retry", &context)
            .clone_input()
            .max_retry_attempts(3)
            .base_delay(BASE)
            .max_delay(CAP)
            .recovery_with(|outcome: &Outcome, _| match outcome {
                Err(error) if error.is_transient() => RecoveryInfo::retry(),
                _ => RecoveryInfo::never(),
            });
        (layer, Execute::new(serve as Serve)).into_service()
    });
    SERVICE.execute(Request(script)).await
}

/// Calls the macro for each column inside a tokio runtime.
#[macro_export]
macro_rules! on_tokio {
    ($measure:ident) => {
        $measure!("loop", careful_loop);
        $measure!("attribute", attribute);
        $measure!("function", function);
        $measure!("backon", backon);
        $measure!("backon-macros", backon_macro);
        $measure!("tokio-retry2", tokio_retry2);
        $measure!("tower", tower);
        $measure!("again", again);
        $measure!("relentless", relentless);
        $measure!("seatbelt", seatbelt);
    };
}

/// Calls the macro for each column whose crate waits without tokio, too.
#[macro_export]
macro_rules! outside_tokio {
    ($measure:ident) => {
        $measure!("attribute", attribute);
        $measure!("function", function);
        $measure!("backon", backon_outside_tokio);
        $measure!("again", again);
        $measure!("relentless", relentless_outside_tokio);
    };
}
