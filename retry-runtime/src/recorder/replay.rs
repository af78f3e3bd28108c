//! The recorded calls under another policy.

use core::ops::RangeInclusive;
use core::time::Duration;

use super::recorded_call::{calls, is_of_the_policy};
use crate::call::{Decision, Edge, Record, Replayed, Step, StopReason};
use crate::policy::RetryPolicy;

/// Counts calls by their outcome, with their attempts and waits.
///
/// ```
/// use retry_kit::{ErrorClass, RetryPolicy, RetryState, StopReason, recorder};
///
/// let policy = RetryPolicy::new().max_retries(1);
/// let mut retries = RetryState::new(&policy).name("shop::tally");
/// let _ = retries.decide(ErrorClass::Transient);
/// let _ = retries.decide(ErrorClass::Transient);
///
/// let recording = recorder::recording();
/// let replay = recording.site("shop::tally").unwrap().replay(&policy);
/// assert_eq!(replay.recorded().attempts(), 2);
/// assert_eq!(replay.recorded().gave_up(StopReason::Exhausted), 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    attempts: u64,
    successes: u64,
    gave_up: Vec<(StopReason, u64)>,
    unknown: u64,
    open: u64,
    waits: Duration,
}

impl Tally {
    /// Returns the number of attempts.
    ///
    /// ```
    /// # use retry_kit::recorder::Tally;
    /// assert_eq!(Tally::default().attempts(), 0);
    /// ```
    #[must_use]
    pub fn attempts(&self) -> u64 {
        self.attempts
    }

    /// Returns the number of calls that succeeded after at least one failure.
    ///
    /// ```
    /// # use retry_kit::recorder::Tally;
    /// assert_eq!(Tally::default().successes(), 0);
    /// ```
    #[must_use]
    pub fn successes(&self) -> u64 {
        self.successes
    }

    /// Returns the number of calls that gave up for this reason.
    ///
    /// ```
    /// # use retry_kit::{StopReason, recorder::Tally};
    /// assert_eq!(Tally::default().gave_up(StopReason::Deadline), 0);
    /// ```
    #[must_use]
    pub fn gave_up(&self, reason: StopReason) -> u64 {
        self.reasons().find(|(each, _)| *each == reason).map_or(0, |(_, calls)| calls)
    }

    /// Returns the reasons for which calls gave up, each with their number.
    ///
    /// ```
    /// # use retry_kit::recorder::Tally;
    /// assert_eq!(Tally::default().reasons().count(), 0);
    /// ```
    pub fn reasons(&self) -> impl Iterator<Item = (StopReason, u64)> {
        self.gave_up.iter().copied()
    }

    /// Returns the number of calls that would have made more attempts than were recorded. Their outcome is unknown.
    ///
    /// ```
    /// # use retry_kit::recorder::Tally;
    /// assert_eq!(Tally::default().unknown(), 0);
    /// ```
    #[must_use]
    pub fn unknown(&self) -> u64 {
        self.unknown
    }

    /// Returns the number of calls whose end was not recorded: they were still running, or their future was dropped.
    ///
    /// ```
    /// # use retry_kit::recorder::Tally;
    /// assert_eq!(Tally::default().open(), 0);
    /// ```
    #[must_use]
    pub fn open(&self) -> u64 {
        self.open
    }

    /// Returns the sum of the waits after failures. A wait for a pause before an attempt counts as time of the attempt.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use retry_kit::recorder::Tally;
    /// assert_eq!(Tally::default().waits(), Duration::ZERO);
    /// ```
    #[must_use]
    pub fn waits(&self) -> Duration {
        self.waits
    }

    fn add(&mut self, ended: Ended) {
        let Ended { end, attempts, waits, .. } = ended;
        self.attempts = self.attempts.saturating_add(attempts);
        self.waits = self.waits.saturating_add(waits);
        match end {
            End::Success => self.successes += 1,
            End::Unknown => self.unknown += 1,
            End::Open => self.open += 1,
            End::GaveUp(reason) => {
                match self.gave_up.iter_mut().find(|(each, _)| *each == reason) {
                    Some((_, calls)) => *calls += 1,
                    None => self.gave_up.push((reason, 1)),
                }
            }
        }
    }
}

