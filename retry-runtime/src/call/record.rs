//! One decision as the recorder keeps it, in 16 bytes.

use core::time::Duration;

use super::decision::StopReason;
use crate::policy::ErrorClass;

/// One decision of a call, or its success.
///
/// It takes 16 bytes. Times are kept in whole milliseconds, rounded down, and begin anew after 49 days, waits up to 49
/// days. A server hint is kept in
/// milliseconds up to 32 s and in seconds from there up to 9 hours, rounded up. A status of more than three digits
/// is kept as 999.
///
/// ```
/// use std::time::Duration;
/// use retry_kit::recorder::{self, Step};
/// use retry_kit::{ErrorClass, RetryPolicy, RetryState};
///
/// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::charge");
/// let _ = retries.decide(ErrorClass::Status { code: 503, retry_after: Some(Duration::from_secs(7)) });
///
/// let recording = recorder::recording();
/// let record = recording.site("shop::charge").unwrap().records()[0];
/// assert_eq!(record.attempt(), 1);
/// assert!(matches!(record.step(), Step::Retry { wait, .. } if wait >= Duration::from_secs(7)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Record {
    /// Milliseconds since the recorder began; it wraps.
    time: u32,
    /// Milliseconds.
    wait: u32,
    /// The number of the call among those of its function; it wraps.
    call: u16,
    /// The number of the attempt, from 1; the highest bit is set in the first record of a call.
    attempt: u16,
    hint: u16,
    /// 10 bits for the class, 4 for the reason to stop, and a bit for each of the two flags.
    facts: u16,
}

const IS_FIRST: u16 = 1 << 15;

const NO_HINT: u16 = u16::MAX;
const IN_SECONDS: u16 = 1 << 15;

/// Classes without a status; codes have three digits.
const SUCCESS: u16 = 0;
const TRANSIENT: u16 = 1;
const UNSENT: u16 = 2;
const THROTTLED: u16 = 3;
const PERMANENT: u16 = 4;
/// No attempt failed: the call ended during a wait.
const NO_ATTEMPT: u16 = 5;
const CLASS: u16 = (1 << 10) - 1;
const REASON: u32 = 10;
const FROM_SERVER: u16 = 1 << 14;
const FOR_A_PAUSE: u16 = 1 << 15;

/// The reasons by their numbers, from 1. The format depends on the order: add at the end.
const REASONS: [StopReason; 10] = [
    StopReason::Permanent,
    StopReason::Exhausted,
    StopReason::Deadline,
    StopReason::Budget,
    StopReason::Disabled,
    StopReason::HintTooLong,
    StopReason::MayBeProcessed,
    StopReason::Nested,
    StopReason::Cancelled,
    StopReason::NotRepeatable,
];

/// The content of a [`Record`].
///
/// ```
/// use retry_kit::recorder::{self, Step};
/// use retry_kit::{ErrorClass, RetryPolicy, RetryState, StopReason};
///
/// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::refund");
/// let not_found = ErrorClass::Status { code: 404, retry_after: None };
/// let _ = retries.decide(not_found);
///
/// let recording = recorder::recording();
/// let step = recording.site("shop::refund").unwrap().records()[0].step();
/// assert_eq!(step, Step::Stop { class: Some(not_found), reason: StopReason::Permanent });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// The attempt succeeded, after at least one that failed.
    Success,
    /// The attempt failed, and another follows.
    Retry {
        /// The class of the failure.
        class: ErrorClass,
        /// The wait before the next attempt.
        wait: Duration,
        /// Whether the wait comes from a server hint or a pause.
        is_from_server: bool,
        /// Whether a pause determined the wait.
        is_for_pause: bool,
    },
    /// The call gave up.
    Stop {
        /// The class of the failure; `None` if the call ended during a wait.
        class: Option<ErrorClass>,
        /// Why it gave up.
        reason: StopReason,
    },
}

