//! What `policy = …` gives.

use core::borrow::Borrow;

use crate::policy::RetryPolicy;

/// What `policy = …` may give.
#[diagnostic::on_unimplemented(
    message = "`policy` takes a `RetryPolicy` or a `&RetryPolicy`, not `{Self}`",
    label = "not a retry policy"
)]
pub trait AsPolicy {
    /// The policy as it was given: a reference stays one and costs the future 8 bytes.
    type Kept: Borrow<RetryPolicy>;

    /// Keeps the policy for the call.
    fn keep(self) -> Self::Kept;
}

#[diagnostic::do_not_recommend]
impl AsPolicy for RetryPolicy {
    type Kept = Self;

    #[inline]
    fn keep(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<'a> AsPolicy for &'a RetryPolicy {
    type Kept = &'a RetryPolicy;

    #[inline]
    fn keep(self) -> Self {
        self
    }
}

/// The policy that `policy = …` gives.
#[inline]
pub fn policy<K>(policy: impl AsPolicy<Kept = K>) -> K {
    policy.keep()
}

/// A copy of it, for other keys of the attribute to change.
#[inline]
pub fn copied<P: AsPolicy>(policy: P) -> RetryPolicy {
    *policy.keep().borrow()
}

/// The retries that make `attempts` calls; none at all for 0, which a constant may be.
#[must_use]
pub const fn retries_of(attempts: u32) -> u32 {
    attempts.saturating_sub(1)
}
