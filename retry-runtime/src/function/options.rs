//! The options of a `Retry` that have code of their own: the default, and the user's.

use core::future::{Future, Ready};
use core::time::Duration;

use crate::call::{AttemptTimeout, Cause, GiveUp, RetryEvent, Wait};
use crate::classify::Classify;
use crate::expansion::{Alarmed, Name, Nap, Prepared, Race, nap, race, unless_accepted};
#[cfg(feature = "tokio")]
use crate::expansion::{Pause, WithTimeout, sleep_for, with_timeout_for};
use crate::http::response::{RetryableResponse, unless_retried};
use crate::policy::{ErrorClass, RetryPolicy};

/// Says what an error is worth.
#[diagnostic::on_unimplemented(
    message = "a retry cannot tell which `{E}` values are worth another attempt",
    label = "say which with `.when(|error| …)`",
    note = "or implement `Classify` for `{E}`, for which there is `#[derive(Classify)]`"
)]
pub trait Classifying<E> {
    /// The class to retry by.
    fn class(&self, error: &E) -> ErrorClass;
}

/// Errors say it themselves.
#[derive(Clone, Copy, Debug)]
pub struct ErrorsOwn;

#[diagnostic::do_not_recommend]
impl<E: Classify> Classifying<E> for ErrorsOwn {
    fn class(&self, error: &E) -> ErrorClass {
        error.classify()
    }
}

/// `when`
#[derive(Clone, Copy, Debug)]
pub struct When<W>(pub(super) W);

#[diagnostic::do_not_recommend]
impl<E, W, C> Classifying<E> for When<W>
where
    W: Fn(&E) -> C,
    C: Into<ErrorClass>,
{
    fn class(&self, error: &E) -> ErrorClass {
        (self.0)(error).into()
    }
}

/// Says which values count as failures.
pub trait Accepting<T> {
    /// The failure that a value is, if it is one.
    fn refuse<'a, E>(
        &self,
        value: &'a T,
        policy: &RetryPolicy,
    ) -> Option<(Cause<'a, E>, ErrorClass)>;
}

/// Every value is a success.
#[derive(Clone, Copy, Debug)]
pub struct AnyValue;

impl<T> Accepting<T> for AnyValue {
    fn refuse<'a, E>(&self, _: &'a T, _: &RetryPolicy) -> Option<(Cause<'a, E>, ErrorClass)> {
        None
    }
}

/// `until`
#[derive(Clone, Copy, Debug)]
pub struct Until<U>(pub(super) U);

impl<T, U: Fn(&T) -> bool> Accepting<T> for Until<U> {
    fn refuse<'a, E>(&self, value: &'a T, _: &RetryPolicy) -> Option<(Cause<'a, E>, ErrorClass)> {
        unless_accepted(value, &self.0)
    }
}

/// `response`
#[derive(Clone, Copy, Debug)]
pub struct ByStatus;

impl<T: RetryableResponse> Accepting<T> for ByStatus {
    fn refuse<'a, E>(
        &self,
        response: &'a T,
        policy: &RetryPolicy,
    ) -> Option<(Cause<'a, E>, ErrorClass)> {
        unless_retried(response, policy)
    }
}

/// Hears of each retry.
pub trait Hearing<E> {
    /// Whether it does anything, and so wants to know the time.
    const LISTENS: bool;

    /// Called before each wait.
    fn hear(&mut self, event: &RetryEvent<'_, E>);
}

/// Nobody hears.
#[derive(Clone, Copy, Debug)]
pub struct Quiet;

impl<E> Hearing<E> for Quiet {
    const LISTENS: bool = false;

    fn hear(&mut self, _: &RetryEvent<'_, E>) {}
}

/// `on_retry`
#[derive(Clone, Copy, Debug)]
pub struct OnRetry<H>(pub(super) H);

impl<E, H: FnMut(&RetryEvent<'_, E>)> Hearing<E> for OnRetry<H> {
    const LISTENS: bool = true;

    fn hear(&mut self, event: &RetryEvent<'_, E>) {
        (self.0)(event);
    }
}

/// Makes something that is awaited before each attempt but the first.
pub trait Prepares {
    /// What is awaited.
    type Preparation: Future;

