//! The macros of `retry-kit`. Depend on `retry-kit`, which re-exports them; their documentation
//! is there.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod args;
mod arguments;
mod duration;
mod error;
mod expand;
mod item;
mod keys;
mod literals;
mod options;
mod policy;
mod shape;
mod tokens;

use proc_macro2::TokenStream;
use quote::quote;

use crate::error::Errors;
use crate::expand::Expansion;
use crate::item::Function;

// Documented where it is re-exported, so that its examples can use `retry_kit`.
#[allow(missing_docs)]
#[proc_macro_attribute]
pub fn retry(
    args: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    retry_impl(args.into(), &item.into()).into()
}

/// The function in its loop; or, if there is any mistake, all of them and the function as it was,
/// so that nothing else in the user's crate fails for the lack of it.
fn retry_impl(args: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = options::read(args, &mut errors);
    let expanded = match syn::parse2::<Function>(item.clone()) {
        Ok(mut function) => {
            let (mut shape, attempt) = shape::find_attempt(&function, &mut errors);
            let signature = &mut function.signature;
            let arguments = arguments::read(signature, &mut shape, &options, &mut errors);
            function.check(&shape, &options, &mut errors);
            function.check_constants(&options, &arguments.names, &mut errors);
            let expansion = Expansion {
                options: &options,
                function: &function,
                shape: &shape,
                attempt: &attempt,
                rebindings: &arguments.rebindings,
            };
            Some(expansion.expand())
        }
        Err(error) => {
            errors.add(item::not_a_function(item, error));
            None
        }
    };
    match (errors.finish(), expanded) {
        (None, Some(expanded)) => expanded,
        // What only the attribute uses is not used now; that is no second mistake.
        (mistakes, _) => quote!(#mistakes #[allow(unused)] #item),
    }
}
