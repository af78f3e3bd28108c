//! A copy of the rings, in memory or as bytes.

use core::error::Error;
use core::fmt;
use core::time::Duration;
use std::time::{SystemTime, UNIX_EPOCH};

use super::replay::Replay;
use crate::call::{Clock, Kept, Record, RuntimeClock, kept};
use crate::policy::RetryPolicy;

/// The first bytes of a recording; the last of them is the version of the format.
const MAGIC: [u8; 8] = *b"retries\x01";

/// The bytes of a record.
const RECORD: usize = size_of::<Record>();

/// Returns a copy of the last 1024 records of each retried function.
///
/// Calls that fail during the copy wait for it. Times are those of the clock of the calls, which tests may pause.
///
/// ```
/// use retry_kit::{ErrorClass, RetryPolicy, RetryState, recorder};
///
/// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::copy");
/// let _ = retries.decide(ErrorClass::Transient);
/// let recording = recorder::recording();
/// assert_eq!(recording.site("shop::copy").unwrap().calls(), 1);
/// ```
#[must_use]
pub fn recording() -> Recording {
    let (began, length, kept) = kept(RuntimeClock::now());
    Recording { began, length, sites: kept.into_iter().map(RecordedSite::of).collect() }
}

/// A copy of the recorder's records at one moment.
///
/// ```
/// use retry_kit::recorder::{self, Recording};
/// use retry_kit::{ErrorClass, RetryPolicy, RetryState};
///
/// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::pay");
/// let _ = retries.decide(ErrorClass::Transient);
///
/// let bytes = recorder::recording().to_bytes();
/// let recording = Recording::from_bytes(&bytes)?;
/// assert_eq!(recording.site("shop::pay").unwrap().records().len(), 1);
/// # Ok::<(), retry_kit::recorder::InvalidRecording>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    began: Option<SystemTime>,
    length: Duration,
    sites: Vec<RecordedSite>,
}

/// The last decisions of one retried function.
///
/// ```
/// use retry_kit::{ErrorClass, RetryPolicy, RetryState, recorder};
///
/// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::order");
/// let _ = retries.decide(ErrorClass::Transient);
/// let recording = recorder::recording();
/// let site = recording.site("shop::order").unwrap();
/// assert_eq!((site.name(), site.calls()), ("shop::order", 1));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedSite {
    name: String,
    policy: String,
    /// Empty if none make the policy.
    keys: String,
    calls: u64,
    records: Vec<Record>,
}

impl RecordedSite {
    fn of(kept: Kept) -> Self {
        let Kept { name, policy, calls, records } = kept;
        let keys = policy.keys().unwrap_or_default();
        let (name, policy) = (name.to_owned(), policy.to_string());
        Self { name, policy, keys, calls, records: records.into() }
    }

    /// Returns the name of the function, as in events.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState, recorder};
    ///
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::name");
    /// let _ = retries.decide(ErrorClass::Transient);
    /// let recording = recorder::recording();
    /// assert!(recording.sites().iter().any(|site| site.name() == "shop::name"));
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the policy of the last recorded call in words, as [overrides](crate::override_by_name) left it.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState, recorder};
    ///
    /// let policy = RetryPolicy::new().max_retries(7);
    /// let mut retries = RetryState::new(&policy).name("shop::policy");
    /// let _ = retries.decide(ErrorClass::Transient);
    /// let recording = recorder::recording();
    /// assert_eq!(recording.site("shop::policy").unwrap().policy(), policy.to_string());
    /// ```
    #[must_use]
    pub fn policy(&self) -> &str {
        &self.policy
    }

    /// Returns the keys that make this policy of the default, to read it with [`RetryPolicy::with_keys`]; `None` for
    /// a list of delays and for a function as the backoff.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState, recorder};
    ///
    /// let policy: RetryPolicy = "max = 7, base = 200ms".parse()?;
    /// let mut retries = RetryState::new(&policy).name("shop::keys");
    /// let _ = retries.decide(ErrorClass::Transient);
    /// let recording = recorder::recording();
    /// assert_eq!(recording.site("shop::keys").unwrap().keys(), Some("max = 7, base = 200ms"));
    /// # Ok::<(), retry_kit::ParseError>(())
    /// ```
    #[must_use]
    pub fn keys(&self) -> Option<&str> {
        Some(self.keys.as_str()).filter(|keys| !keys.is_empty())
    }

    /// Returns the number of calls with a failed attempt since the recorder began; later records may have replaced
    /// theirs.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState, recorder};
    ///
    /// for _ in 0..3 {
    ///     let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::count");
    ///     let _ = retries.decide(ErrorClass::Transient);
    ///     retries.succeeded();
    /// }
    /// let recording = recorder::recording();
    /// assert_eq!(recording.site("shop::count").unwrap().calls(), 3);
    /// ```
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.calls
    }

    /// Returns the records, the oldest first. Those of calls that ran at the same time alternate.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState, recorder};
    ///
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::records");
    /// let _ = retries.decide(ErrorClass::Transient);
    /// retries.succeeded();
    /// let recording = recorder::recording();
    /// assert_eq!(recording.site("shop::records").unwrap().records().len(), 2);
    /// ```
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Replays the recorded calls under this policy.
    ///
    /// Only the policy differs. A budget, the switch or a cancellation ends a replayed call where it ended the recorded
    /// one, and a pause lengthens the same waits. A deadline counts from the first failure, because records do not
    /// contain the beginning of a call.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState, recorder};
    ///
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::what_if");
    /// let _ = retries.decide(ErrorClass::Transient);
    /// retries.succeeded();
    ///
    /// let recording = recorder::recording();
    /// let replay = recording.site("shop::what_if").unwrap().replay(&RetryPolicy::OFF);
    /// assert_eq!(replay.attempts_saved(), 1..=1);
    /// assert_eq!(replay.successes_lost(), 1..=1);
    /// ```
    #[must_use]
    pub fn replay(&self, policy: &RetryPolicy) -> Replay {
        Replay::new(&self.records, policy)
    }
}

