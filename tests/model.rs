//! Every option together, against a plain model: random policies and scripts of outcomes in paused
//! time; and the attribute, the function form and a loop by hand against each other. `fuzz/` includes this
//! file, and looks for the bytes of scenarios.

#![cfg(all(feature = "macros", feature = "tokio"))]
#![allow(clippy::missing_panics_doc, reason = "the properties are public for `fuzz/`")]

mod support;

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::ops::Range;
use std::time::Duration;

#[cfg(test)]
use proptest::prelude::*;
use retry_kit::{
    Attempt, Backoff, Cause, Decision, ErrorClass, GiveUp, Jitter, Nested, Pause, Repeat,
    RetryBudget, RetryEvent, RetryPolicy, RetryState, StatusSet, StopReason, retry,
    retry_with_backoff, retry_with_backoff_local, testing,
};
use support::{Failure, TRANSIENT};
use tokio::time::{Instant, sleep, sleep_until};

/// The behaviour of one attempt, or of its preparation.
#[derive(Clone, Copy, Debug)]
struct Step {
    takes: Duration,
    outcome: Result<u32, Failure>,
}

#[derive(Clone, Copy, Debug)]
enum Shape {
    Exponential(u32),
    Fixed,
    Linear,
    Fibonacci,
    List(&'static [Duration]),
}

const SECOND: Duration = Duration::from_secs(1);
const LISTS: [&[Duration]; 3] = [
    &[Duration::from_millis(700)],
    &[Duration::ZERO, Duration::from_secs(2), SECOND],
    &[SECOND, Duration::from_millis(1_500), Duration::from_secs(4), Duration::from_secs(9)],
];

/// The policy once more, as the model reads it.
#[derive(Clone, Copy, Debug)]
struct Plan {
    max: u32,
    base: Duration,
    cap: Duration,
    throttled_base: Option<Duration>,
    throttled_cap: Option<Duration>,
    shape: Shape,
    jitter: Jitter,
    deadline: Option<Duration>,
    hint_cap: Duration,
    gives_up_on_long_hints: bool,
    repeat: Repeat,
    nested: Nested,
}

#[derive(Clone, Copy, Debug)]
struct Outer {
    deadline: Option<Duration>,
}

/// A policy, what happens around it, and the script of the attempts.
#[derive(Clone, Debug)]
pub struct Scenario {
    plan: Plan,
    timeout: Option<Duration>,
    /// The attempt around the call, if there is one.
    outer: Option<Outer>,
    /// Values below are not accepted by `until`.
    enough: u32,
    /// The class of such values.
    refusal: ErrorClass,
    /// What the caller gets in place of an error.
    fallback: Option<u32>,
    tokens: Option<u32>,
    attempts: Vec<Step>,
    preparations: Option<Vec<Step>>,
    /// With a pause: how long others make it last, before the first attempt and at the end of each.
    holds: Option<Vec<Duration>>,
    /// When `cancel` is ready, from the start of the call.
    cancelled: Option<Duration>,
    /// How long an attempt runs to reset the count.
    reset_after: Option<Duration>,
}

const COSTS: (u32, u32, u32) = (7, 3, 2);

impl Scenario {
    fn policy(&self) -> RetryPolicy {
        let Plan {
            max,
            base,
            cap,
            throttled_base,
            throttled_cap,
            shape,
            jitter,
            deadline,
            hint_cap,
            gives_up_on_long_hints,
            repeat,
            nested,
        } = self.plan;
        let (backoff, factor) = match shape {
            Shape::Exponential(factor) => (Backoff::Exponential, factor),
            Shape::Fixed => (Backoff::Fixed, 2),
            Shape::Linear => (Backoff::Linear, 2),
            Shape::Fibonacci => (Backoff::Fibonacci, 2),
            Shape::List(list) => (Backoff::List(list), 2),
        };
        let policy = RetryPolicy::new()
            .max_retries(max)
            .base_delay(base)
            .max_delay(cap)
            .backoff(backoff)
            .factor(factor.into())
            .jitter(jitter)
            .status(StatusSet::DEFAULT.with(403))
            .repeat(repeat)
            .nested(nested);
        let policy = if gives_up_on_long_hints {
            policy.give_up_on_hint_over(hint_cap)
        } else {
            policy.retry_after_cap(hint_cap)
        };
        let policy = throttled_base.map_or(policy, |base| policy.throttled_base(base));
        let policy = throttled_cap.map_or(policy, |cap| policy.throttled_cap(cap));
        deadline.map_or(policy, |deadline| policy.deadline(deadline))
    }

