//! Faults of networks and servers, produced on real sockets and found in source chains.

#[path = "support/http2.rs"]
mod http2;

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use http_body_util::{BodyExt, Empty};
use http2::{CANCEL, ENHANCE_YOUR_CALM, INTERNAL_ERROR, NO_ERROR, PROTOCOL_ERROR, REFUSED_STREAM};
use http2::{go_away, go_away_after, reset_stream};
use hyper_util::rt::{TokioExecutor, TokioIo};
use reqwest::dns::{Name, Resolve, Resolving};
use retry_kit::{CheckStatus, Classify, ErrorClass, HttpError, Mark, by_source, chain};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;

/// How a server ends a connection, once it has sent its bytes.
#[derive(Clone, Copy)]
enum End {
    Close,
    Reset,
    Never,
}

/// Answers every connection with the same bytes, and ends it.
async fn serve(answer: &'static [u8], end: End) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut kept = Vec::new();
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            // A socket that is closed with bytes unread resets its connection.
            let mut request = vec![0; if matches!(end, End::Reset) { 1 } else { 4_096 }];
            let _ = socket.read(&mut request).await;
            let _ = socket.write_all(answer).await;
            if matches!(end, End::Never) {
                kept.push(socket);
            }
        }
    });
    address
}

/// Knows no name.
struct NoNames;

impl Resolve for NoNames {
    fn resolve(&self, name: Name) -> Resolving {
        let words = format!("no such name: {}; certificate verify failed", name.as_str());
        Box::pin(async { Err(words.into()) })
    }
}

fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(20))
}

/// The outcome of a request whose body is read as JSON.
async fn failure(client: reqwest::ClientBuilder, url: String) -> reqwest::Error {
    match client.build().unwrap().get(url).send().await {
        Ok(response) => response.json::<serde_json::Value>().await.unwrap_err(),
        Err(error) => error,
    }
}

const HALF_A_BODY: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"a\":";

// SPEC 8.1: those that tests/http.rs does not have.
#[tokio::test]
async fn each_fault_of_the_network_is_transient_or_unsent() {
    let reset = serve(b"", End::Reset).await;
    let reset_in_the_body = serve(HALF_A_BODY, End::Reset).await;
    let stuck_in_the_body = serve(HALF_A_BODY, End::Never).await;
    // Labels have at most 63 letters, so the system's resolver sends no query.
    let no_name = format!("http://{}.invalid/", "x".repeat(64));
    let hasty = || builder().timeout(Duration::from_millis(50));
    let impatient = builder().read_timeout(Duration::from_millis(50));
    let cases = [
        ("reset", builder(), format!("http://{reset}/"), ErrorClass::Transient),
        (
            "reset in the body",
            builder(),
            format!("http://{reset_in_the_body}/"),
            ErrorClass::Transient,
        ),
        (
            "timed out in the body",
            hasty(),
            format!("http://{stuck_in_the_body}/"),
            ErrorClass::Transient,
        ),
        (
            "nothing more to read",
            impatient,
            format!("http://{stuck_in_the_body}/"),
            ErrorClass::Transient,
        ),
        ("a name the system cannot resolve", builder(), no_name, ErrorClass::Unsent),
        (
            "a name the client cannot resolve",
            builder().dns_resolver(Arc::new(NoNames)),
            "http://example.invalid/".into(),
            ErrorClass::Unsent,
        ),
        (
            "a host with a name as from TLS",
            builder().dns_resolver(Arc::new(NoNames)),
            "http://certificates.example.com/".into(),
            ErrorClass::Unsent,
        ),
    ];
    for (case, client, url, expected) in cases {
        let error = failure(client, url).await;
        assert_eq!(error.classify(), expected, "{case}: {error:?}");
        let hidden = Hidden(error);
        let class = by_source(&hidden);
        assert_eq!(class, expected, "{case}, transparent: {hidden:?}");
        let error = HttpError::from(hidden.0);
        assert_eq!(error.classify(), expected, "{case}, as HttpError");
        assert_eq!(by_source(&Hidden(error)), expected, "{case}, as hidden HttpError");
    }
}

/// Has the `Display` and the source of the error it wraps.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Hidden<E: Error + 'static>(E);

