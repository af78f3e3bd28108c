//! Classifying an error whose type is not known: by what is found in its chain of sources.

use core::error::Error;
use core::iter::successors;
use std::io;

use super::{Classify, ErrorClass};

/// The class of the first error in the chain whose type is known here.
pub(crate) fn in_chain(error: &(dyn Error + 'static)) -> Option<ErrorClass> {
    successors(Some(error), |&error| error.source()).find_map(known)
}

fn known(error: &(dyn Error + 'static)) -> Option<ErrorClass> {
    let class = as_a::<io::Error>(error);
    #[cfg(feature = "tokio")]
    let class = class.or_else(|| as_a::<tokio::time::error::Elapsed>(error));
    #[cfg(feature = "reqwest")]
    let class = class
        .or_else(|| as_a::<crate::HttpError>(error))
        .or_else(|| as_a::<reqwest::Error>(error))
        .or_else(|| super::reqwest_errors::class_of_hyper(error));
    class
}

fn as_a<E: Classify + Error + 'static>(error: &(dyn Error + 'static)) -> Option<ErrorClass> {
    error.downcast_ref::<E>().map(E::classify)
}
