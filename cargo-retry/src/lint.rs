//! `cargo retry lint`: what a review would ask about.

use std::collections::BTreeMap;

use retry_runtime::__private::site::{self, words};

use crate::list::counted;
use crate::record::{Policy, Site};
use crate::shown;

/// The lints by name, and what each finds.
pub const LINTS: [(&str, &str); 4] = [
    ("no-jitter", "waits that are the same for all clients"),
    ("forever-without-cancel", "no retry limit, no deadline and no `cancel`"),
    ("hints-without-deadline", "no deadline, although a server may lengthen the waits"),
    ("no-budget", "several sites of one module, or with one prefix of their names, and no budget"),
];

/// Something to mend or to allow.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding<'s> {
    pub lint: &'static str,
    pub site: &'s Site,
    /// All sites that it is about.
    pub sites: Vec<&'s Site>,
    /// The reason, and what to write instead.
    pub text: String,
}

/// Finds what can be known without running the program and is not allowed, in the order of the sites.
pub fn findings(sites: &[Site], is_allowed: impl Fn(&str, &Site) -> bool) -> Vec<Finding<'_>> {
    let mut findings = Vec::new();
    let groups = without_budget(sites, |site| is_allowed("no-budget", site));
    for (index, site) in sites.iter().enumerate() {
        let own = [no_jitter(site), forever(site), hints(site)].into_iter().flatten();
        for (lint, text) in own.filter(|(lint, _)| !is_allowed(lint, site)) {
            findings.push(Finding { lint, site, sites: vec![site], text });
        }
        if let Some(members) = groups.get(&index) {
            let text = no_budget(site, members);
            let sites = members.clone();
            findings.push(Finding { lint: "no-budget", site, sites, text });
        }
    }
    findings
}

/// The findings as lines, and what to do about them.
pub fn report(findings: &[Finding<'_>], sites: &[Site], others: usize) -> String {
    let line = |Finding { lint, site, text, .. }: &Finding<'_>| {
        format!("{}: {lint}: `{}` {text}", shown::place(site), site.name)
    };
    let mut lines: Vec<String> = findings.iter().map(line).collect();
    lines.push(match findings.first() {
        None => format!("no findings at {}", counted(sites.len(), "site")),
        Some(Finding { lint, site, .. }) => format!(
            "\n{}; to allow one, pass `--allow {lint}`, or `--allow '{lint}={}'` for this site alone",
            counted(findings.len(), "finding"),
            site.name
        ),
    });
    let unknown = sites.iter().filter(|site| site.policy.is_none()).count();
    if unknown > 0 {
        let unknown = counted(unknown, "site");
        lines.push(format!(
            "not checked: the waits of {unknown} whose policy is a value of run time"
        ));
    }
    if others > 0 {
        let others = counted(others, "site");
        lines.push(format!("not checked: {others} of dependencies; `--dependencies` checks them"));
    }
    lines.join("\n") + "\n"
}

type Found = Option<(&'static str, String)>;

/// The policy of a site that is known to retry.
fn retrying(site: &Site) -> Option<&Policy> {
    site.policy.as_ref().filter(|policy| policy.retries != Some(0))
}

fn no_jitter(site: &Site) -> Found {
    let policy = retrying(site)?;
    let jitter = site.jitter();
    let is_zero = matches!(jitter, "additive" | "symmetric" | "absolute") && policy.spread == 0;
    // A function may be random itself.
    let is_spread =
        (jitter != "none" && !is_zero) || matches!(site.backoff(), "decorrelated" | "custom");
    (!is_spread).then(|| {
        let text = "waits without jitter, so clients that fail together retry together: leave \
                    `jitter = none` out, or write `jitter = full`";
        ("no-jitter", text.into())
    })
}

fn forever(site: &Site) -> Found {
    let policy = retrying(site)?;
    // Whether a closure, a loop or a layer can be cancelled is not known.
    let is_endless =
        policy.retries.is_none() && policy.deadline.is_none() && !site.has(site::NAMED);
    (is_endless && !site.has(site::CANCEL)).then(|| {
        let cancel = if site.has(site::BLOCKING) {
            "a closure that tells whether your program ends"
        } else {
            "the future of your shutdown"
        };
        let text = format!(
            "retries until it succeeds, and nothing ends it: write `cancel = …` with {cancel}, or a `deadline`"
        );
        ("forever-without-cancel", text)
    })
}

fn hints(site: &Site) -> Found {
    let policy = retrying(site)?;
    let (waits, with_hints) = (policy.longest?, policy.longest_with_hints?);
    let is_open = policy.deadline.is_none() && !site.has(site::HINTS_IGNORED) && waits < with_hints;
    is_open.then(|| {
        let text = format!(
            "waits up to {}, but up to {} if the server asks for it: write `deadline = \"…\"`, or a \
             shorter `retry_after_cap`",
            words(waits),
            words(with_hints)
        );
        ("hints-without-deadline", text)
    })
}

/// The sites of each group of two or more that retry without a budget, under the index of the first.
fn without_budget(
    sites: &[Site],
    is_allowed: impl Fn(&Site) -> bool,
) -> BTreeMap<usize, Vec<&Site>> {
    let mut groups: BTreeMap<&str, (usize, Vec<&Site>)> = BTreeMap::new();
    for (index, site) in sites.iter().enumerate() {
        let is_off = site.policy.as_ref().is_some_and(|policy| policy.retries == Some(0));
        let has_budget = site.has(site::BUDGET | site::SHARED_BUDGET);
        // The budget of a closure, a loop or a layer is set elsewhere.
        if !is_off && !has_budget && !site.has(site::NAMED) && !is_allowed(site) {
            groups.entry(group(site)).or_insert((index, Vec::new())).1.push(site);
        }
    }
    groups.into_values().filter(|(_, members)| members.len() > 1).collect()
}

/// The name up to its last part. The host is not known to a program that has not run, but calls of one service
/// are mostly in one module or have one prefix.
fn group(site: &Site) -> &str {
    let end = site.name.rfind([':', '.', '/']).unwrap_or(0);
    site.name[..end].trim_end_matches(':')
}

fn no_budget(site: &Site, members: &[&Site]) -> String {
    let names: Vec<_> = members.iter().skip(1).map(|site| format!("`{}`", site.name)).collect();
    let group = match group(site) {
        "" => String::new(),
        group => format!(" of `{group}`"),
    };
    format!(
        "and {} more{group} have no budget ({}): if they call one service, its outage multiplies their calls; \
         share one by `static BUDGET: RetryBudget = RetryBudget::standard();` and `budget = &BUDGET` at each",
        members.len() - 1,
        names.join(", ")
    )
}
