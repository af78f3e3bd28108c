//! Classifies an error that `on` or `when` chooses to retry.

use core::time::Duration;

use crate::classify::Classify;
use crate::policy::ErrorClass;

/// The class that the function or closure of `when = …` returns.
#[inline]
pub fn word_of<E, C: Into<ErrorClass>>(error: &E, when: impl FnOnce(&E) -> C) -> ErrorClass {
    when(error).into()
}

/// An error that `on` or `when` chooses to retry. If its type implements `Classify`, the server
/// hint of its own class still sets the wait, and an unsent error stays unsent (SPEC 2.3).
///
/// Method lookup decides which trait answers `(&Retried(error)).__retry_class()`: [`ByClass`] needs
/// one reference less and wins if it applies. The method's name cannot clash with a user's trait.
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
            ErrorClass::Throttled { retry_after } => ErrorClass::Throttled { retry_after },
            ErrorClass::Status { code, retry_after } if is_throttled(code, retry_after) => {
                ErrorClass::Throttled { retry_after }
            }
            ErrorClass::Unsent => ErrorClass::Unsent,
            _ => ErrorClass::Transient,
        }
    }
}

/// Whether a failure with this status, chosen whatever the status is, is throttled: by a 429, or by a
/// server that names a time.
fn is_throttled(code: u16, retry_after: Option<Duration>) -> bool {
    code == 429 || retry_after.is_some_and(|hint| !hint.is_zero())
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
