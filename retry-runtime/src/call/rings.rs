//! The rings, one for each name.

use core::num::NonZeroU16;
use core::time::Duration;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use super::clock::{Instant, time_of_day};
use super::decision::StopReason;
use super::name::Name;
use super::overrides::{Overridden, overridden};
use super::record::{Record, Step};
use super::wait::Wait;
use crate::policy::{ErrorClass, RetryPolicy};

/// The records that a ring holds: 16 KB, allocated at the first failure.
const CAPACITY: usize = 1_024;

/// Which ring a call writes to, and its number there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The place of the ring, from 1, so that an `Option` takes no more bytes.
    ring: NonZeroU16,
    call: u16,
}

/// The last decisions of one function.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) name: &'static str,
    /// That of the last call, as overrides leave it.
    pub(crate) policy: RetryPolicy,
    /// The number of calls with a failed attempt since the recorder began.
    pub(crate) calls: u64,
    pub(crate) records: VecDeque<Record>,
}

struct Rings {
    /// When the first failure came.
    began: Option<(Instant, SystemTime)>,
    kept: Vec<Kept>,
    by_name: BTreeMap<&'static str, NonZeroU16>,
}

static RINGS: Mutex<Rings> =
    Mutex::new(Rings { began: None, kept: Vec::new(), by_name: BTreeMap::new() });

fn rings() -> MutexGuard<'static, Rings> {
    RINGS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A copy of all rings; when the recorder began, and for how long it has kept records.
pub(crate) fn kept(now: Instant) -> (Option<SystemTime>, Duration, Vec<Kept>) {
    let rings = rings();
    let length = rings.began.map(|(began, _)| now.saturating_duration_since(began));
    (rings.began.map(|(_, time)| time), length.unwrap_or_default(), rings.kept.clone())
}

#[cold]
#[inline(never)]
pub(super) fn failed(
    place: &mut Option<Place>,
    now: Instant,
    name: Name,
    policy: &RetryPolicy,
    (attempt, class): (u32, ErrorClass),
    decided: Result<Wait, StopReason>,
) {
    if place.is_none() && class == ErrorClass::Permanent {
        // No policy retries it, so its record would only take the place of another.
        return;
    }
    let step = match decided {
        Ok(wait) => retry(class, wait),
        Err(reason) => Step::Stop { class: Some(class), reason },
    };
    let is_first = place.is_none();
    let overridden = is_first.then(|| overridden(policy, || name.get())).flatten();
    let policy = match &overridden {
        Some(Overridden::Policy(softer)) => softer,
        Some(Overridden::Off) | None => policy,
    };
    let mut rings = rings();
    *place = place.or_else(|| rings.begin(name.get(), policy));
    if let Some(place) = *place {
        rings.push(place, now, attempt, is_first, step);
    }
}

fn retry(class: ErrorClass, wait: Wait) -> Step {
    let (is_from_server, is_for_pause) = (wait.is_from_server(), wait.is_for_pause());
    Step::Retry { class, wait: wait.duration(), is_from_server, is_for_pause }
}

#[cold]
#[inline(never)]
pub(super) fn insisted(
    place: Place,
    now: Instant,
    (attempt, class): (u32, ErrorClass),
    wait: Wait,
) {
    rings().push(place, now, attempt, false, retry(class, wait));
}

#[cold]
#[inline(never)]
pub(super) fn succeeded(place: Place, now: Instant, attempt: u32) {
    rings().push(place, now, attempt, false, Step::Success);
}

#[cold]
#[inline(never)]
pub(super) fn ended(place: Place, now: Instant, attempt: u32, reason: StopReason) {
    rings().push(place, now, attempt, false, Step::Stop { class: None, reason });
}

impl Rings {
    /// Gives a call its number; `None` beyond 65 535 names.
    fn begin(&mut self, name: &'static str, policy: &RetryPolicy) -> Option<Place> {
        let ring = match self.by_name.get(name) {
            Some(ring) => *ring,
            None => self.add(name, policy)?,
        };
        let kept = self.kept.get_mut(usize::from(ring.get()) - 1)?;
        kept.policy = *policy;
        kept.calls = kept.calls.saturating_add(1);
        // The lower bits are the number.
        #[expect(clippy::cast_possible_truncation, reason = "the number wraps")]
        Some(Place { ring, call: kept.calls as u16 })
    }

    fn add(&mut self, name: &'static str, policy: &RetryPolicy) -> Option<NonZeroU16> {
        let ring = u16::try_from(self.kept.len() + 1).ok().and_then(NonZeroU16::new)?;
        self.kept.push(Kept {
            name,
            policy: *policy,
            calls: 0,
            records: VecDeque::with_capacity(CAPACITY),
        });
        self.by_name.insert(name, ring);
        Some(ring)
    }

    fn push(&mut self, place: Place, now: Instant, attempt: u32, is_first: bool, step: Step) {
        let (began, _) = *self.began.get_or_insert_with(|| (now, time_of_day()));
        let time = now.saturating_duration_since(began);
        let Some(kept) = self.kept.get_mut(usize::from(place.ring.get()) - 1) else { return };
        if kept.records.len() == CAPACITY {
            kept.records.pop_front();
        }
        kept.records.push_back(Record::new(time, place.call, attempt, is_first, step));
    }
}
