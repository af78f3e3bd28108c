//! Features `tracing` and `metrics`: reports each wait before it begins, and the end of each call.

#[cfg(feature = "tracing")]
mod events;
mod handwritten;
#[cfg(feature = "metrics")]
mod labels;
#[cfg(feature = "metrics")]
mod numbers;
mod redaction;
mod shown;
#[cfg(feature = "tracing")]
mod sites;
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
use crate::call::{
    Clock, Lends, Name, Progressing, RetryBudget, StopReason, TimedOut, Wait, Watch,
};
use crate::policy::{Log, RetryPolicy};

/// Reports a granted wait before it begins.
#[cold]
#[inline(never)]
pub fn tell_retry(
    watch: &Watch<impl Lends<RetryBudget>, impl Clock>,
    name: &'static str,
    target: Option<&'static str>,
    policy: &RetryPolicy,
    cause: Shown<'_>,
    wait: Wait,
) {
    // The granted retry is already counted.
    let attempt = watch.attempts().saturating_sub(1);
    let news = news(watch, (name, target), policy, attempt, cause, wait.duration());
    retrying(&news, wait.duration(), wait.is_from_server());
}

/// Reports a call that gives up.
#[cold]
#[inline(never)]
pub fn tell_stop(
    watch: &Watch<impl Lends<RetryBudget>, impl Clock>,
    name: &'static str,
    target: Option<&'static str>,
    policy: &RetryPolicy,
    cause: Shown<'_>,
    reason: StopReason,
) {
    let news = news(watch, (name, target), policy, watch.attempts(), cause, Duration::ZERO);
    gave_up(&news, reason);
}

/// Reports a call that gives up because its deadline comes before the end of a pause.
#[cold]
#[inline(never)]
pub fn tell_late(
    watch: &Watch<impl Lends<RetryBudget>, impl Clock>,
    name: &'static str,
    target: Option<&'static str>,
    policy: &RetryPolicy,
    timed_out: TimedOut,
) {
    let cause = Shown::Display(&timed_out);
    gave_up(
        &news(watch, (name, target), policy, watch.retries(), cause, Duration::ZERO),
        StopReason::Deadline,
    );
}

/// Reports a wait for a pause before it begins.
#[inline]
pub(crate) fn tell_paused(
    name: &'static str,
    target: Option<&'static str>,
    policy: &RetryPolicy,
    wait: Wait,
) {
    #[cfg(feature = "tracing")]
    events::paused((name, target_of(name, target)), policy.get_log(), wait.duration());
    let _ = (name, target, policy, wait);
}

/// Reports a call that succeeded.
#[inline]
pub fn tell_success(
    watch: &Watch<impl Lends<RetryBudget>, impl Clock>,
    name: Name,
    target: Option<&'static str>,
    policy: &RetryPolicy,
) {
    if watch.retries() > 0 {
        tell_recovery(watch, name, target, policy.get_log());
    } else {
        #[cfg(feature = "metrics")]
        numbers::first(name.get());
    }
}

#[cold]
#[inline(never)]
fn tell_recovery(
    watch: &Watch<impl Lends<RetryBudget>, impl Clock>,
    name: Name,
    target: Option<&'static str>,
    log: Log,
) {
    let elapsed = watch.elapsed_before(Duration::ZERO);
    recovered((name.get(), target), log, watch.attempts(), watch.waited(), elapsed);
}

/// Reports a call that succeeded after retries.
fn recovered(
    (name, target): (&'static str, Option<&'static str>),
    log: Log,
    attempts: u32,
    waited: Duration,
    elapsed: Option<Duration>,
) {
    #[cfg(feature = "tracing")]
    events::recovered((name, target_of(name, target)), log, attempts, waited, elapsed);
    #[cfg(feature = "metrics")]
    numbers::recovered(name);
    let _ = (name, target, log, attempts, waited, elapsed);
}

/// Reports a call that succeeded at its first attempt.
fn succeeded_at_once(name: &'static str) {
    #[cfg(feature = "metrics")]
    numbers::first(name);
    let _ = name;
}

/// Collects the news of this attempt's failure, before this wait.
fn news<'n>(
    watch: &Watch<impl Lends<RetryBudget>, impl Clock>,
    (name, target): (&'static str, Option<&'static str>),
    policy: &RetryPolicy,
    attempt: u32,
    cause: Shown<'n>,
    wait: Duration,
) -> News<'n> {
    let elapsed = watch.elapsed_before(wait);
    let target = target_of(name, target);
    let (log, max) = (policy.get_log(), policy.retry_limit());
    News { name, target, log, attempt, max, cause, waited: watch.waited(), elapsed }
}

/// The target of events: the one that was chosen, or the module in the name, as for the events of the module
/// itself.
pub(crate) fn target_of(name: &'static str, chosen: Option<&'static str>) -> &'static str {
    let module = || name.rsplit_once("::").map(|(module, _)| module);
    chosen.or_else(module).unwrap_or("retry_kit")
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
