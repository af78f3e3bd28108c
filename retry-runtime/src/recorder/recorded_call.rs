//! The records of one call, among those of the others that ran at the same time.

use std::collections::{BTreeMap, BTreeSet};

use crate::call::{Record, Step, StopReason};

/// Whether a policy is why a call ends.
pub(super) const fn is_of_the_policy(reason: StopReason) -> bool {
    !matches!(
        reason,
        StopReason::Budget | StopReason::Disabled | StopReason::Nested | StopReason::Cancelled
    )
}

/// The calls whose beginning is among these records, and the number of the others.
pub(super) fn calls(records: &[Record]) -> (Vec<Vec<Record>>, u64) {
    let mut calls: Vec<Vec<Record>> = Vec::new();
    let (mut places, mut cut) = (BTreeMap::new(), BTreeSet::new());
    for record in records {
        if record.is_first() {
            places.insert(record.call(), calls.len());
            calls.push(vec![*record]);
            continue;
        }
        match places.get(&record.call()).and_then(|place| calls.get_mut(*place)) {
            Some(call) => add(call, *record),
            None => {
                cut.insert(record.call());
            }
        }
    }
    (calls, cut.len().try_into().unwrap_or(u64::MAX))
}

/// A call that goes on after it gave up, as with `forever()`, did not give up.
fn add(call: &mut Vec<Record>, record: Record) {
    if call.last().is_some_and(|last| matches!(last.step(), Step::Stop { .. })) {
        call.pop();
    }
    call.push(record);
}
