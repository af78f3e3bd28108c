//! Messages that `tests/ui` does not show, and attributes without a mistake.

use std::collections::VecDeque;

use proc_macro2::{Delimiter, Group, TokenTree};
use quote::quote;
use syn::LitStr;

use crate::attribute;

/// The first lines of the messages for this attribute.
fn messages(arguments: &str, function: &str) -> VecDeque<String> {
    let tokens = |text: &str| text.parse().expect("tokens");
    let mut expanded = attribute::expand(&tokens(arguments), &tokens(function)).into_iter();
    let mut messages = VecDeque::new();
    while let Some(token) = expanded.next() {
        if matches!(&token, TokenTree::Ident(name) if name == "compile_error") {
            // After the exclamation mark.
            let Some(TokenTree::Group(message)) = expanded.nth(1) else { continue };
            let message: LitStr = syn::parse2(message.stream()).expect("a literal");
            messages.extend(message.value().lines().next().map(str::to_owned));
        }
    }
    messages
}

fn check(function: &str, cases: &[(&str, &str)]) {
    for (arguments, expected) in cases {
        let mut found = messages(arguments, function);
        let first = found.pop_front().unwrap_or_default();
        assert_eq!(first, *expected, "#[retry({arguments})] {function}");
        assert!(found.is_empty(), "#[retry({arguments})]: {found:?}");
    }
}

