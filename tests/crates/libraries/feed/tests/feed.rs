//! The library on a server; CI builds it for browsers.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use feed::{Feed, RetryPolicy};
use tokio::net::TcpListener;

async fn busy_at_first(State(calls): State<Arc<AtomicUsize>>) -> Result<&'static str, StatusCode> {
    match calls.fetch_add(1, Ordering::Relaxed) {
        0 => Err(StatusCode::SERVICE_UNAVAILABLE),
        _ => Ok("one\ntwo\n"),
    }
}

#[tokio::test]
async fn a_feed_is_read_under_the_policy_of_the_application() {
    let calls = Arc::new(AtomicUsize::new(0));
    let routes = Router::new().route("/", get(busy_at_first)).with_state(Arc::clone(&calls));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = tokio::spawn(async { axum::serve(listener, routes).await });

    let impatient = RetryPolicy::new().base_delay(Duration::from_millis(1));
    let entries = Feed::at(&url).with(impatient).entries().await.unwrap();
    assert_eq!(entries, ["one", "two"]);
    assert_eq!(calls.load(Ordering::Relaxed), 2);

    let once = Feed::at(&url).with(RetryPolicy::OFF);
    calls.store(0, Ordering::Relaxed);
    assert_eq!(once.entries().await.unwrap_err().status().map(|status| status.as_u16()), Some(503));
    server.abort();
}
