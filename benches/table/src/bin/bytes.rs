//! The bytes of futures, allocations, and the memory of tasks that wait.
//!
//! * `bytes future`: the bytes of each future.
//! * `bytes allocations`: the allocations of a first success, and of a retry.
//! * `bytes waiting`: the bytes on the heap of a task that waits in tokio, and of a future that waits without it.
//! * `bytes life COLUMN`: runs all tasks to their end, so that their CPU time can be taken.
//! * `bytes columns`: the columns that `life` knows.

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::atomic::Ordering;

use allocation_counter::measure;
use table::tasks::{Futures, RUNTIME, TASKS, Tasks, prepare};
use table::timer::{
    again, attribute, backon, backon_macro, backon_outside_tokio, careful_loop, function, naked,
    relentless, relentless_outside_tokio, seatbelt, tokio_retry2, tower,
};
use table::{Outcome, Script, on_tokio, outside_tokio, turn};

static SCRIPT: Script = Script::new();

fn future_bytes() {
    let _guard = RUNTIME.enter();
    macro_rules! measure {
        ($column:literal, $call:ident) => {
            println!("future\t{}\t{}", $column, size_of_val(&$call(&SCRIPT)));
        };
    }
    measure!("naked", naked);
    on_tokio!(measure);
}

fn allocations_of<F>(call: impl Fn(&'static Script) -> F, failures: u32) -> u64
where
    F: Future<Output = Outcome>,
{
    let counted = measure(|| {
        SCRIPT.failures.store(failures, Ordering::Relaxed);
        let outcome = RUNTIME.block_on(call(&SCRIPT));
        drop(black_box(outcome));
    });
    counted.count_total
}

/// Waits as long as the crates do, since some have a clock of their own.
fn allocations() {
    macro_rules! measure {
        ($column:literal, $call:ident) => {
            // What a process allocates once.
            allocations_of($call, 1);
            let first = allocations_of($call, 0);
            println!("allocations-first\t{}\t{first}", $column);
            println!("allocations-retry\t{}\t{}", $column, allocations_of($call, 1) - first);
        };
    }
    on_tokio!(measure);
    println!("allocations-first\tnaked\t{}", allocations_of(naked, 0));
    for (_, column, call) in turn::BLOCKING {
        let mut counted = [0, 1].map(|failures| {
            let times = || SCRIPT.failures.store(failures, Ordering::Relaxed);
            measure(|| (times(), call(&SCRIPT)).1).count_total
        });
        counted[1] -= counted[0];
        println!("allocations-first\t{column}\t{}", counted[0]);
        println!("allocations-retry\t{column}\t{}", counted[1]);
    }
}

fn bytes_per_task<T>(begin: impl Fn() -> T) -> i64 {
    prepare();
    let mut tasks = None;
    let counted = measure(|| tasks = Some(begin()));
    counted.bytes_current / i64::try_from(TASKS).expect("a number of tasks")
}

fn waiting() {
    macro_rules! measure {
        ($column:literal, $call:ident) => {
            println!("waiting-bytes\t{}\t{}", $column, bytes_per_task(|| Tasks::begin($call)));
        };
    }
    // The runtime keeps the memory of its queue.
    bytes_per_task(|| Tasks::begin(careful_loop));
    on_tokio!(measure);
    macro_rules! measure_outside {
        ($column:literal, $call:ident) => {
            let bytes = bytes_per_task(|| Futures::begin($call));
            println!("outside-bytes\t{}\t{bytes}", $column);
        };
    }
    outside_tokio!(measure_outside);
}

fn live(wanted: &str) {
    prepare();
    macro_rules! measure {
        ($column:literal, $call:ident) => {
            if wanted == $column {
                Tasks::begin($call).finish();
            }
        };
    }
    on_tokio!(measure);
}

fn columns() {
    macro_rules! measure {
        ($column:literal, $call:ident) => {
            println!("{}", $column);
        };
    }
    on_tokio!(measure);
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["future"] => future_bytes(),
        ["allocations"] => allocations(),
        ["waiting"] => waiting(),
        ["life", column] => live(column),
        ["columns"] => columns(),
        _ => {
            eprintln!("usage: bytes future|allocations|waiting|columns|life COLUMN");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