    /// Plays the call inside the attempt around it.
    async fn inside<T>(&self, call: impl Future<Output = T>) -> T {
        let Some(Outer { deadline }) = self.outer else { return call.await };
        let policy = RetryPolicy::DEFAULT;
        let policy = deadline.map_or(policy, |deadline| policy.deadline(deadline));
        RetryState::new(&policy).name("outer").attempt(call).await
    }

    /// A budget for one run, with as many tokens as the scenario begins with.
    fn budget(&self) -> Option<&'static RetryBudget> {
        let (cost, throttled_cost, refill) = COSTS;
        let budget = RetryBudget::new(self.tokens?, cost, throttled_cost, refill);
        Some(Box::leak(Box::new(budget)))
    }
}

/// The events, with times since the start of the call.
#[derive(Clone, Debug, PartialEq)]
enum Seen {
    Prepared {
        at: Duration,
    },
    Called {
        at: Duration,
    },
    Told {
        at: Duration,
        attempt: u32,
        cause: String,
        wait: Duration,
        from_server: bool,
        waited: Duration,
    },
    GaveUp {
        at: Duration,
        attempts: u32,
        waited: Duration,
        reason: StopReason,
    },
    FellBack {
        at: Duration,
    },
}

#[derive(Clone, Debug, PartialEq)]
struct Trace {
    seen: Vec<Seen>,
    outcome: Result<u32, Failure>,
    tokens: Option<u32>,
    /// How long the pause lasts after the call.
    paused: Duration,
}

/// A scenario as it is played.
struct Stage<'s> {
    scenario: &'s Scenario,
    start: Instant,
    seen: RefCell<Vec<Seen>>,
    calls: Cell<usize>,
    preparations: Cell<usize>,
    pause: Option<Pause>,
    /// The class and the text of the failure that is retried.
    previous: RefCell<Option<(ErrorClass, String)>>,
}

impl<'s> Stage<'s> {
    fn new(scenario: &'s Scenario) -> Self {
        let stage = Self {
            scenario,
            start: Instant::now(),
            seen: RefCell::default(),
            calls: Cell::new(0),
            preparations: Cell::new(0),
            pause: scenario.holds.as_ref().map(|_| Pause::new()),
            previous: RefCell::default(),
        };
        stage.hold();
        stage
    }

    fn hold(&self) {
        if let (Some(pause), Some(holds)) = (&self.pause, &self.scenario.holds) {
            pause.hold(holds[self.calls.get() % holds.len()]);
        }
    }

    fn at(&self) -> Duration {
        self.start.elapsed()
    }

    fn see(&self, seen: Seen) {
        self.seen.borrow_mut().push(seen);
    }

    async fn play(steps: &[Step], index: &Cell<usize>) -> Result<u32, Failure> {
        let step = steps[index.replace(index.get() + 1) % steps.len()];
        if !step.takes.is_zero() {
            sleep(step.takes).await;
        }
        step.outcome
    }

    async fn call(&self) -> Result<u32, Failure> {
        self.see(Seen::Called { at: self.at() });
        let outcome = Self::play(&self.scenario.attempts, &self.calls).await;
        self.hold();
        outcome
    }

    async fn prepare(&self) -> Result<(), Failure> {
        let Some(steps) = &self.scenario.preparations else { return Ok(()) };
        self.see(Seen::Prepared { at: self.at() });
        Self::play(steps, &self.preparations).await.map(drop)
    }

    async fn cancelled(&self) {
        let Some(at) = self.scenario.cancelled else { return pending().await };
        if self.at() < at {
            sleep_until(self.start + at).await;
        }
    }

    fn refused(&self, value: u32) -> Option<ErrorClass> {
        (value < self.scenario.enough).then_some(self.scenario.refusal)
    }

