//! A policy from configuration, and back, in the words of the attribute.

use core::fmt;
use core::time::Duration;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::ser::{Error as _, SerializeSeq, SerializeStruct, Serializer};
use serde::{Deserialize, Serialize};

use super::backoff::Backoff;
use super::duration::{Words, from_nanos, parse};
use super::error::PolicyError;
use super::jitter::{Jitter, Ratio};
use super::near_miss::near_miss;
use super::retry_policy::RetryPolicy;
use super::status::StatusSet;

const NAME: &str = "RetryPolicy";

/// All keys, in the order in which messages list them.
const KEYS: [&str; 10] = [
    "max",
    "attempts",
    "base",
    "factor",
    "cap",
    "backoff",
    "jitter",
    "deadline",
    "status",
    "retry_after_cap",
];

/// The setters of the policy and keys of other libraries, and what they are called here.
const ELSEWHERE: [(&str, &str); 16] = [
    ("retries", "max"),
    ("max_retries", "max"),
    ("times", "max"),
    ("max_times", "max"),
    ("tries", "attempts"),
    ("max_attempts", "attempts"),
    ("delay", "base"),
    ("interval", "base"),
    ("wait", "base"),
    ("base_delay", "base"),
    ("min_delay", "base"),
    ("max_delay", "cap"),
    ("multiplier", "factor"),
    ("max_elapsed", "deadline"),
    ("max_elapsed_time", "deadline"),
    ("total_delay", "deadline"),
];

const SHAPES: [(&str, Backoff); 5] = [
    ("exponential", Backoff::Exponential),
    ("fixed", Backoff::Fixed),
    ("linear", Backoff::Linear),
    ("fibonacci", Backoff::Fibonacci),
    ("decorrelated", Backoff::Decorrelated),
];

const JITTERS: [(&str, Jitter); 4] = [
    ("additive", Jitter::Additive(Ratio::ONE)),
    ("full", Jitter::Full),
    ("equal", Jitter::Equal),
    ("none", Jitter::None),
];

/// Feature `serde`; see [From configuration](RetryPolicy#from-configuration).
impl<'de> Deserialize<'de> for RetryPolicy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::DEFAULT.deserialize(deserializer)
    }
}

/// Feature `serde`. The keys that are not given are as in the seed; see
/// [Over your own defaults](RetryPolicy#over-your-own-defaults).
impl<'de> DeserializeSeed<'de> for RetryPolicy {
    type Value = Self;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct(NAME, &KEYS, Table { default: self })
    }
}

struct Table {
    default: RetryPolicy,
}

impl<'de> Visitor<'de> for Table {
    type Value = RetryPolicy;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a retry policy: a table with keys such as `max` and `base`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RetryPolicy, A::Error> {
        let mut reader = Reader { set: Vec::new(), policy: self.default, jitter: None };
        let mut seen = Vec::new();
        while let Some(key) = map.next_key_seed(Key { seen: &seen })? {
            seen.push(key);
            reader.set.push(key);
            map.next_value_seed(Value { key, reader: &mut reader })?;
        }
        reader.finish().map_err(A::Error::custom)
    }
}

/// A key that is known and not among those already seen.
struct Key<'a> {
    seen: &'a [&'static str],
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = &'static str;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<&'static str, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = &'static str;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key of a retry policy")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<&'static str, E> {
        let Some(&key) = KEYS.iter().find(|key| **key == word) else {
            return Err(E::custom(unknown_key(word)));
        };
        if self.seen.contains(&key) {
            return Err(E::custom(format_args!("`{key}` is set twice")));
        }
        Ok(key)
    }
}

fn unknown_key(word: &str) -> String {
    if word == "timeout" {
        return "unknown key `timeout`: it is no part of a policy; put it in a field of your own, \
                with `#[serde(with = \"retry_kit::duration\")]`, and write `timeout = self.timeout` \
                in the attribute"
            .into();
    }
    let keys = KEYS.join(", ");
    let elsewhere = ELSEWHERE.iter().find(|(theirs, _)| *theirs == word).map(|(_, ours)| *ours);
    match elsewhere.or_else(|| near_miss(word, &KEYS)) {
        Some(meant) => format!("unknown key `{word}`; did you mean `{meant}`? The keys are {keys}"),
        None => format!("unknown key `{word}`; the keys are {keys}"),
    }
}

