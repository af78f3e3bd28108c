//! An attempt inside its scope, which the calls in it see.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::call::{
    Entered, EnteredByName, EnteredUntil, Instant, Name, Progressing, end_within, enter,
    enter_by_name, enter_until, path_of,
};

/// What the calls inside an attempt learn about it.
pub trait Frame: Sized {
    /// Leaves the scope when it is dropped.
    type Entered;
    /// The same with an end.
    type Limited: Frame;

    /// Enters the scope of an attempt of type `A`.
    fn enter<A>(&self) -> Self::Entered;

    /// Adds an end; of two, the earlier counts.
    fn until(self, end: Option<Instant>) -> Self::Limited;
}

/// The number of the attempt. The name of its function is that of its type, which takes no bytes.
#[derive(Clone, Copy, Debug)]
pub struct Numbered(u32);

impl Numbered {
    /// The attempt that begins now.
    #[inline]
    pub fn of(progress: &impl Progressing) -> Self {
        Self(progress.retries().saturating_add(1))
    }

    /// The same with a name that the user chose.
    #[inline]
    #[must_use]
    pub const fn named(self, name: &'static str) -> Named {
        self.with_name(Name::Known(name))
    }

    #[inline]
    pub(crate) const fn with_name(self, name: Name) -> Named {
        Named(self.0, name)
    }
}

impl Frame for Numbered {
    type Entered = Entered;
    type Limited = Until<Self>;

    #[inline]
    fn enter<A>(&self) -> Entered {
        enter(self.0, path_of::<A>)
    }

    #[inline]
    fn until(self, end: Option<Instant>) -> Until<Self> {
        Until(self, end_within(end))
    }
}

/// The number of the attempt, and the name of its function.
#[derive(Clone, Copy, Debug)]
pub struct Named(u32, Name);

impl Frame for Named {
    type Entered = EnteredByName;
    type Limited = Until<Self>;

    #[inline]
    fn enter<A>(&self) -> EnteredByName {
        enter_by_name(self.0, self.1)
    }

    #[inline]
    fn until(self, end: Option<Instant>) -> Until<Self> {
        Until(self, end_within(end))
    }
}

/// An attempt that ends, if there is an end.
#[derive(Clone, Copy, Debug)]
pub struct Until<F>(F, Option<Instant>);

impl<F: Frame> Frame for Until<F> {
    type Entered = (F::Entered, EnteredUntil);
    type Limited = Self;

    #[inline]
    fn enter<A>(&self) -> Self::Entered {
        (self.0.enter::<A>(), enter_until(self.1))
    }

    #[inline]
    fn until(self, end: Option<Instant>) -> Self {
        let end = match (self.1, end) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        Self(self.0, end)
    }
}

pin_project! {
    /// An attempt inside its scope.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless awaited"]
    pub struct Scoped<A> {
        #[pin]
        attempt: A,
        number: u32,
    }
}

impl<A: Future> Future for Scoped<A> {
    type Output = A::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<A::Output> {
        let this = self.project();
        let _entered = Numbered(*this.number).enter::<A>();
        this.attempt.poll(context)
    }
}

/// Polls the attempt that begins now inside its scope.
// Most functions have no other frame, and a type with fewer parameters costs the compiler less.
#[inline]
pub fn scoped<A>(attempt: A, progress: &impl Progressing) -> Scoped<A> {
    Scoped { attempt, number: progress.retries().saturating_add(1) }
}

pin_project! {
    /// An attempt inside a scope with a name or an end.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless awaited"]
    pub struct Framed<A, F> {
        #[pin]
        attempt: A,
        frame: F,
    }
}

impl<A: Future, F: Frame> Future for Framed<A, F> {
    type Output = A::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<A::Output> {
        let this = self.project();
        let _entered = this.frame.enter::<A>();
        this.attempt.poll(context)
    }
}

/// Polls the attempt inside a scope.
#[inline]
pub fn framed<A, F>(attempt: A, frame: F) -> Framed<A, F> {
    Framed { attempt, frame }
}

/// One attempt of a blocking function, inside a scope.
#[inline]
pub fn attempt<R, A: FnOnce() -> R>(attempt: A, frame: &impl Frame) -> R {
    let _entered = frame.enter::<A>();
    attempt()
}
