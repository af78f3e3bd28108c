//! Shows a policy: each wait as a table and a plot, the total, and what a server hint does.
//!
//! ```sh
//! cargo run --example schedule -- 'max = 5, base = "200ms", jitter = full'
//! cargo run --example schedule -- 'max = 3' --hint 30s --svg schedule.svg
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

const USAGE: &str = "usage: schedule 'max = 5, base = \"200ms\"' [--hint 30s] [--svg FILE]";

struct Options {
    words: String,
    hint: Duration,
    svg: Option<String>,
}

impl Options {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self { words: String::new(), hint: Duration::from_secs(30), svg: None };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value\n{USAGE}"));
            match argument.as_str() {
                "--hint" => {
                    let hint = parse_duration(&value()?);
                    options.hint = hint.map_err(|error| format!("--hint: {error}"))?;
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

fn run() -> Result<(), String> {
    let options = Options::read(env::args().skip(1))?;
    let policy: RetryPolicy = options.words.parse().map_err(|error| format!("{error}"))?;
    let schedule = Schedule::of(&policy);

    println!("{policy}\n");
    print!("{}", plot::draw(&schedule));
    println!("\n{}", schedule.total());
    println!("{}", schedule::after_hint(&policy, options.hint));

    if let Some(file) = options.svg {
        let drawing = svg::draw(&options.words, &schedule);
        fs::write(&file, drawing).map_err(|error| format!("--svg {file}: {error}"))?;
    }
    Ok(())
}
