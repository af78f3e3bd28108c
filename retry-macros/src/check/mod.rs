//! What does not go together: of the attribute alone, and with the function.

mod arguments;
pub(crate) mod combinations;
mod constants;
mod error_kind;
mod fits;
mod policy;
mod signature;
pub(crate) mod twice;

use proc_macro2::TokenStream;

use crate::errors::Errors;
use crate::parse::function::Function;
use crate::parse::options::Options;
use crate::parse::shape::Shape;

/// Reports what makes no sense whatever the function is.
pub(crate) fn options(options: &Options, errors: &mut Errors) {
    policy::check(&options.policy, errors);
    fits::check(&options.policy, options.timeout.as_ref(), errors);
}

/// Reports what makes no sense on this function. `result` is the type that an attempt results in, and
/// `arguments` are the names that the parameters bind.
pub(crate) fn function(
    function: &Function,
    shape: &Shape,
    result: Option<&TokenStream>,
    arguments: &[String],
    options: &Options,
    errors: &mut Errors,
) {
    arguments::check(options, arguments, errors);
    twice::refuse_another(function, errors);
    signature::check(function, shape, result, options, errors);
    error_kind::check(options, result, errors);
    constants::check(function, options, arguments, errors);
}
