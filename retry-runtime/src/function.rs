//! The loop as a function: for closures, and wherever an attribute does not fit.

mod options;
mod running;

use core::any::type_name;
use core::fmt;
use core::marker::PhantomData;
use core::time::Duration;

use pin_project_lite::pin_project;

use self::options::{
    AnyValue, Before, ByStatus, ErrorsOwn, GivingUp, NoPreparation, OnRetry, Prepares, Quiet,
    RuntimesOwn, SleepWith, Unchanged, Until, Waits, When,
};
use self::running::{Boxed, Stage};
use crate::budget::RetryBudget;
use crate::classify::ErrorClass;
use crate::event::{GiveUp, RetryEvent};
use crate::limited::Timeout;
use crate::policy::RetryPolicy;
use crate::progress::{Memory, Watch};
use crate::response::Response;
use crate::timed_out::TimedOut;

/// Calls `operation` until it succeeds or `policy` says that it is enough.
///
/// `operation` makes a new future for each attempt: an `async` block with shared borrows of what is
/// around it, or an async closure that borrows nothing exclusively. Options are builder methods of
/// what is returned, which is the future of the loop: it makes the same decisions as
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

/// What is retried, and the state of its loop.
pub trait Operation<E, B, S> {
    /// What the operation gives when it succeeds.
    type Value;
    /// How far the loop has come.
    type Stage;
    /// The stage before the first poll.
    const BEGIN: Self::Stage;
}

/// An operation that makes futures.
#[derive(Clone, Debug)]
pub struct Futures<F>(F);

impl<F, Fut, T, E, B, S> Operation<E, B, S> for Futures<F>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, E>>,
    B: Prepares,
    S: Waits,
{
    type Value = T;
    type Stage = Stage<S::Limited<B::Preparation>, S::Limited<Fut>, S::Sleep>;
    const BEGIN: Self::Stage = Stage::Begin;
}

/// An operation that is an async closure.
#[derive(Clone, Debug)]
pub struct Local<'a, F> {
    operation: F,
    lifetime: PhantomData<&'a ()>,
}

impl<'a, F, T, E, B, S> Operation<E, B, S> for Local<'a, F>
where
    F: AsyncFnMut() -> Result<T, E>,
{
    type Value = T;
    type Stage = Option<Boxed<'a, T, E>>;
    const BEGIN: Self::Stage = None;
}

pin_project! {
    /// An operation with the options of its loop, and the future of that loop. Made by
    /// [`retry_with_backoff`].
    ///
    /// Each option can be set once. Its parameters are what the options are made of.
    #[must_use = "nothing is called until it is awaited"]
    pub struct Retry<
        O,
        E,
        W = ErrorsOwn,
        U = AnyValue,
        H = Quiet,
        B = NoPreparation,
        G = Unchanged,
        S = RuntimesOwn,
    >
    where
        O: Operation<E, B, S>,
    {
        // Until it is over.
        parts: Option<Parts<O, E, W, U, H, B, G, S>>,
        #[pin]
        stage: O::Stage,
    }
}

/// All of a `Retry` but how far it has come in an attempt.
#[allow(clippy::struct_field_names, reason = "the words of the attribute")]
struct Parts<O, E, W, U, H, B, G, S> {
    policy: RetryPolicy,
    operation: O,
    settings: Settings<E>,
    watch: Watch,
    when: W,
    until: U,
    on_retry: H,
    before_retry: B,
    give_up: Option<G>,
    sleep: S,
}

/// The options that have no code of their own.
struct Settings<E> {
    name: &'static str,
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

impl<O: Operation<E, NoPreparation, RuntimesOwn>, E> Retry<O, E> {
    fn new(policy: &RetryPolicy, operation: O) -> Self {
        Self::of(Some(Parts {
            policy: *policy,
            operation,
            settings: Settings {
                name: name_of::<O>(),
                budget: None,
                timeout: None,
                describe: None,
            },
            watch: Watch::new(Memory::idle()),
            when: ErrorsOwn,
            until: AnyValue,
            on_retry: Quiet,
            before_retry: NoPreparation,
            give_up: Some(Unchanged),
            sleep: RuntimesOwn,
        }))
    }
}

/// The path of an operation; of a closure, that of the function it is in.
fn name_of<O>() -> &'static str {
    let name = type_name::<O>();
    let operation = name.split_once('<').and_then(|(_, inner)| inner.strip_suffix('>'));
    operation.unwrap_or(name).trim_end_matches("::{{closure}}")
}

impl<O: Operation<E, B, S>, E, W, U, H, B, G, S> Retry<O, E, W, U, H, B, G, S> {
    #[allow(clippy::type_complexity, reason = "as many parameters as there are options")]
    fn of(parts: Option<Parts<O, E, W, U, H, B, G, S>>) -> Self {
        Self { parts, stage: O::BEGIN }
    }

    fn set(mut self, change: impl FnOnce(&mut Settings<E>)) -> Self {
        if let Some(parts) = &mut self.parts {
            change(&mut parts.settings);
        }
        self
    }

    /// The name in events and metrics; by default that of the operation's type.
    pub fn name(self, name: &'static str) -> Self {
        self.set(|settings| settings.name = name)
    }

    /// Takes every retry from this budget.
    pub fn budget(self, budget: &'static RetryBudget) -> Self {
        self.set(|settings| settings.budget = Some(budget))
    }

