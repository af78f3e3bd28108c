//! Collecting mistakes, so that the user sees all of them at once.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// The mistakes found so far.
#[derive(Default)]
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

    /// Keeps the value of `result` and reports its error.
    pub(crate) fn ok<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    /// `compile_error!` for each mistake; `None` if there is none.
    pub(crate) fn finish(self) -> Option<TokenStream> {
        self.0.map(|error| error.to_compile_error())
    }
}

/// Turns a message into an error under the tokens that are wrong.
pub(crate) trait OrBlame<T> {
    fn or_blame(self, tokens: impl ToTokens) -> syn::Result<T>;
}

impl<T, M: core::fmt::Display> OrBlame<T> for Result<T, M> {
    fn or_blame(self, tokens: impl ToTokens) -> syn::Result<T> {
        self.map_err(|message| syn::Error::new_spanned(tokens, message))
    }
}

/// The word of `known` that `word` is probably meant to be: the nearest within one edit for
/// each three letters.
pub(crate) fn near_miss<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let allowed = (word.len() / 3).max(1);
    let word = word.to_lowercase();
    let distances = known.iter().map(|&candidate| (edit_distance(&word, candidate), candidate));
    let (distance, candidate) = distances.min_by_key(|&(distance, _)| distance)?;
    (distance <= allowed).then_some(candidate)
}

/// Levenshtein's: insertions, deletions and replacements.
fn edit_distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.bytes().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, to) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_miss_is_one_edit_in_three_letters() {
        let known = ["max", "base", "backoff", "jitter", "retry_after_cap"];
        let cases = [
            ("maxx", Some("max")),
            ("Base", Some("base")),
            ("JITTER", Some("jitter")),
            ("mx", Some("max")),
            ("bse", Some("base")),
            ("backof", Some("backoff")),
            ("jiter", Some("jitter")),
            ("retry_aftr_cap", Some("retry_after_cap")),
            ("colour", None),
            ("x", None),
        ];
        for (word, expected) in cases {
            assert_eq!(near_miss(word, &known), expected, "{word}");
        }
    }
}
