#![no_main]

use libfuzzer_sys::fuzz_target;
use retry_kit_fuzz::macros;

fuzz_target!(|text: &str| {
    macros::the_function_is_emitted_for_any_attribute(text);
    macros::any_item_is_expanded_or_kept(text);
});
