//! The commands on programs that the tests build: `tests/fixture`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, PoisonError};
use std::{env, fs, io};

use serde_json::Value;

/// Builds the program or a part of it, and returns the target directory.
fn build(arguments: &[&str]) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sites");
    let build = Command::new(env!("CARGO"))
        .args(["build", "--locked"])
        .args(arguments)
        .arg("--target-dir")
        .arg(&target)
        .arg("--manifest-path")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixture/Cargo.toml"))
        .output()
        .expect("cargo runs");
    assert!(build.status.success(), "{}", String::from_utf8_lossy(&build.stderr));
    target
}

/// Builds the program and returns a copy of it, which no other build replaces.
fn program(profile: &str, features: &str) -> PathBuf {
    static COPIES: Mutex<u32> = Mutex::new(0);
    let mut copies = COPIES.lock().unwrap_or_else(PoisonError::into_inner);
    *copies += 1;
    let target = build(&["--profile", profile, "--features", features]);
    let folder = target.join(if profile == "dev" { "debug" } else { profile });
    let copy = folder.join(format!("shop-{copies}{}", env::consts::EXE_SUFFIX));
    fs::copy(folder.join(format!("shop{}", env::consts::EXE_SUFFIX)), &copy).expect("it was built");
    copy
}

fn cargo_retry(arguments: &[&str], files: &[&Path]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-retry"));
    // As cargo passes it.
    command.arg("retry").args(arguments).args(files).output().expect("it runs")
}

/// The standard output, after this exit code.
fn printed(output: &Output, code: i32) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{error}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What `list` prints, without the spaces that align it.
fn rows(text: &str) -> Vec<String> {
    text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

const LIST: [&str; 14] = [
    "site calls waits with hints deadline timeout schedule keys place",
    "client::fetch ? ? ? ? 2s `self.policy`, at run time - client/src/lib.rs:16",
    "client::parse 2 250ms 5m - - exponential 250ms to 60s by 2, no jitter blocking client/src/lib.rs:27",
    "shop::cart 4 14s 15m 3s - - exponential 1s to 60s by 2, additive - src/main.rs:23",
    "shop::prices 3 in a row 6s in a row 10m 2s in a row - - exponential 1s to 60s by 2, additive budget, \
     reset_after src/main.rs:29",
    "shop::stock 3 120ms 10m 20ms - - delays 10ms 50ms, additive - src/main.rs:34",
    "shop::labels 3 120ms 5s 5s - delays 10ms 50ms, additive - src/main.rs:39",
    "stock.audit (shop) 3 6s 10m 2s - - exponential 1s to 60s by 2, additive site! src/main.rs:46",
    "orders.place (shop::orders::place) 6 18s 18s 30s 1.5s exponential 200ms to 10s by 3, full shared budget, \
     pause, repeat = unsent, nested = once src/orders.rs:11",
    "shop::orders::follow forever forever forever - - fibonacci 1s to 2m, additive cancel, switch = ignore \
     src/orders.rs:30",
    "shop::orders::watch forever forever forever - - fixed 5s, no jitter blocking, switch = ignore \
     src/orders.rs:35",
    "shop::orders::archive 4 22.2s 15m 300ms - - delays 100ms 1s 10s, additive blocking, fallback, until, on \
     src/orders.rs:40",
    "",
    "11 sites in 2 crates; 1 with a policy that is a value of run time (?)",
];

// SPEC 14.1, 14.2, 14.3: `client::parse` has two instances, and `client::unused` none.
#[test]
fn every_site_that_the_program_may_call_is_listed_once_even_after_lto_and_strip() {
    for profile in ["dev", "release"] {
        let list = cargo_retry(&["list"], &[&program(profile, "")]);
        assert_eq!(rows(&printed(&list, 0)), LIST, "{profile}");
    }
}

/// Whether this machine can build for the platform, and link if that takes `linker`. If not, prints the reason.
fn can_build_for(target: &str, linker: &str) -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let folder =
        Command::new(rustc).args(["--print", "target-libdir", "--target", target]).output();
    let folder = folder.map(|folder| String::from_utf8_lossy(&folder.stdout).trim().to_owned());
    let missing = if !folder.is_ok_and(|folder| Path::new(&folder).is_dir()) {
        format!("the target is not installed (rustup target add {target})")
    } else if !linker.is_empty() && Command::new(linker).arg("--version").output().is_err() {
        format!("{linker} is not installed (apt-get install gcc-mingw-w64-x86-64-win32)")
    } else {
        return true;
    };
    // Not `eprintln!`, which shows only in tests that fail.
    let line = format!("{target} skipped: {missing}\n");
    io::stderr().write_all(line.as_bytes()).expect("stderr is open");
    false
}

