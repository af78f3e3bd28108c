//! The key `reset_after`: an attempt that ran long resets the count.

#![cfg(all(feature = "macros", feature = "tokio"))]

mod support;

use std::cell::{Cell, RefCell};
use std::io;
use std::time::Duration;

use retry_kit::{
    Backoff, Decision, ErrorClass, GiveUp, Jitter, Pause, RetryBudget, RetryEvent, RetryPolicy,
    RetryState, StopReason, current_attempt, retry,
};
use support::{Failure, PERMANENT, TRANSIENT};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};

const MINUTE: Duration = Duration::from_secs(60);

/// Two retries in a row, after 1 s and 2 s.
const POLICY: RetryPolicy = RetryPolicy::new().max_retries(2).jitter(Jitter::None);

fn seconds(seconds: &[u64]) -> Vec<Duration> {
    seconds.iter().copied().map(Duration::from_secs).collect()
}

/// A call whose attempts take this long and fail.
struct Call<'a> {
    lengths: &'a [Duration],
    last: Failure,
    attempts: Cell<usize>,
    /// The number of each attempt inside it.
    numbers: RefCell<Vec<u32>>,
    /// The number in each event, and its wait.
    told: RefCell<Vec<(u32, Duration)>>,
    end: RefCell<Option<GiveUp>>,
}

impl<'a> Call<'a> {
    fn new(lengths: &'a [Duration], last: Failure) -> Self {
        let (numbers, told, end) = (RefCell::default(), RefCell::default(), RefCell::default());
        Self { lengths, last, attempts: Cell::new(0), numbers, told, end }
    }

    async fn attempt(&self) -> Result<(), Failure> {
        self.numbers.borrow_mut().push(current_attempt().unwrap());
        let index = self.attempts.replace(self.attempts.get() + 1);
        sleep(self.lengths[index]).await;
        Err(if index + 1 == self.lengths.len() { self.last } else { TRANSIENT })
    }

    fn tell(&self, event: &RetryEvent<'_, Failure>) {
        self.told.borrow_mut().push((event.attempt(), event.wait()));
    }

    fn end(&self, error: Failure, give_up: &GiveUp) -> Failure {
        self.end.replace(Some(give_up.clone()));
        error
    }

    #[retry(
        policy = POLICY,
        reset_after = "60s",
        on_retry = |event| self.tell(event),
        give_up = |error, end| self.end(error, end)
    )]
    async fn by_attribute(&self) -> Result<(), Failure> {
        self.attempt().await
    }

    async fn by_function(&self) -> Result<(), Failure> {
        let retry = POLICY.retry(|| self.attempt()).reset_after(MINUTE);
        let retry = retry.on_retry(|event| self.tell(event));
        retry.give_up(|error, end| self.end(error, end)).await
    }

    async fn by_local_function(&self) -> Result<(), Failure> {
        let mut calls = 0;
        let operation = async || {
            calls += 1;
            self.attempt().await
        };
        let retry = POLICY.retry_local(operation).reset_after(Some(MINUTE));
        let retry = retry.on_retry(|event| self.tell(event));
        retry.give_up(|error, end| self.end(error, end)).await
    }

    async fn by_hand(&self) -> Vec<Decision> {
        let mut retries = RetryState::new(&POLICY).reset_after(MINUTE);
        let mut decisions = Vec::new();
        loop {
            let Err(error) = retries.attempt(self.attempt()).await else { unreachable!() };
            let decision = retries.decide(error.0);
            decisions.push(decision);
            match decision {
                Decision::Retry(wait) => sleep(wait.duration()).await,
                Decision::Stop(_) => return decisions,
            }
        }
    }
}

/// The lengths of the attempts, the waits in seconds, the numbers inside, and the attempts of the last run.
type Case<'a> = (&'a [Duration], &'a [u64], &'a [u32], u32);

