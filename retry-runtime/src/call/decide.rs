//! The one decision after a failure: wait this long, or stop for this reason.
//!
//! The attribute, the function form and [`RetryState`](super::RetryState) all call it.

use core::time::Duration;

use super::decision::{Decision, StopReason};
use super::observer::{is_guarded, observer};
use super::overrides::{Overridden, overridden};
use super::progress::{Circumstances, Progress};
use super::random::{Random, SeededRandom, Source, ready_within};
use super::scope;
use super::switch::{has_names, is_enabled, is_untouched};
use super::wait::Wait;
use crate::policy::growth::Bounds;
use crate::policy::hint::Hinted;
use crate::policy::range::Range;
use crate::policy::schedule::Schedule;
use crate::policy::{ErrorClass, RetryPolicy};

/// Whether the switch or the retry limit forbids another retry after `retries` of them.
pub(crate) fn is_last(retry_limit: Option<u32>, obeys_the_switch: bool, retries: u32) -> bool {
    let retry_limit = match observer() {
        None => retry_limit,
        Some(observer) => (observer.retry_limit)(retry_limit, obeys_the_switch),
    };
    (obeys_the_switch && !is_enabled()) || retry_limit.is_some_and(|limit| retries >= limit)
}

/// The fast path: decides on a transient or unsent failure if the policy has a plan and nothing but the
/// retry limit can end the call. Otherwise `None`; then ask [`unplanned_wait`] or [`decide`].
#[inline]
pub(crate) fn planned_wait(
    policy: &RetryPolicy,
    retries: u32,
    class: ErrorClass,
) -> Option<Result<Wait, StopReason>> {
    if !policy.has_plan() {
        return None;
    }
    ordinary_wait(policy, retries, class, RetryPolicy::planned_range)
}

/// [`planned_wait`] for a policy without a plan, if its backoff depends only on the number of retries.
#[inline]
pub(crate) fn unplanned_wait(
    policy: &RetryPolicy,
    retries: u32,
    class: ErrorClass,
) -> Option<Result<Wait, StopReason>> {
    if policy.is_decorrelated() || !policy.repeats_all() || policy.is_once_inside() {
        return None;
    }
    ordinary_wait(policy, retries, class, |policy, retries| {
        Some(policy.range(Schedule::Ordinary, retries))
    })
}

#[inline]
fn ordinary_wait(
    policy: &RetryPolicy,
    retries: u32,
    class: ErrorClass,
    range: impl FnOnce(&RetryPolicy, u32) -> Option<Range>,
) -> Option<Result<Wait, StopReason>> {
    if !is_plain(class) || is_guarded() || !is_untouched() || scope::has_end() {
        return None;
    }
    if policy.is_exhausted(retries) {
        return Some(Err(StopReason::Exhausted));
    }
    let wait = ready_within(range(policy, retries)?)?;
    Some(Ok(Wait::of_backoff(wait)))
}

/// Decides after a failed attempt, or lets the test guard of this thread decide. Random numbers come from
/// `seeded` if given, otherwise from the thread.
#[inline]
pub(crate) fn decide(
    policy: &RetryPolicy,
    progress: &mut Progress,
    class: ErrorClass,
    circumstances: Circumstances<'_>,
    seeded: Option<&mut SeededRandom>,
) -> Decision {
    if has_names() {
        return decide_by_name(policy, progress, class, circumstances, seeded);
    }
    decide_here(policy, progress, class, circumstances, seeded)
}

/// [`decide`] where an override may apply.
#[cold]
#[inline(never)]
fn decide_by_name(
    policy: &RetryPolicy,
    progress: &mut Progress,
    class: ErrorClass,
    circumstances: Circumstances<'_>,
    seeded: Option<&mut SeededRandom>,
) -> Decision {
    let (policy, disabled) = match overridden(policy, || circumstances.name.get()) {
        None => (*policy, circumstances.disabled),
        Some(Overridden::Policy(policy)) => (policy, circumstances.disabled),
        Some(Overridden::Off) => (*policy, true),
    };
    let circumstances = Circumstances { disabled, ..circumstances };
    decide_here(&policy, progress, class, circumstances, seeded)
}

