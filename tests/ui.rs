//! What the compiler says about mistakes, word for word.

#![cfg(feature = "macros")]

// The compiler's own parts of a message change from one release to the next.
const TOOLCHAIN: &str = "rustc 1.95";

// With telemetry other functions are named. All features together would be built for these few cases.
const CASES: Option<&str> = if cfg!(any(feature = "reqwest", feature = "tonic")) {
    None
} else if cfg!(any(feature = "tracing", feature = "metrics")) {
    if cfg!(feature = "tokio") { Some("tests/ui/with_telemetry/*.rs") } else { None }
} else if cfg!(feature = "tokio") {
    Some("tests/ui/*.rs")
} else {
    Some("tests/ui/without_tokio/*.rs")
};

// SPEC 9
#[test]
fn mistakes_are_explained() {
    let Some(cases) = CASES else {
        println!("skipped: run `cargo test --test ui`, also with `--features tracing`");
        return;
    };
    let compiler = std::process::Command::new("rustc").arg("--version").output();
    let version = compiler.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    if !version.as_ref().is_ok_and(|version| version.starts_with(TOOLCHAIN)) {
        println!("skipped: the messages are those of {TOOLCHAIN}, and this is {version:?}");
        return;
    }
    trybuild::TestCases::new().compile_fail(cases);
}
