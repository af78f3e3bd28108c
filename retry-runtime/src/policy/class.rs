//! What an error reports about itself, for a policy to judge.

use core::time::Duration;

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
    /// The other side has too much to do; another attempt may succeed later.
    Throttled {
        /// How long it asks to be left alone, if it said so. Zero is the same as `None`.
        retry_after: Option<Duration>,
    },
    /// The other side answered with an HTTP status.
    Status {
        /// The status code.
        code: u16,
        /// How long it asks to be left alone, if it said so. Zero is the same as `None`.
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
