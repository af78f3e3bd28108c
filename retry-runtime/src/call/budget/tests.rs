//! Checks the documented steady states by simulation, and every interleaving of a few calls.

use std::collections::{BTreeSet, HashSet};
use std::thread;

use super::*;
use crate::call::random::{Random, SeededRandom};
use crate::policy::range::Range;

const TRANSIENT: ErrorClass = ErrorClass::Transient;
const THROTTLED: ErrorClass = ErrorClass::Throttled { retry_after: None };

const fn status(code: u16) -> ErrorClass {
    ErrorClass::Status { code, retry_after: None }
}

fn up_to(most: u64, random: &mut SeededRandom) -> u64 {
    random.within(Range { shortest: 0, longest: most })
}

fn holding(tokens: u32, budget: RetryBudget) -> RetryBudget {
    budget.tokens.store(tokens, Ordering::Relaxed);
    budget
}

/// Takes the cost of a retry, and returns it if the retry is granted.
fn take_from(budget: &RetryBudget, class: ErrorClass) -> Option<u32> {
    budget.take(class).then(|| budget.cost_of(class))
}

#[derive(Debug, Default, PartialEq)]
struct Load {
    first_successes: u32,
    retries: u32,
    failed_retries: u32,
    refused: u32,
}

/// Makes calls of up to three retries, one after the other.
fn simulate(budget: &RetryBudget, calls: u32, mut fails: impl FnMut(u32) -> bool) -> Load {
    let mut load = Load::default();
    for call in 0..calls {
        if !fails(call) {
            budget.succeeded(None);
            load.first_successes += 1;
            continue;
        }
        for _ in 0..3 {
            let Some(cost) = take_from(budget, TRANSIENT) else {
                load.refused += 1;
                break;
            };
            load.retries += 1;
            if !fails(call) {
                budget.succeeded(Some(cost));
                break;
            }
            load.failed_retries += 1;
        }
    }
    load
}

fn at_random(seed: u64, percent: u64) -> impl FnMut(u32) -> bool {
    let mut random = SeededRandom::new(seed);
    move |_| up_to(99_999, &mut random) < percent * 1_000
}

// SPEC 7.1
#[test]
fn a_budget_starts_full() {
    static BUDGET: RetryBudget = RetryBudget::standard();
    assert_eq!(BUDGET.available(), 500);
    assert_eq!(RetryBudget::new(7, 1, 1, 1).available(), 7);
}

// SPEC 7.1
#[test]
fn a_retry_takes_what_its_class_costs() {
    let cases = [
        (TRANSIENT, 14),
        (THROTTLED, 5),
        (status(429), 5),
        (status(503), 14),
        (status(504), 14),
        (ErrorClass::Permanent, 14),
    ];
    for (class, cost) in cases {
        let budget = RetryBudget::standard();
        assert_eq!(take_from(&budget, class), Some(cost), "{class:?}");
        assert_eq!(budget.available(), 500 - cost, "{class:?}");
    }
}

// SPEC 7.1
#[test]
fn a_retry_is_refused_whole_or_granted_whole() {
    let cases = [
        // tokens, cost, granted, left
        (14, 14, Some(14), 0),
        (13, 14, None, 13),
        (0, 14, None, 0),
        (0, 0, Some(0), 0),
        (100, 101, None, 100),
        (100, u32::MAX, None, 100),
    ];
    for (tokens, cost, granted, left) in cases {
        let budget = holding(tokens, RetryBudget::new(100, cost, 1, 1));
        assert_eq!(take_from(&budget, TRANSIENT), granted, "{cost} of {tokens}");
        assert_eq!(budget.available(), left, "{cost} of {tokens}");
    }
}

