//! `cargo retry replay`: what became of the recorded calls, and what would have under other policies.

use std::fmt::Display;
use std::fs;
use std::ops::RangeInclusive;
use std::path::Path;
use std::time::Duration;

use retry_runtime::__private::RetryPolicy;
use retry_runtime::__private::site::words;
use retry_runtime::recorder::{RecordedSite, Recording, Replay, Tally};

use crate::list::{aligned, counted};

/// Reads a recording from a file.
pub fn read(file: &Path) -> Result<Recording, String> {
    let bytes = fs::read(file).map_err(|error| format!("`{}`: {error}", file.display()))?;
    Recording::from_bytes(&bytes).map_err(|error| {
        format!("`{}`: {error}; write one with `retry_kit::recorder::recording()`", file.display())
    })
}

/// A site as recorded, and under the policies that these lines make of its own.
pub struct Replayed<'r> {
    pub site: &'r RecordedSite,
    /// Under any policy: it has the outcomes as recorded.
    pub recorded: Replay,
    pub replays: Vec<(&'r str, Replay)>,
}

/// Replays these sites under each of the policies.
pub fn replayed<'r>(
    sites: &[&'r RecordedSite],
    policies: &'r [String],
) -> Result<Vec<Replayed<'r>>, String> {
    sites.iter().map(|site| replayed_site(site, policies)).collect()
}

fn replayed_site<'r>(
    site: &'r RecordedSite,
    policies: &'r [String],
) -> Result<Replayed<'r>, String> {
    // Keys that were written for this site's policy can be read.
    let own = site.keys().and_then(|keys| keys.parse().ok()).unwrap_or(RetryPolicy::DEFAULT);
    let replay = |keys: &'r String| match own.with_keys(keys) {
        Ok(policy) => Ok((keys.as_str(), site.replay(&policy))),
        Err(error) => Err(format!("`--policy '{keys}'` for `{}`: {error}", printable(site.name()))),
    };
    let replays = policies.iter().map(replay).collect::<Result<_, _>>()?;
    Ok(Replayed { site, recorded: site.replay(&own), replays })
}

/// The text without control characters, which a terminal would obey.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

const TITLES: [&str; COLUMNS] = [
    "policy",
    "attempts",
    "saved",
    "successes",
    "lost",
    "early",
    "late",
    "unknown",
    "open",
    "waits",
    "gave up",
];

const COLUMNS: usize = 11;

/// A table for each site.
pub fn report(recording: &Recording, sites: &[Replayed<'_>]) -> String {
    let tables: Vec<String> = sites.iter().map(table).collect();
    let shown = sites.len();
    let left = recording.sites().len().saturating_sub(shown);
    let others = if left == 0 { String::new() } else { format!(", {left} more not shown") };
    let age = match whole_seconds(recording.length()) {
        Duration::ZERO => "less than 1s".to_owned(),
        length => words(length).to_string(),
    };
    let sites = counted(shown, "site");
    format!(
        "{}\n{sites}{others}; the first failure was {age} before the recording\n",
        tables.join("\n")
    )
}

fn table(Replayed { site, recorded, replays }: &Replayed<'_>) -> String {
    let policy = site.keys().unwrap_or_else(|| site.policy());
    let [name, policy] = [site.name(), policy].map(printable);
    let head = format!("{name}: {policy}\n{}\n", calls(site, recorded));
    let rows = [TITLES.map(String::from), row_of_the_record(recorded.recorded())];
    let rows: Vec<_> =
        rows.into_iter().chain(replays.iter().map(|(text, replay)| row(text, replay))).collect();
    head + &aligned(&rows)
}

fn calls(site: &RecordedSite, replay: &Replay) -> String {
    let known = usize::try_from(replay.calls()).unwrap_or(usize::MAX);
    let line = format!("{} with a failed attempt", counted(known, "call"));
    match site.calls().saturating_sub(replay.calls()) {
        0 => line,
        others => format!("{line}; {others} more have no whole record"),
    }
}

fn row_of_the_record(tally: &Tally) -> [String; COLUMNS] {
    let none = || "-".to_owned();
    [
        "as recorded".into(),
        tally.attempts().to_string(),
        none(),
        tally.successes().to_string(),
        none(),
        none(),
        none(),
        none(),
        tally.open().to_string(),
        time(tally),
        reasons(tally, tally),
    ]
}

fn row(policy: &str, replay: &Replay) -> [String; COLUMNS] {
    let (shortest, longest) = (replay.shortest(), replay.longest());
    // The recording does not tell how many more.
    let more = if shortest.unknown().max(longest.unknown()) > 0 { " or more" } else { "" };
    let both = |number: fn(&Tally) -> u64| from_to(&number(shortest), &number(longest));
    let range = |range: RangeInclusive<u64>| from_to(range.start(), range.end());
    [
        if policy.trim().is_empty() { "the same".into() } else { policy.into() },
        both(Tally::attempts) + more,
        range(replay.attempts_saved()),
        both(Tally::successes),
        range(replay.successes_lost()),
        range(replay.early()),
        range(replay.late()),
        both(Tally::unknown),
        both(Tally::open),
        from_to(&time(shortest), &time(longest)),
        reasons(shortest, longest),
    ]
}

fn from_to<T: Display + PartialEq>(shortest: &T, longest: &T) -> String {
    if shortest == longest { shortest.to_string() } else { format!("{shortest} to {longest}") }
}

fn reasons(shortest: &Tally, longest: &Tally) -> String {
    let more = longest.reasons().filter(|(reason, _)| shortest.gave_up(*reason) == 0);
    let reasons: Vec<String> = shortest
        .reasons()
        .chain(more)
        .map(|(reason, _)| {
            format!("{} {reason}", from_to(&shortest.gave_up(reason), &longest.gave_up(reason)))
        })
        .collect();
    if reasons.is_empty() { "0".into() } else { reasons.join(", ") }
}

fn time(tally: &Tally) -> String {
    let waits = tally.waits();
    let waits = if waits < Duration::from_secs(10) { waits } else { whole_seconds(waits) };
    words(Duration::from_millis(waits.as_millis().try_into().unwrap_or(u64::MAX))).to_string()
}

fn whole_seconds(time: Duration) -> Duration {
    Duration::from_secs(time.as_secs())
}
