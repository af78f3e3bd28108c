//! Policies and their schedules: pure, `const`, and without any feature.
//!
//! The functions that parse, describe and sum are `#[inline]`: few programs call them, and only those compile them.
//! For all others, a cold build spends a third less on this crate.

mod aws;
pub(crate) mod backoff;
mod class;
#[cfg(feature = "serde")]
mod configuration;
mod delays;
mod describe;
pub(crate) mod duration;
#[cfg(feature = "serde")]
pub mod duration_field;
mod error;
mod factor;
mod fits;
pub(crate) mod growth;
pub(crate) mod hint;
mod jitter;
mod log;
mod near_miss;
mod nested;
mod parse_error;
mod pieces;
mod plan;
pub(crate) mod range;
mod repeat;
mod retry_policy;
pub(crate) mod schedule;
mod sentence;
mod settings;
#[cfg(feature = "sites")]
pub mod site;
mod status;
mod status_words;
mod switched;
mod throttled;
pub mod values;
pub mod words;

pub use self::backoff::Backoff;
pub use self::class::ErrorClass;
pub use self::delays::Delays;
pub use self::describe::describe;
pub use self::duration::parse_duration;
pub use self::error::PolicyError;
pub use self::fits::{Excess, assert_fits, deadline_within, excess};
pub use self::jitter::{Jitter, Ratio};
pub use self::log::Log;
pub use self::near_miss::near_miss;
pub use self::nested::Nested;
pub use self::parse_error::ParseError;
pub use self::repeat::Repeat;
pub use self::retry_policy::RetryPolicy;
pub use self::status::StatusSet;
pub use self::status_words::range_meant;
pub use self::switched::Switch;
