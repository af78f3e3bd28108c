//! `response`: a retryable status makes a response a failure.

#[cfg(feature = "http")]
use super::server_hint::server_hint;
use crate::call::Cause;
use crate::policy::{ErrorClass, RetryPolicy};

/// A response that its status can make a failure, for the key `response`.
///
/// Implemented for `reqwest::Response` (features `reqwest` and `reqwest-0_12`) and `http::Response<_>` (feature `http`).
/// Implement it for a response of your own:
///
/// ```
/// use std::time::Duration;
/// use retry_kit::{ErrorClass, RetryableResponse, retry};
///
/// struct Answer {
///     code: u16,
///     come_back_in: Option<Duration>,
/// }
///
/// impl RetryableResponse for Answer {
///     fn status(&self) -> u16 {
///         self.code
///     }
///
///     fn class(&self) -> ErrorClass {
///         ErrorClass::Status { code: self.code, retry_after: self.come_back_in }
///     }
/// }
///
/// #[retry(response, max = 1)]
/// async fn ask() -> std::io::Result<Answer> {
///     Ok(Answer { code: 503, come_back_in: Some(Duration::from_secs(7)) })
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let retries = retry_kit::testing::no_wait();
/// assert_eq!(ask().await.unwrap().code, 503);
/// assert!(retries.waits()[0] >= Duration::from_secs(7));
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`response` needs a function that returns a response, not `{Self}`",
    label = "not a response that retry-kit knows",
    note = "`reqwest::Response` is one with the feature `reqwest` (0.13) or `reqwest-0_12`, `http::Response<_>` (1) with the feature `http`",
    note = "for a response of your own, implement `retry_kit::RetryableResponse`",
    note = "for `reqwest::blocking::Response`, call `error_for_status()` in the function instead of `response`"
)]
pub trait RetryableResponse {
    /// Returns the HTTP status, which events show.
    fn status(&self) -> u16;

    /// Returns the class of the response: by default its [`status`](Self::status) without a hint.
    ///
    /// The policy decides whether the class is a failure. [`ErrorClass::Throttled`] is one under any
    /// policy if the status is at least 400.
    fn class(&self) -> ErrorClass {
        ErrorClass::Status { code: self.status(), retry_after: None }
    }
}

#[cfg(feature = "http")]
#[diagnostic::do_not_recommend]
impl<B> RetryableResponse for http::Response<B> {
    fn status(&self) -> u16 {
        self.status().as_u16()
    }

    fn class(&self) -> ErrorClass {
        server_hint(self.headers(), self.status()).class(self.status())
    }
}

/// Judges the responses of one version of `reqwest`.
#[cfg(feature = "any-reqwest")]
macro_rules! judge_responses_of {
    ($reqwest:ident) => {
        #[diagnostic::do_not_recommend]
        impl RetryableResponse for $reqwest::Response {
            fn status(&self) -> u16 {
                self.status().as_u16()
            }

            fn class(&self) -> ErrorClass {
                server_hint(self.headers(), self.status()).class(self.status())
            }
        }
    };
}

#[cfg(feature = "reqwest")]
judge_responses_of!(reqwest);
#[cfg(feature = "reqwest-0_12")]
judge_responses_of!(reqwest_0_12);

/// Returns the failure that a response is under this policy; `None` if the caller gets the response.
#[inline]
pub fn unless_retried<'a, T: RetryableResponse, E>(
    response: &'a T,
    policy: &RetryPolicy,
) -> Option<(Cause<'a, E>, ErrorClass)> {
    let (code, class) = (response.status(), response.class());
    let is_retried = match class {
        ErrorClass::Status { code, retry_after } => policy.retries_status(code, retry_after),
        // The server asks for the request again; after a success it must not be repeated.
        ErrorClass::Throttled { .. } => code >= 400,
        ErrorClass::Transient | ErrorClass::Unsent | ErrorClass::Permanent => false,
    };
    is_retried.then_some((Cause::Status(code), class))
}
