//! What the expansion of `#[retry]` calls: the thin, generic rim of the loop.
//!
//! Everything after the first failure that does not depend on the user's types is behind one
//! cold call, compiled once.

#![allow(clippy::missing_errors_doc, reason = "the errors are the user's, passed through")]

use crate::call::{Cause, Progressing, StopReason, Wait};
use crate::classify::Classify;
use crate::policy::{ErrorClass, RetryPolicy};

/// A reference to the outcome of an attempt that can have failed.
// Of the reference, not of the `Result`: so rustc blames the whole of `&outcome`, which the
// expansion stretches over the user's return type.
#[diagnostic::on_unimplemented(
    message = "`#[retry]` needs a function that returns a `Result`",
    label = "not a `Result`, so no attempt can fail"
)]
pub trait Outcome<'a> {
    /// What a good attempt gives.
    type Value: 'a;

    /// What a failed attempt gives.
    type Error: 'a;

    /// The one or the other.
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

/// The wait before the next attempt, or `None` if the outcome is to be returned; errors are
/// classified by their own `Classify`.
#[inline]
pub fn next_wait<'a, O>(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    outcome: O,
) -> Option<Wait>
where
    O: Outcome<'a, Error: Classify>,
{
    match outcome.get() {
        Ok(_) => {
            progress.after_success();
            None
        }
        Err(error) => of_class(progress, policy, error),
    }
}

/// Compiled once for each type of error, not into each annotated function, and with the ordinary
/// decision in it: an ordinary retry makes this one call.
#[cold]
#[inline(never)]
fn of_class(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    error: &impl Classify,
) -> Option<Wait> {
    progress.wait_after(policy, error.classify())
}

/// [`next_wait`] with another classification than the error's own.
#[inline]
pub fn next_wait_by<'a, O: Outcome<'a>>(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    outcome: O,
    classify: impl FnOnce(&O::Error) -> ErrorClass,
) -> Option<Wait> {
    match outcome.get() {
        Ok(_) => {
            progress.after_success();
            None
        }
        Err(error) => progress.after_failure(policy, classify(error)).ok(),
    }
}

/// What follows an attempt, with all that hooks receive.
#[derive(Debug)]
pub enum NextStep<'a, E> {
    /// It is the end, and a good one.
    Success,
    /// It failed, and after a wait there will be another attempt.
    Retry(Cause<'a, E>, Wait),
    /// It failed, and is the last.
    Stop(Cause<'a, E>, StopReason),
}

/// [`next_wait`], for functions with hooks.
// The results name the types of value and error as parameters, here and below: as projections of `O`,
// an outcome that is none would be reported once more wherever they are used.
#[inline]
pub fn next_step<'a, O, E: 'a>(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    outcome: O,
) -> NextStep<'a, E>
where
    O: Outcome<'a, Error = E>,
    O::Error: Classify,
{
    next_step_by(progress, policy, outcome, Classify::classify)
}

/// [`next_step`] with another classification than the error's own.
pub fn next_step_by<'a, O, E: 'a>(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    outcome: O,
    classify: impl FnOnce(&E) -> ErrorClass,
) -> NextStep<'a, E>
where
    O: Outcome<'a, Error = E>,
{
    next_step_of_values_by(progress, policy, outcome, classify, |_| None)
}

/// [`next_step`], for functions with values that count as failures.
#[inline]
pub fn next_step_of_values<'a, O, T: 'a, E: 'a>(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    outcome: O,
    refuse: impl FnOnce(&'a T) -> Option<(Cause<'a, E>, ErrorClass)>,
) -> NextStep<'a, E>
where
    O: Outcome<'a, Value = T, Error = E>,
    O::Error: Classify,
{
    next_step_of_values_by(progress, policy, outcome, Classify::classify, refuse)
}

/// [`next_step_of_values`] with another classification than the error's own.
pub fn next_step_of_values_by<'a, O, T: 'a, E: 'a>(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    outcome: O,
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
    match progress.after_failure(policy, class) {
        Ok(wait) => NextStep::Retry(cause, wait),
        Err(reason) => NextStep::Stop(cause, reason),
    }
}

/// Stands for what an outcome that is no `Result` would have to give.
///
/// [`Outcome`] reports it, once. Whatever else needs the `Result` is a method that method lookup finds
/// for every type, and in its own form first where there is one.
#[cold]
pub(super) fn no_result() -> ! {
    unreachable!("no decision on an outcome that is no `Result` compiles")
}

/// `until = …`: what the function or closure does not accept has failed.
#[inline]
pub fn unless_accepted<T, E>(
    value: &T,
    until: impl FnOnce(&T) -> bool,
) -> Option<(Cause<'_, E>, ErrorClass)> {
    if until(value) { None } else { Some((Cause::Value, ErrorClass::Transient)) }
}

/// One attempt of a function that is not async.
#[inline]
pub fn attempt<R>(body: impl FnOnce() -> R) -> R {
    body()
}
