//! Threads that share a budget, in every order that the memory model allows.

use interleavings::{ErrorClass, RetryBudget, give_back, succeed, take};
use loom::model::Builder;
use loom::sync::Arc;
use loom::thread::{self, JoinHandle};

const CAPACITY: u32 = 10;
const COST: u32 = 4;
const THROTTLED_COST: u32 = 3;
const REFILL: u32 = 2;

const TRANSIENT: ErrorClass = ErrorClass::Transient;
const THROTTLED: ErrorClass = ErrorClass::Throttled { retry_after: None };

/// Takes these costs first, and runs the threads.
fn share<T: 'static>(spent: &[ErrorClass], threads: &[fn(&RetryBudget) -> T]) -> (u32, Vec<T>) {
    let budget = Arc::new(RetryBudget::new(CAPACITY, COST, THROTTLED_COST, REFILL));
    // It enters the model before the threads share it.
    assert_eq!(budget.available(), CAPACITY);
    for class in spent {
        assert!(take(&budget, *class));
    }
    let run = |step: &fn(&RetryBudget) -> T| {
        let (step, budget) = (*step, Arc::clone(&budget));
        thread::spawn(move || step(&budget))
    };
    let threads: Vec<JoinHandle<T>> = threads.iter().map(run).collect();
    let values = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    (budget.available(), values)
}

// SPEC 7.1
#[test]
fn tokens_for_one_retry_are_taken_once() {
    loom::model(|| {
        let (left, granted) = share(
            &[TRANSIENT],
            &[|budget| take(budget, TRANSIENT), |budget| take(budget, TRANSIENT)],
        );
        assert_eq!(granted.iter().filter(|granted| **granted).count(), 1);
        assert_eq!(left, CAPACITY - 2 * COST);
    });
}

// SPEC 7.1
#[test]
fn three_calls_never_take_more_than_there_is() {
    let mut few = Builder::new();
    // Every order of three threads would take a minute.
    few.preemption_bound = Some(2);
    few.check(|| {
        let (left, granted) = share(
            &[],
            &[
                |budget| if take(budget, TRANSIENT) { COST } else { 0 },
                |budget| if take(budget, THROTTLED) { THROTTLED_COST } else { 0 },
                |budget| if take(budget, TRANSIENT) { COST } else { 0 },
            ],
        );
        let taken: u32 = granted.iter().sum();
        assert_eq!(left, CAPACITY - taken);
        // Two of three fit, and the third only if both others are the smaller ones.
        assert!(taken == 2 * COST || taken == COST + THROTTLED_COST, "{taken}");
    });
}

// SPEC 7.1
#[test]
fn what_is_taken_and_put_back_at_the_same_time_is_neither_lost_nor_doubled() {
    loom::model(|| {
        let (left, taken) = share(
            &[TRANSIENT],
            &[
                |budget| {
                    give_back(budget, COST);
                    0
                },
                |budget| if take(budget, THROTTLED) { THROTTLED_COST } else { 0 },
            ],
        );
        assert_eq!(left, CAPACITY - taken.iter().sum::<u32>());
    });
}

// SPEC 7.1
#[test]
fn a_refund_on_another_thread_than_the_take_is_not_lost() {
    loom::model(|| {
        let refund = |budget: &RetryBudget| succeed(budget, Some(COST));
        let (left, _) = share(&[TRANSIENT, TRANSIENT], &[refund, refund]);
        assert_eq!(left, CAPACITY);
    });
}

// SPEC 7.1
#[test]
fn two_calls_that_retry_and_succeed_leave_the_budget_full() {
    loom::model(|| {
        let call = |budget: &RetryBudget| {
            let granted = take(budget, TRANSIENT);
            if granted {
                succeed(budget, Some(COST));
            }
            granted
        };
        let (left, granted) = share(&[], &[call, call]);
        assert_eq!(granted, [true, true]);
        assert_eq!(left, CAPACITY);
    });
}

// SPEC 7.1
#[test]
fn refills_stop_at_the_capacity() {
    loom::model(|| {
        let refill = |budget: &RetryBudget| {
            succeed(budget, None);
            assert!(budget.available() <= CAPACITY);
        };
        let (left, _) = share(&[THROTTLED], &[refill, refill]);
        assert_eq!(left, CAPACITY);
    });
}
