//! Aids for the tests of code that retries.
//!
//! Under tokio's paused clock (`#[tokio::test(start_paused = true)]`) no wait takes time, and
//! nothing else is needed. Where the clock cannot be paused, or a test asks what was decided, there
//! is [`no_wait`]:
//!
//! ```
//! use std::io;
//! use retry_kit::{Decision, StopReason, retry, testing};
//!
//! #[retry(max = 2)]
//! async fn read() -> io::Result<String> {
//!     Err(io::ErrorKind::ConnectionReset.into())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let retries = testing::no_wait();
//! assert!(read().await.is_err());
//! assert_eq!(retries.waits().len(), 2);
//! assert_eq!(retries.decisions()[2].decision, Decision::Stop(StopReason::Exhausted));
//! # }
//! ```

use core::time::Duration;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::classify::ErrorClass;
use crate::decision::{Decision, Limits, Progress, decide_in_test};
use crate::policy::RetryPolicy;
use crate::random::SeededRandom;

thread_local! {
    /// Who decides in place of the ordinary decision while this thread has a guard. Behind a
    /// pointer that only a guard sets, none of this gets into a program that has no tests in it.
    static OBSERVER: Cell<Option<Observer>> = const { Cell::new(None) };
    /// The guards of this thread, the innermost last.
    static SESSIONS: RefCell<Vec<Rc<Session>>> = const { RefCell::new(Vec::new()) };
}

/// A decision that a guard has a say in.
pub(crate) type Observer = fn(&RetryPolicy, &mut Progress, ErrorClass, Limits<'_>) -> Decision;

/// What a guard asks for, and what happened under it.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) random: RefCell<SeededRandom>,
    max_attempts: Cell<Option<u32>>,
    pub(crate) disabled: Cell<bool>,
    decisions: RefCell<Vec<Recorded>>,
}

/// One decision, as it was recorded under [`no_wait`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recorded {
    /// The number of the attempt that failed, from 1.
    pub attempt: u32,
    /// The class of its failure.
    pub class: ErrorClass,
    /// What was decided. The wait is the one there would have been.
    pub decision: Decision,
}

/// While it lives, retries on its thread do not wait. Made by [`no_wait`].
#[derive(Debug)]
#[must_use = "retries wait again as soon as the guard is dropped"]
pub struct NoWait {
    session: Rc<Session>,
}

/// Retries on this thread do not wait until the guard is dropped; they yield instead. Everything
/// else is as ever: classes, limits, hooks, budgets, and the waits that these are told.
///
/// The jitter is drawn from a fixed seed, and every decision is recorded. Other threads are not
/// disturbed, so tests may run in parallel; for the same reason a task that runs on another thread
/// of a runtime waits as ever.
///
/// A wait that is left out counts as passed for the deadline and for the times that hooks are told,
/// so what is decided is what would be. Attempts take the time they take, and a `timeout` is one of
/// real time; a paused clock makes that short, too.
pub fn no_wait() -> NoWait {
    let session = Rc::new(Session {
        random: RefCell::new(SeededRandom::new(0)),
        max_attempts: Cell::new(None),
        disabled: Cell::new(false),
        decisions: RefCell::default(),
    });
    SESSIONS.with_borrow_mut(|sessions| sessions.push(Rc::clone(&session)));
    OBSERVER.set(Some(decide_in_test));
    NoWait { session }
}

impl NoWait {
    /// Every call gives up after this many attempts, if its policy does not before. The first
    /// attempt is always made.
    pub fn max_attempts(self, attempts: u32) -> Self {
        self.session.max_attempts.set(Some(attempts));
        self
    }

    /// Nothing is retried, as if the operator had [switched it off](crate::set_enabled), on this
    /// thread alone.
    pub fn disabled(self) -> Self {
        self.session.disabled.set(true);
        self
    }

    /// Draws the jitter from another seed.
    pub fn seed(self, seed: u64) -> Self {
        self.session.random.replace(SeededRandom::new(seed));
        self
    }

    /// All decisions on this thread since the guard was made, but for those under a later guard.
    #[must_use]
    pub fn decisions(&self) -> Vec<Recorded> {
        self.session.decisions.borrow().clone()
    }

    /// The waits among them.
    #[must_use]
    pub fn waits(&self) -> Vec<Duration> {
        let wait = |recorded: &Recorded| match recorded.decision {
            Decision::Retry(wait) => Some(wait.duration()),
            Decision::Stop(_) => None,
        };
        self.session.decisions.borrow().iter().filter_map(wait).collect()
    }
}

impl Drop for NoWait {
    fn drop(&mut self) {
        SESSIONS.with_borrow_mut(|sessions| {
            sessions.retain(|session| !Rc::ptr_eq(session, &self.session));
            if sessions.is_empty() {
                OBSERVER.set(None);
            }
        });
    }
}

impl Session {
    /// The policy with the limit of the test, if that is the smaller one.
    pub(crate) fn limit(&self, policy: &RetryPolicy) -> RetryPolicy {
        match (self.max_attempts.get().map(|attempts| attempts.saturating_sub(1)), policy.limit()) {
            (Some(most), Some(limit)) => policy.max_retries(limit.min(most)),
            (Some(most), None) => policy.max_retries(most),
            (None, _) => *policy,
        }
    }

    pub(crate) fn record(&self, attempt: u32, class: ErrorClass, decision: Decision) {
        self.decisions.borrow_mut().push(Recorded { attempt, class, decision });
    }
}

/// Who decides on this thread, if a guard has a say.
pub(crate) fn observer() -> Option<Observer> {
    OBSERVER.get()
}

/// Whether waits are left out on this thread.
pub(crate) fn is_active() -> bool {
    observer().is_some()
}

/// What the innermost guard of this thread asks for.
pub(crate) fn session() -> Option<Rc<Session>> {
    if !is_active() {
        return None;
    }
    SESSIONS.with_borrow(|sessions| sessions.last().cloned())
}
