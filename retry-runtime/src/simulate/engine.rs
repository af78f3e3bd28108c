//! The calls of a run, and the loop over its events.

use core::time::Duration;

use super::chance::{WHOLE, below, exponential};
use super::clock::VirtualClock;
use super::conditions::Conditions;
use super::events::{Events, Rank};
use super::report::OutageRun;
use super::service::{Answer, Received, Request, Service, Serving};
use crate::call::{
    Drawing, Gate, Memory, Name, Pause, Paused, Progressing, Random, RetryBudget, SeededRandom,
    Watch, isolated,
};
use crate::policy::duration::nanos;
use crate::policy::{ErrorClass, RetryPolicy};

/// The name under which the calls of a run decide.
const NAME: Name = Name::Known("outage");

/// The calls that begin, and those that ask.
#[derive(Debug)]
pub(super) struct Arrivals {
    pub(super) clients: u32,
    /// The mean time between two calls in nanoseconds; `None` if there are only bursts.
    pub(super) distance: Option<u64>,
    pub(super) is_even: bool,
    /// The number of calls that begin at a moment.
    pub(super) bursts: Vec<(u32, u64)>,
}

/// All settings of a run. Times are in nanoseconds.
#[derive(Debug)]
pub(super) struct Settings<'s> {
    pub(super) policy: &'s RetryPolicy,
    pub(super) budget: Option<&'s RetryBudget>,
    pub(super) has_pause: bool,
    pub(super) timeout: Option<Duration>,
    pub(super) arrivals: &'s Arrivals,
    pub(super) service_time: u64,
    pub(super) capacity: usize,
    pub(super) queue_limit: usize,
    pub(super) latency: u64,
    pub(super) conditions: &'s Conditions,
    pub(super) length: u64,
    pub(super) slice: u64,
}

impl Settings<'_> {
    /// How long a first attempt may take before it counts as failed.
    fn patience(&self) -> u64 {
        let answered = self.service_time.saturating_add(self.latency);
        self.timeout.map_or_else(|| answered.saturating_mul(10), nanos)
    }
}

/// What may happen.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// A call begins, and tells when the next one does.
    Arrival,
    /// Calls begin.
    Burst(u32),
    /// A wait is over.
    Ready(usize),
    Served(Serving),
    Answered(Request, Answer),
    TimedOut(Request),
    Crash,
}

/// The state of a call, which is that of the attribute and of the function form, on another clock.
type State<'r> = Paused<Drawing<Option<&'r RetryBudget>, VirtualClock>, Option<&'r Pause>>;

struct Call<'r> {
    state: State<'r>,
    began: u64,
    /// The number of the running attempt among all of the run; 0 while none runs.
    attempt: u64,
    /// When the last attempt began.
    attempt_began: u64,
}

/// What a program with calls has for all of them.
#[derive(Default)]
struct Client {
    budget: Option<RetryBudget>,
    pause: Option<Pause>,
}

struct Engine<'r> {
    settings: &'r Settings<'r>,
    clients: &'r [Client],
    events: Events<Event>,
    service: Service,
    arrivals: SeededRandom,
    /// The part of the time between two calls that is less than a nanosecond, in millionths under the usual load.
    left_by_rounding: u128,
    chosen: SeededRandom,
    calls: Vec<Option<Call<'r>>>,
    free: Vec<usize>,
    attempts: u64,
    run: OutageRun,
}

/// Runs the calls. The seed alone decides every random number. The times at which calls begin depend on neither the
/// policy nor the service, so that runs can be compared.
pub(super) fn simulate(settings: &Settings<'_>, seed: u64) -> OutageRun {
    let mut seeds = SeededRandom::new(seed);
    let [arrivals, chosen, service, calls] = [(); 4].map(|()| seeds.next_u64());
    let client = || Client {
        budget: settings.budget.map(RetryBudget::refilled),
        pause: settings.has_pause.then(Pause::new),
    };
    let clients: Vec<Client> = (0..settings.arrivals.clients).map(|_| client()).collect();
    let engine = Engine {
        settings,
        clients: &clients,
        events: Events::new(),
        service: Service::new(
            settings.service_time,
            settings.capacity,
            settings.queue_limit,
            settings.conditions.clone(),
            SeededRandom::new(service),
        ),
        arrivals: SeededRandom::new(arrivals),
        left_by_rounding: 0,
        chosen: SeededRandom::new(chosen),
        calls: Vec::new(),
        free: Vec::new(),
        attempts: 0,
        run: OutageRun::new(
            settings.length,
            settings.slice,
            settings.patience(),
            settings.conditions.periods(),
        ),
    };
    isolated(calls, || engine.finished())
}

