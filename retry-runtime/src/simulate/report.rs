//! What happened in a run.

use core::time::Duration;

use super::conditions::Period;

/// What happened in one slice of an [`OutageRun`].
///
/// ```
/// use std::time::Duration;
/// use retry_kit::RetryPolicy;
/// use retry_kit::testing::Outage;
///
/// let second = Duration::from_secs(1);
/// let run = Outage::new(RetryPolicy::OFF).down(second..2 * second).slice(second).evenly().run(1);
/// let slice = run.slices()[1];
/// assert_eq!((slice.start, slice.calls, slice.failed, slice.gave_up), (second, 100, 100, 100));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutageSlice {
    /// The beginning of the slice, since the beginning of the run.
    pub start: Duration,
    /// The calls that began in the slice. It is also the number of requests that the service would have received
    /// without retries.
    pub calls: u64,
    /// The requests that the service received in the slice, which are the attempts that began.
    pub requests: u64,
    /// Those of these requests that succeeded, then or later.
    pub served: u64,
    /// Those of these requests that failed, then or later.
    pub failed: u64,
    /// The calls that succeeded.
    pub successes: u64,
    /// The calls that gave up.
    pub gave_up: u64,
    /// The calls that had begun, but had not ended at the end of the slice.
    pub in_progress: u64,
    /// The calls that began in the slice and that succeeded at their first attempt, then or later.
    pub succeeded_at_once: u64,
}

/// What happened in a run of [`Outage`](super::Outage).
///
/// Two runs are equal if everything in them is.
///
/// ```
/// use std::time::Duration;
/// use retry_kit::RetryPolicy;
/// use retry_kit::testing::{Outage, OutageRun};
///
/// let second = Duration::from_secs(1);
/// let run: OutageRun = Outage::new(RetryPolicy::DEFAULT).down(second..2 * second).run(7);
/// assert_eq!(run.calls(), run.successes() + run.failures() + run.unfinished());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutageRun {
    slices: Vec<OutageSlice>,
    /// The length of a slice in nanoseconds.
    width: u64,
    periods: Vec<Period>,
    /// When the last condition ended.
    disturbed_until: u64,
    /// When the first attempts of calls that begin have no time to end any more.
    judged_until: u64,
    retries: u64,
    longest_wait: u64,
    longest_call: u64,
}

impl OutageRun {
    /// A run of this length without events; a first attempt that has not ended after `patience` counts as failed.
    pub(super) fn new(length: u64, width: u64, patience: u64, periods: &[Period]) -> Self {
        let count = usize::try_from(length.div_ceil(width)).unwrap_or(usize::MAX);
        let start = |number: usize| Duration::from_nanos(width).saturating_mul(saturated(number));
        let slice = |number| OutageSlice { start: start(number), ..OutageSlice::default() };
        Self {
            slices: (0..count).map(slice).collect(),
            width,
            periods: periods.to_vec(),
            disturbed_until: periods.iter().map(|period| period.time.end).max().unwrap_or(0),
            judged_until: length.saturating_sub(patience),
            retries: 0,
            longest_wait: 0,
            longest_call: 0,
        }
    }

    /// Changes the slice of a moment.
    fn note(&mut self, now: u64, change: impl FnOnce(&mut OutageSlice)) {
        let slice = usize::try_from(now / self.width).unwrap_or(usize::MAX);
        if let Some(slice) = self.slices.get_mut(slice) {
            change(slice);
        }
    }

    pub(super) fn call_begins(&mut self, now: u64) {
        self.note(now, |slice| slice.calls += 1);
    }

    pub(super) fn attempt_begins(&mut self, now: u64, is_retry: bool) {
        self.note(now, |slice| slice.requests += 1);
        self.retries += u64::from(is_retry);
    }

    /// An attempt succeeds that began then.
    pub(super) fn attempt_succeeds(&mut self, began: u64) {
        self.note(began, |slice| slice.served += 1);
    }

    /// An attempt fails that began then.
    pub(super) fn attempt_fails(&mut self, began: u64) {
        self.note(began, |slice| slice.failed += 1);
    }

    pub(super) fn call_waits(&mut self, wait: u64) {
        self.longest_wait = self.longest_wait.max(wait);
    }

