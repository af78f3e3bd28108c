//! Durations as integer nanoseconds, and in words: `250ms`, `1.5s`, `1m 30s`.

use core::fmt;
use core::time::Duration;

use super::parse_error::ParseError;

const NANOS_PER_SEC: u128 = 1_000_000_000;

/// The nanoseconds of a duration, saturating at 2⁶⁴ − 1: 584 years.
#[expect(clippy::cast_possible_truncation, reason = "compared before")]
#[inline]
pub(crate) const fn nanos(duration: Duration) -> u64 {
    let nanos = duration.as_nanos();
    if nanos > u64::MAX as u128 { u64::MAX } else { nanos as u64 }
}

#[inline]
pub(crate) const fn min(a: u64, b: u64) -> u64 {
    if a < b { a } else { b }
}

#[inline]
pub(crate) const fn max(a: u64, b: u64) -> u64 {
    if a > b { a } else { b }
}

/// Writes a duration as a person would: `1s`, `250ms`, `1.5s`, `2m`, `1m 30s`, `1h 0.5s`.
pub(crate) struct Words(pub(crate) Duration);

impl fmt::Display for Words {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(u64, &str); 3] = [(86_400, "d"), (3_600, "h"), (60, "m")];
        // Two minutes, because a cap of one minute is usually written "60s".
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

/// Units from long to short, with their length in nanoseconds.
const UNITS: [(&str, u128); 8] = [
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("µs", 1_000),
    ("ns", 1),
];

/// Reads a duration with units, such as `1m 30s`, as the attribute and a configuration do.
///
/// The units are d, h, m, s, ms, us or µs, and ns, the longest first. The result is exact to the
/// nanosecond.
///
/// For a field of your own configuration, see also the module `retry_kit::duration` (feature
/// `serde`).
///
/// # Errors
///
/// If the text is not a duration; the message says what to write instead.
///
/// ```
/// use std::time::Duration;
/// use retry_kit::parse_duration;
///
/// assert_eq!(parse_duration("1m 30s"), Ok(Duration::from_secs(90)));
/// assert_eq!(
///     parse_duration("5").unwrap_err().to_string(),
///     "`5` has no unit; write \"5s\" for seconds or \"5ms\" for milliseconds",
/// );
/// ```
#[inline]
pub fn parse_duration(text: &str) -> Result<Duration, ParseError> {
    read(text).map_err(ParseError::new)
}

#[inline]
fn read(text: &str) -> Result<Duration, String> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err("an empty duration; write it with a unit, such as \"250ms\" or \"1s\"".into());
    }
    if rest.starts_with('-') {
        return Err("a duration cannot be negative".into());
    }
    let mut total: u128 = 0;
    let mut longer_than: Option<(&str, u128)> = None;
    while !rest.is_empty() {
        let (number, after) = split_where(rest, |c| !c.is_ascii_digit() && c != '.');
        let (word, after) =
            split_where(after.trim_start(), |c| c.is_ascii_digit() || c.is_whitespace());
        let (unit, length) = unit_of(number, word)?;
        if let Some((before, _)) = longer_than.filter(|&(_, before)| before <= length) {
            return Err(format!(
                "`{unit}` cannot follow `{before}`: write long units first and each once, such as \
                 \"1m 30s\""
            ));
        }
        longer_than = Some((unit, length));
        let part = nanoseconds(number, unit, length)?;
        total = total.checked_add(part).ok_or_else(too_long)?;
        rest = after.trim_start();
    }
    let seconds = u64::try_from(total / NANOS_PER_SEC).map_err(|_| too_long())?;
    let nanos = u32::try_from(total % NANOS_PER_SEC).map_err(|_| too_long())?;
    Ok(Duration::new(seconds, nanos))
}

#[inline]
fn too_long() -> String {
    "longer than a `Duration` can be (about 584 billion years)".into()
}

#[inline]
fn split_where(text: &str, end: impl FnMut(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(end).unwrap_or(text.len()))
}

