//! What does not go together: of the attribute alone, and with the function.

mod arguments;
mod attempt;
pub(crate) mod combinations;
mod constants;
mod error_kind;
mod fits;
mod policy;
mod signature;
mod transactions;
pub(crate) mod twice;

use crate::errors::Errors;
use crate::parse::function::Function;
use crate::parse::options::Options;
use crate::parse::parameters::Parameters;
use crate::parse::shape::{Attempt, Shape};

/// Reports what makes no sense whatever the function is.
pub(crate) fn options(options: &Options, errors: &mut Errors) {
    policy::check(&options.policy, errors);
    fits::check(&options.policy, options.timeout.as_ref(), errors);
}

/// Reports what makes no sense on this function.
pub(crate) fn function(
    function: &Function,
    (shape, attempt): (&Shape, &Attempt),
    parameters: &Parameters,
    options: &Options,
    errors: &mut Errors,
) {
    // What an expansion binds is no mistake of the user's.
    if twice::is_expanded(attempt, errors) {
        return;
    }
    let result = attempt.result.as_ref();
    attempt::check(function, shape, errors);
    arguments::check(options, parameters, errors);
    transactions::check(function, errors);
    twice::refuse_another(function, errors);
    signature::check(function, shape, result, options, errors);
    error_kind::check(options, result, errors);
    constants::check(function, options, &parameters.names(), errors);
}