/// What the keys so far make of the default policy.
struct Reader {
    set: Vec<&'static str>,
    policy: RetryPolicy,
    jitter: Option<Jitter>,
}

impl Reader {
    fn number(&mut self, key: &str, number: f64) -> Result<(), String> {
        match key {
            "max" => self.policy = self.policy.max_retries(whole(key, number)?),
            "attempts" => {
                // As in the attribute, no calls are no retries.
                let retries = whole(key, number)?.saturating_sub(1);
                self.policy = self.policy.max_retries(retries);
            }
            "factor" => {
                let policy = self.policy.try_factor(number);
                self.policy = policy.map_err(|error| format!("`{key}`: {error}"))?;
            }
            _ if number < 0.0 => return Err(format!("`{key}`: a duration cannot be negative")),
            _ => {
                return Err(format!(
                    "`{key}`: a duration has a unit; write \"{number}s\" for seconds or \
                     \"{number}ms\" for milliseconds"
                ));
            }
        }
        Ok(())
    }

    fn text(&mut self, key: &str, text: &str) -> Result<(), String> {
        match key {
            "max" | "attempts" => self.policy = self.policy.unlimited(),
            "deadline" if text == "none" => self.policy = self.policy.without_deadline(),
            "base" => self.policy = self.policy.base_delay(duration(key, text)?),
            "cap" => self.policy = self.policy.max_delay(duration(key, text)?),
            "deadline" => self.policy = self.policy.deadline(duration(key, text)?),
            "retry_after_cap" => self.policy = self.policy.retry_after_cap(duration(key, text)?),
            "backoff" => {
                let shape = find(&SHAPES, text).ok_or_else(|| not_in(key, text, &SHAPES))?;
                self.policy = self.policy.backoff(shape);
                // SPEC 4.2: a jitter of the default, which nobody wrote here, goes with the
                // backoff that it was for.
                if shape == Backoff::Decorrelated {
                    self.policy = self.policy.default_jitter();
                }
            }
            _ => self.jitter = Some(jitter(key, text)?),
        }
        Ok(())
    }

    /// The policy, unless two of its values make no sense together.
    fn finish(self) -> Result<RetryPolicy, String> {
        let is_set = |key| self.set.contains(&key);
        if is_set("max") && is_set("attempts") {
            return Err("`attempts` cannot be combined with `max`: they say the same, \
                        4 attempts are 3 retries"
                .into());
        }
        let (backoff, _) = self.policy.growth();
        if is_set("factor") && backoff != Backoff::Exponential {
            return Err(if is_set("backoff") {
                format!("`factor` has no meaning with the `backoff` \"{backoff}\": leave one out")
            } else {
                format!(
                    "`factor` has no meaning with the default backoff \"{backoff}\": leave it \
                     out, or set `backoff` as well"
                )
            });
        }
        // Spelling out the default gives the policy that leaving it out gives.
        let policy = match self.jitter.filter(|jitter| *jitter != self.policy.effective_jitter()) {
            Some(jitter) => self.policy.jitter(jitter),
            None => self.policy,
        };
        policy.try_build().map_err(|error| match error {
            PolicyError::BaseAboveCap { base, cap } => {
                let (base, cap) = (Words(base), Words(cap));
                match (is_set("base"), is_set("cap")) {
                    (true, false) => format!(
                        "`base` ({base}) is above the default cap of {cap}; set `cap` as well"
                    ),
                    (false, true) => format!(
                        "`cap` ({cap}) is below the default base of {base}; set `base` as well"
                    ),
                    _ => format!("`cap` ({cap}) is below `base` ({base})"),
                }
            }
            PolicyError::JitterOnDecorrelated if is_set("backoff") => {
                "the `backoff` \"decorrelated\" is its own jitter: leave `jitter` out".into()
            }
            PolicyError::JitterOnDecorrelated => "the default backoff \"decorrelated\" is its \
                                                  own jitter: leave `jitter` out, or set \
                                                  `backoff` as well"
                .into(),
            PolicyError::DeadlineTooShort { deadline, wait } => {
                let (deadline, wait) = (Words(deadline), Words(wait));
                if is_set("deadline") {
                    format!(
                        "`deadline` ({deadline}) is no longer than the shortest first wait \
                         ({wait}), which `base` sets"
                    )
                } else {
                    format!(
                        "the shortest first wait ({wait}), which `base` sets, is no shorter than \
                         the default deadline of {deadline}; set `deadline` as well"
                    )
                }
            }
            error @ PolicyError::Factor => format!("`factor`: {error}"),
        })
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "compared before")]
fn whole(key: &str, number: f64) -> Result<u32, String> {
    if number < 0.0 {
        Err(format!("`{key}` cannot be negative; for no limit write \"forever\""))
    } else if number > f64::from(u32::MAX) {
        Err(format!("`{key}` is at most {}; for no limit write \"forever\"", u32::MAX))
    } else if number.fract() == 0.0 {
        Ok(number as u32)
    } else {
        Err(format!("`{key}` takes a whole number"))
    }
}

