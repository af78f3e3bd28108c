//! Sets of retryable HTTP statuses.

use core::fmt;
use core::ops::RangeInclusive;

const FIRST: u16 = 200;
const LAST: u16 = 599;
/// 320 to 399 are not assigned, and 1xx are not final, so they take no bits: otherwise a policy, which many futures
/// hold, would not fit into 120 bytes.
const GAP: u16 = 320;
const AFTER_GAP: u16 = 400;
const WORDS: usize = 5;

/// A set of HTTP status codes, such as those a policy retries.
///
/// It can contain 200 to 319 and 400 to 599. 1xx are interim, and 320 to 399 are not assigned ([RFC
/// 9110 §15]).
///
/// A policy retries an error if its status is in the set, see
/// [`RetryPolicy::status`](crate::RetryPolicy::status). 403 Forbidden needs a server hint as well:
/// it usually means "not you", which no retry changes, but GitHub and others send it when a quota
/// is used up.
///
/// An `http::StatusCode`, a `reqwest::Error` and an error with `#[classify(status = FIELD)]` never carry
/// a hint, so a 403 from them is never retried. To retry it, return an `HttpError`, declare the hint with
/// `#[classify(status(FIELD, retry_after = FIELD))]`, or decide with `when = …`.
///
/// In the attribute, `default` and `transient` inside `status(…)` always name these sets, never a local
/// variable.
///
/// ```
/// use retry_kit::StatusSet;
///
/// const GATEWAY: StatusSet = StatusSet::EMPTY.with(429).with_range(502..=504);
/// assert!(GATEWAY.contains(503));
/// assert!(!GATEWAY.contains(500));
/// assert_eq!(GATEWAY.to_string(), "429, 502–504");
/// ```
///
/// [RFC 9110 §15]: https://www.rfc-editor.org/rfc/rfc9110#section-15
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct StatusSet([u64; WORDS]);

impl StatusSet {
    /// The empty set: an error with a status is never retried.
    pub const EMPTY: Self = Self([0; WORDS]);

    /// 429 Too Many Requests, 503 Service Unavailable, 504 Gateway Timeout: the default.
    ///
    /// 408, 500 and 502 are not in it, because a server that answers them may have acted on the request;
    /// add them if repeating the request is safe.
    pub const DEFAULT: Self = Self::EMPTY.with(429).with(503).with(504);

    /// Every status that may be temporary: `status(transient)` in the attribute.
    ///
    /// Use it for requests that are safe to repeat: `GET`, `PUT`, `DELETE`, or `POST` with an idempotency
    /// key. A server that answers 408, 500, 502, 504, 520 or 524 may have acted on the request.
    ///
    /// | code | means | why another attempt may succeed |
    /// |---|---|---|
    /// | 408 | Request Timeout ([RFC 9110 §15.5.9]) | the server gave up waiting for the request, and invites the client to repeat it |
    /// | 425 | Too Early ([RFC 8470 §5.2]) | the request came in the first bytes of a TLS connection; a moment later the server accepts it |
    /// | 429 | Too Many Requests ([RFC 6585 §4]) | the quota refills |
    /// | 500 | Internal Server Error | often only one instance fails, or only for a moment |
    /// | 502 | Bad Gateway | an instance behind the balancer is down or restarts; the next request gets another |
    /// | 503 | Service Unavailable | overload or maintenance, by definition temporary |
    /// | 504 | Gateway Timeout | an instance behind the balancer was too slow |
    /// | 520 | [Cloudflare]: unknown error | the origin reset the connection, or its answer was not HTTP |
    /// | 521 | Cloudflare: web server is down | the origin refused the connection |
    /// | 522 | Cloudflare: connection timed out | the origin did not accept the connection in time |
    /// | 523 | Cloudflare: origin is unreachable | there was no route to the origin |
    /// | 524 | Cloudflare: a timeout occurred | the origin accepted the request and did not answer in time |
    /// | 529 | site is overloaded ([Anthropic]) | overload |
    /// | 530 | Cloudflare: an error with a code of its own, 1XXX | usually the name of the origin, or its tunnel, cannot be resolved at the moment |
    ///
    /// Not in the set: 501, 505, 507, 508 and 511, which do not go away by themselves, and 525 and 526,
    /// where the origin's certificate is at fault.
    ///
    /// ```
    /// use retry_kit::StatusSet;
    ///
    /// assert_eq!("transient".parse(), Ok(StatusSet::TRANSIENT));
    /// assert_eq!(
    ///     StatusSet::TRANSIENT.to_string(),
    ///     "408, 425, 429, 500, 502–504, 520–524, 529, 530",
    /// );
    /// ```
    ///
    /// [RFC 9110 §15.5.9]: https://www.rfc-editor.org/rfc/rfc9110#section-15.5.9
    /// [RFC 8470 §5.2]: https://www.rfc-editor.org/rfc/rfc8470#section-5.2
    /// [RFC 6585 §4]: https://www.rfc-editor.org/rfc/rfc6585#section-4
    /// [Cloudflare]: https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/
    /// [Anthropic]: https://docs.anthropic.com/en/api/errors
    pub const TRANSIENT: Self = Self::DEFAULT
        .with(408)
        .with(425)
        .with(500)
        .with(502)
        .with_range(520..=524)
        .with_range(529..=530);

