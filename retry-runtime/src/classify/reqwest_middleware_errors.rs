//! Classifies the errors of `reqwest-middleware`.

use core::error::Error as StdError;

use reqwest_middleware::Error;

use super::Classify;
use super::known::in_chain;
use crate::policy::ErrorClass;

#[diagnostic::do_not_recommend]
impl Classify for Error {
    fn classify(&self) -> ErrorClass {
        let class = match self {
            Self::Reqwest(error) => return error.classify(),
            // Otherwise the chain would skip an error that was boxed before.
            Self::Middleware(error) => {
                match error.downcast_ref::<Box<dyn StdError + Send + Sync>>() {
                    Some(boxed) => in_chain(&**boxed),
                    None => in_chain(&**error),
                }
            }
        };
        class.unwrap_or(ErrorClass::Permanent)
    }
}
