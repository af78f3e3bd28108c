//! The command line.

use std::error::Error;
use std::num::NonZeroUsize;
use std::path::PathBuf;

pub struct Options {
    pub to: PathBuf,
    pub workers: NonZeroUsize,
}

impl Options {
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        let to = std::env::temp_dir().join("bulk_export");
        let mut options = Self { to, workers: NonZeroUsize::MIN.saturating_add(3) };
        while let Some(argument) = arguments.next() {
            match (argument.as_str(), arguments.next()) {
                ("--to", Some(directory)) => options.to = directory.into(),
                ("--workers", Some(number)) => options.workers = number.parse()?,
                _ => return Err("usage: bulk_export [--to DIR] [--workers N]".into()),
            }
        }
        Ok(options)
    }
}
