//! Policies read from configuration files and written to them.

use std::time::Duration;

use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::{option, prop_assert_eq, prop_assume};
use retry_kit::{Backoff, Jitter, Log, Nested, Ratio, Repeat, RetryPolicy, StatusSet, Switch};
use serde::de::{DeserializeSeed, IntoDeserializer, Visitor, value};
use serde::{Deserialize, Deserializer, Serialize, Serializer, forward_to_deserialize_any, ser};

const SECOND: Duration = Duration::from_secs(1);
const LIST: Backoff = Backoff::List(&[Duration::from_millis(100), Duration::from_secs(1)]);
const KEYS: &str = "max, attempts, base, factor, cap, backoff, jitter, throttled, deadline, status, \
     retry_after_cap, repeat, nested, switch, log";

fn from_toml(text: &str) -> Result<RetryPolicy, String> {
    toml::from_str(text).map_err(|error| error.message().to_owned())
}

/// The error without its position in the text.
fn from_json(text: &str) -> Result<RetryPolicy, String> {
    serde_json::from_str(text).map_err(|error| {
        let error = error.to_string();
        error.split(" at line ").next().unwrap_or_default().to_owned()
    })
}

fn over(default: RetryPolicy, text: &str) -> Result<RetryPolicy, String> {
    let deserializer = toml::Deserializer::parse(text).unwrap();
    default.deserialize(deserializer).map_err(|error| error.message().to_owned())
}

fn policy() -> RetryPolicy {
    RetryPolicy::new()
}

// SPEC 4.1
#[test]
fn a_policy_is_read_in_the_words_of_the_attribute() {
    let millis = Duration::from_millis;
    let cases = [
        ("", policy()),
        ("max = 5", policy().max_retries(5)),
        ("max = 4294967295", policy().max_retries(u32::MAX)),
        ("max = 'forever'", policy().unlimited()),
        ("max = '3'", policy().max_retries(3)),
        ("attempts = ' 4 '", policy().max_retries(3)),
        ("factor = '2'", policy().factor(2.0)),
        ("factor = '1.5'", policy().factor(1.5)),
        ("attempts = 5", policy().max_retries(4)),
        ("attempts = 1", policy().max_retries(0)),
        ("attempts = 'forever'", policy().unlimited()),
        ("base = '250ms'", policy().base_delay(millis(250))),
        ("base = '1m 30s'\ncap = '2m'", policy().base_delay(90 * SECOND).max_delay(120 * SECOND)),
        ("factor = 3", policy().factor(3.0)),
        ("factor = 1.1", policy().factor(1.1)),
        ("factor = 3\nbackoff = 'exponential'", policy().factor(3.0)),
        ("cap = '10s'", policy().max_delay(10 * SECOND)),
        ("backoff = 'exponential'", policy()),
        ("backoff = 'fixed'", policy().backoff(Backoff::Fixed)),
        ("backoff = 'linear'", policy().backoff(Backoff::Linear)),
        ("backoff = 'fibonacci'", policy().backoff(Backoff::Fibonacci)),
        ("backoff = 'decorrelated'", policy().backoff(Backoff::Decorrelated)),
        ("backoff = 'decorrelated'\njitter = 'none'", policy().backoff(Backoff::Decorrelated)),
        ("jitter = 'additive'", policy()),
        ("jitter = 'additive(1)'", policy()),
        ("jitter = 'additive(0.1)'", policy().jitter(Jitter::additive(0.1))),
        ("jitter = 'additive( 0 )'", policy().jitter(Jitter::additive(0.0))),
        ("jitter = 'full'", policy().jitter(Jitter::Full)),
        ("jitter = 'equal'", policy().jitter(Jitter::Equal)),
        ("jitter = 'symmetric(0.5)'", policy().jitter(Jitter::symmetric(0.5))),
        ("jitter = 'absolute(500ms)'", policy().jitter(Jitter::Absolute(millis(500)))),
        (
            "factor = 2\nbackoff = 'decorrelated'",
            policy().backoff(Backoff::Decorrelated).factor(2.0),
        ),
        ("jitter = 'none'", policy().jitter(Jitter::None)),
        ("deadline = '30s'", policy().deadline(30 * SECOND)),
        ("deadline = 'none'", policy()),
        ("status = [500]", policy().status(StatusSet::EMPTY.with(500))),
        (
            "status = [429, '500..=503', '599 ..= 599']",
            policy().status(StatusSet::EMPTY.with(429).with_range(500..=503).with(599)),
        ),
        ("status = ['429']", policy().status(StatusSet::EMPTY.with(429))),
        ("status = '429'", policy().status(StatusSet::EMPTY.with(429))),
        (
            "status = '429, 500..=599'",
            policy().status(StatusSet::EMPTY.with(429).with_range(500..=599)),
        ),
        (
            "status = '429 | 500..=599'",
            policy().status(StatusSet::EMPTY.with(429).with_range(500..=599)),
        ),
        ("status = ['429 | 503']", policy().status(StatusSet::EMPTY.with(429).with(503))),
        ("status = []", policy().status(StatusSet::EMPTY)),
        ("status = 'transient'", policy().status(StatusSet::TRANSIENT)),
        ("status = ['transient']", policy().status(StatusSet::TRANSIENT)),
        ("status = ['default', 408]", policy().status(StatusSet::DEFAULT.with(408))),
        ("status = 'default, 408'", policy().status(StatusSet::DEFAULT.with(408))),
        ("status = ''", policy().status(StatusSet::EMPTY)),
        ("status = 'none'", policy().status(StatusSet::EMPTY)),
        ("retry_after_cap = '0s'", policy().retry_after_cap(Duration::ZERO)),
        ("retry_after_cap = 'give_up(5m)'", policy().give_up_on_hint_over(300 * SECOND)),
        ("retry_after_cap = ' give_up ( 1m 30s ) '", policy().give_up_on_hint_over(90 * SECOND)),
        ("repeat = 'all'", policy()),
        ("repeat = 'unsent'", policy().repeat(Repeat::Unsent)),
        ("nested = 'allow'", policy()),
        ("nested = ' once '", policy().nested(Nested::Once)),
        ("switch = 'obey'", policy().switch(Switch::Obey)),
        ("log = 'debug'", policy().log(Log::Debug)),
        ("log = 'warn'", policy()),
        ("switch = 'ignore'", policy().switch(Switch::Ignore)),
        ("throttled = { base = '5s' }", policy().throttled_base(5 * SECOND)),
        ("[throttled]\ncap = '90s'", policy().throttled_cap(90 * SECOND)),
        (
            "throttled = { base = ' 5s ', cap = '20s' }",
            policy().throttled_base(5 * SECOND).throttled_cap(20 * SECOND),
        ),
        (
            "throttled = 'base = 5s, cap = 20s'",
            policy().throttled_base(5 * SECOND).throttled_cap(20 * SECOND),
        ),
        ("throttled = 'cap=90s'", policy().throttled_cap(90 * SECOND)),
        ("throttled = 'none'", policy()),
        (
            "throttled = { base = '5s' }\nbackoff = 'fixed'",
            policy().backoff(Backoff::Fixed).throttled_base(5 * SECOND),
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(from_toml(text), Ok(expected), "{text}");
    }
}

// SPEC 2.3
#[test]
fn a_configured_zero_turns_retries_off() {
    for text in ["max = 0", "attempts = 0"] {
        assert_eq!(from_toml(text), Ok(policy().max_retries(0)), "{text}");
    }
}

// SPEC 4.1
#[test]
fn words_and_numbers_are_read_in_every_form_that_a_format_gives() {
    let text = r#"{"max": 5, "factor": 3, "base": "250\u006ds", "status": [429, "500..=599"]}"#;
    let floats = r#"{"max": 5.0, "factor": 3.0, "base": "250ms", "status": [429.0, "500..=599"]}"#;
    let expected = policy()
        .max_retries(5)
        .factor(3.0)
        .base_delay(Duration::from_millis(250))
        .status(StatusSet::EMPTY.with(429).with_range(500..=599));
    let owned = |text| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(from_json(text), Ok(expected));
    assert_eq!(from_json(floats), Ok(expected));
    assert_eq!(serde_json::from_reader::<_, RetryPolicy>(text.as_bytes()).unwrap(), expected);
    assert_eq!(serde_json::from_value::<RetryPolicy>(owned(text)).unwrap(), expected);
    // `RetryPolicy::deserialize` is ambiguous beside `DeserializeSeed`.
    let by_reference: Result<RetryPolicy, _> = Deserialize::deserialize(&owned(floats));
    assert_eq!(by_reference.unwrap(), expected);
}

#[derive(Debug, Default, PartialEq, Deserialize, Serialize)]
struct Service {
    url: String,
    #[serde(default)]
    retry: RetryPolicy,
}

/// Buffers its input before it tries the variants.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Setting {
    Shared(String),
    Own(RetryPolicy),
}

