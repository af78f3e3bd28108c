//! Functions whose instructions `benches/instructions.sh` counts.
//!
//! `instructions` lists them. `instructions NAME FAILURES CALLS` calls one of them CALLS times,
//! with an operation that fails FAILURES times before it succeeds.

mod first;
mod headers;
mod pending;
mod retries;
mod waits;

use std::cell::Cell;
use std::future::Future;
use std::hint::black_box;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use retry_kit::{Classify, ErrorClass, TimedOut};

/// A function to count, with its name. It receives the number of failures left.
type Counted = (&'static str, fn(&Cell<u32>));

#[derive(Debug)]
enum Failure {
    Busy,
    Late,
}

impl Failure {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Busy)
    }
}

impl Classify for Failure {
    fn classify(&self) -> ErrorClass {
        self.is_transient().into()
    }
}

impl From<TimedOut> for Failure {
    fn from(_: TimedOut) -> Self {
        Self::Late
    }
}

type Outcome = Result<u32, Failure>;

/// An operation that is opaque to the compiler at the call.
struct Operation<'a> {
    failures: &'a Cell<u32>,
}

fn operation(failures: &Cell<u32>) -> Operation<'_> {
    Operation { failures }
}

impl Future for Operation<'_> {
    type Output = Outcome;

    #[inline(never)]
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Outcome> {
        let failures = black_box(self).failures;
        Poll::Ready(black_box(match failures.get() {
            0 => Ok(1),
            left => {
                failures.set(left - 1);
                Err(Failure::Busy)
            }
        }))
    }
}

/// Polls to the end like an executor that does not know the future. Only a retry is pending, once
/// per wait.
fn complete<T>(future: impl Future<Output = T>) {
    let mut future: Pin<&mut dyn Future<Output = T>> = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    let mut outcome = black_box(future.as_mut()).poll(&mut context);
    while black_box(outcome).is_pending() {
        outcome = black_box(future.as_mut()).poll(&mut context);
    }
}

fn main() {
    // The loop draws from it, and the result decides its path.
    fastrand::seed(1);
    // Tokio's timers need a runtime; one serves all calls.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.expect("a runtime without I/O");
    let _guard = runtime.enter();

    let groups: [(&str, &[Counted]); 5] = [
        ("first", first::COUNTED),
        ("pending", pending::COUNTED),
        ("retry", retries::COUNTED),
        ("wait", waits::COUNTED),
        ("header", headers::COUNTED),
    ];
    let mut arguments = std::env::args().skip(1);
    let Some(wanted) = arguments.next() else {
        for (group, counted) in groups {
            for (name, _) in counted {
                println!("{group} {name}");
            }
        }
        return;
    };
    let mut number = || -> u32 { arguments.next().and_then(|n| n.parse().ok()).expect("a number") };
    let (failures, calls) = (number(), number());
    let mut named = groups.iter().flat_map(|(group, counted)| {
        counted.iter().map(move |(name, function)| (format!("{group} {name}"), function))
    });
    let (_, function) = named.find(|(name, _)| *name == wanted).expect("a name from the list");
    for _ in 0..calls {
        function(&Cell::new(black_box(failures)));
    }
}
