//! A service fails for a second; afterwards the recording tells what other policies would have done.
//!
//! ```sh
//! cargo run --example flight_recorder
//! ```

use std::error::Error;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use futures_util::future::join_all;
use retry_kit::recorder::{self, RecordedSite};
use retry_kit::{CheckStatus, HttpError, ParseError, RetryPolicy, retry};

/// Calls, and the time from one to the next.
const CALLS: u32 = 60;
const PACE: Duration = Duration::from_millis(30);

#[retry(max = 3, base = "100ms", name = "stock.read")]
async fn read_stock(client: &reqwest::Client, url: &str) -> Result<String, HttpError> {
    Ok(client.get(url).send().await?.check_status()?.text().await?)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = format!("http://{}/stock", start_server().await?);
    let client = reqwest::Client::builder().no_proxy().build()?;
    let calls = (0..CALLS).map(|call| {
        let (client, url) = (&client, &url);
        async move {
            tokio::time::sleep(PACE * call).await;
            read_stock(client, url).await.is_ok()
        }
    });
    let successes = join_all(calls).await.into_iter().filter(|is_ok| *is_ok).count();
    println!("{successes} of {CALLS} calls succeeded\n");

    let recording = recorder::recording();
    let site = recording.site("stock.read").ok_or("no attempt failed")?;
    println!("recorded: {} calls with a failed attempt; {}", site.calls(), site.policy());
    for keys in ["max = 1", "max = 6", "base = 500ms"] {
        println!("with {keys}: {}", sentence(site, keys)?);
    }

    let file = std::env::temp_dir().join("stock.retries");
    std::fs::write(&file, recording.to_bytes())?;
    println!("\nfor a table: cargo retry replay {} --policy 'max = 6'", file.display());
    Ok(())
}

/// Compares the recorded calls with the same calls under a policy that differs in these keys.
fn sentence(site: &RecordedSite, keys: &str) -> Result<String, ParseError> {
    let own: RetryPolicy = site.keys().unwrap_or_default().parse()?;
    let replay = site.replay(&own.with_keys(keys)?);
    let (saved, lost) = (replay.attempts_saved(), replay.successes_lost());
    let (early, further) = (replay.early(), replay.shortest().unknown());
    Ok(format!(
        "up to {} attempts and {} successes fewer, up to {} successes too early, {further} calls longer",
        saved.end(),
        lost.end(),
        early.end(),
    ))
}

/// Serves one page on a free port, but not from 0.4 s to 1.4 s after its start.
async fn start_server() -> std::io::Result<SocketAddr> {
    let start = Instant::now();
    let answer = move || async move {
        let is_down = (400..1_400).contains(&start.elapsed().as_millis());
        if is_down { Err(StatusCode::SERVICE_UNAVAILABLE) } else { Ok("7 pieces") }
    };
    let router = Router::new().route("/stock", get(answer));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}
