//! Checks the attribute against the signature of the function.

use proc_macro2::{TokenStream, TokenTree};
use syn::ReturnType;

use crate::errors::Errors;
use crate::parse::arguments::is_empty;
use crate::parse::function::Function;
use crate::parse::options::Options;
use crate::parse::shape::Shape;
use crate::tokens::visible;

/// Reports functions that cannot be retried, and keys that do not suit them.
pub(super) fn check(
    function: &Function,
    shape: &Shape,
    result: Option<&TokenStream>,
    options: &Options,
    errors: &mut Errors,
) {
    let signature = &function.signature;
    if let Some(constant) = &signature.constness {
        errors.under(constant, "`#[retry]` cannot wait in a `const fn`; remove `const`");
    }
    let is_unit = result.is_some_and(is_unit);
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
            "`sleep` returns a future, but this function is not async and waits by blocking its \
                 thread; remove `sleep`, or make the function `async`",
        ),
        (Shape::Blocking, None) => {
            if let Some(fits) = &options.policy.fits {
                errors.at(
                    fits.key.span(),
                    "`fits` needs a `timeout`, but this function is not async and cannot be \
                         interrupted; set `deadline`, or make the function `async`",
                );
            }
            let timeout = options.timeout.as_ref().map(|timeout| &timeout.key);
            let before_retry = options.before_retry.as_ref();
            if let Some(timeout) = timeout {
                errors.at(
                    timeout.span(),
                    "`timeout` drops a future, but this function is not async and cannot be \
                         interrupted; remove `timeout`, or make the function `async`",
                );
            }
            if let Some(before_retry) = before_retry {
                errors.under(
                    before_retry,
                    "`before_retry` returns a future, but this function is not async; remove \
                         `before_retry`, or make the function `async`",
                );
            }
        }
        (Shape::Async | Shape::Future(_), _) => {}
    }
}

fn is_unit(result: &TokenStream) -> bool {
    let mut tokens = result.clone().into_iter().map(visible);
    let first = tokens.next();
    matches!((first, tokens.next()), (Some(TokenTree::Group(group)), None) if is_empty(&group))
}
