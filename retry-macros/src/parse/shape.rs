//! Finds the kind of a function, and the attempt in it.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::Parser;
use syn::{Block, ReturnType, Stmt};

use crate::parse::arguments::is_empty;
use crate::parse::function::Function;
use crate::parse::future_type::output_of;
use crate::tokens::{visible, with_content};

/// The kinds of functions that can be retried.
pub(crate) enum Shape {
    /// `async fn`: the body is the attempt.
    Async,
    /// A function that ends in a future: the attempt is in the future's `async` block.
    Future(Frame),
    /// Any other: the body is the attempt, and waiting blocks the thread.
    Blocking,
}

/// The code around the attempt in a function that returns a future.
///
/// Written by hand, that is `before; Box::pin(async move { attempt })`, `before; async move {
/// attempt }` or `before; async move { attempt }.boxed()`. `#[async_trait]` makes
///
/// ```text
/// Box::pin(async move {
///     if let Some(__ret) = None::<T> { return __ret; }    // prelude
///     let __self = self;                                  // prelude
///     let argument = argument;                            // prelude
///     let __ret: T = { attempt };                         // opening, attempt, after
///     __ret                                               // after
/// })
/// ```
pub(crate) struct Frame {
    pub(crate) before: TokenStream,
    boxing: Boxing,
    keywords: TokenStream,
    braces: Group,
    pub(crate) prelude: Vec<Stmt>,
    opening: TokenStream,
    after: TokenStream,
}

/// How a future is boxed.
enum Boxing {
    Unboxed,
    /// The parentheses of `Box::pin(…)`.
    Call(Group),
    /// `.boxed()`
    Method(Box<[TokenTree]>),
}

impl Frame {
    /// Returns the body of the function with `attempts` in place of the attempt.
    pub(crate) fn around(&self, attempts: &TokenStream) -> TokenStream {
        let Self { before, boxing, keywords, braces, prelude, opening, after } = self;
        let mut content = quote!(#(#prelude)*);
        content.extend(opening.clone());
        if opening.is_empty() {
            content.extend(attempts.clone());
        } else {
            content.extend([TokenTree::from(Group::new(Delimiter::Brace, attempts.clone()))]);
        }
        content.extend(after.clone());
        let mut future = keywords.clone();
        future.extend([TokenTree::from(with_content(braces, content))]);
        let mut body = before.clone();
        match boxing {
            Boxing::Unboxed => body.extend(future),
            Boxing::Call(call) => body.extend([TokenTree::from(with_content(call, future))]),
            Boxing::Method(method) => body.extend(future.into_iter().chain(method.iter().cloned())),
        }
        body
    }
}

/// The attempt: its tokens in braces, and its result type if that is written.
pub(crate) struct Attempt {
    pub(crate) body: Group,
    pub(crate) result: Option<TokenStream>,
}

impl Attempt {
    /// The first and the last token of the result type; without one, the function's name.
    pub(crate) fn result_span(&self, function: &Function) -> (Span, Span) {
        let mut tokens = self.result.clone().into_iter().flatten();
        let name = || function.signature.ident.span();
        let first = tokens.next().map_or_else(name, |token| token.span());
        (first, tokens.last().map_or(first, |token| token.span()))
    }
}

/// Finds the attempt in `function`; by default it is the whole body.
pub(crate) fn find_attempt(function: &Function) -> (Shape, Attempt) {
    let output = match &function.signature.output {
        ReturnType::Type(_, output) => Some(output),
        ReturnType::Default => None,
    };
    let tail = match (&function.signature.asyncness, output) {
        (None, Some(output)) => Tail::of(&function.body).map(|tail| tail.split(output_of(output))),
        _ => None,
    };
    tail.unwrap_or_else(|| {
        let is_async = function.signature.asyncness.is_some();
        let shape = if is_async { Shape::Async } else { Shape::Blocking };
        let result = output.map(ToTokens::to_token_stream);
        (shape, Attempt { body: function.body.clone(), result })
    })
}

/// `[Box::pin(] async [move] { … } [)]` or `async [move] { … }.boxed()` at the end of a body.
struct Tail {
    before: TokenStream,
    boxing: Boxing,
    keywords: TokenStream,
    braces: Group,
}

impl Tail {
    fn of(body: &Group) -> Option<Self> {
        let mut tokens: Vec<TokenTree> = body.stream().into_iter().collect();
        let method = split_boxed(&mut tokens);
        let Some(TokenTree::Group(last)) = tokens.pop().map(visible) else { return None };
        match last.delimiter() {
            Delimiter::Brace => {
                let (before, keywords) = split_keywords(tokens)?;
                let boxing = method.map_or(Boxing::Unboxed, Boxing::Method);
                Some(Self { before, boxing, keywords, braces: last })
            }
            Delimiter::Parenthesis if method.is_none() && is_word(tokens.last(), "pin") => {
                let mut inner: Vec<TokenTree> = last.stream().into_iter().collect();
                if matches!(inner.last(), Some(TokenTree::Punct(comma)) if comma.as_char() == ',') {
                    inner.pop();
                }
                let Some(TokenTree::Group(braces)) = inner.pop().map(visible) else { return None };
                let (nothing, keywords) = split_keywords(inner)?;
                let is_block = braces.delimiter() == Delimiter::Brace && nothing.is_empty();
                let before = tokens.into_iter().collect();
                is_block.then_some(Self { before, boxing: Boxing::Call(last), keywords, braces })
            }
            _ => None,
        }
    }

