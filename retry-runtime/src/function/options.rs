//! The options of a `Retry` that take code: the default of each, and the user's.

use core::future::{Future, Ready};
use core::time::Duration;

use crate::call::{AttemptTimeout, Cause, GiveUp, RetryEvent, Wait};
use crate::classify::Classify;
use crate::expansion::{
    Alarmed, CancelledWait, Failed, Nap, Prepared, Race, Rest, Substitute, Verdict, WholeWait,
    WithTimeout, block, block_unless, nap, sleep, unless_accepted, unscoped_race,
    unscoped_with_timeout,
};
use crate::http::response::{RetryableResponse, unless_retried};
use crate::policy::{ErrorClass, RetryPolicy};

/// Classifies errors.
#[diagnostic::on_unimplemented(
    message = "`Retry` cannot tell which errors of type `{E}` are retryable",
    label = "choose them with `.when(|error| …)`",
    note = "or implement `Classify` for `{E}`, for example with `#[derive(Classify)]`",
    note = "or, if the type only wraps errors that have a class: `.when(by_source)`, and in a `RetryLayer` `.by_source()`; it does not see a status in a field"
)]
pub trait Classifying<E> {
    /// Returns the class to retry by.
    fn class(&self, error: &E) -> ErrorClass;
}

/// Without `when`: the error's own `Classify` decides.
///
/// ```
/// use retry_kit::service::{ErrorsOwn, OwnClone};
/// use retry_kit::{RetryLayer, RetryPolicy};
///
/// let layer: RetryLayer<OwnClone, ErrorsOwn> = RetryLayer::new(RetryPolicy::DEFAULT);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ErrorsOwn;

#[diagnostic::do_not_recommend]
impl<E: Classify> Classifying<E> for ErrorsOwn {
    fn class(&self, error: &E) -> ErrorClass {
        error.classify()
    }
}

/// The option `when`, with the function or closure that decides.
///
/// ```
/// use std::io::{Error, ErrorKind};
/// use retry_kit::service::{OwnClone, When};
/// use retry_kit::{RetryLayer, RetryPolicy, RetryService};
/// use tower::Layer;
///
/// type Client<V> = RetryService<V, OwnClone, When<fn(&Error) -> bool>>;
///
/// fn client<V>(connection: V) -> Client<V> {
///     let is_reset: fn(&Error) -> bool = |error| error.kind() == ErrorKind::ConnectionReset;
///     RetryLayer::new(RetryPolicy::DEFAULT).when(is_reset).layer(connection)
/// }
/// # let _ = client(());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct When<W>(pub(crate) W);

#[diagnostic::do_not_recommend]
impl<E, W, C> Classifying<E> for When<W>
where
    W: Fn(&E) -> C,
    C: Into<ErrorClass>,
{
    fn class(&self, error: &E) -> ErrorClass {
        (self.0)(error).into()
    }
}

/// Decides which values count as failures.
pub trait Accepting<T> {
    /// Returns the failure if the value is one.
    fn refuse<'a, E>(
        &self,
        value: &'a T,
        policy: &RetryPolicy,
    ) -> Option<(Cause<'a, E>, ErrorClass)>;
}

/// Without HTTP and without `until`: every value is a success.
///
/// ```
/// use retry_kit::service::{AnyValue, ErrorsOwn, OwnClone};
/// use retry_kit::{RetryLayer, RetryPolicy};
///
/// let layer: RetryLayer<OwnClone, ErrorsOwn, AnyValue> =
///     RetryLayer::without_http(RetryPolicy::DEFAULT);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct AnyValue;

impl<T> Accepting<T> for AnyValue {
    fn refuse<'a, E>(&self, _: &'a T, _: &RetryPolicy) -> Option<(Cause<'a, E>, ErrorClass)> {
        None
    }
}

/// The option `until`, with the function or closure that accepts values.
///
/// ```
/// use retry_kit::service::{ErrorsOwn, OwnClone, Until};
/// use retry_kit::{RetryLayer, RetryPolicy};
///
/// type Filled = Until<fn(&Vec<u32>) -> bool>;
///
/// fn is_filled(answer: &Vec<u32>) -> bool {
///     !answer.is_empty()
/// }
///
/// let layer: RetryLayer<OwnClone, ErrorsOwn, Filled> =
///     RetryLayer::without_http(RetryPolicy::DEFAULT).until(is_filled as fn(&Vec<u32>) -> bool);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Until<U>(pub(crate) U);