/// Compares the recorded calls of a function with the same calls under another policy.
///
/// Each attempt ends as the recorded attempt of the same number did, and takes as long. So a replay assumes that an
/// attempt at another time would have had the same outcome: [`early`](Self::early) counts the successes for which
/// this is doubtful, and [`late`](Self::late) the failures. The outcome of an attempt that was not recorded is unknown.
/// Waits are not drawn: the replay is made with the [shortest](Self::shortest) and with the
/// [longest](Self::longest) ones of their ranges, in whole milliseconds.
///
/// ```
/// use retry_kit::{ErrorClass, RetryPolicy, RetryState, recorder};
///
/// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::replay");
/// for _ in 0..2 {
///     let _ = retries.decide(ErrorClass::Transient);
/// }
/// retries.succeeded();
///
/// let recording = recorder::recording();
/// let replay = recording.site("shop::replay").unwrap().replay(&RetryPolicy::new().max_retries(1));
/// assert_eq!(replay.attempts_saved(), 1..=1);
/// assert_eq!(replay.successes_lost(), 1..=1);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
    calls: u64,
    cut: u64,
    /// With the longest waits, and with the shortest.
    early: [u64; 2],
    /// With the shortest waits, and with the longest.
    late: [u64; 2],
    recorded: Tally,
    shortest: Tally,
    longest: Tally,
}

impl Replay {
    pub(super) fn new(records: &[Record], policy: &RetryPolicy) -> Self {
        let (calls, cut) = calls(records);
        let count = calls.len().try_into().unwrap_or(u64::MAX);
        let [recorded, shortest, longest] = [(); 3].map(|()| Tally::default());
        let mut replay =
            Self { calls: count, cut, early: [0; 2], late: [0; 2], recorded, shortest, longest };
        for call in &calls {
            let recorded = as_recorded(call);
            let shortest = replayed(call, policy, Edge::Shortest);
            let longest = replayed(call, policy, Edge::Longest);
            for (early, replayed) in replay.early.iter_mut().zip([longest, shortest]) {
                *early += u64::from(replayed.is_early());
            }
            for (late, replayed) in replay.late.iter_mut().zip([shortest, longest]) {
                *late += u64::from(replayed.is_late());
            }
            replay.recorded.add(recorded);
            replay.shortest.add(shortest);
            replay.longest.add(longest);
        }
        replay
    }

