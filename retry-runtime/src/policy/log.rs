//! The level of the events of a policy.

/// Chooses the level of the events about retries, with the feature `tracing`; metrics stay.
///
/// A call that retries is no error: it may still succeed. Nor is one that gives up, because its caller gets
/// the error and knows whether that matters. So both events have this level.
///
/// ```
/// use retry_kit::{Log, RetryPolicy};
///
/// // A library stays quiet unless its user asks for more.
/// const OURS: RetryPolicy = RetryPolicy::new().log(Log::Debug);
/// assert_eq!(OURS.get_log(), Log::Debug);
/// assert_eq!(RetryPolicy::DEFAULT.get_log(), Log::Warn);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[non_exhaustive]
pub enum Log {
    /// No events.
    Off,
    /// Events of the level DEBUG.
    Debug,
    /// Events of the level INFO.
    Info,
    /// Events of the level WARN.
    #[default]
    Warn,
}
