//! The retry loop as a function: for closures, and wherever an attribute does not fit.

mod blocking;
mod forever;
mod operation;
mod options;
mod retry;
mod retry_with_backoff;
mod running;
mod settings;
mod stage;

pub use self::forever::Forever;
#[cfg(feature = "middleware")]
pub(crate) use self::operation::{Begins, Repeats, StageOf};
pub use self::operation::{Blocking, Futures, Gives, Local, MakeFuture, Operation};
#[cfg(feature = "tower")]
pub use self::options::AnyValue;
#[cfg(feature = "middleware")]
pub(crate) use self::options::{
    Accepting, Classifying, Hearing, NoPreparation, Sleeping, Uncancelled,
};
#[cfg(feature = "middleware")]
pub use self::options::{ErrorsOwn, OnRetry, Quiet, RuntimesOwn, SleepWith, Until, When};
#[cfg(feature = "middleware")]
pub(crate) use self::retry::Assembled;
#[cfg(feature = "tower")]
pub(crate) use self::retry::AssembledRetry;
pub use self::retry::Retry;
pub use self::retry_with_backoff::{retry_with_backoff, retry_with_backoff_local};
#[cfg(feature = "reqwest-middleware")]
pub(crate) use self::settings::SetByLayer;
#[cfg(feature = "middleware")]
pub(crate) use self::settings::{Sets, Timed};
#[cfg(feature = "reqwest-middleware")]
pub(crate) use self::stage::InTime;
#[cfg(feature = "middleware")]
pub(crate) use self::stage::Stage;
