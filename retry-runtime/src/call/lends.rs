//! How a call holds what it shares with others.

#[cfg(feature = "middleware")]
use std::sync::Arc;

/// Holds a budget or a pause, if there is one.
pub trait Lends<T> {
    /// Whether there ever is one.
    const LENDS: bool = true;

    /// Returns it.
    fn lent(&self) -> Option<&T>;
}

impl<T> Lends<T> for Option<&T> {
    #[inline]
    fn lent(&self) -> Option<&T> {
        *self
    }
}

/// Stands in for a budget or a pause that is not set.
#[derive(Clone, Copy, Debug)]
pub struct Nothing;

impl<T> Lends<T> for Nothing {
    const LENDS: bool = false;

    #[inline]
    fn lent(&self) -> Option<&T> {
        None
    }
}

/// A budget or a pause of a layer, which outlives the function that made it.
#[cfg(feature = "middleware")]
#[derive(Debug)]
pub struct Shared<T: 'static> {
    /// Counts before `counted`, which a constant function cannot drop.
    fixed: Option<&'static T>,
    counted: Option<Arc<T>>,
}

#[cfg(feature = "middleware")]
impl<T> Shared<T> {
    pub(crate) const NONE: Self = Self { fixed: None, counted: None };

    pub(crate) const fn set(&mut self, fixed: &'static T) {
        self.fixed = Some(fixed);
    }

    pub(crate) const fn counted(counted: Option<Arc<T>>) -> Self {
        Self { fixed: None, counted }
    }
}

#[cfg(feature = "middleware")]
impl<T> Lends<T> for Shared<T> {
    #[inline]
    fn lent(&self) -> Option<&T> {
        self.fixed.or(self.counted.as_deref())
    }
}

#[cfg(feature = "middleware")]
impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        let counted = if self.fixed.is_none() { self.counted.clone() } else { None };
        Self { fixed: self.fixed, counted }
    }
}
