//! The classes of the errors of `tokio-postgres`.

use core::error::Error;
use std::io;

use tokio_postgres::error::DbError;

use super::Classify;
use super::known::in_chain;
use super::sqlstate::sqlstate;
use crate::policy::ErrorClass;

#[diagnostic::do_not_recommend]
impl Classify for tokio_postgres::Error {
    fn classify(&self) -> ErrorClass {
        if self.is_closed() {
            return ErrorClass::Transient;
        }
        if let Some(code) = self.code() {
            return sqlstate(code.code());
        }
        let Some(source) = self.source() else { return ErrorClass::Permanent };
        // Nothing but a Unix socket can be missing: no server listens there, as where a connection
        // is refused.
        match source.downcast_ref::<io::Error>().map(io::Error::kind) {
            Some(io::ErrorKind::NotFound) => {
                io::Error::from(io::ErrorKind::ConnectionRefused).classify()
            }
            _ => in_chain(source).unwrap_or(ErrorClass::Permanent),
        }
    }
}

/// What the server answered, the source of the error above: it comes to light where
/// `#[error(transparent)]` passes over that.
#[diagnostic::do_not_recommend]
impl Classify for DbError {
    fn classify(&self) -> ErrorClass {
        sqlstate(self.code().code())
    }
}
