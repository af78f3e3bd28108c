//! The result type of an attempt, if a body can name it.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, GenericArgument, Pat, PathArguments, Token, Type, TypeInfer};

use super::Expansion;
use crate::tokens::mentions;

impl Expansion<'_> {
    /// The result type of the function, if a body can name it.
    pub(super) fn result(&self) -> Option<TokenStream> {
        self.attempt.result.as_ref().and_then(without_impl_trait)
    }

    /// Gives an attempt its type: an `Option` that is `None`.
    pub(super) fn no_outcome(&self) -> Option<TokenStream> {
        let result = self.result();
        match self.error_of_an_attempt() {
            None => result.map(|result| quote!(::core::option::Option::None::<#result>)),
            Some(error) => Some(self.returned(&quote!(__retry_none::<#error>()))),
        }
    }

    /// Names the outcome of an attempt that fails before its body runs.
    pub(super) fn unbegun(&self) -> Option<TokenStream> {
        let runtime = &self.options.runtime;
        let result = self.result()?;
        Some(match self.error_of_an_attempt() {
            None => quote!(#runtime::Unbegun::<#result>::of_this_type()),
            Some(error) => self.returned(&quote!(__retry_unbegun::<#error>())),
        })
    }

    /// Calls a method of the type that the function returns, where attempts fail with another error.
    pub(super) fn returned(&self, method: &TokenStream) -> TokenStream {
        let runtime = &self.options.runtime;
        let result = self.result().unwrap_or_else(|| quote!(::core::result::Result<_, _>));
        quote!({
            use #runtime::ReturnedOtherwise as _;
            #runtime::Returned::<#result>::of_this_type().#method
        })
    }

    /// The error with which attempts fail, where it may be another than the function's.
    pub(super) fn error_of_an_attempt(&self) -> Option<&Type> {
        error_named_by(self.options.give_up.as_ref()?)
    }
}

/// The type that a closure names for its first parameter.
fn error_named_by(give_up: &Expr) -> Option<&Type> {
    match give_up {
        Expr::Closure(closure) => match closure.inputs.first()? {
            Pat::Type(error) => Some(&error.ty),
            _ => None,
        },
        Expr::Group(group) => error_named_by(&group.expr),
        Expr::Paren(paren) => error_named_by(&paren.expr),
        _ => None,
    }
}

/// Replaces `impl Trait`, which a body cannot name, with `_`; returns nothing if it is so deep
/// inside that `_` would mean something else.
fn without_impl_trait(tokens: &TokenStream) -> Option<TokenStream> {
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
