//! The macros of `retry-kit`.
//!
//! Depend on `retry-kit` instead: it re-exports and documents them.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod check;
mod derive;
mod errors;
mod expand;
mod parse;
mod tokens;

#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};

use crate::errors::Errors;
use crate::expand::bindings::Arguments;
use crate::expand::{Expansion, docs, hints};
use crate::parse::function::Function;
use crate::parse::parameters::Parameters;
use crate::parse::{arguments, function, options, shape};

// Documented at its re-export, so that its examples can use `retry_kit`.
#[allow(missing_docs)]
#[proc_macro_attribute]
pub fn retry(
    args: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    let item = item.into();
    guarded("#[retry]", &item, || retry_impl(&args.into(), &item)).into()
}

// Documented at its re-export, as above.
#[allow(missing_docs)]
#[proc_macro_derive(Classify, attributes(classify))]
pub fn derive_classify(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    // A derive does not repeat the type: the compiler keeps it.
    let kept = TokenStream::new();
    guarded("#[derive(Classify)]", &kept, || match syn::parse(input) {
        Ok(input) => derive::classify(&input),
        Err(error) => error.to_compile_error(),
    })
    .into()
}

/// Returns the result of `expand`. If that panics, returns `item` unchanged and an error that asks
/// for a report: a missing function would cause more errors in the user's crate.
fn guarded(
    macro_name: &str,
    item: &TokenStream,
    expand: impl FnOnce() -> TokenStream,
) -> TokenStream {
    let panic = match catch_unwind(AssertUnwindSafe(expand)) {
        Ok(expanded) => return expanded,
        Err(panic) => panic,
    };
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    let message = format!(
        "`{macro_name}` panicked: {text}\nthis is a bug in retry-kit; please report it with this item at \
         {}/issues",
        env!("CARGO_PKG_REPOSITORY")
    );
    let mistake = syn::Error::new(Span::call_site(), message).to_compile_error();
    quote!(#item #mistake)
}

/// Expands the function into its loop. With mistakes, returns all of them and the function
/// unchanged: a missing function would cause more errors in the user's crate.
fn retry_impl(args: &TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let arguments = arguments::parse(args.clone(), &mut errors);
    check::combinations::check(&arguments, &mut errors);
    let options = options::read(arguments, &mut errors);
    check::options(&options, &mut errors);
    let mut function = match syn::parse2::<Function>(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            errors.add(function::not_a_function(item, error));
            let mistakes = errors.finish();
            return quote!(#item #mistakes);
        }
    };
    let (mut shape, attempt) = shape::find_attempt(&function);
    let parameters = Parameters::read(&mut function.signature, &mut shape, &attempt);
    check::function(&function, (&shape, &attempt), &parameters, &options, &mut errors);
    let hints = hints::hints(args, &options.runtime);
    if let Some(mistakes) = errors.finish() {
        return unchanged(&mistakes, item, hints);
    }
    let arguments = Arguments::of(&parameters, &attempt, &function.signature, &options);
    arguments.take_mut(&mut function.signature, &mut shape);
    function.hints = hints;
    let docs = docs::section(&options, &function.attributes);
    let (options, function, shape, attempt) = (&options, &function, &shape, &attempt);
    let arguments = &arguments;
    let attribute = args;
    Expansion { options, function, docs, shape, attempt, arguments, attribute }.expand()
}

/// Returns the function unchanged, with the keys that an editor offers. The mistakes come after it:
/// rust-analyzer completes in the first item of an expansion.
fn unchanged(
    mistakes: &TokenStream,
    item: &TokenStream,
    hints: Option<TokenStream>,
) -> TokenStream {
    let item = match syn::parse2::<Function>(item.clone()) {
        Ok(function) => Function { hints, ..function }.into_token_stream(),
        Err(_) => item.clone(),
    };
    // Items that only the attribute uses are unused now, which is not another mistake.
    quote!(#[allow(unused)] #item #mistakes)
}
