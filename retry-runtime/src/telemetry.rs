//! Features `tracing` and `metrics`: what is said before each wait, and when a call gives up.

use core::any::type_name;
use core::error::Error;
use core::fmt;
use core::ops::Deref;
use core::time::Duration;

use crate::decision::{StopReason, Wait};
use crate::event::Cause;
use crate::policy::RetryPolicy;
use crate::progress::Watch;

/// What telemetry is told about a failed attempt.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "tracing"), allow(dead_code, reason = "events tell the most"))]
pub(crate) struct News<'a> {
    pub(crate) name: &'static str,
    /// The number of the attempt that failed, from 1.
    pub(crate) attempt: u32,
    /// The limit on retries.
    pub(crate) max: Option<u32>,
    pub(crate) cause: Shown<'a>,
    /// The sum of the waits before this failure.
    pub(crate) waited: Duration,
    /// The time since the call began, where something read the clock.
    pub(crate) elapsed: Option<Duration>,
}

/// Why an attempt failed, in the most telling form that it has. Formatted only for an event that
/// somebody receives.
#[derive(Clone, Copy)]
pub enum Shown<'a> {
    /// An error with `Display`.
    Display(&'a dyn fmt::Display),
    /// An error with `Display`, and the reason it gives.
    Chain(&'a dyn fmt::Display, &'a (dyn Error + 'static)),
    /// An error with `Debug` only.
    Debug(&'a dyn fmt::Debug),
    /// An error with neither: the name of its type.
    Type(&'static str),
    /// A value that does not satisfy `until`.
    Value,
    /// A response with this status.
    Status(u16),
}

// By hand, because an error is formatted for nobody but its receiver.
impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Display(_) => f.write_str("Display(..)"),
            Self::Chain(..) => f.write_str("Chain(..)"),
            Self::Debug(_) => f.write_str("Debug(..)"),
            Self::Type(name) => f.debug_tuple("Type").field(name).finish(),
            Self::Value => f.write_str("Value"),
            Self::Status(code) => f.debug_tuple("Status").field(code).finish(),
        }
    }
}

impl<'a> Shown<'a> {
    /// The same with the reason, where there is one.
    #[must_use]
    pub fn because(self, source: Option<&'a (dyn Error + 'static)>) -> Self {
        match (self, source) {
            (Self::Display(error), Some(source)) => Self::Chain(error, source),
            _ => self,
        }
    }
}

/// An error of which telemetry wants to say as much as it can.
///
/// `(&&Telling(error)).__retry_shown()` is settled by method lookup: it takes the receiver as it
/// stands, which is [`ShownByDisplay`], before one with a `&` added, [`ShownByDebug`], and that
/// before one with a `&mut` added, [`ShownByType`]. None is dereferenced, which clippy would call a
/// needless borrow. So no bound is added, and a generic function shows what its own where clauses
/// allow. In the same way `__retry_source()` finds the reason: [`SourceOfError`],
/// [`SourceOfBoxed`], [`SourceOfNothing`].
#[derive(Debug)]
pub struct Telling<'a, E>(pub &'a E);

/// For errors that have `Display`.
pub trait ShownByDisplay<'a> {
    /// The error, formatted with `Display`.
    fn __retry_shown(&self) -> Shown<'a>;
}

impl<'a, E: fmt::Display> ShownByDisplay<'a> for &Telling<'a, E> {
    #[inline]
    fn __retry_shown(&self) -> Shown<'a> {
        Shown::Display(self.0)
    }
}

/// For errors that have `Debug`.
pub trait ShownByDebug<'a> {
    /// The error, formatted with `Debug`.
    fn __retry_shown(&self) -> Shown<'a>;
}

impl<'a, E: fmt::Debug> ShownByDebug<'a> for &&Telling<'a, E> {
    #[inline]
    fn __retry_shown(&self) -> Shown<'a> {
        Shown::Debug(self.0)
    }
}

/// For all other errors.
pub trait ShownByType<'a> {
    /// The name of the error's type.
    fn __retry_shown(&mut self) -> Shown<'a>;
}

impl<'a, E> ShownByType<'a> for &&Telling<'a, E> {
    #[inline]
    fn __retry_shown(&mut self) -> Shown<'a> {
        Shown::Type(type_name::<E>())
    }
}

/// For types that implement `Error`.
pub trait SourceOfError<'a> {
    /// The error's source.
    fn __retry_source(&self) -> Option<&'a (dyn Error + 'static)>;
}

impl<'a, E: Error> SourceOfError<'a> for &Telling<'a, E> {
    #[inline]
    fn __retry_source(&self) -> Option<&'a (dyn Error + 'static)> {
        self.0.source()
    }
}

/// For what holds an error and is none: `Box<dyn Error>`, `anyhow::Error`.
pub trait SourceOfBoxed<'a> {
    /// The source of the error inside.
    fn __retry_source(&self) -> Option<&'a (dyn Error + 'static)>;
}

