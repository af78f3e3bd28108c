//! Borrows a `&mut self` for an attempt.
//!
//! `(*self).__retry_borrow()` borrows shared if the future stays `Send`, and exclusively otherwise:
//! method lookup tries the shared borrow first, and that requires `Self: Sync`. A shared borrow is
//! better: the result of an attempt may borrow from `self`, even if its type does not show it.

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