#[derive(Debug, Classify, thiserror::Error)]
enum ApiError {
    #[error(transparent)]
    #[classify(forward)]
    Http(#[from] HttpError),
}

// SPEC 5.4, 5.5
#[tokio::test]
async fn a_transparent_error_hides_its_source_except_from_its_own_class() {
    let busy = serve(b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n", End::Close).await;
    let response = builder().build().unwrap().get(format!("http://{busy}/")).send().await.unwrap();
    let error = anyhow::Error::new(ApiError::from(response.check_status().unwrap_err()));
    let busy = ErrorClass::Status { code: 503, retry_after: None };
    assert_eq!(error.classify(), ErrorClass::Permanent);
    assert_eq!(chain::<ApiError>(&error), busy);
    assert_eq!(chain::<ApiError>(&error.context("fetching")), busy);

    let wrong = failure(builder(), "not a URL".into()).await;
    assert_eq!(by_source(&Hidden(wrong)), ErrorClass::Permanent);
}

// SPEC 8.1
#[tokio::test]
async fn a_request_that_an_http_2_server_ends_for_its_own_reasons_is_transient_or_unsent() {
    let cases = [
        (vec![], ErrorClass::Transient),
        (go_away(NO_ERROR), ErrorClass::Unsent),
        // The server has seen the request, and may have processed it.
        (go_away_after(1, NO_ERROR), ErrorClass::Transient),
        (go_away(ENHANCE_YOUR_CALM), ErrorClass::Transient),
        (reset_stream(REFUSED_STREAM), ErrorClass::Unsent),
        (reset_stream(INTERNAL_ERROR), ErrorClass::Transient),
        (reset_stream(CANCEL), ErrorClass::Permanent),
        (go_away(PROTOCOL_ERROR), ErrorClass::Permanent),
    ];
    for (frame, class) in cases {
        let server = http2::serve(frame.clone()).await;
        let client = builder().http2_prior_knowledge();
        let error = failure(client, format!("http://{server}/")).await;
        assert_eq!(error.classify(), class, "{frame:?}: {error:?}");
    }
}

/// The ways in which an HTTP/2 server breaks off a body.
fn breaks() -> impl Iterator<Item = http2::End> {
    let reasons =
        [NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, CANCEL, ENHANCE_YOUR_CALM, REFUSED_STREAM];
    let resets = reasons.into_iter().filter(|reason| *reason != NO_ERROR).map(reset_stream);
    let frames = reasons.map(|reason| go_away_after(1, reason)).into_iter().chain(resets);
    [http2::End::Close, http2::End::Reset].into_iter().chain(frames.map(http2::End::Frame))
}

// SPEC 8.1
#[tokio::test]
async fn a_broken_http_2_body_is_transient_however_it_is_read() {
    for end in breaks() {
        let url = format!("http://{}/", http2::serve_part(Some(b"hello"), end.clone()).await);
        let client = builder().http2_prior_knowledge().build().unwrap();
        let response = async || client.get(&url).send().await.unwrap();

        let error = response().await.text().await.unwrap_err();
        assert_eq!(error.classify(), ErrorClass::Transient, "{end:?}: {error:?}");
        assert_eq!(wrapped(error), [ErrorClass::Transient; 6], "{end:?}");
        let stream = response().await.bytes_stream().map_err(io::Error::other);
        let error = stream.try_collect::<Vec<_>>().await.unwrap_err();
        assert_eq!(error.classify(), ErrorClass::Transient, "{end:?}: {error:?}");
        let body = reqwest::Body::from(response().await);
        let error = body.collect().await.unwrap_err();
        assert_eq!(error.classify(), ErrorClass::Transient, "{end:?}: {error:?}");
    }
}

// No class can help: hyper reports no error.
#[tokio::test]
async fn an_http_2_body_reset_without_an_error_looks_complete() {
    let end = http2::End::Frame(reset_stream(NO_ERROR));
    let url = format!("http://{}/", http2::serve_part(Some(b"hello"), end).await);
    let response = builder().http2_prior_knowledge().build().unwrap().get(url).send();
    assert_eq!(response.await.unwrap().text().await.unwrap(), "hello");
}

// SPEC 8.1
#[tokio::test]
async fn an_http_2_server_that_answers_no_ping_is_transient() {
    let interval = Duration::from_millis(200);
    for part in [None, Some(&b"hello"[..])] {
        let server = http2::serve_part(part, http2::End::Silence).await;
        let client = builder()
            .http2_prior_knowledge()
            .http2_keep_alive_interval(interval)
            .http2_keep_alive_timeout(interval);
        let error = failure(client, format!("http://{server}/")).await;
        assert!(!error.is_timeout() || part.is_none(), "{error:?}");
        assert_eq!(error.classify(), ErrorClass::Transient, "{part:?}: {error:?}");
    }
}

#[derive(Debug, thiserror::Error)]
#[error("fetching failed")]
struct Fetching(#[source] Box<dyn Error + Send + Sync>);

/// The class of an error in every wrapping that hides its type.
fn wrapped(error: impl Error + Send + Sync + 'static) -> Vec<ErrorClass> {
    let error = Arc::new(error);
    let boxed: Box<dyn Error + Send + Sync> = Box::new(error.clone());
    let local: Box<dyn Error> = Box::new(error.clone());
    let layers = Fetching(Box::new(Fetching(Box::new(error.clone()))));
    let layers: Box<dyn Error + Send> = Box::new(layers);
    let io = io::Error::other(error.clone());
    let context = anyhow::Error::new(error.clone()).context("fetching");
    let layer = anyhow::Error::new(Fetching(Box::new(error)));
    vec![
        boxed.classify(),
        local.classify(),
        layers.classify(),
        io.classify(),
        context.classify(),
        layer.classify(),
    ]
}

// SPEC 5.4, 8.1
#[tokio::test]
async fn the_errors_of_reqwest_are_found_in_chains() {
    let reset = serve(b"", End::Reset).await;
    let busy =
        serve(b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nretry-after: 7\r\n\r\n", End::Close);
    let busy = format!("http://{}/", busy.await);
    let get = async || builder().build().unwrap().get(&busy).send().await.unwrap();

    let error = failure(builder(), format!("http://{reset}/")).await;
    assert_eq!(wrapped(error), [ErrorClass::Transient; 6]);
    let error = failure(builder(), "not a URL".into()).await;
    assert_eq!(wrapped(error), [ErrorClass::Permanent; 6]);
    let error = get().await.error_for_status().unwrap_err();
    assert_eq!(wrapped(error), [ErrorClass::Status { code: 503, retry_after: None }; 6]);
    let error = get().await.check_status().unwrap_err();
    let retry_after = Some(Duration::from_secs(7));
    assert_eq!(wrapped(error), [ErrorClass::Status { code: 503, retry_after }; 6]);
}

/// The error of a request through hyper itself.
async fn failure_of_hyper(server: SocketAddr, drop_connection: bool) -> hyper::Error {
    let io = TokioIo::new(TcpStream::connect(server).await.unwrap());
    let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
    if drop_connection {
        drop(connection);
    } else {
        tokio::spawn(connection);
    }
    let request = http::Request::new(Empty::<&[u8]>::new());
    match sender.send_request(request).await {
        Ok(response) => response.into_body().collect().await.unwrap_err(),
        Err(error) => error,
    }
}

/// The error of an HTTP/2 request through hyper itself.
async fn failure_over_http_2(server: SocketAddr) -> hyper::Error {
    let io = TokioIo::new(TcpStream::connect(server).await.unwrap());
    let executor = TokioExecutor::new();
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(executor, io).await.unwrap();
    tokio::spawn(connection);
    match sender.send_request(http::Request::new(Empty::<&[u8]>::new())).await {
        Ok(response) => response.into_body().collect().await.unwrap_err(),
        Err(error) => error,
    }
}

// SPEC 8.1
#[tokio::test]
async fn a_time_out_while_connecting_is_unsent_and_one_after_it_is_not() {
    // A listener that never accepts: once its queue is full, connections are not established.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let full = socket.listen(1).unwrap();
    let address = full.local_addr().unwrap();
    // More than the queue holds, in whatever order they come: those beyond it wait for ever.
    let _queued: JoinSet<_> = (0..16).map(|_| TcpStream::connect(address)).collect();
    let is_full = async {
        let probe = || tokio::time::timeout(Duration::from_secs(2), TcpStream::connect(address));
        while probe().await.is_ok() {}
    };
    tokio::time::timeout(Duration::from_secs(60), is_full).await.unwrap();
    let limit = Duration::from_millis(100);
    let error = failure(builder().connect_timeout(limit), format!("http://{address}/")).await;
    assert!(error.is_timeout() && error.is_connect(), "{error:?}");
    assert_eq!(error.classify(), ErrorClass::Unsent);
    // The timeout of the whole request does not tell in which phase it passed.
    let error = failure(builder().timeout(limit), format!("http://{address}/")).await;
    assert_eq!(error.classify(), ErrorClass::Transient, "{error:?}");
}

/// A body of which a part is sent before it fails.
fn failing_body(error: impl Into<Box<dyn Error + Send + Sync>>) -> reqwest::Body {
    let error = error.into();
    let end = stream::once(async {
        // The part before goes out first.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Err(error)
    });
    reqwest::Body::wrap_stream(stream::iter([Ok("part")]).chain(end))
}

// SPEC 5.4.4
#[tokio::test]
async fn an_error_of_the_body_that_is_sent_does_not_make_the_request_unsent() {
    let server = serve(b"", End::Never).await;
    let no_server = TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap();
    let other = failure(builder(), format!("http://{no_server}/")).await;
    assert_eq!(other.classify(), ErrorClass::Unsent);
    let refused = || io::Error::from(io::ErrorKind::ConnectionRefused);
    let bodies = [
        failing_body(refused()),
        failing_body(Fetching(Box::new(refused()))),
        failing_body(other),
        failing_body("no slot".unsent()),
    ];
    for body in bodies {
        let client = builder().build().unwrap();
        let error = client.post(format!("http://{server}/")).body(body).send().await.unwrap_err();
        assert_eq!(error.classify(), ErrorClass::Transient, "{error:?}");
        let hidden = Hidden(error);
        assert_eq!(by_source(&hidden), ErrorClass::Transient, "transparent: {hidden:?}");
        assert_eq!(wrapped(hidden.0), [ErrorClass::Transient; 6]);
    }
}

// SPEC 5.4.4
#[tokio::test]
async fn a_request_that_the_server_answered_with_an_upgrade_is_not_unsent() {
    let switching =
        b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: test\r\n\r\n";
    let server = serve(switching, End::Close).await;
    let endless = stream::iter([Ok::<_, io::Error>("part")]).chain(stream::pending());
    let request = builder().build().unwrap().post(format!("http://{server}/"));
    let request = request.header("connection", "upgrade").header("upgrade", "test");
    let response = request.body(reqwest::Body::wrap_stream(endless)).send().await.unwrap();
    let error = response.upgrade().await.unwrap_err();
    assert_eq!(error.classify(), ErrorClass::Transient, "{error:?}");
    assert_eq!(wrapped(error), [ErrorClass::Transient; 6]);
}

// SPEC 5.4, 8.1
#[tokio::test]
async fn the_errors_of_hyper_over_http_2_are_found_in_chains() {
    for end in breaks() {
        let error = failure_over_http_2(http2::serve_part(Some(b"hello"), end.clone()).await).await;
        assert_eq!(error.classify(), ErrorClass::Transient, "{end:?}: {error:?}");
        assert_eq!(wrapped(error), [ErrorClass::Transient; 6], "{end:?}");
    }
    for frame in [go_away(NO_ERROR), reset_stream(REFUSED_STREAM)] {
        let error = failure_over_http_2(http2::serve(frame).await).await;
        assert_eq!(wrapped(error), [ErrorClass::Unsent; 6]);
    }
    for end in [http2::End::Close, http2::End::Reset] {
        let error = failure_over_http_2(http2::serve_part(None, end.clone()).await).await;
        assert_eq!(error.classify(), ErrorClass::Transient, "unanswered, {end:?}: {error:?}");
    }
    let refusal = http2::End::Frame(reset_stream(PROTOCOL_ERROR));
    let error = failure_over_http_2(http2::serve_part(None, refusal).await).await;
    assert_eq!(error.classify(), ErrorClass::Permanent, "{error:?}");
    assert_eq!(wrapped(error), [ErrorClass::Permanent; 6]);
}

// SPEC 5.4, 8.1
#[tokio::test]
async fn the_errors_of_hyper_are_found_in_chains() {
    let closed = serve(b"", End::Close).await;
    let cut = serve(HALF_A_BODY, End::Close).await;
    let reset = serve(b"", End::Reset).await;
    let garbage = serve(b"220 smtp.example.com ESMTP\r\n", End::Close).await;
    let cases = [
        ("closed unanswered", closed, false, ErrorClass::Transient),
        ("closed in the body", cut, false, ErrorClass::Transient),
        ("reset", reset, false, ErrorClass::Transient),
        ("closed on this side", closed, true, ErrorClass::Unsent),
        ("no HTTP", garbage, false, ErrorClass::Permanent),
    ];
    for (case, server, drop_connection, class) in cases {
        let error = failure_of_hyper(server, drop_connection).await;
        let shown = format!("{error:?}");
        assert_eq!(error.classify(), class, "{case}, by itself: {shown}");
        assert_eq!(wrapped(error), [class; 6], "{case}: {shown}");
    }
}
