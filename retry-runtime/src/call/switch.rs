//! The operator's switch: turns the retries of the whole process on or off.

use std::sync::atomic::{AtomicBool, Ordering};

static ENABLED: AtomicBool = AtomicBool::new(true);

/// Turns all retries of this process off, or on again.
///
/// Operators use it when retries do more harm than good. While retries are off, every failure is returned
/// at once; its reason is [`StopReason::Disabled`](crate::StopReason::Disabled). A wait that has begun
/// goes on. Calls read the switch only after a failure.
///
/// ```
/// retry_kit::set_enabled(false);
/// assert!(!retry_kit::is_enabled());
/// retry_kit::set_enabled(true);
/// ```
pub fn set_enabled(enabled: bool) {
    ENABLED.store(enabled, Ordering::Relaxed);
}

/// Tells whether retries are on in this process, see [`set_enabled`].
///
/// ```
/// assert!(retry_kit::is_enabled());
/// ```
#[inline]
#[must_use]
pub fn is_enabled() -> bool {
    ENABLED.load(Ordering::Relaxed)
}
