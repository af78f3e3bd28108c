//! How an error of a service is shown in logs.

use core::any::Any;
use core::error::Error;
use core::fmt;

use crate::classify::Classify;
use crate::function::{ErrorsOwn, When};
use crate::telemetry::{Shown, write_shown};

/// Shows errors, by the option that classifies them.
pub trait Describes<E> {
    /// Writes the error, with its sources if it is known to have them.
    fn describe(error: &E, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

impl<E: Classify + fmt::Display + 'static> Describes<E> for ErrorsOwn {
    fn describe(error: &E, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_shown(Shown::Display(error).because(source_of(error)), f)
    }
}

impl<E: fmt::Display + 'static, W> Describes<E> for When<W> {
    fn describe(error: &E, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_shown(Shown::Display(error).because(source_of(error)), f)
    }
}

/// The source of an error of a type that services often have. A bound at `Error` would exclude boxed
/// errors.
fn source_of<E: 'static>(error: &E) -> Option<&(dyn Error + 'static)> {
    let error = error as &dyn Any;
    macro_rules! source_of_one {
        ($($(#[$feature:meta])? $known:ty),+ $(,)?) => {$(
            $(#[$feature])?
            if let Some(error) = error.downcast_ref::<$known>() {
                return error.source();
            }
        )+};
    }
    source_of_one!(
        Box<dyn Error + Send + Sync>,
        std::io::Error,
        #[cfg(feature = "hyper")]
        hyper::Error,
        #[cfg(feature = "reqwest")]
        reqwest::Error,
        #[cfg(feature = "reqwest-0_12")]
        reqwest_0_12::Error,
        #[cfg(feature = "reqwest-middleware")]
        reqwest_middleware::Error,
        #[cfg(feature = "tonic")]
        tonic::transport::Error,
        #[cfg(feature = "tonic-0_13")]
        tonic_0_13::transport::Error,
    );
    None
}
