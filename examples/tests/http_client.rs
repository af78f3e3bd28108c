//! Tests the example `http_client`, with and without retries.

#[path = "../http_client/client.rs"]
mod client;
#[path = "../http_client/config.rs"]
mod config;
#[path = "../http_client/server.rs"]
mod server;
#[cfg(unix)]
#[path = "../http_client/shutdown.rs"]
mod shutdown;

use std::error::Error;
use std::iter;
#[cfg(unix)]
use std::process::Command;
use std::time::Duration;
#[cfg(unix)]
use std::time::Instant;

use client::{ApiError, Client, Parcel, reason};
use config::Config;
use retry_kit::{
    Decision, ErrorClass, IdempotencyKey, Jitter, RetryPolicy, StatusSet, StopReason, testing,
};
use server::Failure::{Busy, Hang, Status};
use server::{Failure, Server};

const SECOND: Duration = Duration::from_secs(1);
const RETRY_TOML: &str = include_str!("../http_client/retry.toml");

fn client(server: &Server, config: Config) -> Client {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    Client::new(http, server.url(), config)
}

async fn start(config: Config, failures: &[Failure]) -> (Client, Server) {
    let server = Server::start(failures).await.unwrap();
    (client(&server, config), server)
}

fn lisbon() -> Parcel {
    Parcel { id: 7, to: "Lisbon".into() }
}

/// The status of an error, and its text without the address of the server.
fn shown(server: &Server, outcome: Result<Parcel, ApiError>) -> (u16, String) {
    let error = outcome.unwrap_err();
    let text = error.to_string().replace(server.url(), "");
    let ApiError::Http(error) = error else { panic!("{error:?}") };
    (error.status().unwrap().as_u16(), text)
}

// SPEC 4.1, 5.6
#[tokio::test]
async fn without_retries_there_is_one_request_and_its_error() {
    let (client, server) = start(Config::without_retries(), &[Status(503)]).await;
    let expected = (503, "HTTP status 503 Service Unavailable from /parcels/7".into());
    assert_eq!(shown(&server, client.parcel(7).await), expected);
    assert_eq!(server.requests().len(), 1);
}

// SPEC 5.2, 8.1
#[tokio::test]
async fn with_retries_the_third_request_gets_through_a_server_that_is_busy_twice() {
    let retries = testing::no_wait();
    let (client, server) = start(Config::default(), &[Status(503), Status(503)]).await;
    assert_eq!(client.parcel(7).await.unwrap(), lisbon());
    assert_eq!(server.requests().len(), 3);
    assert_eq!(retries.waits().len(), 2);
}

// SPEC 5.2
#[tokio::test]
async fn a_permanent_error_is_not_retried() {
    let _guard = testing::no_wait();
    for code in [400, 401, 403] {
        let (client, server) = start(Config::default(), &[Status(code)]).await;
        assert_eq!(shown(&server, client.parcel(7).await).0, code);
        assert_eq!(server.requests().len(), 1, "{code}");
    }
    let (client, server) = start(Config::default(), &[Status(404)]).await;
    assert!(matches!(client.parcel(7).await, Err(ApiError::NotFound)));
    assert_eq!(server.requests().len(), 1);
}

// SPEC 5.6
#[tokio::test]
async fn the_last_error_is_the_same_as_without_retries() {
    let _guard = testing::no_wait();
    let failures = [Status(503), Busy(1), Status(503), Status(504), Status(504)];
    let (patient, server) = start(Config::default(), &failures).await;
    let retried = patient.parcel(7).await;
    assert_eq!(server.requests().len(), 4);
    let single = client(&server, Config::without_retries()).parcel(7).await;
    assert_eq!(format!("{retried:?}"), format!("{single:?}"));
    let expected = (504, "HTTP status 504 Gateway Timeout from /parcels/7".into());
    assert_eq!(shown(&server, retried), expected);
}

