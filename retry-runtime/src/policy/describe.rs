//! Describes a policy in sentences, for the documentation of a function.

use core::fmt::Write;
use core::ops::RangeInclusive;
use core::time::Duration;

use super::duration::Words;
use super::retry_policy::RetryPolicy;
use super::schedule::Schedule;
use super::switched::Switch;

/// How many waits are listed one by one.
const LISTED: usize = 4;

/// Describes the retries, the range of each wait, the longest total, and the effect of server hints.
#[must_use]
#[inline]
pub fn describe(policy: &RetryPolicy) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write_description(policy, &mut text);
    text
}

#[inline]
fn write_description(policy: &RetryPolicy, text: &mut String) -> core::fmt::Result {
    match policy.retry_limit() {
        None => text.push_str("Retries without limit. "),
        Some(0) => {
            text.push_str("No retries, 1 attempt.");
            return Ok(());
        }
        Some(1) => text.push_str("1 retry, 2 attempts. "),
        Some(limit) => write!(text, "{limit} retries, {} attempts. ", u64::from(limit) + 1)?,
    }
    let (kind, ranges) = words(policy, Schedule::Ordinary);
    let begin = match kind {
        Waits::Only => "The wait is",
        Waits::Equal => "Each wait is",
        Waits::All => "The waits are",
        Waits::First => "The waits begin with",
    };
    write!(text, "{begin} {ranges}")?;
    if policy.has_throttled() && !policy.is_for_unsent() {
        let separator = if matches!(kind, Waits::First) { ';' } else { ',' };
        let (kind, ranges) = words(policy, Schedule::Throttled);
        let begin = if matches!(kind, Waits::First) { "they begin with " } else { "" };
        write!(text, "{separator} after throttled failures {begin}{ranges}")?;
    }
    match policy.worst_case_wait() {
        Some(total) if !matches!(kind, Waits::Only) => {
            write!(text, ", at most {} in all.", Words(total))?;
        }
        _ => text.push('.'),
    }
    let obeys_hints = write_hints(policy, text)?;
    match (policy.get_deadline(), policy.worst_case_wait_with_hints()) {
        (Some(deadline), _) => write!(
            text,
            ". The call gives up if a wait would end {} or more after its start.",
            Words(deadline)
        )?,
        (None, Some(total)) if obeys_hints && !matches!(kind, Waits::Only) => {
            let total = Words(total);
            write!(text, ". That makes at most {total} in all; set a `deadline` to bound this.")?;
        }
        _ => text.push('.'),
    }
    if matches!(policy.get_switch(), Switch::Ignore) {
        text.push_str(" The call ignores `set_enabled(false)`.");
    }
    if policy.is_once_inside() {
        text.push_str(
            " Inside an attempt of another retried function, there is one attempt and no retry.",
        );
    }
    Ok(())
}

/// Describes the effect of server hints, without a full stop; returns whether hints are obeyed.
#[inline]
fn write_hints(policy: &RetryPolicy, text: &mut String) -> Result<bool, core::fmt::Error> {
    if policy.is_for_unsent() {
        text.push_str(" Only a request that the server never processed is repeated");
        return Ok(false);
    }
    let Some(wait) = policy.wait_for_longest_hint() else {
        text.push_str(if policy.gives_up_on_long_hints() {
            " If a server asks for a wait, the call gives up at once"
        } else {
            " Server hints are ignored"
        });
        return Ok(false);
    };
    write!(text, " A server may ask for another wait, up to {} each time", Words(wait))?;
    if policy.gives_up_on_long_hints() {
        text.push_str(", and the call gives up at once if it asks for more");
        let cap = policy.get_retry_after_cap();
        // A shorter hint leads to a wait of the first backoff.
        if wait != cap {
            write!(text, " than {}", Words(cap))?;
        }
    }
    Ok(true)
}

/// How many waits there are, and whether they differ.
enum Waits {
    Only,
    Equal,
    All,
    /// More than are listed.
    First,
}

