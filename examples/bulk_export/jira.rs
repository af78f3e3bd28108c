//! The client: its retries are the attributes on [`page`](Jira::page) and [`get`](Jira::get).
//!
//! Both take their policy from a field, and tell their hooks more than the event knows, because a
//! hook may use `self` and the arguments.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::ProgressBar;
use retry_kit::{CheckStatus, HttpError, RetryEvent, RetryPolicy, retry};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::pause::Pause;
use super::report::Traffic;

/// What the policy obeys at the most by default, and the pause too.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

pub struct Jira {
    http: reqwest::Client,
    url: String,
    policy: RetryPolicy,
    timeout: Duration,
    pause: Pause,
    traffic: Mutex<Traffic>,
}

#[derive(Deserialize)]
struct Page {
    total: usize,
    issues: Vec<u32>,
}

impl Jira {
    pub fn new(http: reqwest::Client, url: String, policy: RetryPolicy, timeout: Duration) -> Self {
        let pause = Pause::new(Duration::from_millis(20));
        Self { http, url, policy, timeout, pause, traffic: Mutex::default() }
    }

    /// The numbers of all issues.
    pub async fn search(&self, bar: &ProgressBar) -> Result<Vec<u32>, HttpError> {
        let mut issues = Vec::new();
        loop {
            let page = self.page(issues.len(), bar).await?;
            let is_last = page.issues.is_empty() || issues.len() + page.issues.len() >= page.total;
            issues.extend(page.issues);
            if is_last {
                // A list that changes while it is read has some of them on two pages.
                issues.sort_unstable();
                issues.dedup();
                return Ok(issues);
            }
        }
    }

    /// Nobody else is at work yet, so there is no gate, and `timeout` limits the request alone.
    #[retry(policy = self.policy, timeout = self.timeout, on_retry = |event| self.note(event, bar))]
    async fn page(&self, start: usize, bar: &ProgressBar) -> Result<Page, HttpError> {
        self.count(Duration::ZERO);
        bar.set_message(format!("search from {start}"));
        let request = self.http.get(format!("{}/search/{start}", self.url));
        Ok(request.send().await?.check_status()?.json().await?)
    }

    /// The key `timeout` would count the time at the gate: here it is the client's own.
    #[retry(
        policy = self.policy,
        on_retry = |event| self.note(event, bar),
        give_up = |error, _| self.heed(error),
    )]
    pub async fn get(&self, path: &str, bar: &ProgressBar) -> Result<Vec<u8>, HttpError> {
        bar.set_message(format!("{path}: waiting with the others"));
        let held = self.pause.over().await;
        self.count(held);
        bar.set_message(path.to_owned());
        let request = self.http.get(format!("{}/{path}", self.url)).timeout(self.timeout);
        Ok(request.send().await?.check_status()?.bytes().await?.into())
    }

    fn note(&self, event: &RetryEvent<'_, HttpError>, bar: &ProgressBar) {
        let (attempt, wait) = (event.attempt(), event.wait());
        let by = if event.is_from_server() {
            self.pause.begin(wait);
            self.traffic().asked += wait;
            "as the server asks"
        } else {
            self.traffic().own += wait;
            "by the backoff"
        };
        let path = bar.message();
        bar.set_message(format!("{path}: attempt {attempt} failed, waiting {wait:.1?} {by}"));
    }

    /// After the last attempt nobody waits here, and `on_retry` is not called: the server's wish
    /// is still one for the others.
    fn heed(&self, error: HttpError) -> HttpError {
        self.pause.begin(error.retry_after().unwrap_or_default().min(LONGEST_PAUSE));
        error
    }

    fn count(&self, held: Duration) {
        let mut traffic = self.traffic();
        traffic.attempts += 1;
        traffic.asked += held;
    }

    pub fn traffic(&self) -> MutexGuard<'_, Traffic> {
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Of JSON that makes no sense the reader wants to know what the server was asked for.
pub fn parse<T: DeserializeOwned>(path: &str, content: &[u8]) -> Result<T, String> {
    serde_json::from_slice(content).map_err(|error| format!("{path} is not as expected: {error}"))
}
