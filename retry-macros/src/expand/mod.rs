//! Expands options and function into the loop.
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
//! Output, without the paths of `::retry_kit::__private` and `::core`:
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
//!                 scoped(
//!                     async {
//!                         if let Some(__retry_return) = None::<io::Result<u32>> {
//!                             return __retry_return;
//!                         }
//!                         let mut body = body;
//!                         let hits = hits;
//!                         {
//!                             body.push(0);
//!                             put(url, body, hits).await
//!                         }
//!                     },
//!                     &__retry_progress,
//!                 )
//!                 .await
//!             };
//!             match next_wait_by(
//!                 &mut __retry_progress,
//!                 &__RETRY_POLICY,
//!                 &__retry_outcome,
//!                 concat!(module_path!(), "::upload"),
//!                 |__retry_error| /* the class that `when` returns */,
//!             ) {
//!                 Some(__retry_wait) => __retry_wait,
//!                 None => break __retry_outcome,
//!             }
//!         };
//!         sleep(__retry_wait, "upload").await;
//!     }
//! }
//! ```
//!
//! * In the `async` block, `?` and `return` end the attempt, not the function. The block borrows the
//!   arguments; if the body moves one, rustc reports it there.
//! * The `if let` never runs. It gives the block its type, so that inference and coercions work as
//!   in the plain function.
//! * `scoped` tells the calls inside which attempt they are in, at each poll.
//! * The inner block drops the outcome at its end: neither it nor any local of the attempt lives
//!   across the wait.

mod attempt;
pub(crate) mod bindings;
mod cancel;
mod decision;
pub(crate) mod docs;
pub(crate) mod hints;
mod lifetimes;
mod pause;
mod result_type;
#[cfg(feature = "sites")]
mod site;
mod start;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote};

use crate::check::twice::MARKER;
use crate::expand::bindings::{Arguments, Kind, Rebinding};
use crate::parse::function::Function;
use crate::parse::options::{Classification, Options, Values};
use crate::parse::shape::{Attempt, Shape};
use crate::tokens::{shown_at, with_content, with_self_as};

/// Whether each function reports its retries to `tracing` or `metrics`.
const TELLS: bool = cfg!(feature = "telemetry");

/// The names that the expansion binds. Mixed-site hygiene separates them from the user's variables;
/// the prefix separates them from the user's constants, which hygiene does not.
struct Names {
    policy: Ident,
    previous: Ident,
    progress: Ident,
    timeout: Ident,
    outcome: Ident,
    wait: Ident,
    error: Ident,
    cause: Ident,
    reason: Ident,
    kept: Ident,
    passed: Ident,
}

impl Names {
    fn new() -> Self {
        let name = |text| Ident::new(text, Span::mixed_site());
        Self {
            policy: name("__retry_policy"),
            previous: name("__retry_previous"),
            progress: name(MARKER),
            timeout: name("__retry_timeout"),
            outcome: name("__retry_outcome"),
            wait: name("__retry_wait"),
            error: name("__retry_error"),
            cause: name("__retry_cause"),
            reason: name("__retry_reason"),
            kept: name("__retry_kept"),
            passed: name("__retry_passed"),
        }
    }
}

/// The inputs of the expansion.
pub(crate) struct Expansion<'a> {
    pub(crate) options: &'a Options,
    pub(crate) function: &'a Function,
    /// The section to add to the function's documentation.
    pub(crate) docs: Option<TokenStream>,
    pub(crate) shape: &'a Shape,
    pub(crate) attempt: &'a Attempt,
    pub(crate) arguments: &'a Arguments,
    /// The arguments of the attribute as written.
    pub(crate) attribute: &'a TokenStream,
}

