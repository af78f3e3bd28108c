//! The annotated function: its signature as a tree, its body as it is.
//!
//! The body stays a token stream: nothing in it needs to be understood, and parsing it would cost
//! every build of every user. It is also why a body that does not compile yet still completes in
//! an editor.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Ident, ReturnType, Signature, Token, Visibility};

use crate::errors::Errors;
use crate::parse::options::Options;
use crate::parse::shape::Shape;
use crate::tokens::{binds, find, visible};

/// A function with its body unread.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) defaultness: Option<Token![default]>,
    pub(crate) signature: Signature,
    /// `#![…]` and `//!` at the top of the body.
    pub(crate) inner_attributes: Vec<Attribute>,
    /// What an editor is to see at the top of the body.
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
    // Most bodies have none and need no second look.
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

/// What is said of everything else.
const NEEDED: &str = "`#[retry]` goes on an `async fn` with a body";

/// Why an item that is no function cannot be retried.
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

impl Function {
    /// The signature's mistakes: what cannot be retried at all.
    pub(crate) fn check(
        &self,
        shape: &Shape,
        result: Option<&TokenStream>,
        options: &Options,
        errors: &mut Errors,
    ) {
        let signature = &self.signature;
        if let Some(constant) = &signature.constness {
            errors.under(constant, "`#[retry]` cannot wait in a `const fn`; remove `const`");
        }
        let is_retry = |attribute: &&Attribute| {
            attribute.path().segments.last().is_some_and(|segment| segment.ident == "retry")
        };
        if let Some(again) = self.attributes.iter().find(is_retry) {
            errors.under(again, "a second `#[retry]` would retry the retries; one is enough");
        }
        let is_unit = result.is_some_and(|result| result.to_string().replace(' ', "") == "()");
        if is_unit || matches!(signature.output, ReturnType::Default) {
            errors.at(
                signature.ident.span(),
                "`#[retry]` needs a function that returns a `Result`; this one returns nothing, \
                 so no attempt can fail",
            );
        }
        match (shape, &options.sleep) {
            (Shape::Blocking, Some(sleep)) => errors.under(
                sleep,
                "`sleep` gives a future, and this function is not async: it blocks its thread \
                 while it waits; remove `sleep`, or make the function `async`",
            ),
            (Shape::Blocking, None) => {
                if let Some(fits) = &options.policy.fits {
                    errors.at(
                        fits.key.span(),
                        "`fits` counts on a `timeout`, and this function is not async: nothing can \
                         stop it while it runs; set `deadline`, or make the function `async`",
                    );
                }
                let timeout = options.timeout.as_ref().map(|timeout| &timeout.key);
                let before_retry = options.before_retry.as_ref();
                if let Some(timeout) = timeout {
                    errors.at(
                        timeout.span(),
                        "`timeout` drops a future, and this function is not async: nothing can \
                         stop it while it runs; remove `timeout`, or make the function `async`",
                    );
                }
                if let Some(before_retry) = before_retry {
                    errors.under(
                        before_retry,
                        "`before_retry` gives a future, and this function is not async; remove \
                         `before_retry`, or make the function `async`",
                    );
                }
            }
            (Shape::Async | Shape::Future(_), None) if cfg!(not(feature = "tokio")) => errors.at(
                Span::call_site(),
                "`#[retry]` has nothing to wait with: enable the feature `tokio` of retry-kit, or \
                 name another runtime's sleep, such as `sleep = my_runtime::sleep`",
            ),
            _ => {}
        }
    }

    /// Refuses values of a constant policy that are only known when the function is called;
    /// `arguments` are the names that its parameters bind.
    // rustc would say "attempt to use a non-constant value in a constant", of a constant that the
    // user cannot see.
    pub(crate) fn check_constants(
        &self,
        options: &Options,
        arguments: &[String],
        errors: &mut Errors,
    ) {
        if options.policy.start.is_some() {
            return;
        }
        let generics = &self.signature.generics;
        let is_generic = |word: &Ident| {
            generics.type_params().any(|parameter| parameter.ident == *word)
                || generics.const_params().any(|parameter| parameter.ident == *word)
        };
        let of_the_call = |value: &TokenStream| {
            find(value, &|word, is_path| {
                word == "Self"
                    || is_generic(word)
                    // `self::NAME` is a module's.
                    || (!is_path && (word == "self" || arguments.iter().any(|name| word == name))
                        && !binds(value, word))
            })
        };
        let timeout = options.timeout.as_ref().filter(|_| options.policy.fits.is_some());
        let timeout = timeout.and_then(|timeout| of_the_call(&timeout.value.to_token_stream()));
        if let Some(word) = timeout {
            errors.at(
                word.span(),
                format!(
                    "`{word}` is not known at compile time, when `fits` is worked out; make \
                     `timeout` a constant, or set `deadline` in place of `fits`"
                ),
            );
        }
        for value in &options.policy.expressions {
            let of_the_call = of_the_call(value);
            if let Some(word) = of_the_call {
                errors.at(
                    word.span(),
                    format!(
                        "`{word}` is not known when the policy is made, at compile time; build \
                         one at run time with `policy = RetryPolicy::new()…`, or keep one in a \
                         field: `policy = self.policy`"
                    ),
                );
            }
        }
    }
}
