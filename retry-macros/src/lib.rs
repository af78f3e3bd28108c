//! The macros of `retry-kit`. Depend on `retry-kit`, which re-exports them; their documentation
//! is there.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod derive;
mod errors;
mod expand;
mod parse;
mod tokens;

#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::errors::Errors;
use crate::expand::{Expansion, bindings, docs, hints};
use crate::parse::function::Function;
use crate::parse::{error_kind, function, options, shape};

// Documented where it is re-exported, so that its examples can use `retry_kit`.
#[allow(missing_docs)]
#[proc_macro_attribute]
pub fn retry(
    args: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    retry_impl(&args.into(), &item.into()).into()
}

// Documented where it is re-exported, as above.
#[allow(missing_docs)]
#[proc_macro_derive(Classify, attributes(classify))]
pub fn derive_classify(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    derive::classify(&input).into()
}

/// The function in its loop; or, if there is any mistake, all of them and the function as it was,
/// so that nothing else in the user's crate fails for the lack of it.
fn retry_impl(args: &TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = options::read(args.clone(), &mut errors);
    let mut function = match syn::parse2::<Function>(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            errors.add(function::not_a_function(item, error));
            let mistakes = errors.finish();
            return quote!(#mistakes #item);
        }
    };
    let (mut shape, attempt) = shape::find_attempt(&function, &mut errors);
    let signature = &mut function.signature;
    let arguments = bindings::read(signature, &mut shape, &attempt, &options, &mut errors);
    let hints = hints::hints(args, &options.runtime);
    function.check(&shape, attempt.result.as_ref(), &options, &mut errors);
    error_kind::refuse_kinds(&options, attempt.result.as_ref(), &mut errors);
    function.check_constants(&options, &arguments.names, &mut errors);
    if let Some(mistakes) = errors.finish() {
        return unchanged(&mistakes, item, hints);
    }
    function.hints = hints;
    let docs = docs::section(&options, &function.attributes);
    let (options, function, shape, attempt) = (&options, &function, &shape, &attempt);
    let arguments = &arguments;
    let attribute = args;
    Expansion { options, function, docs, shape, attempt, arguments, attribute }.expand()
}

/// The function as it was, with the keys for an editor to offer.
fn unchanged(
    mistakes: &TokenStream,
    item: &TokenStream,
    hints: Option<TokenStream>,
) -> TokenStream {
    let item = match syn::parse2::<Function>(item.clone()) {
        Ok(function) => Function { hints, ..function }.into_token_stream(),
        Err(_) => item.clone(),
    };
    // What only the attribute uses is not used now; that is no second mistake.
    quote!(#mistakes #[allow(unused)] #item)
}