impl Engine<'_> {
    fn finished(mut self) -> OutageRun {
        VirtualClock::set(0);
        for at in self.settings.conditions.crashes() {
            self.events.add(at, Rank::Crash, Event::Crash);
        }
        for &(calls, at) in &self.settings.arrivals.bursts {
            self.events.add(at, Rank::Call, Event::Burst(calls));
        }
        self.expect_arrival(0, true);
        let end = self.settings.length;
        while let Some((now, event)) = self.events.next_before(end) {
            VirtualClock::set(now);
            self.happen(now, event);
        }
        self.run.ends(end, self.calls.iter().flatten().map(|call| call.began));
        self.run
    }

    fn happen(&mut self, now: u64, event: Event) {
        match event {
            Event::Arrival => {
                let client = below(&mut self.chosen, self.settings.arrivals.clients);
                self.begin_call(now, client);
                self.expect_arrival(now, false);
            }
            Event::Burst(calls) => {
                let clients = self.settings.arrivals.clients.max(1);
                (0..calls).for_each(|call| self.begin_call(now, call % clients));
            }
            Event::Ready(call) => self.begin_attempt(now, call),
            Event::Served(serving) => {
                if let Some((request, answer, next)) = self.service.finish(now, serving) {
                    self.answer(now, request, answer);
                    if let Some(next) = next {
                        self.events.add(next.until, Rank::Service, Event::Served(next));
                    }
                }
            }
            Event::Answered(request, answer) => self.end_attempt(now, request, answer),
            Event::TimedOut(request) => {
                self.end_attempt(now, request, Err(ErrorClass::Transient));
            }
            Event::Crash => {
                let at = now.saturating_add(self.settings.latency);
                for (request, answer) in self.service.crash() {
                    self.events.add(at, Rank::Answer, Event::Answered(request, answer));
                }
            }
        }
    }

    /// Finds out when the next call begins.
    fn expect_arrival(&mut self, now: u64, is_first: bool) {
        let Arrivals { distance: Some(distance), is_even, .. } = *self.settings.arrivals else {
            return;
        };
        let after = match (is_even, is_first) {
            (true, true) => 0,
            (true, false) => distance,
            (false, _) => exponential(&mut self.arrivals, distance),
        };
        // Under twice the load, the time to the next call passes twice as fast.
        let mut left = u128::from(after) * u128::from(WHOLE) + self.left_by_rounding;
        let mut from = now;
        loop {
            let (load, until) = self.settings.conditions.load(from);
            // At most one call in each nanosecond, so that time goes on.
            let load = u128::from(load.min(distance.saturating_mul(WHOLE)));
            if let Some(until) = until {
                let passes = load * u128::from(until - from);
                if passes <= left {
                    left -= passes;
                    from = until;
                    continue;
                }
            }
            let Some(after) = left.checked_div(load) else { return };
            self.left_by_rounding = left % load;
            let at = from.saturating_add(u64::try_from(after).unwrap_or(u64::MAX));
            return self.events.add(at, Rank::Call, Event::Arrival);
        }
    }

    fn begin_call(&mut self, now: u64, client: u32) {
        let Some(client) = self.clients.get(client as usize) else { return };
        let watch = Watch::new(Memory::<VirtualClock>::started());
        let watch = match &client.budget {
            Some(budget) => watch.budget(budget),
            None => watch,
        };
        let state = Paused::new(Drawing::new(watch), client.pause.as_ref());
        let place = self.free.pop().unwrap_or(self.calls.len());
        if place == self.calls.len() {
            self.calls.push(None);
        }
        self.calls[place] = Some(Call { state, began: now, attempt: 0, attempt_began: now });
        self.run.call_begins(now);
        self.begin_attempt(now, place);
    }

    /// Begins an attempt, or waits for the pause.
    fn begin_attempt(&mut self, now: u64, place: usize) {
        let policy = self.settings.policy;
        let Some(call) = self.calls.get_mut(place).and_then(Option::as_mut) else { return };
        match call.state.gate(policy, Some(())) {
            Gate::Open => {}
            Gate::Shut(wait) => {
                let wait = nanos(wait.duration());
                self.run.call_waits(wait);
                self.events.add(now.saturating_add(wait), Rank::Call, Event::Ready(place));
                return;
            }
            Gate::Late((), _) => return self.give_up(now, place),
        }
        call.state.begin_attempt();
        self.attempts += 1;
        (call.attempt, call.attempt_began) = (self.attempts, now);
        let request = Request { call: place, attempt: call.attempt };
        self.run.attempt_begins(now, call.state.retries() > 0);
        if let Some(timeout) = call.state.attempt_timeout(policy, self.settings.timeout) {
            let at = now.saturating_add(nanos(timeout.duration));
            self.events.add(at, Rank::Timeout, Event::TimedOut(request));
        }
        match self.service.receive(now, request) {
            Received::Answered(answer) => self.answer(now, request, answer),
            Received::Served(serving) => {
                self.events.add(serving.until, Rank::Service, Event::Served(serving));
            }
            Received::Queued => {}
        }
    }

    fn answer(&mut self, now: u64, request: Request, answer: Answer) {
        let at = now.saturating_add(self.settings.latency);
        self.events.add(at, Rank::Answer, Event::Answered(request, answer));
    }

    /// Ends an attempt, unless it has ended.
    fn end_attempt(&mut self, now: u64, request: Request, answer: Answer) {
        let Request { call: place, attempt } = request;
        let Some(call) = self.calls.get_mut(place).and_then(Option::as_mut) else { return };
        if call.attempt != attempt {
            return;
        }
        // A late answer must not end the attempt a second time.
        call.attempt = 0;
        let class = match answer {
            Ok(()) => {
                call.state.after_success();
                self.run.attempt_succeeds(call.attempt_began);
                self.run.call_succeeds(now, call.began, call.state.retries() == 0);
                return self.forget(place);
            }
            Err(class) => class,
        };
        self.run.attempt_fails(call.attempt_began);
        match call.state.after_failure(self.settings.policy, class, NAME) {
            Ok(wait) => {
                let wait = nanos(call.state.granted(wait).duration());
                self.run.call_waits(wait);
                self.events.add(now.saturating_add(wait), Rank::Call, Event::Ready(place));
            }
            Err(_) => self.give_up(now, place),
        }
    }

    fn give_up(&mut self, now: u64, place: usize) {
        if let Some(call) = self.calls.get(place).and_then(Option::as_ref) {
            self.run.call_gives_up(now, call.began);
        }
        self.forget(place);
    }

    fn forget(&mut self, place: usize) {
        self.calls[place] = None;
        self.free.push(place);
    }
}