    fn told(&self, event: &RetryEvent<'_, Failure>, value: Option<&u32>) {
        assert_eq!(event.name(), "model");
        assert_eq!(event.max(), Some(self.scenario.plan.max));
        if !testing_now() {
            assert_eq!(event.elapsed(), Some(self.at()));
        }
        self.see(Seen::Told {
            at: self.at(),
            attempt: event.attempt(),
            cause: cause(event.error().copied()),
            wait: event.wait(),
            from_server: event.is_from_server(),
            waited: event.waited(),
        });
        assert_eq!(event.error().is_none(), matches!(event.cause(), Cause::Value));
        assert_eq!(event.error().is_none(), value.is_some());
        let failure = match event.error() {
            Some(failure) => (failure.0, failure.to_string()),
            None => (self.scenario.refusal, "value".into()),
        };
        self.previous.replace(Some(failure));
    }

    fn gave_up(&self, error: Failure, give_up: &GiveUp) -> Failure {
        if !testing_now() {
            assert_eq!(give_up.elapsed(), Some(self.at()));
        }
        self.see(Seen::GaveUp {
            at: self.at(),
            attempts: give_up.attempts(),
            waited: give_up.waited(),
            reason: give_up.reason(),
        });
        error
    }

    fn fall_back(&self, error: Failure) -> Result<u32, Failure> {
        self.see(Seen::FellBack { at: self.at() });
        self.scenario.fallback.ok_or(error)
    }

    fn check_attempt(&self, attempt: &Attempt<'_>) {
        let previous = attempt.previous().map(|it| (it.class(), it.text().to_owned()));
        assert_eq!(previous, *self.previous.borrow());
        assert_eq!(attempt.number() - 1, self.retries());
        assert_eq!(attempt.is_last(), attempt.number() > self.scenario.plan.max);
        if !testing_now() {
            assert_eq!(attempt.elapsed(), self.at());
        }
    }

    /// The number of retries in a row.
    fn retries(&self) -> u32 {
        let told = |seen: &Seen| match seen {
            Seen::Told { attempt, .. } => Some(*attempt),
            _ => None,
        };
        self.seen.borrow().iter().rev().find_map(told).unwrap_or(0)
    }

    fn trace(self, outcome: Result<u32, Failure>, budget: Option<&RetryBudget>) -> Trace {
        let tokens = budget.map(RetryBudget::available);
        let paused = self.pause.and_then(|pause| pause.remaining()).unwrap_or_default();
        Trace { seen: self.seen.into_inner(), outcome, tokens, paused }
    }
}

fn cause(error: Option<Failure>) -> String {
    error.map_or_else(|| "value".into(), |error| format!("{error:?}"))
}

macro_rules! annotated {
    ($name:ident $(, $budget:ident)?) => {
        #[retry(
            policy = stage.scenario.policy(),
            timeout = stage.scenario.timeout,
            reset_after = stage.scenario.reset_after,
            when = |failure| failure.0,
            until = |value| stage.refused(*value),
            on_retry = |event, value| stage.told(event, value),
            before_retry = stage.prepare(),
            give_up = |error, give_up| stage.gave_up(error, give_up),
            fallback = |error, _| stage.fall_back(error),
            cancel = stage.cancelled(),
            attempt = attempt,
            pause = stage.pause.as_ref(),
            $(budget = $budget,)?
            name = "model"
        )]
        async fn $name(stage: &Stage<'_> $(, $budget: &'static RetryBudget)?) -> Result<u32, Failure> {
            if !stage.scenario.preparations.is_some() {
                stage.check_attempt(&attempt);
            }
            stage.call().await
        }
    };
}

annotated!(with_budget, budget);
annotated!(without_budget);

async fn by_attribute(scenario: &Scenario) -> Trace {
    let (stage, budget) = (Stage::new(scenario), scenario.budget());
    let outcome = match budget {
        Some(budget) => with_budget(&stage, budget).await,
        None => without_budget(&stage).await,
    };
    stage.trace(outcome, budget)
}

macro_rules! with_options {
    ($retry:expr, $stage:ident, $budget:ident) => {{
        let retry = $retry
            .name("model")
            .timeout($stage.scenario.timeout)
            .reset_after($stage.scenario.reset_after)
            .when(|failure| failure.0)
            .until(|value| $stage.refused(*value))
            .on_retry_with_value(|event, value| $stage.told(event, value))
            .before_retry(|| $stage.prepare())
            .give_up(|error, give_up| $stage.gave_up(error, give_up))
            .fallback(|error, _| $stage.fall_back(error))
            .cancel(|| $stage.cancelled());
        let retry = match &$stage.pause {
            Some(pause) => retry.pause(pause),
            None => retry,
        };
        match $budget {
            Some(budget) => retry.budget(budget).await,
            None => retry.await,
        }
    }};
}

