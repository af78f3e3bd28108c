//! Feature `metrics`: counts retries and calls by their end, and records waits in a histogram.

use core::time::Duration;

use metrics::{Key, Level, Metadata, with_recorder};

use super::labels::{CallResult, labels, labels_with_reason, labels_with_result};
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
    ended(news.name, CallResult::GaveUp);
}

/// Counts a call that succeeded at its first attempt.
#[inline(never)]
pub(super) fn first(name: &'static str) {
    ended(name, CallResult::First);
}

/// Counts a call that succeeded after retries.
pub(super) fn recovered(name: &'static str) {
    ended(name, CallResult::Recovered);
}

fn ended(name: &'static str, result: CallResult) {
    let labels = labels_with_result(name, result);
    with_recorder(|recorder| {
        let calls = Key::from_static_parts("retry_calls_total", labels);
        recorder.register_counter(&calls, &METADATA).increment(1);
    });
}
