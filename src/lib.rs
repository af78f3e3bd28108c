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
//!   [`chain`] finds your own type. For a type of others that only wraps errors which are known,
//!   [`by_source`] says it.
//! * How long the waits are: [`RetryPolicy`], [`Backoff`], [`Jitter`];
//!   [`delays`](RetryPolicy::delays) and [`worst_case_wait`](RetryPolicy::worst_case_wait) tell
//!   beforehand.
//! * How long it may all take: [`TimedOut`] and the keys `timeout`, `deadline` and `fits`.
//! * What keeps retries from making an outage worse: [`RetryBudget`], and for operators
//!   [`set_enabled`].
//! * The loop without the attribute: [`retry_with_backoff`] for closures, [`RetryState`] for a loop
//!   of your own, which decides while you wait.
//! * Tests of your code: [`testing`].
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
//! let impatient = Client { policy: RetryPolicy::OFF };
//! # let _ = (patient.fetch(1), impatient.fetch(1));
//! ```
//!
//! With the feature `serde` that value comes [from configuration](RetryPolicy#from-configuration),
//! in the words of the attribute, over [defaults of yours](RetryPolicy#over-your-own-defaults) if
//! you have any; and so does any duration of your own:
//!
//! ```
//! # #[cfg(feature = "serde")] {
//! use std::time::Duration;
//! use retry_kit::RetryPolicy;
//!
//! #[derive(serde::Deserialize)]
//! struct Config {
//!     #[serde(default)]
//!     retry: RetryPolicy,
//!     #[serde(default, with = "retry_kit::duration")]
//!     timeout: Option<Duration>,
//! }
//!
//! let config: Config = toml::from_str(
//!     r#"
//!     timeout = "2s"
//!     [retry]
//!     max = 5
//!     base = "250ms"
//!     "#,
//! )?;
//! assert_eq!(config.retry.delays().count(), 5);
//! assert_eq!(config.timeout, Some(Duration::from_secs(2)));
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Without the attribute
//!
//! The same loop, with the keys as methods, runs closures; as a value it decides for a loop that you
//! write. All three come to the same decisions.
//!
//! ```
//! use std::time::Duration;
//! use retry_kit::{Classify, Decision, RetryPolicy, RetryState};
//!
//! # async fn ping(host: &str) -> std::io::Result<()> { Ok(()) }
//! # async fn example(host: &str) -> std::io::Result<()> {
//! let policy = RetryPolicy::new().max_retries(5).deadline(Duration::from_secs(30));
//!
//! // For closures.
//! policy.retry(|| ping(host)).timeout(Duration::from_secs(2)).await?;
//!
//! // For closures that change what is around them.
//! let mut calls = 0;
//! let counted = policy.retry_local(async || {
//!     calls += 1;
//!     ping(host).await
//! });
//! counted.await?;
//!
//! // By hand.
//! let mut retries = RetryState::new(&policy);
//! while let Err(error) = ping(host).await {
//!     match retries.decide(error.classify()) {
//!         Decision::Retry(wait) => tokio::time::sleep(wait.duration()).await,
//!         Decision::Stop(_) => return Err(error),
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # In logs and numbers
//!
//! With the feature `tracing`, each wait is a `WARN` and each end an `ERROR`, under the target
//! `retry_kit`; of a first failure that is permanent nothing is said, as it is the caller's news:
//!
//! ```text
//! WARN retry_kit: retrying name="shop::fetch" attempt=1 max=3 error=HTTP status 503 Service Unavailable from http://shop/items wait=1.31s from_server=false waited=0ns
//! WARN retry_kit: retrying name="shop::fetch" attempt=2 max=3 error=HTTP status 429 Too Many Requests from http://shop/items wait=7.02s from_server=true waited=1.31s
//! ERROR retry_kit: gave up name="shop::fetch" attempts=3 error=HTTP status 404 Not Found from http://shop/items reason="permanent" waited=8.33s
//! ```
//!
//! There is `cause` in place of `error` where a value was not accepted, and `elapsed` where a key
//! such as `deadline` needs the clock. An error is shown by its `Display` and that of its
//! sources, or by the name of its type if it has no `Display`: `Debug` is never shown. URLs lose user,
//! password, query and fragment. Secrets elsewhere, in a path or in the words of a message, stay.
//! Arguments are never shown.
//!
//! With the feature `metrics` there are the counters `retry_retries_total{name}` and
//! `retry_give_ups_total{name, reason}` and the histogram `retry_wait_seconds{name}`. The reason is
//! `permanent`, `exhausted`, `deadline`, `budget`, `disabled` or `hint_too_long`.
//!
//! Either makes the future of every annotated function up to 64 bytes larger: it remembers what
//! there will be to tell.
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
//! Where a function returns responses as they are, `response` looks at their status, and nothing
//! else changes. After the last attempt the caller gets the last response, its body unread. One
//! that is followed by another attempt is dropped unread, which closes an HTTP/1 connection unless
//! all of the body has already arrived.
//!
//! ```
//! # #[cfg(feature = "reqwest")] {
//! use retry_kit::retry;
//!
//! #[retry(response, status(408, 429, 500..=599))]
//! async fn page(client: &reqwest::Client, url: &str) -> reqwest::Result<reqwest::Response> {
//!     client.get(url).send().await
//! }
//! # }
//! ```
//!
//! A server may ask for a longer wait than you allow. Its hint is then cut to `retry_after_cap`, 300 s
//! by default, and the retries may all come before the server wants any. Where that is no use, write
//! `retry_after_cap = give_up("5m")`: a longer hint ends the call, and the caller has the error at
//! once. [The guide](guide::http) has more, and says [who else retries](guide::who_else_retries).
//!
//! # gRPC
//!
//! With the feature `tonic`, a `tonic::Status` says whether to try again. A `Request<T>` is not
//! `Clone`: let the function take the message, and build the request in its body.
//!
//! ```
//! # #[cfg(feature = "tonic")] {
//! use retry_kit::retry;
//! use tonic::{Request, Response, Status};
//!
//! # struct Client;
//! # impl Client {
//! #     async fn get(&mut self, _: Request<String>) -> Result<Response<String>, Status> {
//! #         Err(Status::unavailable(""))
//! #     }
//! # }
//! #[retry(timeout = "5s")]
//! async fn get(client: &mut Client, key: &String) -> Result<String, Status> {
//!     let request = Request::new(key.clone());
//!     Ok(client.get(request).await?.into_inner())
//! }
//! # }
//! ```
//!
//! On a function that returns a `Streaming<T>` the attribute covers the opening of the stream and no
//! more: what breaks while the caller reads is the caller's. To retry that too, read the stream to
//! its end in the function, or open it again where the last message left off.
//!
//! # Features
//!
//! | feature | by default | what it brings |
//! |---|---|---|
//! | `macros` | yes | [`retry`] |
//! | `tokio` | yes | waiting with tokio's timer; without it, the key `sleep` is compulsory |
//! | `anyhow` | no | a class for `anyhow::Error`, by what is in its chain |
//! | `http` | no | `server_hint()` for the headers of any client's response, a class for `http::StatusCode` |
//! | `hyper` | no | a class for `hyper::Error`, of hyper 1; brings `http` |
//! | `reqwest` | no | for reqwest 0.13: a class for `reqwest::Error`, `check_status()`, `HttpError`; brings `hyper` |
//! | `tonic` | no | for tonic 0.14: classes for `tonic::Status`, with the server's pushback and `RetryInfo`, and for `tonic::transport::Error`; brings `hyper` and tonic's `channel` |
//! | `sqlx` | no | for sqlx 0.9: a class for `sqlx::Error`; needs Rust 1.94 |
//! | `sqlx-0_8` | no | the same for sqlx 0.8 |
//! | `tokio-postgres` | no | for tokio-postgres 0.7: a class for its `Error` |
//! | `redis` | no | for redis 1: a class for `RedisError` |
//! | `tracing` | no | an event before each wait and at the end |
//! | `metrics` | no | counters of retries and ends, a histogram of waits |
//! | `serde` | no | a [`RetryPolicy`] from configuration, and back; `duration` for durations beside it |
//!
//! A feature stays with the major version of the client that it names. Another version gets a feature of
//! its own beside it, such as `sqlx-0_8`.
//!
//! [`reqwest::Error`]: https://docs.rs/reqwest/latest/reqwest/struct.Error.html

#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod guide;

#[cfg(feature = "macros")]
#[doc = include_str!("attribute.md")]
pub use retry_macros::retry;

#[cfg(feature = "macros")]
#[doc = include_str!("derive.md")]
pub use retry_macros::Classify;

#[cfg(feature = "serde")]
pub use retry_runtime::duration;
pub use retry_runtime::sqlstate;
pub use retry_runtime::{
    Attempt, Backoff, Cause, Classify, Decision, Delays, ErrorClass, GiveUp, IdempotencyKey,
    InChain, Jitter, Mark, Marked, ParseError, PolicyError, Ratio, Repeat, Retry, RetryAfter,
    RetryAfterError, RetryBudget, RetryEvent, RetryPolicy, RetryState, RetryableResponse,
    StatusSet, StopReason, TimedOut, Wait, by_source, chain, is_enabled, parse_duration,
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
