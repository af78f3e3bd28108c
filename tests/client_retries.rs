//! The retries that `reqwest` makes on its own, counted at a server, and the switch that stops them.

#[path = "support/http2.rs"]
mod http2;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use http2::{NO_ERROR, REFUSED_STREAM, go_away, reset_stream};
use retry_kit::{CheckStatus, HttpError, retry, testing};
use tokio::net::{TcpListener, TcpStream};

/// As documented: 3 retries, 4 attempts.
#[retry]
async fn page(client: &reqwest::Client, url: &str) -> Result<String, HttpError> {
    Ok(client.get(url).send().await?.check_status()?.text().await?)
}

/// A server that is busy, and the number of its requests.
async fn busy() -> (SocketAddr, Arc<AtomicU32>) {
    let requests = Arc::<AtomicU32>::default();
    let seen = Arc::clone(&requests);
    let router = Router::new().fallback(async move || {
        seen.fetch_add(1, Relaxed);
        StatusCode::SERVICE_UNAVAILABLE
    });
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, requests)
}

/// An HTTP/2 server that ends every request with this frame, one per connection, and the request
/// count.
async fn ending(frame: Vec<u8>) -> (SocketAddr, Arc<AtomicU32>) {
    let server = http2::serve(frame).await;
    let connections = Arc::<AtomicU32>::default();
    let seen = Arc::clone(&connections);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            seen.fetch_add(1, Relaxed);
            tokio::spawn(async move {
                let mut far = TcpStream::connect(server).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
            });
        }
    });
    (address, connections)
}

fn builder(is_http2: bool) -> reqwest::ClientBuilder {
    let builder = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(20));
    if is_http2 { builder.http2_prior_knowledge() } else { builder.http1_only() }
}

/// The retries of `reqwest` by status, as its documentation shows them.
fn by_status() -> reqwest::retry::Builder {
    reqwest::retry::for_host("127.0.0.1").classify_fn(|attempt| match attempt.status() {
        Some(StatusCode::SERVICE_UNAVAILABLE) => attempt.retryable(),
        _ => attempt.success(),
    })
}

async fn requests(
    client: reqwest::ClientBuilder,
    (server, requests): (SocketAddr, Arc<AtomicU32>),
) -> u32 {
    let _retries = testing::no_wait();
    let url = format!("http://{server}/");
    assert!(page(&client.build().unwrap(), &url).await.is_err());
    requests.load(Relaxed)
}

#[tokio::test]
async fn reqwests_retries_by_status_multiply_ours() {
    for is_http2 in [false, true] {
        let client = || builder(is_http2);
        assert_eq!(requests(client(), busy().await).await, 4, "http2: {is_http2}");
        let multiplied = client().retry(by_status());
        assert_eq!(requests(multiplied, busy().await).await, 12, "http2: {is_http2}");
        let off = client().retry(by_status()).retry(reqwest::retry::never());
        assert_eq!(requests(off, busy().await).await, 4, "http2: {is_http2}");
    }
}

#[tokio::test]
async fn reqwest_repeats_requests_that_an_http_2_server_refuses_unless_switched_off() {
    for frame in [reset_stream(REFUSED_STREAM), go_away(NO_ERROR)] {
        let by_default = requests(builder(true), ending(frame.clone()).await).await;
        assert_eq!(by_default, 12, "{frame:?}");
        let off = builder(true).retry(reqwest::retry::never());
        assert_eq!(requests(off, ending(frame.clone()).await).await, 4, "{frame:?}");
    }
}
