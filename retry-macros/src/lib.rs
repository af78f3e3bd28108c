//! The macros of `retry-kit`. Depend on `retry-kit`, which re-exports them; their documentation
//! is there.

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

// Documented where it is re-exported, so that its examples can use `retry_kit`.
#[allow(missing_docs)]
#[proc_macro_attribute]
pub fn retry(
    args: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    let item = item.into();
    guarded("#[retry]", &item, || retry_impl(&args.into(), &item)).into()
}

// Documented where it is re-exported, as above.
#[allow(missing_docs)]
#[proc_macro_derive(Classify, attributes(classify))]
pub fn derive_classify(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    // The compiler keeps the type itself.
    let kept = TokenStream::new();
    guarded("#[derive(Classify)]", &kept, || match syn::parse(input) {
        Ok(input) => derive::classify(&input),
        Err(error) => error.to_compile_error(),
    })
    .into()
}

/// What `expand` makes; if it panics, `item` unchanged and an error that asks for a report, so that
/// nothing else in the user's crate fails for the lack of the function.
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

/// The function in its loop; or, if there is any mistake, all of them and the function unchanged,
/// so that nothing else in the user's crate fails for the lack of it.
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

/// The function unchanged, with the keys for an editor to offer. The mistakes stand behind it:
/// rust-analyzer completes in the first item that a macro leaves.
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
    quote!(#[allow(unused)] #item #mistakes)
}
