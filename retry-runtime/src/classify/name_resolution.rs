//! A name that the system's resolver could not resolve.

use std::io;

use super::os_errors;
use super::sources::debug_begins;

/// Whether std could not resolve a name, because there is no such name or because no server of names
/// answered. The two are one class, as they are through reqwest and tonic: std tells them apart only in
/// the language of the system, and a name that is missing may be that of a service that is just starting.
///
/// Unix has numbers of its own for this, which are no numbers of an OS error, so std puts the system's
/// words into an error of a kind without a stable name. No code but std's makes errors of that kind,
/// unless it copies the kind of one, and these are the words that std puts in front. On Windows it is
/// an OS error.
pub(super) fn is_failure(error: &io::Error) -> bool {
    const WORDS: &str = "failed to lookup address information: ";
    if let Some(code) = error.raw_os_error() {
        return os_errors::is_unresolved_name(code);
    }
    error.get_ref().is_some()
        && debug_begins(&error.kind(), "Uncategorized")
        && error.to_string().contains(WORDS)
}
