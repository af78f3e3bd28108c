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
