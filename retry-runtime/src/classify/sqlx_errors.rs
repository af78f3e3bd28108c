//! Classifies the errors of `sqlx`, for every database.

use core::error::Error;
use std::borrow::Cow;

use super::Classify;
use super::known::{as_a, in_chain, in_chain_with};
use super::sqlstate::sqlstate;
use crate::policy::ErrorClass;

/// Classifies the code of a database.
fn database(code: Option<Cow<'_, str>>) -> ErrorClass {
    let Some(code) = code else { return ErrorClass::Permanent };
    // SQLite has no SQLSTATE: its codes are numbers, and their lowest byte is the kind.
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
                    // A missing file may be a Unix socket or a certificate.
                    Self::Io(error) => error.classify(),
                    Self::Tls(source) => in_chain(&**source).unwrap_or(ErrorClass::Permanent),
                    Self::PoolTimedOut => ErrorClass::Unsent,
                    // A migration error wraps the error of its statement. An `io::Error` in a decoding
                    // error does not come from the connection, so it does not count.
                    _ => (self.source())
                        .and_then(|source| in_chain_with(source, as_a::<Self>))
                        .unwrap_or(ErrorClass::Permanent),
                }
            }
        }

        /// The source of the error above; `#[error(transparent)]` exposes it alone.
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
