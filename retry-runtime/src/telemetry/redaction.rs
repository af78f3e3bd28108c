//! Removes the secrets in URLs from the errors that telemetry shows.

use std::borrow::Cow;

/// Belongs to the sentence, not to the URL, if it comes last.
const PUNCTUATION: [char; 15] =
    ['.', ',', ';', ':', '!', '?', '\'', ')', ']', '}', '”', '’', '»', '…', '\\'];

/// Returns `text` without the user info, query and fragment of its URLs (`scheme://…`).
///
/// The end of a URL in free text is a guess, and this one removes too much rather than too little. A
/// query or fragment ends at white space, `"`, `<`, `>` or a backtick, without the punctuation and
/// brackets before that. User info may contain an unescaped `/`, `?` or `#`, unless the text before it
/// reads as a host and port; if the host is uncertain, it is removed too.
///
/// Not found: secrets in a path, in a URL without `scheme://`, and outside of URLs.
pub(crate) fn redact(text: &str) -> Cow<'_, str> {
    let mut kept = String::new();
    let mut decided = 0;
    let mut remove = |from: usize, to: usize| {
        kept.push_str(&text[decided..from]);
        decided = to;
    };
    let mut run = Run::default();
    let mut at = 0;
    while let Some(found) = text[at..].find("://") {
        let authority = at + found + 3;
        if authority > run.end {
            run = Run::around(text, authority);
        }
        let host = authority + run.user_info(text, authority);
        if host > authority {
            remove(authority, host);
        }
        let rest = &text[host..run.end];
        let nested = rest.find("://").map(|nested| host + nested);
        match run.query(text, host) {
            Some(query) if nested.is_none_or(|nested| query < nested) => {
                let end = query + text[query..run.end].trim_end_matches(PUNCTUATION).len();
                if end > query {
                    remove(query, end);
                }
                at = run.end;
            }
            _ => at = if nested.is_some() { host } else { run.end },
        }
    }
    if decided == 0 {
        return Cow::Borrowed(text);
    }
    kept.push_str(&text[decided..]);
    Cow::Owned(kept)
}

/// A stretch of text that contains whole URLs. Remembers the results of searches, so that many URLs in
/// one run do not search it many times.
#[derive(Default)]
struct Run {
    end: usize,
    last_at: Option<usize>,
    query: Option<usize>,
}

impl Run {
    fn around(text: &str, authority: usize) -> Self {
        let rest = &text[authority..];
        let length = rest.find(ends_every_url).unwrap_or(rest.len());
        Self {
            end: authority + length,
            last_at: rest[..length].rfind('@').map(|at| authority + at),
            query: Some(authority),
        }
    }

    /// The length of the user info at the start of an authority, with its `@`.
    fn user_info(&self, text: &str, authority: usize) -> usize {
        let rest = &text[authority..self.end];
        let length = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        if let Some(at) = rest[..length].rfind('@') {
            return at + 1;
        }
        match self.last_at {
            Some(at) if at > authority && !ends_in_a_port(&rest[..length]) => {
                let length = at + 1 - authority;
                // The `@` may be in a password or in a query: the host is uncertain.
                let unsure = rest[..length].contains(['?', '#']);
                if unsure { rest.trim_end_matches(PUNCTUATION).len() } else { length }
            }
            _ => 0,
        }
    }

    /// The start of the query or fragment of the URL whose host begins at `host`.
    fn query(&mut self, text: &str, host: usize) -> Option<usize> {
        if self.query.is_some_and(|query| query <= host) {
            self.query = text[host..self.end].find(['?', '#']).map(|query| host + query);
        }
        self.query
    }
}

fn ends_every_url(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '`')
}