// SPEC 14.3: for macOS, nothing links here.
#[test]
fn sites_are_listed_in_programs_and_libraries_for_other_platforms() {
    const LIBRARY: [&str; 4] = [
        "site calls waits with hints deadline timeout schedule keys place",
        "client::unused 10 8m 6s 45m 9s - - exponential 1s to 60s by 2, additive blocking \
         client/src/lib.rs:33",
        "",
        "1 site in 1 crate",
    ];
    let library = ["--package", "client", "--features", "retry-kit/sites"];
    let cases = [
        ("x86_64-pc-windows-gnu", "x86_64-w64-mingw32-gcc", &["--release"][..], "release/shop.exe"),
        ("wasm32-wasip1", "", &[], "debug/shop.wasm"),
        ("wasm32-wasip1", "", &library, "debug/libclient.rlib"),
        ("aarch64-apple-darwin", "", &library, "debug/libclient.rlib"),
    ];
    for (target, linker, arguments, file) in cases {
        if can_build_for(target, linker) {
            let built = build(&[&["--target", target], arguments].concat()).join(target).join(file);
            let list = printed(&cargo_retry(&["list"], &[&built]), 0);
            let expected = if arguments == library { &LIBRARY[..] } else { &LIST };
            assert_eq!(rows(&list), expected, "{target}: {file}");
        }
    }
}

// SPEC 14.3
#[test]
fn a_list_for_machines_has_the_numbers() {
    let list = cargo_retry(&["list", "--json", "--only", "orders.*"], &[&program("dev", "")]);
    let list: Value = serde_json::from_str(&printed(&list, 0)).expect("JSON");
    let [site] = list["sites"].as_array().expect("a list").as_slice() else { panic!("{list}") };
    let expected = serde_json::json!({
        "name": "orders.place",
        "path": "shop::orders::place",
        "crate": "shop",
        "file": "src/orders.rs",
        "line": 11,
        "column": 1,
        "timeout": 1_500_000_000,
        "timeout_at_run_time": false,
        "keys": ["shared budget", "pause", "repeat = unsent", "nested = once"],
        "policy": {
            "retries": 5,
            "longest_waits": 18_000_000_000_u64,
            "longest_waits_with_hints": 18_000_000_000_u64,
            "base": 200_000_000,
            "cap": 10_000_000_000_u64,
            "factor": 3.0,
            "backoff": "exponential",
            "delays": [],
            "jitter": "full",
            "jitter_ratio": null,
            "jitter_time": null,
            "deadline": 30_000_000_000_u64,
            "obeys_hints": false,
            "retry_after_cap": 300_000_000_000_u64,
            "gives_up_on_long_hints": false,
            "throttled_base": null,
            "throttled_cap": null,
            "status": "429, 503, 504",
            "log": "debug",
        },
        "policy_at_run_time": null,
    });
    assert_eq!(*site, expected);
}

// SPEC 14.3
#[test]
fn the_waits_for_machines_are_cut_to_the_deadline_too() {
    let list = cargo_retry(&["list", "--json", "--only", "shop::labels"], &[&program("dev", "")]);
    let list: Value = serde_json::from_str(&printed(&list, 0)).expect("JSON");
    let policy = &list["sites"][0]["policy"];
    assert_eq!(policy["longest_waits"], 120_000_000);
    assert_eq!(policy["longest_waits_with_hints"], 5_000_000_000_u64);
}

