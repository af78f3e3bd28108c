//! What can follow a failure: a wait, or the end and its reason.

use core::fmt;

use super::wait::Wait;

/// What to do after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Wait, then try again.
    Retry(Wait),
    /// Give the error back.
    Stop(StopReason),
}

/// Why there is no further attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StopReason {
    /// Another attempt cannot help, or nobody said that it may.
    Permanent,
    /// All retries are used up.
    Exhausted,
    /// The next wait would end at or past the deadline.
    Deadline,
    /// The budget had no token left.
    Budget,
    /// Retrying is switched off in this process.
    Disabled,
    /// The server asked for a longer wait than
    /// [`give_up_on_hint_over`](crate::RetryPolicy::give_up_on_hint_over) accepts.
    HintTooLong,
    /// The policy repeats only [unsent](crate::Repeat::Unsent) requests, and the server may have
    /// processed this one. Another policy would retry the failure.
    MayBeProcessed,
}

impl StopReason {
    /// The reason in lower-case letters, as metrics are labelled with it.
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
        }
    }
}

/// Shows [`as_str`](StopReason::as_str).
impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
