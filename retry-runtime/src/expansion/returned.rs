//! What a function returns whose attempts fail with another error: `give_up = |error: Inner, _| …`.

use core::marker::PhantomData;

use super::hooks::Unbegun;
use super::outcome::value_of;
use crate::call::GiveUp;

/// The type that a function returns.
///
/// Its methods convert outcomes. Method lookup finds them for a `Result`, and those of [`ReturnedOtherwise`] for
/// every other type, which is then reported once (see `no_result`).
#[derive(Debug)]
pub struct Returned<O>(PhantomData<O>);

impl<O> Returned<O> {
    /// Names the type.
    #[must_use]
    pub const fn of_this_type() -> Self {
        Self(PhantomData)
    }
}

impl<T, F> Returned<Result<T, F>> {
    /// Gives an attempt its type.
    #[inline]
    #[must_use]
    pub fn __retry_none<E>(self) -> Option<Result<T, E>> {
        None
    }

    /// Names the outcome of an attempt.
    #[must_use]
    pub fn __retry_unbegun<E>(self) -> Unbegun<Result<T, E>> {
        Unbegun::of_this_type()
    }

    /// Returns the outcome of a success.
    #[inline]
    #[allow(clippy::missing_errors_doc, reason = "there is none")]
    pub fn __retry_success<E>(self, outcome: Result<T, E>) -> Result<T, F> {
        Ok(value_of(outcome))
    }

    /// Calls the closure of `give_up`, if the outcome is an error.
    #[inline]
    #[allow(clippy::missing_errors_doc, reason = "the error is the user's")]
    pub fn __retry_last_word<E>(
        self,
        outcome: Result<T, E>,
        give_up: impl FnOnce() -> GiveUp,
        change: impl FnOnce(E, &GiveUp) -> F,
    ) -> Result<T, F> {
        outcome.map_err(|error| change(error, &give_up()))
    }
}

/// The same for a type that is not a `Result`.
pub trait ReturnedOtherwise<O>: Sized {
    /// Gives an attempt its type.
    fn __retry_none<E>(self) -> Option<O>;

    /// Names the outcome of an attempt.
    fn __retry_unbegun<E>(self) -> Unbegun<O>;

    /// The outcome.
    fn __retry_success(self, outcome: O) -> O;

    /// The outcome.
    fn __retry_last_word<G, C>(self, outcome: O, give_up: G, change: C) -> O;
}

impl<O> ReturnedOtherwise<O> for Returned<O> {
    fn __retry_none<E>(self) -> Option<O> {
        None
    }

    fn __retry_unbegun<E>(self) -> Unbegun<O> {
        Unbegun::of_this_type()
    }

    fn __retry_success(self, outcome: O) -> O {
        outcome
    }

    fn __retry_last_word<G, C>(self, outcome: O, _: G, _: C) -> O {
        outcome
    }
}
