//! `Retry`: an operation and its options.

use core::fmt;
use core::future::Future;
#[cfg(feature = "middleware")]
use core::pin::Pin;
#[cfg(feature = "middleware")]
use core::task::{Context, Poll};
use core::time::Duration;

use pin_project_lite::pin_project;

#[cfg(feature = "middleware")]
use super::operation::{Begins, StageOf};
use super::operation::{Gives, Operation};
#[cfg(feature = "middleware")]
use super::options::{Accepting, Classifying, Hearing, Sleeping};
use super::options::{
    AnyValue, Before, ByStatus, CancelWith, Changing, End, ErrorsOwn, FallBack, GivingUp,
    LimitsAttempts, NoFallback, NoPreparation, OnRetry, OnRetryWithValue, Quiet, RuntimesOwn,
    SleepWith, Uncancelled, Unchanged, Until, When,
};
#[cfg(feature = "middleware")]
use super::settings::SetByLayer;
use super::settings::{
    Defaults, Kept, NothingSet, Progress, Sets, Settable, SomethingSet, Timed, TimeoutOf, idle,
};
use crate::call::{Carried, GiveUp, NeverResets, Nothing, RetryEvent, StateOptions};
#[cfg(feature = "middleware")]
use crate::call::{Pause, RetryBudget, Shared};
use crate::expansion::{AsBudget, AsPause, FromTimedOut, ResetAfter, Substitute, Timeout, Verdict};
use crate::http::response::RetryableResponse;
use crate::policy::{ErrorClass, RetryPolicy};

pin_project! {
    /// A retry loop: set its options, then `.await` it.
    ///
    /// [`retry_with_backoff`](crate::retry_with_backoff) and
    /// [`RetryPolicy::retry`](crate::RetryPolicy::retry) return it. `name`, `budget`, `pause`,
    /// `timeout`, `reset_after` and `describe` can be set again, and the last call counts; every other option can be set once. You
    /// never need to name the type: return it as `impl Future`.
    ///
    /// ```
    /// use retry_kit::RetryPolicy;
    ///
    /// fn page(id: u32) -> impl Future<Output = std::io::Result<u32>> + Send {
    ///     RetryPolicy::new().max_retries(5).retry(move || async move { Ok(id) })
    /// }
    /// # let _ = page(1);
    /// ```
    ///
    /// Without options that take code, it is `Retry<'_, Futures<F, Fut>, E>`. The type parameters
    /// record the options:
    ///
    /// | parameter | stands for | default |
    /// |---|---|---|
    /// | `'b` | the lifetime of the `budget` and the `pause` | any |
    /// | `O` | the operation: a closure that makes futures, an async closure, or a closure that blocks | |
    /// | `E` | the error of an attempt | |
    /// | `W` | `when` | the error's own class |
    /// | `U` | `until` or `response` | every value is a success |
    /// | `H` | `on_retry` | no hook |
    /// | `B` | `before_retry` | no hook |
    /// | `G` | `give_up` and `fallback` | the last error, unchanged |
    /// | `S` | `sleep`, or the thread's | tokio's timer in its runtime, elsewhere the crate's own |
    /// | `K` | `cancel` | nothing ends a wait |
    /// | `X` | whether one of `name`, `target`, `budget`, `pause`, `span`, `timeout`, `reset_after` and `describe` is set | none is |
    #[must_use = "nothing is called until it is awaited, or `call` is called on one that blocks"]
    pub struct Retry<
        'b,
        O,
        E,
        W = ErrorsOwn,
        U = AnyValue,
        H = Quiet,
        B = NoPreparation,
        G = End<Unchanged, NoFallback>,
        S = RuntimesOwn,
        K = Uncancelled,
        X = NothingSet,
    >
    where
        O: Operation<B, S, K, G>,
        X: Sets,
    {
        // `None` once it has finished.
        pub(super) parts: Option<Parts<'b, O, E, W, U, H, B, G, S, K, X>>,
        #[pin]
        pub(super) stage: O::Stage<X>,
    }
}

