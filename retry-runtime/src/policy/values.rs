//! The words that stand for values: of `backoff`, `jitter`, `status` and `repeat`, for no limit, and for
//! hints.

use core::fmt;
use core::str::FromStr;
use core::time::Duration;

use super::backoff::Backoff;
use super::duration::{Words, parse_duration};
use super::jitter::{Jitter, Ratio};
use super::log::Log;
use super::near_miss::{near_miss, normal};
use super::nested::Nested;
use super::parse_error::ParseError;
use super::pieces::unquoted;
use super::repeat::Repeat;
use super::status::StatusSet;
use super::switched::Switch;

/// A word and its value.
#[derive(Debug)]
pub struct Word<T: 'static> {
    /// The word.
    pub word: &'static str,
    /// Its value.
    pub value: T,
    /// Its synonyms, many of them from other libraries.
    pub elsewhere: &'static [&'static str],
}

/// No limit on retries, as a value of `max` and `attempts`.
pub const FOREVER: &[Word<()>] = &[Word {
    word: "forever",
    value: (),
    elsewhere: &["infinite", "infinity", "inf", "unlimited", "unbounded", "always"],
}];

/// `retry_after_cap = give_up("5m")`: a longer hint ends the call instead of being cut.
pub const GIVE_UP: &str = "give_up";

/// The words of `backoff`.
pub const BACKOFFS: &[Word<Backoff>] = &[
    Word {
        word: "exponential",
        value: Backoff::Exponential,
        elsewhere: &["exp", "expo", "exponential_backoff", "double", "doubling", "true"],
    },
    Word {
        word: "fixed",
        value: Backoff::Fixed,
        elsewhere: &["constant", "const", "static", "none", "false"],
    },
    Word { word: "linear", value: Backoff::Linear, elsewhere: &["incremental", "incrementing"] },
    Word { word: "fibonacci", value: Backoff::Fibonacci, elsewhere: &["fib", "fibo"] },
    Word {
        word: "decorrelated",
        value: Backoff::Decorrelated,
        elsewhere: &["decorrelated_jitter", "decorr", "aws"],
    },
];

/// The words of `jitter`. `additive` also takes a ratio; `symmetric` and `absolute` stand for those with a
/// ratio or a time, which they need.
pub const JITTERS: &[Word<Jitter>] = &[
    Word {
        word: "additive",
        value: Jitter::Additive(Ratio::ONE),
        elsewhere: &["true", "yes", "on", "proportional", "positive", "default"],
    },
    Word { word: "full", value: Jitter::Full, elsewhere: &["full_jitter", "random", "uniform"] },
    Word { word: "equal", value: Jitter::Equal, elsewhere: &["equal_jitter", "half"] },
    Word {
        word: "symmetric",
        value: Jitter::Symmetric(Ratio::ZERO),
        elsewhere: &["both", "plus_minus", "randomization_factor"],
    },
    Word {
        word: "absolute",
        value: Jitter::Absolute(Duration::ZERO),
        elsewhere: &["constant", "max_jitter", "jitter_max"],
    },
    Word { word: "none", value: Jitter::None, elsewhere: &["false", "no", "off", "no_jitter"] },
];

/// `backoff = custom(my_backoff)`: a function computes the backoff.
pub const CUSTOM: &str = "custom";

/// The words of `repeat`.
pub const REPEATS: &[Word<Repeat>] = &[
    Word { word: "all", value: Repeat::All, elsewhere: &["any", "everything", "true", "yes"] },
    Word {
        word: "unsent",
        value: Repeat::Unsent,
        elsewhere: &["not_sent", "unprocessed", "safe", "false", "no", "never", "none"],
    },
];

/// The words of `nested`.
pub const NESTED: &[Word<Nested>] = &[
    Word {
        word: "allow",
        value: Nested::Allow,
        elsewhere: &["allowed", "multiply", "true", "yes"],
    },
    Word {
        word: "once",
        value: Nested::Once,
        elsewhere: &["one", "single", "outer", "outermost", "false", "no", "never", "off", "none"],
    },
];

/// The words of `switch`.
pub const SWITCHES: &[Word<Switch>] = &[
    Word {
        word: "obey",
        value: Switch::Obey,
        elsewhere: &["obeys", "obeyed", "true", "yes", "on"],
    },
    Word {
        word: "ignore",
        value: Switch::Ignore,
        elsewhere: &["ignores", "ignored", "false", "no", "never", "off", "none"],
    },
];

/// The words of `log`.
pub const LOGS: &[Word<Log>] = &[
    Word {
        word: "off",
        value: Log::Off,
        elsewhere: &["none", "false", "no", "never", "quiet", "silent"],
    },
    Word { word: "debug", value: Log::Debug, elsewhere: &["trace", "verbose"] },
    Word { word: "info", value: Log::Info, elsewhere: &["information", "notice"] },
    Word { word: "warn", value: Log::Warn, elsewhere: &["warning", "error", "true", "yes", "on"] },
];

