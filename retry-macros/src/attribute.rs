//! `#[retry]`: reads the attribute and the function, checks them, and expands them.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::check;
use crate::errors::Errors;
use crate::expand::bindings::Arguments;
use crate::expand::{Expansion, docs, hints};
use crate::parse::function::Function;
use crate::parse::parameters::Parameters;
use crate::parse::{arguments, function, options, shape};

/// Expands the function into its loop. With mistakes, returns all of them and the function
/// unchanged: a missing function would cause more errors in the user's crate.
pub(crate) fn expand(args: &TokenStream, item: &TokenStream) -> TokenStream {
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
