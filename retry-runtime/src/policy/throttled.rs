//! The throttled backoff: the setters and getters of `throttled(base = …, cap = …)`.

use core::time::Duration;

use super::retry_policy::RetryPolicy;
use super::schedule::Schedule;

// SPEC 4.16
impl RetryPolicy {
    /// Sets the backoff before the first retry after a throttled failure, before jitter; the
    /// [base](Self::base_delay) by default. The key `throttled(base = …)`.
    ///
    /// A throttled failure is one of class [`Throttled`](crate::ErrorClass::Throttled) or a status 429:
    /// the server limits this client, so it needs more time than after a broken connection. The second
    /// retry of a call has the second backoff, whatever the failures before. Factor, shape and jitter are
    /// those of the policy. A server hint takes the place of the backoff, see
    /// [`wait_after_hint`](Self::wait_after_hint).
    ///
    /// Without effect beside [`Backoff::List`](crate::Backoff::List).
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{Decision, ErrorClass, Jitter, RetryPolicy, RetryState};
    ///
    /// let policy = RetryPolicy::new()
    ///     .base_delay(Duration::from_millis(50))
    ///     .throttled_base(Duration::from_secs(1))
    ///     .jitter(Jitter::None);
    /// let wait = |class| match RetryState::new(&policy).decide(class) {
    ///     Decision::Retry(wait) => wait.duration(),
    ///     stop => panic!("{stop:?}"),
    /// };
    /// assert_eq!(wait(ErrorClass::Transient), Duration::from_millis(50));
    /// assert_eq!(wait(ErrorClass::Throttled { retry_after: None }), Duration::from_secs(1));
    /// ```
    pub const fn throttled_base(self, base: Duration) -> Self {
        self.with_growth(self.growth().throttled_base(base))
    }

    /// Sets the longest backoff after a throttled failure, before jitter; the [cap](Self::max_delay) by
    /// default. The key `throttled(cap = …)`. See [`throttled_base`](Self::throttled_base).
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::{Jitter, RetryPolicy};
    ///
    /// let seconds = Duration::from_secs;
    /// let policy = RetryPolicy::new().throttled_base(seconds(5)).throttled_cap(seconds(12));
    /// let waits = policy.jitter(Jitter::None).throttled_delays().map(|wait| *wait.end());
    /// assert!(waits.eq([5, 10, 12].map(seconds)));
    /// ```
    pub const fn throttled_cap(self, cap: Duration) -> Self {
        self.with_growth(self.growth().throttled_cap(cap))
    }

    /// Returns the backoff before the first retry after a throttled failure, before jitter.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    ///
    /// assert_eq!(RetryPolicy::DEFAULT.get_throttled_base(), Duration::from_secs(1));
    /// assert_eq!(RetryPolicy::aws().get_base_delay(), Duration::from_millis(50));
    /// assert_eq!(RetryPolicy::aws().get_throttled_base(), Duration::from_secs(1));
    /// ```
    #[must_use]
    pub const fn get_throttled_base(&self) -> Duration {
        Duration::from_nanos(self.bounds(Schedule::Throttled).base)
    }

    /// Returns the longest backoff after a throttled failure, before jitter.
    ///
    /// ```
    /// use std::time::Duration;
    /// use retry_kit::RetryPolicy;
    ///
    /// assert_eq!(RetryPolicy::DEFAULT.get_throttled_cap(), Duration::from_secs(60));
    /// let policy = RetryPolicy::DEFAULT.throttled_cap(Duration::from_secs(90));
    /// assert_eq!(policy.get_throttled_cap(), Duration::from_secs(90));
    /// ```
    #[must_use]
    pub const fn get_throttled_cap(&self) -> Duration {
        Duration::from_nanos(self.bounds(Schedule::Throttled).cap)
    }

    /// The parts of the throttled backoff that are set: base and cap.
    #[cfg(any(feature = "serde", feature = "recorder"))]
    pub(super) const fn throttled_parts(&self) -> (Option<Duration>, Option<Duration>) {
        self.growth().throttled_parts()
    }

    /// The policy whose throttled backoff is the ordinary one.
    pub(super) const fn without_throttled(self) -> Self {
        self.with_growth(self.growth().without_throttled())
    }
}
