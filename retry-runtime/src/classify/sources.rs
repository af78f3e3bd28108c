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

/// Returns, from the function it stands in, what the error holds if it is a pointer to a `$held` that
/// another pointer may be around. Pointers to errors are errors themselves, and pass over what they
/// hold when asked for a source.
macro_rules! return_held {
    ($error:ident, $held:ty) => {
        if let Some(pointer) = $error.downcast_ref::<Arc<$held>>() {
            return Some(&**pointer);
        }
        if let Some(pointer) = $error.downcast_ref::<Arc<Arc<$held>>>() {
            return Some(&***pointer);
        }
        // What a box of an `Arc` is when it goes into another box.
        if let Some(pointer) = $error.downcast_ref::<Box<Arc<$held>>>() {
            return Some(&***pointer);
        }
    };
    ($error:ident, unsized $($held:ty),+) => {$(
        return_held!($error, $held);
        if let Some(pointer) = $error.downcast_ref::<Arc<Box<Arc<$held>>>>() {
            return Some(&****pointer);
        }
    )+};
}

/// What an `Arc<dyn Error>` holds, also in another `Arc` or a `Box`. A `Box<dyn Error>` and an `Rc` are
/// no errors, and so in no chain.
fn in_pointer<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    return_held!(
        error,
        unsized dyn Error + Send + Sync,
        dyn Error + Send,
        dyn Error + Sync,
        dyn Error
    );
    None
}

/// The error as an `E`, also in the box or the `Arc` that makes an error small or `Clone`, or in two.
pub(super) fn downcast<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    if let Some(error) = error.downcast_ref::<E>() {
        return Some(error);
    }
    return_held!(error, E);
    if let Some(pointer) = error.downcast_ref::<Box<E>>() {
        return Some(&**pointer);
    }
    if let Some(pointer) = error.downcast_ref::<Arc<Box<E>>>() {
        return Some(&***pointer);
    }
    None
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
