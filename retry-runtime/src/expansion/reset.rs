//! The value of `reset_after = …`.

use core::time::Duration;

use crate::call::{Resetting, ThreadClock};

/// The types that `reset_after = …` accepts.
#[diagnostic::on_unimplemented(
    message = "`reset_after` takes a `Duration` or an `Option<Duration>`, not `{Self}`",
    label = "not a duration"
)]
pub trait ResetAfter {
    /// The length of an attempt that resets the count, if there is one.
    fn reset_after(self) -> Option<Duration>;
}

#[diagnostic::do_not_recommend]
impl ResetAfter for Duration {
    #[inline]
    fn reset_after(self) -> Option<Duration> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl ResetAfter for Option<Duration> {
    #[inline]
    fn reset_after(self) -> Option<Duration> {
        self
    }
}

/// Resets the count after an attempt of this length.
#[inline]
pub fn resetting<P>(progress: P, after: impl ResetAfter) -> Resetting<P> {
    Resetting::new(progress, after.reset_after())
}

/// The same for a call that blocks its thread.
#[inline]
pub fn resetting_blocking<P>(progress: P, after: impl ResetAfter) -> Resetting<P, ThreadClock> {
    Resetting::new_blocking(progress, after.reset_after())
}
