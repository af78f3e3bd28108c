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
    println!("{}", results.tables().join("\n"));
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
