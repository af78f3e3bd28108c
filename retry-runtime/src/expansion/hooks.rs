//! What hooks are called with, and what becomes of what they give.

#![allow(clippy::missing_errors_doc, reason = "the errors are the user's, passed through")]

use crate::call::{GiveUp, RetryEvent};

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
