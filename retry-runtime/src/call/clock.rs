//! The clock that waits and measurements share.

#[cfg(not(feature = "tokio"))]
pub(crate) use std::time::Instant;
// Tokio's clock stops where its tests pause it, and waits and measurements must agree.
#[cfg(feature = "tokio")]
pub(crate) use tokio::time::Instant;
