//! The words of the attribute, and what is said about other words.

use retry_runtime::__private::near_miss;

use crate::errors::Errors;
use crate::parse::arguments::Arg;

/// All keys, in the order in which messages list them.
pub(crate) const KEYS: [&str; 28] = [
    "max",
    "attempts",
    "base",
    "factor",
    "cap",
    "backoff",
    "jitter",
    "timeout",
    "deadline",
    "fits",
    "on",
    "when",
    "until",
    "response",
    "status",
    "retry_after_cap",
    "budget",
    "on_retry",
    "before_retry",
    "give_up",
    "attempt",
    "clone",
    "share",
    "policy",
    "name",
    "docs",
    "sleep",
    "crate",
];

/// Keys of other libraries, and what they are called here.
const ELSEWHERE: [(&str, &str); 32] = [
    ("retries", "max = 3"),
    ("max_retries", "max = 3"),
    ("times", "max = 3"),
    ("tries", "attempts = 4"),
    ("max_attempts", "attempts = 4"),
    ("max_times", "max = 3"),
    ("delay", "base = \"1s\""),
    ("interval", "base = \"1s\""),
    ("wait", "base = \"1s\""),
    ("base_delay", "base = \"1s\""),
    ("min_delay", "base = \"1s\""),
    ("max_delay", "cap = \"60s\""),
    ("multiplier", "factor = 2"),
    ("total_delay", "deadline = \"5m\""),
    ("max_elapsed", "deadline = \"5m\""),
    ("max_elapsed_time", "deadline = \"5m\""),
    ("max_time", "deadline = \"5m\""),
    ("total_timeout", "deadline = \"5m\""),
    ("attempt_timeout", "timeout = \"5s\""),
    ("per_attempt_timeout", "timeout = \"5s\""),
    ("retry_budget", "budget = &BUDGET"),
    ("on_error", "on_retry = |event| log(event.wait())"),
    ("after", "on_retry = |event| log(event.wait())"),
    ("on_giveup", "give_up = |error, give_up| error"),
    ("retry_error_callback", "give_up = |error, give_up| error"),
    ("retry_if_result", "until = |value| value.is_ready()"),
    ("retry_if_not_result", "until = |value| value.is_ready()"),
    ("notify", "on_retry = |event| log(event.wait())"),
    ("before_sleep", "on_retry = |event| log(event.wait())"),
    ("retry_on", "on(MyError::Timeout)"),
    ("retry_if", "when = |error| error.is_timeout()"),
    ("if", "when = |error| error.is_timeout()"),
];

/// Keys that cannot stand beside each other, and why.
const CONFLICTS: [(&str, &str, &str); 5] = [
    ("attempts", "max", "they say the same: `attempts = 4` is `max = 3`"),
    ("when", "on", "both say which errors to retry: put the condition into `on(PATTERN if …)`"),
    ("status", "on", "`on` retries what its pattern matches, whatever the status"),
    ("until", "response", "both say which values count as failures: look at the status in `until`"),
    (
        "fits",
        "policy",
        "the worst case is worked out at compile time, and this policy is known at run time; \
         write its settings as keys, or set `deadline`",
    ),
];

/// Reports keys that are set twice or cannot stand beside each other.
pub(crate) fn refuse_combinations(args: &[Arg], errors: &mut Errors) {
    for (index, arg) in args.iter().enumerate() {
        if args[..index].iter().any(|earlier| earlier.key == arg.key) {
            errors.at(arg.key.span(), format!("`{}` is set twice", arg.key));
        }
    }
    let key = |name: &str| args.iter().map(|arg| &arg.key).find(|key| *key == name);
    for (one, other, why) in CONFLICTS {
        // With `response` there is something that has a status beside what `on` matches.
        if one == "status" && key("response").is_some() {
            continue;
        }
        if let (Some(one), Some(other)) = (key(one), key(other)) {
            errors.at(one.span(), format!("`{one}` cannot be combined with `{other}`: {why}"));
        }
    }
}

/// What is said about a key that is none.
pub(crate) fn unknown_key(key: &str) -> String {
    let keys = KEYS.join(", ");
    if let Some((_, ours)) = ELSEWHERE.iter().find(|(word, _)| *word == key) {
        return format!("unknown option `{key}`; write `{ours}`\nthe options are: {keys}");
    }
    match near_miss(key, &KEYS) {
        Some(meant) => {
            format!("unknown option `{key}`; did you mean `{meant}`?\nthe options are: {keys}")
        }
        None => format!("unknown option `{key}`\nthe options are: {keys}"),
    }
}

/// What is said about a value of `key` that is not one of `words`.
pub(crate) fn unknown_word(key: &str, word: &str, words: &[&str]) -> String {
    let hint = near_miss(word, words).filter(|_| !word.is_empty());
    let hint = hint.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
    format!("`{key}` takes one of: {}{hint}", words.join(", "))
}
