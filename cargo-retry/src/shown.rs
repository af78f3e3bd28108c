//! A site in the words of the attribute.

use std::time::Duration;

use retry_runtime::__private::site::{self, words};

use crate::record::{Policy, Site};

/// The number of calls, or why it is not known.
pub fn calls(site: &Site) -> String {
    match site.policy.as_ref().map(|policy| policy.retries) {
        None => "?".into(),
        Some(None) => "forever".into(),
        Some(Some(retries)) => format!("{}{}", retries.saturating_add(1), in_a_row(site)),
    }
}

/// With `reset_after`, limits are those of calls in a row.
fn in_a_row(site: &Site) -> &'static str {
    if site.has(site::RESET_AFTER) { " in a row" } else { "" }
}

/// The longest waits without and with server hints.
pub fn waits(site: &Site) -> [String; 2] {
    let Some(policy) = &site.policy else { return ["?", "?"].map(String::from) };
    // The deadline bounds all runs together.
    let in_a_row = if policy.deadline.is_some() { "" } else { in_a_row(site) };
    policy.longest_waits(site.has(site::RESET_AFTER)).map(|waits| match waits {
        None => "forever".into(),
        Some(waits) => format!("{}{in_a_row}", words(waits)),
    })
}

/// The deadline, or a hyphen.
pub fn deadline(site: &Site) -> String {
    match &site.policy {
        None => "?".into(),
        Some(policy) => policy.deadline.map_or("-".into(), |deadline| words(deadline).to_string()),
    }
}

/// The timeout of an attempt, or a hyphen.
pub fn timeout(site: &Site) -> String {
    match site.timeout {
        _ if site.has(site::RUN_TIME_TIMEOUT) => "?".into(),
        None => "-".into(),
        Some(timeout) => words(timeout).to_string(),
    }
}

/// The backoff and the jitter, or the expression of a policy that is a value of run time.
pub fn schedule(site: &Site) -> String {
    let Some(policy) = &site.policy else {
        return match site.expression.as_str() {
            "" => "not given".into(),
            expression => format!("`{expression}`, at run time"),
        };
    };
    if policy.retries == Some(0) {
        return "off".into();
    }
    format!("{}, {}", backoff(site, policy), jitter(site, policy))
}

fn backoff(site: &Site, policy: &Policy) -> String {
    let (base, cap) = (words(policy.base), words(policy.cap));
    match site.backoff() {
        "fixed" => format!("fixed {base}"),
        "delays" => {
            let delays: Vec<_> =
                policy.delays.iter().map(|&delay| words(delay).to_string()).collect();
            format!("delays {}", delays.join(" "))
        }
        "custom" => format!("custom up to {cap}"),
        shape @ ("exponential" | "decorrelated") => {
            format!("{shape} {base} to {cap} by {}", millionths(policy.factor))
        }
        shape => format!("{shape} {base} to {cap}"),
    }
}

fn jitter(site: &Site, policy: &Policy) -> String {
    match site.jitter() {
        "none" if site.backoff() == "decorrelated" => "random by itself".into(),
        "none" => "no jitter".into(),
        "additive" if policy.spread == 1_000_000 => "additive".into(),
        "absolute" => format!("absolute({})", words(Duration::from_nanos(policy.spread))),
        kind @ ("additive" | "symmetric") => format!("{kind}({})", millionths(policy.spread)),
        kind => kind.into(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most 10¹⁵, below 2⁵³")]
fn millionths(number: u64) -> String {
    (number as f64 / 1e6).to_string()
}

/// The keys that a reader of the table wants to know.
pub fn keys(site: &Site) -> Vec<&'static str> {
    let keys = [
        (site::NAMED, "site!"),
        (site::BLOCKING, "blocking"),
        (site::BUDGET, "budget"),
        (site::SHARED_BUDGET, "shared budget"),
        (site::PAUSE, "pause"),
        (site::CANCEL, "cancel"),
        (site::RESET_AFTER, "reset_after"),
        (site::FALLBACK, "fallback"),
        (site::UNTIL, "until"),
        (site::RESPONSE, "response"),
        (site::ON, "on"),
        (site::WHEN, "when"),
        (site::KEY, "key"),
        (site::UNSENT_ONLY, "repeat = unsent"),
        (site::ONCE_INSIDE, "nested = once"),
        (site::IGNORES_SWITCH, "switch = ignore"),
    ];
    keys.into_iter().filter(|(flag, _)| site.has(*flag)).map(|(_, key)| key).collect()
}

/// File and line. Of a dependency, the path begins with its name and version.
pub fn place(site: &Site) -> String {
    let file = site.file.replace('\\', "/");
    let shortened =
        file.split_once("/registry/src/").or_else(|| file.split_once("/git/checkouts/"));
    let file = match shortened.and_then(|(_, path)| path.split_once('/')) {
        Some((_, path)) => path,
        None => &file,
    };
    format!("{file}:{}", site.line)
}

/// The name, and the function if the name is not its path.
pub fn title(site: &Site) -> String {
    if site.name == site.path {
        site.name.clone()
    } else {
        format!("{} ({})", site.name, site.path)
    }
}

/// Every fact of a site under the name of its key, in a fixed order.
pub fn facts(site: &Site) -> Vec<(&'static str, String)> {
    let [waits, with_hints] = waits(site);
    let mut facts = vec![
        ("calls", calls(site)),
        ("waits", waits),
        ("with hints", with_hints),
        ("deadline", deadline(site)),
        ("timeout", timeout(site)),
        ("schedule", schedule(site)),
    ];
    if let Some(policy) = &site.policy {
        let throttled = policy
            .throttled
            .map_or("-".into(), |(base, cap)| format!("{} to {}", words(base), words(cap)));
        let gives_up = site.has(site::GIVES_UP_ON_LONG_HINTS);
        let hint_cap = words(policy.hint_cap).to_string();
        let hint_cap = if gives_up { format!("give_up({hint_cap})") } else { hint_cap };
        facts.extend([
            ("throttled", throttled),
            ("retry_after_cap", hint_cap),
            ("status", policy.statuses.to_string()),
            ("log", site.log().into()),
        ]);
    }
    let keys = keys(site).join(", ");
    facts.push(("keys", if keys.is_empty() { "-".into() } else { keys }));
    facts
}
