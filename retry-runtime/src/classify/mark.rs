//! Saying of one error whether to retry it, where its type says nothing.

use core::error::Error;
use core::fmt;

use super::Classify;
use crate::policy::ErrorClass;

/// `transient()`, `unsent()` and `permanent()` for errors that end up in a `Box<dyn Error>` or an
/// `anyhow::Error`.
///
/// ```
/// use std::error::Error;
/// use retry_kit::{Mark, retry};
///
/// #[retry]
/// async fn page(text: &str) -> Result<u32, Box<dyn Error + Send + Sync>> {
///     if text.is_empty() {
///         return Err("not there yet".transient().into());
///     }
///     Ok(text.parse()?) // unknown, so permanent
/// }
/// ```
///
/// The mark is found anywhere in a chain of sources, before the classes of the errors below it.
pub trait Mark: Into<Box<dyn Error + Send + Sync>> {
    /// This error, worth another attempt.
    fn transient(self) -> Marked {
        Marked { error: self.into(), class: ErrorClass::Transient }
    }

    /// This error, after which the server has certainly not processed the request: see
    /// [`ErrorClass::Unsent`].
    ///
    /// ```
    /// use retry_kit::{Classify, ErrorClass, Mark};
    ///
    /// assert_eq!("no free connection".unsent().classify(), ErrorClass::Unsent);
    /// ```
    fn unsent(self) -> Marked {
        Marked { error: self.into(), class: ErrorClass::Unsent }
    }

    /// This error, which no further attempt can mend.
    fn permanent(self) -> Marked {
        Marked { error: self.into(), class: ErrorClass::Permanent }
    }
}

impl<E: Into<Box<dyn Error + Send + Sync>>> Mark for E {}

/// An error with a class put on it by [`Mark::transient`], [`Mark::unsent`] or
/// [`Mark::permanent`]. Shows itself as the error does.
pub struct Marked {
    error: Box<dyn Error + Send + Sync>,
    class: ErrorClass,
}

impl Marked {
    /// The error itself, to be downcast.
    #[must_use]
    pub fn get_ref(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.error
    }

    /// The error itself.
    #[must_use]
    pub fn into_inner(self) -> Box<dyn Error + Send + Sync> {
        self.error
    }
}

#[diagnostic::do_not_recommend]
impl Classify for Marked {
    fn classify(&self) -> ErrorClass {
        self.class
    }
}

impl fmt::Display for Marked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.error, f)
    }
}

impl fmt::Debug for Marked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.error, f)
    }
}

impl Error for Marked {
    // Not the error itself: its words are shown already.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}
