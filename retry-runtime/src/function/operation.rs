//! The operation to retry: a closure that makes futures, or an async closure.

use core::future::Future;
use core::marker::PhantomData;

use super::options::{
    Blocks, Cancels, CancelsBlocking, End, Ending, NoFallback, NoPreparation, Prepares, Sleeping,
    Unchanged,
};
use super::settings::{Sets, Timed};
use super::stage::{Boxed, InTime, Stage};
use crate::call::{RuntimeClock, ThreadClock, path_of};
use crate::expansion::Frame;
use crate::policy::RetryPolicy;

/// An operation to retry; determines the state of its loop.
// Does not mention values and errors: inside another future, the compiler would treat the lifetimes of
// the error and of the same error in the future's output as different, and reject the whole as not
// `Send`.
pub trait Operation<B, S, K, G = End<Unchanged, NoFallback>>: Timed {
    /// The state of the loop.
    type Stage<X: Sets>;

    /// The stage before the first poll.
    fn beginning<X: Sets>() -> Self::Stage<X>;
}

/// A closure that makes a new future for each attempt; an async closure may only borrow shared.
// A trait of its own because the error message of `FnMut` does not mention `retry_local`.
#[diagnostic::on_unimplemented(
    message = "`retry` takes a closure that returns a new future for each attempt",
    label = "does not return a new future from each call",
    note = "an async closure that mutates what it captures needs `retry_local` or \
            `retry_with_backoff_local`"
)]
pub trait MakeFuture<Fut>: FnMut() -> Fut {}

#[diagnostic::do_not_recommend]
impl<F: FnMut() -> Fut, Fut> MakeFuture<Fut> for F {}

/// Tells whether another attempt can begin; a closure can always be called again.
pub trait Repeats {
    /// Whether it can.
    #[inline]
    fn is_repeatable(&self) -> bool {
        true
    }
}

/// Begins the attempts of an operation whose attempts are futures with a name.
pub trait Begins: Repeats {
    /// An attempt.
    type Attempt: Future;

    /// Begins the attempt after so many retries, which has this frame.
    fn begin<F: Frame>(
        &mut self,
        policy: &RetryPolicy,
        retries: u32,
        frame: impl FnOnce() -> F,
    ) -> Self::Attempt;
}

/// The state of the loop of an operation that implements [`Begins`].
pub type StageOf<O, B, S, K, X> = Stage<
    InTime<X, S, <B as Prepares>::Preparation>,
    InTime<X, S, <O as Begins>::Attempt>,
    <K as Cancels>::Wait<<S as Sleeping>::Sleep, <<O as Begins>::Attempt as Future>::Output>,
    <S as Sleeping>::Sleep,
>;

/// Names the value of an operation that succeeds.
pub trait Gives {
    /// The value.
    type Value;
}

/// An operation that is a closure making futures.
#[derive(Debug)]
pub struct Futures<F, Fut> {
    pub(super) operation: F,
    future: PhantomData<fn() -> Fut>,
}

impl<F, Fut> Futures<F, Fut> {
    pub(super) const fn new(operation: F) -> Self {
        Self { operation, future: PhantomData }
    }
}

impl<F, Fut: Future, B: Prepares, S: Sleeping, K: Cancels, G> Operation<B, S, K, G>
    for Futures<F, Fut>
{
    type Stage<X: Sets> = Stage<
        InTime<X, S, B::Preparation>,
        InTime<X, S, Fut>,
        K::Wait<S::Sleep, Fut::Output>,
        S::Sleep,
    >;

    #[inline]
    fn beginning<X: Sets>() -> Self::Stage<X> {
        Stage::Begin
    }
}

impl<F, Fut> Timed for Futures<F, Fut> {
    type Clock = RuntimeClock;

    fn own_name() -> &'static str {
        path_of::<F>()
    }
}

impl<F, Fut> Repeats for Futures<F, Fut> {}

impl<F: FnMut() -> Fut, Fut: Future> Begins for Futures<F, Fut> {
    type Attempt = Fut;

    #[inline]
    fn begin<A: Frame>(&mut self, _: &RetryPolicy, _: u32, _: impl FnOnce() -> A) -> Fut {
        (self.operation)()
    }
}

impl<F, Fut: Future<Output = Result<T, E>>, T, E> Gives for Futures<F, Fut> {
    type Value = T;
}

/// An operation that is an async closure.
#[derive(Debug)]
pub struct Local<'a, F, T, E> {
    pub(super) operation: F,
    lifetime: PhantomData<&'a ()>,
    outcome: PhantomData<fn() -> Result<T, E>>,
}

impl<F, T, E> Local<'_, F, T, E> {
    pub(super) const fn new(operation: F) -> Self {
        Self { operation, lifetime: PhantomData, outcome: PhantomData }
    }
}

impl<'a, F, T: 'a, E: 'a, B, S, K, G: Ending<T, E>> Operation<B, S, K, G> for Local<'a, F, T, E> {
    type Stage<X: Sets> = Option<Boxed<'a, T, G::Error>>;

    #[inline]
    fn beginning<X: Sets>() -> Self::Stage<X> {
        None
    }
}

impl<F, T, E> Timed for Local<'_, F, T, E> {
    type Clock = RuntimeClock;

    fn own_name() -> &'static str {
        path_of::<F>()
    }
}

impl<F, T, E> Repeats for Local<'_, F, T, E> {}

impl<F, T, E> Gives for Local<'_, F, T, E> {
    type Value = T;
}

/// An operation that blocks its thread.
#[derive(Debug)]
pub struct Blocking<F, T> {
    pub(super) operation: F,
    value: PhantomData<fn() -> T>,
}

impl<F, T> Blocking<F, T> {
    pub(super) const fn new(operation: F) -> Self {
        Self { operation, value: PhantomData }
    }
}

impl<F, T, K: CancelsBlocking, G> Operation<NoPreparation, Blocks, K, G> for Blocking<F, T> {
    type Stage<X: Sets> = ();

    #[inline]
    fn beginning<X: Sets>() {}
}

impl<F, T> Timed for Blocking<F, T> {
    type Clock = ThreadClock;

    fn own_name() -> &'static str {
        path_of::<F>()
    }
}

impl<F, T> Repeats for Blocking<F, T> {}

impl<F, T> Gives for Blocking<F, T> {
    type Value = T;
}
