//! What holds for every value of `Retry-After`.

use std::str;
use std::time::{Duration, SystemTime};

use retry_kit::{RetryAfter, parse_retry_after};

const CLAMP: Duration = Duration::from_secs(300);
const UNREADABLE: Duration = Duration::from_secs(5);
const LONGEST: usize = 128;

/// SPEC 6.1, 6.2, 6.3
pub fn both_readings_agree_and_stay_in_their_limits(value: &[u8]) {
    let before = SystemTime::now();
    let strict = RetryAfter::parse(value);
    let trimmed = value.trim_ascii();
    assert!(strict.is_err() || (value.len() <= LONGEST && trimmed.len() == value.len()));
    let Ok(text) = str::from_utf8(value) else { return };
    let lenient = parse_retry_after(text);
    let after = SystemTime::now();
    assert!(lenient <= CLAMP, "{lenient:?}");
    assert!(value.len() <= LONGEST || lenient == UNREADABLE, "{lenient:?}");
    let Ok(hint) = strict else { return };
    assert!(hint.delay_from(after).min(CLAMP) <= lenient, "{hint:?}: {lenient:?}");
    assert!(lenient <= hint.delay_from(before).min(CLAMP), "{hint:?}: {lenient:?}");
    if let RetryAfter::Delay(delay) = hint {
        assert!(value.iter().all(u8::is_ascii_digit));
        assert_eq!(lenient, delay.min(CLAMP));
        let spaced = format!("\t{text} ");
        let expected = if spaced.len() <= LONGEST { lenient } else { UNREADABLE };
        assert_eq!(parse_retry_after(&spaced), expected, "{spaced:?}");
    }
}

/// SPEC 6.1
pub fn of_folded_seconds_the_longest_counts(seconds: &[u64]) {
    let words: Vec<String> = seconds.iter().map(u64::to_string).collect();
    let line = words.join(", ");
    let Some(longest) = seconds.iter().max().filter(|_| line.len() <= LONGEST) else { return };
    assert_eq!(parse_retry_after(&line), Duration::from_secs(*longest).min(CLAMP), "{line}");
}
