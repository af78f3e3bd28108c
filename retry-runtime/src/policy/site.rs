//! The record that each retried function leaves in the binary, for `cargo retry`.
//!
//! ```text
//! magic      8 bytes
//! checksum   4 bytes, little-endian: FNV-1a of all that follows
//! version    1 byte
//! length     of the rest
//! flags, line, column, timeout
//! retries, worst cases, base, cap, factor, …     unless the policy is a value of run time
//! expression, path, file, name                   each with its length in front
//! ```
//!
//! The first four fields are the same in every version. Numbers are in LEB128, and an optional one is larger
//! by one, so that 0 is none. The name comes last: it is the `&'static str` that the function hands to the
//! runtime, so that the linker keeps the record as long as the function.

use core::fmt;
use core::time::Duration;

use super::backoff::Backoff;
use super::duration::{Words, nanos};
use super::jitter::Jitter;
use super::log::Log;
use super::nested::Nested;
use super::repeat::Repeat;
use super::retry_policy::RetryPolicy;
use super::schedule::Schedule;
use super::status::StatusSet;
use super::switched::Switch;

/// Begins each record. Two of its bytes are in no text.
pub const MAGIC: [u8; 8] = *b"\xF5retry\xC1\x0A";

/// The version of the records that this crate writes.
pub const VERSION: u8 = 1;

/// The policy is not known: no number of it is in the record.
pub const RUN_TIME_POLICY: u64 = 1;
/// There is a timeout of unknown length.
pub const RUN_TIME_TIMEOUT: u64 = 1 << 1;
/// There is no retry limit.
pub const UNLIMITED: u64 = 1 << 2;
/// A budget of the function's own.
pub const BUDGET: u64 = 1 << 3;
/// A budget that others may share.
pub const SHARED_BUDGET: u64 = 1 << 4;
/// A pause, of its own or shared.
pub const PAUSE: u64 = 1 << 5;
/// Waits can be cancelled.
pub const CANCEL: u64 = 1 << 6;
/// Values are refused by `until`.
pub const UNTIL: u64 = 1 << 7;
/// Responses are retried by status.
pub const RESPONSE: u64 = 1 << 8;
/// Errors are chosen by `on`.
pub const ON: u64 = 1 << 9;
/// Errors are chosen by `when`.
pub const WHEN: u64 = 1 << 10;
/// A long attempt resets the count.
pub const RESET_AFTER: u64 = 1 << 11;
/// An error is replaced by `fallback`.
pub const FALLBACK: u64 = 1 << 12;
/// Each call has an idempotency key.
pub const KEY: u64 = 1 << 13;
/// The function blocks its thread.
pub const BLOCKING: u64 = 1 << 14;
/// It makes one attempt inside that of another call.
pub const ONCE_INSIDE: u64 = 1 << 15;
/// It ignores the global switch.
pub const IGNORES_SWITCH: u64 = 1 << 16;
/// Only unsent requests are repeated.
pub const UNSENT_ONLY: u64 = 1 << 17;
/// Server hints have no effect on waits.
pub const HINTS_IGNORED: u64 = 1 << 18;
/// A hint above the cap ends the call.
pub const GIVES_UP_ON_LONG_HINTS: u64 = 1 << 19;
/// It is the name of a closure, a loop or a layer, by `site!`.
pub const NAMED: u64 = 1 << 20;

/// Where the three bits of the backoff begin: its place in [`BACKOFFS`].
pub const BACKOFF_AT: u32 = 24;
/// Where the three bits of the jitter begin: its place in [`JITTERS`].
pub const JITTER_AT: u32 = 27;
/// Where the two bits of the level of events begin: its place in [`LOGS`].
pub const LOG_AT: u32 = 30;

/// The backoffs by their numbers, in the words of the attribute.
pub const BACKOFFS: [&str; 7] =
    ["exponential", "fixed", "linear", "fibonacci", "decorrelated", "delays", "custom"];
/// The jitters by their numbers, in the words of the attribute.
pub const JITTERS: [&str; 6] = ["additive", "full", "equal", "symmetric", "absolute", "none"];
/// The levels of events by their numbers, in the words of the attribute.
pub const LOGS: [&str; 4] = ["warn", "info", "debug", "off"];

/// A constant policy and its worst cases, which the compiler adds up slowly: the macro does it for literals, and the
/// constant once.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    policy: RetryPolicy,
    /// Without and with hints.
    longest: [Option<Duration>; 2],
}

impl Known {
    /// The policy, with its worst cases added up.
    #[must_use]
    pub const fn of(policy: RetryPolicy) -> Self {
        let longest = [policy.worst_case_wait(), policy.worst_case_wait_with_hints()];
        Self { policy, longest }
    }

    /// The policy with these worst cases in nanoseconds.
    #[must_use]
    pub const fn with(policy: RetryPolicy, longest: [Option<u64>; 2]) -> Self {
        const fn time(nanos: Option<u64>) -> Option<Duration> {
            match nanos {
                None => None,
                Some(nanos) => Some(Duration::from_nanos(nanos)),
            }
        }
        Self { policy, longest: [time(longest[0]), time(longest[1])] }
    }
}