async fn by_function(scenario: &Scenario) -> Trace {
    let (stage, budget) = (Stage::new(scenario), scenario.budget());
    let retry = retry_with_backoff(&scenario.policy(), || stage.call());
    let outcome = with_options!(retry, stage, budget);
    stage.trace(outcome, budget)
}

async fn by_local_function(scenario: &Scenario) -> Trace {
    let (stage, budget) = (Stage::new(scenario), scenario.budget());
    let mut calls = 0;
    let retry = retry_with_backoff_local(&scenario.policy(), async || {
        calls += 1;
        stage.call().await
    });
    let outcome = with_options!(retry, stage, budget);
    stage.trace(outcome, budget)
}

/// Calls and decisions alone: for scenarios without timeouts and preparations.
async fn by_hand(scenario: &Scenario) -> (Vec<Decision>, Result<u32, Failure>, Option<u32>) {
    let (stage, budget) = (Stage::new(scenario), scenario.budget());
    let mut retries = RetryState::new(&scenario.policy());
    if let Some(after) = scenario.reset_after {
        retries = retries.reset_after(after);
    }
    if let Some(budget) = budget {
        retries = retries.budget(budget);
    }
    if let Some(pause) = &stage.pause {
        retries = retries.pause(pause);
    }
    let mut decisions = Vec::new();
    let outcome = 'call: loop {
        loop {
            match retries.before_attempt() {
                Ok(None) => break,
                Ok(Some(wait)) => sleep(wait.duration()).await,
                Err(reason) => {
                    assert_eq!(reason, StopReason::Deadline);
                    break 'call stage.fall_back(TRANSIENT);
                }
            }
        }
        let outcome = stage.call().await;
        let class = match &outcome {
            Ok(value) => {
                let Some(class) = stage.refused(*value) else {
                    retries.succeeded();
                    break outcome;
                };
                class
            }
            Err(failure) => failure.0,
        };
        let decision = retries.decide(class);
        decisions.push(decision);
        match decision {
            Decision::Retry(wait) => sleep(wait.duration()).await,
            Decision::Stop(_) => break outcome.or_else(|error| stage.fall_back(error)),
        }
    };
    (decisions, outcome, budget.map(RetryBudget::available))
}

/// The outcome and the tokens left: for scenarios without the options that a layer lacks.
#[cfg(feature = "tower")]
async fn by_layer(scenario: &Scenario) -> (Result<u32, Failure>, Option<u32>) {
    use tower::{Layer, ServiceExt, service_fn};

    let (stage, budget) = (&Stage::new(scenario), scenario.budget());
    let mut layer = retry_kit::RetryLayer::without_http(scenario.policy())
        .until(|value: &u32| stage.refused(*value));
    if let Some(budget) = budget {
        layer = layer.budget(budget);
    }
    let outcome = layer.layer(service_fn(|()| stage.call())).oneshot(()).await;
    (outcome.or_else(|error| stage.fall_back(error)), budget.map(RetryBudget::available))
}

thread_local! {
    /// Whether waits are left out.
    static TESTING: Cell<bool> = const { Cell::new(false) };
}

fn testing_now() -> bool {
    TESTING.get()
}

