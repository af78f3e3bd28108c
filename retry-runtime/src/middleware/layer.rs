//! `RetryLayer`: the policy and the options of a retried service.

use core::fmt;
use core::future::Future;
use core::time::Duration;
use std::sync::Arc;

use tower_layer::Layer;

use super::answers::{Http, HttpUntil};
use super::by_source::BySource;
use super::options::Options;
use super::requests::{CloneWith, OwnClone};
use super::service::RetryService;
use crate::call::{Pause, RetryBudget, RetryEvent, Shared};
use crate::expansion::Verdict;
use crate::function::{AnyValue, ErrorsOwn, OnRetry, Quiet, RuntimesOwn, SleepWith, Until, When};
use crate::policy::{ErrorClass, RetryPolicy};

/// Retries the calls of a [`tower`](https://docs.rs/tower) service.
///
/// It makes the same decisions as `#[retry]`: an error is retried by its [`Classify`](trait@crate::Classify), an
/// [`http::Response`] by its status and the server's hints ([`server_hint`](crate::server_hint)). When a
/// call gives up, the caller gets the last response or error, unchanged.
///
/// ```
/// use http::{Request, Response};
/// use retry_kit::{RetryLayer, RetryPolicy};
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
///
/// const POLICY: RetryPolicy = RetryPolicy::new().max_retries(2);
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// # let _retries = retry_kit::testing::no_wait();
/// let send = service_fn(async |_: Request<String>| {
///     let status = if retry_kit::current_attempt() == Some(1) { 503 } else { 200 };
///     std::io::Result::Ok(Response::builder().status(status).body(()).unwrap())
/// });
/// let client = ServiceBuilder::new().layer(RetryLayer::new(POLICY)).service(send);
///
/// let response = client.oneshot(Request::new("an order".to_owned())).await.unwrap();
/// assert_eq!(response.status(), 200);
/// # }
/// ```
///
/// # Requests
///
/// Requests of every method are repeated, POST too; the policy of a single request, below, exempts one.
///
/// Each attempt but the last needs a copy of the request. A request that is `Clone` is cloned; for any
/// other, give a function with [`clone_with`](Self::clone_with). A request that cannot be cloned is sent
/// once. If the policy would retry its failure, the call gives up for the reason
/// [`NotRepeatable`](crate::StopReason::NotRepeatable).
///
/// Put a policy into the extensions of an `http::Request`, and it takes the place of the layer's for this
/// request. [`RetryPolicy::OFF`] makes no retries. This costs one look-up in the extensions, if there are any.
///
/// ```
/// use http::Request;
/// use retry_kit::RetryPolicy;
///
/// let mut request = Request::new("a payment".to_owned());
/// request.extensions_mut().insert(RetryPolicy::OFF);
/// ```
///
/// # Services
///
/// The inner service must be `Clone`, as clients are: each retry calls a clone, as soon as it is ready.
/// Layers below this one, such as a timeout, apply to each attempt, and layers above it to the call. Inside
/// an attempt, [`current_attempt`](crate::current_attempt) is its number. The deadline of the policy ends
/// waits, not attempts.
///
/// The [guide](https://docs.rs/retry-kit/latest/retry_kit/guide/middleware/index.html) has a client of
/// hyper-util, a channel of tonic, and one of reqwest.
#[derive(Clone)]
pub struct RetryLayer<C = OwnClone, W = ErrorsOwn, U = Http, H = Quiet, S = RuntimesOwn> {
    options: Options<C, W, U, H, S>,
}

impl RetryLayer {
    /// Retries HTTP requests under this policy.
    ///
    /// ```
    /// use retry_kit::{RetryLayer, RetryPolicy};
    ///
    /// let layer = RetryLayer::new(RetryPolicy::new().max_retries(5));
    /// ```
    #[must_use]
    pub const fn new(policy: RetryPolicy) -> Self {
        Self::with(policy, Http)
    }
}

