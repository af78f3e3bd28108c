//! What kind of function it is, and where in it the attempt stands.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::Parser;
use syn::{
    Block, GenericArgument, PathArguments, PathSegment, ReturnType, Stmt, Type, TypeParamBound,
};

use crate::errors::Errors;
use crate::parse::arguments::is_empty;
use crate::parse::function::Function;
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

/// What stands around the attempt in a function that returns a future.
///
/// By hand that is `before; Box::pin(async move { attempt })`, `before; async move { attempt }` or
/// `before; async move { attempt }.boxed()`.
/// `#[async_trait]` leaves behind
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

/// How a future gets into its box.
enum Boxing {
    Unboxed,
    /// The parentheses of `Box::pin(…)`.
    Call(Group),
    /// `.boxed()`
    Method(Box<[TokenTree]>),
}

impl Frame {
    /// The body of the function with `attempts` where the attempt was.
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

/// The attempt: its tokens in braces, and what it results in, if that is written anywhere.
pub(crate) struct Attempt {
    pub(crate) body: Group,
    pub(crate) result: Option<TokenStream>,
}

impl Attempt {
    /// The first and the last token of the result type; where there is none, the function's name.
    pub(crate) fn result_span(&self, function: &Function) -> (Span, Span) {
        let mut tokens = self.result.clone().into_iter().flatten();
        let name = || function.signature.ident.span();
        let first = tokens.next().map_or_else(name, |token| token.span());
        (first, tokens.last().map_or(first, |token| token.span()))
    }
}

/// Finds the attempt in `function`.
pub(crate) fn find_attempt(function: &Function, errors: &mut Errors) -> (Shape, Attempt) {
    let ReturnType::Type(_, output) = &function.signature.output else {
        let shape =
            if function.signature.asyncness.is_some() { Shape::Async } else { Shape::Blocking };
        return (shape, Attempt { body: function.body.clone(), result: None });
    };
    let whole = || Attempt { body: function.body.clone(), result: Some(output.to_token_stream()) };
    if function.signature.asyncness.is_some() {
        return (Shape::Async, whole());
    }
    let Some(tail) = Tail::of(&function.body) else {
        if is_future(output) {
            errors.under(
                output,
                "`#[retry]` does not see the attempt: end the function in \
                 `Box::pin(async move { … })` or `async move { … }`, or make it an `async fn`",
            );
        } else if is_made_by_tokio(&function.body) {
            errors.at(
                function.signature.fn_token.span,
                "another attribute has already made this function run a whole runtime; write \
                 `#[retry]` above it",
            );
        }
        return (Shape::Blocking, whole());
    };
    tail.split(output_of(output))
}

/// Whether a body is what `#[tokio::main]` and `#[tokio::test]` make: `let body = async …`.
fn is_made_by_tokio(body: &Group) -> bool {
    let tokens: Vec<TokenTree> = body.stream().into_iter().take(4).collect();
    is_word(tokens.first(), "let")
        && is_word(tokens.get(1), "body")
        && is_word(tokens.get(3), "async")
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

/// What `#[async_trait]` puts around the attempt inside the `async` block.
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

/// Whether a type is plainly a future: `impl Future`, a box of `dyn Future`, `BoxFuture` or another
/// name that says so.
fn is_future(ty: &Type) -> bool {
    let is_bound = |bound: &TypeParamBound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last().is_some_and(names_a_future),
        _ => false,
    };
    match ty {
        Type::Group(group) => is_future(&group.elem),
        Type::Paren(paren) => is_future(&paren.elem),
        Type::ImplTrait(bounds) => bounds.bounds.iter().any(is_bound),
        Type::TraitObject(bounds) => bounds.bounds.iter().any(is_bound),
        Type::Path(path) => path.path.segments.last().is_some_and(|segment| {
            let is_pointer = segment.ident == "Pin" || segment.ident == "Box";
            names_a_future(segment)
                || is_pointer && type_arguments(&segment.arguments).any(is_future)
        }),
        _ => false,
    }
}

fn names_a_future(segment: &PathSegment) -> bool {
    segment.ident.to_string().ends_with("Future")
}

/// The output of a type that is plainly a future.
fn output_of(ty: &Type) -> Option<TokenStream> {
    match ty {
        Type::Group(group) => output_of(&group.elem),
        Type::Paren(paren) => output_of(&paren.elem),
        Type::ImplTrait(bounds) => bounds.bounds.iter().find_map(output_of_bound),
        Type::TraitObject(bounds) => bounds.bounds.iter().find_map(output_of_bound),
        Type::Path(path) => {
            let segment = path.path.segments.last()?;
            let types = || type_arguments(&segment.arguments);
            // Of other aliases nobody knows what the arguments are.
            if segment.ident == "BoxFuture" || segment.ident == "LocalBoxFuture" {
                return types().last().map(ToTokens::to_token_stream);
            }
            types().find_map(output_of)
        }
        _ => None,
    }
}

fn type_arguments(arguments: &PathArguments) -> impl Iterator<Item = &Type> {
    let arguments = match arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    };
    arguments.into_iter().flatten().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

fn output_of_bound(bound: &TypeParamBound) -> Option<TokenStream> {
    let TypeParamBound::Trait(bound) = bound else { return None };
    let segment = bound.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(output) if output.ident == "Output" => {
            Some(output.ty.to_token_stream())
        }
        _ => None,
    })
}
