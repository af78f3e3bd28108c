//! Recognises timeouts of types that cannot be named.

use core::error::Error;

use super::sources::debug_begins;

/// The `Debug` and the message of each of them.
const TIMEOUTS: [(&str, &str); 2] = [
    // The source of a `reqwest::Error`; its type is private.
    ("TimedOut", "operation timed out"),
    // That of tower's layer `timeout`; tower is not a dependency.
    ("Elapsed(())", "request timed out"),
];

/// Whether the error is one of these timeouts.
///
/// A message alone is not enough, because any `String` may hold it. A type without fields has a fixed message,
/// so its size tells that the text is no value.
pub(super) fn is_unnameable_timeout(error: &(dyn Error + 'static)) -> bool {
    size_of_val(error) == 0
        && TIMEOUTS
            .iter()
            .any(|&(debug, message)| debug_begins(error, debug) && error.to_string() == message)
}

#[cfg(test)]
mod tests {
    use core::fmt;

    use super::*;

    /// An error of this `Debug` and this message.
    macro_rules! error {
        ($name:ident $($field:ty)?, $debug:literal, $message:literal) => {
            struct $name$((#[allow(dead_code, reason = "for its size")] $field))?;

            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str($debug)
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str($message)
                }
            }

            impl Error for $name {}
        };
    }

    error!(OfReqwest, "TimedOut", "operation timed out");
    error!(OfTower, "Elapsed(())", "request timed out");
    error!(WithAField u8, "TimedOut", "operation timed out");
    error!(AnotherMessage, "TimedOut", "request timed out");
    error!(AnotherDebug, "Late", "operation timed out");

    // SPEC 5.4.3
    #[test]
    fn a_timeout_is_known_by_its_debug_and_its_message_if_it_has_no_field() {
        let cases: [(&dyn Error, bool); 5] = [
            (&OfReqwest, true),
            (&OfTower, true),
            (&WithAField(1), false),
            (&AnotherMessage, false),
            (&AnotherDebug, false),
        ];
        for (error, expected) in cases {
            assert_eq!(is_unnameable_timeout(error), expected, "{error:?}: {error}");
        }
    }
}
