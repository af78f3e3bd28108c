//! The retry policy of the AWS SDKs.

use core::time::Duration;

use super::jitter::Jitter;
use super::retry_policy::RetryPolicy;
use super::status::StatusSet;

impl RetryPolicy {
    /// Returns the defaults of the AWS SDKs in standard mode, as of November 2026: 3 attempts; full jitter
    /// on a backoff that doubles from 50 ms, after throttled failures from 1 s, up to 20 s; statuses 429,
    /// 500, 502, 503 and 504.
    ///
    /// The retry quota of the SDKs is [`RetryBudget::standard`](crate::RetryBudget::standard): 500 tokens; a
    /// retry takes 14, after a throttled failure 5; a success puts back what its last retry took, otherwise
    /// 1. A policy has no budget, so set it beside the policy, one for each client:
    ///
    /// ```
    /// use retry_kit::{RetryBudget, RetryPolicy, retry};
    ///
    /// const AWS: RetryPolicy = RetryPolicy::aws();
    /// static QUOTA: RetryBudget = RetryBudget::standard();
    ///
    /// #[retry(policy = AWS, budget = &QUOTA)]
    /// async fn fetch(bucket: &str) -> std::io::Result<String> {
    ///     Ok(bucket.into())
    /// }
    ///
    /// assert_eq!(
    ///     AWS.to_string(),
    ///     "2 retries, 3 attempts; exponential backoff from 50ms, factor 2, cap 20s, full jitter; \
    ///      throttled from 1s, cap 20s; server hints up to 5m; statuses 429, 500, 502–504",
    /// );
    /// ```
    ///
    /// The numbers are those of the page [Retry behavior][guide] in the reference guide of the AWS SDKs
    /// and tools.
    /// The SDKs differ in what is no number of a policy:
    ///
    /// | | this policy | the SDKs |
    /// |---|---|---|
    /// | what is throttled | class [`Throttled`](crate::ErrorClass::Throttled), status 429 | the service's error code, such as `ThrottlingException`, with any status; not every SDK counts a 429 without one |
    /// | what is transient | class [`Transient`](crate::ErrorClass::Transient) or [`Unsent`](crate::ErrorClass::Unsent), status 500, 502, 503, 504 | the same statuses, unless the error code says throttled; connection errors and timeouts |
    /// | a server hint | every header that this crate reads; at least 1 s, at most 300 s, and up to 1 s more | `x-amz-retry-after` alone, at least the drawn backoff and at most 5 s more, without jitter |
    /// | DynamoDB | `.max_retries(3).base_delay(Duration::from_millis(25))` | 4 attempts from 25 ms by themselves |
    /// | long polls with an empty quota | give up at once | wait for a backoff, then give up |
    ///
    /// The adaptive mode, which also delays first attempts, has no counterpart.
    ///
    /// [guide]: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
    pub const fn aws() -> Self {
        Self::DEFAULT
            .max_retries(2)
            .base_delay(Duration::from_millis(50))
            .max_delay(Duration::from_secs(20))
            .throttled_base(Duration::from_secs(1))
            .jitter(Jitter::Full)
            .status(StatusSet::EMPTY.with(429).with(500).with_range(502..=504))
    }
}
