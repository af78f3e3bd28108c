//! Adds the policy in words to the documentation of an annotated function.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use retry_runtime::__private::describe;
use syn::{Attribute, Meta};

use crate::parse::options::{Options, Timeout};
use crate::tokens::source;

/// Writes the section on retries; none for a function without doc comments.
pub(crate) fn section(options: &Options, attributes: &[Attribute]) -> Option<TokenStream> {
    if !options.docs || !attributes.iter().any(is_documentation) {
        return None;
    }
    let policy = &options.policy;
    let text = match &policy.start {
        Some(start) => {
            let start = source(&start.to_token_stream());
            let others = if policy.setters.is_empty() { "" } else { ", other settings aside" };
            format!("Retried by the policy `{start}`{others}.")
        }
        None if policy.expressions.is_empty() => describe(&policy.literal),
        // The values of constants are not known here.
        None => {
            let written = &policy.written;
            format!("Retried by `#[retry({})]`.", source(&quote!(#(#written),*)))
        }
    };
    let timeout = options.timeout.as_ref().and_then(|timeout| timeout.literal);
    let timeout = timeout.map(|timeout| format!(" An attempt is dropped after {timeout:?}."));
    let reset = options.reset_after.as_ref().map(|Timeout { value, literal, .. }| {
        let length = match literal {
            Some(literal) => format!("{literal:?}"),
            None => format!("`{}`", source(&value.to_token_stream())),
        };
        format!(
            " An attempt that runs for {length} or longer resets the count and the backoff: \
             the numbers are those of retries in a row."
        )
    });
    let [timeout, reset] = [timeout, reset].map(Option::unwrap_or_default);
    let text = format!("\n# Retries\n\n{text}{timeout}{reset}");
    Some(quote!(#[doc = #text]))
}

fn is_documentation(attribute: &Attribute) -> bool {
    attribute.path().is_ident("doc") && matches!(attribute.meta, Meta::NameValue(_))
}
