//! The failure before an attempt.

use core::fmt;

use crate::policy::ErrorClass;

/// Describes the failure of the previous attempt; [`Attempt::previous`](crate::Attempt::previous) returns it.
///
/// ```
/// use retry_kit::{ErrorClass, retry};
///
/// #[retry(attempt = attempt)]
/// async fn fetch() -> std::io::Result<&'static str> {
///     let busy = |class| matches!(class, ErrorClass::Throttled { .. });
///     let is_busy = attempt.previous().is_some_and(|previous| busy(previous.class()));
///     Ok(if is_busy { "https://mirror.example" } else { "https://example.com" })
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// assert_eq!(fetch().await.unwrap(), "https://example.com");
/// # }
/// ```
///
/// In your own tests, make one with [`testing::previous`](crate::testing::previous). [`Display`](fmt::Display)
/// writes the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Previous {
    pub(super) class: ErrorClass,
    pub(super) text: Box<str>,
}

impl Previous {
    pub(crate) fn new(class: ErrorClass, text: String) -> Self {
        Self { class, text: text.into_boxed_str() }
    }

    /// Returns the class by which the failure was retried.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, testing};
    ///
    /// let previous = testing::previous(ErrorClass::Transient, "connection reset");
    /// assert_eq!(previous.class(), ErrorClass::Transient);
    /// ```
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        self.class
    }

    /// Returns the error as events show it: by its `Display` and that of its sources, or without `Display` by
    /// the name of its type. URLs lose user, password, query and fragment.
    ///
    /// For a value that `until` did not accept it is `value`, for a response `status 503`.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, testing};
    ///
    /// let previous = testing::previous(ErrorClass::Transient, "connection reset");
    /// assert_eq!(previous.text(), "connection reset");
    /// ```
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Previous {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}
