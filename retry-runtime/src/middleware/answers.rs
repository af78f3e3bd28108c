//! Which answers of a service are failures.

use crate::call::Cause;
#[cfg(feature = "any-tonic")]
use crate::classify::grpc_answer;
use crate::function::Accepting;
#[cfg(feature = "tower")]
use crate::function::Until;
use crate::http::RetryableResponse;
use crate::http::response::unless_retried;
use crate::policy::{ErrorClass, RetryPolicy};

/// Without `until`, a service that speaks HTTP: responses are judged by status and server hint, and with the
/// features of tonic by the status of gRPC in their head.
///
/// ```
/// use retry_kit::service::{ErrorsOwn, Http, OwnClone};
/// use retry_kit::{RetryLayer, RetryPolicy};
///
/// let layer: RetryLayer<OwnClone, ErrorsOwn, Http> = RetryLayer::new(RetryPolicy::DEFAULT);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Http;

/// The option `until` of a service that speaks HTTP, with the function or closure that accepts responses.
///
/// ```
/// use http::Response;
/// use retry_kit::service::{ErrorsOwn, HttpUntil, OwnClone};
/// use retry_kit::{RetryLayer, RetryPolicy};
///
/// type Accepts = fn(&Response<String>) -> bool;
///
/// let is_ready: Accepts = |response| response.status() != 202;
/// let layer: RetryLayer<OwnClone, ErrorsOwn, HttpUntil<Accepts>> =
///     RetryLayer::new(RetryPolicy::DEFAULT).until(is_ready);
/// ```
#[cfg(feature = "tower")]
#[derive(Clone, Copy, Debug)]
pub struct HttpUntil<U>(pub(super) Until<U>);

#[cfg(feature = "tower")]
impl<T, U> Accepting<T> for HttpUntil<U>
where
    Until<U>: Accepting<T>,
{
    fn refuse<'a, E>(
        &self,
        response: &'a T,
        policy: &RetryPolicy,
    ) -> Option<(Cause<'a, E>, ErrorClass)> {
        self.0.refuse(response, policy)
    }
}

/// A response of HTTP.
#[diagnostic::on_unimplemented(
    message = "`RetryLayer::new` judges responses of HTTP, not `{Self}`",
    label = "make the layer with `RetryLayer::without_http`, or judge its responses with `.until(…)`"
)]
pub trait Answer: RetryableResponse {
    /// Its head.
    fn headers(&self) -> &http::HeaderMap;
}

impl<B> Answer for http::Response<B> {
    fn headers(&self) -> &http::HeaderMap {
        self.headers()
    }
}

#[cfg(feature = "any-reqwest")]
macro_rules! answers_of {
    ($reqwest:ident) => {
        impl Answer for $reqwest::Response {
            fn headers(&self) -> &http::HeaderMap {
                self.headers()
            }
        }
    };
}

#[cfg(feature = "reqwest")]
answers_of!(reqwest);
#[cfg(feature = "reqwest-0_12")]
answers_of!(reqwest_0_12);

impl<T: Answer> Accepting<T> for Http {
    fn refuse<'a, E>(
        &self,
        response: &'a T,
        policy: &RetryPolicy,
    ) -> Option<(Cause<'a, E>, ErrorClass)> {
        #[cfg(feature = "any-tonic")]
        if let Some(class) = grpc_answer(response.headers()) {
            return Some((Cause::Value, class));
        }
        unless_retried(response, policy)
    }
}
