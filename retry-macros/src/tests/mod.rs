//! Runs the attribute as the compiler does, and as an editor does in the middle of a word.

mod bindings;
mod expansions;
mod in_place;
mod messages;
mod mistakes;
#[cfg(feature = "sites")]
mod sites;

use proc_macro2::TokenStream;
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest};
use proptest::sample::select;
use retry_runtime::__private::words::KEYS;

use crate::{attribute, derive, guarded, properties};

/// The expansion as text without white space.
fn expand(arguments: &str, item: &str) -> String {
    let tokens = |text: &str| text.parse::<TokenStream>().unwrap_or_default();
    let text = attribute::expand(&tokens(arguments), &tokens(item)).to_string();
    text.split_whitespace().collect()
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect()
}

// SPEC 9.1, 9.3
#[test]
fn a_half_typed_attribute_keeps_the_function_unchanged() {
    let function = "pub async fn fetch(client: &Client, mut body: Vec<u8>) -> Result<String, E> { \
                    body.push(1); client. }";
    let half_typed = [
        "m",
        "ma",
        "maxx",
        "max =",
        "max = ,",
        "max 3",
        "max = 3 b",
        "max = 3 base = \"1s\"",
        "= 3",
        ", ,",
        "3",
        "\"1s\"",
        "base = \"1",
        "base = \"1\"",
        "base = 1",
        "on",
        "on(",
        "on()",
        "on(My",
        "on(MyError::)",
        "on(MyError::Busy | )",
        "on(x if )",
        "when",
        "when =",
        "when = |",
        "when = |e|",
        "when = |e| e.",
        "when = |e| e.is_",
        "status(",
        "status(5..)",
        "clone(",
        "clone(bo)",
        "clone()",
        "share(",
        "policy = self.",
        "policy = self. , max = 3",
        "timeout",
        "timeout = \"5",
        "fits = \"30s\"",
        "until = |v|",
        "budget =",
        "attempt = ",
        "response = ",
        "before_retry = self.",
        "give_up = |e, g| ",
        "crate =",
        "crate = ::",
        "jitter = ad",
        "jitter = additive(",
        "backoff = ",
        "name = ",
        "if",
        "fn",
        "async",
        "#",
        "!",
        "max = 3; base",
        "max = { 3",
        "max = 3)",
        "unsafe = 1",
        "self",
        "_",
    ];
    for arguments in half_typed {
        let expanded = expand(arguments, function);
        let signature =
            squeeze("pub async fn fetch(client: &Client, mut body: Vec<u8>) -> Result<String, E>");
        assert!(expanded.contains(&signature), "{arguments:?}: {expanded}");
        assert!(expanded.contains("body.push(1);client."), "{arguments:?}: {expanded}");
    }
}

// SPEC 9.3
#[test]
fn a_function_with_mistakes_still_offers_the_keys_to_editors() {
    let hints = "#[cfg(rust_analyzer)]";
    let function = "async fn fetch() -> Result<(), E> { #![allow(unused)] Ok(()) }";
    let broken = expand("max = 3, b", function);
    assert!(broken.contains("useself::{maxas_,bas_};"), "{broken}");
    assert!(broken.find("#![allow(unused)]") < broken.find(hints), "{broken}");
    let whole = expand("max = 3", function);
    assert!(whole.contains("useself::{maxas_};"), "{whole}");
    assert!(!expand("", function).contains(hints));
}

// SPEC 9.1
#[test]
fn a_function_with_mistakes_keeps_its_inner_attributes() {
    let function = "async fn f(mut list: Vec<u8>) -> R<u8> { #![allow(unused)] Ok(1) }";
    let expanded = expand("", function);
    assert!(expanded.contains("compile_error"), "{expanded}");
    assert!(expanded.contains("{#![allow(unused)]Ok(1)}"), "{expanded}");
}

