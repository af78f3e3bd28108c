//! Looking through tokens that nobody has parsed, and giving them new places.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

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

pub(crate) fn is_punct(token: &TokenTree, characters: &str) -> bool {
    matches!(token, TokenTree::Punct(punct) if characters.contains(punct.as_char()))
}

/// What is inside the invisible group that a `macro_rules!` variable arrives in.
pub(crate) fn visible(token: TokenTree) -> TokenTree {
    if let TokenTree::Group(group) = &token {
        let mut inner = group.stream().into_iter();
        if let (Delimiter::None, Some(only), None) = (group.delimiter(), inner.next(), inner.next())
        {
            return visible(only);
        }
    }
    token
}

/// Whether `name` is used in `tokens`, be it in the text of a format string.
pub(crate) fn uses(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == name,
        TokenTree::Group(group) => uses(&group.stream(), name),
        TokenTree::Literal(literal) => literal.to_string().contains(&format!("{{{name}")),
        TokenTree::Punct(_) => false,
    })
}

/// The tokens with the value `self` by another name; paths such as `self::NAME` stay.
pub(crate) fn with_self_as(tokens: TokenStream, name: &Ident) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut renamed = TokenStream::new();
    while let Some(token) = tokens.next() {
        let is_path = tokens.peek().is_some_and(|next| is_punct(next, ":"));
        let token = match token {
            TokenTree::Ident(word) if word == "self" && !is_path => {
                let mut name = name.clone();
                name.set_span(name.span().located_at(word.span()));
                TokenTree::Ident(name)
            }
            TokenTree::Group(group) => {
                with_content(&group, with_self_as(group.stream(), name)).into()
            }
            token => token,
        };
        renamed.extend([token]);
    }
    renamed
}

/// The group with other content in it.
pub(crate) fn with_content(group: &Group, content: TokenStream) -> Group {
    let mut copy = Group::new(group.delimiter(), content);
    copy.set_span(group.span());
    copy
}

/// The tokens shown at the place of `span`, with the meaning they have.
pub(crate) fn shown_at(tokens: &TokenStream, span: Span) -> TokenStream {
    let tokens = tokens.clone().into_iter().map(|mut token| {
        token.set_span(token.span().located_at(span));
        token
    });
    tokens.collect()
}