// SPEC 7.1
#[test]
fn a_success_puts_back_the_refill_or_the_last_cost_up_to_the_capacity() {
    let cases = [
        // tokens, last cost, tokens after it
        (0, None, 1),
        (0, Some(14), 14),
        (0, Some(0), 0),
        (490, Some(14), 500),
        (499, None, 500),
        (500, None, 500),
        (500, Some(14), 500),
        (499, Some(u32::MAX), 500),
    ];
    for (tokens, last_cost, after) in cases {
        let budget = holding(tokens, RetryBudget::standard());
        budget.succeeded(last_cost);
        assert_eq!(budget.available(), after, "{last_cost:?} to {tokens}");
    }
}

#[test]
fn the_largest_numbers_neither_wrap_nor_panic() {
    let budget = RetryBudget::new(u32::MAX, u32::MAX, 0, u32::MAX);
    budget.succeeded(None);
    assert_eq!(budget.available(), u32::MAX);
    assert_eq!(take_from(&budget, TRANSIENT), Some(u32::MAX));
    assert_eq!(take_from(&budget, TRANSIENT), None);
    assert_eq!(take_from(&budget, THROTTLED), Some(0));
    budget.succeeded(None);
    budget.succeeded(Some(u32::MAX));
    assert_eq!(budget.available(), u32::MAX);
}

#[test]
fn a_success_on_a_full_budget_writes_nothing() {
    assert_eq!(with(500, 1, 500), None);
    assert_eq!(with(500, 14, 500), None);
    assert_eq!(with(499, 14, 500), Some(500));
}

// SPEC 7.1
#[test]
fn an_outage_gets_35_retries_and_then_none_until_calls_succeed() {
    let budget = RetryBudget::standard();
    let outage = simulate(&budget, 100_000, |_| true);
    assert_eq!(outage.retries, 35);
    assert_eq!(budget.available(), 500 - 35 * 14);
    assert_eq!(outage.refused, 100_000 - 11, "eleven calls had all three of theirs");

    assert_eq!(simulate(&budget, 3, |_| false).first_successes, 3);
    assert_eq!(budget.available(), 13);
    assert_eq!(take_from(&budget, TRANSIENT), None);
    simulate(&budget, 1, |_| false);
    assert_eq!(take_from(&budget, TRANSIENT), Some(14));

    simulate(&budget, 500, |_| false);
    assert_eq!(budget.available(), 500);
}

// SPEC 7.1
#[test]
fn throttling_gets_100_retries() {
    let budget = RetryBudget::standard();
    for _ in 0..100 {
        assert_eq!(take_from(&budget, THROTTLED), Some(5));
    }
    assert_eq!(take_from(&budget, THROTTLED), None);
}

// SPEC 7.1
#[test]
fn below_20_percent_of_independent_failures_nothing_is_refused() {
    for percent in [1, 5, 10, 15, 19] {
        let budget = RetryBudget::standard();
        let load = simulate(&budget, 100_000, at_random(7, percent));
        assert_eq!(load.refused, 0, "{percent} %");
        assert!(load.retries > 900, "{percent} %: {load:?}");
    }
}

// SPEC 7.1
#[test]
fn failed_retries_never_cost_more_than_the_budget_and_the_successes_gave() {
    for percent in [0, 10, 20, 25, 30, 50, 75, 90, 99, 100] {
        let budget = RetryBudget::standard();
        let load = simulate(&budget, 100_000, at_random(11, percent));
        let spent = load.failed_retries * 14;
        assert!(spent <= 500 + load.first_successes, "{percent} %: {load:?}");
    }
}

// SPEC 7.1
#[test]
fn at_50_percent_failures_the_added_load_is_a_fourteenth() {
    let budget = RetryBudget::standard();
    simulate(&budget, 10_000, at_random(13, 50));
    let load = simulate(&budget, 100_000, at_random(17, 50));
    // Half of the retries fail, and a failed one costs what 14 successes give.
    let expected = 100_000 / 14;
    assert!(load.retries.abs_diff(expected) < expected / 50, "{load:?}");
}

