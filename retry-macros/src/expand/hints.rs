//! Completes and documents the keys in an editor.
//!
//! rust-analyzer completes paths, not the arguments of attributes. So the expansion imports the
//! words in the places of keys, in code that rustc never compiles, from a module with a documented
//! constant for each key. bon does the same.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::quote;

use crate::parse::runtime::Runtime;

/// Imports the keys of `arguments`, even half-typed ones, at the top of the function's body.
pub(crate) fn hints(arguments: &TokenStream, runtime: &Runtime) -> Option<TokenStream> {
    let keys = words(arguments);
    if keys.is_empty() {
        return None;
    }
    Some(quote! {
        #[allow(unexpected_cfgs, unused_imports)]
        {
            #[cfg(rust_analyzer)]
            mod hints {
                use #runtime::ide::*;
                use self::{#(#keys as _),*};
            }
        }
    })
}

/// Rust's keywords, which `use` cannot import.
const KEYWORDS: [&str; 53] = [
    "_", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "Self", "static", "struct", "super", "trait", "true", "try", "type",
    "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// The words at the start and after commas, except keywords, words between `::<` and `>`, and the
/// parameters of closures.
fn words(arguments: &TokenStream) -> Vec<Ident> {
    let mut words = Vec::new();
    let mut is_key = true;
    let mut depth = 0_u32;
    let mut is_parameter = false;
    let mut previous = ' ';
    for token in flat(arguments) {
        let mut this = ' ';
        match token {
            TokenTree::Ident(word) => {
                // `move |a, b|` is a closure, `a | b` is not.
                if word == "move" {
                    this = '=';
                }
                if is_key && !KEYWORDS.contains(&word.to_string().as_str()) {
                    words.push(word);
                }
                is_key = false;
            }
            TokenTree::Punct(punct) => {
                this = punct.as_char();
                match (this, previous) {
                    ('<', ':') => depth += 1,
                    ('<', _) if depth > 0 => depth += 1,
                    ('>', '-' | '=') => {}
                    ('>', _) => depth = depth.saturating_sub(1),
                    ('|', _) if is_parameter => is_parameter = false,
                    ('|', '=') => is_parameter = true,
                    _ => {}
                }
                is_key = this == ',' && depth == 0 && !is_parameter;
            }
            _ => is_key = false,
        }
        previous = this;
    }
    words
}

/// Removes the invisible groups of macros.
fn flat(tokens: &TokenStream) -> Vec<TokenTree> {
    let inner = tokens.clone().into_iter().map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => flat(&group.stream()),
        token => vec![token],
    });
    inner.flatten().collect()
}

#[cfg(test)]
mod tests {
    use proc_macro2::Group;

    use super::*;

    // SPEC 9.3
    #[test]
    fn the_words_in_the_place_of_a_key_are_found_in_half_typed_arguments() {
        let cases: [(&str, &[&str]); 17] = [
            ("", &[]),
            ("b", &["b"]),
            ("max = 3, b", &["max", "b"]),
            ("max = 3, b, jitter = full", &["max", "b", "jitter"]),
            ("max 3", &["max"]),
            ("max = , base =", &["max", "base"]),
            ("on(MyError::Busy), ", &["on"]),
            ("crate = a, if = b, sleep = tokio::time::sleep", &["sleep"]),
            ("= 3 , , base", &["base"]),
            ("when = is::<u8, true>, max = 3", &["when", "max"]),
            ("for = 3, where, dyn", &[]),
            ("when = is::<Vec<A>, B, fn(C) -> D>, max = 3", &["when", "max"]),
            ("when = is::<fn(C) -> D, E>, max = 3", &["when", "max"]),
            ("when = |e| e.code() < 5, max = 3", &["when", "max"]),
            ("give_up = |error, end| error, max = 3", &["give_up", "max"]),
            ("give_up = move |error, end| error, max", &["give_up", "max"]),
            ("when = ||true, max = A | B, base", &["when", "max", "base"]),
        ];
        for (arguments, expected) in cases {
            let tokens: TokenStream = arguments.parse().unwrap_or_default();
            let found: Vec<String> = words(&tokens).iter().map(ToString::to_string).collect();
            assert_eq!(found, expected, "{arguments}");
            // As a macro passes its tokens on.
            let group = TokenTree::Group(Group::new(Delimiter::None, tokens));
            assert_eq!(words(&group.into()).len(), expected.len(), "{arguments}");
        }
    }
}
