//! Draws the waits in a terminal.

use std::fmt::Write;
use std::time::Duration;

use crate::schedule::{Schedule, words};

const WIDTH: f64 = 48.0;

/// Prints one line per wait: its number, its range, the sum of the longest waits so far, and a bar
/// from the shortest to the longest.
pub fn draw(schedule: &Schedule) -> String {
    let mut lines = format!("{:>5} {:>9} {:>9} {:>9}\n", "retry", "shortest", "longest", "in all");
    let scale = WIDTH / schedule.longest().as_secs_f64().max(f64::MIN_POSITIVE);
    let mut total = Duration::ZERO;
    for (number, wait) in (1..).zip(&schedule.waits) {
        total = total.saturating_add(*wait.end());
        let _ = writeln!(
            lines,
            "{number:>5} {:>9} {:>9} {:>9}  {}",
            words(*wait.start()),
            words(*wait.end()),
            words(total),
            bar(wait.start().as_secs_f64() * scale, wait.end().as_secs_f64() * scale),
        );
    }
    lines
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to WIDTH")]
fn bar(start: f64, end: f64) -> String {
    let start = start.round() as usize;
    let length = (end.round() as usize).saturating_sub(start).max(1);
    format!("{}{}", "·".repeat(start), "█".repeat(length))
}