/// [`decide`] without the overrides by name.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a decorrelated decision would cost a tenth more")]
fn decide_here(
    policy: &RetryPolicy,
    progress: &mut Progress,
    class: ErrorClass,
    circumstances: Circumstances<'_>,
    seeded: Option<&mut SeededRandom>,
) -> Decision {
    if let Some(observer) = observer() {
        return (observer.decide)(policy, progress, class, circumstances, seeded);
    }
    let mut random = seeded.map_or(Source::Thread, Source::Seeded);
    wait_or_stop(policy, progress, class, circumstances, &mut random)
}

/// Decides in the order of SPEC 4.12, and counts a granted retry. Draws a random number only if the retry
/// limit allows the wait (SPEC 4.5). Takes from the budget last, so that nothing is taken in vain.
#[inline(always)]
#[expect(clippy::inline_always, reason = "see `decide_here`")]
pub(super) fn wait_or_stop(
    policy: &RetryPolicy,
    progress: &mut Progress,
    class: ErrorClass,
    circumstances: Circumstances<'_>,
    random: &mut Source<'_>,
) -> Decision {
    let hint = match class {
        class if is_plain(class) && policy.repeats_all() => None,
        class => match hint_of(policy, class) {
            Ok(hint) => hint,
            Err(StopReason::NotRepeatable) => {
                return Decision::Stop(without_repeat(policy, progress, circumstances));
            }
            Err(reason) => return Decision::Stop(reason),
        },
    };
    if let Some(reason) = forbidden(policy, progress, circumstances) {
        return Decision::Stop(reason);
    }
    let previous = progress.previous;
    let asked = match hint {
        Some(hint) => obeyed(policy, hint, random),
        None => Ok(None),
    };
    let mut wait = match asked {
        Ok(Some(wait)) => wait,
        Ok(None) => Wait::of_backoff(backoff(policy, schedule_after(class), progress, random)),
        Err(reason) => return Decision::Stop(reason),
    };
    if circumstances.elapsed.is_some()
        || circumstances.budget.is_some()
        || circumstances.pause > 0
        || scope::has_end()
    {
        match settled(policy, class, circumstances, wait, random) {
            Ok(longer) => wait = longer,
            Err(reason) => {
                // The next backoff must not grow from a refused wait.
                progress.previous = previous;
                return Decision::Stop(reason);
            }
        }
    }
    progress.retries = progress.retries.saturating_add(1);
    Decision::Retry(wait)
}

/// Why there is no retry after any failure that the policy retries.
#[inline(always)]
#[expect(clippy::inline_always, reason = "see `decide_here`")]
fn forbidden(
    policy: &RetryPolicy,
    progress: &Progress,
    circumstances: Circumstances<'_>,
) -> Option<StopReason> {
    if circumstances.disabled || (!is_enabled() && policy.obeys_the_switch()) {
        return Some(StopReason::Disabled);
    }
    if scope::is_nested(policy) {
        return Some(StopReason::Nested);
    }
    policy.is_exhausted(progress.retries).then_some(StopReason::Exhausted)
}

/// Why there is no retry of a request that cannot be repeated. That is the reason only if a request that can be
/// would have been retried: otherwise a body that can be cloned would change nothing.
#[cold]
#[inline(never)]
fn without_repeat(
    policy: &RetryPolicy,
    progress: &Progress,
    circumstances: Circumstances<'_>,
) -> StopReason {
    forbidden(policy, progress, circumstances).unwrap_or(StopReason::NotRepeatable)
}

/// The wait after a failure that would end the call, if nothing may end it: that of [`wait_or_stop`] without its
/// limits. Counts as a retry.
#[cold]
pub(super) fn insist(policy: &RetryPolicy, progress: &mut Progress, class: ErrorClass) -> Wait {
    let random = &mut Source::Thread;
    let hint = match class {
        ErrorClass::Throttled { retry_after } | ErrorClass::Status { retry_after, .. } => {
            retry_after
        }
        ErrorClass::Transient | ErrorClass::Unsent | ErrorClass::Permanent => None,
    };
    let asked = hint.and_then(|hint| obeyed(policy, hint, random).ok().flatten());
    let wait = asked.unwrap_or_else(|| {
        Wait::of_backoff(backoff(policy, schedule_after(class), progress, random))
    });
    progress.retries = progress.retries.saturating_add(1);
    wait
}

/// Whether every policy retries the class, unless it repeats only unsent requests.
#[inline]
fn is_plain(class: ErrorClass) -> bool {
    matches!(class, ErrorClass::Transient | ErrorClass::Unsent)
}