fn duration(key: &str, text: &str) -> Result<Duration, String> {
    parse(text).map_err(|message| format!("`{key}`: {message}"))
}

fn jitter(key: &str, text: &str) -> Result<Jitter, String> {
    let Some((kind, ratio)) = text.strip_suffix(')').and_then(|text| text.split_once('(')) else {
        return find(&JITTERS, text).ok_or_else(|| not_in(key, text, &JITTERS));
    };
    match (find(&JITTERS, kind), ratio.trim().parse()) {
        (Some(Jitter::Additive(_)), Ok(ratio)) => match Ratio::try_new(ratio) {
            Some(ratio) => Ok(Jitter::Additive(ratio)),
            None => Err(format!("`{key}`: a jitter ratio is a number from 0 to 1")),
        },
        (Some(Jitter::Additive(_)), Err(_)) => {
            Err(format!("`{key}`: `additive` takes one ratio, such as \"additive(0.1)\""))
        }
        (Some(_), _) => Err(format!("`{key}`: `{kind}` takes no ratio; write \"{kind}\"")),
        (None, _) => Err(not_in(key, kind, &JITTERS)),
    }
}

fn find<T: Copy>(words: &[(&str, T)], text: &str) -> Option<T> {
    words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value)
}

fn not_in<T>(key: &str, text: &str, words: &[(&str, T)]) -> String {
    let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    let meant = near_miss(text, &words).filter(|_| !text.is_empty());
    let hint = meant.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
    format!("`{key}` takes one of: {}{hint}", words.join(", "))
}

/// The value of `key`. Mistakes are reported while it is read, where a format knows its place.
struct Value<'a> {
    key: &'static str,
    reader: &'a mut Reader,
}

impl Value<'_> {
    fn number<E: Error>(self, number: f64, written: Unexpected<'_>) -> Result<(), E> {
        match self.key {
            "backoff" | "jitter" | "status" => Err(E::invalid_type(written, &self)),
            key => self.reader.number(key, number).map_err(E::custom),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.key {
            "max" | "attempts" => "a whole number or \"forever\"",
            "factor" => "a number from 1 to 1e9",
            "backoff" => "a word such as \"exponential\"",
            "jitter" => "a word such as \"additive\" or \"additive(0.1)\"",
            "status" => "a list of codes and ranges such as [429, \"500..=599\"]",
            "deadline" => "a duration such as \"250ms\" or \"1m 30s\", or \"none\"",
            _ => "a duration such as \"250ms\" or \"1m 30s\"",
        })?;
        write!(f, " for `{}`", self.key)
    }

    #[expect(clippy::cast_precision_loss, reason = "what is that large is refused")]
    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.number(number as f64, Unexpected::Signed(number))
    }

    #[expect(clippy::cast_precision_loss, reason = "what is that large is refused")]
    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.number(number as f64, Unexpected::Unsigned(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        self.number(number, Unexpected::Float(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        match self.key {
            // Environment variables are strings, whatever is in them.
            "max" | "attempts" | "factor" if self.key == "factor" || text != "forever" => {
                let Ok(number) = text.trim().parse() else {
                    return Err(E::invalid_value(Unexpected::Str(text), &self));
                };
                self.reader.number(self.key, number).map_err(E::custom)
            }
            "status" => {
                let mut statuses = StatusSet::EMPTY;
                text.split(',').try_for_each(|text| Statuses(&mut statuses).visit_str(text))?;
                self.reader.policy = self.reader.policy.status(statuses);
                Ok(())
            }
            key => self.reader.text(key, text).map_err(E::custom),
        }
    }

    // Formats write so what is not set.
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.reader.set.retain(|key| *key != self.key);
        Ok(())
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        if self.key != "status" {
            return Err(A::Error::invalid_type(Unexpected::Seq, &self));
        }
        let mut statuses = StatusSet::EMPTY;
        while list.next_element_seed(Statuses(&mut statuses))?.is_some() {}
        self.reader.policy = self.reader.policy.status(statuses);
        Ok(())
    }
}

/// One element of `status`, to be added to the set.
struct Statuses<'a>(&'a mut StatusSet);

