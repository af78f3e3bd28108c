//! From options and function to the loop.
//!
//! Input:
//!
//! ```text
//! #[retry(max = 5, clone(body), when = |error| error.is_timeout())]
//! pub async fn upload(url: &str, mut body: Vec<u8>, hits: &mut u32) -> io::Result<u32> {
//!     body.push(0);
//!     put(url, body, hits).await
//! }
//! ```
//!
//! Output, with the paths of `::retry_kit::__private` and `::core` left out:
//!
//! ```text
//! pub async fn upload(url: &str, body: Vec<u8>, hits: &mut u32) -> io::Result<u32> {
//!     const __RETRY_POLICY: RetryPolicy = RetryPolicy::DEFAULT.max_retries(5);
//!     let mut __retry_progress = Counter::idle();
//!     loop {
//!         let __retry_wait = {
//!             let __retry_outcome = {
//!                 let body = Clone::clone(&body);
//!                 let hits = &mut *hits;
//!                 async {
//!                     if let Some(__retry_return) = None::<io::Result<u32>> {
//!                         return __retry_return;
//!                     }
//!                     let mut body = body;
//!                     let hits = hits;
//!                     {
//!                         body.push(0);
//!                         put(url, body, hits).await
//!                     }
//!                 }
//!                 .await
//!             };
//!             match decide_with(
//!                 &mut __retry_progress,
//!                 &__RETRY_POLICY,
//!                 &__retry_outcome,
//!                 |__retry_error| /* the class that `when` makes of the error */,
//!             ) {
//!                 Some(__retry_wait) => __retry_wait,
//!                 None => break __retry_outcome,
//!             }
//!         };
//!         sleep(__retry_wait).await;
//!     }
//! }
//! ```
//!
//! * The `async` block makes `?` and `return` end the attempt, not the function. It borrows the
//!   arguments; a moved one is an error at the user's move.
//! * The `if let` is never entered. It gives the block its type, so that inference and coercions
//!   are those of the plain function.
//! * The outcome is dropped at the end of the inner block: neither it nor anything local to the
//!   attempt lives across the wait.
//! * With `sleep = …` the wait is matched with zero, not asked `is_zero()`: a borrow would keep it in
//!   the future for as long as the sleep takes, 16 bytes.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Pat};

use crate::arguments::{Arguments, Kind, Rebinding};
use crate::item::Function;
use crate::literals::duration_tokens;
use crate::options::{Budget, Classification, Options, Values, is_constant};
use crate::result_type::{has_lifetime, without_impl_trait};
use crate::shape::{Attempt, Shape};
use crate::tokens::{find, mentions, shown_at, with_content, with_self_as};

/// Whether each function tells `tracing` or `metrics` of its retries.
const TELLS: bool = cfg!(feature = "telemetry");

/// The names that the expansion binds. Mixed-site hygiene keeps them out of the user's way, and
/// the prefix keeps them off the user's constants, which hygiene does not.
struct Names {
    policy: Ident,
    progress: Ident,
    timeout: Ident,
    outcome: Ident,
    wait: Ident,
    error: Ident,
    cause: Ident,
    reason: Ident,
}

impl Names {
    fn new() -> Self {
        let name = |text| Ident::new(text, Span::mixed_site());
        Self {
            policy: name("__retry_policy"),
            progress: name("__retry_progress"),
            timeout: name("__retry_timeout"),
            outcome: name("__retry_outcome"),
            wait: name("__retry_wait"),
            error: name("__retry_error"),
            cause: name("__retry_cause"),
            reason: name("__retry_reason"),
        }
    }
}

/// What the expansion is made of.
pub(crate) struct Expansion<'a> {
    pub(crate) options: &'a Options,
    pub(crate) function: &'a Function,
    /// What the function's documentation gains.
    pub(crate) docs: Option<TokenStream>,
    pub(crate) shape: &'a Shape,
    pub(crate) attempt: &'a Attempt,
    pub(crate) arguments: &'a Arguments,
    /// The arguments of the attribute as they are written.
    pub(crate) attribute: &'a TokenStream,
}