impl RetryLayer<OwnClone, ErrorsOwn, AnyValue> {
    /// Retries requests of any type under this policy.
    ///
    /// Errors are retried by their class. Every response is a success, unless [`until`](Self::until) refuses
    /// it.
    ///
    /// ```
    /// use retry_kit::{RetryLayer, RetryPolicy};
    /// use tower::{Layer, ServiceExt, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let double = service_fn(async |number: u32| std::io::Result::Ok(2 * number));
    /// let double = RetryLayer::without_http(RetryPolicy::DEFAULT).layer(double);
    /// assert_eq!(double.oneshot(21).await.unwrap(), 42);
    /// # }
    /// ```
    #[must_use]
    pub const fn without_http(policy: RetryPolicy) -> Self {
        Self::with(policy, AnyValue)
    }
}

impl<U> RetryLayer<OwnClone, ErrorsOwn, U> {
    const fn with(policy: RetryPolicy, until: U) -> Self {
        Self { options: Options::new(policy, OwnClone, until) }
    }
}

/// `Options { one: value, ..options }`, which Rust does not allow if the type changes.
macro_rules! with {
    ($field:ident: $value:expr, ..$layer:ident { $($rest:ident),+ }) => {
        RetryLayer { options: Options { $field: $value, $($rest: $layer.options.$rest),+ } }
    };
}

impl<C, W, U, H, S> RetryLayer<C, W, U, H, S> {
    /// Sets the name in events and metrics; by default `retry`.
    ///
    /// ```
    /// use retry_kit::{RetryLayer, RetryPolicy};
    ///
    /// let layer = RetryLayer::new(RetryPolicy::DEFAULT).name("billing");
    /// ```
    #[must_use]
    pub const fn name(mut self, name: &'static str) -> Self {
        self.options.name = name;
        self
    }

    /// Sets the target of `tracing`'s events, by which filters choose them; by default `retry_kit`.
    ///
    /// A library gives its own, so that a filter for the library holds for its retries, too. For the level of the
    /// events, see [`RetryPolicy::log`].
    ///
    /// ```
    /// use retry_kit::{RetryLayer, RetryPolicy};
    ///
    /// let layer = RetryLayer::new(RetryPolicy::DEFAULT).target(module_path!());
    /// ```
    #[must_use]
    pub const fn target(mut self, target: &'static str) -> Self {
        self.options.target = Some(target);
        self
    }

    /// Takes the cost of every retry from `budget`.
    ///
    /// Use one budget for each downstream. For one made at run time, see
    /// [`shared_budget`](Self::shared_budget).
    ///
    /// ```
    /// use retry_kit::{RetryBudget, RetryLayer, RetryPolicy};
    ///
    /// static BILLING: RetryBudget = RetryBudget::standard();
    ///
    /// let layer = RetryLayer::new(RetryPolicy::DEFAULT).budget(&BILLING);
    /// ```
    #[must_use]
    pub const fn budget(mut self, budget: &'static RetryBudget) -> Self {
        self.options.budget.set(budget);
        self
    }

    /// Takes the cost of every retry from a budget that was made at run time.
    ///
    /// An `Option` is for a budget that may be switched off. Of this and [`budget`](Self::budget) the last call
    /// counts.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use retry_kit::{RetryBudget, RetryLayer, RetryPolicy};
    ///
    /// let budget = Arc::new(RetryBudget::new(50, 10, 5, 1));
    /// let layer = RetryLayer::new(RetryPolicy::DEFAULT).shared_budget(Arc::clone(&budget));
    /// ```
    #[must_use]
    pub fn shared_budget(mut self, budget: impl Into<Option<Arc<RetryBudget>>>) -> Self {
        self.options.budget = Shared::counted(budget.into());
        self
    }

    /// Makes every attempt wait for `pause`, which all calls to one server share.
    ///
    /// The pause begins when the server asks one call to wait; see [`Pause`]. A call whose deadline comes
    /// before the end of the pause waits all the same: there is no error yet that it could return.
    ///
    /// ```
    /// use retry_kit::{Pause, RetryLayer, RetryPolicy};
    ///
    /// static JIRA: Pause = Pause::new();
    ///
    /// let layer = RetryLayer::new(RetryPolicy::DEFAULT).pause(&JIRA);
    /// ```
    #[must_use]
    pub const fn pause(mut self, pause: &'static Pause) -> Self {
        self.options.pause.set(pause);
        self
    }