/// Attributes, each with its message or nothing.
const VALUES: &[(&str, &str)] = &[
    ("status(550..)", "write a range of statuses with both ends: `550..=599`"),
    ("status(599..)", "write a range of statuses with both ends: `500..=599`"),
    ("status(600..)", "write a range of statuses with both ends: `500..=599`"),
    ("status(..=404)", "write a range of statuses with both ends: `100..=404`"),
    ("status(..=100)", "write a range of statuses with both ends: `500..=599`"),
    ("status(..=99)", "write a range of statuses with both ends: `500..=599`"),
    ("status(404..=404)", ""),
    ("status(405..=404)", "an empty range; write `404..=405`"),
    ("status(400..405)", "write a range of statuses with an inclusive end: `400..=404`"),
    ("status(400..400)", "write a range of statuses with an inclusive end: `500..=599`"),
    ("status(-400..)", "write a range of statuses with both ends: `500..=599`"),
    ("max = -3", "`max` cannot be negative; for no limit write `max = forever`"),
    ("max = --3", ""),
    ("max = !3", ""),
    ("max = \"3\"", "expected a number; write `3`"),
    ("max = \"three\"", "expected a number"),
    ("max = 3u8", "a number takes no suffix `u8`; write `3`"),
    ("max = 3u32", ""),
    ("factor = 2f64", ""),
    ("base = 5s", "`base`: put the duration in quotes: write `\"5s\"`"),
    ("retries = 5", "unknown option `retries`; write `max = 5`"),
    ("retry_count = \"5\"", "unknown option `retry_count`; write `max = 5`"),
    ("retries = \"five\"", "unknown option `retries`; write `max = 3`"),
    ("retries = true", "unknown option `retries`; write `max = 3`"),
    ("retries = forever", "unknown option `retries`; write `max = forever`"),
    ("delay = \"5s\"", "unknown option `delay`; write `base = \"5s\"`"),
    ("delay = \"5 parsecs\"", "unknown option `delay`; write `base = \"1s\"`"),
    ("delay = 5", "unknown option `delay`; write `base = \"5s\"` or `base = \"5ms\"`"),
    ("delay = LIMIT", "unknown option `delay`; write `base = LIMIT`"),
    ("delay = true", "unknown option `delay`; write `base = \"1s\"`"),
    ("throttle(base = \"5s\")", "unknown option `throttle`; write `throttled(base = \"5s\")`"),
    ("throttle = \"5s\"", "unknown option `throttle`; write `throttled(base = \"5s\")`"),
    (
        "throttle = \"soon\"",
        "unknown option `throttle`; write `throttled(base = \"1s\", cap = \"20s\")`",
    ),
    ("throttle = 5", "unknown option `throttle`; write `throttled(base = \"1s\", cap = \"20s\")`"),
    ("throttle(\"5s\")", "unknown option `throttle`; write `throttled(base = \"5s\")`"),
    ("codes(429, 503)", "unknown option `codes`"),
    ("codes = [429, 503]", "unknown option `codes`"),
    ("codes = \"429, 503\"", "unknown option `codes`"),
    ("codes = \"five\"", "unknown option `codes`"),
    ("codes()", "unknown option `codes`"),
    (
        "retry_if = |error| error.is_busy()",
        "unknown option `retry_if`; write `when = |error| error.is_busy()`",
    ),
    ("retry_on = ApiError", "unknown option `retry_on`; write `on(ApiError::…)`"),
    ("retry_on = is_busy", "unknown option `retry_on`; write `when = is_busy`"),
    ("retry_on = ApiError::Busy", "unknown option `retry_on`; write `on(ApiError::Busy)`"),
    ("retry_on = 5", "unknown option `retry_on`; write `on(MyError::Timeout)`"),
    ("retry_on(ApiError::Busy)", "unknown option `retry_on`; write `on(ApiError::Busy)`"),
    ("budgets", "unknown option `budgets`; did you mean `budget`?"),
    ("budget()", "`budget` takes a value: `budget = &BUDGET`"),
    ("max-retries = 3", "unknown option `max-retries`; write `max = 3`"),
    ("base-delay = \"1s\"", "unknown option `base-delay`; write `base = \"1s\"`"),
    ("max - 3", "expected `=`: write `max = …`"),
    ("docs = 5", "`docs` takes `false`, which leaves the function's documentation unchanged"),
    ("document = false", "unknown option `document`"),
    ("cloned(list)", "unknown option `cloned`; did you mean `clone`?"),
    ("clones = list", "unknown option `clones`; did you mean `clone`?"),
    ("hook = log", "unknown option `hook`"),
    ("on", "`on` takes a pattern of errors: `on(MyError::Timeout)`"),
    ("on()", "`on` takes a pattern of errors: `on(MyError::Timeout)`"),
    ("response = 5", "`response` takes no value; choose the statuses with `status(…)`"),
    ("response =", "`response =` is missing its value"),
    ("span = 5", "`span` takes no value; the span is named `attempt`"),
    ("span =", "`span =` is missing its value"),
    ("clone", "`clone` takes the names of arguments: `clone(body)`"),
    ("clone =", "`clone =` is missing its value"),
    ("clone()", "`clone` takes the names of arguments: `clone(body)`"),
    ("share()", "`share` takes the names of arguments: `share(body)`"),
    (
        "status",
        "`status` takes codes, ranges and names: `status(429, 500..=599)`, `status(transient)`",
    ),
    ("status =", "`status =` is missing its value"),
    (
        "status()",
        "`status` takes codes, ranges and names: `status(429, 500..=599)`, `status(transient)`",
    ),
    ("throttled =", "`throttled =` is missing its value"),
    (
        "throttled()",
        "`throttled` takes a `base`, a `cap` or both: `throttled(base = \"1s\", cap = \"20s\")`",
    ),
    (
        "retry_after_cap = give_up",
        "`give_up` takes the longest hint obeyed: `retry_after_cap = give_up(\"5m\")`",
    ),
    (
        "retry_after_cap = give_up(5)",
        "`give_up`: a duration has a unit; write `give_up(\"5s\")` for seconds or `give_up(\"5ms\")` for milliseconds",
    ),
    ("retry_after_cap = give_up(LIMIT)", ""),
    ("retry_after_cap = give_up(\"5m\")", ""),
    ("attempts = 0", "`attempts = 0` would never call the function; the minimum is 1"),
    ("attempts = LIMIT", ""),
    ("attempts = 1", ""),
    ("jitter = additive(2)", "a jitter ratio is a number from 0 to 1"),
    ("jitter = additive(RATIO)", ""),
    ("jitter = symmetric(0.5)", ""),
    ("delays = &[SECOND]", ""),
    ("delays = &mut [SECOND]", ""),
    (
        "delays = [list.len()]",
        "`list` is not known at compile time, when the policy is built; build one at run time with `policy = RetryPolicy::new()…`, or keep one in a field: `policy = self.policy`",
    ),
    (
        "backoff = custom(f), throttled(base = \"5s\")",
        "`throttled` has no meaning with `backoff = custom(…)`: leave one out",
    ),
    (
        "policy = P, delays = [list]",
        "`list` is not known at compile time, and a list of delays lasts as long as the program; make it a constant, or give a `&'static [Duration]`",
    ),
    ("policy = P, delays = [\"1s\"]", ""),
    ("base = \"1s\", jitter = none, backoff = decorrelated", ""),
    ("policy = P, base = \"5s\", cap = \"1s\"", ""),
    ("base = BASE, cap = \"1s\"", ""),
    ("base = \"5s\", cap = CAP", ""),
    ("throttled(base = \"5s\", cap = \"1s\")", "`cap` (1s) is below `base` (5s)"),
    ("throttled(base = BASE, cap = \"1s\")", ""),
    (
        "deadline = \"1ms\"",
        "the deadline (1ms) is no longer than the first wait (1s): nothing would be retried",
    ),
    ("policy = P, deadline = \"1ms\"", ""),
    ("base = BASE, deadline = \"1ms\"", ""),
    ("timeout = \"0s\", reset_after = \"1s\"", "a zero `timeout` would drop every attempt"),
    ("timeout = \"1s\", reset_after = \"1s\"", ""),
    (
        "timeout = \"1s\", reset_after = \"2s\"",
        "no attempt runs for 2s, as `timeout` ends it after 1s",
    ),
    (
        "repeat = unsent, status(503)",
        "`status` has no effect with `repeat = unsent`: no status is retried, because a request that got one was received",
    ),
    ("repeat = all, status(503)", ""),
    ("key = unsent, status(503)", ""),
    (
        "on(io::ErrorKind::TimedOut)",
        "this is an error kind, not an error; write `when = |error| error.kind() == io::ErrorKind::TimedOut`",
    ),
    (
        "on((io::ErrorKind::TimedOut))",
        "this is an error kind, not an error; write `when = |error| error.kind() == (io::ErrorKind::TimedOut)`",
    ),
    (
        "on(io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)",
        "this is an error kind, not an error; write `when = |error| matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)`",
    ),
    (
        "on(kit::ErrorKind::TimedOut)",
        "this is an error kind, not an error; write `when = |error| error.kind() == kit::ErrorKind::TimedOut`",
    ),
    (
        "on(ErrorKind::TimedOut)",
        "this is an error kind, not an error; write `when = |error| error.kind() == ErrorKind::TimedOut`",
    ),
    (
        "fits = \"1m\", timeout = list.len()",
        "`list` is not known at compile time, when `fits` is checked; make `timeout` a constant, or set `deadline` instead of `fits`",
    ),
    ("fits = \"1m\", timeout = self::LIMIT", ""),
    (
        "max = list.len()",
        "`list` is not known at compile time, when the policy is built; build one at run time with `policy = RetryPolicy::new()…`, or keep one in a field: `policy = self.policy`",
    ),
    ("max = { let list = 3; list }", ""),
    ("max = N", ""),
    ("max = T::MAX", ""),
    (
        "max = Self::MAX",
        "`Self` is not known at compile time, when the policy is built; build one at run time with `policy = RetryPolicy::new()…`, or keep one in a field: `policy = self.policy`",
    ),
    ("clone(\"list\")", "`clone` takes the names of arguments: `clone(body)`"),
    ("clone(list) when = f", "expected a comma before `when`"),
    ("max = 3 4", "expected a comma here"),
    ("retries", "unknown option `retries`; write `max = 3`"),
    ("throttle", "unknown option `throttle`; write `throttled(base = \"1s\", cap = \"20s\")`"),
    ("throttle()", "unknown option `throttle`; write `throttled(base = \"1s\", cap = \"20s\")`"),
    ("status_codes(429)", "unknown option `status_codes`; write `status(429)`"),
    ("status_codes(429, 503)", "unknown option `status_codes`; write `status(429, 503)`"),
    ("status_codes = \"429, 503\"", "unknown option `status_codes`; write `status(429, 503)`"),
    ("status_codes = [429, 503]", "unknown option `status_codes`; write `status(429, 503)`"),
    ("status_codes = \"five\"", "unknown option `status_codes`; write `status(429, 500..=599)`"),
    ("status_codes()", "unknown option `status_codes`; write `status(429, 500..=599)`"),
    (
        "retry_on = |error| error.is_busy()",
        "unknown option `retry_on`; write `when = |error| error.is_busy()`",
    ),
    ("delay(\"5s\")", "unknown option `delay`; write `base = \"5s\"`"),
    ("symmetric = 0.5", "unknown option `symmetric`; write `jitter = symmetric(0.5)`"),
    ("absolute = \"500ms\"", "unknown option `absolute`; write `jitter = absolute(\"500ms\")`"),
    ("randomized = true", "unknown option `randomized`"),
    ("max = 3 \"x\", base = \"1s\"", "expected a comma here"),
    ("max = 3 + 4", ""),
    ("policy = P, throttled(base = \"5s\", cap = \"1s\")", ""),
    ("policy = P, throttled(base = BASE, cap = \"1s\")", ""),
    ("throttled(base = \"5s\", cap = CAP)", ""),
    ("status(defualt)", "did you mean `status(default)`?"),
    ("status(DEFUALT)", ""),
    ("policy = P, status(defualt)", ""),
    (
        "policy = P, jitter = fulll",
        "`jitter` takes one of: additive, full, equal, symmetric, absolute, none; did you mean `full`?",
    ),
    (
        "policy = P, jitter = 5",
        "`jitter` takes one of: additive, full, equal, symmetric, absolute, none",
    ),
    ("policy = P, jitter = jitter", ""),
    ("retry_after_cap = give_up(-5)", "`retry_after_cap`: a duration cannot be negative"),
    (
        "retry_if = |error| error.is_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb()",
        "unknown option `retry_if`; write `when = |error| error.is_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb()`",
    ),
    (
        "retry_if = |error| error.is_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb()",
        "unknown option `retry_if`; write `when = |error| error.is_timeout()`",
    ),
    ("additive = 0.1", "unknown option `additive`; write `jitter = additive(0.1)`"),
    ("additive = true", "unknown option `additive`; write `jitter = additive`"),
    ("full", "unknown option `full`; write `jitter = full`"),
    ("absolute = \"soon\"", "unknown option `absolute`; write `jitter = absolute`"),
    ("status_codes(\"429, 503\")", "unknown option `status_codes`; write `status(429, 503)`"),
    ("on = |", "the value of `on` is incomplete"),
    ("response = |", "the value of `response` is incomplete"),
    ("clone = |", "the value of `clone` is incomplete"),
    ("throttled = |", "the value of `throttled` is incomplete"),
    ("status = |", "the value of `status` is incomplete"),
    ("status(429..=999)", "an HTTP status is a number from 200 to 599, except 320 to 399"),
    ("status(999)", "an HTTP status is a number from 200 to 599, except 320 to 399"),
];