// SPEC 7.1
#[test]
fn calls_that_always_fail_drain_the_budget_for_the_others() {
    let refused_to_others = |one_in: u32| {
        let budget = RetryBudget::standard();
        let mut random = SeededRandom::new(19);
        let mut refused = 0;
        for call in 0..100_000 {
            if call % one_in == 0 {
                simulate(&budget, 1, |_| true);
            } else {
                // 1 % of the other calls need a retry, which then succeeds.
                let mut first = up_to(99, &mut random) == 0;
                refused += simulate(&budget, 1, |_| core::mem::take(&mut first)).refused;
            }
        }
        refused
    };
    assert!(refused_to_others(10) > 500, "of about 900");
    assert!(refused_to_others(40) > 0);
    assert_eq!(refused_to_others(50), 0);
}

/// One call: it asks for retries after errors of these classes until one is refused, then succeeds or
/// fails.
#[derive(Clone, Copy, Debug)]
struct Call {
    retries: &'static [ErrorClass],
    succeeds: bool,
}

/// The progress of a call in the model, between the steps of `fetch_update`: one load, then exchanges that
/// succeed if the tokens are unchanged since they were last seen.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Running {
    done: usize,
    seen: Option<u32>,
    granted: Vec<u32>,
    put: u32,
    over: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct World {
    tokens: u32,
    calls: Vec<Running>,
}

impl World {
    fn new(tokens: u32, calls: usize) -> Self {
        let idle = Running { done: 0, seen: None, granted: Vec::new(), put: 0, over: false };
        Self { tokens, calls: vec![idle; calls] }
    }

    fn is_over(&self) -> bool {
        self.calls.iter().all(|call| call.over)
    }
}

enum Operation {
    Take(u32),
    Put(u32),
}

fn operation(budget: &RetryBudget, call: &Call, running: &Running) -> Operation {
    match call.retries.get(running.done) {
        Some(class) => Operation::Take(budget.cost_of(*class)),
        None => Operation::Put(running.granted.last().copied().unwrap_or(budget.refill)),
    }
}

fn finish(call: &Call, running: &mut Running, operation: &Operation, written: bool) {
    running.seen = None;
    running.done += 1;
    match *operation {
        Operation::Take(cost) if written => running.granted.push(cost),
        Operation::Take(_) => running.over = true,
        Operation::Put(back) => {
            running.put = back;
            running.over = true;
        }
    }
    running.over |= running.done == call.retries.len() && !call.succeeds;
}

/// Makes one atomic step of one call, with the functions that the budget itself passes to `fetch_update`.
/// An exchange that fails spuriously leaves the world unchanged, so it needs no branch.
fn step(budget: &RetryBudget, call: &Call, tokens: &mut u32, running: &mut Running) {
    let operation = operation(budget, call, running);
    let next = |tokens| match operation {
        Operation::Take(cost) => without(tokens, cost),
        Operation::Put(back) => with(tokens, back, budget.capacity),
    };
    if let Some(written) = running.seen.and_then(next) {
        if running.seen == Some(*tokens) {
            *tokens = written;
            return finish(call, running, &operation, true);
        }
    }
    running.seen = Some(*tokens);
    if next(*tokens).is_none() {
        finish(call, running, &operation, false);
    }
}

/// Every end that an interleaving of atomic steps can reach.
fn interleaved(budget: &RetryBudget, start: u32, calls: &[Call]) -> BTreeSet<World> {
    let mut reached = HashSet::new();
    let mut open = vec![World::new(start, calls.len())];
    let mut ends = BTreeSet::new();
    while let Some(world) = open.pop() {
        assert!(world.tokens <= budget.capacity, "{world:?}");
        if world.is_over() {
            ends.insert(world);
            continue;
        }
        for (index, call) in calls.iter().enumerate() {
            let mut next = world.clone();
            if !next.calls[index].over {
                step(budget, call, &mut next.tokens, &mut next.calls[index]);
                if reached.insert(next.clone()) {
                    open.push(next);
                }
            }
        }
    }
    ends
}