impl<T, U, V> Accepting<T> for Until<U>
where
    U: Fn(&T) -> V,
    V: Verdict,
{
    fn refuse<'a, E>(&self, value: &'a T, _: &RetryPolicy) -> Option<(Cause<'a, E>, ErrorClass)> {
        unless_accepted(value, &self.0)
    }
}

/// `response`
#[derive(Clone, Copy, Debug)]
pub struct ByStatus;

impl<T: RetryableResponse> Accepting<T> for ByStatus {
    fn refuse<'a, E>(
        &self,
        response: &'a T,
        policy: &RetryPolicy,
    ) -> Option<(Cause<'a, E>, ErrorClass)> {
        unless_retried(response, policy)
    }
}

/// Whether an option receives events.
pub trait Hears {
    /// Whether it does; if so, the call reads the clock.
    const LISTENS: bool;
}

/// Receives an event for each retry.
pub trait Hearing<T, E>: Hears {
    /// Called before each wait, with the value that was refused, if it was one.
    fn hear(&mut self, event: &RetryEvent<'_, E>, value: Option<&T>);
}

/// Without `on_retry`: no hook.
///
/// ```
/// use retry_kit::service::{ErrorsOwn, Http, OwnClone, Quiet};
/// use retry_kit::{RetryLayer, RetryPolicy};
///
/// let layer: RetryLayer<OwnClone, ErrorsOwn, Http, Quiet> = RetryLayer::new(RetryPolicy::DEFAULT);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Quiet;

impl Hears for Quiet {
    const LISTENS: bool = false;
}

impl<T, E> Hearing<T, E> for Quiet {
    fn hear(&mut self, _: &RetryEvent<'_, E>, _: Option<&T>) {}
}

/// The option `on_retry`, with the hook.
///
/// ```
/// use std::io::Error;
/// use retry_kit::service::{ErrorsOwn, Http, OnRetry, OwnClone};
/// use retry_kit::{RetryEvent, RetryLayer, RetryPolicy};
///
/// type Hook = fn(&RetryEvent<'_, Error>);
///
/// let print: Hook = |event| eprintln!("attempt {} failed", event.attempt());
/// let layer: RetryLayer<OwnClone, ErrorsOwn, Http, OnRetry<Hook>> =
///     RetryLayer::new(RetryPolicy::DEFAULT).on_retry(print);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct OnRetry<H>(pub(crate) H);

impl<H> Hears for OnRetry<H> {
    const LISTENS: bool = true;
}

impl<T, E, H: FnMut(&RetryEvent<'_, E>)> Hearing<T, E> for OnRetry<H> {
    fn hear(&mut self, event: &RetryEvent<'_, E>, _: Option<&T>) {
        (self.0)(event);
    }
}

/// `on_retry_with_value`
#[derive(Clone, Copy, Debug)]
pub struct OnRetryWithValue<H>(pub(super) H);

impl<H> Hears for OnRetryWithValue<H> {
    const LISTENS: bool = true;
}

impl<T, E, H: FnMut(&RetryEvent<'_, E>, Option<&T>)> Hearing<T, E> for OnRetryWithValue<H> {
    fn hear(&mut self, event: &RetryEvent<'_, E>, value: Option<&T>) {
        (self.0)(event, value);
    }
}

/// Prepares every attempt except the first.
pub trait Prepares {
    /// The future to await.
    type Preparation: Future;

    /// Begins to prepare an attempt; `None` without a hook.
    fn prepare(&mut self) -> Option<Self::Preparation>;
}

/// Prepares attempts that fail with `E`.
pub trait Preparing<E>: Prepares<Preparation: Future<Output: Prepared<E>>> {}

impl<E, B: Prepares<Preparation: Future<Output: Prepared<E>>>> Preparing<E> for B {}

/// The default: no preparation.
#[derive(Clone, Copy, Debug)]
pub struct NoPreparation;

impl Prepares for NoPreparation {
    type Preparation = Ready<()>;

    fn prepare(&mut self) -> Option<Ready<()>> {
        None
    }
}

/// `before_retry`
#[derive(Clone, Copy, Debug)]
pub struct Before<B>(pub(super) B);

impl<B, P> Prepares for Before<B>
where
    B: FnMut() -> P,
    P: Future,
{
    type Preparation = P;

    fn prepare(&mut self) -> Option<P> {
        Some((self.0)())
    }
}

/// Replaces the final error, or the outcome.
pub trait Ends {
    /// Whether it does anything; if so, the call reads the clock.
    const LISTENS: bool;
}

/// Ends calls that return a `Result<T, E>`.
pub trait Ending<T, E>: Ends {
    /// The error that the caller gets.
    type Error;