impl Record {
    /// A record of the call with this number.
    pub(super) fn new(time: Duration, call: u16, attempt: u32, is_first: bool, step: Step) -> Self {
        let attempt = u16::try_from(attempt).unwrap_or(u16::MAX).min(IS_FIRST - 1);
        let attempt = attempt | if is_first { IS_FIRST } else { 0 };
        let (class, reason, wait, flags) = match step {
            Step::Success => return Self::with(time, call, attempt, (SUCCESS, NO_HINT), 0),
            Step::Retry { class, wait, is_from_server, is_for_pause } => {
                let from_server = if is_from_server { FROM_SERVER } else { 0 };
                let for_pause = if is_for_pause { FOR_A_PAUSE } else { 0 };
                (Some(class), 0, millis(wait), from_server | for_pause)
            }
            Step::Stop { class, reason } => (class, number_of(reason), 0, 0),
        };
        let facts = class.map_or((NO_ATTEMPT, NO_HINT), facts_of);
        Self { wait, ..Self::with(time, call, attempt, facts, reason << REASON | flags) }
    }

    fn with(time: Duration, call: u16, attempt: u16, class: (u16, u16), rest: u16) -> Self {
        let (class, hint) = class;
        // The lower bits.
        #[expect(clippy::cast_possible_truncation, reason = "the number wraps")]
        let time = time.as_millis() as u32;
        Self { time, wait: 0, call, attempt, hint, facts: class | rest }
    }

    /// Returns the time since the recorder began, with its first failure. It begins anew after 49 days; see
    /// [`since`](Self::since) for the time from one record to another.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState, recorder};
    ///
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::time");
    /// let _ = retries.decide(ErrorClass::Transient);
    /// let recording = recorder::recording();
    /// let record = recording.site("shop::time").unwrap().records()[0];
    /// println!("{:?} after the first failure of the program", record.time());
    /// ```
    #[must_use]
    pub const fn time(&self) -> Duration {
        Duration::from_millis(self.time as u64)
    }

    /// Returns the time from an earlier record to this one; zero if that is not earlier.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState, recorder};
    ///
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::since");
    /// let _ = retries.decide(ErrorClass::Transient);
    /// retries.succeeded();
    /// let recording = recorder::recording();
    /// let records = recording.site("shop::since").unwrap().records();
    /// assert!(records[1].since(&records[0]) < Duration::from_secs(60));
    /// ```
    #[must_use]
    pub const fn since(&self, earlier: &Self) -> Duration {
        let passed = self.time.wrapping_sub(earlier.time);
        // Clocks of several threads may go back a little, which is no time of 49 days.
        if passed > u32::MAX / 2 { Duration::ZERO } else { Duration::from_millis(passed as u64) }
    }

    /// Returns the number of the call among those of its function. Numbers repeat after 65 536 calls; a record that
    /// [is the first](Self::is_first) of its call tells them apart.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState, recorder};
    ///
    /// for _ in 0..2 {
    ///     let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::call");
    ///     let _ = retries.decide(ErrorClass::Transient);
    /// }
    /// let recording = recorder::recording();
    /// let records = recording.site("shop::call").unwrap().records();
    /// assert_ne!(records[0].call(), records[1].call());
    /// ```
    #[must_use]
    pub const fn call(&self) -> u16 {
        self.call
    }

    /// Tells whether this is the first record of its call.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState, recorder};
    ///
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::first");
    /// let _ = retries.decide(ErrorClass::Transient);
    /// let _ = retries.decide(ErrorClass::Transient);
    /// let recording = recorder::recording();
    /// let records = recording.site("shop::first").unwrap().records();
    /// assert!(records[0].is_first() && !records[1].is_first());
    /// ```
    #[must_use]
    pub const fn is_first(&self) -> bool {
        self.attempt & IS_FIRST != 0
    }

    /// Returns the number of the attempt, from 1 up to 32 767: that of the last one, if the call ended during a
    /// wait.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState, recorder};
    ///
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::attempt");
    /// let _ = retries.decide(ErrorClass::Transient);
    /// retries.succeeded();
    /// let recording = recorder::recording();
    /// let records = recording.site("shop::attempt").unwrap().records();
    /// assert_eq!(records[1].attempt(), 2);
    /// ```
    #[must_use]
    pub const fn attempt(&self) -> u32 {
        (self.attempt & !IS_FIRST) as u32
    }

