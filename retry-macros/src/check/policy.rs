//! Values of a policy that contradict each other.

use core::time::Duration;

use proc_macro2::Span;
use retry_runtime::{Backoff, PolicyError};
use syn::Ident;

use crate::errors::Errors;
use crate::parse::policy::{Policy, Set};

/// Reports values that contradict each other.
pub(super) fn check(policy: &Policy, errors: &mut Errors) {
    if let (Some(factor), Some((word, backoff))) = (&policy.factor, &policy.backoff) {
        if !matches!(backoff, Backoff::Exponential | Backoff::Decorrelated) {
            errors.at(
                factor.span(),
                format!("`factor` has no meaning with `backoff = {word}`: leave one out"),
            );
        }
    }
    if let (Some((word, Backoff::Custom(_))), Some(throttled)) =
        (&policy.backoff, policy.throttled_base.as_ref().or(policy.throttled_cap.as_ref()))
    {
        errors.at(
            throttled.key.span(),
            format!("`throttled` has no meaning with `backoff = {word}`: leave one out"),
        );
    }
    let is_literal = |set: &Option<Set>| set.as_ref().is_none_or(|set| set.is_literal);
    let pair = policy.literal.try_build().err();
    if let (Some(PolicyError::JitterOnDecorrelated), Some(jitter)) = (pair, &policy.jitter) {
        errors.at(jitter.span(), "decorrelated backoff is its own jitter: leave `jitter` out");
    }
    let has_literals = policy.start.is_none() && policy.expressions.is_empty();
    if let (true, Some(pair @ PolicyError::DeadlineTooShort { .. })) = (has_literals, pair) {
        let fits = policy.fits.as_ref().map(|fits| &fits.key);
        let key = policy.deadline.as_ref().or(fits).map_or_else(Span::call_site, Ident::span);
        errors.at(key, pair);
    }
    // With `policy = …`, base and cap may come from that policy; then `min(base, cap)` applies.
    let is_comparable =
        policy.start.is_none() && is_literal(&policy.base) && is_literal(&policy.cap);
    if let (true, Some(PolicyError::BaseAboveCap { base, cap })) = (is_comparable, pair) {
        refuse_base_above_cap(policy, base, cap, errors);
    }
    let is_comparable =
        is_comparable && is_literal(&policy.throttled_base) && is_literal(&policy.throttled_cap);
    if let (true, Some(PolicyError::ThrottledBaseAboveCap { base, cap })) = (is_comparable, pair) {
        refuse_throttled_base_above_cap(policy, base, cap, errors);
    }
}

fn refuse_throttled_base_above_cap(
    policy: &Policy,
    base: Duration,
    cap: Duration,
    errors: &mut Errors,
) {
    match (&policy.throttled_base, &policy.throttled_cap) {
        (Some(set), None) => errors.at(
            set.key.span(),
            format!(
                "`base` ({base:?}) is above the cap of {cap:?}; set `cap` in `throttled` as well"
            ),
        ),
        (None, Some(set)) => errors.at(
            set.key.span(),
            format!(
                "`cap` ({cap:?}) is below the base of {base:?}; set `base` in `throttled` as well"
            ),
        ),
        (_, set) => errors.at(
            set.as_ref().map_or_else(Span::call_site, |set| set.key.span()),
            format!("`cap` ({cap:?}) is below `base` ({base:?})"),
        ),
    }
}

fn refuse_base_above_cap(policy: &Policy, base: Duration, cap: Duration, errors: &mut Errors) {
    let key = |set: &Option<Set>| set.as_ref().map(|set| set.key.span());
    let (span, message) = match (key(&policy.base), key(&policy.cap)) {
        (Some(span), None) => (
            span,
            format!("`base` ({base:?}) is above the default cap of {cap:?}; set `cap` as well"),
        ),
        (None, Some(span)) => (
            span,
            format!("`cap` ({cap:?}) is below the default base of {base:?}; set `base` as well"),
        ),
        (_, span) => (
            span.unwrap_or_else(Span::call_site),
            format!("`cap` ({cap:?}) is below `base` ({base:?})"),
        ),
    };
    errors.at(span, message);
}
