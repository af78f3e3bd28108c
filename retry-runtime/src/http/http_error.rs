//! An HTTP error that keeps the server's answer: its status and the wait it asks for.

use core::error::Error;
use core::fmt;
use core::time::Duration;

use http::StatusCode;
#[cfg(feature = "reqwest")]
use reqwest::Url;
#[cfg(not(feature = "reqwest"))]
use reqwest_0_12::Url;

use super::server_hint::{ServerHint, server_hint};
use crate::call::TimedOut;

/// The error of an HTTP request: the server answered with an error status, or did not answer.
///
/// [`check_status`](CheckStatus::check_status) returns it, and `?` makes it from a [`reqwest::Error`].
/// Unlike the error of `error_for_status`, it keeps the hints in the server's headers ([`server_hint`]),
/// so that a retry obeys them.
///
/// It keeps the URL without user, password, query and fragment, which may contain secrets. The path is
/// shown, so a secret in the path is shown, too, such as the token of a webhook.
///
/// An error made from [`TimedOut`] has no URL: `timeout` drops an attempt without knowing which request
/// was under way.
///
/// ```
/// # async fn example() {
/// use retry_kit::{CheckStatus, HttpError};
///
/// async fn fetch() -> Result<String, HttpError> {
///     Ok(reqwest::get("https://example.com/items").await?.check_status()?.text().await?)
/// }
///
/// if let Err(error) = fetch().await {
///     eprintln!("{error}, status {:?}", error.status());
/// }
/// # }
/// ```
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
    Transport(Transport),
    TimedOut(TimedOut),
}

/// The error of a client, of any version of `reqwest`.
#[derive(Debug)]
pub(crate) enum Transport {
    #[cfg(feature = "reqwest")]
    Reqwest(reqwest::Error),
    #[cfg(feature = "reqwest-0_12")]
    Reqwest012(reqwest_0_12::Error),
}

impl Transport {
    fn is_timeout(&self) -> bool {
        match self {
            #[cfg(feature = "reqwest")]
            Self::Reqwest(error) => error.is_timeout(),
            #[cfg(feature = "reqwest-0_12")]
            Self::Reqwest012(error) => error.is_timeout(),
        }
    }

    pub(crate) fn as_error(&self) -> &(dyn Error + 'static) {
        match self {
            #[cfg(feature = "reqwest")]
            Self::Reqwest(error) => error,
            #[cfg(feature = "reqwest-0_12")]
            Self::Reqwest012(error) => error,
        }
    }
}

impl HttpError {
    fn new(url: Option<Url>, cause: Cause) -> Self {
        Self { failure: Box::new(Failure { url: url.map(without_secrets), cause }) }
    }

    /// The cause, for its class.
    pub(crate) fn cause(&self) -> &Cause {
        &self.failure.cause
    }

