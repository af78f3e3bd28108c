//! Feature `tracing`: emits an event before each wait, and one when a call gives up.

use core::error::Error;
use core::fmt::{self, Write};
use core::iter::successors;
use core::time::Duration;

use tracing::Level;
use tracing::field::{DebugValue, DisplayValue, debug, display};

use super::redaction::redact;
use super::shown::{News, Shown};
use crate::call::{StopReason, outer_of};

/// An error without the secrets in its URLs.
struct Redacted<'a>(Shown<'a>);

impl fmt::Display for Redacted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not `to_string`, which panics if the user's implementation returns an error.
        let mut text = String::new();
        match self.0 {
            Shown::Display(error) => write_alone(&mut text, error)?,
            Shown::Chain(error, source) => {
                write_alone(&mut text, error)?;
                write_sources(&mut text, source)?;
            }
            Shown::Type(name) => return f.write_str(name),
            Shown::Value => return f.write_str("value"),
            Shown::Status(code) => return write!(f, "status {code}"),
        }
        f.write_str(&redact(&text))
    }
}

/// Bounds the work for a chain that never ends.
const SOURCES: usize = 32;

/// Uses `{:#}`, which makes some boxed errors print their sources too.
fn write_alone(text: &mut String, error: &dyn fmt::Display) -> fmt::Result {
    write!(text, "{error:#}")?;
    // A `Display` that forwards to `Debug` would print one line per field.
    if text.contains('\n') {
        text.clear();
        write!(text, "{error}")?;
    }
    Ok(())
}

/// Many errors print their source themselves, some the whole chain. Omits a source only if the text so
/// far ends with it: the same words elsewhere may be a coincidence.
fn write_sources(text: &mut String, source: &(dyn Error + 'static)) -> fmt::Result {
    let mut reasons = Vec::new();
    for source in successors(Some(source), |&source| source.source()).take(SOURCES) {
        let mut reason = String::new();
        write_alone(&mut reason, &source)?;
        reasons.push(reason);
    }
    for (index, reason) in reasons.iter().enumerate() {
        if ends_in(text, &reasons[index..].join(": ")) {
            break;
        }
        if !ends_in(text, reason) {
            write!(text, ": {reason}")?;
        }
    }
    Ok(())
}

fn ends_in(text: &str, reason: &str) -> bool {
    text.strip_suffix(reason).is_some_and(|before| before.is_empty() || before.ends_with(": "))
}

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
    if reason == StopReason::Nested {
        // Not the end: the outer function retries.
        gave_up!(Level::DEBUG);
    } else {
        gave_up!(Level::ERROR);
    }
}
