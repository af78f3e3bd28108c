//! Reads hints about another attempt from the headers of a response.

use core::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode};

use super::headers::{Fields, first_of};
use super::rate_limit::{self, WithoutCount};
use super::retry_after;
use crate::policy::ErrorClass;

/// What a server asks for after a failure; read by [`server_hint`].
///
/// ```
/// use retry_kit::ServerHint;
///
/// assert_eq!(ServerHint::default().retry_after, None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerHint {
    /// The wait the server asks for, if any. Not clamped; the policy does that with
    /// [`retry_after_cap`](crate::RetryPolicy::retry_after_cap). Zero, also from a point in time that has
    /// passed, does not change a wait.
    pub retry_after: Option<Duration>,
    /// Whether the server wants a retry, whatever the status; `None` if it does not say.
    pub retry: Option<bool>,
}

impl ServerHint {
    /// Returns the class of a response with this hint and this status.
    ///
    /// It is permanent if the server refuses another attempt, and throttled if the server asks for
    /// one. Otherwise it is the status, which the policy judges.
    ///
    /// ```
    /// use std::time::Duration;
    /// use http::{HeaderMap, HeaderValue, StatusCode};
    /// use retry_kit::{ErrorClass, server_hint};
    ///
    /// let mut headers = HeaderMap::new();
    /// headers.insert("retry-after", HeaderValue::from_static("7"));
    /// let class = |headers: &HeaderMap, status| server_hint(headers, status).class(status);
    ///
    /// let retry_after = Some(Duration::from_secs(7));
    /// let status = StatusCode::INTERNAL_SERVER_ERROR;
    /// assert_eq!(class(&headers, status), ErrorClass::Status { code: 500, retry_after });
    ///
    /// headers.insert("x-should-retry", HeaderValue::from_static("true"));
    /// assert_eq!(class(&headers, status), ErrorClass::Throttled { retry_after });
    ///
    /// headers.insert("x-should-retry", HeaderValue::from_static("false"));
    /// assert_eq!(class(&headers, status), ErrorClass::Permanent);
    /// ```
    #[must_use]
    pub fn class(self, status: StatusCode) -> ErrorClass {
        let Self { retry_after, retry } = self;
        match retry {
            Some(false) => ErrorClass::Permanent,
            Some(true) => ErrorClass::Throttled { retry_after },
            None => ErrorClass::Status { code: status.as_u16(), retry_after },
        }
    }
}