    /// Makes every attempt wait for a pause that was made at run time, as [`pause`](Self::pause) does.
    ///
    /// An `Option` is for a pause that may be switched off. Of this and `pause` the last call counts.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use retry_kit::{Pause, RetryLayer, RetryPolicy};
    ///
    /// let pause = Arc::new(Pause::new());
    /// let layer = RetryLayer::new(RetryPolicy::DEFAULT).shared_pause(Arc::clone(&pause));
    /// ```
    #[must_use]
    pub fn shared_pause(mut self, pause: impl Into<Option<Arc<Pause>>>) -> Self {
        self.options.pause = Shared::counted(pause.into());
        self
    }
}

impl<W, U, H, S> RetryLayer<OwnClone, W, U, H, S> {
    /// Clones requests with a function or closure; `None` means that the request is sent once.
    ///
    /// It is called before each attempt that another may follow.
    ///
    /// ```
    /// use http::Request;
    /// use retry_kit::{RetryLayer, RetryPolicy};
    ///
    /// enum Body {
    ///     Whole(String),
    ///     Stream(Box<dyn std::io::Read + Send>),
    /// }
    ///
    /// fn copy(request: &Request<Body>) -> Option<Request<Body>> {
    ///     let Body::Whole(text) = request.body() else { return None };
    ///     let mut copy = Request::new(Body::Whole(text.clone()));
    ///     *copy.method_mut() = request.method().clone();
    ///     *copy.uri_mut() = request.uri().clone();
    ///     *copy.headers_mut() = request.headers().clone();
    ///     Some(copy)
    /// }
    ///
    /// let layer = RetryLayer::new(RetryPolicy::DEFAULT).clone_with(copy);
    /// ```
    #[must_use]
    pub fn clone_with<R, C>(self, copy: C) -> RetryLayer<CloneWith<C>, W, U, H, S>
    where
        C: Fn(&R) -> Option<R> + Clone,
    {
        with!(copy: CloneWith(copy), ..self { policy, name, target, budget, pause, when, until, on_retry, sleep })
    }
}

impl<C, U, H, S> RetryLayer<C, ErrorsOwn, U, H, S> {
    /// Classifies errors with a function or closure, in place of [`Classify`](trait@crate::Classify).
    ///
    /// It returns a `bool` or an [`ErrorClass`].
    ///
    /// ```
    /// use retry_kit::{Classify, ErrorClass, RetryLayer, RetryPolicy};
    /// use tower::BoxError;
    /// use tower::load_shed::error::Overloaded;
    ///
    /// // Also retries requests that `load_shed` turned away before they were sent.
    /// fn class(error: &BoxError) -> ErrorClass {
    ///     if error.is::<Overloaded>() { ErrorClass::Unsent } else { error.classify() }
    /// }
    ///
    /// let layer = RetryLayer::new(RetryPolicy::DEFAULT).when(class);
    /// ```
    #[must_use]
    pub fn when<E, W, A>(self, when: W) -> RetryLayer<C, When<W>, U, H, S>
    where
        W: Fn(&E) -> A + Clone,
        A: Into<ErrorClass>,
    {
        with!(when: When(when), ..self { policy, name, target, budget, pause, copy, until, on_retry, sleep })
    }

    /// Classifies errors by the first known error in their source chain, as
    /// [`by_source`](crate::by_source) does.
    ///
    /// For errors that implement `Error` but have no class of their own, such as that of hyper-util's
    /// client. A boxed error needs no option. A status that the error itself holds is not seen.
    ///
    /// ```
    /// use retry_kit::{RetryLayer, RetryPolicy};
    ///
    /// let layer = RetryLayer::new(RetryPolicy::DEFAULT).by_source();
    /// ```
    #[must_use]
    pub fn by_source(self) -> RetryLayer<C, BySource, U, H, S> {
        with!(when: BySource, ..self { policy, name, target, budget, pause, copy, until, on_retry, sleep })
    }
}

