//! `on(io::ErrorKind::TimedOut)`: a pattern of error kinds, where `on` needs one of errors.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Pat, Path};

use crate::errors::Errors;
use crate::parse::options::{Classification, Options};
use crate::tokens::{has_word, source};

/// Refuses kinds of an `io::Error` as patterns, unless the error in `result` may be a kind.
pub(super) fn check(options: &Options, result: Option<&TokenStream>, errors: &mut Errors) {
    let Classification::On { pattern, .. } = &options.classification else { return };
    let (Some(result), Some(kinds)) = (result, kinds(pattern)) else { return };
    // Another crate's `ErrorKind` may be the error itself.
    let is_io = kinds.iter().all(|kind| is_of_io(kind)) || has_word(result, "io");
    if !is_io || has_word(result, "ErrorKind") {
        return;
    }
    let written = source(&pattern.to_token_stream());
    let condition = match kinds.as_slice() {
        [_] => format!("error.kind() == {written}"),
        _ => format!("matches!(error.kind(), {written})"),
    };
    errors.under(
        pattern,
        format!("this is an error kind, not an error; write `when = |error| {condition}`"),
    );
}

/// The paths of the pattern, if all of them are variants of an `ErrorKind`.
fn kinds(pattern: &Pat) -> Option<Vec<&Path>> {
    match pattern {
        Pat::Path(kind) => {
            let mut segments = kind.path.segments.iter().rev().skip(1);
            let is_kind = segments.next().is_some_and(|segment| segment.ident == "ErrorKind");
            is_kind.then(|| vec![&kind.path])
        }
        Pat::Or(alternatives) => {
            let kinds: Option<Vec<_>> = alternatives.cases.iter().map(kinds).collect();
            kinds.map(|kinds| kinds.concat())
        }
        Pat::Paren(inner) => kinds(&inner.pat),
        _ => None,
    }
}

/// Whether the path is `io::ErrorKind::…`.
fn is_of_io(path: &Path) -> bool {
    path.segments.iter().rev().nth(2).is_some_and(|segment| segment.ident == "io")
}
