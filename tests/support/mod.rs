//! A scripted operation: fails by its script, and records its calls.

#![allow(dead_code, reason = "no test needs all of it")]

use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use retry_kit::{Classify, ErrorClass, TimedOut};
use tokio::time::Instant;

/// An error of the class it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure(pub ErrorClass);

impl Classify for Failure {
    fn classify(&self) -> ErrorClass {
        self.0
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "failed: {:?}", self.0)
    }
}

impl From<TimedOut> for Failure {
    fn from(_: TimedOut) -> Self {
        TRANSIENT
    }
}

pub const TRANSIENT: Failure = Failure(ErrorClass::Transient);
pub const PERMANENT: Failure = Failure(ErrorClass::Permanent);

pub fn throttled(seconds: u64) -> Failure {
    Failure(ErrorClass::Throttled { retry_after: Some(Duration::from_secs(seconds)) })
}

pub fn status(code: u16) -> Failure {
    Failure(ErrorClass::Status { code, retry_after: None })
}

/// Returns the failures one after the other, then the number of calls so far.
pub struct Script<E = Failure> {
    failures: Mutex<std::vec::IntoIter<E>>,
    start: Instant,
    calls: Mutex<Vec<Duration>>,
}

impl<E> Script<E> {
    /// Create it inside a paused runtime: that clock times the calls.
    pub fn new(failures: impl IntoIterator<Item = E>) -> Self {
        let failures: Vec<E> = failures.into_iter().collect();
        Self {
            failures: Mutex::new(failures.into_iter()),
            start: Instant::now(),
            calls: Mutex::new(Vec::new()),
        }
    }

    pub fn call(&self) -> Result<usize, E> {
        let mut calls = self.calls.lock().unwrap();
        calls.push(self.start.elapsed());
        match self.failures.lock().unwrap().next() {
            Some(failure) => Err(failure),
            None => Ok(calls.len()),
        }
    }

    pub fn calls(&self) -> usize {
        self.calls.lock().unwrap().len()
    }

    /// The time between one call and the next.
    pub fn waits(&self) -> Vec<Duration> {
        self.calls.lock().unwrap().windows(2).map(|pair| pair[1].abs_diff(pair[0])).collect()
    }

    pub fn waits_in_seconds(&self) -> Vec<u64> {
        let exact = |wait: Duration| (wait.subsec_nanos() == 0).then_some(wait.as_secs());
        self.waits().into_iter().map(|wait| exact(wait).expect("whole seconds")).collect()
    }
}

pub fn seconds(waits: &[u64]) -> Vec<Duration> {
    waits.iter().copied().map(Duration::from_secs).collect()
}
