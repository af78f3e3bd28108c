//! Functions without a recognisable attempt.

use proc_macro2::{Group, TokenTree};
use syn::ReturnType;

use crate::errors::Errors;
use crate::parse::function::Function;
use crate::parse::future_type::is_future;
use crate::parse::shape::Shape;

/// Reports a function that looks blocking but returns a future or runs one.
pub(super) fn check(function: &Function, shape: &Shape, errors: &mut Errors) {
    let ReturnType::Type(_, output) = &function.signature.output else { return };
    if !matches!(shape, Shape::Blocking) {
        return;
    }
    if is_future(output) {
        errors.under(
            output,
            "`#[retry]` cannot find the attempt: end the function with \
             `Box::pin(async move { … })` or `async move { … }`, or make it an `async fn`",
        );
    } else if is_made_by_tokio(&function.body) {
        errors.at(
            function.signature.fn_token.span,
            "another attribute already makes this function run a whole runtime; put `#[retry]` \
             above it",
        );
    }
}

/// Whether a body was made by `#[tokio::main]` or `#[tokio::test]`: `let body = async …`.
fn is_made_by_tokio(body: &Group) -> bool {
    let words = ["let", "body", "=", "async"];
    let mut tokens = body.stream().into_iter();
    words.iter().all(|word| match tokens.next() {
        Some(TokenTree::Ident(found)) => found == word,
        Some(TokenTree::Punct(found)) => found.as_char() == '=' && *word == "=",
        _ => false,
    })
}
