//! The items that the macros and their expansions use: the thin, generic rim of the loop.

mod borrow;
mod budget;
mod cancel;
mod choice;
#[cfg(feature = "default-sleep")]
pub mod default_timer;
mod derive;
mod fallback;
mod hooks;
pub mod ide;
mod outcome;
mod pause;
mod policy;
mod previous;
mod reset;
mod returned;
mod scoped;
mod site;
mod sleep;
mod timeout;
mod timer;
mod values;

pub use self::borrow::{BorrowExclusively, BorrowShared};
pub use self::budget::{AsBudget, budgeted};
pub use self::cancel::{
    CancelFlag, CancelFuture, CancelledWait, Failed, Kept, UnlessCancelled, WholeWait,
    block_unless, cause_of, kept, unless_cancelled,
};
pub use self::choice::{ByClass, ByWord, Retried, word_of};
pub use self::derive::{Code, Forward, Hint, SqlState, sqlstate_class, status_class};
pub use self::fallback::{
    Answer, Awaited, Fallback, Last, LastOtherwise, Later, NoAnswer, NoSubstitute, Substitute,
};
pub use self::hooks::{
    Ended, EndedOtherwise, Prepared, Unbegun, UnbegunOtherwise, UnbegunWhole, notify,
    notify_with_value, prepared,
};
pub use self::outcome::{
    NextStep, Outcome, next_step, next_step_by, next_step_of_values, next_step_of_values_by,
    next_wait, next_wait_by, value_of,
};
pub use self::pause::{
    AsPause, EndsLate, FromPaused, NeverLate, NoLate, SurelyNeverLate, gate, late_by_pause, paused,
};
pub use self::policy::{
    AsPolicy, Deadline, Overriding, Retries, additive_or_whole, copied, policy, retries_of,
    symmetric_or_whole, with_statuses_of,
};
pub use self::previous::Remembered;
pub use self::reset::{ResetAfter, resetting, resetting_blocking};
pub use self::returned::{Returned, ReturnedOtherwise};
pub use self::scoped::{Frame, Framed, Named, Numbered, Scoped, Until, attempt, framed, scoped};
pub use self::site::known_policy;
pub use self::sleep::{Nap, Rest, block, nap, sleep};
pub use self::timeout::{
    Alarmed, FromTimedOut, Race, Timed, TimedOtherwise, Timeout, WithTimeout, late, race, timeout,
    with_timeout,
};
pub(crate) use self::timeout::{unscoped_race, unscoped_with_timeout};
pub use self::values::{Seen, SeenWhole, Verdict, Whole, unless_accepted};
