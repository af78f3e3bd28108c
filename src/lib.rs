//! `#[retry]` retries transient failures with capped exponential backoff and jitter, and honours the
//! server's `Retry-After`. Only errors you classify as retryable are retried.
//!
//! ```
//! use retry_kit::retry;
//! use tokio::net::TcpStream;
//!
//! #[retry(max = 3, base = "1s")]
//! async fn connect(address: &str) -> std::io::Result<TcpStream> {
//!     TcpStream::connect(address).await
//! }
//! ```
//!
//! A refused or broken connection is retried: at most 3 retries, 4 attempts, after 1 to 2 s, 2 to 4 s and
//! 4 to 8 s. A missing permission is permanent and returned at once. The caller gets the stream, or
//! the last error, unchanged.
//!
//! # Where to look
//!
//! **The guide** has one page per subject, in reading order:
//! [getting started](guide::getting_started), [every key](guide::keys), [which errors](guide::errors),
//! [how long it waits](guide::waits), [HTTP](guide::http), [gRPC](guide::grpc),
//! [databases](guide::databases), [limits in time](guide::time), [calls inside calls](guide::nested),
//! [budgets and storms](guide::budgets), [outages](guide::outages), [who else retries](guide::who_else_retries),
//! [hooks, logs and metrics](guide::observing), [every site of a program](guide::sites),
//! [the flight recorder](guide::recorder), [testing](guide::testing),
//! [configuration](guide::configuration), [other runtimes](guide::runtimes), [middleware](guide::middleware),
//! [in a library](guide::libraries), [recipes](guide::recipes),
//! [coming from another library](guide::coming_from),
//! [troubleshooting](guide::troubleshooting), [limits](guide::limits), [questions](guide::faq).
//!
//! | you want to | use |
//! |---|---|
//! | retry a function | [`#[retry]`](retry), which has every key |
//! | say which errors are retryable | [`#[derive(Classify)]`](derive@Classify), [`ErrorClass`] |
//! | mark one boxed error, or find your own type in a chain | [`Mark`], [`chain`] |
//! | use a third-party error that wraps known ones | [`by_source`] |
//! | keep or configure a policy | [`RetryPolicy`], [`Backoff`], [`Jitter`], [`StatusSet`] |
//! | retry a closure | [`RetryPolicy::retry`], [`retry_with_backoff`] |
//! | decide inside your own loop | [`RetryState`] |
//! | retry every request of a client | `RetryLayer` or `RetryMiddleware`, see [middleware](guide::middleware) |
//! | send a request once, or with a key | [`Repeat`], [`IdempotencyKey`] |
//! | bound the load in an outage | [`RetryBudget`], [`set_enabled`] |
//! | make all calls wait when a server asks one to | [`Pause`] |
//! | see the attempt and the time left from deep inside it | [`current_attempt`], [`remaining`] |
//! | watch retries | [`RetryEvent`], [`GiveUp`], [`Attempt`] |
//! | list and check all retries in a program | `cargo retry`, see [sites](guide::sites); [`site!`] for closures |
//! | learn from an incident what another policy would have done | `recorder`, see [its page](guide::recorder) |
//! | test without waiting | [`testing`] |
//! | read a `Retry-After` value | [`parse_retry_after`], or strictly [`RetryAfter`] |
//!
//! # Without the attribute
//!
//! The same loop runs closures, with the keys as methods. [`RetryState`] makes the same decisions inside
//! a loop you write yourself:
//!
//! ```
//! use std::time::Duration;
//! use retry_kit::{Classify, Decision, RetryPolicy, RetryState};
//!
//! # async fn ping(host: &str) -> std::io::Result<()> { Ok(()) }
//! # async fn example(host: &str) -> std::io::Result<()> {
//! let policy = RetryPolicy::new().max_retries(5).deadline(Duration::from_secs(30));
//!
//! // A closure.
//! policy.retry(|| ping(host)).timeout(Duration::from_secs(2)).await?;
//!
//! // A closure that mutates what it captures.
//! let mut calls = 0;
//! let counted = policy.retry_local(async || {
//!     calls += 1;
//!     ping(host).await
//! });
//! counted.await?;
//!
//! // A loop of your own.
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
//! # Features
//!
//! | feature | by default | what it brings |
//! |---|---|---|
//! | `macros` | yes | [`retry`] |
//! | `tokio` | yes | waiting with tokio's timer inside a tokio runtime; elsewhere, and without this feature, the [timer](guide::runtimes) is the crate's own |
//! | `default-sleep` | no | `default_sleep!`, by which a crate says once how its functions [wait](guide::runtimes#once-for-a-crate) |
//! | `wasm` | no | for `wasm32-unknown-unknown`: clock, timer and random numbers from JavaScript; [no effect](guide::runtimes) elsewhere |
//! | `anyhow` | no | a class for `anyhow::Error`, by the first known error in its chain |
//! | `http` | no | `server_hint()` for the headers of any client's response, a class for `http::StatusCode` |
//! | `hyper` | no | for hyper 1: a class for `hyper::Error`; brings `http`, and compiles the crate `h2` for the errors of HTTP/2 |
//! | `reqwest` | no | for reqwest 0.13: a class for `reqwest::Error`, `check_status()`, `HttpError`; brings `hyper` |
//! | `reqwest-0_12` | no | the same for reqwest 0.12 |
//! | `tonic` | no | for tonic 0.14: classes for `tonic::Status`, with the server's pushback and `RetryInfo`, and for `tonic::transport::Error`; brings `hyper` and tonic's `channel` |
//! | `tonic-0_13` | no | the same for tonic 0.13 |
//! | `sqlx` | no | for sqlx 0.9: a class for `sqlx::Error`; needs Rust 1.94 |
//! | `sqlx-0_8` | no | the same for sqlx 0.8 |
//! | `tokio-postgres` | no | for tokio-postgres 0.7: a class for its `Error` |
//! | `redis` | no | for redis 1: a class for `RedisError` |
//! | `reqwest-middleware` | no | `RetryMiddleware` for clients of reqwest-middleware 0.5, a class for its error; brings `reqwest` |
//! | `tower` | no | `RetryLayer` for services of tower 0.5 and its crates tower-layer and tower-service 0.3; brings `http` |
//! | `sites` | no | a record of each `#[retry]` function in the binary, for [`cargo retry`](guide::sites) |
//! | `recorder` | no | the last decisions of each function, and [their replay](guide::recorder) under another policy |
//! | `tracing` | no | an event before each wait and at the end |
//! | `metrics` | no | counters of retries and of calls that gave up, a histogram of waits |
//! | `simulate` | no | [`testing::Outage`](guide::testing#outages), which simulates an outage for a test |
//! | `serde` | no | reads a [`RetryPolicy`] from configuration and writes it; the module `duration` does the same for a `Duration` |
//!
//! A feature stays with the version of its client that the table names. Another major version gets a
//! feature of its own beside it, such as `reqwest-0_12`.

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]

