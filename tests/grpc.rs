//! The class of a `tonic::Status`, alone and from a server on a real socket.

#[path = "support/grpc.rs"]
mod grpc;
#[path = "support/http2.rs"]
mod http2;

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use grpc::{Empty, Script, endpoint};
use http::uri::PathAndQuery;
use http2::{
    CANCEL, ENHANCE_YOUR_CALM, End, INTERNAL_ERROR, NO_ERROR, PROTOCOL_ERROR, REFUSED_STREAM,
    go_away, go_away_after, reset_stream,
};
use retry_kit::{Classify, ErrorClass, TimedOut, retry};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tonic::client::Grpc;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Response, Status, TimeoutExpired};
use tonic_types::{ErrorDetail, ErrorDetails, StatusExt};

const ALL: [Code; 16] = [
    Code::Cancelled,
    Code::Unknown,
    Code::InvalidArgument,
    Code::DeadlineExceeded,
    Code::NotFound,
    Code::AlreadyExists,
    Code::PermissionDenied,
    Code::ResourceExhausted,
    Code::FailedPrecondition,
    Code::Aborted,
    Code::OutOfRange,
    Code::Unimplemented,
    Code::Internal,
    Code::Unavailable,
    Code::DataLoss,
    Code::Unauthenticated,
];

const UNHINTED: ErrorClass = ErrorClass::Throttled { retry_after: None };

fn throttled(wait: Duration) -> ErrorClass {
    ErrorClass::Throttled { retry_after: Some(wait) }
}

fn class_without_hint(code: Code) -> ErrorClass {
    match code {
        Code::Unavailable | Code::DeadlineExceeded => ErrorClass::Transient,
        Code::ResourceExhausted => UNHINTED,
        _ => ErrorClass::Permanent,
    }
}

fn pushed_back(code: Code, millis: &'static str) -> Status {
    let mut status = Status::new(code, "");
    status.metadata_mut().insert("grpc-retry-pushback-ms", millis.parse().unwrap());
    status
}

fn with_retry_info(code: Code, delay: Duration) -> Status {
    Status::with_error_details(code, "", ErrorDetails::with_retry_info(Some(delay)))
}

// SPEC 6.5
#[test]
fn pushback_and_retry_info_affect_only_retryable_codes() {
    let wait = Duration::from_millis(250);
    for code in ALL {
        let class = class_without_hint(code);
        let hinted =
            if class == ErrorClass::Permanent { ErrorClass::Permanent } else { throttled(wait) };
        assert_eq!(Status::new(code, "").classify(), class, "{code}");
        assert_eq!(pushed_back(code, "250").classify(), hinted, "{code}");
        assert_eq!(with_retry_info(code, wait).classify(), hinted, "{code}");
        assert_eq!(pushed_back(code, "-1").classify(), ErrorClass::Permanent, "{code}");
    }
}

// SPEC 6.5
#[test]
fn pushback_sets_the_wait_or_ends_the_call() {
    let millis = |millis| throttled(Duration::from_millis(millis));
    let cases = [
        ("0", millis(0)),
        ("250", millis(250)),
        ("2147483647", millis(2_147_483_647)),
        ("2147483648", ErrorClass::Permanent),
        ("-1", ErrorClass::Permanent),
        ("-2147483649", ErrorClass::Permanent),
        ("", ErrorClass::Permanent),
        ("soon", ErrorClass::Permanent),
        ("1.5", ErrorClass::Permanent),
        ("1 ", ErrorClass::Permanent),
    ];
    for (value, class) in cases {
        for code in [Code::Unavailable, Code::ResourceExhausted, Code::DeadlineExceeded] {
            assert_eq!(pushed_back(code, value).classify(), class, "{code} {value:?}");
        }
    }
    let both = |pushback: &'static str| {
        let mut status = with_retry_info(Code::Unavailable, Duration::from_secs(7));
        status.metadata_mut().insert("grpc-retry-pushback-ms", pushback.parse().unwrap());
        status.classify()
    };
    assert_eq!(both("250"), millis(250));
    assert_eq!(both("-1"), ErrorClass::Permanent);
}

