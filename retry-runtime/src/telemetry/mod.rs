//! Features `tracing` and `metrics`: reports each wait before it begins, and the end of each call.

#[cfg(feature = "tracing")]
mod events;
#[cfg(feature = "metrics")]
mod labels;
#[cfg(feature = "metrics")]
mod numbers;
mod redaction;
mod shown;
mod spans;
mod text;

use core::time::Duration;

use self::shown::News;
pub use self::shown::{
    Shown, ShownByDisplay, ShownByType, SourceOfBoxed, SourceOfError, SourceOfNothing, Telling,
    shown,
};
pub use self::spans::{Spanned, in_span, spanned, unspanned};
pub use self::text::remember;
#[cfg(feature = "middleware")]
pub(crate) use self::text::write_shown;
use crate::call::{Clock, Name, Progressing, StopReason, TimedOut, Wait, Watch};
use crate::policy::RetryPolicy;

/// Reports a granted wait before it begins.
#[cold]
#[inline(never)]
pub fn tell_retry(
    watch: &Watch<'_, impl Clock>,
    name: &'static str,
    policy: &RetryPolicy,
    cause: Shown<'_>,
    wait: Wait,
) {
    // The granted retry is already counted.
    let attempt = watch.attempts().saturating_sub(1);
    let news = news(watch, name, policy, attempt, cause, wait.duration());
    retrying(&news, wait.duration(), wait.is_from_server());
}

/// Reports a call that gives up.
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

/// Reports a call that gives up because its deadline comes before the end of a pause.
#[cold]
#[inline(never)]
pub fn tell_late(
    watch: &Watch<'_, impl Clock>,
    name: &'static str,
    policy: &RetryPolicy,
    timed_out: TimedOut,
) {
    let cause = Shown::Display(&timed_out);
    gave_up(
        &news(watch, name, policy, watch.retries(), cause, Duration::ZERO),
        StopReason::Deadline,
    );
}

/// Reports a wait for a pause before it begins.
#[inline]
pub(crate) fn tell_paused(name: &'static str, wait: Wait) {
    #[cfg(feature = "tracing")]
    events::paused(name, wait.duration());
    let _ = (name, wait);
}

/// Reports a call that succeeded.
#[inline]
pub fn tell_success(watch: &Watch<'_, impl Clock>, name: Name) {
    if watch.retries() > 0 {
        tell_recovery(watch, name);
    } else {
        #[cfg(feature = "metrics")]
        numbers::first(name.get());
    }
}

#[cold]
#[inline(never)]
fn tell_recovery(watch: &Watch<'_, impl Clock>, name: Name) {
    let (name, attempts) = (name.get(), watch.attempts());
    #[cfg(feature = "tracing")]
    events::recovered(name, attempts, watch.waited(), watch.elapsed_before(Duration::ZERO));
    #[cfg(feature = "metrics")]
    numbers::recovered(name);
    let _ = (name, attempts);
}

/// Collects the news of this attempt's failure, before this wait.
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

/// Reports a failed attempt that is retried after `wait`.
pub(crate) fn retrying(news: &News<'_>, wait: Duration, from_server: bool) {
    #[cfg(feature = "tracing")]
    events::retrying(news, wait, from_server);
    #[cfg(feature = "metrics")]
    numbers::retrying(news, wait);
    let _ = (news, wait, from_server);
}

/// Reports a failed attempt that is the last.
pub(crate) fn gave_up(news: &News<'_>, reason: StopReason) {
    #[cfg(feature = "tracing")]
    events::gave_up(news, reason);
    #[cfg(feature = "metrics")]
    numbers::gave_up(news, reason);
    let _ = (news, reason);
}

#[cfg(test)]
mod tests;