// SPEC 9.1, 9.2
#[test]
fn a_wrong_value_is_named_with_one_that_is_right() {
    check("async fn f(list: Vec<u8>) -> io::Result<u8> { Ok(1) }", VALUES);
}

// SPEC 9.2
#[test]
fn a_constant_policy_takes_no_parameter_of_the_function() {
    let message = |word: &str| {
        format!(
            "`{word}` is not known at compile time, when the policy is built; build one at run time with \
             `policy = RetryPolicy::new()…`, or keep one in a field: `policy = self.policy`"
        )
    };
    let function = "async fn f<T: Limits, const N: u32>(max: u32) -> io::Result<u8> { Ok(1) }";
    let cases = [
        ("max = N", message("N")),
        ("max = T::MAX", message("T")),
        ("max = max", message("max")),
        ("max = limits::max", String::new()),
        ("max = M", String::new()),
        ("max = { let max = 3; max }", String::new()),
        ("policy = self.policy, max = N", String::new()),
        ("policy = self.policy, max = max", String::new()),
    ];
    for (arguments, expected) in cases {
        check(function, &[(arguments, &expected)]);
    }
}

// SPEC 9.2
#[test]
fn an_error_kind_is_a_pattern_only_where_it_is_the_error() {
    let found = |result: &str, arguments: &str| {
        let function = format!("async fn f() -> {result} {{ Ok(1) }}");
        !messages(arguments, &function).is_empty()
    };
    let cases = [
        ("io::Result<u8>", "on(ErrorKind::TimedOut)", true),
        ("io::Result<u8>", "on((ErrorKind::TimedOut))", true),
        ("Result<u8, Error>", "on(ErrorKind::TimedOut)", false),
        ("Result<u8, Error>", "on(io::ErrorKind::TimedOut)", true),
        ("Result<u8, Error>", "on(io::ErrorKind::TimedOut | kit::ErrorKind::Busy)", false),
        ("Result<u8, io::ErrorKind>", "on(io::ErrorKind::TimedOut)", false),
        ("Result<u8, ErrorKind>", "on(ErrorKind::TimedOut)", false),
        ("io::Result<u8>", "on(Error::TimedOut)", false),
        ("io::Result<u8>", "on(ErrorKind::TimedOut | Error::Busy)", false),
    ];
    for (result, arguments, is_refused) in cases {
        assert_eq!(found(result, arguments), is_refused, "#[retry({arguments})] {result}");
    }
}

