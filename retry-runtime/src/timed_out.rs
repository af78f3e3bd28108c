//! What becomes of an attempt that takes longer than its `timeout`.

use core::error::Error;
use core::fmt;
use core::time::Duration;
use std::io;

use crate::classify::{Classify, ErrorClass};
use crate::time::Words;

/// An attempt was dropped because its time was up: `timeout = …`, or what was left of the deadline.
///
/// An attempt that times out fails with `E::from(TimedOut)`, which is then classified like any
/// other error. `TimedOut` is transient, and so is what it becomes in a [`std::io::Error`] (of kind
/// [`TimedOut`](io::ErrorKind::TimedOut)), a `Box<dyn Error>`, an `anyhow::Error`, an `HttpError` or a
/// `tonic::Status` (of code `DeadlineExceeded`).
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
    /// An attempt that was dropped after this time.
    #[must_use]
    pub const fn new(after: Duration) -> Self {
        Self { after }
    }

    /// How long the attempt was allowed to take.
    #[must_use]
    pub const fn after(&self) -> Duration {
        self.after
    }
}

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the attempt timed out after {}", Words(self.after))
    }
}

impl Error for TimedOut {}

#[diagnostic::do_not_recommend]
impl Classify for TimedOut {
    fn classify(&self) -> ErrorClass {
        ErrorClass::Transient
    }
}

impl From<TimedOut> for io::Error {
    fn from(timed_out: TimedOut) -> Self {
        Self::new(io::ErrorKind::TimedOut, timed_out)
    }
}

#[cfg(feature = "tonic")]
impl From<TimedOut> for tonic::Status {
    fn from(timed_out: TimedOut) -> Self {
        let mut status = Self::deadline_exceeded(timed_out.to_string());
        status.set_source(std::sync::Arc::new(timed_out));
        status
    }
}

/// The error of an attempt that timed out.
// In place of `From<TimedOut>`, so that its absence is reported in our words.
#[cfg(feature = "decide")]
#[diagnostic::on_unimplemented(
    message = "`timeout` makes a `{Self}` of an attempt that takes too long, and cannot",
    label = "needs `impl From<retry_kit::TimedOut> for {Self}`",
    note = "for `reqwest::Error`, which cannot be made from outside, return `retry_kit::HttpError`",
    note = "`tonic::Status` has it with the feature `tonic` of `retry-kit`, if it is that of tonic 0.14"
)]
pub trait FromTimedOut {
    /// The conversion.
    fn from_timed_out(timed_out: TimedOut) -> Self;
}

#[cfg(feature = "decide")]
#[diagnostic::do_not_recommend]
impl<E: From<TimedOut>> FromTimedOut for E {
    fn from_timed_out(timed_out: TimedOut) -> Self {
        timed_out.into()
    }
}
