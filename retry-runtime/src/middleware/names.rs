//! Names for the types of layers, services and middleware that have options.
//!
//! Every option with code is a type parameter, so that a call neither boxes a future nor calls through a pointer.
//! A function that is given as a `fn` pointer has a type with a name, so a struct can hold a service with options:
//!
//! ```
//! # #[cfg(feature = "tower")] {
//! use http::{Request, Response};
//! use retry_kit::service::{BySource, OwnClone};
//! use retry_kit::{RetryLayer, RetryPolicy, RetryService};
//! use tower::{Layer, Service, ServiceExt};
//!
//! # #[derive(Clone)]
//! # struct Connection;
//! # impl Service<Request<String>> for Connection {
//! #     type Response = Response<String>;
//! #     type Error = std::io::Error;
//! #     type Future = std::future::Ready<std::io::Result<Response<String>>>;
//! #     fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<std::io::Result<()>> {
//! #         std::task::Poll::Ready(Ok(()))
//! #     }
//! #     fn call(&mut self, request: Request<String>) -> Self::Future {
//! #         std::future::ready(Ok(Response::new(request.into_body())))
//! #     }
//! # }
//! #[derive(Clone)]
//! struct Billing {
//!     http: RetryService<Connection, OwnClone, BySource>,
//! }
//!
//! impl Billing {
//!     fn new(connection: Connection) -> Self {
//!         Self { http: RetryLayer::new(RetryPolicy::DEFAULT).by_source().layer(connection) }
//!     }
//!
//!     async fn pay(&self, order: &str) -> std::io::Result<String> {
//!         let request = Request::post("/payments").body(order.to_owned()).unwrap();
//!         Ok(self.http.clone().oneshot(request).await?.into_body())
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! assert_eq!(Billing::new(Connection).pay("an order").await.unwrap(), "an order");
//! # }
//! # }
//! ```
//!
//! The types of layer and service have the same parameters. With closures they have no name: then box the service with
//! `tower::util::BoxCloneSyncService`, which allocates for each call.
//!
//! | option | type | without the option |
//! |---|---|---|
//! | `clone_with` | `CloneWith` | `OwnClone` |
//! | `when`, `by_source` | `When`, `BySource` | `ErrorsOwn` |
//! | `until` of `RetryLayer::new` | `HttpUntil` | `Http` |
//! | `until` of `RetryLayer::without_http` | `Until` | `AnyValue` |
//! | `until` of `RetryMiddleware` | `Until` | `Http` |
//! | `on_retry` | `OnRetry` | `Quiet` |
//! | `sleep` | `SleepWith` | `RuntimesOwn` |

pub use super::answers::Http;
#[cfg(feature = "tower")]
pub use super::answers::HttpUntil;
#[cfg(feature = "tower")]
pub use super::by_source::BySource;
#[cfg(feature = "tower")]
pub use super::requests::{CloneWith, OwnClone};
#[cfg(feature = "tower")]
pub use super::service::ResponseFuture;
#[cfg(feature = "tower")]
pub use crate::function::AnyValue;
pub use crate::function::{ErrorsOwn, OnRetry, Quiet, RuntimesOwn, SleepWith, Until, When};
