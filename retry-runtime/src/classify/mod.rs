//! Classifies errors: retryable, throttled, unsent or permanent.

mod chain;
#[cfg(feature = "hyper")]
mod connection;
#[cfg(feature = "hyper")]
mod h2_errors;
#[cfg(feature = "http")]
mod http_status;
#[cfg(feature = "hyper")]
mod hyper_errors;
mod known;
mod mark;
mod name_resolution;
mod os_errors;
mod own_errors;
#[cfg(feature = "redis")]
mod redis_errors;
#[cfg(feature = "any-reqwest")]
mod reqwest_errors;
#[cfg(feature = "reqwest-middleware")]
mod reqwest_middleware_errors;
#[cfg(feature = "any-tonic")]
mod retry_info;
mod sources;
mod sqlstate;
#[cfg(any(feature = "sqlx", feature = "sqlx-0_8"))]
mod sqlx_errors;
mod std_errors;
#[cfg(any(feature = "hyper", feature = "tower"))]
mod timeouts;
#[cfg(feature = "tokio-postgres")]
mod tokio_postgres_errors;
#[cfg(feature = "any-tonic")]
mod tonic_errors;

pub use self::chain::{InChain, by_source, chain};
pub use self::mark::{Mark, Marked};
pub use self::sqlstate::sqlstate;
#[cfg(all(feature = "any-tonic", feature = "middleware"))]
pub(crate) use self::tonic_errors::grpc_answer;
#[cfg(all(feature = "any-tonic", feature = "tower"))]
pub(crate) use self::tonic_errors::is_grpc;
use crate::policy::ErrorClass;