/// The named sets in `status`.
pub const STATUSES: &[Word<StatusSet>] = &[
    Word { word: "default", value: StatusSet::DEFAULT, elsewhere: &["defaults", "standard"] },
    Word {
        word: "transient",
        value: StatusSet::TRANSIENT,
        elsewhere: &["retryable", "retriable", "temporary"],
    },
];

/// Returns the word that `text` is a synonym or a misspelling of.
#[must_use]
#[inline]
pub fn meant<T>(text: &str, words: &[Word<T>]) -> Option<&'static str> {
    let normal = normal(text);
    let synonym = words.iter().find(|word| word.elsewhere.contains(&normal.as_str()));
    synonym.map(|word| word.word).or_else(|| {
        let words: Vec<&str> = words.iter().map(|word| word.word).collect();
        near_miss(text, &words)
    })
}

/// Reads `text` as a value of `key`.
///
/// # Errors
///
/// If `text` is not one of `words`; the message lists them.
#[inline]
pub fn read<T: Copy>(key: &str, text: &str, words: &[Word<T>]) -> Result<T, ParseError> {
    if let Some(word) = words.iter().find(|word| word.word == text) {
        return Ok(word.value);
    }
    let listed: Vec<&str> = words.iter().map(|word| word.word).collect();
    let hint = meant(text, words).map(|meant| format!("; did you mean `{meant}`?"));
    let hint = hint.unwrap_or_default();
    Err(ParseError::new(format!("`{key}` takes one of: {}{hint}", listed.join(", "))))
}

/// Writes the words of the attribute: `exponential`, `fixed`, …; of a list, its delays: `100ms, 1s`;
/// of a function, `custom`.
impl fmt::Display for Backoff {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::List(list) = self {
            let mut separator = "";
            for delay in *list {
                write!(f, "{separator}{}", Words(*delay))?;
                separator = ", ";
            }
            return Ok(());
        }
        if let Self::Custom(_) = self {
            return f.write_str(CUSTOM);
        }
        let word = BACKOFFS.iter().find(|word| word.value == *self);
        f.write_str(word.map_or("", |word| word.word))
    }
}

/// Reads the words of the attribute; white space around them is ignored.
///
/// ```
/// use retry_kit::Backoff;
///
/// assert_eq!("linear".parse(), Ok(Backoff::Linear));
/// ```
impl FromStr for Backoff {
    type Err = ParseError;

    #[inline]
    fn from_str(text: &str) -> Result<Self, ParseError> {
        read("backoff", text.trim(), BACKOFFS)
    }
}

/// Writes the words of the attribute: `all`, `unsent`.
impl fmt::Display for Repeat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = REPEATS.iter().find(|word| word.value == *self);
        f.write_str(word.map_or("", |word| word.word))
    }
}

/// Reads the words of the attribute; white space around them is ignored.
///
/// ```
/// use retry_kit::Repeat;
///
/// assert_eq!("unsent".parse(), Ok(Repeat::Unsent));
/// ```
impl FromStr for Repeat {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        read("repeat", text.trim(), REPEATS)
    }
}

/// Writes the words of the attribute: `allow`, `once`.
impl fmt::Display for Nested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = NESTED.iter().find(|word| word.value == *self);
        f.write_str(word.map_or("", |word| word.word))
    }
}

/// Reads the words of the attribute; white space around them is ignored.
///
/// ```
/// use retry_kit::Nested;
///
/// assert_eq!("once".parse(), Ok(Nested::Once));
/// ```
impl FromStr for Nested {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        read("nested", text.trim(), NESTED)
    }
}

/// Writes the words of the attribute: `obey`, `ignore`.
impl fmt::Display for Switch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = SWITCHES.iter().find(|word| word.value == *self);
        f.write_str(word.map_or("", |word| word.word))
    }
}

/// Reads the words of the attribute; white space around them is ignored.
///
/// ```
/// use retry_kit::Switch;
///
/// assert_eq!("ignore".parse(), Ok(Switch::Ignore));
/// ```
impl FromStr for Switch {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        read("switch", text.trim(), SWITCHES)
    }
}

/// Writes the words of the attribute: `off`, `debug`, `info`, `warn`.
impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = LOGS.iter().find(|word| word.value == *self);
        f.write_str(word.map_or("", |word| word.word))
    }
}

/// Reads the words of the attribute; white space around them is ignored.
///
/// ```
/// use retry_kit::Log;
///
/// assert_eq!("debug".parse(), Ok(Log::Debug));
/// ```
impl FromStr for Log {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        read("log", text.trim(), LOGS)
    }
}

/// Writes the words of the attribute: `additive`, `additive(0.1)`, `full`, `equal`, `symmetric(0.5)`,
/// `absolute(500ms)`, `none`.
impl fmt::Display for Jitter {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Additive(ratio) if *ratio != Ratio::ONE => write!(f, "additive({ratio})"),
            Self::Symmetric(ratio) => write!(f, "symmetric({ratio})"),
            Self::Absolute(spread) => write!(f, "absolute({})", Words(*spread)),
            jitter => {
                let word = JITTERS.iter().find(|word| word.value == *jitter);
                f.write_str(word.map_or("", |word| word.word))
            }
        }
    }
}

