//! The class of a status on its own.

use super::Classify;
use crate::policy::ErrorClass;

#[diagnostic::do_not_recommend]
impl Classify for http::StatusCode {
    fn classify(&self) -> ErrorClass {
        ErrorClass::Status { code: self.as_u16(), retry_after: None }
    }
}