/// Tells whether an error is worth retrying.
///
/// `#[retry]` classifies every error with this trait, unless `on(…)` or `when = …` decides instead.
/// Derive it with the macro of the same name, or implement it by hand:
///
/// ```
/// use retry_kit::{Classify, ErrorClass};
///
/// enum StoreError {
///     Busy,
///     NoSuchKey,
/// }
///
/// impl Classify for StoreError {
///     fn classify(&self) -> ErrorClass {
///         match self {
///             Self::Busy => ErrorClass::Transient,
///             Self::NoSuchKey => ErrorClass::Permanent,
///         }
///     }
/// }
/// ```
///
/// These types implement it. A "known" error is one of a type in this table:
///
/// | type | class |
/// |---|---|
/// | [`std::io::Error`] | transient: connection reset or aborted, not connected, broken pipe, timed out, interrupted, would block, unexpected end of file, host or network unreachable, network down, stale network file handle, or no port, file descriptor or buffer free. Unsent: connection refused (true for streams; a protocol over UDP needs a `when`), or a name that could not be resolved. Otherwise permanent. If it wraps a known error, that error decides |
/// | `dyn Error`, boxed or not, with or without `Send + Sync` | the class of the first known error in its source chain; otherwise permanent. `#[error(transparent)]` hides the error it wraps, see [`chain`] |
/// | `&T`, `Box<T>`, `Arc<T>`, `Rc<T>` | the class of `T` |
/// | [`Infallible`](core::convert::Infallible) | never exists |
#[cfg_attr(feature = "tokio", doc = "| `tokio::time::error::Elapsed` | transient |")]
#[cfg_attr(feature = "tower", doc = "| `tower::timeout::error::Elapsed`, in a chain | transient |")]
#[cfg_attr(feature = "http", doc = "| `http::StatusCode` | by status |")]
#[cfg_attr(
    feature = "hyper",
    doc = "| `hyper::Error` | unsent if sending had not begun, or the HTTP/2 server refused the request or shut down before it; transient if the connection broke or timed out, or the HTTP/2 server ended it for reasons of its own or after the response head; otherwise the class of its source, or permanent. Errors of the request body are never unsent |\n\
           | `hyper_util::client::legacy::Error`, in a chain | if no connection was established, unsent, or permanent if the certificate or the proxy credentials were rejected; otherwise the class of its source |\n\
           | `h2::Error` | the class of its `io::Error`; transient if the server ended the stream or the connection for reasons of its own; otherwise permanent |"
)]
#[cfg_attr(
    feature = "reqwest",
    doc = "| `reqwest::Error`, of reqwest 0.13 | by status, if it has one; unsent if the connection was not established, in time or at all; transient if it broke or the request timed out; otherwise permanent. After a followed redirect, the class covers only the last request |\n\
           | [`HttpError`](crate::HttpError) | by status and server hint, or the class of its `reqwest::Error` |"
)]
#[cfg_attr(
    feature = "reqwest-0_12",
    doc = "| `reqwest::Error`, of reqwest 0.12 | the same as for reqwest 0.13 |"
)]
#[cfg_attr(
    feature = "reqwest-middleware",
    doc = "| `reqwest_middleware::Error`, of reqwest-middleware 0.5 | the class of its `reqwest::Error`; for the error of a middleware, the class of the first known error in its chain, or permanent |"
)]
#[cfg_attr(
    feature = "tonic",
    doc = "| `tonic::Status`, of tonic 0.14 | by code, server pushback and `RetryInfo`, see [its implementation](#impl-Classify-for-Status) |\n\
           | `tonic::TimeoutExpired` | transient |\n\
           | `tonic::transport::Error`, `tonic::ConnectError` | unsent if the connection was not established; permanent if the certificate or the proxy credentials were rejected; otherwise the class of the source, or permanent |"
)]
#[cfg_attr(
    feature = "tonic-0_13",
    doc = "| the errors of tonic 0.13 | the same as for tonic 0.14 |"
)]
#[cfg_attr(
    feature = "sqlx",
    doc = "| `sqlx::Error`, of sqlx 0.9 | by [`sqlstate`] of the database's error; transient for SQLite's busy and locked; the class of an I/O error or a failed handshake; unsent if the pool timed out; otherwise permanent |"
)]
#[cfg_attr(feature = "sqlx-0_8", doc = "| `sqlx::Error`, of sqlx 0.8 | the same |")]
#[cfg_attr(
    feature = "tokio-postgres",
    doc = "| `tokio_postgres::Error`, of tokio-postgres 0.7 | transient if the connection is closed; by [`sqlstate`] of the server's error; the class of an I/O error or a failed handshake, but unsent instead of transient if no connection was established; otherwise permanent |"
)]
#[cfg_attr(
    feature = "redis",
    doc = "| `redis::RedisError`, `redis::ServerError`, of redis 1 | transient if the connection broke or timed out, or for `MOVED`, `ASK`, `TRYAGAIN` and `CLUSTERDOWN`; unsent if it was refused, or for `LOADING`, `MASTERDOWN`, `READONLY`, `NOREPLICAS` and the server's own `BUSY` (this holds for one command over a connection to one node); throttled if the server has too many clients; otherwise permanent |"
)]
#[diagnostic::on_unimplemented(
    message = "`#[retry]` cannot tell which errors of type `{Self}` are retryable",
    label = "`{Self}` does not implement `retry_kit::Classify`",
    note = "if the type is yours, derive the trait: `#[derive(retry_kit::Classify)]`",
    note = "or name the errors to retry: `#[retry(on(MyError::Timeout | MyError::Busy))]`",
    note = "or decide with a function or closure: `#[retry(when = |error| error.is_timeout())]`",
    note = "or, if the type only wraps errors that have a class: `#[retry(when = retry_kit::by_source)]`; it does not see a status in a field",
    note = "`anyhow::Error`, `reqwest::Error` (0.13), `tonic::Status` (0.14) and `hyper::Error` (1) have a class with the `retry-kit` feature of that name",
    note = "so have the errors of `sqlx` (0.9), `tokio-postgres` (0.7) and `redis` (1), and older ones with the features `reqwest-0_12`, `tonic-0_13` and `sqlx-0_8`"
)]
pub trait Classify {
    /// Returns the class of this error.
    ///
    /// ```
    /// use std::io;
    /// use retry_kit::{Classify, ErrorClass};
    ///
    /// assert_eq!(io::Error::from(io::ErrorKind::TimedOut).classify(), ErrorClass::Transient);
    /// assert_eq!(io::Error::from(io::ErrorKind::NotFound).classify(), ErrorClass::Permanent);
    /// ```
    fn classify(&self) -> ErrorClass;
}
