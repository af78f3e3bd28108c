//! What an error reports about itself, for a policy to judge.

use core::fmt;
use core::time::Duration;

use super::duration::Words;

/// What an error reports about itself. A fact, not a decision: whether a
/// [`Status`](Self::Status) is retried is for the policy to say.
///
/// `true` converts to [`Transient`](Self::Transient), `false` to
/// [`Permanent`](Self::Permanent).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorClass {
    /// Another attempt may succeed.
    Transient,
    /// The server never processed the request, and the client knows it: no connection was made, or
    /// the server refused the request unread. Another attempt may succeed, and does not repeat that
    /// request.
    ///
    /// This holds for one request, without redirects that the client followed or retries of its own, and
    /// says nothing of what the function did before. It holds for streams: a connected UDP socket reports
    /// a refused connection too, about an earlier datagram. A protocol over UDP needs a `when`.
    Unsent,
    /// The other side has too much to do; another attempt may succeed later.
    Throttled {
        /// How long it asks to be left alone, if it said so. Zero is the same as `None`.
        retry_after: Option<Duration>,
    },
    /// The other side answered with an HTTP status.
    Status {
        /// The status code.
        code: u16,
        /// How long it asks to be left alone, if it said so. Zero asks for no wait of its own, as `None`
        /// does; but a 403 is retried only if there is a hint at all, see
        /// [`StatusSet`](crate::StatusSet).
        retry_after: Option<Duration>,
    },
    /// Another attempt cannot help.
    Permanent,
}

impl From<bool> for ErrorClass {
    fn from(worth_another_attempt: bool) -> Self {
        if worth_another_attempt { Self::Transient } else { Self::Permanent }
    }
}

/// The class in words: `transient`, `unsent`, `throttled, retry after 5s`, `status 503`, `permanent`.
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
