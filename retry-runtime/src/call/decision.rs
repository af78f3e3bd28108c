//! The decision after a failure: retry after a wait, or stop for a reason.

use core::fmt;

use super::wait::Wait;

/// Tells a loop what to do after a failed attempt.
///
/// ```
/// use retry_kit::{Decision, ErrorClass, RetryPolicy, RetryState, StopReason};
///
/// let mut retries = RetryState::new(&RetryPolicy::DEFAULT);
/// assert!(matches!(retries.decide(ErrorClass::Transient), Decision::Retry(_)));
/// assert_eq!(retries.decide(ErrorClass::Permanent), Decision::Stop(StopReason::Permanent));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Wait, then try again.
    Retry(Wait),
    /// Return the error.
    Stop(StopReason),
}

/// Tells why a call gave up.
///
/// ```
/// use retry_kit::StopReason;
///
/// assert_eq!(StopReason::HintTooLong.to_string(), "hint_too_long");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StopReason {
    /// The error is permanent, or nothing classified it as retryable.
    Permanent,
    /// The retry limit was reached.
    Exhausted,
    /// The next wait would end at or past the deadline.
    Deadline,
    /// The budget had too few tokens left.
    Budget,
    /// Retries are switched off in this process.
    Disabled,
    /// The server asked for a longer wait than
    /// [`give_up_on_hint_over`](crate::RetryPolicy::give_up_on_hint_over) accepts.
    HintTooLong,
    /// The policy repeats only [unsent](crate::Repeat::Unsent) requests, and the server may have
    /// processed this one. Another policy would retry the failure.
    MayBeProcessed,
    /// The call ran inside an attempt of another retried function, and its policy leaves the retries to
    /// that function: [`Nested::Once`](crate::Nested::Once).
    Nested,
    /// The future or function of the key `cancel` ended the wait.
    Cancelled,
    /// The request could not be cloned, so it was sent once. The policy would retry the failure, and neither the
    /// switch, nor the retry limit, nor an attempt around the call forbids it.
    NotRepeatable,
}

impl StopReason {
    /// Returns the reason in snake case, as metrics label it.
    ///
    /// ```
    /// assert_eq!(retry_kit::StopReason::Exhausted.as_str(), "exhausted");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Permanent => "permanent",
            Self::Exhausted => "exhausted",
            Self::Deadline => "deadline",
            Self::Budget => "budget",
            Self::Disabled => "disabled",
            Self::HintTooLong => "hint_too_long",
            Self::MayBeProcessed => "may_be_processed",
            Self::Nested => "nested",
            Self::Cancelled => "cancelled",
            Self::NotRepeatable => "not_repeatable",
        }
    }
}

/// Writes [`as_str`](StopReason::as_str).
impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