    /// Takes the attempt out of the `async` block.
    fn split(self, output: Option<TokenStream>) -> (Shape, Attempt) {
        let Self { before, boxing, keywords, braces } = self;
        let (rewritten, attempt) = Rewritten::of(&braces).unwrap_or_else(|| {
            (Rewritten::default(), Attempt { body: braces.clone(), result: output })
        });
        let Rewritten { prelude, opening, after } = rewritten;
        let frame = Frame { before, boxing, keywords, braces, prelude, opening, after };
        (Shape::Future(frame), attempt)
    }
}

/// Splits the `.boxed()` or `.boxed_local()` of `FutureExt` off the end.
fn split_boxed(tokens: &mut Vec<TokenTree>) -> Option<Box<[TokenTree]>> {
    let is_call = match tokens.as_slice() {
        [.., dot, name, TokenTree::Group(parentheses)] => {
            is_punct(Some(dot), '.')
                && (is_word(Some(name), "boxed") || is_word(Some(name), "boxed_local"))
                && is_empty(parentheses)
        }
        _ => false,
    };
    is_call.then(|| tokens.split_off(tokens.len() - 3).into())
}

/// Splits `async` or `async move` off the end.
fn split_keywords(mut tokens: Vec<TokenTree>) -> Option<(TokenStream, TokenStream)> {
    let without_move = tokens.len() - usize::from(is_word(tokens.last(), "move"));
    let start = without_move.checked_sub(1)?;
    let keywords = tokens.split_off(start);
    is_word(keywords.first(), "async")
        .then(|| (tokens.into_iter().collect(), keywords.into_iter().collect()))
}

fn is_word(token: Option<&TokenTree>, word: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(found)) if found == word)
}

/// The code that `#[async_trait]` puts around the attempt inside the `async` block.
#[derive(Default)]
struct Rewritten {
    prelude: Vec<Stmt>,
    /// `let __ret: T =`
    opening: TokenStream,
    after: TokenStream,
}

impl Rewritten {
    fn of(braces: &Group) -> Option<(Self, Attempt)> {
        let tokens: Vec<TokenTree> = braces.stream().into_iter().collect();
        let is_let = |index: usize| {
            is_word(tokens.get(index), "let")
                && is_word(tokens.get(index + 1), "__ret")
                && is_punct(tokens.get(index + 2), ':')
        };
        let start = (0..tokens.len()).find(|index| is_let(*index))?;
        let is_body = |index: usize| {
            is_punct(tokens.get(index - 1), '=') && is_punct(tokens.get(index + 1), ';')
        };
        let mut behind = tokens.iter().enumerate().skip(start + 3);
        let (at, body) = behind.find_map(|(index, token)| match token {
            TokenTree::Group(group) if is_body(index) => Some((index, group.clone())),
            _ => None,
        })?;
        let collect = |tokens: &[TokenTree]| tokens.iter().cloned().collect::<TokenStream>();
        let rewritten = Self {
            prelude: Block::parse_within.parse2(collect(&tokens[..start])).ok()?,
            opening: collect(&tokens[start..at]),
            after: collect(&tokens[at + 1..]),
        };
        Some((rewritten, Attempt { body, result: Some(collect(&tokens[start + 3..at - 1])) }))
    }
}

fn is_punct(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}
