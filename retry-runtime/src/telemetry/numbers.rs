//! Feature `metrics`: counts retries and calls that gave up, and records waits in a histogram.

use core::time::Duration;

use metrics::{Key, Level, Metadata, with_recorder};

use super::labels::{labels, labels_with_reason};
use super::shown::News;
use crate::call::StopReason;

static METADATA: Metadata<'static> =
    Metadata::new(module_path!(), Level::INFO, Some(module_path!()));

pub(super) fn retrying(news: &News<'_>, wait: Duration) {
    let labels = labels(news.name);
    with_recorder(|recorder| {
        let retries = Key::from_static_parts("retry_retries_total", labels);
        recorder.register_counter(&retries, &METADATA).increment(1);
        let waits = Key::from_static_parts("retry_wait_seconds", labels);
        recorder.register_histogram(&waits, &METADATA).record(wait.as_secs_f64());
    });
}

pub(super) fn gave_up(news: &News<'_>, reason: StopReason) {
    let labels = labels_with_reason(news.name, reason);
    with_recorder(|recorder| {
        let ends = Key::from_static_parts("retry_give_ups_total", labels);
        recorder.register_counter(&ends, &METADATA).increment(1);
    });
}
