//! Durations as integer nanoseconds, and in words.

use core::fmt;
use core::time::Duration;

pub(crate) const NANOS_PER_SEC: u128 = 1_000_000_000;

/// The duration of `nanos` nanoseconds, or [`Duration::MAX`] if there are more than it can hold.
#[expect(clippy::cast_possible_truncation, reason = "compared before")]
pub(crate) const fn from_nanos(nanos: u128) -> Duration {
    // The 64-bit division is several times cheaper, and every ordinary wait takes it.
    if nanos <= u64::MAX as u128 {
        return Duration::from_nanos(nanos as u64);
    }
    if nanos > Duration::MAX.as_nanos() {
        return Duration::MAX;
    }
    Duration::new((nanos / NANOS_PER_SEC) as u64, (nanos % NANOS_PER_SEC) as u32)
}

/// The nanoseconds of a duration of less than 2³³ s.
#[cfg(feature = "decide")]
#[expect(clippy::cast_possible_truncation, reason = "10⁹ fits")]
pub(crate) const fn short_nanos(duration: Duration) -> u64 {
    duration.as_secs() * NANOS_PER_SEC as u64 + duration.subsec_nanos() as u64
}

pub(crate) const fn min(a: u128, b: u128) -> u128 {
    if a < b { a } else { b }
}

pub(crate) const fn max(a: u128, b: u128) -> u128 {
    if a > b { a } else { b }
}

/// Writes a duration as a person would: `1s`, `250ms`, `1.5s`, `2m`, `1m 30s`, `1h 0.5s`.
pub(crate) struct Words(pub(crate) Duration);

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(u64, &str); 3] = [(86_400, "d"), (3_600, "h"), (60, "m")];
        // "60s" is how a cap of one minute is usually written, hence the two minutes.
        if self.0.as_secs() < 120 {
            return write!(f, "{:?}", self.0);
        }
        let mut seconds = self.0.as_secs();
        let mut separator = "";
        for (length, unit) in UNITS {
            if seconds >= length {
                write!(f, "{separator}{}{unit}", seconds / length)?;
                seconds %= length;
                separator = " ";
            }
        }
        let rest = Duration::new(seconds, self.0.subsec_nanos());
        if rest.is_zero() { Ok(()) } else { write!(f, "{separator}{rest:?}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nanoseconds_that_no_duration_holds_saturate() {
        let cases = [
            (0, Duration::ZERO),
            (1, Duration::from_nanos(1)),
            (u128::from(u64::MAX), Duration::from_nanos(u64::MAX)),
            (u128::from(u64::MAX) + 1, Duration::new(18_446_744_073, 709_551_616)),
            (Duration::MAX.as_nanos(), Duration::MAX),
            (Duration::MAX.as_nanos() + 1, Duration::MAX),
            (u128::MAX, Duration::MAX),
        ];
        for (nanos, expected) in cases {
            assert_eq!(from_nanos(nanos), expected, "{nanos} ns");
        }
    }

    #[test]
    fn durations_read_as_a_person_writes_them() {
        let cases = [
            (Duration::ZERO, "0ns"),
            (Duration::from_millis(250), "250ms"),
            (Duration::from_millis(1_500), "1.5s"),
            (Duration::from_secs(60), "60s"),
            (Duration::from_secs(90), "90s"),
            (Duration::from_secs(300), "5m"),
            (Duration::from_millis(150_500), "2m 30.5s"),
            (Duration::from_secs(90_061), "1d 1h 1m 1s"),
        ];
        for (duration, words) in cases {
            assert_eq!(Words(duration).to_string(), words);
        }
    }
}