/// Reads hints about another attempt from the headers of a response. Never fails and never panics.
///
/// The wait comes from the first of these headers that is readable and not zero:
///
/// | header | value | sent by |
/// |---|---|---|
/// | `retry-after-ms` | milliseconds | [Azure][azure], [OpenAI] |
/// | `x-ms-retry-after-ms` | milliseconds | [Azure][azure] |
/// | `retry-after` | seconds, whole or with a fraction, or a date; 5 s if neither. The longest of several lines | [RFC 9110 §10.2.3] |
/// | `ratelimit` | `"day";r=0;t=30`, in older versions `limit=100, remaining=0, reset=30`: seconds. The longest of several used-up quotas | [draft-ietf-httpapi-ratelimit-headers][draft] |
/// | `ratelimit-reset` | like `x-ratelimit-reset`; seconds in the draft | [the draft's older versions][old-draft] |
/// | `x-ratelimit-reset-after` | seconds, whole or with a fraction | [Discord] |
/// | `x-ratelimit-reset`, `x-rate-limit-reset` | seconds, or a point in time: from 1 000 000 000 on seconds and from 100 000 000 000 on milliseconds since 1970, RFC 3339 with or without seconds, or an HTTP-date | [GitHub], [Jira]; [X], [Okta] |
/// | `x-ratelimit-reset-requests`, `-tokens` | like the last, or a duration such as `6m0s` or `20ms`; the longer one if both quotas are used up | [OpenAI] |
///
/// Servers send the `ratelimit`, `x-ratelimit` and `x-rate-limit` headers with every response, so these
/// count only if they explain the failure. The status must be 403, 429 or 503, and the count beside the
/// header (`r`, `remaining`, `ratelimit-remaining` and so on) must be zero. With 429 and 503 the count may
/// be missing. A 403 usually has another reason, so it needs the count.
///
/// A proxy may fold several lines of a field into one, `120, 120`. Equal values count as one, in every
/// field. If they differ, the longest counts in `retry-after` and in the fields in milliseconds. A number
/// with thousands separators, `1,000`, is unreadable.
///
/// [GitHub] answers 403 when a quota is used up. A policy does not retry 403 by default; add it with
/// `status(default, 403)`. A 403 with a hint is then retried. A 403 without one means that a permission
/// is missing, and is not retried.
///
/// A number from 1 000 000 000 on is a point in time. As a delay it would be 31 years; as seconds since
/// 1970 it is September 2001, before any of these headers existed. From 100 000 000 000 on, it counts
/// milliseconds since 1970. A number in `retry-after`, or in `t` of `ratelimit`, is always a delay.
///
/// Points in time are measured against the `date` of the response, so a wrong local clock does not
/// matter. Without that header they are measured against the system's clock. A point in time that has
/// passed, and a negative number, give zero. Numbers saturate. A value longer than 128 bytes is
/// unreadable; a line of `ratelimit`, which is a list, may have 4 KiB.
///
/// [`ServerHint::retry`] comes from `x-should-retry: true` or `false`, which [OpenAI's and Anthropic's
/// clients][should-retry] obey. If that is missing, it comes from [`stripe-should-retry`][stripe].
///
/// Not read: `anthropic-ratelimit-…`, which comes with a `retry-after`; quotas by second, minute or day
/// such as `x-ratelimit-reset-minute`; and the body.
///
/// ```
/// use std::time::Duration;
/// use http::{HeaderMap, HeaderValue, StatusCode};
/// use retry_kit::server_hint;
///
/// let mut headers = HeaderMap::new();
/// headers.insert("date", HeaderValue::from_static("Fri, 31 Dec 1999 23:59:00 GMT"));
/// headers.insert("retry-after", HeaderValue::from_static("Fri, 31 Dec 1999 23:59:59 GMT"));
/// let hint = server_hint(&headers, StatusCode::SERVICE_UNAVAILABLE);
/// assert_eq!(hint.retry_after, Some(Duration::from_secs(59)));
/// assert_eq!(hint.retry, None);
/// ```
///
/// [azure]: https://github.com/Azure/azure-sdk-for-rust/pull/1517
/// [RFC 9110 §10.2.3]: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
/// [draft]: https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
/// [old-draft]: https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-06
/// [GitHub]: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
/// [Jira]: https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
/// [Discord]: https://discord.com/developers/docs/topics/rate-limits
/// [X]: https://docs.x.com/x-api/fundamentals/rate-limits
/// [Okta]: https://developer.okta.com/docs/reference/rl-best-practices/
/// [stripe]: https://docs.stripe.com/error-low-level
/// [OpenAI]: https://platform.openai.com/docs/guides/rate-limits
/// [should-retry]: https://github.com/openai/openai-python/blob/main/src/openai/_base_client.py
#[must_use]
pub fn server_hint(headers: &HeaderMap, status: StatusCode) -> ServerHint {
    let quota = match status {
        StatusCode::FORBIDDEN => Some(WithoutCount::Unknown),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            Some(WithoutCount::UsedUp)
        }
        _ => None,
    };
    let fields = Fields(headers);
    let lines = headers.get_all("retry-after").into_iter().map(HeaderValue::as_bytes);
    let retry_after = first_of([
        fields.millis("retry-after-ms"),
        fields.millis("x-ms-retry-after-ms"),
        retry_after::longest(lines, || fields.now()),
        quota.and_then(|without_count| rate_limit::wait(fields, without_count)),
    ]);
    let retry = fields.wish("x-should-retry").or_else(|| fields.wish("stripe-should-retry"));
    ServerHint { retry_after, retry }
}

#[cfg(test)]
mod tests;
