//! Servers that want to do harm: whatever they send, the calls and the waits are bounded.

use std::fmt::Write;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use retry_kit::{CheckStatus, HttpError, retry, testing};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// What a server does with each request.
enum Trick {
    /// It sends this, then closes the connection.
    Answer(String),
    /// It sends the first, then the second again and again, with this time between.
    Endless(&'static str, &'static str, Duration),
    /// It sends this, then resets the connection.
    Reset(&'static str),
    /// It reads the request, and that is all.
    Silence,
    /// It closes the connection before it has read anything.
    Close,
}

impl Trick {
    async fn play(&self, socket: &mut TcpStream) -> std::io::Result<()> {
        if matches!(self, Self::Close) {
            return Ok(());
        }
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            request.push(socket.read_u8().await?);
        }
        match self {
            Self::Answer(answer) => {
                socket.write_all(answer.as_bytes()).await?;
                socket.shutdown().await
            }
            Self::Endless(first, again, pause) => {
                socket.write_all(first.as_bytes()).await?;
                loop {
                    socket.write_all(again.as_bytes()).await?;
                    sleep(*pause).await;
                }
            }
            Self::Reset(start) => {
                socket.write_all(start.as_bytes()).await?;
                socket.set_zero_linger()
            }
            Self::Silence => socket.read_u8().await.map(drop),
            Self::Close => Ok(()),
        }
    }
}

/// A server and the number of its connections.
async fn serve(trick: Trick) -> (String, &'static AtomicU32) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let connections: &AtomicU32 = Box::leak(Box::default());
    let trick: &Trick = Box::leak(Box::new(trick));
    tokio::spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            connections.fetch_add(1, Ordering::SeqCst);
            // The client may close the connection at any moment.
            tokio::spawn(async move { trick.play(&mut socket).await });
        }
    });
    (url, connections)
}

struct Caller {
    client: reqwest::Client,
    url: String,
    timeout: Duration,
    attempts: AtomicU32,
}

impl Caller {
    #[retry(max = 3, timeout = self.timeout)]
    async fn get(&self) -> Result<String, HttpError> {
        self.attempt().await
    }

    #[retry(max = 3, timeout = self.timeout, deadline = "20s")]
    async fn get_in_time(&self) -> Result<String, HttpError> {
        self.attempt().await
    }

    async fn attempt(&self) -> Result<String, HttpError> {
        self.attempts.fetch_add(1, Ordering::SeqCst);
        Ok(self.client.get(&self.url).send().await?.check_status()?.text().await?)
    }
}

/// An answer of this status with these lines.
fn answer(status: u16, lines: impl IntoIterator<Item = String>) -> Trick {
    let mut text = format!("HTTP/1.1 {status} Hm\r\nconnection: close\r\ncontent-length: 0\r\n");
    for line in lines {
        write!(text, "{line}\r\n").unwrap();
    }
    Trick::Answer(text + "\r\n")
}

fn hint(value: &str) -> Trick {
    answer(503, [format!("retry-after: {value}")])
}

/// Long enough for an attempt that ends by itself, on a busy machine.
const LONG: Duration = Duration::from_secs(30);
/// For those that end in no other way.
const SHORT: Duration = Duration::from_millis(40);

const DEADLINE: Duration = Duration::from_secs(20);