/// The complete specified behaviour, in one straight function. Takes the random waits from the run,
/// and checks their range.
#[allow(clippy::too_many_lines, reason = "one straight function")]
fn model(scenario: &Scenario, waits: &[Duration]) -> Trace {
    let Plan { max, jitter, deadline, hint_cap, gives_up_on_long_hints, repeat, nested, .. } =
        scenario.plan;
    let outer = scenario.outer.and_then(|outer| outer.deadline);
    let deadline = deadline.into_iter().chain(outer).min();
    let capacity = scenario.tokens;
    let mut tokens = scenario.tokens;
    let mut last_cost = None;
    let mut seen = Vec::new();
    let (mut now, mut waited) = (Duration::ZERO, Duration::ZERO);
    let (mut retries, mut told) = (0, 0);
    let (mut calls, mut preparations) = (0, 0);
    let held = |calls: usize| scenario.holds.as_ref().map(|holds| holds[calls % holds.len()]);
    let mut paused_until = held(0).unwrap_or_default();
    loop {
        let pause = paused_until.saturating_sub(now);
        if !pause.is_zero() {
            if deadline.is_some_and(|deadline| now + pause >= deadline) {
                let reason = StopReason::Deadline;
                seen.push(Seen::GaveUp { at: now, attempts: retries, waited, reason });
                seen.push(Seen::FellBack { at: now });
                let outcome = scenario.fallback.ok_or(TRANSIENT);
                tokens = tokens.map(|left| left + last_cost.unwrap_or(0)).min(capacity);
                return Trace { seen, outcome, tokens, paused: pause };
            }
            waited += pause;
            now += in_whole_milliseconds(pause);
        }
        let begun = now;
        let limit = scenario.timeout.map(|timeout| {
            deadline.map_or(timeout, |deadline| timeout.min(deadline.saturating_sub(now)))
        });
        let mut left = limit;
        let mut play = |step: Step, now: &mut Duration| match left {
            Some(left) if step.takes > left => {
                *now += left;
                Err(TRANSIENT)
            }
            _ => {
                *now += step.takes;
                left = left.map(|left| left.saturating_sub(step.takes));
                step.outcome
            }
        };
        let mut outcome = Ok(0);
        if let (true, Some(steps)) = (retries > 0, &scenario.preparations) {
            seen.push(Seen::Prepared { at: now });
            outcome = play(steps[preparations % steps.len()], &mut now);
            preparations += 1;
        }
        if outcome.is_ok() {
            seen.push(Seen::Called { at: now });
            let step = scenario.attempts[calls % scenario.attempts.len()];
            calls += 1;
            let end = now + step.takes;
            outcome = play(step, &mut now);
            if let (true, Some(held)) = (now == end, held(calls)) {
                paused_until = paused_until.max(now + held);
            }
        }

        let failure = match outcome {
            Ok(value) if value >= scenario.enough => {
                let (_, _, refill) = COSTS;
                tokens = tokens.map(|left| left + last_cost.unwrap_or(refill)).min(capacity);
                let paused = paused_until.saturating_sub(now);
                return Trace { seen, outcome, tokens, paused };
            }
            Ok(_) => None,
            Err(failure) => Some(failure),
        };
        if scenario.reset_after.is_some_and(|after| !after.is_zero() && now >= begun + after) {
            retries = 0;
        }
        let class = failure.map_or(scenario.refusal, |failure| failure.0);
        let (is_retried, hint) = judged(class);
        let is_throttled =
            matches!(class, ErrorClass::Throttled { .. } | ErrorClass::Status { code: 429, .. });
        let is_too_long = gives_up_on_long_hints && hint.is_some_and(|hint| hint > hint_cap);
        let hint = hint.map(|hint| hint.min(hint_cap)).filter(|hint| !hint.is_zero());
        let (mut wait, mut from_server) = (Duration::ZERO, false);
        let reason = if !is_retried {
            Some(StopReason::Permanent)
        } else if repeat == Repeat::Unsent && class != ErrorClass::Unsent {
            Some(StopReason::MayBeProcessed)
        } else if nested == Nested::Once && scenario.outer.is_some() {
            Some(StopReason::Nested)
        } else if retries >= max {
            Some(StopReason::Exhausted)
        } else if is_too_long {
            Some(StopReason::HintTooLong)
        } else {
            let backoff =
                backoff(scenario.plan.shape, bounds(&scenario.plan, is_throttled), retries);
            let (shortest, longest) = range(hint, backoff, jitter, bounds(&scenario.plan, true));
            wait = if jitter == Jitter::None { shortest } else { waits[told] };
            assert!((shortest..=longest).contains(&wait), "{wait:?} of {shortest:?}..={longest:?}");
            let pause = paused_until.saturating_sub(now);
            from_server = hint.is_some() || pause > wait;
            wait = wait.max(pause);
            let (cost, throttled_cost, _) = COSTS;
            let cost = if is_throttled { throttled_cost } else { cost };
            if deadline.is_some_and(|deadline| now + wait >= deadline) {
                Some(StopReason::Deadline)
            } else if tokens.is_some_and(|left| left < cost) {
                Some(StopReason::Budget)
            } else {
                tokens = tokens.map(|left| left - cost);
                last_cost = Some(cost);
                None
            }
        };
        if let (true, Some(hint), true, Some(_)) = (is_retried, hint, !is_too_long, &scenario.holds)
        {
            paused_until = paused_until.max(now + hint);
        }
        if let Some(reason) = reason {
            if failure.is_some() {
                seen.push(Seen::GaveUp { at: now, attempts: retries + 1, waited, reason });
                seen.push(Seen::FellBack { at: now });
            }
            let outcome = outcome.or_else(|error| scenario.fallback.ok_or(error));
            let paused = paused_until.saturating_sub(now);
            return Trace { seen, outcome, tokens, paused };
        }
        retries += 1;
        told += 1;
        let cause = cause(failure);
        seen.push(Seen::Told { at: now, attempt: retries, cause, wait, from_server, waited });
        let end = now + in_whole_milliseconds(wait);
        if let Some(at) = scenario.cancelled.filter(|at| *at <= end) {
            let waited = waited + at.saturating_sub(now).min(wait);
            if failure.is_some() {
                let (at, reason) = (at.max(now), StopReason::Cancelled);
                seen.push(Seen::GaveUp { at, attempts: retries, waited, reason });
                seen.push(Seen::FellBack { at });
            }
            tokens = tokens.map(|left| left + last_cost.unwrap_or(0));
            let outcome = outcome.or_else(|error| scenario.fallback.ok_or(error));
            let paused = paused_until.saturating_sub(at.max(now));
            return Trace { seen, outcome, tokens, paused };
        }
        waited += wait;
        now = end;
    }
}