    /// The longest an attempt may take, `before_retry` included: a `Duration`, or an
    /// `Option<Duration>` that is `None` for no limit. The attempt is dropped then, and has failed
    /// with `E::from(TimedOut)`.
    pub fn timeout(self, timeout: impl Timeout) -> Self
    where
        E: From<TimedOut>,
    {
        let timeout = timeout.timeout().map(|duration| TimeoutOf { duration, late: E::from });
        self.set(|settings| settings.timeout = timeout)
    }

    /// How `tracing` shows an error, such as `std::fmt::Display::fmt`; by default by the name of its
    /// type.
    pub fn describe(self, describe: fn(&E, &mut fmt::Formatter<'_>) -> fmt::Result) -> Self {
        self.set(|settings| settings.describe = Some(describe))
    }
}

/// `Parts { one: value, ..parts }`, which the language allows only if the type stays the same.
macro_rules! with {
    ($field:ident: $value:expr, ..$retry:ident { $($rest:ident),+ }) => {
        Retry::of($retry.parts.map(|parts| Parts { $field: $value, $($rest: parts.$rest),+ }))
    };
}

impl<O: Operation<E, B, S>, E, U, H, B, G, S> Retry<O, E, ErrorsOwn, U, H, B, G, S> {
    /// Classifies errors with a function or closure, which gives a `bool` or an [`ErrorClass`],
    /// in place of the error's own [`Classify`](crate::Classify). A `bool` has no server's hint;
    /// an [`ErrorClass`] may.
    pub fn when<W, C>(self, when: W) -> Retry<O, E, When<W>, U, H, B, G, S>
    where
        W: Fn(&E) -> C,
        C: Into<ErrorClass>,
    {
        with!(when: When(when), ..self {
            policy, operation, settings, watch, until, on_retry, before_retry, give_up, sleep
        })
    }
}

impl<O: Operation<E, B, S>, E, W, H, B, G, S> Retry<O, E, W, AnyValue, H, B, G, S> {
    /// Also retries while this does not accept the value; in the end the last value is returned.
    pub fn until<U>(self, until: U) -> Retry<O, E, W, Until<U>, H, B, G, S>
    where
        U: Fn(&O::Value) -> bool,
    {
        with!(until: Until(until), ..self {
            policy, operation, settings, watch, when, on_retry, before_retry, give_up, sleep
        })
    }
}

impl<O: Operation<E, B, S>, E, W, H, B, G, S> Retry<O, E, W, AnyValue, H, B, G, S> {
    /// Also retries responses whose status the policy retries, such as `reqwest::Response`; in the
    /// end the last response is returned.
    pub fn response(self) -> Retry<O, E, W, ByStatus, H, B, G, S>
    where
        O::Value: Response,
    {
        with!(until: ByStatus, ..self {
            policy, operation, settings, watch, when, on_retry, before_retry, give_up, sleep
        })
    }
}

impl<O: Operation<E, B, S>, E, W, U, B, G, S> Retry<O, E, W, U, Quiet, B, G, S> {
    /// Called before each wait.
    pub fn on_retry<H>(self, on_retry: H) -> Retry<O, E, W, U, OnRetry<H>, B, G, S>
    where
        H: FnMut(&RetryEvent<'_, E>),
    {
        with!(on_retry: OnRetry(on_retry), ..self {
            policy, operation, settings, watch, when, until, before_retry, give_up, sleep
        })
    }
}

impl<O: Operation<E, NoPreparation, S>, E, W, U, H, G, S>
    Retry<O, E, W, U, H, NoPreparation, G, S>
{
    /// Makes a future of `()` or `Result<(), E>` that is awaited after each wait, before the next
    /// attempt; its error is the failure of that attempt.
    pub fn before_retry<B, P>(self, before_retry: B) -> Retry<O, E, W, U, H, Before<B>, G, S>
    where
        B: FnMut() -> P,
        P: Future,
        O: Operation<E, Before<B>, S>,
    {
        with!(before_retry: Before(before_retry), ..self {
            policy, operation, settings, watch, when, until, on_retry, give_up, sleep
        })
    }
}

impl<O: Operation<E, B, S>, E, W, U, H, B, S> Retry<O, E, W, U, H, B, Unchanged, S> {
    /// The last word on the error that is returned.
    pub fn give_up<G>(self, give_up: G) -> Retry<O, E, W, U, H, B, GivingUp<G>, S>
    where
        G: FnOnce(E, &GiveUp) -> E,
    {
        with!(give_up: Some(GivingUp(give_up)), ..self {
            policy, operation, settings, watch, when, until, on_retry, before_retry, sleep
        })
    }
}

impl<O: Operation<E, B, RuntimesOwn>, E, W, U, H, B, G> Retry<O, E, W, U, H, B, G, RuntimesOwn> {
    /// Waits with another runtime's sleep.
    pub fn sleep<S, F>(self, sleep: S) -> Retry<O, E, W, U, H, B, G, SleepWith<S>>
    where
        S: Fn(Duration) -> F,
        F: Future,
        O: Operation<E, B, SleepWith<S>>,
    {
        with!(sleep: SleepWith(sleep), ..self {
            policy, operation, settings, watch, when, until, on_retry, before_retry, give_up
        })
    }
}

impl<O: Operation<E, B, S>, E, W, U, H, B, G, S> fmt::Debug for Retry<O, E, W, U, H, B, G, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut retry = f.debug_struct("Retry");
        if let Some(Parts { policy, settings, .. }) = &self.parts {
            retry.field("name", &settings.name).field("policy", policy);
        }
        retry.finish_non_exhaustive()
    }
}