    /// Returns the decision, or the success.
    ///
    /// ```
    /// use retry_kit::recorder::{self, Step};
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState};
    ///
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::step");
    /// let _ = retries.decide(ErrorClass::Transient);
    /// retries.succeeded();
    /// let recording = recorder::recording();
    /// let records = recording.site("shop::step").unwrap().records();
    /// assert_eq!(records[1].step(), Step::Success);
    /// ```
    #[must_use]
    pub fn step(&self) -> Step {
        let class = class_of(self.facts & CLASS, hint_of(self.hint));
        let reason = usize::from(self.facts >> REASON & 15).checked_sub(1);
        match (class, reason.and_then(|place| REASONS.get(place))) {
            (class, Some(reason)) => Step::Stop { class, reason: *reason },
            (Some(class), None) => Step::Retry {
                class,
                wait: Duration::from_millis(self.wait.into()),
                is_from_server: self.facts & FROM_SERVER != 0,
                is_for_pause: self.facts & FOR_A_PAUSE != 0,
            },
            (None, None) => Step::Success,
        }
    }

    /// The 16 bytes of this record.
    pub(crate) fn to_bytes(self) -> [u8; 16] {
        let Self { time, wait, call, attempt, hint, facts } = self;
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&time.to_le_bytes());
        bytes[4..8].copy_from_slice(&wait.to_le_bytes());
        for (place, number) in [call, attempt, hint, facts].into_iter().enumerate() {
            bytes[8 + 2 * place..][..2].copy_from_slice(&number.to_le_bytes());
        }
        bytes
    }

    /// The record in these bytes, whatever they are.
    pub(crate) fn from_bytes(bytes: [u8; 16]) -> Self {
        let long = |at: usize| {
            u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        let short = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        Self {
            time: long(0),
            wait: long(4),
            call: short(8),
            attempt: short(10),
            hint: short(12),
            facts: short(14),
        }
    }
}

fn millis(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}

/// The place of a reason in [`REASONS`], from 1.
const fn number_of(reason: StopReason) -> u16 {
    match reason {
        StopReason::Permanent => 1,
        StopReason::Exhausted => 2,
        StopReason::Deadline => 3,
        StopReason::Budget => 4,
        StopReason::Disabled => 5,
        StopReason::HintTooLong => 6,
        StopReason::MayBeProcessed => 7,
        StopReason::Nested => 8,
        StopReason::Cancelled => 9,
        StopReason::NotRepeatable => 10,
    }
}

/// The numbers of a class and its hint.
fn facts_of(class: ErrorClass) -> (u16, u16) {
    match class {
        ErrorClass::Transient => (TRANSIENT, NO_HINT),
        ErrorClass::Unsent => (UNSENT, NO_HINT),
        ErrorClass::Permanent => (PERMANENT, NO_HINT),
        ErrorClass::Throttled { retry_after } => (THROTTLED, number_of_hint(retry_after)),
        ErrorClass::Status { code, retry_after } => {
            let code = if (100..1_000).contains(&code) { code } else { 999 };
            (code, number_of_hint(retry_after))
        }
    }
}

fn class_of(number: u16, retry_after: Option<Duration>) -> Option<ErrorClass> {
    Some(match number {
        TRANSIENT => ErrorClass::Transient,
        UNSENT => ErrorClass::Unsent,
        PERMANENT => ErrorClass::Permanent,
        THROTTLED => ErrorClass::Throttled { retry_after },
        100.. => ErrorClass::Status { code: number, retry_after },
        _ => return None,
    })
}

/// Rounds up, as a hint of zero differs from the others.
fn number_of_hint(hint: Option<Duration>) -> u16 {
    let Some(hint) = hint else { return NO_HINT };
    let in_units = |nanos: u128| u16::try_from(hint.as_nanos().div_ceil(nanos)).ok();
    let millis = in_units(1_000_000).filter(|millis| *millis < IN_SECONDS);
    millis.unwrap_or_else(|| {
        let longest = NO_HINT - 1;
        in_units(1_000_000_000).map_or(longest, |seconds| (IN_SECONDS | seconds).min(longest))
    })
}

