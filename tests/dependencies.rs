//! The dependencies that the default features add to a user's build.

use std::collections::BTreeSet;
use std::process::Command;

/// The direct dependencies of one of our crates as cargo resolves them, each "name vX.Y.Z".
fn direct(package: &str, features: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--depth", "1", "--prefix", "none", "--edges", "normal"])
        .args(["--package", package, "--no-default-features", "--features", features])
        .args(["--format", "{p} {f}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let names = text.lines().skip(1).filter_map(|line| line.split_whitespace().next());
    names.map(str::to_owned).collect()
}

// SPEC 1.3
#[test]
fn the_default_features_add_only_the_promised_dependencies() {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let cases: [(&str, &str, BTreeSet<String>); 8] = [
        ("retry-kit", "macros,tokio", set(&["retry-macros", "retry-runtime"])),
        ("retry-macros", "", set(&["proc-macro2", "quote", "retry-runtime", "syn"])),
        ("retry-runtime", "decide,tokio", set(&["pin-project-lite", "rand", "tokio"])),
        // SPEC 12.1: the dependencies of `wasm` are for another target.
        ("retry-runtime", "decide,wasm", set(&["pin-project-lite", "rand"])),
        ("retry-runtime", "", set(&[])),
        ("retry-runtime", "serde", set(&["serde"])),
        ("retry-runtime", "http", set(&["http"])),
        (
            "retry-runtime",
            "tower",
            set(&["http", "pin-project-lite", "rand", "tower-layer", "tower-service"]),
        ),
    ];
    for (package, features, expected) in cases {
        assert_eq!(direct(package, features), expected, "{package} with {features:?}");
    }
}
