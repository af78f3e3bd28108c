//! The values of a line that a proxy folded from several lines (RFC 9110 §5.3).

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

/// Splits the line at its first comma.
///
/// `1,000` stays one value, because its comma separates thousands. That value is unreadable; as two values
/// it would give a wait of 1 s, much too short.
pub(crate) fn first_value(line: &[u8]) -> (&[u8], Option<&[u8]>) {
    let start = thousands_end(line).unwrap_or(0);
    let comma = line[start..].iter().position(|&byte| byte == b',');
    let (value, rest) = line.split_at(comma.map_or(line.len(), |comma| start + comma));
    (value, rest.get(1..))
}

/// The end of a number with thousands separators at the start of the line, if there is one. Equal parts,
/// as in `120,120`, are separate values.
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

/// The three digits after a separator.
fn thousand(rest: &[u8]) -> Option<&[u8]> {
    let [b',', part @ ..] = rest else { return None };
    let count = part.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (count == 3).then(|| &part[..3])
}
