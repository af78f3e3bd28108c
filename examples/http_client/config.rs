//! The operators' settings, in code or in a file such as `retry.toml`. The policy is one value
//! among others, and `max = 0` turns retries off.

use std::time::Duration;

use retry_kit::RetryPolicy;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer};

// Without a deadline, a server can ask for waits of minutes.
const OURS: RetryPolicy = RetryPolicy::new().deadline(Duration::from_secs(30)).build();

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    #[serde(deserialize_with = "over_ours")]
    pub retry: RetryPolicy,
    /// The timeout of each attempt, cut to the time left before the policy's deadline.
    #[serde(with = "retry_kit::duration")]
    pub timeout: Option<Duration>,
}

impl Default for Config {
    fn default() -> Self {
        Self { retry: OURS, timeout: Some(Duration::from_secs(5)) }
    }
}

impl Config {
    pub fn without_retries() -> Self {
        Self { retry: RetryPolicy::OFF, ..Self::default() }
    }
}

/// A file without a deadline keeps ours.
fn over_ours<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RetryPolicy, D::Error> {
    OURS.deserialize(deserializer)
}
