//! Reads and writes durations in your own configuration, in the words of the attribute (feature `serde`).
//!
//! Use it for durations outside of a policy, such as the `timeout` of an attempt. A field has the type
//! [`Duration`] or `Option<Duration>`:
//!
//! ```
//! use std::time::Duration;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Debug, Deserialize, Serialize)]
//! struct Config {
//!     #[serde(with = "retry_kit::duration")]
//!     poll: Duration,
//!     #[serde(default, with = "retry_kit::duration")]
//!     timeout: Option<Duration>,
//! }
//!
//! let text = "poll = \"2m 30s\"\ntimeout = \"250ms\"\n";
//! let config: Config = toml::from_str(text)?;
//! assert_eq!(config.poll, Duration::from_secs(150));
//! assert_eq!(config.timeout, Some(Duration::from_millis(250)));
//! assert_eq!(toml::to_string(&config)?, text);
//!
//! let error = toml::from_str::<Config>("poll = 5").unwrap_err();
//! assert_eq!(
//!     error.message(),
//!     "`5` has no unit; write \"5s\" for seconds or \"5ms\" for milliseconds",
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The units are d, h, m, s, ms, us or µs, and ns, the longest first. A duration finer than a nanosecond
//! is an error. A written duration reads back unchanged. An optional field also needs `default`, as
//! always with serde's `with`.

use core::fmt;
use core::time::Duration;

use serde::de::{Deserializer, Error, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use super::configuration::Text;
use super::duration::{Words, parse_duration};

/// Reads a field; called by serde's derive.
///
/// # Errors
///
/// If the value is not a duration with a unit; the message says what to write instead.
pub fn deserialize<'de, T: Field, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::read(deserializer)
}

/// Writes a field; called by serde's derive.
///
/// # Errors
///
/// If the serializer fails.
pub fn serialize<T: Field, S: Serializer>(field: &T, serializer: S) -> Result<S::Ok, S::Error> {
    field.write(serializer)
}

/// The type of a field: [`Duration`] or `Option<Duration>`. Sealed.
pub trait Field: sealed::Sealed {}

impl Field for Duration {}
impl Field for Option<Duration> {}

mod sealed {
    use serde::{Deserializer, Serializer};

    pub trait Sealed: Sized {
        fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
        fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
    }
}

impl sealed::Sealed for Duration {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Written::deserialize(deserializer).map(|written| written.0)
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Text(Words(*self)).serialize(serializer)
    }
}

impl sealed::Sealed for Option<Duration> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Option::<Written>::deserialize(deserializer)?;
        Ok(written.map(|written| written.0))
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.map(|duration| Text(Words(duration))).serialize(serializer)
    }
}

struct Written(Duration);

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // If asked for a string, some formats reject a number with a message that does not mention
        // units.
        deserializer.deserialize_any(InWords)
    }
}

struct InWords;

impl Visitor<'_> for InWords {
    type Value = Written;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration such as \"250ms\" or \"1m 30s\"")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Written, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Written, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Written, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Written, E> {
        parse_duration(text).map(Written).map_err(E::custom)
    }
}
