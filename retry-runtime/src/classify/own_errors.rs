//! Classifies this crate's own errors.

use super::Classify;
#[cfg(feature = "any-reqwest")]
use super::known::in_chain;
use crate::call::TimedOut;
#[cfg(feature = "any-reqwest")]
use crate::http::{HttpCause as Cause, HttpError};
use crate::policy::ErrorClass;

#[diagnostic::do_not_recommend]
impl Classify for TimedOut {
    fn classify(&self) -> ErrorClass {
        ErrorClass::Transient
    }
}

#[cfg(feature = "any-reqwest")]
#[diagnostic::do_not_recommend]
impl Classify for HttpError {
    fn classify(&self) -> ErrorClass {
        match self.cause() {
            Cause::Status { status, hint } => hint.class(*status),
            Cause::Transport(error) => in_chain(error.as_error()).unwrap_or(ErrorClass::Permanent),
            Cause::TimedOut(timed_out) => timed_out.classify(),
        }
    }
}
