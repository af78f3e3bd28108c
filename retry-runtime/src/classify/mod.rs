//! Classification: what an error says about trying again.

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
#[cfg(feature = "reqwest")]
mod reqwest_errors;
#[cfg(feature = "tonic")]
mod retry_info;
mod sources;
mod sqlstate;
#[cfg(any(feature = "sqlx", feature = "sqlx-0_8"))]
mod sqlx_errors;
mod std_errors;
#[cfg(feature = "tokio-postgres")]
mod tokio_postgres_errors;
#[cfg(feature = "tonic")]
mod tonic_errors;

pub use self::chain::{InChain, by_source, chain};
pub use self::mark::{Mark, Marked};
pub use self::sqlstate::sqlstate;
use crate::policy::ErrorClass;

/// Tells whether an error is worth retrying.
///
/// `#[retry]` asks this of every error, unless it is told otherwise with `on(…)` or `when = …`.
/// The derive macro of the same name writes the implementation; by hand it is
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
/// Implemented for the errors of `std` that can be told apart:
///
/// | type | class |
/// |---|---|
/// | [`std::io::Error`] | transient if the kind is one of connection reset or aborted, not connected, broken pipe, timed out, interrupted, would block, unexpected end of file, host or network unreachable, network down, stale handle of a network file, or if the system has no port, file descriptor or buffer free; unsent if the connection was refused, which is so for streams (a protocol over UDP needs a `when`), or a name could not be resolved; otherwise permanent. If it wraps an error of a known type, that error decides |
/// | `dyn Error`, boxed too, with and without `Send + Sync` | that of the first error in its chain of sources whose type is known here; otherwise permanent. What is `#[error(transparent)]` hides the error that it wraps, see [`chain`] |
/// | `&T`, `Box<T>`, `Arc<T>`, `Rc<T>` | that of `T` |
/// | [`Infallible`](core::convert::Infallible) | there is none |
#[cfg_attr(feature = "tokio", doc = "| `tokio::time::error::Elapsed` | transient |")]
#[cfg_attr(feature = "http", doc = "| `http::StatusCode` | the status |")]
#[cfg_attr(
    feature = "hyper",
    doc = "| `hyper::Error` | unsent if it was not begun, or the server of HTTP/2 refused it or shuts down before it; transient if the connection broke, took too long, or was ended by a server of HTTP/2 for reasons of its own or after the head of its response; otherwise that of its source, or permanent. What befalls the body that the client sends is never unsent |\n\
           | `h2::Error` | that of the `io::Error` in it; transient if the server ended the stream or the connection for reasons of its own; otherwise permanent |"
)]
#[cfg_attr(
    feature = "reqwest",
    doc = "| `reqwest::Error`, of reqwest 0.13 | by status, if it has one; unsent if the connection could not be made, in time or at all; transient if it broke or the request took too long; otherwise permanent. After a redirect that was followed it says nothing of the requests before |\n\
           | [`HttpError`](crate::HttpError) | by status and the server's hint, or that of the `reqwest::Error` |"
)]
#[cfg_attr(
    feature = "tonic",
    doc = "| `tonic::Status`, of tonic 0.14 | by code, the server's pushback and its `RetryInfo`, see [there](#impl-Classify-for-Status) |\n\
           | `tonic::TimeoutExpired` | transient |\n\
           | `tonic::transport::Error`, `tonic::ConnectError` | unsent if the connection could not be made, unless this side does not accept the server's certificate; otherwise that of the source, or permanent |"
)]
#[cfg_attr(
    feature = "sqlx",
    doc = "| `sqlx::Error`, of sqlx 0.9 | [`sqlstate`] of what the database answered, or SQLite's busy and locked; that of an I/O error or a failed handshake; unsent if the pool timed out; otherwise permanent |"
)]
#[cfg_attr(feature = "sqlx-0_8", doc = "| `sqlx::Error`, of sqlx 0.8 | likewise |")]
#[cfg_attr(
    feature = "tokio-postgres",
    doc = "| `tokio_postgres::Error`, of tokio-postgres 0.7 | transient if the connection is closed; [`sqlstate`] of what the server answered; that of an I/O error or a failed handshake; where no connection was made, unsent instead of transient; otherwise permanent |"
)]
#[cfg_attr(
    feature = "redis",
    doc = "| `redis::RedisError`, `redis::ServerError`, of redis 1 | transient if the connection broke or took too long; or for `MOVED`, `ASK`, `TRYAGAIN` and `CLUSTERDOWN`; unsent if it was refused, or for `LOADING`, `MASTERDOWN`, `READONLY`, `NOREPLICAS` and the server's own `BUSY`, which holds for one command over a connection to one node; throttled if the server has too many clients; otherwise permanent |"
)]
#[diagnostic::on_unimplemented(
    message = "`#[retry]` cannot tell which errors of type `{Self}` are worth another attempt",
    label = "`{Self}` does not implement `retry_kit::Classify`",
    note = "if the type is yours, say it there: `#[derive(retry_kit::Classify)]`",
    note = "or name the errors to retry: `#[retry(on(MyError::Timeout | MyError::Busy))]`",
    note = "or decide with a function or closure: `#[retry(when = |error| error.is_timeout())]`",
    note = "or, if the type only wraps errors that are known: `#[retry(when = retry_kit::by_source)]`",
    note = "`reqwest::Error` (0.13), `tonic::Status` (0.14) and `hyper::Error` (1) are known once the feature of `retry-kit` of that name is on",
    note = "so are the errors of `sqlx` (0.9, or 0.8 with `sqlx-0_8`), `tokio-postgres` (0.7) and `redis` (1)"
)]
pub trait Classify {
    /// The class of this error.
    fn classify(&self) -> ErrorClass;
}
