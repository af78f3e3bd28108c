//! Classifies an error of an unknown type by its source chain.

use core::error::Error;
use std::rc::Rc;
use std::sync::Arc;

use super::Classify;
use super::known::{as_a, in_chain, in_chain_with, known};
use crate::policy::ErrorClass;

/// Classifies a boxed error, or an `anyhow::Error`, by the first error in its source chain that is
/// an `E` or of a type that retry-kit knows.
///
/// Permanent if there is no such error. `E` is an error type of your own:
///
/// ```
/// use std::error::Error;
/// use retry_kit::{Classify, ErrorClass, chain, retry};
///
/// #[derive(Debug, Classify)]
/// enum StoreError {
///     #[classify(transient)]
///     Busy,
/// }
/// # impl std::fmt::Display for StoreError {
/// #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("busy") }
/// # }
/// # impl Error for StoreError {}
///
/// #[retry(when = chain::<StoreError>)]
/// async fn store(value: u32) -> Result<(), Box<dyn Error + Send + Sync>> {
///     Err(StoreError::Busy.into())
/// }
///
/// let error: Box<dyn Error> = StoreError::Busy.into();
/// assert_eq!(chain::<StoreError>(&error), ErrorClass::Transient);
/// assert_eq!(chain::<StoreError>(&*error), ErrorClass::Transient);
/// ```
///
/// `#[error(transparent)]` hides the error it wraps: `source()` skips to the source of that error. A
#[cfg_attr(feature = "reqwest", doc = "[`HttpError`](crate::HttpError)")]
#[cfg_attr(not(feature = "reqwest"), doc = "`HttpError`")]
/// in such a variant is not found in a box. Derive [`Classify`](trait@Classify) for the outer type,
/// with `#[classify(forward)]` on the variant, and look for the outer type:
///
/// ```
/// use std::error::Error;
/// use std::io::{self, ErrorKind};
/// use retry_kit::{Classify, ErrorClass, chain};
///
/// #[derive(Debug, Classify, thiserror::Error)]
/// enum ApiError {
///     #[error(transparent)]
///     #[classify(forward)]
///     Io(#[from] io::Error),
/// }
///
/// let error: Box<dyn Error> = ApiError::from(io::Error::from(ErrorKind::TimedOut)).into();
/// assert_eq!(error.classify(), ErrorClass::Permanent);
/// assert_eq!(chain::<ApiError>(&error), ErrorClass::Transient);
/// ```
pub fn chain<E: Classify + Error + 'static>(error: &(impl InChain + ?Sized)) -> ErrorClass {
    let class = |error: &(dyn Error + 'static)| as_a::<E>(error).or_else(|| known(error));
    in_chain_with(error.as_error(), class).unwrap_or(ErrorClass::Permanent)
}

/// Classifies a third-party wrapper error by the first known error in its source chain.
///
/// Permanent if there is no known error.
///
/// ```
/// use std::{fmt, io};
/// use retry_kit::{ErrorClass, by_source, retry};
///
/// # #[derive(Debug)]
/// # struct PoolError(io::Error);
/// # impl fmt::Display for PoolError {
/// #     fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str("no connection") }
/// # }
/// # impl std::error::Error for PoolError {
/// #     fn source(&self) -> Option<&(dyn std::error::Error + 'static)> { Some(&self.0) }
/// # }
/// #[retry(when = by_source)]
/// async fn store(value: u32) -> Result<(), PoolError> {
///     Err(PoolError(io::ErrorKind::ConnectionReset.into()))
/// }
///
/// let error = PoolError(io::ErrorKind::ConnectionReset.into());
/// assert_eq!(by_source(&error), ErrorClass::Transient);
/// ```
///
/// An error that hides its cause is permanent, without a warning. Such errors return `None` from
/// `source()`, as `ureq::Error`, `mongodb::error::Error` and a pool's timeout do, or they are
/// `#[error(transparent)]`, see [`chain`]. Nor is a status seen that the error holds itself, in a field or behind a
/// method: a 503 of `kube::Error::Api` is permanent. Classify those by hand, and leave the rest to
/// `by_source`:
///
/// ```
/// use retry_kit::{ErrorClass, by_source};
///
/// # #[derive(Debug, thiserror::Error)]
/// # enum PoolError {
/// #     #[error("no connection was free in time")]
/// #     Timeout,
/// #     #[error("the database failed")]
/// #     Database(#[source] std::io::Error),
/// #     #[error("the proxy answered {status}")]
/// #     Proxy { status: u16 },
/// # }
/// fn class(error: &PoolError) -> ErrorClass {
///     match error {
///         PoolError::Timeout => ErrorClass::Unsent,
///         PoolError::Proxy { status } => ErrorClass::Status { code: *status, retry_after: None },
///         PoolError::Database(_) => by_source(error),
///     }
/// }
/// # assert_eq!(class(&PoolError::Timeout), ErrorClass::Unsent);
/// # let reset = std::io::ErrorKind::ConnectionReset.into();
/// # assert_eq!(class(&PoolError::Database(reset)), ErrorClass::Transient);
/// # assert_eq!(by_source(&PoolError::Proxy { status: 503 }), ErrorClass::Permanent);
/// ```
pub fn by_source<E: Error + 'static>(error: &E) -> ErrorClass {
    in_chain(error).unwrap_or(ErrorClass::Permanent)
}

