//! The names that a function's parameters bind, and whether the attempt uses them.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Attribute, Expr, FnArg, Ident, Lifetime, Local, Pat, PatIdent, PatType,
    Receiver as SynReceiver, ReceiverKind, Signature, Stmt, Token, Type,
};

use crate::parse::shape::{Attempt, Frame, Shape};
use crate::tokens::uses;

/// The parameters as the attempt sees them.
pub(crate) struct Parameters {
    pub(crate) receiver: Option<Receiver>,
    pub(crate) bindings: Vec<Binding>,
}

/// `self`.
pub(crate) struct Receiver {
    pub(crate) span: Span,
    /// Its reference type; `None` if it is by value.
    pub(crate) reference: Option<Reference>,
    /// The tokens of `mut self`, or of its rewritten form after `#[async_trait]`.
    pub(crate) mutable: Option<TokenStream>,
    /// Its name in the attempt after `#[async_trait]`.
    pub(crate) renamed: Option<Name>,
    pub(crate) usage: Usage,
}

/// A name in a pattern, with the spans of `ref` and `mut` before it.
pub(crate) struct Name {
    pub(crate) ident: Ident,
    pub(crate) by_ref: Option<Span>,
    pub(crate) mutability: Option<Span>,
}

/// A name that a parameter binds.
pub(crate) struct Binding {
    pub(crate) name: Name,
    /// The `#[cfg]` of the parameter, repeated on every binding made from it.
    pub(crate) conditions: TokenStream,
    /// Its reference type, if the type is written as a reference.
    pub(crate) reference: Option<Reference>,
    /// Whether it is behind a `&` in a pattern: it belongs to the caller, not to the function.
    pub(crate) is_referent: bool,
    pub(crate) usage: Usage,
}

/// `&'lifetime T` or `&'lifetime mut T`.
#[derive(Clone)]
pub(crate) struct Reference {
    pub(crate) lifetime: Option<Lifetime>,
    pub(crate) is_exclusive: bool,
}

/// Where a name is used. An attempt inside a future written by hand must not capture names that it
/// does not use.
#[derive(Clone, Copy)]
pub(crate) struct Usage {
    pub(crate) in_attempt: bool,
    /// In the code before a future written by hand.
    pub(crate) before: bool,
}

impl Name {
    fn of(pattern: &PatIdent) -> Self {
        Self {
            ident: pattern.ident.clone(),
            by_ref: pattern.by_ref.as_ref().map(|by_ref| by_ref.span),
            mutability: pattern.mutability.as_ref().map(|mutability| mutability.span),
        }
    }
}

impl ToTokens for Name {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let by_ref = self.by_ref.map(Token![ref]);
        let mutability = self.mutability.map(Token![mut]);
        let ident = &self.ident;
        tokens.extend(quote!(#by_ref #mutability #ident));
    }
}

impl Binding {
    /// Whether an attempt may change a value that belongs to the function.
    pub(crate) fn is_mutable(&self) -> bool {
        let Name { by_ref, mutability, .. } = self.name;
        mutability.is_some() && !(by_ref.is_some() && self.is_referent)
    }

    /// Whether changes may carry into the next attempt.
    pub(crate) fn is_changed(&self) -> bool {
        self.is_mutable() && self.reference.is_none() && self.usage.in_attempt
    }

    /// Whether it is a reference, by its type or by its pattern.
    pub(crate) fn is_reference(&self) -> bool {
        self.reference.is_some() || (self.name.by_ref.is_some() && self.is_referent)
    }
}

impl Parameters {
    /// Does not change the signature; it borrows mutably only because the walk through patterns does.
    pub(crate) fn read(signature: &mut Signature, shape: &mut Shape, attempt: &Attempt) -> Self {
        let (by_hand, prelude) = match shape {
            Shape::Future(Frame { before, prelude, .. }) if prelude.is_empty() => {
                (Some((before.clone(), attempt.body.stream())), &mut [][..])
            }
            Shape::Future(Frame { prelude, .. }) => (None, prelude.as_mut_slice()),
            Shape::Async | Shape::Blocking => (None, &mut [][..]),
        };
        let mut reader = Reader { by_hand, receiver: None, bindings: Vec::new() };
        for input in &mut signature.inputs {
            match input {
                FnArg::Receiver(receiver) => reader.receiver(receiver),
                // `#[async_trait]` moves the other arguments into the future, with their `mut`.
                FnArg::Typed(argument) if prelude.is_empty() || is_reference(&argument.ty) => {
                    reader.typed(argument);
                }
                FnArg::Typed(_) => {}
            }
        }
        for statement in prelude {
            if let Stmt::Local(local) = statement {
                reader.moved(local);
            }
        }
        Self { receiver: reader.receiver, bindings: reader.bindings }
    }

