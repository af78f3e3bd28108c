//! `reqwest` on real sockets: the class of each failure, and calls that get through.

use std::collections::HashMap;
use std::error::Error;
use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use retry_kit::{CheckStatus, Classify, ErrorClass, HttpError, TimedOut, retry};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Serves on a free port of this machine for as long as the test's runtime lives.
async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Answers every connection with the same bytes, then closes it.
async fn serve_bytes(answer: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            let _ = socket.read(&mut [0; 4096]).await;
            let _ = socket.write_all(answer).await;
        }
    });
    address
}

fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(20))
        .redirect(reqwest::redirect::Policy::limited(2))
        .build()
        .unwrap()
}

type Calls = Arc<Mutex<HashMap<u32, u32>>>;

async fn third_time_lucky(Path(id): Path<u32>, State(calls): State<Calls>) -> Response {
    let mut calls = calls.lock().unwrap();
    let call = calls.entry(id).or_default();
    *call += 1;
    match *call {
        1 => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        2 => (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "0.01")]).into_response(),
        _ => format!("item {id}").into_response(),
    }
}

#[retry(max = 2, base = "5ms")]
async fn item(client: &reqwest::Client, server: SocketAddr, id: u32) -> Result<String, HttpError> {
    let response = client.get(format!("http://{server}/{id}")).send().await?;
    Ok(response.check_status()?.text().await?)
}

// SPEC 2.1, 5.2, 8.1
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_calls_get_through_a_server_that_rejects_two_of_three() {
    let calls = Calls::default();
    let router = Router::new().route("/{id}", get(third_time_lucky)).with_state(calls.clone());
    let server = serve(router).await;
    let client = client();
    let mut tasks = tokio::task::JoinSet::new();
    for id in 0..100 {
        let client = client.clone();
        tasks.spawn(async move { (id, item(&client, server, id).await) });
    }
    let mut answered = 0;
    while let Some(joined) = tasks.join_next().await {
        let (id, outcome) = joined.unwrap();
        assert_eq!(outcome.unwrap(), format!("item {id}"));
        answered += 1;
    }
    assert_eq!(answered, 100);
    let calls = calls.lock().unwrap();
    assert_eq!(calls.len(), 100);
    assert!(calls.values().all(|calls| *calls == 3), "{calls:?}");
}

// SPEC 8.1: the hint survives, the secrets do not.
#[tokio::test]
async fn check_status_keeps_the_status_and_the_hint_and_no_secrets() {
    let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(3_600));
    let answer = |status: StatusCode, hint: &'static str| async move {
        if hint.is_empty() {
            status.into_response()
        } else {
            (status, [(header::RETRY_AFTER, hint)]).into_response()
        }
    };
    let dated = (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, date)]);
    let router = Router::new()
        .route("/ok", get(move || answer(StatusCode::OK, "7")))
        .route("/seconds", get(move || answer(StatusCode::TOO_MANY_REQUESTS, "7")))
        .route("/long", get(move || answer(StatusCode::SERVICE_UNAVAILABLE, "86400")))
        .route("/unreadable", get(move || answer(StatusCode::SERVICE_UNAVAILABLE, "soon")))
        .route("/none", get(move || answer(StatusCode::NOT_FOUND, "")))
        .route("/date", get(move || async { dated }));
    let server = serve(router).await;
    let get = async |path: &str| {
        let url = format!("http://user:password@{server}/{path}?token=secret#part");
        client().get(url).send().await.unwrap().check_status()
    };

    assert_eq!(get("ok").await.unwrap().status(), 200);
    let cases = [
        ("seconds", 429, Some(7)),
        ("long", 503, Some(86_400)),
        ("unreadable", 503, Some(5)),
        ("none", 404, None),
    ];
    for (path, code, hint) in cases {
        let error = get(path).await.unwrap_err();
        let retry_after = hint.map(Duration::from_secs);
        assert_eq!(error.classify(), ErrorClass::Status { code, retry_after }, "{path}");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(code));
        assert_eq!(error.retry_after(), retry_after);
        assert_eq!(error.url().unwrap().as_str(), format!("http://{server}/{path}"));
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("secret") && !shown.contains("password"), "{shown}");
    }
    let error = get("none").await.unwrap_err();
    let expected = format!("HTTP status 404 Not Found from http://{server}/none");
    assert_eq!(error.to_string(), expected);
    let shown = format!("{error:?}");
    let expected = format!("HttpError {{ url: Some(\"http://{server}/none\"), cause: Status {{");
    assert!(shown.starts_with(&expected), "{shown}");

    let dated = get("date").await.unwrap_err().retry_after().unwrap();
    assert!(dated > Duration::from_secs(3_500) && dated <= Duration::from_secs(3_600), "{dated:?}");
}

