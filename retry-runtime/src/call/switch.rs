//! The operator's switch: retries of the whole process, on or off.

use std::sync::atomic::{AtomicBool, Ordering};

static ENABLED: AtomicBool = AtomicBool::new(true);

/// Turns all retries of this process off, or on again.
///
/// A switch for operators, for when retries do more harm than good. While it is off, every failure
/// is returned at once, with [`StopReason::Disabled`](crate::StopReason::Disabled) where anybody
/// asks. A wait that has begun goes on. Read only after a failure.
///
/// ```
/// retry_kit::set_enabled(false);
/// assert!(!retry_kit::is_enabled());
/// retry_kit::set_enabled(true);
/// ```
pub fn set_enabled(enabled: bool) {
    ENABLED.store(enabled, Ordering::Relaxed);
}

/// Whether anything is retried in this process, see [`set_enabled`].
#[inline]
#[must_use]
pub fn is_enabled() -> bool {
    ENABLED.load(Ordering::Relaxed)
}
