//! What the expansion of `#[retry]` calls: the thin, generic rim of the loop.
//!
//! Everything after the first failure that does not depend on the user's types is behind one
//! cold call, compiled once.

use core::time::Duration;

use crate::classify::{Classify, ErrorClass};
use crate::decision::{Decision, Progress, Wait, decide as decide_from};
use crate::event::{Cause, RetryEvent};
use crate::policy::RetryPolicy;
use crate::random::ThreadRandom;
use crate::wait::Instant;

/// The outcome of an attempt that can have failed.
#[diagnostic::on_unimplemented(
    message = "`#[retry]` needs a function that returns a `Result`, not `{Self}`",
    label = "not a `Result`, so no attempt can fail"
)]
pub trait Outcome {
    /// What a failed attempt gives.
    type Error;

    /// The error, if the attempt failed.
    fn failure(&self) -> Option<&Self::Error>;
}

impl<T, E> Outcome for Result<T, E> {
    type Error = E;

    #[inline]
    fn failure(&self) -> Option<&E> {
        self.as_ref().err()
    }
}

/// What `policy = …` may give.
#[diagnostic::on_unimplemented(
    message = "`policy` takes a `RetryPolicy` or a `&RetryPolicy`, not `{Self}`",
    label = "not a retry policy"
)]
pub trait AsPolicy {
    /// The policy.
    fn as_policy(&self) -> &RetryPolicy;
}

impl AsPolicy for RetryPolicy {
    #[inline]
    fn as_policy(&self) -> &RetryPolicy {
        self
    }
}

impl AsPolicy for &RetryPolicy {
    #[inline]
    fn as_policy(&self) -> &RetryPolicy {
        self
    }
}

/// Keeps a policy as it was given: a reference stays one and costs the future 8 bytes.
#[inline]
pub fn policy<P: AsPolicy>(policy: P) -> P {
    policy
}

/// A copy of a policy, for other keys of the attribute to change.
#[inline]
pub fn copied<P: AsPolicy>(policy: P) -> RetryPolicy {
    *policy.as_policy()
}

/// The retries that make `attempts` calls; none at all for 0, which a constant may be.
#[must_use]
pub const fn retries_of(attempts: u32) -> u32 {
    attempts.saturating_sub(1)
}

/// How far a call has come, remembered in as few bytes of the future as its policy allows.
pub trait Progressing {
    /// Decides on the failure of an attempt: the wait before the next one, or `None`.
    fn after_failure(&mut self, policy: &RetryPolicy, class: ErrorClass) -> Option<Wait>;
}

fn granted(policy: &RetryPolicy, progress: &mut Progress, class: ErrorClass) -> Option<Wait> {
    match decide_from(policy, progress, class, &mut ThreadRandom) {
        Decision::Retry(wait) => Some(wait),
        Decision::Stop(_) => None,
    }
}

/// Counts retries: enough for a constant policy of a shape without memory.
#[derive(Debug)]
pub struct Counter(u32);

impl Counter {
    /// The start of a call.
    #[inline]
    #[must_use]
    #[expect(clippy::new_without_default, reason = "named by the expansion alone")]
    pub const fn new() -> Self {
        Self(0)
    }
}

impl Progressing for Counter {
    #[cold]
    #[inline(never)]
    fn after_failure(&mut self, policy: &RetryPolicy, class: ErrorClass) -> Option<Wait> {
        let mut progress = Progress { retries: self.0, previous: None };
        let wait = granted(policy, &mut progress, class);
        self.0 = progress.retries;
        wait
    }
}

/// Remembers the last backoff too, which decorrelated backoff grows from.
#[derive(Debug)]
pub struct Memory(Progress);

impl Memory {
    /// The start of a call.
    #[inline]
    #[must_use]
    #[expect(clippy::new_without_default, reason = "named by the expansion alone")]
    pub const fn new() -> Self {
        Self(Progress::START)
    }
}

impl Progressing for Memory {
    #[cold]
    #[inline(never)]
    fn after_failure(&mut self, policy: &RetryPolicy, class: ErrorClass) -> Option<Wait> {
        granted(policy, &mut self.0, class)
    }
}

/// Knows the times as well, for a hook that is told them.
#[derive(Debug)]
pub struct Watch {
    progress: Progress,
    waited: Duration,
    started: Instant,
}

impl Watch {
    /// The start of a call, now.
    #[inline]
    #[must_use]
    #[expect(clippy::new_without_default, reason = "a default that reads the clock surprises")]
    pub fn new() -> Self {
        Self { progress: Progress::START, waited: Duration::ZERO, started: Instant::now() }
    }
}

impl Progressing for Watch {
    #[cold]
    #[inline(never)]
    fn after_failure(&mut self, policy: &RetryPolicy, class: ErrorClass) -> Option<Wait> {
        granted(policy, &mut self.progress, class)
    }
}

/// The wait before the next attempt, or `None` if the outcome is to be returned; errors are
/// classified by their own `Classify`.
#[inline]
pub fn decide<R>(
    progress: &mut impl Progressing,
    policy: &impl AsPolicy,
    outcome: &R,
) -> Option<Wait>
where
    R: Outcome<Error: Classify>,
{
    decide_with(progress, policy, outcome, Classify::classify)
}

/// [`decide`] with another classification than the error's own.
#[inline]
pub fn decide_with<R: Outcome>(
    progress: &mut impl Progressing,
    policy: &impl AsPolicy,
    outcome: &R,
    classify: impl FnOnce(&R::Error) -> ErrorClass,
) -> Option<Wait> {
    let class = classify(outcome.failure()?);
    progress.after_failure(policy.as_policy(), class)
}

/// Tells the hook of `on_retry` about a granted wait.
#[inline]
pub fn notify<R: Outcome>(
    watch: &mut Watch,
    name: &str,
    policy: &impl AsPolicy,
    outcome: &R,
    wait: Wait,
    hook: impl FnOnce(&RetryEvent<'_, R::Error>),
) {
    let Some(error) = outcome.failure() else { return };
    hook(&RetryEvent {
        name,
        attempt: watch.progress.retries,
        max: policy.as_policy().limit(),
        cause: Cause::Error(error),
        wait,
        waited: watch.waited,
        elapsed: Some(watch.started.elapsed()),
    });
    watch.waited = watch.waited.saturating_add(wait.duration());
}

/// What the function or closure of `when = …` says.
#[inline]
pub fn word_of<E, C: Into<ErrorClass>>(error: &E, when: impl FnOnce(&E) -> C) -> ErrorClass {
    when(error).into()
}

/// An error that `on` or `when` wants retried. If its type implements `Classify`, the server's
/// hint in its own class still sets the wait (SPEC 2.3).
///
/// Which of the two traits answers `(&Retried(error)).class()` is settled by method lookup:
/// [`ByClass`] takes one reference less and wins where it applies.
#[derive(Debug)]
pub struct Retried<'a, E>(pub &'a E);

/// For error types with a class of their own.
pub trait ByClass {
    /// The class to retry by.
    fn class(&self) -> ErrorClass;
}

impl<E: Classify> ByClass for Retried<'_, E> {
    fn class(&self) -> ErrorClass {
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
    fn class(&self) -> ErrorClass;
}

impl<E> ByWord for &Retried<'_, E> {
    fn class(&self) -> ErrorClass {
        ErrorClass::Transient
    }
}
