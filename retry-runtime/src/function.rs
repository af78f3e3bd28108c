//! The loop as a function: for closures, and wherever an attribute does not fit.

mod options;
mod retrying;

use core::fmt;
use core::marker::PhantomData;
use core::time::Duration;

use self::options::{
    AnyValue, Before, ByStatus, ErrorsOwn, GivingUp, NoPreparation, OnRetry, Quiet, RuntimesOwn,
    SleepWith, Unchanged, Until, When,
};
use crate::budget::RetryBudget;
use crate::classify::ErrorClass;
use crate::event::{GiveUp, RetryEvent};
use crate::limited::Timeout;
use crate::policy::RetryPolicy;
use crate::response::Response;
use crate::timed_out::TimedOut;

/// Calls `operation` until it succeeds or `policy` says that it is enough.
///
/// `operation` makes a new future for each attempt: an `async` block with shared borrows of what is
/// around it, or an async closure that borrows nothing exclusively. Options are builder methods of
/// what is returned; awaiting it runs the loop, on the same decisions as
/// [`#[retry]`](https://docs.rs/retry-kit/latest/retry_kit/attr.retry.html), and gives the value or
/// the last error as it was. Also as [`RetryPolicy::retry`].
///
/// ```
/// use std::time::Duration;
/// use retry_kit::{RetryPolicy, retry_with_backoff};
///
/// # async fn get(url: &str) -> std::io::Result<String> { Ok(url.into()) }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let url = String::from("https://example.com");
/// let policy = RetryPolicy::new().max_retries(5).deadline(Duration::from_secs(30));
///
/// let page = retry_with_backoff(&policy, || get(&url)).await?;
///
/// let other = policy
///     .retry(|| async { get(&url).await })
///     .timeout(Duration::from_secs(5))
///     .when(|error| error.kind() == std::io::ErrorKind::ConnectionReset)
///     .on_retry(|event| eprintln!("attempt {} failed", event.attempt()))
///     .await?;
/// # assert_eq!(page, other);
/// # Ok(())
/// # }
/// ```
pub fn retry_with_backoff<F, Fut, T, E>(policy: &RetryPolicy, operation: F) -> Retry<Futures<F>, E>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    Retry::new(policy, Futures(operation))
}

/// [`retry_with_backoff`] for operations that borrow exclusively what is around them.
///
/// Takes an async closure, which may change what it captures. Its future is not `Send`
/// (rust-lang/rust#138207), and each call allocates once.
///
/// ```
/// use retry_kit::{RetryPolicy, retry_with_backoff_local};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut lines = Vec::new();
/// let outcome = retry_with_backoff_local(&RetryPolicy::DEFAULT, async || {
///     lines.push("called");
///     std::io::Result::Ok(lines.len())
/// });
/// assert_eq!(outcome.await.unwrap(), 1);
/// # }
/// ```
pub fn retry_with_backoff_local<'a, F, T, E>(
    policy: &RetryPolicy,
    operation: F,
) -> Retry<Local<'a, F>, E>
where
    F: AsyncFnMut() -> Result<T, E> + 'a,
{
    Retry::new(policy, Local { operation, lifetime: PhantomData })
}

impl RetryPolicy {
    /// Calls `operation` under this policy, see [`retry_with_backoff`].
    pub fn retry<F, Fut, T, E>(&self, operation: F) -> Retry<Futures<F>, E>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<T, E>>,
    {
        retry_with_backoff(self, operation)
    }

    /// Calls an `operation` that borrows exclusively, see [`retry_with_backoff_local`].
    pub fn retry_local<'a, F, T, E>(&self, operation: F) -> Retry<Local<'a, F>, E>
    where
        F: AsyncFnMut() -> Result<T, E> + 'a,
    {
        retry_with_backoff_local(self, operation)
    }
}

/// What an operation gives when it succeeds.
pub trait Operation {
    /// The value.
    type Value;
}

