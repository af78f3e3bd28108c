//! Parses the annotated function: its signature as a tree, its body as tokens.
//!
//! Parsing the body would cost every build, and nothing needs it. Unparsed, a body that does not
//! compile yet still completes in an editor.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Signature, Token, Visibility};

use crate::tokens::visible;

/// A function with its body unread.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) defaultness: Option<Token![default]>,
    pub(crate) signature: Signature,
    /// `#![…]` and `//!` at the top of the body.
    pub(crate) inner_attributes: Vec<Attribute>,
    /// Items for editors at the top of the body.
    pub(crate) hints: Option<TokenStream>,
    pub(crate) body: Group,
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let mut body = self.body.clone();
        if self.hints.is_some() || !self.inner_attributes.is_empty() {
            let Self { inner_attributes, hints, .. } = self;
            let content = body.stream();
            body = Group::new(Delimiter::Brace, quote!(#(#inner_attributes)* #hints #content));
            body.set_span(self.body.span());
        }
        let Self { attributes, visibility, defaultness, signature, .. } = self;
        tokens.extend(quote!(#(#attributes)* #visibility #defaultness #signature #body));
    }
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let defaultness = input.parse()?;
        let signature = input.parse()?;
        let body = match visible(input.parse()?) {
            TokenTree::Group(body) => body,
            end => return Err(syn::Error::new(end.span(), NEEDED)),
        };
        let (inner_attributes, rest) = split_inner_attributes(body.stream())?;
        let mut rest = Group::new(Delimiter::Brace, rest);
        rest.set_span(body.span());
        let (hints, body) = (None, rest);
        Ok(Self { attributes, visibility, defaultness, signature, inner_attributes, hints, body })
    }
}

fn split_inner_attributes(body: TokenStream) -> syn::Result<(Vec<Attribute>, TokenStream)> {
    // Most bodies have none, so the rest is skipped.
    let mut first = body.clone().into_iter();
    let starts = matches!(first.next(), Some(TokenTree::Punct(hash)) if hash.as_char() == '#')
        && matches!(first.next(), Some(TokenTree::Punct(bang)) if bang.as_char() == '!');
    if !starts {
        return Ok((Vec::new(), body));
    }
    let parser = |input: ParseStream<'_>| {
        Ok((input.call(Attribute::parse_inner)?, input.parse::<TokenStream>()?))
    };
    parser.parse2(body)
}

/// The message for every other item.
const NEEDED: &str = "`#[retry]` goes on a function or method with a body";

/// The error for an item that is not a function.
pub(crate) fn not_a_function(item: &TokenStream, error: syn::Error) -> syn::Error {
    let words = || {
        item.clone().into_iter().filter_map(|token| match token {
            TokenTree::Ident(word) => Some(word),
            _ => None,
        })
    };
    if words().any(|word| word == "fn") {
        return error;
    }
    let kind = words().find(|word| word != "pub").map_or_else(Span::call_site, |word| word.span());
    syn::Error::new(kind, NEEDED)
}
