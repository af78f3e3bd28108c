//! The shape of the sources: files and rooms import in one direction.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms of a crate, each of which may import those before it.
const ROOMS: [(&str, &[&str]); 2] = [
    (
        "retry-runtime/src",
        &["policy", "call", "http", "classify", "telemetry", "expansion", "function"],
    ),
    ("retry-macros/src", &["errors", "tokens", "parse", "check", "expand"]),
];

/// A module by its path, such as `["policy", "jitter"]`.
type Module = Vec<String>;

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && path.file_stem().is_some_and(|stem| stem != "tests")
        {
            files.push(path);
        }
    }
}

fn module_of(file: &Path, root: &Path) -> Module {
    let file = file.strip_prefix(root).unwrap_or(file).with_extension("");
    let mut module: Module =
        file.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    if module.last().is_some_and(|last| last == "mod" || last == "lib") {
        module.pop();
    }
    module
}

/// The paths that the `use` items of a file name, groups written out, without what only tests use.
fn imports(text: &str, module: &Module, is_folder: bool) -> Vec<Module> {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut paths = Vec::new();
    let starts = text.match_indices("use ").filter(|(at, _)| {
        let line = text[..*at].rsplit('\n').next().unwrap_or_default();
        matches!(line.trim(), "" | "pub" | "pub(crate)" | "pub(super)")
    });
    for (at, word) in starts {
        let item = text[at + word.len()..].split(';').next().unwrap_or_default();
        for path in written_out(&item.split_whitespace().collect::<Vec<_>>().join(" ")) {
            let mut parts = path.split("::").map(str::trim);
            let mut full: Module = match parts.next() {
                Some("crate") => Vec::new(),
                Some("self") if is_folder => module.clone(),
                Some("super") => module[..module.len() - 1].to_vec(),
                _ => continue,
            };
            full.extend(parts.map(str::to_owned));
            paths.push(full);
        }
    }
    paths
}

fn written_out(item: &str) -> Vec<String> {
    let Some((before, rest)) = item.split_once('{') else {
        return vec![item.split(" as ").next().unwrap_or_default().to_owned()];
    };
    let inner = rest.trim_end().strip_suffix('}').unwrap_or(rest);
    let (mut depth, mut start, mut pieces) = (0, 0, Vec::new());
    for (at, character) in inner.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                pieces.push(&inner[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(&inner[start..]);
    let pieces = pieces.into_iter().map(str::trim).filter(|piece| !piece.is_empty());
    pieces.flat_map(written_out).map(|piece| format!("{before}{piece}")).collect()
}

/// Which module imports which, by the longest known beginning of what it names.
fn graph(root: &Path) -> BTreeMap<Module, BTreeSet<Module>> {
    let mut files = Vec::new();
    sources(root, &mut files);
    let modules: BTreeSet<Module> = files.iter().map(|file| module_of(file, root)).collect();
    let mut graph = BTreeMap::new();
    for file in &files {
        let module = module_of(file, root);
        let is_folder = file.file_stem().is_some_and(|stem| stem == "mod" || stem == "lib");
        let text = fs::read_to_string(file).unwrap_or_default();
        let known = |path: &Module| {
            (1..=path.len()).rev().map(|end| path[..end].to_vec()).find(|m| modules.contains(m))
        };
        let imported = imports(&text, &module, is_folder).iter().filter_map(known).collect();
        graph.insert(module, imported);
    }
    graph
}

#[test]
fn rooms_import_only_the_rooms_before_them() {
    for (folder, rooms) in ROOMS {
        let place = |module: &Module| {
            rooms.iter().position(|room| module.first().is_some_and(|m| m == room))
        };
        let graph = graph(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
        assert!(graph.len() > 10, "{folder} has {} files", graph.len());
        for (module, imported) in graph {
            for other in imported {
                if let (Some(here), Some(there)) = (place(&module), place(&other)) {
                    assert!(there <= here, "{folder}: {module:?} imports {other:?}");
                }
            }
        }
    }
}

#[test]
fn no_file_imports_itself_by_way_of_others() {
    for (folder, _) in ROOMS {
        let mut graph = graph(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
        for (module, imported) in &mut graph {
            // A `mod.rs` names the files of its room to give away what is in them.
            imported.retain(|other| other != module && !other.starts_with(module));
        }
        // Takes away the files that import none of those left; a circle stays.
        loop {
            let left: BTreeSet<Module> = graph.keys().cloned().collect();
            graph.retain(|_, imported| imported.iter().any(|other| left.contains(other)));
            if graph.len() == left.len() {
                break;
            }
        }
        assert!(graph.is_empty(), "{folder}, in circles or importing them: {graph:#?}");
    }
}
