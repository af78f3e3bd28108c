//! Looking through tokens that nobody has parsed.

use proc_macro2::{Ident, TokenStream, TokenTree};

/// Whether one of `words` stands in `tokens` as an identifier.
pub(crate) fn mentions(tokens: &TokenStream, words: &[&str]) -> bool {
    find(tokens, &|word| words.iter().any(|sought| word == sought)).is_some()
}

/// The first identifier in `tokens` that `sought` accepts, groups included. What follows a dot or
/// a colon is part of a longer name and not looked at.
pub(crate) fn find(tokens: &TokenStream, sought: &dyn Fn(&Ident) -> bool) -> Option<Ident> {
    let mut is_part = false;
    tokens.clone().into_iter().find_map(|token| {
        let was_part = is_part;
        is_part = matches!(&token, TokenTree::Punct(punct) if matches!(punct.as_char(), '.' | ':'));
        match token {
            TokenTree::Ident(word) if !was_part && sought(&word) => Some(word),
            TokenTree::Group(group) => find(&group.stream(), sought),
            _ => None,
        }
    })
}
