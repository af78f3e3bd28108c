//! How an attempt gets its arguments.

use super::{expand, squeeze};

/// The bindings of an attempt and the expressions before it, in the order of the expansion.
fn bindings(arguments: &str, function: &str) -> Vec<String> {
    let expanded = expand(arguments, function);
    assert!(!expanded.contains("compile_error!"), "{function}: {expanded}");
    let kept = ["=&mut*", "=::core::clone::Clone::clone(", "__retry_borrow()"];
    let allowed = squeeze(
        "#[allow(clippy::no_effect_underscore_binding, clippy::shadow_same, clippy::used_underscore_binding)]",
    );
    let expanded = expanded.replace(&allowed, ";").replace("#[allow(unused_variables)]", "");
    let statements = expanded.split([';', '{', '}']);
    let is_moved = |statement: &&str| {
        let moved = statement.strip_prefix("let").and_then(|rest| rest.split_once('='));
        moved.is_some_and(|(name, value)| {
            name.trim_start_matches("mut") == value.trim_start_matches('&')
                && !name.contains("__retry")
        })
    };
    statements
        .filter(|statement| kept.iter().any(|kept| statement.contains(kept)) || is_moved(statement))
        .map(|statement| statement.replace("::core::clone::Clone::clone", "clone"))
        .collect()
}

// SPEC 3.1, 3.4
#[test]
fn an_attempt_borrows_its_arguments_and_binds_only_what_it_must() {
    // Attribute, signature, bindings.
    let cases: &[(&str, &str, &[&str])] = &[
        ("", "async fn f(a: u8, b: &u8, _: &mut u8) -> R<u8>", &[]),
        ("", "async fn f(a: &mut u8) -> R<u8>", &["leta=&mut*a", "leta=a"]),
        ("", "async fn f(a: (&mut u8)) -> R<u8>", &["leta=&mut*a", "leta=a"]),
        ("", "async fn f((a, b): (&mut u8, u8)) -> R<u8>", &[]),
        ("", "async fn f(ref a: &mut u8) -> R<u8>", &[]),
        // The result may borrow from it.
        ("", "async fn f(a: &mut u8) -> R<&u8>", &[]),
        ("", "async fn f<'a>(a: &'a mut u8) -> R<&'a u8>", &[]),
        (
            "",
            "async fn f<'a, 'b>(a: &'a mut u8, b: &'b mut u8) -> R<&'a u8>",
            &["letb=&mut*b", "letb=b"],
        ),
        ("", "async fn f(&self, a: &mut u8) -> R<&u8>", &["leta=&mut*a", "leta=a"]),
        // A body that reassigns the reference.
        ("", "async fn f(mut a: &u8) -> R<u8>", &["letmuta=a"]),
        ("", "async fn f(mut a: &mut u8) -> R<u8>", &["leta=&mut*a", "letmuta=a"]),
        ("", "async fn f<'a>(mut a: &'a mut u8) -> R<&'a u8>", &["leta=&mut*a", "letmuta=a"]),
        ("clone(a)", "async fn f(a: Vec<u8>) -> R<u8>", &["leta=clone(&a)", "leta=a"]),
        (
            "clone(a)",
            "async fn f(mut a: Vec<u8>, b: u8) -> R<u8>",
            &["leta=clone(&a)", "letmuta=a"],
        ),
        ("clone(a)", "async fn f((a, b): (u8, &u8)) -> R<u8>", &["leta=clone(&a)", "leta=a"]),
        (
            "clone(a)",
            "async fn f(ref a: Vec<u8>) -> R<u8>",
            &["leta=clone(&*a)", "leta=a", "leta=&a"],
        ),
        ("clone(a)", "async fn f(Some(a): A) -> R<u8>", &["leta=clone(&a)", "leta=a"]),
        ("clone(a)", "async fn f([a, ..]: [u8; 2]) -> R<u8>", &["leta=clone(&a)", "leta=a"]),
        ("clone(a)", "async fn f(A { a, .. }: A) -> R<u8>", &["leta=clone(&a)", "leta=a"]),
        ("clone(a)", "async fn f((A(a) | B(a)): A) -> R<u8>", &["leta=clone(&a)", "leta=a"]),
        ("clone(a)", "async fn f(a @ _: u8) -> R<u8>", &["leta=clone(&a)", "leta=a"]),
        ("clone(a)", "async fn f(&a: &u8) -> R<u8>", &["leta=clone(&a)", "leta=a"]),
        ("share(a)", "async fn f(mut a: Vec<u8>) -> R<u8>", &[]),
        // The receiver.
        ("", "async fn f(&self) -> R<u8>", &[]),
        ("", "async fn f(self) -> R<u8>", &[]),
        ("", "async fn f(&mut self) -> R<u8>", &["(*self).__retry_borrow()"]),
        ("", "async fn f(self: &mut Self) -> R<u8>", &["(*self).__retry_borrow()"]),
        ("", "async fn f(&mut self) -> R<&u8>", &[]),
        ("", "async fn f(&mut self) -> R<impl Sized>", &[]),
        ("", "async fn f<'a>(&'a mut self) -> R<&'a u8>", &[]),
        ("", "async fn f<'a>(&mut self, b: &'a u8) -> R<&'a u8>", &["(*self).__retry_borrow()"]),
        ("clone(self)", "async fn f(self) -> R<u8>", &["self=clone(&__retry_self)"]),
        // A hook that uses an argument.
        ("on_retry = |_| log(a)", "async fn f(a: &mut u8) -> R<u8>", &["leta=&mut*a", "leta=a"]),
        // Without async.
        ("", "fn f(a: &mut u8) -> R<u8>", &["leta=&mut*a", "leta=a"]),
        ("clone(a)", "fn f(mut a: Vec<u8>) -> R<u8>", &["leta=clone(&a)", "letmuta=a"]),
    ];
    for (arguments, signature, expected) in cases {
        let body = if signature.starts_with("async") { "go(self, a, b).await" } else { "go(a)" };
        let found = bindings(arguments, &format!("{signature} {{ {body} }}"));
        assert_eq!(found, *expected, "#[retry({arguments})] {signature}");
    }
}

