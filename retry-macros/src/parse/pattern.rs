//! The pattern of `on`: which names are bindings, and how to match an error with it.

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

/// Whether a bare name is a constant or a variant, not a new binding: it begins with a capital
/// letter. If it does not exist, rustc reports that (see [`known_names`]).
fn is_known(name: &Ident) -> bool {
    let name = name.to_string();
    name.trim_start_matches("r#").trim_start_matches('_').starts_with(char::is_uppercase)
}

/// Returns the pattern for the error itself; `None` if the pattern is for a reference to it.
///
/// A constant or a literal has the error's own type and does not match a reference. A binding needs
/// the reference: it must not move the error, and the guard sees `&T`. A pattern cannot have both
/// as alternatives, because all alternatives bind the same names.
pub(crate) fn of_the_value(pattern: &Pat) -> Option<TokenStream> {
    match pattern {
        // A reference pattern.
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

/// Whether a pattern certainly binds no name.
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

/// The bare names in a pattern that are meant as constants or variants. A name that is not in scope
/// would be a binding and match every error.
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

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::Pat;
    use syn::parse::Parser;

    use super::{known_names, matches_everything, of_the_value};

    // SPEC 2.3.2
    #[test]
    fn a_pattern_matches_the_value_unless_it_binds_and_its_bare_names_are_known() {
        // Pattern, whether it matches everything, whether it is for the value, the names meant as known.
        let cases: &[(&str, bool, bool, &[&str])] = &[
            ("_", true, true, &[]),
            ("error", true, false, &[]),
            ("Busy", false, true, &["Busy"]),
            ("_Busy", false, true, &["_Busy"]),
            ("r#Busy", false, true, &["r#Busy"]),
            ("error @ _", true, true, &[]),
            ("error @ Busy", false, true, &["Busy"]),
            ("ref error @ Busy", false, false, &["Busy"]),
            ("mut error @ Busy", false, false, &["Busy"]),
            ("ref Busy", false, false, &[]),
            ("mut Busy", false, false, &[]),
            ("Error::Busy", false, true, &[]),
            ("Busy | error", true, false, &["Busy"]),
            ("Busy | Closed", false, true, &["Busy", "Closed"]),
            ("(Busy)", false, true, &["Busy"]),
            ("(_)", true, true, &[]),
            ("(error)", true, false, &[]),
            ("&Error::Busy", false, false, &[]),
            ("&Busy", false, false, &["Busy"]),
            ("Error::Io(_)", false, true, &[]),
            ("Error::Io(..)", false, true, &[]),
            ("Error::Io(inner)", false, false, &[]),
            ("Error::Io(Kind, inner)", false, false, &["Kind"]),
            ("Error::Io(Kind)", false, true, &["Kind"]),
            ("Error::Io(&Kind)", false, true, &["Kind"]),
            ("Error::Io(&inner)", false, false, &[]),
            ("Error::Io(inner @ Kind)", false, false, &["Kind"]),
            ("Error { code: 5, .. }", false, true, &[]),
            ("Error { code, .. }", false, false, &[]),
            ("Error { kind: Kind, code: 5 }", false, true, &["Kind"]),
            ("(Kind, 5..=7, \"x\", ..)", false, true, &["Kind"]),
            ("(kind, _)", false, false, &[]),
            ("[Kind, ..]", false, true, &["Kind"]),
            ("[kind, _]", false, false, &[]),
            ("(Busy | Closed, 1)", false, true, &["Busy", "Closed"]),
            ("(Busy | closed, 1)", false, false, &["Busy"]),
            ("((Busy), 1)", false, true, &["Busy"]),
            ("((busy), 1)", false, false, &[]),
            ("5 | 7", false, true, &[]),
            ("1..", false, true, &[]),
        ];
        for (text, is_everything, is_of_the_value, known) in cases {
            let pattern = Pat::parse_multi_with_leading_vert.parse_str(text).expect("a pattern");
            assert_eq!(matches_everything(&pattern), *is_everything, "{text}");
            let value = of_the_value(&pattern);
            assert_eq!(value.is_some(), *is_of_the_value, "{text}");
            if let Some(value) = value {
                let is_at = text.starts_with("error @");
                let expected = if is_at { format!("ref {text}") } else { (*text).to_owned() };
                let expected = Pat::parse_multi.parse_str(&expected).expect("a pattern");
                assert_eq!(value.to_string(), expected.to_token_stream().to_string(), "{text}");
            }
            let names: Vec<String> =
                known_names(&pattern).iter().map(ToString::to_string).collect();
            assert_eq!(names, *known, "{text}");
        }
    }
}
