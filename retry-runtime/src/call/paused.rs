//! The state of a call with a pause, and the gate before its attempts.

use core::ops::{Deref, DerefMut};
use core::time::Duration;

use super::budget::RetryBudget;
use super::clock::Clock;
use super::decide::is_late;
use super::decision::StopReason;
use super::lends::Lends;
use super::memory::{AttemptTimeout, Drawing, Memory, Progressing, Watch};
use super::name::Name;
use super::observer::observer;
use super::pause::{Pause, Pausing};
use super::random::{Random, SeededRandom, Source};
use super::timed_out::TimedOut;
use super::wait::Wait;
use crate::policy::range::Range;
use crate::policy::{ErrorClass, RetryPolicy};

/// What comes before an attempt.
#[derive(Clone, Copy, Debug)]
pub enum Gate<L> {
    /// Nothing.
    Open,
    /// A wait, and then another look: the pause may have become longer.
    Shut(Wait),
    /// The end of the call, as the wait would reach its deadline: what makes its outcome, and from what.
    Late(L, TimedOut),
}

/// The states of a call that a pause can be added to.
pub trait Pausable: Progressing {
    /// The clock of the call.
    type Clock: Clock;

    /// The count of retries and the start of the call.
    fn memory(&self) -> &Memory<Self::Clock>;

    /// The same, to change it.
    fn memory_mut(&mut self) -> &mut Memory<Self::Clock>;

    /// Decides on the failure of an attempt beside a pause that still lasts for so many nanoseconds.
    ///
    /// # Errors
    ///
    /// The reason why the call gives up.
    fn after_failure_in(
        &mut self,
        policy: &RetryPolicy,
        class: ErrorClass,
        pause: u64,
        name: Name,
    ) -> Result<Wait, StopReason>;

    /// Records a wait for the pause.
    fn begin_wait(&mut self, wait: Wait);
}

impl<C: Clock> Pausable for Memory<C> {
    type Clock = C;

    fn memory(&self) -> &Self {
        self
    }

    fn memory_mut(&mut self) -> &mut Self {
        self
    }

    fn after_failure_in(
        &mut self,
        policy: &RetryPolicy,
        class: ErrorClass,
        pause: u64,
        name: Name,
    ) -> Result<Wait, StopReason> {
        Self::after_failure_in(self, policy, class, pause, name)
    }

    fn begin_wait(&mut self, wait: Wait) {
        Self::begin_wait(self, wait);
    }
}

impl<B: Lends<RetryBudget>, C: Clock> Pausable for Watch<B, C> {
    type Clock = C;

    fn memory(&self) -> &Memory<C> {
        Self::memory(self)
    }

    fn memory_mut(&mut self) -> &mut Memory<C> {
        Self::memory_mut(self)
    }

    fn after_failure_in(
        &mut self,
        policy: &RetryPolicy,
        class: ErrorClass,
        pause: u64,
        name: Name,
    ) -> Result<Wait, StopReason> {
        Self::after_failure_in(self, policy, class, pause, name)
    }

    fn begin_wait(&mut self, wait: Wait) {
        self.add(wait);
        self.memory_mut().begin_wait(wait);
    }
}

impl<B: Lends<RetryBudget>, C: Clock> Pausable for Drawing<B, C> {
    type Clock = C;

    fn memory(&self) -> &Memory<C> {
        Watch::memory(self)
    }

    fn memory_mut(&mut self) -> &mut Memory<C> {
        Watch::memory_mut(self)
    }

    fn after_failure_in(
        &mut self,
        policy: &RetryPolicy,
        class: ErrorClass,
        pause: u64,
        name: Name,
    ) -> Result<Wait, StopReason> {
        Watch::after_failure_in(self, policy, class, pause, name)
    }

    fn begin_wait(&mut self, wait: Wait) {
        Pausable::begin_wait(&mut **self, wait);
    }
}

/// The state of a call whose attempts wait for a pause.
#[derive(Debug)]
pub struct Paused<P, Q> {
    progress: P,
    pause: Q,
    /// The moment when the last wait ends; 0 before the first. The clock has not seen a wait that is
    /// skipped.
    awaited: u64,
}

impl<P, Q> Paused<P, Q> {
    /// Makes the call of this state wait for the pause, if there is one.
    #[inline]
    #[must_use]
    pub const fn new(progress: P, pause: Q) -> Self {
        Self { progress, pause, awaited: 0 }
    }

