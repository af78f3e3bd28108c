//! Properties of everything that reads what others have written. Each is written once: random input
//! meets it here, and the inputs that `fuzz/` finds meet it there.

mod configuration;
mod durations;
mod hints;
mod retry_after;

use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest};

/// Texts of one kind of words, in any order, with anything between them.
fn texts(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => (0..words.len()).prop_map(|word| words[word].to_owned()),
        2 => "[0-9]{1,20}(\\.[0-9]{0,12})?",
        1 => "\\PC{0,4}",
    ];
    vec(word, 0..12).prop_map(|words| words.concat())
}

fn durations() -> impl Strategy<Value = Duration> {
    prop_oneof![
        (0..600_u64).prop_map(Duration::from_secs),
        any::<u64>().prop_map(Duration::from_nanos),
        (any::<u64>(), 0..1_000_000_000_u32).prop_map(|(secs, nanos)| Duration::new(secs, nanos)),
        Just(Duration::ZERO),
        Just(Duration::MAX),
    ]
}

const UNITS: &[&str] =
    &["d", "h", "m", "s", "ms", "us", "µs", "ns", "sec", "min", " ", ".", "-", "0", "1", "9"];
const DATES: &[&str] = &[
    "Sun", "Sunday", ", ", ",", " ", "-", ":", "06", "6", "Nov", "1994", "94", "08:49:37", "GMT",
    "UTC", "60", "0", ".5", "120",
];
const SETTINGS: &[&str] = &[
    "max",
    "attempts",
    "base",
    "cap",
    "factor",
    "backoff",
    "jitter",
    "throttled",
    "deadline",
    "status",
    "retry_after_cap",
    "repeat",
    "nested",
    "switch",
    "log",
    " = ",
    "=",
    ", ",
    "\n",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "\"1s\"",
    "250ms",
    "full",
    "decorrelated",
    "forever",
    "additive(0.5)",
    "give_up(",
    "429",
    "5xx",
    "|",
    "..",
    "\"base\": ",
];

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 500, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn a_written_duration_reads_back(duration in durations()) {
        durations::a_written_duration_reads_back(duration);
    }

    #[test]
    fn a_text_is_a_duration_or_gets_advice_that_can_be_followed(text in texts(UNITS)) {
        durations::a_text_is_a_duration_or_gets_advice_that_can_be_followed(&text);
    }

    #[test]
    fn both_readings_of_retry_after_agree_and_stay_in_their_limits(text in texts(DATES)) {
        retry_after::both_readings_agree_and_stay_in_their_limits(text.as_bytes());
    }

    #[test]
    fn of_folded_seconds_the_longest_counts(
        seconds in vec(prop_oneof![0..400_u64, any::<u64>()], 0..8),
    ) {
        retry_after::of_folded_seconds_the_longest_counts(&seconds);
    }

    #[test]
    fn server_hints_are_read_from_known_headers_and_stay_in_their_cap(
        status in prop_oneof![Just("429"), Just("503"), Just("403"), Just("500"), Just("200")],
        lines in vec("[a-s]:([ -~]{0,20}|[0-9TZ:.+,;=rtq-]{0,40}|0|[0-9]{1,25}|true|false)", 0..8),
        limits in (durations(), durations()),
        seed in any::<u64>(),
    ) {
        let text = format!("{status}\n{}", lines.join("\n"));
        let (status, headers) = hints::response(text.as_bytes());
        hints::only_known_headers_in_their_own_order_matter(status, &headers);
        hints::a_hint_never_makes_a_wait_exceed_its_cap(status, &headers, limits, seed);
    }

    #[test]
    fn a_policy_that_is_read_is_written_and_reads_back(
        text in texts(SETTINGS),
        seed in any::<u64>(),
    ) {
        configuration::a_policy_that_is_read_is_written_and_reads_back(&text, seed);
    }

    #[test]
    fn every_wait_stays_in_the_range_shown_beforehand(
        (base, cap, hint_cap) in (durations(), durations(), durations()),
        max in 0..60_u32,
        settings in "(jitter = (full|equal|none|additive|symmetric\\(0\\.[0-9]\\)), )?backoff = (fixed|linear|fibonacci|exponential)",
        seed in any::<u64>(),
    ) {
        let policy = settings.parse::<retry_kit::RetryPolicy>().unwrap();
        let policy = policy.max_retries(max).base_delay(base).max_delay(cap).retry_after_cap(hint_cap);
        configuration::every_wait_stays_in_the_range_shown_beforehand(&policy, seed);
    }
}