// SPEC 4.1
#[test]
fn a_policy_is_a_part_of_other_configuration() {
    let cases = [
        ("url = 'a'", policy()),
        ("url = 'a'\n[retry]", policy()),
        (
            "url = 'a'\nretry = { max = 1, base = '2s' }",
            policy().max_retries(1).base_delay(2 * SECOND),
        ),
        ("url = 'a'\n[retry]\nbackoff = 'linear'", policy().backoff(Backoff::Linear)),
    ];
    for (text, retry) in cases {
        let expected = Service { url: "a".to_owned(), retry };
        assert_eq!(toml::from_str(text), Ok(expected), "{text}");
    }
    let own: Setting = serde_json::from_str(r#"{"max": 7}"#).unwrap();
    assert_eq!(own, Setting::Own(policy().max_retries(7)));
}

// SPEC 2.3
#[test]
fn an_unknown_key_is_refused_with_a_suggestion() {
    let cases = [
        ("bse = '1s'", "unknown key `bse`; did you mean `base`?"),
        ("Max = 3", "unknown key `Max`; did you mean `max`?"),
        (
            "retry-after-cap = '1s'",
            "unknown key `retry-after-cap`; did you mean `retry_after_cap`?",
        ),
        ("max_retries = 3", "unknown key `max_retries`; did you mean `max`?"),
        ("max_attempts = 3", "unknown key `max_attempts`; did you mean `attempts`?"),
        ("max_delay = '1s'", "unknown key `max_delay`; did you mean `cap`?"),
        ("max_elapsed = '1s'", "unknown key `max_elapsed`; did you mean `deadline`?"),
        ("max_elapsed_time = '1s'", "unknown key `max_elapsed_time`; did you mean `deadline`?"),
        ("total_delay = '1s'", "unknown key `total_delay`; did you mean `deadline`?"),
        ("max_retry = 3", "unknown key `max_retry`; did you mean `max`?"),
        ("max-retries = 3", "unknown key `max-retries`; did you mean `max`?"),
        ("max_attempt = 3", "unknown key `max_attempt`; did you mean `attempts`?"),
        ("initial_delay = '1s'", "unknown key `initial_delay`; did you mean `base`?"),
        ("max_time = '1s'", "unknown key `max_time`; did you mean `deadline`?"),
        ("mxa = 3", "unknown key `mxa`; did you mean `max`?"),
    ];
    for (text, message) in cases {
        assert_eq!(from_toml(text), Err(format!("{message} The keys are {KEYS}")), "{text}");
    }
    let message = format!("unknown key `colour`; the keys are {KEYS}");
    assert_eq!(from_toml("colour = 'red'"), Err(message));
    let message = "unknown key `timeout`: it is not part of a policy; put it in a field of your own, \
                   with `#[serde(with = \"retry_kit::duration\")]`, and write `timeout = \
                   self.timeout` in the attribute";
    assert_eq!(from_toml("timeout = '1s'"), Err(message.to_owned()));
    let message =
        "unknown key `retry_budget`: `budget` is not part of a policy; set it in the attribute";
    assert_eq!(from_toml("retry_budget = 1"), Err(message.to_owned()));
}

/// Checks that each text is refused with its message.
fn refused(cases: &[(&str, &str)]) {
    for (text, message) in cases {
        assert_eq!(from_toml(text), Err((*message).to_owned()), "{text}");
    }
}

// SPEC 2.3, 4.1
#[test]
fn a_number_out_of_range_is_refused_by_the_name_of_its_key() {
    refused(&[
        ("max = -1", "`max` cannot be negative; for no limit write \"forever\""),
        ("max = 1.5", "`max` takes a whole number"),
        ("max = nan", "`max` takes a whole number"),
        ("max = 4294967296", "`max` is at most 4294967295; for no limit write \"forever\""),
        ("attempts = inf", "`attempts` is at most 4294967295; for no limit write \"forever\""),
        (
            "max = 'three'",
            "invalid value: string \"three\", expected a whole number or \"forever\" for `max`",
        ),
        ("max = '-1'", "`max` cannot be negative; for no limit write \"forever\""),
        ("attempts = '1.5'", "`attempts` takes a whole number"),
        ("factor = '0.5'", "`factor`: a backoff factor is a number from 1 to 1e9"),
        (
            "attempts = true",
            "invalid type: boolean `true`, expected a whole number or \"forever\" for \
             `attempts`",
        ),
        ("factor = 0.5", "`factor`: a backoff factor is a number from 1 to 1e9"),
        ("factor = 0", "`factor`: a backoff factor is a number from 1 to 1e9"),
        ("factor = nan", "`factor`: a backoff factor is a number from 1 to 1e9"),
        (
            "factor = 'forever'",
            "invalid value: string \"forever\", expected a number from 1 to 1e9 for `factor`",
        ),
    ]);
}

/// The kinds of values, each with a valid value and the message for an invalid one.
fn kinds() -> [(&'static str, &'static [&'static str], &'static str); 12] {
    [
        ("max attempts", &["3", "forever"], "expected a whole number or \"forever\" for `KEY`"),
        ("factor", &["1.5"], "expected a number from 1 to 1e9 for `KEY`"),
        ("base cap deadline", &["2s", "1m 30s"], "`KEY`: "),
        ("retry_after_cap", &["2s", "1m 30s", "give_up(5m)", "give_up(0s)"], "`KEY`: "),
        ("backoff", &["fixed"], "`KEY` takes one of: exponential, fixed"),
        ("jitter", &["full", "additive(0.1)"], "`KEY` takes one of: additive, full"),
        ("throttled", &["base = 2s", "base=2s, cap=20s"], "`KEY` takes a `base`, a `cap` or both"),
        ("status", &["429", "429, 500..=599"], "`KEY`: "),
        ("repeat", &["unsent"], "`KEY` takes one of: all, unsent"),
        ("nested", &["once"], "`KEY` takes one of: allow, once"),
        ("switch", &["obey"], "`KEY` takes one of: obey, ignore"),
        ("log", &["off", "debug"], "`KEY` takes one of: off, debug, info, warn"),
    ]
}

/// Room for a `base` of 90 s.
fn wide() -> RetryPolicy {
    policy().max_delay(120 * SECOND)
}

// SPEC 4.1
#[test]
fn white_space_around_any_value_is_ignored() {
    for (keys, values, _) in kinds() {
        for (key, value) in keys.split(' ').flat_map(|key| values.iter().map(move |v| (key, v))) {
            let plain = over(wide(), &format!("{key} = \"{value}\""));
            assert!(plain.is_ok(), "{key} = {value}: {plain:?}");
            for (before, after) in [(" ", ""), ("", " "), ("\\t ", "\\n"), ("\u{a0}", "\u{a0}")] {
                let padded = over(wide(), &format!("{key} = \"{before}{value}{after}\""));
                assert_eq!(padded, plain, "{key} = {value}");
            }
        }
    }
    assert_eq!(over(policy().deadline(SECOND * 9), "deadline = ' none '"), Ok(policy()));
}

// SPEC 2.4, 4.1
#[test]
fn an_invalid_value_is_refused_by_the_name_of_its_key() {
    for (keys, _, answer) in kinds() {
        for key in keys.split(' ') {
            let refused = |value: &str, answer: &str| {
                let error = over(policy(), &format!("{key} = {value}")).unwrap_err();
                assert!(error.contains(&answer.replace("KEY", key)), "{key} = {value}: {error}");
                assert!(!error.contains("NaNs") && !error.contains("infs"), "{error}");
            };
            refused("'colour'", answer);
            for value in ["nan", "inf", "-inf", "-1", "'nan'", "'inf'", "'-1'", "true", "{}"] {
                refused(value, "`KEY`");
            }
            if key == "status" {
                let empty = Ok(policy().status(StatusSet::EMPTY));
                for value in ["''", "' '", "[]", "'none'"] {
                    assert_eq!(over(policy(), &format!("status = {value}")), empty, "{value}");
                }
                for value in ["[nan]", "[inf]", "[-1]", "['']", "['-1']", "[true]", "[[429]]"] {
                    refused(value, "`KEY`");
                }
                continue;
            }
            for value in ["''", "' '", "[]", "[429]"] {
                refused(value, "`KEY`");
            }
            let none = over(policy(), &format!("{key} = 'none'"));
            assert_eq!(none.is_ok(), matches!(key, "deadline" | "jitter" | "throttled"), "{key}");
        }
    }
}

// SPEC 2.4, 4.1
#[test]
fn a_number_in_a_string_is_read_as_the_number() {
    for (text, quoted) in [
        ("max = 3", "max = '3'"),
        ("max = 3.0", "max = '3.0'"),
        ("attempts = 4", "attempts = ' 4 '"),
        ("factor = 1.5", "factor = '1.5'"),
        ("status = [429]", "status = '429'"),
        ("status = [429, 503]", "status = ['429', ' 503 ']"),
        ("max = -1", "max = '-1'"),
        ("max = 1.5", "max = '1.5'"),
        ("max = nan", "max = 'nan'"),
        ("factor = 0.5", "factor = '0.5'"),
        ("factor = nan", "factor = 'nan'"),
        ("status = [42]", "status = '42'"),
        ("status = [-1]", "status = '-1'"),
    ] {
        assert_eq!(from_toml(quoted), from_toml(text), "{quoted}");
    }
}

// SPEC 4.1
#[test]
fn every_key_is_a_key_of_the_attribute() {
    let table = retry_kit::__private::words::IN_CONFIGURATION;
    assert_eq!(table.join(", "), KEYS);
    let mut here: Vec<&str> = kinds().iter().flat_map(|(keys, ..)| keys.split(' ')).collect();
    here.sort_unstable();
    let mut keys: Vec<&str> = KEYS.split(", ").collect();
    keys.sort_unstable();
    assert_eq!(here, keys);
}

// SPEC 2.4, 4.1
#[test]
fn a_duration_without_a_unit_is_refused_with_a_suggestion() {
    refused(&[
        (
            "base = 5",
            "`base`: a duration has a unit; write \"5s\" for seconds or \"5ms\" for \
             milliseconds",
        ),
        (
            "deadline = 2.5",
            "`deadline`: a duration has a unit; write \"2.5s\" for seconds or \"2.5ms\" for \
             milliseconds",
        ),
        (
            "base = 0",
            "`base`: a duration has a unit; write \"0s\" for seconds or \"0ms\" for milliseconds",
        ),
        ("cap = -5", "`cap`: a duration cannot be negative"),
        (
            "cap = '5'",
            "`cap`: `5` has no unit; write \"5s\" for seconds or \"5ms\" for milliseconds",
        ),
        (
            "retry_after_cap = '5 minutes'",
            "`retry_after_cap`: `minutes` is not a unit of time here; write \"5m\"",
        ),
        (
            "retry_after_cap = 'give_up(5)'",
            "`retry_after_cap`: `5` has no unit; write \"5s\" for seconds or \"5ms\" for milliseconds",
        ),
        (
            "retry_after_cap = 'give_up'",
            "`retry_after_cap`: `give_up` takes the longest hint obeyed, such as \"give_up(5m)\"",
        ),
        (
            "retry_after_cap = 'cut(5m)'",
            "`retry_after_cap`: `cut(` is not a duration; write a number with a unit, such as \"250ms\" \
             or \"1s\"",
        ),
        (
            "retry_after_cap = 'giveup(5m)'",
            "`retry_after_cap`: `giveup` is not known here; did you mean \"give_up(5m)\"?",
        ),
        (
            "deadline = true",
            "invalid type: boolean `true`, expected a duration such as \"250ms\" or \"1m 30s\", or \
             \"none\" for `deadline`",
        ),
        (
            "retry_after_cap = true",
            "invalid type: boolean `true`, expected a duration such as \"5m\", or \"give_up(5m)\" \
             for `retry_after_cap`",
        ),
        (
            "base = ['1s']",
            "invalid type: sequence, expected a duration such as \"250ms\" or \"1m 30s\" \
             for `base`",
        ),
    ]);
}

// SPEC 2.3, 4.1
#[test]
fn an_unknown_word_is_refused_with_the_known_words() {
    refused(&[
        (
            "backoff = 'fix'",
            "`backoff` takes one of: exponential, fixed, linear, fibonacci, decorrelated",
        ),
        (
            "backoff = 'Fixed'",
            "`backoff` takes one of: exponential, fixed, linear, fibonacci, decorrelated; \
             did you mean `fixed`?",
        ),
        (
            "backoff = 1",
            "invalid type: integer `1`, expected a word such as \"exponential\" for \
             `backoff`",
        ),
        ("repeat = 1", "invalid type: integer `1`, expected \"all\" or \"unsent\" for `repeat`"),
        ("nested = 1", "invalid type: integer `1`, expected \"allow\" or \"once\" for `nested`"),
        ("switch = 1", "invalid type: integer `1`, expected \"obey\" or \"ignore\" for `switch`"),
        (
            "log = 1",
            "invalid type: integer `1`, expected a word such as \"debug\" or \"off\" for `log`",
        ),
        ("jitter = ''", "`jitter` takes one of: additive, full, equal, symmetric, absolute, none"),
        (
            "jitter = 'ful'",
            "`jitter` takes one of: additive, full, equal, symmetric, absolute, none; did you mean `full`?",
        ),
        (
            "jitter = 'aditive(0.1)'",
            "`jitter` takes one of: additive, full, equal, symmetric, absolute, none; did you mean `additive`?",
        ),
        ("jitter = 'additive(1.5)'", "`jitter`: a jitter ratio is a number from 0 to 1"),
        ("jitter = 'additive(-0.1)'", "`jitter`: a jitter ratio is a number from 0 to 1"),
        ("jitter = 'additive(nan)'", "`jitter`: a jitter ratio is a number from 0 to 1"),
        (
            "jitter = 'additive()'",
            "`jitter`: `additive` takes one ratio, such as \"additive(0.1)\"",
        ),
        ("jitter = 'full(0.1)'", "`jitter`: `full` takes no ratio; write \"full\""),
        (
            "jitter = 'symmetric'",
            "`jitter`: `symmetric` takes one ratio, such as \"symmetric(0.5)\"",
        ),
        ("jitter = 'symmetric(1.5)'", "`jitter`: a jitter ratio is a number from 0 to 1"),
        (
            "jitter = 'absolute'",
            "`jitter`: `absolute` takes a duration, such as \"absolute(500ms)\"",
        ),
        (
            "jitter = 'absolute(500)'",
            "`jitter`: `500` has no unit; write \"500s\" for seconds or \"500ms\" for milliseconds",
        ),
        (
            "backoff = 'custom'",
            "`backoff`: a function cannot be read at run time; set the backoff in code",
        ),
        (
            "backoff = 'custom(f)'",
            "`backoff`: a function cannot be read at run time; set the backoff in code",
        ),
        (
            "jitter = true",
            "`jitter` takes one of: additive, full, equal, symmetric, absolute, none; did you mean `additive`?",
        ),
        (
            "jitter = false",
            "`jitter` takes one of: additive, full, equal, symmetric, absolute, none; did you mean `none`?",
        ),
        (
            "backoff = 'constant'",
            "`backoff` takes one of: exponential, fixed, linear, fibonacci, decorrelated; \
             did you mean `fixed`?",
        ),
        (
            "jitter = 0.1",
            "invalid type: floating point `0.1`, expected a word such as \"additive\" or \
             \"symmetric(0.5)\" for `jitter`",
        ),
    ]);
}

// SPEC 2.3, 4.1
#[test]
fn an_invalid_status_is_refused_by_the_name_of_its_key() {
    refused(&[
        (
            "status = [42]",
            "`status`: an HTTP status is a number from 200 to 599, except 320 to 399",
        ),
        (
            "status = [-1]",
            "`status`: an HTTP status is a number from 200 to 599, except 320 to 399",
        ),
        (
            "status = [429.5]",
            "`status`: an HTTP status is a number from 200 to 599, except 320 to 399",
        ),
        (
            "status = [70000]",
            "`status`: an HTTP status is a number from 200 to 599, except 320 to 399",
        ),
        (
            "status = ['500..=600']",
            "`status`: an HTTP status is a number from 200 to 599, except 320 to 399",
        ),
        ("status = ['599..=500']", "`status`: an empty range; write \"500..=599\""),
        ("status = ['500..599']", "`status`: `500..599` is not a status; write 500..=599"),
        (
            "status = ['5xx..=']",
            "`status`: `5xx..=` is not a status; write a code such as 429 or a range such as \
             500..=599",
        ),
        ("status = '429, 5xx'", "`status`: `5xx` is not a status; write 500..=599"),
        (
            "status = [true]",
            "invalid type: boolean `true`, expected a code such as 429 or a range such as \
             \"500..=599\" in `status`",
        ),
        (
            "status = 429",
            "invalid type: integer `429`, expected a list of codes and ranges such as [429, \
             \"500..=599\"], or \"transient\" for `status`",
        ),
        (
            "status = '42'",
            "`status`: an HTTP status is a number from 200 to 599, except 320 to 399",
        ),
        ("status = ['']", "`status`: an empty entry; write codes such as 429, 503"),
    ]);
}

// SPEC 4.16.4
#[test]
fn an_invalid_part_of_the_throttled_backoff_is_refused_by_its_name() {
    let parts = "`throttled` takes a `base`, a `cap` or both, such as \"base = 1s, cap = 20s\"";
    let twice = "`throttled.base` is set twice";
    refused(&[
        ("throttled = {}", parts),
        ("throttled = '1s'", parts),
        ("throttled = { colour = '1s' }", parts),
        ("throttled = { bse = '1s' }", &format!("{parts}; did you mean `base`?")),
        ("throttled = 'base = 1s, bse = 2s'", &format!("{parts}; did you mean `base`?")),
        ("throttled = 'base = 1s, base = 2s'", twice),
        ("throttled = 'base = '", "`throttled.base` takes a duration, such as \"1s\""),
        ("throttled = 'base'", "`throttled.base` takes a duration, such as \"1s\""),
        ("throttled = 'base = 1s,, cap = 2s'", "`throttled`: a key is missing between two commas"),
        (
            "throttled = 'base = 1'",
            "`throttled.base`: `1` has no unit; write \"1s\" for seconds or \"1ms\" for milliseconds",
        ),
        (
            "throttled = { cap = 20 }",
            "`throttled.cap`: a duration has a unit; write \"20s\" for seconds or \"20ms\" for \
             milliseconds",
        ),
        (
            "throttled = { cap = ['20s'] }",
            "invalid type: sequence, expected a duration such as \"1s\" for `throttled.cap`",
        ),
        (
            "throttled = { cap = { base = '20s' } }",
            "invalid type: map, expected a duration such as \"1s\" for `throttled.cap`",
        ),
        (
            "throttled = 1",
            "invalid type: integer `1`, expected a `base`, a `cap` or both, such as \"base = 1s, cap \
             = 20s\", or \"none\" for `throttled`",
        ),
        (
            "throttled = { base = '90s' }",
            "the base of `throttled` (90s) is above its cap (60s), which is `cap` unless `throttled` \
             sets it",
        ),
        (
            "throttled = { cap = '500ms' }",
            "the base of `throttled` (1s) is above its cap (500ms), which is `cap` unless \
             `throttled` sets it",
        ),
    ]);
    assert_eq!(from_json(r#"{"throttled": {"base": "1s", "base": "2s"}}"#), Err(twice.to_owned()));
    let unset = r#"{"throttled": {"base": null, "cap": "90s"}}"#;
    assert_eq!(from_json(unset), Ok(policy().throttled_cap(90 * SECOND)));
}

// SPEC 4.17.4
#[test]
fn a_list_of_delays_cannot_come_from_configuration_and_says_why() {
    let message = "unknown key `delays`: it is not part of a policy; a value read at run time cannot \
                   be kept as long as a list of delays must be; write `base`, `factor` and `cap`, or \
                   set `delays` in the attribute";
    assert_eq!(from_toml("delays = ['100ms', '1s']"), Err(message.to_owned()));
    let error = "delays = [100ms, 1s]".parse::<RetryPolicy>().unwrap_err();
    assert_eq!(error.to_string(), message);
}

// SPEC 2.5, 4.1
#[test]
fn contradictory_values_are_refused_by_the_names_of_their_keys() {
    refused(&[
        (
            "max = 3\nattempts = 4",
            "`attempts` cannot be combined with `max`: they say the same, 4 attempts are 3 \
             retries",
        ),
        ("base = '5s'\ncap = '2s'", "`cap` (2s) is below `base` (5s)"),
        ("base = '90s'", "`base` (90s) is above the default cap of 60s; set `cap` as well"),
        ("cap = '500ms'", "`cap` (500ms) is below the default base of 1s; set `base` as well"),
        (
            "factor = 2\nbackoff = 'fixed'",
            "`factor` has no meaning with the `backoff` \"fixed\": leave one out",
        ),
        (
            "backoff = 'linear'\nfactor = 3",
            "`factor` has no meaning with the `backoff` \"linear\": leave one out",
        ),
        (
            "jitter = 'additive'\nbackoff = 'decorrelated'",
            "the `backoff` \"decorrelated\" is its own jitter: leave `jitter` out",
        ),
        (
            "deadline = '1s'",
            "`deadline` (1s) is no longer than the shortest first wait (1s), which `base` \
             sets",
        ),
    ]);
}

// SPEC 2.3
#[test]
fn a_key_set_twice_is_named() {
    assert_eq!(
        from_json(r#"{"base": "1s", "max": 1, "base": "1s"}"#),
        Err("`base` is set twice".to_owned())
    );
}

#[test]
fn only_a_table_is_read_as_a_policy() {
    for (text, found) in [("3", "integer `3`"), ("[3]", "sequence"), ("null", "null")] {
        let expected = "a retry policy: a table with keys such as `max` and `base`";
        assert_eq!(from_json(text), Err(format!("invalid type: {found}, expected {expected}")));
    }
}

// SPEC 4.1
#[test]
fn a_value_that_is_null_is_not_set() {
    for key in KEYS.split(", ") {
        assert_eq!(from_json(&format!("{{\"{key}\": null}}")), Ok(policy()), "{key}");
    }
    let cases = [
        (r#"{"max": null, "attempts": 5}"#, policy().max_retries(4)),
        (r#"{"factor": null, "backoff": "fixed"}"#, policy().backoff(Backoff::Fixed)),
    ];
    for (text, expected) in cases {
        assert_eq!(from_json(text), Ok(expected), "{text}");
    }
    let ours = policy().deadline(30 * SECOND).max_retries(7);
    let mut json = serde_json::Deserializer::from_str(r#"{"deadline": null, "max": null}"#);
    assert_eq!(ours.deserialize(&mut json).unwrap(), ours);
    let twice = r#"{"max": null, "max": 5}"#;
    assert_eq!(from_json(twice), Err("`max` is set twice".to_owned()));
}

/// A value in a format that tells optional values apart, as CBOR and RON do.
#[derive(Clone, Copy)]
struct Optional(Option<&'static str>);

impl<'de> Deserializer<'de> for Optional {
    type Error = value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, value::Error> {
        match self.0 {
            Some(text) => visitor.visit_some(text.into_deserializer()),
            None => visitor.visit_none(),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl IntoDeserializer<'_> for Optional {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

fn read<'de>(table: impl Deserializer<'de, Error = value::Error>) -> Result<RetryPolicy, String> {
    <RetryPolicy as Deserialize>::deserialize(table).map_err(|error| error.to_string())
}

// SPEC 4.1.1
#[test]
fn an_optional_value_is_read_if_it_is_there() {
    let pairs = [("max", Optional(Some("5"))), ("base", Optional(None))];
    let table = value::MapDeserializer::new(pairs.into_iter());
    assert_eq!(read(table), Ok(policy().max_retries(5)));
    let pairs = [("max", Optional(None)), ("attempts", Optional(Some("5")))];
    let table = value::MapDeserializer::new(pairs.into_iter());
    assert_eq!(read(table), Ok(policy().max_retries(4)));
}

// SPEC 4.1.2
#[test]
fn a_key_that_is_no_text_is_refused() {
    let table = value::MapDeserializer::<_, value::Error>::new([(1, "5")].into_iter());
    let error = read(table).unwrap_err();
    assert_eq!(error, "invalid type: integer `1`, expected a key of a retry policy");
    let parts = value::MapDeserializer::<_, value::Error>::new([(1, "5s")].into_iter());
    let parts = value::MapAccessDeserializer::new(parts);
    let table = value::MapDeserializer::new([("throttled", parts)].into_iter());
    let error = read(table).unwrap_err();
    assert_eq!(error, "invalid type: integer `1`, expected `base` or `cap`");
}

#[test]
fn a_mistake_is_reported_at_its_position() {
    let error = toml::from_str::<Service>("url = 'a'\n[retry]\nmax = 3\nbase = 5\n").unwrap_err();
    let shown = "TOML parse error at line 4, column 8\n  |\n4 | base = 5\n  |        ^\n`base`: ";
    assert!(error.to_string().starts_with(shown), "{error}");
    let error = toml::from_str::<Service>("url = 'a'\n[retry]\nbas = '5s'\n").unwrap_err();
    assert!(error.to_string().contains("3 | bas = '5s'\n  | ^^^\n"), "{error}");
}

// SPEC 4.1
#[test]
fn a_policy_is_written_with_all_the_keys_that_apply() {
    let cases = [
        (
            policy(),
            "max = 3\nbase = \"1s\"\nfactor = 2\ncap = \"60s\"\nbackoff = \"exponential\"\n\
             jitter = \"additive\"\nstatus = [429, 503, 504]\nretry_after_cap = \"5m\"\n",
        ),
        (
            policy()
                .unlimited()
                .factor(1.5)
                .jitter(Jitter::additive(0.1))
                .deadline(90 * SECOND)
                .status(StatusSet::EMPTY.with(429).with_range(500..=501).with_range(503..=599)),
            "max = \"forever\"\nbase = \"1s\"\nfactor = 1.5\ncap = \"60s\"\n\
             backoff = \"exponential\"\njitter = \"additive(0.1)\"\ndeadline = \"90s\"\n\
             status = [429, 500, 501, \"503..=599\"]\nretry_after_cap = \"5m\"\n",
        ),
        (
            policy().backoff(Backoff::Decorrelated).factor(3.0).status(StatusSet::EMPTY),
            "max = 3\nbase = \"1s\"\nfactor = 3\ncap = \"60s\"\nbackoff = \"decorrelated\"\nstatus = []\n\
             retry_after_cap = \"5m\"\n",
        ),
        (
            policy().backoff(Backoff::Linear).give_up_on_hint_over(90 * SECOND),
            "max = 3\nbase = \"1s\"\ncap = \"60s\"\nbackoff = \"linear\"\njitter = \"additive\"\n\
             status = [429, 503, 504]\nretry_after_cap = \"give_up(90s)\"\n",
        ),
        (
            policy().repeat(Repeat::Unsent),
            "max = 3\nbase = \"1s\"\nfactor = 2\ncap = \"60s\"\nbackoff = \"exponential\"\n\
             jitter = \"additive\"\nstatus = [429, 503, 504]\nretry_after_cap = \"5m\"\n\
             repeat = \"unsent\"\n",
        ),
        (
            policy().nested(Nested::Once),
            "max = 3\nbase = \"1s\"\nfactor = 2\ncap = \"60s\"\nbackoff = \"exponential\"\n\
             jitter = \"additive\"\nstatus = [429, 503, 504]\nretry_after_cap = \"5m\"\n\
             nested = \"once\"\n",
        ),
        (
            policy().switch(Switch::Ignore),
            "max = 3\nbase = \"1s\"\nfactor = 2\ncap = \"60s\"\nbackoff = \"exponential\"\n\
             jitter = \"additive\"\nstatus = [429, 503, 504]\nretry_after_cap = \"5m\"\n\
             switch = \"ignore\"\n",
        ),
        (
            policy().backoff(Backoff::Fixed).throttled_base(5 * SECOND),
            "max = 3\nbase = \"1s\"\ncap = \"60s\"\nbackoff = \"fixed\"\njitter = \"additive\"\n\
             status = [429, 503, 504]\nretry_after_cap = \"5m\"\n\n[throttled]\nbase = \"5s\"\n",
        ),
        (
            RetryPolicy::aws().throttled_cap(30 * SECOND),
            "max = 2\nbase = \"50ms\"\nfactor = 2\ncap = \"20s\"\nbackoff = \"exponential\"\n\
             jitter = \"full\"\nstatus = [429, 500, \"502..=504\"]\nretry_after_cap = \"5m\"\n\n\
             [throttled]\nbase = \"1s\"\ncap = \"30s\"\n",
        ),
    ];
    for (policy, text) in cases {
        assert_eq!(toml::to_string(&policy).as_deref(), Ok(text));
    }
}

/// A format that writes the number of fields before them, as many binary ones do: announced and written.
struct Counting {
    announced: usize,
    written: usize,
}

macro_rules! refused {
    ($($name:ident($($type:ty),*) -> $ok:ty;)*) => {$(
        fn $name(self, $(_: $type),*) -> Result<$ok, value::Error> {
            Err(ser::Error::custom(stringify!($name)))
        }
    )*};
}

type Refused = ser::Impossible<(usize, usize), value::Error>;

impl Serializer for Counting {
    type Ok = (usize, usize);
    type Error = value::Error;
    type SerializeSeq = Refused;
    type SerializeTuple = Refused;
    type SerializeTupleStruct = Refused;
    type SerializeTupleVariant = Refused;
    type SerializeMap = Refused;
    type SerializeStruct = Self;
    type SerializeStructVariant = Refused;

    fn serialize_struct(self, _: &'static str, announced: usize) -> Result<Self, value::Error> {
        Ok(Self { announced, ..self })
    }

    refused! {
        serialize_bool(bool) -> Self::Ok;
        serialize_i8(i8) -> Self::Ok;
        serialize_i16(i16) -> Self::Ok;
        serialize_i32(i32) -> Self::Ok;
        serialize_i64(i64) -> Self::Ok;
        serialize_u8(u8) -> Self::Ok;
        serialize_u16(u16) -> Self::Ok;
        serialize_u32(u32) -> Self::Ok;
        serialize_u64(u64) -> Self::Ok;
        serialize_f32(f32) -> Self::Ok;
        serialize_f64(f64) -> Self::Ok;
        serialize_char(char) -> Self::Ok;
        serialize_str(&str) -> Self::Ok;
        serialize_bytes(&[u8]) -> Self::Ok;
        serialize_none() -> Self::Ok;
        serialize_unit() -> Self::Ok;
        serialize_unit_struct(&'static str) -> Self::Ok;
        serialize_unit_variant(&'static str, u32, &'static str) -> Self::Ok;
        serialize_seq(Option<usize>) -> Refused;
        serialize_tuple(usize) -> Refused;
        serialize_tuple_struct(&'static str, usize) -> Refused;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Refused;
        serialize_map(Option<usize>) -> Refused;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Refused;
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Self::Ok, value::Error> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Self::Ok, value::Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<Self::Ok, value::Error> {
        value.serialize(self)
    }
}

impl ser::SerializeStruct for Counting {
    type Ok = (usize, usize);
    type Error = value::Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        _: &'static str,
        _: &T,
    ) -> Result<(), value::Error> {
        self.written += 1;
        Ok(())
    }

    fn end(self) -> Result<(usize, usize), value::Error> {
        Ok((self.announced, self.written))
    }
}

// SPEC 4.1.3
#[test]
fn a_policy_announces_as_many_keys_as_it_writes() {
    let cases = [
        (policy(), 8),
        (policy().backoff(Backoff::Fixed), 7),
        (policy().backoff(Backoff::Decorrelated), 7),
        (policy().deadline(SECOND * 9).repeat(Repeat::Unsent).nested(Nested::Once), 11),
        (policy().switch(Switch::Ignore).log(Log::Off).throttled_base(SECOND), 11),
    ];
    for (policy, keys) in cases {
        let counted = policy.serialize(Counting { announced: 0, written: 0 });
        assert_eq!(counted, Ok((keys, keys)), "{policy}");
    }
}

// SPEC 4.1
#[test]
fn a_policy_that_could_not_be_read_again_is_not_written() {
    let error = toml::to_string(&policy().base_delay(90 * SECOND)).unwrap_err();
    assert_eq!(error.to_string(), "the base delay (90s) is above the cap (60s)");
    let error = toml::to_string(&RetryPolicy::from_delays(&[SECOND])).unwrap_err();
    let message = "a policy with a list of delays has no configuration, because none could be read";
    assert_eq!(error.to_string(), message);
    let custom = policy().backoff(Backoff::Custom(|_| SECOND));
    let error = toml::to_string(&custom).unwrap_err();
    let message =
        "a policy with a function as its backoff has no configuration, because none could be read";
    assert_eq!(error.to_string(), message);
}

// SPEC 4.1
#[test]
fn settings_without_effect_are_not_kept() {
    let cases = [
        (policy().jitter(Jitter::Additive(Ratio::ONE)), policy()),
        (policy().backoff(Backoff::Fixed).factor(3.0), policy().backoff(Backoff::Fixed)),
    ];
    for (written, read) in cases {
        assert_eq!(from_toml(&toml::to_string(&written).unwrap()), Ok(read));
    }
}

// SPEC 4.1
#[test]
fn missing_keys_take_the_programs_default() {
    let ours = policy().max_retries(7).factor(3.0).deadline(30 * SECOND).jitter(Jitter::Full);
    let one = StatusSet::EMPTY.with(500);
    let cases = [
        (ours, "", ours),
        (ours, "max = 5", ours.max_retries(5)),
        (ours, "attempts = 5", ours.max_retries(4)),
        (ours, "max = 0", ours.max_retries(0)),
        (ours, "max = 'forever'", ours.unlimited()),
        (ours.unlimited(), "max = 5", ours.max_retries(5)),
        (ours.unlimited(), "base = '2s'", ours.unlimited().base_delay(2 * SECOND)),
        (RetryPolicy::OFF, "attempts = 4", policy()),
        (ours.max_delay(10 * SECOND), "cap = '20s'", ours.max_delay(20 * SECOND)),
        (ours.max_delay(120 * SECOND), "base = '90s'", {
            ours.max_delay(120 * SECOND).base_delay(90 * SECOND)
        }),
        (ours, "deadline = '1m'", ours.deadline(60 * SECOND)),
        (ours, "deadline = 'none'", { policy().max_retries(7).factor(3.0).jitter(Jitter::Full) }),
        (ours, "factor = 2", ours.factor(2.0)),
        (ours.status(one), "status = [429]", ours.status(StatusSet::EMPTY.with(429))),
        (ours.status(one), "max = 7", ours.status(one)),
        (ours, "repeat = 'unsent'", ours.repeat(Repeat::Unsent)),
        (ours.repeat(Repeat::Unsent), "max = 7", ours.repeat(Repeat::Unsent)),
        (ours.repeat(Repeat::Unsent), "repeat = 'all'", ours),
        (ours, "nested = 'once'", ours.nested(Nested::Once)),
        (ours.nested(Nested::Once), "nested = 'allow'", ours),
        (ours, "switch = 'ignore'", ours.switch(Switch::Ignore)),
        (ours.switch(Switch::Ignore), "switch = 'obey'", ours.switch(Switch::Obey)),
        (ours, "retry_after_cap = '10s'", ours.retry_after_cap(10 * SECOND)),
        (ours, "retry_after_cap = 'give_up(10s)'", ours.give_up_on_hint_over(10 * SECOND)),
        {
            let gives_up = ours.give_up_on_hint_over(SECOND);
            (gives_up, "retry_after_cap = '10s'", ours.retry_after_cap(10 * SECOND))
        },
        (ours, "jitter = 'additive'", ours.jitter(Jitter::Additive(Ratio::ONE))),
        (ours, "backoff = 'fixed'", ours.backoff(Backoff::Fixed)),
        (ours.backoff(Backoff::Linear), "backoff = 'exponential'\nfactor = 4", ours.factor(4.0)),
        (RetryPolicy::aws(), "max = 7", RetryPolicy::aws().max_retries(7)),
        (
            RetryPolicy::aws().throttled_cap(5 * SECOND),
            "throttled = { base = '2s' }",
            RetryPolicy::aws().throttled_base(2 * SECOND).throttled_cap(5 * SECOND),
        ),
        (ours.throttled_base(2 * SECOND).throttled_cap(3 * SECOND), "throttled = 'none'", ours),
        (ours.throttled_base(2 * SECOND), "backoff = 'fixed'", {
            ours.backoff(Backoff::Fixed).throttled_base(2 * SECOND)
        }),
        (ours.backoff(LIST), "max = 1\njitter = 'none'", {
            ours.backoff(LIST).max_retries(1).jitter(Jitter::None)
        }),
        (
            ours.backoff(LIST),
            "backoff = 'exponential'\nbase = '2s'\nfactor = 3\nthrottled = { base = '3s' }",
            ours.base_delay(2 * SECOND).throttled_base(3 * SECOND),
        ),
    ];
    for (default, text, expected) in cases {
        assert_eq!(over(default, text), Ok(expected), "{default}: {text}");
    }
}

// SPEC 4.1, 4.2
#[test]
fn decorrelated_backoff_drops_the_jitter_of_the_default() {
    let decorrelated = policy().backoff(Backoff::Decorrelated);
    for jitter in [Jitter::Full, Jitter::Equal, Jitter::None, Jitter::additive(0.1)] {
        let ours = policy().jitter(jitter);
        for text in [
            "backoff = 'decorrelated'",
            "backoff = 'decorrelated'\njitter = 'none'",
            "jitter = 'none'\nbackoff = 'decorrelated'",
        ] {
            assert_eq!(over(ours, text), Ok(decorrelated), "{jitter:?}: {text}");
        }
    }
    assert_eq!(over(decorrelated, "backoff = 'exponential'"), Ok(policy()));
    // SPEC 4.1.4: so does the factor, which means something else there.
    assert_eq!(over(policy().factor(4.0), "backoff = 'decorrelated'"), Ok(decorrelated));
    assert_eq!(over(decorrelated.factor(4.0), "backoff = 'exponential'"), Ok(policy()));
    let ours = decorrelated.factor(4.0);
    assert_eq!(over(ours, "backoff = 'decorrelated'"), Ok(ours));
    assert_eq!(over(ours, "max = 3"), Ok(ours));
    assert_eq!(over(decorrelated, "jitter = 'none'"), Ok(decorrelated));
}

// SPEC 4.1, 4.2
#[test]
fn a_value_that_contradicts_the_default_is_refused_by_the_name_of_its_key() {
    let ours = policy().max_delay(10 * SECOND).deadline(5 * SECOND).jitter(Jitter::Full);
    let decorrelated = policy().backoff(Backoff::Decorrelated);
    let cases = [
        (ours, "base = '20s'", "`base` (20s) is above the default cap of 10s; set `cap` as well"),
        (
            policy().backoff(Backoff::Custom(|_| SECOND)),
            "factor = 2",
            "`factor` has no meaning with the default backoff \"custom\": leave it out, or set \
             `backoff` as well",
        ),
        (
            policy().backoff(Backoff::Custom(|_| SECOND)),
            "throttled = 'base = 5s'",
            "`throttled` has no meaning with the default's own function as backoff: leave it out, or \
             set `backoff` as well",
        ),
        (
            ours.base_delay(4 * SECOND),
            "cap = '2s'",
            "`cap` (2s) is below the default base of 4s; set `base` as well",
        ),
        (
            ours,
            "base = '6s'\njitter = 'none'",
            "the default deadline (5s) is no longer than the shortest first wait (6s), which `base` \
             sets; set `deadline` as well",
        ),
        (
            policy().backoff(LIST),
            "cap = '5s'",
            "`cap` has no meaning with the default's list of delays: leave it out, or set `backoff` as \
             well",
        ),
        (
            policy().backoff(LIST),
            "throttled = 'cap = 5s'",
            "`throttled` has no meaning with the default's list of delays: leave it out, or set \
             `backoff` as well",
        ),
        (
            policy().backoff(Backoff::Fixed),
            "factor = 3",
            "`factor` has no meaning with the default backoff \"fixed\": leave it out, or set \
             `backoff` as well",
        ),
        (
            ours,
            "backoff = 'decorrelated'\njitter = 'full'",
            "the `backoff` \"decorrelated\" is its own jitter: leave `jitter` out",
        ),
        (
            decorrelated,
            "jitter = 'full'",
            "the default backoff \"decorrelated\" is its own jitter: leave `jitter` out, or set \
             `backoff` as well",
        ),
    ];
    for (default, text, message) in cases {
        assert_eq!(over(default, text), Err(message.to_owned()), "{default}: {text}");
    }
}

#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Limits {
    #[serde(with = "retry_kit::duration")]
    poll: Duration,
    #[serde(default, with = "retry_kit::duration")]
    timeout: Option<Duration>,
}

// SPEC 2.4, 4.1
#[test]
fn a_duration_beside_the_policy_is_read_and_written_in_the_same_words() {
    let cases = [
        ("0ns", Duration::ZERO),
        ("250ms", Duration::from_millis(250)),
        ("1.5s", Duration::from_millis(1_500)),
        ("2m 30s", 150 * SECOND),
        ("1d 1h 1m 1s", 90_061 * SECOND),
    ];
    for (words, duration) in cases {
        let limits = Limits { poll: duration, timeout: Some(duration) };
        let text = format!("poll = \"{words}\"\ntimeout = \"{words}\"\n");
        assert_eq!(toml::to_string(&limits).as_deref(), Ok(text.as_str()));
        assert_eq!(toml::from_str(&text), Ok(limits));
    }
    let read: Limits = toml::from_str("poll = ' 1m30s '").unwrap();
    assert_eq!(read, Limits { poll: 90 * SECOND, timeout: None });
}

// SPEC 4.1
#[test]
fn an_unset_duration_is_omitted_or_null() {
    let limits = Limits { poll: SECOND, timeout: None };
    assert_eq!(toml::to_string(&limits).as_deref(), Ok("poll = \"1s\"\n"));
    let json = r#"{"poll":"1s","timeout":null}"#;
    assert_eq!(serde_json::to_string(&limits).unwrap(), json);
    assert_eq!(serde_json::from_str::<Limits>(json).unwrap(), limits);
}

// SPEC 2.4, 4.1
#[test]
fn an_invalid_duration_beside_the_policy_is_refused_with_a_suggestion() {
    let no_unit = "has no unit; write \"";
    let expected = "expected a duration such as \"250ms\" or \"1m 30s\"";
    let cases = [
        ("5", format!("`5` {no_unit}5s\" for seconds or \"5ms\" for milliseconds")),
        ("2.5", format!("`2.5` {no_unit}2.5s\" for seconds or \"2.5ms\" for milliseconds")),
        ("\"5\"", format!("`5` {no_unit}5s\" for seconds or \"5ms\" for milliseconds")),
        ("-5", "a duration cannot be negative".to_owned()),
        ("\"5 sec\"", "`sec` is not a unit of time here; write \"5s\"".to_owned()),
        ("true", format!("invalid type: boolean `true`, {expected}")),
        ("[]", format!("invalid type: sequence, {expected}")),
    ];
    for (value, message) in cases {
        for key in ["poll", "timeout"] {
            let toml = format!("{key} = {value}");
            let error = toml::from_str::<Limits>(&toml).unwrap_err();
            assert_eq!(error.message(), message, "{toml}");
            let json = format!("{{\"{key}\": {value}}}");
            let error = serde_json::from_str::<Limits>(&json).unwrap_err().to_string();
            assert!(error.starts_with(&message), "{json}: {error}");
        }
    }
    let error = serde_json::from_str::<Limits>(r#"{"poll": null}"#).unwrap_err().to_string();
    assert!(error.starts_with(&format!("invalid type: null, {expected}")), "{error}");
}

fn durations() -> impl Strategy<Value = Duration> {
    prop_oneof![
        (0..600_u64).prop_map(Duration::from_secs),
        any::<u64>().prop_map(Duration::from_nanos),
        (0..5_000_000_u64).prop_map(Duration::from_nanos),
        (any::<u64>(), 0..1_000_000_000_u32).prop_map(|(secs, nanos)| Duration::new(secs, nanos)),
        Just(Duration::MAX),
    ]
}

fn growths() -> impl Strategy<Value = RetryPolicy> {
    let factor = prop_oneof![1.0..10.0_f64, 1.0..=1e9, (1..=1_000_000_000_u32).prop_map(f64::from)];
    prop_oneof![
        factor.prop_map(|factor| policy().factor(factor)),
        Just(policy().backoff(Backoff::Fixed)),
        Just(policy().backoff(Backoff::Linear)),
        Just(policy().backoff(Backoff::Fibonacci)),
        Just(policy().backoff(Backoff::Decorrelated)),
        (1.0..10.0_f64).prop_map(|factor| policy().backoff(Backoff::Decorrelated).factor(factor)),
    ]
}

fn jitters() -> impl Strategy<Value = Jitter> {
    prop_oneof![
        (0.0..0.999_999).prop_map(Jitter::additive),
        (0.0..=1.0).prop_map(Jitter::symmetric),
        durations().prop_map(Jitter::Absolute),
        Just(Jitter::Full),
        Just(Jitter::Equal),
        Just(Jitter::None),
    ]
}

fn statuses() -> impl Strategy<Value = StatusSet> {
    let first = prop_oneof![200..320_u16, 400..600_u16];
    let ranges = proptest::collection::vec((first, 0..200_u16), 0..20);
    ranges.prop_map(|ranges| {
        let add = |set: StatusSet, (first, more)| {
            let last = 599.min(first + more);
            set.with_range(first..=if (320..400).contains(&last) { 319 } else { last })
        };
        ranges.into_iter().fold(StatusSet::EMPTY, add)
    })
}

proptest! {
    // SPEC 4.1
    #[test]
    fn a_policy_written_and_read_again_is_the_same(
        growth in growths(),
        max in option::of(any::<u32>()),
        ends in (durations(), durations()),
        jitter in option::of(jitters()),
        deadline in option::of(durations()),
        status in statuses(),
        hint_cap in durations(),
        gives_up in any::<bool>(),
        repeat in prop_oneof![Just(Repeat::All), Just(Repeat::Unsent)],
        log in prop_oneof![
            Just(Log::Off), Just(Log::Debug), Just(Log::Info), Just(Log::Warn),
        ],
        (nested, switch) in (
            prop_oneof![Just(Nested::Allow), Just(Nested::Once)],
            prop_oneof![Just(None), Just(Some(Switch::Obey)), Just(Some(Switch::Ignore))],
        ),
        throttled in (option::of(durations()), option::of(durations())),
    ) {
        let mut policy = growth
            .base_delay(ends.0.min(ends.1))
            .max_delay(ends.0.max(ends.1))
            .status(status)
            .repeat(repeat)
            .nested(nested)
            .retry_after_cap(hint_cap);
        policy = if gives_up { policy.give_up_on_hint_over(hint_cap) } else { policy };
        policy = max.map_or(policy.unlimited(), |max| policy.max_retries(max));
        policy = deadline.map_or(policy, |deadline| policy.deadline(deadline));
        policy = switch.map_or(policy, |switch| policy.switch(switch));
        policy = policy.log(log);
        policy = throttled.0.map_or(policy, |base| policy.throttled_base(base));
        policy = throttled.1.map_or(policy, |cap| policy.throttled_cap(cap));
        let is_decorrelated = policy.get_backoff() == Backoff::Decorrelated;
        let jitter = jitter.filter(|_| !is_decorrelated);
        policy = jitter.map_or(policy, |jitter| policy.jitter(jitter));
        prop_assume!(policy.try_build().is_ok());

        prop_assert_eq!(from_toml(&toml::to_string(&policy).unwrap()), Ok(policy));
        prop_assert_eq!(from_json(&serde_json::to_string(&policy).unwrap()), Ok(policy));
    }

    // SPEC 4.1
    #[test]
    fn a_duration_written_and_read_again_is_the_same(
        poll in durations(),
        timeout in option::of(durations()),
    ) {
        let limits = Limits { poll, timeout };
        let text = toml::to_string(&limits).unwrap();
        prop_assert_eq!(toml::from_str(&text), Ok(limits));
    }
}
