//! What holds for every duration, and for every text that may be one.

use std::time::Duration;

use retry_kit::parse_duration;
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Limits {
    #[serde(with = "retry_kit::duration")]
    poll: Duration,
}

/// SPEC 4.1
pub fn a_written_duration_reads_back(poll: Duration) {
    let limits = Limits { poll };
    let text = toml::to_string(&limits).expect("every duration can be written");
    assert_eq!(toml::from_str(&text).as_ref(), Ok(&limits), "{text}");
    let words = text.trim().trim_start_matches("poll = ").trim_matches('"');
    assert_eq!(parse_duration(words), Ok(poll));
    assert_eq!(parse_duration(&words.replace(' ', "")), Ok(poll));
}

/// SPEC 2.4, 9.2
pub fn a_text_is_a_duration_or_gets_advice_that_can_be_followed(text: &str) {
    let message = match parse_duration(text) {
        Ok(duration) => return a_written_duration_reads_back(duration),
        Err(error) => error.to_string(),
    };
    assert!(!message.is_empty() && message.len() < 200 + 4 * text.len(), "{message}");
    let Some((_, advice)) = message.split_once("; write \"") else { return };
    let advice = advice.split('"').next().unwrap_or_default();
    if let Err(error) = parse_duration(advice) {
        // The number itself may be out of range.
        let error = error.to_string();
        let is_range = error.contains("longer than") || error.contains("finer than");
        assert!(is_range, "{text:?}: {message}\n{advice:?}: {error}");
    }
}