// SPEC 4.6
#[tokio::test]
async fn the_servers_retry_after_is_honoured() {
    let retries = testing::no_wait();
    let (client, _server) = start(Config::default(), &[Busy(7), Status(503)]).await;
    assert_eq!(client.parcel(7).await.unwrap(), lisbon());
    let decisions = retries.decisions();
    let [Decision::Retry(asked), Decision::Retry(backoff)] = [0, 1].map(|i| decisions[i].decision)
    else {
        panic!("{decisions:?}");
    };
    assert!(asked.is_from_server() && !backoff.is_from_server());
    assert!((7 * SECOND..=8 * SECOND).contains(&asked.duration()), "{asked:?}");
    assert!((2 * SECOND..=4 * SECOND).contains(&backoff.duration()), "{backoff:?}");
}

// SPEC 4.7
#[tokio::test]
async fn a_wait_past_the_deadline_is_not_begun() {
    let retries = testing::no_wait();
    let (client, server) = start(Config::default(), &[Busy(60)]).await;
    assert_eq!(shown(&server, client.parcel(7).await).0, 503);
    assert_eq!(server.requests().len(), 1);
    assert_eq!(retries.decisions()[0].decision, Decision::Stop(StopReason::Deadline));
}

// SPEC 4.8
#[tokio::test]
async fn an_attempt_that_hangs_times_out_and_is_retried() {
    let _guard = testing::no_wait();
    let timeout = Some(Duration::from_millis(500));
    let config = Config { timeout, ..Config::default() };
    let (client, server) = start(config, &[Hang]).await;
    let outcome =
        tokio::time::timeout(20 * SECOND, client.parcel(7)).await.expect("nothing cut it");
    assert_eq!(outcome.unwrap(), lisbon());
    assert_eq!(server.requests().len(), 2);

    let timeout = Some(Duration::from_millis(100));
    let config = Config { timeout, ..Config::without_retries() };
    let (client, _server) = start(config, &[Hang]).await;
    let Err(ApiError::TimedOut(error)) = client.parcel(7).await else { panic!("not cut") };
    assert_eq!(Some(error.after()), timeout);
}

#[tokio::test]
async fn the_log_of_a_failed_request_includes_its_cause() {
    // A reserved port: no server listens there.
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let client = Client::new(http, "http://127.0.0.1:0", Config::without_retries());
    let error = client.parcel(7).await.unwrap_err();
    let cause = iter::successors(error.source(), |&error| error.source()).last().unwrap();
    let logged = reason(&error);
    assert!(
        logged.starts_with("HTTP request to http://127.0.0.1:0/parcels/7 failed: "),
        "{logged}"
    );
    assert!(logged.ends_with(&cause.to_string()), "{logged}");
}

#[tokio::test]
async fn a_post_without_a_key_is_sent_once() {
    let _guard = testing::no_wait();
    for failure in [Status(429), Status(503), Busy(1)] {
        let (client, server) = start(Config::default(), &[failure]).await;
        assert!(client.ring(7).await.is_err());
        assert_eq!(server.requests(), [None]);
    }
    let timeout = Some(Duration::from_millis(100));
    let (client, server) = start(Config { timeout, ..Config::default() }, &[Hang]).await;
    assert!(matches!(client.ring(7).await, Err(ApiError::TimedOut(_))));
    assert_eq!(server.requests(), [None]);
}

// SPEC 4.14, 8.1
#[tokio::test]
async fn a_post_without_a_key_is_repeated_until_there_is_a_connection() {
    let retries = testing::no_wait();
    // Bound but not listening: connections are refused.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let client = Client::new(http, &url, Config::default());
    let error = client.ring(7).await.unwrap_err();
    assert!(matches!(error, ApiError::Http(_)), "{error:?}");
    assert_eq!(retries.waits().len(), 3);
    assert!(retries.decisions().iter().all(|decision| decision.class == ErrorClass::Unsent));
}

#[tokio::test]
async fn a_post_with_a_key_has_the_same_key_in_all_attempts() {
    let _guard = testing::no_wait();
    let (client, server) = start(Config::default(), &[Status(503), Busy(1)]).await;
    assert_eq!(client.send("Lisbon").await.unwrap(), lisbon());
    assert_eq!(client.send("Lisbon").await.unwrap(), lisbon());
    let keys = server.requests();
    let [first, _, _, second] = keys.as_slice() else { panic!("{keys:?}") };
    assert_eq!(keys[..3], vec![first.clone(); 3]);
    assert_ne!(first, second);
    assert!(first.as_ref().unwrap().parse::<IdempotencyKey>().is_ok());
}

