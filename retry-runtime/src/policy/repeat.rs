//! Whether to repeat requests that the server may have processed.

/// Chooses whether to repeat requests that the server may have processed.
///
/// A retry repeats the request. If that can have an effect twice, as in a payment without an idempotency
/// key, set [`Unsent`](Self::Unsent): a call then repeats only requests that the client knows the server
/// never processed. The client knows this about a single request, so switch off its redirects and its own
/// retries, and make that request the first thing the function does.
///
/// ```
/// use std::io::{Error, ErrorKind};
/// use retry_kit::{Classify, Decision, Repeat, RetryPolicy, RetryState};
///
/// let policy = RetryPolicy::new().repeat(Repeat::Unsent);
/// let decide = |kind| RetryState::new(&policy).decide(Error::from(kind).classify());
///
/// assert!(matches!(decide(ErrorKind::ConnectionRefused), Decision::Retry(_)));
/// // The server may have processed the request before the connection broke.
/// assert!(matches!(decide(ErrorKind::ConnectionReset), Decision::Stop(_)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Repeat {
    /// Every retryable failure.
    #[default]
    All,
    /// Only failures of class [`ErrorClass::Unsent`](crate::ErrorClass::Unsent). All others end the
    /// call: a timed-out attempt, a status (even 429), a throttled error, a value that `until` does not
    /// accept. If another policy would retry the failure, the reason is
    /// [`MayBeProcessed`](crate::StopReason::MayBeProcessed).
    Unsent,
}
