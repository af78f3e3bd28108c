#![no_main]

use libfuzzer_sys::fuzz_target;
use retry_kit_fuzz::macros;

fuzz_target!(|text: &str| macros::a_type_gets_one_impl_whatever_its_classes(text));