impl Expansion<'_> {
    /// Returns the function with its body in the loop.
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
        // The user's braces: with ours the function would count as generated, and rustc would not warn
        // that it is never called.
        let body = with_content(&self.function.body, content);
        let allowed = self.allowed_on_the_function();
        quote!(#(#attributes)* #docs #allowed #visibility #defaultness #signature #body)
    }

    /// Silences clippy: it sees an argument by value that is only cloned, but each attempt needs a
    /// clone.
    fn allowed_on_the_function(&self) -> Option<TokenStream> {
        let is_clone = |rebinding: &Rebinding| matches!(rebinding.kind, Kind::Clone(_));
        let is_blocking = matches!(self.shape, Shape::Blocking);
        (is_blocking && self.arguments.rebindings.iter().any(is_clone))
            .then(|| quote!(#[allow(clippy::needless_pass_by_value)]))
    }

    fn attempts(&self, names: &Names) -> TokenStream {
        let Names { outcome, wait, progress, .. } = names;
        let Arguments { cloned_receiver, renamed_receiver, .. } = self.arguments;
        let original = cloned_receiver.as_ref().map(|name| quote!(let #renamed_receiver = #name;));
        let start = self.in_the_future(self.start(names));
        let attempt = self.attempt(names);
        let decision = self.in_the_future(self.decision(names));
        let runtime = &self.options.runtime;
        let begin = self.options.budget.as_ref();
        let begin = begin.map(|_| quote!(#runtime::Watch::begin_attempt(&mut #progress);));
        let begin_run = self.options.reset_after.as_ref();
        let begin_run = begin_run.map(|_| quote!(#runtime::Resetting::begin_run(&mut #progress);));
        let begin = begin.into_iter().chain(begin_run).reduce(|one, other| quote!(#one #other));
        let gate = self.gate(names).map(|gate| self.in_the_future(gate));
        // A retry that waits for the pause has not begun.
        let (begin_behind_the_gate, begin) =
            if gate.is_some() { (begin, None) } else { (None, begin) };
        let name = self.name_for_hooks(names);
        let round = match &self.options.cancel {
            None => {
                let rest = self.in_the_future(self.rest(names));
                quote!(let #wait = { let #outcome = #attempt; #name #decision }; #rest)
            }
            Some(cancel) => {
                let rest = self.in_the_future(self.cancellable(cancel, names));
                quote!(let #outcome = #attempt; #name let #wait = #decision; #rest)
            }
        };
        quote! {
            #original
            #start
            loop {
                #gate
                #begin_behind_the_gate
                #round
                #begin
            }
        }
    }

    /// Renames `self` in the user's expressions in the attribute to its name in the loop after
    /// `#[async_trait]`.
    fn in_the_future(&self, tokens: TokenStream) -> TokenStream {
        match &self.arguments.renamed_receiver {
            Some(name) => with_self_as(tokens, name),
            None => tokens,
        }
    }

    /// Whether the function may return any type: `until` is the only option that decides on an outcome.
    fn sees_any_type(&self) -> bool {
        let Options { values, classification, timeout, give_up, fallback, .. } = self.options;
        matches!((values, classification), (Values::Until(_), Classification::Own))
            && timeout.is_none()
            && give_up.is_none()
            && fallback.is_none()
    }

    fn policy(&self, names: &Names) -> Ident {
        match self.options.policy.start {
            None => constant_name(),
            Some(_) => names.policy.clone(),
        }
    }

    #[cfg(feature = "sites")]
    #[expect(clippy::unused_self, reason = "as without the feature")]
    fn name(&self) -> TokenStream {
        site::name().into_token_stream()
    }

    #[cfg(not(feature = "sites"))]
    fn name(&self) -> TokenStream {
        match &self.options.name {
            Some(name) => name.to_token_stream(),
            None => self.path(),
        }
    }

    /// The path of the function.
    fn path(&self) -> TokenStream {
        let function = format!("::{}", self.function.signature.ident);
        quote!(::core::concat!(::core::module_path!(), #function))
    }

    /// The target of events: the module of the function, unless another is given. The name has the module, too,
    /// unless it is given.
    fn target(&self) -> TokenStream {
        match (&self.options.target, &self.options.name) {
            (Some(target), _) => quote!(::core::option::Option::Some(#target)),
            (None, Some(_)) => quote!(::core::option::Option::Some(::core::module_path!())),
            (None, None) => quote!(::core::option::Option::None),
        }
    }

    /// The wait itself.
    fn rest(&self, names: &Names) -> TokenStream {
        let wait = &names.wait;
        let runtime = &self.options.runtime;
        if matches!(self.shape, Shape::Blocking) {
            return quote!(#runtime::block(#wait););
        }
        let sleep = self.sleep(names);
        quote!(#sleep.await;)
    }

    /// A function of the default timer: that of `default_sleep!` in the root of the user's crate, or else the
    /// runtime's.
    // The inner scope shadows the outer one, and is allowed to lack the name. It must hold no code of the user's,
    // whose names it would shadow, too. Looking through a root costs too much for crates that do not ask for it.
    fn of_default_timer(&self, function: &str) -> TokenStream {
        let runtime = &self.options.runtime;
        if cfg!(not(feature = "default-sleep")) {
            let function = Ident::new(function, Span::mixed_site());
            return quote!(#runtime::#function);
        }
        let function = Ident::new(&format!("__retry_{function}"), Span::mixed_site());
        quote!({
            use #runtime::default_timer::*;
            {
                use crate::*;
                #function
            }
        })
    }

    /// The future of the wait.
    fn sleep(&self, names: &Names) -> TokenStream {
        let wait = &names.wait;
        let Options { runtime, sleep, .. } = self.options;
        match sleep {
            None => {
                let sleep = self.of_default_timer("sleep");
                quote!((#sleep)(#wait))
            }
            Some(sleep) => quote!(#runtime::nap(#sleep, #wait)),
        }
    }
}

/// A call with the span `span`, where rustc reports arguments that do not suit it; they keep their own
/// spans.
fn call_at(span: Span, function: &TokenStream, arguments: TokenStream) -> TokenStream {
    let function = shown_at(function, span);
    let mut arguments = Group::new(Delimiter::Parenthesis, arguments);
    arguments.set_span(Span::mixed_site().located_at(span));
    quote!(#function #arguments)
}

fn constant_name() -> Ident {
    Ident::new("__RETRY_POLICY", Span::mixed_site())
}