/// Every end of the real budget if its operations run one after the other, in any order.
fn serial(budget: &RetryBudget, start: u32, calls: &[Call]) -> BTreeSet<World> {
    let mut open = vec![World::new(start, calls.len())];
    let mut ends = BTreeSet::new();
    while let Some(world) = open.pop() {
        if world.is_over() {
            ends.insert(world);
            continue;
        }
        for (index, call) in calls.iter().enumerate() {
            let mut next = world.clone();
            let running = &mut next.calls[index];
            if running.over {
                continue;
            }
            budget.tokens.store(next.tokens, Ordering::Relaxed);
            let operation = operation(budget, call, running);
            let granted = if let Some(class) = call.retries.get(running.done) {
                budget.take(*class)
            } else {
                budget.succeeded(running.granted.last().copied());
                true
            };
            finish(call, running, &operation, granted);
            next.tokens = budget.available();
            open.push(next);
        }
    }
    ends
}

// SPEC 7.1
#[test]
fn calls_that_interleave_end_as_if_they_took_turns() {
    let calls = [
        Call { retries: &[], succeeds: true },
        Call { retries: &[TRANSIENT], succeeds: true },
        Call { retries: &[TRANSIENT], succeeds: false },
        Call { retries: &[THROTTLED, TRANSIENT], succeeds: true },
        Call { retries: &[TRANSIENT, THROTTLED], succeeds: false },
    ];
    let budget = RetryBudget::new(10, 4, 3, 2);
    for start in 0..=budget.capacity {
        for first in calls {
            for second in calls {
                check(&budget, start, &[first, second]);
                for third in calls {
                    check(&budget, start, &[first, second, third]);
                }
            }
        }
    }
}

fn check(budget: &RetryBudget, start: u32, calls: &[Call]) {
    let ends = interleaved(budget, start, calls);
    assert_eq!(ends, serial(budget, start, calls), "{start}: {calls:?}");
    for end in ends {
        let taken: u32 = end.calls.iter().flat_map(|call| &call.granted).sum();
        let put: u32 = end.calls.iter().map(|call| call.put).sum();
        assert!(end.tokens + taken <= start + put, "a token was created: {end:?}");
        if start + put <= budget.capacity {
            assert_eq!(end.tokens + taken, start + put, "a token was lost: {end:?}");
        }
    }
}

// SPEC 7.1
#[test]
fn no_token_is_lost_or_created_between_real_threads() {
    const START: u32 = 100;
    let budget = holding(START, RetryBudget::new(u32::MAX, 14, 5, 1));
    let work = |seed| {
        let mut random = SeededRandom::new(seed);
        let (mut taken, mut put, mut refused) = (0, 0, 0);
        for _ in 0..200_000 {
            let class = match up_to(9, &mut random) {
                0..4 => TRANSIENT,
                4..6 => THROTTLED,
                _ => {
                    budget.succeeded(None);
                    put += 1;
                    continue;
                }
            };
            match take_from(&budget, class) {
                None => refused += 1,
                Some(cost) => {
                    taken += cost;
                    if up_to(1, &mut random) == 0 {
                        budget.succeeded(Some(cost));
                        put += cost;
                    }
                }
            }
        }
        (taken, put, refused)
    };
    let results: Vec<(u32, u32, u32)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|seed| scope.spawn(move || work(seed))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let taken: u32 = results.iter().map(|result| result.0).sum();
    let put: u32 = results.iter().map(|result| result.1).sum();
    assert!(results.iter().all(|&(taken, _, refused)| taken > 0 && refused > 0), "{results:?}");
    assert_eq!(budget.available(), START + put - taken);
}

// SPEC 7.1
#[test]
fn no_thread_ever_sees_more_than_the_capacity() {
    let budget = RetryBudget::new(20, 14, 5, 1);
    let work = || {
        for _ in 0..100_000 {
            let cost = take_from(&budget, THROTTLED);
            assert!(budget.available() <= 20);
            budget.succeeded(cost);
            assert!(budget.available() <= 20);
        }
    };
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(work);
        }
    });
    assert_eq!(budget.available(), 20);
}
