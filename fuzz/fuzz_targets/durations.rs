#![no_main]

use std::str;

use libfuzzer_sys::fuzz_target;
use retry_kit_fuzz::{duration, durations, number};

fuzz_target!(|data: &[u8]| {
    let (seconds, rest) = number(data);
    durations::a_written_duration_reads_back(duration(seconds, number(rest).0));
    if let Ok(text) = str::from_utf8(data) {
        durations::a_text_is_a_duration_or_gets_advice_that_can_be_followed(text);
    }
});
