//! Overrides by name: operators switch off or soften the retries of one function without a release.

use core::time::Duration;
use std::env::{self, VarError};
use std::sync::{Once, PoisonError, RwLock};

use super::switch::{has_names, set_names};
use crate::policy::{ParseError, RetryPolicy, parse_duration};

/// The variable with the overrides of the process.
const VARIABLE: &str = "RETRY_KIT";

/// The overrides, in the order of the text; the last that matches a name applies.
static OVERRIDES: RwLock<Vec<Override>> = RwLock::new(Vec::new());

/// Reads the variable once, unless overrides are set before.
static VARIABLE_READ: Once = Once::new();

/// One entry of the text.
#[derive(Debug, PartialEq)]
struct Override {
    /// A name, or its beginning.
    name: String,
    is_prefix: bool,
    effect: Effect,
}

/// What an entry does to the policy of a call.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Effect {
    /// Nothing: it excepts a name from the entries before it.
    On,
    /// Every failure ends the call.
    Off,
    /// The policy retries less often or later.
    Softer { max: Option<u32>, base: Option<Duration> },
}

/// What overrides make of a policy.
#[derive(Debug)]
pub(super) enum Overridden {
    /// The call uses this one.
    Policy(RetryPolicy),
    /// The call must not retry.
    Off,
}

/// Switches off or softens the retries of functions by their names, in place of all earlier overrides.
///
/// For operators, who can do the same without a release: before the first failure, the process reads the
/// environment variable `RETRY_KIT`, which has the same form. Its mistakes are a warning; here they are an
/// error, and nothing changes.
///
/// | entry | effect |
/// |---|---|
/// | `shop::charge=off` | no retries; the reason is [`Disabled`](crate::StopReason::Disabled) |
/// | `shop::charge:max=1` | at most 1 retry; `attempts=2` says the same |
/// | `shop::charge:max=1, base=5s` | also waits of at least 5 s, before jitter |
/// | `shop::*=off` | the same for all names that begin so; `*` alone means all that obey [`set_enabled`](crate::set_enabled) |
/// | `shop::charge=on` | no override, in spite of an earlier entry |
///
/// Entries are separated by `;`. The last entry that matches a name applies. An override never retries
/// more often or sooner than the policy. The name is that of [`RetryEvent::name`](crate::RetryEvent::name):
/// `module::function`, or the one set with `name = "…"`. Decisions look for it only after a failure.
///
/// ```
/// use retry_kit::{Decision, ErrorClass, RetryPolicy, RetryState, StopReason, override_by_name};
///
/// override_by_name("shop::*:max=1; shop::charge=off")?;
/// let decide = |name| RetryState::new(&RetryPolicy::DEFAULT).name(name).decide(ErrorClass::Transient);
/// assert_eq!(decide("shop::charge"), Decision::Stop(StopReason::Disabled));
/// assert!(matches!(decide("shop::items"), Decision::Retry(_)));
/// override_by_name("")?;
/// # Ok::<(), retry_kit::ParseError>(())
/// ```
///
/// # Errors
///
/// If an entry cannot be read; the message quotes it and says what to write.
pub fn override_by_name(text: &str) -> Result<(), ParseError> {
    let overrides = entries(text).collect::<Result<_, _>>().map_err(ParseError::new)?;
    VARIABLE_READ.call_once(|| {});
    replace(overrides);
    Ok(())
}

/// What the overrides make of the policy of a call; `None` if no entry has its name.
pub(super) fn overridden(
    policy: &RetryPolicy,
    name: impl FnOnce() -> &'static str,
) -> Option<Overridden> {
    VARIABLE_READ.call_once(read_variable);
    if !has_names() {
        return None;
    }
    let name = name();
    let overrides = OVERRIDES.read().unwrap_or_else(PoisonError::into_inner);
    // What names no function reaches no further than the switch.
    let applies = |entry: &&Override| {
        entry.matches(name) && (policy.obeys_the_switch() || !entry.is_for_all())
    };
    let last = overrides.iter().rev().find(applies)?;
    match last.effect {
        Effect::On => None,
        Effect::Off => Some(Overridden::Off),
        Effect::Softer { max, base } => Some(Overridden::Policy(softer(*policy, max, base))),
    }
}

