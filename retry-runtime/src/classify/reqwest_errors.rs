//! The classes of `reqwest`'s errors, and of `hyper`'s inside them.

use core::error::Error;
use core::iter::successors;
use std::io;

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

/// Whether a connection failed because the other side is not who it should be: rustls reports
/// certificates as invalid data.
fn is_rejected_by_tls(error: &reqwest::Error) -> bool {
    successors(error.source(), |&error| error.source())
        .filter_map(|error| error.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::InvalidData)
}

/// What `hyper` says of a connection that broke; nothing of errors whose source knows better.
pub(super) fn class_of_hyper(error: &(dyn Error + 'static)) -> Option<ErrorClass> {
    let error = error.downcast_ref::<hyper::Error>()?;
    let broke = error.is_incomplete_message() || error.is_closed() || error.is_canceled();
    broke.then_some(ErrorClass::Transient)
}
