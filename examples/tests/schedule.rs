//! Tests the example `schedule`: its text, its numbers, and the drawings in the guide.

#[path = "../schedule/plot.rs"]
mod plot;
#[path = "../schedule/schedule.rs"]
mod schedule;
#[path = "../schedule/svg.rs"]
mod svg;

use std::path::Path;
use std::time::Duration;
use std::{env, fs};

use retry_kit::RetryPolicy;
use schedule::{Schedule, after_hint, words};

fn policy(words: &str) -> RetryPolicy {
    words.parse().unwrap()
}

#[test]
fn a_line_shows_the_range_of_a_wait() {
    let plot = plot::draw(&Schedule::of(&policy("max = 3, base = 1s, jitter = equal")));
    let lines: Vec<_> = plot.lines().collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(
        lines[1],
        format!(
            "{:>5} {:>9} {:>9} {:>9}  {}{}",
            1,
            "500 ms",
            "1 s",
            "1 s",
            "·".repeat(6),
            "█".repeat(6)
        )
    );
    assert_eq!(
        lines[3],
        format!(
            "{:>5} {:>9} {:>9} {:>9}  {}{}",
            3,
            "2 s",
            "4 s",
            "7 s",
            "·".repeat(24),
            "█".repeat(24)
        )
    );
}

#[test]
fn the_waits_after_throttling_are_shown_if_they_differ() {
    assert!(Schedule::after_throttling(&policy("max = 3")).is_none());
    let throttled = policy("max = 2, base = 50ms, throttled(base = 1s), jitter = none");
    let plot = plot::draw(&Schedule::after_throttling(&throttled).unwrap());
    let waits: Vec<_> = plot.lines().skip(1).map(|line| line[6..15].trim()).collect();
    assert_eq!(waits, ["1 s", "2 s"]);
}

#[test]
fn the_total_says_what_a_limit_leaves_out() {
    let total = |words| Schedule::of(&policy(words)).total();
    assert_eq!(
        total("max = 3"),
        "All waits together take at most 14 s, or 15.1 min if the server always asks for more.",
    );
    assert!(total("max = 25, base = 1ms").starts_with("5 more retries follow. "));
    assert_eq!(total("max = forever"), "No limit on retries. A deadline would bound the waits.");
}

#[test]
fn a_hint_is_obeyed_cut_or_too_long() {
    let cases = [
        ("", 7, "After `Retry-After: 7` it waits 7 s to 8 s."),
        ("jitter = none", 7, "After `Retry-After: 7` it waits 7 s."),
        ("retry_after_cap = 5s, jitter = none", 7, "After `Retry-After: 7` it waits 5 s."),
        ("retry_after_cap = give_up(5s)", 7, "After `Retry-After: 7` it gives up."),
        ("", 0, "After `Retry-After: 0` it waits by its backoff."),
    ];
    for (words, seconds, expected) in cases {
        assert_eq!(after_hint(&policy(words), Duration::from_secs(seconds)), expected, "{words}");
    }
}

#[test]
fn durations_have_three_digits() {
    let cases = [
        (0, "0 s"),
        (50, "50 ns"),
        (1_500, "1.5 µs"),
        (250_000_000, "250 ms"),
        (1_234_000_000, "1.23 s"),
        (100_000_000_000, "100 s"),
        (150_000_000_000, "2.5 min"),
        (10_800_000_000_000, "3 h"),
    ];
    for (nanos, expected) in cases {
        assert_eq!(words(Duration::from_nanos(nanos)), expected);
    }
}

/// Compares the drawings in the guide with those of the program. With `OVERWRITE` set, rewrites them.
#[test]
fn the_drawings_in_the_guide_are_current() {
    let drawings = [
        ("additive", "max = 5, jitter = additive"),
        ("full", "max = 5, jitter = full"),
        ("equal", "max = 5, jitter = equal"),
        ("linear", "max = 5, backoff = linear, jitter = none"),
        ("fibonacci", "max = 5, backoff = fibonacci, jitter = none"),
        ("decorrelated", "max = 5, backoff = decorrelated"),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/guide/waits");
    for (name, words) in drawings {
        let drawing = svg::draw(words, &Schedule::of(&policy(words)));
        assert!(!drawing.contains("\n\n"), "Markdown ends it at an empty line");
        let file = folder.join(name).with_extension("svg");
        if env::var_os("OVERWRITE").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&file, &drawing).unwrap();
        }
        assert_eq!(fs::read_to_string(&file).unwrap(), drawing, "{name}");
    }
}
