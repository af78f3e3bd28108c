//! One attempt: the `async` block or the closure, and what it takes with it.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

use super::{Expansion, Names, call_at};
use crate::expand::bindings::{Kind, Rebinding};
use crate::expand::result_type::without_impl_trait;
use crate::parse::literals::duration_tokens;
use crate::parse::options::Options;
use crate::parse::shape::Shape;
use crate::tokens::{shown_at, uses};

impl Expansion<'_> {
    /// One attempt: an `async` block, or in a function that blocks a closure; and around it what it
    /// takes with it.
    pub(super) fn attempt(&self, names: &Names) -> TokenStream {
        let rebindings = &self.arguments.rebindings;
        let outside: Vec<_> = rebindings.iter().filter_map(Rebinding::outside).collect();
        let inside = rebindings.iter().map(|rebinding| rebinding.inside(self.attribute));
        let body = keep_context(&self.attempt.body);
        let name = self.name_of_the_attempt(names);
        let result = self.attempt.result.as_ref().and_then(without_impl_trait);
        let attempt = if matches!(self.shape, Shape::Blocking) {
            let runtime = &self.options.runtime;
            let result = result.map(|result| quote!(-> #result));
            quote!(#runtime::attempt(|| #result { #(#inside)* #name #body }))
        } else {
            let taken = self.arguments.cloned_receiver.as_ref();
            let edge = result.as_ref().map(|result| return_edge(result, taken));
            let receiver = self.exclusive_receiver();
            let before = self.before_retry(names, result.as_ref());
            let attempt = quote!(async { #edge #receiver #(#inside)* #name #before #body });
            self.awaited(&attempt, names)
        };
        let cloned = self.cloned_receiver();
        if outside.is_empty() && cloned.is_none() {
            return attempt;
        }
        quote!({ #cloned #(#outside)* #attempt })
    }

    /// The attempt as its body knows it.
    fn name_of_the_attempt(&self, names: &Names) -> Option<TokenStream> {
        let name = self.options.attempt.as_ref()?;
        let (runtime, kind) = (&self.options.runtime, self.kind());
        let (progress, policy) = (&names.progress, self.policy(names));
        Some(quote!(let #name = #runtime::#kind::attempt(&#progress, &#policy);))
    }

    /// What is awaited between a wait and the body. It belongs to the attempt, which fails if it
    /// does.
    fn before_retry(&self, names: &Names, result: Option<&TokenStream>) -> Option<TokenStream> {
        let before = self.options.before_retry.as_ref()?;
        let runtime = &self.options.runtime;
        let Names { progress, error, .. } = names;
        let before_retry = self.in_the_future(before.to_token_stream());
        let span = before.span();
        let output = quote_spanned!(span.resolved_at(Span::mixed_site())=> (#before_retry).await);
        let prepared = call_at(span, &quote!(#runtime::prepared), output);
        let failed = match result {
            None => shown_at(&quote!(::core::result::Result::Err(#error)), span),
            Some(result) => quote!({
                use #runtime::UnbegunOtherwise as _;
                #runtime::Unbegun::<#result>::of_this_type().__retry_failed(#error)
            }),
        };
        Some(quote! {
            if #runtime::Progressing::retries(&#progress) > 0 {
                if let ::core::result::Result::Err(#error) = #prepared {
                    return #failed;
                }
            }
        })
    }

    /// The outcome of the attempt, which is dropped when its time is up.
    fn awaited(&self, attempt: &TokenStream, names: &Names) -> TokenStream {
        let Some(timeout) = &self.options.timeout else { return quote!(#attempt.await) };
        let Options { runtime, sleep, .. } = self.options;
        let (progress, policy, kind) = (&names.progress, self.policy(names), self.kind());
        let value = match timeout.literal {
            Some(literal) => {
                let literal = duration_tokens(runtime, literal);
                quote!(::core::option::Option::Some(#literal))
            }
            None => names.timeout.to_token_stream(),
        };
        let time = quote!(#runtime::#kind::attempt_timeout(&#progress, &#policy, #value));
        let in_time = match sleep {
            None => {
                let name = self.short_name();
                quote!(#runtime::with_timeout(#attempt, #time, #name))
            }
            Some(sleep) => quote!(#runtime::race(#attempt, #time, #sleep)),
        };
        // An error type without the conversion is reported at the key.
        let error = &names.error;
        let late = shown_at(&quote!(#runtime::late(#error)), timeout.key.span());
        quote!({
            use #runtime::TimedOtherwise as _;
            #runtime::Timed(#in_time.await).__retry_in_time(|#error| #late)
        })
    }

    /// Makes the attempt borrow a `&mut self` exclusively even if the body only reads, where a shared
    /// borrow would not be `Send`. Method lookup finds out whether it would be.
    fn exclusive_receiver(&self) -> Option<TokenStream> {
        let receiver = self.arguments.exclusive_receiver.as_ref()?;
        let runtime = &self.options.runtime;
        Some(quote! {{
            use #runtime::{BorrowExclusively as _, BorrowShared as _};
            (*#receiver).__retry_borrow();
        }})
    }

    /// The clone of `self` that the attempt gets. `self` can be assigned but not bound.
    fn cloned_receiver(&self) -> Option<TokenStream> {
        let receiver = self.arguments.cloned_receiver.as_ref()?;
        let original = self.arguments.renamed_receiver.as_ref()?;
        Some(quote! {
            #[allow(unused_assignments, clippy::assigning_clones)]
            {
                #receiver = ::core::clone::Clone::clone(&#original);
            }
        })
    }
}

/// Types the block without running: `async-trait` does the same. What is `taken` becomes the block's
/// own, as a clone is to be.
fn return_edge(result: &TokenStream, taken: Option<&Ident>) -> TokenStream {
    let name = Ident::new("__retry_return", Span::mixed_site());
    let taken = taken.map(|taken| {
        let moved = Ident::new("__retry_moved", Span::mixed_site());
        quote!(let #moved = #taken;)
    });
    quote! {
        if let ::core::option::Option::Some(#name) = ::core::option::Option::None::<#result> {
            #taken
            #[allow(unreachable_code)]
            return #name;
        }
    }
}

/// The user's body in braces of its own, so that a `use` in it changes nothing of ours. The
/// braces keep their place for messages, but belong to the expansion, which keeps lints quiet.
fn keep_context(body: &Group) -> Group {
    let mut braces = Group::new(Delimiter::Brace, body.stream());
    braces.set_span(Span::mixed_site().located_at(body.span()));
    braces
}

impl Rebinding {
    /// The binding made for the attempt to take.
    fn outside(&self) -> Option<TokenStream> {
        let Self { name, conditions, kind, by_ref, .. } = self;
        let value = match kind {
            Kind::Clone(listed) => {
                // Where `Clone` is missing, the place to say so is the name in the attribute.
                let mut argument = name.clone();
                argument.set_span(listed.span().resolved_at(name.span()));
                let value =
                    if by_ref.is_some() { quote!(*#argument) } else { argument.to_token_stream() };
                quote_spanned!(listed.span()=> ::core::clone::Clone::clone(&#value))
            }
            Kind::Reborrow => quote!(&mut *#name),
            Kind::Copy => return None,
        };
        let allowed = allowed_lints();
        Some(quote! {
            #conditions
            #allowed
            let #name = #value;
        })
    }

    /// The binding that moves it into the attempt. Of a clone that makes the attempt its owner; of
    /// a `&mut T` it keeps the future `Send` where `T` is not `Sync`, since a body that only reads
    /// would borrow it shared; of a shared reference it is a copy.
    fn inside(&self, attribute: &TokenStream) -> TokenStream {
        let Self { name, conditions, by_ref, mutability, .. } = self;
        let allowed = allowed_lints();
        // `ref` borrows a clone that the attempt owns.
        let reference = by_ref.as_ref().map(|_| {
            quote! {
                #conditions
                #allowed
                let #name = &#mutability #name;
            }
        });
        // Used by a hook, it need not be used by the body.
        let is_used = uses(attribute, &name.to_string());
        let unused = is_used.then(|| quote!(#[allow(unused_variables)]));
        quote! {
            #conditions
            #allowed
            #unused
            let #mutability #name = #name;
            #reference
        }
    }
}

/// Lints on bindings that repeat the user's names.
fn allowed_lints() -> TokenStream {
    quote! {
        #[allow(
            clippy::no_effect_underscore_binding,
            clippy::shadow_same,
            clippy::used_underscore_binding
        )]
    }
}
