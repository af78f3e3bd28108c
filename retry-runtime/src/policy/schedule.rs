//! The two schedules of a policy.

/// Which of the two schedules of a policy gives a wait without a server hint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Schedule {
    /// After every other failure.
    Ordinary,
    /// After a throttled failure.
    Throttled,
}
