//! Expands the macros in a file, as the compiler does.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

use crate::{attribute, derive};

/// Expands each `#[retry]` and `#[derive(Classify)]` among these tokens. Passes each expansion, and the place of its
/// attribute, to `see`.
pub fn expand(tokens: TokenStream, see: &mut dyn FnMut(&TokenStream, Span)) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut expanded = TokenStream::new();
    let mut rest = tokens.as_slice();
    loop {
        rest = match rest {
            [] => return expanded,
            // Only the compiler knows what the fragments in a macro of the file are.
            [TokenTree::Ident(word), sign, name, TokenTree::Group(rules), after @ ..]
                if word == "macro_rules" =>
            {
                expanded.extend(
                    [&rest[0], sign, name, &TokenTree::Group(rules.clone())].map(Clone::clone),
                );
                after
            }
            [TokenTree::Punct(sign), TokenTree::Group(attribute), after @ ..]
                if sign.as_char() == '#' =>
            {
                let (item, others) = after.split_at(length_of_item(after));
                let item = item.iter().cloned().collect();
                if let Some(expansion) = of_attribute(&attribute.stream(), &item) {
                    see(&expansion, sign.span());
                    expanded.extend(expand(expansion, see));
                    others
                } else {
                    expanded.extend(rest[..2].iter().cloned());
                    after
                }
            }
            [TokenTree::Group(group), after @ ..] => {
                let inside = expand(group.stream(), see);
                expanded.extend([TokenTree::Group(Group::new(group.delimiter(), inside))]);
                after
            }
            [token, after @ ..] => {
                expanded.extend([token.clone()]);
                after
            }
        };
    }
}

/// The expansion of an attribute, if it is one of ours.
fn of_attribute(attribute: &TokenStream, item: &TokenStream) -> Option<TokenStream> {
    let tokens: Vec<TokenTree> = attribute.clone().into_iter().collect();
    match tokens.as_slice() {
        [path @ .., TokenTree::Group(list)] if ends_with(path, "retry") => {
            Some(attribute::expand(&list.stream(), item))
        }
        path if ends_with(path, "retry") => Some(attribute::expand(&TokenStream::new(), item)),
        [path @ .., TokenTree::Group(list)]
            if ends_with(path, "derive") && list.to_string().contains("Classify") =>
        {
            let implementation = match syn::parse2(item.clone()) {
                Ok(input) => derive::classify(&input),
                Err(error) => error.to_compile_error(),
            };
            Some(quote::quote!(#item #implementation))
        }
        _ => None,
    }
}

fn ends_with(path: &[TokenTree], name: &str) -> bool {
    path.last().is_some_and(|last| matches!(last, TokenTree::Ident(ident) if ident == name))
}

/// The number of tokens in the item that these begin with.
fn length_of_item(tokens: &[TokenTree]) -> usize {
    let is_end = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    };
    tokens.iter().position(is_end).map_or(tokens.len(), |end| end + 1)
}
