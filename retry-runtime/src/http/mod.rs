//! Reads what a server says about another attempt: `Retry-After`, quota headers, and statuses.

mod folded;
#[cfg(feature = "http")]
mod headers;
mod http_date;
#[cfg(feature = "any-reqwest")]
mod http_error;
mod numbers;
#[cfg(feature = "http")]
mod rate_limit;
pub(crate) mod response;
mod retry_after;
#[cfg(feature = "http")]
mod rfc3339;
#[cfg(feature = "http")]
mod server_hint;

#[cfg(feature = "any-reqwest")]
pub(crate) use self::http_error::Cause as HttpCause;
#[cfg(feature = "any-reqwest")]
pub use self::http_error::{CheckStatus, HttpError};
pub use self::response::RetryableResponse;
pub use self::retry_after::{RetryAfter, RetryAfterError, parse_retry_after};
#[cfg(feature = "http")]
pub use self::server_hint::{ServerHint, server_hint};
