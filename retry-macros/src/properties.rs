//! What holds for all tokens. Each property is written once: `tests.rs` checks it on random tokens,
//! and `fuzz/` on those that it finds.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{File, Item, ItemFn, Signature};

use crate::{attribute, derive};

/// Functions of each shape that the attribute knows, and one that it refuses.
const FUNCTIONS: [&str; 6] = [
    "pub async fn fetch(client: &Client, mut body: Vec<u8>) -> Result<String, E> { body.push(1); Ok(x?) }",
    "/// Fetches.\nfn fetch<T: Into<u8>>(n: T, hits: &mut u32) -> io::Result<u8> { Ok(n.into()) }",
    "fn fetch(n: u8) -> BoxFuture<'static, Result<(), E>> { Box::pin(async move { Ok(()) }) }",
    "fn fetch(n: u8) -> impl Future<Output = Result<(), E>> + Send { async move { Ok(()) } }",
    "async fn fetch<'a>(&'a self, (a, b): (u8, &'a str)) -> anyhow::Result<()> { Ok(()) }",
    "async unsafe fn fetch(attempt: u8) {}",
];

/// The compile errors among the items of an expansion.
fn mistakes(items: &[Item]) -> usize {
    let is_mistake = |item: &&Item| match item {
        Item::Macro(call) => {
            call.mac.path.segments.last().is_some_and(|it| it.ident == "compile_error")
        }
        _ => false,
    };
    items.iter().filter(is_mistake).count()
}

fn text(tokens: impl ToTokens) -> String {
    tokens.to_token_stream().to_string()
}

/// SPEC 9.1, 9.3
pub fn the_function_is_emitted_for_any_attribute(arguments: &str) {
    let Ok(arguments) = arguments.parse::<TokenStream>() else { return };
    for function in FUNCTIONS {
        let function: TokenStream = function.parse().expect("these are tokens");
        let before: ItemFn = syn::parse2(function.clone()).expect("these are functions");
        let expanded = attribute::expand(&arguments, &function);
        let Ok(File { items, .. }) = syn::parse2(expanded.clone()) else {
            panic!("the expansion of `{arguments}` is not Rust: {expanded}");
        };
        let Some(Item::Fn(after)) = items.first() else {
            panic!("`{arguments}` loses the function: {expanded}");
        };
        assert_eq!(after.sig.ident, "fetch");
        let mistakes = mistakes(&items);
        assert_eq!(items.len(), 1 + mistakes, "{expanded}");
        let name = |signature: &Signature| text(&signature.output);
        assert_eq!(name(&after.sig), name(&before.sig), "{arguments}");
        if mistakes > 0 {
            assert_eq!(text(&after.sig), text(&before.sig), "{arguments}");
            let kept: String = before.block.stmts.iter().map(text).collect();
            let emitted: String = after.block.stmts.iter().map(text).collect();
            assert!(emitted.ends_with(&kept), "{arguments}: {emitted}");
        }
    }
}

/// SPEC 9.1, 9.4
pub fn any_item_is_expanded_or_kept(item: &str) {
    let Ok(item) = item.parse::<TokenStream>() else { return };
    let mut expanded = attribute::expand(&TokenStream::new(), &item).to_string();
    if !expanded.contains("compile_error") {
        // The result is an item again, which the attribute refuses.
        let again = expanded.parse().expect("an expansion is tokens");
        expanded = attribute::expand(&TokenStream::new(), &again).to_string();
        assert!(expanded.contains("compile_error"), "{expanded}");
        return;
    }
    if syn::parse2::<ItemFn>(item.clone()).is_err() {
        return;
    }
    let kept = expanded.parse().ok().and_then(|tokens| syn::parse2::<File>(tokens).ok());
    assert!(
        matches!(kept.as_ref().and_then(|file| file.items.first()), Some(Item::Fn(_))),
        "{expanded}"
    );
}

/// SPEC 5, 9.1
pub fn a_type_gets_one_impl_whatever_its_classes(input: &str) {
    let Ok(input) = syn::parse_str(input) else { return };
    let expanded = derive::classify(&input);
    let Ok(File { items, .. }) = syn::parse2(expanded.clone()) else {
        panic!("the output of the derive is not Rust: {expanded}");
    };
    let Some(Item::Impl(first)) = items.first() else { panic!("no impl first: {expanded}") };
    assert!(text(&first.self_ty).starts_with(&input.ident.to_string()), "{expanded}");
    assert_eq!(first.items.len(), 1, "{expanded}");
    assert_eq!(items.len(), 1 + mistakes(&items), "{expanded}");
}
