//! Expands the record of the function: the feature `sites`.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote};
use retry_runtime::__private::site;
use retry_runtime::Backoff;
use syn::{Expr, ExprPath, FnArg};

use super::{Expansion, constant_name};
use crate::parse::literals::duration_tokens;
use crate::parse::options::{Budget, Classification, Options, Values};
use crate::parse::shape::Shape;
use crate::tokens::{has_word, source};

/// The constant that is the name of the function, and the end of its record.
pub(super) fn name() -> Ident {
    Ident::new("__RETRY_NAME", Span::mixed_site())
}

impl Expansion<'_> {
    /// The record, and the name in it.
    pub(super) fn site(&self) -> TokenStream {
        let Options { runtime, policy, timeout, .. } = self.options;
        let known = self.known_policy();
        let expression = match (&known, &policy.start) {
            (None, Some(start)) => source(&start.to_token_stream()),
            _ => String::new(),
        };
        let known = match known {
            None => quote!(::core::option::Option::None),
            Some(policy) => quote!(::core::option::Option::Some(#policy)),
        };
        let timeout = match timeout.as_ref().and_then(|timeout| timeout.literal) {
            None => quote!(::core::option::Option::None),
            Some(literal) => {
                let literal = duration_tokens(runtime, literal);
                quote!(::core::option::Option::Some(#literal))
            }
        };
        let flags = Literal::u64_unsuffixed(self.flags());
        let path = self.path();
        let name = match &self.options.name {
            Some(name) => name.to_token_stream(),
            None => path.clone(),
        };
        let constant = self::name();
        quote! {
            const #constant: &'static ::core::primitive::str = {
                const __RETRY_SITE: #runtime::Site = #runtime::Site {
                    policy: #known,
                    expression: #expression,
                    timeout: #timeout,
                    flags: #flags,
                    path: #path,
                    name: #name,
                    file: ::core::file!(),
                    line: ::core::line!(),
                    column: ::core::column!(),
                };
                const __RETRY_RECORD: [::core::primitive::u8; __RETRY_SITE.length()] =
                    __RETRY_SITE.record();
                __RETRY_SITE.name_in(&__RETRY_RECORD)
            };
        }
    }

    /// The policy, if a constant can have it.
    fn known_policy(&self) -> Option<TokenStream> {
        let Options { runtime, policy, .. } = self.options;
        let Some(start) = &policy.start else {
            let name = constant_name();
            let are_literals = policy.expressions.is_empty() && policy.constants.is_empty();
            if !are_literals {
                return Some(quote!(#runtime::Known::of(#name)));
            }
            let literal = &policy.literal;
            let longest = [literal.worst_case_wait(), literal.worst_case_wait_with_hints()];
            let longest = longest.map(|longest| match longest {
                None => quote!(::core::option::Option::None),
                Some(longest) => {
                    let nanos = u64::try_from(longest.as_nanos()).unwrap_or(u64::MAX);
                    let nanos = Literal::u64_suffixed(nanos);
                    quote!(::core::option::Option::Some(#nanos))
                }
            });
            return Some(quote!(#runtime::Known::with(#name, [#(#longest),*])));
        };
        let setters = &policy.setters;
        // Of a policy, unlike of one that is being overridden, only `from_delays` sets a list.
        let is_list = matches!(policy.literal.get_backoff(), Backoff::List(_));
        let is_known = self.is_constant(start)
            && policy.expressions.is_empty()
            && policy.constants.is_empty()
            && !is_list;
        // By reference, as the constant may be one.
        is_known.then(|| quote!(#runtime::Known::of(#runtime::known_policy(&#start) #setters)))
    }

    /// The facts that do not depend on the policy.
    fn flags(&self) -> u64 {
        let Options { timeout, values, classification, budget, pause, .. } = self.options;
        let Options { cancel, fallback, key, reset_after, .. } = self.options;
        let is_unknown = timeout.as_ref().is_some_and(|timeout| timeout.literal.is_none());
        let facts = [
            (is_unknown, site::RUN_TIME_TIMEOUT),
            (matches!(budget, Some(Budget::Own)), site::BUDGET),
            (matches!(budget, Some(Budget::Shared(_))), site::SHARED_BUDGET),
            (pause.is_some(), site::PAUSE),
            (cancel.is_some(), site::CANCEL),
            (matches!(values, Values::Until(_)), site::UNTIL),
            (matches!(values, Values::Response(_)), site::RESPONSE),
            (matches!(classification, Classification::On { .. }), site::ON),
            (matches!(classification, Classification::When(_)), site::WHEN),
            (reset_after.is_some(), site::RESET_AFTER),
            (fallback.is_some(), site::FALLBACK),
            (key.is_some(), site::KEY),
            (matches!(self.shape, Shape::Blocking), site::BLOCKING),
        ];
        facts.into_iter().filter(|(is_so, _)| *is_so).fold(0, |flags, (_, flag)| flags | flag)
    }

    /// Whether an expression is surely a constant or static: a name in capitals, alone or in a module,
    /// or a reference to it.
    // After a type, it may be one of a generic parameter, which no constant can use.
    fn is_constant(&self, expr: &Expr) -> bool {
        let expr = if let Expr::Reference(reference) = expr { &reference.expr } else { expr };
        let Expr::Path(ExprPath { qself: None, path, .. }) = expr else { return false };
        let Some(name) = path.segments.last() else { return false };
        let name = name.ident.to_string();
        let is_in_capitals =
            name.starts_with(char::is_uppercase) && !name.contains(char::is_lowercase);
        let is_in_module = |segment: &syn::PathSegment| {
            segment.arguments.is_none() && !segment.ident.to_string().contains(char::is_uppercase)
        };
        let is_argument = |input: &FnArg| has_word(&input.to_token_stream(), &name);
        is_in_capitals
            && path.segments.iter().rev().skip(1).all(is_in_module)
            && !matches!(self.shape, Shape::Future(_))
            && !self.function.signature.inputs.iter().any(is_argument)
    }
}
