//! Dropping the future ends the call immediately, at any moment.

#![cfg(all(feature = "macros", feature = "tokio"))]

mod support;

use std::cell::RefCell;
use std::pin::Pin;
use std::time::Duration;

use retry_kit::{Jitter, RetryPolicy, retry};
use support::{Failure, TRANSIENT};
use tokio::time::{Instant, sleep};

/// Events with their times.
struct Log {
    start: Instant,
    lines: RefCell<Vec<(Duration, &'static str)>>,
}

impl Log {
    fn new() -> Self {
        Self { start: Instant::now(), lines: RefCell::default() }
    }

    fn add(&self, line: &'static str) {
        self.lines.borrow_mut().push((self.start.elapsed(), line));
    }

    fn count(&self, line: &str) -> usize {
        self.lines.borrow().iter().filter(|(_, logged)| *logged == line).count()
    }
}

struct Local<'l>(&'l Log);

impl Drop for Local<'_> {
    fn drop(&mut self) {
        self.0.add("local dropped");
    }
}

async fn attempt(log: &Log) -> Result<(), Failure> {
    log.add("attempt");
    let _local = Local(log);
    sleep(Duration::from_secs(2)).await;
    log.add("attempt ends");
    Err(TRANSIENT)
}

async fn prepare(log: &Log) {
    log.add("prepare");
    sleep(Duration::from_secs(1)).await;
}

#[retry(
    max = 2, base = "3s", backoff = fixed, jitter = none, timeout = "10s", deadline = "1m",
    on_retry = |_| log.add("hook"),
    before_retry = prepare(log),
    give_up = |error, _| { log.add("gave up"); error },
)]
async fn annotated(log: &Log) -> Result<(), Failure> {
    attempt(log).await
}

#[retry(max = 2, base = "3s", backoff = fixed, jitter = none, timeout = "1s", sleep = sleep)]
async fn cut(log: &Log) -> Result<(), Failure> {
    attempt(log).await
}

fn policy() -> RetryPolicy {
    let policy = RetryPolicy::new().max_retries(2).base_delay(Duration::from_secs(3));
    policy.backoff(retry_kit::Backoff::Fixed).jitter(Jitter::None)
}

type Boxed<'f> = Pin<Box<dyn Future<Output = Result<(), Failure>> + 'f>>;

fn by_attribute(log: &Log) -> Boxed<'_> {
    Box::pin(annotated(log))
}

macro_rules! with_options {
    ($retry:expr, $log:ident) => {
        $retry
            .timeout(Duration::from_secs(10))
            .on_retry(|_| $log.add("hook"))
            .before_retry(move || prepare($log))
            .give_up(|error, _| {
                $log.add("gave up");
                error
            })
    };
}

fn by_function(log: &Log) -> Boxed<'_> {
    Box::pin(with_options!(policy().retry(move || attempt(log)), log))
}

fn by_local_function(log: &Log) -> Boxed<'_> {
    Box::pin(with_options!(policy().retry_local(async move || attempt(log).await), log))
}

const FORMS: [for<'l> fn(&'l Log) -> Boxed<'l>; 3] = [by_attribute, by_function, by_local_function];

/// An attempt takes two seconds, a wait three, a preparation one.
const LAST: u64 = 2 + 3 + 1 + 2 + 3 + 1 + 2;

// SPEC 3.5, 3.6, 4.12
#[tokio::test(start_paused = true)]
async fn a_dropped_call_behaves_the_same_until_the_drop_and_does_nothing_afterwards() {
    for form in FORMS {
        let whole = Log::new();
        assert_eq!(form(&whole).await, Err(TRANSIENT));
        let whole = whole.lines.take();
        let lines: Vec<&str> = whole.iter().map(|(_, line)| *line).collect();
        let round = ["attempt", "attempt ends", "local dropped", "hook", "prepare"];
        let end = ["attempt", "attempt ends", "local dropped", "gave up"];
        assert_eq!(lines, [&round[..], &round[..], &end[..]].concat());
        assert_eq!(whole.last().map(|(at, _)| at.as_secs()), Some(LAST));

        for half_seconds in (1..2 * LAST).step_by(2) {
            let after = Duration::from_millis(500 * half_seconds);
            let log = Log::new();
            let cut = tokio::time::timeout(after, form(&log)).await;
            assert!(cut.is_err());
            let until: Vec<_> = whole.iter().copied().filter(|(at, _)| *at < after).collect();
            let mut lines = log.lines.borrow().clone();
            // A running attempt drops its own locals and nothing else.
            if log.count("attempt") > log.count("attempt ends") {
                assert_eq!(lines.pop(), Some((after, "local dropped")));
            }
            assert_eq!(lines, until, "after {after:?}");
            let before = log.lines.borrow().len();
            sleep(Duration::from_secs(100)).await;
            assert_eq!(log.lines.borrow().len(), before);
        }
    }
}

// SPEC 3.6
#[tokio::test(start_paused = true)]
async fn a_future_that_loses_a_select_or_was_never_polled_does_nothing() {
    for form in FORMS {
        let log = Log::new();
        drop(form(&log));
        tokio::select! {
            biased;
            () = std::future::ready(()) => {}
            _ = form(&log) => unreachable!("the other is ready"),
        }
        assert_eq!(log.lines.borrow().len(), 0);
        tokio::select! {
            _ = form(&log) => unreachable!("the other is sooner"),
            () = sleep(Duration::from_secs(4)) => {}
        }
        assert_eq!((log.count("attempt"), log.count("hook"), log.count("prepare")), (1, 1, 0));
    }
}

// SPEC 2.3: the attempt is dropped when its time is up, not at the end of the wait.
#[tokio::test(start_paused = true)]
async fn a_timeout_drops_the_attempt_at_once() {
    let log = Log::new();
    assert_eq!(cut(&log).await, Err(TRANSIENT));
    let times: Vec<_> = log.lines.borrow().iter().map(|(at, line)| (at.as_secs(), *line)).collect();
    let attempt = |at| [(at, "attempt"), (at + 1, "local dropped")];
    assert_eq!(times, [attempt(0), attempt(4), attempt(8)].concat());
}
