//! Builds a policy from keys, one by one, with messages that name the key.

use core::time::Duration;

use super::backoff::Backoff;
use super::duration::{Words, parse_duration};
use super::error::PolicyError;
use super::jitter::Jitter;
use super::near_miss::near_miss;
use super::parse_error::ParseError;
use super::pieces::{halves, parts, unquoted};
use super::retry_policy::RetryPolicy;
use super::values::{CUSTOM, FOREVER, GIVE_UP};
use super::words::{IN_CONFIGURATION, Key, Kind, Meant};

/// A policy under construction: a default, changed by the keys so far.
pub(crate) struct Settings {
    pub(super) set: Vec<&'static str>,
    pub(super) policy: RetryPolicy,
    seen: Vec<&'static str>,
    factor: Option<f64>,
    jitter: Option<Jitter>,
    throttled_base: Option<Duration>,
    throttled_cap: Option<Duration>,
}

impl Settings {
    pub(crate) fn new(default: RetryPolicy) -> Self {
        Self {
            set: Vec::new(),
            policy: default,
            seen: Vec::new(),
            factor: None,
            jitter: None,
            throttled_base: None,
            throttled_cap: None,
        }
    }

    /// Returns the key named `word`. Each key can be set once.
    pub(crate) fn key(&mut self, word: &str) -> Result<&'static Key, String> {
        let key = Key::named(word).filter(|key| key.in_configuration);
        let key = key.ok_or_else(|| unknown_key(word))?;
        if self.seen.contains(&key.name) {
            return Err(format!("`{}` is set twice", key.name));
        }
        self.seen.push(key.name);
        self.set.push(key.name);
        Ok(key)
    }

    /// Sets `key` to the value in `text`; `None` if the value must be a number and `text` is not one.
    pub(crate) fn words(&mut self, key: &Key, text: &str) -> Option<Result<(), String>> {
        let text = text.trim();
        let is_number = match key.kind {
            Kind::Factor => true,
            Kind::Count => FOREVER.iter().all(|forever| forever.word != text),
            _ => false,
        };
        if !is_number {
            return Some(self.text(key.name, text));
        }
        // As in Rust, `1_000` is a number.
        let number = text.replace('_', "").parse().ok()?;
        Some(self.number(key.name, number))
    }

    pub(crate) fn number(&mut self, key: &str, number: f64) -> Result<(), String> {
        match key {
            "max" => self.policy = self.policy.max_retries(whole(key, number)?),
            "attempts" => {
                // As in the attribute, 0 attempts mean 0 retries.
                let retries = whole(key, number)?.saturating_sub(1);
                self.policy = self.policy.max_retries(retries);
            }
            "factor" => {
                let policy = self.policy.try_factor(number);
                policy.map(drop).map_err(|error| format!("`{key}`: {error}"))?;
                self.factor = Some(number);
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
                if word_of(text) == CUSTOM {
                    return Err(format!(
                        "`{key}`: a function cannot be read at run time; set the backoff in code"
                    ));
                }
                let backoff: Backoff = text.parse().map_err(message)?;
                // SPEC 4.1.4: the default's jitter and factor belong to the default's backoff.
                let was_decorrelated = self.policy.is_decorrelated();
                self.policy = self.policy.backoff(backoff);
                if self.policy.is_decorrelated() {
                    self.policy = self.policy.default_jitter();
                }
                if self.policy.is_decorrelated() != was_decorrelated {
                    self.policy = self.policy.default_factor();
                }
            }
            "throttled" if text == "none" => self.policy = self.policy.without_throttled(),
            "throttled" => {
                let parts = parts(text).map_err(|error| format!("`{key}`: {error}"))?;
                if parts.is_empty() {
                    return Err(no_part(text));
                }
                for part in parts {
                    let (word, bound) = halves(part);
                    let part = throttled_part(word)?;
                    let takes = || format!("`{}` takes a duration, such as \"1s\"", part_of(part));
                    self.throttled(part, bound.ok_or_else(takes)?)?;
                }
            }
            "repeat" => self.policy = self.policy.repeat(text.parse().map_err(message)?),
            "nested" => self.policy = self.policy.nested(text.parse().map_err(message)?),
            "switch" => self.policy = self.policy.switch(text.parse().map_err(message)?),
            "log" => self.policy = self.policy.log(text.parse().map_err(message)?),
            "status" => self.policy = self.policy.status(text.parse().map_err(message)?),
            _ => self.jitter = Some(text.parse().map_err(message)?),
        }
        Ok(())
    }

    /// Sets a part of `throttled`. Each part can be set once.
    pub(super) fn throttled(&mut self, part: &'static str, text: &str) -> Result<(), String> {
        let bound = duration(&part_of(part), text)?;
        let place = if part == BASE { &mut self.throttled_base } else { &mut self.throttled_cap };
        match place.replace(bound) {
            None => Ok(()),
            Some(_) => Err(format!("`{}` is set twice", part_of(part))),
        }
    }

    /// Returns the policy, unless two of its values contradict each other.
    pub(crate) fn finish(self) -> Result<RetryPolicy, String> {
        let is_set = |key| self.set.contains(&key);
        if is_set("max") && is_set("attempts") {
            return Err("`attempts` cannot be combined with `max`: they say the same, \
                        4 attempts are 3 retries"
                .into());
        }
        let backoff = self.policy.get_backoff();
        if let (Backoff::Custom(_), true) = (backoff, is_set("throttled")) {
            return Err(
                "`throttled` has no meaning with the default's own function as backoff: leave \
                        it out, or set `backoff` as well"
                    .into(),
            );
        }
        if let Backoff::List(_) = backoff {
            let computed = ["base", "factor", "cap", "throttled"];
            if let Some(key) = computed.into_iter().find(|key| is_set(key)) {
                return Err(format!(
                    "`{key}` has no meaning with the default's list of delays: leave it out, or \
                     set `backoff` as well"
                ));
            }
        }
        let has_factor = matches!(backoff, Backoff::Exponential | Backoff::Decorrelated);
        if is_set("factor") && !has_factor {
            return Err(if is_set("backoff") {
                format!("`factor` has no meaning with the `backoff` \"{backoff}\": leave one out")
            } else {
                format!(
                    "`factor` has no meaning with the default backoff \"{backoff}\": leave it \
                     out, or set `backoff` as well"
                )
            });
        }
        let policy = match self.factor {
            Some(factor) => self.policy.try_factor(factor),
            None => Ok(self.policy),
        };
        let policy = policy.map_err(|error| format!("`factor`: {error}"))?;
        // Spelling out the default gives the policy that leaving it out gives.
        let policy = match self.jitter.filter(|jitter| *jitter != policy.effective_jitter()) {
            Some(jitter) => policy.jitter(jitter),
            None => policy,
        };
        let policy = self.throttled_base.map_or(policy, |base| policy.throttled_base(base));
        let policy = self.throttled_cap.map_or(policy, |cap| policy.throttled_cap(cap));
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
                        "the default deadline ({deadline}) is no longer than the shortest first \
                         wait ({wait}), which `base` sets; set `deadline` as well"
                    )
                }
            }
            PolicyError::ThrottledBaseAboveCap { base, cap } => {
                let (base, cap) = (Words(base), Words(cap));
                format!(
                    "the base of `throttled` ({base}) is above its cap ({cap}), which is `cap` \
                     unless `throttled` sets it"
                )
            }
            error @ (PolicyError::EmptyList | PolicyError::Retries) => error.to_string(),
            error @ PolicyError::Factor => format!("`factor`: {error}"),
        })
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "compared before")]
pub(crate) fn whole(key: &str, number: f64) -> Result<u32, String> {
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

/// The parts of `throttled`.
const BASE: &str = "base";
const CAP: &str = "cap";

/// Returns the part of `throttled` named `word`.
pub(super) fn throttled_part(word: &str) -> Result<&'static str, String> {
    [BASE, CAP].into_iter().find(|part| *part == word).ok_or_else(|| no_part(word))
}