#[inline]
fn unit_of(number: &str, word: &str) -> Result<(&'static str, u128), String> {
    if number.is_empty() {
        return Err(format!(
            "`{word}` is not a duration; write a number with a unit, such as \"250ms\" or \"1s\""
        ));
    }
    let written = number_meant(number);
    if word.is_empty() {
        return Err(format!(
            "`{number}` has no unit; write \"{written}s\" for seconds or \"{written}ms\" for \
             milliseconds"
        ));
    }
    if let Some(&unit) = UNITS.iter().find(|(unit, _)| *unit == word) {
        return Ok(unit);
    }
    let meant = match word.to_ascii_lowercase().as_str() {
        "sec" | "secs" | "second" | "seconds" | "s" => "s",
        "min" | "mins" | "minute" | "minutes" => "m",
        "msec" | "msecs" | "milli" | "millis" | "millisecond" | "milliseconds" | "ms" => "ms",
        "usec" | "micro" | "micros" | "microsecond" | "microseconds" | "us" => "us",
        "nsec" | "nano" | "nanos" | "nanosecond" | "nanoseconds" | "ns" => "ns",
        "hr" | "hrs" | "hour" | "hours" | "h" => "h",
        "day" | "days" | "d" => "d",
        _ => {
            return Err(format!(
                "`{word}` is not a unit of time; the units are ns, us, ms, s, m, h and d"
            ));
        }
    };
    Err(format!("`{word}` is not a unit of time here; write \"{written}{meant}\""))
}

/// The number as it can be read, for the messages.
#[inline]
fn number_meant(number: &str) -> String {
    match number.split_once('.') {
        Some(("", "")) => "1.5".to_owned(),
        Some((_, fraction)) if fraction.contains('.') => "1.5".to_owned(),
        Some(("", fraction)) => format!("0.{fraction}"),
        Some((whole, "")) => whole.to_owned(),
        None | Some(_) => number.to_owned(),
    }
}

/// `number` times `length`, exactly.
#[inline]
fn nanoseconds(number: &str, unit: &str, length: u128) -> Result<u128, String> {
    let malformed =
        || format!("`{number}` is not a number; write \"{}{unit}\"", number_meant(number));
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) if !whole.is_empty() && !fraction.is_empty() => (whole, fraction),
        Some(_) => return Err(malformed()),
        None => (number, ""),
    };
    if fraction.contains('.') {
        return Err(malformed());
    }
    let whole: u128 = whole.parse().map_err(|_| too_long())?;
    let whole = whole.checked_mul(length).ok_or_else(too_long)?;
    let too_fine = || format!("`{number}{unit}` is finer than a nanosecond");
    let digits = fraction.trim_end_matches('0');
    // A day is 2¹⁶·5¹¹·27 ns, so a number with more than 16 decimals is finer than a nanosecond.
    let scale = u32::try_from(digits.len()).ok().filter(|digits| *digits <= 16);
    let scale = 10_u128.pow(scale.ok_or_else(too_fine)?);
    let part = digits.parse().unwrap_or(0) * length;
    if part % scale != 0 {
        return Err(too_fine());
    }
    whole.checked_add(part / scale).ok_or_else(too_long)
}

#[cfg(test)]
mod tests {
    use super::*;

    // SPEC 4.3
    #[test]
    fn a_duration_longer_than_584_years_saturates() {
        let cases = [
            (Duration::ZERO, 0),
            (Duration::from_nanos(1), 1),
            (Duration::from_nanos(u64::MAX), u64::MAX),
            (Duration::new(18_446_744_073, 709_551_616), u64::MAX),
            (Duration::MAX, u64::MAX),
        ];
        for (duration, expected) in cases {
            assert_eq!(nanos(duration), expected, "{duration:?}");
        }
    }

