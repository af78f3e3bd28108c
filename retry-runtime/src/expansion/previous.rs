//! What an attempt knows about the one before.

use crate::call::{Attempt, Previous};

/// The failure of the attempt before, one word in the future of a call.
#[derive(Clone, Debug)]
pub struct Remembered(Option<Box<Previous>>);

impl Remembered {
    /// Nothing, before the first attempt.
    #[inline]
    #[must_use]
    pub const fn nothing() -> Self {
        Self(None)
    }

    /// Keeps the failure of an attempt.
    #[inline]
    pub fn keep(&mut self, previous: Box<Previous>) {
        self.0 = Some(previous);
    }

    /// The attempt for the body, with the failure before it.
    #[inline]
    #[must_use]
    pub fn before<'a>(&'a self, attempt: Attempt<'a>) -> Attempt<'a> {
        attempt.after(self.0.as_deref())
    }
}
