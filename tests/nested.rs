//! Calls inside attempts of other calls: who retries, how much time is left, and which attempt runs.

#![cfg(all(feature = "macros", feature = "tokio"))]

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use retry_kit::{
    Decision, ErrorClass, GiveUp, Jitter, Nested, RetryPolicy, RetryState, StopReason, TimedOut,
    current_attempt, remaining, retry, testing,
};
use tokio::time::{Instant, advance, sleep};

const SECOND: Duration = Duration::from_secs(1);
const ONCE: RetryPolicy = RetryPolicy::new().nested(Nested::Once);

fn reset() -> io::Error {
    io::ErrorKind::ConnectionReset.into()
}

/// Three functions inside each other with two retries each.
macro_rules! three_levels {
    ($outermost:ident, $middle:ident, $inner:ident $(, $nested:ident = $once:ident)?) => {
        #[retry(max = 2 $(, $nested = $once)?)]
        async fn $inner(calls: &Cell<u32>) -> io::Result<()> {
            calls.set(calls.get() + 1);
            Err(reset())
        }

        #[retry(max = 2 $(, $nested = $once)?)]
        async fn $middle(calls: &Cell<u32>) -> io::Result<()> {
            $inner(calls).await
        }

        #[retry(max = 2 $(, $nested = $once)?)]
        async fn $outermost(calls: &Cell<u32>) -> io::Result<()> {
            $middle(calls).await
        }
    };
}

three_levels!(allowed, allowed_middle, allowed_inner);
three_levels!(once, once_middle, once_inner, nested = once);

// SPEC 7.7
#[tokio::test(start_paused = true)]
async fn three_levels_make_27_calls_and_3_with_nested_once() {
    let calls = Cell::new(0);
    assert!(allowed(&calls).await.is_err());
    assert_eq!(calls.take(), 27);
    assert!(once(&calls).await.is_err());
    assert_eq!(calls.take(), 3);
    assert!(once_inner(&calls).await.is_err());
    assert_eq!(calls.take(), 3, "outside of another attempt it retries");
}

/// A page that fails at its first request, as the page after it will.
struct Pages {
    failed: Cell<u32>,
    requests: Cell<u32>,
}

impl Pages {
    fn get(&self, number: u32) -> io::Result<u32> {
        self.requests.set(self.requests.get() + 1);
        if self.failed.get() < number {
            self.failed.set(number);
            return Err(reset());
        }
        Ok(number)
    }
}

macro_rules! job {
    ($job:ident, $page:ident $(, $nested:ident = $once:ident)?) => {
        #[retry(max = 20 $(, $nested = $once)?)]
        async fn $page(pages: &Pages, number: u32) -> io::Result<u32> {
            pages.get(number)
        }

        #[retry(max = 20 $(, $nested = $once)?)]
        async fn $job(pages: &Pages) -> io::Result<u32> {
            let mut sum = 0;
            for number in 1..=10 {
                sum += $page(pages, number).await?;
            }
            Ok(sum)
        }
    };
}

job!(export, page);
job!(export_with_pages_once, page_once, nested = once);

// SPEC 7.7: the reason for the default.
#[tokio::test(start_paused = true)]
async fn a_job_of_ten_pages_that_fail_once_makes_20_requests_and_65_with_nested_once() {
    let pages = || Pages { failed: Cell::new(0), requests: Cell::new(0) };
    let allowed = pages();
    assert_eq!(export(&allowed).await.unwrap(), 55);
    assert_eq!(allowed.requests.get(), 20);
    let once = pages();
    assert_eq!(export_with_pages_once(&once).await.unwrap(), 55);
    assert_eq!(once.requests.get(), 65);
}

