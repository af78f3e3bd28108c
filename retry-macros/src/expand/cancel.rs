//! Expands the wait that the key `cancel` ends.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Expr;
use syn::spanned::Spanned;

use super::{Expansion, Names, TELLS, call_at};
use crate::parse::shape::Shape;

impl Expansion<'_> {
    /// The wait, which may leave the loop. The outcome lives until it ends, unlike without the key.
    pub(super) fn cancellable(&self, cancel: &Expr, names: &Names) -> TokenStream {
        let Names { progress, outcome, wait, cause, reason, kept, passed, .. } = names;
        let runtime = &self.options.runtime;
        let rest = self.cancelled_rest(cancel, names);
        let cancelled = quote!(#runtime::Progressing::cancelled(&mut #progress, #wait, #passed));
        if !self.is_kept() {
            return quote! {
                if let ::core::option::Option::Some(#passed) = #rest {
                    #cancelled;
                    break #outcome;
                }
            };
        }
        let cause = TELLS.then(|| {
            let (see, outcome) = self.seen(outcome);
            quote!(let #cause = { #see #runtime::cause_of(#kept, #outcome) };)
        });
        let end = self.end(names);
        quote! {
            let #reason = match #wait {
                ::core::result::Result::Ok((#kept, #wait)) => match #rest {
                    ::core::option::Option::Some(#passed) => {
                        ::core::option::Option::Some((#kept, #cancelled))
                    }
                    ::core::option::Option::None => ::core::option::Option::None,
                },
                ::core::result::Result::Err(#reason) => ::core::option::Option::Some(#reason),
            };
            if let ::core::option::Option::Some((#kept, #reason)) = #reason {
                #cause
                #end
            }
        }
    }

    /// Waits; `Some` with the part of the wait that passed, if it was cancelled.
    fn cancelled_rest(&self, cancel: &Expr, names: &Names) -> TokenStream {
        let runtime = &self.options.runtime;
        let wait = &names.wait;
        let span = cancel.span();
        if matches!(self.shape, Shape::Blocking) {
            return call_at(span, &quote!(#runtime::block_unless), quote!(#wait, #cancel));
        }
        let sleep = self.sleep(names);
        let wait = quote!(#wait, #sleep, #cancel);
        let wait = call_at(span, &quote!(#runtime::unless_cancelled), wait);
        quote!(#wait.await)
    }
}
