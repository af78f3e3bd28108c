//! The shape of the sources: files and rooms import in one direction.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms of a crate; each may import those before it.
const ROOMS: [(&str, &[&str]); 2] = [
    (
        "retry-runtime/src",
        &[
            "policy",
            "call",
            "recorder",
            "simulate",
            "http",
            "classify",
            "telemetry",
            "expansion",
            "function",
            "middleware",
        ],
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

/// A path that a `use` item of a file names.
struct Import {
    path: Module,
    /// Whether the item re-exports the path: `pub use`.
    is_public: bool,
}

/// The imports of a file, with groups expanded and without those of tests.
fn imports(text: &str, module: &Module, is_folder: bool) -> Vec<Import> {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut imports = Vec::new();
    for (at, word) in text.match_indices("use ") {
        let is_public = match text[..at].rsplit('\n').next().unwrap_or_default().trim() {
            "" => false,
            "pub" | "pub(crate)" | "pub(super)" => true,
            _ => continue,
        };
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
            imports.push(Import { path: full, is_public });
        }
    }
    imports
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

/// The files of a folder with their imports.
struct Sources(BTreeMap<Module, Vec<Import>>);

impl Sources {
    fn read(root: &Path) -> Self {
        let mut files = Vec::new();
        sources(root, &mut files);
        let imports = files.iter().map(|file| {
            let module = module_of(file, root);
            let is_folder = file.file_stem().is_some_and(|stem| stem == "mod" || stem == "lib");
            let text = fs::read_to_string(file).unwrap_or_default();
            let imports = imports(&text, &module, is_folder);
            (module, imports)
        });
        Self(imports.collect())
    }

    /// Returns the file that defines a path: the longest known prefix, or the file that it
    /// re-exports the name from.
    fn file_of(&self, path: &Module) -> Option<Module> {
        let module =
            (1..=path.len()).rev().map(|end| &path[..end]).find(|m| self.0.contains_key(*m))?;
        let given_away = path.get(module.len()).and_then(|name| {
            let imports = self.0[module].iter().filter(|import| import.is_public);
            imports.map(|import| &import.path).find(|path| path.last() == Some(name))
        });
        let elsewhere = given_away.filter(|other| *other != path);
        elsewhere.and_then(|other| self.file_of(other)).or_else(|| Some(module.to_vec()))
    }

    /// Which file imports which.
    fn graph(&self) -> BTreeMap<Module, BTreeSet<Module>> {
        let files = self.0.iter().map(|(module, imports)| {
            // A `mod.rs` lists the files of its room without using them.
            let is_listed = |import: &&Import| import.is_public && import.path.starts_with(module);
            let used = imports.iter().filter(|import| !is_listed(import));
            (module.clone(), used.filter_map(|import| self.file_of(&import.path)).collect())
        });
        files.collect()
    }
}

#[test]
fn rooms_import_only_the_rooms_before_them() {
    for (folder, rooms) in ROOMS {
        let place = |module: &Module| {
            rooms.iter().position(|room| module.first().is_some_and(|m| m == room))
        };
        let graph = Sources::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).graph();
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
fn no_file_imports_itself_indirectly() {
    for (folder, _) in ROOMS {
        let mut graph = Sources::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).graph();
        for (module, imported) in &mut graph {
            imported.remove(module);
        }
        // Removes the files that import none of the rest; a cycle remains.
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
