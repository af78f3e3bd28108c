//! Keys that cannot be combined.

use crate::errors::Errors;
use crate::parse::arguments::{Arg, Value, word};

/// Keys that cannot be combined, and why.
const CONFLICTS: [(&str, &str, &str); 11] = [
    ("attempts", "max", "they say the same: `attempts = 4` is `max = 3`"),
    ("base", "delays", "the first delay of the list is the base"),
    ("factor", "delays", "the list gives each delay"),
    ("cap", "delays", "no delay of the list is cut"),
    ("backoff", "delays", "the list is the backoff"),
    ("throttled", "delays", "the list gives each delay, after throttled failures too"),
    ("when", "on", "both choose the errors to retry: put the condition into `on(PATTERN if …)`"),
    ("status", "on", "`on` retries what its pattern matches, whatever the status"),
    (
        "until",
        "response",
        "both choose the values that count as failures: check the status in `until`",
    ),
    (
        "fits",
        "reset_after",
        "an attempt that runs long resets the count, so there is no worst case; set `deadline`",
    ),
    (
        "fits",
        "policy",
        "the worst case is computed at compile time, but this policy is known only at run time; \
         write its settings as keys, or set `deadline`",
    ),
];

/// Keys that have no effect with `repeat = unsent`, and why.
const BESIDE_UNSENT: [(&str, &str); 6] = [
    (
        "on",
        "a pattern does not tell whether the request was processed; write `when`, and return \
         `ErrorClass::Unsent` if the server did not process it",
    ),
    ("until", "a request that returned a value was processed"),
    ("response", "a request that got a response was received"),
    ("status", "no status is retried, because a request that got one was received"),
    ("throttled", "a server that throttles a request has received it"),
    ("retry_after_cap", "no server hint is obeyed, because a request that got one was received"),
];

/// Reports keys that are set twice or cannot be combined.
pub(crate) fn check(args: &[Arg], errors: &mut Errors) {
    for (index, arg) in args.iter().enumerate() {
        if args[..index].iter().any(|earlier| earlier.key == arg.key) {
            errors.at(arg.key.span(), format!("`{}` is set twice", arg.key));
        }
    }
    // Reading the text of an identifier is a call to the compiler, so read each once.
    let names: Vec<String> = args.iter().map(|arg| arg.key.to_string()).collect();
    let key = |name: &str| Some(&args[names.iter().position(|key| key == name)?].key);
    for (one, other, why) in CONFLICTS {
        // With `response`, values have a status besides the errors that `on` matches.
        if one == "status" && key("response").is_some() {
            continue;
        }
        if let (Some(one), Some(other)) = (key(one), key(other)) {
            errors.at(one.span(), format!("`{one}` cannot be combined with `{other}`: {why}"));
        }
    }
    if args.iter().any(is_unsent) {
        for (one, why) in BESIDE_UNSENT {
            if let Some(one) = key(one) {
                errors
                    .at(one.span(), format!("`{one}` has no effect with `repeat = unsent`: {why}"));
            }
        }
    }
}

fn is_unsent(arg: &Arg) -> bool {
    let Value::Expr(value) = &arg.value else { return false };
    arg.key == "repeat" && word(value).is_some_and(|word| word == "unsent")
}
