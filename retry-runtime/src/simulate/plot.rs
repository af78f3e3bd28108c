//! A run as text: its numbers, and a bar for each part of it.

use core::fmt;
use core::ops::Range;
use core::time::Duration;

use super::report::{OutageRun, OutageSlice};

/// The most rows of a plot.
const ROWS: usize = 26;
/// The length of the longest bar.
const WIDTH: u64 = 40;

/// Slices that are shown together.
struct Row {
    time: Range<u64>,
    sum: OutageSlice,
}

fn rows(run: &OutageRun) -> Vec<Row> {
    let width = run.width();
    let mut round = (0..9).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_usize.pow(power)));
    let together = round.find(|&count| run.slices().len().div_ceil(count) <= ROWS);
    let together = together.unwrap_or(usize::MAX);
    let mut start = 0;
    let row = |slices: &[OutageSlice]| {
        let end = width.saturating_mul(slices.len() as u64).saturating_add(start);
        let row = Row { time: start..end, sum: slices.iter().fold(OutageSlice::default(), sum) };
        start = end;
        row
    };
    run.slices().chunks(together).map(row).collect()
}

fn sum(all: OutageSlice, next: &OutageSlice) -> OutageSlice {
    OutageSlice {
        start: all.start,
        calls: all.calls + next.calls,
        requests: all.requests + next.requests,
        served: all.served + next.served,
        failed: all.failed + next.failed,
        successes: all.successes + next.successes,
        gave_up: all.gave_up + next.gave_up,
        in_progress: next.in_progress,
        succeeded_at_once: all.succeeded_at_once + next.succeeded_at_once,
    }
}

/// A moment as text: `0s`, `1.5s`.
fn moment(nanos: u64) -> String {
    if nanos == 0 { "0s".to_owned() } else { format!("{:?}", Duration::from_nanos(nanos)) }
}

/// A bar: full for requests that succeeded, light for those that failed, with a line at the number of calls.
fn bar(row: &OutageSlice, most: u64) -> String {
    let cells = |count: u64| count.saturating_mul(WIDTH) / most.max(1);
    let scaled = |count: u64| cells(count.saturating_add(most / WIDTH / 2)).min(WIDTH);
    let (good, all) = (scaled(row.served), scaled(row.served + row.failed));
    let line = scaled(row.calls);
    let cell = |at| match at {
        _ if at == line => '│',
        _ if at < good => '█',
        _ if at < all => '░',
        _ => ' ',
    };
    (0..=WIDTH).map(cell).collect::<String>().trim_end().to_owned()
}

/// Writes the numbers of the run, then a row for each part of it: a bar of its requests, in which those that failed are
/// light, and a line at the number of calls, which is the load without retries.
impl fmt::Display for OutageRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} calls: {} succeeded, {} gave up, {} unfinished",
            self.calls(),
            self.successes(),
            self.failures(),
            self.unfinished()
        )?;
        writeln!(
            f,
            "{} requests: {:.1} % added by retries, at the peak {:.2} times the calls",
            self.requests(),
            self.added_load() * 100.0,
            self.peak_load()
        )?;
        write!(
            f,
            "longest wait {:.1?}, longest call {:.1?}, ",
            self.longest_wait(),
            self.longest_call()
        )?;
        match self.recovery() {
            Some(Duration::ZERO) => writeln!(f, "recovered at once")?,
            Some(after) => writeln!(f, "recovered after {after:.1?}")?,
            None => writeln!(f, "not recovered")?,
        }
        let rows = rows(self);
        let most = rows.iter().map(|row| row.sum.requests.max(row.sum.calls)).max().unwrap_or(0);
        writeln!(
            f,
            "\n{:>7} {:>8} {:>8} {:>8} {:>8} {:>8}",
            "from", "calls", "requests", "failed", "gave up", "open"
        )?;
        for Row { time, sum } in &rows {
            let start = moment(time.start);
            let OutageSlice { calls, requests, failed, gave_up, in_progress, .. } = sum;
            write!(
                f,
                "{start:>7} {calls:>8} {requests:>8} {failed:>8} {gave_up:>8} {in_progress:>8}  "
            )?;
            let bar = bar(sum, most);
            let mut conditions = self
                .periods()
                .iter()
                .filter(|period| period.time.start < time.end && time.start < period.time.end)
                .map(|period| period.condition.to_string())
                .collect::<Vec<_>>();
            conditions.dedup();
            if conditions.is_empty() {
                writeln!(f, "{bar}")?;
            } else {
                let bar = format!("{bar:<0$}", usize::try_from(WIDTH).unwrap_or_default() + 2);
                writeln!(f, "{bar}{}", conditions.join(", "))?;
            }
        }
        Ok(())
    }
}
