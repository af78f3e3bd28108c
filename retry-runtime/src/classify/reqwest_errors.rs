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
                #[cfg(all(target_family = "wasm", target_os = "unknown"))]
                if self.source().is_some_and(is_of_javascript) {
                    return ErrorClass::Transient;
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

/// Whether JavaScript's `fetch` failed, or the reading of its body. It does not tell why: offline, refused,
/// reset and forbidden by CORS are all a `TypeError`, which reqwest keeps as text.
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
fn is_of_javascript(source: &(dyn Error + 'static)) -> bool {
    source.to_string().starts_with("JsValue(")
}
