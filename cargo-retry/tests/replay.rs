//! `replay`, on a recording of calls that the test makes.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::LazyLock;
use std::{env, fs};

use retry_runtime::{Decision, ErrorClass, Jitter, RetryPolicy, RetryState, recorder, testing};
use serde_json::{Value, json};

/// Two functions: calls of one wait 1, 2 and 4 s, and succeed at the second, third and no attempt.
fn recording() -> &'static str {
    static FILE: LazyLock<String> = LazyLock::new(|| {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shop.retries");
        fs::write(&file, recorded()).expect("the folder is there");
        file.into_os_string().into_string().expect("UTF-8")
    });
    &FILE
}

fn recorded() -> Vec<u8> {
    let _guard = testing::no_wait();
    let policy = RetryPolicy::new().jitter(Jitter::None);
    for (name, failures) in
        [("shop::read", 1), ("shop::read", 2), ("shop::read", 4), ("shop::pay", 1)]
    {
        let mut retries = RetryState::new(&policy).name(name);
        let last = (0..failures).map(|_| retries.decide(ErrorClass::Transient)).last();
        if matches!(last, Some(Decision::Retry(_))) {
            retries.succeeded();
        }
    }
    recorder::recording().to_bytes()
}

fn cargo_retry(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-retry"));
    command.args(["retry", "replay"]).args(arguments).output().expect("it runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

// SPEC 16.4
#[test]
fn a_replay_shows_each_policy_beside_the_recording() {
    let file = recording();
    let policies =
        ["max = 1", "max = 9", "jitter = full", ""].map(|keys| ["--policy", keys]).concat();
    let output = cargo_retry(&[[file, "--only", "shop::read"].as_slice(), &policies].concat());
    let rows: Vec<String> = text(&output.stdout)
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let expected = [
        "shop::read: max = 3, jitter = none",
        "3 calls with a failed attempt",
        "policy attempts saved successes lost early late unknown open waits gave up",
        "as recorded 9 - 2 - - - - 0 11s 1 exhausted",
        "max = 1 6 3 1 1 0 0 0 0 3s 2 exhausted",
        "max = 9 9 or more 0 2 0 0 0 1 0 11s 0",
        "jitter = full 9 0 2 0 0 to 2 0 0 0 0ns to 11s 1 exhausted",
        "the same 9 0 2 0 0 0 0 0 11s 1 exhausted",
        "",
        "1 site, 1 more not shown; the first failure was less than 1s before the recording",
    ];
    assert_eq!(rows, expected);
}

// SPEC 16.4
#[test]
fn a_replay_for_machines_has_the_numbers() {
    let file = recording();
    let output = cargo_retry(&[file, "--json", "--only", "shop::p*", "--policy", "max = 0"]);
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let never = json!({
        "attempts": 1, "successes": 0, "unknown": 0, "open": 0, "waits": 0, "gave_up": { "exhausted": 1 },
    });
    let expected = json!({
        "name": "shop::pay",
        "policy": json["sites"][0]["policy"],
        "keys": "max = 3, jitter = none",
        "calls": 1,
        "calls_without_whole_records": 0,
        "recorded": {
            "attempts": 2, "successes": 1, "unknown": 0, "open": 0, "waits": 1_000_000_000, "gave_up": {},
        },
        "replays": [{
            "policy": "max = 0",
            "attempts_saved": [1, 1],
            "successes_lost": [1, 1],
            "early": [0, 0],
            "late": [0, 0],
            "shortest": never,
            "longest": never,
        }],
    });
    assert_eq!(json["sites"], json!([expected]));
    assert!(json["began"].as_u64() > Some(0) && json["length"].is_u64());
}

// SPEC 16.4
#[test]
fn what_cannot_be_replayed_is_an_error_that_says_why() {
    let file = recording();
    let cases: [(&[&str], &str); 7] = [
        (
            &["Cargo.toml"],
            "`Cargo.toml`: not a recording of retries; write one with `retry_kit::recorder::recording()`",
        ),
        (&["missing"], "`missing`: "),
        (
            &[file, "--policy", "mix = 5"],
            "`--policy 'mix = 5'`: unknown key `mix`; did you mean `max`?",
        ),
        (
            &[file, "--policy", "cap = 10ms"],
            "`--policy 'cap = 10ms'` for `shop::read`: `cap` (10ms) is below the default base of 1s",
        ),
        (&[file, "--only", "shop::buy"], "no site is named `shop::buy`"),
        (&[], "`replay` takes one file: `cargo retry replay shop.retries --policy 'max = 5'`"),
        (&[file, file], "`replay` takes one file"),
    ];
    for (arguments, message) in cases {
        let output = cargo_retry(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let error = text(&output.stderr);
        assert!(error.contains(message), "{arguments:?}: {error}");
    }
}