/// Marks the error types that [`chain`] accepts: a type-erased error.
///
/// That is `dyn Error`, with or without `Send` and `Sync`, in a `Box`, `Rc` or `Arc` or behind a
/// reference, and with the feature `anyhow` also `anyhow::Error`. Sealed: implement
/// [`Classify`](trait@Classify) for types of your own.
///
/// ```
/// use std::error::Error;
/// use std::io;
/// use retry_kit::{ErrorClass, InChain, chain};
///
/// fn class(error: &impl InChain) -> ErrorClass {
///     chain::<io::Error>(error)
/// }
///
/// let boxed: Box<dyn Error> = io::Error::from(io::ErrorKind::TimedOut).into();
/// assert_eq!(class(&boxed), ErrorClass::Transient);
/// ```
#[diagnostic::on_unimplemented(
    message = "`chain` takes a type-erased error, such as `Box<dyn Error>`, not `{Self}`",
    note = "a concrete error type classifies itself: `when = Classify::classify`"
)]
pub trait InChain: sealed::Sealed {}

impl<E: sealed::Sealed + ?Sized> InChain for E {}

mod sealed {
    use core::error::Error;

    pub trait Sealed {
        /// The first error of the chain.
        fn as_error(&self) -> &(dyn Error + 'static);
    }
}

impl sealed::Sealed for dyn Error {
    fn as_error(&self) -> &(dyn Error + 'static) {
        self
    }
}

impl sealed::Sealed for dyn Error + Send {
    fn as_error(&self) -> &(dyn Error + 'static) {
        self
    }
}

impl sealed::Sealed for dyn Error + Send + Sync {
    fn as_error(&self) -> &(dyn Error + 'static) {
        self
    }
}

impl<E: sealed::Sealed + ?Sized> sealed::Sealed for &E {
    fn as_error(&self) -> &(dyn Error + 'static) {
        E::as_error(self)
    }
}

impl<E: sealed::Sealed + ?Sized> sealed::Sealed for Box<E> {
    fn as_error(&self) -> &(dyn Error + 'static) {
        E::as_error(self)
    }
}

impl<E: sealed::Sealed + ?Sized> sealed::Sealed for Rc<E> {
    fn as_error(&self) -> &(dyn Error + 'static) {
        E::as_error(self)
    }
}

impl<E: sealed::Sealed + ?Sized> sealed::Sealed for Arc<E> {
    fn as_error(&self) -> &(dyn Error + 'static) {
        E::as_error(self)
    }
}

#[cfg(feature = "anyhow")]
impl sealed::Sealed for anyhow::Error {
    fn as_error(&self) -> &(dyn Error + 'static) {
        // Otherwise the chain would skip the error in a box that went through `anyhow!`.
        match self.downcast_ref::<Box<dyn Error + Send + Sync>>() {
            Some(boxed) => &**boxed,
            None => &**self,
        }
    }
}

#[cfg(feature = "anyhow")]
#[diagnostic::do_not_recommend]
impl Classify for anyhow::Error {
    fn classify(&self) -> ErrorClass {
        in_chain(sealed::Sealed::as_error(self)).unwrap_or(ErrorClass::Permanent)
    }
}