fn softer(mut policy: RetryPolicy, max: Option<u32>, base: Option<Duration>) -> RetryPolicy {
    if let Some(max) = max {
        policy = policy.limited_to(policy.get_max_retries().map_or(max, |own| own.min(max)));
    }
    if let Some(base) = base {
        policy = policy
            .base_delay(policy.get_base_delay().max(base))
            .max_delay(policy.get_max_delay().max(base));
    }
    policy
}

fn replace(overrides: Vec<Override>) {
    let are_there = !overrides.is_empty();
    *OVERRIDES.write().unwrap_or_else(PoisonError::into_inner) = overrides;
    set_names(are_there);
}

/// Reads the overrides of the environment; entries with mistakes have no effect.
fn read_variable() {
    let text = match env::var(VARIABLE) {
        Ok(text) => text,
        Err(VarError::NotPresent) => String::new(),
        Err(VarError::NotUnicode(_)) => {
            warn("it is not valid UTF-8");
            String::new()
        }
    };
    let (overrides, mistakes): (Vec<_>, Vec<_>) = entries(&text).partition(Result::is_ok);
    let mistakes: Vec<String> = mistakes.into_iter().filter_map(Result::err).collect();
    if !mistakes.is_empty() {
        warn(&mistakes.join("; "));
    }
    replace(overrides.into_iter().filter_map(Result::ok).collect());
}

/// Warns the operator, once a process.
#[allow(clippy::print_stderr, reason = "without `tracing` the operator would not hear of it")]
fn warn(mistakes: &str) {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "retry_kit", "the environment variable {VARIABLE}: {mistakes}");
    #[cfg(not(feature = "tracing"))]
    eprintln!("retry-kit: the environment variable {VARIABLE}: {mistakes}");
}

/// Reads the entries of a text, each alone.
fn entries(text: &str) -> impl Iterator<Item = Result<Override, String>> {
    text.split(';').map(str::trim).filter(|entry| !entry.is_empty()).map(Override::read)
}

impl Override {
    fn read(entry: &str) -> Result<Self, String> {
        let mistake = |what: &str| format!("`{entry}`: {what}");
        let (name, effect) = halves(entry).ok_or_else(|| {
            mistake("after the name comes `=off`, `=on` or settings such as `:max=1`")
        })?;
        let (name, is_prefix) = match name.strip_suffix('*') {
            Some(name) => (name, true),
            None => (name, false),
        };
        if name.contains('*') {
            return Err(mistake("`*` stands at the end of a name"));
        }
        if name.is_empty() && !is_prefix {
            return Err(mistake("a name is missing; `*` means all"));
        }
        let effect = match effect {
            Written::Word("off") => Effect::Off,
            Written::Word("on") => Effect::On,
            Written::Word(word) => {
                return Err(mistake(&format!("`{word}` is neither `off` nor `on`")));
            }
            Written::Settings(settings) => softer_by(settings).map_err(|what| mistake(&what))?,
        };
        Ok(Self { name: name.to_owned(), is_prefix, effect })
    }

    /// Whether the entry names no function.
    fn is_for_all(&self) -> bool {
        self.is_prefix && self.name.is_empty()
    }

    fn matches(&self, name: &str) -> bool {
        if self.is_prefix { name.starts_with(&self.name) } else { name == self.name }
    }
}

