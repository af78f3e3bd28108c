//! Every form of RFC 9110 §5.6.7 and §10.2.3, and values of no form, with a fixed clock.

use core::time::Duration;
use std::time::{SystemTime, UNIX_EPOCH};

use proptest::prelude::*;

use super::*;

/// Sun, 06 Nov 1994 08:49:37 GMT, the date of the RFC's examples.
const EXAMPLE: u64 = 784_111_777;

fn at(second: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(second)
}

fn lenient(value: &str) -> Duration {
    hint(value.as_bytes(), || at(EXAMPLE - 100)).min(CLAMP)
}

// SPEC 6.1, 6.3
#[test]
fn the_lenient_reading_always_has_an_answer() {
    let millis = Duration::from_millis;
    let five = UNREADABLE;
    let long = "1".repeat(128);
    let too_long = "1".repeat(129);
    let cases = [
        ("0", Duration::ZERO),
        ("1", millis(1_000)),
        ("120", millis(120_000)),
        ("007", millis(7_000)),
        ("300", CLAMP),
        ("301", CLAMP),
        ("1.5", millis(1_500)),
        ("0.25", millis(250)),
        ("299.999999999", Duration::new(299, 999_999_999)),
        ("0.0000000019", Duration::from_nanos(1)),
        ("-5", Duration::ZERO),
        ("-0.5", Duration::ZERO),
        ("-99999999999999999999999", Duration::ZERO),
        ("18446744073709551616", CLAMP),
        (&long, CLAMP),
        (" \t120\r\n", millis(120_000)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", millis(100_000)),
        ("Sunday, 06-Nov-94 08:49:37 GMT", millis(100_000)),
        ("Sun Nov  6 08:49:37 1994", millis(100_000)),
        (" Sun, 06 Nov 1994 08:49:37 GMT ", millis(100_000)),
        ("Sun, 06 Nov 1994 08:47:57 GMT", Duration::ZERO),
        ("Sun, 06 Nov 1994 08:47:50 GMT", Duration::ZERO),
        ("Sun, 06 Nov 1994 09:49:37 GMT", CLAMP),
        ("", five),
        (" ", five),
        ("-", five),
        ("+5", five),
        ("--5", five),
        ("5-", five),
        (".5", five),
        ("5.", five),
        ("1.2.3", five),
        ("1,5", five),
        ("1 2", five),
        ("5, 10", millis(10_000)),
        ("120, 120", millis(120_000)),
        ("120,120 ,\t120", millis(120_000)),
        ("7, soon, 3", millis(7_000)),
        ("soon, 3", millis(3_000)),
        ("soon, later", five),
        ("0, 0", Duration::ZERO),
        ("120,", millis(120_000)),
        (", ,", five),
        ("Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT", millis(100_000)),
        ("Sunday, 06-Nov-94 08:49:37 GMT,Sun Nov  6 08:48:37 1994", millis(100_000)),
        ("7, Sun, 06 Nov 1994 08:49:37 GMT", millis(100_000)),
        ("Sun, 06 Nov 1994 08:49:37 GMT, 200", millis(200_000)),
        ("Sun, Sun, 06 Nov 1994 08:49:37 GMT", millis(100_000)),
        ("Sun, 120", millis(120_000)),
        ("Sun, 7, 120", millis(120_000)),
        ("7, Sunday, Mon, 20", millis(20_000)),
        ("Sun, 06 Nov 1994, Sun, 06 Nov 1994 08:49:37 GMT", millis(100_000)),
        ("Sun, 06 Nov 1994", five),
        ("Sun,", five),
        ("1,000", five),
        ("3,600", five),
        ("-1,000", five),
        (" 1,000.5 ", five),
        ("1,000,000", five),
        ("120,120,300", five),
        ("1,000, 1,000", five),
        ("1,000, 20", millis(20_000)),
        ("20, 1,000", millis(20_000)),
        ("Sun, 1,000", five),
        ("1,000,Sun, 06 Nov 1994 08:49:37 GMT", millis(100_000)),
        ("1, 000", millis(1_000)),
        ("1,20", millis(20_000)),
        ("7,1000", CLAMP),
        ("1000,120", CLAMP),
        ("1.5,000", millis(1_500)),
        ("- 5", five),
        ("1e3", five),
        ("0x10", five),
        ("1_000", five),
        ("inf", five),
        ("-inf", five),
        ("infinity", five),
        ("NaN", five),
        ("٣", five),
        ("１２", five),
        ("soon", five),
        ("\u{a0}5", five),
        (&too_long, five),
    ];
    for (value, expected) in cases {
        assert_eq!(lenient(value), expected, "{value:?}");
    }
}

// SPEC 6.2
#[test]
fn the_strict_reading_accepts_digits_and_dates_and_nothing_else() {
    let delay = |seconds| Some(RetryAfter::Delay(Duration::from_secs(seconds)));
    let cases = [
        ("0", delay(0)),
        ("120", delay(120)),
        ("0120", delay(120)),
        ("86400", delay(86_400)),
        ("99999999999999999999999999", delay(u64::MAX)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", Some(RetryAfter::Date(at(EXAMPLE)))),
        ("", None),
        (" 120", None),
        ("120 ", None),
        ("-1", None),
        ("1.5", None),
        ("+1", None),
        ("120, 120", None),
    ];
    for (value, expected) in cases {
        assert_eq!(RetryAfter::parse_at(value, at(EXAMPLE)).ok(), expected, "{value:?}");
    }
    assert!(RetryAfter::parse("1".repeat(129)).is_err());
    assert!(RetryAfter::parse([0xFF, 0x00]).is_err());
}

// SPEC 1.4, 6.2
#[test]
fn the_value_and_the_error_have_a_readable_form() {
    let debug = |value: &str| format!("{:?}", RetryAfter::parse_at(value, at(EXAMPLE)));
    assert_eq!(debug("120"), "Ok(Delay(120s))");
    assert_eq!(debug("soon"), "Err(RetryAfterError(()))");
    let date = debug("Sun, 06 Nov 1994 08:49:37 GMT");
    assert_eq!(date, format!("Ok(Date({:?}))", at(EXAMPLE)));
}

// SPEC 6.2
#[test]
fn a_date_gives_the_time_left_unclamped_and_zero_once_it_is_past() {
    let date = RetryAfter::Date(at(EXAMPLE));
    assert_eq!(date.delay_from(at(EXAMPLE - 86_400)), Duration::from_secs(86_400));
    assert_eq!(date.delay_from(at(EXAMPLE)), Duration::ZERO);
    assert_eq!(date.delay_from(at(EXAMPLE + 1)), Duration::ZERO);
}

fn seconds_of(value: &str) -> Option<i64> {
    match RetryAfter::parse_at(value, at(EXAMPLE)).ok()? {
        RetryAfter::Date(date) => Some(match date.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_secs()).unwrap(),
            Err(before) => -i64::try_from(before.duration().as_secs()).unwrap(),
        }),
        RetryAfter::Delay(_) => None,
    }
}

