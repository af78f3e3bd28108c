//! Reads and writes policies in configuration, in the words of the attribute.

use core::fmt;
use core::time::Duration;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::ser::{Error as _, SerializeSeq, SerializeStruct, Serializer};
use serde::{Deserialize, Serialize};

use super::backoff::Backoff;
use super::duration::Words;
use super::log::Log;
use super::parse_error::ParseError;
use super::retry_policy::RetryPolicy;
use super::settings::{Settings, expected, no_part, part_of, throttled_part, whole};
use super::status::StatusSet;
use super::status_words::{with_codes, with_words};
use super::values::GIVE_UP;
use super::words::{IN_CONFIGURATION, Key, Kind};

const NAME: &str = "RetryPolicy";

/// Reads a policy (feature `serde`); see [From configuration](RetryPolicy#from-configuration).
impl<'de> Deserialize<'de> for RetryPolicy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::DEFAULT.deserialize(deserializer)
    }
}

/// Reads a policy over this one, which supplies the missing keys (feature `serde`); see
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
        let mut settings = Settings::new(self.default);
        while let Some(key) = map.next_key_seed(NextKey(&mut settings))? {
            map.next_value_seed(Value { key, part: None, settings: &mut settings })?;
        }
        settings.finish().map_err(A::Error::custom)
    }
}

/// A key that is known and not yet set.
struct NextKey<'a>(&'a mut Settings);

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
        self.0.key(word).map_err(E::custom)
    }
}

/// The value of `key`. It reports mistakes while a format reads it and knows the place.
struct Value<'a> {
    key: &'static Key,
    /// The part, where the key has parts and this is the value of one.
    part: Option<&'static str>,
    settings: &'a mut Settings,
}

impl Value<'_> {
    fn number<E: Error>(self, number: f64, written: Unexpected<'_>) -> Result<(), E> {
        if let Some(part) = self.part {
            return self.settings.number(&part_of(part), number).map_err(E::custom);
        }
        match self.key.kind {
            Kind::Count | Kind::Factor | Kind::Duration => {
                self.settings.number(self.key.name, number).map_err(E::custom)
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
        match self.part {
            Some(part) => write!(f, "a duration such as \"1s\" for `{}`", part_of(part)),
            None => write!(f, "{} for `{}`", expected(self.key), self.key.name),
        }
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        match self.key.kind {
            Kind::Jitter
            | Kind::Backoff
            | Kind::Repeat
            | Kind::Nested
            | Kind::Switch
            | Kind::Log => self.visit_str(if value { "true" } else { "false" }),
            _ => Err(E::invalid_type(Unexpected::Bool(value), &self)),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "values that large are refused")]
    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.number(number as f64, Unexpected::Signed(number))
    }

    #[expect(clippy::cast_precision_loss, reason = "values that large are refused")]
    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.number(number as f64, Unexpected::Unsigned(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        self.number(number, Unexpected::Float(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        if let Some(part) = self.part {
            return self.settings.throttled(part, text).map_err(E::custom);
        }
        // Environment variables are always strings.
        let read = self.settings.words(self.key, text);
        read.ok_or_else(|| E::invalid_value(Unexpected::Str(text.trim()), &self))?
            .map_err(E::custom)
    }

    // Formats write an unset value like this.
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        if self.part.is_none() {
            self.settings.set.retain(|key| *key != self.key.name);
        }
        Ok(())
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        if self.key.kind != Kind::Throttled || self.part.is_some() {
            return Err(A::Error::invalid_type(Unexpected::Map, &self));
        }
        let mut is_empty = true;
        while let Some(part) = map.next_key_seed(NextPart)? {
            is_empty = false;
            let settings = &mut *self.settings;
            map.next_value_seed(Value { key: self.key, part: Some(part), settings })?;
        }
        if is_empty { Err(A::Error::custom(no_part(""))) } else { Ok(()) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        if self.key.kind != Kind::Statuses || self.part.is_some() {
            return Err(A::Error::invalid_type(Unexpected::Seq, &self));
        }
        let mut statuses = StatusSet::EMPTY;
        while list.next_element_seed(Statuses(&mut statuses))?.is_some() {}
        self.settings.policy = self.settings.policy.status(statuses);
        Ok(())
    }
}

/// The name of a part of `throttled`.
struct NextPart;

impl<'de> DeserializeSeed<'de> for NextPart {
    type Value = &'static str;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<&'static str, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for NextPart {
    type Value = &'static str;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`base` or `cap`")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<&'static str, E> {
        throttled_part(word).map_err(E::custom)
    }
}

/// Adds one element of `status` to the set.
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

/// Writes a policy (feature `serde`); see [From configuration](RetryPolicy#from-configuration).
impl Serialize for RetryPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Err(error) = self.try_build() {
            return Err(S::Error::custom(error));
        }
        let backoff = self.get_backoff();
        if let Backoff::List(_) = backoff {
            return Err(S::Error::custom(
                "a policy with a list of delays has no configuration, because none could be read",
            ));
        }
        if let Backoff::Custom(_) = backoff {
            return Err(S::Error::custom(
                "a policy with a function as its backoff has no configuration, because none could be read",
            ));
        }
        let has_factor = matches!(backoff, Backoff::Exponential | Backoff::Decorrelated);
        let factor = Some(self.get_factor()).filter(|_| has_factor);
        let jitter = Some(self.effective_jitter()).filter(|_| !self.is_decorrelated());
        let deadline = self.get_deadline();
        let is_for_unsent = self.is_for_unsent();
        let is_once = self.is_once_inside();
        let switch = self.own_switch();
        let log = Some(self.get_log()).filter(|log| *log != Log::default());
        let throttled = Some(Throttled(self.throttled_parts())).filter(|_| self.has_throttled());
        let optional = [
            factor.is_some(),
            jitter.is_some(),
            deadline.is_some(),
            is_for_unsent,
            is_once,
            switch.is_some(),
            log.is_some(),
            throttled.is_some(),
        ];
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
            // Not bound first: Rust 1.85 would drop its parts too early.
            table.serialize_field("retry_after_cap", &Text(format_args!("{GIVE_UP}({cap})")))?;
        } else {
            table.serialize_field("retry_after_cap", &Text(cap))?;
        }
        if is_for_unsent {
            table.serialize_field("repeat", &Text(self.get_repeat()))?;
        } else {
            table.skip_field("repeat")?;
        }
        if is_once {
            table.serialize_field("nested", &Text(self.get_nested()))?;
        } else {
            table.skip_field("nested")?;
        }
        match switch {
            Some(switch) => table.serialize_field("switch", &Text(switch))?,
            None => table.skip_field("switch")?,
        }
        match log {
            Some(log) => table.serialize_field("log", &Text(log))?,
            None => table.skip_field("log")?,
        }
        // The last, as TOML wants a table to be.
        match throttled {
            Some(throttled) => table.serialize_field("throttled", &throttled)?,
            None => table.skip_field("throttled")?,
        }
        table.end()
    }
}

/// The parts of the throttled backoff that are set.
struct Throttled((Option<Duration>, Option<Duration>));

impl Serialize for Throttled {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self((base, cap)) = *self;
        let parts = [("base", base), ("cap", cap)];
        serializer.collect_map(
            parts.into_iter().filter_map(|(part, bound)| Some((part, Text(Words(bound?))))),
        )
    }
}

/// A value in its words.
pub(crate) struct Text<T>(pub(crate) T);

impl<T: fmt::Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A number, written as a whole one if possible: `2`, not `2.0`.
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
