//! The attempt that runs, as its body knows it.

use core::time::Duration;

use super::clock::Instant;

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
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    pub(crate) number: u32,
    pub(crate) is_last: bool,
    pub(crate) started: Instant,
}

impl Attempt {
    /// Its number, from 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Whether no retry is left after it. A deadline or a budget may make an earlier one the last,
    /// which nobody knows beforehand.
    #[must_use]
    pub fn is_last(&self) -> bool {
        self.is_last
    }

    /// The time since the call began, earlier attempts and waits included.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}
