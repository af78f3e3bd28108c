//! `RetryMiddleware`, in a client of reqwest-middleware. The first tests assert what those of reqwest-retry do.

use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::response::IntoResponse;
use http::{Extensions, StatusCode};
use reqwest::{Body, Client, Request, Response};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Error, Middleware, Next};
use retry_kit::{
    Classify, Decision, ErrorClass, Jitter, Pause, Repeat, RetryBudget, RetryMiddleware,
    RetryPolicy, StatusSet, StopReason, current_attempt, testing,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const QUICK: RetryPolicy =
    RetryPolicy::new().base_delay(Duration::from_millis(1)).jitter(Jitter::None);

/// The statuses that reqwest-retry retries.
const LIKE_RETRY: RetryPolicy =
    QUICK.status(StatusSet::EMPTY.with(408).with(429).with_range(500..=599));

/// A client that never retries by itself.
fn plain() -> Client {
    Client::builder().retry(reqwest::retry::never()).build().unwrap()
}

fn retrying(policy: RetryPolicy) -> ClientWithMiddleware {
    ClientBuilder::new(plain()).with(RetryMiddleware::new(policy)).build()
}

/// The bodies that a server received.
type Bodies = Arc<Mutex<Vec<Bytes>>>;

/// A server that answers with these statuses, then with 200.
async fn answering(statuses: &[u16]) -> (String, Bodies) {
    let script = Arc::new(Mutex::new(VecDeque::from(statuses.to_vec())));
    let bodies = Bodies::default();
    let received = Arc::clone(&bodies);
    let answer = move |body: Bytes| async move {
        received.lock().unwrap().push(body);
        let Some(code) = script.lock().unwrap().pop_front() else { return "done".into_response() };
        let status = StatusCode::from_u16(code).unwrap();
        match code {
            429 => (status, [("retry-after-ms", "40")]).into_response(),
            _ => status.into_response(),
        }
    };
    let (listener, address) = listener().await;
    let router = Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (format!("http://{address}/"), bodies)
}

async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// A server that treats its connections in this way; the second argument counts them from 1.
async fn serving<F: Future<Output = io::Result<()>> + Send>(
    treat: impl Fn(TcpStream, u32) -> F + Send + 'static,
) -> (String, Arc<AtomicU32>) {
    let (listener, address) = listener().await;
    let connections = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = treat(stream, counter.fetch_add(1, Relaxed) + 1).await;
        }
    });
    (format!("http://{address}/"), connections)
}

const COMPLETE: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

/// The reasons why calls gave up, and the number of retries.
fn ends(guard: &testing::NoWait) -> (Vec<StopReason>, usize) {
    let decisions = guard.decisions();
    let stop = |recorded: &testing::Recorded| match recorded.decision {
        Decision::Stop(reason) => Some(reason),
        Decision::Retry(_) => None,
    };
    (decisions.iter().filter_map(stop).collect(), guard.waits().len())
}

// SPEC 11.2
#[tokio::test]
async fn a_status_in_the_set_is_retried_and_no_other() {
    let retried = [408, 429, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511];
    let others = [
        200, 201, 202, 203, 204, 205, 206, 207, 226, 300, 301, 302, 303, 304, 307, 308, 400, 401,
        402, 403, 404, 405, 406, 407, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422,
        423, 424, 426, 428, 431, 451,
    ];
    let client = retrying(LIKE_RETRY);
    let cases = retried.map(|code| (code, 200, 2)).into_iter();
    for (code, status, requests) in cases.chain(others.map(|code| (code, code, 1))) {
        let (url, bodies) = answering(&[code]).await;
        let response = client.get(&url).send().await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{code}");
        assert_eq!(bodies.lock().unwrap().len(), requests, "{code}");
    }
}

// SPEC 11.2
#[tokio::test]
async fn a_request_that_times_out_is_retried() {
    let (url, connections) = serving(|mut stream, number| async move {
        if number == 1 {
            // Left open, and never answered.
            tokio::spawn(async move { stream.read_to_end(&mut Vec::new()).await });
            return Ok(());
        }
        stream.read_buf(&mut Vec::new()).await?;
        stream.write_all(COMPLETE).await
    })
    .await;
    let request = retrying(LIKE_RETRY).get(&url).timeout(Duration::from_millis(100));
    assert_eq!(request.send().await.unwrap().status(), 200);
    assert_eq!(connections.load(Relaxed), 2);
}

// SPEC 11.2
#[tokio::test]
async fn a_response_that_breaks_off_is_retried() {
    let beginnings: [&[u8]; 3] = [b"", b"HTTP/1.1", b"HTTP/1.1 200 OK\r\ncontent-le"];
    for beginning in beginnings {
        let (url, connections) = serving(move |mut stream, number| async move {
            stream.read_buf(&mut Vec::new()).await?;
            stream.write_all(if number < 4 { beginning } else { COMPLETE }).await
        })
        .await;
        let response = retrying(LIKE_RETRY).get(&url).send().await.unwrap();
        assert_eq!(response.status(), 200, "{beginning:?}");
        assert_eq!(connections.load(Relaxed), 4, "{beginning:?}");
    }
}