/// Whether an authority without user info reads as a host, with a port after its colon if it has one.
fn ends_in_a_port(authority: &str) -> bool {
    let after_brackets = authority.rfind(']').map_or(authority, |end| &authority[end..]);
    after_brackets
        .split_once(':')
        .is_none_or(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CASES: [(&str, &str); 55] = [
        // Each part that may hold a secret, alone and together.
        ("https://user:pw@host/p?token=x#f", "https://host/p"),
        ("https://user@host/p", "https://host/p"),
        ("https://:pw@host", "https://host"),
        ("https://@host", "https://host"),
        ("https://host?token=x", "https://host"),
        ("https://host/p#token=x", "https://host/p"),
        ("https://host#f?token=x", "https://host"),
        ("https://host/p?", "https://host/p?"),
        ("https://host/p#", "https://host/p"),
        ("https://host/p?return=https://user:pw@other/", "https://host/p"),
        // Nothing to hide.
        ("", ""),
        ("connection refused", "connection refused"),
        ("https://host:8080/p/q", "https://host:8080/p/q"),
        ("why? because # a@b", "why? because # a@b"),
        ("https://host/@someone/p", "https://host/@someone/p"),
        ("https://host:8080/a@b", "https://host:8080/a@b"),
        ("://", "://"),
        ("https://", "https://"),
        // Schemes.
        ("HTTPS://USER:PW@HOST/P?TOKEN=X", "HTTPS://HOST/P"),
        ("postgres://u:pw@db:5432/main?sslmode=off", "postgres://db:5432/main"),
        ("git+ssh://git:pw@host/r.git", "git+ssh://host/r.git"),
        ("jdbc:mysql://db/x?user=u&password=pw", "jdbc:mysql://db/x"),
        ("mongodb://u:pw@a:1,b:2/x?y", "mongodb://a:1,b:2/x"),
        // Hosts.
        ("http://u:pw@[::1]:8080/p?x", "http://[::1]:8080/p"),
        ("http://[fe80::1%25eth0]/a@b?x", "http://[fe80::1%25eth0]/a@b"),
        ("http://münchen.example/straße?token=ü", "http://münchen.example/straße"),
        // Not escaped as it should be.
        ("redis://:p@ss@host/0", "redis://host/0"),
        ("redis://u:p/s@host/0?x", "redis://host/0"),
        ("redis://u:p?s@host/0: refused", "redis://: refused"),
        ("http://host:port/p?mail=a@token", "http://"),
        ("redis://u:p/s@host/a@b", "redis://b"),
        ("https://host\\p?token=x", "https://host\\p"),
        // Percent-encodings stay what they are.
        ("https://u:p%40w@host/a%3Fb%23c?d%20e", "https://host/a%3Fb%23c"),
        // In sentences.
        ("for url (https://host/p?token=x): reset", "for url (https://host/p): reset"),
        ("for url (https://host/p?f(x)=y).", "for url (https://host/p)."),
        ("see https://host/p?token=x.", "see https://host/p."),
        ("(see https://host/p?token=x), then", "(see https://host/p), then"),
        ("is it https://host/p?token=x?!", "is it https://host/p?!"),
        ("\"https://host/p?token=x\", next", "\"https://host/p\", next"),
        ("{\"url\":\"https://host/?token=x\",\"n\":1}", "{\"url\":\"https://host/\",\"n\":1}"),
        ("\\\"https://host/p?token=x\\\" next", "\\\"https://host/p\\\" next"),
        ("'https://host/p?o'x', next", "'https://host/p', next"),
        ("(https://host/p?a(1)=b&token=x is down)", "(https://host/p is down)"),
        ("<https://u:pw@host/p?token=x>;rel=a", "<https://host/p>;rel=a"),
        ("[a](https://host/p?token=x)", "[a](https://host/p)"),
        ("`https://host/p?token=x`s", "`https://host/p`s"),
        ("«https://host/?token=x» “https://host/?ü”", "«https://host/» “https://host/”"),
        ("https://host/?token=x\u{3000}→\n", "https://host/\u{3000}→\n"),
        // Several.
        ("https://a/?x to https://u:pw@b/#y", "https://a/ to https://b/"),
        ("https://a/p,https://u:pw@b/p?x", "https://a/p,https://b/p"),
        ("https://a/p?x,https://b/p", "https://a/p"),
        ("(https://a/?x), (https://b/?y)", "(https://a/), (https://b/)"),
        ("(https://a/?x),(https://b/?y)", "(https://a/)"),
        ("https://a/https://u:pw@b/https://c/?x", "https://a/https://b/https://c/"),
        ("https://https://u:pw@b", "https://https://b"),
    ];

    // SPEC 7.3
    #[test]
    fn urls_lose_user_info_query_and_fragment_and_the_rest_stays() {
        for (text, redacted) in CASES {
            assert_eq!(redact(text), redacted, "{text}");
        }
    }

    #[test]
    fn text_without_secrets_is_not_copied() {
        for (text, redacted) in CASES {
            assert_eq!(matches!(redact(text), Cow::Borrowed(_)), text == redacted, "{text}");
        }
    }

    #[test]
    fn the_cost_is_linear_even_for_the_worst_text() {
        // A search of the whole rest for each URL would take hours here.
        for part in ["a://b:c/", "a://", "(a://b", "a://b/://c?", "'a://b?' ", "a://u@", "://?)"] {
            let text = part.repeat(2_000_000 / part.len());
            assert!(redact(&text).len() <= text.len());
        }
    }

    proptest! {
        #[test]
        fn any_text_is_redacted_without_a_panic(text in "(?s).*") {
            prop_assert!(redact(&text).len() <= text.len());
        }

        #[test]
        fn text_made_of_what_matters_is_redacted_without_a_panic(
            text in "([a-z]|[:/?#@\\[\\](){}<>'\"`.,;\\\\ ü»…]|://){0,40}"
        ) {
            prop_assert!(redact(&text).len() <= text.len());
        }

        // SPEC 7.3
        #[test]
        fn no_query_fragment_or_user_info_is_kept(
            before in "([a-z ü(\\['\"]|://[a-z]+/){0,8}",
            scheme in "[a-zA-Z][a-zA-Z0-9+.-]{0,5}",
            user in "(|[a-zü]{0,3}:[a-z]?SECRET[@?#/ü]{0,3}@|SECRET[@:]{0,2}@)",
            host in "([a-z]{1,5}|\\[::1\\])(:[0-9]{1,4})?",
            path in "(/[a-zü%]{0,4}){0,3}",
            mark in "[?#]",
            query in "[!#-;=?-_a-~ü]{0,8}SECRET[A-Za-z0-9=&/ü]{0,8}[)\\]}'.,;:!?]{0,3}",
            after in "(|[\" <>]([ -~ü]{0,12}))",
        ) {
            let text = format!("{before}{scheme}://{user}{host}{path}{mark}{query}{after}");
            let redacted = redact(&text);
            prop_assert!(!redacted.contains("SECRET"), "{} became {}", text, redacted);
        }
    }
}
