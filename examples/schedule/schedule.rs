//! The waits of a policy, and their sum.

use std::ops::RangeInclusive;
use std::time::Duration;

use retry_kit::{Delays, RetryPolicy};

/// The number of waits shown for a policy without a limit.
const SHOWN: usize = 20;

pub struct Schedule {
    pub waits: Vec<RangeInclusive<Duration>>,
    /// The number of waits not shown; `None` without a limit.
    more: Option<usize>,
    worst: Option<Duration>,
    worst_with_hints: Option<Duration>,
}

impl Schedule {
    pub fn of(policy: &RetryPolicy) -> Self {
        Self::with(policy.delays(), policy)
    }

    /// The waits after throttled failures, if they differ.
    pub fn after_throttling(policy: &RetryPolicy) -> Option<Self> {
        let throttled = Self::with(policy.throttled_delays(), policy);
        (throttled.waits != Self::of(policy).waits).then_some(throttled)
    }

    fn with(delays: Delays, policy: &RetryPolicy) -> Self {
        let waits: Vec<_> = delays.take(SHOWN).collect();
        let retries = policy.get_max_retries().map(|retries| retries as usize);
        Self {
            more: retries.map(|retries| retries - waits.len()),
            waits,
            worst: policy.worst_case_wait(),
            worst_with_hints: policy.worst_case_wait_with_hints(),
        }
    }

    /// The longest wait shown.
    pub fn longest(&self) -> Duration {
        self.waits.iter().map(|wait| *wait.end()).max().unwrap_or_default()
    }

    pub fn total(&self) -> String {
        let more = match self.more {
            Some(0) => String::new(),
            Some(more) => format!("{more} more retries follow. "),
            None => "No limit on retries. ".to_owned(),
        };
        match (self.worst, self.worst_with_hints) {
            (Some(worst), Some(with_hints)) => format!(
                "{more}All waits together take at most {}, or {} if the server always asks for more.",
                words(worst),
                words(with_hints)
            ),
            _ => format!("{more}A deadline would bound the waits."),
        }
    }
}

pub fn after_hint(policy: &RetryPolicy, hint: Duration) -> String {
    let asked = format!("After `Retry-After: {}`", hint.as_secs());
    match policy.wait_after_hint(hint) {
        Some(wait) if wait.start() == wait.end() => {
            format!("{asked} it waits {}.", words(*wait.end()))
        }
        Some(wait) => {
            format!("{asked} it waits {} to {}.", words(*wait.start()), words(*wait.end()))
        }
        None if hint.is_zero() => format!("{asked} it waits by its backoff."),
        None => format!("{asked} it gives up."),
    }
}

/// A duration to three digits: "250 ms", "1.5 s", "2.5 min", "3 h".
pub fn words(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    let (number, unit) = match seconds {
        0.0 => (0.0, "s"),
        _ if seconds < 1e-6 => (seconds * 1e9, "ns"),
        _ if seconds < 1e-3 => (seconds * 1e6, "µs"),
        _ if seconds < 1.0 => (seconds * 1e3, "ms"),
        _ if seconds < 120.0 => (seconds, "s"),
        _ if seconds < 7200.0 => (seconds / 60.0, "min"),
        _ if seconds < 172_800.0 => (seconds / 3600.0, "h"),
        _ => (seconds / 86_400.0, "days"),
    };
    let digits = if number >= 100.0 {
        0
    } else if number >= 10.0 {
        1
    } else {
        2
    };
    let number = format!("{number:.digits$}");
    let number = if number.contains('.') {
        number.trim_end_matches('0').trim_end_matches('.')
    } else {
        &number
    };
    format!("{number} {unit}")
}
