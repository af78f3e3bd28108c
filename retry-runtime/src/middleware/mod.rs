//! The loop around the services of other libraries.

mod answers;
#[cfg(feature = "tower")]
mod by_source;
#[cfg(feature = "tower")]
mod calls;
mod described;
#[cfg(feature = "tower")]
mod layer;
pub mod names;
mod options;
#[cfg(feature = "tower")]
mod requests;
#[cfg(feature = "reqwest-middleware")]
mod retry_middleware;
#[cfg(feature = "tower")]
mod service;

#[cfg(feature = "tower")]
pub use self::layer::RetryLayer;
#[cfg(feature = "reqwest-middleware")]
pub use self::retry_middleware::RetryMiddleware;
#[cfg(feature = "tower")]
pub use self::service::RetryService;
