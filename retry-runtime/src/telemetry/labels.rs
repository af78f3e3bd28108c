//! The labels of metrics, made once for each name.
//!
//! The crate `metrics` cannot be asked whether a recorder is installed, and allocates labels whose
//! values are no literals. So those of a name are made at its first failure and kept for the process.

use std::sync::OnceLock;

use metrics::Label;

/// The labels of one name, and those that share its list.
#[derive(Debug)]
struct Entry {
    name: &'static str,
    reason: &'static str,
    labels: Vec<Label>,
    next: OnceLock<Box<Entry>>,
}

const LISTS: usize = 64;

/// Only ever added to, so that finding an entry takes no lock.
static ENTRIES: [OnceLock<Box<Entry>>; LISTS] = [const { OnceLock::new() }; LISTS];

/// The label `name`, and beside it `reason`, unless that is empty.
pub(super) fn labels(name: &'static str, reason: &'static str) -> &'static [Label] {
    let is_sought = |entry: &Entry| {
        // By address: a name is a literal, and another address only makes another entry.
        core::ptr::eq(entry.name, name) && core::ptr::eq(entry.reason, reason)
    };
    let mut place = &ENTRIES[list_of(name)];
    loop {
        let entry = place.get_or_init(|| Box::new(Entry::of(name, reason)));
        if is_sought(entry) {
            return &entry.labels;
        }
        place = &entry.next;
    }
}

/// Literals stand close to each other, at any address.
fn list_of(name: &str) -> usize {
    let address = name.as_ptr().addr();
    (address ^ (address >> 6)) % LISTS
}

impl Entry {
    fn of(name: &'static str, reason: &'static str) -> Self {
        let mut labels = vec![Label::from_static_parts("name", name)];
        if !reason.is_empty() {
            labels.push(Label::from_static_parts("reason", reason));
        }
        Self { name, reason, labels, next: OnceLock::new() }
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
        let names = || (0..text.len()).map(|start| &text[start..]);
        let made: Vec<_> = names().map(|name| labels(name, "").as_ptr()).collect();
        let again: Vec<_> = names().map(|name| labels(name, "").as_ptr()).collect();
        assert_eq!(made, again);
        for name in names() {
            let shown = |labels: &'static [Label]| {
                labels.iter().map(|label| (label.key(), label.value())).collect::<Vec<_>>()
            };
            assert_eq!(shown(labels(name, "")), [("name", name)]);
            assert_eq!(shown(labels(name, "budget")), [("name", name), ("reason", "budget")]);
        }
    }
}
