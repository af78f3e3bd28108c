//! Takes a line of settings apart: `max = 5, status(429, 503)`.

/// Splits at the commas outside of quotes and parentheses; a trailing comma is allowed.
pub(super) fn parts(text: &str) -> Result<Vec<&str>, String> {
    let mut parts = Vec::new();
    let (mut start, mut depth, mut is_quoted) = (0, 0_u32, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1).ok_or("a `)` without its `(`")?,
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    if is_quoted {
        return Err("a `\"` is missing".into());
    }
    if depth > 0 {
        return Err("a `)` is missing".into());
    }
    parts.push(&text[start..]);
    if parts.last().is_some_and(|last| last.trim().is_empty()) {
        parts.pop();
    }
    if parts.iter().any(|part| part.trim().is_empty()) {
        return Err("a key is missing between two commas".into());
    }
    Ok(parts)
}

/// Splits `key = value` or `key(value)` into the key and its value without quotes.
pub(super) fn halves(setting: &str) -> (&str, Option<&str>) {
    let setting = setting.trim();
    if let Some((key, value)) = setting.split_once('=').filter(|(key, _)| !key.contains('(')) {
        return (key.trim_end(), Some(unquoted(value)).filter(|value| !value.is_empty()));
    }
    let in_parentheses = setting.strip_suffix(')').and_then(|setting| setting.split_once('('));
    match in_parentheses {
        Some((key, value)) => (key.trim_end(), Some(unquoted(value))),
        None => (setting, None),
    }
}

/// The text inside its quotes, if it has any.
pub(super) fn unquoted(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}
