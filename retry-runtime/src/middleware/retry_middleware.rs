//! `RetryMiddleware`: retries for clients of `reqwest-middleware`.

use core::fmt;
use core::future::{Future, Ready};
use core::mem::take;
use core::pin::Pin;
use core::time::Duration;
use std::sync::{Arc, Mutex, PoisonError};

use http::Extensions;
use reqwest::{Request, Response};
use reqwest_middleware::{Error, Middleware, Next};

use super::answers::Http;
use super::described::Describes;
use super::options::{Options, begun_without_a_request};
use crate::call::{Pause, RetryBudget, RetryEvent, RuntimeClock, Shared};
use crate::expansion::{Frame, Verdict};
use crate::function::{
    Accepting, Assembled, Begins, Classifying, ErrorsOwn, Hearing, InTime, NoPreparation, OnRetry,
    Operation, Quiet, Repeats, RuntimesOwn, SetByLayer, Sets, SleepWith, Sleeping, Stage, StageOf,
    Timed, Uncancelled, Until, When,
};
use crate::policy::{ErrorClass, RetryPolicy};

/// Retries the requests of a client of [`reqwest-middleware`](https://docs.rs/reqwest-middleware).
///
/// It makes the same decisions as `#[retry]`: a response is retried by its status and the server's hints
/// ([`server_hint`](crate::server_hint)), an error by its class. When a call gives up, the caller gets
/// the last response or error, unchanged. Requests of every method are repeated, POST too.
///
/// ```
/// use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
/// use retry_kit::{RetryMiddleware, RetryPolicy, StatusSet};
///
/// // `reqwest-retry` retries these statuses.
/// const STATUSES: StatusSet = StatusSet::EMPTY.with(408).with(429).with_range(500..=599);
/// const POLICY: RetryPolicy = RetryPolicy::new().max_retries(5).status(STATUSES);
///
/// fn client() -> ClientWithMiddleware {
///     ClientBuilder::new(reqwest::Client::new()).with(RetryMiddleware::new(POLICY)).build()
/// }
/// # let _ = client();
/// ```
///
/// # Requests
///
/// Each attempt but the last needs a copy of the request. A body that streams cannot be copied: such a
/// request is sent once. If the policy would retry its failure, the call gives up for the reason
/// [`NotRepeatable`](crate::StopReason::NotRepeatable), and the caller gets that failure.
///
/// A policy that a request brings takes the place of the middleware's; [`RetryPolicy::OFF`] makes no retries:
///
/// ```
/// use reqwest_middleware::{ClientWithMiddleware, Result};
/// use retry_kit::RetryPolicy;
///
/// # async fn pay(client: &ClientWithMiddleware) -> Result<()> {
/// client.post("https://example.com/payments").with_extension(RetryPolicy::OFF).send().await?;
/// # Ok(())
/// # }
/// ```
///
/// # Other middleware
///
/// Middleware added after this one runs in each attempt, and middleware added before it once. Each attempt
/// begins with the extensions that the call had, and those of the last attempt are the call's afterwards. Inside
/// an attempt, [`current_attempt`](crate::current_attempt) is its number.
#[derive(Clone)]
pub struct RetryMiddleware<W = ErrorsOwn, U = Http, H = Quiet, S = RuntimesOwn> {
    options: Options<(), W, U, H, S>,
}

impl RetryMiddleware {
    /// Retries requests under this policy.
    ///
    /// ```
    /// use retry_kit::{RetryMiddleware, RetryPolicy};
    ///
    /// let middleware = RetryMiddleware::new(RetryPolicy::new().max_retries(5));
    /// ```
    #[must_use]
    pub const fn new(policy: RetryPolicy) -> Self {
        Self { options: Options::new(policy, (), Http) }
    }
}

/// `Options { one: value, ..options }`, which Rust does not allow if the type changes.
macro_rules! with {
    ($field:ident: $value:expr, ..$middleware:ident { $($rest:ident),+ }) => {
        RetryMiddleware {
            options: Options { $field: $value, copy: (), $($rest: $middleware.options.$rest),+ },
        }
    };
}

