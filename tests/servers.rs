//! Real answers of servers: quotas, proxies, hints of a millisecond and of an hour, GitHub.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Response;
use retry_kit::{CheckStatus, Classify, HttpError, StopReason, retry, testing};
use tokio::net::TcpListener;

const DATE: (&str, &str) = ("date", "Mon, 01 Jan 2024 12:00:00 GMT");

#[derive(Clone, Copy)]
struct Answer {
    status: u16,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
}

const OK: Answer = Answer { status: 200, headers: &[], body: "here" };

const fn answer(status: u16, headers: &'static [(&'static str, &'static str)]) -> Answer {
    Answer { status, headers, body: "" }
}

/// A server that gives these answers one after the other, then repeats the last one.
struct Server {
    url: String,
    requests: Arc<Mutex<usize>>,
    client: reqwest::Client,
}

impl Server {
    async fn start(answers: impl Into<Vec<Answer>>) -> Self {
        let answers = answers.into();
        let requests = Arc::<Mutex<usize>>::default();
        let seen = Arc::clone(&requests);
        let router = Router::new().fallback(async move || {
            let mut seen = seen.lock().unwrap();
            let answer = answers[(*seen).min(answers.len() - 1)];
            *seen += 1;
            let response = Response::builder().status(answer.status).header(DATE.0, DATE.1);
            let add = |response: axum::http::response::Builder, &(name, value): &(&str, &str)| {
                response.header(name, value)
            };
            let response = answer.headers.iter().fold(response, add);
            response.body(Body::from(answer.body)).unwrap()
        });
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(20));
        Self { url, requests, client: client.build().unwrap() }
    }

    fn requests(&self) -> usize {
        *self.requests.lock().unwrap()
    }

    async fn get(&self) -> Result<String, HttpError> {
        Ok(self.client.get(&self.url).send().await?.check_status()?.text().await?)
    }
}

fn seconds(waits: &[u64]) -> Vec<Duration> {
    waits.iter().copied().map(Duration::from_secs).collect()
}

#[retry(jitter = none)]
async fn page(server: &Server) -> Result<String, HttpError> {
    server.get().await
}

// SPEC 6.4.1, 6.4.5
#[tokio::test]
async fn every_form_waits_for_an_exhausted_quota() {
    let forms: [&[(&str, &str)]; 9] = [
        &[("ratelimit-reset", "40")],
        &[("x-ratelimit-reset", "1704110440")],
        &[("x-rate-limit-reset", "1704110440")],
        &[("x-ratelimit-reset-after", "40")],
        &[("ratelimit", r#""quota";t=40"#)],
        &[("ratelimit", "limit=100, reset=40")],
        &[("retry-after", "40, 40")],
        &[("retry-after", "30, 40")],
        &[("retry-after", "30"), ("retry-after", "40")],
    ];
    for form in forms {
        for status in [429, 503] {
            let server = Server::start([answer(status, form), OK]).await;
            let retries = testing::no_wait();
            assert_eq!(page(&server).await.unwrap(), "here");
            assert_eq!(retries.waits(), seconds(&[40]), "{status} {form:?}");
        }
    }
}

#[retry(max = forever, base = "20ms", jitter = none, deadline = "400ms")]
async fn impatient(server: &Server) -> Result<String, HttpError> {
    server.get().await
}

// SPEC 4.6.3: on the real clock, since the rate is what the server feels.
#[tokio::test]
async fn a_hint_of_a_millisecond_is_no_licence_to_hammer() {
    let server = Server::start([answer(503, &[("retry-after", "0.001")])]).await;
    assert_eq!(impatient(&server).await.unwrap_err().status().unwrap(), 503);
    let requests = server.requests();
    assert!((2..=20).contains(&requests), "{requests}");
}

#[retry(jitter = none, retry_after_cap = give_up("5m"), give_up = |error, end| {
    reason.lock().unwrap().replace(end.reason());
    error
})]
async fn soon(server: &Server, reason: &Mutex<Option<StopReason>>) -> Result<String, HttpError> {
    server.get().await
}

