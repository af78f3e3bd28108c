//! The functions that the expansion of `#[derive(Classify)]` calls.

use core::time::Duration;
use std::borrow::Cow;

use crate::classify::{Classify, sqlstate};
use crate::policy::ErrorClass;

/// A field that can hold a server's hint.
#[diagnostic::on_unimplemented(
    message = "`retry_after` takes a field of type `Duration` or `Option<Duration>`, not `{Self}`",
    label = "not a duration"
)]
pub trait Hint {
    /// The hint, if there is one.
    fn hint(&self) -> Option<Duration>;
}

#[diagnostic::do_not_recommend]
impl Hint for Duration {
    fn hint(&self) -> Option<Duration> {
        Some(*self)
    }
}

#[diagnostic::do_not_recommend]
impl Hint for Option<Duration> {
    fn hint(&self) -> Option<Duration> {
        *self
    }
}

/// A field that can hold an HTTP status.
#[diagnostic::on_unimplemented(
    message = "`status` takes a field of type `u16` or `StatusCode`, or an `Option` of one, not \
               `{Self}`",
    label = "not an HTTP status"
)]
pub trait Code {
    /// The status, if there is one.
    fn code(&self) -> Option<u16>;
}

#[diagnostic::do_not_recommend]
impl Code for u16 {
    fn code(&self) -> Option<u16> {
        Some(*self)
    }
}

#[cfg(feature = "http")]
#[diagnostic::do_not_recommend]
impl Code for http::StatusCode {
    fn code(&self) -> Option<u16> {
        Some(self.as_u16())
    }
}

#[diagnostic::do_not_recommend]
impl<C: Code> Code for Option<C> {
    fn code(&self) -> Option<u16> {
        self.as_ref()?.code()
    }
}

/// Returns the class of a status; permanent without one.
pub fn status_class(code: &impl Code, retry_after: Option<Duration>) -> ErrorClass {
    match code.code() {
        Some(code) => ErrorClass::Status { code, retry_after },
        None => ErrorClass::Permanent,
    }
}

/// A field that can hold an SQLSTATE.
#[diagnostic::on_unimplemented(
    message = "`sqlstate` takes a field of type `String` or `&str`, or an `Option` of one, not \
               `{Self}`",
    label = "not an SQLSTATE"
)]
pub trait SqlState {
    /// The SQLSTATE, if there is one.
    fn sqlstate(&self) -> Option<&str>;
}

#[diagnostic::do_not_recommend]
impl SqlState for str {
    fn sqlstate(&self) -> Option<&str> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl SqlState for String {
    fn sqlstate(&self) -> Option<&str> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl SqlState for Cow<'_, str> {
    fn sqlstate(&self) -> Option<&str> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<S: SqlState + ?Sized> SqlState for &S {
    fn sqlstate(&self) -> Option<&str> {
        S::sqlstate(self)
    }
}

#[diagnostic::do_not_recommend]
impl<S: SqlState + ?Sized> SqlState for Box<S> {
    fn sqlstate(&self) -> Option<&str> {
        S::sqlstate(self)
    }
}

#[diagnostic::do_not_recommend]
impl<S: SqlState> SqlState for Option<S> {
    fn sqlstate(&self) -> Option<&str> {
        self.as_ref()?.sqlstate()
    }
}

/// Returns the class of an SQLSTATE; permanent without one.
pub fn sqlstate_class(code: &(impl SqlState + ?Sized)) -> ErrorClass {
    code.sqlstate().map_or(ErrorClass::Permanent, sqlstate)
}

/// A field that has a class.
#[diagnostic::on_unimplemented(
    message = "`forward` needs a field that implements `Classify`, and `{Self}` does not",
    label = "does not implement `Classify`",
    note = "derive or implement `Classify` for it, or give the variant a class of its own, such \
            as `#[classify(permanent)]`"
)]
pub trait Forward {
    /// The class.
    fn class(&self) -> ErrorClass;
}

#[diagnostic::do_not_recommend]
impl<E: Classify> Forward for E {
    fn class(&self) -> ErrorClass {
        self.classify()
    }
}

#[diagnostic::do_not_recommend]
impl<E: Classify> Forward for Option<E> {
    fn class(&self) -> ErrorClass {
        self.as_ref().map_or(ErrorClass::Permanent, Classify::classify)
    }
}
