//! Keeps the secrets in fields out of what `Debug` says about an error.

use std::borrow::Cow;

/// Fields and keys that hold secrets, also as the last word of a longer name.
const NAMES: [&str; 11] = [
    "username",
    "password",
    "query",
    "fragment",
    "token",
    "secret",
    "authorization",
    "cookie",
    "api_key",
    "api-key",
    "apikey",
];

/// What comes before a quote that ends a string, and not before one that begins it.
const BEFORE_AN_END: [char; 8] = [')', ']', '}', '.', ';', '!', '?', '"'];

/// `text`, which `Debug` made, with nothing in the strings that are the values of secret fields and
/// keys, or somewhere in these values.
///
/// A name and what follows it decide, wherever they stand: in a string that holds the `Debug` of
/// something else, or JSON, quotes have backslashes before them. What is between two strings is
/// taken for one where that is as likely, rather than that a secret is kept.
///
/// Not found: secrets that are no strings, and those in fields and keys with other names.
pub(super) fn without_secret_fields(text: &str) -> Cow<'_, str> {
    let mut kept = String::new();
    let mut decided = 0;
    let mut remove = |from: usize, to: usize| {
        if to > decided {
            kept.push_str(&text[decided..from.max(decided)]);
            decided = to;
        }
    };
    let mut at = 0;
    while let Some(found) = text[at..].find([':', ',']) {
        let mark = at + found;
        at = mark + 1;
        let is_key = match text.as_bytes()[mark] {
            b':' => !text[at..].starts_with(':') && ends_in_a_name(&text[..mark]),
            _ => begins_a_pair(&text[..mark]),
        };
        if is_key {
            at = blank(text, at, &mut remove);
        }
    }
    if decided == 0 {
        return Cow::Borrowed(text);
    }
    kept.push_str(&text[decided..]);
    Cow::Owned(kept)
}

