//! What operators decide, in code or in a file such as `retry.toml`: the policy is a value among
//! the others. Nothing else turns retries off: `max = 0` is a policy too.

use std::time::Duration;

use retry_kit::RetryPolicy;
use serde::{Deserialize, Deserializer};

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub retry: RetryPolicy,
    /// The limit on each attempt. With a deadline in the policy, an attempt that begins late gets
    /// what is left of that.
    #[serde(rename = "timeout_ms", deserialize_with = "millis")]
    pub timeout: Option<Duration>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            // Without a deadline a server may ask for waits of minutes, and gets them.
            retry: RetryPolicy::new().deadline(Duration::from_secs(30)),
            timeout: Some(Duration::from_secs(5)),
        }
    }
}

impl Config {
    pub fn without_retries() -> Self {
        Self { retry: RetryPolicy::OFF, ..Self::default() }
    }
}

fn millis<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    Option::deserialize(deserializer).map(|millis| millis.map(Duration::from_millis))
}
