//! What the expansion of `#[derive(Classify)]` calls.

use core::time::Duration;

use crate::classify::Classify;
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

/// The class of a status; without one there is nothing to retry for.
pub fn status_class(code: &impl Code, retry_after: Option<Duration>) -> ErrorClass {
    match code.code() {
        Some(code) => ErrorClass::Status { code, retry_after },
        None => ErrorClass::Permanent,
    }
}

/// A field that can be asked for the class.
#[diagnostic::on_unimplemented(
    message = "`forward` asks the error inside, and `{Self}` does not implement `Classify`",
    label = "does not say whether to retry it",
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