pub mod guide;

#[cfg(feature = "macros")]
#[doc = include_str!("attribute.md")]
pub use retry_macros::retry;

#[cfg(feature = "macros")]
#[doc = include_str!("derive.md")]
pub use retry_macros::Classify;

#[cfg(feature = "reqwest-middleware")]
pub use retry_runtime::RetryMiddleware;
#[cfg(feature = "default-sleep")]
pub use retry_runtime::default_sleep;
#[cfg(feature = "serde")]
pub use retry_runtime::duration;
#[cfg(any(feature = "tower", feature = "reqwest-middleware"))]
pub use retry_runtime::names as service;
#[cfg(feature = "recorder")]
pub use retry_runtime::recorder;
pub use retry_runtime::site;
pub use retry_runtime::sqlstate;
pub use retry_runtime::{
    Attempt, Backoff, Cause, Classify, Decision, Delays, DrawnWaits, ErrorClass, Forever, GiveUp,
    IdempotencyKey, InChain, Jitter, Log, Mark, Marked, Nested, ParseError, Pause, PolicyError,
    Previous, Ratio, Repeat, Retry, RetryAfter, RetryAfterError, RetryBudget, RetryEvent,
    RetryPolicy, RetryState, RetryableResponse, StatusSet, StopReason, Switch, TimedOut, Wait,
    by_source, chain, current_attempt, is_enabled, override_by_name, parse_duration,
    parse_retry_after, remaining, retry_with_backoff, retry_with_backoff_local, set_enabled,
    testing,
};
#[cfg(any(feature = "reqwest", feature = "reqwest-0_12"))]
pub use retry_runtime::{CheckStatus, HttpError};
#[cfg(feature = "tower")]
pub use retry_runtime::{RetryLayer, RetryService};
#[cfg(feature = "http")]
pub use retry_runtime::{ServerHint, server_hint};

#[doc(hidden)]
pub use retry_runtime::__private;

#[cfg(all(doctest, feature = "macros", feature = "reqwest"))]
#[doc = include_str!("../README.md")]
struct Readme;
