//! Looking through tokens that nobody has parsed.

use proc_macro2::{Ident, TokenStream, TokenTree};

/// Whether one of `words` stands in `tokens` as an identifier.
pub(crate) fn mentions(tokens: &TokenStream, words: &[&str]) -> bool {
    find(tokens, &|word, _| words.iter().any(|sought| word == sought)).is_some()
}

/// The first identifier in `tokens` that `sought` accepts, groups included. What follows a dot or
/// a colon is part of a longer name and not looked at; `sought` is told whether a path goes on
/// behind the identifier.
pub(crate) fn find(tokens: &TokenStream, sought: &dyn Fn(&Ident, bool) -> bool) -> Option<Ident> {
    let mut tokens = tokens.clone().into_iter().peekable();
    let mut is_part = false;
    while let Some(token) = tokens.next() {
        let was_part = is_part;
        is_part = is_punct(&token, ".:");
        let found = match token {
            TokenTree::Ident(word) => {
                let has_more = tokens.peek().is_some_and(|next| is_punct(next, ":"));
                (!was_part && sought(&word, has_more)).then_some(word)
            }
            TokenTree::Group(group) => find(&group.stream(), sought),
            TokenTree::Punct(_) | TokenTree::Literal(_) => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn is_punct(token: &TokenTree, characters: &str) -> bool {
    matches!(token, TokenTree::Punct(punct) if characters.contains(punct.as_char()))
}
