//! Feature `metrics`: counters of retries and of calls that gave up, a histogram of waits.

use core::time::Duration;

use super::shown::News;
use crate::call::StopReason;

pub(super) fn retrying(news: &News<'_>, wait: Duration) {
    metrics::counter!("retry_retries_total", "name" => news.name).increment(1);
    metrics::histogram!("retry_wait_seconds", "name" => news.name).record(wait.as_secs_f64());
}

pub(super) fn gave_up(news: &News<'_>, reason: StopReason) {
    metrics::counter!(
        "retry_give_ups_total",
        "name" => news.name,
        "reason" => reason.as_str()
    )
    .increment(1);
}
