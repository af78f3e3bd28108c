//! Feature `recorder`: keeps the last decisions of each function. Without the feature, no code and no bytes.

#![cfg_attr(
    not(feature = "recorder"),
    expect(clippy::unused_self, reason = "with the feature they use it")
)]
#![expect(clippy::inline_always, reason = "without the feature nothing is left of the functions")]

use super::clock::Clock;
use super::decision::StopReason;
use super::name::Name;
#[cfg(feature = "recorder")]
use super::rings;
use super::wait::Wait;
use crate::policy::{ErrorClass, RetryPolicy};

/// A call as the recorder knows it: by nothing before its first failure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recorded {
    #[cfg(feature = "recorder")]
    place: Option<rings::Place>,
}

impl Recorded {
    /// A call before its first failure.
    pub(crate) const NEW: Self = Self {
        #[cfg(feature = "recorder")]
        place: None,
    };

    /// Records the decision after a failure of this attempt.
    #[inline(always)]
    pub(super) fn failed<C: Clock>(
        &mut self,
        name: Name,
        policy: &RetryPolicy,
        (attempt, class): (u32, ErrorClass),
        decided: Result<Wait, StopReason>,
    ) {
        #[cfg(feature = "recorder")]
        if C::IS_REAL {
            rings::failed(&mut self.place, C::now(), name, policy, (attempt, class), decided);
        }
        #[cfg(not(feature = "recorder"))]
        let _ = (name, policy, attempt, class, decided);
    }

    /// Records that the call goes on after all, where the decision was to stop.
    #[inline(always)]
    pub(super) fn insisted<C: Clock>(self, (attempt, class): (u32, ErrorClass), wait: Wait) {
        #[cfg(feature = "recorder")]
        if let Some(place) = self.place {
            rings::insisted(place, C::now(), (attempt, class), wait);
        }
        #[cfg(not(feature = "recorder"))]
        let _ = (attempt, class, wait);
    }

    /// Records that this attempt succeeded, if one before has failed.
    #[inline(always)]
    pub(super) fn succeeded<C: Clock>(&mut self, attempt: u32) {
        #[cfg(feature = "recorder")]
        if let Some(place) = self.place.take() {
            rings::succeeded(place, C::now(), attempt);
        }
        #[cfg(not(feature = "recorder"))]
        let _ = attempt;
    }

    /// Records that the call ended during the wait after this attempt.
    #[inline(always)]
    pub(super) fn ended<C: Clock>(self, attempt: u32, reason: StopReason) {
        #[cfg(feature = "recorder")]
        if let Some(place) = self.place {
            rings::ended(place, C::now(), attempt, reason);
        }
        #[cfg(not(feature = "recorder"))]
        let _ = (attempt, reason);
    }
}
