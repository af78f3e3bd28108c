//! Collects mistakes, so that the user sees all of them at once.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// The mistakes found so far; [`finish`](Self::finish) returns them.
#[derive(Default)]
#[must_use = "mistakes that are not reported compile"]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    /// Reports `message` at `span`.
    pub(crate) fn at(&mut self, span: Span, message: impl core::fmt::Display) {
        self.add(syn::Error::new(span, message));
    }

    /// Reports `message` under all of `tokens`.
    pub(crate) fn under(&mut self, tokens: impl ToTokens, message: impl core::fmt::Display) {
        self.add(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn add(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// Returns the value of `result`, or reports its error.
    pub(crate) fn ok<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    /// Returns a `compile_error!` for each mistake; `None` without mistakes.
    #[must_use]
    pub(crate) fn finish(self) -> Option<TokenStream> {
        self.0.map(|error| error.to_compile_error())
    }
}

/// Turns a message into an error under the wrong tokens.
pub(crate) trait OrBlame<T> {
    fn or_blame(self, tokens: impl ToTokens) -> syn::Result<T>;
}

impl<T, M: core::fmt::Display> OrBlame<T> for Result<T, M> {
    fn or_blame(self, tokens: impl ToTokens) -> syn::Result<T> {
        self.map_err(|message| syn::Error::new_spanned(tokens, message))
    }
}