impl<'a, E: Deref<Target: Error>> SourceOfBoxed<'a> for &&Telling<'a, E> {
    #[inline]
    fn __retry_source(&self) -> Option<&'a (dyn Error + 'static)> {
        self.0.deref().source()
    }
}

/// For all other errors.
pub trait SourceOfNothing<'a> {
    /// None.
    fn __retry_source(&mut self) -> Option<&'a (dyn Error + 'static)>;
}

impl<'a, E> SourceOfNothing<'a> for &&Telling<'a, E> {
    #[inline]
    fn __retry_source(&mut self) -> Option<&'a (dyn Error + 'static)> {
        None
    }
}

/// The cause of a failure as telemetry shows it; of errors what `error` makes of them.
pub fn shown<'a, E>(cause: Cause<'a, E>, error: impl FnOnce(&'a E) -> Shown<'a>) -> Shown<'a> {
    match cause {
        Cause::Error(failure) => error(failure),
        Cause::Value => Shown::Value,
        Cause::Status(code) => Shown::Status(code),
    }
}

/// Tells of a granted wait before it begins.
#[cold]
#[inline(never)]
pub fn tell_retry(
    watch: &Watch<'_>,
    name: &'static str,
    policy: &RetryPolicy,
    cause: Shown<'_>,
    wait: Wait,
) {
    // The retry that was granted is counted already.
    let attempt = watch.attempts().saturating_sub(1);
    let news = watch.news(name, policy, attempt, cause, wait.duration());
    retrying(&news, wait.duration(), wait.is_from_server());
}

/// Tells of the end of a call.
#[cold]
#[inline(never)]
pub fn tell_stop(
    watch: &Watch<'_>,
    name: &'static str,
    policy: &RetryPolicy,
    cause: Shown<'_>,
    reason: StopReason,
) {
    gave_up(&watch.news(name, policy, watch.attempts(), cause, Duration::ZERO), reason);
}

/// An attempt failed, and after `wait` there will be another.
pub(crate) fn retrying(news: &News<'_>, wait: Duration, from_server: bool) {
    #[cfg(feature = "tracing")]
    events::retrying(news, wait, from_server);
    #[cfg(feature = "metrics")]
    numbers::retrying(news, wait);
    let _ = (news, wait, from_server);
}

/// An attempt failed, and there will be no other.
pub(crate) fn gave_up(news: &News<'_>, reason: StopReason) {
    #[cfg(feature = "tracing")]
    events::gave_up(news, reason);
    #[cfg(feature = "metrics")]
    numbers::gave_up(news, reason);
    let _ = (news, reason);
}

#[cfg(feature = "tracing")]
mod events {
    use core::error::Error;
    use core::fmt::{self, Write};
    use core::iter::successors;
    use core::time::Duration;

    use tracing::field::{DebugValue, DisplayValue, debug, display};

    use super::{News, Shown};
    use crate::decision::StopReason;
    use crate::redact::{redact, redact_debug};

    /// An error without the secrets that are known by their place.
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
                Shown::Debug(error) => {
                    write!(text, "{error:?}")?;
                    return f.write_str(&redact_debug(&text));
                }
                Shown::Type(name) => return f.write_str(name),
                Shown::Value => return f.write_str("value"),
                Shown::Status(code) => return write!(f, "status {code}"),
            }
            f.write_str(&redact(&text))
        }
    }

    /// More than any chain has that somebody would read.
    const SOURCES: usize = 32;

    /// With `#`, for which some boxed errors say their reasons too.
    fn write_alone(text: &mut String, error: &dyn fmt::Display) -> fmt::Result {
        write!(text, "{error:#}")?;
        // A `Display` that hands its formatter on to `Debug` takes a line for each field.
        if text.contains('\n') {
            text.clear();
            write!(text, "{error}")?;
        }
        Ok(())
    }

    /// Many errors say their source themselves, so what is there already is not repeated.
    fn write_sources(text: &mut String, source: &(dyn Error + 'static)) -> fmt::Result {
        for source in successors(Some(source), |&source| source.source()).take(SOURCES) {
            let mut reason = String::new();
            write_alone(&mut reason, &source)?;
            if !text.contains(&reason) {
                write!(text, ": {reason}")?;
            }
        }
        Ok(())
    }

    type Field<'a> = Option<DisplayValue<Redacted<'a>>>;

    /// The fields `error` and `cause`, of which an event has one.
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

    pub(super) fn gave_up(news: &News<'_>, reason: StopReason) {
        // A first failure that is not to be retried is the caller's news, not ours.
        if reason == StopReason::Permanent && news.attempt <= 1 {
            return;
        }
        let (error, cause) = error_or_cause(news.cause);
        tracing::error!(
            target: "retry_kit",
            name = news.name,
            attempts = news.attempt,
            error,
            cause,
            reason = reason.as_str(),
            waited = ?news.waited,
            elapsed = elapsed(news),
            "gave up"
        );
    }
}

#[cfg(feature = "metrics")]
mod numbers {
    use core::time::Duration;

    use super::News;
    use crate::decision::StopReason;

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
}

#[cfg(test)]
mod tests;
