//! `fallback`: an answer in place of the final error.

#![allow(clippy::missing_errors_doc, reason = "the errors are the user's, passed through")]

use core::convert::Infallible;
use core::future::{Future, Ready, ready};
use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::call::GiveUp;
use crate::expansion::outcome::no_result;

/// The types that `fallback = …` may return for a function that returns a `Result<T, E>`.
// Two implementations that cannot overlap: no type is the `Result` of itself.
#[diagnostic::on_unimplemented(
    message = "`fallback` returns a `{T}` or a `Result<{T}, {E}>`, not `{Self}`",
    label = "cannot take the place of the error",
    note = "on an async function, `#[retry]` also takes a future of one of them"
)]
pub trait Substitute<T, E> {
    /// What the call returns.
    fn substitute(self) -> Result<T, E>;
}

#[diagnostic::do_not_recommend]
impl<T, E> Substitute<T, E> for T {
    #[inline]
    fn substitute(self) -> Result<T, E> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T, E> Substitute<T, E> for Result<T, E> {
    #[inline]
    fn substitute(self) -> Self {
        self
    }
}

/// The outcome of a last attempt, for `fallback`.
#[derive(Debug)]
pub struct Last<O>(pub O);

/// What follows a last attempt.
#[derive(Debug)]
pub enum Fallback<O, A> {
    /// The outcome, which is no error.
    Kept(O),
    /// The answer of `fallback`.
    Asked(A),
}

impl<T, E> Last<Result<T, E>> {
    /// Calls the function or closure of `fallback`, if the outcome is an error.
    #[inline]
    pub fn __retry_fallback<'g, A>(
        self,
        give_up: &'g GiveUp,
        fallback: impl FnOnce(E, &'g GiveUp) -> A,
    ) -> Fallback<Result<T, E>, Answer<A, T, E>> {
        match self.0 {
            Ok(value) => Fallback::Kept(Ok(value)),
            Err(error) => Fallback::Asked(Answer(fallback(error, give_up), PhantomData)),
        }
    }
}

/// The same for an outcome that is not a `Result` (see `no_result`).
pub trait LastOtherwise<O>: Sized {
    /// The outcome.
    fn __retry_fallback<F>(self, give_up: &GiveUp, fallback: F) -> Fallback<O, NoAnswer<O>>;
}

impl<O> LastOtherwise<O> for Last<O> {
    fn __retry_fallback<F>(self, _: &GiveUp, _: F) -> Fallback<O, NoAnswer<O>> {
        Fallback::Kept(self.0)
    }
}

/// What `fallback` returned, in a function that returns a `Result<T, E>`.
///
/// Method lookup decides how to make it the outcome of `__retry_answer()`: by itself, as a future of an
/// answer ([`Later`]), or not at all ([`NoSubstitute`], which needs one more reference).
#[derive(Debug)]
pub struct Answer<A, T, E>(A, PhantomData<fn() -> Result<T, E>>);

impl<A, T, E> Answer<A, T, E> {
    /// The outcome of a function that blocks.
    #[inline]
    pub fn __retry_answer_now(self) -> Result<T, E>
    where
        A: Substitute<T, E>,
    {
        self.0.substitute()
    }
}

impl<A: Substitute<T, E>, T, E> Answer<A, T, E> {
    /// The outcome.
    #[inline]
    pub fn __retry_answer(self) -> Ready<Result<T, E>> {
        ready(self.0.substitute())
    }
}

/// For a future.
pub trait Later<A, T, E> {
    /// The outcome.
    fn __retry_answer(self) -> Awaited<A, T, E>
    where
        A: Future<Output: Substitute<T, E>>;
}

impl<A: Future, T, E> Later<A, T, E> for Answer<A, T, E> {
    #[inline]
    fn __retry_answer(self) -> Awaited<A, T, E>
    where
        A::Output: Substitute<T, E>,
    {
        Awaited { answer: self.0, substitute: Substitute::substitute }
    }
}

/// For every other type, which the bound refuses.
pub trait NoSubstitute<A, T, E> {
    /// Never called.
    fn __retry_answer(self) -> Ready<Result<T, E>>
    where
        A: Substitute<T, E>;
}

impl<A, T, E> NoSubstitute<A, T, E> for &Answer<A, T, E> {
    fn __retry_answer(self) -> Ready<Result<T, E>>
    where
        A: Substitute<T, E>,
    {
        no_result()
    }
}

/// In place of an [`Answer`] for an outcome that is not a `Result`.
#[derive(Debug)]
pub struct NoAnswer<O>(Infallible, PhantomData<fn() -> O>);

impl<O> NoAnswer<O> {
    /// Never called.
    #[must_use]
    pub fn __retry_answer_now(self) -> O {
        match self.0 {}
    }

    /// Never called.
    pub fn __retry_answer(self) -> Ready<O> {
        match self.0 {}
    }
}

pin_project! {
    /// A future of an answer.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless awaited"]
    // Names the conversion, so that its bound is not required, and reported, once more.
    pub struct Awaited<A: Future, T, E> {
        #[pin]
        answer: A,
        substitute: fn(A::Output) -> Result<T, E>,
    }
}

impl<A: Future, T, E> Future for Awaited<A, T, E> {
    type Output = Result<T, E>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T, E>> {
        let this = self.project();
        this.answer.poll(context).map(*this.substitute)
    }
}