/// The hint of a failure, if the policy retries it.
#[cold]
#[inline(never)]
fn hint_of(policy: &RetryPolicy, class: ErrorClass) -> Result<Option<Duration>, StopReason> {
    let hint = match class {
        ErrorClass::Unsent if policy.is_without_repeat() => {
            return Err(StopReason::NotRepeatable);
        }
        ErrorClass::Unsent => return Ok(None),
        ErrorClass::Transient => None,
        ErrorClass::Throttled { retry_after } => retry_after,
        ErrorClass::Status { code, retry_after } if policy.retries_status(code, retry_after) => {
            retry_after
        }
        ErrorClass::Status { .. } | ErrorClass::Permanent => return Err(StopReason::Permanent),
    };
    if policy.is_for_unsent() {
        Err(StopReason::MayBeProcessed)
    } else if policy.is_without_repeat() {
        Err(StopReason::NotRepeatable)
    } else {
        Ok(hint)
    }
}

/// The wait that a server hint asks for, if any.
#[cold]
#[inline(never)]
fn obeyed(
    policy: &RetryPolicy,
    hint: Duration,
    random: &mut Source<'_>,
) -> Result<Option<Wait>, StopReason> {
    match policy.hinted(hint) {
        Hinted::Nothing => Ok(None),
        Hinted::Wait(range) => Ok(Some(Wait::of_server(random.within(range)))),
        Hinted::TooLong => Err(StopReason::HintTooLong),
    }
}

/// The wait, or the longer one for the pause, unless the deadline or the budget refuses it.
#[cold]
#[inline(never)]
fn settled(
    policy: &RetryPolicy,
    class: ErrorClass,
    circumstances: Circumstances<'_>,
    wait: Wait,
    random: &mut Source<'_>,
) -> Result<Wait, StopReason> {
    let wait = match circumstances.pause {
        0 => wait,
        left => wait.or_longer(random.within(policy.after_pause(left))),
    };
    if is_late(policy, circumstances.elapsed, wait) {
        return Err(StopReason::Deadline);
    }
    if let Some(budget) = circumstances.budget {
        if !budget.take(class) {
            return Err(StopReason::Budget);
        }
    }
    Ok(wait)
}

/// Whether a wait would reach the deadline, or the end of the attempt around the call.
pub(super) fn is_late(policy: &RetryPolicy, elapsed: Option<Duration>, wait: Wait) -> bool {
    if let (Some(deadline), Some(elapsed)) = (policy.get_deadline(), elapsed) {
        if elapsed.saturating_add(wait.duration()) >= deadline {
            return true;
        }
    }
    scope::remaining().is_some_and(|left| left <= wait.duration())
}

/// The schedule that gives the wait after a failure of this class, unless a hint does.
// SPEC 4.16.1
#[inline]
fn schedule_after(class: ErrorClass) -> Schedule {
    if class.is_throttled() { Schedule::Throttled } else { Schedule::Ordinary }
}

#[inline]
fn backoff(
    policy: &RetryPolicy,
    schedule: Schedule,
    progress: &mut Progress,
    random: &mut Source<'_>,
) -> u64 {
    if policy.is_decorrelated() {
        return decorrelated(policy, schedule, progress, random);
    }
    random.within(policy.range(schedule, progress.retries))
}

/// `min(cap, U[base, factor·previous])`.
#[inline]
fn decorrelated(
    policy: &RetryPolicy,
    schedule: Schedule,
    progress: &mut Progress,
    random: &mut Source<'_>,
) -> u64 {
    let Bounds { base, cap } = policy.bounds(schedule);
    if base >= cap {
        return cap;
    }
    let previous = progress.previous.max(base);
    let longest = if policy.is_tripling() {
        previous.saturating_mul(3)
    } else {
        longest_decorrelated(policy, previous, base, progress.retries)
    };
    let wait = random.within(Range { shortest: base, longest }).min(cap);
    progress.previous = wait;
    wait
}

