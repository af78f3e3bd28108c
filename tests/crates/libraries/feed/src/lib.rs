//! Reads feeds, on a server and in a browser. The retry policy in its API is that of retry-kit, so a new major
//! version of that is one of this library.

use retry_kit::{CheckStatus, HttpError, retry};

pub use retry_kit::RetryPolicy;

/// A feed at a URL.
#[derive(Debug)]
pub struct Feed {
    client: reqwest::Client,
    url: String,
    policy: RetryPolicy,
}

impl Feed {
    /// A feed that is read under [`RetryPolicy::DEFAULT`].
    #[must_use]
    pub fn at(url: &str) -> Self {
        let client = reqwest::Client::new();
        Self { client, url: url.to_owned(), policy: RetryPolicy::DEFAULT }
    }

    /// Retries under this policy instead.
    #[must_use]
    pub fn with(self, policy: RetryPolicy) -> Self {
        Self { policy, ..self }
    }

    /// Reads the entries, one a line.
    ///
    /// # Errors
    ///
    /// The last error, if no attempt succeeded.
    #[retry(policy = self.policy)]
    pub async fn entries(&self) -> Result<Vec<String>, HttpError> {
        let response = self.client.get(&self.url).send().await?.check_status()?;
        Ok(response.text().await?.lines().map(str::to_owned).collect())
    }
}
