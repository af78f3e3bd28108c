//! Simulates what retries do to a service, and draws the pictures of the guide's page on outages.
//!
//! ```sh
//! cargo run --example simulate               # prints the numbers
//! cargo run --example simulate -- --to DIR   # also writes the pictures
//! ```

mod collapse;
mod contention;
mod herd;
mod pictures;
mod results;
mod tables;

use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs};

use results::Results;

/// What each table shows.
const TITLES: [&str; 3] = [
    "100 clients write the same row at once: the writes, and the time until the last one succeeds; means and deviations of 20 trials",
    "700 calls a second to a service that can serve 1000, in a spike of twice the calls, in a ramp to 1.7 times, and with errors",
    "1000 clients that failed together, or that a server asked to wait: the most requests in 10 ms when they come back",
];

/// The folder for the pictures, if any.
fn folder(mut arguments: impl Iterator<Item = String>) -> Result<Option<PathBuf>, String> {
    let usage = || "usage: simulate [--to DIR]".to_owned();
    match (arguments.next().as_deref(), arguments.next(), arguments.next()) {
        (None, ..) => Ok(None),
        (Some("--to"), Some(folder), None) => Ok(Some(folder.into())),
        _ => Err(usage()),
    }
}

fn run() -> Result<(), String> {
    let folder = folder(env::args().skip(1))?;
    let results = Results::new();
    for (title, table) in TITLES.iter().zip(results.tables()) {
        println!("{title}\n\n{table}");
    }
    let Some(folder) = folder else { return Ok(()) };
    let failed = |error| format!("{}: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(failed)?;
    for (name, picture) in results.pictures()? {
        let file = folder.join(name).with_extension("svg");
        fs::write(&file, picture).map_err(failed)?;
        println!("{}", file.display());
    }
    Ok(())
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
