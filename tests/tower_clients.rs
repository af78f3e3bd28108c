//! `RetryLayer` around the clients that people have: hyper-util's, reqwest's, and a channel of tonic.

#[path = "support/grpc.rs"]
mod grpc;

use std::convert::Infallible;
use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::response::IntoResponse;
use axum::routing::post;
use grpc::{Empty, Script, endpoint};
use http::uri::PathAndQuery;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use retry_kit::{
    Decision, Jitter, RetryBudget, RetryLayer, RetryPolicy, RetryService, StopReason, testing,
};
use tonic::client::{Grpc, GrpcService};
use tonic::{Code, Status};
use tower::{Layer, Service, ServiceBuilder, ServiceExt};

type BoxError = Box<dyn Error + Send + Sync>;

const QUICK: RetryPolicy =
    RetryPolicy::new().base_delay(Duration::from_millis(1)).jitter(Jitter::None);

/// A server that answers with these statuses, then with 200, and the bodies that it received.
async fn answering(statuses: &'static [u16]) -> (SocketAddr, Arc<Mutex<Vec<Bytes>>>) {
    let script = Arc::new(Mutex::new(statuses.iter().copied()));
    let bodies = Arc::new(Mutex::new(Vec::new()));
    let received = Arc::clone(&bodies);
    let answer = post(move |body: Bytes| async move {
        received.lock().unwrap().push(body);
        match script.lock().unwrap().next() {
            Some(429) => {
                (StatusCode::TOO_MANY_REQUESTS, [("retry-after-ms", "30")]).into_response()
            }
            Some(code) => StatusCode::from_u16(code).unwrap().into_response(),
            None => "done".into_response(),
        }
    });
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        axum::serve(listener, Router::new().route("/", answer)).await.unwrap();
    });
    (address, bodies)
}

/// An address on which no one listens.
async fn refusing() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    listener.local_addr().unwrap()
}

fn order<B>(address: SocketAddr, body: B) -> Request<B> {
    Request::post(format!("http://{address}/")).body(body).unwrap()
}

// SPEC 11.1
#[tokio::test]
async fn the_client_of_hyper_util_is_retried_by_status_hint_and_error() {
    let (address, bodies) = answering(&[503, 429]).await;
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let client = RetryLayer::new(QUICK).by_source().layer(client);
    let begin = Instant::now();
    let order_of = |address| order(address, Full::from("an order"));
    let response = client.clone().oneshot(order_of(address)).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert!(begin.elapsed() >= Duration::from_millis(31), "{:?}", begin.elapsed());
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "done");
    assert_eq!(*bodies.lock().unwrap(), ["an order"; 3]);

    let guard = testing::no_wait();
    client.oneshot(order_of(refusing().await)).await.unwrap_err();
    assert_eq!(guard.waits().len(), 3);
}

// SPEC 5.4.3, 11.1
#[tokio::test]
async fn a_failed_connection_of_hyper_util_is_unsent_and_a_timeout_of_tower_is_not() {
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let client = ServiceBuilder::new()
        .layer(RetryLayer::new(QUICK.repeat(retry_kit::Repeat::Unsent)))
        .timeout(Duration::from_millis(200))
        .service(client);
    // Accepts connections, and answers none.
    let silent = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let late = StopReason::MayBeProcessed;
    for (address, waits, reason) in
        [(refusing().await, 3, StopReason::Exhausted), (silent.local_addr().unwrap(), 0, late)]
    {
        let guard = testing::no_wait();
        client.clone().oneshot(order(address, Full::from("an order"))).await.unwrap_err();
        assert_eq!(guard.waits().len(), waits, "{reason:?}");
        let last = guard.decisions().last().map(|recorded| recorded.decision);
        assert_eq!(last, Some(Decision::Stop(reason)));
    }
}

