//! The running attempt, as its body sees it.

use core::fmt;
use core::time::Duration;

use super::clock::Instant;
use super::decide::is_last;
use super::previous::Previous;

/// Describes the running attempt; `attempt = name` binds it in the body.
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
/// In your own tests, make one with [`testing::attempt`](crate::testing::attempt).
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    pub(super) number: u32,
    pub(super) retry_limit: Option<u32>,
    pub(super) obeys_the_switch: bool,
    pub(super) started: Instant,
    /// The clock that `started` was read from.
    pub(super) now: fn() -> Instant,
    pub(super) previous: Option<&'a Previous>,
}

impl<'a> Attempt<'a> {
    /// The same attempt after this failure.
    #[inline]
    pub(crate) fn after(self, previous: Option<&'a Previous>) -> Self {
        Self { previous, ..self }
    }

    /// Returns the number of the attempt, from 1.
    ///
    /// ```
    /// assert_eq!(retry_kit::testing::attempt(2, None).number(), 2);
    /// ```
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Tells whether the retry limit allows no retry after this attempt. A deadline, a budget or
    /// [`Nested::Once`](crate::Nested::Once) may still make an earlier attempt the last.
    ///
    /// ```
    /// assert!(retry_kit::testing::attempt(4, Some(3)).is_last());
    /// ```
    #[must_use]
    pub fn is_last(&self) -> bool {
        is_last(self.retry_limit, self.obeys_the_switch, self.number.saturating_sub(1))
    }

    /// Returns the time since the call began, including earlier attempts and waits.
    ///
    /// ```
    /// let attempt = retry_kit::testing::attempt(1, None);
    /// assert!(attempt.elapsed() < std::time::Duration::from_secs(60));
    /// ```
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        (self.now)().saturating_duration_since(self.started)
    }

    /// Returns the class and the text of the failure before this attempt; `None` for the first attempt.
    ///
    /// It lives as long as the call, not longer: clone it to keep it.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, testing};
    ///
    /// let previous = testing::previous(ErrorClass::Transient, "connection reset");
    /// let attempt = testing::attempt_after(&previous, 2, None);
    /// assert_eq!(attempt.previous(), Some(&previous));
    /// assert_eq!(testing::attempt(1, None).previous(), None);
    /// ```
    #[must_use]
    pub fn previous(&self) -> Option<&'a Previous> {
        self.previous
    }
}

impl fmt::Debug for Attempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("number", &self.number)
            .field("is_last", &self.is_last())
            .field("elapsed", &self.elapsed())
            .field("previous", &self.previous)
            .finish_non_exhaustive()
    }
}
