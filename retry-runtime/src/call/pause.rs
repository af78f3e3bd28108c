//! A pause that all calls to one server share.

use core::fmt;
use core::time::Duration;
use std::sync::OnceLock;

use super::atomic::{AtomicU64, Ordering};
use super::clock::{Clock, Instant, RuntimeClock};
use super::decision::StopReason;
use super::wait::Wait;
use crate::policy::duration::nanos;
use crate::policy::range::Range;
use crate::policy::{ErrorClass, RetryPolicy};

/// Makes all calls to one server wait when the server asks one of them to.
///
/// A server that answers one request with `Retry-After` means all of them. When a call with this pause
/// gets such a server hint, no call with the pause begins an attempt, not even its first, before that
/// time is over. Attempts that have started go on.
///
/// ```
/// use retry_kit::{Pause, retry};
///
/// static JIRA: Pause = Pause::new();
///
/// #[retry(pause = &JIRA)]
/// async fn issue(number: u32) -> std::io::Result<u32> {
///     Ok(number)
/// }
///
/// #[retry(pause = &JIRA)]
/// async fn comments(issue: u32) -> std::io::Result<Vec<u32>> {
///     Ok(vec![issue])
/// }
///
/// assert_eq!(JIRA.remaining(), None);
/// ```
///
/// The pause lasts as long as the server asks, at most the policy's
/// [`retry_after_cap`](RetryPolicy::retry_after_cap). It can get longer, but never shorter. A hint that
/// the policy does not obey starts no pause. Neither does a backoff.
///
/// The calls do not come back together: each adds a random time up to its policy's base delay, as it
/// does to a wait of its own after a hint. If a call has a wait of its own, it waits for the longer of
/// the two. Waiting for a pause is not a retry and takes nothing from a budget.
///
/// Use one pause for each server, or for each quota of it: a `static`, a field, or an `Arc`. It is one
/// atomic, and calls look at it without a lock.
///
/// The [guide](https://docs.rs/retry-kit/latest/retry_kit/guide/budgets/index.html) says how a pause
/// and a deadline go together.
pub struct Pause {
    /// The [moment](moment) when it ends; 0 if there has been none.
    until: AtomicU64,
}

impl Pause {
    /// Makes a pause that nothing has started yet.
    ///
    /// ```
    /// use retry_kit::Pause;
    ///
    /// static JIRA: Pause = Pause::new();
    /// assert_eq!(JIRA.remaining(), None);
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Self { until: AtomicU64::new(0) }
    }

    /// Makes all calls with this pause wait from now on, for at least this time.
    ///
    /// Use it when the request to wait does not come in a response, but from an operator or in a message.
    /// A pause that already lasts longer is unchanged.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::Pause;
    ///
    /// let pause = Pause::new();
    /// pause.hold(Duration::from_secs(60));
    /// pause.hold(Duration::from_secs(1));
    /// assert!(pause.remaining() > Some(Duration::from_secs(50)));
    /// ```
    pub fn hold(&self, time: Duration) {
        self.raise(moment(RuntimeClock::now()).saturating_add(nanos(time)));
    }

    /// Returns how long the pause still lasts; `None` if it is over.
    ///
    /// Calls wait a random time longer, up to the base delay of their policies.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::Pause;
    ///
    /// let pause = Pause::new();
    /// assert_eq!(pause.remaining(), None);
    /// pause.hold(Duration::from_secs(60));
    /// assert!(pause.remaining() <= Some(Duration::from_secs(60)));
    /// ```
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        if self.is_unused() {
            return None;
        }
        let left = Pausing::new::<RuntimeClock>(self, 0).left();
        (left > 0).then_some(Duration::from_nanos(left))
    }

    /// Whether there has been no pause yet, so that the time does not matter.
    #[inline]
    pub(super) fn is_unused(&self) -> bool {
        // Relaxed, here and below: the moment guards no other memory.
        self.until.load(Ordering::Relaxed) == 0
    }

    fn raise(&self, until: u64) {
        self.until.fetch_max(until, Ordering::Relaxed);
    }
}

impl Default for Pause {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Pause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pause").field("remaining", &self.remaining()).finish()
    }
}

/// The nanoseconds of a moment, on a scale on which moments before the first one have a place too: a
/// test's clock may begin earlier.
fn moment(now: Instant) -> u64 {
    const FIRST: u64 = 1 << 63;
    static BASE: OnceLock<Instant> = OnceLock::new();
    let base = *BASE.get_or_init(|| now);
    match now.checked_duration_since(base) {
        Some(after) => FIRST.saturating_add(nanos(after)),
        None => FIRST.saturating_sub(nanos(base.saturating_duration_since(now))),
    }
}

/// A pause as a call sees it now.
#[derive(Clone, Copy, Debug)]
pub struct Pausing<'p> {
    pause: &'p Pause,
    /// The moment.
    now: u64,
}

impl<'p> Pausing<'p> {
    /// The pause now, on the clock `C`; `awaited` is the end of the last wait, which the clock may not have
    /// seen.
    #[cold]
    #[inline(never)]
    pub(super) fn new<C: Clock>(pause: &'p Pause, awaited: u64) -> Self {
        Self { pause, now: moment(C::now()).max(awaited) }
    }

    /// How long the pause still lasts, in nanoseconds.
    pub(super) fn left(self) -> u64 {
        self.pause.until.load(Ordering::Relaxed).saturating_sub(self.now)
    }

    /// The wait for the pause; `None` if it is over.
    pub(super) fn wait(
        self,
        policy: &RetryPolicy,
        draw: impl FnOnce(Range) -> u64,
    ) -> Option<Wait> {
        match self.left() {
            0 => None,
            left => Some(Wait::of_pause(draw(policy.after_pause(left)))),
        }
    }

    /// Lets all calls wait if the server asks for it and the policy obeys, even if this call gives up.
    pub(super) fn raise(self, policy: &RetryPolicy, class: ErrorClass, stop: Option<StopReason>) {
        let hint = match class {
            // An operator has switched retries off.
            _ if stop == Some(StopReason::Disabled) => None,
            ErrorClass::Throttled { retry_after } => retry_after,
            ErrorClass::Status { code, retry_after }
                if policy.retries_status(code, retry_after) =>
            {
                retry_after
            }
            _ => None,
        };
        if let Some(time) = hint.and_then(|hint| policy.pause_after(hint)) {
            self.pause.raise(self.now.saturating_add(time));
        }
    }

    /// The moment when this wait ends.
    pub(super) fn end_of(self, wait: Wait) -> u64 {
        self.now.saturating_add(wait.nanos())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // SPEC 7.6.2: the paused clocks of two runtimes differ, and either may be ahead.
    #[test]
    fn moments_before_the_first_one_are_as_far_apart_as_those_after_it() {
        const HOUR: Duration = Duration::from_secs(3600);
        let now = Instant::now();
        let (middle, later) = (moment(now), moment(now + HOUR));
        assert_eq!(later - middle, nanos(HOUR));
        // A machine that has just started may have no such moment.
        if let Some(earlier) = now.checked_sub(HOUR) {
            assert_eq!(middle - moment(earlier), nanos(HOUR));
        }
    }
}
