//! The properties of the tests, for the fuzz targets; and the modules of `retry-macros`, which outside
//! the compiler can be called only if they are not in a crate of macros.

#[path = "../../retry-macros/src/attribute.rs"]
mod attribute;
#[path = "../../retry-macros/src/check/mod.rs"]
mod check;
#[path = "../../retry-macros/src/derive.rs"]
mod derive;
#[path = "../../retry-macros/src/errors.rs"]
mod errors;
#[path = "../../retry-macros/src/expand/mod.rs"]
mod expand;
#[path = "../../retry-macros/src/parse/mod.rs"]
mod parse;
#[path = "../../retry-macros/src/tokens.rs"]
mod tokens;

#[path = "../../retry-macros/src/properties.rs"]
pub mod macros;

#[path = "../../tests/properties/configuration.rs"]
pub mod configuration;
#[path = "../../tests/properties/durations.rs"]
pub mod durations;
#[path = "../../tests/properties/hints.rs"]
pub mod hints;
#[path = "../../tests/model.rs"]
pub mod model;
#[path = "../../tests/properties/retry_after.rs"]
pub mod retry_after;

use std::time::Duration;

/// Cuts off the first bytes, as a number: for the seeds and the limits of a target that reads text.
#[must_use]
pub fn number(data: &[u8]) -> (u64, &[u8]) {
    match data.split_first_chunk() {
        Some((first, rest)) => (u64::from_le_bytes(*first), rest),
        None => (0, data),
    }
}

/// Any duration, from two numbers.
#[must_use]
pub fn duration(seconds: u64, nanos: u64) -> Duration {
    // The upper bits choose how large it is: most durations of `u64` seconds are absurd.
    let seconds = seconds >> (nanos >> 58);
    Duration::new(seconds, u32::try_from(nanos % 1_000_000_000).unwrap_or_default())
}
