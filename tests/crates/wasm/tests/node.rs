//! Builds the program, and runs the tests in `node.mjs` on it.

use std::path::Path;
use std::process::Command;

use wasm_bindgen_cli_support::Bindgen;

const TARGET: &str = "wasm32-unknown-unknown";

fn is_had(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}

// SPEC 12.1.2
#[test]
fn without_the_feature_one_error_names_it() {
    if !has_target() {
        println!("skipped: it takes `rustup target add {TARGET}`");
        return;
    }
    let check = Command::new(env!("CARGO"))
        .args(["check", "--package", "retry-kit", "--no-default-features", "--quiet"])
        .args(["--target", TARGET, "--target-dir"])
        .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("without"))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.."))
        .output();
    let text = String::from_utf8(check.unwrap().stderr).unwrap();
    let mut errors = text.lines().filter(|line| line.starts_with("error"));
    assert!(errors.next().is_some_and(|error| error.contains("its feature `wasm`")), "{text}");
    assert!(errors.all(|error| error.starts_with("error: could not compile")), "{text}");
}

/// Whether there is a standard library for the target.
fn has_target() -> bool {
    let print = ["--print", "target-libdir", "--target", TARGET];
    let folder = Command::new("rustc").args(print).output().map(|output| output.stdout);
    folder.is_ok_and(|folder| Path::new(String::from_utf8_lossy(&folder).trim()).exists())
}

// SPEC 12.1
#[test]
fn the_program_passes_its_tests_in_node() {
    if !has_target() || !is_had("node", &["--version"]) {
        println!("skipped: it takes Node, and `rustup target add {TARGET}`");
        return;
    }
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Of its own: cargo holds a lock on the other while this test runs.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("program");
    let build = Command::new(env!("CARGO"))
        .args(["build", "--package", "program", "--target", TARGET, "--target-dir"])
        .arg(&target)
        .current_dir(here)
        .status();
    assert!(build.unwrap().success());

    let bound = target.join("bound");
    let program = target.join(TARGET).join("debug/program.wasm");
    Bindgen::new().input_path(program).nodejs(true).unwrap().generate(&bound).unwrap();

    let node = Command::new("node")
        .args(["--test", "--test-reporter=spec", "tests/node.mjs"])
        .env("PROGRAM", bound.join("program.js"))
        .current_dir(here)
        .status();
    assert!(node.unwrap().success());
}
