#![no_main]

use std::str;

use libfuzzer_sys::fuzz_target;
use retry_kit_fuzz::{configuration, number};

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = str::from_utf8(data) {
        configuration::a_policy_that_is_read_is_written_and_reads_back(text, number(data).0);
    }
});