/// Removes what is in the strings of the value that begins there; gives where to go on.
fn blank(text: &str, start: usize, remove: &mut impl FnMut(usize, usize)) -> usize {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut level = 0;
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' | b',' if depth == 0 => return at,
            b')' | b']' | b'}' => depth -= 1,
            // A bracket or quote as a `char`.
            b'\'' if bytes.get(at + 2) == Some(&b'\'') => at += 2,
            b'"' => {
                let from = at + 1;
                let quote = Quote::before(&text[start..at]);
                let Some(quote) = quote.filter(|quote| quote.backslashes >= level) else {
                    return at;
                };
                level = quote.backslashes;
                let end = quote.end(text, from);
                if end.content > from {
                    remove(from, end.content);
                }
                at = end.after;
                if at == text.len() {
                    return at;
                }
                if !end.is_own {
                    return from;
                }
                // It may be what is between two strings, the second of them a secret.
                if let Some(mark) = key_at_the_end(&text[from..end.content]) {
                    return from + mark;
                }
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    at
}

/// How a string is written that begins with a quote.
struct Quote {
    /// Those that stand before the quote: one in a string, three in a string in a string.
    backslashes: usize,
    /// Of a raw string those before its first quote.
    hashes: Option<usize>,
}

/// Where a string ends.
struct End {
    content: usize,
    after: usize,
    /// Not if it is only the string around it that ends there.
    is_own: bool,
}

impl Quote {
    /// The quote that follows, unless that is the end of a string around the value.
    fn before(value: &str) -> Option<Self> {
        let unescaped = value.trim_end_matches('\\');
        let backslashes = value.len() - unescaped.len();
        let word = unescaped.trim_end_matches('#');
        let outside = word.trim_end_matches(char::is_alphanumeric);
        let prefix = &word[outside.len()..];
        let begins = matches!(prefix, "" | "b" | "r" | "br" | "c" | "cr")
            && (backslashes + 1).is_power_of_two()
            && !outside.ends_with(BEFORE_AN_END);
        let is_raw = backslashes == 0 && prefix.ends_with('r');
        let hashes = is_raw.then_some(unescaped.len() - word.len());
        begins.then_some(Self { backslashes, hashes })
    }

    fn end(&self, text: &str, from: usize) -> End {
        let all = End { content: text.len(), after: text.len(), is_own: false };
        let rest = &text[from..];
        if let Some(hashes) = self.hashes {
            let quote = format!("\"{}", "#".repeat(hashes));
            return rest.find(&quote).map_or(all, |length| {
                let content = from + length;
                End { content, after: content + quote.len(), is_own: true }
            });
        }
        let mut backslashes = 0;
        for (length, byte) in rest.bytes().enumerate() {
            match byte {
                b'\\' => backslashes += 1,
                b'"' => {
                    let is_own = backslashes % (2 * (self.backslashes + 1)) == self.backslashes;
                    if is_own || backslashes < self.backslashes {
                        let quote = from + length;
                        let content = quote - backslashes.min(self.backslashes);
                        return End { content, after: quote + 1, is_own };
                    }
                    backslashes = 0;
                }
                _ => backslashes = 0,
            }
        }
        all
    }
}

/// Whether a key ends there, quoted or not.
fn ends_in_a_name(text: &str) -> bool {
    let text = text.trim_end();
    name_at_the_end(unquoted(text).unwrap_or(text)).is_some()
}

/// Whether it ends in the first half of a pair such as `("token", "x")`, which is how lists of
/// headers and parameters are shown.
fn begins_a_pair(text: &str) -> bool {
    unquoted(text).and_then(name_at_the_end).is_some_and(|before| {
        let before =
            before.trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-'));
        unquoted(before).is_some_and(|before| before.ends_with('('))
    })
}

/// Where the mark after a key is, if a string that comes next is its value, perhaps in `Some(…)`.
fn key_at_the_end(text: &str) -> Option<usize> {
    let mut text = text.trim_end_matches('\\').trim_end();
    while let Some(wrapper) = text.strip_suffix(['(', '[']) {
        text = wrapper.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').trim_end();
    }
    let is_key = match text.strip_suffix(':') {
        Some(key) => ends_in_a_name(key),
        None => text.strip_suffix(',').is_some_and(begins_a_pair),
    };
    is_key.then(|| text.len() - 1)
}

fn unquoted(text: &str) -> Option<&str> {
    text.strip_suffix('"').map(|text| text.trim_end_matches('\\'))
}

/// What comes before the secret name that `text` ends in.
fn name_at_the_end(text: &str) -> Option<&str> {
    NAMES.iter().find_map(|name| {
        let start = text.len().checked_sub(name.len())?;
        let is_there = text.as_bytes()[start..].eq_ignore_ascii_case(name.as_bytes());
        let before = is_there.then(|| &text[..start])?;
        (!before.ends_with(char::is_alphanumeric)).then_some(before)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CASES: [(&str, &str); 56] = [
        // The `Debug` of a `url::Url`.
        (
            "Connect { url: Url { scheme: \"https\", cannot_be_a_base: false, username: \"user\", \
             password: Some(\"pw\"), host: Some(Domain(\"host\")), port: None, path: \"/p\", query: \
             Some(\"token=x\"), fragment: Some(\"f\") } }",
            "Connect { url: Url { scheme: \"https\", cannot_be_a_base: false, username: \"\", \
             password: Some(\"\"), host: Some(Domain(\"host\")), port: None, path: \"/p\", query: \
             Some(\"\"), fragment: Some(\"\") } }",
        ),
        // Each name.
        ("E { username: \"x\" }", "E { username: \"\" }"),
        ("E { password: \"x\" }", "E { password: \"\" }"),
        ("E { query: \"x\" }", "E { query: \"\" }"),
        ("E { fragment: \"x\" }", "E { fragment: \"\" }"),
        ("E { token: \"x\" }", "E { token: \"\" }"),
        ("E { secret: \"x\" }", "E { secret: \"\" }"),
        ("E { authorization: \"x\" }", "E { authorization: \"\" }"),
        ("E { cookie: \"x\" }", "E { cookie: \"\" }"),
        ("E { api_key: \"x\" }", "E { api_key: \"\" }"),
        ("{\"api-key\": \"x\"}", "{\"api-key\": \"\"}"),
        ("E { apikey: \"x\" }", "E { apikey: \"\" }"),
        // Longer names, and other cases.
        ("E { db_password: \"x\" }", "E { db_password: \"\" }"),
        ("{\"Set-Cookie\": \"x\"}", "{\"Set-Cookie\": \"\"}"),
        ("{\"X-API-KEY\": \"x\"}", "{\"X-API-KEY\": \"\"}"),
        ("E { TOKEN: \"x\" }", "E { TOKEN: \"\" }"),
        ("E { r#token: \"x\" }", "E { r#token: \"\" }"),
        // Names that are others.
        ("E { tokens: \"x\" }", "E { tokens: \"x\" }"),
        ("E { token_type: \"x\" }", "E { token_type: \"x\" }"),
        ("E { subquery: \"x\" }", "E { subquery: \"x\" }"),
        ("E { ütoken: \"x\" }", "E { ütoken: \"x\" }"),
        ("token::Error(\"x\")", "token::Error(\"x\")"),
        ("E(\"token\", \"x\")", "E(\"token\", \"\")"),
        ("E(\"a\", \"token\", \"x\")", "E(\"a\", \"token\", \"x\")"),
        ("[\"token\", \"x\"]", "[\"token\", \"x\"]"),
        // Maps and pairs.
        (
            "{\"accept\": \"*/*\", \"authorization\": \"Bearer x\", \"age\": \"1\"}",
            "{\"accept\": \"*/*\", \"authorization\": \"\", \"age\": \"1\"}",
        ),
        ("{\"cookie\": \"a\", \"cookie\": \"b\"}", "{\"cookie\": \"\", \"cookie\": \"\"}"),
        ("[(\"x-token\", \"x\"), (\"a\", \"b\")]", "[(\"x-token\", \"\"), (\"a\", \"b\")]"),
        // Values.
        ("E { token: \"\" }", "E { token: \"\" }"),
        ("E { token: None }", "E { token: None }"),
        ("E { token: 5, a: \"x\" }", "E { token: 5, a: \"x\" }"),
        ("E { token: Expired, a: \"x\" }", "E { token: Expired, a: \"x\" }"),
        ("E { token: Some(Token(\"x\")), a: \"b\" }", "E { token: Some(Token(\"\")), a: \"b\" }"),
        ("E { token: [\"x\", \"y\"], a: \"b\" }", "E { token: [\"\", \"\"], a: \"b\" }"),
        (
            "E { cookie: Cookie { name: \"x\", value: \"y\" }, a: \"b\" }",
            "E { cookie: Cookie { name: \"\", value: \"\" }, a: \"b\" }",
        ),
        ("E { token: ('\"', '(', \"x\"), a: \"b\" }", "E { token: ('\"', '(', \"\"), a: \"b\" }"),
        (
            "E {\n    token: Some(\n        \"x\",\n    ),\n}",
            "E {\n    token: Some(\n        \"\",\n    ),\n}",
        ),
        ("E { token: \"x", "E { token: \""),
        ("E { token:", "E { token:"),
        // Strings.
        (r#"E { token: "a\"b", c: "d" }"#, r#"E { token: "", c: "d" }"#),
        (r#"E { token: "a\\", c: "d" }"#, r#"E { token: "", c: "d" }"#),
        (r#"E { token: "\u{7f}, ü → (", c: "d" }"#, r#"E { token: "", c: "d" }"#),
        (r#"E { token: b"a\xff", c: "d" }"#, r#"E { token: b"", c: "d" }"#),
        (r#"E { token: r"a\", c: "d" }"#, r#"E { token: r"", c: "d" }"#),
        (r##"E { token: r#"a"b"#, c: "d" }"##, "E { token: r#\"\"#, c: \"d\" }"),
        // In strings.
        (r#"Body("{\"token\":\"x\",\"a\":\"b\"}")"#, r#"Body("{\"token\":\"\",\"a\":\"b\"}")"#),
        (r#"Body("{ \"token\" : \"a\\\"b\" }")"#, r#"Body("{ \"token\" : \"\" }")"#),
        (r#"E("F { token: Some(\"x\") }", "a")"#, r#"E("F { token: Some(\"\") }", "a")"#),
        (r#"E("F(\"G { token: \\\"x\\\" }\")")"#, r#"E("F(\"G { token: \\\"\\\" }\")")"#),
        (r#"E("wrong token: a", "b")"#, r#"E("wrong token: a", "b")"#),
        (r#"E("token: \"x", "b")"#, r#"E("token: \"", "b")"#),
        // Where a string begins and where it ends cannot be told.
        (r#"E { a: "token: ", password: "x" }"#, r#"E { a: "token: """ }"#),
        (r#"E { a: "token: (", password: Some("x") }"#, r#"E { a: "token: (""") }"#),
        (r#"E { a: "5" 6"", token: "x" }"#, r#"E { a: "5" 6"", token: "" }"#),
        // Nothing to hide.
        ("", ""),
        ("a: b, c", "a: b, c"),
    ];

    // SPEC 7.3
    #[test]
    fn strings_in_secret_fields_become_empty_and_the_rest_stays() {
        for (text, redacted) in CASES {
            assert_eq!(without_secret_fields(text), redacted, "{text}");
        }
    }

    #[test]
    fn text_without_secrets_is_not_copied() {
        for (text, redacted) in CASES {
            let is_borrowed = matches!(without_secret_fields(text), Cow::Borrowed(_));
            assert_eq!(is_borrowed, text == redacted, "{text}");
        }
    }

    #[test]
    fn the_cost_is_linear_even_for_the_worst_text() {
        let parts = [
            "token: ",
            "token: \"",
            "token: (",
            "token: [\"",
            "\"token\":\\\"",
            "token: r#\"",
            "token:\\\\\\\"token:\\\"",
            "token: \"token: ",
            "\\\":",
            "\\",
            "('token\",",
            " :",
            "#\"",
        ];
        for part in parts {
            let text = part.repeat(1_000_000 / part.len());
            assert!(without_secret_fields(&text).len() <= text.len());
        }
        let mut deeper = String::new();
        for backslashes in 0..2_000 {
            deeper = deeper + "token: " + &"\\".repeat(backslashes) + "\"";
        }
        assert!(without_secret_fields(&deeper).len() <= deeper.len());
    }

    fn key() -> impl Strategy<Value = String> {
        ("(|[a-z]{1,4}[_-])", prop::sample::select(&NAMES[..]), any::<bool>()).prop_map(
            |(before, name, is_loud)| {
                let key = before + name;
                if is_loud { key.to_uppercase() } else { key }
            },
        )
    }

    proptest! {
        #[test]
        fn any_text_is_redacted_without_a_panic(text in "(?s).*") {
            prop_assert!(without_secret_fields(&text).len() <= text.len());
        }

        #[test]
        fn text_made_of_what_matters_is_redacted_without_a_panic(
            text in "([a-z ü]|[:,#\\[\\](){}'\"\\\\]|token: |\"token\"|r#\"|\\\\\"){0,40}"
        ) {
            prop_assert!(without_secret_fields(&text).len() <= text.len());
        }

        // SPEC 7.3
        #[test]
        fn no_string_of_a_secret_field_is_kept(
            key in key(),
            before in "([a-z ü(:,\\[{\\\\\"'#.]|token: |\"token\": |\\(\"token\", ){0,8}",
            secret in "[a-z ü(),:\\\\\"'#]{0,4}HUNTER[a-z ü(),:\\\\\"'#\\[{]{0,4}",
            form in 0..6,
            depth in 0..4,
        ) {
            let mut text = match form {
                0 => format!("E {{ a: {before:?}, {key}: {secret:?}, b: {before:?} }}"),
                1 => format!("E {{ a: {before:?}, {key}: Some({secret:?}), b: {before:?} }}"),
                2 => format!("{{{before:?}: {before:?}, {key:?}: {secret:?}, \"b\": 5}}"),
                3 => format!("[({before:?}, {before:?}), ({key:?}, {secret:?})]"),
                4 => format!("E {{ {key}: [\"a\", {secret:?}] }}"),
                _ => format!("E {{ {key}: F {{ b: {secret:?} }}, a: {before:?} }}"),
            };
            for _ in 0..depth {
                text = format!("E({text:?})");
            }
            let redacted = without_secret_fields(&text);
            prop_assert!(!redacted.contains("HUNTER"), "{} became {}", text, redacted);
        }
    }
}
