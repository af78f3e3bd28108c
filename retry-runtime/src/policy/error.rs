//! The errors of an invalid policy.

use core::error::Error;
use core::fmt;
use core::time::Duration;

use super::duration::Words;

/// Explains why a policy is invalid.
///
/// ```
/// use std::time::Duration;
/// use retry_kit::{PolicyError, RetryPolicy};
///
/// let (base, cap) = (Duration::from_secs(90), Duration::from_secs(60));
/// let error = RetryPolicy::new().base_delay(base).try_build().unwrap_err();
/// assert_eq!(error, PolicyError::BaseAboveCap { base, cap });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PolicyError {
    /// The factor is not a number from 1 to 10⁹.
    Factor,
    /// The number of retries is negative or more than 2³² − 1.
    Retries,
    /// The base delay is longer than the cap.
    BaseAboveCap {
        /// The backoff before the first retry.
        base: Duration,
        /// The longest backoff.
        cap: Duration,
    },
    /// The base of the throttled backoff is longer than its cap.
    ThrottledBaseAboveCap {
        /// The throttled backoff before the first retry.
        base: Duration,
        /// The longest throttled backoff.
        cap: Duration,
    },
    /// The list of delays is empty.
    EmptyList,
    /// Decorrelated backoff has a jitter, although it is already random.
    JitterOnDecorrelated,
    /// The deadline is no longer than the shortest first wait.
    DeadlineTooShort {
        /// The deadline.
        deadline: Duration,
        /// The shortest first wait.
        wait: Duration,
    },
}

impl fmt::Display for PolicyError {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Factor => f.write_str("a backoff factor is a number from 1 to 1e9"),
            Self::Retries => write!(f, "the number of retries is from 0 to {}", u32::MAX),
            Self::BaseAboveCap { base, cap } => {
                write!(f, "the base delay ({}) is above the cap ({})", Words(*base), Words(*cap))
            }
            Self::ThrottledBaseAboveCap { base, cap } => write!(
                f,
                "the throttled base ({}) is above the throttled cap ({})",
                Words(*base),
                Words(*cap)
            ),
            Self::EmptyList => f.write_str("an empty list of delays never retries"),
            Self::JitterOnDecorrelated => {
                f.write_str("decorrelated backoff is its own jitter: set no other")
            }
            Self::DeadlineTooShort { deadline, wait } => write!(
                f,
                "the deadline ({}) is no longer than the first wait ({}): nothing would be retried",
                Words(*deadline),
                Words(*wait)
            ),
        }
    }
}

impl Error for PolicyError {}