/// The base and the cap: SPEC 4.16 and 4.17.2.
fn bounds(plan: &Plan, is_throttled: bool) -> (Duration, Duration) {
    match plan.shape {
        Shape::List(list) => (list[0], Duration::MAX),
        _ if is_throttled => {
            (plan.throttled_base.unwrap_or(plan.base), plan.throttled_cap.unwrap_or(plan.cap))
        }
        _ => (plan.base, plan.cap),
    }
}

/// The backoff after n retries: SPEC 4.2.
fn backoff(shape: Shape, (base, cap): (Duration, Duration), n: u32) -> Duration {
    let backoff = match shape {
        Shape::Exponential(factor) => base.saturating_mul(factor.pow(n)),
        Shape::Fixed => base,
        Shape::Linear => base * (n + 1),
        Shape::Fibonacci => base * [1, 1, 2, 3, 5, 8, 13, 21][n as usize],
        Shape::List(list) => list[list.len().min(n as usize + 1) - 1],
    };
    backoff.min(cap)
}

/// Whether the class is retried, and its hint: SPEC 5.2.
fn judged(class: ErrorClass) -> (bool, Option<Duration>) {
    match class {
        ErrorClass::Unsent | ErrorClass::Transient => (true, None),
        ErrorClass::Throttled { retry_after } => (true, retry_after),
        ErrorClass::Status { code: 403, retry_after } => (retry_after.is_some(), retry_after),
        ErrorClass::Status { code, retry_after } => ([429, 503, 504].contains(&code), retry_after),
        _ => (false, None),
    }
}

/// The shortest and longest wait: SPEC 4.4 and 4.6.
fn range(
    hint: Option<Duration>,
    backoff: Duration,
    jitter: Jitter,
    (base, cap): (Duration, Duration),
) -> (Duration, Duration) {
    let is_half = jitter == Jitter::additive(0.5);
    let hint = hint.map(|hint| hint.max(base.min(cap)));
    match (hint, jitter) {
        (Some(hint), Jitter::None) => (hint, hint),
        (Some(hint), Jitter::Additive(_)) if is_half => (hint, hint + cap.min(base / 2)),
        (Some(hint), _) => (hint, hint + cap.min(base)),
        (None, Jitter::None) => (backoff, backoff),
        (None, Jitter::Full) => (Duration::ZERO, backoff),
        (None, Jitter::Equal) => (backoff / 2, backoff),
        (None, _) if is_half => (backoff, backoff * 3 / 2),
        (None, _) => (backoff, backoff * 2),
    }
}

/// Tokio's timer ends a sleep at the next whole millisecond; a wait of zero takes no time.
fn in_whole_milliseconds(wait: Duration) -> Duration {
    let nanos = u64::try_from(wait.as_nanos()).unwrap();
    Duration::from_millis(nanos.div_ceil(1_000_000))
}

/// Reads values from any bytes. After their end come zeros, which choose the simplest value, so that every
/// byte has one meaning: `fuzz/` can change a single choice, and proptest can simplify it.
struct Bytes<'b>(&'b [u8]);

