//! The span of each attempt, for functions with the key `span`. Without the feature `tracing` there is none.

#[cfg(feature = "tracing")]
mod with_tracing {
    use tracing::instrument::{Instrument, Instrumented};
    use tracing::{Level, Span, span};

    use crate::call::Progressing;

    /// An attempt that is polled inside a span.
    pub type Spanned<A> = Instrumented<A>;

    /// Puts the attempt that begins now into a span of its own.
    pub fn spanned<A>(attempt: A, progress: &impl Progressing, name: &'static str) -> Spanned<A> {
        attempt.instrument(attempt_span(progress, name))
    }

    /// The same type without a span.
    pub fn unspanned<A>(attempt: A) -> Spanned<A> {
        attempt.instrument(Span::none())
    }

    /// Runs an attempt that blocks inside a span of its own.
    pub fn in_span<R>(
        progress: &impl Progressing,
        name: &'static str,
        attempt: impl FnOnce() -> R,
    ) -> R {
        attempt_span(progress, name).in_scope(attempt)
    }

    fn attempt_span(progress: &impl Progressing, name: &'static str) -> Span {
        let resends = i64::from(progress.retries());
        span!(
            target: "retry_kit",
            Level::INFO,
            "attempt",
            name,
            // The semantic conventions of OpenTelemetry for HTTP clients: absent on the first send.
            http.request.resend_count = (resends > 0).then_some(resends),
        )
    }
}

#[cfg(not(feature = "tracing"))]
mod without_tracing {
    use crate::call::Progressing;

    /// An attempt.
    pub type Spanned<A> = A;

    /// The attempt.
    pub fn spanned<A>(attempt: A, _: &impl Progressing, _: &'static str) -> A {
        attempt
    }

    /// The attempt.
    #[must_use]
    pub fn unspanned<A>(attempt: A) -> A {
        attempt
    }

    /// Runs an attempt that blocks.
    pub fn in_span<R>(_: &impl Progressing, _: &'static str, attempt: impl FnOnce() -> R) -> R {
        attempt()
    }
}

#[cfg(feature = "tracing")]
pub use self::with_tracing::*;
#[cfg(not(feature = "tracing"))]
pub use self::without_tracing::*;
