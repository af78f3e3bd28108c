//! Decides which arguments an attempt borrows, and which it binds anew.

use proc_macro2::{Span, TokenStream};
use syn::{FnArg, Ident, Lifetime, Pat, Signature, Stmt, Token};

use crate::expand::lifetimes::Lifetimes;
use crate::parse::options::{Options, listed};
use crate::parse::parameters::{Binding, Name, Parameters, Receiver, Reference, for_each_binding};
use crate::parse::shape::{Attempt, Shape};

/// An argument that each attempt binds anew.
pub(crate) struct Rebinding {
    pub(crate) name: Ident,
    pub(crate) by_ref: Option<Token![ref]>,
    pub(crate) mutability: Option<Token![mut]>,
    /// Whether to remove that `mut` from the argument.
    is_taken: bool,
    /// The `#[cfg]` of the argument, repeated on its bindings.
    pub(crate) conditions: TokenStream,
    pub(crate) kind: Kind,
}

/// How an attempt gets the argument.
pub(crate) enum Kind {
    /// As a clone; holds the name in `clone(…)`.
    Clone(Ident),
    /// As a reborrow.
    Reborrow,
    /// As a copy of a shared reference, because the body may reassign it.
    Copy,
}

/// How the expansion treats the arguments.
#[derive(Default)]
pub(crate) struct Arguments {
    pub(crate) rebindings: Vec<Rebinding>,
    /// The name of a `&mut self` receiver that the result does not borrow from.
    pub(crate) exclusive_receiver: Option<Ident>,
    /// A receiver by value that every attempt clones.
    pub(crate) cloned_receiver: Option<Ident>,
    /// The name of `self` in the loop: that of `#[async_trait]`, or that of its clone.
    pub(crate) renamed_receiver: Option<Ident>,
    /// The names whose values an attempt may change.
    pub(crate) changing: Vec<String>,
}

impl Arguments {
    /// Decides which arguments every attempt binds anew.
    pub(crate) fn of(
        parameters: &Parameters,
        attempt: &Attempt,
        signature: &Signature,
        options: &Options,
    ) -> Self {
        let lifetimes = Lifetimes::of(attempt.result.as_ref(), signature);
        let mut arguments = Self::default();
        if let Some(receiver) = &parameters.receiver {
            arguments.receiver(receiver, &lifetimes, options);
        }
        for binding in &parameters.bindings {
            arguments.binding(binding, &lifetimes, options);
        }
        arguments
    }

    fn receiver(&mut self, receiver: &Receiver, lifetimes: &Lifetimes, options: &Options) {
        let Receiver { span, reference, mutable, renamed, usage } = receiver;
        self.renamed_receiver = renamed.as_ref().map(|renamed| renamed.ident.clone());
        let name = || Ident::new("self", *span);
        if let Some(Reference { lifetime, is_exclusive }) = reference {
            if *is_exclusive {
                self.changing.push("self".into());
                let is_free = usage.before
                    || !usage.in_attempt
                    || lifetimes.may_be_the_receivers(lifetime.as_ref());
                let name = self.renamed_receiver.clone().unwrap_or_else(name);
                self.exclusive_receiver = (!is_free).then_some(name);
            }
            return;
        }
        let Some(listed) = listed(&options.clone, "self") else {
            self.changing.extend(mutable.iter().map(|_| "self".to_owned()));
            return;
        };
        match renamed {
            Some(Name { ident, mutability, .. }) => self.rebindings.push(Rebinding {
                name: ident.clone(),
                by_ref: None,
                mutability: mutability.map(Token![mut]),
                is_taken: true,
                conditions: TokenStream::new(),
                kind: Kind::Clone(listed.clone()),
            }),
            None if usage.in_attempt => {
                let here = Span::mixed_site().located_at(*span);
                self.renamed_receiver = Some(Ident::new("__retry_self", here));
                self.cloned_receiver = Some(name());
            }
            None => {}
        }
    }

    fn binding(&mut self, binding: &Binding, lifetimes: &Lifetimes, options: &Options) {
        let Binding { name, conditions, reference, usage, .. } = binding;
        let Name { ident, by_ref, mutability } = name;
        let name = ident.to_string();
        let is_mutable = binding.is_mutable();
        let is_exclusive = reference.as_ref().is_some_and(|reference| reference.is_exclusive);
        if is_mutable || is_exclusive {
            self.changing.push(name.clone());
        }
        if listed(&options.share, &name).is_some() || !usage.in_attempt {
            return;
        }
        // The result may borrow from it, so the attempt must borrow it as its body does.
        let is_lent = |lifetime: &Option<Lifetime>| {
            lifetimes.may_be_an_arguments(lifetime.as_ref()) && !is_mutable
        };
        let kind = match (listed(&options.clone, &name), reference) {
            (Some(listed), _) => Kind::Clone(listed.clone()),
            (None, Some(_)) if usage.before => return,
            (None, Some(Reference { lifetime, is_exclusive: true })) if !is_lent(lifetime) => {
                Kind::Reborrow
            }
            (None, Some(Reference { is_exclusive: false, .. })) if is_mutable => Kind::Copy,
            _ => return,
        };
        let mutability = mutability.filter(|_| is_mutable);
        self.rebindings.push(Rebinding {
            name: ident.clone(),
            by_ref: by_ref.map(Token![ref]),
            mutability: mutability.map(Token![mut]),
            is_taken: mutability.is_some() && !usage.before && by_ref.is_none(),
            conditions: conditions.clone(),
            kind,
        });
    }

    /// Moves `mut` from the arguments to their bindings in the attempt.
    pub(crate) fn take_mut(&self, signature: &mut Signature, shape: &mut Shape) {
        for input in &mut signature.inputs {
            match input {
                FnArg::Receiver(receiver) if self.cloned_receiver.is_some() => {
                    receiver.mutability.get_or_insert(Token![mut](receiver.self_token.span));
                }
                FnArg::Receiver(_) => {}
                FnArg::Typed(argument) => self.take_mut_from(&mut argument.pat),
            }
        }
        let Shape::Future(frame) = shape else { return };
        for statement in &mut frame.prelude {
            if let Stmt::Local(local) = statement {
                self.take_mut_from(&mut local.pat);
            }
        }
    }

    fn take_mut_from(&self, pattern: &mut Pat) {
        for_each_binding(pattern, false, &mut |binding, _| {
            let is_taken =
                |rebinding: &Rebinding| rebinding.is_taken && rebinding.name == binding.ident;
            if self.rebindings.iter().any(is_taken) {
                binding.mutability = None;
            }
        });
    }
}
