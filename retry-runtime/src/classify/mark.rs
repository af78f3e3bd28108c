//! Marks a single error as retryable or permanent, where its type has no class.

use core::error::Error;
use core::fmt;

use super::Classify;
use crate::policy::ErrorClass;

/// Marks a single error with a class: `transient()`, `unsent()` or `permanent()`.
///
/// For errors that end up in a `Box<dyn Error>` or an `anyhow::Error`:
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
///     Ok(text.parse()?) // not marked and not known: permanent
/// }
/// ```
///
/// The mark is found anywhere in a source chain, and overrides the classes of the errors below it.
pub trait Mark: Into<Box<dyn Error + Send + Sync>> {
    /// Marks this error as retryable: see [`ErrorClass::Transient`].
    ///
    /// ```
    /// use retry_kit::{Classify, ErrorClass, Mark};
    ///
    /// assert_eq!("not there yet".transient().classify(), ErrorClass::Transient);
    /// ```
    fn transient(self) -> Marked {
        Marked { error: self.into(), class: ErrorClass::Transient }
    }

    /// Marks this error as proof that the server did not process the request: see
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

    /// Marks this error as one that no further attempt can fix: see [`ErrorClass::Permanent`].
    ///
    /// ```
    /// use std::io;
    /// use retry_kit::{Classify, ErrorClass, Mark};
    ///
    /// let error = io::Error::from(io::ErrorKind::TimedOut);
    /// assert_eq!(error.permanent().classify(), ErrorClass::Permanent);
    /// ```
    fn permanent(self) -> Marked {
        Marked { error: self.into(), class: ErrorClass::Permanent }
    }
}

impl<E: Into<Box<dyn Error + Send + Sync>>> Mark for E {}

/// An error marked by [`Mark::transient`], [`Mark::unsent`] or [`Mark::permanent`].
///
/// `Display`, `Debug` and `source()` are those of the error.
///
/// ```
/// use retry_kit::Mark;
///
/// assert_eq!("not there yet".transient().to_string(), "not there yet");
/// ```
pub struct Marked {
    error: Box<dyn Error + Send + Sync>,
    class: ErrorClass,
}

impl Marked {
    /// Returns the error itself, for example to downcast it.
    ///
    /// ```
    /// use std::io;
    /// use retry_kit::Mark;
    ///
    /// let marked = io::Error::from(io::ErrorKind::NotFound).transient();
    /// assert!(marked.get_ref().is::<io::Error>());
    /// ```
    #[must_use]
    pub fn get_ref(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.error
    }

    /// Returns the error itself, without its mark.
    ///
    /// ```
    /// use retry_kit::Mark;
    ///
    /// let error = "not there yet".transient().into_inner();
    /// assert_eq!(error.to_string(), "not there yet");
    /// ```
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
    // Not the error itself: `Display` prints it already.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}
