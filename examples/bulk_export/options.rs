//! The command line.

use std::error::Error;
use std::num::NonZeroUsize;
use std::path::PathBuf;

pub struct Options {
    pub to: PathBuf,
    pub workers: NonZeroUsize,
}

pub const USAGE: &str = "usage: bulk_export [--to DIR] [--workers N]";

impl Options {
    /// Returns `None` if the user asks for help.
    pub fn parse(
        mut arguments: impl Iterator<Item = String>,
    ) -> Result<Option<Self>, Box<dyn Error>> {
        // A new directory for each run, so that each run shows the retries.
        let to = std::env::temp_dir().join(format!("bulk_export-{}", std::process::id()));
        let mut options = Self { to, workers: NonZeroUsize::MIN.saturating_add(3) };
        while let Some(argument) = arguments.next() {
            if argument == "--help" {
                return Ok(None);
            }
            match (argument.as_str(), arguments.next()) {
                ("--to", Some(directory)) => options.to = directory.into(),
                ("--workers", Some(number)) => {
                    options.workers =
                        number.parse().map_err(|error| format!("--workers {number}: {error}"))?;
                }
                _ => return Err(format!("{argument}: unknown, or without a value; {USAGE}").into()),
            }
        }
        Ok(Some(options))
    }
}
