//! Shows a failure in its most informative form.

use core::any::type_name;
use core::error::Error;
use core::fmt;
use core::ops::Deref;
use core::time::Duration;

use crate::call::Cause;
use crate::policy::Log;

/// The facts about a failed attempt that telemetry receives.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "tracing"), allow(dead_code, reason = "only events use every field"))]
pub(crate) struct News<'a> {
    pub(crate) name: &'static str,
    /// The target of events.
    pub(crate) target: &'static str,
    /// The level of events.
    pub(crate) log: Log,
    /// The number of the attempt that failed, from 1.
    pub(crate) attempt: u32,
    /// The limit on retries.
    pub(crate) max: Option<u32>,
    pub(crate) cause: Shown<'a>,
    /// The sum of the waits before this failure.
    pub(crate) waited: Duration,
    /// The time since the call began, if an option reads the clock.
    pub(crate) elapsed: Option<Duration>,
}

/// The cause of a failed attempt, in its most informative form. Formatted only for an event that has a
/// subscriber.
#[derive(Clone, Copy)]
pub enum Shown<'a> {
    /// An error with `Display`.
    Display(&'a dyn fmt::Display),
    /// An error with `Display`, and its source.
    Chain(&'a dyn fmt::Display, &'a (dyn Error + 'static)),
    /// The type name of an error without `Display`. Not its `Debug`, which prints every field and
    /// so may print secrets.
    Type(&'static str),
    /// A value that `until` does not accept.
    Value,
    /// A response with this status.
    Status(u16),
}

// By hand, so that `Debug` does not format the error.
impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Display(_) => f.write_str("Display(..)"),
            Self::Chain(..) => f.write_str("Chain(..)"),
            Self::Type(name) => f.debug_tuple("Type").field(name).finish(),
            Self::Value => f.write_str("Value"),
            Self::Status(code) => f.debug_tuple("Status").field(code).finish(),
        }
    }
}

impl<'a> Shown<'a> {
    /// Adds the source, if there is one.
    #[must_use]
    pub fn because(self, source: Option<&'a (dyn Error + 'static)>) -> Self {
        match (self, source) {
            (Self::Display(error), Some(source)) => Self::Chain(error, source),
            _ => self,
        }
    }
}

/// An error that telemetry shows as completely as its type allows.
///
/// Method lookup decides how to show `(&&Telling(error)).__retry_shown()`: it tries the receiver as
/// written, [`ShownByDisplay`], before one with another `&`, [`ShownByType`]. Neither is dereferenced,
/// which clippy would call a needless borrow. This adds no bound, so a generic function shows what its
/// own where clauses allow. `__retry_source()` finds the source in the same way: [`SourceOfError`],
/// [`SourceOfBoxed`], and with a `&mut` added [`SourceOfNothing`].
#[derive(Debug)]
pub struct Telling<'a, E>(pub &'a E);

/// For errors that have `Display`.
pub trait ShownByDisplay<'a> {
    /// The error, formatted with `Display`.
    fn __retry_shown(&self) -> Shown<'a>;
}

impl<'a, E: fmt::Display> ShownByDisplay<'a> for &Telling<'a, E> {
    #[inline]
    fn __retry_shown(&self) -> Shown<'a> {
        Shown::Display(self.0)
    }
}

/// For all other errors.
pub trait ShownByType<'a> {
    /// The name of the error's type.
    fn __retry_shown(&self) -> Shown<'a>;
}

impl<'a, E> ShownByType<'a> for &&Telling<'a, E> {
    #[inline]
    fn __retry_shown(&self) -> Shown<'a> {
        Shown::Type(type_name::<E>())
    }
}

/// For types that implement `Error`.
pub trait SourceOfError<'a> {
    /// The error's source.
    fn __retry_source(&self) -> Option<&'a (dyn Error + 'static)>;
}

impl<'a, E: Error> SourceOfError<'a> for &Telling<'a, E> {
    #[inline]
    fn __retry_source(&self) -> Option<&'a (dyn Error + 'static)> {
        self.0.source()
    }
}

/// For types that hold an error but do not implement `Error`: `Box<dyn Error>`, `anyhow::Error`.
pub trait SourceOfBoxed<'a> {
    /// The source of the error inside.
    fn __retry_source(&self) -> Option<&'a (dyn Error + 'static)>;
}

impl<'a, E: Deref<Target: Error>> SourceOfBoxed<'a> for &&Telling<'a, E> {
    #[inline]
    fn __retry_source(&self) -> Option<&'a (dyn Error + 'static)> {
        self.0.deref().source()
    }
}

/// For all other errors.
pub trait SourceOfNothing<'a> {
    /// Returns `None`.
    fn __retry_source(&mut self) -> Option<&'a (dyn Error + 'static)>;
}

impl<'a, E> SourceOfNothing<'a> for &&Telling<'a, E> {
    #[inline]
    fn __retry_source(&mut self) -> Option<&'a (dyn Error + 'static)> {
        None
    }
}

/// Shows the cause of a failure for telemetry; `error` shows an error.
pub fn shown<'a, E>(cause: Cause<'a, E>, error: impl FnOnce(&'a E) -> Shown<'a>) -> Shown<'a> {
    match cause {
        Cause::Error(failure) => error(failure),
        Cause::Value => Shown::Value,
        Cause::Status(code) => Shown::Status(code),
    }
}