    /// Returns this set with `code` added.
    ///
    /// ```
    /// use retry_kit::StatusSet;
    ///
    /// assert_eq!(StatusSet::DEFAULT.with(408).to_string(), "408, 429, 503, 504");
    /// ```
    ///
    /// # Panics
    ///
    /// If `code` is not from 200 to 319 or from 400 to 599; in a `const` that is a compile error.
    #[must_use]
    pub const fn with(self, code: u16) -> Self {
        self.with_range(code..=code)
    }

    /// Returns this set with every code of `codes` added.
    ///
    /// ```
    /// use retry_kit::StatusSet;
    ///
    /// assert_eq!(StatusSet::EMPTY.with_range(500..=599).to_string(), "500–599");
    /// ```
    ///
    /// # Panics
    ///
    /// If the range is empty, or an end of it is not from 200 to 319 or from 400 to 599; in a
    /// `const` that is a compile error.
    #[must_use]
    pub const fn with_range(self, codes: RangeInclusive<u16>) -> Self {
        match self.try_with_range(codes) {
            Some(set) => set,
            None => panic!(
                "an HTTP status is a number from 200 to 599, except 320 to 399, and a range goes upwards"
            ),
        }
    }

    /// Returns this set with every code of `other` added.
    ///
    /// ```
    /// use retry_kit::StatusSet;
    ///
    /// const OURS: StatusSet = StatusSet::EMPTY.with(409).union(StatusSet::DEFAULT);
    /// assert_eq!(OURS, StatusSet::DEFAULT.with(409));
    /// ```
    #[must_use]
    pub const fn union(mut self, other: Self) -> Self {
        let mut word = 0;
        while word < WORDS {
            self.0[word] |= other.0[word];
            word += 1;
        }
        self
    }

    /// Returns this set with `code` added, for values read at run time; `None` if [`with`](Self::with) would
    /// panic.
    ///
    /// ```
    /// use retry_kit::StatusSet;
    ///
    /// assert_eq!(StatusSet::EMPTY.try_with(503), Some(StatusSet::EMPTY.with(503)));
    /// assert_eq!(StatusSet::EMPTY.try_with(600), None);
    /// ```
    #[must_use]
    pub const fn try_with(self, code: u16) -> Option<Self> {
        self.try_with_range(code..=code)
    }

    /// Returns this set with every code of `codes` added; `None` if
    /// [`with_range`](Self::with_range) would panic.
    ///
    /// ```
    /// use retry_kit::StatusSet;
    ///
    /// assert_eq!(StatusSet::EMPTY.try_with_range(500..=600), None);
    /// ```
    #[must_use]
    pub const fn try_with_range(mut self, codes: RangeInclusive<u16>) -> Option<Self> {
        let (mut code, last) = (*codes.start(), *codes.end());
        if code > last || Self::place(code).is_none() || Self::place(last).is_none() {
            return None;
        }
        while code <= last {
            if let Some((word, bit)) = Self::place(code) {
                self.0[word] |= bit;
            }
            code += 1;
        }
        Some(self)
    }

    /// Tells whether `code` is in the set; `false` for any number that is not a status.
    ///
    /// ```
    /// use retry_kit::StatusSet;
    ///
    /// assert!(StatusSet::DEFAULT.contains(503));
    /// assert!(!StatusSet::DEFAULT.contains(9_999));
    /// ```
    #[must_use]
    pub const fn contains(&self, code: u16) -> bool {
        match Self::place(code) {
            Some((word, bit)) => self.0[word] & bit != 0,
            None => false,
        }
    }