// SPEC 9.4
#[test]
fn a_second_retry_attribute_is_refused_under_any_name() {
    let functions = [
        "async fn fetch(mut n: u8) -> Result<(), E> { n += 1; Ok(()) }",
        "fn fetch(mut n: u8) -> Result<(), E> { n += 1; Ok(()) }",
        "fn fetch(mut n: u8) -> BoxFuture<Result<(), E>> { Box::pin(async move { Ok(()) }) }",
        "fn fetch(mut n: u8) -> BoxFuture<Result<(), E>> { Box::pin(async move { \
         let mut n = n; let __ret: Result<(), E> = { n += 1; Ok(()) }; __ret }) }",
    ];
    for function in functions {
        let is_async = function.contains("async");
        let sleep = if is_async { "share(n), sleep = sleep" } else { "share(n)" };
        for arguments in [sleep.to_owned(), format!("{sleep}, policy = POLICY")] {
            let tokens = |text: &str| text.parse::<TokenStream>().unwrap_or_default();
            let once = attribute::expand(&tokens(&arguments), &tokens(function));
            assert!(!once.to_string().contains("compile_error"), "{once}");
            let twice = squeeze(&attribute::expand(&TokenStream::new(), &once).to_string());
            assert_eq!(twice.matches("compile_error!").count(), 1, "{twice}");
            let kept = format!("#[allow(unused)]{}::core::", squeeze(&once.to_string()));
            assert!(twice.starts_with(&kept), "{twice}");
            let around = quote::quote!(fn outer() -> Result<(), E> { #once Ok(()) });
            let around = attribute::expand(&TokenStream::new(), &around).to_string();
            assert!(!around.contains("compile_error"), "{around}");
        }
    }
}

// SPEC 2.3
#[test]
fn every_key_of_the_table_is_an_option() {
    for key in KEYS {
        let expanded = expand(key.example, "async fn fetch(body: u8) -> Result<(), E> { Ok(()) }");
        assert!(!expanded.contains("unknownoption"), "{}: {expanded}", key.example);
        let expanded = expand(&format!("{}s", key.name), "fn fetch() -> Result<(), E> {}");
        assert!(expanded.contains("unknownoption") || key.name == "attempt", "{expanded}");
    }
}

// SPEC 9.3: rust-analyzer completes in the first item that a macro leaves.
#[test]
fn mistakes_come_after_the_item() {
    let function = "async fn fetch() -> Result<(), E> { Ok(()) }";
    for (arguments, item, kept) in
        [("max = 3, b", function, "asyncfnfetch"), ("max = 3", "struct Client;", "structClient;")]
    {
        let expanded = expand(arguments, item);
        let (kept, mistake) = (expanded.find(kept), expanded.find("compile_error!"));
        assert!(kept.is_some() && kept < mistake, "{expanded}");
    }
    let input = syn::parse_str("enum Error { Busy }").map(|input| derive::classify(&input));
    let expanded = input.map(|tokens| squeeze(&tokens.to_string())).unwrap_or_default();
    let (kept, mistake) = (expanded.find("fnclassify"), expanded.find("compile_error!"));
    assert!(kept.is_some() && kept < mistake, "{expanded}");
}

// SPEC 9.1
#[test]
fn a_panic_inside_the_macro_leaves_the_function_and_asks_for_a_report() {
    let function: TokenStream = "fn fetch() { body }".parse().unwrap_or_default();
    let panics: [fn() -> TokenStream; 2] =
        [|| panic!("out of words"), || panic!("out of {}", "words")];
    for expand in panics {
        let expanded = guarded("#[retry]", &function, expand).to_string();
        let text = squeeze(&expanded);
        assert!(text.starts_with("fnfetch(){body}::core::compile_error!"), "{expanded}");
        assert!(expanded.contains("`#[retry]` panicked: out of words"), "{expanded}");
        assert!(expanded.contains("a bug in retry-kit; please report it"), "{expanded}");
    }
    let whole = guarded("#[retry]", &function, || function.clone());
    assert_eq!(whole.to_string(), function.to_string());
}

// SPEC 3.9
#[test]
fn the_documentation_of_a_function_gains_a_section_on_its_retries() {
    let documented = "/// Fetches.\nfn fetch() -> Result<(), E> { Ok(()) }";
    let section = |arguments: &str, function: &str| {
        let expanded = expand(arguments, function);
        let (_, section) = expanded.split_once("#Retries")?;
        let text = section.split('"').next().unwrap_or_default();
        Some(text.trim_start_matches("\\n").to_owned())
    };
    let cases = [
        ("", "3retries,4attempts.Thewaitsare1sto2s,2sto4sand4sto8s,atmost14sinall."),
        ("attempts = 2, jitter = none", "1retry,2attempts.Thewaitis1s."),
        ("max = LIMIT, jitter = none", "Retriedby`#[retry(max=LIMIT,jitter=none)]`."),
        (
            "max = LIMIT, when = |error| error.is_busy(), on_retry = |event| log(event)",
            "Retriedby`#[retry(max=LIMIT)]`.",
        ),
        ("policy = self.policy", "Retriedbythepolicy`self.policy`."),
        ("policy = &POLICY, max = 2", "Retriedbythepolicy`&POLICY`,othersettingsaside."),
    ];
    for (arguments, text) in cases {
        let found = section(arguments, documented).unwrap_or_default();
        assert!(found.starts_with(text), "{arguments}: {found}");
    }
    let limits = "attempts = 2, jitter = none, timeout = \"5s\", fits = \"11s\", sleep = sleep";
    let found = section(limits, &documented.replace("fn", "async fn")).unwrap_or_default();
    assert_eq!(
        found,
        "1retry,2attempts.Thewaitis1s.Aservermayaskforanotherwait,upto5meachtime.\
         Thecallgivesupifawaitwouldend11sormoreafteritsstart.Anattemptisdroppedafter5s."
    );
    for (length, shown) in [("\"60s\"", "60s"), ("self.healthy", "`self.healthy`")] {
        let found = section(&format!("max = 1, jitter = none, reset_after = {length}"), documented);
        let end = format!(
            "Anattemptthatrunsfor{shown}orlongerresetsthecountandthebackoff:\
             thenumbersarethoseofretriesinarow."
        );
        assert!(found.unwrap_or_default().ends_with(&end), "{length}");
    }
    assert_eq!(section("docs = false", documented), None);
    let undocumented = "#[doc(hidden)] fn fetch() -> Result<(), E> { Ok(()) }";
    assert_eq!(section("", undocumented), None);
}

/// Texts of these words in any order.
fn texts(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    let word = prop_oneof![9 => select(words), 1 => select(&["(", ")", "{", "}", ",", "=", "|"])];
    vec(word, 0..16).prop_map(|words| words.join(" "))
}

const DERIVE_INPUT: &[&str] = &[
    "enum Error {",
    "}",
    "struct Error;",
    "struct Error {",
    "struct Error(",
    ")",
    ");",
    "union Error {",
    "Busy,",
    "Busy {",
    "Busy(",
    "#[classify(",
    ")]",
    "transient",
    "unsent",
    "permanent",
    "throttled",
    "status",
    "sqlstate",
    "forward",
    "retry_after",
    "=",
    "0",
    "1",
    ",",
    "(",
    "inner",
    "code:",
    "u16,",
    "inner: io::Error,",
    "Box<T>,",
    "<T>",
    "where T: Copy",
    "crate = my",
    "r#type",
    "'a",
    "<'a>",
];

const FUNCTION: &[&str] = &[
    "async",
    "fn",
    "fetch",
    "()",
    "(",
    ")",
    "-> Result<(), E>",
    "-> BoxFuture<Result<(), E>>",
    "{ Ok(()) }",
    "{ Box::pin(async move { Ok(()) }) }",
    "pub",
    "unsafe",
    "const",
    "extern \"C\"",
    "self",
    "&mut self,",
    "mut n: u8,",
    "(a, b): (u8, u8),",
    "_: u8,",
    "<'a, T>",
    "where T: Send",
    "#[retry]",
    "#[test]",
    "/// Fetches.\n",
    "default",
    "-> impl Future<Output = Result<(), E>> + use<>",
    "...",
    "x: impl Fn() -> u8,",
];

fn arguments() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => (0..KEYS.len()).prop_map(|key| KEYS[key].example.to_owned()),
        3 => (0..KEYS.len()).prop_map(|key| KEYS[key].name.to_owned()),
        3 => select(&["=", "(", ")", "|e|", "e.x()", "\"1s\"", "0", "-1", "3", "forever", "self.", "async", "{", "}"])
            .prop_map(str::to_owned),
        2 => Just(",".to_owned()),
    ];
    vec((piece, any::<bool>()), 0..10).prop_map(|pieces| {
        let separated = |(piece, comma)| if comma { piece + ", " } else { piece + " " };
        pieces.into_iter().map(separated).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1_000, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn the_function_is_emitted_for_any_attribute(arguments in arguments()) {
        properties::the_function_is_emitted_for_any_attribute(&arguments);
    }

    #[test]
    fn any_item_is_expanded_or_kept(item in texts(FUNCTION)) {
        properties::any_item_is_expanded_or_kept(&item);
    }

    #[test]
    fn a_type_gets_one_impl_whatever_its_classes(input in texts(DERIVE_INPUT)) {
        properties::a_type_gets_one_impl_whatever_its_classes(&input);
    }
}
