//! What may be repeated: requests that may have arrived, or only those that did not.

/// Which failures a policy retries, by whether the request may have been processed.
///
/// A retry repeats the request. Where that may do something twice, as a payment without an
/// idempotency key does, set [`Unsent`](Self::Unsent): a call then repeats only requests of which the
/// client knows that the server never processed them. The client knows it of one request: switch off
/// redirects and retries of its own, and make that request the first thing the function does.
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
    /// Every failure that is retryable.
    #[default]
    All,
    /// Only failures of class [`ErrorClass::Unsent`](crate::ErrorClass::Unsent). A timed-out attempt,
    /// a status (429 included), a throttled error and a value that `until` does not accept are then
    /// final. Where another policy would retry them, the reason is
    /// [`MayBeProcessed`](crate::StopReason::MayBeProcessed).
    Unsent,
}
