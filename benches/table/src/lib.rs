//! The same call with retry-kit, by hand and with other crates: an operation that fails as often as it is
//! told, up to three retries, waits of 1 s, 2 s and 4 s with jitter, and an error type that chooses.
//!
//! `turn` has waits that end at once, to count instructions; `timer` has the waits that users have.

pub mod headers;
pub mod tasks;
pub mod timer;
pub mod turn;
pub mod waits;

use std::hint::black_box;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use retry_kit::{Classify, ErrorClass};

#[derive(Debug)]
pub enum Failure {
    Busy,
    Gone,
}

impl Failure {
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy)
    }
}

impl Classify for Failure {
    fn classify(&self) -> ErrorClass {
        self.is_transient().into()
    }
}

pub type Outcome = Result<u32, Failure>;

/// What the attempts of a call have before them.
#[derive(Debug, Default)]
pub struct Script {
    pub failures: AtomicU32,
    /// The polls at which the attempt is pending.
    pub pending: AtomicU32,
}

impl Script {
    #[must_use]
    pub const fn new() -> Self {
        Self { failures: AtomicU32::new(0), pending: AtomicU32::new(0) }
    }
}

fn take_one(left: &AtomicU32) -> bool {
    let n = left.load(Ordering::Relaxed);
    if n > 0 {
        left.store(n - 1, Ordering::Relaxed);
    }
    n > 0
}

/// The operation, opaque to the compiler at the call.
#[derive(Debug)]
pub struct Operation {
    script: &'static Script,
}

#[must_use]
pub fn operation(script: &'static Script) -> Operation {
    Operation { script }
}

impl Future for Operation {
    type Output = Outcome;

    #[inline(never)]
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Outcome> {
        let script = black_box(self).script;
        if take_one(&script.pending) {
            return Poll::Pending;
        }
        Poll::Ready(black_box(if take_one(&script.failures) { Err(Failure::Busy) } else { Ok(1) }))
    }
}

/// The script as the request of a service. It hides the lifetime, which the compiler would have to prove the
/// service's future `Send` for.
#[derive(Clone, Copy, Debug)]
struct Request(&'static Script);

fn serve(request: Request) -> Operation {
    operation(request.0)
}

/// The same for callers that block.
#[inline(never)]
fn blocking_operation(script: &'static Script) -> Outcome {
    black_box(if take_one(&black_box(script).failures) { Err(Failure::Busy) } else { Ok(1) })
}

/// Polls to the end like an executor that does not know the future.
pub fn complete<T>(future: impl Future<Output = T>) -> T {
    let mut future: Pin<&mut dyn Future<Output = T>> = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = black_box(future.as_mut()).poll(&mut context) {
            return black_box(value);
        }
    }
}

/// The delay of the loop by hand: full jitter, in integers.
#[cold]
#[inline(never)]
fn careful_delay(retries: u32) -> Duration {
    let longest = 60_000_000_000.min(1_000_000_000_u64 << retries.min(6));
    Duration::from_nanos(fastrand::u64(..=longest))
}