impl<W, U, H, S> RetryMiddleware<W, U, H, S> {
    /// Sets the name in events and metrics; by default `retry`.
    ///
    /// ```
    /// use retry_kit::{RetryMiddleware, RetryPolicy};
    ///
    /// let middleware = RetryMiddleware::new(RetryPolicy::DEFAULT).name("billing");
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
    /// use retry_kit::{RetryMiddleware, RetryPolicy};
    ///
    /// let middleware = RetryMiddleware::new(RetryPolicy::DEFAULT).target(module_path!());
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
    /// use retry_kit::{RetryBudget, RetryMiddleware, RetryPolicy};
    ///
    /// static BILLING: RetryBudget = RetryBudget::standard();
    ///
    /// let middleware = RetryMiddleware::new(RetryPolicy::DEFAULT).budget(&BILLING);
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
    /// use retry_kit::{RetryBudget, RetryMiddleware, RetryPolicy};
    ///
    /// let budget = Arc::new(RetryBudget::new(50, 10, 5, 1));
    /// let layer = RetryMiddleware::new(RetryPolicy::DEFAULT).shared_budget(Arc::clone(&budget));
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
    /// use retry_kit::{Pause, RetryMiddleware, RetryPolicy};
    ///
    /// static JIRA: Pause = Pause::new();
    ///
    /// let middleware = RetryMiddleware::new(RetryPolicy::DEFAULT).pause(&JIRA);
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
    /// use retry_kit::{Pause, RetryMiddleware, RetryPolicy};
    ///
    /// let pause = Arc::new(Pause::new());
    /// let layer = RetryMiddleware::new(RetryPolicy::DEFAULT).shared_pause(Arc::clone(&pause));
    /// ```
    #[must_use]
    pub fn shared_pause(mut self, pause: impl Into<Option<Arc<Pause>>>) -> Self {
        self.options.pause = Shared::counted(pause.into());
        self
    }
}

impl<U, H, S> RetryMiddleware<ErrorsOwn, U, H, S> {
    /// Classifies errors with a function or closure, in place of [`Classify`](trait@crate::Classify).
    ///
    /// It returns a `bool` or an [`ErrorClass`].
    ///
    /// ```
    /// use retry_kit::{RetryMiddleware, RetryPolicy};
    ///
    /// let middleware = RetryMiddleware::new(RetryPolicy::DEFAULT).when(|error| error.is_connect());
    /// ```
    #[must_use]
    pub fn when<W, A>(self, when: W) -> RetryMiddleware<When<W>, U, H, S>
    where
        W: Fn(&Error) -> A + Clone,
        A: Into<ErrorClass>,
    {
        with!(when: When(when), ..self { policy, name, target, budget, pause, until, on_retry, sleep })
    }
}

impl<W, H, S> RetryMiddleware<W, Http, H, S> {
    /// Retries until this function or closure accepts the response, in place of the statuses of the policy.
    ///
    /// It returns a `bool`, an `Option<ErrorClass>` or a `Result<(), ErrorClass>`. `true`, `None` and
    /// `Ok(())` accept the response; the policy treats a class as that of an error, and `false` as
    /// [`Transient`](ErrorClass::Transient). To keep the statuses and the server's hints, return the
    /// [`class`](crate::RetryableResponse::class) of the response:
    ///
    /// ```
    /// use reqwest::{Response, StatusCode};
    /// use retry_kit::{ErrorClass, RetryMiddleware, RetryPolicy, RetryableResponse};
    ///
    /// // The server answers 202 until the report is ready.
    /// fn is_ready(response: &Response) -> Result<(), ErrorClass> {
    ///     match response.status() {
    ///         StatusCode::ACCEPTED => Err(ErrorClass::Transient),
    ///         status if status.is_success() => Ok(()),
    ///         _ => Err(response.class()),
    ///     }
    /// }
    ///
    /// let middleware = RetryMiddleware::new(RetryPolicy::DEFAULT).until(is_ready);
    /// ```
    #[must_use]
    pub fn until<U, V>(self, until: U) -> RetryMiddleware<W, Until<U>, H, S>
    where
        U: Fn(&Response) -> V + Clone,
        V: Verdict,
    {
        with!(until: Until(until), ..self { policy, name, target, budget, pause, when, on_retry, sleep })
    }
}

