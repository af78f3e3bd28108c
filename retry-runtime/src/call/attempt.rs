//! The attempt that runs, as its body knows it.

use core::fmt;
use core::time::Duration;

use super::clock::Instant;
use super::decide::is_last;

/// The attempt that runs: what `attempt = name` binds in the body.
///
/// ```
/// use retry_kit::retry;
///
/// #[retry(max = 2, attempt = attempt)]
/// async fn fetch() -> std::io::Result<String> {
///     let mirror = if attempt.is_last() { "origin" } else { "cache" };
///     Ok(format!("attempt {} from the {mirror}", attempt.number()))
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// assert_eq!(fetch().await.unwrap(), "attempt 1 from the cache");
/// # }
/// ```
///
/// A test of your own makes one with [`testing::attempt`](crate::testing::attempt).
#[derive(Clone, Copy)]
pub struct Attempt {
    pub(super) number: u32,
    pub(super) retry_limit: Option<u32>,
    pub(super) started: Instant,
    /// The clock that `started` was read from.
    pub(super) now: fn() -> Instant,
}

impl Attempt {
    /// Its number, from 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Whether no retry is left after it. A deadline or a budget may still make an earlier attempt
    /// the last.
    #[must_use]
    pub fn is_last(&self) -> bool {
        is_last(self.retry_limit, self.number.saturating_sub(1))
    }

    /// The time since the call began, earlier attempts and waits included.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        (self.now)().saturating_duration_since(self.started)
    }
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("number", &self.number)
            .field("is_last", &self.is_last())
            .field("elapsed", &self.elapsed())
            .finish_non_exhaustive()
    }
}
