//! The one decision after a failure: wait this long, or stop for this reason.
//!
//! The attribute, the function form and any loop written by hand around
//! [`RetryState`](super::RetryState) come here.

use core::time::Duration;

use super::decision::{Decision, StopReason};
use super::draw::{decorrelated, short_spread, spread, up_to};
use super::observer::observer;
use super::progress::{Limits, Progress};
use super::random::Source;
use super::switch::is_enabled;
use super::wait::Wait;
use crate::policy::duration::from_nanos;
use crate::policy::{ErrorClass, RetryPolicy};

/// Whether no retry can follow after so many, whatever happens.
pub(crate) fn is_last(policy: &RetryPolicy, retries: u32) -> bool {
    match observer() {
        None => !is_enabled() || policy.is_exhausted(retries),
        Some(observer) => (observer.is_last)(policy, retries),
    }
}

/// Decides on the failure of one attempt, as the tests of this thread may want it.
#[inline]
pub(crate) fn decide(
    policy: &RetryPolicy,
    progress: &mut Progress,
    class: ErrorClass,
    limits: Limits<'_>,
) -> Decision {
    match observer() {
        None => choose(policy, progress, class, limits, Source::Thread),
        Some(observer) => (observer.decide)(policy, progress, class, limits),
    }
}

/// The order of SPEC 4.12, and the retry counted if there is one. Draws a random number only for a
/// wait that the limit allows (SPEC 4.5), and takes from the budget last, so that nothing is taken
/// in vain.
pub(super) fn choose(
    policy: &RetryPolicy,
    progress: &mut Progress,
    class: ErrorClass,
    limits: Limits<'_>,
    mut random: Source<'_>,
) -> Decision {
    let hint = match class {
        ErrorClass::Transient => None,
        ErrorClass::Throttled { retry_after } => retry_after,
        ErrorClass::Status { code, retry_after } if policy.status.contains(code) => retry_after,
        ErrorClass::Status { .. } | ErrorClass::Permanent => {
            return Decision::Stop(StopReason::Permanent);
        }
    };
    if limits.disabled || !is_enabled() {
        return Decision::Stop(StopReason::Disabled);
    }
    if policy.is_exhausted(progress.retries) {
        return Decision::Stop(StopReason::Exhausted);
    }
    let wait = match hint.and_then(|hint| obeyed(policy, hint, &mut random)) {
        Some(wait) => wait,
        None => Wait::new(backoff(policy, progress, &mut random), false),
    };
    if limits.elapsed.is_some() || limits.budget.is_some() {
        if let Some(reason) = refused(policy, progress, class, limits, wait) {
            return Decision::Stop(reason);
        }
    }
    progress.retries = progress.retries.saturating_add(1);
    Decision::Retry(wait)
}

/// The wait that a server asked for, unless that is none: a hint of zero, or cut to zero, would make
/// a loop without waits.
#[cold]
#[inline(never)]
fn obeyed(policy: &RetryPolicy, hint: Duration, random: &mut Source<'_>) -> Option<Wait> {
    let (wait, spread) = policy.obey(hint);
    (wait > 0).then(|| Wait::new(from_nanos(wait + up_to(spread, random)), true))
}

/// Why this wait cannot be granted, if the deadline or the budget forbids it.
#[cold]
#[inline(never)]
fn refused(
    policy: &RetryPolicy,
    progress: &mut Progress,
    class: ErrorClass,
    limits: Limits<'_>,
    wait: Wait,
) -> Option<StopReason> {
    if let (Some(deadline), Some(elapsed)) = (policy.time_limit(), limits.elapsed) {
        if elapsed.saturating_add(wait.duration()) >= deadline {
            return Some(StopReason::Deadline);
        }
    }
    if let Some(budget) = limits.budget {
        match budget.take(class) {
            Some(cost) => progress.cost = cost,
            None => return Some(StopReason::Budget),
        }
    }
    None
}

#[inline]
fn backoff(policy: &RetryPolicy, progress: &mut Progress, random: &mut Source<'_>) -> Duration {
    match policy.short_backoff(progress.retries) {
        Some(backoff) => {
            Duration::from_nanos(short_spread(policy.effective_jitter(), backoff, random))
        }
        None => rare_backoff(policy, progress, random),
    }
}

#[cold]
#[inline(never)]
fn rare_backoff(
    policy: &RetryPolicy,
    progress: &mut Progress,
    random: &mut Source<'_>,
) -> Duration {
    if !policy.is_decorrelated() {
        let backoff = policy.longest_backoff(progress.retries);
        return from_nanos(spread(policy.effective_jitter(), backoff, random));
    }
    let base = policy.base_nanos();
    let previous = progress.previous.map_or(base, |previous| previous.as_nanos());
    let wait = from_nanos(decorrelated(base, previous, policy.cap_nanos(), random));
    progress.previous = Some(wait);
    wait
}
