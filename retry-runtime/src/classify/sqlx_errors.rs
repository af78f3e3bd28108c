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

#[cfg(test)]
mod tests {
    use super::*;

    // SPEC 5.7, 5.8
    #[test]
    fn a_code_is_an_sqlstate_or_one_of_sqlite_that_may_be_busy_or_locked() {
        let throttled = ErrorClass::Throttled { retry_after: None };
        let cases = [
            (Some("5"), ErrorClass::Transient),
            (Some("6"), ErrorClass::Transient),
            // `SQLITE_BUSY_SNAPSHOT` and `SQLITE_LOCKED_SHAREDCACHE`.
            (Some("517"), ErrorClass::Transient),
            (Some("262"), ErrorClass::Transient),
            // `SQLITE_CONSTRAINT_UNIQUE`.
            (Some("2067"), ErrorClass::Permanent),
            (Some("40001"), ErrorClass::Transient),
            (Some("53300"), throttled),
            (Some("08006"), ErrorClass::Transient),
            (Some("57P03"), ErrorClass::Unsent),
            (Some("23505"), ErrorClass::Permanent),
            // Five digits are an SQLSTATE, whatever their lowest byte.
            (Some("00005"), ErrorClass::Permanent),
            (None, ErrorClass::Permanent),
        ];
        for (code, expected) in cases {
            assert_eq!(database(code.map(Cow::from)), expected, "{code:?}");
        }
    }
}