// SPEC 4.6.4
#[tokio::test]
async fn a_hint_of_hours_ends_the_call_and_one_of_minutes_is_obeyed() {
    let reason = Mutex::default();
    let server = Server::start([answer(503, &[("retry-after", "7200")])]).await;
    let error = soon(&server, &reason).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7_200)));
    assert_eq!(server.requests(), 1);
    assert_eq!(reason.into_inner().unwrap(), Some(StopReason::HintTooLong));

    let (reason, retries) = (Mutex::default(), testing::no_wait());
    let server = Server::start([answer(503, &[("retry-after", "300")]), OK]).await;
    assert_eq!(soon(&server, &reason).await.unwrap(), "here");
    assert_eq!(retries.waits(), seconds(&[300]));
}

// The recipe of the guide, without jitter.

#[derive(Debug, Classify)]
enum GitHubError {
    #[classify(forward)]
    Http(HttpError),
    #[classify(throttled(retry_after = 0))]
    SecondaryLimit(Duration),
}

impl From<HttpError> for GitHubError {
    fn from(error: HttpError) -> Self {
        Self::Http(error)
    }
}

impl From<reqwest::Error> for GitHubError {
    fn from(error: reqwest::Error) -> Self {
        Self::Http(error.into())
    }
}

const MINUTE: Duration = Duration::from_secs(60);

async fn checked(response: reqwest::Response) -> Result<reqwest::Response, GitHubError> {
    let Some(error) = response.status_error() else { return Ok(response) };
    let is_limit = matches!(response.status().as_u16(), 403 | 429);
    if is_limit && response.text().await?.contains("secondary rate limit") {
        let asked = error.retry_after().unwrap_or_default();
        return Err(GitHubError::SecondaryLimit(asked.max(MINUTE)));
    }
    Err(error.into())
}

#[retry(status(default, 403), retry_after_cap = give_up("15m"), jitter = none)]
async fn issue(client: &reqwest::Client, url: &str) -> Result<String, GitHubError> {
    let response = client.get(url).send().await?;
    Ok(checked(response).await?.text().await?)
}

const NOT_ALLOWED: Answer = Answer {
    status: 403,
    headers: &[("x-ratelimit-remaining", "4999"), ("x-ratelimit-reset", "1704112200")],
    body: r#"{"message":"Resource not accessible by personal access token"}"#,
};

const fn primary(headers: &'static [(&'static str, &'static str)], status: u16) -> Answer {
    let body = r#"{"message":"API rate limit exceeded for user ID 1."}"#;
    Answer { status, headers, body }
}

const fn secondary(headers: &'static [(&'static str, &'static str)], status: u16) -> Answer {
    let body = r#"{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}"#;
    Answer { status, headers, body }
}

const IN_90_SECONDS: &[(&str, &str)] =
    &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1704110490")];
const IN_AN_HOUR: &[(&str, &str)] =
    &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1704114000")];
const LEFT: &[(&str, &str)] =
    &[("x-ratelimit-remaining", "4000"), ("x-ratelimit-reset", "1704112200")];

// SPEC 5.2.4
#[tokio::test]
async fn the_github_recipe_distinguishes_limits_from_a_missing_permission() {
    let cases: [(Answer, &[u64]); 8] = [
        (primary(IN_90_SECONDS, 403), &[90]),
        (primary(IN_90_SECONDS, 429), &[90]),
        (secondary(LEFT, 403), &[60]),
        (secondary(LEFT, 429), &[60]),
        (secondary(&[("retry-after", "5")], 403), &[60]),
        (secondary(&[("retry-after", "120")], 403), &[120]),
        (secondary(IN_90_SECONDS, 403), &[90]),
        (answer(503, &[]), &[1]),
    ];
    for (answer, waits) in cases {
        let server = Server::start([answer, OK]).await;
        let retries = testing::no_wait();
        let found = issue(&server.client, &server.url).await;
        assert_eq!(found.unwrap(), "here", "{}", answer.body);
        assert_eq!(retries.waits(), seconds(waits), "{} {:?}", answer.body, answer.headers);
    }

    for (last, reason) in [
        (NOT_ALLOWED, StopReason::Permanent),
        (primary(IN_AN_HOUR, 403), StopReason::HintTooLong),
        (answer(404, IN_90_SECONDS), StopReason::Permanent),
    ] {
        let server = Server::start([last, OK]).await;
        let retries = testing::no_wait();
        let error = issue(&server.client, &server.url).await.unwrap_err();
        assert!(
            matches!(&error, GitHubError::Http(error) if error.status().unwrap() == last.status)
        );
        assert_eq!(server.requests(), 1);
        let decisions = retries.decisions();
        assert_eq!(decisions.last().unwrap().decision, retry_kit::Decision::Stop(reason));
    }
}
