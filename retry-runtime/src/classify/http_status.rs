//! Classifies a bare HTTP status.

use super::Classify;
use crate::policy::ErrorClass;

#[diagnostic::do_not_recommend]
impl Classify for http::StatusCode {
    fn classify(&self) -> ErrorClass {
        ErrorClass::Status { code: self.as_u16(), retry_after: None }
    }
}
