//! Walking through the sources of an error.

use core::error::Error;
#[cfg(feature = "hyper")]
use core::iter::successors;
#[cfg(feature = "hyper")]
use std::io;
use std::sync::Arc;

/// The errors in the chain, those that an `io::Error` wraps included: its `source()` passes over
/// them.
#[cfg(feature = "hyper")]
pub(crate) fn with_wrapped<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |&error| match error.downcast_ref::<io::Error>() {
        Some(error) => error.get_ref().map(|wrapped| wrapped as &(dyn Error + 'static)),
        None => error.source(),
    })
}

/// The error as an `E`, also in the box or the `Arc` that makes an error small or `Clone`; these
/// pass over what they hold when asked for a source.
pub(super) fn downcast<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    (error.downcast_ref::<E>())
        .or_else(|| error.downcast_ref::<Arc<E>>().map(|error| &**error))
        .or_else(|| error.downcast_ref::<Box<E>>().map(|error| &**error))
}