// SPEC 4.19
#[tokio::test(start_paused = true)]
async fn an_attempt_that_ran_long_is_the_first_failure_of_a_new_run() {
    let short = Duration::from_millis(59_999);
    let zero = Duration::ZERO;
    let cases: [Case<'_>; 5] = [
        (&[zero, zero, zero], &[1, 2], &[1, 2, 3], 3),
        (&[short, short, short], &[1, 2], &[1, 2, 3], 3),
        (&[zero, zero, MINUTE, zero, zero], &[1, 2, 1, 2], &[1, 2, 3, 2, 3], 3),
        (&[MINUTE, MINUTE, 2 * MINUTE, zero, zero], &[1, 1, 1, 2], &[1, 2, 2, 2, 3], 3),
        (&[zero, MINUTE, zero, MINUTE, zero, zero], &[1, 1, 2, 1, 2], &[1, 2, 2, 3, 2, 3], 3),
    ];
    for (lengths, waits, numbers, attempts) in cases {
        for form in 0..3 {
            let (call, start) = (Call::new(lengths, TRANSIENT), Instant::now());
            let outcome = match form {
                0 => call.by_attribute().await,
                1 => call.by_function().await,
                _ => call.by_local_function().await,
            };
            assert_eq!(outcome, Err(TRANSIENT));
            assert_eq!(*call.numbers.borrow(), numbers, "{lengths:?}, form {form}");
            let told = call.told.borrow();
            let told_waits: Vec<_> = told.iter().map(|(_, wait)| *wait).collect();
            assert_eq!(told_waits, seconds(waits), "{lengths:?}, form {form}");
            // A failure after a wait of 1 s is always the first in a row.
            assert!(told.iter().all(|(number, wait)| wait.as_secs() == u64::from(*number)));
            let end = call.end.borrow().clone().unwrap();
            assert_eq!((end.reason(), end.attempts()), (StopReason::Exhausted, attempts));
            // The waits and the time are those of the whole call.
            assert_eq!(end.waited(), seconds(waits).iter().sum());
            assert_eq!(end.elapsed(), Some(start.elapsed()));
        }
        let call = Call::new(lengths, TRANSIENT);
        let decisions = call.by_hand().await;
        let (end, retries) = decisions.split_last().unwrap();
        let wait = |decision: &Decision| match decision {
            Decision::Retry(wait) => wait.duration(),
            Decision::Stop(_) => unreachable!(),
        };
        assert_eq!(*end, Decision::Stop(StopReason::Exhausted));
        assert_eq!(retries.iter().map(wait).collect::<Vec<_>>(), seconds(waits), "{lengths:?}");
        assert_eq!(*call.numbers.borrow(), numbers, "{lengths:?}");
    }
}

// SPEC 4.19.1
#[tokio::test(start_paused = true)]
async fn a_permanent_failure_after_a_long_attempt_is_the_first_of_its_run() {
    let call = Call::new(&[Duration::ZERO, MINUTE], PERMANENT);
    assert_eq!(call.by_attribute().await, Err(PERMANENT));
    let end = call.end.borrow().clone().unwrap();
    assert_eq!((end.reason(), end.attempts()), (StopReason::Permanent, 1));
}

#[retry(max = 1, jitter = none, reset_after = "60s", deadline = "3m")]
async fn within_a_deadline(calls: &Cell<u32>) -> Result<(), Failure> {
    calls.set(calls.get() + 1);
    sleep(MINUTE).await;
    Err(TRANSIENT)
}

// SPEC 4.19.1
#[tokio::test(start_paused = true)]
async fn the_deadline_counts_from_the_first_poll_all_the_same() {
    let (calls, start) = (Cell::new(0), Instant::now());
    assert_eq!(within_a_deadline(&calls).await, Err(TRANSIENT));
    assert_eq!((calls.get(), start.elapsed()), (3, Duration::from_secs(182)));
}

async fn prepare() {
    sleep(MINUTE / 2).await;
}

