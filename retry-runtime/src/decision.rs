//! The one decision after a failure: wait this long, or stop for this reason.
//!
//! The attribute, and any loop written by hand around [`RetryState`], come here.

use core::fmt;
use core::num::NonZeroU32;
use core::time::Duration;

use crate::budget::RetryBudget;
use crate::classify::ErrorClass;
use crate::draw::{decorrelated, short_spread, spread, up_to};
use crate::policy::RetryPolicy;
use crate::random::{SeededRandom, Source};
use crate::switch::is_enabled;
use crate::testing;
use crate::time::from_nanos;
use crate::wait::Instant;

/// What to do after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Wait, then try again.
    Retry(Wait),
    /// Give the error back.
    Stop(StopReason),
}

/// A wait before the next attempt.
// A duration and a flag in two words, so that it passes through registers, as an `Option` too:
// every annotated function has the code that hands one on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    seconds: u64,
    /// The nanoseconds and 1, so that it is never 0; the highest bit says that the server asked.
    nanos_and_flag: NonZeroU32,
}

impl Wait {
    const FROM_SERVER: u32 = 1 << 31;

    fn new(duration: Duration, from_server: bool) -> Self {
        let flag = if from_server { Self::FROM_SERVER } else { 0 };
        let nanos = NonZeroU32::MIN.saturating_add(duration.subsec_nanos());
        Self { seconds: duration.as_secs(), nanos_and_flag: nanos | flag }
    }

    /// How long to wait.
    #[must_use]
    pub const fn duration(self) -> Duration {
        let nanos = self.nanos_and_flag.get() & !Self::FROM_SERVER;
        Duration::new(self.seconds, nanos.saturating_sub(1))
    }

    /// Whether the server asked for this wait; otherwise it is the policy's backoff.
    #[must_use]
    pub const fn is_from_server(self) -> bool {
        self.nanos_and_flag.get() & Self::FROM_SERVER != 0
    }
}

impl fmt::Debug for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("duration", &self.duration())
            .field("from_server", &self.is_from_server())
            .finish()
    }
}

/// Why there is no further attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StopReason {
    /// Another attempt cannot help, or nobody said that it may.
    Permanent,
    /// All retries are used up.
    Exhausted,
    /// The next wait would end at or past the deadline.
    Deadline,
    /// The budget had no token left.
    Budget,
    /// Retrying is switched off in this process.
    Disabled,
}

impl StopReason {
    /// The reason in one lower-case word, as metrics are labelled with it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Permanent => "permanent",
            Self::Exhausted => "exhausted",
            Self::Deadline => "deadline",
            Self::Budget => "budget",
            Self::Disabled => "disabled",
        }
    }
}

/// How far the retries of one call have come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress {
    /// Retries granted so far.
    pub(crate) retries: u32,
    /// What the last of them took from the budget.
    cost: u32,
    /// The last backoff, which decorrelated backoff grows from.
    previous: Option<Duration>,
}

impl Progress {
    pub(crate) const START: Self = Self::after(0);

    /// The progress of a call of which only the number of retries is known.
    pub(crate) const fn after(retries: u32) -> Self {
        Self { retries, cost: 0, previous: None }
    }

    /// Gives the budget what a success is worth.
    pub(crate) fn repay(&self, budget: &RetryBudget) {
        budget.succeeded((self.retries > 0).then_some(self.cost));
    }
}

/// What a decision depends on beside the policy and the failure.
#[derive(Clone, Copy, Default)]
pub(crate) struct Limits<'a> {
    /// The time since the call began, where the policy has a deadline.
    pub(crate) elapsed: Option<Duration>,
    pub(crate) budget: Option<&'a RetryBudget>,
    /// Whether a test says that nothing is to be retried.
    pub(crate) disabled: bool,
}

/// Whether no retry can follow after so many, whatever happens.
pub(crate) fn is_last(policy: &RetryPolicy, retries: u32) -> bool {
    let session = testing::session();
    let (policy, disabled) = match &session {
        Some(session) => (session.limit(policy), session.disabled.get()),
        None => (*policy, false),
    };
    disabled || !is_enabled() || policy.is_exhausted(retries)
}