    #[test]
    fn durations_are_shown_as_a_person_writes_them() {
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

    // SPEC 2.4
    #[test]
    fn literals_with_units_are_exact() {
        let cases = [
            ("0s", Duration::ZERO),
            ("1ns", Duration::from_nanos(1)),
            ("7us", Duration::from_micros(7)),
            ("7µs", Duration::from_micros(7)),
            ("250ms", Duration::from_millis(250)),
            ("1s", Duration::from_secs(1)),
            ("1.5s", Duration::from_millis(1_500)),
            ("0.000000001s", Duration::from_nanos(1)),
            ("1.50s", Duration::from_millis(1_500)),
            ("1m 30s", Duration::from_secs(90)),
            ("1m30s", Duration::from_secs(90)),
            (" 2h ", Duration::from_secs(7_200)),
            ("1d 1h 1m 1s 1ms 1us 1ns", Duration::new(90_061, 1_001_001)),
            ("0.5d", Duration::from_secs(43_200)),
            ("0.00000000005m", Duration::from_nanos(3)),
            ("0.0000000000000000m", Duration::ZERO),
            ("0.0000152587890625d", Duration::from_nanos(1_318_359_375)),
            ("18446744073709551615s 999999999ns", Duration::MAX),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_duration(text), Ok(expected), "{text}");
        }
    }

    // SPEC 2.4, 9.1
    #[test]
    fn a_near_miss_of_a_unit_is_answered_with_the_unit() {
        let cases = [
            ("s", &["sec", "secs", "second", "seconds", "Sec", "SECONDS", "S"][..]),
            ("m", &["min", "mins", "minute", "minutes", "Min"]),
            (
                "ms",
                &["msec", "msecs", "milli", "millis", "millisecond", "milliseconds", "MS", "Ms"],
            ),
            ("us", &["usec", "micro", "micros", "microsecond", "microseconds", "US"]),
            ("ns", &["nsec", "nano", "nanos", "nanosecond", "nanoseconds", "NS"]),
            ("h", &["hr", "hrs", "hour", "hours", "H"]),
            ("d", &["day", "days", "D"]),
        ];
        for (unit, words) in cases {
            for word in words {
                let expected =
                    Err(format!("`{word}` is not a unit of time here; write \"5{unit}\""));
                for text in [format!("5{word}"), format!("5 {word}"), format!("1d 5 {word}")] {
                    assert_eq!(read(&text), expected, "{text}");
                }
            }
        }
        // `M` may be a month, or a minute: nothing is suggested.
        for word in ["M", "mo", "w", "weeks", "y", "sek", "seconds,", "µ"] {
            let expected =
                format!("`{word}` is not a unit of time; the units are ns, us, ms, s, m, h and d");
            assert_eq!(read(&format!("5{word}")), Err(expected));
        }
    }

    // SPEC 9.2
    #[test]
    fn a_malformed_duration_gets_a_message_that_says_what_to_write() {
        let cases = [
            ("", "such as \"250ms\" or \"1s\""),
            ("1", "write \"1s\" for seconds"),
            ("1.5", "write \"1.5s\" for seconds"),
            ("1 sec", "write \"1s\""),
            ("5 minutes", "write \"5m\""),
            ("5S", "write \"5s\""),
            ("1s500", "`500` has no unit"),
            ("1s 500", "`500` has no unit"),
            ("s", "such as \"250ms\""),
            ("-1s", "cannot be negative"),
            ("1y", "the units are ns, us, ms, s, m, h and d"),
            ("1.s", "write \"1s\""),
            (".5s", "write \"0.5s\""),
            (".s", "write \"1.5s\""),
            ("..5s", "write \"1.5s\""),
            ("..", "write \"1.5s\" for seconds"),
            ("5.", "write \"5s\" for seconds"),
            (".5 sec", "write \"0.5s\""),
            ("1.2.3s", "write \"1.5s\""),
            ("30s 1m", "write long units first"),
            ("1s 1s", "each once"),
            ("1.5ns", "finer than a nanosecond"),
            ("0.00000000001m", "finer than a nanosecond"),
            ("0.00000000000000001d", "finer than a nanosecond"),
            ("0.00000000000000000000000000000000000000000001d", "finer than a nanosecond"),
            ("18446744073709551616s", "longer than a `Duration`"),
            ("99999999999999999999999999999999999999999s", "longer than a `Duration`"),
            ("340282366920938463463374607431768211455d", "longer than a `Duration`"),
            ("3938453320844195178974243.9d", "longer than a `Duration`"),
        ];
        for (text, answer) in cases {
            let error = read(text).err().unwrap_or_default();
            assert!(error.contains(answer), "{text:?}: {error:?}");
        }
    }
}