/// A retried function, or a name that stands for a closure, a loop or a layer.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    /// The policy, if it is a constant.
    pub policy: Option<Known>,
    /// The policy as written, if it is not.
    pub expression: &'static str,
    /// The timeout of an attempt, if it is known.
    pub timeout: Option<Duration>,
    /// The facts that do not depend on the policy.
    pub flags: u64,
    /// The path of the function.
    pub path: &'static str,
    /// The name in events.
    pub name: &'static str,
    /// The source file.
    pub file: &'static str,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

impl Site {
    /// The length of the record in bytes.
    #[must_use]
    pub const fn length(&self) -> usize {
        self.written::<0>().length
    }

    /// The record, then zeros; `N` is at least its [`length`](Self::length).
    #[must_use]
    pub const fn record<const N: usize>(&self) -> [u8; N] {
        self.written().bytes
    }

    /// The name as a part of the record.
    #[must_use]
    pub const fn name_in(&self, record: &'static [u8]) -> &'static str {
        let (_, name) = record.split_at(record.len() - self.name.len());
        match core::str::from_utf8(name) {
            Ok(name) => name,
            Err(_) => self.name,
        }
    }

    const fn written<const N: usize>(&self) -> Writer<N> {
        let mut body = Writer::<0>::new();
        self.write(&mut body);
        let mut all = Writer::<N>::new();
        all.bytes(&MAGIC);
        let checksum_at = all.length;
        all.bytes(&[0; 4]);
        let checked_from = all.length;
        all.byte(VERSION);
        all.number(body.length as u64);
        self.write(&mut all);
        if N > 0 {
            let (written, _) = all.bytes.split_at(all.length);
            let checksum = checksum(written.split_at(checked_from).1).to_le_bytes();
            let mut n = 0;
            while n < checksum.len() {
                all.bytes[checksum_at + n] = checksum[n];
                n += 1;
            }
        }
        all
    }

    const fn write<const N: usize>(&self, to: &mut Writer<N>) {
        let flags = match &self.policy {
            None => RUN_TIME_POLICY,
            Some(known) => flags_of(&known.policy),
        };
        to.number(self.flags | flags);
        to.number(self.line as u64);
        to.number(self.column as u64);
        to.time(self.timeout);
        if let Some(known) = &self.policy {
            write_policy(known, to);
        }
        to.text(self.expression);
        // The path is the name of most functions.
        to.text(if is_same(self.path, self.name) { "" } else { self.path });
        to.text(self.file);
        to.text(self.name);
    }
}

const fn write_policy<const N: usize>(known: &Known, to: &mut Writer<N>) {
    let policy = &known.policy;
    to.number(match policy.retry_limit() {
        None => 0,
        Some(retries) => retries as u64,
    });
    to.time(known.longest[0]);
    to.time(known.longest[1]);
    to.number(nanos(policy.get_base_delay()));
    to.number(nanos(policy.get_max_delay()));
    to.number(policy.factor_of_growth().millionths());
    to.number(match policy.effective_jitter() {
        Jitter::Additive(ratio) | Jitter::Symmetric(ratio) => ratio.millionths() as u64,
        Jitter::Absolute(spread) => nanos(spread),
        Jitter::Full | Jitter::Equal | Jitter::None => 0,
    });
    to.time(policy.get_deadline());
    to.number(nanos(policy.get_retry_after_cap()));
    let throttled = policy.bounds(Schedule::Throttled);
    to.number(policy.has_throttled() as u64);
    if policy.has_throttled() {
        to.number(throttled.base);
        to.number(throttled.cap);
    }
    let (statuses, usual) = (policy.get_status().bits(), StatusSet::DEFAULT.bits());
    let (mut word, mut are_usual) = (0, true);
    while word < statuses.len() {
        are_usual &= statuses[word] == usual[word];
        word += 1;
    }
    to.number(!are_usual as u64);
    word = if are_usual { statuses.len() } else { 0 };
    while word < statuses.len() {
        to.number(statuses[word]);
        word += 1;
    }
    if let Backoff::List(mut delays) = policy.get_backoff() {
        to.number(delays.len() as u64);
        while let [delay, rest @ ..] = delays {
            to.number(nanos(*delay));
            delays = rest;
        }
    }
}

const fn flags_of(policy: &RetryPolicy) -> u64 {
    const fn if_so(is_so: bool, flag: u64) -> u64 {
        if is_so { flag } else { 0 }
    }
    let is_unsent = matches!(policy.get_repeat(), Repeat::Unsent);
    let obeys_hints = !is_unsent && policy.wait_for_longest_hint().is_some();
    let backoff = match policy.get_backoff() {
        Backoff::Exponential => 0,
        Backoff::Fixed => 1,
        Backoff::Linear => 2,
        Backoff::Fibonacci => 3,
        Backoff::Decorrelated => 4,
        Backoff::List(_) => 5,
        Backoff::Custom(_) => 6,
    };
    let jitter = match policy.effective_jitter() {
        Jitter::Additive(_) => 0,
        Jitter::Full => 1,
        Jitter::Equal => 2,
        Jitter::Symmetric(_) => 3,
        Jitter::Absolute(_) => 4,
        Jitter::None => 5,
    };
    let log = match policy.get_log() {
        Log::Warn => 0,
        Log::Info => 1,
        Log::Debug => 2,
        Log::Off => 3,
    };
    if_so(policy.get_max_retries().is_none(), UNLIMITED)
        | if_so(matches!(policy.get_nested(), Nested::Once), ONCE_INSIDE)
        | if_so(matches!(policy.get_switch(), Switch::Ignore), IGNORES_SWITCH)
        | if_so(is_unsent, UNSENT_ONLY)
        | if_so(!obeys_hints, HINTS_IGNORED)
        | if_so(policy.gives_up_on_long_hints(), GIVES_UP_ON_LONG_HINTS)
        | backoff << BACKOFF_AT
        | jitter << JITTER_AT
        | log << LOG_AT
}

/// The checksum of a record, FNV-1a: it tells a record from other bytes that follow the magic, such as those
/// of a reader.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "32 bits are left")]
pub const fn checksum(bytes: &[u8]) -> u32 {
    // In 64 bits: the compiler is slow at calls, such as that of `wrapping_mul`.
    let (mut sum, mut n) = (0x811C_9DC5_u64, 0);
    while n < bytes.len() {
        sum = ((sum ^ bytes[n] as u64) * 0x0100_0193) & 0xFFFF_FFFF;
        n += 1;
    }
    sum as u32
}

/// Writes a duration as messages and the generated documentation do: `1m 30s`.
#[must_use]
pub fn words(duration: Duration) -> impl fmt::Display {
    Words(duration)
}

/// The set of statuses with these bits, as in a record.
#[must_use]
pub fn statuses(bits: [u64; 5]) -> StatusSet {
    StatusSet::of_bits(bits)
}

const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut n = 0;
    while n < one.len() && n < other.len() && one[n] == other[n] {
        n += 1;
    }
    n == one.len() && n == other.len()
}

