//! A client for an object store. Its API has a retry policy of its own and names no type of retry-kit, so
//! the two can have versions of their own. It runs on any runtime.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use retry_kit::{retry, Classify, PolicyError, RetryPolicy};

/// How the client retries.
#[derive(Clone, Copy, Debug)]
pub struct RetryConfig {
    /// The most retries of one request.
    pub max_retries: usize,
    /// The backoff before the first one.
    pub init_backoff: Duration,
    /// The longest backoff.
    pub max_backoff: Duration,
    /// The growth of the backoff.
    pub base: f64,
    /// No retry begins later than this after the start of a request.
    pub retry_timeout: Duration,
}

impl Default for RetryConfig {
    fn default() -> Self {
        Self {
            max_retries: 10,
            init_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(15),
            base: 2.0,
            retry_timeout: Duration::from_mins(3),
        }
    }
}

/// Why a configuration makes no sense.
#[derive(Debug)]
pub struct InvalidConfig(PolicyError);

impl fmt::Display for InvalidConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for InvalidConfig {}

impl RetryConfig {
    fn policy(&self) -> Result<RetryPolicy, InvalidConfig> {
        RetryPolicy::new()
            .max_retries(u32::try_from(self.max_retries).unwrap_or(u32::MAX))
            .base_delay(self.init_backoff)
            .max_delay(self.max_backoff)
            .deadline(self.retry_timeout)
            .try_factor(self.base)
            .and_then(RetryPolicy::try_build)
            .map_err(InvalidConfig)
    }
}

/// Why a request failed.
#[derive(Debug, PartialEq, Eq, Classify)]
pub enum StoreError {
    /// The store answered with an error.
    #[classify(status(status, retry_after = retry_after))]
    Answer {
        /// The HTTP status.
        status: u16,
        /// The wait that the store asked for.
        retry_after: Option<Duration>,
    },
    /// No answer came.
    #[classify(transient)]
    Connection,
}

/// Sends requests. The application brings it, and with it the runtime.
pub trait Transport {
    /// Sends one request, without retries.
    fn get(&self, key: &str) -> impl Future<Output = Result<Vec<u8>, StoreError>> + Send;

    /// Waits with the timer of the runtime.
    fn sleep(&self, time: Duration) -> impl Future<Output = ()> + Send;
}

/// The client.
#[derive(Debug)]
pub struct Store<T> {
    transport: T,
    policy: RetryPolicy,
}

impl<T: Transport + Sync> Store<T> {
    /// Makes a client that retries as the configuration says.
    ///
    /// # Errors
    ///
    /// If the configuration makes no sense.
    pub fn new(transport: T, config: &RetryConfig) -> Result<Self, InvalidConfig> {
        Ok(Self { transport, policy: config.policy()? })
    }

    /// Reads an object.
    ///
    /// # Errors
    ///
    /// The last error, if no attempt succeeded.
    #[retry(policy = self.policy, sleep = |wait| self.transport.sleep(wait))]
    pub async fn get(&self, key: &str) -> Result<Vec<u8>, StoreError> {
        self.transport.get(key).await
    }
}
