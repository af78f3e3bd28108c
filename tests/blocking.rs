//! Functions that are not async: the same loop, which blocks the thread while it waits.

#![cfg(feature = "macros")]

use std::cell::Cell;
use std::io;
use std::time::{Duration, Instant};

use retry_kit::{RetryPolicy, retry};

fn reset() -> io::Error {
    io::ErrorKind::ConnectionReset.into()
}

/// Fails so often, then gives the number of calls.
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
    assert_eq!(generic(&flaky(), "text").unwrap(), "text");
    assert_eq!(coerces(&flaky()).unwrap().to_string(), "7");
    assert_eq!(opaque(&flaky()).unwrap().count(), 3);
    assert_eq!(foreign(&flaky()).unwrap(), 3);
    // SAFETY: there is nothing unsafe in it.
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

// The one real wait: a thread has no clock to pause.
#[test]
fn a_function_that_is_not_async_blocks_its_thread_for_the_wait() {
    let start = Instant::now();
    assert_eq!(waiting(&Flaky::new(1)).unwrap(), 2);
    assert!(start.elapsed() >= Duration::from_millis(30));
}
