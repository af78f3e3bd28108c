//! The value of `pause = …`, and the gate before each attempt.

use core::ops::Deref;

use crate::call::{Gate, Pausable, Pause, Paused, TimedOut};
use crate::expansion::hooks::Unbegun;
use crate::policy::RetryPolicy;
use crate::telemetry::tell_paused;

/// The types that `pause = …` accepts: a reference to a pause, or to a pointer to one.
#[diagnostic::on_unimplemented(
    message = "`pause` takes a `&Pause` or an `Option<&Pause>`, not `{Self}`",
    label = "not a reference to a pause"
)]
pub trait AsPause<'p> {
    /// The pause, if there is one.
    fn pause(self) -> Option<&'p Pause>;
}

#[diagnostic::do_not_recommend]
impl<'p> AsPause<'p> for &'p Pause {
    #[inline]
    fn pause(self) -> Option<&'p Pause> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<'p, P: Deref<Target = Pause>> AsPause<'p> for &'p P {
    #[inline]
    fn pause(self) -> Option<&'p Pause> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<'p, P: AsPause<'p>> AsPause<'p> for Option<P> {
    #[inline]
    fn pause(self) -> Option<&'p Pause> {
        self.and_then(AsPause::pause)
    }
}

/// Makes the attempts of this call wait for the pause, if there is one.
#[inline]
pub fn paused<'p, P>(progress: P, pause: impl AsPause<'p>) -> Paused<P, Option<&'p Pause>> {
    Paused::new(progress, pause.pause())
}

/// Returns what comes before the next attempt; `name` is the retried function. Without `late`, which makes
/// the outcome of a call that ends here, the call waits, whatever its deadline.
#[inline]
pub fn gate<L>(
    progress: &mut Paused<impl Pausable, Option<&Pause>>,
    policy: &RetryPolicy,
    late: Option<L>,
    name: &'static str,
    target: Option<&'static str>,
) -> Gate<L> {
    let gate = progress.gate(policy, late);
    if let Gate::Shut(wait) = gate {
        tell_paused(name, target, policy, wait);
    }
    gate
}

/// The outcome of a call that never ends at the gate.
pub type NoLate = fn(TimedOut);

/// Returns the error of a call whose deadline falls into a pause.
#[must_use]
pub fn late_by_pause<E: FromPaused>(timed_out: TimedOut) -> E {
    E::from_paused(timed_out)
}

/// Converts [`TimedOut`] into the error of a call whose deadline falls into a pause.
// In place of `From<TimedOut>`, so that we word the message about a missing conversion.
#[diagnostic::on_unimplemented(
    message = "`pause` cannot make a `{Self}` for a call whose deadline comes before the end of the pause",
    label = "needs `impl From<retry_kit::TimedOut> for {Self}`",
    note = "`reqwest::Error` has no public constructor: return `retry_kit::HttpError` instead",
    note = "or give the deadline at run time, in `policy = …`: then the call waits until the pause is over"
)]
pub trait FromPaused {
    /// Converts it into the error.
    fn from_paused(timed_out: TimedOut) -> Self;
}

#[diagnostic::do_not_recommend]
impl<E: From<TimedOut>> FromPaused for E {
    fn from_paused(timed_out: TimedOut) -> Self {
        timed_out.into()
    }
}

impl<T, E> Unbegun<Result<T, E>> {
    /// What makes the outcome of a call whose deadline falls into a pause.
    #[inline]
    #[must_use]
    pub fn __retry_surely_late(self) -> Option<fn(TimedOut) -> Result<T, E>>
    where
        E: FromPaused,
    {
        Some(|timed_out| Err(late_by_pause(timed_out)))
    }
}

/// The same for an outcome that is not a `Result` but what `until` sees: the call waits.
pub trait SurelyNeverLate<O>: Sized {
    /// Nothing.
    fn __retry_surely_late(self) -> Option<fn(TimedOut) -> O>;
}

impl<O> SurelyNeverLate<O> for Unbegun<O> {
    #[inline]
    fn __retry_surely_late(self) -> Option<fn(TimedOut) -> O> {
        None
    }
}

/// Makes the outcome of a call whose deadline falls into a pause, if its error has the conversion.
///
/// Method lookup decides which trait answers on a `&Unbegun`: this one needs one reference less and wins
/// if it applies.
pub trait EndsLate<O> {
    /// What makes the outcome.
    fn __retry_late(&self) -> Option<fn(TimedOut) -> O>;
}

impl<T, E: From<TimedOut>> EndsLate<Result<T, E>> for Unbegun<Result<T, E>> {
    #[inline]
    fn __retry_late(&self) -> Option<fn(TimedOut) -> Result<T, E>> {
        Some(|timed_out| Err(timed_out.into()))
    }
}

/// The same without the conversion: the call waits.
pub trait NeverLate<O> {
    /// Nothing.
    fn __retry_late(&self) -> Option<fn(TimedOut) -> O>;
}

impl<O> NeverLate<O> for &Unbegun<O> {
    #[inline]
    fn __retry_late(&self) -> Option<fn(TimedOut) -> O> {
        None
    }
}
