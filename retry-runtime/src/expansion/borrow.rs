//! How an attempt borrows a `&mut self`.
//!
//! `(*self).__retry_borrow()` borrows shared where that leaves the future `Send`, and exclusively
//! otherwise: method lookup tries a shared borrow first, for which `Self` has to be `Sync`. A
//! shared borrow is the better one: the result of an attempt may then borrow from `self`, even if
//! its type does not show that.

/// Where a shared borrow is `Send`.
pub trait BorrowShared {
    /// Borrows, and does nothing.
    #[inline]
    fn __retry_borrow(&self) {}
}

impl<T: ?Sized + Sync> BorrowShared for T {}

/// Everywhere else.
pub trait BorrowExclusively {
    /// Borrows, and does nothing.
    #[inline]
    fn __retry_borrow(&mut self) {}
}

impl<T: ?Sized> BorrowExclusively for T {}
