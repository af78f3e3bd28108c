//! The arguments of the command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use lexopt::{Arg, Parser, ValueExt};
use retry_runtime::RetryPolicy;
use retry_runtime::recorder::{RecordedSite, Recording};

use crate::binary::is_of_another_workspace;
use crate::lint::{Finding, LINTS};
use crate::record::Site;

pub const HELP: &str = "\
Lists the retries of a compiled program, and replays those that it has recorded.

Usage:
  cargo retry list BINARY       prints each retry site, its calls and its longest waits
  cargo retry lint BINARY       prints what a review would ask about; exits with 1 if there is anything
  cargo retry diff OLD NEW      prints the sites that differ between two programs
  cargo retry replay RECORDING [--policy KEYS]...
                                compares recorded calls with the same calls under other policies

Options:
  --only NAME          only sites of this name or path; NAME* stands for all that begin so; repeatable
  --dependencies       lints those of dependencies, too
  --allow LINT         leaves a lint out; repeatable
  --allow LINT=NAME    leaves it out for sites of this name, path or NAME*
  --policy KEYS        what differs from the recorded policy, as in the attribute: 'max = 5, base = 200ms'; repeatable
  --json               for machines; durations in nanoseconds
  --help, --version

Lints:
  no-jitter                 waits that are the same for all clients
  forever-without-cancel    no retry limit, no deadline and no `cancel`
  hints-without-deadline    no deadline, although a server may lengthen the waits
  no-budget                 several sites of one module or prefix of a name, and no budget

Columns of a replay, for the shortest waits to the longest:
  saved      recorded attempts that the policy would not have made
  lost       recorded successes that it would have missed
  early      successes whose attempt would have begun earlier than recorded: the service may not have recovered
  late       calls that give up and whose last attempt would have begun later: the service may have recovered
  unknown    calls that would have made attempts that were not recorded
  open       calls without a recorded end

Exit codes: 0; 1 for findings of `lint`; 2 for an error.

The program needs the feature `sites` of retry-kit. A binary is a program or a library: ELF, Mach-O, PE, wasm or
an archive. A recording is what `retry_kit::recorder::recording().to_bytes()` returns, with the feature `recorder`.
";

/// A command and its options.
pub struct Arguments {
    pub command: Command,
    pub json: bool,
    dependencies: bool,
    only: Vec<String>,
    /// Lines that make the policies to replay under of the recorded ones.
    pub policies: Vec<String>,
    /// Lints to leave out, each with a pattern of sites or for all.
    allowed: Vec<(String, Option<String>)>,
}

pub enum Command {
    Help,
    Version,
    List(PathBuf),
    Lint(PathBuf),
    Diff(PathBuf, PathBuf),
    Replay(PathBuf),
}

/// Reads the arguments of this process.
pub fn read() -> Result<Arguments, String> {
    let mut arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    // Cargo passes the name of the subcommand on.
    if arguments.first().is_some_and(|first| first == "retry") {
        arguments.remove(0);
    }
    parse(arguments)
}

fn parse(arguments: Vec<OsString>) -> Result<Arguments, String> {
    let mut parser = Parser::from_args(arguments);
    let (mut words, mut only, mut allowed) = (Vec::new(), Vec::new(), Vec::new());
    let (mut json, mut dependencies, mut policies) = (false, false, Vec::new());
    let text = |error: lexopt::Error| format!("{error}; run `cargo retry --help` for usage");
    while let Some(argument) = parser.next().map_err(text)? {
        match argument {
            Arg::Long("help") | Arg::Short('h') => return Ok(Arguments::of(Command::Help)),
            Arg::Long("version") | Arg::Short('V') => return Ok(Arguments::of(Command::Version)),
            Arg::Long("json") => json = true,
            Arg::Long("dependencies") => dependencies = true,
            Arg::Long("only") => {
                only.push(parser.value().and_then(ValueExt::string).map_err(text)?);
            }
            Arg::Long("allow") => {
                let value = parser.value().and_then(ValueExt::string).map_err(text)?;
                allowed.push(allowance(&value)?);
            }
            Arg::Long("policy") => {
                policies.push(policy(parser.value().and_then(ValueExt::string).map_err(text)?)?);
            }
            Arg::Value(word) => words.push(word),
            unknown => return Err(text(unknown.unexpected())),
        }
    }
    let command = command(words)?;
    Ok(Arguments { command, json, dependencies, only, policies, allowed })
}

