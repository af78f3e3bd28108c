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
use crate::call::{Drawing, GiveUp, Memory, RetryBudget, RetryEvent, TimedOut, Watch};
use crate::expansion::{FromTimedOut, Name, Timeout};
use crate::http::response::RetryableResponse;
use crate::policy::{ErrorClass, RetryPolicy};

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
pub fn retry_with_backoff<'b, F, Fut, T, E>(
    policy: &RetryPolicy,
    operation: F,
) -> Retry<'b, Futures<F, Fut>, E>
where
    F: MakeFuture<Fut>,
    Fut: Future<Output = Result<T, E>>,
{
    let futures = Futures { operation, future: PhantomData };
    Retry::new(policy, futures, name_of::<F>)
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
pub fn retry_with_backoff_local<'a, 'b, F, T, E>(
    policy: &RetryPolicy,
    operation: F,
) -> Retry<'b, Local<'a, F, T, E>, E>
where
    F: AsyncFnMut() -> Result<T, E> + 'a,
    T: 'a,
    E: 'a,
{
    Retry::new(
        policy,
        Local { operation, lifetime: PhantomData, outcome: PhantomData },
        name_of::<F>,
    )
}

impl RetryPolicy {
    /// Calls `operation` under this policy, see [`retry_with_backoff`].
    pub fn retry<'b, F, Fut, T, E>(&self, operation: F) -> Retry<'b, Futures<F, Fut>, E>
    where
        F: MakeFuture<Fut>,
        Fut: Future<Output = Result<T, E>>,
    {
        retry_with_backoff(self, operation)
    }

    /// Calls an `operation` that borrows exclusively, see [`retry_with_backoff_local`].
    pub fn retry_local<'a, 'b, F, T, E>(&self, operation: F) -> Retry<'b, Local<'a, F, T, E>, E>
    where
        F: AsyncFnMut() -> Result<T, E> + 'a,
        T: 'a,
        E: 'a,
    {
        retry_with_backoff_local(self, operation)
    }
}

/// What is retried, by the state of its loop.
// Says nothing of values and errors: inside another future the compiler would take the lifetimes of
// the error, and of the same error in the future's output, for different ones, and find the whole
// not `Send`.
pub trait Operation<B, S> {
    /// How far the loop has come.
    type Stage;
    /// The stage before the first poll.
    const BEGIN: Self::Stage;
}

/// What makes a future for each attempt: a closure, and an async one that borrows nothing exclusively.
// The error of `FnMut` itself does not lead to `retry_local`.
#[diagnostic::on_unimplemented(
    message = "an operation of `retry` makes a new future for each attempt",
    label = "does not return a new future from each call",
    note = "an async closure that changes what it captures needs `retry_local` or \
            `retry_with_backoff_local`"
)]
pub trait MakeFuture<Fut>: FnMut() -> Fut {}

#[diagnostic::do_not_recommend]
impl<F: FnMut() -> Fut, Fut> MakeFuture<Fut> for F {}

/// What an operation gives when it succeeds.
pub trait Gives {
    /// The value.
    type Value;
}

/// An operation that makes futures.
#[derive(Debug)]
pub struct Futures<F, Fut> {
    operation: F,
    future: PhantomData<fn() -> Fut>,
}

impl<F, Fut: Future, B: Prepares, S: Waits> Operation<B, S> for Futures<F, Fut> {
    type Stage = Stage<S::WithTimeout<B::Preparation>, S::WithTimeout<Fut>, S::Sleep>;
    const BEGIN: Self::Stage = Stage::Begin;
}

impl<F, Fut: Future<Output = Result<T, E>>, T, E> Gives for Futures<F, Fut> {
    type Value = T;
}

/// An operation that is an async closure.
#[derive(Debug)]
pub struct Local<'a, F, T, E> {
    operation: F,
    lifetime: PhantomData<&'a ()>,
    outcome: PhantomData<fn() -> Result<T, E>>,
}

impl<'a, F, T: 'a, E: 'a, B, S> Operation<B, S> for Local<'a, F, T, E> {
    type Stage = Option<Boxed<'a, T, E>>;
    const BEGIN: Self::Stage = None;
}

impl<F, T, E> Gives for Local<'_, F, T, E> {
    type Value = T;
}

pin_project! {
    /// An operation with the options of its loop, and the future of that loop. Made by
    /// [`retry_with_backoff`].
    ///
    /// Of `name`, `budget`, `timeout` and `describe` the last one counts; every other option can be set
    /// once. The type parameters record which options are set; you never need to name them. A
    /// function returns it as `impl Future`:
    ///
    /// ```
    /// use retry_kit::RetryPolicy;
    ///
    /// fn page(id: u32) -> impl Future<Output = std::io::Result<u32>> + Send {
    ///     RetryPolicy::new().max_retries(5).retry(move || async move { Ok(id) })
    /// }
    /// # let _ = page(1);
    /// ```
    #[must_use = "nothing is called until it is awaited"]
    pub struct Retry<
        'b,
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
        O: Operation<B, S>,
    {
        // Until it is over.
        parts: Option<Parts<'b, O, E, W, U, H, B, G, S>>,
        #[pin]
        stage: O::Stage,
    }
}