impl Bytes<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn pick<T: Copy>(&mut self, values: &[T]) -> T {
        values[usize::from(self.byte()) % values.len()]
    }

    fn number(&mut self, range: Range<u16>) -> u16 {
        let number = u16::from_le_bytes([self.byte(), self.byte()]);
        range.start + number % (range.end - range.start)
    }

    fn small(&mut self, range: Range<u8>) -> u32 {
        (range.start + self.byte() % (range.end - range.start)).into()
    }

    fn millis(&mut self, range: Range<u16>) -> Duration {
        Duration::from_millis(self.number(range).into())
    }

    /// Zero as often as not.
    fn some_millis(&mut self, end: u16) -> Duration {
        if self.is_set() { self.millis(0..end) } else { Duration::ZERO }
    }

    /// Zero, which resets nothing, or long enough for the call to end soon.
    fn healthy(&mut self) -> Duration {
        if self.small(0..10) == 0 { Duration::ZERO } else { self.millis(500..8000) }
    }

    fn is_set(&mut self) -> bool {
        self.byte() % 2 == 1
    }

    fn option<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.is_set().then(|| read(self))
    }

    fn list<T>(&mut self, lengths: Range<u8>, mut read: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.small(lengths)).map(|_| read(self)).collect()
    }

    fn class(&mut self) -> ErrorClass {
        match self.small(0..14) {
            0..5 => ErrorClass::Transient,
            5..7 => ErrorClass::Unsent,
            7..10 => ErrorClass::Throttled { retry_after: self.hint() },
            10..13 => ErrorClass::Status {
                code: self.pick(&[429, 503, 500, 403]),
                retry_after: self.hint(),
            },
            _ => ErrorClass::Permanent,
        }
    }

    fn hint(&mut self) -> Option<Duration> {
        self.option(|it| it.millis(0..9000))
    }

    fn steps(&mut self) -> Vec<Step> {
        self.list(1..9, |it| Step {
            takes: it.some_millis(4000),
            outcome: match it.small(0..4) {
                3 => Ok(it.small(0..10)),
                _ => Err(Failure(it.class())),
            },
        })
    }

    fn shape(&mut self) -> Shape {
        match self.small(0..5) {
            0 => Shape::Exponential(self.small(1..4)),
            1 => Shape::Fixed,
            2 => Shape::Linear,
            3 => Shape::Fibonacci,
            _ => Shape::List(self.pick(&LISTS)),
        }
    }

    fn plan(&mut self) -> Plan {
        let none = Jitter::None;
        let random = [Jitter::additive(1.0), Jitter::additive(0.5), Jitter::Full, Jitter::Equal];
        let jitter = if self.small(0..7) < 3 { none } else { self.pick(&random) };
        Plan {
            max: self.small(0..7),
            base: self.millis(0..3000),
            cap: self.millis(0..9000),
            throttled_base: self.option(|it| it.millis(0..3000)),
            throttled_cap: self.option(|it| it.millis(0..9000)),
            shape: self.shape(),
            jitter,
            // A refused random wait cannot be observed.
            deadline: self.option(|it| it.millis(0..20_000)).filter(|_| jitter == none),
            hint_cap: self.millis(0..6000),
            gives_up_on_long_hints: self.is_set(),
            repeat: self.pick(&[Repeat::All, Repeat::All, Repeat::All, Repeat::Unsent]),
            nested: self.pick(&[Nested::Allow, Nested::Once]),
        }
    }
}

