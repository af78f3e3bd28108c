//! What is retried: a closure that makes futures, or an async closure.

use core::future::Future;
use core::marker::PhantomData;

use super::options::{Prepares, Waits};
use super::stage::{Boxed, Stage};

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
    pub(super) operation: F,
    future: PhantomData<fn() -> Fut>,
}

impl<F, Fut> Futures<F, Fut> {
    pub(super) const fn new(operation: F) -> Self {
        Self { operation, future: PhantomData }
    }
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
    pub(super) operation: F,
    lifetime: PhantomData<&'a ()>,
    outcome: PhantomData<fn() -> Result<T, E>>,
}

impl<F, T, E> Local<'_, F, T, E> {
    pub(super) const fn new(operation: F) -> Self {
        Self { operation, lifetime: PhantomData, outcome: PhantomData }
    }
}

impl<'a, F, T: 'a, E: 'a, B, S> Operation<B, S> for Local<'a, F, T, E> {
    type Stage = Option<Boxed<'a, T, E>>;
    const BEGIN: Self::Stage = None;
}

impl<F, T, E> Gives for Local<'_, F, T, E> {
    type Value = T;
}
