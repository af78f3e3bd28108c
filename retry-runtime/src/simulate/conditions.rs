//! What is wrong with a service, and when; and how many calls come.

use core::fmt;
use core::ops::Range;
use core::time::Duration;

use super::chance::WHOLE;
use crate::policy::ErrorClass;
use crate::policy::duration::nanos;

/// The steps of a ramp.
const STEPS: u64 = 1_000;

/// What is different for a while. Factors and shares are in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    Down,
    Slow(u64),
    Errors(u64),
    Throttled(Option<Duration>),
    /// More calls, or fewer.
    Load(u64),
    /// More and more calls.
    Ramp(u64),
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Down => f.write_str("down"),
            Self::Slow(factor) => write!(f, "{}× slower", Millionths(factor)),
            Self::Errors(share) => write!(f, "{} % errors", Millionths(share.saturating_mul(100))),
            Self::Throttled(None) => f.write_str("429"),
            Self::Throttled(Some(after)) => write!(f, "429, retry after {after:?}"),
            Self::Load(factor) => write!(f, "{}× the calls", Millionths(factor)),
            Self::Ramp(factor) => write!(f, "up to {}× the calls", Millionths(factor)),
        }
    }
}

/// Writes millionths as a decimal.
struct Millionths(u64);

impl fmt::Display for Millionths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / WHOLE, self.0 % WHOLE);
        write!(f, "{whole}")?;
        if rest > 0 {
            let rest = format!("{rest:06}");
            write!(f, ".{}", rest.trim_end_matches('0'))?;
        }
        Ok(())
    }
}

/// A condition and its time, in nanoseconds since the beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) condition: Condition,
    pub(super) time: Range<u64>,
}

impl Period {
    pub(super) fn new(condition: Condition, time: &Range<Duration>) -> Self {
        Self { condition, time: nanos(time.start)..nanos(time.end) }
    }

    /// The first moment after `now` at which this period changes the rate of calls.
    fn load_changes(&self, now: u64) -> Option<u64> {
        let Range { start, end } = self.time;
        match self.condition {
            Condition::Load(_) | Condition::Ramp(_) if now < start => Some(start),
            Condition::Load(_) if now < end => Some(end),
            Condition::Ramp(_) if now < end => {
                let step = (end - start).div_ceil(STEPS);
                let passed = (now - start) / step * step;
                Some(start.saturating_add(passed).saturating_add(step).min(end))
            }
            _ => None,
        }
    }
}

/// All conditions of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Conditions(Vec<Period>);

impl Conditions {
    pub(super) fn add(&mut self, period: Period) {
        if !period.time.is_empty() {
            self.0.push(period);
        }
    }

    pub(super) fn periods(&self) -> &[Period] {
        &self.0
    }

    fn at(&self, now: u64) -> impl Iterator<Item = &Period> {
        self.0.iter().filter(move |period| period.time.contains(&now))
    }

    /// When the last condition ends; 0 without any.
    pub(super) fn end(&self) -> u64 {
        self.0.iter().map(|period| period.time.end).max().unwrap_or(0)
    }

    /// When the service stops.
    pub(super) fn crashes(&self) -> impl Iterator<Item = u64> {
        let down = self.0.iter().filter(|period| period.condition == Condition::Down);
        down.map(|period| period.time.start)
    }

    /// How the service fails all requests that it receives now, if it does.
    pub(super) fn refusal(&self, now: u64) -> Option<ErrorClass> {
        let refusals = self.at(now).filter_map(|period| match period.condition {
            Condition::Down => Some(ErrorClass::Unsent),
            Condition::Throttled(retry_after) => {
                Some(ErrorClass::Status { code: 429, retry_after })
            }
            _ => None,
        });
        refusals.min_by_key(|class| *class != ErrorClass::Unsent)
    }

    /// The factor of the service time, in millionths.
    pub(super) fn slowness(&self, now: u64) -> u64 {
        self.at(now).fold(WHOLE, |all, period| match period.condition {
            Condition::Slow(factor) => multiplied(all, factor),
            _ => all,
        })
    }

    /// The shares of requests that fail, in millionths.
    pub(super) fn errors(&self, now: u64) -> impl Iterator<Item = u64> {
        self.at(now).filter_map(|period| match period.condition {
            Condition::Errors(share) => Some(share),
            _ => None,
        })
    }

