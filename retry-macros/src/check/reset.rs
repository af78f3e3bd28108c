//! A `reset_after` that no attempt reaches.

use core::time::Duration;

use crate::errors::Errors;
use crate::parse::options::{Options, Timeout};

/// Reports a `reset_after` that the `timeout` of an attempt comes before.
pub(super) fn check(options: &Options, errors: &mut Errors) {
    let literal = |timeout: &Option<Timeout>| timeout.as_ref().and_then(|timeout| timeout.literal);
    let (Some(reset), Some(after)) = (&options.reset_after, literal(&options.reset_after)) else {
        return;
    };
    if let Some(timeout) = literal(&options.timeout).filter(|timeout| is_before(*timeout, after)) {
        errors.under(
            &reset.value,
            format!("no attempt runs for {after:?}, as `timeout` ends it after {timeout:?}"),
        );
    }
}

/// A zero has an error of its own.
fn is_before(timeout: Duration, after: Duration) -> bool {
    !timeout.is_zero() && timeout < after
}