/// An operation that makes futures.
#[derive(Clone, Debug)]
pub struct Futures<F>(F);

impl<F, Fut, T, E> Operation for Futures<F>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    type Value = T;
}

/// An operation that is an async closure.
#[derive(Clone, Debug)]
pub struct Local<'a, F> {
    operation: F,
    lifetime: PhantomData<&'a ()>,
}

impl<F, T, E> Operation for Local<'_, F>
where
    F: AsyncFnMut() -> Result<T, E>,
{
    type Value = T;
}

/// An operation with the options of its loop; await it. Made by [`retry_with_backoff`].
///
/// Each option can be set once. Its parameters are what the options are made of.
#[must_use = "nothing is called until it is awaited"]
#[allow(clippy::struct_field_names, reason = "the words of the attribute")]
pub struct Retry<
    O,
    E,
    W = ErrorsOwn,
    U = AnyValue,
    H = Quiet,
    B = NoPreparation,
    G = Unchanged,
    S = RuntimesOwn,
> {
    policy: RetryPolicy,
    operation: O,
    settings: Settings<E>,
    when: W,
    until: U,
    on_retry: H,
    before_retry: B,
    give_up: G,
    sleep: S,
}

/// The options that have no code of their own.
struct Settings<E> {
    name: Option<&'static str>,
    budget: Option<&'static RetryBudget>,
    timeout: Option<TimeoutOf<E>>,
    describe: Option<Describe<E>>,
}

/// The limit on each attempt.
struct TimeoutOf<E> {
    duration: Duration,
    /// What becomes of an attempt that takes longer.
    late: fn(TimedOut) -> E,
}

