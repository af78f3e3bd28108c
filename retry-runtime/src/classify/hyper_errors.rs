//! Classifies the errors of `hyper`.

use super::Classify;
use super::known::in_chain;
use crate::policy::ErrorClass;

#[diagnostic::do_not_recommend]
impl Classify for hyper::Error {
    fn classify(&self) -> ErrorClass {
        in_chain(self).unwrap_or(ErrorClass::Permanent)
    }
}