impl Statuses<'_> {
    fn add<E: Error>(self, first: u16, last: u16) -> Result<(), E> {
        if first > last {
            return Err(E::custom(format_args!(
                "`status`: an empty range; write \"{last}..={first}\""
            )));
        }
        let set = self.0.try_with_range(first..=last);
        *self.0 = set.ok_or_else(not_a_status)?;
        Ok(())
    }
}

fn not_a_status<E: Error>() -> E {
    E::custom("`status`: an HTTP status is a number from 100 to 599")
}

impl<'de> DeserializeSeed<'de> for Statuses<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for Statuses<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a code such as 429 or a range such as \"500..=599\" in `status`")
    }

    fn visit_i64<E: Error>(self, code: i64) -> Result<(), E> {
        let code = u16::try_from(code).map_err(|_| not_a_status())?;
        self.add(code, code)
    }

    fn visit_u64<E: Error>(self, code: u64) -> Result<(), E> {
        let code = u16::try_from(code).map_err(|_| not_a_status())?;
        self.add(code, code)
    }

    fn visit_f64<E: Error>(self, code: f64) -> Result<(), E> {
        let code = whole("status", code).ok().and_then(|code| u16::try_from(code).ok());
        let code = code.ok_or_else(not_a_status)?;
        self.add(code, code)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        let (first, last) = text.split_once("..=").unwrap_or((text, text));
        match (first.trim().parse(), last.trim().parse()) {
            (Ok(first), Ok(last)) => self.add(first, last),
            _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }
}

/// Feature `serde`; see [From configuration](RetryPolicy#from-configuration).
impl Serialize for RetryPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Err(error) = self.try_build() {
            return Err(S::Error::custom(error));
        }
        let (backoff, factor) = self.growth();
        let factor = Some(factor).filter(|_| backoff == Backoff::Exponential);
        let jitter = Some(self.effective_jitter()).filter(|_| !self.is_decorrelated());
        let deadline = self.time_limit();
        let optional = [factor.is_some(), jitter.is_some(), deadline.is_some()];
        let length = 6 + optional.into_iter().filter(|is_there| *is_there).count();

        let mut table = serializer.serialize_struct(NAME, length)?;
        match self.limit() {
            Some(retries) => table.serialize_field("max", &retries)?,
            None => table.serialize_field("max", "forever")?,
        }
        table.serialize_field("base", &Text(Words(from_nanos(self.base_nanos()))))?;
        match factor {
            Some(factor) => table.serialize_field("factor", &Number(factor.value()))?,
            None => table.skip_field("factor")?,
        }
        table.serialize_field("cap", &Text(Words(from_nanos(self.cap_nanos()))))?;
        table.serialize_field("backoff", &Text(backoff))?;
        match jitter {
            Some(jitter) => table.serialize_field("jitter", &Text(jitter))?,
            None => table.skip_field("jitter")?,
        }
        match deadline {
            Some(deadline) => table.serialize_field("deadline", &Text(Words(deadline)))?,
            None => table.skip_field("deadline")?,
        }
        table.serialize_field("status", &Codes(&self.status))?;
        table.serialize_field("retry_after_cap", &Text(Words(self.hint_cap())))?;
        table.end()
    }
}

/// A value in its words.
pub(crate) struct Text<T>(pub(crate) T);

impl<T: fmt::Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A number, whole where it can be: `2` and not `2.0`.
struct Number(f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match whole("factor", self.0) {
            Ok(number) => serializer.serialize_u32(number),
            Err(_) => serializer.serialize_f64(self.0),
        }
    }
}

struct Codes<'a>(&'a StatusSet);

impl Serialize for Codes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut codes = serializer.serialize_seq(None)?;
        for run in self.0.runs() {
            let (first, last) = (*run.start(), *run.end());
            if last - first > 1 {
                codes.serialize_element(&Text(format_args!("{first}..={last}")))?;
                continue;
            }
            for code in run {
                codes.serialize_element(&code)?;
            }
        }
        codes.end()
    }
}
