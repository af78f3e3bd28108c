//! The public API, with all features, is the one listed in `public-api.txt`.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fs};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../..");

/// Users name what is in the first; the other two define it.
const CRATES: [&str; 3] = ["retry-kit", "retry-macros", "retry-runtime"];

const HEADING: &str = "\
The public API with all features, written and compared by tests/crates/public-api.
Users name the items of retry-kit. The other two crates define them: a re-export is
one line, so a change of the item itself shows below.
";

#[test]
fn the_public_api_is_the_one_listed() -> Result<(), Box<dyn Error>> {
    // Only nightly's rustdoc writes JSON.
    let nightly = Command::new("rustup").args(["run", "nightly", "rustc", "--version"]).output();
    if !nightly.is_ok_and(|output| output.status.success()) {
        println!("skipped: listing the public API takes a nightly toolchain, and there is none");
        return Ok(());
    }
    let mut api = HEADING.to_owned();
    for name in CRATES {
        write!(api, "\n== {name}\n\n{}", public_api(name)?)?;
    }

    let file = Path::new(ROOT).join("public-api.txt");
    if env::var_os("UPDATE_PUBLIC_API").is_some() {
        fs::write(file, api)?;
        return Ok(());
    }
    let listed = fs::read_to_string(file)?;
    let differences = differences(&listed, &api);
    assert!(
        differences.is_empty(),
        "the public API has changed; if it was meant to, set UPDATE_PUBLIC_API=1 and run this test \
         again:\n{differences}",
    );
    Ok(())
}

/// The items of one crate, with the auto traits: losing `Send` breaks users too.
fn public_api(name: &str) -> Result<String, Box<dyn Error>> {
    let api = public_api::Builder::from_rustdoc_json(rustdoc_json(name)?)
        .omit_blanket_impls(true)
        .build()
        .map_err(|error| {
            format!(
                "cannot read what nightly's rustdoc wrote: {error}; if its format is a newer one, \
                 update the crate public-api in tests/crates"
            )
        })?;
    Ok(api.to_string())
}

fn rustdoc_json(name: &str) -> Result<PathBuf, Box<dyn Error>> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("public-api");
    let Output { status, stderr, .. } = Command::new("rustup")
        .args(["run", "nightly", "cargo", "rustdoc", "--lib", "--all-features", "--locked"])
        .args(["--package", name])
        .arg("--target-dir")
        .arg(&target)
        .args(["--", "-Z", "unstable-options", "--output-format", "json"])
        .current_dir(ROOT)
        .stdin(Stdio::null())
        .output()?;
    if !status.success() {
        return Err(String::from_utf8_lossy(&stderr).into());
    }
    Ok(target.join("doc").join(format!("{}.json", name.replace('-', "_"))))
}

/// The lines that only one of the two has.
fn differences(listed: &str, actual: &str) -> String {
    let mut differences = String::new();
    for (sign, one, other) in [('-', listed, actual), ('+', actual, listed)] {
        for line in one.lines().filter(|&line| other.lines().all(|it| it != line)) {
            differences.extend([sign, ' '].into_iter().chain(line.chars()).chain(['\n']));
        }
    }
    differences
}