#[retry(max = 1, jitter = none, reset_after = MINUTE, before_retry = prepare())]
async fn prepared(lengths: &[u64], calls: &Cell<usize>) -> Result<(), Failure> {
    let index = calls.replace(calls.get() + 1);
    sleep(Duration::from_secs(lengths[index])).await;
    Err(TRANSIENT)
}

// SPEC 4.19: an attempt begins with `before_retry`.
#[tokio::test(start_paused = true)]
async fn the_preparation_is_a_part_of_the_attempt() {
    let calls = Cell::new(0);
    assert_eq!(prepared(&[0, 30, 29], &calls).await, Err(TRANSIENT));
    assert_eq!(calls.get(), 3);
}

#[retry(max = 1, jitter = none, reset_after = after)]
async fn perhaps(after: Option<Duration>, calls: &Cell<u32>) -> Result<(), Failure> {
    calls.set(calls.get() + 1);
    sleep(MINUTE).await;
    Err(if calls.get() < 5 { TRANSIENT } else { PERMANENT })
}

// SPEC 4.19.2
#[tokio::test(start_paused = true)]
async fn none_and_zero_never_reset_the_count() {
    for (after, expected) in [(Some(MINUTE), 5), (None, 2), (Some(Duration::ZERO), 2)] {
        let calls = Cell::new(0);
        assert!(perhaps(after, &calls).await.is_err());
        assert_eq!(calls.get(), expected, "{after:?}");
        let calls = Cell::new(0);
        let operation = || async {
            calls.set(calls.get() + 1);
            sleep(MINUTE).await;
            Err::<(), _>(if calls.get() < 5 { TRANSIENT } else { PERMANENT })
        };
        let policy = RetryPolicy::new().max_retries(1).jitter(Jitter::None);
        assert!(policy.retry(operation).reset_after(after).await.is_err());
        assert_eq!(calls.get(), expected, "{after:?}");
        let mut retries = RetryState::new(&policy).reset_after(after.unwrap_or_default());
        let decisions = (1..5)
            .take_while(|_| matches!(retries.decide(ErrorClass::Transient), Decision::Retry(_)));
        assert_eq!(decisions.count(), 1, "attempts that take no time");
    }
}

// SPEC 4.2.1, 4.19
#[tokio::test(start_paused = true)]
async fn decorrelated_backoff_begins_at_its_base_again() {
    let policy = RetryPolicy::new().unlimited().backoff(Backoff::Decorrelated);
    let mut has_grown = false;
    for seed in 0..50 {
        let mut retries = RetryState::seeded(&policy, seed).reset_after(MINUTE);
        let mut wait = async || match retries.decide(ErrorClass::Transient) {
            Decision::Retry(wait) => {
                sleep(wait.duration()).await;
                wait.duration()
            }
            Decision::Stop(_) => unreachable!(),
        };
        for _ in 0..4 {
            has_grown |= wait().await > Duration::from_secs(3);
        }
        sleep(MINUTE).await;
        let after = wait().await;
        assert!(after >= Duration::from_secs(1) && after <= Duration::from_secs(3), "{after:?}");
    }
    assert!(has_grown);
}

#[retry(
    policy = POLICY,
    reset_after = "60s",
    timeout = "2m",
    budget = budget,
    pause = pause,
    cancel = std::future::pending::<()>(),
    until = |()| false
)]
async fn everything(
    lengths: &[u64],
    calls: &Cell<usize>,
    budget: &RetryBudget,
    pause: &Pause,
) -> Result<(), Failure> {
    let index = calls.replace(calls.get() + 1);
    sleep(Duration::from_secs(lengths[index])).await;
    Ok(())
}

// SPEC 4.19, 7.1
#[tokio::test(start_paused = true)]
async fn it_goes_with_timeout_budget_pause_and_cancel() {
    let (budget, calls) = (RetryBudget::new(100, 10, 10, 1), Cell::new(0));
    let pause = Pause::new();
    assert_eq!(everything(&[0, 0, 60, 500, 0, 0], &calls, &budget, &pause).await, Ok(()));
    assert_eq!((calls.get(), budget.available()), (6, 100 - 5 * 10));
}

