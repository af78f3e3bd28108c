//! A busy server, and a client that gets through with three more lines.
//!
//! The server answers 503, then 429 with `Retry-After: 1`, then 200. The policy sets the first
//! wait, the server the second. Run it with
//!
//! ```sh
//! cargo run --example quickstart
//! ```

use std::error::Error;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use retry_kit::{CheckStatus, HttpError, RetryEvent, RetryPolicy, retry};
use serde_json::{Value, json};

const POLICY: RetryPolicy =
    RetryPolicy::new().max_retries(3).base_delay(Duration::from_millis(250));

#[retry(policy = POLICY, on_retry = report)]
async fn fetch_issue(client: &reqwest::Client, url: &str) -> Result<Value, HttpError> {
    let response = client.get(url).send().await?.check_status()?;
    println!("it worked: HTTP status {} from {url}", response.status());
    Ok(response.json().await?)
}

fn report(event: &RetryEvent<'_, HttpError>) {
    let attempt = event.attempt();
    let error = event.error().map(|error| reason(error)).unwrap_or_default();
    let wait = event.wait().as_secs_f64();
    let by = if event.is_from_server() { "as the server asked" } else { "by the backoff" };
    println!("attempt {attempt}: {error}; waiting {wait:.2} s, {by}");
}

/// An error and its sources in one line.
fn reason(error: &dyn Error) -> String {
    let sources = std::iter::successors(error.source(), |&error| error.source());
    sources.fold(error.to_string(), |reason, source| format!("{reason}: {source}"))
}

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = run().await else { return ExitCode::SUCCESS };
    eprintln!("error: {}", reason(&*error));
    ExitCode::FAILURE
}

async fn run() -> Result<(), Box<dyn Error>> {
    let server = start_server().await?;
    let client = reqwest::Client::builder().no_proxy().build()?;

    let issue = fetch_issue(&client, &format!("http://{server}/issues/KIT-1")).await?;

    println!("the issue: {issue}");
    println!("the policy: {POLICY}");
    Ok(())
}

/// Serves one issue on a free port, starting with the third request.
async fn start_server() -> std::io::Result<SocketAddr> {
    let requests = Arc::new(AtomicU32::new(0));
    let router = Router::new().route(
        "/issues/{key}",
        get(move || async move { answer(requests.fetch_add(1, Ordering::Relaxed)) }),
    );
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

fn answer(earlier_requests: u32) -> Response {
    match earlier_requests {
        0 => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        1 => (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "1")]).into_response(),
        _ => axum::Json(json!({ "key": "KIT-1", "summary": "Retry me" })).into_response(),
    }
}
