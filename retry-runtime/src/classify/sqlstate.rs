//! Classifies an SQLSTATE, the five-character code of an SQL database's error.

use crate::policy::ErrorClass;

/// Classifies an SQLSTATE, the five-character code of an SQL database's error.
///
/// | SQLSTATE | meaning | class | defined by |
/// |---|---|---|---|
/// | `40001` | serialization failure; a deadlock in MySQL, MariaDB, SQL Server and Db2 | transient | SQL standard |
/// | `40P01` | deadlock detected | transient | PostgreSQL |
/// | `55P03` | lock not available: `NOWAIT` or `lock_timeout` | transient | PostgreSQL |
/// | `57P01` | the server is shutting down, or closed this connection | transient | PostgreSQL |
/// | `57P05`, `25P03` | the connection or its transaction was idle for too long | transient | PostgreSQL |
/// | `57P02` | another server process crashed | transient | PostgreSQL |
/// | `57P03` | the server does not accept connections yet, or no longer | unsent | PostgreSQL |
/// | `08P01` | protocol violation | permanent | PostgreSQL |
/// | other `08` and three more characters | no connection, or it broke | transient | SQL standard |
/// | `53300` | too many connections | throttled | PostgreSQL |
/// | `53400` | a configured limit is exceeded | throttled | PostgreSQL |
/// | any other | | permanent | |
///
/// The codes come from the SQL standard (ISO/IEC 9075-2, the table of SQLSTATE class and subclass
/// codes) and [appendix A of PostgreSQL's manual][appendix]. Databases that speak PostgreSQL's
/// protocol, such as CockroachDB and YugabyteDB, give them the same meaning. MySQL and MariaDB share
/// `40001` (error 1213, a deadlock) and class `08` (1040, too many connections; 1053, shutting down).
/// Their other transient failures have generic codes: a lock wait timeout (1205) is `HY000`, which is
/// permanent here.
///
/// After `40001` and `40P01` the database has rolled back the whole transaction, so retry the whole
/// transaction. After a broken connection you cannot know whether a `COMMIT` in flight took effect.
///
/// For an error type of your own, use `#[classify(sqlstate = FIELD)]`.
///
/// ```
/// use retry_kit::{ErrorClass, sqlstate};
///
/// assert_eq!(sqlstate("40001"), ErrorClass::Transient);
/// assert_eq!(sqlstate("53300"), ErrorClass::Throttled { retry_after: None });
/// assert_eq!(sqlstate("23505"), ErrorClass::Permanent); // unique violation
/// ```
///
/// [appendix]: https://www.postgresql.org/docs/current/errcodes-appendix.html
#[must_use]
pub const fn sqlstate(code: &str) -> ErrorClass {
    match code.as_bytes() {
        b"08P01" => ErrorClass::Permanent,
        b"25P03"
        | b"40001"
        | b"40P01"
        | b"55P03"
        | b"57P01"
        | b"57P02"
        | b"57P05"
        | [b'0', b'8', _, _, _] => ErrorClass::Transient,
        b"57P03" => ErrorClass::Unsent,
        b"53300" | b"53400" => ErrorClass::Throttled { retry_after: None },
        _ => ErrorClass::Permanent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // SPEC 5.7
    #[test]
    fn an_sqlstate_has_the_class_of_the_table() {
        let throttled = ErrorClass::Throttled { retry_after: None };
        let cases: [(ErrorClass, &[&str]); 4] = [
            (
                ErrorClass::Transient,
                &[
                    "25P03", "40001", "40P01", "55P03", "57P01", "57P02", "57P05", "08000",
                    "08001", "08003", "08004", "08006", "08007", "08S01",
                ],
            ),
            (ErrorClass::Unsent, &["57P03"]),
            (throttled, &["53300", "53400"]),
            (
                ErrorClass::Permanent,
                &[
                    // Success, a warning, no data.
                    "00000", "01000", "02000",
                    // Neighbours: integrity, completion unknown, out of memory, object in use, a
                    // statement that was cancelled, a database that was dropped.
                    "40000", "40002", "40003", "53000", "53100", "53200", "55000", "55006", "57014",
                    "57P04", "23505", "25006", "25P02", "42P01", "HY000", "XX000",
                    // A protocol that one side does not speak.
                    "08P01", // No codes.
                    "", "08", "0800", "080000", "40001 ", " 40001", "40p01", "57p01", "١٢٣",
                ],
            ),
        ];
        for (class, codes) in cases {
            for code in codes {
                assert_eq!(sqlstate(code), class, "{code:?}");
            }
        }
    }

    const _: () = assert!(matches!(sqlstate("40001"), ErrorClass::Transient));
}
