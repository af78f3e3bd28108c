//! The operators' switches: the retries of the process, or those of one function by its name.
//!
//! A decision reads one atomic. Only if it is not zero does a decision look further.

use std::sync::atomic::{AtomicU8, Ordering};

/// All retries are off.
const DISABLED: u8 = 1;
/// Overrides by name may apply.
pub(super) const NAMED: u8 = 2;

/// Begins with `NAMED`, because the overrides in the environment are still to be read.
static SWITCH: AtomicU8 = AtomicU8::new(NAMED);

/// Turns the retries of this process off, or on again.
///
/// Operators use it when retries do more harm than good. While retries are off, calls that obey return every failure
/// at once; the reason is [`StopReason::Disabled`](crate::StopReason::Disabled). A wait that has begun
/// goes on. Calls read the switch only after a failure.
///
/// The switch reaches into the libraries of the program, so it leaves alone the loops that are to run as
/// long as the program: policies with neither a retry limit nor a deadline, and those with
/// [`switch = ignore`](crate::Switch).
///
/// To switch off a single function, see [`override_by_name`](crate::override_by_name).
///
/// ```
/// retry_kit::set_enabled(false);
/// assert!(!retry_kit::is_enabled());
/// retry_kit::set_enabled(true);
/// ```
pub fn set_enabled(enabled: bool) {
    set(DISABLED, !enabled);
}

/// Tells whether retries are on in this process, see [`set_enabled`].
///
/// ```
/// assert!(retry_kit::is_enabled());
/// ```
#[inline]
#[must_use]
pub fn is_enabled() -> bool {
    SWITCH.load(Ordering::Relaxed) & DISABLED == 0
}

/// Whether retries are on, and no override can apply.
#[inline]
pub(super) fn is_untouched() -> bool {
    SWITCH.load(Ordering::Relaxed) == 0
}

/// Whether an override may apply.
#[inline]
pub(super) fn has_names() -> bool {
    SWITCH.load(Ordering::Relaxed) & NAMED != 0
}

/// Says whether overrides may apply.
pub(super) fn set_names(are_there: bool) {
    set(NAMED, are_there);
}

fn set(bit: u8, is_set: bool) {
    if is_set {
        SWITCH.fetch_or(bit, Ordering::Relaxed);
    } else {
        SWITCH.fetch_and(!bit, Ordering::Relaxed);
    }
}
