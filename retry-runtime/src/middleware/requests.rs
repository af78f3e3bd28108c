//! What a layer takes from a request: a copy for another attempt, and a policy.

use super::answers::{Http, HttpUntil};
#[cfg(feature = "any-tonic")]
use crate::classify::is_grpc;
use crate::function::{AnyValue, Until};
use crate::policy::RetryPolicy;

/// Makes copies of requests.
#[diagnostic::on_unimplemented(
    message = "`RetryLayer` cannot clone requests of type `{R}`",
    label = "clone them with `.clone_with(|request| …)`, which may refuse with `None`",
    note = "a request is cloned by default if it is `Clone`; bodies that stream are not"
)]
pub trait Clones<R> {
    /// Returns a copy, or `None` for a request that is sent once.
    fn copy(&self, request: &R) -> Option<R>;
}

/// Without `clone_with`: the request's own `Clone`.
///
/// ```
/// use retry_kit::service::OwnClone;
/// use retry_kit::{RetryLayer, RetryPolicy};
///
/// let layer: RetryLayer<OwnClone> = RetryLayer::new(RetryPolicy::DEFAULT);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct OwnClone;

#[diagnostic::do_not_recommend]
impl<R: Clone> Clones<R> for OwnClone {
    fn copy(&self, request: &R) -> Option<R> {
        Some(request.clone())
    }
}

/// The option `clone_with`, with the function or closure that clones.
///
/// ```
/// use reqwest::Request;
/// use retry_kit::service::CloneWith;
/// use retry_kit::{RetryLayer, RetryPolicy, RetryService};
/// use tower::Layer;
///
/// type TryClone = fn(&Request) -> Option<Request>;
///
/// struct Api {
///     client: RetryService<reqwest::Client, CloneWith<TryClone>>,
/// }
///
/// fn api(client: reqwest::Client) -> Api {
///     let layer = RetryLayer::new(RetryPolicy::DEFAULT).clone_with(Request::try_clone as TryClone);
///     Api { client: layer.layer(client) }
/// }
/// # let _ = api;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct CloneWith<F>(pub(super) F);

#[diagnostic::do_not_recommend]
impl<R, F: Fn(&R) -> Option<R>> Clones<R> for CloneWith<F> {
    fn copy(&self, request: &R) -> Option<R> {
        (self.0)(request)
    }
}

/// Finds the policy of a request.
#[diagnostic::on_unimplemented(
    message = "`RetryLayer::new` is for HTTP requests, not for `{R}`",
    label = "make the layer with `RetryLayer::without_http`"
)]
pub trait Overrides<R> {
    /// Returns the policy that the request brings along, or else `own`, the layer's.
    fn policy(&self, request: &R, own: RetryPolicy) -> RetryPolicy;
}

#[diagnostic::do_not_recommend]
impl<B> Overrides<http::Request<B>> for Http {
    fn policy(&self, request: &http::Request<B>, own: RetryPolicy) -> RetryPolicy {
        let policy = request.extensions().get().copied().unwrap_or(own);
        #[cfg(feature = "any-tonic")]
        if is_grpc(request.headers()) {
            return with_statuses_of_balancers(policy);
        }
        policy
    }
}

/// The policy with the statuses by which a balancer between client and server answers a call of gRPC, whatever
/// the policy says about HTTP: a `tonic::Status` made of them is transient, too.
#[cfg(feature = "any-tonic")]
fn with_statuses_of_balancers(policy: RetryPolicy) -> RetryPolicy {
    policy.status(policy.get_status().with(429).with(502).with(503).with(504))
}

#[cfg(feature = "any-reqwest")]
macro_rules! requests_of {
    ($reqwest:ident) => {
        #[diagnostic::do_not_recommend]
        impl Overrides<$reqwest::Request> for Http {
            /// Its extensions are private.
            fn policy(&self, _: &$reqwest::Request, own: RetryPolicy) -> RetryPolicy {
                own
            }
        }
    };
}

#[cfg(feature = "reqwest")]
requests_of!(reqwest);
#[cfg(feature = "reqwest-0_12")]
requests_of!(reqwest_0_12);

#[diagnostic::do_not_recommend]
impl<R, U> Overrides<R> for HttpUntil<U>
where
    Http: Overrides<R>,
{
    fn policy(&self, request: &R, own: RetryPolicy) -> RetryPolicy {
        Http.policy(request, own)
    }
}

impl<R> Overrides<R> for AnyValue {
    fn policy(&self, _: &R, own: RetryPolicy) -> RetryPolicy {
        own
    }
}

impl<R, U> Overrides<R> for Until<U> {
    fn policy(&self, _: &R, own: RetryPolicy) -> RetryPolicy {
        own
    }
}