/// The message for a `throttled` that sets neither part, or one that is not known.
pub(super) fn no_part(word: &str) -> String {
    let meant = near_miss(word, &[BASE, CAP]).map(|part| format!("; did you mean `{part}`?"));
    let meant = meant.unwrap_or_default();
    format!("`throttled` takes a `base`, a `cap` or both, such as \"base = 1s, cap = 20s\"{meant}")
}

/// A part of `throttled` as messages name it.
pub(super) fn part_of(part: &str) -> String {
    format!("throttled.{part}")
}

fn duration(key: &str, text: &str) -> Result<Duration, String> {
    parse_duration(text).map_err(|error| format!("`{key}`: {error}"))
}

/// The word of a value, without what it takes in parentheses.
fn word_of(text: &str) -> &str {
    text.split('(').next().unwrap_or_default().trim_end()
}

/// The duration in `give_up(5m)` or, as the attribute writes it, `give_up("5m")`.
fn in_give_up<'t>(key: &str, text: &'t str) -> Result<Option<&'t str>, String> {
    let call = text.strip_suffix(')').and_then(|text| text.split_once('('));
    let (word, cap) = call.map_or((text, None), |(word, cap)| (word.trim_end(), Some(cap)));
    match cap {
        Some(cap) if word == GIVE_UP => Ok(Some(unquoted(cap))),
        Some(cap) if near_miss(word, &[GIVE_UP]).is_some() => {
            Err(format!("`{key}`: `{word}` is not known here; did you mean \"{GIVE_UP}({cap})\"?"))
        }
        None if word == GIVE_UP => Err(format!(
            "`{key}`: `{word}` takes the longest hint obeyed, such as \"{GIVE_UP}(5m)\""
        )),
        _ => Ok(None),
    }
}

/// Describes the values of `key`.
pub(crate) fn expected(key: &Key) -> &'static str {
    match key.kind {
        Kind::Count => "a whole number or \"forever\"",
        Kind::Factor => "a number from 1 to 1e9",
        Kind::Backoff => "a word such as \"exponential\"",
        Kind::Repeat => "\"all\" or \"unsent\"",
        Kind::Nested => "\"allow\" or \"once\"",
        Kind::Switch => "\"obey\" or \"ignore\"",
        Kind::Log => "a word such as \"debug\" or \"off\"",
        Kind::Throttled => {
            "a `base`, a `cap` or both, such as \"base = 1s, cap = 20s\", or \"none\""
        }
        Kind::Jitter => "a word such as \"additive\" or \"symmetric(0.5)\"",
        Kind::Statuses => {
            "a list of codes and ranges such as [429, \"500..=599\"], or \"transient\""
        }
        _ if key.name == "deadline" => "a duration such as \"250ms\" or \"1m 30s\", or \"none\"",
        _ if key.name == "retry_after_cap" => "a duration such as \"5m\", or \"give_up(5m)\"",
        _ => "a duration such as \"250ms\" or \"1m 30s\"",
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
        "delays" => {
            "a value read at run time cannot be kept as long as a list of delays must be; write \
             `base`, `factor` and `cap`, or set `delays` in the attribute"
        }
        _ => "set it in the attribute",
    };
    format!("unknown key `{word}`: {subject} is not part of a policy; {instead}")
}