impl Recording {
    /// Returns when the recorder began, with the first failure; `None` before it.
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState, recorder};
    ///
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::began");
    /// let _ = retries.decide(ErrorClass::Transient);
    /// assert!(recorder::recording().began() <= Some(SystemTime::now()));
    /// ```
    #[must_use]
    pub fn began(&self) -> Option<SystemTime> {
        self.began
    }

    /// Returns the time from the first failure to this copy.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState, recorder};
    ///
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::length");
    /// let _ = retries.decide(ErrorClass::Transient);
    /// let (sooner, later) = (recorder::recording(), recorder::recording());
    /// assert!(sooner.length() <= later.length());
    /// ```
    #[must_use]
    pub fn length(&self) -> Duration {
        self.length
    }

    /// Returns the functions with a failed attempt, in the order of their first failures.
    ///
    /// ```
    /// use retry_kit::{ErrorClass, RetryPolicy, RetryState, recorder};
    ///
    /// let mut retries = RetryState::new(&RetryPolicy::DEFAULT).name("shop::sites");
    /// let _ = retries.decide(ErrorClass::Transient);
    /// assert!(!recorder::recording().sites().is_empty());
    /// ```
    #[must_use]
    pub fn sites(&self) -> &[RecordedSite] {
        &self.sites
    }

    /// Returns the function with this name.
    ///
    /// ```
    /// use retry_kit::recorder;
    ///
    /// assert!(recorder::recording().site("shop::never_failed").is_none());
    /// ```
    #[must_use]
    pub fn site(&self, name: &str) -> Option<&RecordedSite> {
        self.sites.iter().find(|site| site.name == name)
    }

    /// Returns the recording as bytes, which `cargo retry replay` reads from a file: 16 for each record, and the
    /// names and policies.
    ///
    /// ```no_run
    /// # fn main() -> std::io::Result<()> {
    /// std::fs::write("shop.retries", retry_kit::recorder::recording().to_bytes())?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        let began = self.began.and_then(|began| began.duration_since(UNIX_EPOCH).ok());
        bytes.extend(began.map_or(0, millis).to_le_bytes());
        bytes.extend(millis(self.length).to_le_bytes());
        bytes.extend(length_of(self.sites.len()));
        for RecordedSite { name, policy, keys, calls, records } in &self.sites {
            for text in [name, policy, keys] {
                bytes.extend(length_of(text.len()));
                bytes.extend(text.as_bytes());
            }
            bytes.extend(calls.to_le_bytes());
            bytes.extend(length_of(records.len()));
            bytes.extend(records.iter().flat_map(|record| record.to_bytes()));
        }
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) has written.
    ///
    /// # Errors
    ///
    /// If the bytes are not a recording, are incomplete, or have the format of another version.
    ///
    /// ```
    /// use retry_kit::recorder::Recording;
    ///
    /// let error = Recording::from_bytes(b"PNG").unwrap_err();
    /// assert_eq!(error.to_string(), "not a recording of retries");
    /// ```
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, InvalidRecording> {
        let (name, version) = MAGIC.split_at(MAGIC.len() - 1);
        let Some(bytes) = bytes.strip_prefix(name) else {
            return Err(InvalidRecording("not a recording of retries"));
        };
        let Some(bytes) = bytes.strip_prefix(version) else {
            let message = "a recording of another version of retry-kit, which this one cannot read";
            return Err(InvalidRecording(message));
        };
        let mut bytes = Bytes(bytes);
        let recording = bytes.recording().ok_or(InvalidRecording("the recording is incomplete"))?;
        if bytes.0.is_empty() {
            Ok(recording)
        } else {
            Err(InvalidRecording("unexpected bytes after the end of the recording"))
        }
    }
}

/// What is left to read; each part is `None` if it is not there as a whole.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn recording(&mut self) -> Option<Recording> {
        let began = self.long()?;
        let began = (began > 0).then(|| UNIX_EPOCH.checked_add(Duration::from_millis(began)));
        let length = Duration::from_millis(self.long()?);
        let sites = self.length()?;
        let sites: Option<Vec<RecordedSite>> = (0..sites).map(|_| self.site()).collect();
        Some(Recording { began: began.flatten(), length, sites: sites? })
    }

    fn site(&mut self) -> Option<RecordedSite> {
        let [name, policy, keys] = [self.text()?, self.text()?, self.text()?];
        let (calls, count) = (self.long()?, self.length()?);
        let records = self.take(count.checked_mul(RECORD)?)?.chunks_exact(RECORD);
        let records =
            records.filter_map(|record| Some(Record::from_bytes(record.try_into().ok()?)));
        let records = records.collect();
        Some(RecordedSite { name, policy, keys, calls, records })
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn long(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    fn length(&mut self) -> Option<usize> {
        u32::from_le_bytes(self.take(4)?.try_into().ok()?).try_into().ok()
    }

    fn text(&mut self) -> Option<String> {
        let length = self.length()?;
        Some(String::from_utf8_lossy(self.take(length)?).into_owned())
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn length_of(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes()
}

/// Tells why bytes are not those of a recording.
///
/// ```
/// use retry_kit::recorder::{Recording, recording};
///
/// let bytes = recording().to_bytes();
/// let error = Recording::from_bytes(&bytes[..bytes.len() - 1]).unwrap_err();
/// assert_eq!(error.to_string(), "the recording is incomplete");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidRecording(&'static str);

impl fmt::Display for InvalidRecording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl Error for InvalidRecording {}