/// A name, what the server does, the timeout of an attempt, the number of attempts, and the least and the most
/// time that they wait.
type Row = (&'static str, Trick, Duration, u32, (Duration, Duration));

fn rows() -> Vec<Row> {
    let seconds = Duration::from_secs;
    let backoff = (seconds(7), seconds(14));
    let capped = (seconds(900), seconds(903));
    let five = (seconds(15), seconds(18));
    let none = (seconds(0), seconds(0));
    let date = |year: u32| format!("retry-after: Thu, 01 Jan {year:04} 00:00:00 GMT");
    let digits = "9".repeat(1 << 20);
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf";
    let go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    vec![
        ("a MiB of digits", hint(&digits), LONG, 1, none),
        ("100 digits", hint(&digits[..100]), LONG, 4, capped),
        ("100 KB of digits", hint(&digits[..100_000]), LONG, 4, five),
        ("no header value", hint("\u{1}"), LONG, 1, none),
        ("letters beyond ASCII", hint("zwölf Sekunden ⏲"), LONG, 4, five),
        ("nothing", hint(""), LONG, 4, five),
        ("less than nothing", hint("-99999999999999999999"), LONG, 4, backoff),
        ("infinity", hint("1e999"), LONG, 4, five),
        (
            "thousands of lines",
            answer(503, (0..5_000).map(|n| format!("retry-after: {n}"))),
            LONG,
            1,
            none,
        ),
        (
            "contradictions",
            answer(429, (0..90).map(|n| format!("retry-after: {}", n % 7))),
            LONG,
            4,
            (seconds(18), seconds(21)),
        ),
        (
            "a quota of centuries",
            answer(
                429,
                ["x-ratelimit-remaining: 0", "x-ratelimit-reset: 99999999999999999999"]
                    .map(str::to_owned),
            ),
            LONG,
            4,
            capped,
        ),
        (
            "dates of every decade so far",
            answer(503, (0..90).map(|n| date(1120 + 10 * n))),
            LONG,
            4,
            backoff,
        ),
        (
            "dates of every century",
            answer(503, (0..90).map(|n| date(100 * n + 99))),
            LONG,
            4,
            capped,
        ),
        ("a year of five digits", hint("Thu, 01 Jan 10000 00:00:00 GMT"), LONG, 4, five),
        ("a redirect to itself", answer(302, ["location: /".to_owned()]), LONG, 1, none),
        (
            "no end of the head",
            Trick::Endless("HTTP/1.1 200 OK\r\n", "a: b\r\n", SHORT),
            SHORT,
            4,
            backoff,
        ),
        ("no end of 100 Continue", Trick::Endless(go_on, go_on, Duration::ZERO), SHORT, 4, backoff),
        (
            "no end of the body",
            Trick::Endless(chunked, "1\r\na\r\n", Duration::ZERO),
            SHORT,
            4,
            backoff,
        ),
        (
            "a slow body",
            Trick::Endless(chunked, "1\r\na\r\n", Duration::from_millis(10)),
            SHORT,
            4,
            backoff,
        ),
        ("half a body, then a reset", Trick::Reset(half), LONG, 4, backoff),
        ("half a head, then a reset", Trick::Reset("HTTP/1.1 200"), LONG, 4, backoff),
        ("no answer", Trick::Silence, SHORT, 4, backoff),
        ("no connection to speak of", Trick::Close, LONG, 4, backoff),
        ("no HTTP", Trick::Answer("SSH-2.0-OpenSSH_9.2\r\n".into()), LONG, 1, none),
    ]
}

// SPEC 4.5, 4.6, 4.7.1, 4.8, 6.3
#[tokio::test]
async fn no_server_makes_a_call_try_or_wait_without_bounds() {
    for (name, trick, timeout, attempts, (least, most)) in rows() {
        let (url, connections) = serve(trick).await;
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let caller = Caller { client, url, timeout, attempts: AtomicU32::new(0) };

        let retries = testing::no_wait();
        let outcome = caller.get().await;
        let waited: Duration = retries.waits().iter().sum();
        assert!(outcome.is_err(), "{name}: {outcome:?}");
        assert_eq!(caller.attempts.swap(0, Ordering::SeqCst), attempts, "{name}: {outcome:?}");
        assert!((least..=most).contains(&waited), "{name}: {waited:?} {outcome:?}");
        // The client follows ten redirects.
        assert!(connections.swap(0, Ordering::SeqCst) <= attempts.max(11), "{name}");
        drop(retries);

        let retries = testing::no_wait();
        assert!(caller.get_in_time().await.is_err(), "{name}");
        assert!(caller.attempts.load(Ordering::SeqCst) <= attempts, "{name}");
        assert!(retries.waits().into_iter().all(|wait| wait < DEADLINE), "{name}");
    }
}
