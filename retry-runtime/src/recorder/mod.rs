//! Keeps the last decisions of each retried function, and replays them under another policy (feature `recorder`).
//!
//! After an incident: would fewer retries have been enough, and would more have helped? While the feature is enabled,
//! every call that fails at least once leaves a record of 16 bytes for each failure and for a final success.
//! A permanent first failure leaves none, because no policy would retry it.
//! [`recording`] returns a copy, which you can [save](Recording::to_bytes) for `cargo retry replay`, or
//! [replay](RecordedSite::replay) in the program:
//!
//! ```
//! use retry_kit::{RetryPolicy, recorder, retry};
//!
//! #[retry(max = 3, base = "10ms", name = "stock.read")]
//! async fn read_stock() -> std::io::Result<u32> {
//! #   thread_local!(static CALLS: std::cell::Cell<u32> = const { std::cell::Cell::new(0) });
//! #   if CALLS.replace(CALLS.get() + 1) < 2 { return Err(std::io::ErrorKind::ConnectionReset.into()); }
//!     Ok(7)
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! read_stock().await.unwrap();
//!
//! let recording = recorder::recording();
//! let site = recording.site("stock.read").unwrap();
//! let replay = site.replay(&RetryPolicy::new().max_retries(1));
//! assert_eq!(replay.recorded().attempts(), 3);
//! assert_eq!(replay.attempts_saved(), 1..=1);
//! assert_eq!(replay.successes_lost(), 1..=1);
//! # }
//! ```
//!
//! The guide has [a page](https://docs.rs/retry-kit/latest/retry_kit/guide/recorder/index.html) with a table of the outcomes.

mod recorded_call;
mod recording;
mod replay;

pub use self::recording::{InvalidRecording, RecordedSite, Recording, recording};
pub use self::replay::{Replay, Tally};
pub use crate::call::{Record, Step};
