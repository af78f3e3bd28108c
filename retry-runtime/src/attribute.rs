//! What the expansion of `#[retry]` calls: the thin, generic rim of the loop.
//!
//! Everything after the first failure that does not depend on the user's types is behind one
//! cold call, compiled once.

use core::borrow::Borrow;
use core::time::Duration;

use crate::classify::{Classify, ErrorClass};
use crate::decision::{Decision, Progress, Wait, decide as decide_from};
use crate::event::{Cause, RetryEvent};
use crate::policy::RetryPolicy;
use crate::random::ThreadRandom;
use crate::wait::Instant;

/// A reference to the outcome of an attempt that can have failed.
// Of the reference, not of the `Result`: so rustc blames the whole of `&outcome`, which the
// expansion stretches over the user's return type.
#[diagnostic::on_unimplemented(
    message = "`#[retry]` needs a function that returns a `Result`",
    label = "not a `Result`, so no attempt can fail"
)]
pub trait Outcome<'a> {
    /// What a failed attempt gives.
    type Error: 'a;

    /// The error, if the attempt failed.
    fn failure(self) -> Option<&'a Self::Error>;
}

#[diagnostic::do_not_recommend]
impl<'a, T, E> Outcome<'a> for &'a Result<T, E> {
    type Error = E;

    #[inline]
    fn failure(self) -> Option<&'a E> {
        self.as_ref().err()
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
pub fn decide<'a, O>(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    outcome: O,
) -> Option<Wait>
where
    O: Outcome<'a, Error: Classify>,
{
    of_class(progress, policy, outcome.failure()?)
}

/// Compiled once for each type of error, not into each annotated function.
#[cold]
#[inline(never)]
fn of_class(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    error: &impl Classify,
) -> Option<Wait> {
    progress.after_failure(policy, error.classify())
}

/// [`decide`] with another classification than the error's own.
#[inline]
pub fn decide_with<'a, O: Outcome<'a>>(
    progress: &mut impl Progressing,
    policy: &RetryPolicy,
    outcome: O,
    classify: impl FnOnce(&O::Error) -> ErrorClass,
) -> Option<Wait> {
    let class = classify(outcome.failure()?);
    progress.after_failure(policy, class)
}

/// Tells the hook of `on_retry` about a granted wait.
#[inline]
pub fn notify<'a, O: Outcome<'a>>(
    watch: &mut Watch,
    name: &str,
    policy: &RetryPolicy,
    outcome: O,
    wait: Wait,
    hook: impl FnOnce(&RetryEvent<'_, O::Error>),
) {
    let Some(error) = outcome.failure() else {
        return;
    };
    hook(&RetryEvent {
        name,
        attempt: watch.progress.retries,
        max: policy.limit(),
        cause: Cause::Error(error),
        wait,
        waited: watch.waited,
        elapsed: Some(watch.started.elapsed()),
    });
    watch.waited = watch.waited.saturating_add(wait.duration());
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
