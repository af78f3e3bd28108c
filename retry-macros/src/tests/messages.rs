//! The messages in `tests/ui` that come from the macros, at their tokens. The test of that folder runs the compiler and
//! takes a minute; this one takes no time.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Span, TokenStream, TokenTree};

use super::in_place::expand;

/// A message, and the line and column of its token.
type Message = (usize, usize, String);

/// The messages in an expansion of the attribute that begins here.
fn collect(expansion: TokenStream, attribute: Span, messages: &mut BTreeSet<Message>) {
    let tokens: Vec<TokenTree> = expansion.into_iter().collect();
    for (place, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else { continue };
        match place.checked_sub(2).map(|name| &tokens[name]) {
            Some(TokenTree::Ident(name)) if name == "compile_error" => {
                let text: syn::LitStr = syn::parse2(group.stream()).expect("a literal");
                let span =
                    if name.span().byte_range().is_empty() { attribute } else { name.span() };
                let start = span.start();
                messages.insert((start.line, start.column + 1, trimmed(&text.value())));
            }
            _ => collect(group.stream(), attribute, messages),
        }
    }
}

/// The text without the indentation that the compiler gives it.
fn trimmed(text: &str) -> String {
    let lines: Vec<&str> = text.trim().lines().map(str::trim).collect();
    lines.join("\n")
}

/// The errors without a number in the output of the compiler.
fn shown(output: &str) -> BTreeSet<Message> {
    let mut messages = BTreeSet::new();
    for error in output.split("\n\n") {
        let Some(error) = error.strip_prefix("error: ") else { continue };
        let Some((text, place)) = error.split_once("-->") else { continue };
        let mut place = place.lines().next().unwrap_or_default().rsplit(':');
        let mut number = || place.next().and_then(|number| number.trim().parse().ok());
        if let (Some(column), Some(line)) = (number(), number()) {
            messages.insert((line, column, trimmed(text)));
        }
    }
    messages
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ui");
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path());
    files.filter(|file| file.extension().is_some_and(|extension| extension == "rs")).collect()
}

/// The number of errors in a file that the macros do not report, or only where another macro has expanded the item.
const OTHERS: [(&str, usize); 5] =
    [("cancel", 1), ("dead_code", 2), ("order", 1), ("transactions", 1), ("twice", 3)];

// SPEC 9.1, 9.2
#[test]
fn the_macros_report_what_the_compiler_shows() {
    // The folder is not in the published crate.
    for case in cases() {
        let read = |file: &Path| fs::read_to_string(file).expect("it is there");
        let mut reported = BTreeSet::new();
        let tokens = read(&case).parse().expect("a lexer can read it");
        expand(tokens, &mut |expansion, attribute| {
            collect(expansion.clone(), attribute, &mut reported);
        });
        let shown = shown(&read(&case.with_extension("stderr")));
        let unexpected: Vec<_> = reported.difference(&shown).collect();
        assert!(unexpected.is_empty(), "{}: {unexpected:#?}", case.display());
        let missing: Vec<_> = shown.difference(&reported).collect();
        let others =
            OTHERS.iter().find(|(file, _)| case.file_stem().is_some_and(|stem| stem == *file));
        let others = others.map_or(0, |(_, errors)| *errors);
        assert_eq!(missing.len(), others, "{}: {missing:#?}", case.display());
    }
}