// SPEC 6.5
#[test]
fn of_several_pushbacks_the_last_counts() {
    let cases = [
        (["250", "-1"], ErrorClass::Permanent),
        (["-1", "250"], throttled(Duration::from_millis(250))),
        (["soon", "7"], throttled(Duration::from_millis(7))),
    ];
    for (values, class) in cases {
        let mut status = Status::unavailable("");
        for value in values {
            status.metadata_mut().append("grpc-retry-pushback-ms", value.parse().unwrap());
        }
        assert_eq!(status.classify(), class, "{values:?}");
    }
}

// SPEC 6.5: as the libraries say it.
#[test]
fn a_message_that_is_too_large_is_permanent() {
    let too_large = [
        "grpc: received message larger than max (5242880 vs. 4194304)",
        "grpc: trying to send message larger than max (5242880 vs. 4194304)",
        "grpc: received message after decompression larger than max 4194304",
        "gRPC message exceeds maximum size 4194304: 5242880",
        "Decompressed gRPC message exceeds maximum size 4194304",
        "message too large 5242880 > 4194304",
        "Received message larger than max (5242880 vs. 4194304)",
        "CLIENT: Sent message larger than max (5242880 vs. 4194304)",
        "Attempted to send message with a size larger than 4194304",
        "Received message that decompresses to a size larger than 4194304",
        "Received message exceeds the maximum configured message size.",
        "Error decompressing: size limit, of 4194304 bytes, exceeded while decompressing message",
        "Cannot return body with more than 4GB of data but got 5000000000 bytes",
    ];
    for words in too_large {
        let status = Status::resource_exhausted(words);
        assert_eq!(status.classify(), ErrorClass::Permanent, "{words}");
        assert_eq!(Status::unavailable(words).classify(), ErrorClass::Transient, "{words}");
    }
    for words in ["", "quota exceeded", "too many messages", "limit of 100 messages exceeded"] {
        assert_eq!(Status::resource_exhausted(words).classify(), UNHINTED, "{words}");
    }
}

// SPEC 6.5
#[test]
fn retry_info_is_read_as_a_protobuf_library_reads_it() {
    let retry_info = |delay| ErrorDetail::RetryInfo(tonic_types::RetryInfo::new(delay));
    let message = || ErrorDetail::LocalizedMessage(tonic_types::LocalizedMessage::new("en", "x"));
    let details = [
        vec![],
        vec![message()],
        vec![retry_info(None)],
        vec![retry_info(Some(Duration::ZERO))],
        vec![retry_info(Some(Duration::from_nanos(1)))],
        vec![retry_info(Some(Duration::new(1, 500_000_000)))],
        vec![retry_info(Some(Duration::from_secs(300)))],
        vec![retry_info(Some(Duration::MAX))],
        vec![message(), retry_info(Some(Duration::from_secs(7))), message()],
    ];
    for details in details {
        let status = Status::with_error_details_vec(Code::Unavailable, "busy", details);
        let delay = status.get_details_retry_info().and_then(|info| info.retry_delay);
        let class = delay.map_or(ErrorClass::Transient, throttled);
        assert_eq!(status.classify(), class, "{:?}", status.details());
    }
}

/// A field of protobuf with a length.
fn field(number: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).ok().filter(|length| *length < 0x80);
    [&[number << 3 | 2, length.unwrap()], content].concat()
}

