//! Nothing but tests: `tests/spans.rs`.