#[retry(max = 1, base = "1ms", reset_after = "20ms")]
fn blocking(calls: &Cell<u32>) -> io::Result<()> {
    calls.set(calls.get() + 1);
    if calls.get() == 2 {
        std::thread::sleep(Duration::from_millis(20));
    }
    let kind = if calls.get() < 4 { io::ErrorKind::TimedOut } else { io::ErrorKind::NotFound };
    Err(kind.into())
}

// SPEC 4.19: a thread's clock cannot be paused. A slow machine makes more attempts long, at most four.
#[test]
fn a_call_that_blocks_counts_by_the_clock_of_its_thread() {
    let calls = Cell::new(0);
    assert!(blocking(&calls).is_err());
    assert!((3..=4).contains(&calls.get()), "{}", calls.get());
}

/// A server in memory: accepts, or refuses while it restarts.
struct Server {
    start: Instant,
}

impl Server {
    /// It restarts every ten minutes, the last ten seconds of which it is away.
    const CYCLE: Duration = Duration::from_secs(600);
    const UP: Duration = Duration::from_secs(590);

    fn in_the_cycle(&self) -> Duration {
        let passed = self.start.elapsed().as_millis() % Self::CYCLE.as_millis();
        Duration::from_millis(u64::try_from(passed).unwrap())
    }

    /// A stream of events, one a second, which breaks when the server restarts.
    fn connect(&self) -> io::Result<mpsc::Receiver<Duration>> {
        if self.in_the_cycle() >= Self::UP {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        let (sender, events) = mpsc::channel(1);
        let (start, left) = (self.start, Self::UP.saturating_sub(self.in_the_cycle()));
        tokio::spawn(timeout(left, async move {
            while sender.send(start.elapsed()).await.is_ok() {
                sleep(Duration::from_secs(1)).await;
            }
        }));
        Ok(events)
    }
}

#[retry(max = 5, jitter = none, reset_after = "60s")]
async fn subscribe(
    server: &Server,
    connects: &Cell<u32>,
    seen: &RefCell<Vec<Duration>>,
) -> io::Result<()> {
    connects.set(connects.get() + 1);
    let mut events = server.connect()?;
    while let Some(event) = events.recv().await {
        seen.borrow_mut().push(event);
    }
    Err(io::ErrorKind::ConnectionReset.into())
}

// SPEC 4.19
#[tokio::test(start_paused = true)]
async fn a_subscription_lives_through_an_hour_of_restarts() {
    let hour = Duration::from_secs(3600);
    let server = Server { start: Instant::now() };
    let (connects, seen) = (Cell::new(0), RefCell::default());
    let subscription = timeout(hour, subscribe(&server, &connects, &seen)).await;
    assert!(subscription.is_err(), "after an hour it is still subscribed");
    // Six restarts. At each, the attempts after 1, 3 and 7 s are refused; the one after 15 s is not.
    assert_eq!(connects.get(), 1 + 5 * 4 + 3);
    let seen = seen.into_inner();
    assert!(seen.last() > Some(&Duration::from_secs(3580)), "{:?}", seen.last());
    let gaps = seen.windows(2).map(|pair| pair[1].checked_sub(pair[0]).unwrap());
    assert_eq!(gaps.max(), Some(Duration::from_secs(15)));

    // Without the key, the fifth retry in all is the last.
    let server = Server { start: Instant::now() };
    let connects = Cell::new(0);
    let policy = RetryPolicy::new().max_retries(5).jitter(Jitter::None);
    let operation = || async {
        connects.set(connects.get() + 1);
        let mut events = server.connect()?;
        while events.recv().await.is_some() {}
        Err::<(), _>(io::Error::from(io::ErrorKind::ConnectionReset))
    };
    assert!(timeout(hour, policy.retry(operation)).await.is_ok(), "it gives up");
    assert_eq!(connects.get(), 6);
}
