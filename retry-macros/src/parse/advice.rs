//! Messages for unknown keys and words; they suggest a replacement with the user's own values.

use quote::ToTokens;
use retry_runtime::__private::values::{
    BACKOFFS, FOREVER, GIVE_UP, JITTERS, LOGS, NESTED, REPEATS, STATUSES, SWITCHES, Word, meant,
};
use retry_runtime::__private::words::{KEYS, Key, Kind, Meant};
use retry_runtime::__private::{parse_duration, range_meant};
use retry_runtime::{Jitter, StatusSet};
use syn::{Expr, ExprLit, Lit};

use crate::parse::arguments::{Value, word, word_meant};
use crate::parse::literals::number_literal;
use crate::tokens::source;

/// Options of other libraries that no key has, and how to do the same.
const WITHOUT_A_KEY: [(&str, &str); 2] = [
    (
        "adjust",
        "the error tells how long to wait: return `ErrorClass::Throttled { retry_after }` from `when` or \
         from its `Classify`, or compute the backoff with `backoff = custom(my_backoff)`",
    ),
    (
        "stop",
        "limit retries with `max = 3`, time with `deadline = \"30s\"`; to stop at an error, let `when` return \
         `false` for it, and to stop from outside use `cancel`",
    ),
];

/// The message for an unknown key.
pub(crate) fn unknown_key(key: &str, value: &Value) -> String {
    if let Some((_, instead)) = WITHOUT_A_KEY.iter().find(|(word, _)| *word == key) {
        return format!("unknown option `{key}`; {instead}");
    }
    let advice = match (meant_as_value(key, value), Key::meant_by(key)) {
        (Some(instead), _) => format!("; write `{instead}`"),
        (None, Some(Meant::Synonym(meant))) => format!("; write {}", with_value(meant, value)),
        (None, Some(Meant::Misspelt(meant))) => format!("; did you mean `{}`?", meant.name),
        (None, None) => {
            let names: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
            format!("\nthe options are: {}", names.join(", "))
        }
    };
    format!("unknown option `{key}`{advice}")
}

/// The message for a value of `key` that is none of its words.
pub(crate) fn unknown_word<T>(key: &str, value: &Expr, words: &[Word<T>]) -> String {
    let text = word_meant(value).unwrap_or_default();
    let advice = match meant(&text, words) {
        Some(meant) if word(value).is_none() && text.to_lowercase() == meant => {
            format!("; write `{key} = {meant}`")
        }
        Some(meant) => format!("; did you mean `{meant}`?"),
        None => String::new(),
    };
    let mut words: Vec<&str> = words.iter().map(|word| word.word).collect();
    if key == "backoff" {
        words.push("custom(my_backoff)");
    }
    format!("`{key}` takes one of: {}{advice}", words.join(", "))
}

/// Returns the meant argument if a value takes the place of a key: `exponential`, `forever`.
fn meant_as_value(key: &str, value: &Value) -> Option<String> {
    if matches!(key, "true" | "false") {
        return None;
    }
    let is = |word: &str, others: &[&str]| word == key || others.contains(&key);
    if STATUSES.iter().any(|named| key == named.word) {
        return Some(format!("status({key})"));
    }
    if key == "give_up_on_hint_over" {
        let cap = match value {
            Value::Expr(cap) => source(&cap.to_token_stream()),
            _ => "\"5m\"".to_owned(),
        };
        return Some(format!("retry_after_cap = {GIVE_UP}({cap})"));
    }
    let is_jitter = |jitter: &&Word<Jitter>| is(jitter.word, jitter.elsewhere);
    if let (Some(jitter), Value::Expr(amount)) = (JITTERS.iter().find(is_jitter), value) {
        let takes_it = match jitter.value {
            Jitter::Additive(_) | Jitter::Symmetric(_) => {
                matches!(number_literal(amount), Some(Ok(_)))
            }
            Jitter::Absolute(_) => is_duration(amount),
            _ => false,
        };
        if takes_it {
            let amount = source(&amount.to_token_stream());
            return Some(format!("jitter = {}({amount})", jitter.word));
        }
    }
    if JITTERS.iter().any(|jitter| jitter.elsewhere.contains(&key)) {
        return None;
    }
    if let Some(part) = key.strip_prefix("throttled_").filter(|part| ["base", "cap"].contains(part))
    {
        let Value::Expr(bound) = value else { return None };
        return Some(format!("throttled({part} = {})", source(&bound.to_token_stream())));
    }
    if FOREVER.iter().any(|forever| is(forever.word, forever.elsewhere)) {
        return matches!(value, Value::None).then(|| "max = forever".to_owned());
    }
    // For words that both keys accept, such as `none`, jitter comes first.
    if let Some(jitter) = JITTERS.iter().find(|jitter| is(jitter.word, &[])) {
        return Some(format!("jitter = {}", jitter.word));
    }
    let backoff = BACKOFFS.iter().find(|backoff| is(backoff.word, backoff.elsewhere))?;
    Some(format!("backoff = {}", backoff.word))
}

