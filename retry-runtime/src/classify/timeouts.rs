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
