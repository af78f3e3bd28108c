//! The export: N issues at a time. It continues after failures and skips files that exist.

use std::error::Error;
use std::path::Path;

use futures_util::{StreamExt, stream};
use indicatif::{MultiProgress, ProgressBar};
use serde::Deserialize;
use tokio::fs;

use super::jira::{Jira, parse};
use super::report::{Report, reason};

pub struct Export<'a> {
    pub jira: &'a Jira,
    pub directory: &'a Path,
    pub workers: usize,
}

#[derive(Deserialize)]
struct Issue {
    attachments: Vec<u32>,
}

impl Export<'_> {
    /// Fails only if it cannot start: without a directory or a list of issues.
    pub async fn run(&self) -> Result<Report, Box<dyn Error>> {
        let to = self.directory.display();
        fs::create_dir_all(self.directory).await.map_err(|error| format!("--to {to}: {error}"))?;
        // Draws nothing unless standard error is a terminal.
        let bars = MultiProgress::new();
        let bar = bars.add(ProgressBar::new_spinner());
        let issues = self.jira.search(&bar).await?;
        bar.finish_and_clear();

        let all = bars.add(ProgressBar::new(issues.len() as u64));
        let mut results = stream::iter(issues)
            .map(async |issue| {
                let bar = bars.add(ProgressBar::new_spinner());
                let result = self.issue(issue, &bar).await;
                bar.finish_and_clear();
                (issue, result)
            })
            .buffer_unordered(self.workers);
        let mut report = Report::default();
        while let Some((issue, result)) = results.next().await {
            all.inc(1);
            match result {
                Ok(true) => report.exported += 1,
                Ok(false) => report.skipped += 1,
                Err(error) => report.failed.push((issue, reason(&*error))),
            }
        }
        all.finish_and_clear();
        report.failed.sort_unstable();
        report.traffic = *self.jira.traffic();
        Ok(report)
    }

    /// Exports an issue and its attachments. Returns whether anything was missing.
    async fn issue(&self, issue: u32, bar: &ProgressBar) -> Result<bool, Box<dyn Error>> {
        let path = format!("issue/{issue}");
        let file = self.directory.join(format!("{issue}.json"));
        let mut is_new = !fs::try_exists(&file).await?;
        let content =
            if is_new { self.jira.get(&path, bar).await? } else { fs::read(&file).await? };
        // Before saving: otherwise a login page would count as exported for ever.
        let Issue { attachments } = parse(&path, &content)?;
        if is_new {
            save(&content, &file).await?;
        }
        for attachment in attachments {
            let file = self.directory.join(format!("{issue}-{attachment}.bin"));
            if !fs::try_exists(&file).await? {
                let content = self.jira.get(&format!("attachment/{attachment}"), bar).await?;
                save(&content, &file).await?;
                is_new = true;
            }
        }
        Ok(is_new)
    }
}

/// Renames a file into place last, so that every existing file is complete. Until then its name is
/// unique to this process, in case two processes export to the same place.
async fn save(content: &[u8], to: &Path) -> Result<(), String> {
    let name = |error| format!("{}: {error}", to.display());
    let unfinished = to.with_extension(format!("{}.part", std::process::id()));
    fs::write(&unfinished, content).await.map_err(name)?;
    fs::rename(unfinished, to).await.map_err(name)
}