fn is_duration(value: &Expr) -> bool {
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = value else { return false };
    parse_duration(&text.value()).is_ok()
}

/// Shows `key` with the value that the user wrote for its synonym, in back quotes; with an example
/// if that value does not fit.
fn with_value(key: &Key, value: &Value) -> String {
    let own = match value {
        Value::Expr(expr) => own_value(key, expr),
        Value::List(group) => match syn::parse2::<Expr>(group.stream()) {
            Ok(expr) => own_value(key, &expr),
            _ => parenthesized(key, &source(&group.stream())),
        },
        Value::None if key.name == "budget" => Some("`budget`".to_owned()),
        _ => None,
    };
    own.unwrap_or_else(|| format!("`{}`", key.example))
}

fn own_value(key: &Key, value: &Expr) -> Option<String> {
    let name = key.name;
    let written = source(&value.to_token_stream());
    if written.len() > 60 {
        return None;
    }
    let text = match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    };
    let is_number = matches!(value, Expr::Lit(ExprLit { lit: Lit::Int(_) | Lit::Float(_), .. }));
    let is_literal = matches!(value, Expr::Lit(_));
    let with = |value: &str| Some(format!("`{name} = {value}`"));
    let unless = |is_unfit: bool| if is_unfit { None } else { with(&written) };
    match key.kind {
        Kind::Count if word_meant(value).is_some_and(|text| meant(&text, FOREVER).is_some()) => {
            with("forever")
        }
        Kind::Count | Kind::Factor => match text {
            Some(text) => text.trim().parse::<f64>().ok().and_then(|_| with(text.trim())),
            None => unless(is_literal && !is_number),
        },
        Kind::Duration if is_number => {
            Some(format!("`{name} = \"{written}s\"` or `{name} = \"{written}ms\"`"))
        }
        Kind::Duration => match text {
            Some(text) => unless(parse_duration(&text).is_err()),
            None => unless(is_literal),
        },
        Kind::Backoff => with(word_of(value, BACKOFFS)?),
        Kind::Repeat => with(word_of(value, REPEATS)?),
        Kind::Nested => with(word_of(value, NESTED)?),
        Kind::Switch => with(word_of(value, SWITCHES)?),
        Kind::Log => with(word_of(value, LOGS)?),
        Kind::Jitter => with(word_of(value, JITTERS)?),
        Kind::Statuses => match (text, value) {
            (Some(text), _) => parenthesized(key, &statuses(&text)?),
            (None, Expr::Array(list)) => parenthesized(key, &source(&list.elems.to_token_stream())),
            _ => parenthesized(key, &written),
        },
        Kind::Throttled => match value {
            Expr::Assign(_) => parenthesized(key, &written),
            _ if text.is_some_and(|text| parse_duration(&text).is_err()) || is_number => None,
            _ => parenthesized(key, &format!("base = {written}")),
        },
        Kind::Delays => unless(is_literal),
        Kind::Pattern => match value {
            Expr::Closure(_) => Some(format!("`when = {written}`")),
            Expr::Path(path) if path.path.segments.len() == 1 => {
                let is_type = written.starts_with(char::is_uppercase);
                Some(if is_type {
                    format!("`on({written}::…)`")
                } else {
                    format!("`when = {written}`")
                })
            }
            Expr::Lit(_) => None,
            _ => parenthesized(key, &written),
        },
        Kind::Names => parenthesized(key, &written),
        Kind::Expression => unless(is_literal && name != "docs"),
        Kind::Nothing => Some(format!("`{name}`")),
    }
}

fn parenthesized(key: &Key, content: &str) -> Option<String> {
    let takes_a_list =
        matches!(key.kind, Kind::Statuses | Kind::Throttled | Kind::Pattern | Kind::Names);
    let fits = takes_a_list && !content.is_empty() && content.len() <= 60;
    fits.then(|| format!("`{}({content})`", key.name))
}

fn word_of<T>(value: &Expr, words: &[Word<T>]) -> Option<&'static str> {
    meant(&word_meant(value)?, words)
}

/// Converts codes and ranges in a text to the attribute's syntax.
pub(crate) fn statuses(text: &str) -> Option<String> {
    let is_set = !text.trim().is_empty() && text.parse::<StatusSet>().is_ok();
    if is_set { Some(text.trim().replace('–', "..=")) } else { range_meant(text) }
}
