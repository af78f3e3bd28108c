//! A set of statuses from text: `429, 500..=599`.

use core::str::FromStr;

use super::parse_error::ParseError;
use super::status::StatusSet;
use super::values::{STATUSES, meant};

/// Reads codes, ranges and the names `default` and `transient`, separated by `,` or `|`.
///
/// An empty text and `none` give the empty set. The output of [`Display`](core::fmt::Display) reads back
/// as the same set.
///
/// ```
/// use retry_kit::StatusSet;
///
/// let set = StatusSet::EMPTY.with(429).with_range(500..=599);
/// assert_eq!("429, 500..=599".parse(), Ok(set));
/// assert_eq!("429 | 500..=599".parse(), Ok(set));
/// assert_eq!("default, 408".parse(), Ok(StatusSet::DEFAULT.with(408)));
/// assert_eq!(set.to_string().parse(), Ok(set));
///
/// let error = "5xx".parse::<StatusSet>().unwrap_err();
/// assert_eq!(error.to_string(), "`status`: `5xx` is not a status; write 500..=599");
/// ```
impl FromStr for StatusSet {
    type Err = ParseError;

    #[inline]
    fn from_str(text: &str) -> Result<Self, ParseError> {
        match text.trim() {
            "" | "none" => Ok(Self::EMPTY),
            text => text.split([',', '|']).try_fold(Self::EMPTY, with_words),
        }
    }
}

/// Adds the code, range or named set in `text` to the set.
#[inline]
pub(crate) fn with_words(set: StatusSet, text: &str) -> Result<StatusSet, ParseError> {
    let text = text.trim();
    if let Some(named) = STATUSES.iter().find(|named| named.word == text) {
        return Ok(set.union(named.value));
    }
    let ends = text.split_once("..=").or_else(|| text.split_once('–')).unwrap_or((text, text));
    match (code(ends.0), code(ends.1)) {
        (Some(first), Some(last)) => with_codes(set, first, last),
        _ if text.is_empty() => {
            Err(ParseError::new("`status`: an empty entry; write codes such as 429, 503"))
        }
        _ => Err(ParseError::new(match (range_meant(text), meant(text, STATUSES)) {
            (Some(range), _) => format!("`status`: `{text}` is not a status; write {range}"),
            (None, Some(word)) => {
                format!("`status`: `{text}` is not a status; did you mean `{word}`?")
            }
            (None, None) => format!(
                "`status`: `{text}` is not a status; write a code such as 429 or a range such as \
                 500..=599"
            ),
        })),
    }
}

/// Adds the codes from `first` to `last` to the set.
#[inline]
pub(crate) fn with_codes(set: StatusSet, first: i64, last: i64) -> Result<StatusSet, ParseError> {
    if first > last {
        let message = format!("`status`: an empty range; write \"{last}..={first}\"");
        return Err(ParseError::new(message));
    }
    let codes = u16::try_from(first).ok().zip(u16::try_from(last).ok());
    codes.and_then(|(first, last)| set.try_with_range(first..=last)).ok_or_else(|| {
        ParseError::new("`status`: an HTTP status is a number from 200 to 599, except 320 to 399")
    })
}

/// Reads any number, a status or not.
#[inline]
fn code(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(i64::MAX))
}

/// Returns the range that a text in another notation probably means: `5xx`, `500..599`, `500-599`.
#[must_use]
#[inline]
pub fn range_meant(text: &str) -> Option<String> {
    let text = text.trim();
    if let [class @ b'1'..=b'5', rest @ ..] = text.as_bytes() {
        if rest.eq_ignore_ascii_case(b"xx") || rest == b"**" {
            let class = char::from(*class);
            return Some(format!("{class}00..={class}99"));
        }
    }
    let is_digit = |c: char| c.is_ascii_digit();
    let (first, rest) = text.split_at_checked(3)?;
    let last = rest.trim_start_matches(|c: char| !is_digit(c));
    let is_range = first.chars().all(is_digit) && last.len() == 3 && last.chars().all(is_digit);
    (is_range && rest.len() > 3).then(|| format!("{first}..={last}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    // SPEC 9.1
    #[test]
    fn a_range_in_another_notation_is_known_by_its_two_codes() {
        let cases = [
            ("5xx", Some("500..=599")),
            ("4XX", Some("400..=499")),
            ("5**", Some("500..=599")),
            ("500-599", Some("500..=599")),
            (" 500 to 599 ", Some("500..=599")),
            ("500599", None),
            ("500-5", None),
            ("500-5999", None),
            ("50a-599", None),
            ("500-5a9", None),
            ("6xx", None),
            ("5xy", None),
            ("5", None),
        ];
        for (text, expected) in cases {
            assert_eq!(range_meant(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_set_is_read_from_codes_and_ranges() {
        let gateway = StatusSet::EMPTY.with(429).with_range(502..=504);
        let cases = [
            ("", StatusSet::EMPTY),
            (" \t", StatusSet::EMPTY),
            ("none", StatusSet::EMPTY),
            ("429", StatusSet::EMPTY.with(429)),
            ("429,502..=504", gateway),
            (" 429 , 502 ..= 504 ", gateway),
            ("429|502..=504", gateway),
            ("502 | 503 | 504, 429", gateway),
            ("429, 502–504", gateway),
            ("200..=599", StatusSet::EMPTY.with_range(200..=599)),
            ("default", StatusSet::DEFAULT),
            (" transient ", StatusSet::TRANSIENT),
            ("default, 408", StatusSet::DEFAULT.with(408)),
            ("408 | default | 502..=504", StatusSet::DEFAULT.with(408).with(502)),
            ("404, transient, default", StatusSet::TRANSIENT.with(404)),
        ];
        for (text, set) in cases {
            assert_eq!(text.parse(), Ok(set), "{text}");
            assert_eq!(set.to_string().parse(), Ok(set));
        }
    }

    #[test]
    fn a_malformed_set_gets_a_message_that_says_what_to_write() {
        let number = "`status`: an HTTP status is a number from 200 to 599, except 320 to 399";
        let empty = "`status`: an empty entry; write codes such as 429, 503";
        let cases = [
            ("42", number),
            ("600", number),
            ("-1", number),
            ("70000", number),
            ("99999999999999999999", number),
            ("500..=600", number),
            ("429,", empty),
            (",", empty),
            ("429||503", empty),
            ("599..=500", "`status`: an empty range; write \"500..=599\""),
            ("5xx", "`status`: `5xx` is not a status; write 500..=599"),
            ("429, 5XX", "`status`: `5XX` is not a status; write 500..=599"),
            ("500..599", "`status`: `500..599` is not a status; write 500..=599"),
            ("500-599", "`status`: `500-599` is not a status; write 500..=599"),
            ("500 to 599", "`status`: `500 to 599` is not a status; write 500..=599"),
            ("transcient", "`status`: `transcient` is not a status; did you mean `transient`?"),
            ("408, Default", "`status`: `Default` is not a status; did you mean `default`?"),
            ("retryable", "`status`: `retryable` is not a status; did you mean `transient`?"),
            (
                "busy",
                "`status`: `busy` is not a status; write a code such as 429 or a range such as \
                 500..=599",
            ),
            (
                "5é0..=",
                "`status`: `5é0..=` is not a status; write a code such as 429 or a range such as \
                 500..=599",
            ),
        ];
        for (text, message) in cases {
            let error = text.parse::<StatusSet>().map_err(|error| error.to_string());
            assert_eq!(error, Err(message.to_owned()), "{text}");
        }
    }
}