// SPEC 3.3, 3.4
#[test]
fn of_a_future_by_hand_only_what_its_attempt_uses_is_bound() {
    let future = "-> impl Future<Output = R<u8>>";
    // Attribute, arguments, statements before the future, its body, bindings.
    let cases: &[(&str, &str, &str, &str, &[&str])] = &[
        ("", "a: &mut u8", "", "go(a).await", &["leta=&mut*a", "leta=a"]),
        ("", "a: &mut u8", "", "go().await", &[]),
        // The statements may have moved it.
        ("", "a: &mut u8", "let b = a.len();", "go(a).await", &[]),
        ("clone(a)", "a: Vec<u8>", "", "go(a).await", &["leta=clone(&a)", "leta=a"]),
        (
            "clone(a)",
            "mut a: Vec<u8>",
            "a.push(1);",
            "go(a).await",
            &["leta=clone(&a)", "letmuta=a"],
        ),
        ("", "&mut self", "", "self.go().await", &["(*self).__retry_borrow()"]),
        ("", "&mut self", "", "go().await", &[]),
        ("", "&mut self", "self.count();", "self.go().await", &[]),
        ("clone(self)", "self", "", "self.go().await", &["self=clone(&__retry_self)"]),
        ("clone(self)", "self", "", "go().await", &[]),
    ];
    for (arguments, parameters, before, body, expected) in cases {
        let function =
            format!("fn f({parameters}) {future} {{ {before} async move {{ {body} }} }}");
        assert_eq!(bindings(arguments, &function), *expected, "#[retry({arguments})] {function}");
    }
}
