//! Random headers do not panic, and times agree with another reader of dates.

use std::time::UNIX_EPOCH;

use http::HeaderValue;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::http::rfc3339;

const NAMES: [&str; 17] = [
    "date",
    "x-should-retry",
    "retry-after-ms",
    "x-ms-retry-after-ms",
    "retry-after",
    "ratelimit",
    "ratelimit-reset",
    "x-ratelimit-reset",
    "x-ratelimit-reset-after",
    "x-ratelimit-reset-requests",
    "x-rate-limit-reset",
    "x-rate-limit-remaining",
    "stripe-should-retry",
    "ratelimit-remaining",
    "x-ratelimit-remaining",
    "x-ratelimit-remaining-requests",
    "x-ratelimit-remaining-tokens",
];

proptest! {
    // SPEC 6.3, 6.4
    #[test]
    fn random_headers_do_not_panic(lines in vec((0..NAMES.len(), "[ -~]{0,40}|[0-9TZ:.+-]{0,40}|0"), 0..8)) {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(NAMES[name], HeaderValue::from_str(&value).unwrap());
        }
        let _ = server_hint(&headers, StatusCode::TOO_MANY_REQUESTS);
    }

    // SPEC 6.4
    #[test]
    fn rfc_3339_times_agree_with_another_reader(second in 0_u64..253_402_300_800, offset in -1439_i64..1440) {
        let time = UNIX_EPOCH + Duration::from_secs(second);
        // `Sun, 06 Nov 1994 08:49:37 GMT`
        let date = httpdate::fmt_http_date(time);
        let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let month = month.iter().position(|name| *name == &date[8..11]).unwrap() + 1;
        let local = format!("{}-{month:02}-{}T{}", &date[12..16], &date[5..7], &date[17..25]);

        prop_assert_eq!(rfc3339::parse(format!("{local}Z").as_bytes()), Some(time));
        let sign = if offset < 0 { '-' } else { '+' };
        let minutes = offset.unsigned_abs();
        let zoned = format!("{local}{sign}{:02}:{:02}", minutes / 60, minutes % 60);
        let shift = Duration::from_secs(minutes * 60);
        let expected = if offset < 0 { time.checked_add(shift) } else { time.checked_sub(shift) };
        prop_assert_eq!(rfc3339::parse(zoned.as_bytes()), expected);
    }
}