// SPEC 9.4
#[test]
fn a_function_that_tokio_has_made_a_runtime_of_is_refused() {
    let message = "another attribute already makes this function run a whole runtime; put `#[retry]` above it";
    let cases = [
        ("let body = async { Ok(1) }; Runtime::new().block_on(body)", message),
        ("let body = sync(1); run(body)", ""),
        ("let text = async { Ok(1) }; run(text)", ""),
        ("let body: Body = async { Ok(1) }; run(body)", ""),
        ("let body + async { Ok(1) }; run(body)", ""),
        ("let body", ""),
        ("body(1)", ""),
    ];
    for (body, expected) in cases {
        check(&format!("fn f() -> io::Result<u8> {{ {body} }}"), &[("", expected)]);
    }
}

// SPEC 9.4
#[test]
fn a_second_attribute_that_is_still_there_is_refused() {
    let message = "a second `#[retry]` would retry the retries; one is enough";
    for (attribute, expected) in
        [("#[retry]", message), ("#[kit::retry(max = 3)]", message), ("#[again]", "")]
    {
        check(
            &format!("{attribute} async fn f() -> io::Result<u8> {{ Ok(1) }}"),
            &[("", expected)],
        );
    }
}

// SPEC 3.3
#[test]
fn a_future_that_is_made_otherwise_has_no_attempt_to_find() {
    let message = "`#[retry]` cannot find the attempt: end the function with `Box::pin(async move { … })` or \
                   `async move { … }`, or make it an `async fn`";
    let cases = [
        ("Box::pin(async move { Ok(1) })", ""),
        ("async move { Ok(1) }.boxed()", ""),
        ("Box::new(async move { Ok(1) })", message),
        ("Box::pin(wrap(async move { Ok(1) }))", message),
        ("Box::pin((async move { Ok(1) }))", message),
        ("Box::pin(ready; async move { Ok(1) })", message),
        ("async move { Ok(1) }.boxed(1)", message),
        ("async move { Ok(1) }.shared()", message),
        ("async move { Ok(1) }, boxed()", message),
        ("Box::pin(async move { Ok(1) }).boxed()", message),
        ("ready(Ok(1))", message),
    ];
    for (body, expected) in cases {
        check(
            &format!("fn f() -> BoxFuture<'static, io::Result<u8>> {{ {body} }}"),
            &[("", expected)],
        );
    }
}

// SPEC 9.1
#[test]
fn a_receiver_that_changes_is_refused_unless_it_is_cloned_or_shared() {
    let message = "`mut self` would carry changes into the next attempt; add `clone(self)` for a fresh copy in each, \
                   or `share(self)` if attempts are meant to see each other's changes";
    let cases = [("", message), ("clone(self)", ""), ("share(self)", "")];
    check("async fn f(mut self) -> io::Result<u8> { self.go().await }", &cases);
}

// SPEC 2.3.5
#[test]
fn a_hook_with_the_value_is_known_inside_the_group_of_a_macro() {
    let function = quote!(
        async fn f() -> Lines {
            read().await
        }
    );
    let hook = quote!(|event, lines| show(event, lines));
    let group = TokenTree::Group(Group::new(Delimiter::None, hook.clone()));
    for hook in [hook, group.into()] {
        let arguments = quote!(until = |lines| lines.is_whole(), on_retry = #hook);
        let expanded = attribute::expand(&arguments, &function).to_string();
        assert!(expanded.contains("notify_with_value"), "{expanded}");
    }
}
