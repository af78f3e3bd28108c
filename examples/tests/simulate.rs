//! Tests the example `simulate`: the numbers and the pictures in the guide.

#[path = "../simulate/collapse.rs"]
mod collapse;
#[path = "../simulate/contention.rs"]
mod contention;
#[path = "../simulate/herd.rs"]
mod herd;
#[path = "../simulate/pictures.rs"]
mod pictures;
#[path = "../simulate/results.rs"]
mod results;
#[path = "../simulate/tables.rs"]
mod tables;

use std::path::Path;
use std::{env, fs};

use results::Results;

/// Compares the guide with the program. With `OVERWRITE` set, rewrites the pictures.
#[test]
fn the_pictures_and_the_numbers_in_the_guide_are_current() {
    let results = Results::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/guide/outages");
    let texts =
        [folder.with_extension("md"), folder.join("collapse.md"), folder.join("after_hint.md")];
    for (table, text) in results.tables().iter().zip(texts) {
        let text = fs::read_to_string(text).unwrap();
        assert!(text.contains(&format!("```text\n{table}```\n")), "{table}");
    }
    for (name, picture) in results.pictures().unwrap() {
        assert!(!picture.contains("\n\n"), "Markdown ends it at an empty line");
        assert!(picture.len() < 60_000, "{name} has {} bytes", picture.len());
        let file = folder.join(name).with_extension("svg");
        if env::var_os("OVERWRITE").is_some() {
            fs::write(&file, &picture).unwrap();
        }
        assert_eq!(fs::read_to_string(&file).unwrap(), picture, "{name}");
    }
}

#[test]
fn a_failure_without_a_hint_starts_no_pause() {
    for kind in herd::KINDS {
        let [alone, paused] = [false, true].map(|pause| herd::after_failure(kind.policy, pause));
        assert_eq!(alone, paused, "{}", kind.name);
    }
}

/// The means of the published simulator for 100 clients, over 100 trials: calls, and seconds.
#[test]
fn contention_is_what_the_published_simulator_finds() {
    let published = [
        ("no backoff", 2421.0, 2.030),
        ("no jitter", 1855.0, 63.307),
        ("equal", 813.0, 6.532),
        ("full", 795.0, 4.900),
        ("decorrelated", 1001.0, 4.615),
    ];
    for (name, calls, seconds) in published {
        let contender =
            contention::CONTENDERS.iter().find(|contender| contender.name == name).unwrap();
        let contest = contention::contest(contender, 100);
        // The published mean and ours both vary; ours by the deviation over the root of twenty trials.
        let (of_calls, of_time) = (contest.calls.deviation, contest.time.deviation);
        assert!((contest.calls.mean - calls).abs() < of_calls, "{name}: {contest:?}");
        assert!((contest.time.mean - seconds).abs() < of_time, "{name}: {contest:?}");
    }
}
