//! The client of a parcel service. Retries do not appear in its public methods or their signatures.
//! Look at
//!
//! * `get`, `post` and `post_once`: every method uses one of them, and only they have the attribute;
//! * `cancel = …`: ctrl-c ends a wait at once;
//! * `key = key` and `repeat = unsent`: they prevent sending a parcel twice;
//! * [`ApiError`]: it classifies each error.

use std::error::Error;

use reqwest::StatusCode;
use retry_kit::{CheckStatus, Classify, HttpError, RetryBudget, RetryEvent, TimedOut, retry};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::config::Config;

/// One budget for the service, not one for each client, so that all clients of this process
/// together limit the load when it is down.
static SERVICE: RetryBudget = RetryBudget::standard();

#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    config: Config,
    shutdown: CancellationToken,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Parcel {
    pub id: u32,
    pub to: String,
}

#[derive(Serialize)]
struct Order<'a> {
    to: &'a str,
}

impl Client {
    pub fn new(http: reqwest::Client, url: &str, config: Config) -> Self {
        Self { http, url: url.into(), config, shutdown: CancellationToken::new() }
    }

    /// Stops waiting, and returns the last error, when this token is cancelled.
    pub fn stopped_by(self, shutdown: &CancellationToken) -> Self {
        Self { shutdown: shutdown.clone(), ..self }
    }

    pub async fn parcel(&self, id: u32) -> Result<Parcel, ApiError> {
        self.get(&format!("parcels/{id}")).await
    }

    /// Sends one parcel, however often the request is retried.
    pub async fn send(&self, to: &str) -> Result<Parcel, ApiError> {
        self.post("parcels", &Order { to }).await
    }

    /// Rings the recipient's bell: at most once, because the service accepts no key for this.
    pub async fn ring(&self, id: u32) -> Result<Parcel, ApiError> {
        self.post_once(&format!("parcels/{id}/ring")).await
    }

    #[retry(
        policy = self.config.retry,
        timeout = self.config.timeout,
        budget = &SERVICE,
        cancel = self.shutdown.cancelled(),
        name = "parcels GET",
        on_retry = report
    )]
    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiError> {
        let response = self.http.get(self.url_of(path)).send().await?;
        Ok(response.check_status()?.json().await?)
    }

    // All attempts send the same key, so the service recognises them as one parcel.
    #[retry(
        policy = self.config.retry,
        key = key,
        timeout = self.config.timeout,
        budget = &SERVICE,
        cancel = self.shutdown.cancelled(),
        name = "parcels POST",
        on_retry = report
    )]
    async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ApiError> {
        let request = self.http.post(self.url_of(path)).json(body);
        let request = request.header("idempotency-key", key.to_string());
        Ok(request.send().await?.check_status()?.json().await?)
    }

    // Without a key, a retry could repeat work that the failed request has already done.
    #[retry(
        policy = self.config.retry,
        repeat = unsent,
        timeout = self.config.timeout,
        budget = &SERVICE,
        cancel = self.shutdown.cancelled(),
        name = "parcels POST once",
        on_retry = report
    )]
    async fn post_once<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiError> {
        let response = self.http.post(self.url_of(path)).send().await?;
        Ok(response.check_status()?.json().await?)
    }

    fn url_of(&self, path: &str) -> String {
        format!("{}/{path}", self.url)
    }
}

/// The error that callers get, after one attempt or after many.
#[derive(Debug, Classify, thiserror::Error)]
pub enum ApiError {
    #[error("there is no such parcel")]
    #[classify(permanent)]
    NotFound,

    #[error(transparent)]
    #[classify(forward)]
    TimedOut(#[from] TimedOut),

    /// Carries the status and the server's `Retry-After`; the policy decides which statuses to retry.
    #[error(transparent)]
    #[classify(forward)]
    Http(HttpError),
}

impl From<HttpError> for ApiError {
    fn from(error: HttpError) -> Self {
        match error.status() {
            Some(StatusCode::NOT_FOUND) => Self::NotFound,
            _ => Self::Http(error),
        }
    }
}

impl From<reqwest::Error> for ApiError {
    fn from(error: reqwest::Error) -> Self {
        HttpError::from(error).into()
    }
}

/// Stands in for your log; the feature `tracing` emits an event for each retry without a hook.
fn report(event: &RetryEvent<'_, ApiError>) {
    let (name, attempt) = (event.name(), event.attempt());
    let error = event.error().map(|error| reason(error)).unwrap_or_default();
    let wait = event.wait().as_secs_f64();
    println!("  {name}, attempt {attempt}: {error}; waiting {wait:.2} s");
}

/// An error and its sources in one line: some errors print only that a request failed.
pub fn reason(error: &dyn Error) -> String {
    let sources = std::iter::successors(error.source(), |&error| error.source());
    sources.fold(error.to_string(), |reason, source| format!("{reason}: {source}"))
}
