//! The policy and the options that a layer or a middleware has.

use core::fmt;

use crate::call::{Pause, RetryBudget, Shared};
use crate::function::{ErrorsOwn, Quiet, RuntimesOwn};
use crate::policy::RetryPolicy;

/// The policy and the options of a layer or a middleware.
#[derive(Clone)]
pub struct Options<C, W, U, H, S> {
    pub(super) policy: RetryPolicy,
    pub(super) name: &'static str,
    pub(super) target: Option<&'static str>,
    pub(super) budget: Shared<RetryBudget>,
    pub(super) pause: Shared<Pause>,
    pub(super) copy: C,
    pub(super) when: W,
    pub(super) until: U,
    pub(super) on_retry: H,
    pub(super) sleep: S,
}

impl<C, W, U, H, S> fmt::Debug for Options<C, W, U, H, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("name", &self.name)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

impl<C, U> Options<C, ErrorsOwn, U, Quiet, RuntimesOwn> {
    pub(super) const fn new(policy: RetryPolicy, copy: C, until: U) -> Self {
        Self {
            policy,
            name: "retry",
            target: None,
            budget: Shared::NONE,
            pause: Shared::NONE,
            copy,
            when: ErrorsOwn,
            until,
            on_retry: Quiet,
            sleep: RuntimesOwn,
        }
    }
}

#[cold]
pub(super) fn begun_without_a_request() -> ! {
    unreachable!("no retry of a request that cannot be repeated is granted")
}
