//! Decides by the written lifetimes whether the result of an attempt may borrow from an argument.

use proc_macro2::{TokenStream, TokenTree};
use syn::{FnArg, Lifetime, ReceiverKind, Signature, Type};

use crate::tokens::{is_punct, mentions};

/// The lifetimes in a result type.
#[derive(Default)]
pub(crate) struct Lifetimes {
    /// Whether one is elided: it is the receiver's, or that of the only reference.
    elided: bool,
    named: Vec<String>,
    /// Whether the elided one is the receiver's.
    is_receivers: bool,
    has_impl: bool,
}

impl Lifetimes {
    /// Finds the lifetimes in the result of this signature.
    pub(crate) fn of(result: Option<&TokenStream>, signature: &Signature) -> Self {
        let mut lifetimes = Self {
            is_receivers: signature.inputs.first().is_some_and(is_reference_to_self),
            has_impl: result.is_some_and(|result| mentions(result, &["impl"])),
            ..Self::default()
        };
        lifetimes.add(result.cloned().unwrap_or_default());
        // The result may borrow from a lifetime that outlives its own.
        for parameter in signature.generics.lifetimes() {
            let outlives = |bound: &Lifetime| lifetimes.names(bound);
            if parameter.bounds.iter().any(outlives) {
                lifetimes.named.push(parameter.lifetime.ident.to_string());
            }
        }
        lifetimes
    }

    fn add(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == '&' => {
                    self.elided |= !tokens.peek().is_some_and(|next| is_punct(next, "'"));
                }
                TokenTree::Punct(punct) if punct.as_char() == '\'' => match tokens.next() {
                    Some(TokenTree::Ident(name)) if name == "_" => self.elided = true,
                    Some(TokenTree::Ident(name)) if name != "static" => {
                        self.named.push(name.to_string());
                    }
                    _ => {}
                },
                TokenTree::Ident(name) if hides_a_lifetime(&name.to_string()) => {
                    let rest: TokenStream = tokens.clone().take(2).collect();
                    let mut rest = rest.into_iter();
                    let is_written = rest.next().is_some_and(|next| is_punct(&next, "<"))
                        && rest.next().is_some_and(|next| is_punct(&next, "'"));
                    self.elided |= !is_written;
                }
                TokenTree::Group(group) => self.add(group.stream()),
                _ => {}
            }
        }
    }

    /// Whether the result may borrow from the receiver, if that is a reference of this lifetime.
    pub(crate) fn may_be_the_receivers(&self, lifetime: Option<&Lifetime>) -> bool {
        self.has_impl
            || match lifetime {
                None => self.elided,
                Some(_) => self.elided || !self.named.is_empty(),
            }
    }

    /// Whether the result may borrow from an argument that is a reference of this lifetime.
    pub(crate) fn may_be_an_arguments(&self, lifetime: Option<&Lifetime>) -> bool {
        match lifetime {
            None => self.elided && !self.is_receivers,
            Some(lifetime) if lifetime.ident == "_" => self.elided && !self.is_receivers,
            Some(lifetime) => self.names(lifetime) || (self.elided && !self.is_receivers),
        }
    }

    fn names(&self, lifetime: &Lifetime) -> bool {
        self.named.iter().any(|name| lifetime.ident == *name)
    }
}

/// Whether a type of this name usually has a lifetime, even if none is written. Other types have to
/// write it, as in `Session<'_>`.
fn hides_a_lifetime(name: &str) -> bool {
    matches!(name, "Cow" | "Ref" | "RefMut") || name.ends_with("Guard")
}

fn is_reference_to_self(input: &FnArg) -> bool {
    let FnArg::Receiver(receiver) = input else { return false };
    match &receiver.kind {
        ReceiverKind::Reference(..) => true,
        ReceiverKind::Typed(_, ty) => has_reference(ty),
        _ => false,
    }
}

/// Whether a receiver's type is a reference or, as `Pin<&mut Self>`, has one inside.
fn has_reference(ty: &Type) -> bool {
    let tokens = quote::ToTokens::to_token_stream(ty);
    tokens.into_iter().any(|token| is_punct(&token, "&"))
}

#[cfg(test)]
mod tests {
    use syn::{Lifetime, Signature};

    use super::Lifetimes;

    // SPEC 3.1, 3.4
    #[test]
    fn a_result_may_borrow_from_what_has_one_of_its_lifetimes() {
        // Signature, result, the receivers and the arguments it may borrow from, by their lifetimes.
        let cases: &[(&str, &str, &[&str], &[&str])] = &[
            ("fn f()", "Result<u8, E>", &[], &[]),
            ("fn f()", "Result<&'static u8, E>", &[], &[]),
            ("fn f(&self)", "Result<&u8, E>", &["", "_", "a", "b"], &[]),
            ("fn f(self: Pin<&mut Self>)", "Result<&u8, E>", &["", "_", "a", "b"], &[]),
            ("fn f(self: Box<Self>)", "Result<&u8, E>", &["", "_", "a", "b"], &["", "_", "a", "b"]),
            ("fn f(self)", "Result<&u8, E>", &["", "_", "a", "b"], &["", "_", "a", "b"]),
            ("fn f()", "Result<&u8, E>", &["", "_", "a", "b"], &["", "_", "a", "b"]),
            ("fn f()", "Result<Session<'_>, E>", &["", "_", "a", "b"], &["", "_", "a", "b"]),
            ("fn f()", "Result<&'a u8, E>", &["_", "a", "b"], &["a"]),
            ("fn f<'a, 'b: 'a>()", "Result<&'a u8, E>", &["_", "a", "b"], &["a", "b"]),
            ("fn f<'a, 'b: 'a>()", "Result<&'b u8, E>", &["_", "a", "b"], &["b"]),
            ("fn f()", "Result<(u8, &'a u8), E>", &["_", "a", "b"], &["a"]),
            ("fn f()", "Result<Cow<str>, E>", &["", "_", "a", "b"], &["", "_", "a", "b"]),
            ("fn f()", "Result<Cow<'a, str>, E>", &["_", "a", "b"], &["a"]),
            ("fn f()", "Result<MutexGuard<u8>, E>", &["", "_", "a", "b"], &["", "_", "a", "b"]),
            ("fn f()", "Result<Ref<u8>, E>", &["", "_", "a", "b"], &["", "_", "a", "b"]),
            ("fn f()", "Result<Guards<u8>, E>", &[], &[]),
            ("fn f(&self)", "Result<impl Display, E>", &["", "_", "a", "b"], &[]),
        ];
        for (signature, result, receivers, arguments) in cases {
            let signature: Signature = syn::parse_str(signature).expect("a signature");
            let tokens = result.parse().expect("tokens");
            let lifetimes = Lifetimes::of(Some(&tokens), &signature);
            let found = |may_be: &dyn Fn(Option<&Lifetime>) -> bool| {
                let lifetime = |name: &str| {
                    let place = proc_macro2::Span::call_site();
                    (!name.is_empty()).then(|| Lifetime::new(&format!("'{name}"), place))
                };
                let names = ["", "_", "a", "b"].into_iter();
                names.filter(|name| may_be(lifetime(name).as_ref())).collect::<Vec<_>>()
            };
            let case = format!("{} -> {result}", quote::quote!(#signature));
            let of_receivers = found(&|lifetime| lifetimes.may_be_the_receivers(lifetime));
            assert_eq!(of_receivers, *receivers, "{case}: the receiver");
            let of_arguments = found(&|lifetime| lifetimes.may_be_an_arguments(lifetime));
            assert_eq!(of_arguments, *arguments, "{case}: an argument");
        }
    }
}
