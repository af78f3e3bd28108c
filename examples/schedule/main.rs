//! Shows a policy: each wait as a table and a plot, the total, and what a server hint does.
//!
//! ```sh
//! cargo run --example schedule -- 'max = 5, base = "200ms", jitter = full'
//! cargo run --example schedule -- 'max = 3' --hint 30s --svg schedule.svg
//! cargo run --example schedule -- 'base = 50ms, throttled(base = 1s, cap = 20s)'
//! cargo run --example schedule -- 'jitter = none' --delays '100ms, 1s, 10s'
//! ```
//!
//! The words are those of the attribute, and so are the answers to wrong ones.

mod plot;
mod schedule;
mod svg;

use std::env;
use std::fs;
use std::process::ExitCode;
use std::time::Duration;

use retry_kit::{RetryPolicy, parse_duration};
use schedule::Schedule;

const USAGE: &str =
    "usage: schedule 'max = 5, base = \"200ms\"' [--delays '1s, 10s'] [--hint 30s] [--svg FILE]";

struct Options {
    words: String,
    delays: Vec<Duration>,
    hint: Duration,
    svg: Option<String>,
}

impl Options {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let (words, delays) = (String::new(), Vec::new());
        let mut options = Self { words, delays, hint: Duration::from_secs(30), svg: None };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value\n{USAGE}"));
            match argument.as_str() {
                "--hint" => {
                    let hint = parse_duration(&value()?);
                    options.hint = hint.map_err(|error| format!("--hint: {error}"))?;
                }
                "--delays" => {
                    let delays = value()?;
                    let delays = delays.split(',').map(parse_duration).collect::<Result<_, _>>();
                    options.delays = delays.map_err(|error| format!("--delays: {error}"))?;
                }
                "--svg" => options.svg = Some(value()?),
                _ if argument.starts_with("--") || !options.words.is_empty() => {
                    return Err(USAGE.into());
                }
                _ => options.words = argument,
            }
        }
        Ok(options)
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The policy with these delays, and as many retries. A policy borrows its list for good, so a program that
/// reads one leaks it, once.
fn listed(policy: RetryPolicy, delays: Vec<Duration>) -> RetryPolicy {
    let delays = delays.leak();
    let list = RetryPolicy::from_delays(delays);
    policy.backoff(list.get_backoff()).max_retries(list.get_max_retries().unwrap_or_default())
}

fn run() -> Result<(), String> {
    let options = Options::read(env::args().skip(1))?;
    let mut policy: RetryPolicy = options.words.parse().map_err(|error| format!("{error}"))?;
    if !options.delays.is_empty() {
        policy = listed(policy, options.delays);
    }
    let schedule = Schedule::of(&policy);

    println!("{policy}\n");
    print!("{}", plot::draw(&schedule));
    if let Some(throttled) = Schedule::after_throttling(&policy) {
        print!("\nAfter throttled failures:\n{}", plot::draw(&throttled));
    }
    println!("\n{}", schedule.total());
    println!("{}", schedule::after_hint(&policy, options.hint));

    if let Some(file) = options.svg {
        let drawing = svg::draw(&options.words, &schedule);
        fs::write(&file, drawing).map_err(|error| format!("--svg {file}: {error}"))?;
    }
    Ok(())
}
