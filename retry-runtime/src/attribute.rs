//! What the expansion of `#[retry]` calls: the thin, generic rim of the loop.
//!
//! Everything after the first failure that does not depend on the user's types is behind one
//! cold call, compiled once.

#![allow(clippy::missing_errors_doc, reason = "the errors are the user's, passed through")]

use core::borrow::Borrow;

use crate::classify::{Classify, ErrorClass};
use crate::decision::{StopReason, Wait};
use crate::event::{Cause, GiveUp, RetryEvent};
use crate::policy::RetryPolicy;
use crate::progress::Progressing;

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

/// What `policy = …` may give.
#[diagnostic::on_unimplemented(
    message = "`policy` takes a `RetryPolicy` or a `&RetryPolicy`, not `{Self}`",
    label = "not a retry policy"
)]
pub trait AsPolicy {
    /// The policy as it was given: a reference stays one and costs the future 8 bytes.
    type Kept: Borrow<RetryPolicy>;

    /// Keeps the policy for the call.
    fn keep(self) -> Self::Kept;
}

#[diagnostic::do_not_recommend]
impl AsPolicy for RetryPolicy {
    type Kept = Self;

    #[inline]
    fn keep(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<'a> AsPolicy for &'a RetryPolicy {
    type Kept = &'a RetryPolicy;

    #[inline]
    fn keep(self) -> Self {
        self
    }
}

/// The policy that `policy = …` gives.
#[inline]
pub fn policy<K>(policy: impl AsPolicy<Kept = K>) -> K {
    policy.keep()
}

/// A copy of it, for other keys of the attribute to change.
#[inline]
pub fn copied<P: AsPolicy>(policy: P) -> RetryPolicy {
    *policy.keep().borrow()
}

/// The retries that make `attempts` calls; none at all for 0, which a constant may be.
#[must_use]
pub const fn retries_of(attempts: u32) -> u32 {
    attempts.saturating_sub(1)
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

/// Compiled once for each type of error, not into each annotated function.
#[cold]
#[inline(never)]
fn of_class(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    error: &impl Classify,
) -> Option<Wait> {
    progress.after_failure(policy, error.classify()).ok()
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
#[inline]
pub fn judge<'a, O>(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    outcome: O,
) -> Judgement<'a, O::Error>
where
    O: Outcome<'a, Error: Classify>,
{
    judge_with(progress, policy, outcome, Classify::classify)
}

/// [`judge`] with another classification than the error's own.
pub fn judge_with<'a, O: Outcome<'a>>(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    outcome: O,
    classify: impl FnOnce(&O::Error) -> ErrorClass,
) -> Judgement<'a, O::Error> {
    judge_values_with(progress, policy, outcome, classify, |_| None)
}

/// [`judge`], for functions with values that count as failures.
#[inline]
pub fn judge_values<'a, O>(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    outcome: O,
    refuse: impl FnOnce(&'a O::Value) -> Option<(Cause<'a, O::Error>, ErrorClass)>,
) -> Judgement<'a, O::Error>
where
    O: Outcome<'a, Error: Classify>,
{
    judge_values_with(progress, policy, outcome, Classify::classify, refuse)
}

/// [`judge_values`] with another classification than the error's own.
pub fn judge_values_with<'a, O: Outcome<'a>>(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    outcome: O,
    classify: impl FnOnce(&O::Error) -> ErrorClass,
    refuse: impl FnOnce(&'a O::Value) -> Option<(Cause<'a, O::Error>, ErrorClass)>,
) -> Judgement<'a, O::Error> {
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

/// `until = …`: what the function or closure does not accept has failed.
#[inline]
pub fn unless_accepted<T, E>(
    value: &T,
    until: impl FnOnce(&T) -> bool,
) -> Option<(Cause<'_, E>, ErrorClass)> {
    if until(value) { None } else { Some((Cause::Value, ErrorClass::Transient)) }
}

/// Calls the hook of `on_retry`, with its argument inferred.
#[inline]
pub fn notify<E>(event: &RetryEvent<'_, E>, hook: impl FnOnce(&RetryEvent<'_, E>)) {
    hook(event);
}

/// Calls the function or closure of `give_up`, if the outcome is an error.
#[inline]
pub fn last_word<T, E>(
    outcome: Result<T, E>,
    give_up: impl FnOnce() -> GiveUp,
    change: impl FnOnce(E, &GiveUp) -> E,
) -> Result<T, E> {
    outcome.map_err(|error| change(error, &give_up()))
}

/// What the future of `before_retry = …` may give: `()`, or a `Result` whose error becomes the
/// function's as with `?`.
#[diagnostic::on_unimplemented(
    message = "the future of `before_retry` gives `()`, or a `Result` whose error converts into `{E}`, not `{Self}`",
    label = "cannot be the failure of an attempt"
)]
pub trait Prepared<E> {
    /// The failure of the coming attempt, if it has failed already.
    fn prepared(self) -> Result<(), E>;
}

#[diagnostic::do_not_recommend]
impl<E> Prepared<E> for () {
    fn prepared(self) -> Result<(), E> {
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<T, F, E: From<F>> Prepared<E> for Result<T, F> {
    fn prepared(self) -> Result<(), E> {
        match self {
            Ok(_) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// The failure of the attempt that `before_retry` has prepared, if there is one.
#[inline]
pub fn prepared<E>(output: impl Prepared<E>) -> Result<(), E> {
    output.prepared()
}

/// One attempt of a function that is not async.
#[inline]
pub fn attempt<R>(body: impl FnOnce() -> R) -> R {
    body()
}

/// What the function or closure of `when = …` says.
#[inline]
pub fn word_of<E, C: Into<ErrorClass>>(error: &E, when: impl FnOnce(&E) -> C) -> ErrorClass {
    when(error).into()
}

/// An error that `on` or `when` wants retried. If its type implements `Classify`, the server's
/// hint in its own class still sets the wait (SPEC 2.3).
///
/// Which of the two traits answers `(&Retried(error)).__retry_class()` is settled by method
/// lookup: [`ByClass`] takes one reference less and wins where it applies. The name is one that no
/// trait of the user's has.
#[derive(Debug)]
pub struct Retried<'a, E>(pub &'a E);

/// For error types with a class of their own.
pub trait ByClass {
    /// The class to retry by.
    fn __retry_class(&self) -> ErrorClass;
}

impl<E: Classify> ByClass for Retried<'_, E> {
    fn __retry_class(&self) -> ErrorClass {
        match self.0.classify() {
            ErrorClass::Throttled { retry_after } | ErrorClass::Status { retry_after, .. } => {
                ErrorClass::Throttled { retry_after }
            }
            ErrorClass::Transient | ErrorClass::Permanent => ErrorClass::Transient,
        }
    }
}

/// For all other error types.
pub trait ByWord {
    /// The class to retry by.
    fn __retry_class(&self) -> ErrorClass;
}

impl<E> ByWord for &Retried<'_, E> {
    fn __retry_class(&self) -> ErrorClass {
        ErrorClass::Transient
    }
}
