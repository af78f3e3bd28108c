//! The error of a text that is not a value of a policy.

use core::error::Error;
use core::fmt;

/// Explains why a text is not a [`Backoff`](crate::Backoff), [`Jitter`](crate::Jitter),
/// [`StatusSet`](crate::StatusSet), duration or other value.
///
/// The message says what to write instead, as the messages of a configuration do:
///
/// ```
/// use retry_kit::Backoff;
///
/// let error = "constant".parse::<Backoff>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`backoff` takes one of: exponential, fixed, linear, fibonacci, decorrelated; \
///      did you mean `fixed`?",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ParseError(String);

impl ParseError {
    #[inline]
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for ParseError {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for ParseError {}
