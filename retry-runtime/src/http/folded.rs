//! The values in a line that a proxy has made of several (RFC 9110 §5.3).

/// The values of a line, without the white space around them.
#[cfg(feature = "http")]
pub(crate) fn values(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(line);
    core::iter::from_fn(move || {
        let (value, after) = first_value(rest?);
        rest = after;
        Some(value.trim_ascii())
    })
}

/// The line up to its first comma, and what is behind that.
///
/// The commas of `1,000` separate thousands, and stand in one value, which so cannot be read: as the
/// longer of 1 and 0 it would be a wait that is much too short.
pub(crate) fn first_value(line: &[u8]) -> (&[u8], Option<&[u8]>) {
    let start = thousands_end(line).unwrap_or(0);
    let comma = line[start..].iter().position(|&byte| byte == b',');
    let (value, rest) = line.split_at(comma.map_or(line.len(), |comma| start + comma));
    (value, rest.get(1..))
}

/// Where the thousands end, if the line begins with a number that has separators between them. Equal
/// parts, `120,120`, are values.
fn thousands_end(line: &[u8]) -> Option<usize> {
    let number = line.trim_ascii_start();
    let digits = number.strip_prefix(b"-").unwrap_or(number);
    let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (first, mut rest) = digits.split_at(count);
    let mut is_one_number = false;
    while let Some(part) = thousand(rest) {
        is_one_number |= part != first;
        rest = &rest[4..];
    }
    ((1..=3).contains(&count) && is_one_number).then(|| line.len() - rest.len())
}

/// The three digits behind a separator.
fn thousand(rest: &[u8]) -> Option<&[u8]> {
    let [b',', part @ ..] = rest else { return None };
    let count = part.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (count == 3).then(|| &part[..3])
}
