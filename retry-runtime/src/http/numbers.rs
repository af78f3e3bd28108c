//! Numbers in headers.

use core::time::Duration;

/// No sensible value is longer, and reading a header must stay cheap.
pub(crate) const LONGEST_INPUT: usize = 128;

/// Reads one or more ASCII digits and nothing else; saturating.
pub(crate) fn digits(value: &[u8]) -> Option<u64> {
    if value.is_empty() {
        return None;
    }
    value.iter().try_fold(0_u64, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        Some(number.saturating_mul(10).saturating_add(digit))
    })
}

/// Reads `-?digits[.digits]` as seconds, rounded down to nanoseconds; a negative number is zero.
pub(crate) fn decimal_seconds(value: &[u8]) -> Option<Duration> {
    let (negative, value) = match value {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, value),
    };
    let (whole, fraction) = match value.iter().position(|&byte| byte == b'.') {
        Some(point) => (&value[..point], Some(&value[point + 1..])),
        None => (value, None),
    };
    let seconds = digits(whole)?;
    let nanos = match fraction {
        Some(fraction) => fraction_nanos(fraction)?,
        None => 0,
    };
    Some(if negative { Duration::ZERO } else { Duration::new(seconds, nanos) })
}

/// Reads the digits after a decimal point as nanoseconds, rounded down.
pub(crate) fn fraction_nanos(fraction: &[u8]) -> Option<u32> {
    digits(fraction)?;
    let places = fraction.iter().chain(core::iter::repeat(&b'0')).take(9);
    Some(places.fold(0, |nanos, digit| nanos * 10 + u32::from(digit - b'0')))
}
