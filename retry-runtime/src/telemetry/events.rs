//! Feature `tracing`: emits an event before each wait, when a call gives up, and when it succeeds after all.

use core::fmt;
use core::time::Duration;

use tracing::field::{DebugValue, DisplayValue, debug, display};
use tracing::{Event, Level, Span, Value};

use super::shown::{News, Shown};
use super::sites::{Subject, enabled, is_unheard};
use super::text::Redacted;
use crate::call::{StopReason, outer_of};
use crate::policy::Log;

/// The target of events about a function that has no module.
pub(super) const TARGET: &str = "retry_kit";

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

/// The level of the events that a policy asks for, but no higher than `most`.
fn level(log: Log, most: Level) -> Option<Level> {
    let level = match log {
        Log::Off => return None,
        Log::Debug => Level::DEBUG,
        Log::Info => Level::INFO,
        Log::Warn => Level::WARN,
    };
    // A level is greater the more is told at it.
    Some(level.max(most))
}

/// Emits an event with these fields, of which those that are `None` are left out.
macro_rules! emit {
    ($subject:expr, $target:expr, $level:expr, $line:expr, $($field:ident: $value:expr),* $(,)?) => {
        if let Some(metadata) = enabled($subject, $target, $level) {
            let set = metadata.fields();
            // A callsite has the fields of its subject; if one were missing, there would be no event.
            let fields = ["message", $(stringify!($field)),*].map(|field| set.field(field));
            let mut fields = fields.iter().flatten();
            let name = metadata.name();
            // One expression: Rust 1.85 would drop a value's parts before the event.
            Event::dispatch(metadata, &set.value_set(&[
                (pick!(fields), Some(&format_args!("{name}") as &dyn Value)),
                $((pick!(fields), Some(&$value as &dyn Value)),)*
            ]));
        } else if is_unheard() {
            to_log($level, $line);
        }
    };
}

macro_rules! pick {
    ($fields:ident) => {
        match $fields.next() {
            Some(field) => field,
            None => return,
        }
    };
}

/// Lets `tracing` write a line to the crate `log`, if it has its feature `log`.
fn to_log(level: Level, line: fmt::Arguments<'_>) {
    match level {
        Level::WARN => tracing::warn!(target: TARGET, "{line}"),
        Level::INFO => tracing::info!(target: TARGET, "{line}"),
        _ => tracing::debug!(target: TARGET, "{line}"),
    }
}

pub(super) fn recovered(
    (name, target): (&'static str, &'static str),
    log: Log,
    attempts: u32,
    waited: Duration,
    time: Option<Duration>,
) {
    let Some(level) = level(log, Level::DEBUG) else { return };
    emit!(
        Subject::Recovered,
        target,
        level,
        format_args!("recovered name={name:?} attempts={attempts} waited={waited:?}"),
        name: name,
        attempts: attempts,
        waited: debug(waited),
        elapsed: time.map(debug),
    );
}

pub(super) fn retrying(news: &News<'_>, wait: Duration, from_server: bool) {
    let Some(level) = level(news.log, Level::WARN) else { return };
    let News { name, target, attempt, max, waited, .. } = *news;
    let (error, cause) = error_or_cause(news.cause);
    let shown = Redacted(news.cause);
    emit!(
        Subject::Retrying,
        target,
        level,
        format_args!("retrying name={name:?} attempt={attempt} error={shown} wait={wait:?}"),
        name: name,
        attempt: attempt,
        max: max,
        error: error,
        cause: cause,
        wait: debug(wait),
        from_server: from_server,
        waited: debug(waited),
        elapsed: elapsed(news),
    );
}

pub(super) fn paused((name, target): (&'static str, &'static str), log: Log, wait: Duration) {
    let Some(level) = level(log, Level::DEBUG) else { return };
    emit!(
        Subject::Paused,
        target,
        level,
        format_args!("paused name={name:?} wait={wait:?}"),
        name: name,
        wait: debug(wait),
    );
}

pub(super) fn gave_up(news: &News<'_>, reason: StopReason) {
    // No policy retries this failure, and the caller gets the error anyway.
    if reason == StopReason::Permanent && news.attempt <= 1 {
        return;
    }
    let most = match reason {
        // Not the end: the outer function retries.
        StopReason::Nested => Level::DEBUG,
        // The program asked for it, as when it shuts down.
        StopReason::Cancelled => Level::INFO,
        _ => Level::WARN,
    };
    let Some(level) = level(news.log, most) else { return };
    let News { name, target, attempt: attempts, waited, .. } = *news;
    let (error, cause) = error_or_cause(news.cause);
    let shown = Redacted(news.cause);
    let word = reason.as_str();
    emit!(
        Subject::GaveUp,
        target,
        level,
        format_args!("gave up name={name:?} attempts={attempts} error={shown} reason={word:?}"),
        name: name,
        attempts: attempts,
        error: error,
        cause: cause,
        reason: word,
        outer: outer_of(reason),
        waited: debug(waited),
        elapsed: elapsed(news),
    );
}

/// A span for an attempt, the first or a resend.
pub(super) fn attempt_span((name, target): (&'static str, &'static str), resends: i64) -> Span {
    let Some(metadata) = enabled(Subject::Attempt, target, Level::INFO) else {
        return Span::none();
    };
    let set = metadata.fields();
    // The semantic conventions of OpenTelemetry for HTTP clients: absent on the first send.
    let (Some(named), Some(count)) = (set.field("name"), set.field("http.request.resend_count"))
    else {
        return Span::none();
    };
    let resends = (resends > 0).then_some(resends);
    let values = &[(&named, Some(&name as &dyn Value)), (&count, Some(&resends as &dyn Value))];
    Span::new(metadata, &set.value_set(values))
}