/// All of a `Retry` but how far it has come in an attempt.
#[allow(clippy::struct_field_names, reason = "the words of the attribute")]
struct Parts<'b, O, E, W, U, H, B, G, S> {
    policy: RetryPolicy,
    operation: O,
    settings: Settings<'b, E>,
    watch: Drawing<'b>,
    when: W,
    until: U,
    on_retry: H,
    before_retry: B,
    give_up: Option<G>,
    sleep: S,
}

/// The options that have no code of their own.
struct Settings<'b, E> {
    name: Option<&'static str>,
    /// The name where none is given: asked for only after a failure, as it costs more than a call
    /// that succeeds.
    own_name: fn() -> &'static str,
    budget: Option<&'b RetryBudget>,
    timeout: Option<TimeoutOf<E>>,
    describe: Option<Describe<E>>,
}

impl<E> Settings<'_, E> {
    fn name(&self) -> &'static str {
        self.name.unwrap_or_else(self.own_name)
    }

    fn name_or_finder(&self) -> Name {
        self.name.map_or(Name::Found(self.own_name), Name::Known)
    }
}

/// The timeout of each attempt.
struct TimeoutOf<E> {
    duration: Duration,
    /// What becomes of an attempt that takes longer.
    late: fn(TimedOut) -> E,
}

/// Shows an error to telemetry.
type Describe<E> = fn(&E, &mut fmt::Formatter<'_>) -> fmt::Result;

impl<O: Operation<NoPreparation, RuntimesOwn>, E> Retry<'_, O, E> {
    fn new(policy: &RetryPolicy, operation: O, own_name: fn() -> &'static str) -> Self {
        Self::of(Some(Parts {
            policy: *policy,
            operation,
            settings: Settings {
                name: None,
                own_name,
                budget: None,
                timeout: None,
                describe: None,
            },
            watch: Drawing::new(Watch::new(Memory::idle())),
            when: ErrorsOwn,
            until: AnyValue,
            on_retry: Quiet,
            before_retry: NoPreparation,
            give_up: Some(Unchanged),
            sleep: RuntimesOwn,
        }))
    }
}

/// The path of an operation without what is generic in it; of a closure, that of the function it is
/// in. Where there is no path, as of a box, `retry`.
fn name_of<F>() -> &'static str {
    let name = type_name::<F>();
    let path = name.split("::{{closure}}").next().unwrap_or(name);
    let path = path.split('<').next().unwrap_or(path);
    let is_path = path.chars().all(|c| c.is_alphanumeric() || c == '_' || c == ':');
    if is_path && !path.starts_with("alloc::") { path } else { "retry" }
}

impl<'b, O: Operation<B, S>, E, W, U, H, B, G, S> Retry<'b, O, E, W, U, H, B, G, S> {
    #[allow(clippy::type_complexity, reason = "as many parameters as there are options")]
    fn of(parts: Option<Parts<'b, O, E, W, U, H, B, G, S>>) -> Self {
        Self { parts, stage: O::BEGIN }
    }

