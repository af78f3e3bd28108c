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

use super::decide::choose;
use super::decision::Decision;
use super::observer::{Observer, set_observer};
use super::progress::{Limits, Progress};
use super::random::{SeededRandom, Source};
use super::switch::is_enabled;
use crate::policy::{ErrorClass, RetryPolicy};

thread_local! {
    /// The guards of this thread, the innermost last.
    static SESSIONS: RefCell<Vec<Rc<Session>>> = const { RefCell::new(Vec::new()) };
}

/// What a guard asks for, and what happened under it.
#[derive(Debug)]
struct Session {
    random: RefCell<SeededRandom>,
    max_attempts: Cell<Option<u32>>,
    disabled: Cell<bool>,
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
    set_observer(Some(Observer { decide: decide_in_test, is_last: is_last_in_test }));
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
                set_observer(None);
            }
        });
    }
}

impl Session {
    /// The policy with the limit of the test, if that is the smaller one.
    fn limit(&self, policy: &RetryPolicy) -> RetryPolicy {
        match (
            self.max_attempts.get().map(|attempts| attempts.saturating_sub(1)),
            policy.retry_limit(),
        ) {
            (Some(most), Some(limit)) => policy.max_retries(limit.min(most)),
            (Some(most), None) => policy.max_retries(most),
            (None, _) => *policy,
        }
    }

    fn record(&self, attempt: u32, class: ErrorClass, decision: Decision) {
        self.decisions.borrow_mut().push(Recorded { attempt, class, decision });
    }
}

/// What the innermost guard of this thread asks for.
fn session() -> Option<Rc<Session>> {
    SESSIONS.with_borrow(|sessions| sessions.last().cloned())
}

/// The decision under a guard: with its limit and its seed, and on record.
fn decide_in_test(
    policy: &RetryPolicy,
    progress: &mut Progress,
    class: ErrorClass,
    limits: Limits<'_>,
) -> Decision {
    let Some(session) = session() else {
        return choose(policy, progress, class, limits, &mut Source::Thread);
    };
    let policy = session.limit(policy);
    let limits = Limits { disabled: limits.disabled || session.disabled.get(), ..limits };
    let attempt = progress.retries.saturating_add(1);
    let random = &mut *session.random.borrow_mut();
    let decision = choose(&policy, progress, class, limits, &mut Source::Seeded(random));
    session.record(attempt, class, decision);
    decision
}

/// Whether no retry can follow after so many, as the guard has it.
fn is_last_in_test(policy: &RetryPolicy, retries: u32) -> bool {
    let Some(session) = session() else { return policy.is_exhausted(retries) };
    session.disabled.get() || !is_enabled() || session.limit(policy).is_exhausted(retries)
}
