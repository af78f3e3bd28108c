//! The result type of an attempt, if a body can name it.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{GenericArgument, PathArguments, Token, Type, TypeInfer};

use crate::tokens::mentions;

/// Replaces `impl Trait`, which a body cannot name, with `_`; returns nothing if it is so deep
/// inside that `_` would mean something else.
pub(crate) fn without_impl_trait(tokens: &TokenStream) -> Option<TokenStream> {
    if !mentions(tokens, &["impl"]) {
        return Some(tokens.clone());
    }
    let mut ty = syn::parse2(tokens.clone()).ok()?;
    infer_impl_trait(&mut ty);
    let inferred = ty.to_token_stream();
    (!mentions(&inferred, &["impl"])).then_some(inferred)
}

fn infer_impl_trait(ty: &mut Type) {
    match ty {
        Type::ImplTrait(_) => {
            let underscore_token = <Token![_]>::default();
            *ty = Type::Infer(TypeInfer { attrs: Vec::new(), underscore_token });
        }
        Type::Array(array) => infer_impl_trait(&mut array.elem),
        Type::Group(group) => infer_impl_trait(&mut group.elem),
        Type::Paren(paren) => infer_impl_trait(&mut paren.elem),
        Type::Ptr(pointer) => infer_impl_trait(&mut pointer.elem),
        Type::Reference(reference) => infer_impl_trait(&mut reference.elem),
        Type::Slice(slice) => infer_impl_trait(&mut slice.elem),
        Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(infer_impl_trait),
        Type::Path(path) => {
            for segment in &mut path.path.segments {
                let PathArguments::AngleBracketed(arguments) = &mut segment.arguments else {
                    continue;
                };
                for argument in &mut arguments.args {
                    if let GenericArgument::Type(ty) = argument {
                        infer_impl_trait(ty);
                    }
                }
            }
        }
        _ => {}
    }
}
