//! The arguments: which an attempt may borrow, and which it has to bind anew.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Attribute, Expr, FnArg, Ident, Local, Pat, PatIdent, PatType, Receiver, ReceiverKind,
    Signature, Stmt, Token, Type,
};

use crate::errors::Errors;
use crate::expand::lifetimes::Lifetimes;
use crate::parse::options::Options;
use crate::parse::shape::{Attempt, Frame, Shape};
use crate::tokens::uses;

/// What each attempt needs of an argument beyond a borrow.
pub(crate) struct Rebinding {
    pub(crate) name: Ident,
    pub(crate) by_ref: Option<Token![ref]>,
    pub(crate) mutability: Option<Token![mut]>,
    /// `#[cfg]` of the argument, to apply to whatever is made of it.
    pub(crate) conditions: TokenStream,
    pub(crate) kind: Kind,
}

/// How an attempt gets the argument.
pub(crate) enum Kind {
    /// As a clone; the name where `clone(…)` says so.
    Clone(Ident),
    /// As a new borrow of what it refers to.
    Reborrow,
    /// As a copy of a shared reference, since the body may point it elsewhere.
    Copy,
}

/// What is known of the arguments of a function.
pub(crate) struct Arguments {
    /// All names that the parameters bind.
    pub(crate) names: Vec<String>,
    pub(crate) rebindings: Vec<Rebinding>,
    /// The name of a receiver that is `&mut self`, from which the result does not borrow.
    pub(crate) exclusive_receiver: Option<TokenStream>,
    /// The receiver by value of which every attempt gets a clone.
    pub(crate) cloned_receiver: Option<Ident>,
    /// What `self` is called where the loop is: by `#[async_trait]`, or because it was cloned.
    pub(crate) renamed_receiver: Option<Ident>,
    /// The names of what an attempt may change.
    pub(crate) changing: Vec<String>,
}