    pub(super) fn call_succeeds(&mut self, now: u64, began: u64, is_at_once: bool) {
        self.note(now, |slice| slice.successes += 1);
        if is_at_once {
            self.note(began, |slice| slice.succeeded_at_once += 1);
        }
        self.longest_call = self.longest_call.max(now - began);
    }

    pub(super) fn call_gives_up(&mut self, now: u64, began: u64) {
        self.note(now, |slice| slice.gave_up += 1);
        self.longest_call = self.longest_call.max(now - began);
    }

    /// The run ends, with these calls in progress.
    pub(super) fn ends(&mut self, end: u64, began: impl Iterator<Item = u64>) {
        for began in began {
            self.longest_call = self.longest_call.max(end - began);
        }
        let mut in_progress: u64 = 0;
        for slice in &mut self.slices {
            in_progress = (in_progress + slice.calls) - (slice.successes + slice.gave_up);
            slice.in_progress = in_progress;
        }
    }

    /// The length of a slice in nanoseconds.
    pub(super) const fn width(&self) -> u64 {
        self.width
    }

    pub(super) fn periods(&self) -> &[Period] {
        &self.periods
    }

    fn sum(&self, of: impl Fn(&OutageSlice) -> u64) -> u64 {
        self.slices.iter().map(of).sum()
    }

    /// Returns the run in slices of equal length, in order.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let second = Duration::from_secs(1);
    /// let run = Outage::new(RetryPolicy::DEFAULT).lasting(10 * second).slice(second).run(7);
    /// assert_eq!(run.slices().len(), 10);
    /// ```
    #[must_use]
    pub fn slices(&self) -> &[OutageSlice] {
        &self.slices
    }

    /// Returns the length of a slice.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let run = Outage::new(RetryPolicy::DEFAULT).lasting(Duration::from_secs(60)).run(7);
    /// assert_eq!(run.slice_length(), Duration::from_millis(500));
    /// ```
    #[must_use]
    pub fn slice_length(&self) -> Duration {
        Duration::from_nanos(self.width)
    }