    /// Begins the preparation of an attempt; `None` if there is nothing to await.
    fn prepare(&mut self) -> Option<Self::Preparation>;
}

/// Prepares attempts that fail with `E`.
pub trait Preparing<E>: Prepares<Preparation: Future<Output: Prepared<E>>> {}

impl<E, B: Prepares<Preparation: Future<Output: Prepared<E>>>> Preparing<E> for B {}

/// Attempts need no preparation.
#[derive(Clone, Copy, Debug)]
pub struct NoPreparation;

impl Prepares for NoPreparation {
    type Preparation = Ready<()>;

    fn prepare(&mut self) -> Option<Ready<()>> {
        None
    }
}

/// `before_retry`
#[derive(Clone, Copy, Debug)]
pub struct Before<B>(pub(super) B);

impl<B, P> Prepares for Before<B>
where
    B: FnMut() -> P,
    P: Future,
{
    type Preparation = P;

    fn prepare(&mut self) -> Option<P> {
        Some((self.0)())
    }
}

/// Has the last word on the error returned.
pub trait Ending<E> {
    /// Whether it does anything, and so wants to know the time.
    const LISTENS: bool;

    /// The error to return.
    fn end(self, error: E, give_up: impl FnOnce() -> GiveUp) -> E;
}

/// The error is returned as it is.
#[derive(Clone, Copy, Debug)]
pub struct Unchanged;

impl<E> Ending<E> for Unchanged {
    const LISTENS: bool = false;

    fn end(self, error: E, _: impl FnOnce() -> GiveUp) -> E {
        error
    }
}

/// `give_up`
#[derive(Clone, Copy, Debug)]
pub struct GivingUp<G>(pub(super) G);

impl<E, G: FnOnce(E, &GiveUp) -> E> Ending<E> for GivingUp<G> {
    const LISTENS: bool = true;

    fn end(self, error: E, give_up: impl FnOnce() -> GiveUp) -> E {
        (self.0)(error, &give_up())
    }
}

/// The futures of a way to wait, which have names also where there is no way.
pub trait Waits {
    /// A wait.
    type Sleep: Future;
    /// An attempt with a timeout.
    type WithTimeout<A: Future>: Alarmed<Output = A::Output>;
}

/// Waits, and drops attempts whose time is up.
#[diagnostic::on_unimplemented(
    message = "a retry has nothing to wait with",
    label = "enable the feature `tokio` of retry-kit, or name another runtime's sleep: `.sleep(my_runtime::sleep)`"
)]
pub trait Sleeping: Waits {
    /// Begins to wait, for the operation of this name.
    fn sleep(&self, wait: Wait, name: Name) -> Self::Sleep;
    /// Gives the attempt an alarm.
    fn with_timeout<A: Future>(
        &self,
        attempt: A,
        timeout: Option<AttemptTimeout>,
        name: Name,
    ) -> Self::WithTimeout<A>;
}

/// Tokio's, where the feature is on.
#[derive(Clone, Copy, Debug)]
pub struct RuntimesOwn;

#[cfg(not(feature = "tokio"))]
impl Waits for RuntimesOwn {
    type Sleep = Ready<()>;
    type WithTimeout<A: Future> = Race<A, Ready<()>>;
}

#[cfg(feature = "tokio")]
impl Waits for RuntimesOwn {
    type Sleep = Pause;
    type WithTimeout<A: Future> = WithTimeout<A>;
}

#[cfg(feature = "tokio")]
impl Sleeping for RuntimesOwn {
    fn sleep(&self, wait: Wait, name: Name) -> Pause {
        sleep_for(wait, name)
    }

    fn with_timeout<A: Future>(
        &self,
        attempt: A,
        timeout: Option<AttemptTimeout>,
        name: Name,
    ) -> WithTimeout<A> {
        with_timeout_for(attempt, timeout, name)
    }
}

/// `sleep`
#[derive(Clone, Copy, Debug)]
pub struct SleepWith<S>(pub(super) S);

impl<S, F> Waits for SleepWith<S>
where
    S: Fn(Duration) -> F,
    F: Future,
{
    type Sleep = Nap<F>;
    type WithTimeout<A: Future> = Race<A, F>;
}

impl<S, F> Sleeping for SleepWith<S>
where
    S: Fn(Duration) -> F,
    F: Future,
{
    fn sleep(&self, wait: Wait, _: Name) -> Nap<F> {
        nap(&self.0, wait)
    }

    fn with_timeout<A: Future>(
        &self,
        attempt: A,
        timeout: Option<AttemptTimeout>,
        _: Name,
    ) -> Race<A, F> {
        race(attempt, timeout, &self.0)
    }
}