/// A `Retry` without the state of its current attempt.
#[allow(clippy::struct_field_names, reason = "the words of the attribute")]
pub(super) struct Parts<'b, O: Timed, E, W, U, H, B, G, S, K, X: Sets> {
    pub(super) policy: RetryPolicy,
    pub(super) operation: O,
    pub(super) settings: X::Settings<'b, O, E>,
    pub(super) watch: Progress<'b, X, O::Clock>,
    pub(super) when: W,
    pub(super) until: U,
    pub(super) on_retry: H,
    pub(super) before_retry: B,
    pub(super) give_up: Option<G>,
    pub(super) sleep: S,
    pub(super) cancel: K,
}

/// The module in a name such as `shop::charge`.
fn module_of(name: &'static str) -> Option<&'static str> {
    Some(name.rsplit_once("::")?.0)
}

impl<O: Operation<NoPreparation, S, Uncancelled>, E, S>
    Retry<'_, O, E, ErrorsOwn, AnyValue, Quiet, NoPreparation, End<Unchanged, NoFallback>, S>
{
    #[inline]
    pub(super) fn new(policy: &RetryPolicy, operation: O, sleep: S) -> Self {
        Self::of(Some(Parts {
            policy: *policy,
            operation,
            settings: Defaults::new(),
            watch: idle::<NothingSet, _>(Nothing, Nothing, NeverResets),
            when: ErrorsOwn,
            until: AnyValue,
            on_retry: Quiet,
            before_retry: NoPreparation,
            give_up: Some(End { change: Unchanged, fallback: NoFallback }),
            sleep,
            cancel: Uncancelled,
        }))
    }
}

/// A call of a middleware: its operation, and the options that the middleware has.
#[cfg(feature = "middleware")]
pub(crate) struct Assembled<O, E, W, U, H, S> {
    pub(crate) policy: RetryPolicy,
    pub(crate) operation: O,
    pub(crate) name: &'static str,
    pub(crate) target: Option<&'static str>,
    pub(crate) budget: Shared<RetryBudget>,
    pub(crate) pause: Shared<Pause>,
    pub(crate) describe: fn(&E, &mut fmt::Formatter<'_>) -> fmt::Result,
    pub(crate) when: W,
    pub(crate) until: U,
    pub(crate) on_retry: H,
    pub(crate) sleep: S,
}

#[cfg(feature = "middleware")]
pin_project! {
    /// The loop of a middleware's call: a `Retry` that shares in what its middleware has.
    pub(crate) struct AssembledRetry<O, E, W, U, H, S>
    where
        O: Operation<NoPreparation, S, Uncancelled>,
    {
        parts: Option<AssembledParts<O, E, W, U, H, S>>,
        #[pin]
        stage: O::Stage<SetByLayer>,
    }
}

#[cfg(feature = "middleware")]
type AssembledParts<O, E, W, U, H, S> = Parts<
    'static,
    O,
    E,
    W,
    U,
    H,
    NoPreparation,
    End<Unchanged, NoFallback>,
    S,
    Uncancelled,
    SetByLayer,
>;

#[cfg(feature = "middleware")]
impl<O, T, E, W, U, H, S> Future for AssembledRetry<O, E, W, U, H, S>
where
    O: Begins<Attempt: Future<Output = Result<T, E>>>
        + Operation<
            NoPreparation,
            S,
            Uncancelled,
            Stage<SetByLayer> = StageOf<O, NoPreparation, S, Uncancelled, SetByLayer>,
        >,
    W: Classifying<E>,
    U: Accepting<T>,
    H: Hearing<T, E>,
    S: Sleeping,
{
    type Output = Result<T, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        Parts::poll_attempts(this.parts, this.stage, context)
    }
}

#[cfg(feature = "middleware")]
impl<O: Operation<NoPreparation, S, Uncancelled>, E, W, U, H, S> Assembled<O, E, W, U, H, S> {
    pub(crate) fn retry(self) -> AssembledRetry<O, E, W, U, H, S> {
        let parts = Some(Parts {
            policy: self.policy,
            operation: self.operation,
            settings: Kept::of_layer::<O>(self.name, self.target, self.describe),
            watch: idle::<SetByLayer, _>(self.budget, self.pause, NeverResets),
            when: self.when,
            until: self.until,
            on_retry: self.on_retry,
            before_retry: NoPreparation,
            give_up: Some(End { change: Unchanged, fallback: NoFallback }),
            sleep: self.sleep,
            cancel: Uncancelled,
        });
        AssembledRetry { parts, stage: O::beginning() }
    }
}

impl<'b, O: Operation<B, S, K, G>, E, W, U, H, B, G, S, K, X: Sets>
    Retry<'b, O, E, W, U, H, B, G, S, K, X>
{
    #[allow(clippy::type_complexity, reason = "as many parameters as there are options")]
    #[inline]
    pub(super) fn of(parts: Option<Parts<'b, O, E, W, U, H, B, G, S, K, X>>) -> Self {
        Self { parts, stage: O::beginning() }
    }
}

/// A `Retry` with memory for all options.
pub(super) type Setting<'b, O, E, W, U, H, B, G, S, K> =
    Retry<'b, O, E, W, U, H, B, G, S, K, SomethingSet>;

impl<'b, O: Operation<B, S, K, G>, E, W, U, H, B, G, S, K, X: Settable>
    Retry<'b, O, E, W, U, H, B, G, S, K, X>
{
    /// Sets options that take no code.
    #[allow(clippy::type_complexity, reason = "as many parameters as there are options")]
    #[inline]
    pub(super) fn set(
        self,
        change: impl FnOnce(&mut Kept<'b, E>, &mut Progress<'b, SomethingSet, O::Clock>),
    ) -> Setting<'b, O, E, W, U, H, B, G, S, K> {
        Retry::of(self.parts.map(|parts| {
            let (mut settings, mut watch) = X::settable::<O, E>(parts.settings, parts.watch);
            change(&mut settings, &mut watch);
            Parts {
                policy: parts.policy,
                operation: parts.operation,
                settings,
                watch,
                when: parts.when,
                until: parts.until,
                on_retry: parts.on_retry,
                before_retry: parts.before_retry,
                give_up: parts.give_up,
                sleep: parts.sleep,
                cancel: parts.cancel,
            }
        }))
    }

    /// Goes on from a state, with its options.
    pub(super) fn taking_up(
        self,
        options: &StateOptions<'b>,
        carried: &'b mut Carried,
    ) -> Setting<'b, O, E, W, U, H, B, G, S, K> {
        let StateOptions { name, target, budget, pause, reset_after, .. } = *options;
        self.set(|kept, watch| {
            watch.set_budget(budget);
            watch.set_pause(pause);
            watch.set_length(reset_after);
            kept.settings.name = name;
            kept.settings.target = target.or_else(|| name.and_then(module_of));
            kept.carried = Some(carried);
        })
    }

    /// Sets the name in events and metrics; by default the path of the operation's type.
    ///
    /// Use a bounded number of names, preferably literals: with the feature `metrics` each name is
    /// a label. The recorder keeps the numbers of each label for the life of the process, and this crate
    /// keeps the label. Put values that differ between calls, such as identifiers, into a span.
    ///
    /// ```
    /// use retry_kit::RetryPolicy;
    ///
    /// # async fn get() -> std::io::Result<u32> { Ok(1) }
    /// # async fn example() -> std::io::Result<u32> {
    /// RetryPolicy::DEFAULT.retry(get).name("billing GET").await
    /// # }
    /// ```
    pub fn name(self, name: &'static str) -> Setting<'b, O, E, W, U, H, B, G, S, K> {
        self.set(|kept, _| kept.settings.name = Some(name))
    }

    /// Sets the target of the events of the feature `tracing`; by default the module in the path of the
    /// operation's type.
    ///
    /// Use a bounded number of targets: each is kept for the life of the process.
    ///
    /// ```
    /// use retry_kit::RetryPolicy;
    ///
    /// # async fn get() -> std::io::Result<u32> { Ok(1) }
    /// # async fn example() -> std::io::Result<u32> {
    /// RetryPolicy::DEFAULT.retry(get).target("billing::retries").await
    /// # }
    /// ```
    pub fn target(self, target: &'static str) -> Setting<'b, O, E, W, U, H, B, G, S, K> {
        self.set(|kept, _| kept.settings.target = Some(target))
    }

    /// Takes the cost of every retry from `budget`.
    ///
    /// Share one budget between calls to the same service: as a `static`, in a field or in an `Arc`. `None` sets no
    /// budget.
    ///
    /// ```
    /// use retry_kit::{RetryBudget, RetryPolicy};
    ///
    /// static BUDGET: RetryBudget = RetryBudget::standard();
    ///
    /// # async fn get() -> std::io::Result<u32> { Ok(1) }
    /// # async fn example() -> std::io::Result<u32> {
    /// RetryPolicy::DEFAULT.retry(get).budget(&BUDGET).await
    /// # }
    /// ```
    pub fn budget(self, budget: impl AsBudget<'b>) -> Setting<'b, O, E, W, U, H, B, G, S, K> {
        self.set(|_, watch| watch.set_budget(budget.budget()))
    }

    /// Makes every attempt wait for `pause`, which all calls to one server share.
    ///
    /// When the server asks this call to wait, all calls with the pause do; see [`Pause`]. `None` sets no pause.
    ///
    /// If the deadline comes before the end of the pause, a call that has made no attempt yet needs an error
    /// to return. With [`timeout`](Self::timeout), even `timeout(None)`, it gives up at once with
    /// `E::from(TimedOut)`. Without `timeout` there is no such error, and the call waits.
    ///
    /// ```
    /// use retry_kit::{Pause, RetryPolicy};
    ///
    /// static JIRA: Pause = Pause::new();
    ///
    /// # async fn get() -> std::io::Result<u32> { Ok(1) }
    /// # async fn example() -> std::io::Result<u32> {
    /// RetryPolicy::DEFAULT.retry(get).pause(&JIRA).await
    /// # }
    /// ```
    pub fn pause(self, pause: impl AsPause<'b>) -> Setting<'b, O, E, W, U, H, B, G, S, K> {
        self.set(|_, watch| watch.set_pause(pause.pause()))
    }

    /// Puts each attempt into a span `attempt` of its own, with the feature `tracing`.
    ///
    /// The span has the `name`, and `http.request.resend_count` after the first attempt. Without the
    /// feature it changes nothing.
    ///
    /// ```
    /// use retry_kit::RetryPolicy;
    ///
    /// # async fn get() -> std::io::Result<u32> { Ok(1) }
    /// # async fn example() -> std::io::Result<u32> {
    /// RetryPolicy::DEFAULT.retry(get).name("billing GET").span().await
    /// # }
    /// ```
    pub fn span(self) -> Setting<'b, O, E, W, U, H, B, G, S, K> {
        self.set(|kept, _| kept.settings.has_span = true)
    }

    /// Limits the time of each attempt, `before_retry` included.
    ///
    /// Takes a `Duration`, or an `Option<Duration>` where `None` means no limit. An attempt that takes
    /// longer is dropped and fails with `E::from(TimedOut)`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    ///
    /// # async fn get() -> std::io::Result<u32> { Ok(1) }
    /// # async fn example() -> std::io::Result<u32> {
    /// RetryPolicy::DEFAULT.retry(get).timeout(Duration::from_secs(5)).await
    /// # }
    /// ```
    pub fn timeout(self, timeout: impl Timeout) -> Setting<'b, O, E, W, U, H, B, G, S, K>
    where
        E: FromTimedOut,
        S: LimitsAttempts,
    {
        let timeout = TimeoutOf { duration: timeout.timeout(), late: E::from_timed_out };
        self.set(|kept, _| kept.settings.timeout = Some(timeout))
    }

    /// Resets the count of retries and the backoff after an attempt that ran at least this long: the
    /// policy then limits retries in a row.
    ///
    /// Takes a `Duration`, or an `Option<Duration>` where `None` means never; so does zero. The deadline and
    /// the times in events still count from the first poll.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    ///
    /// # async fn subscribe() -> std::io::Result<()> { Ok(()) }
    /// # async fn example() -> std::io::Result<()> {
    /// let five_in_a_row = RetryPolicy::new().max_retries(5);
    /// five_in_a_row.retry(subscribe).reset_after(Duration::from_secs(60)).await
    /// # }
    /// ```
    pub fn reset_after(self, attempt: impl ResetAfter) -> Setting<'b, O, E, W, U, H, B, G, S, K> {
        self.set(|_, watch| watch.set_length(attempt.reset_after()))
    }

    /// Sets how `tracing` formats an error; by default it shows the name of the error's type.
    ///
    /// ```
    /// use std::fmt::Display;
    /// use retry_kit::RetryPolicy;
    ///
    /// # async fn get() -> std::io::Result<u32> { Ok(1) }
    /// # async fn example() -> std::io::Result<u32> {
    /// RetryPolicy::DEFAULT.retry(get).describe(Display::fmt).await
    /// # }
    /// ```
    pub fn describe(
        self,
        describe: fn(&E, &mut fmt::Formatter<'_>) -> fmt::Result,
    ) -> Setting<'b, O, E, W, U, H, B, G, S, K> {
        self.set(|kept, _| kept.settings.describe = Some(describe))
    }
}

/// `Parts { one: value, ..parts }`, which Rust does not allow if the type changes.
macro_rules! with {
    ($field:ident: $value:expr, ..$retry:ident { $($rest:ident),+ }) => {
        Retry::of($retry.parts.map(|parts| Parts { $field: $value, $($rest: parts.$rest),+ }))
    };
}

impl<'b, O: Operation<B, S, K, G>, E, U, H, B, G, S, K, X: Sets>
    Retry<'b, O, E, ErrorsOwn, U, H, B, G, S, K, X>
{
    /// Classifies errors with a function or closure, in place of [`Classify`](crate::Classify).
    ///
    /// It returns a `bool` or an [`ErrorClass`]. Returning a `bool` drops the server's `Retry-After`
    /// even if the error carries one (the attribute keeps it). To keep it, return the error's own
    /// class:
    ///
    /// ```
    /// # use std::io::{Error, ErrorKind};
    /// use retry_kit::{Classify, ErrorClass, RetryPolicy};
    ///
    /// # async fn get() -> std::io::Result<()> { Ok(()) }
    /// # async fn example() -> std::io::Result<()> {
    /// let except_timeouts = |error: &Error| match error.kind() {
    ///     ErrorKind::TimedOut => ErrorClass::Permanent,
    ///     _ => error.classify(),
    /// };
    /// RetryPolicy::DEFAULT.retry(get).when(except_timeouts).await
    /// # }
    /// ```
    pub fn when<W, C>(self, when: W) -> Retry<'b, O, E, When<W>, U, H, B, G, S, K, X>
    where
        W: Fn(&E) -> C,
        C: Into<ErrorClass>,
    {
        with!(when: When(when), ..self {
            policy, operation, settings, watch, until, on_retry, before_retry, give_up, sleep, cancel
        })
    }
}

impl<'b, O: Operation<B, S, K, G>, E, W, H, B, G, S, K, X: Sets>
    Retry<'b, O, E, W, AnyValue, H, B, G, S, K, X>
{
    /// Also retries until this function or closure accepts the value.
    ///
    /// It returns a `bool`, an `Option<ErrorClass>` or a `Result<(), ErrorClass>`. `true`, `None` and
    /// `Ok(())` accept the value; the policy treats a class as that of an error, and `false` as
    /// [`Transient`](ErrorClass::Transient). When the call gives up, it returns the last value.
    ///
    /// ```
    /// use retry_kit::RetryPolicy;
    ///
    /// # async fn state() -> std::io::Result<&'static str> { Ok("done") }
    /// # async fn example() -> std::io::Result<&'static str> {
    /// RetryPolicy::DEFAULT.retry(state).until(|&state| state == "done").await
    /// # }
    /// ```
    ///
    /// For an operation that returns no `Result`, make it one that cannot fail:
    ///
    /// ```
    /// use std::convert::Infallible;
    /// use retry_kit::RetryPolicy;
    ///
    /// # async fn lookup() -> Option<u32> { Some(1) }
    /// # async fn example() -> Option<u32> {
    /// let found = async || Ok::<_, Infallible>(lookup().await);
    /// let Ok(found) = RetryPolicy::DEFAULT.retry(found).until(Option::is_some).await;
    /// found
    /// # }
    /// ```
    pub fn until<U, V>(self, until: U) -> Retry<'b, O, E, W, Until<U>, H, B, G, S, K, X>
    where
        O: Gives,
        U: Fn(&O::Value) -> V,
        V: Verdict,
    {
        with!(until: Until(until), ..self {
            policy, operation, settings, watch, when, on_retry, before_retry, give_up, sleep, cancel
        })
    }
}

impl<'b, O: Operation<B, S, K, G>, E, W, H, B, G, S, K, X: Sets>
    Retry<'b, O, E, W, AnyValue, H, B, G, S, K, X>
{
    /// Also retries responses whose status the policy retries.
    ///
    /// For responses such as `reqwest::Response`. When the call gives up, it returns the last
    /// response.
    ///
    /// ```
    /// # #[cfg(feature = "http")] {
    /// use retry_kit::RetryPolicy;
    ///
    /// # async fn get() -> std::io::Result<http::Response<()>> { Ok(http::Response::new(())) }
    /// # async fn example() -> std::io::Result<http::Response<()>> {
    /// RetryPolicy::DEFAULT.retry(get).response().await
    /// # }
    /// # }
    /// ```
    pub fn response(self) -> Retry<'b, O, E, W, ByStatus, H, B, G, S, K, X>
    where
        O: Gives<Value: RetryableResponse>,
    {
        with!(until: ByStatus, ..self {
            policy, operation, settings, watch, when, on_retry, before_retry, give_up, sleep, cancel
        })
    }
}

impl<'b, O: Operation<B, S, K, G>, E, W, U, B, G, S, K, X: Sets>
    Retry<'b, O, E, W, U, Quiet, B, G, S, K, X>
{
    /// Calls `on_retry` before each wait.
    ///
    /// ```
    /// use retry_kit::RetryPolicy;
    ///
    /// # async fn get() -> std::io::Result<u32> { Ok(1) }
    /// # async fn example() -> std::io::Result<u32> {
    /// RetryPolicy::DEFAULT
    ///     .retry(get)
    ///     .on_retry(|event| eprintln!("attempt {} failed", event.attempt()))
    ///     .await
    /// # }
    /// ```
    pub fn on_retry<H>(self, on_retry: H) -> Retry<'b, O, E, W, U, OnRetry<H>, B, G, S, K, X>
    where
        H: FnMut(&RetryEvent<'_, E>),
    {
        with!(on_retry: OnRetry(on_retry), ..self {
            policy, operation, settings, watch, when, until, before_retry, give_up, sleep, cancel
        })
    }

    /// Calls `on_retry` before each wait, like [`on_retry`](Self::on_retry), with the value that `until` or
    /// `response` refused; `None` after an error.
    ///
    /// ```
    /// use retry_kit::RetryPolicy;
    ///
    /// # async fn progress() -> std::io::Result<u32> { Ok(100) }
    /// # async fn example() -> std::io::Result<u32> {
    /// RetryPolicy::DEFAULT
    ///     .retry(progress)
    ///     .until(|percent| *percent == 100)
    ///     .on_retry_with_value(|event, percent| eprintln!("{percent:?}, again in {:?}", event.wait()))
    ///     .await
    /// # }
    /// ```
    pub fn on_retry_with_value<H>(
        self,
        on_retry: H,
    ) -> Retry<'b, O, E, W, U, OnRetryWithValue<H>, B, G, S, K, X>
    where
        O: Gives,
        H: FnMut(&RetryEvent<'_, E>, Option<&O::Value>),
    {
        with!(on_retry: OnRetryWithValue(on_retry), ..self {
            policy, operation, settings, watch, when, until, before_retry, give_up, sleep, cancel
        })
    }
}

impl<'b, O: Operation<NoPreparation, S, K, G>, E, W, U, H, G, S, K, X: Sets>
    Retry<'b, O, E, W, U, H, NoPreparation, G, S, K, X>
{
    /// Awaits a new future after each wait, as the first step of the next attempt.
    ///
    /// The future returns `()` or `Result<(), E>`; if it fails, that attempt has failed.
    ///
    /// ```
    /// use retry_kit::RetryPolicy;
    ///
    /// # async fn get() -> std::io::Result<u32> { Ok(1) }
    /// # async fn refresh_token() -> std::io::Result<()> { Ok(()) }
    /// # async fn example() -> std::io::Result<u32> {
    /// RetryPolicy::DEFAULT.retry(get).before_retry(refresh_token).await
    /// # }
    /// ```
    pub fn before_retry<B, P>(
        self,
        before_retry: B,
    ) -> Retry<'b, O, E, W, U, H, Before<B>, G, S, K, X>
    where
        B: FnMut() -> P,
        P: Future,
        O: Operation<Before<B>, S, K, G>,
    {
        with!(before_retry: Before(before_retry), ..self {
            policy, operation, settings, watch, when, until, on_retry, give_up, sleep, cancel
        })
    }
}

impl<'b, O: Operation<B, S, K, End<Unchanged, L>>, E, W, U, H, B, L, S, K, X: Sets>
    Retry<'b, O, E, W, U, H, B, End<Unchanged, L>, S, K, X>
{
    /// Calls `give_up` with the final error; the caller gets the error that it returns, which may be of another
    /// type.
    ///
    /// Attempts then fail with a type of their own, which all other options see, and the caller gets another:
    ///
    /// ```
    /// use std::io;
    /// use retry_kit::RetryPolicy;
    ///
    /// # async fn get() -> io::Result<u32> { Ok(1) }
    /// # async fn example() -> Result<u32, String> {
    /// RetryPolicy::DEFAULT
    ///     .retry(get)
    ///     .give_up(|error: io::Error, end| format!("{} attempts: {error}", end.attempts()))
    ///     .await
    /// # }
    /// ```
    #[allow(clippy::type_complexity, reason = "as many parameters as there are options")]
    pub fn give_up<G, C>(
        self,
        give_up: G,
    ) -> Retry<'b, O, E, W, U, H, B, End<GivingUp<G>, L>, S, K, X>
    where
        O: Operation<B, S, K, End<GivingUp<G>, L>>,
        G: FnOnce(E, &GiveUp) -> C,
    {
        let end = |End { fallback, .. }| End { change: GivingUp(give_up), fallback };
        self.end(end)
    }
}

impl<'b, O: Operation<B, S, K, End<C, NoFallback>>, E, W, U, H, B, C, S, K, X: Sets>
    Retry<'b, O, E, W, U, H, B, End<C, NoFallback>, S, K, X>
{
    /// Calls `fallback` with the final error; the caller gets the value or `Result` that it returns instead.
    ///
    /// Also called if the first error is permanent: [`GiveUp::reason`] tells. To keep the error, return
    /// it. With [`give_up`](Self::give_up), `fallback` receives the error that `give_up` returned; if that is of
    /// another type, set `give_up` first. Not called for a value that `until` does not accept. For a fallback that
    /// is a future, match on the outcome of the call.
    ///
    /// ```
    /// use retry_kit::{RetryPolicy, StopReason};
    ///
    /// # async fn rates() -> std::io::Result<Vec<u32>> { Ok(vec![1]) }
    /// # async fn example() -> std::io::Result<Vec<u32>> {
    /// RetryPolicy::DEFAULT
    ///     .retry(rates)
    ///     .fallback(|error, end| match end.reason() {
    ///         StopReason::Permanent => Err(error),
    ///         _ => Ok(vec![1, 2]),
    ///     })
    ///     .await
    /// # }
    /// ```
    #[allow(clippy::type_complexity, reason = "as many parameters as there are options")]
    pub fn fallback<L, A>(
        self,
        fallback: L,
    ) -> Retry<'b, O, E, W, U, H, B, End<C, FallBack<L>>, S, K, X>
    where
        O: Gives + Operation<B, S, K, End<C, FallBack<L>>>,
        C: Changing<E>,
        L: FnOnce(C::Changed, &GiveUp) -> A,
        A: Substitute<O::Value, C::Changed>,
    {
        let end = |End { change, .. }| End { change, fallback: FallBack(fallback) };
        self.end(end)
    }
}

impl<'b, O: Operation<B, S, K, G>, E, W, U, H, B, G, S, K, X: Sets>
    Retry<'b, O, E, W, U, H, B, G, S, K, X>
{
    #[allow(clippy::type_complexity, reason = "as many parameters as there are options")]
    fn end<N>(self, end: impl FnOnce(G) -> N) -> Retry<'b, O, E, W, U, H, B, N, S, K, X>
    where
        O: Operation<B, S, K, N>,
    {
        Retry::of(self.parts.map(|parts| Parts {
            give_up: parts.give_up.map(end),
            policy: parts.policy,
            operation: parts.operation,
            settings: parts.settings,
            watch: parts.watch,
            when: parts.when,
            until: parts.until,
            on_retry: parts.on_retry,
            before_retry: parts.before_retry,
            sleep: parts.sleep,
            cancel: parts.cancel,
        }))
    }
}

impl<'b, O: Operation<B, RuntimesOwn, K, G>, E, W, U, H, B, G, K, X: Sets>
    Retry<'b, O, E, W, U, H, B, G, RuntimesOwn, K, X>
{
    /// Waits with another runtime's sleep; the default is tokio's.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    ///
    /// # mod my_runtime { pub async fn sleep(_: std::time::Duration) {} }
    /// # async fn get() -> std::io::Result<u32> { Ok(1) }
    /// # async fn example() -> std::io::Result<u32> {
    /// RetryPolicy::DEFAULT.retry(get).sleep(my_runtime::sleep).await
    /// # }
    /// ```
    pub fn sleep<S, F>(self, sleep: S) -> Retry<'b, O, E, W, U, H, B, G, SleepWith<S>, K, X>
    where
        S: Fn(Duration) -> F,
        F: Future,
        O: Operation<B, SleepWith<S>, K, G>,
    {
        with!(sleep: SleepWith(sleep), ..self {
            policy, operation, settings, watch, when, until, on_retry, before_retry, give_up, cancel
        })
    }
}

impl<'b, O: Operation<B, S, Uncancelled, G>, E, W, U, H, B, G, S, X: Sets>
    Retry<'b, O, E, W, U, H, B, G, S, Uncancelled, X>
{
    /// Ends a wait, and with it the call, as soon as a future is ready; in a call that blocks, as soon as the
    /// closure returns `true`, which is asked every 50 ms.
    ///
    /// `cancel` makes a new future for each wait, for example that of a `CancellationToken`. The call then
    /// returns the last error or value, for the reason [`Cancelled`](crate::StopReason::Cancelled). A running
    /// attempt is left alone. The outcome of an attempt stays in the future during the wait, so the future is
    /// `Send` only if the outcome is.
    ///
    /// ```
    /// use std::io;
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (stop, stopped) = tokio::sync::watch::channel(false);
    /// stop.send(true).unwrap();
    ///
    /// let policy = RetryPolicy::new().base_delay(Duration::from_secs(60));
    /// let outcome = policy
    ///     .retry(|| async { Err::<(), _>(io::Error::from(io::ErrorKind::ConnectionReset)) })
    ///     .cancel(|| {
    ///         let mut stopped = stopped.clone();
    ///         async move { drop(stopped.wait_for(|stopped| *stopped).await) }
    ///     })
    ///     .await;
    /// assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
    /// # }
    /// ```
    pub fn cancel<K>(self, cancel: K) -> Retry<'b, O, E, W, U, H, B, G, S, CancelWith<K>, X>
    where
        O: Operation<B, S, CancelWith<K>, G>,
    {
        with!(cancel: CancelWith(cancel), ..self {
            policy, operation, settings, watch, when, until, on_retry, before_retry, give_up, sleep
        })
    }
}

impl<O: Operation<B, S, K, G>, E, W, U, H, B, G, S, K, X: Sets> fmt::Debug
    for Retry<'_, O, E, W, U, H, B, G, S, K, X>
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut retry = f.debug_struct("Retry");
        if let Some(Parts { policy, settings, .. }) = &self.parts {
            retry.field("name", &settings.name()).field("policy", policy);
        }
        retry.finish_non_exhaustive()
    }
}
