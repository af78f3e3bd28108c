//! The class of an error, for a policy to judge.

use core::fmt;
use core::time::Duration;

use super::duration::Words;

/// Classifies an error: can another attempt succeed, and when?
///
/// A class is a fact, not a decision: the policy decides whether a [`Status`](Self::Status) is retried.
///
/// ```
/// use retry_kit::ErrorClass;
///
/// assert_eq!(ErrorClass::from(true), ErrorClass::Transient);
/// assert_eq!(ErrorClass::from(false), ErrorClass::Permanent);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorClass {
    /// Another attempt may succeed.
    Transient,
    /// The client knows that the server never processed the request: no connection was made, or the
    /// server refused the request unread. Another attempt may succeed, and does not repeat that request.
    ///
    /// The class describes one request. It does not cover redirects that the client followed, the
    /// client's own retries, or what the function did before. It holds for streams only: a connected UDP
    /// socket may report a refused connection for an earlier datagram, so a protocol over UDP needs a
    /// `when`.
    Unsent,
    /// The server is overloaded or limits this client; another attempt may succeed later.
    Throttled {
        /// The delay the server asked for, if any. Zero counts as `None`.
        retry_after: Option<Duration>,
    },
    /// The server answered with an HTTP status.
    Status {
        /// The status code.
        code: u16,
        /// The delay the server asked for, if any. Zero leaves the wait to the backoff, like `None`; but
        /// it makes a 403 retryable, see [`StatusSet`](crate::StatusSet).
        retry_after: Option<Duration>,
    },
    /// Another attempt cannot help.
    Permanent,
}

impl ErrorClass {
    /// Whether the server limits this client.
    // A 503 or 504 does not say so: one instance may be down, and the next attempt reaches another.
    #[cfg(feature = "decide")]
    pub(crate) const fn is_throttled(self) -> bool {
        matches!(self, Self::Throttled { .. } | Self::Status { code: 429, .. })
    }
}

impl From<bool> for ErrorClass {
    fn from(worth_another_attempt: bool) -> Self {
        if worth_another_attempt { Self::Transient } else { Self::Permanent }
    }
}

/// Writes the class in words: `transient`, `unsent`, `throttled, retry after 5s`, `status 503`, `permanent`.
///
/// ```
/// use std::time::Duration;
/// use retry_kit::ErrorClass;
///
/// let retry_after = Some(Duration::from_secs(5));
/// assert_eq!(ErrorClass::Transient.to_string(), "transient");
/// assert_eq!(
///     ErrorClass::Status { code: 503, retry_after }.to_string(),
///     "status 503, retry after 5s",
/// );
/// ```
impl fmt::Display for ErrorClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let retry_after = match *self {
            Self::Transient => return f.write_str("transient"),
            Self::Unsent => return f.write_str("unsent"),
            Self::Permanent => return f.write_str("permanent"),
            Self::Throttled { retry_after } => {
                f.write_str("throttled")?;
                retry_after
            }
            Self::Status { code, retry_after } => {
                write!(f, "status {code}")?;
                retry_after
            }
        };
        match retry_after {
            Some(delay) => write!(f, ", retry after {}", Words(delay)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_shown_with_its_hint() {
        let retry_after = Some(Duration::from_secs(90));
        let cases = [
            (ErrorClass::Transient, "transient"),
            (ErrorClass::Unsent, "unsent"),
            (ErrorClass::Throttled { retry_after: None }, "throttled"),
            (ErrorClass::Throttled { retry_after }, "throttled, retry after 90s"),
            (ErrorClass::Status { code: 404, retry_after: None }, "status 404"),
            (ErrorClass::Status { code: 503, retry_after }, "status 503, retry after 90s"),
            (ErrorClass::Permanent, "permanent"),
        ];
        for (class, words) in cases {
            assert_eq!(class.to_string(), words);
        }
    }
}
