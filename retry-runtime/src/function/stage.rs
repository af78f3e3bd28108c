//! The state of the loop of an operation.

use core::future::Future;
use core::pin::Pin;

use pin_project_lite::pin_project;

use super::settings::Sets;
use crate::call::AttemptTimeout;
use crate::expansion::{Framed, Named, Until};
use crate::telemetry::Spanned;

pin_project! {
    /// The state of the loop of an operation that makes futures.
    // Its fields cannot be documented: `pin_project!` allows only `pin` there.
    #[allow(missing_docs)]
    #[project = StageProjection]
    pub enum Stage<P, A, W, S> {
        Begin,
        Preparing { #[pin] preparation: P, timeout: Option<AttemptTimeout> },
        Attempting { #[pin] attempt: A },
        Waiting { #[pin] wait: W },
        Pausing { #[pin] wait: S },
    }
}

/// A future inside the scope of an attempt, with its timeout.
pub type InTime<X, S, A> = <X as Sets>::InTime<S, Framed<Spanned<A>, Until<Named>>>;

/// The loop of an async closure; boxed because its type has no name.
pub type Boxed<'a, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + 'a>>;
