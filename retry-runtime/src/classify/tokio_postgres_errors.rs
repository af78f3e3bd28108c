//! Classifies the errors of `tokio-postgres`.

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
        // There is no predicate for this kind, but its `Debug` begins with it.
        if !debug_begins(self, "Error { kind: Connect,") {
            return class;
        }
        // Without a connection, no part of the request was sent. Only a Unix socket can be missing:
        // no server listens, as for a refused connection.
        let is_missing = (source.downcast_ref::<io::Error>())
            .is_some_and(|error| error.kind() == io::ErrorKind::NotFound);
        match class {
            ErrorClass::Transient => ErrorClass::Unsent,
            _ if is_missing => ErrorClass::Unsent,
            class => class,
        }
    }
}

/// The source of the error above; `#[error(transparent)]` exposes it alone.
#[diagnostic::do_not_recommend]
impl Classify for DbError {
    fn classify(&self) -> ErrorClass {
        sqlstate(self.code().code())
    }
}
