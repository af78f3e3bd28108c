//! Classifying an error whose type is not known: by what is found in its chain of sources.

use core::error::Error;
use std::rc::Rc;
use std::sync::Arc;

use super::Classify;
use super::known::{as_a, in_chain, in_chain_with, known};
use crate::policy::ErrorClass;

/// The class of an error in a box or an `anyhow::Error`, where a type `E` of your own may be in
/// its chain of sources: that of the first error that is an `E` or of a type known here, otherwise
/// permanent.
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
/// An error that is `#[error(transparent)]` passes for the error it wraps, and its `source()` is
/// that error's source, so that the error itself is in no chain: a
#[cfg_attr(feature = "reqwest", doc = "[`HttpError`](crate::HttpError)")]
#[cfg_attr(not(feature = "reqwest"), doc = "`HttpError`")]
/// in such a variant is not found in a box. Derive [`Classify`](trait@Classify) for the type that is
/// transparent, with `#[classify(forward)]` on the variant, and look for that type:
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

/// The class of an error of a type from elsewhere that only wraps others: that of the first error in
/// its chain of sources whose type is known here, otherwise permanent.
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
/// An error that hides its cause is permanent, and nothing tells you so: one whose `source()` returns
/// `None`, such as `ureq::Error`, `mongodb::error::Error` and the time-out of a pool, or one that is
/// `#[error(transparent)]`, see [`chain`]. Classify those by hand, and leave the rest to `by_source`:
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
/// # }
/// fn class(error: &PoolError) -> ErrorClass {
///     match error {
///         PoolError::Timeout => ErrorClass::Unsent,
///         PoolError::Database(_) => by_source(error),
///     }
/// }
/// # assert_eq!(class(&PoolError::Timeout), ErrorClass::Unsent);
/// # let reset = std::io::ErrorKind::ConnectionReset.into();
/// # assert_eq!(class(&PoolError::Database(reset)), ErrorClass::Transient);
/// ```
pub fn by_source<E: Error + 'static>(error: &E) -> ErrorClass {
    in_chain(error).unwrap_or(ErrorClass::Permanent)
}

/// An error whose type is not known: `dyn Error` with and without `Send` and `Sync`, in a `Box`, an
/// `Arc` or behind a reference, and with the feature `anyhow` its `Error`.
///
/// Sealed: a type of your own is known, and implements [`Classify`](trait@Classify).
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
    message = "`chain` looks into errors whose type is not known, such as `Box<dyn Error>`, not \
               into `{Self}`",
    note = "an error of a known type is asked itself: `when = Classify::classify`"
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
        // As an error of the chain, what `anyhow!` makes of a box passes over what is in it.
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