fn command(words: Vec<OsString>) -> Result<Command, String> {
    let mut words = words.into_iter();
    let Some(name) = words.next() else { return Ok(Command::Help) };
    let files: Vec<PathBuf> = words.map(PathBuf::from).collect();
    match (name.to_str(), files.as_slice()) {
        (Some("list"), [file]) => Ok(Command::List(file.clone())),
        (Some("lint"), [file]) => Ok(Command::Lint(file.clone())),
        (Some("diff"), [old, new]) => Ok(Command::Diff(old.clone(), new.clone())),
        (Some("replay"), [file]) => Ok(Command::Replay(file.clone())),
        (Some("replay"), _) => {
            Err("`replay` takes one file: `cargo retry replay shop.retries --policy 'max = 5'`"
                .into())
        }
        (Some(name @ ("list" | "lint")), _) => {
            Err(format!("`{name}` takes one file: `cargo retry {name} target/release/shop`"))
        }
        (Some("diff"), _) => Err("`diff` takes two files: `cargo retry diff OLD NEW`".into()),
        _ => Err(format!(
            "there is no command `{}`; `cargo retry --help` lists them",
            name.to_string_lossy()
        )),
    }
}

/// Checks a line as far as that is possible before the recorded policy is known.
fn policy(text: String) -> Result<String, String> {
    match RetryPolicy::DEFAULT.unlimited().base_delay(Duration::ZERO).with_keys(&text) {
        Ok(_) => Ok(text),
        Err(error) => Err(format!("`--policy '{text}'`: {error}")),
    }
}

/// Reads `LINT` or `LINT=NAME`.
fn allowance(value: &str) -> Result<(String, Option<String>), String> {
    let (lint, pattern) = match value.split_once('=') {
        Some((lint, pattern)) => (lint, Some(pattern.to_owned())),
        None => (value, None),
    };
    if LINTS.iter().any(|(name, _)| *name == lint) {
        return Ok((lint.to_owned(), pattern));
    }
    let names: Vec<&str> = LINTS.iter().map(|(name, _)| *name).collect();
    Err(format!("there is no lint `{lint}`, only {}", names.join(", ")))
}

impl Arguments {
    fn of(command: Command) -> Self {
        let (only, policies, allowed) = (Vec::new(), Vec::new(), Vec::new());
        Self { command, json: false, dependencies: false, only, policies, allowed }
    }

    /// The sites that `--only` names; all without it.
    pub fn matching(&self, mut sites: Vec<Site>) -> Vec<Site> {
        let is_chosen = |site: &Site| self.only.iter().any(|pattern| names_site(pattern, site));
        sites.retain(|site| self.only.is_empty() || is_chosen(site));
        sites
    }

    /// [`matching`](Self::matching), which must be some.
    pub fn chosen(&self, sites: Vec<Site>) -> Result<Vec<Site>, String> {
        let chosen = self.matching(sites);
        if chosen.is_empty() {
            return Err(self.none());
        }
        Ok(chosen)
    }

    /// The sites of a recording that `--only` names, which must be some.
    pub fn recorded<'r>(&self, recording: &'r Recording) -> Result<Vec<&'r RecordedSite>, String> {
        let is_chosen =
            |name: &str| self.only.is_empty() || self.only.iter().any(|only| names(only, name));
        let chosen: Vec<_> =
            recording.sites().iter().filter(|site| is_chosen(site.name())).collect();
        match chosen.as_slice() {
            [] if self.only.is_empty() => {
                Err("the recording is empty: no attempt has failed".into())
            }
            [] => Err(self.none()),
            _ => Ok(chosen),
        }
    }

    fn none(&self) -> String {
        format!("no site is named `{}`", self.only.join("` or `"))
    }

    /// The sites to judge, and the number of the others: those of dependencies without `--dependencies`.
    pub fn own(&self, mut sites: Vec<Site>) -> (Vec<Site>, usize) {
        let all = sites.len();
        sites.retain(|site| self.dependencies || !is_of_another_workspace(&site.file));
        let others = all - sites.len();
        (sites, others)
    }

    /// Whether a lint is left out at a site.
    pub fn allows(&self, lint: &str, site: &Site) -> bool {
        self.allowed.iter().any(|(allowed, pattern)| {
            allowed == lint && pattern.as_ref().is_none_or(|pattern| names_site(pattern, site))
        })
    }

    /// Whether `--only` names one of the sites of a finding.
    pub fn asks_for(&self, finding: &Finding<'_>) -> bool {
        let is_chosen = |site: &&Site| self.only.iter().any(|pattern| names_site(pattern, site));
        self.only.is_empty() || finding.sites.iter().any(is_chosen)
    }
}

fn names_site(pattern: &str, site: &Site) -> bool {
    [&site.name, &site.path].into_iter().any(|name| names(pattern, name))
}

/// Whether a pattern, a name or the beginning of one before `*`, stands for this name.
fn names(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == pattern,
    }
}