/// Decides on the failure of one attempt, as the tests of this thread may want it.
#[inline]
pub(crate) fn decide(
    policy: &RetryPolicy,
    progress: &mut Progress,
    class: ErrorClass,
    limits: Limits<'_>,
) -> Decision {
    match testing::observer() {
        None => choose(policy, progress, class, limits, Source::Thread),
        Some(observe) => observe(policy, progress, class, limits),
    }
}

/// [`decide`] under a guard of [`testing`]: with its limit and its seed, and on record.
pub(crate) fn decide_in_test(
    policy: &RetryPolicy,
    progress: &mut Progress,
    class: ErrorClass,
    limits: Limits<'_>,
) -> Decision {
    let Some(session) = testing::session() else {
        return choose(policy, progress, class, limits, Source::Thread);
    };
    let policy = session.limit(policy);
    let limits = Limits { disabled: limits.disabled || session.disabled.get(), ..limits };
    let attempt = progress.retries.saturating_add(1);
    let random = &mut *session.random.borrow_mut();
    let decision = choose(&policy, progress, class, limits, Source::Seeded(random));
    session.record(attempt, class, decision);
    decision
}

/// The order of SPEC 4.12, and the retry counted if there is one. Draws a random number only for a
/// wait that the limit allows (SPEC 4.5), and takes from the budget last, so that nothing is taken
/// in vain.
fn choose(
    policy: &RetryPolicy,
    progress: &mut Progress,
    class: ErrorClass,
    limits: Limits<'_>,
    mut random: Source<'_>,
) -> Decision {
    let hint = match class {
        ErrorClass::Transient => None,
        ErrorClass::Throttled { retry_after } => retry_after,
        ErrorClass::Status { code, retry_after } if policy.status.contains(code) => retry_after,
        ErrorClass::Status { .. } | ErrorClass::Permanent => {
            return Decision::Stop(StopReason::Permanent);
        }
    };
    if limits.disabled || !is_enabled() {
        return Decision::Stop(StopReason::Disabled);
    }
    if policy.is_exhausted(progress.retries) {
        return Decision::Stop(StopReason::Exhausted);
    }
    let wait = match hint.and_then(|hint| obeyed(policy, hint, &mut random)) {
        Some(wait) => wait,
        None => Wait::new(backoff(policy, progress, &mut random), false),
    };
    if limits.elapsed.is_some() || limits.budget.is_some() {
        if let Some(reason) = refused(policy, progress, class, limits, wait) {
            return Decision::Stop(reason);
        }
    }
    progress.retries = progress.retries.saturating_add(1);
    Decision::Retry(wait)
}

/// The wait that a server asked for, unless that is none: a hint of zero, or cut to zero, would make
/// a loop without waits.
#[cold]
#[inline(never)]
fn obeyed(policy: &RetryPolicy, hint: Duration, random: &mut Source<'_>) -> Option<Wait> {
    let (wait, spread) = policy.obey(hint);
    (wait > 0).then(|| Wait::new(from_nanos(wait + up_to(spread, random)), true))
}

/// Why this wait cannot be granted, if the deadline or the budget forbids it.
#[cold]
#[inline(never)]
fn refused(
    policy: &RetryPolicy,
    progress: &mut Progress,
    class: ErrorClass,
    limits: Limits<'_>,
    wait: Wait,
) -> Option<StopReason> {
    if let (Some(deadline), Some(elapsed)) = (policy.time_limit(), limits.elapsed) {
        if elapsed.saturating_add(wait.duration()) >= deadline {
            return Some(StopReason::Deadline);
        }
    }
    if let Some(budget) = limits.budget {
        match budget.take(class) {
            Some(cost) => progress.cost = cost,
            None => return Some(StopReason::Budget),
        }
    }
    None
}

