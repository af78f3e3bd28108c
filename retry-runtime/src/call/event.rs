//! What hooks receive: the failure before a wait, and the end of a call.

use core::time::Duration;

use super::decision::StopReason;
use super::wait::Wait;

/// An attempt failed, and after a wait there will be another. Given to `on_retry = …` before the
/// wait.
#[derive(Debug)]
pub struct RetryEvent<'a, E: ?Sized> {
    pub(crate) name: &'static str,
    pub(crate) attempt: u32,
    pub(crate) max: Option<u32>,
    pub(crate) cause: Cause<'a, E>,
    pub(crate) wait: Wait,
    pub(crate) waited: Duration,
    pub(crate) elapsed: Option<Duration>,
}

/// Why an attempt counts as failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Cause<'a, E: ?Sized> {
    /// It returned this error.
    Error(&'a E),
    /// It returned a value that `until = …` does not accept.
    Value,
    /// It returned a response with this status, and `response` says that statuses count.
    Status(u16),
}

impl<'a, E: ?Sized> RetryEvent<'a, E> {
    /// The name of the retried function, `module::function` unless set with `name = "…"`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The number of the attempt that failed, from 1.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The limit on retries, `None` if there is none.
    #[must_use]
    pub fn max(&self) -> Option<u32> {
        self.max
    }

    /// Why the attempt counts as failed.
    #[must_use]
    pub fn cause(&self) -> &Cause<'a, E> {
        &self.cause
    }

    /// The error of the attempt, if that is the cause.
    #[must_use]
    pub fn error(&self) -> Option<&'a E> {
        match self.cause {
            Cause::Error(error) => Some(error),
            Cause::Value | Cause::Status(_) => None,
        }
    }

    /// The wait that comes now.
    #[must_use]
    pub fn wait(&self) -> Duration {
        self.wait.duration()
    }

    /// Whether the wait comes from a server hint; otherwise it is the policy's backoff.
    #[must_use]
    pub fn is_from_server(&self) -> bool {
        self.wait.is_from_server()
    }

    /// The sum of the waits before this one.
    #[must_use]
    pub fn waited(&self) -> Duration {
        self.waited
    }

    /// The time since the call began, where something needed the clock, as `on_retry` does.
    #[must_use]
    pub fn elapsed(&self) -> Option<Duration> {
        self.elapsed
    }
}

// Not derived: `E` is only referred to.
impl<E: ?Sized> Clone for Cause<'_, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: ?Sized> Copy for Cause<'_, E> {}

/// A call came to its end with an error. Given to `give_up = …` with that error.
#[derive(Clone, Debug)]
pub struct GiveUp {
    pub(crate) name: &'static str,
    pub(crate) attempts: u32,
    pub(crate) waited: Duration,
    pub(crate) elapsed: Option<Duration>,
    pub(crate) reason: StopReason,
}

impl GiveUp {
    /// The name of the retried function, `module::function` unless set with `name = "…"`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The number of attempts that were made.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The sum of all waits.
    #[must_use]
    pub fn waited(&self) -> Duration {
        self.waited
    }

    /// The time since the call began, where something needed the clock, as `give_up` does.
    #[must_use]
    pub fn elapsed(&self) -> Option<Duration> {
        self.elapsed
    }

    /// Why there is no further attempt.
    #[must_use]
    pub fn reason(&self) -> StopReason {
        self.reason
    }
}
