//! The runtime of `retry-kit`: policy, backoff, jitter, `Retry-After`, classification, and the
//! decision after each failure.
//!
//! This crate is an implementation detail with `retry-kit`'s version number. Depend on
//! `retry-kit`, which re-exports all of its public items.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod attribute;
mod backoff;
mod classify;
mod decision;
mod delays;
mod event;
mod jitter;
mod policy;
mod random;
mod retry_after;
mod status;
mod time;
mod wait;

#[cfg(feature = "reqwest")]
mod http_error;

pub use crate::backoff::{Backoff, Factor};
pub use crate::classify::{Classify, ErrorClass};
pub use crate::decision::{Decision, RetryState, StopReason, Wait};
pub use crate::delays::Delays;
pub use crate::event::{Cause, RetryEvent};
pub use crate::jitter::{Jitter, Ratio};
pub use crate::policy::{PolicyError, RetryPolicy};
pub use crate::retry_after::{RetryAfter, RetryAfterError, parse_retry_after};
pub use crate::status::StatusSet;

#[cfg(feature = "reqwest")]
pub use crate::http_error::{CheckStatus, HttpError};

/// What the expansion of `#[retry]` names. Not public API: it changes with any version.
#[doc(hidden)]
pub mod __private {
    pub use core::time::Duration;

    pub use crate::attribute::{
        AsPolicy, ByClass, ByWord, Counter, Memory, Outcome, Progressing, Retried, Watch, attempt,
        copied, decide, decide_with, notify, policy, retries_of, word_of,
    };
    #[cfg(feature = "tokio")]
    pub use crate::wait::sleep;
    pub use crate::wait::{YieldNow, block, sleep_with, yield_now};
    pub use crate::{Backoff, ErrorClass, Jitter, RetryPolicy, StatusSet};
}
