//! `until`: which values count as failures, and what a value is.
//!
//! A macro cannot see through an alias of `Result`, so method lookup finds what a function returns. The inherent
//! method answers for a `Result`. A trait answers for every other type, and makes the whole outcome a value beside an
//! error that never occurs, so functions without errors need no code of their own.

use core::convert::Infallible;

use crate::call::Cause;
use crate::expansion::outcome::Outcome;
use crate::policy::ErrorClass;

/// The types that `until = …` may return.
#[diagnostic::on_unimplemented(
    message = "`until` returns a `bool`, an `Option<ErrorClass>` or a `Result<(), ErrorClass>`, not `{Self}`",
    label = "does not say whether the value is accepted",
    note = "`true`, `None` and `Ok(())` accept a value",
    note = "an `ErrorClass` alone accepts none: return it in `Some`, and `None` for a value that is accepted"
)]
pub trait Verdict {
    /// The class of a value that is not accepted.
    fn refusal(self) -> Option<ErrorClass>;
}

#[diagnostic::do_not_recommend]
impl Verdict for bool {
    #[inline]
    fn refusal(self) -> Option<ErrorClass> {
        if self { None } else { Some(ErrorClass::Transient) }
    }
}

#[diagnostic::do_not_recommend]
impl Verdict for Option<ErrorClass> {
    #[inline]
    fn refusal(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl Verdict for Result<(), ErrorClass> {
    #[inline]
    fn refusal(self) -> Option<ErrorClass> {
        self.err()
    }
}

/// `until = …`: a value fails if the function or closure does not accept it.
#[inline]
pub fn unless_accepted<T, E, V: Verdict>(
    value: &T,
    until: impl FnOnce(&T) -> V,
) -> Option<(Cause<'_, E>, ErrorClass)> {
    until(value).refusal().map(|class| (Cause::Value, class))
}

/// An outcome that `until` sees: the value of a `Result`, or the whole of any other type.
///
/// Method lookup decides, because a macro cannot see through an alias: it finds the inherent method for a
/// `Result` first.
#[derive(Debug)]
pub struct Seen<'a, O>(pub &'a O);

impl<'a, T, E> Seen<'a, Result<T, E>> {
    /// The outcome, whose errors fail by their class.
    #[inline]
    pub fn __retry_seen(self) -> &'a Result<T, E> {
        self.0
    }

    /// The value, for a hook.
    #[inline]
    #[must_use]
    pub fn __retry_value(self) -> Option<&'a T> {
        self.0.as_ref().ok()
    }
}

/// For every other type.
pub trait SeenWhole<'a, O> {
    /// The outcome as a value.
    fn __retry_seen(self) -> Whole<'a, O>;

    /// The outcome as a value, for a hook.
    fn __retry_value(self) -> Option<&'a O>;
}

impl<'a, O> SeenWhole<'a, O> for Seen<'a, O> {
    #[inline]
    fn __retry_seen(self) -> Whole<'a, O> {
        Whole(self.0)
    }

    #[inline]
    fn __retry_value(self) -> Option<&'a O> {
        Some(self.0)
    }
}

/// An outcome that is a value, so that only `until` can make it a failure.
#[derive(Debug)]
pub struct Whole<'a, O>(&'a O);

// Not derived, because a derive would require `O: Clone`.
impl<O> Clone for Whole<'_, O> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<O> Copy for Whole<'_, O> {}

#[diagnostic::do_not_recommend]
impl<'a, O> Outcome<'a> for Whole<'a, O> {
    type Value = O;
    type Error = Infallible;

    #[inline]
    fn get(self) -> Result<&'a O, &'a Infallible> {
        Ok(self.0)
    }
}
