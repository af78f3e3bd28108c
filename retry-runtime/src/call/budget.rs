//! A budget of retries, shared by the calls to one downstream.

use core::sync::atomic::{AtomicU32, Ordering};

use crate::policy::ErrorClass;

/// A quota that keeps retries from multiplying the load on a downstream that is down.
///
/// A full budget holds `capacity` tokens. A retry takes `cost` of them, or `throttled_cost` after
/// an error that says the other side has too much to do, and is refused if fewer are left: the
/// call then returns its error. A success at the first attempt puts `refill` back, a success after
/// retries what its last retry took. There are never more tokens than `capacity`.
///
/// A retry that is not made, because the call is dropped during the wait or a hook panics, gives its
/// tokens back, and so does one whose attempt panics. A retry that is dropped while it runs, as by a
/// timeout around the call, keeps them: it may have met the very overload the budget is for.
///
/// So only a retry that fails uses tokens up, and at any time
///
/// > failed retries × cost ≤ capacity + successes at the first attempt × refill
///
/// With [`standard`](Self::standard), calls of up to three retries and failures that do not depend
/// on each other:
///
/// | share of attempts that fail | what the budget does |
/// |---|---|
/// | below 20 % | it is invisible: more tokens come back than retries use |
/// | 50 % | it allows one retry for 14 calls, after the first 71: 7 % more load instead of 87 % |
/// | all | it allows 35 retries, then none until calls succeed again: the added load tends to zero |
///
/// # One budget per downstream
///
/// A part of the calls that always fails drains the budget for the others too. Three failed retries
/// take 42 tokens, so with `standard` it is enough that one call in 43 always fails. Use one `static`
/// per downstream, or finer, for each part of it that can fail alone; not one for a whole program.
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
    /// A full budget; all numbers are tokens.
    ///
    /// - `capacity`: what a full budget holds.
    /// - `cost`: what a retry takes. Above `capacity` every such retry is refused; 0 makes them
    ///   free.
    /// - `throttled_cost`: the same after an error whose class is
    ///   [`Throttled`](ErrorClass::Throttled) or a [`Status`](ErrorClass::Status) of 429. Less than
    ///   `cost` where a throttled attempt costs the downstream less than one that fails later.
    /// - `refill`: what a success at the first attempt puts back. At 0 the tokens that failed
    ///   retries took never come back.
    #[must_use]
    pub const fn new(capacity: u32, cost: u32, throttled_cost: u32, refill: u32) -> Self {
        Self { tokens: AtomicU32::new(capacity), capacity, cost, throttled_cost, refill }
    }

    /// 500 tokens, 14 for a retry, 5 for one after throttling, 1 back for a success: the retry
    /// quota of the AWS SDKs since 2026 ([AWS SDKs and Tools Reference Guide]).
    ///
    /// [AWS SDKs and Tools Reference Guide]: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
    #[must_use]
    pub const fn standard() -> Self {
        Self::new(500, 14, 5, 1)
    }

    /// The tokens left now; other threads may take some before the answer is read.
    #[inline]
    #[must_use]
    pub fn available(&self) -> u32 {
        self.tokens.load(Ordering::Relaxed)
    }

    /// Takes what a retry after an error of this class costs. `false` if too little is left, and then
    /// nothing is taken.
    pub(crate) fn take(&self, class: ErrorClass) -> bool {
        let cost = self.cost_of(class);
        // Relaxed, here and below: the tokens guard no other memory.
        self.tokens
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tokens| without(tokens, cost))
            .is_ok()
    }

    /// A call succeeded: at its first attempt, or after retries the last of which took this much.
    #[inline]
    pub(crate) fn succeeded(&self, last_cost: Option<u32>) {
        // The usual case, which costs no call.
        if self.available() < self.capacity {
            self.put(last_cost.unwrap_or(self.refill));
        }
    }

    /// A retry that took this much was not made.
    #[cold]
    pub(crate) fn give_back(&self, cost: u32) {
        self.put(cost);
    }

    fn put(&self, back: u32) {
        // An error only says that nothing was written: where nothing changes, a write would take the
        // cache line from the other cores.
        let _ = self.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tokens| {
            with(tokens, back, self.capacity)
        });
    }

    /// What a retry after an error of this class takes.
    pub(super) fn cost_of(&self, class: ErrorClass) -> u32 {
        match class {
            ErrorClass::Throttled { .. } | ErrorClass::Status { code: 429, .. } => {
                self.throttled_cost
            }
            _ => self.cost,
        }
    }
}

/// The step of a take; `None` leaves the tokens as they are.
fn without(tokens: u32, cost: u32) -> Option<u32> {
    tokens.checked_sub(cost)
}

/// The step of a put; `None` leaves the tokens as they are.
fn with(tokens: u32, back: u32, capacity: u32) -> Option<u32> {
    let filled = tokens.saturating_add(back).min(capacity);
    (filled != tokens).then_some(filled)
}

#[cfg(test)]
mod tests;