#[derive(Debug, PartialEq)]
struct Ended(StopReason, Option<&'static str>);

fn ended(_: io::Error, give_up: &GiveUp) -> io::Error {
    let ended = Ended(give_up.reason(), give_up.outer());
    io::Error::other(format!("{ended:?}"))
}

#[retry(nested = once, give_up = ended)]
async fn told() -> io::Result<()> {
    Err(reset())
}

#[retry(nested = once, give_up = ended)]
fn told_blocking() -> io::Result<()> {
    Err(reset())
}

#[retry(max = 2, on(_ if false))]
async fn by_path() -> io::Result<()> {
    told().await
}

#[retry(max = 2, name = "shop::order", on(_ if false))]
async fn by_a_chosen_name() -> io::Result<()> {
    told().await
}

#[retry(max = 2, timeout = "5s", on(_ if false))]
async fn with_a_timeout() -> io::Result<()> {
    told().await
}

#[retry(max = 2, on(_ if false))]
fn blocking() -> io::Result<()> {
    told_blocking()
}

struct Client;

impl Client {
    #[retry(on(_ if false))]
    async fn method(&self) -> io::Result<()> {
        told().await
    }
}

// SPEC 7.7.1
#[tokio::test(start_paused = true)]
async fn the_reason_is_nested_and_names_the_outer_function() {
    let no_retry = RetryPolicy::new();
    let by_hand = RetryState::new(&RetryPolicy::DEFAULT);
    let test = "nested::the_reason_is_nested_and_names_the_outer_function";
    let cases = [
        (by_path().await, "nested::by_path"),
        (by_a_chosen_name().await, "shop::order"),
        (with_a_timeout().await, "nested::with_a_timeout"),
        (blocking(), "nested::blocking"),
        (Client.method().await, "nested::Client::method"),
        (no_retry.retry(told).when(|_| false).name("inventory").await, "inventory"),
        (no_retry.retry_local(async || told().await).when(|_| false).name("stock").await, "stock"),
        (by_hand.attempt(async { told().await }).await, test),
    ];
    for (outcome, outer) in cases {
        let expected = format!("{:?}", Ended(StopReason::Nested, Some(outer)));
        assert_eq!(outcome.unwrap_err().to_string(), expected);
    }
}

// SPEC 7.7.1
#[tokio::test]
async fn the_record_of_a_test_names_the_outer_function() {
    #[retry(max = 1)]
    async fn outer() -> io::Result<()> {
        let inner = ONCE.retry(async || io::Result::<()>::Err(reset()));
        inner.await
    }

    let guard = testing::no_wait();
    assert!(outer().await.is_err());
    let decisions = guard.decisions();
    let outers: Vec<_> = decisions.iter().map(|record| (record.decision, record.outer)).collect();
    let nested = Decision::Stop(StopReason::Nested);
    assert_eq!(outers[0], (nested, Some("outer")));
    assert!(matches!(outers[1], (Decision::Retry(_), None)));
    assert_eq!(outers[2], (nested, Some("outer")));
    assert_eq!(outers[3], (Decision::Stop(StopReason::Exhausted), None));
}

// SPEC 7.7
#[tokio::test(start_paused = true)]
async fn every_form_makes_one_attempt_inside_another() {
    #[retry(policy = ONCE)]
    async fn attribute(calls: &Cell<u32>) -> io::Result<()> {
        calls.set(calls.get() + 1);
        Err(reset())
    }

    let calls = Cell::new(0);
    let failing = async || {
        calls.set(calls.get() + 1);
        io::Result::<()>::Err(reset())
    };
    let outer = RetryState::new(&RetryPolicy::DEFAULT);
    let inside = async {
        assert!(attribute(&calls).await.is_err());
        assert!(ONCE.retry(failing).await.is_err());
        assert!(ONCE.retry_local(failing).await.is_err());
        let by_hand = RetryState::new(&ONCE).decide(ErrorClass::Transient);
        assert_eq!(by_hand, Decision::Stop(StopReason::Nested));
        let permanent = RetryState::new(&ONCE).decide(ErrorClass::Permanent);
        assert_eq!(permanent, Decision::Stop(StopReason::Permanent));
    };
    outer.attempt(inside).await;
    assert_eq!(calls.take(), 3);
    assert!(attribute(&calls).await.is_err());
    assert_eq!(calls.take(), 4);
    outer.attempt_blocking(|| {
        let by_hand = RetryState::new(&ONCE).decide(ErrorClass::Transient);
        assert_eq!(by_hand, Decision::Stop(StopReason::Nested));
    });
    let by_hand = RetryState::new(&ONCE).decide(ErrorClass::Transient);
    assert!(matches!(by_hand, Decision::Retry(_)));
}

/// Looks at the running attempt, as a helper deep below would.
fn seen() -> (Option<u32>, Option<Duration>) {
    (current_attempt(), remaining())
}

type Seen = std::sync::Mutex<Vec<(Option<u32>, Option<Duration>)>>;

fn note(seen_so_far: &Seen) -> io::Result<()> {
    seen_so_far.lock().unwrap().push(seen());
    Err(reset())
}

// SPEC 7.8
#[tokio::test(start_paused = true)]
async fn helpers_see_the_number_and_the_time_left() {
    #[retry(max = 2, jitter = none)]
    async fn plain(seen: &Seen) -> io::Result<()> {
        note(seen)
    }

    #[retry(max = 2, jitter = none, deadline = "10s")]
    async fn with_a_deadline(seen: &Seen) -> io::Result<()> {
        note(seen)
    }

    #[retry(max = 2, jitter = none, timeout = "4s")]
    async fn with_a_timeout(seen: &Seen) -> io::Result<()> {
        sleep(SECOND).await;
        note(seen)
    }

    #[retry(max = 2, jitter = none, timeout = "4s", deadline = "6s")]
    async fn with_both(seen: &Seen) -> io::Result<()> {
        note(seen)
    }

    #[retry(policy = policy, max = 2, name = "by policy")]
    async fn by_policy(policy: &RetryPolicy, seen: &Seen) -> io::Result<()> {
        note(seen)
    }

    let secs = |seconds| Some(Duration::from_secs(seconds));
    let none = RetryPolicy::new().max_retries(2).jitter(Jitter::None);
    let limited = none.deadline(Duration::from_secs(10));
    let seen = Seen::default();
    let taken = || std::mem::take(&mut *seen.lock().unwrap());
    let numbered = |left: [Option<Duration>; 3]| -> Vec<_> {
        (1..).zip(left).map(|(number, left)| (Some(number), left)).collect()
    };

    assert!(plain(&seen).await.is_err());
    assert_eq!(taken(), numbered([None; 3]));
    assert!(with_a_deadline(&seen).await.is_err());
    assert_eq!(taken(), numbered([secs(10), secs(9), secs(7)]));
    assert!(with_a_timeout(&seen).await.is_err());
    assert_eq!(taken(), numbered([secs(3); 3]));
    assert!(with_both(&seen).await.is_err());
    assert_eq!(taken(), numbered([secs(4), secs(4), secs(3)]));
    assert!(by_policy(&none, &seen).await.is_err());
    assert_eq!(taken(), numbered([None; 3]));
    assert!(by_policy(&limited, &seen).await.is_err());
    assert_eq!(taken(), numbered([secs(10), secs(9), secs(7)]));
    assert!(limited.retry(async || note(&seen)).await.is_err());
    assert_eq!(taken(), numbered([secs(10), secs(9), secs(7)]));
    assert!(limited.retry_local(async || note(&seen)).await.is_err());
    assert_eq!(taken(), numbered([secs(10), secs(9), secs(7)]));
    let in_time = none.retry(async || note(&seen)).timeout(4 * SECOND);
    assert!(in_time.await.is_err());
    assert_eq!(taken(), numbered([secs(4); 3]));

    let mut by_hand = RetryState::new(&limited);
    while by_hand.attempt(async { note(&seen) }).await.is_err() {
        let Decision::Retry(wait) = by_hand.decide(ErrorClass::Transient) else { break };
        sleep(wait.duration()).await;
    }
    assert_eq!(taken(), numbered([secs(10), secs(9), secs(7)]));
    assert_eq!(self::seen(), (None, None));
}

// SPEC 7.8
#[tokio::test(start_paused = true)]
async fn before_retry_runs_inside_the_attempt() {
    let numbers = std::sync::Mutex::new(Vec::new());
    let policy = RetryPolicy::new().max_retries(1);
    let outcome = policy
        .retry(async || io::Result::<()>::Err(reset()))
        .before_retry(|| async { numbers.lock().unwrap().push(current_attempt()) })
        .await;
    assert!(outcome.is_err());
    assert_eq!(*numbers.lock().unwrap(), [Some(2)]);
}

// SPEC 7.8.1
#[tokio::test(start_paused = true)]
async fn an_inner_call_ends_at_the_outer_deadline_or_its_own_whichever_is_first() {
    #[retry(max = 20, base = "1s", factor = 1, jitter = none)]
    async fn without(calls: &Cell<u32>) -> io::Result<()> {
        calls.set(calls.get() + 1);
        Err(reset())
    }

    #[retry(max = 20, base = "1s", factor = 1, jitter = none, deadline = "3s")]
    async fn shorter(calls: &Cell<u32>) -> io::Result<()> {
        calls.set(calls.get() + 1);
        Err(reset())
    }

    #[retry(max = 20, base = "1s", factor = 1, jitter = none, deadline = "60s")]
    async fn longer(calls: &Cell<u32>) -> io::Result<()> {
        calls.set(calls.get() + 1);
        Err(reset())
    }

    #[retry(deadline = "5s", on(_ if false))]
    async fn within<F: Future<Output = io::Result<()>>>(inner: impl Fn() -> F) -> io::Result<()> {
        inner().await
    }

    let by_form = RetryPolicy::new().max_retries(20).factor(1.0).jitter(Jitter::None);
    let calls = Cell::new(0);
    let operation = async || {
        calls.set(calls.get() + 1);
        io::Result::<()>::Err(reset())
    };
    let begin = Instant::now();
    // Attempts at 0, 1, 2, 3 and 4 seconds; the next would begin at the deadline.
    assert!(within(|| without(&calls)).await.is_err());
    assert_eq!((calls.take(), begin.elapsed()), (5, 4 * SECOND));
    assert!(within(|| shorter(&calls)).await.is_err());
    assert_eq!((calls.take(), begin.elapsed()), (3, 6 * SECOND));
    assert!(within(|| longer(&calls)).await.is_err());
    assert_eq!((calls.take(), begin.elapsed()), (5, 10 * SECOND));
    assert!(within(|| by_form.retry(operation)).await.is_err());
    assert_eq!((calls.take(), begin.elapsed()), (5, 14 * SECOND));
}

#[derive(Debug, PartialEq)]
enum Late {
    TimedOut,
    Failed,
}

impl From<TimedOut> for Late {
    fn from(_: TimedOut) -> Self {
        Self::TimedOut
    }
}

impl retry_kit::Classify for Late {
    fn classify(&self) -> ErrorClass {
        ErrorClass::Transient
    }
}

// SPEC 7.8.1
#[tokio::test(start_paused = true)]
async fn an_inner_timeout_is_cut_to_what_the_outer_attempt_has_left() {
    #[retry(timeout = "30s", max = 3)]
    async fn inner() -> Result<(), Late> {
        sleep(60 * SECOND).await;
        Err(Late::Failed)
    }

    #[retry(deadline = "10s", on(_ if false))]
    async fn within() -> Result<(), Late> {
        inner().await
    }

    let begin = Instant::now();
    assert_eq!(within().await, Err(Late::TimedOut));
    assert_eq!(begin.elapsed(), 10 * SECOND);

    let by_form = RetryPolicy::new().deadline(10 * SECOND);
    assert_eq!(by_form.retry(inner).when(|_| false).await, Err(Late::TimedOut));
    assert_eq!(begin.elapsed(), 20 * SECOND);
}

// SPEC 7.8.1
#[tokio::test(start_paused = true)]
async fn an_inner_call_returns_its_error_before_the_outer_timeout_drops_it() {
    #[retry(max = 9, base = "2s", factor = 1, jitter = none)]
    async fn inner() -> Result<(), Late> {
        Err(Late::Failed)
    }

    #[retry(timeout = "5s", on(_ if false))]
    async fn within() -> Result<(), Late> {
        inner().await
    }

    let begin = Instant::now();
    assert_eq!(within().await, Err(Late::Failed));
    assert_eq!(begin.elapsed(), 4 * SECOND);
}

// SPEC 7.7.2
#[tokio::test(start_paused = true)]
async fn a_spawned_task_is_outside() {
    #[retry(deadline = "10s")]
    async fn spawning() -> io::Result<(Option<u32>, Option<Duration>)> {
        assert_eq!(seen(), (Some(1), Some(10 * SECOND)));
        tokio::spawn(async { seen() }).await.map_err(io::Error::other)
    }

    assert_eq!(spawning().await.unwrap(), (None, None));
}

// SPEC 7.7.2
#[tokio::test(start_paused = true)]
async fn interleaved_calls_see_each_their_own_attempt() {
    #[retry(max = 2, jitter = none)]
    async fn call(pause: Duration, numbers: &Seen) -> io::Result<()> {
        let number = current_attempt();
        sleep(pause).await;
        assert_eq!(current_attempt(), number);
        note(numbers)
    }

    let (one, other) = (Seen::default(), Seen::default());
    let (first, second) = tokio::join!(call(SECOND, &one), call(1_500 * SECOND / 1_000, &other));
    assert!(first.is_err() && second.is_err());
    let numbers = |seen: &Seen| -> Vec<_> {
        seen.lock().unwrap().iter().map(|(number, _)| *number).collect()
    };
    assert_eq!(numbers(&one), [Some(1), Some(2), Some(3)]);
    assert_eq!(numbers(&other), [Some(1), Some(2), Some(3)]);
}

// SPEC 7.7.2
#[tokio::test(start_paused = true)]
async fn neither_a_panic_nor_a_dropped_future_leaves_an_attempt_behind() {
    #[retry(deadline = "10s", name = "panicking")]
    async fn panicking() -> io::Result<()> {
        panic!("as the test wants")
    }

    #[retry(deadline = "10s")]
    fn panicking_blocking() -> io::Result<()> {
        panic!("as the test wants")
    }

    #[retry(deadline = "10s")]
    async fn pending() -> io::Result<()> {
        std::future::pending().await
    }

    let mut context = Context::from_waker(Waker::noop());
    let mut call = Box::pin(panicking());
    assert!(catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(&mut context))).is_err());
    assert_eq!(seen(), (None, None));
    assert!(catch_unwind(panicking_blocking).is_err());
    assert_eq!(seen(), (None, None));
    let mut call = Box::pin(pending());
    assert!(call.as_mut().poll(&mut context).is_pending());
    assert_eq!(seen(), (None, None));
    drop(call);
    assert_eq!(seen(), (None, None));

    // The same inside another attempt: its own scope comes back.
    let outer = RetryState::new(&RetryPolicy::new().deadline(5 * SECOND));
    let around = async {
        let mut call = Box::pin(panicking());
        let polled = poll_fn(|context| {
            Poll::Ready(catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(context))).is_err())
        });
        assert!(polled.await);
        seen()
    };
    assert_eq!(outer.attempt(around).await, (Some(1), Some(5 * SECOND)));
}

