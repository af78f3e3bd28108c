//! x
#![forbid(unsafe_code)]
#![deny(missing_docs)]
pub use retry_runtime::{
    Backoff, Cause, Classify, Decision, Delays, ErrorClass, Factor, Jitter, PolicyError, Ratio,
    RetryAfter, RetryAfterError, RetryEvent, RetryPolicy, RetryState, StatusSet, StopReason, Wait,
    parse_retry_after,
};
#[cfg(feature = "macros")]
pub use retry_macros::retry;
#[doc(hidden)]
pub use retry_runtime::__private;
#[cfg(feature = "reqwest")]
pub use retry_runtime::{CheckStatus, HttpError};
