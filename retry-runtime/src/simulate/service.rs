//! The service that the calls ask.

use std::collections::VecDeque;

use super::chance::{happens, scaled};
use super::conditions::Conditions;
use crate::call::SeededRandom;
use crate::policy::ErrorClass;

/// An attempt of a call, as the service sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Request {
    /// The place of the call.
    pub(super) call: usize,
    /// The number of the attempt among all of the run.
    pub(super) attempt: u64,
}

/// Whether an attempt succeeded, or how it failed.
pub(super) type Answer = Result<(), ErrorClass>;

/// A request that is being served until this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Serving {
    pub(super) until: u64,
    pub(super) place: usize,
    /// How often the service had crashed.
    crashes: u64,
}

/// What the service does with a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Received {
    Answered(Answer),
    Served(Serving),
    Queued,
}

#[derive(Debug)]
pub(super) struct Service {
    /// How long a request takes, in nanoseconds.
    time: u64,
    capacity: usize,
    queue_limit: usize,
    conditions: Conditions,
    random: SeededRandom,
    queue: VecDeque<Request>,
    places: Vec<Option<Request>>,
    free: Vec<usize>,
    crashes: u64,
}

impl Service {
    pub(super) fn new(
        time: u64,
        capacity: usize,
        queue_limit: usize,
        conditions: Conditions,
        random: SeededRandom,
    ) -> Self {
        Self {
            time,
            capacity,
            queue_limit,
            conditions,
            random,
            queue: VecDeque::new(),
            places: Vec::new(),
            free: Vec::new(),
            crashes: 0,
        }
    }

    pub(super) fn receive(&mut self, now: u64, request: Request) -> Received {
        if let Some(class) = self.conditions.refusal(now) {
            return Received::Answered(Err(class));
        }
        if self.places.len() - self.free.len() < self.capacity {
            return Received::Served(self.serve(now, request));
        }
        if self.queue.len() < self.queue_limit {
            self.queue.push_back(request);
            return Received::Queued;
        }
        Received::Answered(UNAVAILABLE)
    }

    fn serve(&mut self, now: u64, request: Request) -> Serving {
        let place = self.free.pop().unwrap_or(self.places.len());
        if place == self.places.len() {
            self.places.push(None);
        }
        self.places[place] = Some(request);
        let time = scaled(self.time, self.conditions.slowness(now));
        Serving { until: now.saturating_add(time), place, crashes: self.crashes }
    }

    /// Answers a request, if it was not lost, and serves the next one.
    pub(super) fn finish(
        &mut self,
        now: u64,
        served: Serving,
    ) -> Option<(Request, Answer, Option<Serving>)> {
        if served.crashes != self.crashes {
            return None;
        }
        let request = self.places.get_mut(served.place)?.take()?;
        self.free.push(served.place);
        let mut fails = false;
        for share in self.conditions.errors(now) {
            fails |= happens(&mut self.random, share);
        }
        let next = self.queue.pop_front().map(|request| self.serve(now, request));
        Some((request, if fails { UNAVAILABLE } else { Ok(()) }, next))
    }

    /// Loses all requests, and returns them in the order in which they were received by a place or the queue.
    pub(super) fn crash(&mut self) -> impl Iterator<Item = (Request, Answer)> + use<'_> {
        self.crashes += 1;
        self.free.clear();
        let lost = self.places.drain(..).flatten().chain(self.queue.drain(..));
        lost.map(|request| (request, Err(ErrorClass::Transient)))
    }
}

const UNAVAILABLE: Answer = Err(ErrorClass::Status { code: 503, retry_after: None });