// SPEC 11.2
#[tokio::test]
async fn a_connection_that_is_closed_or_reset_is_retried() {
    for is_reset in [false, true] {
        let (url, connections) = serving(move |mut stream, number| async move {
            if number > 2 {
                stream.read_buf(&mut Vec::new()).await?;
                return stream.write_all(COMPLETE).await;
            }
            if is_reset {
                // A socket with unread bytes is reset when it is closed.
                stream.readable().await?;
            } else {
                stream.read_buf(&mut Vec::new()).await?;
            }
            Ok(())
        })
        .await;
        let response = retrying(LIKE_RETRY).get(&url).send().await.unwrap();
        assert_eq!((response.status().as_u16(), connections.load(Relaxed)), (200, 3), "{is_reset}");
    }
}

// SPEC 11.2
#[tokio::test]
async fn when_it_gives_up_the_caller_gets_the_last_response_or_error_unchanged() {
    let guard = testing::no_wait();
    let (url, bodies) = answering(&[503, 500, 502, 504, 503]).await;
    let response = retrying(LIKE_RETRY).get(&url).send().await.unwrap();
    assert_eq!((response.status().as_u16(), bodies.lock().unwrap().len()), (504, 4));

    let (_, address) = listener().await;
    let refused = retrying(QUICK).get(format!("http://{address}/")).send().await.unwrap_err();
    assert!(matches!(&refused, Error::Reqwest(error) if error.is_connect()), "{refused:?}");
    assert_eq!(ends(&guard), (vec![StopReason::Exhausted; 2], 6));
}

// SPEC 11.2, 6.4
#[tokio::test]
async fn the_server_says_when_to_come_back() {
    let (url, bodies) = answering(&[429, 503]).await;
    let begin = Instant::now();
    let response = retrying(QUICK).post(&url).body("an order").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(begin.elapsed() >= Duration::from_millis(40 + 2), "{:?}", begin.elapsed());
    assert_eq!(*bodies.lock().unwrap(), ["an order"; 3]);
}

// SPEC 11.2.1
#[tokio::test]
async fn a_body_that_streams_is_sent_once() {
    let cases = [(503, StopReason::NotRepeatable, 1), (404, StopReason::Permanent, 0)];
    for (code, reason, stops) in cases {
        let guard = testing::no_wait();
        let (url, bodies) = answering(&[code]).await;
        let chunks = futures_util::stream::iter([Ok::<_, io::Error>("a "), Ok("stream")]);
        let request = retrying(QUICK).post(&url).body(Body::wrap_stream(chunks));
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), code);
        assert_eq!(*bodies.lock().unwrap(), ["a stream"]);
        assert_eq!(ends(&guard), (vec![reason; stops], 0));
    }
}

// SPEC 11.2.2
#[tokio::test]
async fn a_request_may_bring_its_own_policy() {
    let client = retrying(QUICK.max_retries(1));
    for (own, requests, status) in
        [(None, 2, 503), (Some(RetryPolicy::OFF), 1, 503), (Some(QUICK.max_retries(3)), 4, 200)]
    {
        let (url, bodies) = answering(&[503, 503, 503]).await;
        let mut request = client.get(&url);
        if let Some(own) = own {
            request = request.with_extension(own);
        }
        assert_eq!(request.send().await.unwrap().status().as_u16(), status);
        assert_eq!(bodies.lock().unwrap().len(), requests);
    }
}

// SPEC 11.2, 4.14, 7.1, 7.6
#[tokio::test]
async fn budget_pause_and_unsent_are_those_of_the_policy() {
    static BUDGET: RetryBudget = RetryBudget::new(20, 10, 5, 1);
    static PAUSE: Pause = Pause::new();

    let guard = testing::no_wait();
    let policy = QUICK.repeat(Repeat::Unsent);
    let (url, bodies) = answering(&[503]).await;
    assert_eq!(retrying(policy).post(&url).send().await.unwrap().status(), 503);
    assert_eq!(bodies.lock().unwrap().len(), 1);
    let (_, address) = listener().await;
    retrying(policy).post(format!("http://{address}/")).send().await.unwrap_err();
    assert_eq!(ends(&guard), (vec![StopReason::MayBeProcessed, StopReason::Exhausted], 3));
    drop(guard);

    let guard = testing::no_wait();
    let shared = RetryMiddleware::new(QUICK).budget(&BUDGET).pause(&PAUSE).name("billing");
    let client = ClientBuilder::new(plain()).with(shared).build();
    let (url, bodies) = answering(&[503, 503, 503]).await;
    assert_eq!(client.get(&url).send().await.unwrap().status(), 503);
    assert_eq!((bodies.lock().unwrap().len(), BUDGET.available()), (3, 0));
    assert_eq!(ends(&guard), (vec![StopReason::Budget], 2));
    drop(guard);

    let guard = testing::no_wait();
    let budget = Arc::new(RetryBudget::new(20, 10, 5, 1));
    let made = RetryMiddleware::new(QUICK).shared_budget(Arc::clone(&budget));
    let made = made.shared_pause(Arc::new(Pause::new()));
    let (url, bodies) = answering(&[503, 503, 503]).await;
    let refused = ClientBuilder::new(plain()).with(made).build().get(&url).send().await.unwrap();
    assert_eq!(refused.status(), 503);
    assert_eq!((bodies.lock().unwrap().len(), budget.available()), (3, 0));
    assert_eq!(ends(&guard), (vec![StopReason::Budget], 2));
    assert_eq!(Arc::strong_count(&budget), 1, "the client is dropped");
    drop(guard);

    let (url, _) = answering(&[429]).await;
    assert_eq!(client.get(&url).send().await.unwrap().status(), 429);
    let begin = Instant::now();
    assert_eq!(client.get(&url).send().await.unwrap().status(), 200);
    assert!(begin.elapsed() >= Duration::from_millis(35), "{:?}", begin.elapsed());
}

