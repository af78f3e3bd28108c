//! `Retry`: an operation with its options, set one by one.

use core::fmt;
use core::future::Future;
use core::time::Duration;

use pin_project_lite::pin_project;

use super::operation::{Gives, Operation};
use super::options::{
    AnyValue, Before, ByStatus, ErrorsOwn, GivingUp, NoPreparation, OnRetry, Quiet, RuntimesOwn,
    SleepWith, Unchanged, Until, When,
};
use crate::call::{Drawing, GiveUp, Memory, RetryBudget, RetryEvent, TimedOut, Watch};
use crate::expansion::{FromTimedOut, Name, Timeout};
use crate::http::response::RetryableResponse;
use crate::policy::{ErrorClass, RetryPolicy};

pin_project! {
    /// An operation with the options of its loop, and the future of that loop. Made by
    /// [`retry_with_backoff`](crate::retry_with_backoff).
    ///
    /// Of `name`, `budget`, `timeout` and `describe` the last one counts; every other option can be set
    /// once. You never need to name the type: a function returns it as `impl Future`.
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
    /// Without options that take code, it is `Retry<'_, Futures<F, Fut>, E>`. The parameters record what
    /// is set:
    ///
    /// | parameter | what it stands for | default |
    /// |---|---|---|
    /// | `'b` | the lifetime of the `budget` | any |
    /// | `O` | the operation: a closure that makes futures, or an async closure | |
    /// | `E` | the error of an attempt | |
    /// | `W` | `when` | the error's own class |
    /// | `U` | `until` or `response` | every value is a success |
    /// | `H` | `on_retry` | no hook |
    /// | `B` | `before_retry` | no hook |
    /// | `G` | `give_up` | the last error, unchanged |
    /// | `S` | `sleep` | tokio's |
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
        pub(super) parts: Option<Parts<'b, O, E, W, U, H, B, G, S>>,
        #[pin]
        pub(super) stage: O::Stage,
    }
}

/// All of a `Retry` but how far it has come in an attempt.
#[allow(clippy::struct_field_names, reason = "the words of the attribute")]
pub(super) struct Parts<'b, O, E, W, U, H, B, G, S> {
    pub(super) policy: RetryPolicy,
    pub(super) operation: O,
    pub(super) settings: Settings<'b, E>,
    pub(super) watch: Drawing<'b>,
    pub(super) when: W,
    pub(super) until: U,
    pub(super) on_retry: H,
    pub(super) before_retry: B,
    pub(super) give_up: Option<G>,
    pub(super) sleep: S,
}

/// The options that have no code of their own.
pub(super) struct Settings<'b, E> {
    name: Option<&'static str>,
    /// The name where none is given: asked for only after a failure, as it costs more than a call
    /// that succeeds.
    own_name: fn() -> &'static str,
    pub(super) budget: Option<&'b RetryBudget>,
    pub(super) timeout: Option<TimeoutOf<E>>,
    pub(super) describe: Option<Describe<E>>,
}

impl<E> Settings<'_, E> {
    pub(super) fn name(&self) -> &'static str {
        self.name.unwrap_or_else(self.own_name)
    }

    pub(super) fn name_or_finder(&self) -> Name {
        self.name.map_or(Name::Found(self.own_name), Name::Known)
    }
}

/// The timeout of each attempt.
pub(super) struct TimeoutOf<E> {
    pub(super) duration: Duration,
    /// What becomes of an attempt that takes longer.
    pub(super) late: fn(TimedOut) -> E,
}

/// Shows an error to telemetry.
pub(super) type Describe<E> = fn(&E, &mut fmt::Formatter<'_>) -> fmt::Result;

impl<O: Operation<NoPreparation, RuntimesOwn>, E> Retry<'_, O, E> {
    pub(super) fn new(policy: &RetryPolicy, operation: O, own_name: fn() -> &'static str) -> Self {
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
    ///
    /// A program must have a bounded number of names, best as literals: with the feature `metrics` each
    /// is a label, whose numbers a recorder keeps for good, and so does this crate the label. What differs
    /// from call to call, such as an identifier, belongs into a span.
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
