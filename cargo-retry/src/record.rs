//! Finds and reads the records of retry sites among the bytes of a program.

use std::fmt;
use std::time::Duration;

use memchr::memmem;
use retry_runtime::__private::site::{self, checksum, statuses};
use retry_runtime::StatusSet;

/// A retried function of the program, or a name made by `site!`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    pub flags: u64,
    pub line: u64,
    pub column: u64,
    /// The timeout of an attempt, if there is one of known length.
    pub timeout: Option<Duration>,
    /// `None` if it is a value of run time.
    pub policy: Option<Policy>,
    /// That value as written.
    pub expression: String,
    /// The path of the function.
    pub path: String,
    /// The source file, as the compiler saw it.
    pub file: String,
    /// The name in events.
    pub name: String,
}

/// The policy of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// `None` without a limit.
    pub retries: Option<u64>,
    /// The sum of the longest waits; `None` without a limit.
    pub longest: Option<Duration>,
    /// The same if the server asks for the longest wait each time.
    pub longest_with_hints: Option<Duration>,
    pub base: Duration,
    pub cap: Duration,
    /// In millionths.
    pub factor: u64,
    /// The ratio of the jitter in millionths, or its time in nanoseconds.
    pub spread: u64,
    pub deadline: Option<Duration>,
    pub hint_cap: Duration,
    /// Base and cap of the throttled backoff, if it has its own.
    pub throttled: Option<(Duration, Duration)>,
    pub statuses: StatusSet,
    /// The list of `delays = …`.
    pub delays: Vec<Duration>,
}

impl Site {
    pub fn has(&self, flag: u64) -> bool {
        self.flags & flag != 0
    }

    pub fn backoff(&self) -> &'static str {
        self.word(site::BACKOFF_AT, &site::BACKOFFS)
    }

    pub fn jitter(&self) -> &'static str {
        self.word(site::JITTER_AT, &site::JITTERS)
    }

    pub fn log(&self) -> &'static str {
        self.word(site::LOG_AT, &site::LOGS)
    }

    /// The word of a number in the flags that takes as many bits as the words need.
    fn word(&self, at: u32, words: &[&'static str]) -> &'static str {
        let mask = words.len().next_power_of_two() as u64 - 1;
        let index = usize::try_from(self.flags >> at & mask).unwrap_or(usize::MAX);
        words.get(index).copied().unwrap_or("unknown")
    }

    /// The crate that the site is in.
    pub fn crate_name(&self) -> &str {
        self.path.split("::").next().unwrap_or_default()
    }
}

impl Policy {
    /// The longest waits without and with server hints, cut to the deadline; `None` without an end.
    pub fn longest_waits(&self, can_reset: bool) -> [Option<Duration>; 2] {
        [self.longest, self.longest_with_hints].map(|waits| match (waits, self.deadline) {
            (Some(_), Some(deadline)) if can_reset => Some(deadline),
            (waits, deadline) => waits.into_iter().chain(deadline).min(),
        })
    }
}

/// Why the records of a program cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// A record has this version.
    Version(u8),
    /// A record does not have the contents of its version.
    Damaged,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => write!(
                f,
                "its retry sites have format {version}, and this cargo-retry reads format {}; install the \
                 version of cargo-retry that the program has of retry-kit",
                site::VERSION
            ),
            Self::Damaged => f.write_str("a record of a retry site in it is damaged"),
        }
    }
}

/// Returns every record in `bytes`, in order.
pub fn find(bytes: &[u8]) -> Result<Vec<Site>, Unreadable> {
    let records = memmem::find_iter(bytes, &site::MAGIC).filter_map(|at| framed(&bytes[at..]));
    records
        .map(|(version, body)| {
            if version != site::VERSION {
                return Err(Unreadable::Version(version));
            }
            let mut fields = Fields(body);
            fields.site().filter(|_| fields.0.is_empty()).ok_or(Unreadable::Damaged)
        })
        .collect()
}

