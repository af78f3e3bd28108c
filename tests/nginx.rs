//! Tests with a real nginx: rate limit, maintenance, an upstream that is down or hangs.

#![cfg(unix)]

#[path = "support/nginx.rs"]
mod nginx;

use std::future;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use nginx::{Nginx, PAGE, Upstream};
use retry_kit::{
    Cause, CheckStatus, Classify, ErrorClass, HttpError, RetryBudget, RetryEvent, retry,
};
use tokio::task::JoinSet;

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().unwrap()
}

/// The upstream's address in tests that do not use it.
fn nowhere() -> SocketAddr {
    ([127, 0, 0, 1], 9).into()
}

/// A retry, as `on_retry` receives it.
#[derive(Clone, Copy, Debug)]
struct Retry {
    status: u16,
    is_from_server: bool,
    wait: Duration,
}

#[derive(Debug, Default)]
struct Retries(Mutex<Vec<Retry>>);

impl Retries {
    fn note<E: Classify>(&self, event: &RetryEvent<'_, E>) {
        let status = match event.cause() {
            Cause::Status(status) => *status,
            Cause::Error(error) => match error.classify() {
                ErrorClass::Status { code, .. } => code,
                class => panic!("{class:?}"),
            },
            _ => unreachable!("nothing here has `until`"),
        };
        let (is_from_server, wait) = (event.is_from_server(), event.wait());
        self.0.lock().unwrap().push(Retry { status, is_from_server, wait });
    }

    fn all(&self) -> Vec<Retry> {
        self.0.lock().unwrap().clone()
    }

    fn statuses(&self) -> Vec<u16> {
        self.all().iter().map(|retry| retry.status).collect()
    }
}

async fn page(client: &reqwest::Client, url: &str) -> Result<String, HttpError> {
    Ok(client.get(url).send().await?.check_status()?.text().await?)
}

#[retry(max = 3, base = "100ms", on_retry = |event| { retries.note(event); recover() })]
async fn by_default(url: &str, retries: &Retries, recover: impl Fn()) -> Result<String, HttpError> {
    page(&client(), url).await
}

#[retry(max = 3, base = "100ms", status(502, 503, 504),
    on_retry = |event| { retries.note(event); recover() })]
async fn with_502(url: &str, retries: &Retries, recover: impl Fn()) -> Result<String, HttpError> {
    page(&client(), url).await
}

#[retry(max = 3, base = "100ms", response, on_retry = |event| retries.note(event))]
async fn unchanged(url: &str, retries: &Retries) -> reqwest::Result<reqwest::Response> {
    client().get(url).send().await
}

// SPEC 4.6, 6.4, 8.1
#[tokio::test]
async fn a_rate_limit_is_waited_out_as_long_as_it_asks() {
    let Some(nginx) = Nginx::start(nowhere()).await else { return };
    let retries = Retries::default();
    // The limit is a request a second: however slow the machine, one of them comes too early.
    while retries.all().is_empty() {
        assert_eq!(by_default(&nginx.url("narrow"), &retries, || {}).await.unwrap(), PAGE);
    }
    let [retry] = retries.all()[..] else { panic!("{retries:?}") };
    assert_eq!((retry.status, retry.is_from_server), (429, true));
    assert!((1_000..=1_100).contains(&retry.wait.as_millis()), "{retry:?}");
    let statuses = nginx.statuses();
    assert!(statuses.ends_with(&[200, 429, 200]), "{statuses:?}");
}

// SPEC 8.2
#[tokio::test]
async fn an_unchanged_function_waits_out_a_rate_limit() {
    let Some(nginx) = Nginx::start(nowhere()).await else { return };
    let retries = Retries::default();
    while retries.all().is_empty() {
        let response = unchanged(&nginx.url("narrow"), &retries).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.text().await.unwrap(), PAGE);
    }
    let [retry] = retries.all()[..] else { panic!("{retries:?}") };
    assert_eq!((retry.status, retry.is_from_server), (429, true));
    assert!((1_000..=1_100).contains(&retry.wait.as_millis()), "{retry:?}");
    let statuses = nginx.statuses();
    assert!(statuses.ends_with(&[200, 429, 200]), "{statuses:?}");
}

// SPEC 5.2, 8.2
#[tokio::test]
async fn a_stopped_upstream_is_502_and_retried_only_if_the_function_chooses_so() {
    let upstream = Upstream::new(Router::new().route("/proxied", get(|| async { "upstream" })));
    let Some(nginx) = Nginx::start(upstream.address()).await else { return };
    let url = nginx.url("proxied");
    let retries = Retries::default();
    upstream.start();
    assert_eq!(by_default(&url, &retries, || {}).await.unwrap(), "upstream");

    upstream.stop().await;
    let error = by_default(&url, &retries, || {}).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 502);
    assert!(retries.all().is_empty(), "{retries:?}");

    let answer = with_502(&url, &retries, || upstream.start()).await;
    assert_eq!(answer.unwrap(), "upstream");
    let [retry] = retries.all()[..] else { panic!("{retries:?}") };
    assert_eq!((retry.status, retry.is_from_server), (502, false));
    assert_eq!(nginx.statuses(), [200, 502, 502, 200]);
}

