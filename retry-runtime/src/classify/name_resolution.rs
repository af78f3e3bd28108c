//! Recognises failed name resolution.

use std::io;

use super::os_errors;
use super::sources::debug_begins;

/// Whether std could not resolve a name, because the name does not exist or no name server
/// answered. Both get one class, as through reqwest and tonic: std distinguishes them only in the
/// language of the system, and a missing name may belong to a service that is just starting.
///
/// On Unix the resolver's error numbers are not OS error numbers, so std puts the resolver's
/// message into an error whose kind has no stable name, behind the words below. Other code cannot
/// make an error of that kind, except by copying the kind of one. On Windows it is an OS error.
pub(super) fn is_failure(error: &io::Error) -> bool {
    const WORDS: &str = "failed to lookup address information: ";
    if let Some(code) = error.raw_os_error() {
        return os_errors::is_unresolved_name(code);
    }
    error.get_ref().is_some()
        && debug_begins(&error.kind(), "Uncategorized")
        && error.to_string().contains(WORDS)
}
