//! Refuses values of a constant policy that are known only at run time.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Ident;

use crate::errors::Errors;
use crate::parse::function::Function;
use crate::parse::options::Options;
use crate::tokens::{binds, find};

/// Refuses values of a constant policy that depend on the call. `arguments` are the names that the
/// parameters bind.
// rustc would report "attempt to use a non-constant value in a constant", in a constant that the user
// cannot see.
pub(super) fn check(
    function: &Function,
    options: &Options,
    arguments: &[String],
    errors: &mut Errors,
) {
    let generics = &function.signature.generics;
    let is_generic = |word: &Ident| {
        generics.type_params().any(|parameter| parameter.ident == *word)
            || generics.const_params().any(|parameter| parameter.ident == *word)
    };
    let of_the_call = |value: &TokenStream| {
        find(value, &|word, is_path| {
            word == "Self"
                    || is_generic(word)
                    // `self::NAME` is a path to a module's item.
                    || (!is_path && (word == "self" || arguments.iter().any(|name| word == name))
                        && !binds(value, word))
        })
    };
    if options.policy.start.is_some() {
        for delay in &options.policy.constants {
            if let Some(word) = of_the_call(delay) {
                errors.at(
                    word.span(),
                    format!(
                        "`{word}` is not known at compile time, and a list of delays lasts as long \
                         as the program; make it a constant, or give a `&'static [Duration]`"
                    ),
                );
            }
        }
        return;
    }
    let timeout = options.timeout.as_ref().filter(|_| options.policy.fits.is_some());
    let timeout = timeout.and_then(|timeout| of_the_call(&timeout.value.to_token_stream()));
    if let Some(word) = timeout {
        errors.at(
            word.span(),
            format!(
                "`{word}` is not known at compile time, when `fits` is checked; make \
                     `timeout` a constant, or set `deadline` instead of `fits`"
            ),
        );
    }
    for value in &options.policy.expressions {
        let of_the_call = of_the_call(value);
        if let Some(word) = of_the_call {
            errors.at(
                word.span(),
                format!(
                    "`{word}` is not known at compile time, when the policy is built; build \
                         one at run time with `policy = RetryPolicy::new()…`, or keep one in a \
                         field: `policy = self.policy`"
                ),
            );
        }
    }
}
