//! The text of a failure, for events and for the attempt after it.

use core::error::Error;
use core::fmt::{self, Write};
use core::iter::successors;

use super::redaction::redact;
use super::shown::Shown;
use crate::call::Previous;
use crate::policy::ErrorClass;

/// Keeps the failure of an attempt for the next one.
#[cold]
#[inline(never)]
#[must_use]
pub fn remember(class: ErrorClass, cause: Shown<'_>) -> Box<Previous> {
    let mut text = String::new();
    // The user's implementation may return an error; what it wrote before is kept.
    let _ = write!(text, "{}", Redacted(cause));
    Box::new(Previous::new(class, text))
}

/// Writes the cause of a failure, without the secrets in its URLs.
#[cfg(feature = "middleware")]
pub(crate) fn write_shown(cause: Shown<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    fmt::Display::fmt(&Redacted(cause), f)
}

/// An error without the secrets in its URLs.
pub(super) struct Redacted<'a>(pub(super) Shown<'a>);

impl fmt::Display for Redacted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not `to_string`, which panics if the user's implementation returns an error.
        let mut text = String::new();
        match self.0 {
            Shown::Display(error) => write_alone(&mut text, error)?,
            Shown::Chain(error, source) => {
                write_alone(&mut text, error)?;
                write_sources(&mut text, source)?;
            }
            Shown::Type(name) => return f.write_str(name),
            Shown::Value => return f.write_str("value"),
            Shown::Status(code) => return write!(f, "status {code}"),
        }
        f.write_str(&redact(&text))
    }
}

/// Bounds the work for a chain that never ends.
const SOURCES: usize = 32;

/// Uses `{:#}`, which makes some boxed errors print their sources too.
fn write_alone(text: &mut String, error: &dyn fmt::Display) -> fmt::Result {
    write!(text, "{error:#}")?;
    // A `Display` that forwards to `Debug` would print one line per field.
    if text.contains('\n') {
        text.clear();
        write!(text, "{error}")?;
    }
    Ok(())
}

/// Many errors print their source themselves, some the whole chain. Omits a source only if the text so
/// far ends with it: the same words elsewhere may be a coincidence.
fn write_sources(text: &mut String, source: &(dyn Error + 'static)) -> fmt::Result {
    let mut reasons = Vec::new();
    for source in successors(Some(source), |&source| source.source()).take(SOURCES) {
        let mut reason = String::new();
        write_alone(&mut reason, &source)?;
        reasons.push(reason);
    }
    for (index, reason) in reasons.iter().enumerate() {
        if ends_in(text, &reasons[index..].join(": ")) {
            break;
        }
        if !ends_in(text, reason) {
            write!(text, ": {reason}")?;
        }
    }
    Ok(())
}

fn ends_in(text: &str, reason: &str) -> bool {
    text.strip_suffix(reason).is_some_and(|before| before.is_empty() || before.ends_with(": "))
}
