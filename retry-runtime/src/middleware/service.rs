//! The service of a `RetryLayer`.

use core::fmt;
use core::future::Future;
use core::mem;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;
use tower_service::Service;

use super::answers::Http;
use super::calls::Calls;
use super::described::Describes;
use super::options::Options;
use super::requests::{Clones, Overrides, OwnClone};
use crate::call::Lends;
use crate::function::{
    Accepting, Assembled, AssembledRetry, Classifying, ErrorsOwn, Hearing, Quiet, RuntimesOwn,
    Sleeping,
};

/// A service whose calls are retried; [`RetryLayer`](crate::RetryLayer) makes it.
///
/// A service with a layer that has no option with code is `RetryService<V>`, for the inner service `V`:
///
/// ```
/// use retry_kit::{RetryLayer, RetryPolicy, RetryService};
/// use tower::Layer;
///
/// struct Api<V> {
///     http: RetryService<V>,
/// }
///
/// fn api<V>(client: V) -> Api<V> {
///     Api { http: RetryLayer::new(RetryPolicy::DEFAULT).layer(client) }
/// }
/// # let _ = api(());
/// ```
///
/// The other type parameters record the options of the layer; their types are in the module [`service`](crate::names):
///
/// | parameter | stands for | default |
/// |---|---|---|
/// | `C` | `clone_with` | the request's own `Clone` |
/// | `W` | `when` or `by_source` | the error's own class |
/// | `U` | `until`, and whether the layer is for HTTP | HTTP, by status |
/// | `H` | `on_retry` | no hook |
/// | `S` | `sleep` | tokio's |
#[derive(Clone)]
pub struct RetryService<V, C = OwnClone, W = ErrorsOwn, U = Http, H = Quiet, S = RuntimesOwn> {
    inner: V,
    options: Options<C, W, U, H, S>,
}

impl<V, C, W, U, H, S> RetryService<V, C, W, U, H, S> {
    pub(super) const fn new(inner: V, options: Options<C, W, U, H, S>) -> Self {
        Self { inner, options }
    }
}

impl<V, R, C, W, U, H, S> Service<R> for RetryService<V, C, W, U, H, S>
where
    V: Service<R> + Clone,
    C: Clones<R> + Clone,
    W: Classifying<V::Error> + Describes<V::Error> + Clone,
    U: Overrides<R> + Accepting<V::Response> + Clone,
    H: Hearing<V::Response, V::Error> + Clone,
    S: Sleeping + Clone,
{
    type Response = V::Response;
    type Error = V::Error;
    type Future = ResponseFuture<V, R, C, W, U, H, S>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), V::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let Options { policy, name, target, budget, pause, copy, when, until, on_retry, sleep } =
            self.options.clone();
        // This one is ready, its clone is not.
        let next = self.inner.clone();
        let mut service = mem::replace(&mut self.inner, next);
        // A call that has to wait first gives up its place, which is one of few under a limit.
        let is_ready = pause.lent().is_none_or(|pause| pause.remaining().is_none());
        if !is_ready {
            service = self.inner.clone();
        }
        let call = Assembled {
            policy: until.policy(&request, policy),
            operation: Calls::new(service, is_ready, request, copy),
            name,
            target,
            budget,
            pause,
            describe: W::describe,
            when,
            until,
            on_retry,
            sleep,
        };
        ResponseFuture { retry: call.retry() }
    }
}

pin_project! {
    /// The response to a retried request: the future of a [`RetryService`], with the same parameters and the type
    /// `R` of the request.
    ///
    /// ```
    /// use std::future::Ready;
    /// use retry_kit::service::{AnyValue, ErrorsOwn, OwnClone, ResponseFuture};
    /// use retry_kit::{RetryLayer, RetryPolicy};
    /// use tower::util::ServiceFn;
    /// use tower::{Layer, Service, service_fn};
    ///
    /// type Double = ServiceFn<fn(u32) -> Ready<std::io::Result<u32>>>;
    ///
    /// fn double(number: u32) -> ResponseFuture<Double, u32, OwnClone, ErrorsOwn, AnyValue> {
    ///     let double: Double = service_fn(|number| std::future::ready(Ok(2 * number)));
    ///     RetryLayer::without_http(RetryPolicy::DEFAULT).layer(double).call(number)
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// assert_eq!(double(21).await.unwrap(), 42);
    /// # }
    /// ```
    #[must_use = "futures do nothing unless awaited"]
    pub struct ResponseFuture<V, R, C = OwnClone, W = ErrorsOwn, U = Http, H = Quiet, S = RuntimesOwn>
    where
        V: Service<R>,
        V: Clone,
        C: Clones<R>,
        S: Sleeping,
    {
        #[pin]
        retry: AssembledRetry<Calls<V, R, C>, V::Error, W, U, H, S>,
    }
}

impl<V, R, C, W, U, H, S> Future for ResponseFuture<V, R, C, W, U, H, S>
where
    V: Service<R> + Clone,
    C: Clones<R>,
    W: Classifying<V::Error>,
    U: Accepting<V::Response>,
    H: Hearing<V::Response, V::Error>,
    S: Sleeping,
{
    type Output = Result<V::Response, V::Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().retry.poll(context)
    }
}

impl<V: fmt::Debug, C, W, U, H, S> fmt::Debug for RetryService<V, C, W, U, H, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryService")
            .field("inner", &self.inner)
            .field("options", &self.options)
            .finish()
    }
}

impl<V, R, C, W, U, H, S> fmt::Debug for ResponseFuture<V, R, C, W, U, H, S>
where
    V: Service<R> + Clone,
    C: Clones<R>,
    S: Sleeping,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
