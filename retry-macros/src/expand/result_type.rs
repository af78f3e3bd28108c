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

#[cfg(test)]
mod tests {
    use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
    use quote::ToTokens;
    use syn::Expr;

    use super::{error_named_by, without_impl_trait};

    fn tokens(text: &str) -> TokenStream {
        text.parse().expect("tokens")
    }

    fn squeezed(tokens: &TokenStream) -> String {
        tokens.to_string().split_whitespace().collect()
    }

    /// As a macro passes it on.
    fn grouped(text: &str) -> TokenStream {
        TokenTree::Group(Group::new(Delimiter::None, tokens(text))).into()
    }

    // SPEC 3.2
    #[test]
    fn a_body_infers_what_it_cannot_name() {
        let cases = [
            ("Result<u8, E>", Some("Result<u8, E>")),
            ("Result<impl Display, E>", Some("Result<_, E>")),
            ("io::Result<'a, impl Display>", Some("io::Result<'a, _>")),
            ("Result<[impl Display; 2], E>", Some("Result<[_; 2], E>")),
            ("Result<&'a [impl Display], E>", Some("Result<&'a [_], E>")),
            ("Result<(u8, impl Display), E>", Some("Result<(u8, _), E>")),
            ("Result<(impl Display), E>", Some("Result<(_), E>")),
            ("Result<*const impl Display, E>", Some("Result<*const _, E>")),
            ("Result<Vec<impl Display>, E>", Some("Result<Vec<_>, E>")),
            ("Result<Box<dyn Fn() -> impl Display>, E>", None),
            ("Result<fn(impl Display), E>", None),
        ];
        for (result, expected) in cases {
            let inferred = without_impl_trait(&tokens(result)).map(|inferred| squeezed(&inferred));
            assert_eq!(inferred, expected.map(|expected| squeezed(&tokens(expected))), "{result}");
        }
        let inferred = without_impl_trait(&grouped("Option<impl Display>"));
        assert_eq!(inferred.map(|it| it.to_string().contains("impl")), Some(false));
    }

    // SPEC 2.3.5
    #[test]
    fn a_closure_names_the_error_of_an_attempt_by_the_type_of_its_first_parameter() {
        let cases = [
            ("|error: Inner, _| Outer(error)", Some("Inner")),
            ("(|error: Inner, _| Outer(error))", Some("Inner")),
            ("|error, _| error", None),
            ("|| error", None),
            ("Error::last", None),
        ];
        for (give_up, expected) in cases {
            for tokens in [tokens(give_up), grouped(give_up)] {
                let give_up: Expr = syn::parse2(tokens).expect("an expression");
                let error = error_named_by(&give_up).map(|ty| ty.to_token_stream().to_string());
                assert_eq!(error.as_deref(), expected);
            }
        }
    }
}