    /// Returns the outcome for the caller.
    fn end(self, error: E, give_up: impl Fn() -> GiveUp) -> Result<T, Self::Error>;
}

/// The options `give_up` and `fallback`.
#[derive(Clone, Copy, Debug)]
pub struct End<C, L> {
    pub(super) change: C,
    pub(super) fallback: L,
}

impl<C: Changes, L: FallsBack> Ends for End<C, L> {
    const LISTENS: bool = C::LISTENS || L::LISTENS;
}

impl<T, E, C: Changing<E>, L: FallingBack<T, C::Changed>> Ending<T, E> for End<C, L> {
    type Error = C::Changed;

    fn end(self, error: E, give_up: impl Fn() -> GiveUp) -> Result<T, C::Changed> {
        self.fallback.answer(self.change.change(error, &give_up), &give_up)
    }
}

/// Whether the option `give_up` is set.
pub trait Changes {
    /// Whether it is.
    const LISTENS: bool;
}

/// Replaces the final error.
pub trait Changing<E>: Changes {
    /// The error for the caller.
    type Changed;

    /// Returns the error for the caller.
    fn change(self, error: E, give_up: impl Fn() -> GiveUp) -> Self::Changed;
}

/// The default: the last error, unchanged.
#[derive(Clone, Copy, Debug)]
pub struct Unchanged;

impl Changes for Unchanged {
    const LISTENS: bool = false;
}

impl<E> Changing<E> for Unchanged {
    type Changed = E;

    fn change(self, error: E, _: impl Fn() -> GiveUp) -> E {
        error
    }
}

/// `give_up`
#[derive(Clone, Copy, Debug)]
pub struct GivingUp<G>(pub(super) G);

impl<G> Changes for GivingUp<G> {
    const LISTENS: bool = true;
}

impl<E, C, G: FnOnce(E, &GiveUp) -> C> Changing<E> for GivingUp<G> {
    type Changed = C;

    fn change(self, error: E, give_up: impl Fn() -> GiveUp) -> C {
        (self.0)(error, &give_up())
    }
}

/// Whether the option `fallback` is set.
pub trait FallsBack {
    /// Whether it is.
    const LISTENS: bool;
}

/// Puts an outcome in place of the final error.
pub trait FallingBack<T, E>: FallsBack {
    /// Returns the outcome for the caller.
    fn answer(self, error: E, give_up: impl Fn() -> GiveUp) -> Result<T, E>;
}

/// The default: the error.
#[derive(Clone, Copy, Debug)]
pub struct NoFallback;

impl FallsBack for NoFallback {
    const LISTENS: bool = false;
}

impl<T, E> FallingBack<T, E> for NoFallback {
    fn answer(self, error: E, _: impl Fn() -> GiveUp) -> Result<T, E> {
        Err(error)
    }
}

/// `fallback`
#[derive(Clone, Copy, Debug)]
pub struct FallBack<L>(pub(super) L);

impl<L> FallsBack for FallBack<L> {
    const LISTENS: bool = true;
}

impl<T, E, L, A> FallingBack<T, E> for FallBack<L>
where
    L: FnOnce(E, &GiveUp) -> A,
    A: Substitute<T, E>,
{
    fn answer(self, error: E, give_up: impl Fn() -> GiveUp) -> Result<T, E> {
        (self.0)(error, &give_up()).substitute()
    }
}

/// Ends waits early.
#[diagnostic::on_unimplemented(
    message = "`cancel` takes a closure that makes a future for each wait",
    label = "not a closure that returns a future",
    note = "write `.cancel(|| token.cancelled())`"
)]
pub trait Cancels {
    /// A wait of this sleep after an attempt with this outcome.
    type Wait<S: Future, O>: Future<Output = Option<(Failed<O>, Wait)>>;

    /// Begins a wait; its future returns the failure and the part of the wait that passed, if it was ended.
    fn wait<S: Future, O>(&mut self, sleep: S, failed: Failed<O>) -> Self::Wait<S, O>;
}

/// The default: nothing ends a wait.
#[derive(Clone, Copy, Debug)]
pub struct Uncancelled;

impl Cancels for Uncancelled {
    type Wait<S: Future, O> = WholeWait<S, O>;

    #[inline]
    fn wait<S: Future, O>(&mut self, sleep: S, _: Failed<O>) -> WholeWait<S, O> {
        WholeWait::new(sleep)
    }
}

/// `cancel`
#[derive(Clone, Copy, Debug)]
pub struct CancelWith<K>(pub(super) K);