impl<C, W, H, S> RetryLayer<C, W, Http, H, S> {
    /// Retries until this function or closure accepts the response, in place of the statuses of the policy.
    ///
    /// It returns a `bool`, an `Option<ErrorClass>` or a `Result<(), ErrorClass>`. `true`, `None` and
    /// `Ok(())` accept the response; the policy treats a class as that of an error, and `false` as
    /// [`Transient`](ErrorClass::Transient). To keep the statuses and the server's hints, return the
    /// [`class`](crate::RetryableResponse::class) of the response:
    ///
    /// ```
    /// use http::{Response, StatusCode};
    /// use retry_kit::{ErrorClass, RetryLayer, RetryPolicy, RetryableResponse};
    ///
    /// // The server answers 202 until the report is ready.
    /// fn is_ready(response: &Response<Vec<u8>>) -> Result<(), ErrorClass> {
    ///     match response.status() {
    ///         StatusCode::ACCEPTED => Err(ErrorClass::Transient),
    ///         status if status.is_success() => Ok(()),
    ///         _ => Err(response.class()),
    ///     }
    /// }
    ///
    /// let layer = RetryLayer::new(RetryPolicy::DEFAULT).until(is_ready);
    /// ```
    #[must_use]
    pub fn until<T, U, V>(self, until: U) -> RetryLayer<C, W, HttpUntil<U>, H, S>
    where
        U: Fn(&T) -> V + Clone,
        V: Verdict,
    {
        let until = HttpUntil(Until(until));
        with!(until: until, ..self { policy, name, target, budget, pause, copy, when, on_retry, sleep })
    }
}

impl<C, W, H, S> RetryLayer<C, W, AnyValue, H, S> {
    /// Also retries until this function or closure accepts the response.
    ///
    /// It returns a `bool`, an `Option<ErrorClass>` or a `Result<(), ErrorClass>`, as that of
    /// [`Retry::until`](crate::Retry::until).
    ///
    /// ```
    /// use retry_kit::{RetryLayer, RetryPolicy};
    ///
    /// let layer = RetryLayer::without_http(RetryPolicy::DEFAULT)
    ///     .until(|answer: &Vec<u32>| !answer.is_empty());
    /// ```
    #[must_use]
    pub fn until<T, U, V>(self, until: U) -> RetryLayer<C, W, Until<U>, H, S>
    where
        U: Fn(&T) -> V + Clone,
        V: Verdict,
    {
        with!(until: Until(until), ..self { policy, name, target, budget, pause, copy, when, on_retry, sleep })
    }
}

impl<C, W, U, S> RetryLayer<C, W, U, Quiet, S> {
    /// Calls `on_retry` before each wait.
    ///
    /// ```
    /// use retry_kit::{RetryEvent, RetryLayer, RetryPolicy};
    ///
    /// let layer = RetryLayer::new(RetryPolicy::DEFAULT)
    ///     .on_retry(|event: &RetryEvent<'_, std::io::Error>| {
    ///         eprintln!("attempt {} failed", event.attempt());
    ///     });
    /// ```
    #[must_use]
    pub fn on_retry<E, H>(self, on_retry: H) -> RetryLayer<C, W, U, OnRetry<H>, S>
    where
        H: Fn(&RetryEvent<'_, E>) + Clone,
    {
        with!(on_retry: OnRetry(on_retry), ..self { policy, name, target, budget, pause, copy, when, until, sleep })
    }
}

impl<C, W, U, H> RetryLayer<C, W, U, H, RuntimesOwn> {
    /// Waits with another runtime's sleep; the default is tokio's.
    ///
    /// ```
    /// use retry_kit::{RetryLayer, RetryPolicy};
    ///
    /// # mod my_runtime { pub async fn sleep(_: std::time::Duration) {} }
    /// let layer = RetryLayer::new(RetryPolicy::DEFAULT).sleep(my_runtime::sleep);
    /// ```
    #[must_use]
    pub fn sleep<S, F>(self, sleep: S) -> RetryLayer<C, W, U, H, SleepWith<S>>
    where
        S: Fn(Duration) -> F + Clone,
        F: Future,
    {
        with!(sleep: SleepWith(sleep), ..self { policy, name, target, budget, pause, copy, when, until, on_retry })
    }
}

impl<V, C: Clone, W: Clone, U: Clone, H: Clone, S: Clone> Layer<V> for RetryLayer<C, W, U, H, S> {
    type Service = RetryService<V, C, W, U, H, S>;

    fn layer(&self, inner: V) -> Self::Service {
        RetryService::new(inner, self.options.clone())
    }
}

impl<C, W, U, H, S> fmt::Debug for RetryLayer<C, W, U, H, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryLayer").field("options", &self.options).finish()
    }
}
