//! The expansions of the functions in `expansions/`, word for word, as `cargo expand` shows them.
//!
//! `UPDATE_EXPANSIONS=1 cargo test -p retry-macros` writes them anew, and so with `--all-features`. With all features,
//! only some are compared: those that have a file in that folder.

use std::path::Path;
use std::{env, fs};

use super::in_place::expand;

const ANY: bool = cfg!(any(feature = "default-sleep", feature = "sites", feature = "telemetry"));
const ALL: bool = cfg!(all(feature = "default-sleep", feature = "sites", feature = "telemetry"));

// SPEC 1.6, 3
#[test]
fn an_expansion_changes_only_with_its_file() {
    let folder = match (ANY, ALL) {
        (false, _) => "without_features",
        (_, true) => "all_features",
        (true, false) => return,
    };
    let inputs = Path::new(env!("CARGO_MANIFEST_DIR")).join("expansions");
    // It is not in the published crate.
    let files = fs::read_dir(&inputs).into_iter().flatten().flatten();
    let files = files.map(|file| file.path()).filter(|file| file.is_file());
    let mut changed = Vec::new();
    for input in files {
        let output = inputs.join(folder).join(input.file_name().unwrap_or_default());
        if ALL && !output.exists() {
            continue;
        }
        let text = fs::read_to_string(&input).expect("it is text");
        let expanded = expand(text.parse().expect("these are tokens"), &mut |_, _| {});
        let expanded = prettyplease::unparse(&syn::parse2(expanded).expect("this is Rust"));
        assert!(!expanded.contains("compile_error!"), "{}: {expanded}", input.display());
        if fs::read_to_string(&output).is_ok_and(|before| before == expanded) {
            continue;
        }
        if env::var_os("UPDATE_EXPANSIONS").is_some() {
            fs::write(&output, expanded).expect("the folder is there");
        } else {
            changed.push(output);
        }
    }
    assert!(changed.is_empty(), "set UPDATE_EXPANSIONS=1, and read what changes in {changed:#?}");
}
