//! A failure in the most telling form that it has.

use core::any::type_name;
use core::error::Error;
use core::fmt;
use core::ops::Deref;
use core::time::Duration;

use crate::call::Cause;

/// What telemetry is told about a failed attempt.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "tracing"), allow(dead_code, reason = "events tell the most"))]
pub(crate) struct News<'a> {
    pub(crate) name: &'static str,
    /// The number of the attempt that failed, from 1.
    pub(crate) attempt: u32,
    /// The limit on retries.
    pub(crate) max: Option<u32>,
    pub(crate) cause: Shown<'a>,
    /// The sum of the waits before this failure.
    pub(crate) waited: Duration,
    /// The time since the call began, where something read the clock.
    pub(crate) elapsed: Option<Duration>,
}

/// Why an attempt failed, in the most telling form that it has. Formatted only for an event that
/// somebody receives.
#[derive(Clone, Copy)]
pub enum Shown<'a> {
    /// An error with `Display`.
    Display(&'a dyn fmt::Display),
    /// An error with `Display`, and the reason it gives.
    Chain(&'a dyn fmt::Display, &'a (dyn Error + 'static)),
    /// An error without `Display`: the name of its type. Its `Debug`, which prints every field, may
    /// print secrets.
    Type(&'static str),
    /// A value that does not satisfy `until`.
    Value,
    /// A response with this status.
    Status(u16),
}

// By hand, because an error is formatted for nobody but its receiver.
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
    /// The same with the reason, where there is one.
    #[must_use]
    pub fn because(self, source: Option<&'a (dyn Error + 'static)>) -> Self {
        match (self, source) {
            (Self::Display(error), Some(source)) => Self::Chain(error, source),
            _ => self,
        }
    }
}

/// An error of which telemetry wants to say as much as it can.
///
/// `(&&Telling(error)).__retry_shown()` is settled by method lookup: it takes the receiver as it
/// stands, which is [`ShownByDisplay`], before one with a `&` added, [`ShownByType`]. Neither is
/// dereferenced, which clippy would call a needless borrow. So no bound is added, and a generic function
/// shows what its own where clauses allow. In the same way `__retry_source()` finds the reason:
/// [`SourceOfError`], [`SourceOfBoxed`], and with a `&mut` added [`SourceOfNothing`].
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

/// For what holds an error and is none: `Box<dyn Error>`, `anyhow::Error`.
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
    /// None.
    fn __retry_source(&mut self) -> Option<&'a (dyn Error + 'static)>;
}

impl<'a, E> SourceOfNothing<'a> for &&Telling<'a, E> {
    #[inline]
    fn __retry_source(&mut self) -> Option<&'a (dyn Error + 'static)> {
        None
    }
}

/// The cause of a failure as telemetry shows it; of errors what `error` makes of them.
pub fn shown<'a, E>(cause: Cause<'a, E>, error: impl FnOnce(&'a E) -> Shown<'a>) -> Shown<'a> {
    match cause {
        Cause::Error(failure) => error(failure),
        Cause::Value => Shown::Value,
        Cause::Status(code) => Shown::Status(code),
    }
}
