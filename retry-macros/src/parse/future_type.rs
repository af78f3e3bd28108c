//! Recognises types that are plainly futures, and their outputs.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{GenericArgument, PathArguments, PathSegment, Type, TypeParamBound};

/// Whether a type is plainly a future: `impl Future`, a box of `dyn Future`, `BoxFuture` or a similar
/// name.
pub(crate) fn is_future(ty: &Type) -> bool {
    let is_bound = |bound: &TypeParamBound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last().is_some_and(names_a_future),
        _ => false,
    };
    match ty {
        Type::Group(group) => is_future(&group.elem),
        Type::Paren(paren) => is_future(&paren.elem),
        Type::ImplTrait(bounds) => bounds.bounds.iter().any(is_bound),
        Type::TraitObject(bounds) => bounds.bounds.iter().any(is_bound),
        Type::Path(path) => path.path.segments.last().is_some_and(|segment| {
            let is_pointer = segment.ident == "Pin" || segment.ident == "Box";
            names_a_future(segment)
                || is_pointer && type_arguments(&segment.arguments).any(is_future)
        }),
        _ => false,
    }
}

fn names_a_future(segment: &PathSegment) -> bool {
    segment.ident.to_string().ends_with("Future")
}

/// The output of a type that is plainly a future.
pub(crate) fn output_of(ty: &Type) -> Option<TokenStream> {
    match ty {
        Type::Group(group) => output_of(&group.elem),
        Type::Paren(paren) => output_of(&paren.elem),
        Type::ImplTrait(bounds) => bounds.bounds.iter().find_map(output_of_bound),
        Type::TraitObject(bounds) => bounds.bounds.iter().find_map(output_of_bound),
        Type::Path(path) => {
            let segment = path.path.segments.last()?;
            let types = || type_arguments(&segment.arguments);
            // The arguments of other aliases may mean anything.
            if segment.ident == "BoxFuture" || segment.ident == "LocalBoxFuture" {
                return types().last().map(ToTokens::to_token_stream);
            }
            types().find_map(output_of)
        }
        _ => None,
    }
}

fn type_arguments(arguments: &PathArguments) -> impl Iterator<Item = &Type> {
    let arguments = match arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    };
    arguments.into_iter().flatten().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

fn output_of_bound(bound: &TypeParamBound) -> Option<TokenStream> {
    let TypeParamBound::Trait(bound) = bound else { return None };
    let segment = bound.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(output) if output.ident == "Output" => {
            Some(output.ty.to_token_stream())
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
    use syn::Type;

    use super::{is_future, output_of};

    // SPEC 3.3
    #[test]
    fn a_future_is_known_by_its_name_and_its_output_by_its_bound() {
        // Type, whether it is plainly a future, its output.
        let cases = [
            ("impl Future<Output = u8>", true, Some("u8")),
            ("impl Send + core::future::Future<Output = u8>", true, Some("u8")),
            ("impl Send", false, None),
            ("impl Send + 'static", false, None),
            ("impl Iterator<Item = u8>", false, None),
            ("impl SharedFuture<Item = u8>", true, None),
            ("impl SharedFuture<u8>", true, None),
            ("(impl Future<Output = u8>)", true, Some("u8")),
            ("dyn Future<Output = u8> + Send", true, Some("u8")),
            ("dyn Fn() -> u8", false, None),
            ("Box<dyn Future<Output = u8>>", true, Some("u8")),
            ("Pin<Box<dyn Future<Output = u8> + Send + 'a>>", true, Some("u8")),
            ("Pin<Box<u8>>", false, None),
            ("Pin<u8>", false, None),
            ("Box<dyn Fn()>", false, None),
            ("Arc<dyn Future<Output = u8>>", false, Some("u8")),
            ("BoxFuture<'a, u8>", true, Some("u8")),
            ("futures::future::BoxFuture<'a, Result<u8, E>>", true, Some("Result < u8 , E >")),
            ("LocalBoxFuture<'static, u8>", true, Some("u8")),
            ("ResponseFuture", true, None),
            ("ResponseFuture<u8>", true, None),
            ("Result<u8, E>", false, None),
            ("u8", false, None),
            ("[u8; 2]", false, None),
        ];
        for (text, is_plain, output) in cases {
            let tokens: TokenStream = text.parse().expect("tokens");
            // As a macro passes a type on.
            let group = TokenTree::Group(Group::new(Delimiter::None, tokens.clone()));
            for tokens in [tokens, group.into()] {
                let ty: Type = syn::parse2(tokens).expect("a type");
                assert_eq!(is_future(&ty), is_plain, "{text}");
                let found = output_of(&ty).map(|output| output.to_string());
                assert_eq!(found.as_deref(), output, "{text}");
            }
        }
    }
}
