#![no_main]

use libfuzzer_sys::fuzz_target;
use retry_kit_fuzz::{model, number};

fuzz_target!(|data: &[u8]| {
    let scenario = model::scenario(data);
    // The end is also the seed of the random waits.
    let seed = number(data.rchunks(8).next().unwrap_or_default()).0;
    model::every_form_does_what_the_model_does(&scenario);
    model::all_forms_make_the_same_decisions(scenario.clone(), seed);
    model::a_layer_makes_the_same_decisions_as_the_function_form(scenario, seed);
});
