//! The class of an error that `on` or `when` chooses.

use crate::classify::Classify;
use crate::policy::ErrorClass;

/// What the function or closure of `when = …` says.
#[inline]
pub fn word_of<E, C: Into<ErrorClass>>(error: &E, when: impl FnOnce(&E) -> C) -> ErrorClass {
    when(error).into()
}

/// An error that `on` or `when` wants retried. If its type implements `Classify`, the server's
/// hint in its own class still sets the wait, and what was unsent still is (SPEC 2.3).
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
            ErrorClass::Unsent => ErrorClass::Unsent,
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