#[diagnostic::do_not_recommend]
impl<K, F> Cancels for CancelWith<K>
where
    K: FnMut() -> F,
    F: Future,
{
    type Wait<S: Future, O> = CancelledWait<S, F, O>;

    fn wait<S: Future, O>(&mut self, sleep: S, failed: Failed<O>) -> CancelledWait<S, F, O> {
        CancelledWait::new(failed, sleep, (self.0)())
    }
}

/// Ends waits that block their thread.
#[diagnostic::on_unimplemented(
    message = "in a call that blocks, `cancel` takes a closure that returns a `bool`",
    label = "does not return a `bool`",
    note = "write `.cancel(|| STOP.load(Ordering::Relaxed))`: `true` ends the wait"
)]
pub trait CancelsBlocking {
    /// Waits; returns the part of the wait that passed, if it was ended.
    fn block(&mut self, wait: Wait) -> Option<Wait>;
}

impl CancelsBlocking for Uncancelled {
    fn block(&mut self, wait: Wait) -> Option<Wait> {
        block(wait);
        None
    }
}

#[diagnostic::do_not_recommend]
impl<K: FnMut() -> bool> CancelsBlocking for CancelWith<K> {
    fn block(&mut self, wait: Wait) -> Option<Wait> {
        block_unless(wait, &mut self.0)
    }
}

/// In place of a sleep: waits block the thread.
#[derive(Clone, Copy, Debug)]
pub struct Blocks;

/// Limits the time of an attempt.
#[diagnostic::on_unimplemented(
    message = "a call that blocks its thread has no `timeout`",
    label = "cannot be interrupted",
    note = "set the timeout of your client or socket; `deadline` limits the call between attempts"
)]
pub trait LimitsAttempts {}

#[diagnostic::do_not_recommend]
impl<S: Sleeping> LimitsAttempts for S {}

/// Sleeps between attempts, and limits the time of each.
pub trait Sleeping {
    /// A wait.
    type Sleep: Future;
    /// An attempt with a timeout.
    type WithTimeout<A: Future>: Alarmed<Output = A::Output>;

    /// Begins a wait.
    fn sleep(&self, wait: Wait) -> Self::Sleep;
    /// Adds a timeout to the attempt.
    fn with_timeout<A: Future>(
        &self,
        attempt: A,
        timeout: Option<AttemptTimeout>,
    ) -> Self::WithTimeout<A>;
}

/// Without `sleep`: tokio's timer inside a tokio runtime, and the crate's own elsewhere.
///
/// ```
/// use retry_kit::service::{ErrorsOwn, Http, OwnClone, Quiet, RuntimesOwn};
/// use retry_kit::{RetryLayer, RetryPolicy};
///
/// let layer: RetryLayer<OwnClone, ErrorsOwn, Http, Quiet, RuntimesOwn> =
///     RetryLayer::new(RetryPolicy::DEFAULT);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct RuntimesOwn;

impl Sleeping for RuntimesOwn {
    type Sleep = Rest;
    type WithTimeout<A: Future> = WithTimeout<A>;

    fn sleep(&self, wait: Wait) -> Rest {
        sleep(wait)
    }

    fn with_timeout<A: Future>(
        &self,
        attempt: A,
        timeout: Option<AttemptTimeout>,
    ) -> WithTimeout<A> {
        unscoped_with_timeout(attempt, timeout)
    }
}

/// The option `sleep`, with the function or closure that waits.
///
/// ```
/// use std::time::Duration;
/// use retry_kit::service::{ErrorsOwn, Http, OwnClone, Quiet, SleepWith};
/// use retry_kit::{RetryLayer, RetryPolicy};
///
/// type Sleep = fn(Duration) -> std::future::Ready<()>;
///
/// let skip: Sleep = |_| std::future::ready(());
/// let layer: RetryLayer<OwnClone, ErrorsOwn, Http, Quiet, SleepWith<Sleep>> =
///     RetryLayer::new(RetryPolicy::DEFAULT).sleep(skip);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SleepWith<S>(pub(crate) S);

impl<S, F> Sleeping for SleepWith<S>
where
    S: Fn(Duration) -> F,
    F: Future,
{
    type Sleep = Nap<F>;
    type WithTimeout<A: Future> = Race<A, F>;

    fn sleep(&self, wait: Wait) -> Nap<F> {
        nap(&self.0, wait)
    }

    fn with_timeout<A: Future>(&self, attempt: A, timeout: Option<AttemptTimeout>) -> Race<A, F> {
        unscoped_race(attempt, timeout, &self.0)
    }
}
