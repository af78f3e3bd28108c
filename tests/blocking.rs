//! Functions that are not async: the same loop, but a wait blocks the thread.

#![cfg(feature = "macros")]

use std::cell::Cell;
use std::io;
use std::time::{Duration, Instant};

use retry_kit::{RetryPolicy, retry};

fn reset() -> io::Error {
    io::ErrorKind::ConnectionReset.into()
}

/// Fails this often, then returns the number of calls.
struct Flaky {
    failures: u32,
    calls: Cell<u32>,
    policy: RetryPolicy,
}

impl Flaky {
    fn new(failures: u32) -> Self {
        let policy = RetryPolicy::new().base_delay(Duration::ZERO);
        Self { failures, calls: Cell::new(0), policy }
    }

    fn call(&self) -> io::Result<u32> {
        self.calls.set(self.calls.get() + 1);
        if self.calls.get() > self.failures { Ok(self.calls.get()) } else { Err(reset()) }
    }

    #[retry(policy = self.policy)]
    fn method(&self) -> io::Result<u32> {
        self.call()
    }

    #[retry(base = "0s")]
    fn exclusive(&mut self, hits: &mut u32) -> io::Result<&Cell<u32>> {
        let moved = hits;
        *moved += 1;
        self.call()?;
        Ok(&self.calls)
    }

    #[retry(base = "0s", share(self))]
    fn by_value(mut self) -> io::Result<Self> {
        self.failures -= 1;
        self.call()?;
        Ok(Self::new(self.failures))
    }
}

#[retry(base = "0s")]
fn function(flaky: &Flaky) -> io::Result<String> {
    Ok(format!("{}", flaky.call()?))
}

#[retry(base = "0s", clone(list))]
fn cloned(flaky: &Flaky, mut list: Vec<u32>) -> io::Result<usize> {
    list.push(1);
    flaky.call()?;
    Ok(list.len())
}

#[retry(base = "0s", span)]
fn in_a_span(flaky: &Flaky) -> io::Result<u32> {
    flaky.call()
}

#[retry(base = "0s")]
fn generic<'a, T: ToString + ?Sized>(flaky: &'a Flaky, value: &'a T) -> io::Result<&'a T> {
    flaky.call()?;
    Ok(value)
}

#[retry(base = "0s")]
fn coerces(flaky: &Flaky) -> io::Result<Box<dyn ToString>> {
    flaky.call()?;
    Ok(Box::new(7))
}

#[retry(base = "0s")]
fn opaque(flaky: &Flaky) -> io::Result<impl Iterator<Item = u32> + use<>> {
    Ok(0..flaky.call()?)
}

#[retry(base = "0s")]
#[allow(improper_ctypes_definitions, reason = "nobody calls it from C")]
extern "C" fn foreign(flaky: &Flaky) -> io::Result<u32> {
    flaky.call()
}

#[retry(base = "0s")]
unsafe fn not_safe(flaky: &Flaky) -> io::Result<u32> {
    flaky.call()
}

trait Call {
    fn flaky(&self) -> &Flaky;

    #[retry(base = "0s")]
    fn by_default(&self) -> io::Result<u32> {
        self.flaky().call()
    }
}

impl Call for Flaky {
    fn flaky(&self) -> &Flaky {
        self
    }
}

// SPEC 3.2
#[test]
fn a_function_that_is_not_async_is_retried() {
    let flaky = || Flaky::new(2);
    assert_eq!(flaky().method().unwrap(), 3);
    let mut hits = 0;
    assert_eq!(flaky().exclusive(&mut hits).unwrap().get(), 3);
    assert_eq!(hits, 3);
    assert_eq!(flaky().by_value().unwrap().failures, 0);
    assert_eq!(function(&flaky()).unwrap(), "3");
    assert_eq!(cloned(&flaky(), vec![0]).unwrap(), 2);
    assert_eq!(in_a_span(&flaky()).unwrap(), 3);
    assert_eq!(generic(&flaky(), "text").unwrap(), "text");
    assert_eq!(coerces(&flaky()).unwrap().to_string(), "7");
    assert_eq!(opaque(&flaky()).unwrap().count(), 3);
    assert_eq!(foreign(&flaky()).unwrap(), 3);
    // SAFETY: the function does nothing unsafe.
    assert_eq!(unsafe { not_safe(&flaky()) }.unwrap(), 3);
    assert_eq!(flaky().by_default().unwrap(), 3);
    let hopeless = Flaky::new(100);
    assert_eq!(function(&hopeless).unwrap_err().kind(), io::ErrorKind::ConnectionReset);
    assert_eq!(hopeless.calls.get(), 4);
}

#[retry(max = 1, base = "30ms", jitter = none)]
fn waiting(flaky: &Flaky) -> io::Result<u32> {
    flaky.call()
}

// The only real wait: a thread's clock cannot be paused.
#[test]
fn a_function_that_is_not_async_blocks_its_thread_for_the_wait() {
    let start = Instant::now();
    assert_eq!(waiting(&Flaky::new(1)).unwrap(), 2);
    assert!(start.elapsed() >= Duration::from_millis(30));
}

#[cfg(feature = "tokio")]
mod under_tokios_paused_clock {
    use retry_kit::{Classify, Decision, RetryState};

    use super::{Duration, RetryPolicy, io, reset, retry};

    const POLICY: RetryPolicy = RetryPolicy::new()
        .unlimited()
        .base_delay(Duration::from_millis(1))
        .backoff(retry_kit::Backoff::Fixed)
        .jitter(retry_kit::Jitter::None)
        .deadline(Duration::from_millis(20));

    #[retry(max = forever, base = "1ms", backoff = fixed, jitter = none, deadline = "20ms")]
    fn constant() -> io::Result<()> {
        Err(reset())
    }

    #[retry(policy = POLICY)]
    fn of_a_policy() -> io::Result<()> {
        Err(reset())
    }

    #[retry(policy = POLICY, on_retry = |event| elapsed.push(event.elapsed()))]
    fn with_a_hook(elapsed: &mut Vec<Option<Duration>>) -> io::Result<()> {
        Err(reset())
    }

    #[retry(policy = POLICY, attempt = attempt)]
    fn with_an_attempt(elapsed: &mut Vec<Duration>) -> io::Result<()> {
        elapsed.push(attempt.elapsed());
        Err(reset())
    }

    fn by_hand() -> io::Result<()> {
        let mut retries = RetryState::new(&POLICY);
        loop {
            match retries.decide(reset().classify()) {
                Decision::Retry(wait) => std::thread::sleep(wait.duration()),
                Decision::Stop(_) => return Err(reset()),
            }
        }
    }

    // SPEC 4.7: a thread that sleeps measures by the clock it sleeps by. That these return is all.
    #[tokio::test(start_paused = true)]
    async fn a_deadline_is_reached() {
        let stopped = tokio::time::Instant::now();
        assert!(constant().is_err());
        assert!(of_a_policy().is_err());
        let mut elapsed = Vec::new();
        assert!(with_a_hook(&mut elapsed).is_err());
        assert!(elapsed.last().is_some_and(|last| *last > Some(Duration::ZERO)), "{elapsed:?}");
        let mut elapsed = Vec::new();
        assert!(with_an_attempt(&mut elapsed).is_err());
        assert!(elapsed.last().is_some_and(|last| *last > Duration::ZERO), "{elapsed:?}");
        assert!(by_hand().is_err());
        assert_eq!(stopped.elapsed(), Duration::ZERO);
    }
}