// SPEC 6.4, 8.1
#[tokio::test]
async fn check_status_reads_every_server_hint() {
    let busy = StatusCode::SERVICE_UNAVAILABLE;
    let date = "Mon, 01 Jan 2024 12:00:00 GMT";
    let a_minute_later = "Mon, 01 Jan 2024 12:01:00 GMT";
    let router = Router::new()
        .route("/no", get((busy, [("x-should-retry", "false")])))
        .route("/yes", get((StatusCode::CONFLICT, [("x-should-retry", "true")])))
        .route("/millis", get((busy, [("retry-after", "1"), ("retry-after-ms", "250")])))
        .route("/quota", get((busy, [("ratelimit", r#""day";r=0;t=30"#)])))
        .route("/clock", get((busy, [("date", date), ("retry-after", a_minute_later)])));
    let server = serve(router).await;
    let hinted = |millis| {
        let retry_after = Some(Duration::from_millis(millis));
        ErrorClass::Status { code: 503, retry_after }
    };
    let cases = [
        ("no", ErrorClass::Permanent),
        ("yes", ErrorClass::Throttled { retry_after: None }),
        ("millis", hinted(250)),
        ("quota", hinted(30_000)),
        ("clock", hinted(60_000)),
    ];
    for (path, class) in cases {
        let response = client().get(format!("http://{server}/{path}")).send().await.unwrap();
        assert_eq!(response.check_status().unwrap_err().classify(), class, "{path}");
    }
}

/// The outcome of a request whose body is read as JSON.
async fn failure(client: reqwest::Client, url: String) -> reqwest::Error {
    let response = match client.get(url).send().await {
        Ok(response) => response,
        Err(error) => return error,
    };
    match response.error_for_status() {
        Ok(response) => response.json::<serde_json::Value>().await.unwrap_err(),
        Err(error) => error,
    }
}

async fn unused_address() -> SocketAddr {
    TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap()
}

// SPEC 8.1
#[tokio::test]
async fn each_failure_of_reqwest_has_its_class() {
    let router = Router::new()
        .route("/circle", get(|| async { Redirect::temporary("/circle") }))
        .route("/text", get(|| async { "no JSON" }))
        .route("/busy", get(|| async { StatusCode::SERVICE_UNAVAILABLE }))
        .route("/slow", get(std::future::pending::<()>));
    let server = serve(router).await;
    let refused = unused_address().await;
    let silent = serve_bytes(b"").await;
    let half = serve_bytes(b"HTTP/1.1 200 OK\r\ncontent-le").await;
    let cut = serve_bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"a\":").await;
    let chunk =
        serve_bytes(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n").await;
    let garbage = serve_bytes(b"220 smtp.example.com ESMTP\r\n").await;
    let busy = ErrorClass::Status { code: 503, retry_after: None };
    let hasty = reqwest::Client::builder().no_proxy().timeout(Duration::from_millis(50));
    let hasty = hasty.build().unwrap();
    let cases = [
        ("connection refused", client(), format!("http://{refused}/"), ErrorClass::Unsent),
        ("closed unanswered", client(), format!("http://{silent}/"), ErrorClass::Transient),
        ("closed in the head", client(), format!("http://{half}/"), ErrorClass::Transient),
        ("closed in the body", client(), format!("http://{cut}/"), ErrorClass::Transient),
        ("closed between chunks", client(), format!("http://{chunk}/"), ErrorClass::Transient),
        ("timed out", hasty, format!("http://{server}/slow"), ErrorClass::Transient),
        ("status", client(), format!("http://{server}/busy"), busy),
        ("no URL", client(), "not a URL".into(), ErrorClass::Permanent),
        ("no scheme for it", client(), "ftp://127.0.0.1/".into(), ErrorClass::Permanent),
        ("redirected for ever", client(), format!("http://{server}/circle"), ErrorClass::Permanent),
        ("no JSON", client(), format!("http://{server}/text"), ErrorClass::Permanent),
        ("no HTTP", client(), format!("http://{garbage}/"), ErrorClass::Permanent),
    ];
    for (case, client, url, class) in cases {
        let error = failure(client, url).await;
        assert_eq!(error.classify(), class, "{case}: {error:?}");
        let boxed: Box<dyn Error + Send + Sync> = Box::new(error);
        assert_eq!(boxed.classify(), class, "{case}, boxed");
    }
}

// SPEC 8.1
#[tokio::test]
async fn an_http_error_from_reqwest_is_the_same_error_without_secrets() {
    let address = unused_address().await;
    let url = format!("http://user:password@{address}/path?token=secret");
    let error = HttpError::from(failure(client(), url).await);
    assert_eq!(error.classify(), ErrorClass::Unsent);
    let source = error.source().and_then(|source| source.downcast_ref::<reqwest::Error>());
    assert!(source.is_some_and(reqwest::Error::is_connect));
    assert_eq!(error.status(), None);
    assert_eq!(error.to_string(), format!("HTTP request to http://{address}/path failed"));
    let mut shown = format!("{error:?}");
    let mut source = error.source();
    while let Some(error) = source {
        write!(shown, " {error} {error:?}").unwrap();
        source = error.source();
    }
    assert!(!shown.contains("secret") && !shown.contains("password"), "{shown}");
}

// SPEC 8.1.3
#[tokio::test]
async fn an_http_error_tells_whether_time_ran_out() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = |address: SocketAddr| format!("http://{address}/");
    let hasty = client().get(url(silent.local_addr().unwrap())).timeout(Duration::from_millis(50));
    assert!(HttpError::from(hasty.send().await.unwrap_err()).is_timeout());
    let refused = client().get(url(unused_address().await)).send().await.unwrap_err();
    assert!(!HttpError::from(refused).is_timeout());
    assert!(HttpError::from(TimedOut::new(Duration::from_secs(5))).is_timeout());
}

/// An existing function: the attribute changes neither its signature nor its body.
#[retry(max = 2, base = "1ms", response)]
async fn unchanged(client: &reqwest::Client, url: &str) -> reqwest::Result<reqwest::Response> {
    client.get(url).send().await
}

// SPEC 8.2
#[tokio::test]
async fn an_unchanged_function_retries_by_status_and_returns_the_last_response_unread() {
    let calls = Calls::default();
    let busy = || async {
        (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "0.001")], "still busy")
    };
    let router = Router::new()
        .route("/lucky/{id}", get(third_time_lucky))
        .route("/busy", get(busy))
        .route("/missing", get(|| async { (StatusCode::NOT_FOUND, "no such item") }))
        .with_state(calls.clone());
    let server = serve(router).await;
    let client = client();
    let retries = retry_kit::testing::no_wait();

    let response = unchanged(&client, &format!("http://{server}/lucky/7")).await.unwrap();
    assert_eq!((response.status(), calls.lock().unwrap()[&7]), (StatusCode::OK, 3));
    assert_eq!(response.text().await.unwrap(), "item 7");

    let before = retries.decisions().len();
    let response = unchanged(&client, &format!("http://{server}/busy")).await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.text().await.unwrap(), "still busy");
    assert_eq!(retries.decisions().len() - before, 3);

    let response = unchanged(&client, &format!("http://{server}/missing")).await.unwrap();
    let error = response.status_error().unwrap();
    assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
    assert_eq!(response.text().await.unwrap(), "no such item");
    assert_eq!(retries.decisions().len() - before, 3);
}