// SPEC 11.1.2
#[tokio::test]
async fn a_body_of_axum_is_sent_once_unless_a_function_clones_it() {
    type AxumClient = Client<HttpConnector, Body>;
    let client: AxumClient = Client::builder(TokioExecutor::new()).build_http();
    // A body that streams cannot be cloned, and an empty one need not be.
    let unless_streamed = |request: &Request<Body>| {
        let is_empty = axum::body::HttpBody::is_end_stream(request.body());
        is_empty.then(|| {
            order(request.uri().authority().unwrap().as_str().parse().unwrap(), Body::empty())
        })
    };
    let client = RetryLayer::new(QUICK).by_source().clone_with(unless_streamed).layer(client);
    for (body, sent, status) in [(Body::empty(), 2, 200), (Body::from("a stream"), 1, 503)] {
        let guard = testing::no_wait();
        let (address, bodies) = answering(&[503]).await;
        let response = client.clone().oneshot(order(address, body)).await.unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(bodies.lock().unwrap().len(), sent);
        let last = guard.decisions().last().map(|recorded| recorded.decision);
        let is_once = last == Some(Decision::Stop(StopReason::NotRepeatable));
        assert_eq!(is_once, status == 503);
    }
}

// SPEC 11.1.2
#[tokio::test]
async fn the_client_of_reqwest_is_retried() {
    let (address, bodies) = answering(&[503, 429]).await;
    let client = reqwest::Client::builder().retry(reqwest::retry::never()).build().unwrap();
    let service =
        RetryLayer::new(QUICK).clone_with(reqwest::Request::try_clone).layer(client.clone());
    let request = |address| client.post(format!("http://{address}/")).body("an order").build();
    let response = service.clone().oneshot(request(address).unwrap()).await.unwrap();
    assert_eq!(response.text().await.unwrap(), "done");
    assert_eq!(*bodies.lock().unwrap(), ["an order"; 3]);

    let guard = testing::no_wait();
    let error = service.oneshot(request(refusing().await).unwrap()).await.unwrap_err();
    assert!(error.is_connect());
    assert_eq!(guard.waits().len(), 3);
}

/// Reads the body of a unary request into memory, so that it can be cloned.
async fn buffered(request: Request<tonic::body::Body>) -> Result<Request<Full<Bytes>>, BoxError> {
    let (head, body) = request.into_parts();
    Ok(Request::from_parts(head, Full::new(body.collect().await?.to_bytes())))
}

fn streamed(request: Request<Full<Bytes>>) -> Request<tonic::body::Body> {
    request.map(tonic::body::Body::new)
}

async fn call<T>(client: T) -> Result<(), Status>
where
    T: GrpcService<tonic::body::Body>,
    T::ResponseBody: http_body::Body<Data = Bytes> + Send + 'static,
    <T::ResponseBody as http_body::Body>::Error: Into<BoxError>,
    T::Error: std::fmt::Debug,
{
    let mut client = Grpc::new(client);
    client.ready().await.unwrap();
    let path = PathAndQuery::from_static("/test.Test/Call");
    client.unary(tonic::Request::new(()), path, Empty).await.map(tonic::Response::into_inner)
}

// SPEC 11.1.5
#[tokio::test]
async fn a_channel_of_tonic_is_retried_by_the_status_of_grpc() {
    let pushed_back = |millis: &str| {
        let mut status = Status::unavailable("");
        status.metadata_mut().insert("grpc-retry-pushback-ms", millis.parse().unwrap());
        status
    };
    let cases: [(Vec<Status>, Code, &[u64], usize); 6] = [
        (vec![], Code::Ok, &[], 0),
        (vec![Status::unavailable(""), Status::deadline_exceeded("")], Code::Ok, &[1, 2], 0),
        (vec![Status::not_found("")], Code::NotFound, &[], 0),
        (vec![pushed_back("70")], Code::Ok, &[70], 0),
        (vec![pushed_back("-1")], Code::Unavailable, &[], 0),
        (vec![Status::unavailable(""); 5], Code::Unavailable, &[1, 2, 4], 1),
    ];
    for (script, code, waits, left) in cases {
        let guard = testing::no_wait();
        let shown = format!("{script:?}");
        let (script, address) = Script::served(script);
        let client = ServiceBuilder::new()
            .filter_async(buffered)
            .layer(RetryLayer::new(QUICK))
            .map_request(streamed)
            .service(endpoint(address).connect_lazy());
        let got = call(client).await.map_or_else(|status| status.code(), |()| Code::Ok);
        assert_eq!((got, script.left()), (code, left), "{shown}");
        let waits: Vec<Duration> = waits.iter().copied().map(Duration::from_millis).collect();
        assert_eq!(guard.waits(), waits, "{shown}");
    }
}