    /// Returns the number of recorded calls; at least one attempt of each failed.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState, recorder};
    ///
    /// let policy = RetryPolicy::DEFAULT;
    /// let _ = RetryState::new(&policy).name("shop::calls").decide(ErrorClass::Transient);
    /// let recording = recorder::recording();
    /// assert_eq!(recording.site("shop::calls").unwrap().replay(&policy).calls(), 1);
    /// ```
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.calls
    }

    /// Returns the number of calls that are left out because later records have replaced their first one.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState, recorder};
    ///
    /// let policy = RetryPolicy::DEFAULT;
    /// let _ = RetryState::new(&policy).name("shop::cut").decide(ErrorClass::Transient);
    /// let recording = recorder::recording();
    /// assert_eq!(recording.site("shop::cut").unwrap().replay(&policy).cut(), 0);
    /// ```
    #[must_use]
    pub fn cut(&self) -> u64 {
        self.cut
    }

    /// Returns the outcomes as they were recorded.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState, recorder};
    ///
    /// let policy = RetryPolicy::DEFAULT;
    /// let mut retries = RetryState::new(&policy).name("shop::recorded");
    /// let _ = retries.decide(ErrorClass::Transient);
    /// retries.succeeded();
    /// let recording = recorder::recording();
    /// let replay = recording.site("shop::recorded").unwrap().replay(&policy);
    /// assert_eq!(replay.recorded().successes(), 1);
    /// ```
    #[must_use]
    pub fn recorded(&self) -> &Tally {
        &self.recorded
    }

    /// Returns the outcomes under the policy if each wait is the shortest of its range.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState, recorder};
    ///
    /// let policy = RetryPolicy::new().base_delay(Duration::from_secs(5));
    /// let _ = RetryState::new(&policy).name("shop::shortest").decide(ErrorClass::Transient);
    /// let recording = recorder::recording();
    /// let replay = recording.site("shop::shortest").unwrap().replay(&policy);
    /// assert_eq!(replay.shortest().waits(), Duration::from_secs(5));
    /// ```
    #[must_use]
    pub fn shortest(&self) -> &Tally {
        &self.shortest
    }

    /// Returns the outcomes under the policy if each wait is the longest of its range.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState, recorder};
    ///
    /// let policy = RetryPolicy::new().base_delay(Duration::from_secs(5));
    /// let _ = RetryState::new(&policy).name("shop::longest").decide(ErrorClass::Transient);
    /// let recording = recorder::recording();
    /// let replay = recording.site("shop::longest").unwrap().replay(&policy);
    /// assert_eq!(replay.longest().waits(), Duration::from_secs(10));
    /// ```
    #[must_use]
    pub fn longest(&self) -> &Tally {
        &self.longest
    }

    /// Returns the number of recorded attempts that the policy would not have made, at least and at most.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState, recorder};
    ///
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::saved");
    /// while let retry_kit::Decision::Retry(_) = retries.decide(ErrorClass::Transient) {}
    /// let recording = recorder::recording();
    /// let replay = recording.site("shop::saved").unwrap().replay(&RetryPolicy::new().max_retries(1));
    /// assert_eq!(replay.attempts_saved(), 2..=2);
    /// ```
    #[must_use]
    pub fn attempts_saved(&self) -> RangeInclusive<u64> {
        self.less(Tally::attempts)
    }

    /// Returns the number of recorded successes that the policy would have missed, at least and at most.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState, recorder};
    ///
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::lost");
    /// let _ = retries.decide(ErrorClass::Status { code: 503, retry_after: None });
    /// retries.succeeded();
    /// let recording = recorder::recording();
    /// let only_429 = "status = 429".parse()?;
    /// let replay = recording.site("shop::lost").unwrap().replay(&only_429);
    /// assert_eq!(replay.successes_lost(), 1..=1);
    /// # Ok::<(), retry_kit::ParseError>(())
    /// ```
    #[must_use]
    pub fn successes_lost(&self) -> RangeInclusive<u64> {
        self.less(Tally::successes)
    }

    fn less(&self, number: impl Fn(&Tally) -> u64) -> RangeInclusive<u64> {
        let recorded = number(&self.recorded);
        let [one, other] =
            [&self.shortest, &self.longest].map(|tally| recorded.saturating_sub(number(tally)));
        one.min(other)..=one.max(other)
    }

    /// Returns the number of successes whose attempt would have begun earlier than recorded, at least and at most:
    /// with the longest waits, and with the shortest. The service may not have recovered by then.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState, recorder};
    ///
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::early");
    /// let _ = retries.decide(ErrorClass::Transient);
    /// retries.succeeded();
    /// let recording = recorder::recording();
    /// let faster = RetryPolicy::new().base_delay(Duration::from_millis(10));
    /// assert_eq!(recording.site("shop::early").unwrap().replay(&faster).early(), 1..=1);
    /// ```
    #[must_use]
    pub fn early(&self) -> RangeInclusive<u64> {
        let [least, most] = self.early;
        least..=most
    }

    /// Returns the number of calls that give up and whose last attempt would have begun later than recorded, at least
    /// and at most: with the shortest waits, and with the longest. The service may have recovered by then. Permanent
    /// failures are not counted.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{Decision, ErrorClass, RetryPolicy, RetryState, recorder};
    ///
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::late");
    /// while let Decision::Retry(_) = retries.decide(ErrorClass::Transient) {}
    /// let recording = recorder::recording();
    /// let slower = RetryPolicy::new().base_delay(Duration::from_secs(10));
    /// assert_eq!(recording.site("shop::late").unwrap().replay(&slower).late(), 1..=1);
    /// ```
    #[must_use]
    pub fn late(&self) -> RangeInclusive<u64> {
        let [least, most] = self.late;
        least..=most.max(least)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Success,
    GaveUp(StopReason),
    Unknown,
    Open,
}

impl End {
    /// Whether another attempt at a later time could have succeeded.
    fn is_for_time(self) -> bool {
        matches!(self, Self::GaveUp(reason) if reason != StopReason::Permanent)
    }
}

