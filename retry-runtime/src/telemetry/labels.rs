//! The labels of metrics, made once for each name.
//!
//! The crate `metrics` cannot be asked whether a recorder is installed, and allocates labels whose
//! values are no literals. So those of a name are made at its first failure and kept for the process.

use std::sync::OnceLock;

use metrics::Label;

use crate::call::StopReason;

/// The labels of one name: alone, and beside each reason, which are made when they are needed.
#[derive(Debug)]
struct Entry {
    name: &'static str,
    alone: [Label; 1],
    beside: [OnceLock<[Label; 2]>; REASONS],
    with_result: [OnceLock<[Label; 2]>; RESULTS],
    next: OnceLock<Box<Entry>>,
}

const LISTS: usize = 64;

const REASONS: usize = StopReason::NotRepeatable as usize + 1;

/// How a call ended.
#[derive(Clone, Copy, Debug)]
pub(super) enum CallResult {
    First,
    Recovered,
    GaveUp,
}

const RESULTS: usize = CallResult::GaveUp as usize + 1;

/// Only ever added to, so that finding an entry takes no lock.
static ENTRIES: [OnceLock<Box<Entry>>; LISTS] = [const { OnceLock::new() }; LISTS];

/// The label `name`.
pub(super) fn labels(name: &'static str) -> &'static [Label] {
    &entry(name).alone
}

/// The labels `name` and `reason`.
pub(super) fn labels_with_reason(name: &'static str, reason: StopReason) -> &'static [Label] {
    let entry = entry(name);
    let [label] = &entry.alone;
    entry.beside[reason as usize]
        .get_or_init(|| [label.clone(), Label::from_static_parts("reason", reason.as_str())])
}

/// The labels `name` and `result`.
pub(super) fn labels_with_result(name: &'static str, result: CallResult) -> &'static [Label] {
    let entry = entry(name);
    let [label] = &entry.alone;
    entry.with_result[result as usize].get_or_init(|| {
        let word = match result {
            CallResult::First => "first",
            CallResult::Recovered => "recovered",
            CallResult::GaveUp => "gave_up",
        };
        [label.clone(), Label::from_static_parts("result", word)]
    })
}

fn entry(name: &'static str) -> &'static Entry {
    let mut place = &ENTRIES[list_of(name)];
    loop {
        let entry = place.get_or_init(|| Box::new(Entry::of(name)));
        // By address: a name is a literal, and another address only makes another entry.
        if core::ptr::eq(entry.name, name) {
            return entry;
        }
        place = &entry.next;
    }
}

/// Picks a list by address: literals lie close together and need no alignment.
fn list_of(name: &str) -> usize {
    let address = name.as_ptr().addr();
    (address ^ (address >> 6)) % LISTS
}

impl Entry {
    fn of(name: &'static str) -> Self {
        let alone = [Label::from_static_parts("name", name)];
        Self {
            name,
            alone,
            beside: Default::default(),
            with_result: Default::default(),
            next: OnceLock::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // SPEC 10.1
    #[test]
    fn the_labels_of_a_name_are_made_once() {
        // More names than lists.
        let text = "retry".repeat(100).leak();
        let ended = |name| labels_with_reason(name, StopReason::Budget);
        let names = || (0..text.len()).map(|start| &text[start..]);
        let addresses = || names().map(|name| (labels(name).as_ptr(), ended(name).as_ptr()));
        let made: Vec<_> = addresses().collect();
        assert!(addresses().eq(made));
        for name in names() {
            let shown = |labels: &'static [Label]| {
                labels.iter().map(|label| (label.key(), label.value())).collect::<Vec<_>>()
            };
            assert_eq!(shown(labels(name)), [("name", name)]);
            assert_eq!(shown(ended(name)), [("name", name), ("reason", "budget")]);
        }
    }

    // SPEC 7.3.3
    #[test]
    fn every_reason_has_a_label_of_its_own() {
        let reasons = [
            StopReason::Permanent,
            StopReason::Exhausted,
            StopReason::Deadline,
            StopReason::Budget,
            StopReason::Disabled,
            StopReason::HintTooLong,
            StopReason::MayBeProcessed,
            StopReason::Nested,
            StopReason::Cancelled,
            StopReason::NotRepeatable,
        ];
        assert_eq!(reasons.len(), REASONS);
        for reason in reasons {
            let labels = labels_with_reason("every_reason", reason);
            assert_eq!(labels[1].value(), reason.as_str());
        }
    }
}
