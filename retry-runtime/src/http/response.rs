//! `response`: a status worth a retry makes a response a failure.

#[cfg(feature = "http")]
use super::server_hint::server_hint;
use crate::call::Cause;
use crate::policy::{ErrorClass, RetryPolicy};

/// A response of which the status and the server's hint are known.
#[diagnostic::on_unimplemented(
    message = "`response` needs a function that returns a response, not `{Self}`",
    label = "not a response that retry-kit knows",
    note = "`reqwest::Response` (0.13) is one with the feature `reqwest`, `http::Response<_>` (1) with the feature `http`",
    note = "`reqwest::blocking::Response` is none: call `error_for_status()` in the function instead of `response`"
)]
pub trait Response {
    /// The status, and what the response is as a failure.
    fn as_failure(&self) -> (u16, ErrorClass);
}

#[cfg(feature = "http")]
#[diagnostic::do_not_recommend]
impl<B> Response for http::Response<B> {
    fn as_failure(&self) -> (u16, ErrorClass) {
        let status = self.status();
        (status.as_u16(), server_hint(self.headers(), status).class(status))
    }
}

#[cfg(feature = "reqwest")]
#[diagnostic::do_not_recommend]
impl Response for reqwest::Response {
    fn as_failure(&self) -> (u16, ErrorClass) {
        let status = self.status();
        (status.as_u16(), server_hint(self.headers(), status).class(status))
    }
}

/// The failure that a response is under this policy; nothing if it is to be returned.
#[inline]
pub fn unless_retried<'a, T: Response, E>(
    response: &'a T,
    policy: &RetryPolicy,
) -> Option<(Cause<'a, E>, ErrorClass)> {
    let (code, class) = response.as_failure();
    let is_retried = match class {
        ErrorClass::Status { code, .. } => policy.retries_status(code),
        // What the server asks to be sent again; of a success nobody should.
        ErrorClass::Throttled { .. } => code >= 400,
        ErrorClass::Transient | ErrorClass::Permanent => false,
    };
    is_retried.then_some((Cause::Status(code), class))
}
