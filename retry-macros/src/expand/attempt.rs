//! Expands one attempt: the `async` block or closure, and the bindings it captures.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

use super::{Expansion, Names, call_at};
use crate::expand::bindings::{Kind, Rebinding};
use crate::parse::literals::duration_tokens;
use crate::parse::options::{Classification, Options, Values};
use crate::parse::shape::Shape;
use crate::tokens::{shown_at, uses, uses_beyond};

impl Expansion<'_> {
    /// Expands one attempt: an `async` block, or a closure in a blocking function, and around it the
    /// bindings it captures.
    pub(super) fn attempt(&self, names: &Names) -> TokenStream {
        let rebindings = &self.arguments.rebindings;
        let outside: Vec<_> = rebindings.iter().filter_map(Rebinding::outside).collect();
        let inside = rebindings.iter().map(|rebinding| rebinding.inside(self.attribute));
        let body = keep_context(&self.attempt.body);
        let name = self.name_of_the_attempt(names);
        let attempt = if matches!(self.shape, Shape::Blocking) {
            let runtime = &self.options.runtime;
            let (result, edge) = match self.error_of_an_attempt() {
                None => (self.result().map(|result| quote!(-> #result)), None),
                Some(_) => (None, self.no_outcome().map(|none| return_edge(&none, None))),
            };
            let frame = self.frame(names);
            let attempt =
                quote!(#runtime::attempt(|| #result { #edge #(#inside)* #name #body }, &#frame));
            self.in_span(&attempt, names).unwrap_or(attempt)
        } else {
            let taken = self.arguments.cloned_receiver.as_ref();
            let edge = self.no_outcome().map(|none| return_edge(&none, taken));
            let receiver = self.exclusive_receiver();
            let before = self.before_retry(names);
            let attempt = quote!(async { #edge #receiver #(#inside)* #name #before #body });
            let attempt = self.spanned(&attempt, names).unwrap_or(attempt);
            self.awaited(&attempt, names)
        };
        let cloned = self.cloned_receiver();
        if outside.is_empty() && cloned.is_none() {
            return attempt;
        }
        quote!({ #cloned #(#outside)* #attempt })
    }

    /// Binds the attempt for the body.
    fn name_of_the_attempt(&self, names: &Names) -> Option<TokenStream> {
        let name = self.options.attempt.as_ref()?;
        let attempt = self.value_of_the_attempt(names, &names.previous.to_token_stream());
        // A hook may use it even if the body does not.
        let unused = self.hooks_use(name).then(|| quote!(#[allow(unused_variables)]));
        Some(quote!(#unused let #name = #attempt;))
    }

    /// Binds the attempt that has ended for the options that use it afterwards.
    pub(super) fn name_for_hooks(&self, names: &Names) -> Option<TokenStream> {
        let name = self.options.attempt.as_ref().filter(|name| self.hooks_use(name))?;
        let previous = &names.previous;
        // With `cancel`, hooks still see the failure before this attempt when that of this attempt is already
        // kept for the next.
        let before = Ident::new("__retry_before", Span::mixed_site());
        let is_copied = self.options.cancel.is_some() && self.remembers();
        let copy =
            is_copied.then(|| quote!(let #before = ::core::clone::Clone::clone(&#previous);));
        let previous = if is_copied { &before } else { previous };
        let attempt = self.value_of_the_attempt(names, &previous.to_token_stream());
        // A closure's parameter may hide it.
        Some(quote! {
            #copy
            #[allow(unused_variables)]
            let #name = #attempt;
        })
    }

    fn value_of_the_attempt(&self, names: &Names, previous: &TokenStream) -> TokenStream {
        let (runtime, kind) = (&self.options.runtime, self.kind());
        let (progress, policy) = (&names.progress, self.policy(names));
        let attempt = quote!(#runtime::#kind::attempt(&#progress, &#policy));
        if self.remembers() {
            quote!(#runtime::Remembered::before(&#previous, #attempt))
        } else {
            attempt
        }
    }

    /// Whether an option that is evaluated after an attempt uses its name.
    fn hooks_use(&self, name: &Ident) -> bool {
        let name = name.to_string();
        self.hooks().iter().any(|hook| uses(hook, &name))
    }

    /// The options that are evaluated after an attempt.
    fn hooks(&self) -> Vec<TokenStream> {
        let Options { classification, values, on_retry, give_up, fallback, cancel, .. } =
            self.options;
        let classification = match classification {
            Classification::Own => None,
            Classification::On { guard, .. } => guard.as_ref(),
            Classification::When(when) => Some(when),
        };
        let values = match values {
            Values::Until(until) => Some(until),
            Values::Good | Values::Response(_) => None,
        };
        let hooks = [on_retry, give_up, fallback, cancel].map(Option::as_ref);
        let hooks = hooks.into_iter().chain([classification, values]).flatten();
        hooks.map(ToTokens::to_token_stream).collect()
    }

    /// Whether the body or a hook may ask its attempt for the failure before. If not, no text is made of it,
    /// and the future does not hold it.
    pub(super) fn remembers(&self) -> bool {
        let Options { attempt: Some(name), before_retry, .. } = self.options else { return false };
        let name = name.to_string();
        let is_used =
            |tokens: &TokenStream| uses_beyond(tokens, &name, &["number", "is_last", "elapsed"]);
        is_used(&self.attempt.body.stream())
            || before_retry.as_ref().is_some_and(|before| is_used(&before.to_token_stream()))
            || self.hooks().iter().any(is_used)
    }

    /// Awaits `before_retry` between a wait and the body. It is part of the attempt: if it fails,
    /// the attempt fails.
    fn before_retry(&self, names: &Names) -> Option<TokenStream> {
        let before = self.options.before_retry.as_ref()?;
        let runtime = &self.options.runtime;
        let Names { progress, error, .. } = names;
        let before_retry = self.in_the_future(before.to_token_stream());
        let span = before.span();
        let output = quote_spanned!(span.resolved_at(Span::mixed_site())=> (#before_retry).await);
        let prepared = call_at(span, &quote!(#runtime::prepared), output);
        let otherwise = if self.sees_any_type() { "UnbegunWhole" } else { "UnbegunOtherwise" };
        let otherwise = Ident::new(otherwise, Span::mixed_site());
        let failed = match self.unbegun() {
            None => shown_at(&quote!(::core::result::Result::Err(#error)), span),
            Some(unbegun) => quote!({
                use #runtime::#otherwise as _;
                #unbegun.__retry_failed(#error)
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

    /// Limits the attempt to its timeout.
    fn awaited(&self, attempt: &TokenStream, names: &Names) -> TokenStream {
        let Options { runtime, sleep, .. } = self.options;
        let Some(timeout) = &self.options.timeout else {
            if self.has_plain_frame() {
                let progress = &names.progress;
                return quote!(#runtime::scoped(#attempt, &#progress).await);
            }
            let frame = self.frame(names);
            return quote!(#runtime::framed(#attempt, #frame).await);
        };
        let frame = self.frame(names);
        let (progress, policy) = (&names.progress, self.policy(names));
        let kind = match &self.options.pause {
            None => self.kind(),
            Some(_) => Ident::new("Paused", Span::mixed_site()),
        };
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
                let with_timeout = self.of_default_timer("with_timeout");
                quote!((#with_timeout)(#attempt, #frame, #time))
            }
            Some(sleep) => quote!(#runtime::race(#attempt, #frame, #time, #sleep)),
        };
        // rustc reports a missing conversion at the key.
        let error = &names.error;
        let late = shown_at(&quote!(#runtime::late(#error)), timeout.key.span());
        quote!({
            use #runtime::TimedOtherwise as _;
            #runtime::Timed(#in_time.await).__retry_in_time(|#error| #late)
        })
    }

    /// Puts the attempt into a span of its own, if it has one.
    fn spanned(&self, attempt: &TokenStream, names: &Names) -> Option<TokenStream> {
        let (runtime, progress, name) = (&self.options.runtime, &names.progress, self.name());
        let target = self.target();
        let spanned = || quote!(#runtime::spanned(#attempt, &#progress, #name, #target));
        self.options.span.then(spanned)
    }

    /// The same for an attempt that blocks.
    fn in_span(&self, attempt: &TokenStream, names: &Names) -> Option<TokenStream> {
        let (runtime, progress, name) = (&self.options.runtime, &names.progress, self.name());
        let target = self.target();
        let in_span = || quote!(#runtime::in_span(&#progress, #name, #target, || #attempt));
        self.options.span.then(in_span)
    }

    /// Whether the number of the attempt is all that its frame holds.
    fn has_plain_frame(&self) -> bool {
        !self.is_named() && !self.may_end()
    }

    /// Whether the scope has the name from the attribute. The type of an attempt in a span has none.
    fn is_named(&self) -> bool {
        self.options.name.is_some() || self.options.span
    }

    /// Whether the call may have a deadline.
    fn may_end(&self) -> bool {
        let policy = &self.options.policy;
        policy.has_deadline() || policy.start.is_some()
    }

    /// What the calls inside the attempt learn about it.
    fn frame(&self, names: &Names) -> TokenStream {
        let (runtime, name) = (&self.options.runtime, self.name());
        let (progress, kind) = (&names.progress, self.kind());
        let chosen = self.is_named().then(|| quote!(.named(#name)));
        let until = self.may_end().then(|| {
            let policy = self.policy(names);
            quote!(.until(#runtime::#kind::end(&#progress, &#policy)))
        });
        let frame = quote!(#runtime::Numbered::of(&#progress) #chosen);
        match until {
            None => frame,
            Some(until) => quote!({
                use #runtime::Frame as _;
                #frame #until
            }),
        }
    }

    /// Makes the attempt borrow `&mut self` exclusively, even if the body only reads, unless a
    /// shared borrow is `Send`. Method lookup decides.
    fn exclusive_receiver(&self) -> Option<TokenStream> {
        let receiver = self.arguments.exclusive_receiver.as_ref()?;
        let runtime = &self.options.runtime;
        Some(quote! {{
            use #runtime::{BorrowExclusively as _, BorrowShared as _};
            (*#receiver).__retry_borrow();
        }})
    }

    /// Clones `self` for the attempt: `self` can be assigned but not bound.
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

/// Gives the block its type without running; `async-trait` does the same. Moves the names in
/// `taken` into the block, as a clone requires.
fn return_edge(none: &TokenStream, taken: Option<&Ident>) -> TokenStream {
    let name = Ident::new("__retry_return", Span::mixed_site());
    let taken = taken.map(|taken| {
        let moved = Ident::new("__retry_moved", Span::mixed_site());
        quote!(let #moved = #taken;)
    });
    quote! {
        if let ::core::option::Option::Some(#name) = #none {
            #taken
            #[allow(unreachable_code)]
            return #name;
        }
    }
}

/// Puts the user's body into braces of its own, so that a `use` in it does not affect our code. The
/// braces keep their location for messages, but belong to the expansion, which silences lints.
fn keep_context(body: &Group) -> Group {
    let mut braces = Group::new(Delimiter::Brace, body.stream());
    braces.set_span(Span::mixed_site().located_at(body.span()));
    braces
}

impl Rebinding {
    /// The binding that the attempt captures.
    fn outside(&self) -> Option<TokenStream> {
        let Self { name, conditions, kind, by_ref, .. } = self;
        let value = match kind {
            Kind::Clone(listed) => {
                // rustc reports a missing `Clone` at the name in the attribute.
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

    /// Moves it into the attempt. The attempt then owns a clone, or copies a shared reference. For
    /// `&mut T` it keeps the future `Send` even if `T` is not `Sync`: a body that only reads would
    /// borrow it shared.
    fn inside(&self, attribute: &TokenStream) -> TokenStream {
        let Self { name, conditions, by_ref, mutability, .. } = self;
        let allowed = allowed_lints();
        // `ref` then borrows from the attempt's own clone.
        let reference = by_ref.as_ref().map(|_| {
            quote! {
                #conditions
                #allowed
                let #name = &#mutability #name;
            }
        });
        // A hook may use it even if the body does not.
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