/// The version and the contents of the record at the start of `bytes`; `None` if the checksum is wrong, because a
/// program that reads records contains the magic, too.
fn framed(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let mut fields = Fields(bytes.get(site::MAGIC.len()..)?);
    let sum = fields.bytes(4)?;
    let checked = fields.0;
    let version = *fields.bytes(1)?.first()?;
    let length = fields.number()?;
    let body = fields.bytes(length)?;
    let checked = &checked[..checked.len() - fields.0.len()];
    (checksum(checked).to_le_bytes() == sum).then_some((version, body))
}

/// The rest of the fields of a record.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn bytes(&mut self, count: u64) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(usize::try_from(count).ok()?)?;
        self.0 = rest;
        Some(bytes)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = *self.bytes(1)?.first()?;
            let part = u64::from(byte & 0x7F);
            if part << shift >> shift != part {
                return None;
            }
            number |= part << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn time(&mut self) -> Option<Duration> {
        self.number().map(Duration::from_nanos)
    }

    /// A time that may be absent, in a field that must not.
    #[expect(clippy::option_option, reason = "one for each of the two")]
    fn optional_time(&mut self) -> Option<Option<Duration>> {
        Some(self.number()?.checked_sub(1).map(Duration::from_nanos))
    }

    fn text(&mut self) -> Option<String> {
        let length = self.number()?;
        Some(std::str::from_utf8(self.bytes(length)?).ok()?.to_owned())
    }

    fn site(&mut self) -> Option<Site> {
        let flags = self.number()?;
        let (line, column) = (self.number()?, self.number()?);
        let timeout = self.optional_time()?;
        let is_known = flags & site::RUN_TIME_POLICY == 0;
        let policy = if is_known { Some(self.policy(flags)?) } else { None };
        let (expression, path) = (self.text()?, self.text()?);
        let (file, name) = (self.text()?, self.text()?);
        let path = if path.is_empty() { name.clone() } else { path };
        Some(Site { flags, line, column, timeout, policy, expression, path, file, name })
    }

    fn policy(&mut self, flags: u64) -> Option<Policy> {
        let retries = self.number()?;
        Some(Policy {
            retries: (flags & site::UNLIMITED == 0).then_some(retries),
            longest: self.optional_time()?,
            longest_with_hints: self.optional_time()?,
            base: self.time()?,
            cap: self.time()?,
            factor: self.number()?,
            spread: self.number()?,
            deadline: self.optional_time()?,
            hint_cap: self.time()?,
            throttled: match self.number()? {
                0 => None,
                _ => Some((self.time()?, self.time()?)),
            },
            statuses: if self.number()? == 0 {
                StatusSet::DEFAULT
            } else {
                let mut bits = [0; 5];
                for word in &mut bits {
                    *word = self.number()?;
                }
                statuses(bits)
            },
            delays: if flags >> site::BACKOFF_AT & 7 == 5 {
                let count = self.number()?;
                (0..count).map(|_| self.time()).collect::<Option<_>>()?
            } else {
                Vec::new()
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::option;
    use proptest::prelude::*;
    use retry_runtime::__private::{Known, Site as Written};
    use retry_runtime::{Backoff, Jitter, Log, Nested, Repeat, RetryPolicy, Switch};

    use super::*;

    const DELAYS: &[Duration] =
        &[Duration::ZERO, Duration::from_millis(10), Duration::from_secs(9)];

    fn written(policy: Option<RetryPolicy>) -> Written {
        Written {
            policy: policy.map(Known::of),
            expression: if policy.is_some() { "" } else { "self.policy" },
            timeout: Some(Duration::from_secs(2)),
            flags: site::SHARED_BUDGET | site::UNTIL,
            path: "shop::orders::place",
            name: "orders.place",
            file: "src/orders.rs",
            line: 70_000,
            column: 5,
        }
    }

    fn bytes_of(written: &Written) -> Vec<u8> {
        written.record::<4096>()[..written.length()].to_vec()
    }

    fn times() -> impl Strategy<Value = Duration> {
        let nanos = prop_oneof![0..100_u64, any::<u64>(), (0..64_u32).prop_map(|bits| 1 << bits)];
        nanos.prop_map(Duration::from_nanos)
    }

    fn policies() -> impl Strategy<Value = RetryPolicy> {
        let jitter = prop_oneof![
            (0.0..=1.0).prop_map(Jitter::additive),
            Just(Jitter::Full),
            Just(Jitter::Equal),
            Just(Jitter::None),
            (0.0..=1.0).prop_map(Jitter::symmetric),
            times().prop_map(Jitter::Absolute),
        ];
        let backoff = prop_oneof![
            Just(Backoff::Exponential),
            Just(Backoff::Fixed),
            Just(Backoff::Linear),
            Just(Backoff::Fibonacci),
            Just(Backoff::Decorrelated),
            Just(Backoff::List(DELAYS)),
            Just(Backoff::Custom(|_| Duration::ZERO)),
        ];
        let retries =
            prop_oneof![Just(None), (0..9_u32).prop_map(Some), any::<u32>().prop_map(Some)];
        let times = (times(), times(), option::of(times()), option::of(times()), times());
        let switches = any::<[bool; 6]>();
        (retries, times, jitter, backoff, 1.0..9.0, switches).prop_map(
            |(
                retries,
                (base, cap, deadline, throttled, hints),
                jitter,
                backoff,
                factor,
                switches,
            )| {
                let [unsent, once, ignores, quiet, gives_up, server_errors] = switches;
                let policy = RetryPolicy::new().base_delay(base).max_delay(cap).backoff(backoff);
                let policy = policy.jitter(jitter).factor(factor).retry_after_cap(hints);
                let policy = retries.map_or(policy.unlimited(), |count| policy.max_retries(count));
                let policy = deadline.map_or(policy, |deadline| policy.deadline(deadline));
                let policy = throttled.map_or(policy, |base| policy.throttled_base(base));
                let policy = if unsent { policy.repeat(Repeat::Unsent) } else { policy };
                let policy = if once { policy.nested(Nested::Once) } else { policy };
                let policy = if ignores { policy.switch(Switch::Ignore) } else { policy };
                let policy = if quiet { policy.log(Log::Off) } else { policy };
                let policy = if gives_up { policy.give_up_on_hint_over(hints) } else { policy };
                let statuses = StatusSet::EMPTY.with_range(500..=599);
                if server_errors { policy.status(statuses) } else { policy }
            },
        )
    }

    proptest! {
        // SPEC 14.2
        #[test]
        fn a_record_holds_what_the_policy_says(policy in policies()) {
            let found = find(&bytes_of(&written(Some(policy)))).unwrap();
            let [site] = found.as_slice() else { panic!("{found:?}") };
            let read = site.policy.as_ref().unwrap();
            prop_assert_eq!(read.retries, policy.get_max_retries().map(u64::from));
            prop_assert_eq!(read.base, policy.get_base_delay());
            prop_assert_eq!(read.cap, policy.get_max_delay());
            prop_assert_eq!(read.deadline, policy.get_deadline());
            prop_assert_eq!(read.hint_cap, policy.get_retry_after_cap());
            prop_assert_eq!(read.statuses, policy.get_status());
            // 584 years and none are one number apart; a sum that saturates is shown as the longest below.
            let shown = |time: Option<Duration>| {
                time.map(|time| time.min(Duration::from_nanos(u64::MAX - 1)))
            };
            prop_assert_eq!(read.longest, shown(policy.worst_case_wait()));
            prop_assert_eq!(read.longest_with_hints, shown(policy.worst_case_wait_with_hints()));
            let is_list = matches!(policy.get_backoff(), Backoff::List(_));
            prop_assert_eq!(&read.delays, if is_list { DELAYS } else { &[] });
            let word = policy.get_jitter().to_string();
            prop_assert_eq!(site.jitter(), word.split('(').next().unwrap());
            prop_assert_eq!(site.log(), policy.get_log().to_string());
            let ignores = policy.get_switch() == Switch::Ignore;
            prop_assert_eq!(site.has(site::IGNORES_SWITCH), ignores);
            let is_unsent = policy.get_repeat() == Repeat::Unsent;
            prop_assert_eq!(site.has(site::UNSENT_ONLY), is_unsent);
            prop_assert_eq!(site.has(site::ONCE_INSIDE), policy.get_nested() == Nested::Once);
            let gives_up = policy.gives_up_on_long_hints();
            prop_assert_eq!(site.has(site::GIVES_UP_ON_LONG_HINTS), gives_up);
            let obeys = policy.wait_after_hint(policy.get_retry_after_cap()).is_some();
            prop_assert_eq!(site.has(site::HINTS_IGNORED), is_unsent || !obeys);
            prop_assert!(site.has(site::SHARED_BUDGET | site::UNTIL));
        }

        // SPEC 14.5
        #[test]
        fn damaged_bytes_are_no_site_and_no_panic(
            policy in policies(),
            before in prop::collection::vec(any::<u8>(), 0..20),
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
            length in any::<prop::sample::Index>(),
            is_cut in any::<bool>(),
        ) {
            let whole = [before, bytes_of(&written(Some(policy)))].concat();
            let mut bytes = whole.clone();
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            if is_cut {
                bytes.truncate(length.index(whole.len()));
            }
            let sites = find(&bytes).unwrap();
            if !sites.is_empty() {
                prop_assert_eq!(sites, find(&whole).unwrap());
            }
        }

        // SPEC 14.5
        #[test]
        fn any_contents_with_a_right_checksum_are_read_or_refused(
            version in prop_oneof![Just(site::VERSION), any::<u8>()],
            body in prop::collection::vec(any::<u8>(), 0..127),
        ) {
            let rest = [&[version, u8::try_from(body.len()).unwrap()], body.as_slice()].concat();
            let record = [&site::MAGIC[..], &checksum(&rest).to_le_bytes(), &rest].concat();
            match find(&record) {
                Err(Unreadable::Version(found)) => {
                    prop_assert!(found == version && found != site::VERSION);
                }
                Ok(_) | Err(Unreadable::Damaged) => prop_assert_eq!(version, site::VERSION),
            }
        }
    }

    // SPEC 14.2
    #[test]
    fn a_record_of_the_default_policy_takes_60_bytes_beside_its_texts() {
        let record = bytes_of(&Written {
            timeout: None,
            flags: 0,
            path: "shop::orders::place",
            name: "shop::orders::place",
            line: 120,
            ..written(Some(RetryPolicy::DEFAULT))
        });
        let texts = "shop::orders::place".len() + "src/orders.rs".len();
        assert_eq!(record.len() - texts, 60);
    }

    // SPEC 14.2.1
    #[test]
    fn a_policy_of_run_time_is_its_expression() {
        let site = find(&bytes_of(&written(None))).unwrap().remove(0);
        assert_eq!((site.policy.as_ref(), site.expression.as_str()), (None, "self.policy"));
        assert_eq!(
            (site.name.as_str(), site.path.as_str()),
            ("orders.place", "shop::orders::place")
        );
        assert_eq!((site.file.as_str(), site.line, site.column), ("src/orders.rs", 70_000, 5));
        assert_eq!(site.timeout, Some(Duration::from_secs(2)));
    }

    // SPEC 14.5
    #[test]
    fn a_record_of_another_version_says_what_to_update() {
        let mut record = bytes_of(&written(None));
        let checked_from = site::MAGIC.len() + 4;
        record[checked_from] = 9;
        let sum = checksum(&record[checked_from..]).to_le_bytes();
        record[site::MAGIC.len()..checked_from].copy_from_slice(&sum);
        let error = find(&record).unwrap_err();
        assert_eq!(
            error.to_string(),
            "its retry sites have format 9, and this cargo-retry reads format 1; install the version of \
             cargo-retry that the program has of retry-kit"
        );
    }
}
