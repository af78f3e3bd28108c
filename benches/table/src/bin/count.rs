//! What `benches/run.sh` counts the instructions of.
//!
//! `count` lists kinds and columns. `count check` fails if a crate makes more or fewer attempts than the others.
//! `count KIND COLUMN FAILURES PENDING CALLS` makes CALLS such calls. Each has
//! so many failures (or waits, or headers), and is pending so often.

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::atomic::Ordering;

use table::{Script, headers, turn, waits};

fn main() -> ExitCode {
    // Some crates draw from it, and the result decides their path.
    fastrand::seed(1);
    // Tokio's timers need a runtime; its clock stands still, so that a wait of zero is over at once.
    let builder =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = builder.expect("a runtime without I/O");
    let _guard = runtime.enter();

    let all = || [turn::COUNTED, turn::BLOCKING, waits::COUNTED, headers::COUNTED].concat();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.is_empty() {
        for (kind, column, _) in all() {
            println!("{kind} {column}");
        }
        return ExitCode::SUCCESS;
    }
    if arguments == ["check"] {
        return check();
    }
    let [kind, column, numbers @ ..] = arguments.as_slice() else { return usage() };
    let numbers: Result<Vec<u32>, _> = numbers.iter().map(|number| number.parse()).collect();
    let found = all().into_iter().find(|(k, c, _)| (k, c) == (&kind.as_str(), &column.as_str()));
    let (Some((_, _, call)), Ok([failures, pending, calls])) = (found, numbers.as_deref()) else {
        return usage();
    };
    run(call, *failures, *pending, *calls);
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    eprintln!("usage: count [check | KIND COLUMN FAILURES PENDING CALLS]");
    ExitCode::FAILURE
}

/// All but `again` and `naked`: the one takes seconds to wait, the other does not retry.
fn check() -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    let all = [turn::COUNTED, turn::BLOCKING].concat();
    for (kind, column, call) in all {
        if matches!(column, "again" | "naked") {
            continue;
        }
        run(call, 9, 0, 1);
        let attempts = 9 - SCRIPT.failures.load(Ordering::Relaxed);
        if attempts != 4 {
            eprintln!("{kind} {column}: {attempts} attempts, not 4");
            code = ExitCode::FAILURE;
        }
    }
    code
}

static SCRIPT: Script = Script::new();

fn run(call: fn(&'static Script), failures: u32, pending: u32, calls: u32) {
    for _ in 0..calls {
        SCRIPT.failures.store(black_box(failures), Ordering::Relaxed);
        SCRIPT.pending.store(black_box(pending), Ordering::Relaxed);
        call(&SCRIPT);
    }
}
