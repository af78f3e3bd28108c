//! The decisions of a recorded call under another policy.

use core::time::Duration;

use super::decide::wait_or_stop;
use super::decision::Decision;
use super::name::Name;
use super::progress::{Circumstances, Progress};
use super::random::Source;
use super::scope::Place;
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
    /// A call that has made so many retries.
    pub(crate) fn new(policy: &RetryPolicy, retries: u32, edge: Edge) -> Self {
        let policy = policy.switch(Switch::Ignore);
        Self { policy, progress: Progress::after(retries), edge }
    }

    /// The same call, whose requests cannot be repeated.
    pub(crate) fn without_repeat(&mut self) {
        self.policy = self.policy.without_repeat();
    }

    /// Decides on a failure so long after the call began, while a pause still lasts for this time.
    pub(crate) fn decide(
        &mut self,
        class: ErrorClass,
        elapsed: Duration,
        pause: Duration,
    ) -> Decision {
        let Self { policy, progress, edge } = self;
        let mut random = Source::Always(match edge {
            Edge::Shortest => 0,
            Edge::Longest => u64::MAX,
        });
        let name = Name::Known("");
        let circumstances = Circumstances {
            elapsed: Some(elapsed),
            pause: u64::try_from(pause.as_nanos()).unwrap_or(u64::MAX),
            ..Circumstances::of(name)
        };
        Place { number: 0, name, end: None }
            .within(|| wait_or_stop(policy, progress, class, circumstances, &mut random))
    }
}
