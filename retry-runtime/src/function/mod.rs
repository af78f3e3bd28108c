//! The retry loop as a function: for closures, and wherever an attribute does not fit.

mod operation;
mod options;
mod retry;
mod retry_with_backoff;
mod running;
mod stage;

pub use self::operation::{Futures, Gives, Local, MakeFuture, Operation};
pub use self::retry::Retry;
pub use self::retry_with_backoff::{retry_with_backoff, retry_with_backoff_local};
