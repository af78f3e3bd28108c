//! Checks `fits` if the values are literals.

use retry_runtime::__private::excess;

use crate::errors::Errors;
use crate::parse::options::Timeout;
use crate::parse::policy::Policy;

/// Refuses `fits` if the worst case has no bound, or literals show that it does not fit.
pub(super) fn check(policy: &Policy, timeout: Option<&Timeout>, errors: &mut Errors) {
    let Some(fits) = &policy.fits else { return };
    let Some(timeout) = timeout else {
        return errors.at(
            fits.key.span(),
            "`fits` needs a `timeout`: without one an attempt may take any time",
        );
    };
    if policy.is_unlimited {
        return errors.at(
            fits.key.span(),
            "`fits` cannot be combined with `max = forever`: there is no worst case; set `deadline`",
        );
    }
    if let (true, Some(timeout), Some(limit)) =
        (policy.expressions.is_empty(), timeout.literal, fits.literal)
    {
        if let Some(excess) = excess(&policy.literal, timeout, limit) {
            errors.under(&fits.value, excess.as_str());
        }
    }
}
