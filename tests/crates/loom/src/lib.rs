//! The budget and the pause of `retry-runtime`, the same files with atomics that loom watches: a
//! dependency on loom, even for a `cfg`, would be in the lock files of users.

#![allow(dead_code, unused_imports, reason = "the tests need little of the policy")]
#![allow(missing_docs, rustdoc::broken_intra_doc_links, reason = "the documentation is read elsewhere")]

#[path = "../../../../retry-runtime/src/policy/mod.rs"]
mod policy;

mod call {
    pub(crate) mod atomic;
    #[path = "../../../../../retry-runtime/src/call/budget.rs"]
    pub(crate) mod budget;
    #[path = "../../../../../retry-runtime/src/call/clock.rs"]
    mod clock;
    #[path = "../../../../../retry-runtime/src/call/decision.rs"]
    pub(crate) mod decision;
    #[path = "../../../../../retry-runtime/src/call/pause.rs"]
    pub(crate) mod pause;
    pub(crate) mod steps;
    #[path = "../../../../../retry-runtime/src/call/wait.rs"]
    pub(crate) mod wait;
}

pub use call::budget::RetryBudget;
pub use call::pause::Pause;
pub use call::steps::{ask, give_back, is_unused, left, succeed, take};
// The included files name them in the root of their crate.
pub use call::decision::Decision;
pub use policy::*;
