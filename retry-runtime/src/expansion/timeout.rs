//! An attempt with a timeout.

#![allow(clippy::missing_errors_doc, reason = "the errors are the user's, passed through")]

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;

use pin_project_lite::pin_project;

use crate::call::{AttemptTimeout, Clock, Instant, RuntimeClock, TimedOut};
use crate::expansion::outcome::no_result;
use crate::expansion::scoped::{Frame, Framed, framed};
use crate::expansion::timer::{Timer, register};
use crate::policy::duration::nanos;

/// The types that `timeout = …` accepts.
#[diagnostic::on_unimplemented(
    message = "`timeout` takes a `Duration` or an `Option<Duration>`, not `{Self}`",
    label = "not a duration"
)]
pub trait Timeout {
    /// The timeout of each attempt, if there is one.
    fn timeout(self) -> Option<Duration>;
}

#[diagnostic::do_not_recommend]
impl Timeout for Duration {
    #[inline]
    fn timeout(self) -> Option<Duration> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl Timeout for Option<Duration> {
    #[inline]
    fn timeout(self) -> Option<Duration> {
        self
    }
}

/// Returns the value of `timeout = …`.
#[inline]
pub fn timeout(timeout: impl Timeout) -> Option<Duration> {
    timeout.timeout()
}

/// An attempt with an alarm that goes off at its timeout.
pub trait Alarmed {
    /// The outcome of the attempt.
    type Output;

