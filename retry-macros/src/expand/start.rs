//! Expands the code before the loop: the policy, the idempotency key and the state of the call.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use super::{Expansion, Names, TELLS, call_at, constant_name};
use crate::parse::literals::duration_tokens;
use crate::parse::options::{Budget, Options, Timeout};
use crate::parse::policy::Fits;
use crate::parse::shape::Shape;
use crate::tokens::uses;

impl Expansion<'_> {
    /// Expands the policy, the idempotency key and the state of the call.
    pub(super) fn start(&self, names: &Names) -> TokenStream {
        let Names { policy: policy_name, progress, .. } = names;
        let Options { runtime, policy: options, .. } = self.options;
        let setters = &options.setters;
        let policy = match &options.start {
            None => {
                let name = constant_name();
                // Literals are already checked; only the compiler can check expressions.
                let check = (!options.expressions.is_empty()).then(|| quote!(.build()));
                let first = match &options.delays {
                    None => quote!(#runtime::RetryPolicy::DEFAULT),
                    Some(list) => quote!(#runtime::RetryPolicy::from_delays(#list)),
                };
                let mut policy = quote!(#first #setters);
                if let Some(Fits { key, tokens, .. }) = &options.fits {
                    let within = quote!(#runtime::deadline_within);
                    policy = call_at(key.span(), &within, quote!(#policy, #tokens));
                }
                // An item: `cargo check` does not evaluate an inline `const`, and should find mistakes too.
                quote!(const #name: #runtime::RetryPolicy = #policy #check;)
            }
            Some(start) if setters.is_empty() && !self.is_changing(start) => {
                // A reference is enough, and makes the future smaller by a whole policy.
                let reference = is_place(start).then(|| quote!(&));
                quote!(let #policy_name = #runtime::policy(#reference #start);)
            }
            Some(start) => quote!(let #policy_name = #runtime::copied(#start) #setters .policy();),
        };
        let fits = self.fits();
        #[cfg(feature = "sites")]
        let site = self.site();
        #[cfg(not(feature = "sites"))]
        let site = TokenStream::new();
        let timeout = self.evaluated_timeout().map(|value| {
            let name = &names.timeout;
            let value = quote_spanned!(value.span()=> #runtime::timeout(#value));
            quote!(let #name = #value;)
        });
        let state = self.resetting(self.paused(self.state(policy_name)));
        let key = self.options.key.as_ref();
        let key = key.map(|key| {
            // Where there is no randomness, that is reported at the name.
            let new = quote!(#runtime::IdempotencyKey::new);
            let value = call_at(key.span(), &new, TokenStream::new());
            quote!(let #key = #value;)
        });
        let previous = self.remembers().then(|| {
            let previous = &names.previous;
            quote!(let mut #previous = #runtime::Remembered::nothing();)
        });
        quote! {
            #policy
            #fits
            #site
            #key
            #timeout
            let mut #progress = #state;
            #previous
        }
    }

    /// Whether an attempt may change a value that an expression borrows from; then only a copy works.
    fn is_changing(&self, start: &Expr) -> bool {
        let start = start.to_token_stream();
        self.arguments.changing.iter().any(|name| uses(&start, name))
    }

    /// The state of the call, no larger than its options need.
    fn state(&self, policy: &Ident) -> TokenStream {
        let Options { runtime, policy: options, timeout, .. } = self.options;
        let is_blocking = matches!(self.shape, Shape::Blocking);
        let kind = self.kind();
        let memory = if kind == "Counter" {
            quote!(idle())
        } else if self.needs_start() || timeout.is_some() {
            if is_blocking { quote!(start_blocking()) } else { quote!(start()) }
        } else if options.start.is_some() {
            if is_blocking { quote!(blocking_of(&#policy)) } else { quote!(of(&#policy)) }
        } else {
            quote!(idle())
        };
        if kind != "Watch" {
            return quote!(#runtime::#kind::#memory);
        }
        let watch = quote!(#runtime::Watch::new(#runtime::Memory::#memory));
        match &self.options.budget {
            None => watch,
            Some(Budget::Shared(budget)) => {
                let arguments = quote!(#watch, #budget);
                call_at(budget.span(), &quote!(#runtime::budgeted), arguments)
            }
            Some(Budget::Own) => quote! {
                #runtime::budgeted(#watch, {
                    static __RETRY_BUDGET: #runtime::RetryBudget = #runtime::RetryBudget::standard();
                    &__RETRY_BUDGET
                })
            },
        }
    }

    /// Adds the length of an attempt that resets the count.
    fn resetting(&self, state: TokenStream) -> TokenStream {
        let runtime = &self.options.runtime;
        let Some(Timeout { value, literal, .. }) = &self.options.reset_after else { return state };
        let after = match literal {
            Some(literal) => duration_tokens(runtime, *literal),
            None => value.to_token_stream(),
        };
        let resetting = if matches!(self.shape, Shape::Blocking) {
            quote!(#runtime::resetting_blocking)
        } else {
            quote!(#runtime::resetting)
        };
        call_at(value.span(), &resetting, quote!(#state, #after))
    }

    /// The type of the state of the call.
    pub(super) fn kind(&self) -> Ident {
        let Options { policy, budget, pause, on_retry, give_up, fallback, .. } = self.options;
        let is_watched = on_retry.is_some() || give_up.is_some() || fallback.is_some() || TELLS;
        let kind = if is_watched || budget.is_some() {
            "Watch"
        } else if self.needs_start()
            || policy.start.is_some()
            || policy.is_decorrelated()
            || pause.is_some()
        {
            "Memory"
        } else {
            "Counter"
        };
        Ident::new(kind, Span::mixed_site())
    }

    /// Whether an option needs the time since the call began. A `timeout` alone needs only the
    /// start of the attempt.
    fn needs_start(&self) -> bool {
        let Options { policy, on_retry, give_up, fallback, attempt, .. } = self.options;
        policy.has_deadline()
            || on_retry.is_some()
            || give_up.is_some()
            || fallback.is_some()
            || attempt.is_some()
    }

    /// The check at compile time, for values that are not literals.
    fn fits(&self) -> Option<TokenStream> {
        let Options { runtime, policy, timeout, .. } = self.options;
        let (fits, timeout) = (policy.fits.as_ref()?, timeout.as_ref()?);
        let is_checked =
            policy.expressions.is_empty() && fits.literal.is_some() && timeout.literal.is_some();
        if is_checked {
            return None;
        }
        let longest = &fits.tokens;
        let name = constant_name();
        let value = match timeout.literal {
            Some(literal) => duration_tokens(runtime, literal),
            None => timeout.value.to_token_stream(),
        };
        let span = fits.key.span();
        let check = call_at(span, &quote!(#runtime::assert_fits), quote!(&#name, #value, #longest));
        Some(quote!(const _: () = #check;))
    }

    /// The timeout, if it has to be evaluated when the call begins.
    pub(super) fn evaluated_timeout(&self) -> Option<&Expr> {
        let timeout = self.options.timeout.as_ref()?;
        timeout.literal.is_none().then_some(&timeout.value)
    }
}

/// Whether an expression is a variable or a field of one: it can be borrowed in place.
fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Field(field) => is_place(&field.base),
        Expr::Path(_) => true,
        _ => false,
    }
}
