//! The arguments: which an attempt may borrow, and which it has to bind anew.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{
    Attribute, Expr, FnArg, Ident, Local, Pat, PatIdent, PatType, Receiver, ReceiverKind,
    Signature, Stmt, Token, Type,
};

use crate::errors::Errors;
use crate::parse::options::Options;
use crate::parse::shape::{Attempt, Frame, Shape};
use crate::tokens::uses;

/// What each attempt needs of an argument beyond a borrow.
pub(crate) struct Rebinding {
    pub(crate) name: Ident,
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
    /// The name of a receiver that is `&mut self`.
    pub(crate) exclusive_receiver: Option<TokenStream>,
    /// What `#[async_trait]` calls `self` in the attempt.
    pub(crate) renamed_receiver: Option<Ident>,
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
        receiver_is_value: false,
        exclusive_receiver: None,
        renamed_receiver: None,
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
            FnArg::Receiver(receiver) => reader.receiver(receiver),
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
    receiver_is_value: bool,
    exclusive_receiver: Option<TokenStream>,
    renamed_receiver: Option<Ident>,
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
}

impl Reader<'_> {
    fn receiver(&mut self, receiver: &Receiver) {
        self.names.push("self".into());
        self.receiver_is_value = !matches!(receiver.kind, ReceiverKind::Reference(..));
        let Receiver { mutability, self_token, .. } = receiver;
        let is_exclusive = match &receiver.kind {
            ReceiverKind::Reference(_, _, mutability) => mutability.is_some(),
            ReceiverKind::Typed(_, ty) => {
                matches!(peel(ty), Type::Reference(ty) if ty.mutability.is_some())
            }
            _ => false,
        };
        if is_exclusive {
            let is_free = self.is_used_before("self") || !self.is_used("self");
            self.exclusive_receiver = (!is_free).then(|| self_token.to_token_stream());
        } else if self.receiver_is_value && mutability.is_some() {
            self.refuse_mutable_self(&quote!(#mutability #self_token));
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
            self.errors.under(
                tokens,
                "`mut self` would carry changes into the next attempt; clone it inside the body, \
                 or add `share(self)` if attempts are meant to see each other's changes",
            );
        }
    }

    fn typed(&mut self, argument: &mut PatType) {
        if let (
            Pat::Ident(PatIdent { by_ref: None, subpat: None, ident, .. }),
            Type::Reference(ty),
        ) = (&*argument.pat, peel(&argument.ty))
        {
            let reference =
                if ty.mutability.is_some() { Reference::Exclusive } else { Reference::Shared };
            self.references.push((ident.to_string(), reference));
        }
        let conditions = conditions(&argument.attrs);
        for_each_binding(&mut argument.pat, &mut |binding| self.binding(binding, &conditions));
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
            if let (true, Pat::Ident(PatIdent { mutability: Some(_), .. })) =
                (self.receiver_is_value, &local.pat)
            {
                self.refuse_mutable_self(&local.pat.to_token_stream());
            }
            return;
        }
        let conditions = conditions(&local.attrs);
        for_each_binding(&mut local.pat, &mut |binding| self.binding(binding, &conditions));
    }

    fn binding(&mut self, binding: &mut PatIdent, conditions: &TokenStream) {
        let name = binding.ident.to_string();
        let reference = self.references.iter().find(|(known, _)| *known == name);
        let reference = reference.map(|(_, reference)| *reference);
        let is_mutable = binding.mutability.is_some() && binding.by_ref.is_none();
        let shared = listed(&self.options.share, &name);
        let cloned = listed(&self.options.clone, &name).cloned();
        if let (Some(listed), false, None) = (shared, is_mutable, &cloned) {
            self.errors.at(
                listed.span(),
                format!("`{name}` is not `mut`, so attempts have no changes of it to share"),
            );
        }
        if let (Some(listed), Some(_)) = (&cloned, reference) {
            self.errors.at(
                listed.span(),
                format!(
                    "`{name}` is a reference, which every attempt borrows anew; clone what it \
                     points to inside the body"
                ),
            );
        }
        let is_used = self.is_used(&name);
        let is_used_before = self.is_used_before(&name);
        self.names.push(name);
        if shared.is_some() || !is_used {
            return;
        }
        let kind = match (cloned, reference) {
            (Some(listed), _) => Kind::Clone(listed),
            (None, Some(_)) if is_used_before => return,
            (None, Some(Reference::Exclusive)) => Kind::Reborrow,
            (None, Some(Reference::Shared)) if is_mutable => Kind::Copy,
            (None, None) if is_mutable => {
                let name = &binding.ident;
                let message = format!(
                    "`mut {name}` would carry changes into the next attempt; add `clone({name})` \
                     for a fresh copy in each, or `share({name})` if attempts are meant to see \
                     each other's changes"
                );
                return self.errors.under(&*binding, message);
            }
            _ => return,
        };
        let mutability = match &binding.mutability {
            Some(_) if is_mutable && is_used_before => Some(Token![mut](binding.ident.span())),
            Some(_) if is_mutable => binding.mutability.take(),
            _ => None,
        };
        self.rebindings.push(Rebinding {
            name: binding.ident.clone(),
            mutability,
            conditions: conditions.clone(),
            kind,
        });
    }

    fn finish(self) -> Arguments {
        let Self {
            options, rebindings, names, errors, exclusive_receiver, renamed_receiver, ..
        } = self;
        for (key, list) in [("clone", &options.clone), ("share", &options.share)] {
            for (index, listed) in list.iter().enumerate() {
                if key == "clone" && listed == "self" {
                    errors.at(
                        listed.span(),
                        "`self` cannot be bound anew; clone inside the body what it consumes",
                    );
                } else if !names.iter().any(|name| listed == name) {
                    errors.at(listed.span(), unknown_argument(listed, &names));
                } else if list[..index].contains(listed) {
                    errors.at(listed.span(), format!("`{listed}` is listed twice"));
                }
            }
        }
        if let Some(attempt) =
            options.attempt.as_ref().filter(|name| names.contains(&name.to_string()))
        {
            errors.at(
                attempt.span(),
                format!("`{attempt}` is an argument already; give the attempt another name"),
            );
        }
        for listed in options.share.iter().filter(|listed| options.clone.contains(listed)) {
            errors.at(
                listed.span(),
                format!("`{listed}` is either cloned for each attempt or shared by all, not both"),
            );
        }
        Arguments { names, rebindings, exclusive_receiver, renamed_receiver }
    }
}

