//! The state of a call that resets its count after an attempt that ran long.

use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};
use core::time::Duration;

use super::clock::{Clock, Instant, RuntimeClock, ThreadClock};
use super::decision::StopReason;
use super::memory::Progressing;
use super::name::Name;
use super::wait::Wait;
use crate::policy::{ErrorClass, RetryPolicy};

/// Tells whether an attempt ran long enough to reset the count.
pub trait Resets {
    /// An attempt begins so long from now.
    fn begin<C: Clock>(&mut self, wait: Duration);

    /// Whether the attempt that fails now ran long enough.
    fn is_reached<C: Clock>(&self) -> bool;
}

/// Without a length: no attempt resets the count.
#[derive(Clone, Copy, Debug)]
pub struct NeverResets;

impl Resets for NeverResets {
    #[inline]
    fn begin<C: Clock>(&mut self, _: Duration) {}

    #[inline]
    fn is_reached<C: Clock>(&self) -> bool {
        false
    }
}

/// How long an attempt runs to reset the count, and since when the current one runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Healthy {
    /// `None` without a limit. Zero counts as `None`: every attempt would reach it.
    after: Option<Duration>,
    /// The beginning of the attempt, if there is a limit.
    since: Option<Instant>,
}

impl Healthy {
    pub(super) fn after(after: Duration) -> Self {
        Self { after: Some(after).filter(|after| !after.is_zero()), since: None }
    }

    /// Whether there is a limit.
    #[inline]
    pub(super) const fn is_limited(self) -> bool {
        self.after.is_some()
    }

    /// The limit, if there is one.
    pub(super) const fn length(self) -> Option<Duration> {
        self.after
    }

    /// The beginning of the attempt is not known.
    pub(super) fn forget(&mut self) {
        self.since = None;
    }
}

impl Resets for Healthy {
    #[inline]
    fn begin<C: Clock>(&mut self, wait: Duration) {
        if self.is_limited() {
            let now = C::now();
            self.since = Some(now.checked_add(wait).unwrap_or(now));
        }
    }

    fn is_reached<C: Clock>(&self) -> bool {
        match (self.after, self.since) {
            (Some(after), Some(since)) => C::now().saturating_duration_since(since) >= after,
            _ => false,
        }
    }
}

/// The state of a call that resets its count after an attempt that ran long.
#[derive(Debug)]
pub struct Resetting<P, C = RuntimeClock, R = Healthy> {
    progress: P,
    healthy: R,
    clock: PhantomData<C>,
}

impl<P> Resetting<P> {
    /// Resets the count after an attempt of this length, if there is one.
    #[inline]
    pub fn new(progress: P, after: Option<Duration>) -> Self {
        Self::begun(progress, after)
    }
}

impl<P> Resetting<P, ThreadClock> {
    /// The same for a call that blocks its thread.
    #[inline]
    pub fn new_blocking(progress: P, after: Option<Duration>) -> Self {
        Self::begun(progress, after)
    }
}

impl<P, C: Clock> Resetting<P, C> {
    /// Resets the count after an attempt of this length, on the clock of the call.
    #[inline]
    pub(crate) fn begun(progress: P, after: Option<Duration>) -> Self {
        let mut resetting = Self::idle(progress, Healthy::default());
        resetting.set_length(after);
        resetting.begin_run();
        resetting
    }

    /// Sets the length, before the first attempt begins.
    pub(crate) fn set_length(&mut self, after: Option<Duration>) {
        self.healthy = after.map(Healthy::after).unwrap_or_default();
    }
}

impl<P, C: Clock, R: Resets> Resetting<P, C, R> {
    /// The state before the first attempt.
    #[inline]
    pub(crate) const fn idle(progress: P, healthy: R) -> Self {
        Self { progress, healthy, clock: PhantomData }
    }

    /// Records that an attempt begins.
    #[inline]
    pub fn begin_run(&mut self) {
        self.healthy.begin::<C>(Duration::ZERO);
    }
}

impl<P: Progressing, C: Clock, R: Resets> Progressing for Resetting<P, C, R> {
    #[inline]
    fn after_failure(
        &mut self,
        policy: &RetryPolicy,
        class: ErrorClass,
        name: Name,
    ) -> Result<Wait, StopReason> {
        if self.healthy.is_reached::<C>() {
            self.progress.reset();
        }
        self.progress.after_failure(policy, class, name)
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

impl<P, C, R> Deref for Resetting<P, C, R> {
    type Target = P;

    #[inline]
    fn deref(&self) -> &P {
        &self.progress
    }
}

impl<P, C, R> DerefMut for Resetting<P, C, R> {
    #[inline]
    fn deref_mut(&mut self) -> &mut P {
        &mut self.progress
    }
}
