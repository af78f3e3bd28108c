//! The macros of `retry-kit`.
//!
//! Depend on `retry-kit` instead: it re-exports and documents them.

#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![allow(clippy::large_enum_variant, reason = "there is one value for each expansion")]

mod attribute;
mod check;
mod derive;
mod errors;
mod expand;
mod parse;
mod tokens;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::{Span, TokenStream};
use quote::quote;

// Documented at its re-export, so that its examples can use `retry_kit`.
#[allow(missing_docs)]
#[proc_macro_attribute]
pub fn retry(
    args: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    let item = item.into();
    guarded("#[retry]", &item, || attribute::expand(&args.into(), &item)).into()
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
