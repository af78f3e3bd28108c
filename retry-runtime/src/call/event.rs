//! The events that hooks receive: a failure before a wait, and the end of a call.

use core::fmt;
use core::time::Duration;

use super::decision::StopReason;
use super::wait::Wait;

/// Describes a failed attempt that will be retried; `on_retry = …` receives it before the wait.
///
/// ```
/// use retry_kit::{RetryEvent, retry};
///
/// fn log(event: &RetryEvent<'_, std::io::Error>) {
///     println!("attempt {} failed, next in {:?}", event.attempt(), event.wait());
/// }
///
/// #[retry(on_retry = log)]
/// async fn fetch() -> std::io::Result<String> {
///     Ok("here".into())
/// }
/// ```
///
/// In your own tests, make one with [`testing::event`](crate::testing::event).
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

/// Tells why an attempt counts as failed. Its `Display` is that of the error, or names the status.
///
/// ```
/// use retry_kit::Cause;
///
/// fn word<E>(cause: &Cause<'_, E>) -> &'static str {
///     match cause {
///         Cause::Error(_) => "error",
///         Cause::Value => "value",
///         _ => "status",
///     }
/// }
/// assert_eq!(word(&Cause::<()>::Value), "value");
/// assert_eq!(Cause::<&str>::Status(503).to_string(), "status 503");
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Cause<'a, E: ?Sized> {
    /// It returned this error.
    Error(&'a E),
    /// It returned a value that `until = …` does not accept.
    Value,
    /// It returned a response with this status, which the key `response` makes a failure.
    Status(u16),
}

impl<E: fmt::Display + ?Sized> fmt::Display for Cause<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error) => error.fmt(f),
            Self::Value => f.write_str("value not accepted"),
            Self::Status(code) => write!(f, "status {code}"),
        }
    }
}

impl<'a, E: ?Sized> RetryEvent<'a, E> {
    /// Returns the name of the retried function: `module::function` unless set with `name = "…"`.
    ///
    /// ```
    /// use retry_kit::{Cause, testing};
    ///
    /// let error = std::io::Error::other("busy");
    /// let event = testing::event(Cause::Error(&error)).name("fetch").build();
    /// assert_eq!(event.name(), "fetch");
    /// ```
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the number of the failed attempt, from 1; with the key `reset_after` that of the failure in a row.
    ///
    /// ```
    /// use retry_kit::{Cause, testing};
    ///
    /// let error = std::io::Error::other("busy");
    /// let event = testing::event(Cause::Error(&error)).attempt(2).build();
    /// assert_eq!(event.attempt(), 2);
    /// ```
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Returns the retry limit; `None` without one.
    ///
    /// ```
    /// use retry_kit::{Cause, testing};
    ///
    /// let error = std::io::Error::other("busy");
    /// let event = testing::event(Cause::Error(&error)).max(3).build();
    /// assert_eq!(event.max(), Some(3));
    /// ```
    #[must_use]
    pub fn max(&self) -> Option<u32> {
        self.max
    }

    /// Returns why the attempt counts as failed.
    ///
    /// ```
    /// use retry_kit::{Cause, testing};
    ///
    /// let error = std::io::Error::other("busy");
    /// let event = testing::event(Cause::Error(&error)).build();
    /// assert!(matches!(event.cause(), Cause::Error(_)));
    /// ```
    #[must_use]
    pub fn cause(&self) -> &Cause<'a, E> {
        &self.cause
    }

    /// Returns the error of the attempt, if an error is the cause.
    ///
    /// That is always so without `until` and `response`. All hooks have the same type of event, so this is an
    /// `Option` for all of them. To show the failure whatever it is, format the [`cause`](Self::cause).
    ///
    /// ```
    /// use retry_kit::{Cause, testing};
    ///
    /// let error = std::io::Error::other("busy");
    /// let event = testing::event(Cause::Error(&error)).build();
    /// assert_eq!(event.error().unwrap().to_string(), "busy");
    /// ```
    #[must_use]
    pub fn error(&self) -> Option<&'a E> {
        match self.cause {
            Cause::Error(error) => Some(error),
            Cause::Value | Cause::Status(_) => None,
        }
    }

    /// Returns the wait that starts now.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{Cause, testing};
    ///
    /// let error = std::io::Error::other("busy");
    /// let event = testing::event(Cause::Error(&error)).wait(Duration::from_secs(4)).build();
    /// assert_eq!(event.wait(), Duration::from_secs(4));
    /// ```
    #[must_use]
    pub fn wait(&self) -> Duration {
        self.wait.duration()
    }

    /// Tells whether the wait comes from a server hint; otherwise it comes from the policy's backoff.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{Cause, testing};
    ///
    /// let error = std::io::Error::other("busy");
    /// let event = testing::event(Cause::Error(&error)).wait_from_server(Duration::from_secs(4)).build();
    /// assert!(event.is_from_server());
    /// ```
    #[must_use]
    pub fn is_from_server(&self) -> bool {
        self.wait.is_from_server()
    }

    /// Returns the sum of the waits before this one.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{Cause, testing};
    ///
    /// let error = std::io::Error::other("busy");
    /// let event = testing::event(Cause::Error(&error)).waited(Duration::from_secs(3)).build();
    /// assert_eq!(event.waited(), Duration::from_secs(3));
    /// ```
    #[must_use]
    pub fn waited(&self) -> Duration {
        self.waited
    }

    /// Returns the time since the call began, if the call reads a clock. With `on_retry` it does.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{Cause, testing};
    ///
    /// let error = std::io::Error::other("busy");
    /// let event = testing::event(Cause::Error(&error)).elapsed(Duration::from_secs(3)).build();
    /// assert_eq!(event.elapsed(), Some(Duration::from_secs(3)));
    /// ```
    #[must_use]
    pub fn elapsed(&self) -> Option<Duration> {
        self.elapsed
    }
}