// RFC 9110 §5.6.7
#[test]
fn dates_are_read_in_all_three_forms_and_no_other() {
    let example = i64::try_from(EXAMPLE).ok();
    let cases = [
        ("Sun, 06 Nov 1994 08:49:37 GMT", example),
        ("Sunday, 06-Nov-94 08:49:37 GMT", example),
        ("Sun Nov  6 08:49:37 1994", example),
        ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
        ("Wed, 31 Dec 1969 23:59:59 GMT", Some(-1)),
        ("Thu Jan 11 00:00:00 1970", Some(864_000)),
        ("Tue, 29 Feb 2000 00:00:00 GMT", Some(951_782_400)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", Some(253_402_300_799)),
        ("Sat, 01 Jan 0000 00:00:00 GMT", Some(-62_167_219_200)),
        // A leap second is the first of the next minute.
        ("Sat, 31 Dec 2016 23:59:60 GMT", Some(1_483_228_800)),
        // The day's name is not checked against the date.
        ("Mon, 06 Nov 1994 08:49:37 GMT", example),
        ("Sun, 6 Nov 1994 08:49:37 GMT", None),
        ("Sun, 06 Nov 94 08:49:37 GMT", None),
        ("Sun, 06 Nov 1994 8:49:37 GMT", None),
        ("Sun, 06 Nov 1994 08:49:37 UTC", None),
        ("Sun, 06 Nov 1994 08:49:37 gmt", None),
        ("Sun, 06 Nov 1994 08:49:37", None),
        ("Sun, 06 Nov 1994 08:49:37 GMT+1", None),
        ("sun, 06 nov 1994 08:49:37 GMT", None),
        ("Sun,06 Nov 1994 08:49:37 GMT", None),
        ("Sun, 06  Nov 1994 08:49:37 GMT", None),
        ("Xyz, 06 Nov 1994 08:49:37 GMT", None),
        ("Sun, 06 Xyz 1994 08:49:37 GMT", None),
        ("Sun, 00 Nov 1994 08:49:37 GMT", None),
        ("Sun, 31 Nov 1994 08:49:37 GMT", None),
        ("Wed, 29 Feb 1995 08:49:37 GMT", None),
        ("Thu, 29 Feb 1900 00:00:00 GMT", None),
        ("Sun, 06 Nov 1994 24:00:00 GMT", None),
        ("Sun, 06 Nov 1994 08:60:37 GMT", None),
        ("Sun, 06 Nov 1994 08:49:61 GMT", None),
        ("Sun, -6 Nov 1994 08:49:37 GMT", None),
        ("Sun, 0: Nov 1994 08:49:37 GMT", None),
        ("Sun, é Nov 1994 08:49:37 GMT", None),
        ("Sun, 06 Nov 19:4 08:49:37 GMT", None),
        ("Sun, 06 Nov 1994 08:4::37 GMT", None),
        ("Sunday, 06 Nov 1994 08:49:37 GMT", None),
        ("Sun, 06-Nov-94 08:49:37 GMT", None),
        ("Sunday, 06-Nov-1994 08:49:37 GMT", None),
        ("Sun Nov 6 08:49:37 1994", None),
        ("Sun Nov 06 08:49:37 1994 GMT", None),
        ("1994-11-06T08:49:37Z", None),
        (",", None),
    ];
    for (value, expected) in cases {
        assert_eq!(seconds_of(value), expected, "{value:?}");
    }
}

// SPEC 6.1, 6.3
#[test]
fn bytes_that_are_no_text_are_no_date() {
    for value in [
        &b"Sun, \xb0\xb6 Nov 1994 08:49:37 GMT"[..],
        b"Sun, 06 Nov 19\xb9\xb4 08:49:37 GMT",
        b"Sun, 06 Nov 1994 \xb0\xb8:49:37 GMT",
    ] {
        assert_eq!(hint(value, || at(EXAMPLE - 100)), UNREADABLE);
    }
}

// RFC 9110 §5.6.7: "MUST interpret a timestamp that appears to be more than 50 years in the future
// as representing the most recent year in the past that had the same last two digits".
#[test]
fn a_year_of_two_digits_is_at_most_fifty_years_ahead() {
    let now = 1_767_225_600; // 2026-01-01T00:00:00Z
    let year_2026 = "Thursday, 01-Jan-26 00:00:00 GMT";
    let cases = [
        (year_2026, 1_767_225_600),
        ("Friday, 01-Jan-27 00:00:00 GMT", 1_798_761_600),
        ("Tuesday, 01-Jan-75 00:00:00 GMT", 3_313_526_400),
        ("Wednesday, 01-Jan-76 00:00:00 GMT", 3_345_062_400),
        ("Thursday, 01-Jan-76 00:00:01 GMT", 189_302_401),
        ("Saturday, 01-Jan-77 00:00:00 GMT", 220_924_800),
        ("Friday, 31-Dec-99 23:59:59 GMT", 946_684_799),
        ("Saturday, 01-Jan-00 00:00:00 GMT", 946_684_800),
    ];
    for (value, expected) in cases {
        assert_eq!(
            RetryAfter::parse_at(value, at(now)),
            Ok(RetryAfter::Date(at(expected))),
            "{value}"
        );
    }
}

// RFC 9110 §5.6.7
#[test]
fn a_year_of_two_digits_is_completed_at_the_end_of_a_year_and_of_a_century() {
    let cases = [
        // 2049-12-31T23:59:59
        (2_524_607_999, "Thursday, 31-Dec-99 23:59:59 GMT", 4_102_444_799),
        // 2049-12-31T23:59:59
        (2_524_607_999, "Saturday, 01-Jan-00 00:00:00 GMT", 946_684_800),
        // 2050-01-01T00:00:00
        (2_524_608_000, "Friday, 01-Jan-00 00:00:00 GMT", 4_102_444_800),
        // 2050-01-01T00:00:00
        (2_524_608_000, "Saturday, 01-Jan-00 00:00:01 GMT", 946_684_801),
        // 1999-12-31T23:59:59
        (946_684_799, "Friday, 31-Dec-49 23:59:59 GMT", 2_524_607_999),
        // 1999-12-31T23:59:59
        (946_684_799, "Sunday, 01-Jan-50 00:00:00 GMT", -631_152_000),
        // 2000-01-01T00:00:00
        (946_684_800, "Saturday, 01-Jan-50 00:00:00 GMT", 2_524_608_000),
        // 2099-12-31T23:59:59
        (4_102_444_799, "Wednesday, 31-Dec-49 23:59:59 GMT", 5_680_281_599),
        // 2100-01-01T00:00:00
        (4_102_444_800, "Thursday, 01-Jan-50 00:00:00 GMT", 5_680_281_600),
        // 2100-01-01T00:00:00
        (4_102_444_800, "Saturday, 01-Jan-50 00:00:01 GMT", 2_524_608_001),
        // 2024-12-31T23:59:59
        (1_735_689_599, "Monday, 31-Dec-74 23:59:59 GMT", 3_313_526_399),
        // 2024-12-31T23:59:59
        (1_735_689_599, "Wednesday, 01-Jan-75 00:00:00 GMT", 157_766_400),
    ];
    for (now, value, expected) in cases {
        let Ok(RetryAfter::Date(date)) = RetryAfter::parse_at(value, at(now)) else {
            panic!("{value}")
        };
        let seconds = match date.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_secs()).unwrap(),
            Err(before) => -i64::try_from(before.duration().as_secs()).unwrap(),
        };
        assert_eq!(seconds, expected, "{value} at {now}");
    }
}

