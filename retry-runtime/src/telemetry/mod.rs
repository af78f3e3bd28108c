//! Features `tracing` and `metrics`: what is said before each wait, and when a call gives up.

#[cfg(feature = "tracing")]
mod events;
#[cfg(feature = "metrics")]
mod labels;
#[cfg(feature = "metrics")]
mod numbers;
#[cfg(any(feature = "tracing", test))]
mod redaction;
mod shown;

use core::time::Duration;

use self::shown::News;
pub use self::shown::{
    Shown, ShownByDisplay, ShownByType, SourceOfBoxed, SourceOfError, SourceOfNothing, Telling,
    shown,
};
use crate::call::{Clock, StopReason, Wait, Watch};
use crate::policy::RetryPolicy;

/// Tells of a granted wait before it begins.
#[cold]
#[inline(never)]
pub fn tell_retry(
    watch: &Watch<'_, impl Clock>,
    name: &'static str,
    policy: &RetryPolicy,
    cause: Shown<'_>,
    wait: Wait,
) {
    // The retry that was granted is counted already.
    let attempt = watch.attempts().saturating_sub(1);
    let news = news(watch, name, policy, attempt, cause, wait.duration());
    retrying(&news, wait.duration(), wait.is_from_server());
}

/// Tells of the end of a call.
#[cold]
#[inline(never)]
pub fn tell_stop(
    watch: &Watch<'_, impl Clock>,
    name: &'static str,
    policy: &RetryPolicy,
    cause: Shown<'_>,
    reason: StopReason,
) {
    let news = news(watch, name, policy, watch.attempts(), cause, Duration::ZERO);
    gave_up(&news, reason);
}

/// What there is to tell about the failure of this attempt, before this wait.
fn news<'n>(
    watch: &Watch<'_, impl Clock>,
    name: &'static str,
    policy: &RetryPolicy,
    attempt: u32,
    cause: Shown<'n>,
    wait: Duration,
) -> News<'n> {
    let elapsed = watch.elapsed_before(wait);
    News { name, attempt, max: policy.retry_limit(), cause, waited: watch.waited(), elapsed }
}

/// An attempt failed, and after `wait` there will be another.
pub(crate) fn retrying(news: &News<'_>, wait: Duration, from_server: bool) {
    #[cfg(feature = "tracing")]
    events::retrying(news, wait, from_server);
    #[cfg(feature = "metrics")]
    numbers::retrying(news, wait);
    let _ = (news, wait, from_server);
}

/// An attempt failed, and there will be no other.
pub(crate) fn gave_up(news: &News<'_>, reason: StopReason) {
    #[cfg(feature = "tracing")]
    events::gave_up(news, reason);
    #[cfg(feature = "metrics")]
    numbers::gave_up(news, reason);
    let _ = (news, reason);
}

#[cfg(test)]
mod tests;