// SPEC 4.4, 5.2
#[tokio::test]
async fn maintenance_is_503_and_over_at_the_next_attempt() {
    let Some(nginx) = Nginx::start(nowhere()).await else { return };
    let retries = Retries::default();
    nginx.set_closed(true);
    let answer = by_default(&nginx.url("maintained"), &retries, || nginx.set_closed(false)).await;
    assert_eq!(answer.unwrap(), PAGE);
    let [retry] = retries.all()[..] else { panic!("{retries:?}") };
    assert_eq!((retry.status, retry.is_from_server), (503, false));
    assert!((100..=200).contains(&retry.wait.as_millis()), "{retry:?}");
    assert_eq!(nginx.statuses(), [503, 200]);
}

// SPEC 5.2
#[tokio::test]
async fn an_upstream_that_hangs_is_504_and_retried() {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    let hang_once = || async {
        if CALLS.fetch_add(1, Ordering::Relaxed) == 0 {
            future::pending::<()>().await;
        }
        "awake"
    };
    let upstream = Upstream::new(Router::new().route("/proxied", get(hang_once)));
    let Some(nginx) = Nginx::start(upstream.address()).await else { return };
    upstream.start();
    let retries = Retries::default();
    let answer = by_default(&nginx.url("proxied"), &retries, || {}).await;
    assert_eq!(answer.unwrap(), "awake");
    assert_eq!(retries.statuses(), [504]);
    assert_eq!(CALLS.load(Ordering::Relaxed), 2);
    assert_eq!(nginx.statuses(), [504, 200]);
}

const CALLERS: u32 = 200;

/// The limit admits 50 at once and 50 a second. `base` spreads the rejected ones over a second.
/// Even if they returned in waves of 150, 100 and 50, only 150 retries would fail. With a retry in
/// flight for each of the 150, the budget is enough for all to finish.
const THROTTLED_RETRIES: u32 = 150 + 150;

static RATE_LIMITED: RetryBudget = RetryBudget::new(THROTTLED_RETRIES * 5, 14, 5, 0);

#[retry(max = 10, base = "1s", budget = &RATE_LIMITED, on_retry = |event| retries.note(event))]
async fn under_load(
    client: &reqwest::Client,
    url: &str,
    retries: &Retries,
) -> Result<String, HttpError> {
    page(client, url).await
}

// SPEC 4.6, 7.1
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_callers_get_through_a_rate_limit_within_the_budget() {
    let Some(nginx) = Nginx::start(nowhere()).await else { return };
    let (client, url) = (client(), nginx.url("wide"));
    let mut calls = JoinSet::new();
    for _ in 0..CALLERS {
        let (client, url) = (client.clone(), url.clone());
        calls.spawn(async move {
            let retries = Retries::default();
            assert_eq!(under_load(&client, &url, &retries).await.unwrap(), PAGE);
            retries.all()
        });
    }
    let retries = calls.join_all().await;
    let immediate = count(&retries, Vec::is_empty);
    for retry in retries.iter().flatten() {
        assert_eq!((retry.status, retry.is_from_server), (429, true));
        assert!((1_000..=2_000).contains(&retry.wait.as_millis()), "{retry:?}");
    }

    let statuses = nginx.statuses();
    let requests = count(&statuses, |_| true);
    assert_eq!(count(&statuses, |status| *status == 200), CALLERS);
    assert_eq!(count(&statuses, |status| *status == 429), requests - CALLERS);
    assert!(requests > CALLERS, "no caller was sent away");
    // Every call starts with one request. A call that does not succeed at once ends with a
    // successful retry, which returns its tokens. Only failed retries cost tokens, 5 each; a
    // success at the first attempt returns none.
    let succeeded = CALLERS - immediate;
    assert!(requests <= CALLERS + succeeded + THROTTLED_RETRIES, "{requests} requests");
    let failed = requests - CALLERS - succeeded;
    assert_eq!(RATE_LIMITED.available(), (THROTTLED_RETRIES - failed) * 5);
}

fn count<T>(items: &[T], is_counted: impl Fn(&T) -> bool) -> u32 {
    items.iter().map(|item| u32::from(is_counted(item))).sum()
}

static DOWN: RetryBudget = RetryBudget::standard();

#[retry(max = 3, base = "1ms", status(502, 503, 504), budget = &DOWN)]
async fn in_an_outage(client: &reqwest::Client, url: &str) -> Result<String, HttpError> {
    page(client, url).await
}

// SPEC 7.1
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_an_outage_two_hundred_callers_add_no_more_than_the_budget() {
    let upstream = Upstream::new(Router::new());
    let Some(nginx) = Nginx::start(upstream.address()).await else { return };
    let (client, url) = (client(), nginx.url("proxied"));
    let mut calls = JoinSet::new();
    for _ in 0..CALLERS {
        let (client, url) = (client.clone(), url.clone());
        calls.spawn(async move { in_an_outage(&client, &url).await.unwrap_err().status() });
    }
    let answers = calls.join_all().await;
    assert_eq!(count(&answers, |status| status.is_some_and(|status| status == 502)), CALLERS);
    // 500 tokens are 35 retries of 14 each, and 10 too few for another.
    assert_eq!(nginx.statuses(), vec![502; 200 + 35]);
    assert_eq!(DOWN.available(), 10);
}