    /// Returns the number of calls that began.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let outage = Outage::new(RetryPolicy::DEFAULT).rate(50.0).evenly().lasting(Duration::from_secs(2));
    /// assert_eq!(outage.run(7).calls(), 100);
    /// ```
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.sum(|slice| slice.calls)
    }

    /// Returns the number of requests that the service received, which are the attempts of all calls.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let second = Duration::from_secs(1);
    /// let run = Outage::new(RetryPolicy::DEFAULT).down(second..2 * second).run(7);
    /// assert_eq!(run.requests(), run.calls() + run.retries());
    /// ```
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.sum(|slice| slice.requests)
    }

    /// Returns the number of retries that began.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let run = Outage::new(RetryPolicy::DEFAULT).lasting(Duration::from_secs(1)).run(7);
    /// assert_eq!(run.retries(), 0);
    /// ```
    #[must_use]
    pub fn retries(&self) -> u64 {
        self.retries
    }

    /// Returns the number of calls that succeeded, at once or after retries.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let second = Duration::from_secs(1);
    /// let run = Outage::new(RetryPolicy::DEFAULT).down(second..2 * second).run(7);
    /// assert!(run.successes() > 99 * run.calls() / 100);
    /// ```
    #[must_use]
    pub fn successes(&self) -> u64 {
        self.sum(|slice| slice.successes)
    }

    /// Returns the number of calls that gave up.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let second = Duration::from_secs(1);
    /// let run = Outage::new(RetryPolicy::OFF).evenly().down(second..2 * second).run(7);
    /// assert_eq!(run.failures(), 100);
    /// ```
    #[must_use]
    pub fn failures(&self) -> u64 {
        self.sum(|slice| slice.gave_up)
    }

    /// Returns the number of calls that had not ended at the end of the run.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let second = Duration::from_secs(1);
    /// let stuck = Outage::new(RetryPolicy::DEFAULT).capacity(0).evenly().lasting(second).run(7);
    /// assert_eq!(stuck.unfinished(), 100);
    /// ```
    #[must_use]
    pub fn unfinished(&self) -> u64 {
        self.slices.last().map_or(0, |slice| slice.in_progress)
    }

    /// Returns the load at its peak, as a multiple of the load without retries.
    ///
    /// It is the largest number of requests in a slice, divided by the number of calls that began in the slice. If
    /// few or none began, the mean of all slices takes the place of their number. Without retries it is at most 1, unless
    /// a [`pause`](super::Outage::pause) puts calls off.
    /// With short slices chance weighs more.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let second = Duration::from_secs(1);
    /// let outage = |policy| Outage::new(policy).down(10 * second..40 * second).run(7);
    /// assert!(outage(RetryPolicy::OFF).peak_load() <= 1.0);
    /// assert!(outage(RetryPolicy::DEFAULT).peak_load() > 3.0);
    /// ```
    #[must_use]
    pub fn peak_load(&self) -> f64 {
        let mean = ratio(self.calls(), self.slices.len() as u64);
        let loads = self.slices.iter().filter(|slice| slice.requests > 0).map(|slice| {
            let calls = ratio(slice.calls, 1).max(mean);
            ratio(slice.requests, 1) / calls
        });
        loads.fold(0.0, f64::max)
    }

    /// Returns the load that retries add over the whole run: the number of retries divided by the number of calls.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let second = Duration::from_secs(1);
    /// let run = Outage::new(RetryPolicy::DEFAULT).errors(0.1, second..100 * second).run(7);
    /// assert!((0.05..0.12).contains(&run.added_load()), "{run}");
    /// ```
    #[must_use]
    pub fn added_load(&self) -> f64 {
        ratio(self.retries, self.calls())
    }

    /// Returns the longest wait before a retry or for a pause.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{Jitter, RetryPolicy};
    /// use retry_kit::testing::Outage;
    ///
    /// let second = Duration::from_secs(1);
    /// let policy = RetryPolicy::new().max_retries(3).jitter(Jitter::None);
    /// let run = Outage::new(policy).down(second..20 * second).run(7);
    /// assert_eq!(run.longest_wait(), 4 * second);
    /// ```
    #[must_use]
    pub fn longest_wait(&self) -> Duration {
        Duration::from_nanos(self.longest_wait)
    }

    /// Returns the longest time that a call took, from its beginning to its success or its last error. A call that
    /// had not ended counts until the end of the run.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let millis = Duration::from_millis;
    /// let outage = Outage::new(RetryPolicy::OFF).service_time(millis(20)).latency(millis(2));
    /// assert_eq!(outage.rate(1.0).run(7).longest_call(), millis(22));
    /// ```
    #[must_use]
    pub fn longest_call(&self) -> Duration {
        Duration::from_nanos(self.longest_call)
    }

    /// Returns how long the service and the calls needed to recover; `None` if they did not within the run, or if no
    /// call after the last condition shows it. To set a limit, write `recovery().is_some_and(|time| time < limit)`.
    ///
    /// It is the time from the end of the last condition, such as [`down`](super::Outage::down), until the end of the
    /// last slice with calls of which more than one in a hundred did not succeed at the first attempt; zero if there is no
    /// such slice. So its precision is that of a slice. Calls that began shortly before the end of the run do not count:
    /// less than a [`timeout`](super::Outage::timeout) before it, or without one, less than ten times as long as a
    /// request takes by itself.
    ///
    /// Without a timeout, a service that answers late counts as recovered.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    /// use retry_kit::testing::Outage;
    ///
    /// let second = Duration::from_secs(1);
    /// let run = Outage::new(RetryPolicy::DEFAULT).down(10 * second..40 * second).run(7);
    /// assert_eq!(run.recovery(), Some(Duration::ZERO));
    /// ```
    #[must_use]
    pub fn recovery(&self) -> Option<Duration> {
        let judged = usize::try_from(self.judged_until / self.width).unwrap_or(usize::MAX);
        let judged = self.slices.get(..judged).unwrap_or(&self.slices);
        let undisturbed = usize::try_from(self.disturbed_until.div_ceil(self.width));
        let after = judged.get(undisturbed.unwrap_or(usize::MAX)..).unwrap_or_default();
        if after.iter().all(|slice| slice.calls == 0) {
            return None;
        }
        let is_bad =
            |slice: &OutageSlice| (slice.calls - slice.succeeded_at_once) * 100 > slice.calls;
        let end = match judged.iter().rposition(is_bad) {
            None => 0,
            Some(last) if last + 1 == judged.len() => return None,
            Some(last) => (last as u64 + 1).saturating_mul(self.width),
        };
        Some(Duration::from_nanos(end.saturating_sub(self.disturbed_until)))
    }
}

fn saturated(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A quotient; 0 if the divisor is.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2⁵²")]
fn ratio(count: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { count as f64 / of as f64 }
}