/// Shows an error to telemetry.
type Describe<E> = fn(&E, &mut fmt::Formatter<'_>) -> fmt::Result;

impl<O, E> Retry<O, E> {
    fn new(policy: &RetryPolicy, operation: O) -> Self {
        Self {
            policy: *policy,
            operation,
            settings: Settings { name: None, budget: None, timeout: None, describe: None },
            when: ErrorsOwn,
            until: AnyValue,
            on_retry: Quiet,
            before_retry: NoPreparation,
            give_up: Unchanged,
            sleep: RuntimesOwn,
        }
    }
}

impl<O: Operation, E, W, U, H, B, G, S> Retry<O, E, W, U, H, B, G, S> {
    /// The name in events and metrics; by default that of the operation's type.
    pub fn name(mut self, name: &'static str) -> Self {
        self.settings.name = Some(name);
        self
    }

    /// Takes every retry from this budget.
    pub fn budget(mut self, budget: &'static RetryBudget) -> Self {
        self.settings.budget = Some(budget);
        self
    }

    /// The longest an attempt may take, `before_retry` included: a `Duration`, or an
    /// `Option<Duration>` that is `None` for no limit. The attempt is dropped then, and has failed
    /// with `E::from(TimedOut)`.
    pub fn timeout(mut self, timeout: impl Timeout) -> Self
    where
        E: From<TimedOut>,
    {
        let timeout = timeout.timeout();
        self.settings.timeout = timeout.map(|duration| TimeoutOf { duration, late: E::from });
        self
    }

    /// How `tracing` shows an error, such as `std::fmt::Display::fmt`; by default by the name of its
    /// type.
    pub fn describe(mut self, describe: fn(&E, &mut fmt::Formatter<'_>) -> fmt::Result) -> Self {
        self.settings.describe = Some(describe);
        self
    }
}

/// `Retry { one: value, ..retry }`, which the language allows only if the type stays the same.
macro_rules! with {
    ($field:ident: $value:expr, ..$retry:ident { $($rest:ident),+ }) => {
        Retry { $field: $value, $($rest: $retry.$rest),+ }
    };
}

impl<O: Operation, E, U, H, B, G, S> Retry<O, E, ErrorsOwn, U, H, B, G, S> {
    /// Classifies errors with a function or closure, which gives a `bool` or an [`ErrorClass`],
    /// in place of the error's own [`Classify`](crate::Classify). A `bool` has no server's hint;
    /// an [`ErrorClass`] may.
    pub fn when<W, C>(self, when: W) -> Retry<O, E, When<W>, U, H, B, G, S>
    where
        W: Fn(&E) -> C,
        C: Into<ErrorClass>,
    {
        with!(when: When(when), ..self {
            policy, operation, settings, until, on_retry, before_retry, give_up, sleep
        })
    }
}

impl<O: Operation, E, W, H, B, G, S> Retry<O, E, W, AnyValue, H, B, G, S> {
    /// Also retries while this does not accept the value; in the end the last value is returned.
    pub fn until<U>(self, until: U) -> Retry<O, E, W, Until<U>, H, B, G, S>
    where
        U: Fn(&O::Value) -> bool,
    {
        with!(until: Until(until), ..self {
            policy, operation, settings, when, on_retry, before_retry, give_up, sleep
        })
    }
}

impl<O: Operation, E, W, H, B, G, S> Retry<O, E, W, AnyValue, H, B, G, S> {
    /// Also retries responses whose status the policy retries, such as `reqwest::Response`; in the
    /// end the last response is returned.
    pub fn response(self) -> Retry<O, E, W, ByStatus, H, B, G, S>
    where
        O::Value: Response,
    {
        with!(until: ByStatus, ..self {
            policy, operation, settings, when, on_retry, before_retry, give_up, sleep
        })
    }
}

impl<O: Operation, E, W, U, B, G, S> Retry<O, E, W, U, Quiet, B, G, S> {
    /// Called before each wait.
    pub fn on_retry<H>(self, on_retry: H) -> Retry<O, E, W, U, OnRetry<H>, B, G, S>
    where
        H: FnMut(&RetryEvent<'_, E>),
    {
        with!(on_retry: OnRetry(on_retry), ..self {
            policy, operation, settings, when, until, before_retry, give_up, sleep
        })
    }
}

impl<O: Operation, E, W, U, H, G, S> Retry<O, E, W, U, H, NoPreparation, G, S> {
    /// Makes a future of `()` or `Result<(), E>` that is awaited after each wait, before the next
    /// attempt; its error is the failure of that attempt.
    pub fn before_retry<B, P>(self, before_retry: B) -> Retry<O, E, W, U, H, Before<B>, G, S>
    where
        B: FnMut() -> P,
        P: Future,
    {
        with!(before_retry: Before(before_retry), ..self {
            policy, operation, settings, when, until, on_retry, give_up, sleep
        })
    }
}

impl<O: Operation, E, W, U, H, B, S> Retry<O, E, W, U, H, B, Unchanged, S> {
    /// The last word on the error that is returned.
    pub fn give_up<G>(self, give_up: G) -> Retry<O, E, W, U, H, B, GivingUp<G>, S>
    where
        G: FnOnce(E, &GiveUp) -> E,
    {
        with!(give_up: GivingUp(give_up), ..self {
            policy, operation, settings, when, until, on_retry, before_retry, sleep
        })
    }
}

impl<O: Operation, E, W, U, H, B, G> Retry<O, E, W, U, H, B, G, RuntimesOwn> {
    /// Waits with another runtime's sleep.
    pub fn sleep<S, F>(self, sleep: S) -> Retry<O, E, W, U, H, B, G, SleepWith<S>>
    where
        S: Fn(Duration) -> F,
        F: Future,
    {
        with!(sleep: SleepWith(sleep), ..self {
            policy, operation, settings, when, until, on_retry, before_retry, give_up
        })
    }
}

impl<O, E, W, U, H, B, G, S> fmt::Debug for Retry<O, E, W, U, H, B, G, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Retry")
            .field("policy", &self.policy)
            .field("name", &self.settings.name)
            .field("timeout", &self.settings.timeout.as_ref().map(|timeout| timeout.duration))
            .finish_non_exhaustive()
    }
}
