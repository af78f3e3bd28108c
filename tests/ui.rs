//! What the compiler says about mistakes, word for word.

#![cfg(feature = "macros")]

// The compiler's own parts of a message change from one release to the next.
const TOOLCHAIN: &str = "rustc 1.95";

const CASES: &str =
    if cfg!(feature = "tokio") { "tests/ui/*.rs" } else { "tests/ui/without_tokio/*.rs" };

// SPEC 9
#[test]
fn mistakes_are_explained() {
    if cfg!(any(feature = "tracing", feature = "metrics")) {
        println!("skipped: with telemetry other functions are named; run `cargo test --test ui`");
        return;
    }
    let compiler = std::process::Command::new("rustc").arg("--version").output();
    let version = compiler.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    if !version.as_ref().is_ok_and(|version| version.starts_with(TOOLCHAIN)) {
        println!("skipped: the messages are those of {TOOLCHAIN}, and this is {version:?}");
        return;
    }
    trybuild::TestCases::new().compile_fail(CASES);
}
