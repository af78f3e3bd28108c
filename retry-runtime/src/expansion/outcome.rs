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
pub fn decide<'a, O>(
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

/// [`decide`] with another classification than the error's own.
#[inline]
pub fn decide_with<'a, O: Outcome<'a>>(
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

/// What follows from an outcome, with all that hooks are to be told.
#[derive(Debug)]
pub enum Judgement<'a, E> {
    /// It is the end, and a good one.
    Success,
    /// It failed, and after a wait there will be another attempt.
    Retry(Cause<'a, E>, Wait),
    /// It failed, and is the last.
    Stop(Cause<'a, E>, StopReason),
}

/// [`decide`], for functions with hooks.
// The results name the types of value and error as parameters, here and below: as projections of `O`,
// an outcome that is none would be reported once more wherever they are used.
#[inline]
pub fn judge<'a, O, E: 'a>(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    outcome: O,
) -> Judgement<'a, E>
where
    O: Outcome<'a, Error = E>,
    O::Error: Classify,
{
    judge_with(progress, policy, outcome, Classify::classify)
}

/// [`judge`] with another classification than the error's own.
pub fn judge_with<'a, O, E: 'a>(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    outcome: O,
    classify: impl FnOnce(&E) -> ErrorClass,
) -> Judgement<'a, E>
where
    O: Outcome<'a, Error = E>,
{
    judge_values_with(progress, policy, outcome, classify, |_| None)
}

/// [`judge`], for functions with values that count as failures.
#[inline]
pub fn judge_values<'a, O, T: 'a, E: 'a>(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    outcome: O,
    refuse: impl FnOnce(&'a T) -> Option<(Cause<'a, E>, ErrorClass)>,
) -> Judgement<'a, E>
where
    O: Outcome<'a, Value = T, Error = E>,
    O::Error: Classify,
{
    judge_values_with(progress, policy, outcome, Classify::classify, refuse)
}

/// [`judge_values`] with another classification than the error's own.
pub fn judge_values_with<'a, O, T: 'a, E: 'a>(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    outcome: O,
    classify: impl FnOnce(&E) -> ErrorClass,
    refuse: impl FnOnce(&'a T) -> Option<(Cause<'a, E>, ErrorClass)>,
) -> Judgement<'a, E>
where
    O: Outcome<'a, Value = T, Error = E>,
{
    let failure = match outcome.get() {
        Err(error) => Some((Cause::Error(error), classify(error))),
        Ok(value) => refuse(value),
    };
    let Some((cause, class)) = failure else {
        progress.after_success();
        return Judgement::Success;
    };
    match progress.after_failure(policy, class) {
        Ok(wait) => Judgement::Retry(cause, wait),
        Err(reason) => Judgement::Stop(cause, reason),
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
