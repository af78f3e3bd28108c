//! Walks the source chain of an error.

use core::error::Error;
use core::fmt::{self, Debug, Write};
use core::iter::successors;
#[cfg(feature = "hyper")]
use std::io;
use std::sync::Arc;

/// The errors in the chain, including type-erased errors in an `Arc`.
pub(super) fn all<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |&error| in_pointer(error).or_else(|| error.source()))
}

/// The errors in the chain, including those an `io::Error` wraps: its `source()` skips them.
#[cfg(feature = "hyper")]
pub(crate) fn with_wrapped<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |&error| match error.downcast_ref::<io::Error>() {
        Some(error) => error.get_ref().map(|wrapped| wrapped as &(dyn Error + 'static)),
        None => in_pointer(error).or_else(|| error.source()),
    })
}

/// Returns the inner error from the enclosing function, if the error is a pointer to a `$held`,
/// possibly inside another pointer. Pointers to errors are errors themselves, and their `source()`
/// skips the inner one.
macro_rules! return_held {
    ($error:ident, $held:ty) => {
        if let Some(pointer) = $error.downcast_ref::<Arc<$held>>() {
            return Some(&**pointer);
        }
        if let Some(pointer) = $error.downcast_ref::<Arc<Arc<$held>>>() {
            return Some(&***pointer);
        }
        // A boxed `Arc`, boxed again.
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

/// The error in an `Arc<dyn Error>`, possibly inside another `Arc` or a `Box`. `Box<dyn Error>` and
/// `Rc` are not errors, so they never occur in a chain.
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

/// The error as an `E`, also inside one or two pointers: boxes make an error small, an `Arc` makes
/// it `Clone`.
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

/// Whether the `Debug` of a value begins with this text. Stops formatting there: the rest may be a
/// long chain.
pub(super) fn debug_begins(value: &(impl Debug + ?Sized), text: &'static str) -> bool {
    struct Expected(&'static str);

    impl Write for Expected {
        /// Fails as soon as the answer is certain.
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
