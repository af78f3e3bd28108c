//! An HTTP failure that keeps what the server said: the status and the wait it asks for.

use core::error::Error;
use core::fmt;
use core::time::Duration;

use reqwest::{Response, StatusCode, Url};

use super::server_hint::{ServerHint, server_hint};
use crate::call::TimedOut;

/// A request that failed: with a status, or before there was one.
///
/// Made by [`check_status`](CheckStatus::check_status) and by `?` from a [`reqwest::Error`].
/// Unlike the error of `error_for_status` it keeps what the server's headers say about another
/// attempt ([`server_hint`]), so that a retry obeys it. The URL is kept without user, password, query
/// and fragment, where secrets live. Its path is shown: a secret in there, such as the token of a
/// webhook, is shown too.
///
/// What a [`TimedOut`] becomes has no URL, and does not name one: when `timeout` drops an attempt,
/// nobody knows which of its requests was under way.
pub struct HttpError {
    // Boxed, so that a `Result` with a small value stays small.
    failure: Box<Failure>,
}

#[derive(Debug)]
struct Failure {
    url: Option<Url>,
    cause: Cause,
}

#[derive(Debug)]
pub(crate) enum Cause {
    Status { status: StatusCode, hint: ServerHint },
    Transport(reqwest::Error),
    TimedOut(TimedOut),
}

impl HttpError {
    fn new(url: Option<Url>, cause: Cause) -> Self {
        Self { failure: Box::new(Failure { url: url.map(without_secrets), cause }) }
    }

    /// What went wrong, for its class.
    pub(crate) fn cause(&self) -> &Cause {
        &self.failure.cause
    }

    /// The status the server answered with, if it answered.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match &self.failure.cause {
            Cause::Status { status, .. } => Some(*status),
            Cause::Transport(_) | Cause::TimedOut(_) => None,
        }
    }

    /// The wait the server asked for, as long as it may be, in `Retry-After` or another header that
    /// [`server_hint`] reads; 5 s if `Retry-After` could not be read.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self.failure.cause {
            Cause::Status { hint, .. } => hint.retry_after,
            Cause::Transport(_) | Cause::TimedOut(_) => None,
        }
    }

    /// The URL of the request without user, password, query and fragment.
    #[must_use]
    pub fn url(&self) -> Option<&Url> {
        self.failure.url.as_ref()
    }

    /// Whether the time was up: that of the attempt, or one that the client was given.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match &self.failure.cause {
            Cause::Status { .. } => false,
            Cause::Transport(error) => error.is_timeout(),
            Cause::TimedOut(_) => true,
        }
    }

    /// The error of the client, if that is where the request failed; its URL is taken out.
    #[must_use]
    pub fn as_reqwest(&self) -> Option<&reqwest::Error> {
        match &self.failure.cause {
            Cause::Status { .. } | Cause::TimedOut(_) => None,
            Cause::Transport(error) => Some(error),
        }
    }
}

fn without_secrets(mut url: Url) -> Url {
    // Both fail on URLs that have no user or password to begin with.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url
}

impl From<reqwest::Error> for HttpError {
    fn from(error: reqwest::Error) -> Self {
        let url = error.url().cloned();
        match error.status() {
            Some(status) => Self::new(url, Cause::Status { status, hint: ServerHint::default() }),
            None => Self::new(url, Cause::Transport(error.without_url())),
        }
    }
}

impl From<TimedOut> for HttpError {
    fn from(timed_out: TimedOut) -> Self {
        Self::new(None, Cause::TimedOut(timed_out))
    }
}

/// `HTTP status 503 Service Unavailable from https://example.com/items`, or `HTTP request to
/// https://example.com/items failed`, the reason being the [source](Error::source).
impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.failure.cause, &self.failure.url) {
            (Cause::Status { status, .. }, None) => write!(f, "HTTP status {status}"),
            (Cause::Status { status, .. }, Some(url)) => {
                write!(f, "HTTP status {status} from {url}")
            }
            (Cause::TimedOut(timed_out), _) => timed_out.fmt(f),
            (Cause::Transport(_), None) => f.write_str("HTTP request failed"),
            (Cause::Transport(_), Some(url)) => write!(f, "HTTP request to {url} failed"),
        }
    }
}

impl fmt::Debug for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpError")
            .field("url", &self.failure.url.as_ref().map(Url::as_str))
            .field("cause", &self.failure.cause)
            .finish()
    }
}

impl Error for HttpError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.failure.cause {
            // `TimedOut` shows itself as it is.
            Cause::Status { .. } | Cause::TimedOut(_) => None,
            Cause::Transport(error) => Some(error),
        }
    }
}

/// `check_status()` for `reqwest::Response`. Sealed.
pub trait CheckStatus: Sized + sealed::Sealed {
    /// The response itself, unless its status is an error (400 to 599).
    ///
    /// The body of a failed response is dropped unread, which closes an HTTP/1 connection unless all of
    /// it has already arrived.
    ///
    /// ```
    /// # async fn example() -> Result<(), retry_kit::HttpError> {
    /// use retry_kit::CheckStatus;
    ///
    /// let response = reqwest::get("https://example.com/items").await?.check_status()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// An [`HttpError`] with the status and the server's hint.
    fn check_status(self) -> Result<Self, HttpError>;

    /// The error that [`check_status`](Self::check_status) would give, for whoever also wants to read
    /// what the server says in the body.
    ///
    /// ```
    /// # async fn example() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// use retry_kit::{CheckStatus, HttpError};
    ///
    /// struct Refused {
    ///     error: HttpError,
    ///     message: String,
    /// }
    ///
    /// let response = reqwest::get("https://example.com/items").await?;
    /// let refused = match response.status_error() {
    ///     Some(error) => Some(Refused { error, message: response.text().await? }),
    ///     None => None,
    /// };
    /// # Ok(())
    /// # }
    /// ```
    fn status_error(&self) -> Option<HttpError>;
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for reqwest::Response {}
}

impl CheckStatus for Response {
    fn check_status(self) -> Result<Self, HttpError> {
        match self.status_error() {
            None => Ok(self),
            Some(error) => Err(error),
        }
    }

    fn status_error(&self) -> Option<HttpError> {
        let status = self.status();
        if !status.is_client_error() && !status.is_server_error() {
            return None;
        }
        let hint = server_hint(self.headers(), status);
        Some(HttpError::new(Some(self.url().clone()), Cause::Status { status, hint }))
    }
}