#[derive(Clone, Copy)]
struct Ended {
    end: End,
    attempts: u64,
    waits: Duration,
    /// The sum of the recorded waits in their place.
    recorded_waits: Duration,
}

impl Ended {
    fn is_early(&self) -> bool {
        self.end == End::Success && self.waits < self.recorded_waits
    }

    fn is_late(&self) -> bool {
        self.end.is_for_time() && self.waits > self.recorded_waits
    }

    const OPEN: Self =
        Self { end: End::Open, attempts: 0, waits: Duration::ZERO, recorded_waits: Duration::ZERO };
}

/// A wait as a record keeps it, so that both can be compared.
fn in_millis(wait: Duration) -> Duration {
    Duration::from_millis(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX))
}

/// The wait after a record, until the next.
fn wait_until(next: Option<&Record>, record: &Record, wait: Duration) -> Duration {
    match next.map(|next| (next, next.step())) {
        // The wait was ended.
        Some((next, Step::Stop { class: None, .. })) => wait.min(next.since(record)),
        _ => wait,
    }
}

fn as_recorded(call: &[Record]) -> Ended {
    let mut ended = Ended::OPEN;
    for (place, record) in call.iter().enumerate() {
        let is_attempt = !matches!(record.step(), Step::Stop { class: None, .. });
        ended.attempts += u64::from(is_attempt);
        match record.step() {
            Step::Success => ended.end = End::Success,
            Step::Stop { reason, .. } => ended.end = End::GaveUp(reason),
            Step::Retry { wait, .. } => {
                let wait = wait_until(call.get(place + 1), record, wait);
                ended.waits = ended.waits.saturating_add(wait);
            }
        }
    }
    ended
}

fn replayed(call: &[Record], policy: &RetryPolicy, edge: Edge) -> Ended {
    let mut ended = Ended::OPEN;
    let mut retries = Replayed::new(policy, edge);
    let mut elapsed = Duration::ZERO;
    for (place, record) in call.iter().enumerate() {
        let (class, pause, recorded) = match record.step() {
            Step::Success => {
                ended.attempts += 1;
                return Ended { end: End::Success, ..ended };
            }
            // A pause outlasts any deadline that the policy has, and ends no call without one.
            Step::Stop { class: None, reason: StopReason::Deadline }
                if policy.get_deadline().is_none() =>
            {
                return Ended { end: End::Unknown, ..ended };
            }
            Step::Stop { class: None, reason } => {
                return Ended { end: End::GaveUp(reason), ..ended };
            }
            Step::Stop { class: Some(class), reason } => (class, Duration::ZERO, Err(reason)),
            Step::Retry { class, wait, is_for_pause, .. } => {
                (class, if is_for_pause { wait } else { Duration::ZERO }, Ok(wait))
            }
        };
        ended.attempts += 1;
        if recorded == Err(StopReason::NotRepeatable) {
            retries.without_repeat();
        }
        let decision = retries.decide((record.attempt(), class), elapsed, pause);
        let (wait, recorded) = match (decision, recorded) {
            (Decision::Stop(reason), _) => return Ended { end: End::GaveUp(reason), ..ended },
            (Decision::Retry(_), Err(reason)) if !is_of_the_policy(reason) => {
                return Ended { end: End::GaveUp(reason), ..ended };
            }
            (Decision::Retry(_), Err(_)) => return Ended { end: End::Unknown, ..ended },
            (Decision::Retry(wait), Ok(recorded)) => (in_millis(wait.duration()), recorded),
        };
        let next = call.get(place + 1);
        if let Some(end) = next.filter(|next| matches!(next.step(), Step::Stop { class: None, .. }))
        {
            if wait < end.since(record) {
                // The next attempt would have begun before something ended the wait.
                ended.waits = ended.waits.saturating_add(wait);
                return Ended { end: End::Unknown, ..ended };
            }
        }
        let (waited, wait) = (wait_until(next, record, recorded), wait_until(next, record, wait));
        ended.recorded_waits = ended.recorded_waits.saturating_add(waited);
        ended.waits = ended.waits.saturating_add(wait);
        if let Some(next) = next {
            let attempt = next.since(record).saturating_sub(recorded);
            elapsed = elapsed.saturating_add(wait).saturating_add(attempt);
        }
    }
    ended
}
