//! The functions that the expansion of `#[retry]` calls: the thin, generic rim of the loop.
//!
//! All code after a failure that does not depend on the user's types is behind one cold call, compiled
//! once.

#![allow(clippy::missing_errors_doc, reason = "the errors are the user's, passed through")]

use crate::call::{Cause, Name, Progressing, StopReason, Wait};
use crate::classify::Classify;
use crate::policy::{ErrorClass, RetryPolicy};

/// A reference to the `Result` of an attempt.
// Implemented for the reference, so that rustc blames the whole of `&outcome`; the expansion gives
// that the span of the user's return type.
#[diagnostic::on_unimplemented(
    message = "`#[retry]` needs a function that returns a `Result`",
    label = "not a `Result`, so no attempt can fail",
    note = "to retry values of another type, set `until` without `on`, `when`, `timeout`, `give_up` and \
            `fallback`, which need an error"
)]
pub trait Outcome<'a> {
    /// The value of a successful attempt.
    type Value: 'a;

    /// The error of a failed attempt.
    type Error: 'a;

    /// Returns the value or the error.
    fn get(self) -> Result<&'a Self::Value, &'a Self::Error>;
}

#[diagnostic::do_not_recommend]
impl<'a, T, E> Outcome<'a> for &'a Result<T, E> {
    type Value = T;
    type Error = E;

    #[inline]
    fn get(self) -> Result<&'a T, &'a E> {
        self.as_ref()
    }
}

/// Returns the wait before the next attempt, or `None` to return the outcome. Errors are classified by
/// their own `Classify`.
#[inline]
pub fn next_wait<'a, O>(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    outcome: O,
    name: &'static str,
) -> Option<Wait>
where
    O: Outcome<'a, Error: Classify>,
{
    match outcome.get() {
        Ok(_) => {
            progress.after_success();
            None
        }
        Err(error) => of_class(progress, policy, error, name),
    }
}

/// Compiled once per error type, not into each annotated function. Contains the ordinary decision, so
/// that an ordinary retry makes one call.
#[cold]
#[inline(never)]
fn of_class(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    error: &impl Classify,
    name: &'static str,
) -> Option<Wait> {
    progress.wait_after(policy, error.classify(), Name::Known(name))
}

/// [`next_wait`] with a classification other than the error's own.
#[inline]
pub fn next_wait_by<'a, O: Outcome<'a>>(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    outcome: O,
    name: &'static str,
    classify: impl FnOnce(&O::Error) -> ErrorClass,
) -> Option<Wait> {
    match outcome.get() {
        Ok(_) => {
            progress.after_success();
            None
        }
        Err(error) => progress.after_failure(policy, classify(error), Name::Known(name)).ok(),
    }
}

/// The step after an attempt, with everything that hooks receive.
#[derive(Debug)]
pub enum NextStep<'a, E> {
    /// The attempt succeeded.
    Success,
    /// The attempt failed and is retried by its class after a wait.
    Retry(Cause<'a, E>, Wait, ErrorClass),
    /// The attempt failed and is the last.
    Stop(Cause<'a, E>, StopReason),
}

/// [`next_wait`], for functions with hooks.
// Here and below, value and error are type parameters: as projections of `O`, a wrong outcome would be
// reported again wherever they are used.
#[inline]
pub fn next_step<'a, O, E: 'a>(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    outcome: O,
    name: Name,
) -> NextStep<'a, E>
where
    O: Outcome<'a, Error = E>,
    O::Error: Classify,
{
    next_step_by(progress, policy, outcome, name, Classify::classify)
}

/// [`next_step`] with a classification other than the error's own.
pub fn next_step_by<'a, O, E: 'a>(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    outcome: O,
    name: Name,
    classify: impl FnOnce(&E) -> ErrorClass,
) -> NextStep<'a, E>
where
    O: Outcome<'a, Error = E>,
{
    next_step_of_values_by(progress, policy, outcome, name, classify, |_| None)
}

/// [`next_step`], for functions with values that count as failures.
#[inline]
pub fn next_step_of_values<'a, O, T: 'a, E: 'a>(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    outcome: O,
    name: Name,
    refuse: impl FnOnce(&'a T) -> Option<(Cause<'a, E>, ErrorClass)>,
) -> NextStep<'a, E>
where
    O: Outcome<'a, Value = T, Error = E>,
    O::Error: Classify,
{
    next_step_of_values_by(progress, policy, outcome, name, Classify::classify, refuse)
}

/// [`next_step_of_values`] with a classification other than the error's own.
pub fn next_step_of_values_by<'a, O, T: 'a, E: 'a>(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    outcome: O,
    name: Name,
    classify: impl FnOnce(&E) -> ErrorClass,
    refuse: impl FnOnce(&'a T) -> Option<(Cause<'a, E>, ErrorClass)>,
) -> NextStep<'a, E>
where
    O: Outcome<'a, Value = T, Error = E>,
{
    let failure = match outcome.get() {
        Err(error) => Some((Cause::Error(error), classify(error))),
        Ok(value) => refuse(value),
    };
    let Some((cause, class)) = failure else {
        progress.after_success();
        return NextStep::Success;
    };
    match progress.after_failure(policy, class, name) {
        Ok(wait) => NextStep::Retry(cause, wait, class),
        Err(reason) => NextStep::Stop(cause, reason),
    }
}

/// Returns the value of an outcome whose step was [`NextStep::Success`].
#[inline]
pub fn value_of<T, E>(outcome: Result<T, E>) -> T {
    match outcome {
        Ok(value) => value,
        Err(_) => no_success(),
    }
}

#[cold]
fn no_success() -> ! {
    unreachable!("no error is a success")
}

/// Stands in for the result of an outcome that is not a `Result`.
///
/// [`Outcome`] reports that mistake, once. The other uses of the outcome are methods: method lookup
/// finds a fallback for every type, and the real one first for a `Result`.
#[cold]
pub(super) fn no_result() -> ! {
    unreachable!("no decision on an outcome that is no `Result` compiles")
}
