#![no_main]

use libfuzzer_sys::fuzz_target;
use retry_kit_fuzz::{number, retry_after};

fuzz_target!(|data: &[u8]| {
    retry_after::both_readings_agree_and_stay_in_their_limits(data);
    let (first, rest) = number(data);
    let (second, rest) = number(rest);
    let third = number(rest).0;
    retry_after::of_folded_seconds_the_longest_counts(&[first, second >> 32, third >> 56]);
});