// SPEC 6.1
#[test]
fn the_clock_is_read_for_dates_only() {
    for value in ["120", " 1.5 ", "-3", "", "86400.25"] {
        let _ = hint(value.as_bytes(), || panic!("{value:?} is no date"));
    }
    let read = std::cell::Cell::new(0);
    let now = || {
        read.set(read.get() + 1);
        at(EXAMPLE)
    };
    assert_eq!(hint(b"Sun, 06 Nov 1994 08:49:38 GMT", now), Duration::from_secs(1));
    assert_eq!(read.get(), 1);
}

// SPEC 6.3
#[test]
fn a_value_of_128_bytes_is_read_and_one_of_129_is_not() {
    let padded = |length: usize| format!("{:<length$}", "Sun, 06 Nov 1994 08:49:38 GMT");
    assert_eq!(hint(padded(128).as_bytes(), || at(EXAMPLE)), Duration::from_secs(1));
    assert_eq!(hint(padded(129).as_bytes(), || at(EXAMPLE)), UNREADABLE);
    let seconds = |length: usize| RetryAfter::parse(format!("{:0>length$}", 7));
    assert_eq!(seconds(128), Ok(RetryAfter::Delay(Duration::from_secs(7))));
    assert_eq!(
        seconds(129).unwrap_err().to_string(),
        "Retry-After is neither a number of seconds nor an HTTP-date"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_input_panics_and_no_answer_leaves_the_clamp(value in "\\PC{0,140}") {
        prop_assert!(parse_retry_after(&value) <= CLAMP);
        let _ = RetryAfter::parse(&value);
    }

    #[test]
    fn no_bytes_panic(value in proptest::collection::vec(any::<u8>(), 0..140)) {
        let _ = hint(&value, || at(EXAMPLE));
        let _ = RetryAfter::parse(value);
    }

    #[test]
    fn almost_dates_do_not_panic(value in "[A-Z][a-z]{2,8},? [0-9A-Za-z]{1,3}[ -][A-Z][a-z]{2}[ -][0-9]{1,4} [0-9:]{5,8}( GMT)?") {
        prop_assert!(lenient(&value) <= CLAMP);
    }

    // The formatter is another implementation of the same grammar.
    #[test]
    fn every_date_that_is_formatted_is_read_back(second in 0_u64..253_402_300_799) {
        let date = httpdate::fmt_http_date(at(second));
        prop_assert_eq!(RetryAfter::parse(date), Ok(RetryAfter::Date(at(second))));
    }

    #[test]
    fn whole_seconds_are_read_alike_by_the_strict_and_the_lenient_reading(seconds in any::<u64>()) {
        let text = seconds.to_string();
        prop_assert_eq!(RetryAfter::parse(&text), Ok(RetryAfter::Delay(Duration::from_secs(seconds))));
        prop_assert_eq!(hint(text.as_bytes(), || at(0)), Duration::from_secs(seconds));
    }

    #[test]
    fn fractions_are_read_to_the_nanosecond(seconds in 0_u64..300, nanos in 0_u32..1_000_000_000) {
        let text = format!("{seconds}.{nanos:09}");
        prop_assert_eq!(lenient(&text), Duration::new(seconds, nanos));
    }
}