/// The ranges of the waits of a schedule in words.
#[inline]
fn words(policy: &RetryPolicy, schedule: Schedule) -> (Waits, String) {
    let delays = match schedule {
        Schedule::Ordinary => policy.delays(),
        Schedule::Throttled => policy.throttled_delays(),
    };
    let waits: Vec<_> = delays.take(LISTED + 1).collect();
    let limit = policy.retry_limit();
    let last = policy.range(schedule, limit.unwrap_or(u32::MAX).saturating_sub(1)).durations();
    match waits.as_slice() {
        [only] => (Waits::Only, range(only)),
        waits if waits.iter().all(|wait| *wait == last) => (Waits::Equal, range(&last)),
        waits if waits.len() > LISTED => {
            let first = list(&waits[..LISTED - 1]);
            let last = limit.map(|_| format!("; the last is {}", range(&last)));
            (Waits::First, first + &last.unwrap_or_default())
        }
        waits => (Waits::All, list(waits)),
    }
}

#[inline]
fn range(wait: &RangeInclusive<Duration>) -> String {
    let (shortest, longest) = (wait.start(), wait.end());
    if shortest == longest {
        Words(*longest).to_string()
    } else {
        format!("{} to {}", Words(*shortest), Words(*longest))
    }
}

#[inline]
fn list(waits: &[RangeInclusive<Duration>]) -> String {
    let ranges: Vec<String> = waits.iter().map(range).collect();
    match ranges.split_last() {
        Some((last, [first, middle @ ..])) => {
            let before = middle.iter().fold(first.clone(), |before, next| before + ", " + next);
            format!("{before} and {last}")
        }
        _ => ranges.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Backoff, Jitter, Repeat};

    // SPEC 3.9
    #[test]
    fn a_policy_is_described_in_words_and_numbers() {
        let seconds = Duration::from_secs;
        let plain = RetryPolicy::new().jitter(Jitter::None);
        let one = plain.max_retries(1);
        let server = "A server may ask for another wait, up to 5m each time";
        let makes =
            |total| format!("That makes at most {total} in all; set a `deadline` to bound this.");
        let cases = [
            (
                RetryPolicy::DEFAULT,
                format!(
                    "3 retries, 4 attempts. The waits are 1s to 2s, 2s to 4s and 4s to 8s, at most 14s \
                     in all. {server}. {}",
                    makes("15m 3s")
                ),
            ),
            (one, format!("1 retry, 2 attempts. The wait is 1s. {server}.")),
            (
                plain.max_retries(9).backoff(Backoff::Fixed),
                format!(
                    "9 retries, 10 attempts. Each wait is 1s, at most 9s in all. {server}. {}",
                    makes("45m")
                ),
            ),
            (
                plain.max_retries(10),
                format!(
                    "10 retries, 11 attempts. The waits begin with 1s, 2s and 4s; the last is 60s, at \
                     most 5m 3s in all. {server}. {}",
                    makes("50m")
                ),
            ),
            (
                plain.unlimited(),
                format!(
                    "Retries without limit. The waits begin with 1s, 2s and 4s. {server}. The call \
                     ignores `set_enabled(false)`."
                ),
            ),
            (
                plain.unlimited().switch(Switch::Obey),
                format!("Retries without limit. The waits begin with 1s, 2s and 4s. {server}."),
            ),
            (
                one.repeat(Repeat::Unsent),
                "1 retry, 2 attempts. The wait is 1s. Only a request that the server never \
                 processed is repeated."
                    .into(),
            ),
            (
                plain.max_retries(2).repeat(Repeat::Unsent).deadline(seconds(30)),
                "2 retries, 3 attempts. The waits are 1s and 2s, at most 3s in all. Only a request \
                 that the server never processed is repeated. The call gives up if a wait would \
                 end 30s or more after its start."
                    .into(),
            ),
            (plain.max_retries(0), "No retries, 1 attempt.".into()),
            (
                plain.max_retries(2).deadline(seconds(30)),
                format!(
                    "2 retries, 3 attempts. The waits are 1s and 2s, at most 3s in all. {server}. The \
                     call gives up if a wait would end 30s or more after its start."
                ),
            ),
        ];
        for (policy, text) in cases {
            assert_eq!(describe(&policy), text);
        }
    }

    // SPEC 3.9, 4.16, 4.17
    #[test]
    fn throttled_waits_and_lists_are_described_too() {
        let seconds = Duration::from_secs;
        let plain = RetryPolicy::new().jitter(Jitter::None);
        let one = plain.max_retries(1);
        let server = "A server may ask for another wait, up to 5m each time";
        let makes =
            |total| format!("That makes at most {total} in all; set a `deadline` to bound this.");
        let cases = [
            (
                plain.throttled_base(seconds(5)),
                format!(
                    "3 retries, 4 attempts. The waits are 1s, 2s and 4s, after throttled failures 5s, \
                     10s and 20s, at most 35s in all. {server}. {}",
                    makes("15m")
                ),
            ),
            (
                one.throttled_base(seconds(5)),
                format!(
                    "1 retry, 2 attempts. The wait is 1s, after throttled failures 5s. {server}."
                ),
            ),
            (
                plain.max_retries(9).backoff(Backoff::Fixed).throttled_base(seconds(5)),
                format!(
                    "9 retries, 10 attempts. Each wait is 1s, after throttled failures 5s, at most 45s \
                     in all. {server}. {}",
                    makes("45m")
                ),
            ),
            (
                plain.max_retries(4).retry_after_cap(Duration::ZERO),
                "4 retries, 5 attempts. The waits are 1s, 2s, 4s and 8s, at most 15s in all. Server \
                 hints are ignored."
                    .into(),
            ),
            (
                plain.max_retries(5).retry_after_cap(Duration::ZERO),
                "5 retries, 6 attempts. The waits begin with 1s, 2s and 4s; the last is 16s, at most \
                 31s in all. Server hints are ignored."
                    .into(),
            ),
            (
                plain.max_retries(10).throttled_cap(seconds(90)),
                format!(
                    "10 retries, 11 attempts. The waits begin with 1s, 2s and 4s; the last is 60s; after \
                     throttled failures they begin with 1s, 2s and 4s; the last is 90s, at most 6m 37s \
                     in all. {server}. {}",
                    makes("50m")
                ),
            ),
            (
                one.throttled_base(seconds(5)).repeat(Repeat::Unsent),
                "1 retry, 2 attempts. The wait is 1s. Only a request that the server never \
                 processed is repeated."
                    .into(),
            ),
            (
                RetryPolicy::from_delays(const { &[Duration::ZERO, Duration::from_secs(9)] })
                    .jitter(Jitter::None),
                format!(
                    "2 retries, 3 attempts. The waits are 0ns and 9s, at most 9s in all. {server}. {}",
                    makes("10m")
                ),
            ),
            (
                plain.unlimited().backoff(Backoff::List(const { &[Duration::from_secs(9); 9] })),
                format!(
                    "Retries without limit. Each wait is 9s. {server}. The call ignores \
                     `set_enabled(false)`."
                ),
            ),
        ];
        for (policy, text) in cases {
            assert_eq!(describe(&policy), text);
        }
    }

    // SPEC 3.9, 4.6.3
    #[test]
    fn what_a_hint_gets_is_described_with_the_first_backoff_that_it_does_not_undo() {
        let millis = Duration::from_millis;
        let one = RetryPolicy::new().jitter(Jitter::None).max_retries(1);
        let server = "A server may ask for another wait, up to";
        let gives_up = "and the call gives up at once if it asks for more";
        let cases = [
            (
                one.give_up_on_hint_over(millis(300_000)),
                format!("{server} 5m each time, {gives_up}."),
            ),
            (
                one.max_retries(2).give_up_on_hint_over(millis(300_000)),
                format!(
                    "{server} 5m each time, {gives_up}. That makes at most 10m in all; set a \
                     `deadline` to bound this."
                ),
            ),
            (
                one.give_up_on_hint_over(millis(500)),
                format!("{server} 1s each time, {gives_up} than 500ms."),
            ),
            (
                one.give_up_on_hint_over(Duration::ZERO),
                "If a server asks for a wait, the call gives up at once.".into(),
            ),
            (one.retry_after_cap(millis(500)), format!("{server} 1s each time.")),
            (
                one.retry_after_cap(millis(500)).max_delay(millis(750)),
                format!("{server} 750ms each time."),
            ),
            (one.retry_after_cap(Duration::ZERO), "Server hints are ignored.".into()),
            (
                one.max_retries(2).retry_after_cap(Duration::ZERO),
                "Server hints are ignored.".into(),
            ),
        ];
        for (policy, text) in cases {
            let description = describe(&policy);
            let (_, after_waits) = description.split_once(". ").unwrap_or_default();
            let (_, found) = after_waits.split_once(". ").unwrap_or_default();
            assert_eq!(found, text);
        }
    }
}
