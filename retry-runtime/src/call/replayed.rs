//! The decisions of a recorded call under another policy.

use core::time::Duration;

use super::decide::{is_late, wait_or_stop};
use super::decision::{Decision, StopReason};
use super::name::Name;
use super::progress::{Circumstances, Progress};
use super::random::Source;
use super::scope::Place;
use super::wait::Wait;
use crate::policy::duration::nanos;
use crate::policy::{ErrorClass, RetryPolicy, Switch};

/// Which waits are drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Edge {
    Shortest,
    Longest,
}

/// A call that takes no time, draws on no budget, and in which nothing of this process takes part.
pub(crate) struct Replayed {
    policy: RetryPolicy,
    progress: Progress,
    edge: Edge,
}

impl Replayed {
    pub(crate) fn new(policy: &RetryPolicy, edge: Edge) -> Self {
        let policy = policy.switch(Switch::Ignore);
        Self { policy, progress: Progress::START, edge }
    }

    /// The same call, whose requests cannot be repeated.
    pub(crate) fn without_repeat(&mut self) {
        self.policy = self.policy.without_repeat();
    }

    /// Decides on the failure of this attempt so long after the call began. A wait is no shorter than `shortest`, which
    /// is that for a pause.
    pub(crate) fn decide(
        &mut self,
        (attempt, class): (u32, ErrorClass),
        elapsed: Duration,
        shortest: Duration,
    ) -> Decision {
        let Self { policy, progress, edge } = self;
        // A lower layer may have made some.
        progress.retries = attempt.saturating_sub(1);
        let mut random = Source::Always(match edge {
            Edge::Shortest => 0,
            Edge::Longest => u64::MAX,
        });
        let name = Name::Known("");
        let circumstances = Circumstances { elapsed: Some(elapsed), ..Circumstances::of(name) };
        let outside = Place { number: 0, name, end: None };
        outside.within(|| match wait_or_stop(policy, progress, class, circumstances, &mut random) {
            Decision::Retry(wait) if wait.duration() < shortest => {
                let wait = Wait::of_pause(nanos(shortest));
                if is_late(policy, Some(elapsed), wait) {
                    Decision::Stop(StopReason::Deadline)
                } else {
                    Decision::Retry(wait)
                }
            }
            decision => decision,
        })
    }
}
