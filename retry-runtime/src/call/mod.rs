//! The decision after a failure, its inputs, and the events that report it.

mod atomic;
mod attempt;
mod budget;
mod clock;
mod decide;
mod decision;
mod entropy;
mod event;
mod idempotency_key;
#[cfg(feature = "simulate")]
mod isolated;
mod lends;
mod memory;
mod name;
mod observer;
mod overrides;
mod pause;
mod paused;
mod previous;
mod progress;
mod random;
#[cfg(feature = "recorder")]
mod record;
mod recorder;
#[cfg(feature = "recorder")]
mod replayed;
mod resetting;
#[cfg(feature = "recorder")]
mod rings;
mod scope;
mod state;
mod switch;
pub mod testing;
mod timed_out;
mod wait;

pub use self::attempt::Attempt;
pub use self::budget::RetryBudget;
pub(crate) use self::clock::{Clock, Instant, RuntimeClock, ThreadClock, time_of_day};
pub use self::decision::{Decision, StopReason};
pub use self::event::{Cause, GiveUp, RetryEvent};
pub use self::idempotency_key::IdempotencyKey;
#[cfg(feature = "simulate")]
pub(crate) use self::isolated::isolated;
pub use self::lends::Lends;
pub(crate) use self::lends::Nothing;
#[cfg(feature = "middleware")]
pub(crate) use self::lends::Shared;
pub use self::memory::{AttemptTimeout, Counter, Drawing, Memory, Progressing, Watch};
pub use self::name::Name;
pub(crate) use self::name::path_of;
pub(crate) use self::observer::is_observed;
pub use self::overrides::override_by_name;
pub use self::pause::Pause;
pub use self::paused::{Gate, Pausable, Paused};
pub use self::previous::Previous;
pub(crate) use self::progress::Carried;
#[cfg(feature = "simulate")]
pub(crate) use self::random::{Random, SeededRandom};
#[cfg(feature = "recorder")]
pub use self::record::{Record, Step};
#[cfg(feature = "recorder")]
pub(crate) use self::replayed::{Edge, Replayed};
pub use self::resetting::Resetting;
pub(crate) use self::resetting::{Healthy, NeverResets, Resets};
#[cfg(feature = "recorder")]
pub(crate) use self::rings::{Kept, kept};
#[cfg(feature = "tracing")]
pub(crate) use self::scope::outer_of;
pub use self::scope::{Entered, EnteredByName, EnteredUntil, current_attempt, remaining};
pub(crate) use self::scope::{end_within, enter, enter_by_name, enter_until};
pub(crate) use self::state::StateOptions;
pub use self::state::{DrawnWaits, RetryState};
pub use self::switch::{is_enabled, set_enabled};
pub use self::timed_out::TimedOut;
pub use self::wait::Wait;