impl Expansion<'_> {
    /// The function with its body in the loop.
    pub(crate) fn expand(&self) -> TokenStream {
        let Function { attributes, visibility, defaultness, signature, .. } = self.function;
        let Function { inner_attributes, hints, .. } = self.function;
        let docs = &self.docs;
        let attempts = self.attempts(&Names::new());
        let body = match self.shape {
            Shape::Async | Shape::Blocking => attempts,
            Shape::Future(frame) => frame.around(&attempts),
        };
        let content = quote!(#(#inner_attributes)* #hints #body);
        // The user's braces: with ours the function would count as generated, and nobody would be
        // told that it is never called.
        let body = with_content(&self.function.body, content);
        let allowed = self.allowed_on_the_function();
        quote!(#(#attributes)* #docs #allowed #visibility #defaultness #signature #body)
    }

    /// A clone for each attempt is what the argument is passed by value for; clippy sees only that
    /// it is cloned.
    fn allowed_on_the_function(&self) -> Option<TokenStream> {
        let is_clone = |rebinding: &Rebinding| matches!(rebinding.kind, Kind::Clone(_));
        let is_blocking = matches!(self.shape, Shape::Blocking);
        (is_blocking && self.arguments.rebindings.iter().any(is_clone))
            .then(|| quote!(#[allow(clippy::needless_pass_by_value)]))
    }

    fn attempts(&self, names: &Names) -> TokenStream {
        let Names { outcome, wait, .. } = names;
        let start = self.in_the_future(self.start(names));
        let attempt = self.attempt(names);
        let decision = self.in_the_future(self.decision(names));
        let rest = self.in_the_future(self.rest(names));
        quote! {
            #start
            loop {
                let #wait = {
                    let #outcome = #attempt;
                    #decision
                };
                #rest
            }
        }
    }

    /// Calls `self` what `#[async_trait]` calls it where the loop is: the user's expressions in the
    /// attribute do not know.
    fn in_the_future(&self, tokens: TokenStream) -> TokenStream {
        match &self.arguments.renamed_receiver {
            Some(name) => with_self_as(tokens, name),
            None => tokens,
        }
    }

    /// The policy and the count of retries, before the loop.
    fn start(&self, names: &Names) -> TokenStream {
        let Names { policy: policy_name, progress, .. } = names;
        let Options { runtime, policy: options, .. } = self.options;
        let setters = &options.setters;
        let policy = match &options.start {
            None => {
                let name = constant_name();
                // Literals were checked where they stand; expressions only the compiler can check.
                let check = (!options.expressions.is_empty()).then(|| quote!(.build()));
                quote! {
                    const #name: #runtime::RetryPolicy =
                        #runtime::RetryPolicy::DEFAULT #setters #check;
                }
            }
            Some(start) if setters.is_empty() => {
                quote!(let #policy_name = #runtime::policy(#start);)
            }
            Some(start) => quote!(let #policy_name = #runtime::copied(#start) #setters;),
        };
        let fits = self.fits();
        let timeout = self.evaluated_timeout().map(|value| {
            let name = &names.timeout;
            let value = quote_spanned!(value.span()=> #runtime::timeout(#value));
            quote!(let #name = #value;)
        });
        let state = self.state(policy_name);
        quote! {
            #policy
            #fits
            #timeout
            let mut #progress = #state;
        }
    }

    /// What the call remembers, in no more bytes than its options ask for.
    fn state(&self, policy: &Ident) -> TokenStream {
        let Options { runtime, policy: options, .. } = self.options;
        let memory = if self.needs_clock() {
            quote!(start())
        } else if options.start.is_some() {
            quote!(of(&#policy))
        } else {
            quote!(idle())
        };
        let kind = self.kind();
        if kind != "Watch" {
            return quote!(#runtime::#kind::#memory);
        }
        let watch = quote!(#runtime::Watch::new(#runtime::Memory::#memory));
        match &self.options.budget {
            None => watch,
            Some(Budget::Shared(budget)) => {
                let arguments = quote!(#watch, #budget);
                call_at(budget.span(), &quote!(#runtime::Watch::budget), arguments)
            }
            Some(Budget::Own) => quote! {
                #runtime::Watch::budget(#watch, {
                    static __RETRY_BUDGET: #runtime::RetryBudget = #runtime::RetryBudget::standard();
                    &__RETRY_BUDGET
                })
            },
        }
    }

    /// The type of what the call remembers.
    fn kind(&self) -> Ident {
        let Options { policy, budget, on_retry, give_up, .. } = self.options;
        let is_watched = on_retry.is_some() || give_up.is_some() || TELLS;
        let kind = if is_watched || budget.is_some() {
            "Watch"
        } else if self.needs_clock() || policy.start.is_some() || policy.is_decorrelated {
            "Memory"
        } else {
            "Counter"
        };
        Ident::new(kind, Span::mixed_site())
    }

    /// Whether something asks for the time since the call began.
    fn needs_clock(&self) -> bool {
        let Options { policy, timeout, on_retry, give_up, attempt, .. } = self.options;
        policy.has_deadline
            || timeout.is_some()
            || on_retry.is_some()
            || give_up.is_some()
            || attempt.is_some()
    }

    /// The check that the compiler makes where literals do not tell all.
    fn fits(&self) -> Option<TokenStream> {
        let Options { runtime, policy, timeout, .. } = self.options;
        let (fits, timeout) = (policy.fits.as_ref()?, timeout.as_ref()?);
        let is_checked =
            policy.expressions.is_empty() && fits.literal.is_some() && timeout.literal.is_some();
        if is_checked {
            return None;
        }
        let limit = &fits.tokens;
        let name = constant_name();
        let value = match timeout.literal {
            Some(literal) => duration_tokens(runtime, literal),
            None => timeout.value.to_token_stream(),
        };
        let span = fits.key.span();
        let check = call_at(span, &quote!(#runtime::assert_fits), quote!(&#name, #value, #limit));
        Some(quote!(const _: () = #check;))
    }

    /// The timeout, where it has to be evaluated when the call begins.
    fn evaluated_timeout(&self) -> Option<&Expr> {
        let timeout = self.options.timeout.as_ref()?;
        timeout.literal.is_none().then_some(&timeout.value)
    }

    /// One attempt: an `async` block, or in a function that blocks a closure; and around it what it
    /// takes with it.
    fn attempt(&self, names: &Names) -> TokenStream {
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
            let edge = result.as_ref().map(return_edge);
            let receiver = self.exclusive_receiver();
            let before = self.before_retry(names);
            let attempt = quote!(async { #edge #receiver #(#inside)* #name #before #body });
            self.awaited(&attempt, names)
        };
        if outside.is_empty() { attempt } else { quote!({ #(#outside)* #attempt }) }
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
    fn before_retry(&self, names: &Names) -> Option<TokenStream> {
        let before = self.options.before_retry.as_ref()?;
        let runtime = &self.options.runtime;
        let Names { progress, error, .. } = names;
        let before_retry = self.in_the_future(before.to_token_stream());
        let span = before.span();
        let output = quote_spanned!(span.resolved_at(Span::mixed_site())=> (#before_retry).await);
        let prepared = call_at(span, &quote!(#runtime::prepared), output);
        let failed = shown_at(&quote!(::core::result::Result::Err(#error)), span);
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
        let limit = quote!(#runtime::#kind::limit(&#progress, &#policy, #value));
        let limited = match sleep {
            None => quote!(#runtime::limited(#attempt, #limit)),
            Some(sleep) => quote!(#runtime::race(#attempt, #limit, #sleep)),
        };
        // An error type without the conversion is reported at the key.
        let error = &names.error;
        let late = shown_at(&quote!(#runtime::late(#error)), timeout.key.span());
        quote!(#runtime::in_time(#limited.await, |#error| #late))
    }

    /// Makes the attempt borrow a `&mut self` exclusively even if the body only reads: shared, it
    /// would not be `Send` where `Self` is not `Sync`. Only a result that borrows from `self` must
    /// be able to outlive the attempt.
    fn exclusive_receiver(&self) -> Option<TokenStream> {
        let receiver = self.arguments.exclusive_receiver.as_ref()?;
        let borrows = self.attempt.result.as_ref();
        let borrows = borrows.is_some_and(|ty| has_lifetime(ty) || mentions(ty, &["impl"]));
        (!borrows).then(|| quote!(let _ = &mut *#receiver;))
    }

    /// Asks the runtime, tells the hooks, and gives the wait or leaves the loop.
    fn decision(&self, names: &Names) -> TokenStream {
        let Names { progress, outcome, wait, error, .. } = names;
        let Options { runtime, values, on_retry, give_up, .. } = self.options;
        let policy = self.policy(names);
        let failed = self.spanned_outcome(outcome);
        let arguments = quote!(&mut #progress, &#policy, #failed);
        let class = self.class(error).map(|class| quote!(|#error| #class));
        if matches!(values, Values::Good) && on_retry.is_none() && give_up.is_none() && !TELLS {
            let decide = match class {
                None => quote!(#runtime::decide(#arguments)),
                Some(class) => quote!(#runtime::decide_with(#arguments, #class)),
            };
            return quote! {
                match #decide {
                    ::core::option::Option::Some(#wait) => #wait,
                    ::core::option::Option::None => break #outcome,
                }
            };
        }
        let refused = self.refused(names);
        let judge = match (class, refused) {
            (None, None) => quote!(#runtime::judge(#arguments)),
            (Some(class), None) => quote!(#runtime::judge_with(#arguments, #class)),
            (None, Some(refused)) => quote!(#runtime::judge_values(#arguments, #refused)),
            (Some(class), Some(refused)) => {
                quote!(#runtime::judge_values_with(#arguments, #class, #refused))
            }
        };
        let retry = self.retry(names);
        let stop = self.stop(names);
        quote! {
            match #judge {
                #runtime::Judgement::Success => break #outcome,
                #retry
                #stop
            }
        }
    }

    /// Which values count as failures.
    fn refused(&self, names: &Names) -> Option<TokenStream> {
        let Options { runtime, values, .. } = self.options;
        // What is wrong with the value's type is reported at the key.
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

    /// A failure that is followed by another attempt.
    fn retry(&self, names: &Names) -> TokenStream {
        let Names { progress, wait, cause, .. } = names;
        let Options { runtime, on_retry, .. } = self.options;
        if self.kind() != "Watch" {
            return quote!(#runtime::Judgement::Retry(_, #wait) => #wait,);
        }
        let policy = self.policy(names);
        let name = self.name();
        let notify = on_retry.as_ref().map(|hook| {
            let event = quote!(&#runtime::Watch::event(&#progress, #name, &#policy, #cause, #wait));
            let notify = call_at(hook.span(), &quote!(#runtime::notify), quote!(#event, #hook));
            quote!(#notify;)
        });
        let tell = TELLS.then(|| {
            let shown = self.shown(cause);
            quote!(#runtime::tell_retry(&#progress, #name, &#policy, #shown, #wait);)
        });
        let cause = if notify.is_some() || TELLS { quote!(#cause) } else { quote!(_) };
        quote! {
            #runtime::Judgement::Retry(#cause, #wait) => {
                #notify
                #tell
                #runtime::Watch::granted(&mut #progress, #wait)
            }
        }
    }

    /// A failure that is the last.
    fn stop(&self, names: &Names) -> TokenStream {
        let Names { progress, outcome, cause, reason, .. } = names;
        let Options { runtime, give_up, .. } = self.options;
        if give_up.is_none() && !TELLS {
            return quote!(#runtime::Judgement::Stop(..) => break #outcome,);
        }
        let policy = self.policy(names);
        let name = self.name();
        let tell = TELLS.then(|| {
            let shown = self.shown(cause);
            quote!(#runtime::tell_stop(&#progress, #name, &#policy, #shown, #reason);)
        });
        let last = match give_up {
            None => outcome.to_token_stream(),
            Some(change) => {
                let give_up = quote!(|| #runtime::Watch::give_up(&#progress, #name, #reason));
                let arguments = quote!(#outcome, #give_up, #change);
                call_at(change.span(), &quote!(#runtime::last_word), arguments)
            }
        };
        let cause = if TELLS { quote!(#cause) } else { quote!(_) };
        quote! {
            #runtime::Judgement::Stop(#cause, #reason) => {
                #tell
                break #last
            }
        }
    }

    /// The cause as telemetry shows it, by what its type is able to do.
    fn shown(&self, cause: &Ident) -> TokenStream {
        let runtime = &self.options.runtime;
        let error = Ident::new("__retry_error", Span::mixed_site());
        quote! {
            #runtime::shown(#cause, |#error| {
                use #runtime::{ShownByDebug as _, ShownByDisplay as _, ShownByType as _};
                use #runtime::{SourceOfBoxed as _, SourceOfError as _, SourceOfNothing as _};
                (&&#runtime::Telling(#error))
                    .__retry_shown()
                    .because((&&#runtime::Telling(#error)).__retry_source())
            })
        }
    }

    fn policy(&self, names: &Names) -> Ident {
        match self.options.policy.start {
            None => constant_name(),
            Some(_) => names.policy.clone(),
        }
    }

    /// `&outcome` with the place of the return type: what is wrong with the outcome's type is
    /// reported there, where the user wrote it.
    fn spanned_outcome(&self, outcome: &Ident) -> TokenStream {
        let (first, last) = self.attempt.result_span(self.function);
        // Of one hygiene, or the compiler does not join the two places.
        let [first, last] = [first, last].map(|span| span.resolved_at(Span::mixed_site()));
        let mut outcome = outcome.clone();
        outcome.set_span(last);
        let reference = quote_spanned!(first=> &);
        quote!(#reference #outcome)
    }

    /// The class of an error where it is not the error's own.
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
                // A constant or a literal is of the error's own type, not of a reference to it.
                let dereference = is_value(pattern).then(|| quote!(*));
                let retried = retried();
                Some(quote! {
                    match #dereference #error {
                        #pattern #guard => #retried,
                        #[allow(unreachable_patterns)]
                        _ => #runtime::ErrorClass::Permanent,
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

    fn name(&self) -> TokenStream {
        if let Some(name) = &self.options.name {
            return name.to_token_stream();
        }
        let function = format!("::{}", self.function.signature.ident);
        quote!(::core::concat!(::core::module_path!(), #function))
    }

    /// The wait itself.
    fn rest(&self, names: &Names) -> TokenStream {
        let wait = &names.wait;
        let Options { runtime, sleep, .. } = self.options;
        if matches!(self.shape, Shape::Blocking) {
            return quote!(#runtime::block(#wait););
        }
        match sleep {
            None => quote!(#runtime::sleep(#wait).await;),
            Some(sleep) => quote! {
                match #runtime::time_to_sleep(#wait) {
                    #runtime::Duration::ZERO => #runtime::yield_now().await,
                    #wait => {
                        let _ = #runtime::sleep_with(#sleep, #wait).await;
                    }
                }
            },
        }
    }
}

/// A call that is reported at `span` if its arguments do not suit the function; they keep their
/// own places.
fn call_at(span: Span, function: &TokenStream, arguments: TokenStream) -> TokenStream {
    let function = shown_at(function, span);
    let mut arguments = Group::new(Delimiter::Parenthesis, arguments);
    arguments.set_span(Span::mixed_site().located_at(span));
    quote!(#function #arguments)
}

/// Whether a pattern is made of constants and literals alone.
fn is_value(pattern: &Pat) -> bool {
    match pattern {
        Pat::Const(_) | Pat::Lit(_) | Pat::Path(_) | Pat::Range(_) => true,
        Pat::Ident(name) => name.subpat.is_none() && is_constant(&name.ident),
        Pat::Or(alternatives) => alternatives.cases.iter().all(is_value),
        Pat::Paren(inner) => is_value(&inner.pat),
        _ => false,
    }
}

fn constant_name() -> Ident {
    Ident::new("__RETRY_POLICY", Span::mixed_site())
}

/// Types the block without running: `async-trait` does the same.
fn return_edge(result: &TokenStream) -> TokenStream {
    let name = Ident::new("__retry_return", Span::mixed_site());
    quote! {
        if let ::core::option::Option::Some(#name) = ::core::option::Option::None::<#result> {
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
        let Self { name, conditions, kind, .. } = self;
        let value = match kind {
            Kind::Clone(listed) => {
                // Where `Clone` is missing, the place to say so is the name in the attribute.
                let mut argument = name.clone();
                argument.set_span(listed.span().resolved_at(name.span()));
                quote_spanned!(listed.span()=> ::core::clone::Clone::clone(&#argument))
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
        let Self { name, conditions, mutability, .. } = self;
        let allowed = allowed_lints();
        // Used by a hook, it need not be used by the body.
        let is_used = find(attribute, &|word, _| word == name).is_some();
        let unused = is_used.then(|| quote!(#[allow(unused_variables)]));
        quote! {
            #conditions
            #allowed
            #unused
            let #mutability #name = #name;
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
