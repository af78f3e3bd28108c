//! The classes of `reqwest`'s errors, and of `hyper`'s inside them.

use core::error::Error;
use std::io;

use super::chain::with_wrapped;
use super::{Classify, ErrorClass, in_chain};

#[diagnostic::do_not_recommend]
impl Classify for reqwest::Error {
    fn classify(&self) -> ErrorClass {
        if let Some(status) = self.status() {
            return ErrorClass::Status { code: status.as_u16(), retry_after: None };
        }
        if self.is_timeout() {
            return ErrorClass::Transient;
        }
        // A URL or a redirect that is wrong now is wrong the next time.
        if self.is_builder() || self.is_redirect() {
            return ErrorClass::Permanent;
        }
        if self.is_connect() {
            return ErrorClass::from(!is_rejected_by_tls(self));
        }
        // A body cut short is reported as undecodable too; only the source tells.
        self.source().and_then(in_chain).unwrap_or(ErrorClass::Permanent)
    }
}

/// Whether a connection failed because the two sides do not agree on who they are: rustls reports
/// that as invalid data, and the libraries of the systems say so in words alone.
fn is_rejected_by_tls(error: &reqwest::Error) -> bool {
    error.source().is_some_and(|source| {
        with_wrapped(source).any(|error| match error.downcast_ref::<io::Error>() {
            Some(error) => error.kind() == io::ErrorKind::InvalidData,
            None => error.to_string().contains("certificate"),
        })
    })
}

/// What `hyper` says of a connection that broke; nothing of errors whose source knows better.
pub(super) fn class_of_hyper(error: &(dyn Error + 'static)) -> Option<ErrorClass> {
    let error = error.downcast_ref::<hyper::Error>()?;
    let broke = error.is_incomplete_message() || error.is_closed() || error.is_canceled();
    broke.then_some(ErrorClass::Transient)
}
