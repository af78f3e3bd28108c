//! Expands the gate before each attempt: the key `pause`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;

use super::{Expansion, Names, TELLS, call_at};
use crate::parse::options::{Options, Pause, PauseValue};
use crate::tokens::shown_at;

impl Expansion<'_> {
    /// Adds the pause to the state of the call.
    pub(super) fn paused(&self, state: TokenStream) -> TokenStream {
        let Options { runtime, pause, .. } = self.options;
        match pause.as_ref().map(|pause| &pause.value) {
            None => state,
            Some(PauseValue::Shared(pause)) => {
                call_at(pause.span(), &quote!(#runtime::paused), quote!(#state, #pause))
            }
            Some(PauseValue::Own) => quote! {
                #runtime::paused(#state, {
                    static __RETRY_PAUSE: #runtime::Pause = #runtime::Pause::new();
                    &__RETRY_PAUSE
                })
            },
        }
    }

    /// Waits before an attempt until the pause is over, or ends the call.
    pub(super) fn gate(&self, names: &Names) -> Option<TokenStream> {
        let pause = self.options.pause.as_ref()?;
        let Names { progress, wait, .. } = names;
        let runtime = &self.options.runtime;
        let (policy, rest) = (self.policy(names), self.rest(names));
        // The path would take two compiler macros in every function, which cost each build too much.
        let (name, target) = if TELLS {
            (self.name(), self.target())
        } else {
            (quote!(""), quote!(::core::option::Option::None))
        };
        let (late, ends) = match self.late(pause, names) {
            None => {
                let none = quote!(::core::option::Option::None::<#runtime::NoLate>);
                (none, quote!(#runtime::Gate::Late(..) => {}))
            }
            Some(late) => (late, self.end_late(names)),
        };
        Some(quote! {
            match #runtime::gate(&mut #progress, &#policy, #late, #name, #target) {
                #runtime::Gate::Open => {}
                #runtime::Gate::Shut(#wait) => {
                    #rest
                    continue;
                }
                #ends
            }
        })
    }

    /// What makes the outcome of a call whose deadline, or that of an attempt around it, comes before the end
    /// of the pause; nothing if the body cannot name its type.
    fn late(&self, pause: &Pause, names: &Names) -> Option<TokenStream> {
        let Options { runtime, policy, timeout, .. } = self.options;
        let error = &names.error;
        let unbegun = self.unbegun()?;
        // Beside `timeout`, that key reports a missing conversion.
        if policy.has_deadline() && timeout.is_none() {
            if self.sees_any_type() {
                let late = shown_at(&quote!(__retry_surely_late()), pause.key.span());
                return Some(quote!({
                    use #runtime::SurelyNeverLate as _;
                    #unbegun.#late
                }));
            }
            let late = shown_at(&quote!(#runtime::late_by_pause(#error)), pause.key.span());
            return Some(quote!({
                use #runtime::UnbegunOtherwise as _;
                ::core::option::Option::Some(|#error| #unbegun.__retry_failed(#late))
            }));
        }
        Some(quote!({
            use #runtime::{EndsLate as _, NeverLate as _};
            (&#unbegun).__retry_late()
        }))
    }

    /// Tells telemetry and the hook, and leaves the loop.
    fn end_late(&self, names: &Names) -> TokenStream {
        let Names { progress, outcome, error, .. } = names;
        let Options { runtime, give_up, .. } = self.options;
        let (policy, name) = (self.policy(names), self.name());
        let target = self.target();
        let tell = TELLS
            .then(|| quote!(#runtime::tell_late(&#progress, #name, #target, &#policy, #error);));
        let last = match give_up {
            None => quote!(#outcome(#error)),
            Some(change) => {
                let give_up = quote!(|| #runtime::Watch::give_up_late(&#progress, #name));
                self.last_word(&quote!(#outcome(#error)), change, &give_up)
            }
        };
        let give_up = quote!(#runtime::Watch::give_up_late(&#progress, #name));
        let last = self.or_fallback(names, last, &give_up);
        // The name is that of the attempt that has not begun.
        let name = self.name_for_hooks(names);
        quote!(#runtime::Gate::Late(#outcome, #error) => { #name #tell break #last; })
    }
}
