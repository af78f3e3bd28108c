//! `cargo retry diff`: what changed from one program to another.

use std::collections::BTreeMap;

use crate::list::counted;
use crate::record::Site;
use crate::shown;

/// A site that is in one of the programs only, or whose facts differ.
#[derive(Debug, PartialEq, Eq)]
pub enum Change<'s> {
    Added(&'s Site),
    Removed(&'s Site),
    Changed { site: &'s Site, facts: Vec<Fact> },
}

/// A fact that differs.
#[derive(Debug, PartialEq, Eq)]
pub struct Fact {
    pub name: &'static str,
    pub old: String,
    pub new: String,
}

/// Compares by name. The first site of a name is compared with the first one of the other program, and so on; a
/// move to another file or line is no change.
pub fn changes<'s>(old: &'s [Site], new: &'s [Site]) -> Vec<Change<'s>> {
    type Names<'s> = BTreeMap<(&'s str, &'s str), [Vec<&'s Site>; 2]>;
    let mut names = Names::new();
    for (version, sites) in [old, new].into_iter().enumerate() {
        for site in sites {
            names.entry((&site.path, &site.name)).or_default()[version].push(site);
        }
    }
    let mut changes = Vec::new();
    for [old, new] in names.into_values() {
        let both = old.len().min(new.len());
        changes.extend(old.iter().zip(&new).filter_map(|(old, new)| changed(old, new)));
        changes.extend(old[both..].iter().map(|site| Change::Removed(site)));
        changes.extend(new[both..].iter().map(|site| Change::Added(site)));
    }
    changes
}

fn changed<'s>(old: &Site, new: &'s Site) -> Option<Change<'s>> {
    let (before, after) = (shown::facts(old), shown::facts(new));
    let fact = |facts: &[(&'static str, String)], name: &str| {
        let fact = facts.iter().find(|(fact, _)| *fact == name);
        fact.map_or("?".into(), |(_, value)| value.clone())
    };
    let longer = if before.len() > after.len() { &before } else { &after };
    let facts = longer.iter().map(|&(name, _)| Fact {
        name,
        old: fact(&before, name),
        new: fact(&after, name),
    });
    let facts: Vec<Fact> = facts.filter(|fact| fact.old != fact.new).collect();
    (!facts.is_empty()).then_some(Change::Changed { site: new, facts })
}

/// The changes as lines that begin with `+`, `-` or `~`, and their sum.
pub fn report(changes: &[Change<'_>]) -> String {
    if changes.is_empty() {
        return "no difference\n".into();
    }
    let lines: Vec<String> = changes.iter().map(lines).collect();
    let count = |of: fn(&Change<'_>) -> bool| changes.iter().filter(|&change| of(change)).count();
    format!(
        "{}\n\n{} added, {} removed, {} changed\n",
        lines.join("\n"),
        counted(count(|change| matches!(change, Change::Added(_))), "site"),
        count(|change| matches!(change, Change::Removed(_))),
        count(|change| matches!(change, Change::Changed { .. }))
    )
}

fn lines(change: &Change<'_>) -> String {
    let line = |sign: char, site: &Site| {
        let [waits, with_hints] = shown::waits(site);
        format!(
            "{sign} {} at {}: calls {}, waits {waits}, with hints {with_hints}",
            shown::title(site),
            shown::place(site),
            shown::calls(site)
        )
    };
    match change {
        Change::Added(site) => line('+', site),
        Change::Removed(site) => line('-', site),
        Change::Changed { site, facts } => {
            let first = format!("~ {} at {}", shown::title(site), shown::place(site));
            let fact = |Fact { name, old, new }: &Fact| format!("    {name}: {old} -> {new}");
            let lines: Vec<String> = [first].into_iter().chain(facts.iter().map(fact)).collect();
            lines.join("\n")
        }
    }
}
