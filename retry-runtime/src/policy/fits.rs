//! `fits = …`: checks that the worst case of a call fits into a time, and shows the arithmetic if not.

use core::time::Duration;

use super::duration::nanos;
use super::retry_policy::RetryPolicy;

/// A worst case that does not fit, as arithmetic: `4 × 5 s + 14 s = 34 s > 30 s`.
pub struct Excess {
    text: [u8; 256],
    length: usize,
}

/// Compares attempts × `timeout` plus the sum of the longest waits with `time`; returns `None` if they
/// fit. A policy without a retry limit never fits.
#[must_use]
#[inline]
pub const fn excess(policy: &RetryPolicy, timeout: Duration, time: Duration) -> Option<Excess> {
    let (Some(retries), Some(waits)) = (policy.retry_limit(), policy.worst_case_wait()) else {
        let text = Excess::NOTHING.text("without a limit on retries there is no worst case");
        return Some(text);
    };
    let attempts = retries as u64 + 1;
    let total = nanos(timeout).saturating_mul(attempts).saturating_add(nanos(waits));
    if total <= nanos(time) {
        return None;
    }
    let timeout = Duration::from_nanos(nanos(timeout));
    let text = Excess::NOTHING.text("the worst case does not fit: ");
    let text = text.number(attempts, 1).text(" × ").duration(timeout);
    let text = text.text(" + ").duration(waits).text(" = ").duration(Duration::from_nanos(total));
    Some(text.text(" > ").duration(time))
}

/// Checks [`excess`] in a constant of the attribute, where a panic is a compile error.
///
/// # Panics
///
/// If the worst case does not fit.
#[inline]
pub const fn assert_fits(policy: &RetryPolicy, timeout: Duration, time: Duration) {
    if let Some(excess) = excess(policy, timeout, time) {
        panic!("{}", excess.as_str());
    }
}

/// Returns the policy with `time` as its deadline, unless it has an earlier one.
pub const fn deadline_within(policy: RetryPolicy, time: Duration) -> RetryPolicy {
    match policy.get_deadline() {
        Some(deadline) if nanos(deadline) <= nanos(time) => policy,
        _ => policy.deadline(time),
    }
}

impl Excess {
    const NOTHING: Self = Self { text: [0; 256], length: 0 };

    /// Returns the text.
    #[must_use]
    #[inline]
    pub const fn as_str(&self) -> &str {
        let (text, _) = self.text.split_at(self.length);
        // Fails only if a full buffer cut a character.
        match core::str::from_utf8(text) {
            Ok(text) => text,
            Err(_) => "the worst case does not fit",
        }
    }

    #[inline]
    const fn byte(mut self, byte: u8) -> Self {
        if self.length < self.text.len() {
            self.text[self.length] = byte;
            self.length += 1;
        }
        self
    }

    #[inline]
    const fn text(mut self, text: &str) -> Self {
        let mut rest = text.as_bytes();
        while let [first, others @ ..] = rest {
            self = self.byte(*first);
            rest = others;
        }
        self
    }

    /// A number, with at least this many digits.
    #[inline]
    const fn number(mut self, number: u64, digits: u32) -> Self {
        let mut place: u64 = 1;
        let mut count = 1;
        while count < digits || place <= number / 10 {
            place *= 10;
            count += 1;
        }
        while place > 0 {
            let digit = (number / place % 10).to_le_bytes()[0];
            self = self.byte(b'0' + digit);
            place /= 10;
        }
        self
    }

    /// A duration in seconds, as a decimal.
    #[inline]
    const fn duration(mut self, duration: Duration) -> Self {
        self = self.number(duration.as_secs(), 1);
        let mut fraction = duration.subsec_nanos();
        let mut digits = 9;
        while fraction != 0 && fraction % 10 == 0 {
            fraction /= 10;
            digits -= 1;
        }
        if fraction != 0 {
            self = self.byte(b'.').number(fraction as u64, digits);
        }
        self.text(" s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // SPEC 4.9
    #[test]
    fn a_worst_case_that_does_not_fit_is_shown_with_its_arithmetic() {
        let seconds = Duration::from_secs;
        let policy = RetryPolicy::DEFAULT;
        let longest = RetryPolicy::new().max_retries(u32::MAX);
        let cases = [
            (policy, seconds(5), seconds(34), None),
            (policy, seconds(5), seconds(30), Some("4 × 5 s + 14 s = 34 s > 30 s")),
            (
                policy,
                Duration::from_millis(1500),
                Duration::new(19, 999_999_999),
                Some("4 × 1.5 s + 14 s = 20 s > 19.999999999 s"),
            ),
            (policy.max_retries(0), seconds(5), seconds(5), None),
            (policy.max_retries(0), seconds(5), seconds(4), Some("1 × 5 s + 0 s = 5 s > 4 s")),
            (
                longest,
                Duration::MAX,
                seconds(1),
                Some(
                    "4294967296 × 18446744073.709551615 s + 18446744073.709551615 s = \
                     18446744073.709551615 s > 1 s",
                ),
            ),
        ];
        for (policy, timeout, time, expected) in cases {
            let found = excess(&policy, timeout, time);
            let found = found.as_ref().map(Excess::as_str);
            let expected = expected.map(|sum| format!("the worst case does not fit: {sum}"));
            assert_eq!(found, expected.as_deref());
        }
        let unlimited = excess(&policy.unlimited(), Duration::ZERO, Duration::MAX);
        assert!(unlimited.is_some());
    }

    // SPEC 4.9
    #[test]
    #[should_panic(expected = "the worst case does not fit: 4 × 5 s + 14 s = 34 s > 33 s")]
    fn a_worst_case_that_does_not_fit_is_a_panic_of_the_constant() {
        let seconds = Duration::from_secs;
        assert_fits(&RetryPolicy::DEFAULT, seconds(5), seconds(34));
        assert_fits(&RetryPolicy::DEFAULT, seconds(5), seconds(33));
    }

    // SPEC 4.9
    #[test]
    fn the_deadline_is_the_time_unless_an_earlier_one_is_set() {
        let seconds = Duration::from_secs;
        for (own, expected) in [(None, 34), (Some(33), 33), (Some(34), 34), (Some(35), 34)] {
            let policy = RetryPolicy::DEFAULT;
            let policy = own.map_or(policy, |own| policy.deadline(seconds(own)));
            let deadline = deadline_within(policy, seconds(34)).get_deadline();
            assert_eq!(deadline, Some(seconds(expected)), "{own:?}");
        }
    }
}