    /// One bit for each status.
    #[cfg(feature = "sites")]
    pub(super) const fn bits(self) -> [u64; WORDS] {
        self.0
    }

    #[cfg(feature = "sites")]
    pub(super) const fn of_bits(bits: [u64; WORDS]) -> Self {
        Self(bits)
    }

    /// The codes in order, as runs of neighbours.
    pub(crate) fn runs(&self) -> impl Iterator<Item = RangeInclusive<u16>> {
        let mut next = FIRST;
        // A run may span the gap.
        let goes_on = |code| self.contains(code) || (GAP..AFTER_GAP).contains(&code);
        core::iter::from_fn(move || {
            let first = (next..=LAST).find(|&code| self.contains(code))?;
            let last = (first..=LAST).take_while(|&code| goes_on(code)).last()?;
            let last = if self.contains(last) { last } else { GAP - 1 };
            next = last + 1;
            Some(first..=last)
        })
    }

    const fn place(code: u16) -> Option<(usize, u64)> {
        let index = match code {
            FIRST..GAP => code - FIRST,
            AFTER_GAP..=LAST => code - AFTER_GAP + (GAP - FIRST),
            _ => return None,
        };
        Some(((index / 64) as usize, 1 << (index % 64)))
    }
}

impl Default for StatusSet {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Writes the codes in order, runs as ranges: `429, 500–599`; `none` for the empty set.
impl fmt::Display for StatusSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::EMPTY {
            return f.write_str("none");
        }
        let mut separator = "";
        for run in self.runs() {
            let (first, last) = (run.start(), run.end());
            match last - first {
                0 => write!(f, "{separator}{first}")?,
                1 => write!(f, "{separator}{first}, {last}")?,
                _ => write!(f, "{separator}{first}–{last}")?,
            }
            separator = ", ";
        }
        Ok(())
    }
}

impl fmt::Debug for StatusSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StatusSet({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // SPEC 5.2
    #[test]
    fn the_default_set_is_429_503_504_and_nothing_else() {
        let retried: Vec<u16> =
            (0..=u16::MAX).filter(|&c| StatusSet::DEFAULT.contains(c)).collect();
        assert_eq!(retried, [429, 503, 504]);
    }

    // SPEC 5.2.3
    #[test]
    fn the_transient_set_equals_its_table() {
        let table = include_str!("status.rs").lines().filter_map(|line| {
            let cell = line.trim_start().strip_prefix("/// | ")?.split(' ').next()?;
            cell.parse::<u16>().ok()
        });
        let retried = (0..=u16::MAX).filter(|&code| StatusSet::TRANSIENT.contains(code));
        assert!(table.eq(retried));
        let codes = [408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529, 530];
        let set = codes.into_iter().fold(StatusSet::EMPTY, StatusSet::with);
        assert_eq!(StatusSet::TRANSIENT, set);
    }

    #[test]
    fn a_range_adds_its_ends_and_nothing_beyond() {
        let set = StatusSet::EMPTY.with_range(500..=599);
        let codes: Vec<u16> = (0..=u16::MAX).filter(|&c| set.contains(c)).collect();
        assert_eq!(codes, (500..=599).collect::<Vec<u16>>());
    }

    #[test]
    fn a_range_that_is_empty_or_leaves_the_statuses_is_refused() {
        #[expect(clippy::reversed_empty_ranges, reason = "a user may write one")]
        for range in [199..=200, 319..=320, 399..=400, 599..=600, 0..=u16::MAX, 503..=502] {
            assert_eq!(StatusSet::EMPTY.try_with_range(range.clone()), None, "{range:?}");
        }
    }

    #[test]
    fn a_set_is_shown_in_order_with_runs_as_ranges() {
        let cases = [
            (StatusSet::EMPTY, "none"),
            (StatusSet::DEFAULT, "429, 503, 504"),
            (StatusSet::EMPTY.with(599).with(200), "200, 599"),
            (StatusSet::EMPTY.with_range(300..=319), "300–319"),
            (StatusSet::EMPTY.with(319).with(400), "319–400"),
            (StatusSet::DEFAULT.with_range(500..=599), "429, 500–599"),
            (StatusSet::EMPTY.with_range(200..=599), "200–599"),
        ];
        for (set, words) in cases {
            assert_eq!(set.to_string(), words);
        }
    }
}
