//! Statuses about the connection rather than the request, on real sockets.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use retry_kit::retry;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// The connections and requests that a server has received.
#[derive(Default)]
struct Seen {
    connections: AtomicU32,
    requests: AtomicU32,
    /// The client has closed a connection.
    closed: Notify,
}

impl Seen {
    fn connections_and_requests(&self) -> (u32, u32) {
        (self.connections.load(Ordering::SeqCst), self.requests.load(Ordering::SeqCst))
    }
}

async fn listen() -> (TcpListener, SocketAddr, Arc<Seen>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address, Arc::default())
}

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
const LATE: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// Answers a request on a connection of HTTP/1; `false` if the client closed it.
async fn answer(socket: &mut TcpStream, seen: &Seen, response: &[u8]) -> bool {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if socket.read(&mut byte).await.is_ok_and(|length| length == 1) {
            request.extend(byte);
        } else {
            seen.closed.notify_one();
            return false;
        }
    }
    seen.requests.fetch_add(1, Ordering::SeqCst);
    socket.write_all(response).await.unwrap();
    true
}

fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(20))
}

#[retry(max = 2, base = "1ms", response)]
async fn get(client: &reqwest::Client, url: &str) -> reqwest::Result<reqwest::Response> {
    client.get(url).send().await
}

#[retry(max = 2, base = "1ms", response, status(408, 421))]
async fn get_anew(client: &reqwest::Client, url: &str) -> reqwest::Result<reqwest::Response> {
    client.get(url).send().await
}

// SPEC 8.2.2: servers say it before they close a connection that was idle for too long.
#[tokio::test]
async fn a_408_on_an_idle_connection_costs_no_retry() {
    let (listener, address, seen) = listen().await;
    let server = seen.clone();
    tokio::spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            server.connections.fetch_add(1, Ordering::SeqCst);
            answer(&mut socket, &server, OK).await;
            socket.write_all(LATE).await.unwrap();
            answer(&mut socket, &server, OK).await;
        }
    });
    let (client, url) = (builder().build().unwrap(), format!("http://{address}/"));
    for requests in 1..=3 {
        assert_eq!(client.get(&url).send().await.unwrap().status(), 200);
        seen.closed.notified().await;
        assert_eq!(seen.connections_and_requests(), (requests, requests));
    }
}

// SPEC 8.2.2: the request and the server's good-bye have crossed.
#[tokio::test]
async fn a_408_in_answer_to_a_request_is_retried_where_the_policy_says_so() {
    let (listener, address, seen) = listen().await;
    let server = seen.clone();
    tokio::spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            let earlier = server.connections.fetch_add(1, Ordering::SeqCst);
            if earlier % 2 == 0 {
                answer(&mut socket, &server, LATE).await;
            } else {
                answer(&mut socket, &server, OK).await;
                socket.shutdown().await.unwrap();
            }
        }
    });
    let (client, url) = (builder().build().unwrap(), format!("http://{address}/"));
    assert_eq!(get_anew(&client, &url).await.unwrap().status(), 200);
    assert_eq!(seen.connections_and_requests(), (2, 2), "on a new connection");
    assert_eq!(get(&client, &url).await.unwrap().status(), 408);
    assert_eq!(seen.connections_and_requests(), (3, 3));
}

/// An HTTP/2 server whose first connection is misdirected.
async fn misdirecting() -> (SocketAddr, Arc<Seen>) {
    let (listener, address, seen) = listen().await;
    let server = seen.clone();
    tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            let is_first = server.connections.fetch_add(1, Ordering::SeqCst) == 0;
            let server = server.clone();
            tokio::spawn(async move {
                let mut connection = h2::server::handshake(socket).await.unwrap();
                while let Some(Ok((_, mut stream))) = connection.accept().await {
                    server.requests.fetch_add(1, Ordering::SeqCst);
                    let status = if is_first { 421 } else { 200 };
                    let response = http::Response::builder().status(status).body(()).unwrap();
                    stream.send_response(response, true).unwrap();
                }
            });
        }
    });
    (address, seen)
}

// SPEC 8.2.2
#[tokio::test]
async fn a_421_is_not_retried_as_the_pool_gives_the_same_connection_again() {
    let (address, seen) = misdirecting().await;
    let url = format!("http://{address}/");
    let new = || builder().http2_prior_knowledge().build().unwrap();
    let pooled = new();
    assert_eq!(get(&pooled, &url).await.unwrap().status(), 421);
    assert_eq!(seen.connections_and_requests(), (1, 1));
    assert_eq!(get_anew(&pooled, &url).await.unwrap().status(), 421);
    assert_eq!(seen.connections_and_requests(), (1, 4), "all on one connection");
    assert_eq!(get(&new(), &url).await.unwrap().status(), 200);
    assert_eq!(seen.connections_and_requests(), (2, 5));

    let (address, seen) = misdirecting().await;
    let unpooled = builder().http2_prior_knowledge().pool_max_idle_per_host(0).build().unwrap();
    let response = get_anew(&unpooled, &format!("http://{address}/")).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(seen.connections_and_requests(), (2, 2));
}
