//! Expands the code after an attempt: asks the runtime, and passes its answer to the hooks.

use proc_macro2::{Ident, Punct, Spacing, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Expr;
use syn::spanned::Spanned;

use super::{Expansion, Names, TELLS, call_at};
use crate::parse::options::{Classification, Options, Values};
use crate::parse::pattern::{known_names, of_the_value};
use crate::parse::shape::Shape;

impl Expansion<'_> {
    /// Asks the runtime, calls the hooks, and returns the wait or leaves the loop.
    pub(super) fn decision(&self, names: &Names) -> TokenStream {
        let Names { progress, outcome, wait, error, .. } = names;
        let Options { runtime, values, on_retry, give_up, fallback, .. } = self.options;
        let policy = self.policy(names);
        let (see, failed) = self.seen(outcome);
        let name = self.name();
        let arguments = quote!(&mut #progress, &#policy, #failed, #name);
        let class = self.class(error).map(|class| quote!(|#error| #class));
        let is_plain = matches!(values, Values::Good) && on_retry.is_none() && !self.remembers();
        if is_plain && give_up.is_none() && fallback.is_none() && !TELLS {
            let next_wait = match class {
                None => quote!(#runtime::next_wait(#arguments)),
                Some(class) => quote!(#runtime::next_wait_by(#arguments, #class)),
            };
            return quote! {
                match #next_wait {
                    ::core::option::Option::Some(#wait) => #wait,
                    ::core::option::Option::None => break #outcome,
                }
            };
        }
        let arguments = quote!(&mut #progress, &#policy, #failed, #runtime::Name::Known(#name));
        let refused = self.refused(names);
        let next_step = match (class, refused) {
            (None, None) => quote!(#runtime::next_step(#arguments)),
            (Some(class), None) => quote!(#runtime::next_step_by(#arguments, #class)),
            (None, Some(refused)) => quote!(#runtime::next_step_of_values(#arguments, #refused)),
            (Some(class), Some(refused)) => {
                quote!(#runtime::next_step_of_values_by(#arguments, #class, #refused))
            }
        };
        let target = self.target();
        let value = self.error_of_an_attempt().map_or_else(
            || outcome.to_token_stream(),
            |_| self.returned(&quote!(__retry_success(#outcome))),
        );
        let success = if TELLS {
            quote!({
                #runtime::tell_success(&#progress, #runtime::Name::Known(#name), #target, &#policy);
                break #value
            })
        } else {
            quote!(break #value)
        };
        let retry = self.retry(names);
        let stop = self.stop(names);
        quote! {
            match { #see #next_step } {
                #runtime::NextStep::Success => #success,
                #retry
                #stop
            }
        }
    }

    /// Decides which values count as failures.
    fn refused(&self, names: &Names) -> Option<TokenStream> {
        let Options { runtime, values, .. } = self.options;
        // rustc reports a wrong value type at the key.
        let value_at =
            |span: Span| Ident::new("__retry_value", Span::mixed_site().located_at(span));
        let value = value_at(Span::mixed_site());
        let refused = match values {
            Values::Good => return None,
            Values::Until(until) => {
                let value = value_at(until.span());
                let arguments = quote!(#value, #until);
                call_at(until.span(), &quote!(#runtime::unless_accepted), arguments)
            }
            Values::Response(key) => {
                let value = value_at(key.span());
                let policy = self.policy(names);
                let arguments = quote!(#value, &#policy);
                call_at(key.span(), &quote!(#runtime::unless_retried), arguments)
            }
        };
        Some(quote!(|#value| #refused))
    }

    /// Handles a failure that is retried.
    fn retry(&self, names: &Names) -> TokenStream {
        let Names { progress, previous, outcome, wait, cause, .. } = names;
        let Options { runtime, on_retry, .. } = self.options;
        let class = Ident::new("__retry_class", Span::mixed_site());
        let remember = self.remembers().then(|| {
            let shown = self.shown(cause);
            quote!(#runtime::Remembered::keep(&mut #previous, #runtime::remember(#class, #shown));)
        });
        if self.kind() != "Watch" {
            return match remember {
                None => quote!(#runtime::NextStep::Retry(_, #wait, _) => #wait,),
                Some(remember) => quote! {
                    #runtime::NextStep::Retry(#cause, #wait, #class) => {
                        #remember
                        #wait
                    }
                },
            };
        }
        let policy = self.policy(names);
        let name = self.name();
        let is_kept = self.is_kept();
        let notify = on_retry.as_ref().map(|hook| {
            let event = quote!(&#runtime::Watch::event(&#progress, #name, &#policy, #cause, #wait));
            let notify = if takes_the_value(hook) {
                let value = quote!({
                    use #runtime::SeenWhole as _;
                    #runtime::Seen(&#outcome).__retry_value()
                });
                let notify = quote!(#runtime::notify_with_value);
                call_at(hook.span(), &notify, quote!(#event, #value, #hook))
            } else {
                call_at(hook.span(), &quote!(#runtime::notify), quote!(#event, #hook))
            };
            quote!(#notify;)
        });
        let tell = TELLS.then(|| {
            let (shown, target) = (self.shown(cause), self.target());
            quote!(#runtime::tell_retry(&#progress, #name, #target, &#policy, #shown, #wait);)
        });
        let granted = quote!(#runtime::Watch::granted(&mut #progress, #wait));
        let granted = if is_kept {
            quote!(::core::result::Result::Ok((#runtime::kept(#cause), #granted)))
        } else {
            granted
        };
        let is_shown = notify.is_some() || remember.is_some() || TELLS || is_kept;
        let cause = if is_shown { quote!(#cause) } else { quote!(_) };
        let class = if remember.is_some() { quote!(#class) } else { quote!(_) };
        quote! {
            #runtime::NextStep::Retry(#cause, #wait, #class) => {
                #notify
                #tell
                #remember
                #granted
            }
        }
    }

    /// Handles the last failure.
    fn stop(&self, names: &Names) -> TokenStream {
        let Names { outcome, cause, reason, .. } = names;
        let Options { runtime, give_up, fallback, .. } = self.options;
        if give_up.is_none() && fallback.is_none() && !TELLS {
            return quote!(#runtime::NextStep::Stop(..) => break #outcome,);
        }
        if self.is_kept() {
            return quote! {
                #runtime::NextStep::Stop(#cause, #reason) => {
                    ::core::result::Result::Err((#runtime::kept(#cause), #reason))
                }
            };
        }
        let end = self.end(names);
        let cause = if TELLS { quote!(#cause) } else { quote!(_) };
        quote!(#runtime::NextStep::Stop(#cause, #reason) => { #end })
    }

    /// Whether the decision passes on a kept cause, because the call may also end during the wait.
    pub(super) fn is_kept(&self) -> bool {
        let Options { cancel, give_up, fallback, .. } = self.options;
        cancel.is_some() && (give_up.is_some() || fallback.is_some() || TELLS)
    }

    /// Reports the end of the call, and leaves the loop.
    pub(super) fn end(&self, names: &Names) -> TokenStream {
        let Names { progress, outcome, cause, reason, .. } = names;
        let Options { runtime, give_up, .. } = self.options;
        let policy = self.policy(names);
        let name = self.name();
        let tell = TELLS.then(|| {
            let (shown, target) = (self.shown(cause), self.target());
            quote!(#runtime::tell_stop(&#progress, #name, #target, &#policy, #shown, #reason);)
        });
        let last = match give_up {
            None => outcome.to_token_stream(),
            Some(change) => {
                let give_up = quote!(|| #runtime::Watch::give_up(&#progress, #name, #reason));
                self.last_word(&outcome.to_token_stream(), change, &give_up)
            }
        };
        let give_up = quote!(#runtime::Watch::give_up(&#progress, #name, #reason));
        let last = self.or_fallback(names, last, &give_up);
        quote!(#tell break #last)
    }

    /// Passes the error of an outcome through `give_up`.
    pub(super) fn last_word(
        &self,
        outcome: &TokenStream,
        change: &Expr,
        end: &TokenStream,
    ) -> TokenStream {
        let runtime = &self.options.runtime;
        let last_word = |arguments| call_at(change.span(), &quote!(__retry_last_word), arguments);
        if self.error_of_an_attempt().is_some() {
            return self.returned(&last_word(quote!(#outcome, #end, #change)));
        }
        let word = last_word(quote!(#end, #change));
        quote!({
            use #runtime::EndedOtherwise as _;
            #runtime::Ended(#outcome).#word
        })
    }

    /// Puts the answer of `fallback` in place of a final error.
    pub(super) fn or_fallback(
        &self,
        names: &Names,
        last: TokenStream,
        end: &TokenStream,
    ) -> TokenStream {
        let Options { runtime, fallback: Some(fallback), .. } = self.options else { return last };
        let outcome = &names.outcome;
        let [give_up, answer] =
            ["__retry_give_up", "__retry_answer"].map(|name| Ident::new(name, Span::mixed_site()));
        let span = fallback.span();
        let call = call_at(span, &quote!(__retry_fallback), quote!(&#give_up, #fallback));
        let answered = if matches!(self.shape, Shape::Blocking) {
            let answered = call_at(span, &quote!(__retry_answer_now), TokenStream::new());
            quote!(#answer.#answered)
        } else {
            let answered = call_at(span, &quote!(__retry_answer), TokenStream::new());
            quote!(#answer.#answered.await)
        };
        quote!({
            use #runtime::{LastOtherwise as _, Later as _, NoSubstitute as _};
            let #give_up = #end;
            match #runtime::Last(#last).#call {
                #runtime::Fallback::Kept(#outcome) => #outcome,
                #runtime::Fallback::Asked(#answer) => #answered,
            }
        })
    }

    /// Shows the cause to telemetry, as well as its type allows.
    fn shown(&self, cause: &Ident) -> TokenStream {
        let runtime = &self.options.runtime;
        let error = Ident::new("__retry_error", Span::mixed_site());
        quote! {
            #runtime::shown(#cause, |#error| {
                use #runtime::{ShownByDisplay as _, ShownByType as _};
                use #runtime::{SourceOfBoxed as _, SourceOfError as _, SourceOfNothing as _};
                (&&#runtime::Telling(#error))
                    .__retry_shown()
                    .because((&&#runtime::Telling(#error)).__retry_source())
            })
        }
    }

    /// The outcome as the runtime sees it: first what must stand in front of it.
    pub(super) fn seen(&self, outcome: &Ident) -> (Option<TokenStream>, TokenStream) {
        let runtime = &self.options.runtime;
        if !self.sees_any_type() {
            return (None, self.spanned_outcome('&', outcome));
        }
        let seen = Ident::new("__retry_seen", Span::mixed_site());
        let see = quote! {
            use #runtime::SeenWhole as _;
            let #seen = &#runtime::Seen(&#outcome).__retry_seen();
        };
        (Some(see), self.spanned_outcome('*', &seen))
    }

    /// `&outcome` or `*seen` with the span of the return type, so that rustc reports a wrong type where
    /// the user wrote it.
    fn spanned_outcome(&self, operator: char, outcome: &Ident) -> TokenStream {
        let (first, last) = self.attempt.result_span(self.function);
        // With the same hygiene: otherwise the compiler does not join the two spans.
        let [first, last] = [first, last].map(|span| span.resolved_at(Span::mixed_site()));
        let mut outcome = outcome.clone();
        outcome.set_span(last);
        let mut operator = Punct::new(operator, Spacing::Alone);
        operator.set_span(first);
        quote!(#operator #outcome)
    }

    /// Classifies an error with `on` or `when`.
    fn class(&self, error: &Ident) -> Option<TokenStream> {
        let runtime = &self.options.runtime;
        let retried = || {
            quote! {{
                use #runtime::{ByClass as _, ByWord as _};
                (&#runtime::Retried(#error)).__retry_class()
            }}
        };
        match &self.options.classification {
            Classification::Own => None,
            Classification::On { pattern, guard } => {
                let guard = guard.as_ref().map(|guard| quote!(if #guard));
                let (error, value) = match of_the_value(pattern) {
                    Some(value) => (quote!(*#error), value),
                    None => (error.to_token_stream(), pattern.to_token_stream()),
                };
                let known = known_names(pattern);
                let known = (!known.is_empty()).then(|| quote!(let _ = (#(&#known,)*);));
                let retried = retried();
                Some(quote! {
                    match #error {
                        #value #guard => #retried,
                        #[allow(unreachable_patterns)]
                        _ => {
                            #known
                            #runtime::ErrorClass::Permanent
                        }
                    }
                })
            }
            Classification::When(when) => {
                let class = Ident::new("__retry_class", Span::mixed_site());
                let span = when.span();
                let word = call_at(span, &quote!(#runtime::word_of), quote!(#error, #when));
                let retried = retried();
                Some(quote! {
                    match #word {
                        #runtime::ErrorClass::Transient => #retried,
                        #class => #class,
                    }
                })
            }
        }
    }
}

/// Whether the hook is a closure of two parameters: the event, and the value that was refused.
// Known from its tokens, as a bound on two kinds of closures would keep rustc from inferring parameters.
fn takes_the_value(hook: &Expr) -> bool {
    match hook {
        Expr::Closure(closure) => closure.inputs.len() == 2,
        Expr::Paren(paren) => takes_the_value(&paren.expr),
        _ => false,
    }
}
