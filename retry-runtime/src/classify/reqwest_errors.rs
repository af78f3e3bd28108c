//! Classifies the errors of `reqwest`.

use core::error::Error;

use super::Classify;
use super::connection::{class_of_connecting, is_failure_to_connect};
use super::known::in_chain;
use crate::policy::ErrorClass;

/// Classifies the errors of one version of `reqwest`.
macro_rules! classify_errors_of {
    ($reqwest:ident) => {
        #[diagnostic::do_not_recommend]
        impl Classify for $reqwest::Error {
            fn classify(&self) -> ErrorClass {
                if let Some(status) = self.status() {
                    return ErrorClass::Status { code: status.as_u16(), retry_after: None };
                }
                // `is_connect` also finds the error of another request, which gave this one its body.
                if let Some(source) = self.source().filter(|source| is_failure_to_connect(*source))
                {
                    return class_of_connecting(source);
                }
                if self.is_timeout() {
                    return ErrorClass::Transient;
                }
                // A wrong URL or redirect stays wrong.
                if self.is_builder() || self.is_redirect() {
                    return ErrorClass::Permanent;
                }
                // A truncated body is reported as undecodable too; only the source distinguishes them.
                self.source().and_then(in_chain).unwrap_or(ErrorClass::Permanent)
            }
        }
    };
}

#[cfg(feature = "reqwest")]
classify_errors_of!(reqwest);
#[cfg(feature = "reqwest-0_12")]
classify_errors_of!(reqwest_0_12);