// SPEC 7.8
#[tokio::test(start_paused = true)]
async fn remaining_is_zero_once_the_time_is_over() {
    let outer = RetryState::new(&RetryPolicy::new().deadline(SECOND));
    let mut attempt = pin!(outer.attempt(async {
        advance(2 * SECOND).await;
        remaining()
    }));
    assert_eq!(attempt.as_mut().await, Some(Duration::ZERO));
}

// SPEC 7.8
#[test]
fn a_blocking_call_tells_the_time_left() {
    #[retry(deadline = "1h")]
    fn call() -> io::Result<Option<Duration>> {
        Ok(remaining())
    }

    let left = call().unwrap().unwrap();
    assert!(left <= Duration::from_secs(3_600) && left > Duration::from_secs(3_500), "{left:?}");
    assert_eq!(remaining(), None);
}

static UNTOUCHED: AtomicU32 = AtomicU32::new(0);

// SPEC 4.12
#[tokio::test(start_paused = true)]
async fn a_deadline_outside_takes_nothing_from_a_budget() {
    static BUDGET: retry_kit::RetryBudget = retry_kit::RetryBudget::standard();

    #[retry(base = "20s", cap = "20s", budget = &BUDGET)]
    async fn inner() -> io::Result<()> {
        UNTOUCHED.fetch_add(1, Relaxed);
        Err(reset())
    }

    let full = BUDGET.available();
    let outer = RetryState::new(&RetryPolicy::new().deadline(SECOND));
    assert!(outer.attempt(inner()).await.is_err());
    assert_eq!((UNTOUCHED.load(Relaxed), BUDGET.available()), (1, full));
}
