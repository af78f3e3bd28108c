//! The loop around the services of other libraries.

mod answers;
mod calls;
mod described;
mod layer;
mod options;
mod requests;
mod service;

pub use self::layer::RetryLayer;
pub use self::service::RetryService;
