//! Walking through the sources of an error.

use core::error::Error;
use core::fmt::{self, Debug, Write};
use core::iter::successors;
#[cfg(feature = "hyper")]
use std::io;
use std::sync::Arc;

/// The errors in the chain, those in an `Arc` whose type is not known included.
pub(super) fn all<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |&error| in_pointer(error).or_else(|| error.source()))
}

/// The errors in the chain, also those that an `io::Error` wraps: its `source()` passes over them.
#[cfg(feature = "hyper")]
pub(crate) fn with_wrapped<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |&error| match error.downcast_ref::<io::Error>() {
        Some(error) => error.get_ref().map(|wrapped| wrapped as &(dyn Error + 'static)),
        None => in_pointer(error).or_else(|| error.source()),
    })
}

/// What an `Arc<dyn Error>` holds: it is an error itself, and passes over what it holds when asked
/// for a source. A `Box<dyn Error>` and an `Rc` are no errors, and so in no chain.
fn in_pointer<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    if let Some(shared) = error.downcast_ref::<Arc<dyn Error + Send + Sync>>() {
        Some(&**shared)
    } else if let Some(shared) = error.downcast_ref::<Arc<dyn Error + Send>>() {
        Some(&**shared)
    } else if let Some(shared) = error.downcast_ref::<Arc<dyn Error + Sync>>() {
        Some(&**shared)
    } else if let Some(shared) = error.downcast_ref::<Arc<dyn Error>>() {
        Some(&**shared)
    } else {
        // What a box of an `Arc` is when it goes into another box.
        error.downcast_ref::<Box<Arc<dyn Error + Send + Sync>>>().map(|shared| &***shared as _)
    }
}

/// The error as an `E`, also in the box or the `Arc` that makes an error small or `Clone`; these
/// pass over what they hold when asked for a source.
pub(super) fn downcast<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    (error.downcast_ref::<E>())
        .or_else(|| error.downcast_ref::<Arc<E>>().map(|error| &**error))
        .or_else(|| error.downcast_ref::<Box<E>>().map(|error| &**error))
        .or_else(|| error.downcast_ref::<Arc<Box<E>>>().map(|error| &***error))
        .or_else(|| error.downcast_ref::<Box<Arc<E>>>().map(|error| &***error))
}

/// Whether the `Debug` of a value begins with this text. It is formatted up to there, not whole: the
/// rest may be a long chain.
pub(super) fn debug_begins(value: &(impl Debug + ?Sized), text: &'static str) -> bool {
    struct Expected(&'static str);

    impl Write for Expected {
        /// Fails as soon as it is decided.
        fn write_str(&mut self, written: &str) -> fmt::Result {
            if written.starts_with(self.0) {
                self.0 = "";
                return Err(fmt::Error);
            }
            self.0 = self.0.strip_prefix(written).ok_or(fmt::Error)?;
            Ok(())
        }
    }

    let mut expected = Expected(text);
    let _ = write!(expected, "{value:?}");
    expected.0.is_empty()
}
