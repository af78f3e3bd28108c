//! The final report and the exit status: 0 everything exported, 1 some failed, 2 could not run.

use std::error::Error;
use std::fmt;
use std::time::Duration;

#[derive(Default)]
pub struct Report {
    pub exported: usize,
    pub skipped: usize,
    /// The incomplete issues, with the reason.
    pub failed: Vec<(u32, String)>,
    pub traffic: Traffic,
}

#[derive(Clone, Copy, Default)]
pub struct Traffic {
    pub attempts: u32,
    /// The sum of all workers' waits after a failure that the server asked for.
    pub asked: Duration,
    /// The sum of all workers' waits by the policy's backoff.
    pub own: Duration,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Traffic { attempts, asked, own } = self.traffic;
        writeln!(f, "exported: {}", self.exported)?;
        writeln!(f, "skipped, already there: {}", self.skipped)?;
        writeln!(f, "failed: {}", self.failed.len())?;
        for (issue, reason) in &self.failed {
            writeln!(f, "  issue {issue}: {reason}")?;
        }
        writeln!(f, "attempts: {attempts}")?;
        write!(f, "waited, all workers together: {asked:.1?} as the server asked, ")?;
        write!(f, "{own:.1?} by the backoff")
    }
}

/// Prints the result and returns the exit status.
pub fn conclude(outcome: Result<Report, Box<dyn Error>>) -> u8 {
    match outcome {
        Ok(report) => {
            println!("{report}");
            u8::from(!report.failed.is_empty())
        }
        Err(error) => {
            eprintln!("nothing was exported: {}", reason(&*error));
            2
        }
    }
}

/// An error and its sources in one line.
pub fn reason(error: &dyn Error) -> String {
    let sources = std::iter::successors(error.source(), |&error| error.source());
    sources.fold(error.to_string(), |reason, source| format!("{reason}: {source}"))
}
