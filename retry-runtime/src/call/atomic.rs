//! The atomics of the budget and the pause. `tests/crates/loom` includes both with atomics of loom, to try
//! every interleaving.

pub(super) use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};
