//! How far the loop of an operation has come.

use core::future::Future;
use core::pin::Pin;

use pin_project_lite::pin_project;

use crate::call::AttemptTimeout;

pin_project! {
    /// How far the loop of an operation that makes futures has come.
    // Its fields cannot be documented: `pin_project!` takes no attribute there but `pin`.
    #[allow(missing_docs)]
    #[project = StageProjection]
    pub enum Stage<P, A, W> {
        Begin,
        Preparing { #[pin] preparation: P, timeout: Option<AttemptTimeout> },
        Attempting { #[pin] attempt: A },
        Waiting { #[pin] wait: W },
    }
}

/// The loop of an async closure, which cannot be named.
pub type Boxed<'a, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + 'a>>;
