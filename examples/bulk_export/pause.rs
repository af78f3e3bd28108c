//! One pause for all: what a server asks of one worker is meant for every worker.
//!
//! `on_retry` calls [`begin`](Pause::begin) with the wait that the server asked for, and every
//! attempt begins with [`over`](Pause::over). That is a gate and no more: it comes after the wait
//! of the attempt itself and can only add to it. Those held there leave one by one, by tokio's clock.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

pub struct Pause {
    spacing: Duration,
    gate: Mutex<Gate>,
}

struct Gate {
    opens: Instant,
    /// When the next one may leave: not before the gate opens, nor right behind another.
    next: Instant,
}

impl Pause {
    pub fn new(spacing: Duration) -> Self {
        let now = Instant::now();
        Self { spacing, gate: Mutex::new(Gate { opens: now, next: now }) }
    }

    /// Nobody passes for as long as this, or longer if another pause ends later.
    pub fn begin(&self, wait: Duration) {
        let mut gate = self.gate();
        gate.opens = gate.opens.max(Instant::now() + wait);
        gate.next = gate.next.max(gate.opens);
    }

    /// Returns at once if there is no pause. Gives the time it held the caller.
    pub async fn over(&self) -> Duration {
        let arrived = Instant::now();
        let mut left = arrived;
        while let Some(turn) = self.turn() {
            sleep_until(turn).await;
            left = Instant::now();
            // The server may have asked for more in the meantime; then the turn was in vain.
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
