//! What holds for every set of headers.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use retry_kit::{
    Decision, ErrorClass, RetryAfter, RetryPolicy, RetryState, ServerHint, StopReason, server_hint,
};

const KNOWN: [&str; 19] = [
    "date",
    "retry-after",
    "retry-after-ms",
    "x-ms-retry-after-ms",
    "x-should-retry",
    "stripe-should-retry",
    "ratelimit",
    "ratelimit-reset",
    "ratelimit-remaining",
    "x-ratelimit-reset",
    "x-ratelimit-remaining",
    "x-ratelimit-reset-after",
    "x-rate-limit-reset",
    "x-rate-limit-remaining",
    "x-ratelimit-reset-requests",
    "x-ratelimit-remaining-requests",
    "x-ratelimit-reset-tokens",
    "x-ratelimit-remaining-tokens",
    "x-other",
];

/// Reads a response from text: a status in the first line, then a header in each. A name may be the
/// index of a known one, as letters.
pub fn response(text: &[u8]) -> (StatusCode, HeaderMap) {
    let mut lines = text.split(|byte| *byte == b'\n');
    let status = lines.next().and_then(|line| StatusCode::from_bytes(line).ok());
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = match line.iter().position(|byte| *byte == b':') {
            Some(colon) => (&line[..colon], line[colon + 1..].trim_ascii()),
            None => (line, &line[..0]),
        };
        let known = match name {
            [letter @ b'a'..=b's'] => KNOWN.get(usize::from(letter - b'a')).copied(),
            _ => None,
        };
        let name = known.map_or(name, str::as_bytes);
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name), HeaderValue::from_bytes(value))
        {
            headers.append(name, value);
        }
    }
    // Times count from a date, so that the clock does not matter.
    let is_date = |value: &HeaderValue| matches!(RetryAfter::parse(value), Ok(RetryAfter::Date(_)));
    if !(headers.get_all("date").iter().count() == 1 && headers.get("date").is_some_and(is_date)) {
        headers.insert("date", HeaderValue::from_static("Sun, 06 Nov 1994 08:49:37 GMT"));
    }
    (status.unwrap_or(StatusCode::TOO_MANY_REQUESTS), headers)
}

/// SPEC 6.4
pub fn only_known_headers_in_their_own_order_matter(status: StatusCode, headers: &HeaderMap) {
    let hint = server_hint(headers, status);
    assert_eq!(hint, server_hint(headers, status));
    let read = |is_read: &dyn Fn(&str) -> bool, status| {
        let mut others = HeaderMap::new();
        let names: Vec<_> = headers.keys().filter(|name| is_read(name.as_str())).collect();
        for name in names.into_iter().rev() {
            for value in headers.get_all(name) {
                others.append(name, value.clone());
            }
        }
        server_hint(&others, status)
    };
    assert_eq!(hint, read(&|name| KNOWN.contains(&name), status));
    let without_quotas = read(&|name| !name.contains("rate"), status);
    if ![403, 429, 503].contains(&status.as_u16()) {
        assert_eq!(hint, without_quotas);
    }
    // A quota is read only after everything else.
    if without_quotas.retry_after.is_some_and(|wait| !wait.is_zero()) {
        assert_eq!(hint, without_quotas);
    }
    let nothing = read(&|name| !name.contains('r'), status);
    assert_eq!(nothing, ServerHint::default());
}

/// SPEC 4.6, 6.4.4
pub fn a_hint_never_makes_a_wait_exceed_its_cap(
    status: StatusCode,
    headers: &HeaderMap,
    (base, cap): (Duration, Duration),
    seed: u64,
) {
    let hint = server_hint(headers, status);
    let class = hint.class(status);
    let ServerHint { retry_after, retry, .. } = hint;
    let expected = match retry {
        Some(false) => ErrorClass::Permanent,
        Some(true) => ErrorClass::Throttled { retry_after },
        None => ErrorClass::Status { code: status.as_u16(), retry_after },
    };
    assert_eq!(class, expected);

    // SPEC 4.3
    let longest = Duration::from_nanos(u64::MAX);
    let (base, cap) = (base.min(longest), cap.min(longest));
    let retry_after = retry_after.map(|hint| hint.min(longest));
    let policy = RetryPolicy::new().max_retries(2).base_delay(base).retry_after_cap(cap);
    let shortest = base.min(policy.get_max_delay());
    let longest_hint = cap.max(shortest).saturating_add(shortest);
    let longest_backoff = policy.delays().map(|delay| *delay.end()).max().unwrap_or_default();
    let mut state = RetryState::seeded(&policy, seed);
    for retries in 0.. {
        match state.decide(class) {
            Decision::Retry(wait) if wait.is_from_server() => {
                assert!(retry_after.is_some_and(|hint| !hint.is_zero()));
                assert!(wait.duration() >= retry_after.unwrap_or_default().min(cap).max(shortest));
                assert!(wait.duration() <= longest_hint, "{wait:?}");
            }
            Decision::Retry(wait) => {
                assert!(retry_after.is_none_or(|hint| hint.is_zero() || cap.is_zero()));
                assert!(wait.duration() <= longest_backoff, "{wait:?}");
            }
            Decision::Stop(reason) => {
                let is_exhausted = reason == StopReason::Exhausted && retries == 2;
                assert!(reason == StopReason::Permanent || is_exhausted, "{reason:?}");
                break;
            }
        }
        assert!(retries < 2, "a hint revived the call");
    }

    let strict = policy.give_up_on_hint_over(cap);
    let decision = RetryState::seeded(&strict, seed).decide(class);
    let is_longer = retry_after.is_some_and(|hint| hint > cap);
    let is_retried = !matches!(decision, Decision::Stop(StopReason::Permanent));
    let gives_up = decision == Decision::Stop(StopReason::HintTooLong);
    assert_eq!(gives_up, is_longer && is_retried, "{decision:?}");
}
