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
#[cfg(feature = "decide")]
mod budget;
mod classify;
#[cfg(feature = "serde")]
mod config;
#[cfg(feature = "decide")]
mod decision;
mod delays;
#[cfg(feature = "decide")]
mod derive;
mod describe;
#[cfg(feature = "decide")]
mod draw;
#[cfg(feature = "serde")]
pub mod duration;
#[cfg(feature = "decide")]
mod event;
mod fits;
#[cfg(feature = "decide")]
mod function;
#[cfg(feature = "decide")]
mod ide;
mod jitter;
#[cfg(feature = "decide")]
mod limited;
mod near_miss;
mod parse_duration;
mod policy;
#[cfg(feature = "decide")]
mod progress;
#[cfg(feature = "decide")]
mod random;
#[cfg(all(feature = "decide", any(feature = "tracing", test)))]
mod redact;
#[cfg(feature = "decide")]
mod response;
mod retry_after;
mod status;
#[cfg(feature = "decide")]
mod switch;
#[cfg(feature = "decide")]
mod telemetry;
#[cfg(feature = "decide")]
pub mod testing;
mod time;
mod timed_out;
#[cfg(feature = "decide")]
mod wait;

#[cfg(feature = "reqwest")]
mod http_error;
#[cfg(feature = "http")]
mod server_hint;

pub use crate::backoff::{Backoff, Factor};
#[cfg(feature = "decide")]
pub use crate::budget::RetryBudget;
pub use crate::classify::{Classify, ErrorClass, InChain, Mark, Marked, by_source, chain};
#[cfg(feature = "decide")]
pub use crate::decision::{Decision, RetryState, StopReason, Wait};
pub use crate::delays::Delays;
#[cfg(feature = "decide")]
pub use crate::event::{Attempt, Cause, GiveUp, RetryEvent};
#[cfg(feature = "decide")]
pub use crate::function::{Retry, retry_with_backoff, retry_with_backoff_local};
#[cfg(feature = "reqwest")]
pub use crate::http_error::{CheckStatus, HttpError};
pub use crate::jitter::{Jitter, Ratio};
pub use crate::policy::{PolicyError, RetryPolicy};
pub use crate::retry_after::{RetryAfter, RetryAfterError, parse_retry_after};
#[cfg(feature = "http")]
pub use crate::server_hint::{ServerHint, server_hint};
pub use crate::status::StatusSet;
#[cfg(feature = "decide")]
pub use crate::switch::{is_enabled, set_enabled};
pub use crate::timed_out::TimedOut;

/// What the macros and their expansions name. Not public API: it changes with any version.
#[doc(hidden)]
pub mod __private {
    pub use core::time::Duration;

    #[cfg(feature = "decide")]
    pub use crate::attribute::{
        AsPolicy, ByClass, ByWord, Judgement, Outcome, Prepared, Retried, attempt, copied, decide,
        decide_with, judge, judge_values, judge_values_with, judge_with, last_word, notify, policy,
        prepared, retries_of, unless_accepted, word_of,
    };
    #[cfg(feature = "decide")]
    pub use crate::budget::RetryBudget;
    #[cfg(feature = "decide")]
    pub use crate::derive::{Code, Forward, Hint, status_class};
    pub use crate::describe::describe;
    pub use crate::fits::{Excess, assert_fits, excess};
    #[cfg(all(feature = "decide", feature = "tokio"))]
    pub use crate::limited::{Limited, limited};
    #[cfg(feature = "decide")]
    pub use crate::limited::{Race, Timeout, in_time, late, race, timeout};
    pub use crate::near_miss::near_miss;
    pub use crate::parse_duration::parse as parse_duration;
    #[cfg(feature = "decide")]
    pub use crate::progress::{Counter, Limit, Memory, Progressing, Watch};
    #[cfg(feature = "decide")]
    pub use crate::response::{Response, unless_retried};
    #[cfg(feature = "decide")]
    pub use crate::telemetry::{
        Shown, ShownByDebug, ShownByDisplay, ShownByType, SourceOfBoxed, SourceOfError,
        SourceOfNothing, Telling, shown, tell_retry, tell_stop,
    };
    #[cfg(feature = "decide")]
    pub use crate::timed_out::FromTimedOut;
    #[cfg(all(feature = "decide", feature = "tokio"))]
    pub use crate::wait::{Pause, sleep};
    #[cfg(feature = "decide")]
    pub use crate::wait::{YieldNow, block, sleep_with, time_to_sleep, yield_now};
    pub use crate::{Backoff, Classify, ErrorClass, Jitter, RetryPolicy, StatusSet};

    /// The keys, one constant each.
    #[cfg(feature = "decide")]
    pub mod ide {
        pub use crate::ide::*;
    }
}