    fn set(mut self, change: impl FnOnce(&mut Settings<'b, E>)) -> Self {
        if let Some(parts) = &mut self.parts {
            change(&mut parts.settings);
        }
        self
    }

    /// The name in events and metrics; by default that of the operation's type.
    pub fn name(self, name: &'static str) -> Self {
        self.set(|settings| settings.name = Some(name))
    }

    /// Takes the cost of every retry from this budget, which may be a `static`, in a field, or in an
    /// `Arc` (`.budget(&arc)`).
    pub fn budget(self, budget: &'b RetryBudget) -> Self {
        self.set(|settings| settings.budget = Some(budget))
    }

    /// The longest an attempt may take, `before_retry` included: a `Duration`, or an
    /// `Option<Duration>` that is `None` for no limit. The attempt is dropped then, and has failed
    /// with `E::from(TimedOut)`.
    pub fn timeout(self, timeout: impl Timeout) -> Self
    where
        E: FromTimedOut,
    {
        let late = E::from_timed_out;
        let timeout = timeout.timeout().map(|duration| TimeoutOf { duration, late });
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

impl<'b, O: Operation<B, S>, E, U, H, B, G, S> Retry<'b, O, E, ErrorsOwn, U, H, B, G, S> {
    /// Classifies errors with a function or closure, which gives a `bool` or an [`ErrorClass`],
    /// in place of the error's own [`Classify`](crate::Classify).
    ///
    /// A `bool` has no server's hint, also where the error's own class has one: that the attribute
    /// can find out, and a function cannot. To keep it, give the class:
    ///
    /// ```
    /// # use std::io::{Error, ErrorKind};
    /// use retry_kit::{Classify, ErrorClass, RetryPolicy};
    ///
    /// # async fn get() -> std::io::Result<()> { Ok(()) }
    /// # async fn example() -> std::io::Result<()> {
    /// let but_for_timeouts = |error: &Error| match error.kind() {
    ///     ErrorKind::TimedOut => ErrorClass::Permanent,
    ///     _ => error.classify(),
    /// };
    /// RetryPolicy::DEFAULT.retry(get).when(but_for_timeouts).await
    /// # }
    /// ```
    pub fn when<W, C>(self, when: W) -> Retry<'b, O, E, When<W>, U, H, B, G, S>
    where
        W: Fn(&E) -> C,
        C: Into<ErrorClass>,
    {
        with!(when: When(when), ..self {
            policy, operation, settings, watch, until, on_retry, before_retry, give_up, sleep
        })
    }
}

impl<'b, O: Operation<B, S>, E, W, H, B, G, S> Retry<'b, O, E, W, AnyValue, H, B, G, S> {
    /// Also retries while this does not accept the value; in the end the last value is returned.
    pub fn until<U>(self, until: U) -> Retry<'b, O, E, W, Until<U>, H, B, G, S>
    where
        O: Gives,
        U: Fn(&O::Value) -> bool,
    {
        with!(until: Until(until), ..self {
            policy, operation, settings, watch, when, on_retry, before_retry, give_up, sleep
        })
    }
}

impl<'b, O: Operation<B, S>, E, W, H, B, G, S> Retry<'b, O, E, W, AnyValue, H, B, G, S> {
    /// Also retries responses whose status the policy retries, such as `reqwest::Response`; in the
    /// end the last response is returned.
    pub fn response(self) -> Retry<'b, O, E, W, ByStatus, H, B, G, S>
    where
        O: Gives<Value: RetryableResponse>,
    {
        with!(until: ByStatus, ..self {
            policy, operation, settings, watch, when, on_retry, before_retry, give_up, sleep
        })
    }
}

impl<'b, O: Operation<B, S>, E, W, U, B, G, S> Retry<'b, O, E, W, U, Quiet, B, G, S> {
    /// Called before each wait.
    pub fn on_retry<H>(self, on_retry: H) -> Retry<'b, O, E, W, U, OnRetry<H>, B, G, S>
    where
        H: FnMut(&RetryEvent<'_, E>),
    {
        with!(on_retry: OnRetry(on_retry), ..self {
            policy, operation, settings, watch, when, until, before_retry, give_up, sleep
        })
    }
}

impl<'b, O: Operation<NoPreparation, S>, E, W, U, H, G, S>
    Retry<'b, O, E, W, U, H, NoPreparation, G, S>
{
    /// Makes a future of `()` or `Result<(), E>` that is awaited after each wait, before the next
    /// attempt; its error is the failure of that attempt.
    pub fn before_retry<B, P>(self, before_retry: B) -> Retry<'b, O, E, W, U, H, Before<B>, G, S>
    where
        B: FnMut() -> P,
        P: Future,
        O: Operation<Before<B>, S>,
    {
        with!(before_retry: Before(before_retry), ..self {
            policy, operation, settings, watch, when, until, on_retry, give_up, sleep
        })
    }
}

impl<'b, O: Operation<B, S>, E, W, U, H, B, S> Retry<'b, O, E, W, U, H, B, Unchanged, S> {
    /// The last word on the error that is returned.
    pub fn give_up<G>(self, give_up: G) -> Retry<'b, O, E, W, U, H, B, GivingUp<G>, S>
    where
        G: FnOnce(E, &GiveUp) -> E,
    {
        with!(give_up: Some(GivingUp(give_up)), ..self {
            policy, operation, settings, watch, when, until, on_retry, before_retry, sleep
        })
    }
}

impl<'b, O: Operation<B, RuntimesOwn>, E, W, U, H, B, G>
    Retry<'b, O, E, W, U, H, B, G, RuntimesOwn>
{
    /// Waits with another runtime's sleep.
    pub fn sleep<S, F>(self, sleep: S) -> Retry<'b, O, E, W, U, H, B, G, SleepWith<S>>
    where
        S: Fn(Duration) -> F,
        F: Future,
        O: Operation<B, SleepWith<S>>,
    {
        with!(sleep: SleepWith(sleep), ..self {
            policy, operation, settings, watch, when, until, on_retry, before_retry, give_up
        })
    }
}

impl<O: Operation<B, S>, E, W, U, H, B, G, S> fmt::Debug for Retry<'_, O, E, W, U, H, B, G, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut retry = f.debug_struct("Retry");
        if let Some(Parts { policy, settings, .. }) = &self.parts {
            retry.field("name", &settings.name()).field("policy", policy);
        }
        retry.finish_non_exhaustive()
    }
}
