//! The timer of waits and timeouts: tokio's inside a runtime that has one, and our own everywhere else.
//!
//! Cargo joins the features of a whole program, so the feature `tokio` says only that some crate wants it. With tokio's
//! feature `rt` a thread can ask whether it is in a runtime; without it, only a panic would tell. Our timer needs no
//! reactor: it is a thread and a queue, or `setTimeout` on the web.

#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[path = "thread.rs"]
mod own;
#[cfg(all(feature = "wasm", target_family = "wasm", target_os = "unknown"))]
#[path = "javascript.rs"]
mod own;
#[cfg(all(feature = "tokio", not(all(target_family = "wasm", target_os = "unknown"))))]
mod with_tokio;

#[cfg(not(all(feature = "tokio", not(all(target_family = "wasm", target_os = "unknown")))))]
pub use self::own::OwnTimer as Timer;
#[cfg(all(feature = "tokio", not(all(target_family = "wasm", target_os = "unknown"))))]
pub use self::with_tokio::Timer;
#[cfg(all(feature = "tokio", not(all(target_family = "wasm", target_os = "unknown"))))]
pub(super) use self::with_tokio::register;

/// Does nothing: the first poll of our own timer registers it.
#[cfg(not(all(feature = "tokio", not(all(target_family = "wasm", target_os = "unknown")))))]
pub(super) fn register(_: core::pin::Pin<&mut Timer>) {}