impl<W, U, S> RetryMiddleware<W, U, Quiet, S> {
    /// Calls `on_retry` before each wait.
    ///
    /// ```
    /// use retry_kit::{RetryMiddleware, RetryPolicy};
    ///
    /// let middleware = RetryMiddleware::new(RetryPolicy::DEFAULT)
    ///     .on_retry(|event| eprintln!("attempt {} failed", event.attempt()));
    /// ```
    #[must_use]
    pub fn on_retry<H>(self, on_retry: H) -> RetryMiddleware<W, U, OnRetry<H>, S>
    where
        H: Fn(&RetryEvent<'_, Error>) + Clone,
    {
        with!(on_retry: OnRetry(on_retry), ..self { policy, name, target, budget, pause, when, until, sleep })
    }
}

impl<W, U, H> RetryMiddleware<W, U, H, RuntimesOwn> {
    /// Waits with another runtime's sleep; the default is tokio's.
    ///
    /// ```
    /// use retry_kit::{RetryMiddleware, RetryPolicy};
    ///
    /// # mod my_runtime { pub async fn sleep(_: std::time::Duration) {} }
    /// let middleware = RetryMiddleware::new(RetryPolicy::DEFAULT).sleep(my_runtime::sleep);
    /// ```
    #[must_use]
    pub fn sleep<S, F>(self, sleep: S) -> RetryMiddleware<W, U, H, SleepWith<S>>
    where
        S: Fn(Duration) -> F + Clone,
        F: Future,
    {
        with!(sleep: SleepWith(sleep), ..self { policy, name, target, budget, pause, when, until, on_retry })
    }
}

/// The future of a request, as the trait `Middleware` has it.
#[cfg(not(target_arch = "wasm32"))]
type Sent<'a> = Pin<Box<dyn Future<Output = Result<Response, Error>> + Send + 'a>>;
#[cfg(target_arch = "wasm32")]
type Sent<'a> = Pin<Box<dyn Future<Output = Result<Response, Error>> + 'a>>;

/// A future that is `Send` where that of a request is.
#[cfg(not(target_arch = "wasm32"))]
pub trait Sendable: Send {}
#[cfg(not(target_arch = "wasm32"))]
impl<T: Send> Sendable for T {}
#[cfg(target_arch = "wasm32")]
pub trait Sendable {}
#[cfg(target_arch = "wasm32")]
impl<T> Sendable for T {}

/// The operation that sends a request through the rest of the middleware.
struct Sends<'a> {
    next: Next<'a>,
    /// The request of the next attempt, unless there can be none.
    request: Option<Request>,
    /// The extensions that each attempt begins with.
    extensions: Extensions,
    /// The extensions of the last attempt.
    last: Arc<Mutex<Extensions>>,
}

impl Timed for Sends<'_> {
    type Clock = RuntimeClock;

    fn own_name() -> &'static str {
        "retry"
    }
}

impl<S: Sleeping> Operation<NoPreparation, S, Uncancelled> for Sends<'_> {
    type Stage<X: Sets> = StageOf<Self, NoPreparation, S, Uncancelled, X>;

    fn beginning<X: Sets>() -> Self::Stage<X> {
        Stage::Begin
    }
}

impl<'a> Begins for Sends<'a> {
    type Attempt = Sent<'a>;

    fn begin<F: Frame>(
        &mut self,
        policy: &RetryPolicy,
        retries: u32,
        _: impl FnOnce() -> F,
    ) -> Sent<'a> {
        let Some(request) = self.request.take() else { begun_without_a_request() };
        if !policy.is_exhausted(retries) {
            self.request = request.try_clone();
        }
        let mut extensions = self.extensions.clone();
        let (next, last) = (self.next.clone(), Arc::clone(&self.last));
        Box::pin(async move {
            let outcome = next.run(request, &mut extensions).await;
            *last.lock().unwrap_or_else(PoisonError::into_inner) = extensions;
            outcome
        })
    }
}

impl Repeats for Sends<'_> {
    fn is_repeatable(&self) -> bool {
        self.request.is_some()
    }
}

impl<W, U, H, S> Middleware for RetryMiddleware<W, U, H, S>
where
    W: Classifying<Error> + Describes<Error> + Clone + Send + Sync + 'static,
    U: Accepting<Response> + Clone + Send + Sync + 'static,
    H: Hearing<Response, Error> + Clone + Send + Sync + 'static,
    S: Sleeping<Sleep: Sendable> + Clone + Send + Sync + 'static,
    InTime<SetByLayer, S, Ready<()>>: Sendable,
    for<'a> InTime<SetByLayer, S, Sent<'a>>: Sendable,
{
    // As `#[async_trait]` writes it, which would be one more dependency.
    fn handle<'s, 'e, 'n, 'f>(
        &'s self,
        request: Request,
        extensions: &'e mut Extensions,
        next: Next<'n>,
    ) -> Sent<'f>
    where
        's: 'f,
        'e: 'f,
        'n: 'f,
        Self: 'f,
    {
        let Options { policy, name, target, budget, pause, copy: (), when, until, on_retry, sleep } =
            self.options.clone();
        let last = Arc::default();
        let operation = Sends {
            next,
            request: Some(request),
            extensions: extensions.clone(),
            last: Arc::clone(&last),
        };
        let call = Assembled {
            policy: extensions.get().copied().unwrap_or(policy),
            operation,
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
        Box::pin(async move {
            let outcome = call.retry().await;
            *extensions = take(&mut *last.lock().unwrap_or_else(PoisonError::into_inner));
            outcome
        })
    }
}

impl<W, U, H, S> fmt::Debug for RetryMiddleware<W, U, H, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryMiddleware").field("options", &self.options).finish()
    }
}
