//! Exports all issues of a Jira-like server that is busy, slow and partly broken.
//!
//! `jira.rs` has the retried function, with one pause for all workers when the server asks for one,
//! `export.rs` the resumable export, `report.rs` the final report. `server.rs` is the server with its
//! faults. Run it with
//!
//! ```sh
//! cargo run --example bulk_export -- --to issues --workers 4
//! ```
//!
//! Two issues are dead, so the exit status is 1. Stop it half-way and run it again with the same
//! `--to`: it resumes where it left off. Without `--to` it starts afresh in a temporary directory.

mod export;
mod jira;
mod options;
mod report;
mod server;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use export::Export;
use jira::Jira;
use options::Options;
use report::Report;
use retry_kit::RetryPolicy;

/// A server that asks for more than a day is probably wrong.
const POLICY: RetryPolicy = RetryPolicy::new()
    .max_retries(4)
    .base_delay(Duration::from_millis(100))
    .retry_after_cap(Duration::from_secs(24 * 60 * 60))
    .build();
const TIMEOUT: Duration = Duration::from_millis(300);

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Options::parse(std::env::args().skip(1)) {
        Ok(Some(options)) => run(options).await,
        Ok(None) => {
            println!("{}", options::USAGE);
            return ExitCode::SUCCESS;
        }
        Err(error) => Err(error),
    };
    report::conclude(outcome).into()
}

async fn run(Options { to, workers }: Options) -> Result<Report, Box<dyn Error>> {
    let server = server::start(server::router(Duration::from_secs(1))).await?;
    let http = reqwest::Client::builder().no_proxy().read_timeout(TIMEOUT).build()?;
    let jira = Jira::new(http, format!("http://{server}"), POLICY);
    println!("exporting to {}: {POLICY}", to.display());
    Export { jira: &jira, directory: &to, workers: workers.get() }.run().await
}
