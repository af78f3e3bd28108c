#![no_main]

use libfuzzer_sys::fuzz_target;
use retry_kit_fuzz::{drawn_by, model, number};

fuzz_target!(|data: &[u8]| {
    let Some(scenario) = drawn_by(&model::scenarios(), data) else { return };
    let seed = number(data).0;
    model::every_form_does_what_the_model_does(&scenario);
    model::all_forms_make_the_same_decisions(scenario.clone(), seed);
    model::a_layer_makes_the_same_decisions_as_the_function_form(scenario, seed);
});
