//! The numbers of the pictures, as text.

use std::fmt::Write;

use retry_kit::testing::OutageRun;

use crate::collapse::{self, STRATEGIES, Shape};
use crate::contention::{CONTENDERS, Contest, Statistic};
use crate::herd::{self, KINDS};

/// The number of clients in the table.
const CLIENTS: u32 = 100;

/// What a hundred clients need that write the same row.
pub fn contention(contests: &[Vec<Contest>]) -> String {
    let mut table = format!("{:<14}{:>13}{:>16}\n", "100 clients", "calls", "seconds");
    for (contests, contender) in contests.iter().zip(&CONTENDERS) {
        let Some(contest) = contests.iter().find(|contest| contest.clients == CLIENTS) else {
            continue;
        };
        let Statistic { mean: calls, deviation: of_calls } = contest.calls;
        let Statistic { mean: time, deviation: of_time } = contest.time;
        let _ = writeln!(
            table,
            "{:<14}{calls:>8.0} ± {of_calls:>2.0}{time:>10.2} ± {of_time:>3.2}",
            contender.name
        );
    }
    table
}

/// What becomes of a service, and of its callers.
pub fn collapse(runs: &[[OutageRun; 3]]) -> String {
    let mut table =
        format!("{:<17}{:>20}{:>20}{:>14}\n", "calls that succeed", "spike", "ramp", "5 % errors");
    for (runs, strategy) in runs.iter().zip(&STRATEGIES) {
        let [spike, ramp, errors] = runs;
        let outcome = |run: &OutageRun| match run.recovery() {
            Some(after) => format!("{} %, back in {} s", collapse::share(run), after.as_secs()),
            None => format!("{} %, never back", collapse::share(run)),
        };
        let _ = writeln!(
            table,
            "{:<18}{:>20}{:>20}{:>12} %",
            strategy.name,
            outcome(spike),
            outcome(ramp),
            collapse::share(errors)
        );
    }
    table
}

/// The most requests in 10 ms, of a thousand clients that come back.
pub fn herd(failed: &[OutageRun], hinted: &[[OutageRun; 2]]) -> String {
    let mut table = format!(
        "{:<18}{:>15}{:>20}{:>14}\n",
        "most in 10 ms", "after a failure", "after Retry-After", "with a pause"
    );
    for ((failed, [alone, paused]), kind) in failed.iter().zip(hinted).zip(&KINDS) {
        let _ = writeln!(
            table,
            "{:<18}{:>15}{:>20}{:>14}",
            kind.name,
            herd::peak(failed, 0.1),
            herd::peak(alone, 2.5),
            herd::peak(paused, 2.5)
        );
    }
    table
}

/// All shapes, with a picture or without.
pub const SHAPES: [Shape; 3] = [Shape::Spike, Shape::Ramp, Shape::Errors];
