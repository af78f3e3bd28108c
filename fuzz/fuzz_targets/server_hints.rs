#![no_main]

use libfuzzer_sys::fuzz_target;
use retry_kit_fuzz::{duration, hints, number};

fuzz_target!(|data: &[u8]| {
    let (status, headers) = hints::response(data);
    hints::only_known_headers_in_their_own_order_matter(status, &headers);
    // The end of the text is also the limits, so that seeds can be read.
    let (first, rest) = number(data.rchunks(24).next().unwrap_or_default());
    let (second, rest) = number(rest);
    let third = number(rest).0;
    let limits = (duration(first, second), duration(second, third));
    hints::a_hint_never_makes_a_wait_exceed_its_cap(status, &headers, limits, third);
});
