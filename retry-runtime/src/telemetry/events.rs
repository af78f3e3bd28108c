//! Feature `tracing`: emits an event before each wait, when a call gives up, and when it succeeds after all.

use core::time::Duration;

use tracing::Level;
use tracing::field::{DebugValue, DisplayValue, debug, display};

use super::shown::{News, Shown};
use super::text::Redacted;
use crate::call::{StopReason, outer_of};

type Field<'a> = Option<DisplayValue<Redacted<'a>>>;

/// The fields `error` and `cause`; an event has one of them.
fn error_or_cause(shown: Shown<'_>) -> (Field<'_>, Field<'_>) {
    let field = Some(display(Redacted(shown)));
    match shown {
        Shown::Value | Shown::Status(_) => (None, field),
        _ => (field, None),
    }
}

fn elapsed(news: &News<'_>) -> Option<DebugValue<Duration>> {
    news.elapsed.map(debug)
}

pub(super) fn recovered(
    name: &'static str,
    attempts: u32,
    waited: Duration,
    elapsed: Option<Duration>,
) {
    tracing::debug!(
        target: "retry_kit",
        name,
        attempts,
        ?waited,
        elapsed = elapsed.map(debug),
        "recovered"
    );
}

pub(super) fn retrying(news: &News<'_>, wait: Duration, from_server: bool) {
    let (error, cause) = error_or_cause(news.cause);
    tracing::warn!(
        target: "retry_kit",
        name = news.name,
        attempt = news.attempt,
        max = news.max,
        error,
        cause,
        wait = ?wait,
        from_server,
        waited = ?news.waited,
        elapsed = elapsed(news),
        "retrying"
    );
}

pub(super) fn paused(name: &'static str, wait: Duration) {
    tracing::debug!(target: "retry_kit", name, wait = ?wait, "paused");
}

pub(super) fn gave_up(news: &News<'_>, reason: StopReason) {
    // No policy retries this failure, and the caller gets the error anyway.
    if reason == StopReason::Permanent && news.attempt <= 1 {
        return;
    }
    let (error, cause) = error_or_cause(news.cause);
    macro_rules! gave_up {
        ($level:expr) => {
            tracing::event!(
                target: "retry_kit",
                $level,
                name = news.name,
                attempts = news.attempt,
                error,
                cause,
                reason = reason.as_str(),
                outer = outer_of(reason),
                waited = ?news.waited,
                elapsed = elapsed(news),
                "gave up"
            )
        };
    }
    match reason {
        // Not the end: the outer function retries.
        StopReason::Nested => gave_up!(Level::DEBUG),
        // The program asked for it, as when it shuts down.
        StopReason::Cancelled => gave_up!(Level::INFO),
        _ => gave_up!(Level::ERROR),
    }
}
