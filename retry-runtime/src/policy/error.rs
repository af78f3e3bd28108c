//! Why a policy makes no sense.

use core::error::Error;
use core::fmt;
use core::time::Duration;

use super::duration::Words;

/// Why a policy makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PolicyError {
    /// The factor is not a number from 1 to 10⁹.
    Factor,
    /// The base delay is longer than the cap.
    BaseAboveCap {
        /// The delay before the first retry.
        base: Duration,
        /// The longest backoff.
        cap: Duration,
    },
    /// A jitter was asked for where the backoff is random already.
    JitterOnDecorrelated,
    /// The deadline is no longer than the shortest first wait.
    DeadlineTooShort {
        /// The time a call has.
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
            Self::BaseAboveCap { base, cap } => {
                write!(f, "the base delay ({}) is above the cap ({})", Words(*base), Words(*cap))
            }
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
