//! Retries of clients in a log. Alone in its program: a test without a subscriber beside it could make `tracing`
//! skip events.

#![cfg(all(feature = "tokio", feature = "reqwest", feature = "tower", feature = "tracing"))]

use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, Bytes};
use http::Request;
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use retry_kit::{Jitter, RetryLayer, RetryPolicy};
use tower::{Layer, ServiceBuilder, ServiceExt};

type BoxError = Box<dyn Error + Send + Sync>;

const ONCE: RetryPolicy =
    RetryPolicy::new().max_retries(1).base_delay(Duration::from_millis(1)).jitter(Jitter::None);

/// An address on which no one listens.
async fn refusing() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    listener.local_addr().unwrap()
}

fn order<B>(address: SocketAddr, body: B) -> Request<B> {
    Request::post(format!("http://{address}/")).body(body).unwrap()
}

/// What the subscriber of a test writes.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

// SPEC 7.3.1, 7.3.8, 11.1
#[tokio::test]
async fn an_error_of_a_client_is_logged_with_its_sources() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .without_time()
        .finish();
    let _subscribed = tracing::subscriber::set_default(subscriber);
    let once = || RetryLayer::new(ONCE).name("billing");

    let hyper = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let hyper = once().by_source().layer(hyper);
    hyper.oneshot(order(refusing().await, Full::from("an order"))).await.unwrap_err();

    let client = reqwest::Client::new();
    let request = client.get(format!("http://user:secret@{}/?token=secret", refusing().await));
    let service = once().target("my_client").clone_with(reqwest::Request::try_clone).layer(client);
    service.oneshot(request.build().unwrap()).await.unwrap_err();

    let boxed = ServiceBuilder::new()
        .layer(once().clone_with(|_: &Request<Body>| None))
        .map_err(BoxError::from);
    let hyper = Client::builder(TokioExecutor::new()).build_http::<Body>();
    boxed.service(hyper).oneshot(order(refusing().await, Body::empty())).await.unwrap_err();

    let hyper = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let hyper = once().when(|_: &hyper_util::client::legacy::Error| false).layer(hyper);
    hyper.oneshot(order(refusing().await, Full::from("an order"))).await.unwrap_err();
    let boxed = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let boxed = ServiceBuilder::new()
        .layer(once().when(|_: &BoxError| true))
        .map_err(BoxError::from)
        .service(boxed);
    boxed.oneshot(order(refusing().await, Full::from("an order"))).await.unwrap_err();

    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let expected = [
        " WARN retry_kit: retrying",
        " WARN retry_kit: gave up",
        " WARN my_client: retrying",
        " WARN my_client: gave up",
        " WARN retry_kit: gave up",
        " WARN retry_kit: retrying",
        " WARN retry_kit: gave up",
    ];
    assert_eq!(lines.len(), expected.len(), "{text}");
    for (line, begin) in lines.iter().zip(expected) {
        assert!(line.starts_with(&format!("{begin} name=\"billing\"")), "{line}");
        assert!(line.contains("onnection refused"), "{line}");
        assert!(!line.contains("secret"), "{line}");
    }
    assert!(lines[4].contains("reason=\"not_repeatable\""), "{text}");
}
