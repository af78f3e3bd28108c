//! The sites for machines.

use std::ops::RangeInclusive;
use std::time::{Duration, UNIX_EPOCH};

use retry_runtime::__private::site;
use retry_runtime::recorder::{Recording, Replay, Tally};
use serde_json::{Value, json};

use crate::diff::{Change, Fact};
use crate::lint::Finding;
use crate::record::{Policy, Site};
use crate::replay::Replayed;
use crate::shown;

/// The answer of `list`.
pub fn list(sites: &[Site]) -> String {
    let sites: Vec<_> = sites.iter().map(site).collect();
    format!("{:#}\n", json!({ "sites": sites }))
}

/// The answer of `lint`.
pub fn lint(findings: &[Finding<'_>]) -> String {
    let findings: Vec<_> = findings
        .iter()
        .map(|Finding { lint, site: at, text, .. }| json!({ "lint": lint, "text": text, "site": site(at) }))
        .collect();
    format!("{:#}\n", json!({ "findings": findings }))
}

/// The answer of `diff`.
pub fn diff(changes: &[Change<'_>]) -> String {
    let changes: Vec<_> = changes
        .iter()
        .map(|change| match change {
            Change::Added(added) => json!({ "change": "added", "site": site(added) }),
            Change::Removed(removed) => json!({ "change": "removed", "site": site(removed) }),
            Change::Changed { site: now, facts } => {
                let facts = facts.iter();
                let facts = facts.map(|Fact { name, old, new }| json!({ "fact": name, "old": old, "new": new }));
                json!({ "change": "changed", "site": site(now), "facts": facts.collect::<Vec<_>>() })
            }
        })
        .collect();
    format!("{:#}\n", json!({ "changes": changes }))
}

/// The answer of `replay`.
pub fn replay(recording: &Recording, sites: &[Replayed<'_>]) -> String {
    let sites: Vec<_> = sites
        .iter()
        .map(|Replayed { site, recorded, replays }| {
            json!({
                "name": site.name(),
                "policy": site.policy(),
                "keys": site.keys(),
                "calls": recorded.calls(),
                "calls_without_whole_records": site.calls().saturating_sub(recorded.calls()),
                "recorded": tally(recorded.recorded()),
                "replays": replays.iter().map(replay_of).collect::<Vec<_>>(),
            })
        })
        .collect();
    let began = recording.began().and_then(|began| began.duration_since(UNIX_EPOCH).ok());
    let (began, length) = (nanos(began), nanos(Some(recording.length())));
    format!("{:#}\n", json!({ "began": began, "length": length, "sites": sites }))
}

/// Pairs are the least and the most.
fn replay_of((policy, replay): &(&str, Replay)) -> Value {
    let [saved, lost, early, late] =
        [replay.attempts_saved(), replay.successes_lost(), replay.early(), replay.late()]
            .map(RangeInclusive::into_inner);
    json!({
        "policy": policy,
        "attempts_saved": [saved.0, saved.1],
        "successes_lost": [lost.0, lost.1],
        "early": [early.0, early.1],
        "late": [late.0, late.1],
        "shortest": tally(replay.shortest()),
        "longest": tally(replay.longest()),
    })
}

fn tally(tally: &Tally) -> Value {
    let reasons = tally.reasons().map(|(reason, calls)| (reason.to_string(), json!(calls)));
    json!({
        "attempts": tally.attempts(),
        "successes": tally.successes(),
        "unknown": tally.unknown(),
        "open": tally.open(),
        "waits": nanos(Some(tally.waits())),
        "gave_up": Value::Object(reasons.collect()),
    })
}

/// Durations in nanoseconds; null stands for none, and without a policy for not known.
fn site(site: &Site) -> Value {
    json!({
        "name": site.name,
        "path": site.path,
        "crate": site.crate_name(),
        "file": site.file,
        "line": site.line,
        "column": site.column,
        "timeout": nanos(site.timeout),
        "timeout_at_run_time": site.has(site::RUN_TIME_TIMEOUT),
        "keys": shown::keys(site),
        "policy": site.policy.as_ref().map(|known| policy(site, known)),
        "policy_at_run_time": site.has(site::RUN_TIME_POLICY).then_some(&site.expression),
    })
}

fn policy(site: &Site, policy: &Policy) -> Value {
    let [waits, waits_with_hints] = policy.longest_waits(site.has(site::RESET_AFTER)).map(nanos);
    json!({
        "retries": policy.retries,
        "longest_waits": waits,
        "longest_waits_with_hints": waits_with_hints,
        "base": nanos(Some(policy.base)),
        "cap": nanos(Some(policy.cap)),
        "factor": millionths(policy.factor),
        "backoff": site.backoff(),
        "delays": policy.delays.iter().map(|&delay| nanos(Some(delay))).collect::<Vec<_>>(),
        "jitter": site.jitter(),
        "jitter_ratio": matches!(site.jitter(), "additive" | "symmetric").then(|| millionths(policy.spread)),
        "jitter_time": (site.jitter() == "absolute").then_some(policy.spread),
        "deadline": nanos(policy.deadline),
        "obeys_hints": !site.has(site::HINTS_IGNORED),
        "retry_after_cap": nanos(Some(policy.hint_cap)),
        "gives_up_on_long_hints": site.has(site::GIVES_UP_ON_LONG_HINTS),
        "throttled_base": nanos(policy.throttled.map(|(base, _)| base)),
        "throttled_cap": nanos(policy.throttled.map(|(_, cap)| cap)),
        "status": policy.statuses.to_string(),
        "log": site.log(),
    })
}

#[expect(clippy::cast_precision_loss, reason = "at most 10¹⁵, below 2⁵³")]
fn millionths(number: u64) -> f64 {
    number as f64 / 1e6
}

fn nanos(time: Option<Duration>) -> Option<u64> {
    time.and_then(|time| u64::try_from(time.as_nanos()).ok())
}
