//! Two attributes on one function, which would multiply their retries.

use proc_macro2::{Span, TokenTree};
use syn::Attribute;

use crate::errors::Errors;
use crate::parse::function::Function;
use crate::parse::shape::Attempt;

const MESSAGE: &str = "a second `#[retry]` would retry the retries; one is enough";

/// A name that every expansion binds at the top of its attempt. In a nested function or closure it
/// is one level deeper.
pub(crate) const MARKER: &str = "__retry_progress";

/// Reports a second attribute that is not expanded yet, if its name is `retry`.
pub(super) fn refuse_another(function: &Function, errors: &mut Errors) {
    let is_retry = |attribute: &&Attribute| {
        attribute.path().segments.last().is_some_and(|segment| segment.ident == "retry")
    };
    if let Some(again) = function.attributes.iter().find(is_retry) {
        errors.under(again, MESSAGE);
    }
}

/// Reports a second attribute that was expanded before, whatever its name; returns whether there is
/// one.
pub(super) fn is_expanded(attempt: &Attempt, errors: &mut Errors) -> bool {
    let is_marker = |token| matches!(token, TokenTree::Ident(name) if name == MARKER);
    let is_expanded = attempt.body.stream().into_iter().any(is_marker);
    if is_expanded {
        errors.at(Span::call_site(), MESSAGE);
    }
    is_expanded
}
