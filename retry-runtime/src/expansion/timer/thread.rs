//! A timer of our own: one thread for the process, which ends when no wait is left.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

/// The wait of a future for its time; knows its place in the queue.
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct OwnTimer {
    end: Instant,
    /// Zero until the first poll.
    number: u64,
}

/// The futures that wait.
struct Queue {
    /// In the order of their places. Most waits that begin end last, so a queue moves few of them.
    waits: VecDeque<(Place, Waker)>,
    last_number: u64,
    is_served: bool,
}

type Place = (Instant, u64);

impl Queue {
    fn find(&self, place: Place) -> Result<usize, usize> {
        self.waits.binary_search_by(|(other, _)| other.cmp(&place))
    }

    fn remove(&mut self, place: Place) -> Option<Waker> {
        let (_, waker) = self.waits.remove(self.find(place).ok()?)?;
        Some(waker)
    }

    /// Returns the waker that was at this place.
    fn insert(&mut self, place: Place, waker: Waker) -> Option<Waker> {
        let previous = self.remove(place);
        let (Ok(index) | Err(index)) = self.find(place);
        self.waits.insert(index, (place, waker));
        previous
    }
}

static QUEUE: Mutex<Queue> =
    Mutex::new(Queue { waits: VecDeque::new(), last_number: 0, is_served: false });

/// Tells the thread that another future is the next one.
static CHANGED: Condvar = Condvar::new();

/// In place of a time that the clock cannot express.
const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

fn queue() -> MutexGuard<'static, Queue> {
    QUEUE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl OwnTimer {
    pub(in crate::expansion) fn until(end: Instant) -> Self {
        Self { end, number: 0 }
    }

    pub(in crate::expansion) fn after(duration: Duration) -> Self {
        let now = Instant::now();
        let end = now.checked_add(duration).or_else(|| now.checked_add(FAR));
        Self::until(end.unwrap_or(now))
    }

    /// Whether the time has come, for a future that is polled beside another.
    #[cfg(not(all(feature = "tokio", not(all(target_family = "wasm", target_os = "unknown")))))]
    pub(in crate::expansion) fn poll_beside(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> bool {
        self.poll(context).is_ready()
    }

    fn is_elapsed(&self) -> bool {
        Instant::now() >= self.end
    }

    fn leave(&mut self) {
        if self.number != 0 {
            // Dropped after the lock: a waker may be the last owner of a future that waits here, too.
            let waker = queue().remove((self.end, self.number));
            drop(waker);
        }
    }
}

impl Future for OwnTimer {
    type Output = ();

    // For programs with tokio, where it is beside tokio's.
    #[cold]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.is_elapsed() {
            self.leave();
            return Poll::Ready(());
        }
        let waker = context.waker().clone();
        let mut queue = queue();
        if self.number == 0 {
            queue.last_number += 1;
            self.number = queue.last_number;
        }
        let place = (self.end, self.number);
        let previous = queue.insert(place, waker);
        if queue.is_served {
            if queue.waits.front().is_some_and(|(first, _)| *first == place) {
                CHANGED.notify_one();
            }
        } else if thread::Builder::new().name("retry-kit timer".to_owned()).spawn(serve).is_ok() {
            queue.is_served = true;
        } else {
            drop(queue);
            // Without threads, as on WASI: late for all others, but not lost.
            thread::sleep(self.end.saturating_duration_since(Instant::now()));
            self.leave();
            return Poll::Ready(());
        }
        drop(queue);
        drop(previous);
        Poll::Pending
    }
}

impl Drop for OwnTimer {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Wakes each future at its time, until none is left.
fn serve() {
    let mut waiting = queue();
    while let Some(((end, _), _)) = waiting.waits.front() {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            let next = waiting.waits.pop_front();
            drop(waiting);
            // A waker is an executor's own code. Its panic must not end the waits of others.
            let _ = catch_unwind(AssertUnwindSafe(|| next.map(|(_, waker)| waker.wake())));
            waiting = queue();
        } else {
            let changed = CHANGED.wait_timeout(waiting, left);
            (waiting, _) = changed.unwrap_or_else(PoisonError::into_inner);
        }
    }
    waiting.is_served = false;
}

#[cfg(test)]
mod tests {
    use core::future::poll_fn;
    use core::pin::pin;
    use core::sync::atomic::{AtomicBool, Ordering};
    use std::sync::Arc;
    use std::task::Wake;
    use std::thread::Thread;

    use super::*;

    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    /// The smallest executor.
    fn block_on<F: Future>(future: F) -> F::Output {
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut future = pin!(future);
        loop {
            match future.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(output) => return output,
                Poll::Pending => thread::park(),
            }
        }
    }

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    // SPEC 9.5
    #[test]
    fn many_threads_wait_at_once_each_for_its_own_time() {
        let threads: Vec<_> = (0..32)
            .map(|number| {
                thread::spawn(move || {
                    // The longest first, so that later ones come before them.
                    let time = millis(64 - 2 * number);
                    let begin = Instant::now();
                    block_on(OwnTimer::after(time));
                    assert!(begin.elapsed() >= time);
                })
            })
            .collect();
        for thread in threads {
            assert!(thread.join().is_ok());
        }
    }

    // SPEC 9.5
    #[test]
    fn a_wait_that_is_dropped_wakes_nothing() {
        struct Flag(AtomicBool);

        impl Wake for Flag {
            fn wake(self: Arc<Self>) {
                self.0.store(true, Ordering::Relaxed);
            }
        }

        let flag = Arc::new(Flag(AtomicBool::new(false)));
        let waker = Waker::from(Arc::clone(&flag));
        let mut timer = OwnTimer::after(millis(5));
        assert!(Pin::new(&mut timer).poll(&mut Context::from_waker(&waker)).is_pending());
        drop(timer);
        block_on(OwnTimer::after(millis(20)));
        assert!(!flag.0.load(Ordering::Relaxed));
    }

    // SPEC 9.5
    #[test]
    fn a_waker_that_panics_ends_no_other_wait() {
        struct Panics;

        impl Wake for Panics {
            fn wake(self: Arc<Self>) {
                std::panic::resume_unwind(Box::new(()));
            }
        }

        let waker = Waker::from(Arc::new(Panics));
        let mut first = OwnTimer::after(millis(1));
        assert!(Pin::new(&mut first).poll(&mut Context::from_waker(&waker)).is_pending());
        block_on(OwnTimer::after(millis(10)));
    }

    // SPEC 9.5
    #[test]
    fn the_last_waker_wakes() {
        let mut timer = OwnTimer::after(millis(5));
        assert!(Pin::new(&mut timer).poll(&mut Context::from_waker(Waker::noop())).is_pending());
        block_on(poll_fn(|context| Pin::new(&mut timer).poll(context)));
    }

    // SPEC 4.3
    #[test]
    fn a_wait_beyond_the_clock_does_not_panic() {
        let mut timer = OwnTimer::after(Duration::MAX);
        assert!(Pin::new(&mut timer).poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
}