    /// Sets the pause, before the call begins.
    #[inline]
    pub(crate) fn set_pause(&mut self, pause: Q) {
        self.pause = pause;
    }
}

impl<P: Pausable, Q: Lends<Pause>> Paused<P, Q> {
    /// Whether the call has a pause.
    #[inline]
    pub(crate) fn has_pause(&self) -> bool {
        self.pause.lent().is_some()
    }

    /// Returns what comes before the next attempt. The call ends where the wait would reach its deadline,
    /// but without `late`, which makes its outcome, it waits.
    #[inline]
    pub fn gate<L>(&mut self, policy: &RetryPolicy, late: Option<L>) -> Gate<L> {
        match self.pause.lent() {
            Some(pause) if !pause.is_unused() => self.gate_of_pause(policy, late),
            _ => Gate::Open,
        }
    }

    #[cold]
    #[inline(never)]
    fn gate_of_pause<L>(&mut self, policy: &RetryPolicy, late: Option<L>) -> Gate<L> {
        let Self { progress, pause, awaited } = self;
        let Some(pause) = pause.lent() else { return Gate::Open };
        let pausing = Pausing::new::<P::Clock>(pause, *awaited);
        let draw = |range| drawn(range, None);
        let Some(wait) = pausing.wait(policy, draw) else { return Gate::Open };
        let elapsed = progress.memory().elapsed_if_limited(policy);
        match late {
            Some(late) if is_late(policy, elapsed, wait) => {
                progress.memory_mut().ended(StopReason::Deadline);
                Gate::Late(late, TimedOut::new(Duration::ZERO))
            }
            _ => {
                *awaited = pausing.end_of(wait);
                progress.begin_wait(wait);
                Gate::Shut(wait)
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn after_failure_beside(
        &mut self,
        policy: &RetryPolicy,
        class: ErrorClass,
        name: Name,
    ) -> Result<Wait, StopReason> {
        let Self { progress, pause, awaited } = self;
        let Some(pause) = pause.lent() else { return progress.after_failure(policy, class, name) };
        let pausing = Pausing::new::<P::Clock>(pause, *awaited);
        let decided = progress.after_failure_in(policy, class, pausing.left(), name);
        pausing.raise(policy, class, decided.err());
        if let Ok(wait) = decided {
            *awaited = pausing.end_of(wait);
        }
        decided
    }

    /// [`Memory::attempt_timeout`], for an attempt that may begin later than the call.
    #[inline]
    #[must_use]
    pub fn attempt_timeout(
        &self,
        policy: &RetryPolicy,
        timeout: Option<Duration>,
    ) -> Option<AttemptTimeout> {
        let memory = self.progress.memory();
        if self.awaited == 0 {
            return memory.attempt_timeout(policy, timeout);
        }
        memory.attempt_timeout_from(P::Clock::now(), policy, timeout?)
    }
}

impl<P: Pausable, Q: Lends<Pause>> Progressing for Paused<P, Q> {
    #[inline]
    fn after_failure(
        &mut self,
        policy: &RetryPolicy,
        class: ErrorClass,
        name: Name,
    ) -> Result<Wait, StopReason> {
        match self.pause.lent() {
            None => self.progress.after_failure(policy, class, name),
            Some(_) => self.after_failure_beside(policy, class, name),
        }
    }

    #[inline]
    fn after_success(&mut self) {
        self.progress.after_success();
    }

    #[inline]
    fn cancelled(&mut self, wait: Wait, passed: Wait) -> StopReason {
        self.progress.cancelled(wait, passed)
    }

    #[inline]
    fn reset(&mut self) {
        self.progress.reset();
    }

    #[inline]
    fn retries(&self) -> u32 {
        self.progress.retries()
    }
}

impl<P, Q> Deref for Paused<P, Q> {
    type Target = P;

    #[inline]
    fn deref(&self) -> &P {
        &self.progress
    }
}

impl<P, Q> DerefMut for Paused<P, Q> {
    #[inline]
    fn deref_mut(&mut self) -> &mut P {
        &mut self.progress
    }
}

/// A random number outside of a decision: from the generator of the call if it has one, from that of the
/// test guard of this thread, or from that of the thread.
pub(super) fn drawn(range: Range, seeded: Option<&mut SeededRandom>) -> u64 {
    match (seeded, observer()) {
        (Some(seeded), _) => seeded.within(range),
        (None, Some(observer)) => (observer.draw)(range),
        (None, None) => Source::Thread.within(range),
    }
}
