//! A policy from configuration, and back, in the words of the attribute.

use core::fmt;
use core::time::Duration;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::ser::{Error as _, SerializeSeq, SerializeStruct, Serializer};
use serde::{Deserialize, Serialize};

use super::backoff::Backoff;
use super::duration::{Words, parse_duration};
use super::error::PolicyError;
use super::jitter::Jitter;
use super::near_miss::near_miss;
use super::parse_error::ParseError;
use super::retry_policy::RetryPolicy;
use super::status::StatusSet;
use super::status_words::{with_codes, with_words};
use super::values::{FOREVER, GIVE_UP};
use super::words::{IN_CONFIGURATION, Key, Kind, Meant};

const NAME: &str = "RetryPolicy";

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
        deserializer.deserialize_struct(NAME, IN_CONFIGURATION, Table { default: self })
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
        while let Some(key) = map.next_key_seed(NextKey { seen: &seen })? {
            seen.push(key.name);
            reader.set.push(key.name);
            map.next_value_seed(Value { key, reader: &mut reader })?;
        }
        reader.finish().map_err(A::Error::custom)
    }
}

/// A key that is known and not among those already seen.
struct NextKey<'a> {
    seen: &'a [&'static str],
}

impl<'de> DeserializeSeed<'de> for NextKey<'_> {
    type Value = &'static Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<&'static Key, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for NextKey<'_> {
    type Value = &'static Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key of a retry policy")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<&'static Key, E> {
        let key = Key::named(word).filter(|key| key.in_configuration);
        let key = key.ok_or_else(|| E::custom(unknown_key(word)))?;
        if self.seen.contains(&key.name) {
            return Err(E::custom(format_args!("`{}` is set twice", key.name)));
        }
        Ok(key)
    }
}

fn unknown_key(word: &str) -> String {
    let meant = Key::named(word).map(Meant::Synonym).or_else(|| Key::meant_by(word));
    let keys = IN_CONFIGURATION.join(", ");
    let Some(Meant::Synonym(key) | Meant::Misspelt(key)) = meant else {
        return format!("unknown key `{word}`; the keys are {keys}");
    };
    let name = key.name;
    if key.in_configuration {
        return format!("unknown key `{word}`; did you mean `{name}`? The keys are {keys}");
    }
    let subject = if word == name { "it".to_owned() } else { format!("`{name}`") };
    let instead = match name {
        "timeout" => {
            "put it in a field of your own, with `#[serde(with = \"retry_kit::duration\")]`, and \
             write `timeout = self.timeout` in the attribute"
        }
        _ => "set it in the attribute",
    };
    format!("unknown key `{word}`: {subject} is no part of a policy; {instead}")
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
            _ if !number.is_finite() => {
                return Err(format!("`{key}`: a duration is a number with a unit, such as \"1s\""));
            }
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
        let message = |error: ParseError| error.to_string();
        match key {
            "max" | "attempts" => self.policy = self.policy.unlimited(),
            "deadline" if text == "none" => self.policy = self.policy.without_deadline(),
            "base" => self.policy = self.policy.base_delay(duration(key, text)?),
            "cap" => self.policy = self.policy.max_delay(duration(key, text)?),
            "deadline" => self.policy = self.policy.deadline(duration(key, text)?),
            "retry_after_cap" => {
                self.policy = match in_give_up(key, text)? {
                    Some(cap) => self.policy.give_up_on_hint_over(duration(key, cap)?),
                    None => self.policy.retry_after_cap(duration(key, text)?),
                };
            }
            "backoff" => {
                let backoff: Backoff = text.parse().map_err(message)?;
                self.policy = self.policy.backoff(backoff);
                // SPEC 4.2: a jitter of the default, which nobody wrote here, goes with the
                // backoff that it was for.
                if backoff == Backoff::Decorrelated {
                    self.policy = self.policy.default_jitter();
                }
            }
            "repeat" => self.policy = self.policy.repeat(text.parse().map_err(message)?),
            "status" => self.policy = self.policy.status(text.parse().map_err(message)?),
            _ => self.jitter = Some(text.parse().map_err(message)?),
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
        let backoff = self.policy.get_backoff();
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
    parse_duration(text).map_err(|error| format!("`{key}`: {error}"))
}

/// The duration in `give_up(5m)`.
fn in_give_up<'t>(key: &str, text: &'t str) -> Result<Option<&'t str>, String> {
    let call = text.strip_suffix(')').and_then(|text| text.split_once('('));
    let (word, cap) = call.map_or((text, None), |(word, cap)| (word.trim_end(), Some(cap)));
    match cap {
        Some(cap) if word == GIVE_UP => Ok(Some(cap)),
        Some(cap) if near_miss(word, &[GIVE_UP]).is_some() => {
            Err(format!("`{key}`: `{word}` is not known here; did you mean \"{GIVE_UP}({cap})\"?"))
        }
        None if word == GIVE_UP => Err(format!(
            "`{key}`: `{word}` takes the longest hint obeyed, such as \"{GIVE_UP}(5m)\""
        )),
        _ => Ok(None),
    }
}

/// The value of `key`. Mistakes are reported while it is read, where a format knows its place.
struct Value<'a> {
    key: &'static Key,
    reader: &'a mut Reader,
}

