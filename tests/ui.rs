//! The compiler's messages about mistakes, word for word.

#![cfg(feature = "macros")]

use std::path::Path;
use std::process::Command;

// The compiler's parts of a message change from release to release.
const TOOLCHAIN: &str = "rustc 1.95";

// With telemetry, messages name other functions. Other features are skipped: they take long to build.
const CASES: Option<&str> =
    if cfg!(any(feature = "reqwest", feature = "tonic", not(feature = "tokio"))) {
        None
    } else if cfg!(feature = "tower") {
        Some("tests/ui/with_tower/*.rs")
    } else if cfg!(any(feature = "tracing", feature = "metrics")) {
        Some("tests/ui/with_telemetry/*.rs")
    } else {
        Some("tests/ui/*.rs")
    };

// SPEC 9
#[test]
fn mistakes_are_explained() {
    let Some(cases) = CASES else {
        println!(
            "skipped: run `cargo test -p retry-kit --test ui`, also with `--features tracing` and with `--features tower`"
        );
        return;
    };
    let version = rustc(&["--version"]);
    if !version.starts_with(TOOLCHAIN) {
        println!("skipped: the messages are those of {TOOLCHAIN}, and this is {version}");
        return;
    }
    let tests = trybuild::TestCases::new();
    tests.compile_fail(cases);
    // If rust-src is installed, rustc shows a panic in a constant with its line in the library.
    let sources = Path::new(rustc(&["--print", "sysroot"]).trim()).join("lib/rustlib/src/rust");
    if sources.exists() {
        println!("tests/ui/without_rust_src skipped: rust-src is installed");
    } else if cases == "tests/ui/*.rs" {
        tests.compile_fail("tests/ui/without_rust_src/*.rs");
    }
}

/// The output of rustc; empty if it is not installed.
fn rustc(arguments: &[&str]) -> String {
    let output = Command::new("rustc").args(arguments).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}
