//! Retries for async Rust: one attribute, honest backoff, `Retry-After` obeyed, nothing retried
//! by accident.
//!
//! ```
//! use retry_kit::retry;
//! # use tokio::net::TcpStream;
//!
//! #[retry(max = 3, base = "1s")]
//! async fn connect(address: &str) -> std::io::Result<TcpStream> {
//!     TcpStream::connect(address).await
//! }
//! ```
//!
//! A refused or broken connection is tried again, 3 retries, 4 calls in all, after 1 to 2 s, 2 to
//! 4 s and 4 to 8 s. A missing permission is not: no attempt would ever succeed. The caller gets
//! the stream, or the last error as it was.
//!
//! # Where to go from here
//!
//! * All keys of the attribute, what it does to arguments and to `?`: [`retry`].
//! * What is retried: [`Classify`](trait@Classify) says it for an error type, and has a derive;
//!   [`ErrorClass`] is what can be said. In a `Box<dyn Error>`, [`Mark`] says it for one error, and
//!   [`chain`] finds your own type.
//! * How long the waits are: [`RetryPolicy`], [`Backoff`], [`Jitter`];
//!   [`delays`](RetryPolicy::delays) and [`worst_case_wait`](RetryPolicy::worst_case_wait) tell
//!   beforehand.
//! * A loop of your own, or another runtime: [`RetryState`] decides, you wait.
//! * Only the header: [`parse_retry_after`], or strictly, [`RetryAfter`]; with the feature `http`,
//!   `server_hint()` for all that a response's headers say.
//!
//! # A policy from outside
//!
//! A policy is a value. Keep one in a field, and the attribute uses what it holds when the method
//! is called:
//!
//! ```
//! use retry_kit::{RetryPolicy, retry};
//!
//! struct Client {
//!     policy: RetryPolicy,
//! }
//!
//! impl Client {
//!     #[retry(policy = self.policy)]
//!     async fn fetch(&self, id: u32) -> std::io::Result<u32> {
//!         Ok(id)
//!     }
//! }
//!
//! let patient = Client { policy: RetryPolicy::new().max_retries(10) };
//! let impatient = Client { policy: RetryPolicy::new().max_retries(0) };
//! # let _ = (patient.fetch(1), impatient.fetch(1));
//! ```
//!
//! With the feature `serde` that value comes [from configuration](RetryPolicy#from-configuration),
//! in the words of the attribute:
//!
//! ```
//! # #[cfg(feature = "serde")] {
//! use retry_kit::RetryPolicy;
//!
//! #[derive(serde::Deserialize)]
//! struct Config {
//!     #[serde(default)]
//!     retry: RetryPolicy,
//! }
//!
//! let config: Config = toml::from_str(
//!     r#"
//!     [retry]
//!     max = 5
//!     base = "250ms"
//!     "#,
//! )?;
//! assert_eq!(config.retry.delays().count(), 5);
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # HTTP
//!
//! With the feature `reqwest`, [`reqwest::Error`] is classified, and `check_status()` turns a
//! failed response into an `HttpError` that keeps the server's `Retry-After`, or what it said in
//! other headers:
//!
//! ```
//! # #[cfg(feature = "reqwest")] {
//! use retry_kit::{CheckStatus, HttpError, retry};
//!
//! #[retry]
//! async fn page(client: &reqwest::Client, url: &str) -> Result<String, HttpError> {
//!     Ok(client.get(url).send().await?.check_status()?.text().await?)
//! }
//! # }
//! ```
//!
//! # Features
//!
//! | feature | by default | what it brings |
//! |---|---|---|
//! | `macros` | yes | [`retry`] |
//! | `tokio` | yes | waiting with tokio's timer; without it, the key `sleep` is compulsory |
//! | `anyhow` | no | a class for `anyhow::Error`, by what is in its chain |
//! | `http` | no | `server_hint()` for the headers of any client's response, a class for `http::StatusCode` |
//! | `reqwest` | no | classes for `reqwest::Error`, `check_status()`, `HttpError`; brings `http` |
//! | `tonic` | no | a class for `tonic::Status`, with the server's pushback and `RetryInfo` |
//! | `serde` | no | a [`RetryPolicy`] from configuration, and back |
//!
//! [`reqwest::Error`]: https://docs.rs/reqwest/latest/reqwest/struct.Error.html

#![forbid(unsafe_code)]
#![deny(missing_docs)]

#[cfg(feature = "macros")]
#[doc = include_str!("attribute.md")]
pub use retry_macros::retry;

#[cfg(feature = "macros")]
#[doc = include_str!("derive.md")]
pub use retry_macros::Classify;

pub use retry_runtime::{
    Attempt, Backoff, Cause, Classify, Decision, Delays, ErrorClass, Factor, GiveUp, InChain,
    Jitter, Mark, Marked, PolicyError, Ratio, Retry, RetryAfter, RetryAfterError, RetryBudget,
    RetryEvent, RetryPolicy, RetryState, StatusSet, StopReason, TimedOut, Wait, chain, is_enabled,
    parse_retry_after, retry_with_backoff, retry_with_backoff_local, set_enabled, testing,
};
#[cfg(feature = "reqwest")]
pub use retry_runtime::{CheckStatus, HttpError};
#[cfg(feature = "http")]
pub use retry_runtime::{ServerHint, server_hint};

#[doc(hidden)]
pub use retry_runtime::__private;

#[cfg(all(doctest, feature = "macros", feature = "reqwest"))]
#[doc = include_str!("../README.md")]
struct Readme;
