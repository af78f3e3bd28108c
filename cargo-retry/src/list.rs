//! `cargo retry list`: the sites as an aligned table.

use std::collections::BTreeSet;

use retry_runtime::__private::site;

use crate::record::Site;
use crate::shown;

const TITLES: [&str; 9] =
    ["site", "calls", "waits", "with hints", "deadline", "timeout", "schedule", "keys", "place"];

/// The table, and a line with the sums.
pub fn table(sites: &[Site]) -> String {
    let rows: Vec<_> =
        std::iter::once(TITLES.map(String::from)).chain(sites.iter().map(row)).collect();
    aligned(&rows) + "\n" + &sum(sites)
}

/// The rows, with columns of one width each.
pub fn aligned<const COLUMNS: usize>(rows: &[[String; COLUMNS]]) -> String {
    let width = |column: usize| {
        rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
    };
    let widths: [usize; COLUMNS] = std::array::from_fn(width);
    let line = |row: &[String; COLUMNS]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}  "));
        cells.collect::<String>().trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

fn row(site: &Site) -> [String; 9] {
    let [waits, with_hints] = shown::waits(site);
    let keys = shown::keys(site).join(", ");
    [
        shown::title(site),
        shown::calls(site),
        waits,
        with_hints,
        shown::deadline(site),
        shown::timeout(site),
        shown::schedule(site),
        if keys.is_empty() { "-".into() } else { keys },
        shown::place(site),
    ]
}

fn sum(sites: &[Site]) -> String {
    let crates: BTreeSet<&str> = sites.iter().map(Site::crate_name).collect();
    let unknown = sites.iter().filter(|site| site.has(site::RUN_TIME_POLICY)).count();
    let (sites, crates) = (counted(sites.len(), "site"), counted(crates.len(), "crate"));
    let unknown = match unknown {
        0 => String::new(),
        count => format!("; {count} with a policy that is a value of run time (?)"),
    };
    format!("{sites} in {crates}{unknown}\n")
}

/// `1 site`, `2 sites`.
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
