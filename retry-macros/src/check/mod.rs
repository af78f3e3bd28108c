//! Reports contradictions: in the attribute alone, and between attribute and function.

mod arguments;
mod attempt;
pub(crate) mod combinations;
mod constants;
mod error_kind;
mod fits;
mod policy;
mod reset;
mod signature;
mod transactions;
pub(crate) mod twice;

use crate::errors::Errors;
use crate::parse::function::Function;
use crate::parse::options::Options;
use crate::parse::parameters::Parameters;
use crate::parse::shape::{Attempt, Shape};

/// Reports contradictions in the attribute alone.
pub(crate) fn options(options: &Options, errors: &mut Errors) {
    policy::check(&options.policy, errors);
    fits::check(&options.policy, options.timeout.as_ref(), errors);
    reset::check(options, errors);
}

/// Reports options that do not suit this function.
pub(crate) fn function(
    function: &Function,
    (shape, attempt): (&Shape, &Attempt),
    parameters: &Parameters,
    options: &Options,
    errors: &mut Errors,
) {
    // The bindings of an earlier expansion would be reported as mistakes.
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
