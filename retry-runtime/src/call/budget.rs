//! A budget of retries, shared by the calls to one downstream.

use super::atomic::{AtomicU32, Ordering};
use crate::policy::ErrorClass;

/// Limits retries, so that they do not multiply the load on a failing downstream.
///
/// A budget starts with `capacity` tokens, and never holds more. A retry takes `cost` tokens, or
/// `throttled_cost` after a throttled error. If too few are left, the retry is refused and the call
/// returns its error. A success at the first attempt puts `refill` tokens back. A success after retries
/// puts back the tokens that the last retry took.
///
/// A retry that never starts gives its tokens back: the call was dropped during the wait, or a hook
/// panicked. So does a retry whose attempt panics. A retry that is dropped while it runs, for example by
/// a timeout around the call, keeps them: it may have met the overload that the budget guards against.
///
/// So only failed retries use tokens up. At any time:
///
/// > failed retries × cost ≤ capacity + successes at the first attempt × refill
///
/// With [`standard`](Self::standard), up to three retries per call, and independent failures:
///
/// | share of attempts that fail | what the budget does |
/// |---|---|
/// | below 20 % | never limits you: more tokens come back than retries use |
/// | 50 % | allows one retry per 14 calls after the first 71: 7 % more load instead of 87 % |
/// | all | allows 35 retries, then none until calls succeed again: the extra load falls towards zero |
///
/// # One budget per downstream
///
/// Calls that always fail drain the budget for the others, too. Three failed retries take 42 tokens, so
/// with `standard` one such call in 43 is enough to empty the budget. Use one `static` per downstream, or
/// per part of it that can fail alone. Do not share one across a whole program.
///
/// ```
/// use retry_kit::{RetryBudget, retry};
///
/// static INVENTORY: RetryBudget = RetryBudget::standard();
/// static TIGHT: RetryBudget = RetryBudget::new(50, 10, 5, 1);
///
/// #[retry(budget = &INVENTORY)]
/// async fn stock(item: u32) -> std::io::Result<u32> {
///     Ok(item)
/// }
///
/// #[retry(budget = &INVENTORY)]
/// async fn price(item: u32) -> std::io::Result<u32> {
///     Ok(item)
/// }
///
/// assert_eq!(INVENTORY.available(), 500);
/// assert_eq!(TIGHT.available(), 50);
/// ```
#[derive(Debug)]
pub struct RetryBudget {
    tokens: AtomicU32,
    capacity: u32,
    cost: u32,
    throttled_cost: u32,
    refill: u32,
}

impl RetryBudget {
    /// Makes a full budget; all numbers are tokens.
    ///
    /// - `capacity`: the tokens of a full budget.
    /// - `cost`: the tokens that a retry takes. Above `capacity`, every such retry is refused; 0
    ///   makes them free.
    /// - `throttled_cost`: the same after an error whose class is
    ///   [`Throttled`](ErrorClass::Throttled) or a [`Status`](ErrorClass::Status) of 429. Choose
    ///   less than `cost` if a throttled attempt costs the downstream less than one that fails
    ///   later.
    /// - `refill`: the tokens that a success at the first attempt puts back. With 0, the tokens of
    ///   failed retries never come back.
    ///
    /// ```
    /// use retry_kit::RetryBudget;
    ///
    /// static TIGHT: RetryBudget = RetryBudget::new(50, 10, 5, 1);
    /// assert_eq!(TIGHT.available(), 50);
    /// ```
    #[must_use]
    pub const fn new(capacity: u32, cost: u32, throttled_cost: u32, refill: u32) -> Self {
        Self { tokens: AtomicU32::new(capacity), capacity, cost, throttled_cost, refill }
    }

    /// Makes a budget of 500 tokens: 14 for a retry, 5 for a retry after throttling, 1 back for a
    /// success. This is the retry quota of the AWS SDKs since 2026 ([AWS SDKs and Tools Reference
    /// Guide]). Their policy is [`RetryPolicy::aws`](crate::RetryPolicy::aws).
    ///
    /// ```
    /// use retry_kit::RetryBudget;
    ///
    /// assert_eq!(RetryBudget::standard().available(), 500);
    /// ```
    ///
    /// [AWS SDKs and Tools Reference Guide]: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
    #[must_use]
    pub const fn standard() -> Self {
        Self::new(500, 14, 5, 1)
    }

    /// Returns the tokens left; other threads may take some at any moment.
    ///
    /// ```
    /// use retry_kit::RetryBudget;
    ///
    /// assert_eq!(RetryBudget::new(50, 10, 5, 1).available(), 50);
    /// ```
    #[inline]
    #[must_use]
    pub fn available(&self) -> u32 {
        self.tokens.load(Ordering::Relaxed)
    }

    /// Takes the cost of a retry after an error of this class. Takes nothing and returns `false` if too few
    /// tokens are left.
    pub(crate) fn take(&self, class: ErrorClass) -> bool {
        let cost = self.cost_of(class);
        // Relaxed, here and below: the tokens guard no other memory.
        self.tokens
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tokens| without(tokens, cost))
            .is_ok()
    }

    /// Puts tokens back after a success: `last_cost` after retries, otherwise the refill.
    #[inline]
    pub(crate) fn succeeded(&self, last_cost: Option<u32>) {
        // A budget is usually full, and then costs no call.
        if self.available() < self.capacity {
            self.put(last_cost.unwrap_or(self.refill));
        }
    }

    /// Puts back the tokens of a retry that never started or that panicked.
    #[cold]
    pub(crate) fn give_back(&self, cost: u32) {
        self.put(cost);
    }

    fn put(&self, back: u32) {
        // An error means that there was nothing to change. A needless write would take the cache line
        // from the other cores.
        let _ = self.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tokens| {
            with(tokens, back, self.capacity)
        });
    }

    /// A full budget of the same kind.
    #[cfg(feature = "simulate")]
    pub(crate) const fn refilled(&self) -> Self {
        Self::new(self.capacity, self.cost, self.throttled_cost, self.refill)
    }

    /// The cost of a retry after an error of this class.
    pub(super) fn cost_of(&self, class: ErrorClass) -> u32 {
        if class.is_throttled() { self.throttled_cost } else { self.cost }
    }
}

/// The step of a take; `None` leaves the tokens unchanged.
fn without(tokens: u32, cost: u32) -> Option<u32> {
    tokens.checked_sub(cost)
}

/// The step of a put; `None` leaves the tokens unchanged.
fn with(tokens: u32, back: u32, capacity: u32) -> Option<u32> {
    let filled = tokens.saturating_add(back).min(capacity);
    (filled != tokens).then_some(filled)
}

#[cfg(test)]
mod tests;