/// The effect of an entry as written.
enum Written<'t> {
    Word(&'t str),
    Settings(&'t str),
}

/// Splits an entry after the name, which may contain `::`.
fn halves(entry: &str) -> Option<(&str, Written<'_>)> {
    let (before, after) = entry.split_once('=')?;
    // The colon before the settings is the last one in front of `=` that stands alone.
    let colon = before.rfind(':').filter(|&at| !before[..at].ends_with(':'));
    Some(match colon {
        Some(at) => (before[..at].trim(), Written::Settings(entry[at + 1..].trim())),
        None => (before.trim(), Written::Word(after.trim())),
    })
}

fn softer_by(settings: &str) -> Result<Effect, String> {
    let (mut max, mut base) = (None, None);
    for setting in settings.split(',') {
        let (key, value) = setting.split_once('=').unwrap_or((setting, ""));
        let (key, value) = (key.trim(), value.trim().trim_matches('"'));
        let number = || {
            let message = |_| format!("`{key}` takes a whole number, such as `{key}=1`");
            value.parse::<u32>().map_err(message)
        };
        match key {
            "max" => max = Some(number()?),
            // As everywhere, 0 attempts mean 0 retries.
            "attempts" => max = Some(number()?.saturating_sub(1)),
            "base" => base = Some(parse_duration(value).map_err(|error| error.to_string())?),
            _ => {
                return Err(format!(
                    "`{key}` cannot be set by name; `max`, `attempts` and `base` can"
                ));
            }
        }
    }
    Ok(Effect::Softer { max, base })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Switch;

    fn read(text: &str) -> Vec<Result<Override, String>> {
        entries(text).collect()
    }

    #[allow(clippy::unnecessary_wraps, reason = "as it is read")]
    fn entry(name: &str, is_prefix: bool, effect: Effect) -> Result<Override, String> {
        Ok(Override { name: name.to_owned(), is_prefix, effect })
    }

    // SPEC 7.9
    #[test]
    fn entries_name_functions_and_effects() {
        let softer = |max, base| Effect::Softer { max, base };
        let seconds = Duration::from_secs;
        let cases = [
            ("shop::charge=off", entry("shop::charge", false, Effect::Off)),
            (" shop::charge = on ", entry("shop::charge", false, Effect::On)),
            ("shop::*:max=1", entry("shop::", true, softer(Some(1), None))),
            ("*=off", entry("", true, Effect::Off)),
            ("charge:attempts=3", entry("charge", false, softer(Some(2), None))),
            ("charge:attempts=0", entry("charge", false, softer(Some(0), None))),
            (
                "shop::charge: max = 0, base = 1m 30s",
                entry("shop::charge", false, softer(Some(0), Some(seconds(90)))),
            ),
            (
                "billing GET:base=\"5s\"",
                entry("billing GET", false, softer(None, Some(seconds(5)))),
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), [expected], "{text}");
        }
        assert_eq!(read("").len() + read(" ; ;").len(), 0);
        assert_eq!(read("a=off; b=on;").len(), 2);
    }

    // SPEC 7.9.2
    #[test]
    fn a_mistake_is_quoted_and_answered() {
        let cases = [
            ("shop", "`shop`: after the name comes `=off`, `=on` or settings such as `:max=1`"),
            ("shop::*x=off", "`shop::*x=off`: `*` stands at the end of a name"),
            ("=off", "`=off`: a name is missing; `*` means all"),
            ("shop=no", "`shop=no`: `no` is neither `off` nor `on`"),
            ("shop:max=many", "`shop:max=many`: `max` takes a whole number, such as `max=1`"),
            (
                "shop:cap=1s",
                "`shop:cap=1s`: `cap` cannot be set by name; `max`, `attempts` and `base` can",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), [Err(expected.to_owned())], "{text}");
        }
        let without_unit = read("shop:base=5").remove(0).unwrap_err();
        assert!(without_unit.starts_with("`shop:base=5`: "), "{without_unit}");
    }

    // SPEC 7.9.1
    #[test]
    fn an_override_never_retries_more_often_or_sooner() {
        let second = Duration::from_secs(1);
        let policy = RetryPolicy::new().max_retries(2).base_delay(second).max_delay(4 * second);
        let cases = [
            (softer(policy, Some(1), None), policy.max_retries(1)),
            (softer(policy, Some(5), None), policy),
            (
                softer(policy.unlimited(), Some(5), None),
                policy.max_retries(5).switch(Switch::Ignore),
            ),
            (softer(policy, None, Some(second / 2)), policy),
            (softer(policy, None, Some(2 * second)), policy.base_delay(2 * second)),
            (
                softer(policy, None, Some(9 * second)),
                policy.base_delay(9 * second).max_delay(9 * second),
            ),
        ];
        for (softened, expected) in cases {
            assert_eq!(softened, expected);
        }
    }
}