/// Counts the bytes, and keeps the first `N`.
struct Writer<const N: usize> {
    bytes: [u8; N],
    length: usize,
}

impl<const N: usize> Writer<N> {
    const fn new() -> Self {
        Self { bytes: [0; N], length: 0 }
    }

    const fn byte(&mut self, byte: u8) {
        if self.length < N {
            self.bytes[self.length] = byte;
        }
        self.length += 1;
    }

    const fn bytes(&mut self, bytes: &[u8]) {
        if N == 0 {
            self.length += bytes.len();
            return;
        }
        let (mut n, start) = (0, self.length);
        while n < bytes.len() {
            self.bytes[start + n] = bytes[n];
            n += 1;
        }
        self.length += n;
    }

    #[expect(clippy::cast_possible_truncation, reason = "seven bits")]
    const fn number(&mut self, mut number: u64) {
        while number > 0x7F {
            self.byte((number & 0x7F) as u8 | 0x80);
            number >>= 7;
        }
        self.byte(number as u8);
    }

    const fn time(&mut self, time: Option<Duration>) {
        self.number(match time {
            None => 0,
            Some(time) => nanos(time).saturating_add(1),
        });
    }

    const fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // SPEC 14.5: the vectors of the authors of FNV.
    #[test]
    fn the_checksum_is_fnv_1a() {
        let cases = [("", 0x811C_9DC5), ("a", 0xE40C_292C), ("foobar", 0xBF9C_F968)];
        for (bytes, expected) in cases {
            assert_eq!(checksum(bytes.as_bytes()), expected, "{bytes:?}");
        }
    }

    // SPEC 14.2
    #[test]
    fn a_path_is_left_out_only_if_it_is_the_name() {
        let cases = [
            ("", "", true),
            ("a::b", "a::b", true),
            ("a::b", "a::c", false),
            ("a::b", "a::bc", false),
            ("a::bc", "a::b", false),
            ("", "a", false),
        ];
        for (one, other, expected) in cases {
            assert_eq!(is_same(one, other), expected, "{one:?} {other:?}");
        }
    }

    // SPEC 14.1, 14.2
    #[test]
    fn the_name_is_the_end_of_the_record_and_the_worst_cases_are_those_given() {
        let longest = [Some(5), None];
        let site = Site {
            policy: Some(Known::with(RetryPolicy::DEFAULT, longest)),
            expression: "",
            timeout: None,
            flags: 0,
            path: "shop::place",
            name: "orders.place",
            file: "src/shop.rs",
            line: 1,
            column: 1,
        };
        let known = site.policy.unwrap().longest;
        assert_eq!(known, longest.map(|nanos| nanos.map(Duration::from_nanos)));
        let record: &[u8] = Box::leak(Box::new(site.record::<512>()));
        let record = &record[..site.length()];
        let name = site.name_in(record);
        assert_eq!(name, "orders.place");
        assert!(core::ptr::eq(name.as_bytes(), &raw const record[record.len() - name.len()..]));
    }
}