// SPEC 4.1
#[test]
fn the_file_sets_the_configuration() {
    let retry = RetryPolicy::new()
        .max_retries(4)
        .base_delay(Duration::from_millis(100))
        .max_delay(2 * SECOND)
        .jitter(Jitter::additive(0.5))
        .deadline(30 * SECOND)
        .status(StatusSet::EMPTY.with(429).with_range(502..=504));
    let expected = Config { retry, timeout: Some(Duration::from_millis(300)) };
    assert_eq!(toml::from_str::<Config>(RETRY_TOML).unwrap(), expected);
    assert_eq!(toml::from_str::<Config>("").unwrap(), Config::default());
    let off = toml::from_str::<Config>("[retry]\nmax = 0").unwrap();
    assert_eq!(off.retry.delays().count(), 0);
}

// SPEC 4.1
#[test]
fn a_file_without_a_deadline_keeps_the_clients_deadline() {
    let ours = Config::default().retry;
    assert_eq!(ours, RetryPolicy::new().deadline(30 * SECOND));
    let cases = [
        ("[retry]", ours),
        ("[retry]\nmax = 5", ours.max_retries(5)),
        ("[retry]\nmax = 'forever'", ours.unlimited()),
        ("[retry]\ndeadline = '1m'", ours.deadline(60 * SECOND)),
    ];
    for (text, retry) in cases {
        let expected = Config { retry, ..Config::default() };
        assert_eq!(toml::from_str::<Config>(text).unwrap(), expected, "{text}");
    }
}

// SPEC 4.1
#[test]
fn a_mistake_in_the_file_is_an_error_that_names_the_key() {
    let cases = [
        ("[retry]\nretries = 3", "`retries`; did you mean `max`?"),
        ("[retry]\nbase = 5", "`base`: a duration has a unit"),
        ("[retry]\nbase = '5s'\ncap = '1s'", "`cap` (1s) is below `base` (5s)"),
        ("[retry]\ndeadline = '1s'", "`deadline` (1s) is no longer than"),
        ("[rerty]\nmax = 3", "unknown field `rerty`"),
        (
            "[retry]\nbase = '40s'",
            "the default deadline (30s) is no longer than the shortest first wait (40s)",
        ),
        ("timeout = 5", "timeout = 5\n  |           ^\n`5` has no unit; write \"5s\""),
    ];
    for (text, expected) in cases {
        let error = toml::from_str::<Config>(text).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

/// User code without retries.
async fn send_and_look(client: &Client) -> Result<Parcel, ApiError> {
    let sent: Parcel = client.send("Lisbon").await?;
    client.parcel(sent.id).await
}

// SPEC 3.1
#[tokio::test]
async fn user_code_is_the_same_with_and_without_retries() {
    let from_file = toml::from_str(RETRY_TOML).unwrap();
    for config in [Config::without_retries(), Config::default(), from_file] {
        let (client, server) = start(config, &[]).await;
        // A spawned task has to be `Send`.
        let task = tokio::spawn(async move { send_and_look(&client).await });
        assert_eq!(task.await.unwrap().unwrap(), lisbon());
        assert_eq!(server.requests().len(), 2);
    }
}

// SPEC 4.18
#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_ends_a_wait_at_once() {
    let shutdown = shutdown::on_ctrl_c();
    // The task of the token has to listen first: without it the signal ends the process.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let retry = RetryPolicy::new().retry_after_cap(60 * SECOND);
    let (client, server) = start(Config { retry, ..Config::default() }, &[Busy(60)]).await;
    let client = client.stopped_by(&shutdown);
    let interrupt = async {
        while server.requests().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let process = std::process::id().to_string();
        assert!(Command::new("kill").args(["-INT", &process]).status().unwrap().success());
    };
    let start = Instant::now();
    let (outcome, ()) = tokio::join!(client.parcel(7), interrupt);
    assert_eq!(shown(&server, outcome).0, 503);
    assert!(start.elapsed() < 30 * SECOND);
    assert_eq!(server.requests().len(), 1);
}
