//! The span of each attempt, for functions with the key `span`. Without the feature `tracing`, no span is made.

#[cfg(feature = "tracing")]
mod with_tracing {
    use tracing::Span;
    use tracing::instrument::{Instrument, Instrumented};

    use super::super::events;
    use super::super::target_of;
    use crate::call::Progressing;

    /// An attempt that is polled inside a span.
    pub type Spanned<A> = Instrumented<A>;

    /// Puts the attempt that begins now into a span of its own.
    pub fn spanned<A>(
        attempt: A,
        progress: &impl Progressing,
        name: &'static str,
        target: Option<&'static str>,
    ) -> Spanned<A> {
        attempt.instrument(attempt_span(progress, name, target))
    }

    /// The same type without a span.
    pub fn unspanned<A>(attempt: A) -> Spanned<A> {
        attempt.instrument(Span::none())
    }

    /// Runs an attempt that blocks inside a span of its own.
    pub fn in_span<R>(
        progress: &impl Progressing,
        name: &'static str,
        target: Option<&'static str>,
        attempt: impl FnOnce() -> R,
    ) -> R {
        attempt_span(progress, name, target).in_scope(attempt)
    }

    fn attempt_span(
        progress: &impl Progressing,
        name: &'static str,
        target: Option<&'static str>,
    ) -> Span {
        events::attempt_span((name, target_of(name, target)), i64::from(progress.retries()))
    }
}

#[cfg(not(feature = "tracing"))]
mod without_tracing {
    use crate::call::Progressing;

    /// An attempt.
    pub type Spanned<A> = A;

    /// The attempt.
    pub fn spanned<A>(
        attempt: A,
        _: &impl Progressing,
        _: &'static str,
        _: Option<&'static str>,
    ) -> A {
        attempt
    }

    /// The attempt.
    #[must_use]
    pub fn unspanned<A>(attempt: A) -> A {
        attempt
    }

    /// Runs an attempt that blocks.
    pub fn in_span<R>(
        _: &impl Progressing,
        _: &'static str,
        _: Option<&'static str>,
        attempt: impl FnOnce() -> R,
    ) -> R {
        attempt()
    }
}

#[cfg(feature = "tracing")]
pub use self::with_tracing::*;
#[cfg(not(feature = "tracing"))]
pub use self::without_tracing::*;