fn hint_of(number: u16) -> Option<Duration> {
    match number {
        NO_HINT => None,
        millis if millis < IN_SECONDS => Some(Duration::from_millis(millis.into())),
        seconds => Some(Duration::from_secs((seconds & !IN_SECONDS).into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(step: Step) -> Step {
        let record = Record::new(Duration::from_millis(7), 3, 2, false, step);
        let read = Record::from_bytes(record.to_bytes());
        assert_eq!(read, record);
        read.step()
    }

    const fn retry(class: ErrorClass, wait: Duration) -> Step {
        Step::Retry { class, wait, is_from_server: false, is_for_pause: false }
    }

    // SPEC 16.2
    #[test]
    fn a_record_takes_16_bytes_and_keeps_every_class_and_reason() {
        assert_eq!(size_of::<Record>(), 16);
        let hint = Some(Duration::from_secs(120));
        let classes = [
            ErrorClass::Transient,
            ErrorClass::Unsent,
            ErrorClass::Permanent,
            ErrorClass::Throttled { retry_after: None },
            ErrorClass::Throttled { retry_after: hint },
            ErrorClass::Status { code: 100, retry_after: None },
            ErrorClass::Status { code: 403, retry_after: Some(Duration::ZERO) },
            ErrorClass::Status { code: 503, retry_after: hint },
            ErrorClass::Status { code: 999, retry_after: None },
        ];
        assert_eq!(kept(Step::Success), Step::Success);
        for class in classes {
            let step = retry(class, Duration::from_millis(1_500));
            assert_eq!(kept(step), step);
            for reason in REASONS {
                let step = Step::Stop { class: Some(class), reason };
                assert_eq!(kept(step), step);
            }
        }
        let step = Step::Stop { class: None, reason: StopReason::Cancelled };
        assert_eq!(kept(step), step);
        for (is_from_server, is_for_pause) in [(true, false), (true, true), (false, false)] {
            let class = ErrorClass::Transient;
            let wait = Duration::from_secs(2);
            let step = Step::Retry { class, wait, is_from_server, is_for_pause };
            assert_eq!(kept(step), step);
        }
    }

    // SPEC 16.2
    #[test]
    fn what_a_record_cannot_hold_is_rounded() {
        let millis = Duration::from_millis;
        // Hint, and how it is kept.
        let hints = [
            (Duration::ZERO, Duration::ZERO),
            (Duration::from_nanos(1), millis(1)),
            (millis(32_767), millis(32_767)),
            (millis(32_768), Duration::from_secs(33)),
            (Duration::from_secs(32_766), Duration::from_secs(32_766)),
            (Duration::from_secs(32_767), Duration::from_secs(32_766)),
            (Duration::MAX, Duration::from_secs(32_766)),
        ];
        for (hint, expected) in hints {
            let class = |hint| ErrorClass::Throttled { retry_after: Some(hint) };
            assert_eq!(
                kept(retry(class(hint), Duration::ZERO)),
                retry(class(expected), Duration::ZERO),
                "{hint:?}"
            );
        }
        let waits = [
            (Duration::from_nanos(1_999_999), millis(1)),
            (millis(u32::MAX.into()), millis(u32::MAX.into())),
            (Duration::MAX, millis(u32::MAX.into())),
        ];
        for (wait, expected) in waits {
            let class = ErrorClass::Transient;
            assert_eq!(kept(retry(class, wait)), retry(class, expected), "{wait:?}");
        }
        for code in [0, 99, 1_000, u16::MAX] {
            let class = |code| ErrorClass::Status { code, retry_after: None };
            let step = retry(class(code), Duration::ZERO);
            assert_eq!(kept(step), retry(class(999), Duration::ZERO));
        }
    }

    // SPEC 16.2
    #[test]
    fn the_time_between_two_records_is_right_after_49_days_too() {
        let days = |days: u64| Duration::from_secs(days * 24 * 60 * 60);
        let at = |time| Record::new(time, 3, 1, true, Step::Success);
        let second = Duration::from_secs(1);
        for time in [Duration::ZERO, days(49), days(50), days(99), days(400)] {
            assert_eq!(at(time + second).since(&at(time)), second, "{time:?}");
            assert_eq!(at(time).since(&at(time + second)), Duration::ZERO, "{time:?}");
        }
    }

    #[test]
    fn an_attempt_beyond_15_bits_is_the_last_that_has_a_number() {
        for (attempt, expected) in [(1, 1), (32_767, 32_767), (32_768, 32_767), (u32::MAX, 32_767)]
        {
            for is_first in [false, true] {
                let record = Record::new(Duration::MAX, 3, attempt, is_first, Step::Success);
                assert_eq!((record.attempt(), record.is_first()), (expected, is_first));
                assert_eq!(
                    (record.call(), record.time()),
                    (3, Duration::from_millis(u32::MAX.into()))
                );
            }
        }
    }
}
