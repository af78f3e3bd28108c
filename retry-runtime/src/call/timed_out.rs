//! The error of an attempt that takes longer than its `timeout`.

use core::error::Error;
use core::fmt;
use core::time::Duration;
use std::io;

use crate::policy::duration::Words;

/// The error of an attempt that ran out of time: its `timeout = …`, or the rest of the deadline.
///
/// An attempt that takes longer is dropped and fails with `E::from(TimedOut)`, which is then classified
/// like any other error. `TimedOut` is transient. It stays transient when converted to a
/// [`std::io::Error`] (of kind [`TimedOut`](io::ErrorKind::TimedOut)), a `Box<dyn Error>`, an
/// `anyhow::Error`, an `HttpError` or a `tonic::Status` (of code `DeadlineExceeded`).
///
/// ```
/// use std::time::Duration;
/// use retry_kit::{TimedOut, retry};
///
/// #[derive(Debug)]
/// enum FetchError {
///     Slow(TimedOut),
/// }
///
/// impl From<TimedOut> for FetchError {
///     fn from(timed_out: TimedOut) -> Self {
///         Self::Slow(timed_out)
///     }
/// }
///
/// #[retry(max = 1, timeout = "5s", on(FetchError::Slow(_)))]
/// async fn fetch() -> Result<String, FetchError> {
///     std::future::pending().await
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// # tokio::time::pause();
/// let FetchError::Slow(timed_out) = fetch().await.unwrap_err();
/// assert_eq!(timed_out.after(), Duration::from_secs(5));
/// assert_eq!(timed_out.to_string(), "the attempt timed out after 5s");
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimedOut {
    after: Duration,
}

impl TimedOut {
    /// Makes the error of an attempt that was dropped after this time.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::TimedOut;
    ///
    /// let timed_out = TimedOut::new(Duration::from_secs(5));
    /// assert_eq!(std::io::Error::from(timed_out).kind(), std::io::ErrorKind::TimedOut);
    /// ```
    #[must_use]
    pub const fn new(after: Duration) -> Self {
        Self { after }
    }

    /// Returns how long the attempt was allowed to take.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::TimedOut;
    ///
    /// assert_eq!(TimedOut::new(Duration::from_secs(5)).after(), Duration::from_secs(5));
    /// ```
    #[must_use]
    pub const fn after(&self) -> Duration {
        self.after
    }
}

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.after.is_zero() {
            return f.write_str("the deadline left no time for the attempt");
        }
        write!(f, "the attempt timed out after {}", Words(self.after))
    }
}

impl Error for TimedOut {}

impl From<TimedOut> for io::Error {
    fn from(timed_out: TimedOut) -> Self {
        Self::new(io::ErrorKind::TimedOut, timed_out)
    }
}

/// The status that a client gives a call which took too long, for one version of `tonic`.
#[cfg(feature = "any-tonic")]
macro_rules! into_status_of {
    ($tonic:ident) => {
        impl From<TimedOut> for $tonic::Status {
            fn from(timed_out: TimedOut) -> Self {
                let mut status = Self::deadline_exceeded(timed_out.to_string());
                status.set_source(std::sync::Arc::new(timed_out));
                status
            }
        }
    };
}

#[cfg(feature = "tonic")]
into_status_of!(tonic);
#[cfg(feature = "tonic-0_13")]
into_status_of!(tonic_0_13);
