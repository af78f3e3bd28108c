//! The runtime of `retry-kit`: policy, backoff, jitter, `Retry-After`, classification, and the
//! decision after each failure.
//!
//! This crate is an implementation detail with `retry-kit`'s version number. Depend on
//! `retry-kit`, which re-exports all of its public items.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

#[cfg(all(
    feature = "decide",
    not(feature = "wasm"),
    target_family = "wasm",
    target_os = "unknown"
))]
compile_error!(
    "retry-kit needs its feature `wasm` on this target, for a clock, a timer and random numbers from \
     JavaScript: `retry-kit = { version = \"0.1\", features = [\"wasm\"] }`"
);

mod policy;

#[cfg(feature = "decide")]
mod call;
#[cfg(feature = "decide")]
mod classify;
#[cfg(feature = "decide")]
mod expansion;
#[cfg(feature = "decide")]
mod function;
#[cfg(feature = "decide")]
mod http;
#[cfg(feature = "middleware")]
mod middleware;
#[cfg(feature = "recorder")]
pub mod recorder;
#[cfg(feature = "simulate")]
mod simulate;
#[cfg(feature = "decide")]
mod telemetry;

#[cfg(feature = "middleware")]
pub use crate::middleware::*;
#[cfg(feature = "serde")]
pub use crate::policy::duration_field as duration;
pub use crate::policy::{
    Backoff, Delays, ErrorClass, Jitter, Log, Nested, ParseError, PolicyError, Ratio, Repeat,
    RetryPolicy, StatusSet, Switch, parse_duration,
};
#[cfg(feature = "decide")]
pub use crate::{call::*, classify::*, function::*, http::*};

#[cfg(feature = "decide")]
pub mod testing {
    //! Helps to test code that retries.
    //!
    //! With tokio's paused clock (`#[tokio::test(start_paused = true)]`) waits take no real time, and you
    //! need nothing else. If you cannot pause the clock, or want to check the decisions, use [`no_wait`]:
    //!
    //! ```
    //! use std::io;
    //! use retry_kit::{Decision, StopReason, retry, testing};
    //!
    //! #[retry(max = 2)]
    //! async fn read() -> io::Result<String> {
    //!     Err(io::ErrorKind::ConnectionReset.into())
    //! }
    //!
    //! # #[tokio::main(flavor = "current_thread")]
    //! # async fn main() {
    //! let retries = testing::no_wait();
    //! assert!(read().await.is_err());
    //! assert_eq!(retries.waits().len(), 2);
    //! assert_eq!(retries.decisions()[2].decision, Decision::Stop(StopReason::Exhausted));
    //! # }
    //! ```
    //!
    //! With the feature `simulate`, `Outage` shows what a policy does to a service that fails, and tests it.

    pub use crate::call::testing::*;
    #[cfg(feature = "simulate")]
    pub use crate::simulate::*;
}

/// What the macros and their expansions name. Not public API: it changes with any version.
#[doc(hidden)]
pub mod __private {
    pub use core::time::Duration;

    #[cfg(feature = "sites")]
    pub use crate::policy::site::{self, Known, Site};
    pub use crate::policy::{
        Backoff, ErrorClass, Excess, Jitter, Log, Nested, Repeat, RetryPolicy, StatusSet, Switch,
        assert_fits, deadline_within, describe, excess, near_miss, parse_duration, range_meant,
        values, words,
    };
    #[cfg(feature = "decide")]
    pub use crate::{
        call::{
            AttemptTimeout, Counter, Gate, IdempotencyKey, Memory, Name, Pause, Paused,
            Progressing, Resetting, RetryBudget, Watch,
        },
        classify::Classify,
        expansion::*,
        http::response::unless_retried,
        telemetry::*,
    };
}