    /// All names that the parameters bind.
    pub(crate) fn names(&self) -> Vec<String> {
        let receiver = self.receiver.as_ref().map(|_| "self".to_owned());
        receiver
            .into_iter()
            .chain(self.bindings.iter().map(|binding| binding.name.ident.to_string()))
            .collect()
    }
}

struct Reader {
    /// For a future written by hand: the code before it, and the attempt.
    by_hand: Option<(TokenStream, TokenStream)>,
    receiver: Option<Receiver>,
    bindings: Vec<Binding>,
}

impl Reader {
    fn receiver(&mut self, receiver: &SynReceiver) {
        let SynReceiver { mutability, self_token, kind, .. } = receiver;
        let span = self_token.span;
        let reference = match kind {
            ReceiverKind::Reference(_, lifetime, mutability) => {
                Some(Reference { lifetime: lifetime.clone(), is_exclusive: mutability.is_some() })
            }
            ReceiverKind::Typed(_, ty) => reference(ty),
            _ => None,
        };
        let mutable = mutability.as_ref().filter(|_| reference.is_none());
        let mutable = mutable.map(|mutability| quote_spanned!(span=> #mutability self));
        let usage = self.usage("self");
        self.receiver = Some(Receiver { span, reference, mutable, renamed: None, usage });
    }

    fn usage(&self, name: &str) -> Usage {
        match &self.by_hand {
            None => Usage { in_attempt: true, before: false },
            Some((before, attempt)) => {
                Usage { in_attempt: uses(attempt, name), before: uses(before, name) }
            }
        }
    }

    fn typed(&mut self, argument: &mut PatType) {
        let reference = match &*argument.pat {
            Pat::Ident(PatIdent { by_ref: None, subpat: None, .. }) => reference(&argument.ty),
            _ => None,
        };
        self.bind(&mut argument.pat, &argument.attrs, reference.as_ref());
    }

    /// `let mut name = name;` or `let (a, mut b) = …;` of a rewritten function.
    fn moved(&mut self, local: &mut Local) {
        let from_self = local.init.as_ref().is_some_and(|init| is_self(&init.expr));
        match (&mut self.receiver, &local.pat) {
            (Some(receiver), Pat::Ident(renamed)) if from_self => {
                if receiver.reference.is_none() && renamed.mutability.is_some() {
                    receiver.mutable = Some(quote!(#renamed));
                }
                receiver.renamed = Some(Name::of(renamed));
            }
            _ if from_self => {}
            _ => self.bind(&mut local.pat, &local.attrs, None),
        }
    }

    fn bind(&mut self, pattern: &mut Pat, attributes: &[Attribute], reference: Option<&Reference>) {
        let conditions = attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
        let conditions = quote!(#(#conditions)*);
        for_each_binding(pattern, false, &mut |pattern, is_referent| {
            let usage = self.usage(&pattern.ident.to_string());
            let (conditions, reference) = (conditions.clone(), reference.cloned());
            let name = Name::of(pattern);
            self.bindings.push(Binding { name, conditions, reference, is_referent, usage });
        });
    }
}

fn reference(ty: &Type) -> Option<Reference> {
    let Type::Reference(ty) = peel(ty) else { return None };
    Some(Reference { lifetime: ty.lifetime.clone(), is_exclusive: ty.mutability.is_some() })
}

fn is_reference(ty: &Type) -> bool {
    matches!(peel(ty), Type::Reference(_))
}

/// Removes the parentheses and invisible groups that macros leave around a type.
pub(crate) fn peel(mut ty: &Type) -> &Type {
    loop {
        ty = match ty {
            Type::Group(group) => &group.elem,
            Type::Paren(paren) => &paren.elem,
            ty => return ty,
        };
    }
}

fn is_self(expr: &Expr) -> bool {
    matches!(expr, Expr::Path(path) if path.path.is_ident("self"))
}

/// Visits the bindings of a pattern; the flag tells whether a binding is behind a `&`.
pub(crate) fn for_each_binding(
    pattern: &mut Pat,
    is_referent: bool,
    visit: &mut impl FnMut(&mut PatIdent, bool),
) {
    match pattern {
        Pat::Ident(binding) => {
            visit(binding, is_referent);
            if let Some((_, inner)) = &mut binding.subpat {
                for_each_binding(inner, is_referent, visit);
            }
        }
        Pat::Tuple(tuple) => each(&mut tuple.elems, is_referent, visit),
        Pat::TupleStruct(tuple) => each(&mut tuple.elems, is_referent, visit),
        Pat::Slice(slice) => each(&mut slice.elems, is_referent, visit),
        // Every alternative binds the same names.
        Pat::Or(or) => {
            or.cases.iter_mut().take(1).for_each(|case| for_each_binding(case, is_referent, visit));
        }
        Pat::Struct(fields) => {
            fields
                .fields
                .iter_mut()
                .for_each(|field| for_each_binding(&mut field.pat, is_referent, visit));
        }
        Pat::Paren(inner) => for_each_binding(&mut inner.pat, is_referent, visit),
        Pat::Reference(inner) => for_each_binding(&mut inner.pat, true, visit),
        Pat::Type(inner) => for_each_binding(&mut inner.pat, is_referent, visit),
        _ => {}
    }
}

fn each<'p>(
    patterns: impl IntoIterator<Item = &'p mut Pat>,
    is_referent: bool,
    visit: &mut impl FnMut(&mut PatIdent, bool),
) {
    patterns.into_iter().for_each(|pattern| for_each_binding(pattern, is_referent, visit));
}