    /// Ready when the attempt is over.
    fn poll_attempt(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output>;

    /// Ready when its time is up; never without a timeout. Polled after the attempt was pending.
    fn poll_alarm(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<TimedOut>;
}

/// Returns the outcome, or `TimedOut` if the time is up first.
#[inline]
fn poll_in_time<A: Alarmed>(
    mut attempt: Pin<&mut A>,
    context: &mut Context<'_>,
) -> Poll<Result<A::Output, TimedOut>> {
    if let Poll::Ready(outcome) = attempt.as_mut().poll_attempt(context) {
        return Poll::Ready(Ok(outcome));
    }
    attempt.poll_alarm(context).map(Err)
}

pin_project! {
    /// An attempt with the default timer.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless awaited"]
    pub struct WithTimeout<A> {
        #[pin]
        attempt: A,
        #[pin]
        alarm: Alarm,
    }
}

pin_project! {
    /// Goes off when the time of an attempt is up. Set only when the attempt is pending: an attempt
    /// that is ready at its first poll needs no timer.
    // Its fields cannot be documented: `pin_project!` allows only `pin` there.
    #[allow(missing_docs)]
    #[derive(Debug)]
    #[project = AlarmProjection]
    pub enum Alarm {
        Never,
        Unset { timeout: AttemptTimeout },
        Set { #[pin] timer: Timer, nanos: u64 },
    }
}

/// Drops the attempt and fails with [`TimedOut`] when its time is up.
#[inline]
pub fn with_timeout<A: Future, F: Frame>(
    attempt: A,
    frame: F,
    timeout: Option<AttemptTimeout>,
) -> WithTimeout<Framed<A, F::Limited>> {
    let end = timeout.and_then(AttemptTimeout::end);
    unscoped_with_timeout(framed(attempt, frame.until(end)), timeout)
}

/// [`with_timeout`] without a scope.
#[inline]
pub(crate) fn unscoped_with_timeout<A: Future>(
    attempt: A,
    timeout: Option<AttemptTimeout>,
) -> WithTimeout<A> {
    let alarm = match timeout {
        None => Alarm::Never,
        Some(timeout) => Alarm::Unset { timeout },
    };
    WithTimeout { attempt, alarm }
}

impl<A: Future> Alarmed for WithTimeout<A> {
    type Output = A::Output;

    #[inline]
    fn poll_attempt(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<A::Output> {
        self.project().attempt.poll(context)
    }

    #[inline]
    fn poll_alarm(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<TimedOut> {
        self.project().alarm.poll(context)
    }
}

impl<A: Future> Future for WithTimeout<A> {
    type Output = Result<A::Output, TimedOut>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        poll_in_time(self, context)
    }
}

impl Alarm {
    #[inline(never)]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<TimedOut> {
        if let AlarmProjection::Unset { timeout } = self.as_mut().project() {
            let timeout = *timeout;
            self.as_mut().begin(timeout);
        }
        let AlarmProjection::Set { timer, nanos } = self.project() else {
            return Poll::Pending;
        };
        if timer.poll_beside(context) {
            return Poll::Ready(TimedOut::new(Duration::from_nanos(*nanos)));
        }
        Poll::Pending
    }

    // Apart, so that the polls after the first save no registers for it.
    #[cold]
    #[inline(never)]
    fn begin(mut self: Pin<&mut Self>, timeout: AttemptTimeout) {
        let Some(end) = timeout.end() else { return self.set(Self::Never) };
        self.set(Self::Set { timer: Timer::until(end), nanos: nanos(timeout.duration) });
        if let AlarmProjection::Set { timer, .. } = self.project() {
            register(timer);
        }
    }
}

pin_project! {
    /// An attempt that races against another runtime's sleep.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless awaited"]
    pub struct Race<A, S> {
        #[pin]
        attempt: A,
        #[pin]
        sleep: Option<S>,
        end: Option<Instant>,
        nanos: u64,
    }
}

/// [`with_timeout`] with the user's sleep.
pub fn race<A, F, S, W>(
    attempt: A,
    frame: F,
    timeout: Option<AttemptTimeout>,
    sleep: S,
) -> Race<Framed<A, F::Limited>, W>
where
    A: Future,
    F: Frame,
    S: FnOnce(Duration) -> W,
    W: Future,
{
    let end = timeout.and_then(AttemptTimeout::end);
    unscoped_race(framed(attempt, frame.until(end)), timeout, sleep)
}

/// [`race`] without a scope.
pub(crate) fn unscoped_race<A, S, F>(
    attempt: A,
    timeout: Option<AttemptTimeout>,
    sleep: S,
) -> Race<A, F>
where
    A: Future,
    S: FnOnce(Duration) -> F,
    F: Future,
{
    let end = timeout.and_then(AttemptTimeout::end);
    let timeout = timeout.filter(|_| end.is_some());
    Race {
        attempt,
        sleep: timeout.map(|timeout| sleep(timeout.left)),
        end,
        nanos: timeout.map_or(0, |timeout| nanos(timeout.duration)),
    }
}

impl<A: Future, S: Future> Alarmed for Race<A, S> {
    type Output = A::Output;

    #[inline]
    fn poll_attempt(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<A::Output> {
        self.project().attempt.poll(context)
    }

    #[inline]
    fn poll_alarm(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<TimedOut> {
        let this = self.project();
        let (Some(sleep), Some(end)) = (this.sleep.as_pin_mut(), *this.end) else {
            return Poll::Pending;
        };
        // It may be tokio's, and is then never ready beside an attempt that uses up its task's budget.
        if sleep.poll(context).is_ready() || RuntimeClock::now() >= end {
            return Poll::Ready(TimedOut::new(Duration::from_nanos(*this.nanos)));
        }
        Poll::Pending
    }
}

impl<A: Future, S: Future> Future for Race<A, S> {
    type Output = Result<A::Output, TimedOut>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        poll_in_time(self, context)
    }
}

/// The outcome of an attempt, or its timeout.
#[derive(Debug)]
pub struct Timed<O>(pub Result<O, TimedOut>);

impl<T, E> Timed<Result<T, E>> {
    /// Returns the outcome; `late` converts [`TimedOut`] into the error.
    #[inline]
    pub fn __retry_in_time(self, late: impl FnOnce(TimedOut) -> E) -> Result<T, E> {
        self.0.unwrap_or_else(|timed_out| Err(late(timed_out)))
    }
}

/// The same for an outcome that is not a `Result` (see `no_result`).
pub trait TimedOtherwise<O>: Sized {
    /// The outcome.
    fn __retry_in_time<E>(self, late: impl FnOnce(TimedOut) -> E) -> O;
}

impl<O> TimedOtherwise<O> for Timed<O> {
    fn __retry_in_time<E>(self, _: impl FnOnce(TimedOut) -> E) -> O {
        self.0.unwrap_or_else(|_| no_result())
    }
}

/// Returns the error of an attempt that timed out.
#[must_use]
pub fn late<E: FromTimedOut>(timed_out: TimedOut) -> E {
    E::from_timed_out(timed_out)
}

/// Converts [`TimedOut`] into the error of an attempt.
// In place of `From<TimedOut>`, so that we word the message about a missing conversion.
#[diagnostic::on_unimplemented(
    message = "`timeout` cannot make a `{Self}` for an attempt that takes too long",
    label = "needs `impl From<retry_kit::TimedOut> for {Self}`",
    note = "`reqwest::Error` has no public constructor: return `retry_kit::HttpError` instead",
    note = "`tonic::Status` has it with the feature `tonic` (0.14) or `tonic-0_13` of `retry-kit`"
)]
pub trait FromTimedOut {
    /// Converts the timeout into the error.
    fn from_timed_out(timed_out: TimedOut) -> Self;
}

#[diagnostic::do_not_recommend]
impl<E: From<TimedOut>> FromTimedOut for E {
    fn from_timed_out(timed_out: TimedOut) -> Self {
        timed_out.into()
    }
}