impl Value<'_> {
    fn number<E: Error>(self, number: f64, written: Unexpected<'_>) -> Result<(), E> {
        match self.key.kind {
            Kind::Count | Kind::Factor | Kind::Duration => {
                self.reader.number(self.key.name, number).map_err(E::custom)
            }
            _ => Err(E::invalid_type(written, &self)),
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
        f.write_str(match self.key.kind {
            Kind::Count => "a whole number or \"forever\"",
            Kind::Factor => "a number from 1 to 1e9",
            Kind::Backoff => "a word such as \"exponential\"",
            Kind::Repeat => "\"all\" or \"unsent\"",
            Kind::Jitter => "a word such as \"additive\" or \"additive(0.1)\"",
            Kind::Statuses => {
                "a list of codes and ranges such as [429, \"500..=599\"], or \"transient\""
            }
            _ if self.key.name == "deadline" => {
                "a duration such as \"250ms\" or \"1m 30s\", or \"none\""
            }
            _ if self.key.name == "retry_after_cap" => {
                "a duration such as \"5m\", or \"give_up(5m)\""
            }
            _ => "a duration such as \"250ms\" or \"1m 30s\"",
        })?;
        write!(f, " for `{}`", self.key.name)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        match self.key.kind {
            Kind::Jitter | Kind::Backoff | Kind::Repeat => {
                self.visit_str(if value { "true" } else { "false" })
            }
            _ => Err(E::invalid_type(Unexpected::Bool(value), &self)),
        }
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
        // Environment variables are strings, whatever is in them.
        let text = text.trim();
        let name = self.key.name;
        let is_number = match self.key.kind {
            Kind::Factor => true,
            Kind::Count => FOREVER.iter().all(|forever| forever.word != text),
            _ => false,
        };
        let read = match text.parse() {
            Ok(number) if is_number => self.reader.number(name, number),
            _ if is_number => return Err(E::invalid_value(Unexpected::Str(text), &self)),
            _ => self.reader.text(name, text),
        };
        read.map_err(E::custom)
    }

    // Formats write so what is not set.
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.reader.set.retain(|key| *key != self.key.name);
        Ok(())
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        if self.key.kind != Kind::Statuses {
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
    fn set<E: Error>(self, set: Result<StatusSet, ParseError>) -> Result<(), E> {
        *self.0 = set.map_err(E::custom)?;
        Ok(())
    }

    fn add<E: Error>(self, code: i64) -> Result<(), E> {
        let set = with_codes(*self.0, code, code);
        self.set(set)
    }
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
        self.add(code)
    }

    fn visit_u64<E: Error>(self, code: u64) -> Result<(), E> {
        self.add(i64::try_from(code).unwrap_or(i64::MAX))
    }

    fn visit_f64<E: Error>(self, code: f64) -> Result<(), E> {
        self.add(whole("status", code).map_or(i64::MAX, i64::from))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        let set = text.split('|').try_fold(*self.0, with_words);
        self.set(set)
    }
}

/// Feature `serde`; see [From configuration](RetryPolicy#from-configuration).
impl Serialize for RetryPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Err(error) = self.try_build() {
            return Err(S::Error::custom(error));
        }
        let backoff = self.get_backoff();
        let factor = Some(self.get_factor()).filter(|_| backoff == Backoff::Exponential);
        let jitter = Some(self.effective_jitter()).filter(|_| !self.is_decorrelated());
        let deadline = self.get_deadline();
        let is_for_unsent = self.is_for_unsent();
        let optional = [factor.is_some(), jitter.is_some(), deadline.is_some(), is_for_unsent];
        let length = 6 + optional.into_iter().filter(|is_there| *is_there).count();

        let mut table = serializer.serialize_struct(NAME, length)?;
        match self.get_max_retries() {
            Some(retries) => table.serialize_field("max", &retries)?,
            None => table.serialize_field("max", "forever")?,
        }
        table.serialize_field("base", &Text(Words(self.get_base_delay())))?;
        match factor {
            Some(factor) => table.serialize_field("factor", &Number(factor))?,
            None => table.skip_field("factor")?,
        }
        table.serialize_field("cap", &Text(Words(self.get_max_delay())))?;
        table.serialize_field("backoff", &Text(backoff))?;
        match jitter {
            Some(jitter) => table.serialize_field("jitter", &Text(jitter))?,
            None => table.skip_field("jitter")?,
        }
        match deadline {
            Some(deadline) => table.serialize_field("deadline", &Text(Words(deadline)))?,
            None => table.skip_field("deadline")?,
        }
        table.serialize_field("status", &Codes(&self.get_status()))?;
        let cap = Words(self.get_retry_after_cap());
        if self.gives_up_on_long_hints() {
            let cap = format_args!("{GIVE_UP}({cap})");
            table.serialize_field("retry_after_cap", &Text(cap))?;
        } else {
            table.serialize_field("retry_after_cap", &Text(cap))?;
        }
        if is_for_unsent {
            table.serialize_field("repeat", &Text(self.get_repeat()))?;
        } else {
            table.skip_field("repeat")?;
        }
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
