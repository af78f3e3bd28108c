//! The classes of the errors of `tokio-postgres`.

use core::error::Error;
use std::io;

use tokio_postgres::error::DbError;

use super::Classify;
use super::known::in_chain;
use super::sources::debug_begins;
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
        let class = in_chain(source).unwrap_or(ErrorClass::Permanent);
        // There is no predicate for the kind, which is the first thing in its `Debug`.
        if !debug_begins(self, "Error { kind: Connect,") {
            return class;
        }
        // Nothing is sent before there is a connection. What is not found is a Unix socket: no server
        // listens there, as where a connection is refused.
        let is_missing = (source.downcast_ref::<io::Error>())
            .is_some_and(|error| error.kind() == io::ErrorKind::NotFound);
        match class {
            ErrorClass::Transient => ErrorClass::Unsent,
            _ if is_missing => ErrorClass::Unsent,
            class => class,
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