    /// Returns the status the server answered with, if it answered.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{HttpError, TimedOut};
    ///
    /// let error = HttpError::from(TimedOut::new(Duration::from_secs(5)));
    /// assert_eq!(error.status(), None);
    /// ```
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match &self.failure.cause {
            Cause::Status { status, .. } => Some(*status),
            Cause::Transport(_) | Cause::TimedOut(_) => None,
        }
    }

    /// Returns the wait the server asked for in `Retry-After` or another header that
    /// [`server_hint`] reads; 5 s if `Retry-After` is unreadable. Not clamped.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{HttpError, TimedOut};
    ///
    /// let error = HttpError::from(TimedOut::new(Duration::from_secs(5)));
    /// assert_eq!(error.retry_after(), None);
    /// ```
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self.failure.cause {
            Cause::Status { hint, .. } => hint.retry_after,
            Cause::Transport(_) | Cause::TimedOut(_) => None,
        }
    }

    /// Returns the URL of the request without user, password, query and fragment.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{HttpError, TimedOut};
    ///
    /// let error = HttpError::from(TimedOut::new(Duration::from_secs(5)));
    /// assert_eq!(error.url(), None);
    /// ```
    #[must_use]
    pub fn url(&self) -> Option<&Url> {
        self.failure.url.as_ref()
    }

    /// Tells whether the request ran out of time: the `timeout` of the attempt, or one set on the
    /// client.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{HttpError, TimedOut};
    ///
    /// let error = HttpError::from(TimedOut::new(Duration::from_secs(5)));
    /// assert!(error.is_timeout());
    /// ```
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match &self.failure.cause {
            Cause::Status { .. } => false,
            Cause::Transport(error) => error.is_timeout(),
            Cause::TimedOut(_) => true,
        }
    }

    /// Returns the client's error without its URL, if the request failed in the client.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{HttpError, TimedOut};
    ///
    /// let error = HttpError::from(TimedOut::new(Duration::from_secs(5)));
    /// assert!(error.as_reqwest().is_none());
    /// ```
    #[cfg(feature = "reqwest")]
    #[must_use]
    pub fn as_reqwest(&self) -> Option<&reqwest::Error> {
        match &self.failure.cause {
            Cause::Transport(Transport::Reqwest(error)) => Some(error),
            _ => None,
        }
    }

    /// Returns the error of a client of reqwest 0.12 without its URL, if the request failed in that client.
    ///
    /// ```
    /// # #[cfg(feature = "reqwest-0_12")] {
    /// use std::time::Duration;
    /// use retry_kit::{HttpError, TimedOut};
    ///
    /// let error = HttpError::from(TimedOut::new(Duration::from_secs(5)));
    /// assert!(error.as_reqwest_0_12().is_none());
    /// # }
    /// ```
    #[cfg(feature = "reqwest-0_12")]
    #[must_use]
    pub fn as_reqwest_0_12(&self) -> Option<&reqwest_0_12::Error> {
        match &self.failure.cause {
            Cause::Transport(Transport::Reqwest012(error)) => Some(error),
            _ => None,
        }
    }
}

fn without_secrets(mut url: Url) -> Url {
    // Both fail only on URLs that cannot have a user or a password.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url
}

impl From<TimedOut> for HttpError {
    fn from(timed_out: TimedOut) -> Self {
        Self::new(None, Cause::TimedOut(timed_out))
    }
}

/// Writes `HTTP status 503 Service Unavailable from https://example.com/items`, or `HTTP request to
/// https://example.com/items failed` with the reason as its [source](Error::source).
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
            // A `TimedOut` is displayed itself, so it is not a source as well.
            Cause::Status { .. } | Cause::TimedOut(_) => None,
            Cause::Transport(error) => Some(error.as_error()),
        }
    }
}

/// Adds [`check_status`](Self::check_status) to `reqwest::Response`, of reqwest 0.13 and 0.12. Sealed.
pub trait CheckStatus: Sized + sealed::Sealed {
    /// Returns the response, unless its status is an error (400 to 599).
    ///
    /// A failed response is dropped with its body unread. That closes an HTTP/1 connection unless the
    /// whole body has already arrived.
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
    /// An [`HttpError`] with the status and the server hint.
    fn check_status(self) -> Result<Self, HttpError>;

    /// Returns the error that [`check_status`](Self::check_status) would return, so that you can read the
    /// body as well.
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
}

/// Makes [`HttpError`] from what one version of `reqwest` returns.
macro_rules! http_error_of {
    ($reqwest:ident, $transport:ident) => {
        impl From<$reqwest::Error> for HttpError {
            fn from(error: $reqwest::Error) -> Self {
                let url = error.url().cloned();
                let cause = match error.status() {
                    Some(status) => Cause::Status { status, hint: ServerHint::default() },
                    None => Cause::Transport(Transport::$transport(error.without_url())),
                };
                Self::new(url, cause)
            }
        }

        impl sealed::Sealed for $reqwest::Response {}

        impl CheckStatus for $reqwest::Response {
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
    };
}

#[cfg(feature = "reqwest")]
http_error_of!(reqwest, Reqwest);
#[cfg(feature = "reqwest-0_12")]
http_error_of!(reqwest_0_12, Reqwest012);
