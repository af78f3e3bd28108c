//! The runtime of `retry-kit`: policy, backoff, jitter, `Retry-After`, classification, and the
//! decision after each failure.
//!
//! This crate is an implementation detail with `retry-kit`'s version number. Depend on
//! `retry-kit`, which re-exports all of its public items.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

#[cfg(feature = "decide")]
mod attribute;
mod backoff;
mod classify;
#[cfg(feature = "decide")]
mod decision;
mod delays;
#[cfg(feature = "decide")]
mod derive;
mod describe;
#[cfg(feature = "decide")]
mod draw;
mod duration;
#[cfg(feature = "decide")]
mod event;
#[cfg(feature = "decide")]
mod ide;
mod jitter;
mod policy;
#[cfg(feature = "decide")]
mod random;
mod retry_after;
mod status;
mod time;
#[cfg(feature = "decide")]
mod wait;

#[cfg(feature = "reqwest")]
mod http_error;
#[cfg(feature = "http")]
mod server_hint;

pub use crate::backoff::{Backoff, Factor};
pub use crate::classify::{Classify, ErrorClass, InChain, Mark, Marked, chain};
#[cfg(feature = "decide")]
pub use crate::decision::{Decision, RetryState, StopReason, Wait};
pub use crate::delays::Delays;
#[cfg(feature = "decide")]
pub use crate::event::{Cause, RetryEvent};
#[cfg(feature = "reqwest")]
pub use crate::http_error::{CheckStatus, HttpError};
pub use crate::jitter::{Jitter, Ratio};
pub use crate::policy::{PolicyError, RetryPolicy};
pub use crate::retry_after::{RetryAfter, RetryAfterError, parse_retry_after};
#[cfg(feature = "http")]
pub use crate::server_hint::{ServerHint, server_hint};
pub use crate::status::StatusSet;

/// What the macros and their expansions name. Not public API: it changes with any version.
#[doc(hidden)]
pub mod __private {
    pub use core::time::Duration;

    #[cfg(feature = "decide")]
    pub use crate::attribute::{
        AsPolicy, ByClass, ByWord, Counter, Memory, Outcome, Progressing, Retried, Watch, attempt,
        copied, decide, decide_with, notify, policy, retries_of, word_of,
    };
    #[cfg(feature = "decide")]
    pub use crate::derive::{Code, Forward, Hint, status_class};
    pub use crate::describe::describe;
    pub use crate::duration::parse as parse_duration;
    #[cfg(all(feature = "decide", feature = "tokio"))]
    pub use crate::wait::{Pause, sleep};
    #[cfg(feature = "decide")]
    pub use crate::wait::{YieldNow, block, sleep_with, yield_now};
    pub use crate::{Backoff, Classify, ErrorClass, Jitter, RetryPolicy, StatusSet};

    /// The keys, one constant each.
    #[cfg(feature = "decide")]
    pub mod ide {
        pub use crate::ide::*;
    }
}