// SPEC 6.3, 6.5
#[test]
fn malformed_details_do_no_harm() {
    let any =
        |url: &str, value: &[u8]| field(3, &[field(1, url.as_bytes()), field(2, value)].concat());
    let retry_info =
        |delay: &[u8]| any("type.googleapis.com/google.rpc.RetryInfo", &field(1, delay));
    let seven = retry_info(&[0x08, 7]);
    let unknown = [0x0d, 1, 2, 3, 4, 0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x78, 0x01, 0x7a, 1, 0];
    let minus_one = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    let most = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
    let seconds = |seconds| throttled(Duration::from_secs(seconds));
    let cases = [
        ("well-formed", seven.clone(), seconds(7)),
        ("unknown fields before", [&unknown[..], &seven].concat(), seconds(7)),
        ("unknown fields after", [&seven[..], &unknown].concat(), seconds(7)),
        ("unknown fields within", retry_info(&[&unknown[..], &[0x08, 7]].concat()), seconds(7)),
        ("the last of a field", retry_info(&[0x08, 1, 0x08, 7]), seconds(7)),
        ("another host", any("example.com/google.rpc.RetryInfo", &field(1, &[8, 7])), seconds(7)),
        ("no host", any("google.rpc.RetryInfo", &field(1, &[0x08, 7])), seconds(7)),
        (
            "a type that ends alike",
            any("x/my.google.rpc.RetryInfo", &field(1, &[0x08, 7])),
            ErrorClass::Transient,
        ),
        ("negative seconds", retry_info(&[&[0x08][..], &minus_one].concat()), seconds(0)),
        (
            "negative nanoseconds",
            retry_info(&[&[0x08, 1, 0x10][..], &minus_one].concat()),
            seconds(0),
        ),
        ("most seconds", retry_info(&[&[0x08][..], &most].concat()), seconds(i64::MAX as u64)),
        (
            "too many nanoseconds",
            retry_info(&[&[0x10][..], &most].concat()),
            throttled(Duration::from_nanos(999_999_999)),
        ),
        ("no value", field(3, &field(1, b"x/google.rpc.RetryInfo")), ErrorClass::Transient),
        ("a field too long", vec![0x1a, 0x7f, 0x0a], ErrorClass::Transient),
        ("a length too long", [&[0x1a][..], &[0xff; 9], &[0x01]].concat(), ErrorClass::Transient),
        ("an endless number", vec![0xff; 64], ErrorClass::Transient),
        ("a group", vec![0x0b, 0x0c], ErrorClass::Transient),
        ("text", b"not a protobuf".to_vec(), ErrorClass::Transient),
    ];
    for (case, details, class) in cases {
        let status = Status::with_details(Code::Unavailable, "", details.into());
        assert_eq!(status.classify(), class, "{case}");
    }
    // Truncated anywhere, it gives the delay or nothing.
    for length in 0..seven.len() {
        let cut = seven[..length].to_vec();
        let class = Status::with_details(Code::Unavailable, "", cut.into()).classify();
        assert_eq!(class, ErrorClass::Transient, "{length} bytes");
    }
}

