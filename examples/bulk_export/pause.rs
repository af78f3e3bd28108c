//! One pause for all workers: a server that asks one worker to wait means all of them.
//!
//! `on_retry` calls [`begin`](Pause::begin) with the wait that the server asked for, and every
//! attempt starts with [`over`](Pause::over). This gate comes after the attempt's own wait and can
//! only extend it. Workers leave the gate one by one, by tokio's clock.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

pub struct Pause {
    spacing: Duration,
    gate: Mutex<Gate>,
}

struct Gate {
    opens: Instant,
    /// When the next worker may leave: after the gate opens, and some time after the previous one.
    next: Instant,
}

impl Pause {
    pub fn new(spacing: Duration) -> Self {
        let now = Instant::now();
        Self { spacing, gate: Mutex::new(Gate { opens: now, next: now }) }
    }

    /// Closes the gate for this time; a pause that ends later stays in force.
    pub fn begin(&self, wait: Duration) {
        let mut gate = self.gate();
        gate.opens = gate.opens.max(Instant::now() + wait);
        gate.next = gate.next.max(gate.opens);
    }

    /// Waits until the pause is over. Returns the time it waited.
    pub async fn over(&self) -> Duration {
        let arrived = Instant::now();
        let mut left = arrived;
        while let Some(turn) = self.turn() {
            sleep_until(turn).await;
            left = Instant::now();
            // The server may have asked for more in the meantime: then queue again.
            if self.gate().opens <= turn {
                break;
            }
        }
        left - arrived
    }

    fn turn(&self) -> Option<Instant> {
        let mut gate = self.gate();
        let turn = gate.next;
        if turn <= Instant::now() {
            return None;
        }
        gate.next += self.spacing;
        Some(turn)
    }

    fn gate(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
