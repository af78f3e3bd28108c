//! The classes of the errors of `sqlx`, whatever the database behind it.

use core::error::Error;
use std::borrow::Cow;

use super::Classify;
use super::known::{as_a, in_chain, in_chain_with};
use super::sqlstate::sqlstate;
use crate::policy::ErrorClass;

/// The class of a database's own code.
fn database(code: Option<Cow<'_, str>>) -> ErrorClass {
    let Some(code) = code else { return ErrorClass::Permanent };
    // SQLite has no SQLSTATE: its codes are numbers, the lowest byte of which says the kind.
    match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => ErrorClass::from(matches!(number & 0xff, BUSY | LOCKED)),
        _ => sqlstate(&code),
    }
}

/// `SQLITE_BUSY`: another connection has the database locked.
const BUSY: u32 = 5;
/// `SQLITE_LOCKED`: this connection, or one that shares its cache, has a table locked.
const LOCKED: u32 = 6;

/// Classifies the errors of one version of `sqlx-core`.
macro_rules! classify_errors_of {
    ($sqlx:ident) => {
        #[diagnostic::do_not_recommend]
        impl Classify for $sqlx::Error {
            fn classify(&self) -> ErrorClass {
                match self {
                    Self::Database(error) => database(error.code()),
                    // What is not found may be a Unix socket, or the file of a certificate.
                    Self::Io(error) => error.classify(),
                    Self::Tls(source) => in_chain(&**source).unwrap_or(ErrorClass::Permanent),
                    Self::PoolTimedOut => ErrorClass::Unsent,
                    // The error of a migration holds that of its statement; what fails to decode
                    // may hold an `io::Error`, which says nothing of a connection.
                    _ => (self.source())
                        .and_then(|source| in_chain_with(source, as_a::<Self>))
                        .unwrap_or(ErrorClass::Permanent),
                }
            }
        }

        /// What a database answered, the source of the error above: it comes to light where
        /// `#[error(transparent)]` passes over that.
        #[diagnostic::do_not_recommend]
        impl Classify for dyn $sqlx::error::DatabaseError {
            fn classify(&self) -> ErrorClass {
                database(self.code())
            }
        }
    };
}

#[cfg(feature = "sqlx")]
classify_errors_of!(sqlx_core);
#[cfg(feature = "sqlx-0_8")]
classify_errors_of!(sqlx_core_0_8);
