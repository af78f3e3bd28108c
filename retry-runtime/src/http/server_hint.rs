//! What the headers of a response say about another attempt.

use core::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode};

use super::headers::{Fields, first_of};
use super::rate_limit::{self, WithoutCount};
use super::retry_after;
use crate::policy::ErrorClass;

/// What a server says about another attempt, as [`server_hint`] finds it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerHint {
    /// How long to wait. Not clamped: that is for the policy to do, with
    /// [`retry_after_cap`](crate::RetryPolicy::retry_after_cap). Zero, also for a point in time
    /// that has passed, is no hint to a policy.
    pub retry_after: Option<Duration>,
    /// Whether to retry, whatever the status, if the server says so.
    pub retry: Option<bool>,
}

impl ServerHint {
    /// The class of a response with this hint and this status: permanent if the server does not
    /// want another attempt, throttled if it does, and otherwise the status, which the policy
    /// judges.
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

/// What the headers of a response with this status say about another attempt. Never fails and
/// never panics.
///
/// The wait is that of the first of these headers that can be read, and the next if it says zero:
///
/// | header | value | sent by |
/// |---|---|---|
/// | `retry-after-ms` | milliseconds | [Azure][azure], [OpenAI] |
/// | `x-ms-retry-after-ms` | milliseconds | [Azure][azure] |
/// | `retry-after` | seconds, whole or with a fraction, or a date; 5 s if it is neither. Of several lines, the longest | [RFC 9110 §10.2.3] |
/// | `ratelimit` | `"day";r=0;t=30`, in older versions `limit=100, remaining=0, reset=30`: seconds. Of several quotas that are used up, the one that takes longest | [draft-ietf-httpapi-ratelimit-headers][draft] |
/// | `ratelimit-reset` | as `x-ratelimit-reset`; seconds by the draft | [the draft's older versions][old-draft] |
/// | `x-ratelimit-reset-after` | seconds, whole or with a fraction | [Discord] |
/// | `x-ratelimit-reset`, `x-rate-limit-reset` | seconds, or a point in time: from 1 000 000 000 on seconds and from 100 000 000 000 on milliseconds since 1970, RFC 3339 with or without seconds, or an HTTP-date | [GitHub], [Jira]; [X], [Okta] |
/// | `x-ratelimit-reset-requests`, `-tokens` | as the last, or a duration such as `6m0s` or `20ms`; the longer, where both quotas are used up | [OpenAI] |
///
/// Those that begin with `ratelimit`, `x-ratelimit` or `x-rate-limit` count only if the status is
/// 403, 429 or 503 and the count beside them (`r`, `remaining`, `ratelimit-remaining` and so on) is
/// zero: they are sent with every response, and say nothing about a failure that has another reason.
/// With 429 and 503 they count without a count too, since the status says why the request failed. A
/// 403 mostly has another reason, and needs the count.
///
/// A proxy may fold several lines of a field into one, `120, 120`. Equal values count as one, in every
/// field; of different ones in `retry-after` and the fields in milliseconds the longest counts. A
/// number with thousands separators, `1,000`, cannot be read.
///
/// 403 is what [GitHub] answers when a quota is used up. By default it is not retried:
/// `status(default, 403)` in the attribute, or a policy, has to say so. Then a 403 with a hint is
/// retried, and one without, which means that a permission is missing, is not.
///
/// Numbers from 1 000 000 000 on are taken for points in time because that is one in 2001, before
/// any of these headers, and would be a wait of 31 years; as milliseconds, 100 000 000 000 is one in
/// 1973. Only in `retry-after`, and in `t` of `ratelimit`, a number is always a delay.
///
/// Points in time are measured against the `date` of the response, so that a local clock that is
/// wrong does not matter, or against the system's clock, if there is no such header. One that has
/// passed, and a negative number, give zero. Numbers saturate. A value longer than 128 bytes counts
/// as one that cannot be read; a line of `ratelimit`, which is a list, may have 4 KiB.
///
/// `x-should-retry: false` and `true` ([OpenAI's and Anthropic's clients][should-retry] obey it), or
/// else [`stripe-should-retry`][stripe], become [`ServerHint::retry`].
///
/// Not read: `anthropic-ratelimit-…`, beside which `retry-after` is sent; quotas by second, minute or
/// day such as `x-ratelimit-reset-minute`; and all that is in the body.
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
