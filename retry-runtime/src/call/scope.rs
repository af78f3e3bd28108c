//! The attempt that runs on this thread, as the calls inside of it see it.
//!
//! An attempt is polled inside its scope: each poll enters it and leaves it again. So interleaved tasks do
//! not see each other's attempts, and a spawned task begins outside of all. Futures hold only the number of
//! their attempt, which a poll hands to the thread.

use core::cell::Cell;
use core::time::Duration;

use super::clock::{Clock, Instant, RuntimeClock};
use super::decision::StopReason;
use super::name::Name;
use crate::policy::RetryPolicy;

/// The running attempt of a thread.
struct Running {
    /// From 1; 0 outside of all attempts.
    number: Cell<u32>,
    /// Finds the name of the retried function. One word, as each poll of an attempt sets it.
    find: Cell<fn() -> &'static str>,
    /// The name of an attempt that finds it with [`chosen`].
    name: Cell<&'static str>,
    /// When the deadline or the timeout of the attempt ends it, or that of one around it.
    end: Cell<Option<Instant>>,
}

// A constant without a destructor, so that access is a plain load.
thread_local! {
    static RUNNING: Running = const {
        Running {
            number: Cell::new(0),
            find: Cell::new(chosen),
            name: Cell::new(""),
            end: Cell::new(None),
        }
    };
}

/// The name of the running attempt, if the user chose it.
fn chosen() -> &'static str {
    RUNNING.with(|running| running.name.get())
}

/// Leaves the scope of an attempt when it is dropped, also by a panic.
#[derive(Debug)]
pub struct Entered {
    outer_number: u32,
    outer_find: fn() -> &'static str,
}

impl Drop for Entered {
    #[inline]
    fn drop(&mut self) {
        RUNNING.with(|running| {
            running.number.set(self.outer_number);
            running.find.set(self.outer_find);
        });
    }
}

/// Enters the scope of an attempt of a function that `find` names.
#[inline]
pub(crate) fn enter(number: u32, find: fn() -> &'static str) -> Entered {
    RUNNING.with(|running| Entered {
        outer_number: running.number.replace(number),
        outer_find: running.find.replace(find),
    })
}

/// [`Entered`] with a name that the user may have chosen.
#[derive(Debug)]
pub struct EnteredByName {
    outer_name: &'static str,
    _entered: Entered,
}

impl Drop for EnteredByName {
    #[inline]
    fn drop(&mut self) {
        RUNNING.with(|running| running.name.set(self.outer_name));
    }
}

/// Enters the scope of an attempt of the function with this name.
#[inline]
pub(crate) fn enter_by_name(number: u32, name: Name) -> EnteredByName {
    let (find, name) = match name {
        Name::Found(find) => (find, ""),
        Name::Known(name) => (chosen as fn() -> &'static str, name),
    };
    EnteredByName {
        outer_name: RUNNING.with(|running| running.name.replace(name)),
        _entered: enter(number, find),
    }
}

/// Restores the end of the outer attempt when it is dropped.
#[derive(Debug)]
pub struct EnteredUntil {
    outer_end: Option<Instant>,
}

impl Drop for EnteredUntil {
    #[inline]
    fn drop(&mut self) {
        RUNNING.with(|running| running.end.set(self.outer_end));
    }
}

/// Limits the scope of an attempt to this end, which is not after that of the outer attempt.
#[inline]
pub(crate) fn enter_until(end: Option<Instant>) -> EnteredUntil {
    RUNNING.with(|running| EnteredUntil { outer_end: running.end.replace(end) })
}

/// The end of an attempt that begins now: its own, or that of the attempt around it if that is earlier.
#[inline]
pub(crate) fn end_within(own: Option<Instant>) -> Option<Instant> {
    match (own, end()) {
        (Some(own), Some(outer)) => Some(own.min(outer)),
        (own, outer) => own.or(outer),
    }
}

/// The scope of an attempt in a loop written by hand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) number: u32,
    pub(crate) name: Name,
    pub(crate) end: Option<Instant>,
}

impl Place {
    /// Runs a poll of the attempt, or a whole one that blocks.
    pub(crate) fn within<R>(&self, attempt: impl FnOnce() -> R) -> R {
        let _entered = (enter_by_name(self.number, self.name), enter_until(self.end));
        attempt()
    }
}

/// Whether another function's attempt leaves the retries to that function.
#[inline]
pub(crate) fn is_nested(policy: &RetryPolicy) -> bool {
    policy.is_once_inside() && RUNNING.with(|running| running.number.get() > 0)
}

/// The function whose attempt ended a call for this reason.
pub(crate) fn outer_of(reason: StopReason) -> Option<&'static str> {
    (reason == StopReason::Nested).then(|| RUNNING.with(|running| (running.find.get())()))
}

/// Whether the running attempt has an end.
#[inline]
pub(crate) fn has_end() -> bool {
    RUNNING.with(|running| running.end.get().is_some())
}

/// When the running attempt ends.
#[inline]
pub(crate) fn end() -> Option<Instant> {
    RUNNING.with(|running| running.end.get())
}

/// Returns the number of the attempt that runs on this thread, from 1; `None` outside of any attempt.
///
/// Code deep inside a retried function, such as code that sets a header, needs no argument for it. If attempts
/// are nested, the innermost counts. A spawned task is outside of any attempt.
///
/// ```
/// use retry_kit::{current_attempt, retry};
///
/// fn header() -> String {
///     format!("attempt={}", current_attempt().unwrap_or(1))
/// }
///
/// #[retry]
/// async fn fetch() -> std::io::Result<String> {
///     Ok(header())
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// assert_eq!(fetch().await.unwrap(), "attempt=1");
/// assert_eq!(current_attempt(), None);
/// # }
/// ```
#[must_use]
pub fn current_attempt() -> Option<u32> {
    RUNNING.with(|running| Some(running.number.get()).filter(|&number| number > 0))
}

/// Returns the time left to the attempt that runs on this thread; `None` if nothing limits it.
///
/// The attempt ends at its own `timeout` or `deadline`, or at that of an attempt around it, whichever is
/// first. The result is zero if that time has passed. Send it to the server, for example in gRPC's header
/// `grpc-timeout`, so that the server does not work for a client that has given up.
///
/// ```
/// use std::time::Duration;
/// use retry_kit::{remaining, retry};
///
/// #[retry(deadline = "10s")]
/// async fn fetch() -> std::io::Result<String> {
///     let left = remaining().unwrap_or(Duration::from_secs(60));
///     Ok(format!("grpc-timeout: {}S", left.as_secs_f64().ceil()))
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// assert_eq!(fetch().await.unwrap(), "grpc-timeout: 10S");
/// assert_eq!(remaining(), None);
/// # }
/// ```
#[must_use]
pub fn remaining() -> Option<Duration> {
    end().map(|end| end.saturating_duration_since(RuntimeClock::now()))
}
