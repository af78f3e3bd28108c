//! What operators decide, in code or in a file such as `retry.toml`: the policy is a value among
//! the others. Nothing else turns retries off: `max = 0` is a policy too.

use std::time::Duration;

use retry_kit::RetryPolicy;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer};

// Without a deadline a server may ask for waits of minutes, and gets them.
const OURS: RetryPolicy = RetryPolicy::new().deadline(Duration::from_secs(30)).build();

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    #[serde(deserialize_with = "over_ours")]
    pub retry: RetryPolicy,
    /// The limit on each attempt. With a deadline in the policy, an attempt that begins late gets
    /// what is left of that.
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

/// A file that says nothing of the deadline keeps ours.
fn over_ours<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RetryPolicy, D::Error> {
    OURS.deserialize(deserializer)
}
