//! What happens next.

use core::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, VecDeque};

/// The order of events at the same moment. What is finished when the service goes down counts. So does an answer that
/// arrives when the time of its attempt is up, as it does in a future.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Service,
    Crash,
    Answer,
    Call,
    Timeout,
}

#[derive(Debug)]
struct Entry<E> {
    at: u64,
    rank: Rank,
    number: u64,
    event: E,
}

impl<E> Entry<E> {
    fn key(&self) -> (u64, Rank, u64) {
        (self.at, self.rank, self.number)
    }
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl<E> Eq for Entry<E> {}

impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> Ord for Entry<E> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

/// The events to come. Those of one moment and rank come in the order in which they were added.
///
/// Most events of a rank are added in the order of their moments, because an answer or a timeout always takes as long.
/// A queue holds these, and the heap only the others.
#[derive(Debug)]
pub(super) struct Events<E> {
    heap: BinaryHeap<Reverse<Entry<E>>>,
    queues: [VecDeque<Entry<E>>; 3],
    added: u64,
}

impl<E> Events<E> {
    pub(super) fn new() -> Self {
        Self { heap: BinaryHeap::new(), queues: [(); 3].map(|()| VecDeque::new()), added: 0 }
    }

    pub(super) fn add(&mut self, at: u64, rank: Rank, event: E) {
        self.added += 1;
        let entry = Entry { at, rank, number: self.added, event };
        let queue = match rank {
            Rank::Service => &mut self.queues[0],
            Rank::Answer => &mut self.queues[1],
            Rank::Timeout => &mut self.queues[2],
            Rank::Crash | Rank::Call => return self.heap.push(Reverse(entry)),
        };
        match queue.back() {
            Some(last) if last.at > at => self.heap.push(Reverse(entry)),
            _ => queue.push_back(entry),
        }
    }

    /// The next event before `end`, and its moment.
    pub(super) fn next_before(&mut self, end: u64) -> Option<(u64, E)> {
        let mut first = self.heap.peek().map(|Reverse(entry)| entry.key());
        let mut place = None;
        for (number, queue) in self.queues.iter().enumerate() {
            let Some(entry) = queue.front() else { continue };
            if first.is_none_or(|first| entry.key() < first) {
                (first, place) = (Some(entry.key()), Some(number));
            }
        }
        let entry = match place {
            None => self.heap.pop().map(|Reverse(entry)| entry),
            Some(number) => self.queues[number].pop_front(),
        };
        entry.filter(|entry| entry.at < end).map(|entry| (entry.at, entry.event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_by_moment_then_rank_then_order() {
        let mut events = Events::new();
        for (at, rank, event) in [
            (2, Rank::Call, "second call"),
            (1, Rank::Timeout, "timeout"),
            (1, Rank::Call, "first call"),
            (2, Rank::Call, "third call"),
            (1, Rank::Answer, "answer"),
            (0, Rank::Answer, "earlier answer"),
            (1, Rank::Service, "service"),
            (1, Rank::Crash, "crash"),
            (3, Rank::Service, "too late"),
        ] {
            events.add(at, rank, event);
        }
        let order: Vec<_> = std::iter::from_fn(|| events.next_before(3)).collect();
        let expected = [
            (0, "earlier answer"),
            (1, "service"),
            (1, "crash"),
            (1, "answer"),
            (1, "first call"),
            (1, "timeout"),
            (2, "second call"),
            (2, "third call"),
        ];
        assert_eq!(order, expected);

        let mut events = Events::new();
        for call in 0..20 {
            events.add(1, Rank::Call, call);
        }
        let order: Vec<_> = std::iter::from_fn(|| events.next_before(2)).collect();
        assert!(order.into_iter().eq((0..20).map(|call| (1, call))));
    }
}
