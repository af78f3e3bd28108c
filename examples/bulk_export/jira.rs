//! The client; the attribute on [`get`](Jira::get) retries.
//!
//! The policy comes from a field. The hooks use `self` and the arguments, which know more than the
//! event.

use std::error::Error;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::ProgressBar;
use retry_kit::{CheckStatus, HttpError, RetryEvent, RetryPolicy, retry};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::pause::Pause;
use super::report::Traffic;

/// Far beyond the policy's cap: a longer wait is probably a mistake of the server.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 60 * 60);

pub struct Jira {
    http: reqwest::Client,
    url: String,
    policy: RetryPolicy,
    pause: Pause,
    traffic: Mutex<Traffic>,
}

#[derive(Deserialize)]
struct Page {
    total: usize,
    issues: Vec<u32>,
}

impl Jira {
    pub fn new(http: reqwest::Client, url: String, policy: RetryPolicy) -> Self {
        let pause = Pause::new(Duration::from_millis(20));
        Self { http, url, policy, pause, traffic: Mutex::default() }
    }

    /// Returns the numbers of all issues.
    pub async fn search(&self, bar: &ProgressBar) -> Result<Vec<u32>, Box<dyn Error>> {
        let mut issues = Vec::new();
        loop {
            let path = format!("search/{}", issues.len());
            let page: Page = parse(&path, &self.get(&path, bar).await?)?;
            let is_last = page.issues.is_empty() || issues.len() + page.issues.len() >= page.total;
            issues.extend(page.issues);
            if is_last {
                // If the list changes between two pages, both may contain the same issue.
                issues.sort_unstable();
                issues.dedup();
                return Ok(issues);
            }
        }
    }

    /// Does not use the key `timeout`: that would count the time at the gate and interrupt large
    /// attachments. The client's own read timeout limits each pause in the data instead.
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
        let request = self.http.get(format!("{}/{path}", self.url));
        Ok(request.send().await?.check_status()?.bytes().await?.into())
    }

    fn note(&self, event: &RetryEvent<'_, HttpError>, bar: &ProgressBar) {
        let (attempt, mut wait) = (event.attempt(), event.wait());
        let by = if event.is_from_server() {
            self.traffic().asked += wait;
            // The policy waits at most its cap. The rest of the wait passes at the gate, without
            // costing an attempt.
            wait = wait.max(event.error().map(asked).unwrap_or_default());
            self.pause.begin(wait);
            "as the server asks"
        } else {
            self.traffic().own += wait;
            "by the backoff"
        };
        let path = bar.message();
        bar.set_message(format!("{path}: attempt {attempt} failed, waiting {wait:.1?} {by}"));
    }

    /// After the last attempt, this worker does not wait and `on_retry` is not called; but the
    /// server's request still applies to the other workers.
    fn heed(&self, error: HttpError) -> HttpError {
        self.pause.begin(asked(&error));
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

fn asked(error: &HttpError) -> Duration {
    error.retry_after().unwrap_or_default().min(LONGEST_PAUSE)
}

/// Adds the path to the error of unexpected JSON.
pub fn parse<T: DeserializeOwned>(path: &str, content: &[u8]) -> Result<T, String> {
    serde_json::from_slice(content).map_err(|error| format!("{path} is not as expected: {error}"))
}