    /// The factor of the rate of calls, in millionths, and when it changes. A ramp changes in small steps; each has
    /// the factor that the ramp reaches in its middle.
    pub(super) fn load(&self, now: u64) -> (u64, Option<u64>) {
        let until = self.0.iter().filter_map(|period| period.load_changes(now)).min();
        let middle = until.map_or(now, |until| now.midpoint(until));
        let load = self.at(middle).fold(WHOLE, |all, period| match period.condition {
            Condition::Load(factor) => multiplied(all, factor),
            Condition::Ramp(factor) => multiplied(all, reached(factor, &period.time, middle)),
            _ => all,
        });
        (load, until)
    }
}

fn multiplied(one: u64, other: u64) -> u64 {
    let product = u128::from(one) * u128::from(other) / u128::from(WHOLE);
    u64::try_from(product).unwrap_or(u64::MAX)
}

/// The factor that a ramp from 1 to `factor` has reached.
fn reached(factor: u64, time: &Range<u64>, now: u64) -> u64 {
    let (passed, length) = (u128::from(now - time.start), u128::from(time.end - time.start));
    let mixed = (u128::from(factor) * passed + u128::from(WHOLE) * (length - passed)) / length;
    u64::try_from(mixed).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conditions(periods: &[(Condition, Range<u64>)]) -> Conditions {
        let period = |(condition, time): &(Condition, Range<u64>)| {
            let time = Duration::from_nanos(time.start)..Duration::from_nanos(time.end);
            Period::new(*condition, &time)
        };
        let mut all = Conditions::default();
        periods.iter().map(period).for_each(|period| all.add(period));
        all
    }

    // SPEC 13.3
    #[test]
    fn conditions_hold_from_their_start_to_before_their_end() {
        let all = conditions(&[(Condition::Down, 10..20), (Condition::Down, 30..30)]);
        let is_down = |now| all.refusal(now) == Some(ErrorClass::Unsent);
        assert_eq!([9, 10, 19, 20, 30].map(is_down), [false, true, true, false, false]);
        assert_eq!(all.end(), 20);
    }

    #[test]
    fn a_service_that_is_down_does_not_throttle() {
        let throttled = Condition::Throttled(Some(Duration::from_secs(1)));
        let all = conditions(&[(throttled, 0..20), (Condition::Down, 10..30)]);
        let class = ErrorClass::Status { code: 429, retry_after: Some(Duration::from_secs(1)) };
        assert_eq!([0, 10].map(|now| all.refusal(now)), [Some(class), Some(ErrorClass::Unsent)]);
    }

    #[test]
    fn factors_at_the_same_time_are_multiplied() {
        let all = conditions(&[
            (Condition::Load(2 * WHOLE), 0..100),
            (Condition::Ramp(3 * WHOLE), 50..100),
            (Condition::Slow(WHOLE / 2), 0..10),
        ]);
        let load = [0, 50, 75, 100].map(|now| all.load(now));
        // A nanosecond is the smallest step.
        let expected = [(2, 50), (2, 51), (4, 76)].map(|(load, until)| (load * WHOLE, Some(until)));
        assert_eq!(load, [expected[0], expected[1], expected[2], (WHOLE, None)]);
        assert_eq!([0, 10].map(|now| all.slowness(now)), [WHOLE / 2, WHOLE]);
    }

    #[test]
    fn a_condition_says_what_it_is() {
        let cases = [
            (Condition::Down, "down"),
            (Condition::Slow(2_500_000), "2.5× slower"),
            (Condition::Errors(300_000), "30 % errors"),
            (Condition::Throttled(Some(Duration::from_secs(5))), "429, retry after 5s"),
            (Condition::Load(3 * WHOLE), "3× the calls"),
        ];
        for (condition, expected) in cases {
            assert_eq!(condition.to_string(), expected);
        }
    }

    #[test]
    fn a_ramp_changes_in_steps_with_the_factors_of_their_middles() {
        let all =
            conditions(&[(Condition::Ramp(3 * WHOLE), 500..10_500), (Condition::Down, 0..700)]);
        let cases = [
            (0, WHOLE, Some(500)),
            (500, WHOLE + 1_000, Some(510)),
            (509, WHOLE + 1_800, Some(510)),
            (10_495, 3 * WHOLE - 600, Some(10_500)),
            (10_500, WHOLE, None),
        ];
        for (now, load, until) in cases {
            assert_eq!(all.load(now), (load, until), "{now}");
        }
    }
}