/// Reads the words of the attribute; white space around them is ignored.
///
/// ```
/// use retry_kit::Jitter;
///
/// assert_eq!("full".parse(), Ok(Jitter::Full));
/// assert_eq!("additive(0.1)".parse(), Ok(Jitter::additive(0.1)));
/// assert_eq!("symmetric(0.5)".parse(), Ok(Jitter::symmetric(0.5)));
/// ```
impl FromStr for Jitter {
    type Err = ParseError;

    #[inline]
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let text = text.trim();
        let call = text.strip_suffix(')').and_then(|text| text.split_once('('));
        let (word, argument) = call.map_or((text, None), |(word, argument)| (word, Some(argument)));
        let jitter = read("jitter", word.trim_end(), JITTERS)?;
        let ratio = |argument: &str| {
            let ratio = argument.trim().parse().map_err(|_| jitter.takes())?;
            Ratio::try_new(ratio).ok_or_else(|| "a jitter ratio is a number from 0 to 1".into())
        };
        let read = match (jitter, argument) {
            (Self::Additive(_), Some(argument)) => ratio(argument).map(Self::Additive),
            (Self::Symmetric(_), Some(argument)) => ratio(argument).map(Self::Symmetric),
            (Self::Absolute(_), Some(argument)) => {
                let spread = parse_duration(unquoted(argument.trim()));
                spread.map(Self::Absolute).map_err(|error| error.to_string())
            }
            (Self::Symmetric(_) | Self::Absolute(_), None) | (_, Some(_)) => Err(jitter.takes()),
            (jitter, None) => Ok(jitter),
        };
        read.map_err(|error| ParseError::new(format!("`jitter`: {error}")))
    }
}

impl Jitter {
    /// Describes what a word of `jitter` takes in parentheses.
    #[inline]
    fn takes(self) -> String {
        match self {
            Self::Additive(_) => "`additive` takes one ratio, such as \"additive(0.1)\"".into(),
            Self::Symmetric(_) => "`symmetric` takes one ratio, such as \"symmetric(0.5)\"".into(),
            Self::Absolute(_) => "`absolute` takes a duration, such as \"absolute(500ms)\"".into(),
            jitter => format!("`{jitter}` takes no ratio; write \"{jitter}\""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_shown_and_read_as_the_same_value() {
        for Word { word, value, .. } in BACKOFFS {
            assert_eq!(value.to_string(), *word);
            assert_eq!(format!(" {word}\t").parse(), Ok(*value));
        }
        let needs_more = |jitter| matches!(jitter, Jitter::Symmetric(_) | Jitter::Absolute(_));
        for Word { word, value, .. } in JITTERS.iter().filter(|word| !needs_more(word.value)) {
            assert_eq!(value.to_string(), *word);
            assert_eq!(format!(" {word}\n").parse(), Ok(*value));
        }
        for Word { word, value, .. } in REPEATS {
            assert_eq!(value.to_string(), *word);
            assert_eq!(format!(" {word} ").parse(), Ok(*value));
        }
        for (text, jitter) in [
            ("additive(0.1)", Jitter::additive(0.1)),
            ("additive ( 1 )", Jitter::additive(1.0)),
            ("additive(0)", Jitter::additive(0.0)),
            ("symmetric(0.5)", Jitter::symmetric(0.5)),
            ("symmetric( 1 )", Jitter::symmetric(1.0)),
            ("absolute(500ms)", Jitter::Absolute(Duration::from_millis(500))),
            ("absolute(\"1m 30s\")", Jitter::Absolute(Duration::from_secs(90))),
        ] {
            assert_eq!(text.parse(), Ok(jitter), "{text}");
            assert_eq!(jitter.to_string().parse(), Ok(jitter));
        }
    }

    #[test]
    fn a_word_of_another_library_leads_to_ours() {
        let backoff = |text: &str| meant(text, BACKOFFS);
        let jitter = |text: &str| meant(text, JITTERS);
        let cases = [
            (backoff("constant"), Some("fixed")),
            (backoff("Constant"), Some("fixed")),
            (backoff("exp"), Some("exponential")),
            (backoff("exponental"), Some("exponential")),
            (backoff("decorrelated-jitter"), Some("decorrelated")),
            (backoff("red"), None),
            (backoff(""), None),
            (jitter("true"), Some("additive")),
            (jitter("false"), Some("none")),
            (jitter("Full"), Some("full")),
            (jitter("fulljitter"), None),
            (meant("unsend", REPEATS), Some("unsent")),
            (meant("safe", REPEATS), Some("unsent")),
            (meant("sometimes", REPEATS), None),
            (meant("infinite", FOREVER), Some("forever")),
            (meant("forevr", FOREVER), Some("forever")),
            (meant("three", FOREVER), None),
        ];
        for (found, expected) in cases {
            assert_eq!(found, expected);
        }
    }
}
