//! The headers of a response that hint at a retry: each form, and their precedence.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use retry_kit::{Classify, ErrorClass, ServerHint, parse_retry_after, server_hint};

const TOO_MANY: StatusCode = StatusCode::TOO_MANY_REQUESTS;

/// The server's time in all tests: 1704110400 s after the epoch. It is long ago, so that no local
/// clock gives the same answers.
const DATE: (&str, &str) = ("date", "Mon, 01 Jan 2024 12:00:00 GMT");

fn headers(lines: &[(&str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for &(name, value) in lines {
        let name = HeaderName::try_from(name).unwrap();
        headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    headers
}

fn wait(status: StatusCode, lines: &[(&str, &str)]) -> Option<Duration> {
    let mut headers = headers(lines);
    headers.entry(DATE.0).or_insert(HeaderValue::from_static(DATE.1));
    server_hint(&headers, status).retry_after
}

#[expect(clippy::unnecessary_wraps, reason = "the tables hold hints")]
const fn millis(millis: u64) -> Option<Duration> {
    Some(Duration::from_millis(millis))
}

const ZERO: Option<Duration> = Some(Duration::ZERO);

// SPEC 6.4
#[test]
fn milliseconds_and_retry_after_apply_to_every_status() {
    let cases = [
        ("retry-after-ms", "250", millis(250)),
        ("retry-after-ms", " 250 ", millis(250)),
        ("retry-after-ms", "1.5", Some(Duration::from_micros(1_500))),
        ("retry-after-ms", "0", ZERO),
        ("retry-after-ms", "-5", ZERO),
        ("retry-after-ms", "soon", None),
        ("retry-after-ms", "", None),
        ("retry-after-ms", "2e3", None),
        ("retry-after-ms", "1,500", None),
        ("retry-after-ms", "250,250", millis(250)),
        ("retry-after-ms", "ü", None),
        ("x-ms-retry-after-ms", "1250", millis(1_250)),
        ("x-ms-retry-after-ms", "PT1S", None),
        ("retry-after", "7", millis(7_000)),
        ("retry-after", "0.5", millis(500)),
        ("retry-after", "86400", millis(86_400_000)),
        ("retry-after", "-1", ZERO),
        ("retry-after", "Mon, 01 Jan 2024 12:01:00 GMT", millis(60_000)),
        ("retry-after", "Monday, 01-Jan-24 12:01:00 GMT", millis(60_000)),
        ("retry-after", "Mon Jan  1 12:01:00 2024", millis(60_000)),
        ("retry-after", "Mon, 01 Jan 2024 11:59:00 GMT", ZERO),
        ("retry-after", "soon", millis(5_000)),
        ("retry-after", "", millis(5_000)),
        ("retry-after", "ü", millis(5_000)),
    ];
    for (name, value, expected) in cases {
        for status in [200, 404, 429, 500, 503] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(wait(status, &[(name, value)]), expected, "{name}: {value}, {status}");
        }
    }
    assert_eq!(wait(TOO_MANY, &[]), None);
}

// SPEC 6.4
#[test]
fn an_exhausted_quota_gives_the_time_of_its_reset() {
    let plain = |remaining, reset| [("ratelimit-remaining", remaining), ("ratelimit-reset", reset)];
    let x = |remaining, reset| [("x-ratelimit-remaining", remaining), ("x-ratelimit-reset", reset)];
    let rate =
        |remaining, reset| [("x-rate-limit-remaining", remaining), ("x-rate-limit-reset", reset)];
    let after = |remaining, delay| {
        [("x-ratelimit-remaining", remaining), ("x-ratelimit-reset-after", delay)]
    };
    let cases = [
        (plain("0", "30"), millis(30_000)),
        (plain("00", "30"), millis(30_000)),
        (plain("1", "30"), None),
        (plain("-1", "30"), None),
        (plain("", "30"), None),
        (plain("none", "30"), None),
        (plain("0", "soon"), None),
        (plain("0", "-30"), ZERO),
        (x("0", "30"), millis(30_000)),
        (x("0.0", "217.5"), millis(217_500)),
        (x("0.5", "30"), None),
        (x("17", "30"), None),
        (x("-1", "30"), None),
        (x("0", ""), None),
        // The last delay, and the first point in time.
        (x("0", "999999999"), millis(999_999_999_000)),
        (x("0", "1000000000"), ZERO),
        (x("0", "1704110430"), millis(30_000)),
        (x("0", "1704110430.25"), millis(30_250)),
        (x("0", "1704110400"), ZERO),
        (x("0", "1704110399"), ZERO),
        // The last second, and the first millisecond.
        (x("0", "99999999999"), millis((99_999_999_999 - 1_704_110_400) * 1_000)),
        (x("0", "100000000000"), ZERO),
        (x("0", "1704110430250"), millis(30_250)),
        (x("0", "1704110430000.5"), Some(Duration::from_micros(30_000_500))),
        (plain("0", "1704110430250"), millis(30_250)),
        (x("0", "Mon, 01 Jan 2024 12:01:00 GMT"), millis(60_000)),
        (x("0", "Mon, 01 Jan 2024 11:59:00 GMT"), ZERO),
        (rate("0", "1704110430"), millis(30_000)),
        (rate("0", "30"), millis(30_000)),
        (rate("1", "30"), None),
        (after("0", "64.57"), millis(64_570)),
        (after("0", "1704110430"), millis(1_704_110_430_000)),
        (after("0", "-1"), ZERO),
        (after("1", "64.57"), None),
        (after("0", "6m0s"), None),
        (x("0", "2024-01-01T12:01Z"), millis(60_000)),
        (x("0", "2024-01-01T12:00:30Z"), millis(30_000)),
        (x("0", "2024-01-01t12:00:30.250z"), millis(30_250)),
        (x("0", "2024-01-01 12:00:30Z"), millis(30_000)),
        (x("0", "2024-01-01T13:00:30+01:00"), millis(30_000)),
        (x("0", "2024-01-01T06:30:30-05:30"), millis(30_000)),
        (x("0", "2024-01-02T00:00:30.5+12:00"), millis(30_500)),
        (x("0", "2023-12-31T23:00:10-13:00"), millis(10_000)),
        (x("0", "2024-01-01T12:00:60Z"), millis(60_000)),
        (x("0", "2024-02-29T12:00Z"), millis(59 * 86_400_000)),
        (x("0", "2024-01-01T11:59:59Z"), ZERO),
        (x("0", "1024-01-01T11:59:59Z"), ZERO),
        (x("0", "2024-01-01T12:01"), None),
        (x("0", "2024-01-01T12:01:Z"), None),
        (x("0", "2024-01-01T12:01:00.Z"), None),
        (x("0", "2024-01-01T12:01:61Z"), None),
        (x("0", "2024-01-01T24:00Z"), None),
        (x("0", "2024-01-01T12:60Z"), None),
        (x("0", "2024-01-01T12:00+24:00"), None),
        (x("0", "2024-13-01T12:00Z"), None),
        (x("0", "2024-00-01T12:00Z"), None),
        (x("0", "2023-02-29T12:00Z"), None),
        (x("0", "2024-01-00T12:00Z"), None),
        (x("0", "2024-01-01T12:01Z "), millis(60_000)),
        (x("0", "2024-01-01T12:01ZZ"), None),
        (x("0", "2024-01-01"), None),
    ];
    for (lines, expected) in cases {
        assert_eq!(wait(TOO_MANY, &lines), expected, "{lines:?}");
    }
}

// SPEC 6.4.1
#[test]
fn a_reset_without_a_count_is_read_if_the_status_means_an_exhausted_quota() {
    let alone = [
        ("ratelimit-reset", "30"),
        ("ratelimit-reset", "1704110430"),
        ("x-ratelimit-reset", "30"),
        ("x-ratelimit-reset", "1704110430"),
        ("x-ratelimit-reset", "2024-01-01T12:00:30Z"),
        ("x-rate-limit-reset", "1704110430"),
        ("x-ratelimit-reset-after", "30"),
        ("x-ratelimit-reset-requests", "30s"),
        ("x-ratelimit-reset-tokens", "30"),
        ("ratelimit", r#""quota";t=30"#),
        ("ratelimit", r#""quota";q=100;t=30"#),
        ("ratelimit", "limit=100, reset=30"),
        ("ratelimit", "reset=30"),
    ];
    for (name, value) in alone {
        for code in 100..600 {
            let expected = if matches!(code, 429 | 503) { millis(30_000) } else { None };
            let found = wait(StatusCode::from_u16(code).unwrap(), &[(name, value)]);
            assert_eq!(found, expected, "{code} {name}: {value}");
        }
    }
    let cases: [(&[(&str, &str)], _); 6] = [
        (&[("x-ratelimit-remaining", "1"), ("x-ratelimit-reset", "30")], None),
        (&[("x-ratelimit-remaining", "many"), ("x-ratelimit-reset", "30")], None),
        (&[("x-ratelimit-remaining", "1"), ("x-ratelimit-reset-after", "30")], None),
        // The longest of those that are exhausted or have no count.
        (&[("ratelimit", r#""a";r=1;t=40, "b";t=30, "c";r=0;t=20"#)], millis(30_000)),
        (&[("ratelimit", r#""a";r=many;t=40"#)], None),
        // The count of another header belongs to another quota.
        (&[("ratelimit-remaining", "1"), ("x-ratelimit-reset", "30")], millis(30_000)),
    ];
    for (lines, expected) in cases {
        assert_eq!(wait(TOO_MANY, lines), expected, "{lines:?}");
    }
}

// SPEC 6.4.5
#[test]
fn lines_that_a_proxy_has_folded_into_one_are_read() {
    let cases: [(&[(&str, &str)], _); 18] = [
        (&[("retry-after", "120, 120")], millis(120_000)),
        (&[("retry-after", "7,20, 5")], millis(20_000)),
        (&[("retry-after", "soon, 7")], millis(7_000)),
        (
            &[("retry-after", "Mon, 01 Jan 2024 12:01:00 GMT, Mon, 01 Jan 2024 12:01:00 GMT")],
            millis(60_000),
        ),
        (&[("retry-after", "3, 3"), ("retry-after", "7")], millis(7_000)),
        (&[("retry-after-ms", "250, 250")], millis(250)),
        (&[("retry-after-ms", "250, 500")], millis(500)),
        (&[("retry-after-ms", "1,500, 20")], millis(20)),
        (&[("retry-after", "1,000")], millis(5_000)),
        (&[("retry-after", "Sun, 120")], millis(120_000)),
        (&[("retry-after-ms", "250"), ("retry-after-ms", "500")], millis(500)),
        (&[("x-ratelimit-remaining", "0, 0"), ("x-ratelimit-reset", "30,30")], millis(30_000)),
        (&[("x-ratelimit-remaining", "0, 9"), ("x-ratelimit-reset", "30")], None),
        (&[("x-ratelimit-reset-after", "30 , 30 , 30")], millis(30_000)),
        (&[("x-ratelimit-reset", "30, 31")], None),
        (
            &[(
                "x-ratelimit-reset",
                "Mon, 01 Jan 2024 12:01:00 GMT, Mon, 01 Jan 2024 12:01:00 GMT",
            )],
            millis(60_000),
        ),
        (&[("x-ratelimit-reset", ",")], None),
        (
            &[
                ("date", "Mon, 01 Jan 2024 12:00:30 GMT, Mon, 01 Jan 2024 12:00:30 GMT"),
                ("x-ratelimit-reset", "1704110460"),
            ],
            millis(30_000),
        ),
    ];
    for (lines, expected) in cases {
        assert_eq!(wait(TOO_MANY, lines), expected, "{lines:?}");
    }
    let asked = server_hint(&headers(&[("x-should-retry", "false, false")]), TOO_MANY);
    assert_eq!(asked.retry, Some(false));
    let unclear = server_hint(&headers(&[("x-should-retry", "false, true")]), TOO_MANY);
    assert_eq!(unclear.retry, None);
}

// SPEC 6.4
#[test]
fn the_single_field_of_the_draft_is_read_in_both_forms() {
    let cases = [
        (r#""default";r=0;t=30"#, millis(30_000)),
        ("default;r=0;t=30", millis(30_000)),
        (r#""default"; r=0; t=30"#, millis(30_000)),
        (r#""default";t=30;r=0"#, millis(30_000)),
        (r#""default";r=0;t=30;pk=:cHsdsRa894==:"#, millis(30_000)),
        (r#""default";r=1;t=30"#, None),
        (r#""default";r=0"#, None),
        (r#""default";t=30"#, millis(30_000)),
        (r#""default";r=0;t=soon"#, None),
        (r#""default";r=-1;t=30"#, None),
        // The longest of all exhausted ones.
        (r#""minute";r=0;t=30, "day";r=0;t=3600, "year";r=9;t=86400"#, millis(3_600_000)),
        (r#""day";r=0;t=3600,"minute";r=0;t=30"#, millis(3_600_000)),
        (r#""minute";r=0, "day";r=9;t=3600"#, None),
        // A name may contain anything.
        (r#""a,b;r=0;t=9";r=0;t=30"#, millis(30_000)),
        (r#""a\",b;r=0;t=9";r=0;t=30"#, millis(30_000)),
        (r#""a\\";r=0;t=30, "b";r=1;t=60"#, millis(30_000)),
        (r#""a;r=0;t=30"#, None),
        ("limit=100, remaining=0, reset=30", millis(30_000)),
        ("reset=30,remaining=0", millis(30_000)),
        ("limit=100, remaining=0, reset=1704110430", millis(30_000)),
        ("limit=100, remaining=0, reset=1704110430250", millis(30_250)),
        ("limit=100, remaining=1, reset=30", None),
        (r#""default";r=0;t=1704110430"#, millis(1_704_110_430_000)),
        ("limit=100, remaining=0", None),
        ("limit=100, reset=30", millis(30_000)),
        ("r=0;t=30", millis(30_000)),
        ("100;w=60", None),
        (",;,=;=,", None),
        ("", None),
    ];
    for (value, expected) in cases {
        assert_eq!(wait(TOO_MANY, &[("ratelimit", value)]), expected, "{value}");
    }
    let lines = [("ratelimit", r#""minute";r=0;t=30"#), ("ratelimit", r#""day";r=0;t=60"#)];
    assert_eq!(wait(TOO_MANY, &lines), millis(60_000));
    let lines = [("ratelimit", "limit=100, remaining=0"), ("ratelimit", "reset=30")];
    assert_eq!(wait(TOO_MANY, &lines), millis(30_000));
}

// SPEC 6.4
#[test]
fn a_quota_of_requests_and_one_of_tokens_are_both_waited_for() {
    let openai = |requests, reset, tokens, reset_tokens| {
        [
            ("x-ratelimit-remaining-requests", requests),
            ("x-ratelimit-reset-requests", reset),
            ("x-ratelimit-remaining-tokens", tokens),
            ("x-ratelimit-reset-tokens", reset_tokens),
        ]
    };
    let cases = [
        (openai("0", "1s", "9", "6m0s"), millis(1_000)),
        (openai("9", "1s", "0", "6m0s"), millis(360_000)),
        (openai("0", "1s", "0", "6m0s"), millis(360_000)),
        (openai("0", "6m0s", "0", "1s"), millis(360_000)),
        (openai("0", "20ms", "9", "1s"), millis(20)),
        (openai("0", "1h2m3.5s", "9", "1s"), millis(3_723_500)),
        (openai("0", "12", "9", "1s"), millis(12_000)),
        (openai("0", "soon", "9", "1s"), None),
        (openai("0", "-1s", "9", "1s"), None),
        (openai("9", "1s", "9", "6m0s"), None),
    ];
    for (lines, expected) in cases {
        assert_eq!(wait(TOO_MANY, &lines), expected, "{lines:?}");
    }
}

// SPEC 6.4
#[test]
fn counted_quotas_do_not_affect_other_failures() {
    let forms: [&[(&str, &str)]; 6] = [
        &[("ratelimit", r#""default";r=0;t=30"#)],
        &[("ratelimit-remaining", "0"), ("ratelimit-reset", "30")],
        &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "30")],
        &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset-after", "30")],
        &[("x-rate-limit-remaining", "0"), ("x-rate-limit-reset", "30")],
        &[("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "30s")],
    ];
    for form in forms {
        for code in 100..600 {
            let expected = if matches!(code, 403 | 429 | 503) { millis(30_000) } else { None };
            assert_eq!(
                wait(StatusCode::from_u16(code).unwrap(), form),
                expected,
                "{code} {form:?}"
            );
        }
    }
}

// SPEC 6.4
#[test]
fn the_first_header_that_can_be_read_wins() {
    // From first to last, each with a different wait.
    let order: [&[(&str, &str)]; 9] = [
        &[("retry-after-ms", "1000")],
        &[("x-ms-retry-after-ms", "2000")],
        &[("retry-after", "3")],
        &[("ratelimit", r#""default";r=0;t=4"#)],
        &[("ratelimit-remaining", "0"), ("ratelimit-reset", "5")],
        &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset-after", "6")],
        &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "7")],
        &[("x-rate-limit-remaining", "0"), ("x-rate-limit-reset", "8")],
        &[("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "9s")],
    ];
    for (first, seconds) in (0..order.len()).zip(1..) {
        // The order of the lines does not matter.
        let lines: Vec<_> = order[first..].iter().rev().flat_map(|lines| *lines).copied().collect();
        assert_eq!(wait(TOO_MANY, &lines), millis(seconds * 1_000), "{lines:?}");
    }
    let cases: [(&[(&str, &str)], _); 13] = [
        (&[("retry-after-ms", "soon"), ("x-ms-retry-after-ms", "20")], millis(20)),
        (&[("x-ms-retry-after-ms", "soon"), ("retry-after", "3")], millis(3_000)),
        // Zero is ignored if there is another hint.
        (&[("retry-after-ms", "0"), ("retry-after", "3")], millis(3_000)),
        (&[("retry-after-ms", "0"), ("retry-after", "0")], ZERO),
        (&[("retry-after-ms", "0"), ("retry-after", "soon")], millis(5_000)),
        (
            &[("retry-after", "0"), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "30")],
            millis(30_000),
        ),
        (
            &[
                ("ratelimit", "a;r=0;t=0"),
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset", "6"),
            ],
            millis(6_000),
        ),
        // The longest of several readable lines.
        (&[("retry-after", "3"), ("retry-after", "7"), ("retry-after", "soon")], millis(7_000)),
        (&[("retry-after", "soon"), ("retry-after", "3")], millis(3_000)),
        (&[("retry-after", "soon"), ("retry-after", "")], millis(5_000)),
        (&[("retry-after", "7"), ("retry-after", "Mon, 01 Jan 2024 12:01:00 GMT")], millis(60_000)),
        (&[("retry-after", "soon"), ("ratelimit", "a;r=0;t=4")], millis(5_000)),
        (
            &[
                ("ratelimit", "a;r=1;t=4"),
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset", "6"),
            ],
            millis(6_000),
        ),
    ];
    for (lines, expected) in cases {
        assert_eq!(wait(TOO_MANY, lines), expected, "{lines:?}");
    }
}

// SPEC 6.4
#[test]
fn a_hint_is_measured_by_the_servers_own_clock() {
    let in_an_hour = SystemTime::now() + Duration::from_secs(3_600);
    let date = httpdate::fmt_http_date(in_an_hour);
    let epoch = in_an_hour.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs().to_string();
    let forms: [&[(&str, &str)]; 2] = [
        &[("retry-after", &date)],
        &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &epoch)],
    ];
    for form in forms {
        // The hint equals the server's time.
        let of = |clock: &str| {
            let mut headers = headers(form);
            headers.insert("date", HeaderValue::from_str(clock).unwrap());
            server_hint(&headers, TOO_MANY).retry_after.unwrap()
        };
        assert_eq!(of(&date), Duration::ZERO, "{form:?}");

        // Without a readable date, the local clock counts.
        let around_an_hour = |wait: Duration| (3_000..=3_600).contains(&wait.as_secs());
        let long = format!("{date}{}", " x".repeat(80));
        for unreadable in ["", "now", "12:00", &long] {
            assert!(around_an_hour(of(unreadable)), "{form:?} {unreadable}");
        }
        let hint = server_hint(&headers(form), TOO_MANY).retry_after.unwrap();
        assert!(around_an_hour(hint), "{form:?}");
    }
}

// SPEC 6.3, 6.4
#[test]
fn numbers_saturate_and_long_values_are_refused() {
    let most = "9".repeat(128);
    let too_long = "0".repeat(129);
    let quotas = r#""another";r=9;t=3600, "#.repeat(40);
    let longer = format!(r#"{quotas}"last";r=0;t=30"#);
    let longest = format!(r#""{}";r=0;t=30"#, "x".repeat(4_096 - 11));
    let item = format!(r#""{}";r=0;t=30"#, "x".repeat(4_096 - 10));
    let number = format!("a;r=0;t={too_long}, b;r=0;t=30");
    let cases: [(&[(&str, &str)], _); 11] = [
        (&[("retry-after-ms", &most)], Some(Duration::from_secs(u64::MAX) / 1_000)),
        (&[("retry-after", &most)], Some(Duration::from_secs(u64::MAX))),
        (&[("ratelimit", "a;r=0;t=99999999999999999999")], Some(Duration::from_secs(u64::MAX))),
        (
            &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &most)],
            Some(
                (Duration::from_secs(u64::MAX) / 1_000)
                    .saturating_sub(Duration::from_secs(1_704_110_400)),
            ),
        ),
        (&[("ratelimit", &longer)], millis(30_000)),
        (&[("ratelimit", &longest)], millis(30_000)),
        (&[("ratelimit", &number)], millis(30_000)),
        (&[("retry-after-ms", &too_long), ("x-ms-retry-after-ms", "20")], millis(20)),
        (&[("retry-after", &too_long)], millis(5_000)),
        (&[("ratelimit", &item), ("ratelimit", "a;r=0;t=4")], millis(4_000)),
        (&[("x-ratelimit-remaining", &too_long), ("x-ratelimit-reset", "6")], None),
    ];
    for (lines, expected) in cases {
        assert_eq!(wait(TOO_MANY, lines), expected, "{lines:?}");
    }
}

// SPEC 6.3
#[test]
fn every_value_of_128_bytes_is_read_and_of_129_is_not() {
    let padded = |length: usize| format!("{:0>length$}", 7);
    let none_left = padded(128).replace('7', "0");
    for (name, count, expected) in [
        ("retry-after-ms", "", 7),
        ("x-ms-retry-after-ms", "", 7),
        ("retry-after", "", 7_000),
        ("ratelimit-reset", "ratelimit-remaining", 7_000),
        ("x-ratelimit-reset-after", "x-ratelimit-remaining", 7_000),
        ("x-ratelimit-reset", "x-ratelimit-remaining", 7_000),
        ("x-rate-limit-reset", "x-rate-limit-remaining", 7_000),
        ("x-ratelimit-reset-requests", "x-ratelimit-remaining-requests", 7_000),
        ("x-ratelimit-reset-tokens", "x-ratelimit-remaining-tokens", 7_000),
    ] {
        let of = |length: usize| {
            let value = padded(length);
            let count = Some((count, &*none_left)).filter(|(name, _)| !name.is_empty());
            let lines: Vec<_> = count.into_iter().chain([(name, &*value)]).collect();
            wait(StatusCode::FORBIDDEN, &lines)
        };
        assert_eq!(of(128), millis(expected), "{name}");
        // An unreadable `retry-after` is five seconds.
        let refused = if name == "retry-after" { millis(5_000) } else { None };
        assert_eq!(of(129), refused, "{name}");
    }
    // White space around a value does not count, before a date or a word.
    let spaces = " ".repeat(200);
    let (date, word) = (format!("{spaces}{}", DATE.1), format!("{spaces}true"));
    let lines = [("date", &*date), ("retry-after", "Mon, 01 Jan 2024 12:00:09 GMT")];
    assert_eq!(wait(TOO_MANY, &lines), millis(9_000));
    let hint = server_hint(&headers(&[("x-should-retry", &word)]), TOO_MANY);
    assert_eq!(hint.retry, Some(true));
}

// SPEC 6.4
#[test]
fn a_server_that_says_whether_to_retry_overrules_the_status() {
    let retry_after = millis(7_000);
    let status = |code| ErrorClass::Status { code, retry_after };
    let throttled = ErrorClass::Throttled { retry_after };
    let cases = [
        (429, "false", Some(false), ErrorClass::Permanent),
        (429, " FALSE ", Some(false), ErrorClass::Permanent),
        (409, "true", Some(true), throttled),
        (503, "True", Some(true), throttled),
        (503, "yes", None, status(503)),
        (400, "1", None, status(400)),
        (503, "", None, status(503)),
    ];
    for (code, value, retry, class) in cases {
        let headers = headers(&[("x-should-retry", value), ("retry-after", "7")]);
        let status = StatusCode::from_u16(code).unwrap();
        let hint = server_hint(&headers, status);
        assert_eq!((hint.retry_after, hint.retry), (retry_after, retry), "{code} {value}");
        assert_eq!(hint.class(status), class, "{code} {value}");
    }
    let stripe = |lines: &[(&str, &str)]| server_hint(&headers(lines), TOO_MANY).retry;
    assert_eq!(stripe(&[("stripe-should-retry", "false")]), Some(false));
    assert_eq!(stripe(&[("stripe-should-retry", "true")]), Some(true));
    assert_eq!(stripe(&[("stripe-should-retry", "maybe")]), None);
    let both = [("stripe-should-retry", "true"), ("x-should-retry", "false")];
    assert_eq!(stripe(&both), Some(false));
    let none = server_hint(&HeaderMap::new(), TOO_MANY);
    assert_eq!(none, ServerHint::default());
    assert_eq!(none.class(TOO_MANY), ErrorClass::Status { code: 429, retry_after: None });
}

// SPEC 5.4
#[test]
fn a_bare_status_is_classified_as_a_status() {
    for code in [404_u16, 429, 503] {
        let status = StatusCode::from_u16(code).unwrap();
        assert_eq!(status.classify(), ErrorClass::Status { code, retry_after: None });
    }
}

// SPEC 6.1
#[test]
fn a_value_of_retry_after_is_read_with_the_clock_of_the_system() {
    let seconds = Duration::from_secs;
    let cases = [
        ("120", 120),
        ("-1", 0),
        ("86400", 300),
        ("soon", 5),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
    ];
    for (value, expected) in cases {
        assert_eq!(parse_retry_after(value), seconds(expected), "{value}");
    }
    let later = httpdate::fmt_http_date(SystemTime::now() + seconds(100));
    let read = parse_retry_after(&later);
    assert!(read > seconds(90) && read <= seconds(100), "{read:?}");
}
