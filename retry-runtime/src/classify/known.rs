//! Finds errors of known types in a source chain.

use core::error::Error;
use std::io;

use super::sources::{all, downcast};
#[cfg(any(feature = "hyper", feature = "tower"))]
use super::timeouts::is_unnameable_timeout;
use super::{Classify, Marked};
use crate::call::TimedOut;
use crate::policy::ErrorClass;

/// Returns the class of the first error in the chain whose type is known here.
pub(crate) fn in_chain(error: &(dyn Error + 'static)) -> Option<ErrorClass> {
    in_chain_with(error, known)
}

pub(super) fn in_chain_with(
    error: &(dyn Error + 'static),
    class: impl FnMut(&(dyn Error + 'static)) -> Option<ErrorClass>,
) -> Option<ErrorClass> {
    #[cfg(feature = "hyper")]
    let class = {
        let (mut class, mut is_sent) = (class, false);
        move |error: &(dyn Error + 'static)| {
            let found = class(error);
            let found = match found {
                Some(ErrorClass::Unsent) if is_sent => Some(ErrorClass::Transient),
                found => found,
            };
            is_sent |= super::connection::is_of_sent_body(error);
            found
        }
    };
    all(error).find_map(class)
}

pub(super) fn known(error: &(dyn Error + 'static)) -> Option<ErrorClass> {
    let class = as_a::<Marked>(error)
        .or_else(|| as_a::<io::Error>(error))
        .or_else(|| as_a::<TimedOut>(error));
    #[cfg(feature = "tokio")]
    let class = class.or_else(|| as_a::<tokio::time::error::Elapsed>(error));
    #[cfg(feature = "any-reqwest")]
    let class = class.or_else(|| as_a::<crate::http::HttpError>(error));
    #[cfg(feature = "reqwest")]
    let class = class.or_else(|| as_a::<reqwest::Error>(error));
    #[cfg(feature = "reqwest-0_12")]
    let class = class.or_else(|| as_a::<reqwest_0_12::Error>(error));
    #[cfg(feature = "reqwest-middleware")]
    let class = class.or_else(|| as_a::<reqwest_middleware::Error>(error));
    #[cfg(feature = "tonic")]
    let class = class
        .or_else(|| as_a::<tonic::Status>(error))
        .or_else(|| as_a::<tonic::TimeoutExpired>(error))
        .or_else(|| as_a::<tonic::ConnectError>(error));
    #[cfg(feature = "tonic-0_13")]
    let class = class
        .or_else(|| as_a::<tonic_0_13::Status>(error))
        .or_else(|| as_a::<tonic_0_13::TimeoutExpired>(error))
        .or_else(|| as_a::<tonic_0_13::ConnectError>(error));
    #[cfg(feature = "sqlx")]
    let class = class
        .or_else(|| as_a::<sqlx_core::Error>(error))
        .or_else(|| as_a::<Box<dyn sqlx_core::error::DatabaseError>>(error));
    #[cfg(feature = "sqlx-0_8")]
    let class = class
        .or_else(|| as_a::<sqlx_core_0_8::Error>(error))
        .or_else(|| as_a::<Box<dyn sqlx_core_0_8::error::DatabaseError>>(error));
    #[cfg(feature = "tokio-postgres")]
    let class = class
        .or_else(|| as_a::<tokio_postgres::Error>(error))
        .or_else(|| as_a::<tokio_postgres::error::DbError>(error));
    #[cfg(feature = "redis")]
    let class = class
        .or_else(|| as_a::<redis::RedisError>(error))
        .or_else(|| as_a::<redis::ServerError>(error));
    #[cfg(feature = "hyper")]
    let class = class
        .or_else(|| super::connection::class(error))
        .or_else(|| as_a::<h2::Error>(error))
        .or_else(|| super::connection::class_of_unnameable(error));
    #[cfg(any(feature = "hyper", feature = "tower"))]
    let class = class.or_else(|| is_unnameable_timeout(error).then_some(ErrorClass::Transient));
    class
}

pub(super) fn as_a<E: Classify + Error + 'static>(
    error: &(dyn Error + 'static),
) -> Option<ErrorClass> {
    downcast::<E>(error).map(E::classify)
}