// SPEC 5.4, 6.5
#[test]
fn a_client_side_failure_has_the_class_of_its_source() {
    let with_source = |code, source: Arc<dyn Error + Send + Sync>| {
        let mut status = Status::new(code, "");
        status.set_source(source);
        status
    };
    let reset = || Arc::new(io::Error::from(io::ErrorKind::ConnectionReset));
    let denied = || Arc::new(io::Error::from(io::ErrorKind::PermissionDenied));
    for code in [Code::Cancelled, Code::Unknown, Code::Internal] {
        assert_eq!(with_source(code, reset()).classify(), ErrorClass::Transient, "{code}");
        assert_eq!(with_source(code, denied()).classify(), ErrorClass::Permanent, "{code}");
        let late = with_source(code, Arc::new(TimeoutExpired(())));
        assert_eq!(late.classify(), ErrorClass::Transient, "{code}");
    }
    assert_eq!(with_source(Code::NotFound, reset()).classify(), ErrorClass::Permanent);
    let rejected = Arc::new(io::Error::new(io::ErrorKind::InvalidData, "invalid certificate"));
    assert_eq!(with_source(Code::Unavailable, rejected).classify(), ErrorClass::Permanent);
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Said(&'static str, #[source] Option<Box<Said>>);

// SPEC 6.5, 8.1
#[test]
fn a_certificate_that_any_tls_library_rejects_is_permanent() {
    let rejected = [
        "invalid peer certificate: UnknownIssuer",
        "error:0A000086:SSL routines:tls_post_process_server_certificate:certificate verify \
         failed:ssl/statem/statem_clnt.c:2091: (self-signed certificate)",
        "error:0A000412:SSL routines:ssl3_read_bytes:ssl/tls alert bad certificate:SSL alert \
         number 42",
        "error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca:SSL alert number 48",
        "The certificate was not trusted.",
        "invalid certificate chain",
        "\u{201c}example.com\u{201d} certificate name does not match input",
        "The certificate chain was issued by an authority that is not trusted. (os error \
         -2146893019)",
        "A certificate chain processed, but terminated in a root certificate which is not trusted \
         by the trust provider. (os error -2146762487)",
        "The target principal name is incorrect. (os error -2146893022)",
    ];
    let class = |said: Said| {
        let mut status = Status::unavailable("");
        status.set_source(Arc::new(said));
        status.classify()
    };
    for words in rejected {
        let below = |above| class(Said(above, Some(Box::new(Said(words, None)))));
        assert_eq!(class(Said(words, None)), ErrorClass::Permanent, "{words}");
        assert_eq!(below("handshake failed"), ErrorClass::Permanent, "{words}");
        assert_eq!(below("dns error"), ErrorClass::Transient, "{words}");
    }
    for words in ["no address for certificates.example.com", "certificate", "handshake failed"] {
        assert_eq!(class(Said(words, None)), ErrorClass::Transient, "{words}");
    }
}

#[retry(max = 1, base = "1ms")]
async fn connect(endpoint: &Endpoint) -> Result<Channel, tonic::transport::Error> {
    endpoint.connect().await
}

// SPEC 5.4
#[tokio::test]
async fn a_channel_that_cannot_be_opened_is_classified_by_itself_and_in_chains() {
    let (refusing, refused) = listener().await;
    drop(refusing);
    // Labels have at most 63 letters, so the system's resolver sends no query.
    let no_name = Endpoint::try_from(format!("http://{}.invalid", "x".repeat(64))).unwrap();
    for endpoint in [endpoint(refused), no_name] {
        let error = connect(&endpoint).await.unwrap_err();
        assert_eq!(error.classify(), ErrorClass::Unsent, "{error:?}");
        let boxed: Box<dyn Error> = Box::new(error);
        assert_eq!(boxed.classify(), ErrorClass::Unsent, "{boxed:?}");
    }
    let wrong = Endpoint::try_from("not a URI").unwrap_err();
    assert_eq!(wrong.classify(), ErrorClass::Permanent);
}

// SPEC 5.4
#[test]
fn a_status_is_found_in_chains() {
    #[derive(Debug, thiserror::Error)]
    #[error("saving failed")]
    struct Saving(#[source] Box<dyn Error + Send + Sync>);

    let statuses = [
        (Status::unavailable(""), ErrorClass::Transient),
        (pushed_back(Code::Unavailable, "250"), throttled(Duration::from_millis(250))),
        (Status::not_found(""), ErrorClass::Permanent),
    ];
    for (status, class) in statuses {
        let boxed: Box<dyn Error + Send + Sync> = Box::new(status.clone());
        assert_eq!(boxed.classify(), class);
        let boxed: Box<dyn Error> = Box::new(Saving(boxed));
        assert_eq!(boxed.classify(), class);
        let boxed: Box<dyn Error + Send> = Box::new(io::Error::other(status.clone()));
        assert_eq!(boxed.classify(), class);
        let error = anyhow::Error::new(status.clone()).context("saving");
        assert_eq!(error.classify(), class);
        assert_eq!(anyhow::Error::new(Saving(Box::new(status))).classify(), class);
    }
}

/// A server that runs as long as the test, the rest of its script, and a client.
fn serve(script: impl IntoIterator<Item = Status>) -> (Script, Grpc<Channel>) {
    let (script, address) = Script::served(script);
    (script, client(address))
}

/// A client that drops a connection if its pings are not answered.
fn pinging(address: SocketAddr) -> Grpc<Channel> {
    let interval = Duration::from_millis(200);
    let endpoint = endpoint(address).http2_keep_alive_interval(interval);
    Grpc::new(endpoint.keep_alive_timeout(interval).connect_lazy())
}

fn client(address: SocketAddr) -> Grpc<Channel> {
    Grpc::new(endpoint(address).connect_lazy())
}

async fn call(client: &mut Grpc<Channel>) -> Result<(), Status> {
    client.ready().await.map_err(|error| Status::from_error(error.into()))?;
    let path = PathAndQuery::from_static("/test.Test/Call");
    client.unary(Request::new(()), path, Empty).await.map(Response::into_inner)
}

#[retry(max = 5, base = "1ms")]
async fn call_with_retries(client: &mut Grpc<Channel>) -> Result<(), Status> {
    call(client).await
}

// SPEC 6.5
#[tokio::test]
async fn a_status_arrives_with_its_details_and_metadata() {
    let wait = Duration::from_millis(1_250);
    let mut statuses: Vec<_> = ALL.into_iter().map(|code| Status::new(code, "said")).collect();
    statuses.extend([
        pushed_back(Code::Unavailable, "250"),
        pushed_back(Code::ResourceExhausted, "-1"),
        with_retry_info(Code::ResourceExhausted, wait),
        with_retry_info(Code::InvalidArgument, wait),
    ]);
    let mut twice = pushed_back(Code::Unavailable, "-1");
    twice.metadata_mut().append("grpc-retry-pushback-ms", "250".parse().unwrap());
    assert_eq!(twice.classify(), throttled(Duration::from_millis(250)));
    statuses.push(twice);
    let (_, mut client) = serve(statuses.clone());
    for sent in statuses {
        let received = call(&mut client).await.unwrap_err();
        assert_eq!(received.code(), sent.code());
        assert_eq!(received.classify(), sent.classify(), "{sent:?}");
    }
    assert!(call(&mut client).await.is_ok());
}

// SPEC 6.5
#[tokio::test]
async fn calls_are_retried_until_the_server_answers_or_refuses() {
    let soon = Duration::from_millis(1);
    let (script, mut client) = serve([
        Status::unavailable("restarting"),
        pushed_back(Code::Unavailable, "1"),
        with_retry_info(Code::ResourceExhausted, soon),
        Status::deadline_exceeded("late"),
    ]);
    assert!(call_with_retries(&mut client).await.is_ok());
    assert_eq!(script.left(), 0);

    let refusal = pushed_back(Code::Unavailable, "-1");
    let (script, mut client) = serve([Status::unavailable(""), refusal, Status::unavailable("")]);
    let error = call_with_retries(&mut client).await.unwrap_err();
    assert!(error.metadata().contains_key("grpc-retry-pushback-ms"));
    assert_eq!(script.left(), 1);
}

async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

// SPEC 5.4, 6.5
#[tokio::test]
async fn a_connection_that_fails_is_transient_or_unsent() {
    let (refusing, refused) = listener().await;
    drop(refusing);

    // Reads the request, or as much as has come, and resets the connection.
    let (listener_, resetting) = listener().await;
    tokio::spawn(async move {
        loop {
            let (mut socket, _) = listener_.accept().await.unwrap();
            let _ = socket.read(&mut [0; 16]).await;
        }
    });

    // Accepts connections and never answers.
    let (_silent, silent) = listener().await;
    let hasty = endpoint(silent).timeout(Duration::from_millis(50)).connect_lazy();

    let cut = http2::serve(vec![]).await;
    let cases = [
        ("closed unanswered", client(cut), ErrorClass::Transient),
        ("refused", client(refused), ErrorClass::Unsent),
        ("reset", client(resetting), ErrorClass::Transient),
        ("timed out", Grpc::new(hasty), ErrorClass::Transient),
    ];
    for (case, mut client, class) in cases {
        let status = call(&mut client).await.unwrap_err();
        assert_eq!(status.classify(), class, "{case}: {status:?}");
        let boxed: Box<dyn Error> = Box::new(status);
        assert_eq!(boxed.classify(), class, "{case}, boxed");
    }

    let error: Box<dyn Error> = Box::new(endpoint(refused).connect().await.unwrap_err());
    assert_eq!(error.classify(), ErrorClass::Unsent, "{error:?}");
}

#[retry(max = 1, base = "1ms", timeout = "50ms")]
async fn call_in_time(client: &mut Grpc<Channel>) -> Result<(), Status> {
    call(client).await
}

// SPEC 4.8, 6.5
#[tokio::test]
async fn a_call_to_a_hanging_server_times_out_and_is_retried() {
    let (_silent, silent) = listener().await;
    let status = call_in_time(&mut client(silent)).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert_eq!(status.message(), "the attempt timed out after 50ms");
    let source = status.source().and_then(|source| source.downcast_ref::<TimedOut>());
    assert_eq!(source, Some(&TimedOut::new(Duration::from_millis(50))));
    assert_eq!(status.classify(), ErrorClass::Transient);

    let calls = Arc::new(Mutex::new(0));
    let policy = retry_kit::RetryPolicy::new().max_retries(1).base_delay(Duration::from_millis(1));
    let counted = policy.retry(|| {
        *calls.lock().unwrap() += 1;
        std::future::pending::<Result<(), Status>>()
    });
    let status = counted.timeout(Duration::from_millis(5)).await.unwrap_err();
    assert_eq!((status.code(), *calls.lock().unwrap()), (Code::DeadlineExceeded, 2));
}

// SPEC 6.5, 8.1
#[tokio::test]
async fn a_server_that_ends_a_call_for_reasons_of_its_own_is_transient_or_unsent() {
    let cases = [
        (go_away(NO_ERROR), ErrorClass::Unsent),
        // The server has seen the call, and may have processed it.
        (go_away_after(1, NO_ERROR), ErrorClass::Transient),
        (go_away(INTERNAL_ERROR), ErrorClass::Transient),
        (go_away(ENHANCE_YOUR_CALM), UNHINTED),
        (go_away(PROTOCOL_ERROR), ErrorClass::Permanent),
        (reset_stream(REFUSED_STREAM), ErrorClass::Unsent),
        (reset_stream(INTERNAL_ERROR), ErrorClass::Transient),
        (reset_stream(ENHANCE_YOUR_CALM), UNHINTED),
        (reset_stream(CANCEL), ErrorClass::Permanent),
        (reset_stream(PROTOCOL_ERROR), ErrorClass::Permanent),
    ];
    for (frame, class) in cases {
        let mut client = client(http2::serve(frame.clone()).await);
        let status = call(&mut client).await.unwrap_err();
        assert_eq!(status.classify(), class, "{frame:?}: {status:?}");
    }
}

/// An empty message, and one that arrives only in part.
const MESSAGE: &[u8] = &[0, 0, 0, 0, 0];
const HALF_A_MESSAGE: &[u8] = &[0, 0, 0, 0, 9, 1, 2];

// SPEC 6.5
#[tokio::test]
async fn a_response_that_breaks_is_transient_however_it_is_read() {
    let reasons = [NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, CANCEL];
    // With `NO_ERROR`, hyper treats the received part as complete.
    let resets = reasons[1..].iter().map(|reason| reset_stream(*reason));
    let frames = reasons.iter().map(|reason| go_away_after(1, *reason)).chain(resets);
    let ends = [End::Close, End::Reset, End::Silence];
    for end in ends.into_iter().chain(frames.map(End::Frame)) {
        let connect = if matches!(end, End::Silence) { pinging } else { client };
        for part in [HALF_A_MESSAGE, MESSAGE] {
            let mut client = connect(http2::serve_part(Some(part), end.clone()).await);
            let status = call(&mut client).await.unwrap_err();
            assert_eq!(status.classify(), ErrorClass::Transient, "{end:?}: {status:?}");
        }
        let mut client = connect(http2::serve_part(Some(MESSAGE), end.clone()).await);
        client.ready().await.unwrap();
        let path = PathAndQuery::from_static("/test.Test/Stream");
        let response = client.server_streaming(Request::new(()), path, Empty).await.unwrap();
        let mut stream = response.into_inner();
        assert_eq!(stream.message().await.unwrap(), Some(()));
        let status = stream.message().await.unwrap_err();
        assert_eq!(status.classify(), ErrorClass::Transient, "stream, {end:?}: {status:?}");
    }
}

// SPEC 6.5
#[tokio::test]
async fn a_load_balancers_page_has_the_class_of_its_status() {
    let transient = ["429", "502", "503", "504"];
    let permanent = ["200", "400", "401", "403", "404", "500", "501"];
    let cases = (transient.map(|status| (status, ErrorClass::Transient)).into_iter())
        .chain(permanent.map(|status| (status, ErrorClass::Permanent)));
    for (status, class) in cases {
        for page in [&b""[..], b"<html>Sorry, unavailable</html>", b"{\"error\":\"unavailable\"}"] {
            if status == "200" && page.is_empty() {
                continue;
            }
            let mut client = client(http2::serve_page(status, page).await);
            let error = call(&mut client).await.unwrap_err();
            assert_eq!(error.classify(), class, "{status} {page:?}: {error:?}");
        }
    }
}
