//! The value of `cancel = …`, and waits that it ends.

use core::future::Future;
use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use core::time::Duration;

use pin_project_lite::pin_project;

use crate::call::{Cause, Clock, Instant, RuntimeClock, Wait, is_observed};
use crate::expansion::outcome::Outcome;
use crate::expansion::sleep::{block, block_for};

/// The futures that `cancel = …` accepts.
#[diagnostic::on_unimplemented(
    message = "`cancel` takes a future that is ready when waits are to end, not `{Self}`",
    label = "not a future",
    note = "write `cancel = token.cancelled()`: the expression makes a new future for each wait"
)]
pub trait CancelFuture: Future {}

#[diagnostic::do_not_recommend]
impl<F: Future> CancelFuture for F {}

/// The functions and closures that `cancel = …` accepts in a function that blocks.
#[diagnostic::on_unimplemented(
    message = "in a function that blocks, `cancel` takes a function or closure that returns a `bool`, not `{Self}`",
    label = "not a function that returns a `bool`",
    note = "write `cancel = || STOP.load(Ordering::Relaxed)`: `true` ends the wait"
)]
pub trait CancelFlag: FnMut() -> bool {}

#[diagnostic::do_not_recommend]
impl<F: FnMut() -> bool> CancelFlag for F {}

pin_project! {
    /// A wait that a future may end. Returns the part of the wait that passed if it did.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless awaited"]
    pub struct UnlessCancelled<S, C> {
        #[pin]
        sleep: S,
        #[pin]
        cancel: C,
        // Of `cancel`. A bound at `Future` would report a `cancel` that is not a future once more.
        is_ready: fn(Pin<&mut C>, &mut Context<'_>) -> bool,
        wait: Wait,
        begin: Instant,
    }
}

/// Waits as `sleep` does, unless `cancel` is ready first.
#[inline]
pub fn unless_cancelled<S, C: CancelFuture>(
    wait: Wait,
    sleep: S,
    cancel: C,
) -> UnlessCancelled<S, C> {
    let is_ready = |cancel: Pin<&mut C>, context: &mut Context<'_>| cancel.poll(context).is_ready();
    UnlessCancelled { sleep, cancel, is_ready, wait, begin: RuntimeClock::now() }
}

impl<S: Future, C> Future for UnlessCancelled<S, C> {
    type Output = Option<Wait>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Wait>> {
        let this = self.project();
        // First, so that a call that is already cancelled does not begin to wait.
        if (this.is_ready)(this.cancel, context) {
            let passed = RuntimeClock::now().saturating_duration_since(*this.begin);
            return Poll::Ready(Some(this.wait.cut_after(passed)));
        }
        this.sleep.poll(context).map(|_| None)
    }
}

/// The longest time for which a blocking wait does not look whether it is cancelled.
const SLICE: Duration = Duration::from_millis(50);

/// Waits by blocking the thread, unless `cancel` returns `true`. Returns the part of the wait that passed if
/// it did.
pub fn block_unless(wait: Wait, mut cancel: impl CancelFlag) -> Option<Wait> {
    let begin = Instant::now();
    loop {
        let passed = begin.elapsed();
        if cancel() {
            return Some(wait.cut_after(passed));
        }
        let left = wait.duration().saturating_sub(passed);
        if left <= SLICE || is_observed() {
            block(wait.cut_after(left));
            return None;
        }
        block_for(SLICE);
    }
}

/// The cause of a failure without the error, to keep during a wait beside the outcome.
// A reference to the error would make the future `Send` only if the error is `Sync`.
#[derive(Clone, Copy, Debug)]
pub enum Kept {
    /// An error.
    Error,
    /// A value.
    Value,
    /// A response with this status.
    Status(u16),
}

/// Returns the cause without the error.
#[must_use]
pub const fn kept<E>(cause: Cause<'_, E>) -> Kept {
    match cause {
        Cause::Error(_) => Kept::Error,
        Cause::Value => Kept::Value,
        Cause::Status(code) => Kept::Status(code),
    }
}

/// Returns the cause of a failure again, from what was kept of it and from the outcome.
#[must_use]
pub fn cause_of<'a, O: Outcome<'a>>(kept: Kept, outcome: O) -> Cause<'a, O::Error> {
    match (kept, outcome.get()) {
        (Kept::Status(code), _) => Cause::Status(code),
        (Kept::Error, Err(error)) => Cause::Error(error),
        (Kept::Error | Kept::Value, _) => Cause::Value,
    }
}

/// A failed attempt whose retry is granted.
#[derive(Debug)]
pub struct Failed<O> {
    pub(crate) outcome: O,
    pub(crate) kept: Kept,
    pub(crate) wait: Wait,
}

pin_project! {
    /// A wait that nothing ends. Does not keep the outcome.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless awaited"]
    pub struct WholeWait<S, O> {
        #[pin]
        sleep: S,
        outcome: PhantomData<fn() -> O>,
    }
}

impl<S, O> WholeWait<S, O> {
    pub(crate) const fn new(sleep: S) -> Self {
        Self { sleep, outcome: PhantomData }
    }
}

impl<S: Future, O> Future for WholeWait<S, O> {
    type Output = Option<(Failed<O>, Wait)>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().sleep.poll(context).map(|_| None)
    }
}

pin_project! {
    /// A wait that a future may end, with the outcome to return then.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless awaited"]
    pub struct CancelledWait<S, C, O> {
        #[pin]
        wait: UnlessCancelled<S, C>,
        failed: Option<Failed<O>>,
    }
}

impl<S, C: Future, O> CancelledWait<S, C, O> {
    pub(crate) fn new(failed: Failed<O>, sleep: S, cancel: C) -> Self {
        Self { wait: unless_cancelled(failed.wait, sleep, cancel), failed: Some(failed) }
    }
}

impl<S: Future, C, O> Future for CancelledWait<S, C, O> {
    type Output = Option<(Failed<O>, Wait)>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let passed = ready!(this.wait.poll(context));
        Poll::Ready(this.failed.take().zip(passed))
    }
}
