//! Calls the hooks and handles their results.

#![allow(clippy::missing_errors_doc, reason = "the errors are the user's, passed through")]

use core::convert::Infallible;
use core::marker::PhantomData;

use crate::call::{GiveUp, RetryEvent};
use crate::expansion::outcome::no_result;

/// Calls the hook of `on_retry`, with its argument inferred.
#[inline]
pub fn notify<E>(event: &RetryEvent<'_, E>, hook: impl FnOnce(&RetryEvent<'_, E>)) {
    hook(event);
}

/// [`notify`] with the value that was refused, if the attempt did not fail with an error.
#[inline]
pub fn notify_with_value<T, E>(
    event: &RetryEvent<'_, E>,
    value: Option<&T>,
    hook: impl FnOnce(&RetryEvent<'_, E>, Option<&T>),
) {
    hook(event, value);
}

/// The outcome of a last attempt.
#[derive(Debug)]
pub struct Ended<O>(pub O);

impl<T, E> Ended<Result<T, E>> {
    /// Calls the function or closure of `give_up`, if the outcome is an error.
    #[inline]
    pub fn __retry_last_word(
        self,
        give_up: impl FnOnce() -> GiveUp,
        change: impl FnOnce(E, &GiveUp) -> E,
    ) -> Result<T, E> {
        self.0.map_err(|error| change(error, &give_up()))
    }
}

/// The same for an outcome that is not a `Result` (see `no_result`).
pub trait EndedOtherwise<O>: Sized {
    /// The outcome.
    fn __retry_last_word<G, C>(self, give_up: G, change: C) -> O;
}

impl<O> EndedOtherwise<O> for Ended<O> {
    fn __retry_last_word<G, C>(self, _: G, _: C) -> O {
        self.0
    }
}

/// The outputs that the future of `before_retry = …` may have: `()`, or a `Result` whose error becomes
/// the function's as with `?`.
#[diagnostic::on_unimplemented(
    message = "the future of `before_retry` returns `()`, or a `Result` whose error converts into `{E}`, not `{Self}`",
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

/// The outcome of an attempt that fails before its body runs.
#[derive(Debug)]
pub struct Unbegun<O>(PhantomData<O>);

impl<O> Unbegun<O> {
    /// Names the type.
    #[must_use]
    pub const fn of_this_type() -> Self {
        Self(PhantomData)
    }
}

impl<T, E> Unbegun<Result<T, E>> {
    /// The outcome.
    #[inline]
    pub fn __retry_failed(self, error: E) -> Result<T, E> {
        Err(error)
    }
}

/// The same for an outcome that is not a `Result` (see `no_result`).
pub trait UnbegunOtherwise<O>: Sized {
    /// Never called.
    fn __retry_failed<E>(self, error: E) -> O;
}

impl<O> UnbegunOtherwise<O> for Unbegun<O> {
    fn __retry_failed<E>(self, _: E) -> O {
        no_result()
    }
}

/// The same where `until` sees an outcome of any type: no preparation can fail.
pub trait UnbegunWhole<O>: Sized {
    /// Never called.
    fn __retry_failed(self, error: Infallible) -> O;
}

impl<O> UnbegunWhole<O> for Unbegun<O> {
    fn __retry_failed(self, error: Infallible) -> O {
        match error {}
    }
}