// SPEC 14.4
#[test]
fn lint_names_each_finding_and_fails_unless_all_are_allowed() {
    let program = program("dev", "");
    let found = |arguments: &[&str], code| {
        let lint = cargo_retry(&[&["lint"], arguments].concat(), &[&program]);
        let text = printed(&lint, code);
        let findings = text.lines().filter_map(|line| {
            let (place, finding) = line.split_once(": ")?;
            place.contains(".rs:").then(|| {
                let (lint, text) = finding.split_once(": ").expect("a name");
                format!("{} {lint}", text.split('`').nth(1).expect("a site"))
            })
        });
        findings.collect::<Vec<_>>()
    };
    let all = [
        "client::fetch no-budget",
        "client::parse no-jitter",
        "client::parse hints-without-deadline",
        "shop::cart hints-without-deadline",
        "shop::cart no-budget",
        "shop::prices hints-without-deadline",
        "shop::stock hints-without-deadline",
        "stock.audit hints-without-deadline",
        "shop::orders::follow no-budget",
        "shop::orders::watch no-jitter",
        "shop::orders::watch forever-without-cancel",
        "shop::orders::archive hints-without-deadline",
    ];
    assert_eq!(found(&[], 1), all);
    let allowed = ["--allow", "hints-without-deadline", "--allow", "no-budget=shop::*"];
    let left = [
        "client::fetch no-budget",
        "client::parse no-jitter",
        "shop::orders::watch no-jitter",
        "shop::orders::watch forever-without-cancel",
    ];
    assert_eq!(found(&allowed, 1), left);
    assert_eq!(found(&["--only", "shop::labels"], 1), ["shop::cart no-budget"]);
    assert_eq!(found(&["--only", "shop::labels", "--allow", "no-budget"], 0), [""; 0]);
    // A group is about each of its members, and an allowance takes away one of them.
    let only = ["--only", "shop::orders::archive", "--allow", "hints-without-deadline"];
    assert_eq!(found(&only, 1), ["shop::orders::follow no-budget"]);
    let one = ["--allow", "no-budget=shop::orders::follow"];
    assert_eq!(found(&[&one[..], &only].concat(), 1), ["shop::orders::watch no-budget"]);
}

// SPEC 14.4
#[test]
fn diff_shows_what_a_change_of_the_program_changes() {
    let (old, new) = (program("dev", ""), program("dev", "next"));
    let diff = cargo_retry(&["diff"], &[&old, &new]);
    let expected = "\
~ shop::cart at src/main.rs:24
    calls: 4 -> 6
    waits: 14s -> 20s
    with hints: 15m 3s -> 20s
    deadline: - -> 20s
    schedule: exponential 1s to 60s by 2, additive -> exponential 1s to 60s by 2, full
- shop::stock at src/main.rs:34: calls 3, waits 120ms, with hints 10m 20ms

0 sites added, 1 removed, 1 changed
";
    assert_eq!(printed(&diff, 0), expected);
    assert_eq!(printed(&cargo_retry(&["diff"], &[&new, &new]), 0), "no difference\n");
    let diff = cargo_retry(&["diff", "--json", "--only", "shop::stock"], &[&new, &old]);
    let diff: Value = serde_json::from_str(&printed(&diff, 0)).expect("JSON");
    let [change] = diff["changes"].as_array().expect("a list").as_slice() else { panic!("{diff}") };
    assert_eq!(change["change"], "added");
    assert_eq!(change["site"]["name"], "shop::stock");
}

// SPEC 14.5: this program, too, has the bytes that a record begins with.
#[test]
fn a_program_without_the_feature_and_a_file_that_is_no_program_are_errors() {
    let itself = Path::new(env!("CARGO_BIN_EXE_cargo-retry"));
    let text = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
    let cases = [
        (itself, "has no records of retry sites: enable the feature `sites` of retry-kit"),
        (text, "this is not a program or library"),
        (Path::new("nowhere"), "`nowhere`: "),
    ];
    for (file, message) in cases {
        let list = cargo_retry(&["list"], &[file]);
        assert_eq!(list.status.code(), Some(2));
        let error = String::from_utf8_lossy(&list.stderr);
        assert!(error.starts_with("error: ") && error.contains(message), "{error}");
    }
}
