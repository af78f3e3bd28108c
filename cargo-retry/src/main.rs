//! Lists the retries of a compiled program, and replays those that were recorded: see the guide of retry-kit, pages
//! `sites` and `recorder`.

#![forbid(unsafe_code)]

mod arguments;
mod binary;
mod diff;
mod json;
mod lint;
mod list;
mod record;
mod replay;
mod shown;

use std::io::{self, Write};
use std::process::ExitCode;

use crate::arguments::{Arguments, Command};

/// What a command prints, and whether it found something.
struct Answer {
    text: String,
    has_findings: bool,
}

fn main() -> ExitCode {
    let answer = arguments::read().and_then(|arguments| run(&arguments));
    let (text, code) = match answer {
        Ok(Answer { text, has_findings }) => (text, u8::from(has_findings)),
        Err(message) => {
            eprintln!("error: {message}");
            return ExitCode::from(2);
        }
    };
    // A reader such as `head` may close the pipe early.
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
        _ => ExitCode::from(code),
    }
}

fn run(arguments: &Arguments) -> Result<Answer, String> {
    let quiet = |text| Answer { text, has_findings: false };
    match &arguments.command {
        Command::Help => Ok(quiet(arguments::HELP.into())),
        Command::Version => {
            Ok(quiet(concat!("cargo-retry ", env!("CARGO_PKG_VERSION"), "\n").into()))
        }
        Command::List(file) => {
            let sites = arguments.chosen(binary::sites(file)?)?;
            Ok(quiet(if arguments.json { json::list(&sites) } else { list::table(&sites) }))
        }
        Command::Lint(file) => {
            let sites = binary::sites(file)?;
            let _ = arguments.chosen(sites.clone())?;
            let (sites, others) = arguments.own(sites);
            let mut findings = lint::findings(&sites, |lint, site| arguments.allows(lint, site));
            findings.retain(|finding| arguments.asks_for(finding));
            let text = if arguments.json {
                json::lint(&findings)
            } else {
                lint::report(&findings, &sites, others)
            };
            Ok(Answer { text, has_findings: !findings.is_empty() })
        }
        Command::Diff(old, new) => {
            let (old, new) = (binary::sites(old)?, binary::sites(new)?);
            let [old, new] = [old, new].map(|sites| arguments.matching(sites));
            let changes = diff::changes(&old, &new);
            Ok(quiet(if arguments.json { json::diff(&changes) } else { diff::report(&changes) }))
        }
        Command::Replay(file) => {
            let recording = replay::read(file)?;
            let sites = replay::replayed(&arguments.recorded(&recording)?, &arguments.policies)?;
            let text = if arguments.json {
                json::replay(&recording, &sites)
            } else {
                replay::report(&recording, &sites)
            };
            Ok(quiet(text))
        }
    }
}
