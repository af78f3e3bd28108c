//! A typical in-house API client whose retries are invisible to its callers. It calls the same
//! methods with retries off, with the defaults, and with the settings of a file.
//!
//! Read `client.rs` first. `config.rs` and `retry.toml` hold the operators' settings; `server.rs`
//! fails on request. Run it with
//!
//! ```sh
//! cargo run --example http_client
//! ```
//!
//! Three of the calls are meant to fail. If others do, the exit status is 1. Ctrl-c ends the waits of all
//! calls, which then fail at once, and the exit status is 130.

mod client;
mod config;
mod server;
mod shutdown;

use std::error::Error;
use std::fs;
use std::process::ExitCode;
use std::time::Duration;

use client::{ApiError, Client, Parcel, reason};
use config::Config;
use server::Failure::{Busy, Hang, Status};
use server::{Failure, Server};
use tokio_util::sync::CancellationToken;

const RETRY_TOML: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/http_client/retry.toml");

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let off = Config::without_retries();
    let mut defaults = Config::default();
    defaults.retry = defaults.retry.base_delay(Duration::from_millis(50));
    let from_file: Config = toml::from_str(&fs::read_to_string(RETRY_TOML)?)?;

    let stop = shutdown::on_ctrl_c();
    let parcel = async |client: &Client| client.parcel(7).await;
    let send = async |client: &Client| client.send("Lisbon").await;
    let ring = async |client: &Client| client.ring(7).await;
    let busy_twice = [Status(503), Status(503)];
    let through = [
        show("no retries", (&off, &stop), &[Status(503)], parcel).await?,
        show("the defaults, with shorter waits", (&defaults, &stop), &busy_twice, parcel).await?,
        show("the settings of retry.toml", (&from_file, &stop), &[Hang, Busy(1)], parcel).await?,
        show("no such parcel", (&from_file, &stop), &[Status(404)], parcel).await?,
        show("POST without a key", (&from_file, &stop), &[Status(503)], ring).await?,
        show("POST with a key", (&from_file, &stop), &[Status(503)], send).await?,
    ];
    if stop.is_cancelled() {
        return Ok(ExitCode::from(130));
    }
    let as_meant = through == [false, true, true, false, false, true];
    Ok(if as_meant { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Makes one call to a server that starts with these failures, and prints the result. Returns
/// whether the call succeeded.
async fn show(
    title: &str,
    (config, stop): (&Config, &CancellationToken),
    failures: &[Failure],
    call: impl AsyncFn(&Client) -> Result<Parcel, ApiError>,
) -> Result<bool, Box<dyn Error>> {
    println!("{title}");
    let server = Server::start(failures).await?;
    // After a redirect, the class of an error covers only the last request.
    let no_redirects = reqwest::redirect::Policy::none();
    let http = reqwest::Client::builder().no_proxy().redirect(no_redirects).build()?;
    let client = Client::new(http, server.url(), config.clone()).stopped_by(stop);
    let outcome = call(&client).await;
    match &outcome {
        Ok(parcel) => println!("  parcel {} to {}", parcel.id, parcel.to),
        Err(error) => println!("  error: {}", reason(error)),
    }
    println!("  requests: {}", server.requests().len());
    Ok(outcome.is_ok())
}
