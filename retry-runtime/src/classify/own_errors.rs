//! Classifies this crate's own errors.

use super::Classify;
use crate::call::TimedOut;
#[cfg(feature = "reqwest")]
use crate::http::{HttpCause as Cause, HttpError};
use crate::policy::ErrorClass;

#[diagnostic::do_not_recommend]
impl Classify for TimedOut {
    fn classify(&self) -> ErrorClass {
        ErrorClass::Transient
    }
}

#[cfg(feature = "reqwest")]
#[diagnostic::do_not_recommend]
impl Classify for HttpError {
    fn classify(&self) -> ErrorClass {
        match self.cause() {
            Cause::Status { status, hint } => hint.class(*status),
            Cause::Transport(error) => error.classify(),
            Cause::TimedOut(timed_out) => timed_out.classify(),
        }
    }
}
