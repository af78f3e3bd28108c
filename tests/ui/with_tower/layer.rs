//! A service that a `RetryLayer` does not fit. rustc says only of a bound itself why it does not hold.

use std::future::{Ready, ready};

use http::{Request, Response};
use retry_kit::{RetryLayer, RetryPolicy};
use tower::{Layer, Service, service_fn};

fn is_service<R>(_: &impl Service<R>) {}

#[derive(Debug)]
struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("broken")
    }
}

/// A body that cannot be cloned.
struct Stream;

fn fail(_: Request<()>) -> Ready<Result<Response<()>, Broken>> {
    ready(Err(Broken))
}

fn send(_: Request<Stream>) -> Ready<std::io::Result<Response<()>>> {
    ready(Ok(Response::new(())))
}

fn double(number: u32) -> Ready<std::io::Result<Response<u32>>> {
    ready(Ok(Response::new(2 * number)))
}

/// An answer that is no response of HTTP.
fn count(_: Request<()>) -> Ready<std::io::Result<usize>> {
    ready(Ok(1))
}

fn main() {
    let layer = RetryLayer::new(RetryPolicy::DEFAULT);
    is_service::<Request<()>>(&layer.layer(service_fn(fail)));
    is_service::<Request<Stream>>(&layer.layer(service_fn(send)));
    is_service::<u32>(&layer.layer(service_fn(double)));
    is_service::<Request<()>>(&layer.layer(service_fn(count)));
}
