//! An expansion triggers no lint in the user's crate (SPEC 3.10).

#![deny(warnings, clippy::all, clippy::pedantic, clippy::nursery)]
#![allow(dead_code, unused_imports, unused_macros, reason = "the tests themselves are left out")]
#![allow(
    clippy::duration_suboptimal_units,
    clippy::missing_const_for_fn,
    clippy::needless_collect,
    clippy::needless_pass_by_ref_mut,
    clippy::option_if_let_else,
    clippy::significant_drop_in_scrutinee,
    clippy::use_self,
    reason = "matters of taste in the tests' own code; none of them comes from an expansion"
)]
#![allow(unexpected_cfgs, reason = "features that only the tests have")]
#![allow(clippy::future_not_send, reason = "true of the functions that are meant not to be")]
#![allow(clippy::duplicate_mod, reason = "each test has the support of its own")]

use retry_kit::retry;

/// Names that begin with an underscore cause no lint.
#[retry(clone(_list))]
async fn underscores(_hits: &mut u32, _list: Vec<u32>, _text: &str) -> std::io::Result<()> {
    Ok(())
}

mod kit {
    pub use retry_kit as inner;
}

#[path = "../../../attempts.rs"]
mod attempts;
#[path = "../../../blocking.rs"]
mod blocking;
#[path = "../../../budget.rs"]
mod budget;
#[path = "../../../cancel.rs"]
mod cancel;
#[path = "../../../choice.rs"]
mod choice;
#[path = "../../../fallback.rs"]
mod fallback;
#[path = "../../../functions.rs"]
mod functions;
#[path = "../../../futures.rs"]
mod futures;
#[path = "../../../hooks.rs"]
mod hooks;
#[path = "../../../keys.rs"]
mod keys;
#[path = "../../../pause.rs"]
mod pause;
#[path = "../../../previous.rs"]
mod previous;
#[path = "../../../reset_after.rs"]
mod reset_after;
#[path = "../../../schedule.rs"]
mod schedule;
#[path = "../../../time.rs"]
mod time;
#[path = "../../../until.rs"]
mod until;