// Not derived, because a derive would require `E: Clone`.
impl<E: ?Sized> Clone for Cause<'_, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: ?Sized> Copy for Cause<'_, E> {}

/// Tells why a call gave up; `give_up = …` receives it with the final error.
///
/// In your own tests, make one with [`testing::give_up`](crate::testing::give_up).
///
/// ```
/// use std::io;
/// use retry_kit::{GiveUp, retry};
///
/// #[retry(max = 2, give_up = |error: io::Error, give_up: &GiveUp| {
///     io::Error::new(error.kind(), format!("{error}, after {} attempts", give_up.attempts()))
/// })]
/// async fn fetch() -> io::Result<String> {
///     Ok("here".into())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct GiveUp {
    pub(crate) name: &'static str,
    pub(crate) attempts: u32,
    pub(crate) waited: Duration,
    pub(crate) elapsed: Option<Duration>,
    pub(crate) reason: StopReason,
    pub(crate) outer: Option<&'static str>,
}

impl GiveUp {
    /// Returns the name of the retried function: `module::function` unless set with `name = "…"`.
    ///
    /// ```
    /// use retry_kit::{StopReason, testing};
    ///
    /// let give_up = testing::give_up(StopReason::Exhausted).name("fetch").build();
    /// assert_eq!(give_up.name(), "fetch");
    /// ```
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the number of attempts made; with the key `reset_after` those since it reset the count.
    ///
    /// ```
    /// use retry_kit::{StopReason, testing};
    ///
    /// assert_eq!(testing::give_up(StopReason::Exhausted).attempts(4).build().attempts(), 4);
    /// ```
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns the sum of all waits.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{StopReason, testing};
    ///
    /// let give_up = testing::give_up(StopReason::Exhausted).waited(Duration::from_secs(3)).build();
    /// assert_eq!(give_up.waited(), Duration::from_secs(3));
    /// ```
    #[must_use]
    pub fn waited(&self) -> Duration {
        self.waited
    }

    /// Returns the time since the call began, if the call reads a clock. With `give_up` it does.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{StopReason, testing};
    ///
    /// let give_up = testing::give_up(StopReason::Exhausted).elapsed(Duration::from_secs(3)).build();
    /// assert_eq!(give_up.elapsed(), Some(Duration::from_secs(3)));
    /// ```
    #[must_use]
    pub fn elapsed(&self) -> Option<Duration> {
        self.elapsed
    }

    /// Returns why the call gave up.
    ///
    /// ```
    /// use retry_kit::{StopReason, testing};
    ///
    /// assert_eq!(testing::give_up(StopReason::Budget).build().reason(), StopReason::Budget);
    /// ```
    #[must_use]
    pub fn reason(&self) -> StopReason {
        self.reason
    }

    /// Returns the retried function whose attempt the call ran in, if the reason is
    /// [`Nested`](StopReason::Nested): the path of the function, or the name set with `name = "…"`. In a
    /// generic type or an implemented trait it is the name of the method alone.
    ///
    /// ```
    /// use retry_kit::{StopReason, testing};
    ///
    /// let give_up = testing::give_up(StopReason::Nested).outer("shop::checkout").build();
    /// assert_eq!(give_up.outer(), Some("shop::checkout"));
    /// ```
    #[must_use]
    pub fn outer(&self) -> Option<&'static str> {
        self.outer
    }
}