// SPEC 11.1.5
#[tokio::test]
async fn details_that_no_one_can_read_are_ignored() {
    let answers = ["!", "AAAA"].map(|details| {
        let head = http::Response::builder().header("content-type", "application/grpc");
        let head = head.header("grpc-status", "14").header("grpc-status-details-bin", details);
        head.body(()).unwrap()
    });
    for answer in answers {
        let guard = testing::no_wait();
        let service = tower::service_fn(|_: Request<()>| {
            std::future::ready(Ok::<_, Infallible>(answer.clone()))
        });
        let service = RetryLayer::new(QUICK).layer(service);
        service.oneshot(Request::new(())).await.unwrap();
        assert_eq!(guard.waits().len(), 3);
    }
}

// SPEC 11.1
#[test]
fn the_service_of_a_client_can_be_named() {
    struct Api {
        http: RetryService<tonic::transport::Channel>,
    }
    fn is_service<S: Service<Request<()>>>() {}
    let _ = |api: Api| api.http;
    is_service::<
        RetryService<tower::util::BoxCloneService<Request<()>, http::Response<()>, BoxError>>,
    >();
}

// SPEC 11.1.5, 7.1: an answer that says no is no success, and gives nothing back.
#[tokio::test]
async fn a_permanent_answer_of_grpc_ends_the_call_as_a_failure() {
    static BUDGET: RetryBudget = RetryBudget::new(20, 10, 10, 1);
    let answer = |pushback: Option<&'static str>| {
        let head = http::Response::builder()
            .header("content-type", "application/grpc")
            .header("grpc-status", "14");
        match pushback {
            Some(pushback) => head.header("grpc-retry-pushback-ms", pushback),
            None => head,
        }
    };
    let answered = AtomicUsize::new(0);
    let service = tower::service_fn(|_: Request<()>| {
        let pushback = (answered.fetch_add(1, Ordering::Relaxed) > 0).then_some("-1");
        std::future::ready(Ok::<_, Infallible>(answer(pushback).body(()).unwrap()))
    });
    let guard = testing::no_wait();
    let service = RetryLayer::new(QUICK).budget(&BUDGET).layer(service);
    service.oneshot(Request::new(())).await.unwrap();
    assert_eq!(answered.load(Ordering::Relaxed), 2);
    assert_eq!(BUDGET.available(), 10);
    let last = guard.decisions().last().map(|recorded| recorded.decision);
    assert_eq!(last, Some(Decision::Stop(StopReason::Permanent)));
}

// SPEC 11.1.5
#[tokio::test]
async fn a_balancer_that_answers_for_a_grpc_server_is_asked_again() {
    let cases = [
        (Some("application/grpc"), 502, 4),
        (Some("application/grpc+proto"), 429, 4),
        (Some("application/grpc"), 500, 1),
        (Some("application/json"), 502, 1),
        (None, 502, 1),
    ];
    for (content, status, calls) in cases {
        let answered = AtomicUsize::new(0);
        let service = tower::service_fn(|_: Request<()>| {
            answered.fetch_add(1, Ordering::Relaxed);
            let page = http::Response::builder().status(status).header("content-type", "text/html");
            std::future::ready(Ok::<_, Infallible>(page.body(()).unwrap()))
        });
        let _guard = testing::no_wait();
        let mut request = Request::new(());
        if let Some(content) = content {
            request.headers_mut().insert("content-type", content.parse().unwrap());
        }
        RetryLayer::new(QUICK).layer(service).oneshot(request).await.unwrap();
        assert_eq!(answered.load(Ordering::Relaxed), calls, "{content:?} {status}");
    }
}