fn listed<'l>(list: &'l [Ident], name: &str) -> Option<&'l Ident> {
    list.iter().find(|listed| *listed == name)
}

fn unknown_argument(name: &Ident, names: &[String]) -> String {
    if names.is_empty() {
        return format!("there is no argument `{name}`: the function takes none");
    }
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    format!("there is no argument `{name}`; the arguments are {}", quoted.join(", "))
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

fn for_each_binding(pattern: &mut Pat, visit: &mut impl FnMut(&mut PatIdent)) {
    match pattern {
        Pat::Ident(binding) => {
            visit(binding);
            if let Some((_, inner)) = &mut binding.subpat {
                for_each_binding(inner, visit);
            }
        }
        Pat::Tuple(tuple) => each(&mut tuple.elems, visit),
        Pat::TupleStruct(tuple) => each(&mut tuple.elems, visit),
        Pat::Slice(slice) => each(&mut slice.elems, visit),
        // Every alternative binds the same names.
        Pat::Or(or) => or.cases.iter_mut().take(1).for_each(|case| for_each_binding(case, visit)),
        Pat::Struct(fields) => {
            fields.fields.iter_mut().for_each(|field| for_each_binding(&mut field.pat, visit));
        }
        Pat::Paren(inner) => for_each_binding(&mut inner.pat, visit),
        Pat::Reference(inner) => for_each_binding(&mut inner.pat, visit),
        Pat::Type(inner) => for_each_binding(&mut inner.pat, visit),
        _ => {}
    }
}

fn each<'p>(
    patterns: impl IntoIterator<Item = &'p mut Pat>,
    visit: &mut impl FnMut(&mut PatIdent),
) {
    patterns.into_iter().for_each(|pattern| for_each_binding(pattern, visit));
}