/// The scenario that the bytes describe.
pub fn scenario(bytes: &[u8]) -> Scenario {
    let it = &mut Bytes(bytes);
    let plan = it.plan();
    // A refused random wait cannot be observed.
    let is_certain = plan.jitter == Jitter::None;
    let tokens = it.option(|it| it.small(0..30)).filter(|_| is_certain);
    let can_end = plan.deadline.is_some() || tokens.is_some();
    Scenario {
        plan,
        timeout: it.option(|it| it.millis(1..5000)),
        outer: it
            .option(|it| Outer { deadline: it.option(|it| it.millis(0..20_000)) })
            .filter(|outer| is_certain || outer.deadline.is_none()),
        enough: it.small(0..12),
        refusal: it.class(),
        fallback: it.option(|it| it.small(100..200)),
        tokens,
        cancelled: it.option(|it| it.millis(0..20_000)),
        // Something has to end a call whose count is reset.
        reset_after: it.option(Bytes::healthy).filter(|_| can_end),
        holds: it.option(|it| it.list(1..5, |it| it.some_millis(9000))).filter(|_| is_certain),
        preparations: it.option(Bytes::steps),
        attempts: it.steps(),
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time().start_paused(true).build().unwrap().block_on(future)
}

fn waits(trace: &Trace) -> Vec<Duration> {
    let wait = |seen: &Seen| match seen {
        Seen::Told { wait, .. } => Some(*wait),
        _ => None,
    };
    trace.seen.iter().filter_map(wait).collect()
}

fn decisions<T>(seed: u64, future: impl Future<Output = T>) -> (Vec<testing::Recorded>, T) {
    let guard = testing::no_wait().seed(seed);
    TESTING.set(true);
    let value = run(future);
    TESTING.set(false);
    (guard.decisions(), value)
}

/// SPEC 4.12
pub fn every_form_does_what_the_model_does(scenario: &Scenario) {
    let trace = run(scenario.inside(by_attribute(scenario)));
    assert_eq!(trace, model(scenario, &waits(&trace)));
    let trace = run(scenario.inside(by_function(scenario)));
    assert_eq!(trace, model(scenario, &waits(&trace)));
    let trace = run(scenario.inside(by_local_function(scenario)));
    assert_eq!(trace, model(scenario, &waits(&trace)));
}

/// SPEC 4.11
pub fn all_forms_make_the_same_decisions(scenario: Scenario, seed: u64) {
    let scenario = &Scenario { timeout: None, preparations: None, cancelled: None, ..scenario };
    let (attribute, by_attribute) = decisions(seed, scenario.inside(by_attribute(scenario)));
    let (function, by_function) = decisions(seed, scenario.inside(by_function(scenario)));
    let (local, by_local) = decisions(seed, scenario.inside(by_local_function(scenario)));
    let by_hand = scenario.inside(by_hand(scenario));
    let (value, (by_hand, outcome, tokens)) = decisions(seed, by_hand);
    assert_eq!(attribute, function);
    assert_eq!(attribute, local);
    assert_eq!(attribute, value);
    assert_eq!(by_attribute, by_function);
    assert_eq!(by_attribute, by_local);
    assert_eq!((by_attribute.outcome, by_attribute.tokens), (outcome, tokens));
    assert_eq!(by_hand.len(), value.len());
    for (returned, recorded) in by_hand.into_iter().zip(value) {
        match (returned, recorded.decision) {
            (Decision::Retry(left_out), Decision::Retry(wait)) => {
                assert_eq!(left_out.duration(), Duration::ZERO);
                assert_eq!(left_out.is_from_server(), wait.is_from_server());
            }
            (returned, recorded) => assert_eq!(returned, recorded),
        }
    }
}

/// SPEC 11.1
#[cfg(feature = "tower")]
pub fn a_layer_makes_the_same_decisions_as_the_function_form(scenario: Scenario, seed: u64) {
    let scenario = &Scenario {
        timeout: None,
        preparations: None,
        holds: None,
        cancelled: None,
        reset_after: None,
        ..scenario
    };
    let (function, by_function) = decisions(seed, scenario.inside(by_function(scenario)));
    let (layer, by_layer) = decisions(seed, scenario.inside(by_layer(scenario)));
    assert_eq!(function, layer);
    assert_eq!((by_function.outcome, by_function.tokens), by_layer);
}

#[cfg(test)]
fn scenarios() -> impl Strategy<Value = Scenario> {
    // As many bytes as the longest scenario takes.
    proptest::collection::vec(any::<u8>(), 256).prop_map(|bytes| scenario(&bytes))
}

#[cfg(test)]
proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_option_in_every_combination_does_what_the_model_does(scenario in scenarios()) {
        every_form_does_what_the_model_does(&scenario);
    }

    #[test]
    fn attribute_function_and_value_make_the_same_decisions(
        scenario in scenarios(),
        seed in any::<u64>(),
    ) {
        all_forms_make_the_same_decisions(scenario, seed);
    }

    #[cfg(feature = "tower")]
    #[test]
    fn a_layer_makes_the_same_decisions(scenario in scenarios(), seed in any::<u64>()) {
        a_layer_makes_the_same_decisions_as_the_function_form(scenario, seed);
    }
}