/// Takes `mut` off the arguments that every attempt binds anew, and says which these are.
pub(crate) fn read(
    signature: &mut Signature,
    shape: &mut Shape,
    attempt: &Attempt,
    options: &Options,
    errors: &mut Errors,
) -> Arguments {
    let mut reader = Reader {
        options,
        by_hand: match shape {
            Shape::Future(Frame { before, prelude, .. }) if prelude.is_empty() => {
                Some((before.clone(), attempt.body.stream()))
            }
            _ => None,
        },
        lifetimes: Lifetimes::of(attempt.result.as_ref(), signature),
        receiver_is_value: false,
        exclusive_receiver: None,
        cloned_receiver: None,
        renamed_receiver: None,
        changing: Vec::new(),
        references: Vec::new(),
        names: Vec::new(),
        rebindings: Vec::new(),
        errors,
    };
    let prelude = match shape {
        Shape::Future(frame) => frame.prelude.as_mut_slice(),
        Shape::Async | Shape::Blocking => &mut [],
    };
    for input in &mut signature.inputs {
        match input {
            FnArg::Receiver(receiver) => reader.receiver(receiver, prelude.is_empty()),
            // `#[async_trait]` moves what is no reference into the future, `mut` and all.
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
    reader.finish()
}

struct Reader<'a> {
    options: &'a Options,
    /// Of a future written by hand: what stands before it, and the attempt. What the attempt does
    /// not use must not be made a part of it.
    by_hand: Option<(TokenStream, TokenStream)>,
    lifetimes: Lifetimes,
    receiver_is_value: bool,
    exclusive_receiver: Option<TokenStream>,
    cloned_receiver: Option<Ident>,
    renamed_receiver: Option<Ident>,
    changing: Vec<String>,
    /// The arguments that are references, by the form of their type.
    references: Vec<(String, Reference)>,
    names: Vec<String>,
    rebindings: Vec<Rebinding>,
    errors: &'a mut Errors,
}

#[derive(Clone, Copy, PartialEq)]
enum Reference {
    Shared,
    Exclusive,
    /// Exclusive, and the result may borrow from it: an attempt borrows it as its body does.
    Lent,
}

impl Reader<'_> {
    /// `is_named_self` unless `#[async_trait]` gives it another name in the attempt.
    fn receiver(&mut self, receiver: &mut Receiver, is_named_self: bool) {
        self.names.push("self".into());
        let Receiver { mutability, self_token, kind, .. } = receiver;
        let (lifetime, is_exclusive) = match &*kind {
            ReceiverKind::Reference(_, lifetime, mutability) => (lifetime, mutability.is_some()),
            ReceiverKind::Typed(_, ty) => match peel(ty) {
                Type::Reference(ty) => (&ty.lifetime, ty.mutability.is_some()),
                _ => return self.receiver_by_value(mutability, self_token.span, is_named_self),
            },
            _ => return self.receiver_by_value(mutability, self_token.span, is_named_self),
        };
        if let Some(listed) = listed(&self.options.clone, "self") {
            self.errors.at(listed.span(), clone_of_a_reference("self"));
        }
        if is_exclusive {
            self.changing.push("self".into());
            let is_free = self.is_used_before("self")
                || !self.is_used("self")
                || self.lifetimes.may_be_the_receivers(lifetime.as_ref());
            self.exclusive_receiver = (!is_free).then(|| self_token.to_token_stream());
        }
    }

    fn receiver_by_value(
        &mut self,
        mutability: &mut Option<Token![mut]>,
        span: Span,
        is_named_self: bool,
    ) {
        self.receiver_is_value = true;
        if listed(&self.options.clone, "self").is_some() {
            if is_named_self && self.is_used("self") {
                let receiver = Ident::new("self", span);
                mutability.get_or_insert(Token![mut](span));
                let here = Span::mixed_site().located_at(span);
                self.renamed_receiver = Some(Ident::new("__retry_self", here));
                self.cloned_receiver = Some(receiver);
            }
        } else if mutability.is_some() {
            self.changing.push("self".into());
            self.refuse_mutable_self(&quote_spanned!(span=> #mutability self));
        }
    }

    fn is_used(&self, name: &str) -> bool {
        self.by_hand.as_ref().is_none_or(|(_, attempt)| uses(attempt, name))
    }

    fn is_used_before(&self, name: &str) -> bool {
        self.by_hand.as_ref().is_some_and(|(before, _)| uses(before, name))
    }

    fn refuse_mutable_self(&mut self, tokens: &TokenStream) {
        if listed(&self.options.share, "self").is_none() {
            self.errors.under(tokens, mutable("mut", "self"));
        }
    }

    fn typed(&mut self, argument: &mut PatType) {
        if let (
            Pat::Ident(PatIdent { by_ref: None, subpat: None, ident, .. }),
            Type::Reference(ty),
        ) = (&*argument.pat, peel(&argument.ty))
        {
            let reference = match ty.mutability {
                None => Reference::Shared,
                Some(_) if self.lifetimes.may_be_an_arguments(ty.lifetime.as_ref()) => {
                    Reference::Lent
                }
                Some(_) => Reference::Exclusive,
            };
            self.references.push((ident.to_string(), reference));
        }
        let conditions = conditions(&argument.attrs);
        for_each_binding(&mut argument.pat, false, &mut |binding, is_referent| {
            self.binding(binding, &conditions, is_referent);
        });
    }

    /// `let mut name = name;` or `let (a, mut b) = …;` of a rewritten function.
    fn moved(&mut self, local: &mut Local) {
        let from_self = local.init.as_ref().is_some_and(|init| is_self(&init.expr));
        if from_self {
            if let Pat::Ident(renamed) = &local.pat {
                self.renamed_receiver = Some(renamed.ident.clone());
                if let Some(receiver) = &mut self.exclusive_receiver {
                    *receiver = renamed.ident.to_token_stream();
                }
            }
            if let (true, Pat::Ident(renamed)) = (self.receiver_is_value, &mut local.pat) {
                if let Some(listed) = listed(&self.options.clone, "self").cloned() {
                    self.rebindings.push(Rebinding {
                        name: renamed.ident.clone(),
                        by_ref: None,
                        mutability: renamed.mutability.take(),
                        conditions: TokenStream::new(),
                        kind: Kind::Clone(listed),
                    });
                } else if renamed.mutability.is_some() {
                    self.refuse_mutable_self(&local.pat.to_token_stream());
                }
            }
            return;
        }
        let conditions = conditions(&local.attrs);
        for_each_binding(&mut local.pat, false, &mut |binding, is_referent| {
            self.binding(binding, &conditions, is_referent);
        });
    }

    /// `is_referent` of what stands behind a `&` in a pattern: the caller's, not the function's own.
    fn binding(&mut self, binding: &mut PatIdent, conditions: &TokenStream, is_referent: bool) {
        let name = binding.ident.to_string();
        let reference = self.references.iter().find(|(known, _)| *known == name);
        let reference = reference.map(|(_, reference)| *reference);
        let is_reference = reference.is_some() || (binding.by_ref.is_some() && is_referent);
        let is_mutable = binding.mutability.is_some() && !(binding.by_ref.is_some() && is_referent);
        let shared = listed(&self.options.share, &name);
        let cloned = listed(&self.options.clone, &name).cloned();
        if let (Some(listed), false, None) = (shared, is_mutable, &cloned) {
            self.errors.at(
                listed.span(),
                format!("`{name}` is not `mut`, so attempts have no changes of it to share"),
            );
        }
        if let (Some(listed), true) = (&cloned, is_reference) {
            self.errors.at(listed.span(), clone_of_a_reference(&name));
        }
        let is_used = self.is_used(&name);
        let is_used_before = self.is_used_before(&name);
        if is_mutable || matches!(reference, Some(Reference::Exclusive | Reference::Lent)) {
            self.changing.push(name.clone());
        }
        self.names.push(name);
        if shared.is_some() || !is_used {
            return;
        }
        let kind = match (cloned, reference) {
            (Some(listed), _) => Kind::Clone(listed),
            (None, Some(_)) if is_used_before => return,
            (None, Some(Reference::Exclusive)) => Kind::Reborrow,
            (None, Some(Reference::Lent)) if is_mutable => Kind::Reborrow,
            (None, Some(Reference::Shared)) if is_mutable => Kind::Copy,
            (None, None) if is_mutable => {
                let words = if binding.by_ref.is_some() { "ref mut" } else { "mut" };
                let message = mutable(words, &binding.ident.to_string());
                return self.errors.under(&*binding, message);
            }
            _ => return,
        };
        let mutability = match &binding.mutability {
            Some(_) if is_mutable && (is_used_before || binding.by_ref.is_some()) => {
                Some(Token![mut](binding.ident.span()))
            }
            Some(_) if is_mutable => binding.mutability.take(),
            _ => None,
        };
        self.rebindings.push(Rebinding {
            name: binding.ident.clone(),
            by_ref: binding.by_ref.as_ref().map(|by_ref| Token![ref](by_ref.span)),
            mutability,
            conditions: conditions.clone(),
            kind,
        });
    }

    fn finish(self) -> Arguments {
        let Self {
            rebindings,
            names,
            exclusive_receiver,
            cloned_receiver,
            renamed_receiver,
            changing,
            ..
        } = self;
        Arguments {
            names,
            rebindings,
            exclusive_receiver,
            cloned_receiver,
            renamed_receiver,
            changing,
        }
    }
}

fn listed<'l>(list: &'l [Ident], name: &str) -> Option<&'l Ident> {
    list.iter().find(|listed| *listed == name)
}

fn mutable(words: &str, name: &str) -> String {
    format!(
        "`{words} {name}` would carry changes into the next attempt; add `clone({name})` for a fresh \
         copy in each, or `share({name})` if attempts are meant to see each other's changes"
    )
}

fn clone_of_a_reference(name: &str) -> String {
    format!(
        "`{name}` is a reference, which every attempt borrows anew; clone what it points to inside \
         the body"
    )
}

/// The type inside the parentheses and invisible groups that macros leave around it.
fn peel(mut ty: &Type) -> &Type {
    loop {
        ty = match ty {
            Type::Group(group) => &group.elem,
            Type::Paren(paren) => &paren.elem,
            ty => return ty,
        };
    }
}

/// The conditions under which an argument exists.
fn conditions(attributes: &[Attribute]) -> TokenStream {
    let conditions = attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    quote!(#(#conditions)*)
}

fn is_self(expr: &Expr) -> bool {
    matches!(expr, Expr::Path(path) if path.path.is_ident("self"))
}

fn is_reference(ty: &Type) -> bool {
    matches!(peel(ty), Type::Reference(_))
}

/// Also says of each binding whether it stands behind a `&`.
fn for_each_binding(
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
