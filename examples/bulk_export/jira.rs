//! The client; the attribute on [`get`](Jira::get) retries.
//!
//! Policy and pause come from fields. The hook uses `self` and the arguments, which know more than the
//! event.

use std::error::Error;
use std::sync::{Mutex, MutexGuard, PoisonError};

use indicatif::ProgressBar;
use retry_kit::{CheckStatus, HttpError, Pause, RetryEvent, RetryPolicy, retry};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::report::Traffic;

pub struct Jira {
    http: reqwest::Client,
    url: String,
    policy: RetryPolicy,
    /// The server means all workers when it asks one to wait.
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
        Self { http, url, policy, pause: Pause::new(), traffic: Mutex::default() }
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

    /// Does not use the key `timeout`, which would interrupt large attachments. The client's own read
    /// timeout limits each pause in the data instead.
    #[retry(policy = self.policy, pause = &self.pause, on_retry = |event| self.note(event, bar))]
    pub async fn get(&self, path: &str, bar: &ProgressBar) -> Result<Vec<u8>, HttpError> {
        self.traffic().attempts += 1;
        bar.set_message(path.to_owned());
        let request = self.http.get(format!("{}/{path}", self.url));
        Ok(request.send().await?.check_status()?.bytes().await?.into())
    }

    fn note(&self, event: &RetryEvent<'_, HttpError>, bar: &ProgressBar) {
        let (attempt, wait) = (event.attempt(), event.wait());
        let by = if event.is_from_server() {
            self.traffic().asked += wait;
            "as the server asks"
        } else {
            self.traffic().own += wait;
            "by the backoff"
        };
        let path = bar.message();
        bar.set_message(format!("{path}: attempt {attempt} failed, waiting {wait:.1?} {by}"));
    }

    pub fn traffic(&self) -> MutexGuard<'_, Traffic> {
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds the path to the error of unexpected JSON.
pub fn parse<T: DeserializeOwned>(path: &str, content: &[u8]) -> Result<T, String> {
    serde_json::from_slice(content).map_err(|error| format!("{path} is not as expected: {error}"))
}
