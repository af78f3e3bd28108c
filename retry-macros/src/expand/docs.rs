//! What the documentation of an annotated function gains: its policy in words.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use retry_runtime::__private::describe;
use syn::{Attribute, Meta};

use crate::parse::options::Options;

/// The section on retries; nothing for a function without documentation of its own.
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
        // What constants come to is not known here.
        None => {
            let written = &policy.written;
            format!("Retried by `#[retry({})]`.", source(&quote!(#(#written),*)))
        }
    };
    let timeout = options.timeout.as_ref().and_then(|timeout| timeout.literal);
    let timeout = timeout.map(|timeout| format!(" An attempt is dropped after {timeout:?}."));
    let text = format!("\n# Retries\n\n{text}{}", timeout.unwrap_or_default());
    Some(quote!(#[doc = #text]))
}

fn is_documentation(attribute: &Attribute) -> bool {
    attribute.path().is_ident("doc") && matches!(attribute.meta, Meta::NameValue(_))
}

/// Tokens as a person spaces them, near enough.
fn source(tokens: &TokenStream) -> String {
    let mut text = String::new();
    let mut is_tight = true;
    for token in tokens.clone() {
        let is_attached = match &token {
            TokenTree::Punct(punct) => ".,;:?".contains(punct.as_char()),
            TokenTree::Group(group) => group.delimiter() != Delimiter::Brace,
            _ => false,
        };
        if !is_tight && !is_attached {
            text.push(' ');
        }
        is_tight = matches!(
            &token,
            TokenTree::Punct(punct)
                if punct.spacing() == Spacing::Joint || ".:&|".contains(punct.as_char())
        );
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{ ", " }"),
                    Delimiter::None => ("", ""),
                };
                text += open;
                text += &source(&group.stream());
                text += close;
            }
            token => text += &token.to_string(),
        }
        is_tight |= text.ends_with("..=");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_is_spaced_as_a_person_would() {
        let cases = [
            ("self . policy", "self.policy"),
            ("& self . policies [ 0 ]", "&self.policies[0]"),
            ("crate :: LIMIT", "crate::LIMIT"),
            ("max = LIMIT + 1 , base = \"1s\"", "max = LIMIT + 1, base = \"1s\""),
            ("RetryPolicy :: new ( )", "RetryPolicy::new()"),
            ("{ RetryPolicy :: new ( ) }", "{ RetryPolicy::new() }"),
            ("status ( 429 , 500 ..= 599 )", "status(429, 500..=599)"),
        ];
        for (tokens, text) in cases {
            let tokens: TokenStream = tokens.parse().unwrap_or_default();
            assert_eq!(source(&tokens), text);
        }
    }
}