/// Notes the attempt in the extensions, and sees what was there before.
#[derive(Default)]
struct Notes(Arc<Mutex<Vec<Seen>>>);

/// The number of the attempt, and the note that was there.
type Seen = (Option<u32>, Option<u32>);

#[derive(Clone, Copy)]
struct Noted(u32);

#[async_trait::async_trait]
impl Middleware for Notes {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response, Error> {
        let before = extensions.get().map(|Noted(number)| *number);
        let attempt = current_attempt();
        self.0.lock().unwrap().push((attempt, before));
        extensions.insert(Noted(attempt.unwrap_or_default()));
        next.run(request, extensions).await
    }
}

// SPEC 11.2.3
#[tokio::test]
async fn each_attempt_begins_with_the_extensions_of_the_call_and_leaves_its_own() {
    let notes = Notes::default();
    let seen = Arc::clone(&notes.0);
    let retries = RetryMiddleware::new(QUICK);
    let client = ClientBuilder::new(plain()).with(retries).with(notes).build();
    let (url, _) = answering(&[503, 503]).await;
    let mut extensions = Extensions::new();
    extensions.insert(Noted(7));
    let request = client.get(&url).build().unwrap();
    client.execute_with_extensions(request, &mut extensions).await.unwrap();
    let expected = [1, 2, 3].map(|attempt| (Some(attempt), Some(7)));
    assert_eq!(*seen.lock().unwrap(), expected);
    assert_eq!(extensions.get().map(|Noted(number)| *number), Some(3));
}

/// Fails with this error before it sends anything.
struct Fails(fn() -> Error);

#[async_trait::async_trait]
impl Middleware for Fails {
    async fn handle(&self, _: Request, _: &mut Extensions, _: Next<'_>) -> Result<Response, Error> {
        Err((self.0)())
    }
}

// SPEC 5.4, 11.2
#[tokio::test]
async fn the_error_of_another_middleware_is_classified_by_its_chain() {
    let cases: [(fn() -> Error, ErrorClass); 3] = [
        (|| Error::middleware(io::Error::other("no token")), ErrorClass::Permanent),
        (
            || Error::middleware(io::Error::from(io::ErrorKind::ConnectionReset)),
            ErrorClass::Transient,
        ),
        (
            || {
                let boxed: Box<dyn std::error::Error + Send + Sync> =
                    Box::new(io::Error::from(io::ErrorKind::ConnectionRefused));
                Error::middleware(io::Error::other(Error::Middleware(anyhow::Error::from_boxed(
                    boxed,
                ))))
            },
            ErrorClass::Unsent,
        ),
    ];
    for (error, class) in cases {
        assert_eq!(error().classify(), class);
        let guard = testing::no_wait();
        let client =
            ClientBuilder::new(plain()).with(RetryMiddleware::new(QUICK)).with(Fails(error));
        client.build().get("http://127.0.0.1:1/").send().await.unwrap_err();
        assert_eq!(guard.waits().len(), if class == ErrorClass::Permanent { 0 } else { 3 });
    }
}

// SPEC 11.2
#[tokio::test]
async fn options_with_code_decide_and_hear() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let events = Arc::clone(&heard);
    let middleware = RetryMiddleware::new(QUICK.max_retries(2))
        .name("reports")
        .until(|response| response.status() != 202)
        .when(Error::is_timeout)
        .on_retry(move |event| events.lock().unwrap().push((event.name(), event.attempt())))
        .sleep(tokio::time::sleep);
    assert!(format!("{middleware:?}").contains("reports"));
    let client = ClientBuilder::new(plain()).with(middleware).build();
    for (statuses, status, events) in
        [(vec![202, 503], 503, 1), (vec![202, 202, 202], 202, 2), (vec![503], 503, 0)]
    {
        let (url, _) = answering(&statuses).await;
        assert_eq!(client.get(&url).send().await.unwrap().status().as_u16(), status);
        let expected = [("reports", 1), ("reports", 2)];
        assert_eq!(heard.lock().unwrap().drain(..).collect::<Vec<_>>(), expected[..events]);
    }
    let (_, address) = listener().await;
    client.get(format!("http://{address}/")).send().await.unwrap_err();
    assert!(heard.lock().unwrap().is_empty());
}
