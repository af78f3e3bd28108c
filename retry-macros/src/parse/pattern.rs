//! The pattern of `on`: which of its names are bindings, and how an error has to be matched with it.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Ident, Pat, PatIdent};

/// Whether every value matches: the pattern is `_` or a new name.
pub(crate) fn matches_everything(pattern: &Pat) -> bool {
    match pattern {
        Pat::Wild(_) => true,
        Pat::Ident(PatIdent { ident, subpat: None, .. }) => !is_known(ident),
        Pat::Ident(PatIdent { subpat: Some((_, inner)), .. }) => matches_everything(inner),
        Pat::Or(alternatives) => alternatives.cases.iter().any(matches_everything),
        Pat::Paren(inner) => matches_everything(&inner.pat),
        _ => false,
    }
}

/// Whether a name alone is that of a constant or a variant, and not a new binding: it begins with a
/// capital letter. If there is none of that name, rustc has to say so (see [`known_names`]).
fn is_known(name: &Ident) -> bool {
    let name = name.to_string();
    name.trim_start_matches("r#").trim_start_matches('_').starts_with(char::is_uppercase)
}

/// The pattern for the error itself in place of a reference to it; `None` if it needs the reference.
///
/// A constant or a literal is of the error's own type, which no reference matches. A binding wants
/// the reference: the error must not be moved, and the guard sees `&T`. No pattern has both side by
/// side, since all alternatives bind the same names.
pub(crate) fn of_the_value(pattern: &Pat) -> Option<TokenStream> {
    match pattern {
        // It says itself that it is for the reference.
        Pat::Reference(_) => None,
        Pat::Ident(PatIdent {
            by_ref: None,
            mutability: None,
            ident,
            subpat: Some((_, inner)),
            ..
        }) => is_without_bindings(inner).then(|| quote!(ref #ident @ #inner)),
        Pat::Or(alternatives) => {
            let cases = alternatives.cases.iter().map(of_the_value).collect::<Option<Vec<_>>>()?;
            Some(quote!(#(#cases)|*))
        }
        Pat::Paren(inner) => of_the_value(&inner.pat).map(|inner| quote!((#inner))),
        pattern => is_without_bindings(pattern).then(|| pattern.to_token_stream()),
    }
}

/// Whether a pattern binds no name; `false` also where that cannot be seen.
fn is_without_bindings(pattern: &Pat) -> bool {
    match pattern {
        Pat::Const(_)
        | Pat::Lit(_)
        | Pat::Path(_)
        | Pat::Range(_)
        | Pat::Rest(_)
        | Pat::Wild(_) => true,
        Pat::Ident(name) => is_known_alone(name),
        Pat::Or(alternatives) => alternatives.cases.iter().all(is_without_bindings),
        Pat::Paren(inner) => is_without_bindings(&inner.pat),
        Pat::Reference(inner) => is_without_bindings(&inner.pat),
        Pat::Slice(slice) => slice.elems.iter().all(is_without_bindings),
        Pat::Struct(fields) => fields.fields.iter().all(|field| is_without_bindings(&field.pat)),
        Pat::Tuple(tuple) => tuple.elems.iter().all(is_without_bindings),
        Pat::TupleStruct(tuple) => tuple.elems.iter().all(is_without_bindings),
        _ => false,
    }
}

fn is_known_alone(name: &PatIdent) -> bool {
    let PatIdent { by_ref, mutability, ident, subpat, .. } = name;
    by_ref.is_none() && mutability.is_none() && subpat.is_none() && is_known(ident)
}

/// The names alone in a pattern that are meant as constants or variants. Where one is not in scope,
/// it would be a binding, and match every error.
pub(crate) fn known_names(pattern: &Pat) -> Vec<&Ident> {
    match pattern {
        Pat::Ident(name) if is_known_alone(name) => vec![&name.ident],
        Pat::Ident(PatIdent { subpat: Some((_, inner)), .. }) => known_names(inner),
        Pat::Or(alternatives) => all(&alternatives.cases),
        Pat::Paren(inner) => known_names(&inner.pat),
        Pat::Reference(inner) => known_names(&inner.pat),
        Pat::Slice(slice) => all(&slice.elems),
        Pat::Struct(fields) => {
            fields.fields.iter().flat_map(|field| known_names(&field.pat)).collect()
        }
        Pat::Tuple(tuple) => all(&tuple.elems),
        Pat::TupleStruct(tuple) => all(&tuple.elems),
        _ => Vec::new(),
    }
}

fn all<'p>(patterns: impl IntoIterator<Item = &'p Pat>) -> Vec<&'p Ident> {
    patterns.into_iter().flat_map(known_names).collect()
}