/// `factor·previous`, and no more than the schedule can reach.
#[cold]
#[inline(never)]
fn longest_decorrelated(policy: &RetryPolicy, previous: u64, base: u64, retries: u32) -> u64 {
    let longest = policy.factor_of_growth().grow(previous, 1, u64::MAX);
    // SPEC 4.16.3: the last backoff may be one that this schedule could not have reached. SPEC 4.3.1: or one that
    // was rounded differently.
    let uncapped = Bounds { base, cap: u64::MAX };
    longest.min(policy.longest_backoff(uncapped, retries))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::random::SeededRandom;
    use crate::policy::Backoff;

    fn drawn(base: u64, previous: u64, cap: u64, random: &mut SeededRandom) -> u64 {
        let policy = RetryPolicy::new()
            .backoff(Backoff::Decorrelated)
            .base_delay(Duration::from_nanos(base))
            .max_delay(Duration::from_nanos(cap));
        let mut progress = Progress { previous, ..Progress::START };
        backoff(&policy, Schedule::Ordinary, &mut progress, &mut Source::Seeded(random))
    }

    // SPEC 4.2
    #[test]
    fn decorrelated_backoff_is_uniform_between_base_and_three_times_the_last() {
        const SECOND: u64 = 1_000_000_000;
        let mut random = SeededRandom::new(3);
        let (mut sum, draws) = (0, 100_000);
        for _ in 0..draws {
            let wait = drawn(SECOND, 2 * SECOND, 60 * SECOND, &mut random);
            assert!((SECOND..=6 * SECOND).contains(&wait), "{wait}");
            sum += wait;
        }
        let mean = sum / draws;
        assert!(mean.abs_diff(3_500_000_000) < 35_000_000, "mean {mean}");
    }

    // SPEC 4.2.2
    #[test]
    fn the_factor_of_decorrelated_backoff_bounds_its_growth_and_the_range_shown_before() {
        let mut random = SeededRandom::new(3);
        for factor in [1.0, 1.000_001, 1.1, 1.618_034, 2.0, 3.0, 10.0, 1e9] {
            let policy = RetryPolicy::new()
                .unlimited()
                .factor(factor)
                .backoff(Backoff::Decorrelated)
                .base_delay(Duration::from_millis(50))
                .max_delay(Duration::MAX);
            for _ in 0..50 {
                let mut progress = Progress::START;
                for retries in 0..100 {
                    let previous = progress.previous.max(50_000_000);
                    let source = &mut Source::Seeded(&mut random);
                    let wait = backoff(&policy, Schedule::Ordinary, &mut progress, source);
                    let Range { shortest, longest } = policy.range(Schedule::Ordinary, retries);
                    assert!((shortest..=longest).contains(&wait), "{factor} {retries}: {wait}");
                    #[expect(clippy::cast_precision_loss, reason = "compared with a margin")]
                    let grown = wait as f64 / previous as f64;
                    assert!(grown <= factor * 1.000_000_001, "{factor} {retries}: {grown}");
                    progress.retries += 1;
                }
            }
        }
    }

    // SPEC 4.16.3
    #[test]
    fn a_decorrelated_wait_stays_in_the_range_of_its_own_schedule() {
        let policy = RetryPolicy::new()
            .unlimited()
            .backoff(Backoff::Decorrelated)
            .base_delay(Duration::from_millis(50))
            .throttled_base(Duration::from_secs(1));
        let schedules = [Schedule::Ordinary, Schedule::Throttled];
        let mut random = SeededRandom::new(3);
        // Bit by bit, 0 is an ordinary failure and 1 a throttled one.
        for failures in 0..1_024_usize {
            let mut progress = Progress::START;
            for retries in 0..10 {
                let schedule = schedules[failures >> retries & 1];
                let wait =
                    backoff(&policy, schedule, &mut progress, &mut Source::Seeded(&mut random));
                let Range { shortest, longest } = policy.range(schedule, retries);
                assert!((shortest..=longest).contains(&wait), "{failures:b} {retries}: {wait}");
                progress.retries += 1;
            }
        }
    }

    #[test]
    fn decorrelated_backoff_stays_in_its_range_at_every_extreme() {
        let mut random = SeededRandom::new(3);
        let extremes = [1, 1_000_000_000, 60_000_000_000, u64::MAX - 1, u64::MAX];
        for base in extremes {
            for cap in extremes {
                for previous in extremes {
                    let wait = drawn(base, previous, cap, &mut random);
                    let shortest = base.min(cap);
                    let longest = previous.max(base).saturating_mul(3).min(cap);
                    assert!(
                        (shortest..=longest).contains(&wait),
                        "{base} {previous} {cap}: {wait}"
                    );
                }
            }
        }
    }
}
