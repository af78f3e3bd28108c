//! The retry loop as a function: for closures, and wherever an attribute does not fit.

mod operation;
mod options;
mod retry;
mod retry_with_backoff;
mod running;
mod stage;

#[cfg(feature = "tower")]
pub(crate) use self::operation::{Begins, StageOf};
pub use self::operation::{Futures, Gives, Local, MakeFuture, Operation};
#[cfg(feature = "tower")]
pub(crate) use self::options::{
    Accepting, AnyValue, Classifying, ErrorsOwn, Hearing, NoPreparation, OnRetry, Quiet,
    RuntimesOwn, SleepWith, Sleeping, Uncancelled, Until, Waits, When,
};
pub use self::retry::Retry;
#[cfg(feature = "tower")]
pub(crate) use self::retry::{Assembled, AssembledRetry};
pub use self::retry_with_backoff::{retry_with_backoff, retry_with_backoff_local};
#[cfg(feature = "tower")]
pub(crate) use self::stage::Stage;