#[inline]
fn backoff(policy: &RetryPolicy, progress: &mut Progress, random: &mut Source<'_>) -> Duration {
    match policy.short_backoff(progress.retries) {
        Some(backoff) => {
            Duration::from_nanos(short_spread(policy.effective_jitter(), backoff, random))
        }
        None => rare_backoff(policy, progress, random),
    }
}

#[cold]
#[inline(never)]
fn rare_backoff(
    policy: &RetryPolicy,
    progress: &mut Progress,
    random: &mut Source<'_>,
) -> Duration {
    if !policy.is_decorrelated() {
        let backoff = policy.longest_backoff(progress.retries);
        return from_nanos(spread(policy.effective_jitter(), backoff, random));
    }
    let base = policy.base_nanos();
    let previous = progress.previous.map_or(base, |previous| previous.as_nanos());
    let wait = from_nanos(decorrelated(base, previous, policy.cap_nanos(), random));
    progress.previous = Some(wait);
    wait
}

/// A policy at work on one call: ask it after each failure.
///
/// For loops that the attribute does not fit, such as those of another runtime. One value serves
/// one call; make a new one for the next.
///
/// ```
/// use std::time::Duration;
/// use retry_kit::{Classify, Decision, Jitter, RetryPolicy, RetryState};
///
/// fn fetch(attempt: u32) -> std::io::Result<&'static str> {
///     if attempt < 3 { Err(std::io::ErrorKind::ConnectionReset.into()) } else { Ok("here") }
/// }
///
/// let policy = RetryPolicy::new().base_delay(Duration::from_millis(1)).jitter(Jitter::None);
/// let mut retries = RetryState::new(&policy);
/// let mut attempt = 0;
/// let answer = loop {
///     attempt += 1;
///     match fetch(attempt) {
///         Ok(answer) => break Ok(answer),
///         Err(error) => match retries.decide(error.classify()) {
///             Decision::Retry(wait) => std::thread::sleep(wait.duration()),
///             Decision::Stop(_) => break Err(error),
///         },
///     }
/// };
/// assert_eq!(answer.unwrap(), "here");
/// assert_eq!(retries.retries(), 2);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a state does nothing until it is asked"]
pub struct RetryState {
    policy: RetryPolicy,
    progress: Progress,
    /// When the call began, where the policy has a deadline.
    started: Option<Instant>,
    budget: Option<&'static RetryBudget>,
    seeded: Option<SeededRandom>,
}

impl RetryState {
    /// The start of a call under `policy`, from which its deadline counts.
    pub fn new(policy: &RetryPolicy) -> Self {
        Self {
            policy: *policy,
            progress: Progress::START,
            started: policy.time_limit().map(|_| Instant::now()),
            budget: None,
            seeded: None,
        }
    }

    /// The same with random numbers that depend on `seed` alone, for tests and simulations.
    pub fn seeded(policy: &RetryPolicy, seed: u64) -> Self {
        Self { seeded: Some(SeededRandom::new(seed)), ..Self::new(policy) }
    }

    /// Takes every retry from this budget. A success has to be told it, with
    /// [`succeeded`](Self::succeeded).
    pub fn budget(self, budget: &'static RetryBudget) -> Self {
        Self { budget: Some(budget), ..self }
    }

    /// What to do after an attempt failed with an error of this class.
    #[must_use = "the decision is to be carried out by the caller"]
    pub fn decide(&mut self, class: ErrorClass) -> Decision {
        let elapsed = self.started.map(|started| started.elapsed());
        let limits = Limits { elapsed, budget: self.budget, ..Limits::default() };
        match &mut self.seeded {
            None => decide(&self.policy, &mut self.progress, class, limits),
            Some(random) => {
                let random = Source::Seeded(random);
                choose(&self.policy, &mut self.progress, class, limits, random)
            }
        }
    }

    /// Tells the budget that the last attempt succeeded.
    pub fn succeeded(&self) {
        if let Some(budget) = self.budget {
            self.progress.repay(budget);
        }
    }

    /// The number of retries granted so far.
    #[must_use]
    pub fn retries(&self) -> u32 {
        self.progress.retries
    }
}
